using System.Globalization;
using Guanxi.Database;
using Guanxi.Sales.Costs;

namespace Guanxi.Insight.Value;

/// <summary>
/// What was spent on each customer beside the goods, as columns in the order of <see cref="OrderHistories.Ids"/>: costs that were written down, and the hours of activities at the
/// company's rates. Money is in the company's currency.
/// </summary>
public sealed class CustomerCosts
{
    private const long MostMinutes = 1440;
    private readonly Dictionary<string, int> kinds = Cost.Kinds.Select((choice, i) => (choice.Value, i)).ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> place;

    private CustomerCosts(IReadOnlyList<Guid> ids)
    {
        place = new Dictionary<Guid, int>(ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            place[ids[i]] = i;
        }

        ByKind = [.. Cost.Kinds.Select(_ => new double[ids.Count])];
        Total = new double[ids.Count];
        LastYear = new double[ids.Count];
    }

    /// <summary>Of all time, by kind in the order of <see cref="Cost.Kinds"/>.</summary>
    public double[][] ByKind { get; }

    /// <summary>Of all time and all kinds.</summary>
    public double[] Total { get; }

    /// <summary>Of the last 365 days: what is being put into the customer.</summary>
    public double[] LastYear { get; }

    /// <summary>Customers who have not bought and on whom money was spent, and how much in the last 365 days.</summary>
    public (int Customers, double LastYearAmount) NotYetBuying { get; private set; }

    public static CustomerCosts None(int count) => new(new Guid[count]);

    public static async Task<CustomerCosts> ReadAsync(DatabaseSession session, IReadOnlyList<Guid> ids, DateOnly asOf, ValueSettings settings, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        var costs = new CustomerCosts(ids);
        var others = new Dictionary<Guid, double>();
        var yearAgo = asOf.AddDays(-365);
        await using (var reader = await session.ReadAsync(
            Sql.Of($"SELECT customer_id, kind, SUM(home_amount / 100), SUM(CASE WHEN spent_on > {yearAgo} THEN home_amount / 100 ELSE 0 END) FROM cost WHERE deleted_at IS NULL AND spent_on <= {asOf} GROUP BY customer_id, kind"), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                costs.Add(others, session.Dialect.ReadId(reader, 0), reader.GetString(1), Number(reader.GetValue(2)) / 100, Number(reader.GetValue(3)) / 100);
            }
        }

        var charged = settings.ActivityRates.Where(rate => rate.Value.HourlyRate > 0).ToDictionary(StringComparer.Ordinal);
        if (charged.Count > 0)
        {
            DateTimeOffset Until(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), zone.GetUtcOffset(day.ToDateTime(TimeOnly.MinValue)));
            var (until, since) = (Until(asOf), Until(yearAgo));
            // One that says when it ended took so long, a day at most; the others take what their kind usually takes.
            var said = Sql.Of($"end_at > at");
            var minutes = Sql.Of($"CASE WHEN end_at - at > {MostMinutes * 60_000} THEN {MostMinutes} ELSE (end_at - at) / 60000 END");
            var sql = Sql.Of($"SELECT customer_id, kind, SUM(CASE WHEN {said} THEN {minutes} ELSE 0 END), SUM(CASE WHEN {said} THEN 0 ELSE 1 END), SUM(CASE WHEN at >= {since} AND {said} THEN {minutes} ELSE 0 END), SUM(CASE WHEN at < {since} OR {said} THEN 0 ELSE 1 END) FROM activity WHERE status = 'done' AND deleted_at IS NULL AND customer_id IS NOT NULL AND at < {until} AND kind IN ").List(charged.Keys).Append(" GROUP BY customer_id, kind");
            await using var reader = await session.ReadAsync(sql, cancel);
            while (await reader.ReadAsync(cancel))
            {
                var rate = charged[reader.GetString(1)];
                double Money(int at) => Math.Round((Number(reader.GetValue(at)) + (Number(reader.GetValue(at + 1)) * rate.Minutes)) / 60 * rate.HourlyRate, 2);
                costs.Add(others, session.Dialect.ReadId(reader, 0), rate.Kind, Money(2), Money(4));
            }
        }

        costs.NotYetBuying = (others.Count, others.Values.Sum());
        return costs;
    }

    private void Add(Dictionary<Guid, double> others, Guid customer, string kind, double ever, double lastYear)
    {
        if (place.TryGetValue(customer, out var at))
        {
            ByKind[kinds.GetValueOrDefault(kind, kinds["other"])][at] += ever;
            Total[at] += ever;
            LastYear[at] += lastYear;
        }
        else if (ever > 0)
        {
            others[customer] = others.GetValueOrDefault(customer) + lastYear;
        }
    }

    private static double Number(object value) => value is DBNull ? 0 : Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
