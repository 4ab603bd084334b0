using MathNet.Numerics;

namespace Guanxi.Science.Common;

/// <summary>Special functions in the forms the models need.</summary>
internal static class Functions
{
    public static double LogGamma(double x) => SpecialFunctions.GammaLn(x);

    public static double Digamma(double x) => SpecialFunctions.DiGamma(x);

    public static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>ln(eˣ + eʸ) without overflow.</summary>
    public static double LogAddExp(double x, double y)
    {
        if (double.IsNegativeInfinity(x))
        {
            return y;
        }

        return x >= y ? x + double.LogP1(Math.Exp(y - x)) : y + double.LogP1(Math.Exp(x - y));
    }

    /// <summary>ln(1 + eˣ).</summary>
    public static double Softplus(double x) => x > 0 ? x + double.LogP1(Math.Exp(-x)) : double.LogP1(Math.Exp(x));

    /// <summary>ln(1 + x) to the last digits for small x too, which double.LogP1 loses (it takes the sum first); Kahan's way.</summary>
    public static double LogP1(double x)
    {
        var whole = 1 + x;
        return whole == 1 ? x : Math.Log(whole) * x / (whole - 1);
    }

    /// <summary>eˣ − 1 to the last digits for small x too, which double.ExpM1 loses; Kahan's way.</summary>
    public static double ExpM1(double x)
    {
        var whole = Math.Exp(x);
        return whole == 1 ? x : whole is 0 or double.PositiveInfinity ? whole - 1 : (whole - 1) * x / Math.Log(whole);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0)
        {
            return 1 / (1 + Math.Exp(-x));
        }

        var e = Math.Exp(x);
        return e / (1 + e);
    }

    /// <summary>ln of the negative-binomial probability Γ(r+x)/(Γ(r) x!) · (α/(α+t))ʳ · (t/(α+t))ˣ.</summary>
    public static double LogNegativeBinomial(int x, double t, double r, double alpha)
    {
        var share = -double.LogP1(t / alpha);
        var log = r * share;
        return x == 0 ? log : log + LogGamma(r + x) - LogGamma(r) - LogGamma(x + 1.0) + (x * (Math.Log(t) - Math.Log(alpha + t)));
    }

    /// <summary>
    /// Gauss's hypergeometric series ₂F₁(a, b; c; z) for 0 ≤ z &lt; 1 as a sum of its terms, given as value·exp(scale) so that
    /// large parameters do not overflow. <c>Settled</c> is false when the series was cut before it settled.
    /// </summary>
    public static (double Value, double LogScale, bool Settled) Hypergeometric(double a, double b, double c, double z, int maximumTerms = 20_000)
    {
        const double large = 1e200;
        double term = 1, sum = 1, scale = 0;
        for (var n = 0; n < maximumTerms; n++)
        {
            term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            sum += term;
            // A small term only ends the series once the terms shrink: (a+n)(b+n)z < (c+n)(n+1) from here on.
            if (Math.Abs(term) <= 1e-16 * Math.Abs(sum) && n > -a && n > -b && (Math.Abs((a + n) * (b + n) * z) < Math.Abs((c + n) * (n + 1)) || term == 0))
            {
                return (sum, scale, true);
            }

            if (Math.Abs(sum) > large || Math.Abs(term) > large)
            {
                sum /= large;
                term /= large;
                scale += Math.Log(large);
            }
        }

        return (sum, scale, false);
    }
}
