using Guanxi.Science.Common;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// The integrals of <see cref="ParetoNbdIntegral"/> between any two of the times that occur, for all customers with one number of purchases: the integral from each time to the last one is
/// summed up backwards once, relative to its integrand there so that nothing over- or underflows, and an interval is the difference of two of them. Groups are then two look-ups instead of a
/// quadrature each.
/// </summary>
internal sealed class ParetoNbdTable
{
    private const int Points = 8;
    private const int Moments = 5;
    private static readonly double[] Nodes;
    private static readonly double[] NodeWeights;

    private readonly double[] times;
    private readonly double alpha;
    private readonly double s;
    private readonly double beta;
    private readonly double[] logAlpha;
    private readonly double[] logBeta;

    // What does not depend on the number of purchases, for each node between two times.
    private readonly double[] exponent;
    private readonly double[] growAlpha;
    private readonly double[] moments;
    private readonly bool[] coarse;

    static ParetoNbdTable() => (Nodes, NodeWeights) = Quadrature.GaussLegendre(Points);

    /// <param name="times">Distinct times, ascending.</param>
    public ParetoNbdTable(double[] times, double alpha, double s, double beta)
    {
        (this.times, this.alpha, this.s, this.beta) = (times, alpha, s, beta);
        var n = times.Length;
        logAlpha = Array.ConvertAll(times, time => Math.Log(alpha + time));
        logBeta = Array.ConvertAll(times, time => Math.Log(beta + time));
        exponent = new double[n * Points];
        growAlpha = new double[n * Points];
        moments = new double[n * Points * Moments];
        coarse = new bool[n];
        var smaller = Math.Min(alpha, beta);
        Parallel.For(0, n - 1, k =>
        {
            var length = double.LogP1((times[k + 1] - times[k]) / (smaller + times[k]));
            coarse[k] = length > 0.7;
            for (var i = 0; i < Points && !coarse[k]; i++)
            {
                var (at, v) = ((k * Points) + i, Nodes[i] * length);
                var u = (smaller + times[k]) * double.ExpM1(v);
                double a = double.LogP1(u / (alpha + times[k])), b = double.LogP1(u / (beta + times[k]));
                exponent[at] = v - ((s + 1) * b);
                growAlpha[at] = a;
                // dv becomes du by (m + u); the weight carries the length and that scale.
                var weight = NodeWeights[i] * length * (smaller + times[k]);
                moments[at * Moments] = weight;
                moments[(at * Moments) + 1] = weight * (logAlpha[k] + a);
                moments[(at * Moments) + 2] = weight * (logBeta[k] + b);
                moments[(at * Moments) + 3] = weight / (alpha + times[k] + u);
                moments[(at * Moments) + 4] = weight / (beta + times[k] + u);
            }
        });
    }

    public double LogAlpha(int time) => logAlpha[time];

    public double LogBeta(int time) => logBeta[time];

    /// <summary>For each time the integral of the integrand and of its four moments from there to the last time, over the integrand there.</summary>
    /// <param name="shape">r + x.</param>
    public double[] Sums(double shape)
    {
        var sums = new double[times.Length * Moments];
        Span<double> means = stackalloc double[4];
        for (var k = times.Length - 2; k >= 0; k--)
        {
            var (own, next) = (k * Moments, (k + 1) * Moments);
            var ratio = Math.Exp((shape * (logAlpha[k] - logAlpha[k + 1])) + ((s + 1) * (logBeta[k] - logBeta[k + 1])));
            for (var m = 0; m < Moments; m++)
            {
                sums[own + m] = ratio * sums[next + m];
            }

            // Where the integrand falls by more than e² between two times, the few nodes are too few.
            if (coarse[k] || (shape * (logAlpha[k + 1] - logAlpha[k])) + ((s + 1) * (logBeta[k + 1] - logBeta[k])) > 2)
            {
                var part = Math.Exp(ParetoNbdIntegral.Log(shape, alpha, s, beta, times[k], times[k + 1], means) - Math.Log(s) - LogIntegrand(shape, k));
                sums[own] += part;
                for (var m = 0; m < 4; m++)
                {
                    sums[own + 1 + m] += part * means[m];
                }

                continue;
            }

            for (var at = k * Points; at < (k + 1) * Points; at++)
            {
                var f = Math.Exp(exponent[at] - (shape * growAlpha[at]));
                for (var m = 0; m < Moments; m++)
                {
                    sums[own + m] += f * moments[(at * Moments) + m];
                }
            }
        }

        return sums;
    }

    /// <summary>As <see cref="ParetoNbdIntegral.Log"/>, between two of the times.</summary>
    public double Log(double[] sums, double shape, int recency, int age, Span<double> means)
    {
        means.Clear();
        if (age <= recency)
        {
            return double.NegativeInfinity;
        }

        var start = LogIntegrand(shape, recency);
        var ratio = Math.Exp(LogIntegrand(shape, age) - start);
        double whole = sums[recency * Moments], rest = whole - (ratio * sums[age * Moments]);
        if (rest <= 1e-8 * whole)
        {
            // Too short an interval for a difference.
            return ParetoNbdIntegral.Log(shape, alpha, s, beta, times[recency], times[age], means);
        }

        for (var m = 0; m < 4; m++)
        {
            means[m] = (sums[(recency * Moments) + 1 + m] - (ratio * sums[(age * Moments) + 1 + m])) / rest;
        }

        return Math.Log(s) + start + Math.Log(rest);
    }

    private double LogIntegrand(double shape, int time) => (-shape * logAlpha[time]) - ((s + 1) * logBeta[time]);
}
