using Guanxi.Science.Common;

namespace Guanxi.Science.LifetimeValue;

/// <summary>Whether purchase histories suit the models of buying and dropping out, in sentences.</summary>
public static class Suitability
{
    private const int FewCustomers = 100;

    /// <summary>Gaps as regular as this are the same to every customer.</summary>
    private const double Clockwork = 1000;

    /// <summary>Checks summaries before a fit.</summary>
    public static IReadOnlyList<Finding> Check(IReadOnlyList<PurchaseSummary> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var findings = new List<Finding>();
        double count = customers.Sum(c => (double)c.Count);
        if (count == 0)
        {
            findings.Add(new Finding("no-customers", FindingWeight.Refusal, "There is no customer."));
            return findings;
        }

        var repeaters = customers.Where(c => c.Frequency > 0).Sum(c => (double)c.Count);
        if (repeaters == 0)
        {
            findings.Add(new Finding("no-repeat-purchases", FindingWeight.Refusal, customers.All(c => c.Age == 0)
                ? "All purchases lie on one day, so there is no rhythm to learn from; revenue so far can still be shown."
                : "No customer has bought a second time, so neither the rhythm of purchases nor dropout can be estimated; revenue so far can still be shown."));
            return findings;
        }

        if (count < FewCustomers)
        {
            findings.Add(new Finding("few-customers", FindingWeight.Warning, $"{count:0} customers are few for four parameters; expect wide standard errors."));
        }

        if (repeaters < 30)
        {
            findings.Add(new Finding("few-repeat-customers", FindingWeight.Warning, $"Only {repeaters:0} customers have bought a second time; the dropout parameters will be uncertain."));
        }

        var mean = customers.Sum(c => (double)c.Count * c.Frequency) / count;
        var variance = customers.Sum(c => c.Count * Math.Pow(c.Frequency - mean, 2)) / count;
        if (variance < mean && customers.Max(c => c.Age) < 1.5 * customers.Min(c => c.Age))
        {
            findings.Add(new Finding("too-even", FindingWeight.Warning, $"Customers buy more evenly than chance (variance {variance:0.##} below mean {mean:0.##} repeat purchases), as with subscriptions; a contract model suits better than these."));
        }

        if (customers.Where(c => c.Age - c.Recency < 0.1 * c.Age).Sum(c => (double)c.Count) > 0.9 * count)
        {
            findings.Add(new Finding("nobody-left", FindingWeight.Warning, "Nine of ten customers bought just before the end of observation, so dropout can hardly be estimated."));
        }

        return findings;
    }

    /// <summary>Checks a split log: what <see cref="Check(IReadOnlyList{PurchaseSummary})"/> sees, and how regular the gaps between purchases are.</summary>
    public static IReadOnlyList<Finding> Check(CalibrationSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        var findings = new List<Finding>(split.Findings);
        findings.AddRange(Check(split.Customers.Select(customer => customer.Summary).ToArray()));
        if (Regularity(split.Customers) is { } regularity && regularity > 1.5)
        {
            findings.Add(new Finding("regular-buyers", FindingWeight.Warning, $"Gaps between purchases are regular (shape {regularity:0.0} where chance gives 1), so the models are too patient with customers who are late."));
        }

        return findings;
    }

    /// <summary>
    /// Regularity of the gaps as the shape k of an Erlang distribution, from the variance 1/(4(2k+1)) of the share of one gap in two
    /// neighbouring gaps (Wheat and Morrison 1990, Estimating Purchase Regularity with Two Interpurchase Times, J. Marketing Research 27(1)).
    /// At most 1,000; null when fewer than 30 customers have two gaps.
    /// </summary>
    public static double? Regularity(IReadOnlyList<CustomerHistory> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var shares = new List<double>();
        foreach (var customer in customers)
        {
            if (customer.Summary.Frequency < 2)
            {
                continue;
            }

            // The last two gaps of calibration, one pair per customer so that heavy buyers do not outvote the others.
            var days = customer.PurchaseDays;
            var last = customer.Summary.Frequency;
            double first = days[last - 1].DayNumber - days[last - 2].DayNumber, second = days[last].DayNumber - days[last - 1].DayNumber;
            shares.Add(first / (first + second));
        }

        if (shares.Count < 30)
        {
            return null;
        }

        var variance = shares.Average(share => Math.Pow(share - 0.5, 2));
        return variance > 0 ? Math.Clamp((1 - (4 * variance)) / (8 * variance), 0, Clockwork) : Clockwork;
    }

    /// <summary>
    /// Compares how many customers made 0, 1, … 7+ repeat purchases with what the fitted model expects: Pearson's χ², and a warning
    /// when a tenth of the customers sit in the wrong cell.
    /// </summary>
    public static (IReadOnlyList<(int Purchases, double Actual, double Expected)> Cells, double ChiSquare, Finding? Finding) GoodnessOfFit(IPurchaseModel model, IReadOnlyList<PurchaseSummary> customers)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(customers);
        const int last = 7;
        var actual = new double[last + 1];
        var expected = new double[last + 1];
        foreach (var group in customers.GroupBy(c => Math.Round(c.Age, 2)))
        {
            var count = group.Sum(c => (double)c.Count);
            double rest = 1;
            for (var x = 0; x < last; x++)
            {
                var probability = model.Probability(x, group.Key);
                expected[x] += count * probability;
                rest -= probability;
            }

            expected[last] += count * Math.Max(0, rest);
            foreach (var customer in group)
            {
                actual[Math.Min(last, customer.Frequency)] += customer.Count;
            }
        }

        var total = actual.Sum();
        double chiSquare = 0, misplaced = 0;
        for (var x = 0; x <= last; x++)
        {
            chiSquare += expected[x] > 0 ? Math.Pow(actual[x] - expected[x], 2) / expected[x] : 0;
            misplaced += Math.Abs(actual[x] - expected[x]) / 2;
        }

        var finding = misplaced > 0.1 * total
            ? new Finding("poor-fit", FindingWeight.Warning, $"{misplaced / total:0%} of the customers would have to change their number of purchases to match {model.Name}; read its predictions with care.")
            : null;
        return (Enumerable.Range(0, last + 1).Select(x => (x, actual[x], expected[x])).ToArray(), chiSquare, finding);
    }
}
