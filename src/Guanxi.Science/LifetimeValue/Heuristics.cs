namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// The rules of thumb a model has to beat: Wübben and von Wangenheim (2008), Instant Customer Base Analysis: Managerial Heuristics
/// Often "Get It Right", Journal of Marketing 72(3).
/// </summary>
public static class Heuristics
{
    /// <summary>Purchases in the horizon if the customer goes on at the past rate x/T.</summary>
    public static double PastRate(in PurchaseSummary customer, double horizon) => customer.Age > 0 ? customer.Frequency / customer.Age * horizon : 0;

    /// <summary>As <see cref="PastRate"/>, but nothing from a customer silent for longer than the hiatus.</summary>
    public static double PastRateUnlessGone(in PurchaseSummary customer, double horizon, double hiatus) =>
        customer.Age - customer.Recency > hiatus ? 0 : PastRate(customer, horizon);

    /// <summary>The silence that 90 % of all gaps between two purchases in calibration do not exceed, in the unit of the summaries; <see cref="double.MaxValue"/> without gaps.</summary>
    public static double Hiatus(IReadOnlyList<CustomerHistory> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var gaps = new List<double>();
        foreach (var customer in customers)
        {
            var repeats = customer.Summary.Frequency;
            if (repeats == 0 || customer.Summary.Recency <= 0)
            {
                continue;
            }

            var days = customer.PurchaseDays;
            var unit = (days[repeats].DayNumber - days[0].DayNumber) / customer.Summary.Recency;
            for (var i = 1; i <= repeats; i++)
            {
                gaps.Add((days[i].DayNumber - days[i - 1].DayNumber) / unit);
            }
        }

        gaps.Sort();
        return gaps.Count == 0 ? double.MaxValue : gaps[(int)Math.Ceiling(0.9 * gaps.Count) - 1];
    }
}
