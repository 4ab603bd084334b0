using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>
/// What lies in the pools, for those who may claim: enough to judge a customer by and no way to reach it. This list does not pass the door of records, since nobody owns what is
/// in it; membership of the pool is its door, and contact data are not among its columns.
/// </summary>
public static class PoolLists
{
    private const int MostEvents = 100;

    /// <param name="query">Words of the name; empty for all.</param>
    /// <param name="after">Where the page before ended.</param>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid? only, string? query, (long At, Guid Id)? after, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        var pools = actor.On(type).Edit == Reach.None ? [] : (await PoolClock.ActiveAsync(session, actor.Schema["pools"], cancel)).Where(pool => PoolCustomers.IsMember(actor, pool)).ToList();
        writer.WriteStartArray("pools");
        foreach (var pool in pools)
        {
            await WritePoolAsync(writer, session, actor, pool, now, cancel);
        }

        writer.WriteEndArray();
        var mine = pools.Where(pool => only is null || pool.Id == only).Select(pool => pool.Id).ToList();
        writer.WriteStartArray("items");
        var count = 0;
        (long, Guid)? last = null;
        if (mine.Count > 0)
        {
            var sql = new Sql().Append("SELECT t.id, t.name, t.pool_id, t.pooled_at, t.pool_reason, t.former_owner_id, t.kind, t.level, t.stage, t.industry, t.province, t.city, t.source, t.last_activity_at FROM customer t WHERE t.deleted_at IS NULL AND t.owner_id IS NULL AND t.pool_id IN ").List(mine);
            if (!string.IsNullOrWhiteSpace(query))
            {
                sql.Append(" AND ").Append(session.Dialect.Contains("t.name", query.Trim()));
            }

            if (after is (var at, var id))
            {
                sql.Append(" AND (COALESCE(t.pooled_at, 0), t.id) < (").Value(at).Append(", ").Value(id).Append(")");
            }

            var rows = await session.ListAsync(sql.Append(" ORDER BY COALESCE(t.pooled_at, 0) DESC, t.id DESC LIMIT ").Value(limit), row => new Lying(row.Id(0), row.Text(1), row.Id(2), row.OptionalInstant(3), row.OptionalText(4), row.OptionalId(5), [.. Enumerable.Range(6, 7).Select(row.OptionalText)], row.OptionalInstant(13)), cancel);
            foreach (var row in rows)
            {
                Write(writer, actor, type, row);
                count++;
                last = (row.At?.ToUnixTimeMilliseconds() ?? 0, row.Id);
            }
        }

        writer.WriteEndArray();
        writer.WriteString("next", count == limit && last is (var when, var end) ? $"{when}_{end}" : null);
    }

    private sealed record Lying(Guid Id, string Name, Guid Pool, DateTimeOffset? At, string? Reason, Guid? Former, string?[] Texts, DateTimeOffset? LastActivity);

    private static readonly string[] Texts = ["kind", "level", "stage", "industry", "province", "city", "source"];

    private static void Write(Utf8JsonWriter writer, Actor actor, RecordType type, Lying row)
    {
        writer.WriteStartObject();
        writer.WriteString("id", row.Id);
        writer.WriteString("name", row.Name);
        writer.WriteString("pool", row.Pool);
        bool Reads(string field) => actor.Reads(type, type[field]);
        WriteInstant(writer, "pooledAt", Reads("pooledAt") ? row.At : null);
        writer.WriteString("reason", Reads("poolReason") ? row.Reason : null);
        writer.WriteString("formerOwner", Reads("formerOwner") ? actor.Directory.Person(row.Former)?.Name : null);
        for (var i = 0; i < Texts.Length; i++)
        {
            if (row.Texts[i] is { } text && Reads(Texts[i]))
            {
                writer.WriteString(Texts[i], text);
            }
        }

        WriteInstant(writer, "lastActivityAt", Reads("lastActivityAt") ? row.LastActivity : null);
        writer.WriteEndObject();
    }

    private static async Task WritePoolAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Pool pool, DateTimeOffset now, CancellationToken cancel)
    {
        var today = await PoolClock.TodayAsync(session, now, cancel);
        writer.WriteStartObject();
        writer.WriteString("id", pool.Id);
        writer.WriteString("name", pool.Title);
        writer.WriteNumber("count", await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE pool_id = {pool.Id} AND owner_id IS NULL AND deleted_at IS NULL LIMIT 10000) x"), cancel));
        if (pool.Number("claimsADay") is { } most)
        {
            writer.WriteNumber("claimsLeft", Math.Max(0, most - await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool_event WHERE user_id = {actor.Id} AND kind = 'claim' AND pool_id = {pool.Id} AND at >= {today}"), cancel)));
        }

        if (pool.Number("protectDays") is { } days)
        {
            writer.WriteNumber("protectDays", days);
        }

        writer.WriteEndObject();
    }

    /// <summary>Whose a customer was, when it came and went; for those who see the customer.</summary>
    public static async Task WriteHistoryAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid customer, CancellationToken cancel = default)
    {
        var events = await session.ListAsync(
            Sql.Of($"SELECT at, kind, pool_id, user_id, actor_id, reason, returns_at FROM pool_event WHERE customer_id = {customer} ORDER BY at DESC, id DESC LIMIT {MostEvents}"),
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

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } when ? RecordJson.Instant(when.ToUnixTimeMilliseconds()) : null);
}
