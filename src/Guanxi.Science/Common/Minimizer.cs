namespace Guanxi.Science.Common;

/// <summary>A smooth function of several variables. It writes its gradient at <paramref name="point"/> and returns its value.</summary>
/// <remarks>Points outside the domain are answered with positive infinity; the gradient is then ignored.</remarks>
public delegate double Objective(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>Where a minimisation ended.</summary>
/// <param name="Point">The best point found.</param>
/// <param name="Value">The objective there.</param>
/// <param name="GradientNorm">Largest absolute component of the gradient there.</param>
/// <param name="Iterations">Line searches made.</param>
/// <param name="Converged">Whether the gradient met the tolerance.</param>
public sealed record Minimum(double[] Point, double Value, double GradientNorm, int Iterations, bool Converged);

/// <summary>
/// Unconstrained minimisation by the BFGS update (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 6.1)
/// with a bisection search for the weak Wolfe conditions (Lewis and Overton 2013, Math. Program. 141, algorithm 2.6).
/// </summary>
public static class Minimizer
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;

    /// <summary>Minimises <paramref name="objective"/> from <paramref name="start"/>.</summary>
    /// <param name="objective">Value and gradient; values should be of order one.</param>
    /// <param name="start">Starting point, inside the domain.</param>
    /// <param name="tolerance">Largest gradient component at which the point counts as a minimum.</param>
    /// <param name="maximumIterations">Line searches allowed.</param>
    public static Minimum Bfgs(Objective objective, ReadOnlySpan<double> start, double tolerance = 1e-8, int maximumIterations = 300)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var size = start.Length;
        var point = start.ToArray();
        var gradient = new double[size];
        var value = objective(point, gradient);
        if (!double.IsFinite(value))
        {
            return new Minimum(point, double.PositiveInfinity, double.PositiveInfinity, 0, false);
        }

        var inverseHessian = Identity(size);
        var direction = new double[size];
        var trial = new double[size];
        var trialGradient = new double[size];
        var fresh = true;
        int iteration = 0, standing = 0;
        while (iteration < maximumIterations && Largest(gradient) > tolerance && standing < 5)
        {
            Multiply(inverseHessian, gradient, direction);
            for (var i = 0; i < size; i++)
            {
                direction[i] = -direction[i];
            }

            if (Dot(direction, gradient) >= 0)
            {
                inverseHessian = Identity(size);
                fresh = true;
                for (var i = 0; i < size; i++)
                {
                    direction[i] = -gradient[i];
                }
            }

            if (fresh)
            {
                var length = Largest(direction);
                if (length > 1)
                {
                    for (var i = 0; i < size; i++)
                    {
                        direction[i] /= length;
                    }
                }
            }

            iteration++;
            var trialValue = Search(objective, point, value, gradient, direction, trial, trialGradient);
            if (trialValue is not { } lower)
            {
                if (fresh)
                {
                    break;
                }

                inverseHessian = Identity(size);
                fresh = true;
                continue;
            }

            Update(inverseHessian, point, gradient, trial, trialGradient, fresh);
            fresh = false;
            standing = value - lower <= 1e-13 * Math.Abs(value) ? standing + 1 : 0;
            value = lower;
            (point, trial) = (trial, point);
            (gradient, trialGradient) = (trialGradient, gradient);
        }

        var norm = Largest(gradient);
        return new Minimum(point, value, norm, iteration, norm <= tolerance);
    }

    private static double? Search(Objective objective, double[] point, double value, double[] gradient, double[] direction, double[] trial, double[] trialGradient)
    {
        var slope = Dot(gradient, direction);
        double low = 0, high = double.PositiveInfinity, step = 1;
        double? best = null;
        for (var attempt = 0; attempt < 60; attempt++)
        {
            for (var i = 0; i < point.Length; i++)
            {
                trial[i] = point[i] + (step * direction[i]);
            }

            var trialValue = objective(trial, trialGradient);
            if (!double.IsFinite(trialValue) || trialValue > value + (SufficientDecrease * step * slope))
            {
                best = null;
                high = step;
            }
            else if (Dot(trialGradient, direction) < Curvature * slope)
            {
                best = trialValue;
                low = step;
            }
            else
            {
                return trialValue;
            }

            // Rounding in the value hides any further descent long before the step underflows.
            if (high - low < 1e-14 * Math.Max(1, high))
            {
                return best;
            }

            step = double.IsPositiveInfinity(high) ? 2 * step : 0.5 * (low + high);
        }

        return best;
    }

    private static void Update(double[,] inverse, double[] point, double[] gradient, double[] next, double[] nextGradient, bool fresh)
    {
        var size = point.Length;
        var moved = new double[size];
        var turned = new double[size];
        for (var i = 0; i < size; i++)
        {
            moved[i] = next[i] - point[i];
            turned[i] = nextGradient[i] - gradient[i];
        }

        var curvature = Dot(moved, turned);
        var turnedNorm = Dot(turned, turned);
        if (curvature <= 1e-12 * Math.Sqrt(turnedNorm * Dot(moved, moved)) || turnedNorm == 0)
        {
            return;
        }

        if (fresh)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    inverse[i, j] = i == j ? curvature / turnedNorm : 0;
                }
            }
        }

        var image = new double[size];
        Multiply(inverse, turned, image);
        var factor = (1 + (Dot(turned, image) / curvature)) / curvature;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                inverse[i, j] += (factor * moved[i] * moved[j]) - (((image[i] * moved[j]) + (moved[i] * image[j])) / curvature);
            }
        }
    }

    internal static double Largest(ReadOnlySpan<double> vector)
    {
        double largest = 0;
        foreach (var component in vector)
        {
            // NaN must not pass as a small gradient.
            if (!(Math.Abs(component) <= largest))
            {
                largest = double.IsNaN(component) ? double.PositiveInfinity : Math.Abs(component);
            }
        }

        return largest;
    }

    private static double[,] Identity(int size)
    {
        var matrix = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            matrix[i, i] = 1;
        }

        return matrix;
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static void Multiply(double[,] matrix, double[] vector, double[] product)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            double sum = 0;
            for (var j = 0; j < vector.Length; j++)
            {
                sum += matrix[i, j] * vector[j];
            }

            product[i] = sum;
        }
    }
}
