using Guanxi.Database;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;

namespace Guanxi.Insight.Forecasts;

/// <summary>What became of a deal between a snapshot and now, seen from one period.</summary>
/// <param name="Kind">new, won, lost, slipped, pulledIn, amount or removed.</param>
/// <param name="Delta">By how much the period's sum moved by it.</param>
public sealed record DealChange(string Kind, Guid Deal, string Name, Guid? Owner, decimal? Before, decimal? After, string? CloseBefore, string? CloseAfter, decimal Delta);

/// <summary>Compares the deals of a period with how they stood in a snapshot; only those the actor may see.</summary>
public static class ForecastChanges
{
    public static readonly IReadOnlyList<string> Kinds = ["won", "new", "pulledIn", "amount", "slipped", "lost", "removed"];

    public static async Task<IReadOnlyList<DealChange>> ReadAsync(DatabaseSession session, Actor actor, SalesPeriod period, Snapshot since, DateTimeOffset now, CancellationToken cancel = default)
    {
        ForecastSql.DemandAmounts(actor);
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
        var (from, until) = (ForecastReport.Day(period.From), ForecastReport.Day(period.Until));
        var (first, last) = period.Moments(zone);
        // Candidates by three indexes: those that stood in the period, those that stand in it, those closed since.
        var sql = new Sql().Append("SELECT t.id, t.name, t.owner_id, t.status, t.home_amount, t.expected_close, t.closed_at, t.created_at, t.deleted_at, t.forecast, s.status, s.amount, s.expected_close, s.category FROM (SELECT deal AS seq FROM forecast_snapshot_deal WHERE snapshot = ").Value(since.Number)
            .Append(" AND expected_close >= ").Value(from).Append(" AND expected_close < ").Value(until)
            .Append(" UNION SELECT d.seq FROM deal d WHERE d.deleted_at IS NULL AND d.expected_close >= ").Value(from).Append(" AND d.expected_close < ").Value(until)
            .Append(" UNION SELECT d.seq FROM deal d WHERE d.deleted_at IS NULL AND d.status <> 'open' AND d.closed_at >= ").Value(since.At).Append(" AND ").Append(ForecastSql.Owners(actor, "d"))
            .Append(") c JOIN deal t ON t.seq = c.seq LEFT JOIN forecast_snapshot_deal s ON s.snapshot = ").Value(since.Number).Append(" AND s.deal = t.seq WHERE ").Append(ForecastSql.Seen(actor, "deals", "t", now));
        var changes = await session.ListAsync(
            sql,
            row => Of(row, period, since, first, last, from, until), cancel);
        return [.. changes.OfType<DealChange>().OrderByDescending(change => Math.Abs(change.Delta)).ThenBy(change => change.Deal)];
    }

    private static DealChange? Of(Row row, SalesPeriod period, Snapshot since, DateTimeOffset first, DateTimeOffset last, string from, string until)
    {
        _ = period;
        var (status, close, closed, created) = (row.Text(3), row.OptionalText(5), row.OptionalInstant(6), row.Instant(7));
        decimal? after = row.OptionalInteger(4) / Platform.Records.Money.Scale, before = row.OptionalInteger(11) / Platform.Records.Money.Scale;
        var (deleted, was, closeBefore, category) = (!row.IsNull(8), row.OptionalText(10), row.OptionalText(12), row.OptionalText(13));
        bool In(string? day) => day is not null && string.CompareOrdinal(day, from) >= 0 && string.CompareOrdinal(day, until) < 0;
        var inBefore = was == "open" && In(closeBefore) && category != "omitted";
        var inNow = !deleted && status == "open" && In(close) && row.OptionalText(9) != "omitted";
        var wonNow = !deleted && status == "won" && closed >= first && closed < last;
        var wonBefore = was == "won";
        DealChange Change(string kind, decimal delta) => new(kind, row.Id(0), row.Text(1), row.OptionalId(2), before, after, closeBefore, close, delta);
        if (wonNow && !wonBefore)
        {
            return Change("won", (after ?? 0) - (inBefore ? before ?? 0 : 0));
        }

        return (inBefore, inNow) switch
        {
            (true, true) when before != after => Change("amount", (after ?? 0) - (before ?? 0)),
            (true, true) => null,
            (true, false) when deleted => Change("removed", -(before ?? 0)),
            (true, false) when status == "lost" => Change("lost", -(before ?? 0)),
            (true, false) when status == "open" => Change(row.OptionalText(9) == "omitted" && In(close) ? "removed" : "slipped", -(before ?? 0)),
            (true, false) => Change("removed", -(before ?? 0)),
            (false, true) => Change(was is null && created >= since.At ? "new" : "pulledIn", after ?? 0),
            _ => null,
        };
    }
}
