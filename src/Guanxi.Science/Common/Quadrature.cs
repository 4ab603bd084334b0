using MathNet.Numerics.Integration;

namespace Guanxi.Science.Common;

/// <summary>Numerical integration of smooth functions.</summary>
public static class Quadrature
{
    /// <summary>Gauss–Legendre rule on [0, 1].</summary>
    /// <param name="order">Number of nodes.</param>
    public static (double[] Nodes, double[] Weights) GaussLegendre(int order)
    {
        var rule = new GaussLegendreRule(0, 1, order);
        return (rule.Abscissas, rule.Weights);
    }

    /// <summary>
    /// ∫₀^∞ f(u) du by the exponential-sinh rule u = scale·exp(π/2·sinh y) (Takahasi and Mori 1974), halving the step until
    /// two results agree to <paramref name="relativeTolerance"/>.
    /// </summary>
    /// <param name="function">Non-negative, decaying faster than 1/u.</param>
    /// <param name="scale">A length on which the integrand changes.</param>
    /// <param name="relativeTolerance">Relative agreement that ends the refinement.</param>
    public static double HalfLine(Func<double, double> function, double scale, double relativeTolerance = 1e-10)
    {
        ArgumentNullException.ThrowIfNull(function);
        const double reach = 4.2;
        double Term(double y)
        {
            var u = scale * Math.Exp(Math.PI / 2 * Math.Sinh(y));
            var term = u * Math.PI / 2 * Math.Cosh(y) * function(u);
            return double.IsFinite(term) ? term : 0;
        }

        var step = 0.5;
        var sum = Term(0);
        for (var y = step; y <= reach; y += step)
        {
            sum += Term(y) + Term(-y);
        }

        var integral = sum * step;
        for (var level = 0; level < 6; level++)
        {
            for (var y = step / 2; y <= reach; y += step)
            {
                sum += Term(y) + Term(-y);
            }

            step /= 2;
            var refined = sum * step;
            if (Math.Abs(refined - integral) <= relativeTolerance * Math.Abs(refined))
            {
                return refined;
            }

            integral = refined;
        }

        return integral;
    }
}
