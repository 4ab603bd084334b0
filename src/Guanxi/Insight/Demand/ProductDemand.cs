using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Insight.Demand;

/// <summary>What a product sold month by month, and what the next months may bring.</summary>
/// <param name="Months">Money of the last months, oldest first; returns taken off.</param>
/// <param name="Forecast">Money of the next months with the bounds that hold it with 80 %; empty where the past is too short.</param>
internal sealed record ProductSales(Guid Product, double LastYear, double YearBefore, double Quantity, int Customers, IReadOnlyList<double> Months, IReadOnlyList<(double Mean, double Low, double High)> Forecast);

/// <summary>Who has one product and lacks another that its owners usually have.</summary>
/// <param name="Has">The product on the left.</param>
/// <param name="Lacks">The product usually bought with it.</param>
/// <param name="Together">Customers with both.</param>
/// <param name="Confidence">Share of the owners of the first who have the second.</param>
/// <param name="Lift">That over the share of all customers who have it.</param>
/// <param name="Customers">Owners of the first who lack the second.</param>
/// <param name="Worth">What they might buy in a year: their number × confidence × what an owner of the second spends on it in a year.</param>
internal sealed record ProductGap(Guid Has, Guid Lacks, int Together, double Confidence, double Lift, int Customers, double Worth);

/// <summary>What is bought, what is bought together and what is missing, from the lines of the last two years' orders. A basket is a customer's year.</summary>
internal sealed class ProductDemand
{
    private const int MonthsShown = 24;
    private const int MonthsAhead = 3;
    private const int MostProducts = 200;
    private const int MostGaps = 100;
    private const double LeastLift = 1.2;
    private const double LeastConfidence = 0.15;
    private const int FewestTogether = 5;

    private readonly Dictionary<Guid, double[]> months = [];
    private readonly Dictionary<Guid, (double Quantity, double LastYear, double YearBefore)> sums = [];
    private readonly Dictionary<Guid, int> places = [];
    private readonly Dictionary<Guid, int> customers = [];

    /// <summary>Who bought what in the last year: place of the customer and of the product, once each when they have been sorted.</summary>
    private readonly List<long> bought = [];
    private int[] buyers = [];
    private readonly DateOnly first;

    private ProductDemand(DateOnly asOf)
    {
        AsOf = asOf;
        first = new DateOnly(asOf.Year, asOf.Month, 1).AddMonths(1 - MonthsShown);
    }

    public DateOnly AsOf { get; }

    public IReadOnlyList<ProductSales> Products { get; private set; } = [];

    public IReadOnlyList<ProductGap> Gaps { get; private set; } = [];

    /// <summary>Lines read.</summary>
    public long Lines { get; private set; }

    /// <summary>Money of lines that name no product of the catalogue, in the last 365 days.</summary>
    public double WithoutProduct { get; private set; }

    public static async Task<ProductDemand> ReadAsync(Workspace workspace, DateOnly asOf, CancellationToken cancel = default)
    {
        var demand = new ProductDemand(asOf);
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            await demand.GatherAsync(session, cancel);
        }

        demand.Products = [.. demand.sums.OrderByDescending(item => item.Value.LastYear).ThenBy(item => item.Key).Take(MostProducts).Select(item => demand.Sales(item.Key))];
        demand.Gaps = demand.Mine();
        return demand;
    }

    private async Task GatherAsync(DatabaseSession session, CancellationToken cancel)
    {
        var yearAgo = AsOf.AddDays(-365).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var twoYearsAgo = AsOf.AddDays(-730).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        // Most orders are read, so they are read as they lie, each with its lines behind it; an index of days would jump about in both tables.
        var sqlite = session.Dialect.IsSqlite;
        var from = new SqlName(sqlite ? "sales_order o NOT INDEXED CROSS JOIN order_line l" : "sales_order o JOIN order_line l");
        await using var reader = await session.ReadAsync(
            Sql.Of($"SELECT o.seq, o.customer_id, o.ordered_on, o.kind, o.rate, l.product_id, l.quantity, l.total FROM {from} ON l.order_id = o.id WHERE o.deleted_at IS NULL AND l.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.ordered_on >= {first} AND o.ordered_on <= {AsOf}"), cancel);
        var (order, customer, month, lastYear, yearBefore, sign, rate) = (-1L, -1, 0, false, false, 1, 1.0);
        double Number(int at) => sqlite ? reader.GetDouble(at) : Convert.ToDouble(reader.GetValue(at), CultureInfo.InvariantCulture);
        while (await reader.ReadAsync(cancel))
        {
            Lines++;
            if (reader.GetInt64(0) != order)
            {
                order = reader.GetInt64(0);
                var day = reader.GetString(2);
                (lastYear, sign, rate, customer) = (string.CompareOrdinal(day, yearAgo) > 0, reader.GetString(3) == "return" ? -1 : 1, Number(4), -1);
                yearBefore = !lastYear && string.CompareOrdinal(day, twoYearsAgo) > 0;
                month = (((int.Parse(day.AsSpan(0, 4), CultureInfo.InvariantCulture) - first.Year) * 12) + int.Parse(day.AsSpan(5, 2), CultureInfo.InvariantCulture)) - first.Month;
                if (lastYear && sign > 0)
                {
                    customer = Place(customers, session.Dialect.ReadId(reader, 1));
                }
            }

            var money = sign * reader.GetInt64(7) / 10_000.0 * rate;
            if (reader.IsDBNull(5))
            {
                WithoutProduct += lastYear ? money : 0;
                continue;
            }

            var product = session.Dialect.ReadId(reader, 5);
            if (!months.TryGetValue(product, out var series))
            {
                series = months[product] = new double[MonthsShown];
            }

            series[month] += money;
            var sum = sums.GetValueOrDefault(product);
            sums[product] = lastYear ? (sum.Quantity + (sign * Number(6)), sum.LastYear + money, sum.YearBefore) : (sum.Quantity, sum.LastYear, sum.YearBefore + (yearBefore ? money : 0));
            if (customer >= 0)
            {
                bought.Add(((long)customer << 32) | (uint)Place(places, product));
            }
        }

        bought.Sort();
        var kept = 0;
        buyers = new int[places.Count];
        for (var i = 0; i < bought.Count; i++)
        {
            if (i == 0 || bought[i] != bought[i - 1])
            {
                buyers[(int)(uint)bought[i]]++;
                bought[kept++] = bought[i];
            }
        }

        bought.RemoveRange(kept, bought.Count - kept);
    }

    private static int Place(Dictionary<Guid, int> places, Guid id)
    {
        ref var place = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(places, id, out var known);
        return known ? place : place = places.Count - 1;
    }

    private ProductSales Sales(Guid product)
    {
        var (quantity, lastYear, before) = sums[product];
        var series = months[product];
        return new ProductSales(product, lastYear, before, quantity, places.TryGetValue(product, out var place) ? buyers[place] : 0, series, Ahead(series));
    }

    /// <summary>The next months from those that are over; nothing where there are fewer than six with sales.</summary>
    private static IReadOnlyList<(double Mean, double Low, double High)> Ahead(double[] series)
    {
        // The month that runs is not over, and what came before the first sale says nothing.
        double[] past = [.. series.Take(series.Length - 1).SkipWhile(value => value == 0)];
        if (past.Length < 6)
        {
            return [];
        }

        try
        {
            var forecast = Forecaster.Forecast(past, past.Length >= 24 ? 12 : 1, MonthsAhead + 1);
            return [.. Enumerable.Range(0, MonthsAhead + 1).Select(i => (Math.Max(0, forecast.Mean[i]), Math.Max(0, forecast.Lower80[i]), Math.Max(0, forecast.Upper80[i])))];
        }
        catch (UnsuitableDataException)
        {
            return [];
        }
    }

    /// <summary>Pairs of products that a customer's year has both of, counted one by one: rules of one product for another need no more.</summary>
    private List<ProductGap> Mine()
    {
        var baskets = customers.Count;
        var fewest = Math.Max(FewestTogether, 0.0005 * baskets);
        if (baskets < 2 * FewestTogether)
        {
            return [];
        }

        var together = new Dictionary<(int, int), int>();
        var basket = new List<int>();
        for (var i = 0; i < bought.Count; i++)
        {
            // What too few have has no pair that enough have.
            var product = (int)(uint)bought[i];
            if (buyers[product] >= fewest)
            {
                foreach (var other in basket)
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(together, (other, product), out _)++;
                }

                basket.Add(product);
            }

            if (i + 1 == bought.Count || bought[i + 1] >> 32 != bought[i] >> 32)
            {
                basket.Clear();
            }
        }

        var ids = places.ToDictionary(item => item.Value, item => item.Key);
        var gaps = new List<ProductGap>();
        foreach (var ((one, other), count) in together.Where(item => item.Value >= fewest))
        {
            foreach (var (has, lacks) in new[] { (one, other), (other, one) })
            {
                var confidence = count / (double)buyers[has];
                var lift = confidence * baskets / buyers[lacks];
                var (without, each) = (buyers[has] - count, sums[ids[lacks]].LastYear / buyers[lacks]);
                if (confidence >= LeastConfidence && lift >= LeastLift && without > 0 && each > 0)
                {
                    gaps.Add(new ProductGap(ids[has], ids[lacks], count, confidence, lift, without, without * confidence * each));
                }
            }
        }

        return [.. gaps.OrderByDescending(gap => gap.Worth).ThenBy(gap => gap.Has).ThenBy(gap => gap.Lacks).Take(MostGaps)];
    }
}
