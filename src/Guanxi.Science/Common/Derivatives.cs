namespace Guanxi.Science.Common;

/// <summary>Numerical derivatives by central differences.</summary>
public static class Derivatives
{
    /// <summary>Turns a plain function into an <see cref="Objective"/> with a fourth-order central-difference gradient.</summary>
    /// <param name="function">The function; arguments of order one (such as logarithms of parameters).</param>
    /// <param name="step">Difference step. The error is of order step⁴ + rounding / step.</param>
    public static Objective WithNumericalGradient(Func<double[], double> function, double step = 1e-3)
    {
        ArgumentNullException.ThrowIfNull(function);
        return (point, gradient) =>
        {
            var moved = point.ToArray();
            var value = function(moved);
            for (var i = 0; i < moved.Length && double.IsFinite(value); i++)
            {
                double At(double offset)
                {
                    var keep = moved[i];
                    moved[i] = keep + offset;
                    var result = function(moved);
                    moved[i] = keep;
                    return result;
                }

                gradient[i] = ((8 * (At(step) - At(-step))) - (At(2 * step) - At(-2 * step))) / (12 * step);
            }

            return value;
        };
    }

    /// <summary>The Hessian as symmetrised central differences of the gradient (error of order step²), shape n × n.</summary>
    public static double[,] Hessian(Objective objective, ReadOnlySpan<double> point, double step = 1e-4)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var size = point.Length;
        var moved = point.ToArray();
        var above = new double[size];
        var below = new double[size];
        var hessian = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            moved[i] = point[i] + step;
            objective(moved, above);
            moved[i] = point[i] - step;
            objective(moved, below);
            moved[i] = point[i];
            for (var j = 0; j < size; j++)
            {
                hessian[i, j] = (above[j] - below[j]) / (2 * step);
            }
        }

        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                hessian[i, j] = hessian[j, i] = 0.5 * (hessian[i, j] + hessian[j, i]);
            }
        }

        return hessian;
    }
}
