namespace Guanxi.Science.Forecasting;

/// <summary>Nelder and Mead's simplex (1965) within a box: points outside are moved to its wall. For few variables and functions without a gradient.</summary>
internal static class BoundedNelderMead
{
    /// <summary>The best point found from one start, and whether the simplex had come to agree on its value before the evaluations were used up.</summary>
    public static (double[] Point, double Value, bool Converged) Minimise(Func<double[], double> objective, double[] start, double[] lower, double[] upper, int evaluations = 800, double tolerance = 1e-9, double width = 1e-7)
    {
        var size = start.Length;
        var points = new double[size + 1][];
        var values = new double[size + 1];
        for (var i = 0; i <= size; i++)
        {
            points[i] = [.. start];
            if (i > 0)
            {
                var step = 0.2 * (upper[i - 1] - lower[i - 1]);
                points[i][i - 1] += start[i - 1] + step <= upper[i - 1] ? step : -step;
            }

            values[i] = Value(objective, points[i], lower, upper);
        }

        for (var used = size + 1; used < evaluations;)
        {
            Array.Sort(values, points);
            if (values[size] - values[0] <= tolerance * (Math.Abs(values[0]) + tolerance) && Width(points) < width)
            {
                break;
            }

            var centre = new double[size];
            for (var i = 0; i < size; i++)
            {
                for (var k = 0; k < size; k++)
                {
                    centre[k] += points[i][k] / size;
                }
            }

            var reflected = Along(centre, points[size], -1);
            var value = Value(objective, reflected, lower, upper);
            used++;
            if (value < values[0])
            {
                var expanded = Along(centre, points[size], -2);
                var further = Value(objective, expanded, lower, upper);
                used++;
                (points[size], values[size]) = further < value ? (expanded, further) : (reflected, value);
            }
            else if (value < values[size - 1])
            {
                (points[size], values[size]) = (reflected, value);
            }
            else
            {
                var contracted = Along(centre, points[size], value < values[size] ? -0.5 : 0.5);
                var nearer = Value(objective, contracted, lower, upper);
                used++;
                if (nearer < Math.Min(value, values[size]))
                {
                    (points[size], values[size]) = (contracted, nearer);
                }
                else
                {
                    for (var i = 1; i <= size; i++)
                    {
                        points[i] = Along(points[0], points[i], 0.5);
                        values[i] = Value(objective, points[i], lower, upper);
                    }

                    used += size;
                }
            }
        }

        Array.Sort(values, points);
        return (points[0], values[0], values[size] - values[0] <= 1e-5 * (1 + Math.Abs(values[0])));
    }

    private static double Value(Func<double[], double> objective, double[] point, double[] lower, double[] upper)
    {
        for (var k = 0; k < point.Length; k++)
        {
            point[k] = Math.Clamp(point[k], lower[k], upper[k]);
        }

        var value = objective(point);
        return double.IsFinite(value) ? value : double.MaxValue;
    }

    private static double[] Along(double[] centre, double[] worst, double factor)
    {
        var point = new double[centre.Length];
        for (var k = 0; k < point.Length; k++)
        {
            point[k] = centre[k] + (factor * (worst[k] - centre[k]));
        }

        return point;
    }

    private static double Width(double[][] points)
    {
        var width = 0.0;
        for (var k = 0; k < points[0].Length; k++)
        {
            var (least, most) = (double.MaxValue, double.MinValue);
            foreach (var point in points)
            {
                (least, most) = (Math.Min(least, point[k]), Math.Max(most, point[k]));
            }

            width = Math.Max(width, (most - least) / (1 + Math.Abs(most)));
        }

        return width;
    }
}
