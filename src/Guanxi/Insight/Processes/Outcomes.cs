using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Processes;

/// <summary>Deals won and lost for one reason or against one competitor.</summary>
/// <param name="WonAmount">In the company's currency; null for whoever may not read amounts.</param>
public sealed record Outcome(string? What, int Won, int Lost, decimal? WonAmount, decimal? LostAmount);

/// <summary>Why deals were won and lost, and against whom, of those that the actor may read; what his field rights hide is left out.</summary>
public static class Outcomes
{
    /// <summary>By reason: won and lost apart, most frequent first. Null for whoever may not read reasons.</summary>
    public static async Task<IReadOnlyList<Outcome>?> ByReasonAsync(DatabaseSession session, Actor actor, Guid process, DateTimeOffset since, bool mine, DateTimeOffset now, CancellationToken cancel = default) =>
        Reads(actor, "closeReason") ? await SumAsync(session, actor, "t.close_reason", "deal t", process, since, mine, now, cancel) : null;

    /// <summary>By competitor: of those that were named on the deal, and whom it was lost to. Null for whoever may not read them.</summary>
    public static async Task<IReadOnlyList<Outcome>?> ByCompetitorAsync(DatabaseSession session, Actor actor, Guid process, DateTimeOffset since, bool mine, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (!Reads(actor, "competitors") || !Reads(actor, "lostTo"))
        {
            return null;
        }

        var each = session.Dialect.IsSqlite ? "deal t JOIN json_each(t.competitors) c ON 1 = 1" : "deal t CROSS JOIN LATERAL jsonb_array_elements_text(t.competitors) c(value)";
        var named = await SumAsync(session, actor, "c.value", each, process, since, mine, now, cancel);
        var losers = await SumAsync(session, actor, "t.lost_to", "deal t", process, since, mine, now, cancel, " AND t.lost_to IS NOT NULL AND t.status = 'lost'" + (session.Dialect.IsSqlite ? " AND NOT EXISTS (SELECT 1 FROM json_each(t.competitors) x WHERE x.value = t.lost_to)" : " AND (t.competitors IS NULL OR NOT t.competitors ? t.lost_to)"));
        return [.. named.Concat(losers).GroupBy(item => item.What, StringComparer.Ordinal)
            .Select(group => new Outcome(group.Key, group.Sum(item => item.Won), group.Sum(item => item.Lost), Sum(group.Select(item => item.WonAmount)), Sum(group.Select(item => item.LostAmount))))
            .OrderByDescending(item => item.Won + item.Lost).ThenBy(item => item.What, StringComparer.Ordinal)];
    }

    private static decimal? Sum(IEnumerable<decimal?> amounts) => amounts.Aggregate((decimal?)null, (sum, amount) => amount is null ? sum : (sum ?? 0) + amount);

    private static bool Reads(Actor actor, string field) => actor.Schema["deals"] is var deals && actor.Reads(deals, deals[field]);

    private static async Task<IReadOnlyList<Outcome>> SumAsync(DatabaseSession session, Actor actor, string what, string from, Guid process, DateTimeOffset since, bool mine, DateTimeOffset now, CancellationToken cancel, string also = "")
    {
        var deals = actor.Schema["deals"];
        var amounts = Reads(actor, "homeAmount");
        var sql = new Sql().Append($"SELECT {what}, SUM(CASE WHEN t.status = 'won' THEN 1 ELSE 0 END), SUM(CASE WHEN t.status = 'lost' THEN 1 ELSE 0 END), SUM(CASE WHEN t.status = 'won' THEN t.home_amount / 100.0 ELSE 0 END), SUM(CASE WHEN t.status = 'lost' THEN t.home_amount / 100.0 ELSE 0 END) FROM {from} WHERE t.status <> 'open' AND t.deleted_at IS NULL AND t.process_id = ")
            .Value(process).Append(" AND t.closed_at >= ").Value(since).Append(also).Append(" AND ").Append(AccessDoor.For(actor, deals, Verb.Read, now).Condition("t"));
        if (mine)
        {
            sql.Append(" AND t.owner_id = ").Value(actor.Id);
        }

        if (amounts)
        {
            actor.Reading.Ask(deals, deals["homeAmount"]);
        }

        return await session.ListAsync(
            sql.Append($" GROUP BY {what} ORDER BY COUNT(*) DESC LIMIT 50"),
            row => new Outcome(row.OptionalText(0), (int)Convert.ToInt64(row.Any(1)), (int)Convert.ToInt64(row.Any(2)), Amount(row, 3), Amount(row, 4)), cancel);

        decimal? Amount(Row row, int column) => amounts && !row.IsNull(column) ? decimal.Round(Convert.ToDecimal(row.Any(column)) * 100 / Money.Scale, 2) : null;
    }
}
