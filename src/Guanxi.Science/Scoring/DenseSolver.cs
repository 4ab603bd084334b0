namespace Guanxi.Science.Scoring;

/// <summary>Small dense systems with symmetric positive definite matrices, restricted to some of the rows and columns.</summary>
internal static class DenseSolver
{
    /// <summary>Solves A[active, active] x = b[active]; entries outside are 0. Null when A is not positive definite.</summary>
    public static double[]? Solve(double[,] matrix, double[] right, int[] active)
    {
        if (Factor(matrix, active) is not { } factor)
        {
            return null;
        }

        var size = active.Length;
        var solution = new double[size];
        for (var i = 0; i < size; i++)
        {
            var sum = right[active[i]];
            for (var k = 0; k < i; k++)
            {
                sum -= factor[i, k] * solution[k];
            }

            solution[i] = sum / factor[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            var sum = solution[i];
            for (var k = i + 1; k < size; k++)
            {
                sum -= factor[k, i] * solution[k];
            }

            solution[i] = sum / factor[i, i];
        }

        var full = new double[right.Length];
        for (var i = 0; i < size; i++)
        {
            full[active[i]] = solution[i];
        }

        return full;
    }

    /// <summary>Inverse of A[active, active]; null when it is not positive definite.</summary>
    public static double[,]? Inverse(double[,] matrix, int[] active)
    {
        var size = active.Length;
        var inverse = new double[size, size];
        if (Factor(matrix, active) is null)
        {
            return null;
        }

        for (var column = 0; column < size; column++)
        {
            var unit = new double[matrix.GetLength(0)];
            unit[active[column]] = 1;
            var solution = Solve(matrix, unit, active)!;
            for (var row = 0; row < size; row++)
            {
                inverse[row, column] = solution[active[row]];
            }
        }

        return inverse;
    }

    /// <summary>Indices whose pivot stays above a tolerance when earlier ones are swept out.</summary>
    public static int[] Independent(double[,] matrix, double tolerance = 1e-9)
    {
        var size = matrix.GetLength(0);
        var kept = new List<int>();
        var rows = new List<double[]>();
        for (var j = 0; j < size; j++)
        {
            var row = new double[rows.Count + 1];
            var pivot = matrix[j, j];
            for (var i = 0; i < rows.Count; i++)
            {
                var sum = matrix[j, kept[i]];
                for (var k = 0; k < i; k++)
                {
                    sum -= row[k] * rows[i][k];
                }

                row[i] = sum / rows[i][i];
                pivot -= row[i] * row[i];
            }

            if (pivot > tolerance * matrix[j, j] && matrix[j, j] > 0)
            {
                row[^1] = Math.Sqrt(pivot);
                rows.Add(row);
                kept.Add(j);
            }
        }

        return [.. kept];
    }

    private static double[,]? Factor(double[,] matrix, int[] active)
    {
        var size = active.Length;
        var factor = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[active[i], active[j]];
                for (var k = 0; k < j; k++)
                {
                    sum -= factor[i, k] * factor[j, k];
                }

                if (i != j)
                {
                    factor[i, j] = sum / factor[j, j];
                }
                else if (sum > 1e-14 * matrix[active[i], active[i]] && double.IsFinite(sum))
                {
                    factor[i, i] = Math.Sqrt(sum);
                }
                else
                {
                    return null;
                }
            }
        }

        return factor;
    }
}
