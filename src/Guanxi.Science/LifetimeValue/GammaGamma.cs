using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// Gamma-Gamma: spend per purchase is Gamma(p, ν) within a customer, with ν ~ Gamma(q, v) across customers, independent of
/// how often they buy. Fader, Hardie and Lee (2005), RFM and CLV, J. Marketing Research 42(4); Fader and Hardie (2013),
/// The Gamma-Gamma Model of Monetary Value (note 025).
/// </summary>
public sealed record GammaGamma(double P, double Q, double V)
{
    private static readonly string[] Names = ["p", "q", "v"];

    /// <summary>E[Z] = pv/(q − 1): mean spend of a customer picked at random; null when q ≤ 1, where the model has no mean.</summary>
    public double? MeanSpend => Q > 1 ? P * V / (Q - 1) : null;

    /// <summary>Maximum-likelihood estimates from several starts, from customers with at least one purchase and positive spend.</summary>
    /// <exception cref="UnsuitableDataException">No such customer, or all spend the same.</exception>
    public static ModelFit<GammaGamma> Fit(IReadOnlyList<SpendSummary> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var groups = customers.Where(c => c.Frequency > 0 && double.IsFinite(c.MeanSpend) && c.MeanSpend > 0 && c.Count > 0)
            .GroupBy(c => (c.Frequency, c.MeanSpend))
            .Select(g => new SpendSummary(g.Key.Frequency, g.Key.MeanSpend, g.Sum(c => c.Count)))
            .ToArray();
        if (groups.Length == 0)
        {
            throw new UnsuitableDataException("No customer has a purchase with a positive amount, so spend cannot be modelled.");
        }

        if (groups.Select(g => g.MeanSpend).Distinct().Count() == 1)
        {
            throw new UnsuitableDataException($"Every customer spends exactly {groups[0].MeanSpend:g6} per purchase, so there is no difference between customers to model.");
        }

        var total = groups.Sum(g => (double)g.Count);
        var scale = groups.Sum(g => g.MeanSpend * g.Count) / total;
        var likelihood = new Likelihood(groups.Select(g => g with { MeanSpend = g.MeanSpend / scale }).ToArray(), total);
        var estimate = LikelihoodFitter.Maximise(likelihood.Evaluate, total, [[3, 3, 1], [1, 2, 2], [8, 5, 0.5]], Names);
        var shift = -total * Math.Log(scale);
        estimate.Parameters[2] *= scale;
        estimate.StandardErrors[2] *= scale;
        var p = estimate.Parameters;
        return (estimate with
        {
            LogLikelihood = estimate.LogLikelihood + shift,
            LogLikelihoodByStart = estimate.LogLikelihoodByStart.Select(value => value + shift).ToArray(),
        }).ToFit(new GammaGamma(p[0], p[1], p[2]), Names, (long)total);
    }

    /// <summary>ln f(z̄ | p, q, v; x) (note 025, eq. 1a).</summary>
    public double LogLikelihood(in SpendSummary customer)
    {
        double px = P * customer.Frequency, total = customer.Frequency * customer.MeanSpend;
        return LogGamma(px + Q) - LogGamma(px) - LogGamma(Q) + (Q * Math.Log(V)) + (px * Math.Log(total))
            - Math.Log(customer.MeanSpend) - ((px + Q) * Math.Log(V + total));
    }

    /// <summary>
    /// E(Z | z̄, x) = p(v + x z̄)/(px + q − 1): expected spend per future purchase (note 025, eq. 5), the mean of all customers when x = 0.
    /// Null when px + q ≤ 1.
    /// </summary>
    public double? ExpectedSpend(in SpendSummary customer)
    {
        var spend = customer.Frequency > 0 ? customer.Frequency * Math.Max(0, customer.MeanSpend) : 0;
        var denominator = (P * customer.Frequency) + Q - 1;
        return denominator > 0 ? P * (V + spend) / denominator : null;
    }

    /// <summary>
    /// Correlation of mean spend with the number of purchases among customers with both, which the model takes to be zero
    /// (Fader, Hardie and Lee 2005, section 4.1); null when either does not vary.
    /// </summary>
    public static double? CorrelationWithFrequency(IReadOnlyList<SpendSummary> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var buyers = customers.Where(c => c.Frequency > 0 && c.MeanSpend > 0).ToArray();
        var total = buyers.Sum(c => (double)c.Count);
        if (total < 3)
        {
            return null;
        }

        double meanX = buyers.Sum(c => (double)c.Count * c.Frequency) / total, meanZ = buyers.Sum(c => c.Count * c.MeanSpend) / total;
        double both = 0, x = 0, z = 0;
        foreach (var (frequency, spend, count) in buyers)
        {
            both += count * (frequency - meanX) * (spend - meanZ);
            x += count * (frequency - meanX) * (frequency - meanX);
            z += count * (spend - meanZ) * (spend - meanZ);
        }

        return x > 0 && z > 0 ? both / Math.Sqrt(x * z) : null;
    }

    private sealed class Likelihood
    {
        private readonly SpendSummary[] groups;
        private readonly (int Frequency, double Count)[] frequencies;
        private readonly double total;
        private readonly double sumLog;

        public Likelihood(SpendSummary[] groups, double total)
        {
            this.groups = groups;
            this.total = total;
            frequencies = groups.GroupBy(g => g.Frequency).Select(g => (g.Key, g.Sum(c => (double)c.Count))).ToArray();
            sumLog = groups.Sum(g => g.Count * Math.Log(g.MeanSpend));
        }

        public double Evaluate(ReadOnlySpan<double> logs, Span<double> gradient)
        {
            double p = Math.Exp(logs[0]), q = Math.Exp(logs[1]), v = Math.Exp(logs[2]);
            double logGammaQ = LogGamma(q), digammaQ = Digamma(q), value = -sumLog, gp = 0, gq = 0, gv = 0;
            foreach (var (x, count) in frequencies)
            {
                double px = p * x, digamma = Digamma(px + q);
                value += count * (LogGamma(px + q) - LogGamma(px) - logGammaQ + (q * logs[2]));
                gp += count * x * (digamma - Digamma(px));
                gq += count * (digamma - digammaQ + logs[2]);
                gv += count * q / v;
            }

            foreach (var (x, mean, count) in groups)
            {
                double spend = x * mean, log = Math.Log(v + spend), px = p * x, logSpend = Math.Log(spend);
                value += count * ((px * logSpend) - ((px + q) * log));
                gp += count * x * (logSpend - log);
                gq -= count * log;
                gv -= count * (px + q) / (v + spend);
            }

            gradient[0] = -p * gp / total;
            gradient[1] = -q * gq / total;
            gradient[2] = -v * gv / total;
            return -value / total;
        }
    }
}
