using System.Globalization;
using Guanxi.Database;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Insight.Forecasts;

/// <summary>A month that is over: what was won and what the method would have said before it.</summary>
public sealed record PastMonth(string Month, decimal Won, decimal? Foreseen);

/// <summary>What the past alone says of a period: amounts in the company's currency.</summary>
/// <param name="WonBefore">Of months of the period that are over.</param>
/// <param name="Mean">With them, the whole period.</param>
/// <param name="Error">Sum of the absolute errors of one-month forecasts of the last months, as a share of what was won in them (the weighted form of Kolassa and Schütz 2007, which a month of nearly nothing does not blow up); null when there are too few.</param>
/// <param name="Thin">Why the forecast is a weak one; null when the history bears it.</param>
/// <param name="History">Whole months since the first deal was won.</param>
/// <param name="Parts">Teams and people under the whole, reconciled with it so that they sum to it; empty where there is only one.</param>
public sealed record PastForecast(string Method, decimal WonBefore, decimal Mean, decimal Lower, decimal Upper, double? Error, string? Thin, int History, IReadOnlyList<PastMonth> Months, IReadOnlyList<PastPart> Parts);

/// <summary>What the past says of one team or person.</summary>
public sealed record PastPart(string Name, bool IsTeam, int Depth, decimal WonBefore, decimal Mean);

/// <summary>Forecasts a period from what was won month by month, by exponential smoothing and theta together; says so when the history is thin.</summary>
public static class StatisticalForecast
{
    /// <summary>A season must have been seen twice before it is believed.</summary>
    private const int Season = 12;

    private const int MostMonths = 60;
    private const int Judged = 6;

    public static async Task<PastForecast?> ReadAsync(DatabaseSession session, Actor actor, SalesPeriod period, DateTimeOffset now, CancellationToken cancel = default)
    {
        ForecastSql.DemandAmounts(actor);
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var current = new DateOnly(today.Year, today.Month, 1);
        var byOwner = await MonthsAsync(session, actor, zone, current.AddMonths(-MostMonths), now, cancel);
        var won = byOwner.Values.SelectMany(own => own).GroupBy(item => item.Key).ToDictionary(group => group.Key, group => group.Sum(item => item.Value));
        var started = won.Count == 0 ? current : won.Keys.Min();
        var months = new List<DateOnly>();
        for (var month = started; month < current; month = month.AddMonths(1))
        {
            months.Add(month);
        }

        var series = months.ConvertAll(month => (double)won.GetValueOrDefault(month));
        var ahead = ((period.Until.Year - current.Year) * 12) + period.Until.Month - current.Month;
        if (series.Count < 2 || ahead <= 0 || ahead > 24)
        {
            return null;
        }

        var forecast = Say(series, ahead);
        var skip = Math.Max(0, ((period.From.Year - current.Year) * 12) + period.From.Month - current.Month);
        var before = months.Where(month => month >= period.From && month < period.Until).Sum(month => won.GetValueOrDefault(month));
        var (mean, variance) = Whole(forecast, skip, ahead);
        IReadOnlyList<PastPart> parts = [];
        if (SalesTree.Of(actor.Directory, byOwner) is { } tree)
        {
            var own = tree.Nodes.AsParallel().AsOrdered().Select(node => Whole(Say(months.ConvertAll(month => (double)node.Won.GetValueOrDefault(month)), ahead), skip, ahead)).ToArray();
            own[0] = (mean, variance);
            var leaves = Reconciliation.MinT(tree.Parents, [.. own.Select(node => node.Mean)], [.. own.Select(node => node.Variance)]);
            // Nobody wins less than nothing; the sums above follow.
            var agreed = Reconciliation.BottomUp(tree.Parents, [.. leaves.Select(value => Math.Max(0, value))]);
            mean = agreed[0];
            parts = [.. tree.Nodes.Select((node, i) => (node, i)).Skip(1).Select(item =>
            {
                var wonBefore = months.Where(month => month >= period.From && month < period.Until).Sum(month => item.node.Won.GetValueOrDefault(month));
                return new PastPart(item.node.Name, item.node.IsTeam, item.node.Depth, wonBefore, wonBefore + Round(agreed[item.i]));
            })];
        }

        // 80 % by the normal distribution.
        var margin = 1.2815515655446004 * Math.Sqrt(variance);
        var (past, error) = Past(months, series);
        var thin = series.Count < 5 ? "few" : series.Count < 2 * Season ? "noSeason" : null;
        return new PastForecast(forecast.Method, before, before + Round(mean), before + Round(Math.Max(0, mean - margin)), before + Round(mean + margin), error, thin, series.Count, past, parts);
    }

    /// <summary>Mean and variance of the months of the period that are still to come, taken as independent of each other.</summary>
    private static (double Mean, double Variance) Whole(Forecast forecast, int skip, int ahead)
    {
        var (mean, variance) = (0.0, 0.0);
        for (var i = skip; i < ahead; i++)
        {
            mean += Math.Max(0, forecast.Mean[i]);
            variance += forecast.StandardDeviation[i] * forecast.StandardDeviation[i];
        }

        return (mean, variance);
    }

    private static Forecast Say(IReadOnlyList<double> series, int ahead)
    {
        try
        {
            return Forecaster.Forecast(series, series.Count >= 2 * Season ? Season : 1, ahead);
        }
        catch (UnsuitableDataException)
        {
            return Forecaster.Forecast(series, 1, ahead, "mean");
        }
    }

    /// <summary>What would have been said of each of the last months from those before it alone.</summary>
    private static (IReadOnlyList<PastMonth> Past, double? Error) Past(List<DateOnly> months, List<double> series)
    {
        var past = new List<PastMonth>();
        var (judged, missed, won) = (0, 0.0, 0.0);
        for (var i = Math.Max(0, series.Count - 12); i < series.Count; i++)
        {
            decimal? foreseen = null;
            if (i >= 3 && i >= series.Count - Judged)
            {
                foreseen = Round(Math.Max(0, Say(series.GetRange(0, i), 1).Mean[0]));
                (judged, missed, won) = (judged + 1, missed + Math.Abs((double)foreseen.Value - series[i]), won + series[i]);
            }

            past.Add(new PastMonth(months[i].ToString("yyyy-MM", CultureInfo.InvariantCulture), Round(series[i]), foreseen));
        }

        return (past, judged >= 2 && won > 0 ? missed / won : null);
    }

    private static decimal Round(double value) => decimal.Round((decimal)Math.Min(value, 9e14), 2, MidpointRounding.AwayFromZero);

    /// <summary>Sums by owner and month in the company's time zone: each month is a range of the index by owner and day of closing.</summary>
    private static async Task<Dictionary<Guid, Dictionary<DateOnly, decimal>>> MonthsAsync(DatabaseSession session, Actor actor, TimeZoneInfo zone, DateOnly from, DateTimeOffset now, CancellationToken cancel)
    {
        var edges = Enumerable.Range(0, MostMonths + 2).Select(i => from.AddMonths(i)).ToList();
        var sql = new Sql().Append("SELECT CASE");
        for (var i = 0; i + 1 < edges.Count; i++)
        {
            sql.Append(" WHEN t.closed_at < ").Value(new SalesPeriod(edges[i], 1).Moments(zone).Until).Append($" THEN {i}");
        }

        sql.Append($" END, t.owner_id, {ForecastSql.Sums("t.home_amount")} FROM deal t WHERE t.deleted_at IS NULL AND t.status <> 'open' AND t.status = 'won' AND t.closed_at >= ").Value(new SalesPeriod(from, 1).Moments(zone).From)
            .Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now)).Append(" GROUP BY 1, 2");
        return (await session.ListAsync(sql, row => (Month: row.OptionalInteger(0), Owner: row.IsNull(1) ? Guid.Empty : row.Id(1), Sum: ForecastSql.Sum(row, 2)), cancel)).Where(item => item.Month is not null)
            .GroupBy(item => item.Owner).ToDictionary(group => group.Key, group => group.ToDictionary(item => edges[(int)item.Month!.Value], item => item.Sum));
    }
}
