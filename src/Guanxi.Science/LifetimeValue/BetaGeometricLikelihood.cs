using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// The likelihood that BG/NBD and MBG/NBD share. With k chances to drop out that were survived (k = x for BG/NBD, x + 1 for MBG/NBD),
/// L = Γ(r+x)αʳ/Γ(r) · B(a,b+k)/B(a,b) · [(α+T)^−(r+x) + 1{k&gt;0} a/(b+k−1) (α+t_x)^−(r+x)].
/// BG/NBD: Fader, Hardie and Lee (2005), Marketing Science 24(2), eq. 6; MBG/NBD: Batislam, Denizel and Filiztekin (2007), IJRM 24, eq. 3.
/// </summary>
internal sealed class BetaGeometricLikelihood(PurchaseGroups groups, int chancesAtStart)
{
    public static readonly string[] Names = ["r", "alpha", "a", "b"];

    /// <summary>Negative mean log-likelihood and its gradient at the logarithms of (r, α, a, b), α in scaled time.</summary>
    public double Evaluate(ReadOnlySpan<double> logs, Span<double> gradient)
    {
        double r = Math.Exp(logs[0]), alpha = Math.Exp(logs[1]), a = Math.Exp(logs[2]), b = Math.Exp(logs[3]);
        var frequencies = groups.Frequencies;
        var logOdds = new double[frequencies.Length];
        var inverseDropout = new double[frequencies.Length];
        double value = 0, gr = 0, galpha = 0, ga = 0, gb = 0;
        double logGammaR = LogGamma(r), digammaR = Digamma(r), logAlpha = logs[1];
        double logGammaB = LogGamma(b), digammaB = Digamma(b), logGammaAb = LogGamma(a + b), digammaAb = Digamma(a + b);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var x = frequencies[i];
            var k = x + chancesAtStart;
            var weight = groups.FrequencyWeights[i];
            var digammaAbk = Digamma(a + b + k);
            value += weight * (LogGamma(r + x) - logGammaR + (r * logAlpha) + LogGamma(b + k) - logGammaB + logGammaAb - LogGamma(a + b + k));
            gr += weight * (Digamma(r + x) - digammaR + logAlpha);
            galpha += weight * r / alpha;
            ga += weight * (digammaAb - digammaAbk);
            gb += weight * (Digamma(b + k) - digammaB + digammaAb - digammaAbk);
            logOdds[i] = k == 0 ? double.NegativeInfinity : logs[2] - Math.Log(b + k - 1);
            inverseDropout[i] = k == 0 ? 0 : 1 / (b + k - 1);
        }

        var logTimes = new double[groups.Times.Length];
        var inverseTimes = new double[groups.Times.Length];
        for (var i = 0; i < logTimes.Length; i++)
        {
            logTimes[i] = Math.Log(alpha + groups.Times[i]);
            inverseTimes[i] = 1 / (alpha + groups.Times[i]);
        }

        var sums = groups.Accumulate(5, (from, to, sum) =>
        {
            for (var i = from; i < to; i++)
            {
                int f = groups.FrequencyIndex[i], recency = groups.RecencyIndex[i], age = groups.AgeIndex[i];
                var shape = r + frequencies[f];
                var weight = groups.Weights[i];
                var lag = logTimes[age] - logTimes[recency];
                var odds = Math.Exp(logOdds[f] + (shape * lag));
                // Odds overflow for heavy buyers long silent; their logarithm then is the softplus itself.
                var (softplus, gone) = odds < 1e300 ? (double.LogP1(odds), odds / (1 + odds)) : (logOdds[f] + (shape * lag), 1);
                sum[0] += weight * (softplus - (shape * logTimes[age]));
                sum[1] += weight * ((gone * lag) - logTimes[age]);
                sum[2] += weight * shape * ((gone * (inverseTimes[age] - inverseTimes[recency])) - inverseTimes[age]);
                sum[3] += weight * gone;
                sum[4] -= weight * gone * inverseDropout[f];
            }
        });

        var scale = -1 / groups.TotalWeight;
        gradient[0] = scale * r * (gr + sums[1]);
        gradient[1] = scale * alpha * (galpha + sums[2]);
        gradient[2] = scale * ((a * ga) + sums[3]);
        gradient[3] = scale * b * (gb + sums[4]);
        return scale * (value + sums[0]);
    }

    /// <summary>Fits (r, α, a, b) to the customers; α comes back in their unit of time.</summary>
    public static (LikelihoodFitter.Estimate Estimate, long Customers) Fit(IReadOnlyList<PurchaseSummary> customers, int chancesAtStart)
    {
        var groups = PurchaseGroups.Of(customers);
        var sample = groups.Thinned();
        // Mean purchases per unit of scaled time, as if nobody dropped out: a lower bound of r/α.
        var rate = Math.Max(groups.MeanFrequency / groups.MeanAge, 1e-6);
        double[][] starts =
        [
            [1, 1 / rate, 1, 2.5],
            [0.3, 0.3 / rate, 0.7, 0.7],
            [3, 2 / rate, 0.3, 6],
            [0.6, 0.2 / rate, 2, 2],
        ];
        var estimate = LikelihoodFitter.Maximise(
            new BetaGeometricLikelihood(groups, chancesAtStart).Evaluate,
            groups.TotalWeight,
            starts,
            Names,
            sample is null ? null : new BetaGeometricLikelihood(sample, chancesAtStart).Evaluate);
        return (InUnitOfData(estimate, groups), (long)groups.TotalWeight);
    }

    private static LikelihoodFitter.Estimate InUnitOfData(LikelihoodFitter.Estimate estimate, PurchaseGroups groups)
    {
        estimate.Parameters[1] *= groups.Scale;
        estimate.StandardErrors[1] *= groups.Scale;
        var shift = groups.LogLikelihoodShift;
        return estimate with
        {
            LogLikelihood = estimate.LogLikelihood + shift,
            LogLikelihoodByStart = estimate.LogLikelihoodByStart.Select(value => value + shift).ToArray(),
        };
    }
}
