using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// BG/BB: at each of n purchase opportunities a living customer buys with probability p ~ Beta(α, β); before each the customer
/// drops out with probability θ ~ Beta(γ, δ). Fader, Hardie and Shang (2010), Customer-Base Analysis in a Discrete-Time
/// Noncontractual Setting, Marketing Science 29(6), 1086–1108.
/// </summary>
public sealed record BgBb(double Alpha, double Beta, double Gamma, double Delta)
{
    private static readonly string[] Names = ["alpha", "beta", "gamma", "delta"];

    /// <summary>Maximum-likelihood estimates from several starts.</summary>
    /// <exception cref="UnsuitableDataException">No customers, no repeat purchase at all, or impossible summaries.</exception>
    public static ModelFit<BgBb> Fit(IReadOnlyList<OpportunitySummary> customers)
    {
        var groups = Group(customers);
        var total = groups.Sum(group => (double)group.Count);
        var chances = groups.Sum(group => (double)group.Count * group.Periods);
        var share = groups.Sum(group => (double)group.Count * group.Frequency) / chances;
        double Negative(double[] logs)
        {
            var model = new BgBb(Math.Exp(logs[0]), Math.Exp(logs[1]), Math.Exp(logs[2]), Math.Exp(logs[3]));
            var sums = new Suffixes(model, groups);
            double sum = 0;
            foreach (var group in groups)
            {
                sum -= group.Count * sums.LogLikelihood(group);
            }

            return sum / total;
        }

        var odds = Math.Clamp(share / (1 - Math.Min(share, 0.999)), 1e-3, 1e3);
        double[][] starts = [[1, 1 / odds, 1, 4], [odds, 1, 0.5, 2], [2, 1 / odds, 2, 20]];
        var estimate = LikelihoodFitter.Maximise(Derivatives.WithNumericalGradient(Negative), total, starts, Names);
        var p = estimate.Parameters;
        return estimate.ToFit(new BgBb(p[0], p[1], p[2], p[3]), Names, (long)total);
    }

    /// <summary>ln L(α, β, γ, δ | x, t_x, n) (eq. 5).</summary>
    public double LogLikelihood(in OpportunitySummary customer) => new Suffixes(this, [customer]).LogLikelihood(customer);

    /// <summary>P(alive at n + 1 | x, t_x, n) (eq. 10).</summary>
    public double ProbabilityAlive(in OpportunitySummary customer) => ProbabilityAlive(customer, 1);

    /// <summary>P(alive at n + <paramref name="ahead"/> | x, t_x, n).</summary>
    public double ProbabilityAlive(in OpportunitySummary customer, int ahead) =>
        Math.Min(1, Math.Exp(LogBuying(customer.Frequency, customer.Periods) + LogSurviving(customer.Periods + ahead) - LogLikelihood(customer)));

    /// <summary>E[X(n, n + n*) | x, t_x, n]: expected purchases in the next <paramref name="periods"/> opportunities (eq. 13 as the sum it closes).</summary>
    public double ConditionalExpectation(in OpportunitySummary customer, int periods)
    {
        var mean = (Alpha + customer.Frequency) / (Alpha + Beta + customer.Periods);
        return mean * Math.Exp(LogBuying(customer.Frequency, customer.Periods) - LogLikelihood(customer)) * Survival(customer.Periods, periods, 1);
    }

    /// <summary>P(X(n, n + n*) = m | x, t_x, n): probability of exactly <paramref name="purchases"/> in the next <paramref name="periods"/> opportunities; who lives on has beta posteriors (eq. 11).</summary>
    public double ConditionalProbability(in OpportunitySummary customer, int purchases, int periods)
    {
        var alive = ProbabilityAlive(customer, 0);
        var posterior = new BgBb(Alpha + customer.Frequency, Beta + customer.Periods - customer.Frequency, Gamma, Delta + customer.Periods);
        return (alive * posterior.Probability(purchases, periods)) + (purchases == 0 ? 1 - alive : 0);
    }

    /// <summary>E[X(n)]: expected purchases of a customer picked at random in the first <paramref name="periods"/> opportunities (eq. 8).</summary>
    public double Expectation(int periods) => Alpha / (Alpha + Beta) * Survival(0, periods, 1);

    /// <summary>P(X(n) = x) for a customer picked at random (eq. 7).</summary>
    public double Probability(int purchases, int periods)
    {
        if (purchases < 0 || purchases > periods)
        {
            return 0;
        }

        var probability = Math.Exp(LogChoose(periods, purchases) + LogBuying(purchases, periods) + LogSurviving(periods));
        for (var i = purchases; i < periods; i++)
        {
            probability += Math.Exp(LogChoose(i, purchases) + LogBuying(purchases, i) + LogLeaving(i));
        }

        return probability;
    }

    /// <summary>Discounted expected residual transactions with discount <paramref name="rate"/> per period: purchases at n + j count (1 + d)^−j (eq. 14, shifted to the end of period n).</summary>
    public double DiscountedExpectedTransactions(in OpportunitySummary customer, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        var mean = (Alpha + customer.Frequency) / (Alpha + Beta + customer.Periods);
        return mean * Math.Exp(LogBuying(customer.Frequency, customer.Periods) - LogLikelihood(customer)) * Survival(customer.Periods, int.MaxValue, 1 / (1 + rate));
    }

    /// <summary>Σ_{j=1}^{m} factorʲ B(γ, δ+n+j)/B(γ, δ).</summary>
    private double Survival(int observed, int periods, double factor)
    {
        var term = Math.Exp(LogSurviving(observed));
        double sum = 0;
        for (var j = 1; j <= periods; j++)
        {
            term *= factor * (Delta + observed + j - 1) / (Gamma + Delta + observed + j - 1);
            sum += term;
            if (term < 1e-15 * sum)
            {
                break;
            }
        }

        return sum;
    }

    private double LogBuying(int x, int n) => LogBeta(Alpha + x, Beta + n - x) - LogBeta(Alpha, Beta);

    private double LogSurviving(int n) => LogBeta(Gamma, Delta + n) - LogBeta(Gamma, Delta);

    private double LogLeaving(int n) => LogBeta(Gamma + 1, Delta + n) - LogBeta(Gamma, Delta);

    private static double LogChoose(int n, int k) => LogGamma(n + 1.0) - LogGamma(k + 1.0) - LogGamma(n - k + 1.0);

    private static OpportunitySummary[] Group(IReadOnlyList<OpportunitySummary> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        foreach (var (x, last, n, count) in customers)
        {
            if (x < 0 || last < x || n < last || n < 1 || count < 0 || (x == 0 && last > 0))
            {
                throw new UnsuitableDataException($"A summary with x = {x}, t_x = {last}, n = {n} is impossible: it needs 0 ≤ x ≤ t_x ≤ n, n ≥ 1, and t_x = 0 when x = 0.");
            }
        }

        var groups = customers.GroupBy(c => (c.Frequency, c.LastPeriod, c.Periods))
            .Select(g => new OpportunitySummary(g.Key.Frequency, g.Key.LastPeriod, g.Key.Periods, g.Sum(c => c.Count)))
            .Where(g => g.Count > 0)
            .ToArray();
        if (groups.Length == 0)
        {
            throw new UnsuitableDataException("There is no customer to fit a model to.");
        }

        return groups.Any(group => group.Frequency > 0)
            ? groups
            : throw new UnsuitableDataException("No customer has bought a second time, so neither buying nor dropout can be estimated.");
    }

    /// <summary>
    /// For each x, running sums over the period of dropout, so that all (t_x, n) with this x share them:
    /// L = B(α+x,β+n−x)B(γ,δ+n) + Σ_{i=t_x}^{n−1} B(α+x,β+i−x)B(γ+1,δ+i), each over B(α,β)B(γ,δ).
    /// The ratios of beta functions are sums of logarithms of α+k, β+k …, made once. The sums run from the last period backwards, in logarithms: forwards, what a customer with
    /// few purchases early and one late adds would be the small difference of two large sums, and its rounding would hide the gradient.
    /// </summary>
    private sealed class Suffixes
    {
        private readonly double[] bought;
        private readonly double[] passed;
        private readonly double[] chances;
        private readonly double[] stayed;
        private readonly Dictionary<int, double[]> later = [];

        public Suffixes(BgBb model, IReadOnlyList<OpportunitySummary> groups)
        {
            var longest = groups.Max(group => group.Periods);
            bought = Rising(model.Alpha, longest);
            passed = Rising(model.Beta, longest);
            chances = Rising(model.Alpha + model.Beta, longest);
            double[] alive = Rising(model.Delta, longest), exposed = Rising(model.Gamma + model.Delta, longest + 1);
            stayed = [.. alive.Select((sum, n) => sum - exposed[n])];
            var logGamma = Math.Log(model.Gamma);
            foreach (var x in groups.Select(group => group.Frequency).Distinct())
            {
                var sums = new double[longest + 1];
                sums[longest] = double.NegativeInfinity;
                for (var i = longest - 1; i >= x; i--)
                {
                    sums[i] = LogAddExp(sums[i + 1], Buying(x, i) + logGamma + alive[i] - exposed[i + 1]);
                }

                later[x] = sums;
            }
        }

        public double LogLikelihood(in OpportunitySummary customer)
        {
            var (x, last, n, _) = customer;
            var alive = Buying(x, n) + stayed[n];
            if (last == n)
            {
                return alive;
            }

            var (from, beyond) = (later[x][last], later[x][n]);
            return LogAddExp(alive, double.IsNegativeInfinity(beyond) ? from : from + Math.Log(1 - Math.Exp(beyond - from)));
        }

        /// <summary>ln B(α+x, β+n−x)/B(α, β).</summary>
        private double Buying(int x, int n) => bought[x] + passed[n - x] - chances[n];

        /// <summary>Σ_{k&lt;n} ln(a + k) for n = 0 … longest.</summary>
        private static double[] Rising(double a, int longest)
        {
            var sums = new double[longest + 1];
            for (var n = 0; n < longest; n++)
            {
                sums[n + 1] = sums[n] + Math.Log(a + n);
            }

            return sums;
        }
    }
}
