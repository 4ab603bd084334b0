using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>Which customers of the pools are asked for.</summary>
/// <param name="Only">One pool; null for all one belongs to.</param>
/// <param name="Words">Words of the name; empty for all.</param>
/// <param name="Values">Field → the value it has, of those in <see cref="PoolLists.Filters"/>.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record PoolQuery(Guid? Only, string? Words, IReadOnlyDictionary<string, string> Values, (long At, Guid Id)? After, int Limit);

/// <summary>
/// What lies in the pools, for those who may claim: enough to judge a customer by and no way to reach it. This list does not pass the door of records, since nobody owns what is
/// in it; membership of the pool is its door, contact data are not among its columns, and what a pool hides is neither shown, nor filtered nor sorted by.
/// </summary>
public static class PoolLists
{
    private const int MostEvents = 100;

    /// <summary>The fields that a list of the pool may be narrowed by.</summary>
    public static readonly IReadOnlyList<string> Filters = ["kind", "level", "stage", "industry", "province", "city", "source"];

    private static readonly string[] Texts = ["kind", "level", "stage", "industry", "size", "province", "city", "source"];

    /// <summary>The pools in use the actor may claim from.</summary>
    public static async Task<List<Pool>> MineAsync(DatabaseSession session, Actor actor, CancellationToken cancel = default) =>
        actor.On(actor.Schema["customers"]).Edit == Reach.None ? [] : [.. (await PoolClock.ActiveAsync(session, actor.Schema["pools"], cancel)).Where(pool => PoolCustomers.IsMember(actor, pool))];

    /// <summary>Whether a pool shows a field of the customers in it to the actor.</summary>
    public static bool Shows(Actor actor, Pool pool, string field)
    {
        var type = actor.Schema["customers"];
        return actor.Reads(type, type[field]) && (pool.IsRunBy(actor) || !pool.Hidden.Contains(field, StringComparer.Ordinal));
    }

    /// <exception cref="RefusedException">The list is narrowed by a field that no pool shows.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, PoolQuery query, DateTimeOffset now, CancellationToken cancel = default)
    {
        var pools = await MineAsync(session, actor, cancel);
        var asked = pools.Where(pool => query.Only is null || pool.Id == query.Only).ToList();
        foreach (var field in query.Values.Keys.Where(_ => asked.Count > 0))
        {
            // A pool that hides the field would tell it by who is left.
            asked.RemoveAll(pool => !Shows(actor, pool, field));
            if (asked.Count == 0)
            {
                var label = actor.Schema["customers"][field].Label;
                throw new RefusedException(Refusal.Invalid(field, new Label($"这个公海在领取前不显示“{label.ZhHans}”，不能按它筛选", $"This pool does not show “{label.En}” before it is claimed, so it cannot be filtered by")));
            }
        }

        writer.WriteStartArray("pools");
        foreach (var pool in pools)
        {
            await WritePoolAsync(writer, session, actor, pool, now, cancel);
        }

        writer.WriteEndArray();
        var rows = asked.Count == 0 ? [] : await session.ListAsync(Which(session.Dialect, actor, asked, query), row => Read(row), cancel);
        writer.WriteStartArray("items");
        foreach (var row in rows)
        {
            Write(writer, actor, asked.Find(pool => pool.Id == row.Pool)!, row);
        }

        writer.WriteEndArray();
        writer.WriteString("next", rows.Count == query.Limit ? $"{rows[^1].Order}_{rows[^1].Id}" : null);
    }

    private static Sql Which(Dialect dialect, Actor actor, List<Pool> asked, PoolQuery query)
    {
        // The newest first; of a pool that hides since when, the order must not tell it.
        var silent = asked.Where(pool => !Shows(actor, pool, "pooledAt")).Select(pool => pool.Id).ToList();
        Sql Order() => silent.Count == 0 ? new Sql().Append("COALESCE(t.pooled_at, 0)") : new Sql().Append("CASE WHEN t.pool_id IN ").List(silent).Append(" THEN 0 ELSE COALESCE(t.pooled_at, 0) END");
        var sql = new Sql().Append("SELECT t.id, t.name, t.pool_id, t.pooled_at, t.pool_reason, t.former_owner_id, t.last_activity_at, t.tags, ").Append(Order()).Append(string.Concat(Texts.Select(text => ", t." + text)))
            .Append(" FROM customer t WHERE t.deleted_at IS NULL AND t.owner_id IS NULL AND t.pool_id IN ").List(asked.Select(pool => pool.Id));
        if (!string.IsNullOrWhiteSpace(query.Words))
        {
            sql.Append(" AND ").Append(dialect.Contains("t.name", query.Words.Trim()));
        }

        foreach (var (field, value) in query.Values.Where(item => Filters.Contains(item.Key, StringComparer.Ordinal)))
        {
            sql.Append($" AND t.{actor.Schema["customers"][field].Column} = ").Value(value);
        }

        if (query.After is (var at, var id))
        {
            sql.Append(" AND (").Append(Order()).Append(", t.id) < (").Value(at).Append(", ").Value(id).Append(")");
        }

        return sql.Append(" ORDER BY ").Append(Order()).Append(" DESC, t.id DESC LIMIT ").Value(query.Limit);
    }

    internal sealed record Lying(Guid Id, string Name, Guid Pool, DateTimeOffset? At, string? Reason, Guid? Former, DateTimeOffset? LastActivity, string? Tags, long Order, string?[] Texts);

    private static Lying Read(Row row) => new(row.Id(0), row.Text(1), row.Id(2), row.OptionalInstant(3), row.OptionalText(4), row.OptionalId(5), row.OptionalInstant(6), row.OptionalText(7), row.Integer(8), [.. Enumerable.Range(9, Texts.Length).Select(row.OptionalText)]);

    internal static async Task<Lying?> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel) => await session.FirstAsync(
        new Sql().Append("SELECT t.id, t.name, t.pool_id, t.pooled_at, t.pool_reason, t.former_owner_id, t.last_activity_at, t.tags, 0").Append(string.Concat(Texts.Select(text => ", t." + text)))
            .Append(" FROM customer t WHERE t.deleted_at IS NULL AND t.owner_id IS NULL AND t.pool_id IS NOT NULL AND t.id = ").Value(id),
        row => Read(row), cancel);

    private static void Write(Utf8JsonWriter writer, Actor actor, Pool pool, Lying row)
    {
        writer.WriteStartObject();
        WriteFields(writer, actor, pool, row);
        writer.WriteEndObject();
    }

    internal static void WriteFields(Utf8JsonWriter writer, Actor actor, Pool pool, Lying row)
    {
        bool Shown(string field) => Shows(actor, pool, field);
        writer.WriteString("id", row.Id);
        writer.WriteString("name", row.Name);
        writer.WriteString("pool", row.Pool);
        WriteInstant(writer, "pooledAt", Shown("pooledAt") ? row.At : null);
        writer.WriteString("reason", Shown("poolReason") ? row.Reason : null);
        writer.WriteString("formerOwner", Shown("formerOwner") ? actor.Directory.Person(row.Former)?.Name : null);
        for (var i = 0; i < Texts.Length; i++)
        {
            if (row.Texts[i] is { } text && Shown(Texts[i]))
            {
                writer.WriteString(Texts[i], text);
            }
        }

        if (row.Tags is { } tags && Shown("tags"))
        {
            writer.WritePropertyName("tags");
            writer.WriteRawValue(tags);
        }

        WriteInstant(writer, "lastActivityAt", Shown("lastActivityAt") ? row.LastActivity : null);
    }

    private static async Task WritePoolAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Pool pool, DateTimeOffset now, CancellationToken cancel)
    {
        var today = await PoolClock.TodayAsync(session, now, cancel);
        writer.WriteStartObject();
        writer.WriteString("id", pool.Id);
        writer.WriteString("name", pool.Title);
        writer.WriteString("rules", PoolSentence.Of(pool).In(actor.Language));
        writer.WriteNumber("count", await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE pool_id = {pool.Id} AND owner_id IS NULL AND deleted_at IS NULL LIMIT 10000) x"), cancel));
        if (!pool.IsRunBy(actor) && pool.Number("claimsADay") is { } most)
        {
            writer.WriteNumber("claimsLeft", Math.Max(0, most - await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool_event WHERE user_id = {actor.Id} AND kind = 'claim' AND pool_id = {pool.Id} AND at >= {today}"), cancel)));
        }

        if (!pool.IsRunBy(actor) && pool.Number("viewsADay") is { } looks)
        {
            writer.WriteNumber("looksLeft", Math.Max(0, looks - await PoolSheet.LooksAsync(session, actor.Id, pool.Id, today, null, cancel)));
        }

        if (pool.Number("protectDays") is { } days)
        {
            writer.WriteNumber("protectDays", days);
        }

        writer.WriteStartArray("hidden");
        foreach (var field in pool.IsRunBy(actor) ? [] : pool.Hidden)
        {
            writer.WriteStringValue(field);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Whose a customer was, when it came and went; for those who see the customer.</summary>
    public static async Task WriteHistoryAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid customer, CancellationToken cancel = default)
    {
        var events = await session.ListAsync(
            Sql.Of($"SELECT at, kind, pool_id, user_id, actor_id, reason, returns_at FROM pool_event WHERE customer_id = {customer} AND kind <> 'look' ORDER BY at DESC, id DESC LIMIT {MostEvents}"),
            row => (At: row.Instant(0), Kind: row.Text(1), Pool: row.OptionalId(2), User: row.OptionalId(3), Actor: row.OptionalId(4), Reason: row.OptionalText(5), Returns: row.OptionalInstant(6)), cancel);
        writer.WriteStartArray("items");
        foreach (var item in events)
        {
            writer.WriteStartObject();
            WriteInstant(writer, "at", item.At);
            writer.WriteString("kind", item.Kind);
            writer.WriteString("user", actor.Directory.Person(item.User)?.Name);
            writer.WriteString("actor", actor.Directory.Person(item.Actor)?.Name);
            writer.WriteString("reason", item.Reason);
            WriteInstant(writer, "until", item.Returns);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    internal static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } when ? RecordJson.Instant(when.ToUnixTimeMilliseconds()) : null);
}
