using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// The Pareto/NBD likelihood in the form
/// L = Γ(r+x)/Γ(r) αʳ βˢ [(α+T)^−(r+x) (β+T)^−s + s ∫_{t_x}^{T} (α+u)^−(r+x) (β+u)^−(s+1) du]
/// (Schmittlein, Morrison and Colombo 1987, Management Science 33(1); Fader and Hardie 2005, "A Note on Deriving the Pareto/NBD
/// Model", eq. 16). The integral replaces the usual difference of two ₂F₁: its integrand is positive and smooth, so nothing
/// cancels or overflows for heavy buyers.
/// </summary>
internal static class ParetoNbdIntegral
{
    private const double Negligible = 45;
    private static readonly double[] Nodes;
    private static readonly double[] NodeWeights;

    static ParetoNbdIntegral() => (Nodes, NodeWeights) = Quadrature.GaussLegendre(20);

    /// <summary>
    /// ln of s ∫ (α+u)^−(r+x) (β+u)^−(s+1) du over (t_x, T), and the means of ln(α+u), ln(β+u), 1/(α+u), 1/(β+u) under that integrand,
    /// which are what its derivatives need.
    /// </summary>
    public static double Log(double shape, double alpha, double s, double beta, double recency, double age, Span<double> means)
    {
        means.Clear();
        if (age <= recency)
        {
            return double.NegativeInfinity;
        }

        // In v = ln(m+u) with m the smaller of α and β, the nearest singularity is π away, whatever the parameters.
        var smaller = Math.Min(alpha, beta);
        double logAlpha = Math.Log(alpha + recency), logBeta = Math.Log(beta + recency), start = Math.Log(smaller + recency);
        var length = double.LogP1((age - recency) / (smaller + recency));
        double Decay(double v)
        {
            var u = (smaller + recency) * double.ExpM1(v);
            return (shape * double.LogP1(u / (alpha + recency))) + ((s + 1) * double.LogP1(u / (beta + recency))) - v;
        }

        var decay = Decay(length);
        if (decay > Negligible)
        {
            (length, decay) = Cut(Decay, length);
        }

        var panels = (int)Math.Ceiling(Math.Max(length / 4, Math.Abs(decay) / 15));
        panels = Math.Max(1, panels);
        var width = length / panels;
        double sum = 0;
        for (var panel = 0; panel < panels; panel++)
        {
            for (var i = 0; i < Nodes.Length; i++)
            {
                var v = (panel + Nodes[i]) * width;
                var u = (smaller + recency) * double.ExpM1(v);
                double growAlpha = double.LogP1(u / (alpha + recency)), growBeta = double.LogP1(u / (beta + recency));
                var term = NodeWeights[i] * Math.Exp(v - (shape * growAlpha) - ((s + 1) * growBeta));
                sum += term;
                means[0] += term * growAlpha;
                means[1] += term * growBeta;
                means[2] += term / (alpha + recency + u);
                means[3] += term / (beta + recency + u);
            }
        }

        means[0] = (means[0] / sum) + logAlpha;
        means[1] = (means[1] / sum) + logBeta;
        means[2] /= sum;
        means[3] /= sum;
        return Math.Log(s) + Math.Log(sum * width) + start - (shape * logAlpha) - ((s + 1) * logBeta);
    }

    /// <summary>The point up to which the integrand matters: where it has fallen by e⁻⁴⁵.</summary>
    private static (double Length, double Decay) Cut(Func<double, double> decay, double length)
    {
        double low = 0, high = length;
        for (var i = 0; i < 60 && high - low > 1e-3 * high; i++)
        {
            var middle = (low + high) / 2;
            if (decay(middle) > Negligible)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return (high, decay(high));
    }
}

/// <summary>Negative mean log-likelihood of grouped customers under Pareto/NBD, with its gradient.</summary>
internal sealed class ParetoNbdLikelihood
{
    public static readonly string[] Names = ["r", "alpha", "s", "beta"];

    /// <summary>A table pays from so many groups with one number of purchases for each ten times that occur.</summary>
    private const int WorthATable = 10;

    private readonly PurchaseGroups groups;
    private readonly double[] times;
    private readonly int[] rank;
    private readonly bool[] tabled;

    /// <param name="tables">Whether integrals are tabled where that pays; without, each is a quadrature.</param>
    public ParetoNbdLikelihood(PurchaseGroups groups, bool tables = true)
    {
        this.groups = groups;
        var order = Enumerable.Range(0, groups.Times.Length).OrderBy(i => groups.Times[i]).ToArray();
        times = Array.ConvertAll(order, i => groups.Times[i]);
        rank = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        var sizes = new int[groups.Frequencies.Length];
        foreach (var frequency in groups.FrequencyIndex)
        {
            sizes[frequency]++;
        }

        tabled = Array.ConvertAll(sizes, size => tables && size > 1 && (long)size * WorthATable > times.Length);
    }

    /// <summary>At the logarithms of (r, α, s, β), α and β in scaled time.</summary>
    public double Evaluate(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        double r = Math.Exp(logs[0]), alpha = Math.Exp(logs[1]), s = Math.Exp(logs[2]), beta = Math.Exp(logs[3]);
        double logAlpha = logs[1], logBeta = logs[3], logGammaR = LogGamma(r), digammaR = Digamma(r);
        double value = 0, gr = 0;
        for (var i = 0; i < groups.Frequencies.Length; i++)
        {
            var x = groups.Frequencies[i];
            var weight = groups.FrequencyWeights[i];
            value += weight * (LogGamma(r + x) - logGammaR + (r * logAlpha) + (s * logBeta));
            gr += weight * (Digamma(r + x) - digammaR + logAlpha);
        }

        var table = tabled.Contains(true) ? new ParetoNbdTable(times, alpha, s, beta) : null;
        var kept = new double[groups.Frequencies.Length][];
        Parallel.For(0, kept.Length, x => kept[x] = tabled[x] ? table!.Sums(r + groups.Frequencies[x]) : []);
        var sums = groups.Accumulate(5, (from, to, sum) =>
        {
            Span<double> means = stackalloc double[4];
            for (var i = from; i < to; i++)
            {
                double recency = groups.Times[groups.RecencyIndex[i]], age = groups.Times[groups.AgeIndex[i]], weight = groups.Weights[i];
                var (x, last) = (groups.FrequencyIndex[i], rank[groups.AgeIndex[i]]);
                var shape = r + groups.Frequencies[x];
                double logAlphaAge = table?.LogAlpha(last) ?? Math.Log(alpha + age), logBetaAge = table?.LogBeta(last) ?? Math.Log(beta + age);
                var alive = (-shape * logAlphaAge) - (s * logBetaAge);
                var gone = tabled[x] ? table!.Log(kept[x], shape, rank[groups.RecencyIndex[i]], last, means) : ParetoNbdIntegral.Log(shape, alpha, s, beta, recency, age, means);
                var p = Sigmoid(gone - alive);
                sum[0] += weight * LogAddExp(alive, gone);
                sum[1] -= weight * (((1 - p) * logAlphaAge) + (p * means[0]));
                sum[2] -= weight * shape * (((1 - p) / (alpha + age)) + (p * means[2]));
                sum[3] -= weight * (((1 - p) * logBetaAge) + (p * (means[1] - (1 / s))));
                sum[4] -= weight * (((1 - p) * s / (beta + age)) + (p * (s + 1) * means[3]));
            }
        });

        var scale = -1 / groups.TotalWeight;
        gradient[0] = scale * r * (gr + sums[1]);
        gradient[1] = scale * ((alpha * sums[2]) + (r * groups.TotalWeight));
        gradient[2] = scale * s * (sums[3] + (logBeta * groups.TotalWeight));
        gradient[3] = scale * ((beta * sums[4]) + (s * groups.TotalWeight));
        return scale * (value + sums[0]);
    }

    /// <summary>Fits (r, α, s, β) to the customers; α and β come back in their unit of time.</summary>
    public static (LikelihoodFitter.Estimate Estimate, long Customers) Fit(IReadOnlyList<PurchaseSummary> customers)
    {
        var groups = PurchaseGroups.Of(customers);
        var sample = groups.Thinned();
        var rate = Math.Max(groups.MeanFrequency / groups.MeanAge, 1e-6);
        double[][] starts =
        [
            [1, 0.7 / rate, 0.7, groups.MeanAge],
            [0.4, 0.3 / rate, 1.5, 4 * groups.MeanAge],
            [3, 2 / rate, 0.3, 0.2 * groups.MeanAge],
        ];
        var estimate = LikelihoodFitter.Maximise(
            new ParetoNbdLikelihood(groups).Evaluate,
            groups.TotalWeight,
            starts,
            Names,
            sample is null ? null : new ParetoNbdLikelihood(sample).Evaluate);
        foreach (var i in (ReadOnlySpan<int>)[1, 3])
        {
            estimate.Parameters[i] *= groups.Scale;
            estimate.StandardErrors[i] *= groups.Scale;
        }

        var shift = groups.LogLikelihoodShift;
        estimate = estimate with
        {
            LogLikelihood = estimate.LogLikelihood + shift,
            LogLikelihoodByStart = estimate.LogLikelihoodByStart.Select(value => value + shift).ToArray(),
        };
        return (estimate, (long)groups.TotalWeight);
    }
}
