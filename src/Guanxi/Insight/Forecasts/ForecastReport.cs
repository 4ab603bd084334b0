using System.Globalization;
using Guanxi.Database;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

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
        var today = Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime));
        var open = new Sql().Append($"SELECT t.owner_id, {ForecastSql.Category}, COUNT(*), {ForecastSql.Sums("t.home_amount")}, SUM(COALESCE(t.home_amount, 0) / 100.0 * t.probability) FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'open' AND t.expected_close >= ").Value(from)
            .Append(" AND t.expected_close < ").Value(until).Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now)).Append(" GROUP BY 1, 2");
        foreach (var (owner, category, count, sum, weighted) in await session.ListAsync(open, row => (row.OptionalId(0), row.Text(1), row.Integer(2), ForecastSql.Sum(row, 3), row.IsNull(5) ? 0m : Convert.ToDecimal(row.Any(5), CultureInfo.InvariantCulture) / Money.Scale), cancel))
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
        var won = new Sql().Append($"SELECT t.owner_id, COUNT(*), {ForecastSql.Sums("t.home_amount")} FROM deal t WHERE t.deleted_at IS NULL AND t.status <> 'open' AND t.status = 'won' AND t.closed_at >= ").Value(first).Append(" AND t.closed_at < ").Value(last)
            .Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now)).Append(" GROUP BY 1");
        foreach (var (owner, count, sum) in await session.ListAsync(won, row => (row.OptionalId(0), row.Integer(1), ForecastSql.Sum(row, 2)), cancel))
        {
            Put(owner, row => row with { Won = sum, WonCount = count });
        }

        var late = new Sql().Append("SELECT t.owner_id, COUNT(*) FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'open' AND t.expected_close < ").Value(today)
            .Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now)).Append(" GROUP BY 1");
        foreach (var (owner, count) in await session.ListAsync(late, row => (row.OptionalId(0), row.Integer(1)), cancel))
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
