using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;
using Guanxi.Science.Mining;

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
    private readonly Dictionary<Guid, HashSet<Guid>> buyers = [];
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
        await using var reader = await session.ReadAsync(
            Sql.Of($"SELECT o.customer_id, o.ordered_on, o.kind, o.rate, l.product_id, l.quantity, l.total FROM sales_order o JOIN order_line l ON l.order_id = o.id WHERE o.deleted_at IS NULL AND l.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.ordered_on >= {first} AND o.ordered_on <= {AsOf}"), cancel);
        while (await reader.ReadAsync(cancel))
        {
            Lines++;
            var (day, sign) = (reader.GetString(1), reader.GetString(2) == "return" ? -1 : 1);
            var (quantity, money) = (sign * Convert.ToDouble(reader.GetValue(5), CultureInfo.InvariantCulture), sign * reader.GetInt64(6) / 10_000.0 * Convert.ToDouble(reader.GetValue(3), CultureInfo.InvariantCulture));
            var lastYear = string.CompareOrdinal(day, yearAgo) > 0;
            if (reader.IsDBNull(4))
            {
                WithoutProduct += lastYear ? money : 0;
                continue;
            }

            var product = session.Dialect.ReadId(reader, 4);
            if (!months.TryGetValue(product, out var series))
            {
                series = months[product] = new double[MonthsShown];
                buyers[product] = [];
            }

            series[(((int.Parse(day.AsSpan(0, 4), CultureInfo.InvariantCulture) - first.Year) * 12) + int.Parse(day.AsSpan(5, 2), CultureInfo.InvariantCulture)) - first.Month] += money;
            var sum = sums.GetValueOrDefault(product);
            sums[product] = lastYear ? (sum.Quantity + quantity, sum.LastYear + money, sum.YearBefore) : (sum.Quantity, sum.LastYear, sum.YearBefore + (string.CompareOrdinal(day, twoYearsAgo) > 0 ? money : 0));
            if (lastYear && sign > 0)
            {
                buyers[product].Add(session.Dialect.ReadId(reader, 0));
            }
        }
    }

    private ProductSales Sales(Guid product)
    {
        var (quantity, lastYear, before) = sums[product];
        var series = months[product];
        return new ProductSales(product, lastYear, before, quantity, buyers[product].Count, series, Ahead(series));
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

    private List<ProductGap> Mine()
    {
        var baskets = new Dictionary<Guid, List<string>>();
        foreach (var (product, owners) in buyers)
        {
            foreach (var owner in owners)
            {
                (baskets.TryGetValue(owner, out var basket) ? basket : baskets[owner] = []).Add(product.ToString());
            }
        }

        if (baskets.Count < 2 * FewestTogether)
        {
            return [];
        }

        var data = new BasketData();
        foreach (var basket in baskets.OrderBy(item => item.Key))
        {
            data.Add(basket.Value);
        }

        var gaps = new List<ProductGap>();
        foreach (var rule in AssociationRules.Mine(data, Math.Min(1, Math.Max(FewestTogether / (double)baskets.Count, 0.0005)), LeastConfidence, longest: 2).Where(rule => rule.Lift >= LeastLift && rule.Left.Count == 1))
        {
            var (has, lacks) = (Guid.Parse(data.Items[rule.Left[0]]), Guid.Parse(data.Items[rule.Right]));
            var without = buyers[has].Count - rule.Count;
            var each = sums[lacks].LastYear / Math.Max(1, buyers[lacks].Count);
            if (without > 0 && each > 0)
            {
                gaps.Add(new ProductGap(has, lacks, rule.Count, rule.Confidence, rule.Lift, without, without * rule.Confidence * each));
            }
        }

        return [.. gaps.OrderByDescending(gap => gap.Worth).ThenBy(gap => gap.Has).ThenBy(gap => gap.Lacks).Take(MostGaps)];
    }
}
