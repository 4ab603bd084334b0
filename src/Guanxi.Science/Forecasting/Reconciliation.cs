using Guanxi.Science.Common;
using MathNet.Numerics.LinearAlgebra;

namespace Guanxi.Science.Forecasting;

/// <summary>
/// Makes forecasts of a tree agree: of every node the sum of those below it. Each node was forecast on its own; the reconciled forecasts are ỹ = S (Sᵀ W⁻¹ S)⁻¹ Sᵀ W⁻¹ ŷ with the summing
/// matrix S of the leaves. W = I is ordinary least squares (Hyndman, Ahmed, Athanasopoulos and Shang 2011, Optimal combination forecasts for hierarchical time series, Computational Statistics
/// and Data Analysis 55(9), 2579–2589); W the covariance of the errors is MinT, which has the least total variance of all unbiased ways (Wickramasuriya, Athanasopoulos and Hyndman 2019, Optimal
/// Forecast Reconciliation for Hierarchical and Grouped Time Series Through Trace Minimization, J. American Statistical Association 114(526), 804–819).
/// </summary>
public static class Reconciliation
{
    private const int MostNodes = 2000;

    /// <summary>Sums of the leaves; what was forecast of the nodes above is not looked at.</summary>
    /// <param name="parents">The node above each node, -1 for one that has none.</param>
    /// <param name="forecasts">One a node.</param>
    public static double[] BottomUp(IReadOnlyList<int> parents, IReadOnlyList<double> forecasts)
    {
        Check(parents, forecasts.Count);
        var sums = Summing(parents);
        var leaves = Leaves(parents);
        return [.. Enumerable.Range(0, parents.Count).Select(node => leaves.Select((leaf, k) => sums[node, k] * forecasts[leaf]).Sum())];
    }

    /// <summary>Ordinary least squares: every node is trusted alike.</summary>
    public static double[] LeastSquares(IReadOnlyList<int> parents, IReadOnlyList<double> forecasts)
    {
        Check(parents, forecasts.Count);
        return Solve(parents, forecasts, Matrix<double>.Build.DenseIdentity(parents.Count));
    }

    /// <summary>MinT with the variances alone (W diagonal, variance scaling): a node is trusted the more the smaller its errors are.</summary>
    /// <param name="variances">Of the one-step errors of each node; what is not above zero counts as the least that is.</param>
    public static double[] MinT(IReadOnlyList<int> parents, IReadOnlyList<double> forecasts, IReadOnlyList<double> variances)
    {
        Check(parents, forecasts.Count);
        Check(parents, variances.Count);
        var least = variances.Where(variance => variance > 0 && double.IsFinite(variance)).DefaultIfEmpty(1).Min();
        return Solve(parents, forecasts, Matrix<double>.Build.DenseOfDiagonalArray([.. variances.Select(variance => 1 / (double.IsFinite(variance) && variance > 0 ? variance : least))]));
    }

    /// <summary>
    /// MinT with the covariance of the errors, its correlations shrunk towards none by the weight of Schäfer and Strimmer (2005, A Shrinkage Approach to Large-Scale Covariance Matrix Estimation,
    /// Statistical Applications in Genetics and Molecular Biology 4(1), 32), as Wickramasuriya et al. (2019, section 2.4) do.
    /// </summary>
    /// <param name="errors">One-step errors: of each node as many as of the others.</param>
    /// <exception cref="UnsuitableDataException">Fewer than three errors a node.</exception>
    public static double[] MinT(IReadOnlyList<int> parents, IReadOnlyList<double> forecasts, IReadOnlyList<IReadOnlyList<double>> errors)
    {
        Check(parents, forecasts.Count);
        Check(parents, errors.Count);
        if (errors.Min(own => own.Count) < 3)
        {
            throw new UnsuitableDataException("A covariance of errors needs at least three errors of each node.");
        }

        return Solve(parents, forecasts, Shrunk(errors).Inverse());
    }

    /// <summary>The covariance with its correlations shrunk.</summary>
    internal static Matrix<double> Shrunk(IReadOnlyList<IReadOnlyList<double>> errors)
    {
        int n = errors.Count, length = errors.Min(own => own.Count);
        // Errors of an unbiased forecast have mean zero, so they are not centred.
        var deviations = errors.Select(own => Math.Sqrt(own.Take(length).Sum(error => error * error) / length)).ToArray();
        var least = deviations.Where(deviation => deviation > 0).DefaultIfEmpty(1).Min();
        deviations = Array.ConvertAll(deviations, deviation => deviation > 0 ? deviation : least * 1e-3);
        double doubt = 0, squares = 0;
        var correlations = Matrix<double>.Build.DenseIdentity(n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var products = Enumerable.Range(0, length).Select(t => errors[i][t] * errors[j][t] / (deviations[i] * deviations[j])).ToArray();
                var mean = products.Average();
                correlations[i, j] = correlations[j, i] = mean;
                doubt += products.Sum(product => (product - mean) * (product - mean)) / (length * (length - 1.0));
                squares += mean * mean;
            }
        }

        var weight = squares > 0 ? Math.Clamp(doubt / squares, 0, 1) : 1;
        // A little is always left to the diagonal, or as many nodes as errors cannot be inverted.
        weight = Math.Max(weight, 0.01);
        return Matrix<double>.Build.Dense(n, n, (i, j) => deviations[i] * deviations[j] * (i == j ? 1 : (1 - weight) * correlations[i, j]));
    }

    private static double[] Solve(IReadOnlyList<int> parents, IReadOnlyList<double> forecasts, Matrix<double> precision)
    {
        var sums = Summing(parents);
        var weighed = sums.TransposeThisAndMultiply(precision);
        var leaves = (weighed * sums).Solve(weighed * Vector<double>.Build.DenseOfEnumerable(forecasts));
        return (sums * leaves).ToArray();
    }

    private static int[] Leaves(IReadOnlyList<int> parents)
    {
        var above = parents.ToHashSet();
        return [.. Enumerable.Range(0, parents.Count).Where(node => !above.Contains(node))];
    }

    /// <summary>One row a node, one column a leaf: 1 where the leaf lies below the node or is it.</summary>
    private static Matrix<double> Summing(IReadOnlyList<int> parents)
    {
        var leaves = Leaves(parents);
        var sums = Matrix<double>.Build.Dense(parents.Count, leaves.Length);
        for (var k = 0; k < leaves.Length; k++)
        {
            for (int node = leaves[k], steps = 0; node >= 0; node = parents[node], steps++)
            {
                sums[node, k] = steps <= parents.Count ? 1 : throw new ArgumentException("The parents go round in a circle.", nameof(parents));
            }
        }

        return sums;
    }

    private static void Check(IReadOnlyList<int> parents, int count)
    {
        ArgumentNullException.ThrowIfNull(parents);
        if (parents.Count == 0 || parents.Count != count || parents.Count > MostNodes || parents.Any(parent => parent < -1 || parent >= parents.Count) || Leaves(parents).Length == 0)
        {
            throw new ArgumentException($"A tree has 1 to {MostNodes} nodes, each with one forecast and a parent among them or none.", nameof(parents));
        }
    }
}
