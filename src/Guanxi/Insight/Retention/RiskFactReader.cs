using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Retention;

/// <summary>Gathers what speaks for and against some customers, in a few questions for all of them. What the actor may not read is not asked.</summary>
public static class RiskFactReader
{
    private const int HalfAYear = 183;

    /// <param name="session">Where to read.</param>
    /// <param name="actor">In whose name; he sees the customers already.</param>
    /// <param name="ids">The customers.</param>
    /// <param name="usualMargin">What remains of an order without a cost, 0…1.</param>
    /// <param name="now">This moment.</param>
    /// <param name="cancel">Breaks off.</param>
    public static async Task<IReadOnlyDictionary<Guid, RiskFacts>> ReadAsync(DatabaseSession session, Actor actor, IReadOnlyCollection<Guid> ids, double usualMargin, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (ids.Count == 0)
        {
            return new Dictionary<Guid, RiskFacts>();
        }

        var today = actor.Today(now);
        var (half, year, twoYears) = (today.AddDays(-HalfAYear), today.AddDays(-365), today.AddDays(-730));
        Sql Door(string type) => AccessDoor.For(actor, actor.Schema[type], Verb.Read, now).Condition("o");
        bool Sees(string type, params string[] fields) => actor.On(actor.Schema[type]).Read != Reach.None && fields.All(field => actor.Reads(actor.Schema[type], actor.Schema[type][field]));

        var orders = new Dictionary<Guid, (decimal Now, decimal Before, int Returns, int Late)>();
        // The margin of an order tells its cost; who may not see costs learns of falling income instead.
        if (Sees("orders", "amount", "orderedOn", "kind"))
        {
            var left = Sees("orders", "cost") ? Sql.Of($"(CASE WHEN o.home_cost IS NULL THEN o.home_amount * {usualMargin} ELSE o.home_amount - o.home_cost END)") : Sql.Of($"o.home_amount");
            var signed = Sql.Of($"(CASE WHEN o.kind = 'return' THEN -1 ELSE 1 END * {left})");
            foreach (var row in await session.ListAsync(
                Sql.Of($"SELECT o.customer_id, SUM(CASE WHEN o.ordered_on > {year} THEN {signed} ELSE 0 END), SUM(CASE WHEN o.ordered_on <= {year} THEN {signed} ELSE 0 END), SUM(CASE WHEN o.kind = 'return' AND o.ordered_on > {half} THEN 1 ELSE 0 END), SUM(CASE WHEN o.delivered_on > o.promised_on AND o.delivered_on > {half} THEN 1 ELSE 0 END) FROM sales_order o WHERE o.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.ordered_on > {twoYears} AND o.customer_id IN ").List(ids).Append(" AND ").Append(Door("orders")).Append(" GROUP BY o.customer_id"),
                row => (Id: row.Id(0), Now: Amount(row.Any(1)), Before: Amount(row.Any(2)), Returns: row.Integer(3), Late: row.Integer(4)), cancel))
            {
                orders[row.Id] = (row.Now, row.Before, (int)row.Returns, (int)row.Late);
            }
        }

        var lost = new Dictionary<Guid, (string, string?)>();
        if (Sees("deals", "name", "status"))
        {
            var rival = Sees("deals", "lostTo");
            foreach (var row in await session.ListAsync(
                Sql.Of($"SELECT o.customer_id, o.name, o.lost_to FROM deal o WHERE o.deleted_at IS NULL AND o.status = 'lost' AND o.closed_at >= {now.AddDays(-HalfAYear)} AND o.customer_id IN ").List(ids).Append(" AND ").Append(Door("deals")).Append(" ORDER BY o.closed_at"),
                row => (Id: row.Id(0), Name: row.Text(1), To: row.OptionalText(2)), cancel))
            {
                lost[row.Id] = (row.Name, rival ? row.To : null);
            }
        }

        var customers = actor.Schema["customers"];
        var seesContact = actor.Reads(customers, customers["lastActivityAt"]);
        var found = await session.ListAsync(
            Sql.Of($"SELECT v.record_id, v.tier, v.alive, v.rhythm, v.late, v.last_on, v.current, c.last_activity_at, c.owned_since FROM customer_value v JOIN customer c ON c.id = v.record_id WHERE v.record_id IN ").List(ids),
            row => (Id: row.Id(0), Tier: row.Text(1), Alive: Number(row.Any(2)), Rhythm: row.IsNull(3) ? (double?)null : Number(row.Any(3)), Late: row.IsNull(4) ? (double?)null : Number(row.Any(4)), Last: DateOnly.ParseExact(row.Text(5), "yyyy-MM-dd"), Current: row.Integer(6) / Money.Scale, Contact: row.OptionalInstant(7), Owned: row.OptionalInstant(8)),
            cancel);
        return found.ToDictionary(
            row => row.Id,
            row =>
            {
                var known = orders.TryGetValue(row.Id, out var of);
                return new RiskFacts(today, row.Tier, row.Alive, row.Rhythm, row.Late, row.Last, row.Current, known ? of.Now : null, known ? of.Before : null, seesContact ? row.Contact is { } contact ? actor.Today(contact) : null : today, row.Owned is { } owned ? actor.Today(owned) : null, of.Returns, of.Late, lost.TryGetValue(row.Id, out var deal) ? deal : null);
            });
    }

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static decimal Amount(object value) => value is DBNull ? 0 : (decimal)Number(value) / Money.Scale;
}
