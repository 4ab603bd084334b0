using Guanxi.Science.Common;
using MathNet.Numerics;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// A customer alive now, whose rate is Gamma(r, α) and whose chance of dropping out after each purchase is Beta(a, b):
/// the part that BG/NBD and MBG/NBD share, for a new customer and, with posterior parameters, for one with a history.
/// </summary>
internal readonly record struct BetaGeometricProcess(double R, double Alpha, double A, double B)
{
    /// <summary>Expected purchases in the next t (Fader, Hardie and Lee 2005, eq. 9).</summary>
    public double Expectation(double t)
    {
        if (t <= 0)
        {
            return 0;
        }

        // The closed form divides by a − 1 and has a pole at a + b = 1; both are removable, so step around them.
        const double width = 1e-4;
        if (Math.Abs(A - 1) < 1e-6)
        {
            return ((this with { A = A - width }).Expectation(t) + (this with { A = A + width }).Expectation(t)) / 2;
        }

        if (Math.Abs(A + B - 1) < 1e-6)
        {
            return ((this with { B = B - width }).Expectation(t) + (this with { B = B + width }).Expectation(t)) / 2;
        }

        return ClosedForm(t) ?? ByQuadrature(t);
    }

    /// <summary>
    /// (a+b−1)/(a−1) · [1 − (α/(α+t))ʳ ₂F₁(r, b; a+b−1; z)], z = t/(α+t). Euler's transformation turns the second term into
    /// (1−z)^(a−1) ₂F₁(a−1, a+b−1−r; a+b−1; z), whose numerators stay small however many purchases a customer has made.
    /// </summary>
    private double? ClosedForm(double t)
    {
        var z = t / (Alpha + t);
        var c = A + B - 1;
        var turned = c - R;
        double second;
        if (turned > -3)
        {
            var (value, scale, settled) = Hypergeometric(A - 1, turned, c, z);
            if (!settled)
            {
                return null;
            }

            second = value * Math.Exp(scale + ((A - 1) * double.LogP1(-z)));
        }
        else
        {
            if (c < 0)
            {
                return null;
            }

            var (value, scale, settled) = Hypergeometric(R, B, c, z);
            if (!settled)
            {
                return null;
            }

            second = value * Math.Exp(scale + (R * double.LogP1(-z)));
        }

        var expectation = c / (A - 1) * (1 - second);
        // 1 − second loses the digits that short horizons need.
        return double.IsFinite(expectation) && expectation >= 0 && Math.Abs(1 - second) > 1e-7 ? expectation : null;
    }

    /// <summary>
    /// E_p[(1 − (1 + pt/α)^−r)/p] over p ~ Beta(a, b) by the trapezoid rule in the logit of p, which converges exponentially
    /// because the integrand is analytic within π of the real line.
    /// </summary>
    internal double ByQuadrature(double t)
    {
        const double step = 0.2;
        var centre = Math.Log(A / B);
        var norm = LogBeta(A, B);
        double sum = 0;
        foreach (var sign in (ReadOnlySpan<int>)[1, -1])
        {
            for (var i = sign == 1 ? 0 : 1; i < 200_000; i++)
            {
                var y = centre + (sign * i * step);
                var logP = -Softplus(-y);
                var logWeight = (A * logP) - (B * Softplus(y)) - norm;
                var p = Math.Exp(logP);
                var purchases = p * t / Alpha < 1e-12 ? R * t / Alpha : -ExpM1(-R * LogP1(p * t / Alpha)) / p;
                var term = Math.Exp(logWeight) * purchases;
                // From here on nothing changes but the weight, by the same factor each step; with a near 0, where nearly nobody ever leaves, the rest is all there is.
                if (sign == -1 && p * Math.Max(1, Math.Max(B, t / Alpha)) < 1e-12)
                {
                    sum += term / -ExpM1(-A * step);
                    break;
                }

                sum += term;
                if (term < 1e-17 * sum && i > 8)
                {
                    break;
                }
            }
        }

        return sum * step;
    }

    /// <summary>P(n purchases in the next t) (Fader, Hardie and Lee 2005, eq. 8; the finite sum there is an incomplete beta function).</summary>
    public double Probability(int n, double t)
    {
        if (n < 0)
        {
            return 0;
        }

        if (t <= 0)
        {
            return n == 0 ? 1 : 0;
        }

        var norm = LogBeta(A, B);
        var stays = Math.Exp(LogBeta(A, B + n) - norm + LogNegativeBinomial(n, t, R, Alpha));
        return n == 0 ? stays : stays + (Math.Exp(LogBeta(A + 1, B + n - 1) - norm) * SpecialFunctions.BetaRegularized(n, R, t / (Alpha + t)));
    }

    /// <summary>∫₀^∞ e^(−δt) dE(t) = δ ∫₀^∞ e^(−δt) E(t) dt.</summary>
    public double DiscountedExpectation(double rate)
    {
        var process = this;
        return Quadrature.HalfLine(y => y > 700 ? 0 : Math.Exp(-y) * process.Expectation(y / rate), 1, 1e-9);
    }
}
