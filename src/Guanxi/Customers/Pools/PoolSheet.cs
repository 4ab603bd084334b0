using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>
/// One customer of a pool looked at more closely before it is claimed: what happened with it, in numbers and without a way to reach it. Each look is written down, and a pool may
/// allow so many customers a day, so that nobody reads a pool through from end to end.
/// </summary>
public sealed class PoolSheet
{
    private const int MostProducts = 8;

    private readonly Pool pool;
    private readonly PoolLists.Lying row;

    private PoolSheet(Pool pool, PoolLists.Lying row) => (this.pool, this.row) = (pool, row);

    private IReadOnlyList<(string Kind, long Count)> Activities { get; set; } = [];

    private IReadOnlyList<(string Status, long Count)> Deals { get; set; } = [];

    private (long Count, DateOnly? Last)? Orders { get; set; }

    private IReadOnlyList<string> Products { get; set; } = [];

    private IReadOnlyList<(string Kind, DateTimeOffset At, Guid? User, string? Reason)> Owners { get; set; } = [];

    /// <summary>How many customers of a pool a person has looked at since; all but one, when it is named.</summary>
    internal static async Task<long> LooksAsync(DatabaseSession session, Guid person, Guid pool, DateTimeOffset since, Guid? but, CancellationToken cancel) => await session.ScalarAsync<long>(
        Sql.Of($"SELECT COUNT(DISTINCT customer_id) FROM pool_event WHERE user_id = {person} AND kind = 'look' AND at >= {since} AND pool_id = {pool} AND customer_id IS DISTINCT FROM {but}"), cancel);

    /// <exception cref="RefusedException">It does not lie in a pool of the actor's, or he has looked at as many as the pool allows a day.</exception>
    public static async Task<PoolSheet> LookAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (actor, session) = (context.Actor, context.Session);
        await PoolCustomers.HoldAsync(session, actor.Id, cancel);
        if (await PoolLists.FindAsync(session, id, cancel) is not { } row || (await PoolLists.MineAsync(session, actor, cancel)).Find(known => known.Id == row.Pool) is not { } pool)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var today = await PoolClock.TodayAsync(session, context.Now, cancel);
        if (!pool.IsRunBy(actor) && pool.Number("viewsADay") is { } most && await LooksAsync(session, actor.Id, pool.Id, today, id, cancel) >= most)
        {
            throw new RefusedException(PoolRefusals.Looked(most));
        }

        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool_event WHERE user_id = {actor.Id} AND kind = 'look' AND at >= {today} AND customer_id = {id}"), cancel) == 0)
        {
            await PoolCustomers.WriteAsync(context, "look", id, pool.Id, actor.Id, null, cancel: cancel);
        }

        var sheet = new PoolSheet(pool, row);
        await sheet.GatherAsync(session, actor, cancel);
        return sheet;
    }

    private async Task GatherAsync(DatabaseSession session, Actor actor, CancellationToken cancel)
    {
        bool May(string type) => actor.Schema.Find(type) is { } known && actor.On(known).Read != Reach.None;
        Activities = May("activities") && PoolLists.Shows(actor, pool, "lastActivityAt")
            ? await session.ListAsync(Sql.Of($"SELECT kind, COUNT(*) FROM activity WHERE customer_id = {row.Id} AND status = 'done' AND deleted_at IS NULL GROUP BY kind ORDER BY 2 DESC, 1"), item => (item.Text(0), item.Integer(1)), cancel) : [];
        Deals = May("deals") ? await session.ListAsync(Sql.Of($"SELECT status, COUNT(*) FROM deal WHERE customer_id = {row.Id} AND deleted_at IS NULL GROUP BY status ORDER BY status"), item => (item.Text(0), item.Integer(1)), cancel) : [];
        Orders = May("orders") ? await session.FirstAsync(
            Sql.Of($"SELECT COUNT(*), MAX(ordered_on) FROM sales_order WHERE customer_id = {row.Id} AND deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') AND kind = 'sale'"),
            item => ((long, DateOnly?)?)(item.Integer(0), item.OptionalText(1) is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null), cancel) : null;
        Products = May("order-lines") && May("products") ? await session.ListAsync(
            Sql.Of($"SELECT p.name FROM order_line l JOIN product p ON p.id = l.product_id JOIN sales_order o ON o.id = l.order_id WHERE l.customer_id = {row.Id} AND l.deleted_at IS NULL AND o.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') GROUP BY p.name ORDER BY COUNT(*) DESC, p.name LIMIT {MostProducts}"),
            item => item.Text(0), cancel) : [];
        Owners = PoolLists.Shows(actor, pool, "formerOwner") ? await session.ListAsync(
            Sql.Of($"SELECT kind, at, user_id, reason FROM pool_event WHERE customer_id = {row.Id} AND kind IN ('claim', 'release', 'return') ORDER BY at DESC, id DESC LIMIT 20"),
            item => (item.Text(0), item.Instant(1), item.OptionalId(2), item.OptionalText(3)), cancel) : [];
    }

    /// <summary>Numbers and days, no amounts and no texts that somebody wrote about people.</summary>
    public void Write(Utf8JsonWriter writer, Actor actor)
    {
        PoolLists.WriteFields(writer, actor, pool, row);
        WriteCounts(writer, "activities", Activities);
        WriteCounts(writer, "deals", Deals);
        if (Orders is var (count, last))
        {
            writer.WriteNumber("orders", count);
            writer.WriteString("lastOrder", last?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }

        writer.WriteStartArray("products");
        foreach (var product in Products)
        {
            writer.WriteStringValue(product);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("owners");
        foreach (var (kind, at, user, reason) in Owners)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            PoolLists.WriteInstant(writer, "at", at);
            writer.WriteString("name", actor.Directory.Person(user)?.Name);
            writer.WriteString("reason", PoolLists.Shows(actor, pool, "poolReason") ? reason : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter writer, string name, IReadOnlyList<(string Name, long Count)> counts)
    {
        writer.WriteStartObject(name);
        foreach (var (kind, count) in counts)
        {
            writer.WriteNumber(kind, count);
        }

        writer.WriteEndObject();
    }
}
