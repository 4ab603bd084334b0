using System.Globalization;
using Guanxi.Database;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;

namespace Guanxi.Insight.Forecasts;

/// <summary>One person's period in the company's currency. Categories are of open deals expected in it; whoever is nobody's has no id.</summary>
/// <param name="Late">Open deals whose expected day is past, whatever their period.</param>
public sealed record ForecastRow(Guid? Person, decimal Won, long WonCount, decimal Commit, decimal BestCase, decimal Pipeline, decimal Omitted, decimal Weighted, long Open, long Late)
{
    /// <summary>What the deals say: won, and open ones by their chance.</summary>
    public decimal Expected => Won + Weighted;
}

/// <summary>A number that somebody set beside the deals', and why.</summary>
public sealed record Adjustment(Guid? Person, decimal? Amount, string Note, DateTimeOffset At, Guid By);

/// <summary>A forecast by person, put together for teams by the page; every sum is of rows the actor may see.</summary>
public sealed record ForecastReport(SalesPeriod Period, string Currency, IReadOnlyList<ForecastRow> Rows, IReadOnlyDictionary<Guid, Adjustment> Adjustments, IReadOnlyList<Record> Targets)
{
    public static async Task<ForecastReport> ReadAsync(DatabaseSession session, Actor actor, SalesPeriod period, DateTimeOffset now, CancellationToken cancel = default)
    {
        ForecastSql.DemandAmounts(actor);
        var settings = await Settings.ReadAsync(session, cancel);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        var rows = new Dictionary<Guid, ForecastRow>();
        void Put(Guid? person, Func<ForecastRow, ForecastRow> change) => rows[person ?? Guid.Empty] = change(rows.GetValueOrDefault(person ?? Guid.Empty) ?? new ForecastRow(person, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        var (from, until) = (Day(period.From), Day(period.Until));
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var (today, month) = (Day(day), Day(new DateOnly(day.Year, day.Month, 1)));
        var door = AccessDoor.For(actor, actor.Schema["deals"], Verb.Read, now);
        var others = door.Elsewhere("t");
        var open = DealSums.By(
            ["owner_id", "category"],
            door.Owned("s.access_owner_id").Append(" AND s.month >= ").Value(from[..7]).Append(" AND s.month < ").Value(until[..7]),
            others,
            Sql.Of($"t.deleted_at IS NULL AND t.status = 'open' AND t.expected_close >= {from} AND t.expected_close < {until}"));
        foreach (var (owner, category, (count, sum, weighted)) in await session.ListAsync(open, row => (row.OptionalId(0), row.Text(1), DealSums.Read(row, 2)), cancel))
        {
            Put(owner, row => category switch
            {
                "commit" => row with { Commit = sum, Weighted = row.Weighted + weighted, Open = row.Open + count },
                "bestCase" => row with { BestCase = sum, Weighted = row.Weighted + weighted, Open = row.Open + count },
                "omitted" => row with { Omitted = sum },
                _ => row with { Pipeline = sum, Weighted = row.Weighted + weighted, Open = row.Open + count },
            });
        }

        var (first, last) = period.Moments(zone);
        var won = new Sql();
        foreach (var part in door.Parts("t"))
        {
            won.Append(won.IsEmpty ? $"SELECT x.owner_id, COUNT(*), {ForecastSql.Sums("x.home_amount")} FROM (" : " UNION ALL ")
                .Append("SELECT t.owner_id, t.home_amount FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'won' AND t.closed_at >= ").Value(first).Append(" AND t.closed_at < ").Value(last).Append(" AND ").Append(part);
        }

        foreach (var (owner, count, sum) in await session.ListAsync(won.Append(") x GROUP BY 1"), row => (row.OptionalId(0), row.Integer(1), ForecastSql.Sum(row, 2)), cancel))
        {
            Put(owner, row => row with { Won = sum, WonCount = count });
        }

        // Months gone by are kept; of the one that runs the days before today are counted.
        var late = new Sql().Append($"SELECT x.owner_id, SUM(x.deals) FROM (SELECT s.owner_id, s.deals FROM {DealSums.Kept.Table} s WHERE s.month < ").Value(month[..7]).Append(" AND ").Append(door.Owned("s.access_owner_id"))
            .Append(" UNION ALL SELECT t.owner_id, 1 FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'open' AND t.expected_close >= ").Value(month).Append(" AND t.expected_close < ").Value(today).Append(" AND ").Append(door.Owned("t.access_owner_id"));
        foreach (var other in others)
        {
            late.Append(" UNION ALL SELECT t.owner_id, 1 FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'open' AND t.expected_close < ").Value(today).Append(" AND ").Append(other);
        }

        foreach (var (owner, count) in await session.ListAsync(late.Append(") x GROUP BY 1 HAVING SUM(x.deals) > 0"), row => (row.OptionalId(0), Convert.ToInt64(row.Any(1), CultureInfo.InvariantCulture)), cancel))
        {
            Put(owner, row => row with { Late = count });
        }

        // Cents are whole; what is below is the share of a chance.
        var result = rows.Values.Select(row => row with { Weighted = decimal.Round(row.Weighted, 2, MidpointRounding.AwayFromZero) }).OrderByDescending(row => row.Expected).ThenBy(row => row.Person).ToList();
        var targets = await TargetBook.ReadAsync(session, actor, [period], "amount", now, cancel);
        return new ForecastReport(period, settings.Currency, result, await ForecastAdjustments.ReadAsync(session, actor, period, now, cancel), targets);
    }

    internal static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
