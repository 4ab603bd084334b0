using Guanxi.Science.Common;
using MathNet.Numerics.LinearAlgebra;

namespace Guanxi.Science.LifetimeValue;

/// <summary>Maximum likelihood over positive parameters: several starts on the logarithms, BFGS, then Newton steps on the best.</summary>
internal static class LikelihoodFitter
{
    private const double GradientTolerance = 1e-7;

    /// <summary>Logarithms of parameters beyond this are a maximum at the boundary (a parameter that runs to 0 or ∞).</summary>
    private const double Boundary = 14;

    internal sealed record Estimate(double[] Parameters, double?[] StandardErrors, double LogLikelihood, string? Warning, double[] LogLikelihoodByStart)
    {
        public ModelFit<TModel> ToFit<TModel>(TModel model, string[] names, long customers)
            where TModel : class =>
            new(
                model,
                names.Select((name, i) => new ParameterEstimate(name, Parameters[i], StandardErrors[i])).ToArray(),
                LogLikelihood,
                Warning is null,
                Warning,
                customers,
                LogLikelihoodByStart);
    }

    /// <param name="objective">Negative mean log-likelihood and its gradient in the logarithms of the parameters.</param>
    /// <param name="weight">Number of customers, which turns the mean into the sum.</param>
    /// <param name="starts">Starting parameters.</param>
    /// <param name="names">Parameter names, for the warning.</param>
    /// <param name="sample">The objective on a part of the data; given, it sorts the starts so that only the best runs on all.</param>
    public static Estimate Maximise(Objective objective, double weight, double[][] starts, string[] names, Objective? sample = null)
    {
        var bounded = Bounded(objective);
        var first = sample is null ? bounded : Bounded(sample);
        var ends = starts.Select(start => Minimizer.Bfgs(first, Array.ConvertAll(start, Math.Log), GradientTolerance)).ToArray();
        var best = ends.MinBy(end => end.Value)!;
        if (!double.IsFinite(best.Value))
        {
            throw new UnsuitableDataException("The likelihood is not finite anywhere near the starting values; check the times and counts.");
        }

        if (sample is not null)
        {
            best = Minimizer.Bfgs(bounded, best.Point, GradientTolerance);
        }

        var (point, value, gradientNorm, covariance) = Polish(bounded, best.Point, weight);
        var errors = point.Select((log, i) => covariance is null ? null : Error(log, covariance[i, i])).ToArray();
        return new Estimate(
            Array.ConvertAll(point, Math.Exp),
            errors,
            -value * weight,
            Warning(point, gradientNorm, covariance is not null, names),
            ends.Select(end => -end.Value * weight).ToArray());
    }

    /// <summary>The unit of time that gives customers a mean age of 10, so that starts and bounds mean the same in days and in weeks.</summary>
    public static double Scale(double meanAge) => meanAge > 0 ? meanAge / 10 : 1;

    private static double? Error(double log, double variance)
    {
        var error = Math.Exp(log) * Math.Sqrt(variance);
        return double.IsFinite(error) ? error : null;
    }

    private static Objective Bounded(Objective objective) => (point, gradient) =>
        Minimizer.Largest(point) > Boundary + 4 ? double.PositiveInfinity : objective(point, gradient);

    /// <summary>Newton steps with the numerical Hessian, which is needed for the standard errors anyway.</summary>
    private static (double[] Point, double Value, double GradientNorm, Matrix<double>? Covariance) Polish(Objective objective, double[] start, double weight)
    {
        var point = start;
        var gradient = new double[point.Length];
        var value = objective(point, gradient);
        Matrix<double>? covariance = null;
        for (var step = 0; step < 4; step++)
        {
            var hessian = Matrix<double>.Build.DenseOfArray(Derivatives.Hessian(objective, point));
            covariance = Invert(hessian);
            if (covariance is null || Minimizer.Largest(gradient) < 1e-10)
            {
                break;
            }

            var move = covariance.Multiply(Vector<double>.Build.DenseOfArray(gradient));
            var next = point.Select((log, i) => log - move[i]).ToArray();
            var nextGradient = new double[point.Length];
            var nextValue = objective(next, nextGradient);
            if (!double.IsFinite(nextValue) || Minimizer.Largest(nextGradient) >= Minimizer.Largest(gradient) || nextValue > value + 1e-10)
            {
                break;
            }

            (point, value, gradient) = (next, nextValue, nextGradient);
        }

        return (point, value, Minimizer.Largest(gradient), covariance?.Divide(weight));
    }

    private static Matrix<double>? Invert(Matrix<double> hessian)
    {
        if (hessian.Enumerate().Any(entry => !double.IsFinite(entry)))
        {
            return null;
        }

        var decomposition = hessian.Evd(Symmetricity.Symmetric);
        var smallest = decomposition.EigenValues.Min(value => value.Real);
        return smallest > 1e-10 ? hessian.Inverse() : null;
    }

    private static string? Warning(double[] point, double gradientNorm, bool curved, string[] names)
    {
        // On a flat top a parameter far out is the one that runs away; inside a curved maximum it may just be large.
        var limit = curved ? Boundary : 0.6 * Boundary;
        var running = Enumerable.Range(0, point.Length).Where(i => Math.Abs(point[i]) > limit).Select(i => $"{names[i]} runs to {(point[i] > 0 ? "infinity" : "zero")}").ToArray();
        if (running.Length > 0)
        {
            return $"The fit did not converge: {string.Join(" and ", running)}, so the data does not pin it down.";
        }

        if (!(gradientNorm <= 100 * GradientTolerance))
        {
            return "The fit did not converge: the likelihood still rises at the last point.";
        }

        return curved ? null : "The fit did not converge: the likelihood is flat at its highest point, so several parameter sets fit equally well.";
    }
}
