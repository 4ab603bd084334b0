using System.Diagnostics;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;

namespace Guanxi.Insight.Value;

/// <summary>What a run did.</summary>
/// <param name="Read">Customers whose orders were read; the histories of the others were as kept.</param>
public sealed record ValueRunResult(Guid Id, DateOnly AsOf, int Customers, long Orders, int Read, string Model, double Seconds);

/// <summary>
/// Reckons what every customer is worth from the company's own orders and writes it down: the orders that changed since the last time, one fit, one row a customer.
/// It writes in short transactions into a table beside the one in use, which takes its place at the end: nobody who saves something waits for it, everybody reads one run whole, and a run that breaks off leaves the one before.
/// </summary>
public static class ValueRun
{
    private const int RowsAtOnce = 10_000;

    private static readonly string[] Columns =
    [
        "record_id", "as_of", "currency", "purchases", "first_on", "last_on", "rhythm", "late", "revenue", "historical", "current", "model", "potential", "at_risk", "alive", "expected", "contribution",
        "tier", "tier_before", "quadrant", "class", "rfm", "loyalty", "profit", "promise", "influence", "cost_known", "goods", "cost_service", "cost_marketing", "cost_sales", "cost_finance", "cost_other", "costs", "investment", "plane", "run", "to_next", "satisfaction", "trust",
    ];

    private static readonly string[] MonthColumns = ["record_id", "period", "tier", "current", "model", "alive", "loyalty", "profit", "promise", "influence", "weights"];

    /// <param name="on">The day as of which to reckon, for a past to be made up for; the company's today otherwise.</param>
    public static async Task<ValueRunResult> RunAsync(Workspace workspace, Actor actor, DateOnly? on = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var took = new Dictionary<string, double>(StringComparer.Ordinal);
        void Lap(string part) => took[part] = Math.Round(clock.Elapsed.TotalSeconds - took.Values.Sum(), 3);
        Standing standing;
        ValueSettings settings;
        Settings company;
        Dictionary<Guid, byte> before;
        string? rulesChanged;
        DateOnly asOf;
        TimeZoneInfo zone;
        long number, future, weights;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            company = await Settings.ReadAsync(session, cancel);
            zone = TimeZoneInfo.FindSystemTimeZoneById(company.TimeZone);
            asOf = on ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Now, zone).DateTime);
            number = (await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(number) FROM value_run"), cancel) ?? 0) + 1;
            settings = await ValueSettings.ReadAsync(session, cancel);
            weights = await ScoreWeights.CurrentAsync(session, cancel);
        }

        var (histories, read) = await OrderHistoryBook.BringUpAsync(workspace, asOf, settings, company.Currency, cancel);
        Lap("read");
        IReadOnlyDictionary<int, SampleMoney.Taken> money;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            money = await SampleMoney.ReadAsync(session, histories, settings.UsualMargin / 100, cancel);
        }

        var model = ValueModel.Fit(histories, money);
        Lap("fit");
        var simulation = Simulation.Of(histories, model, money, settings.HorizonMonths * Science.LifetimeValue.PurchaseLog.DaysPer(Science.LifetimeValue.TimeUnit.Month) / 7);
        Lap("simulate");
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            future = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM sales_order WHERE deleted_at IS NULL AND ordered_on > {asOf} AND status NOT IN ('draft', 'cancelled')"), cancel);
            var costs = await CustomerCosts.ReadAsync(session, histories.Ids, asOf, settings, zone, cancel);
            standing = Standing.Of(histories, await CustomerFacts.ReadAsync(session, histories.Ids, cancel), costs, model, settings, await CustomerFeelings.ReadAsync(session, histories.Ids, settings, workspace.Schema["customers"], asOf, zone, cancel));
            (before, rulesChanged) = await BeforeAsync(session, Period(asOf), settings, cancel);
            Lap("reckon");
        }

        await WriteAsync(workspace, standing, company.Currency, number, weights, before, cancel);
        Lap("write");
        var id = Guid.CreateVersion7(workspace.Now);
        var report = ValueReport.Of(standing, model, simulation, settings, before, rulesChanged, company.Currency, future, read, took);
        var (at, by, seconds, customers, orders) = (workspace.Now, actor.IsSystem ? (Guid?)null : actor.Id, clock.Elapsed.TotalSeconds, standing.Histories.Count, standing.Histories.Orders);
        await workspace.Database.WriteAsync(
            session =>
            {
                var json = new SqlName(session.Dialect.JsonParameter);
                return session.ExecuteAsync(Sql.Of($"INSERT INTO value_run (id, number, at, as_of, by_id, seconds, customers, orders, settings, report) VALUES ({id}, {number}, {at}, {asOf}, {by}, {seconds}, {(long)customers}, {orders}, {settings.ToJson()}{json}, {report}{json})"), cancel).AsTask();
            },
            cancel);
        return new ValueRunResult(id, asOf, customers, orders, read, model.Name, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The month to which a day's standing belongs.</summary>
    public static string Period(DateOnly day) => $"{day:yyyy-MM}";

    /// <summary>The tier of each customer at the end of the last month that was reckoned; nobody's, but that month, where other rules made them.</summary>
    private static async Task<(Dictionary<Guid, byte> Tiers, string? RulesChanged)> BeforeAsync(DatabaseSession session, string period, ValueSettings settings, CancellationToken cancel)
    {
        var tiers = new Dictionary<Guid, byte>();
        if (await session.ScalarAsync<string>(Sql.Of($"SELECT MAX(period) FROM customer_value_month WHERE period < {period}"), cancel) is not { } last)
        {
            return (tiers, null);
        }

        if (await TierRules.OfAsync(session, last, cancel) is { } then && !TierRules.Same(then, settings))
        {
            return (tiers, last);
        }

        await using var reader = await session.ReadAsync(Sql.Of($"SELECT record_id, tier FROM customer_value_month WHERE period = {last}"), cancel);
        while (await reader.ReadAsync(cancel))
        {
            tiers[session.Dialect.ReadId(reader, 0)] = (byte)Math.Max(0, Array.IndexOf(Standing.Tiers, reader.GetString(1)));
        }

        return (tiers, null);
    }

    private static async Task WriteAsync(Workspace workspace, Standing standing, string currency, long number, long weights, Dictionary<Guid, byte> before, CancellationToken cancel)
    {
        var histories = standing.Histories;
        var period = Period(histories.AsOf);
        await workspace.Database.WriteAsync(session => NextValues.BeginAsync(session, cancel), cancel);
        for (var from = 0; from == 0 || from < histories.Count; from += RowsAtOnce)
        {
            var (first, count) = (from, Math.Min(RowsAtOnce, histories.Count - from));
            await workspace.Database.WriteAsync(
                async session =>
                {
                    // From this piece's first customer to the next one's: whoever has no orders any more goes with it.
                    var range = new Sql();
                    range.Append(first > 0 ? " AND record_id >= " : "");
                    if (first > 0)
                    {
                        range.Value(histories.Ids[first]);
                    }

                    if (first + count < histories.Count)
                    {
                        range.Append(" AND record_id < ").Value(histories.Ids[first + count]);
                    }

                    await session.ExecuteAsync(new Sql().Append("DELETE FROM customer_value_month WHERE period = ").Value(period).Append(range), cancel);
                    // A customer who was erased while this was being reckoned stays away.
                    var there = await ThereAsync(session, histories, first, count, cancel);
                    await BulkInsert.RunAsync(session, NextValues.Table, Columns, (i, row) => Fill(row, standing, there[i], currency, number, before), there.Count, cancel: cancel);
                    await BulkInsert.RunAsync(session, "customer_value_month", MonthColumns, (i, row) => FillMonth(row, standing, there[i], period, weights), there.Count, cancel: cancel);
                    return true;
                },
                cancel);
        }

        foreach (var column in NextValues.Sorted)
        {
            await workspace.Database.WriteAsync(session => NextValues.IndexAsync(session, column, cancel), cancel);
        }

        await workspace.Database.WriteAsync(session => NextValues.TakePlaceAsync(session, cancel), cancel);
    }

    private static async Task<List<int>> ThereAsync(DatabaseSession session, OrderHistories histories, int first, int count, CancellationToken cancel)
    {
        var places = new List<int>(count);
        if (count <= 0)
        {
            return places;
        }

        var (from, to) = (histories.Ids[first], histories.Ids[first + count - 1]);
        var at = first;
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT id FROM customer WHERE id >= {from} AND id <= {to} ORDER BY id"), cancel);
        while (at < first + count && await reader.ReadAsync(cancel))
        {
            var id = session.Dialect.ReadId(reader, 0);
            while (at < first + count && IdOrder.Instance.Compare(histories.Ids[at], id) < 0)
            {
                at++;
            }

            if (at < first + count && histories.Ids[at] == id)
            {
                places.Add(at++);
            }
        }

        return places;
    }

    private static void Fill(object?[] row, Standing standing, int place, string currency, long number, Dictionary<Guid, byte> before)
    {
        var (h, c) = (standing.Histories, standing.Costs);
        var (rhythm, late) = Rhythm(h, place);
        var values = (object?[])
        [
            h.Ids[place], Day(h.AsOf.DayNumber), currency, (long)h.Purchases[place], Day(h.FirstDay[place]), Day(h.LastDay[place]), rhythm, late,
            Stored(h.Revenue[place]), Stored(standing.Profit[place]), Stored(standing.Current[place]), Stored(standing.Model[place]), Stored(standing.Potential[place]), Stored(standing.AtRisk[place]),
            Math.Round(standing.Alive[place], 6), Math.Round(standing.Purchases[place], 6), Stored(standing.Contribution[place]),
            Standing.Tiers[standing.Tier[place]], before.TryGetValue(h.Ids[place], out var was) ? Standing.Tiers[was] : null, Standing.Quadrants[standing.Quadrant[place]], Standing.Classes[standing.Class[place]],
            $"{standing.Rfm[0][place]}{standing.Rfm[1][place]}{standing.Rfm[2][place]}", Whole(standing.Scores[0][place]), Whole(standing.Scores[1][place]), Whole(standing.Scores[2][place]), Whole(standing.Scores[3][place]), h.Counts[place].WithoutCost == 0 ? 1L : 0L,
            Stored(h.Revenue[place] - h.Margin[place]), Stored(c.ByKind[0][place]), Stored(c.ByKind[1][place]), Stored(c.ByKind[2][place]), Stored(c.ByKind[3][place]), Stored(c.ByKind[4][place]), Stored(c.Total[place]), Stored(c.LastYear[place]), Standing.Planes[standing.Plane[place]], number, Stored(standing.ToNext[place]), Known(standing.Satisfaction[place]), Known(standing.Trust[place]),
        ];
        values.CopyTo(row, 0);
    }

    private static void FillMonth(object?[] row, Standing standing, int place, string period, long weights)
    {
        var values = (object?[])
        [
            standing.Histories.Ids[place], period, Standing.Tiers[standing.Tier[place]], Stored(standing.Current[place]), Stored(standing.Model[place]), Math.Round(standing.Alive[place], 6),
            Whole(standing.Scores[0][place]), Whole(standing.Scores[1][place]), Whole(standing.Scores[2][place]), Whole(standing.Scores[3][place]), weights,
        ];
        values.CopyTo(row, 0);
    }

    /// <summary>Mean days between purchases, and the silence since the last one in such gaps; nothing for who bought once.</summary>
    private static (double? Rhythm, double? Late) Rhythm(OrderHistories histories, int place)
    {
        if (histories.Purchases[place] < 2)
        {
            return (null, null);
        }

        var gap = (histories.LastDay[place] - histories.FirstDay[place]) / (histories.Purchases[place] - 1.0);
        return (Math.Round(gap, 2), Math.Round((histories.AsOf.DayNumber - histories.LastDay[place]) / gap, 3));
    }

    private static string Day(int number) => DateOnly.FromDayNumber(number).ToString("yyyy-MM-dd");

    /// <summary>Money as it is stored, to the cent.</summary>
    private static long Stored(double amount) => double.IsFinite(amount) ? (long)Math.Round(Math.Clamp(amount, -9e14, 9e14) * 100, MidpointRounding.AwayFromZero) * 100 : 0;

    private static object? Known(double score) => double.IsFinite(score) ? Whole(score) : null;

    private static long Whole(double score) => (long)Math.Round(Math.Clamp(score, 0, 100), MidpointRounding.AwayFromZero);
}
