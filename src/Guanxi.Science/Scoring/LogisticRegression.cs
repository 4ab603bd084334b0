using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.Scoring;

/// <summary>The elastic-net penalty λ(α‖β‖₁ + (1 − α)/2 ‖β‖²) on coefficients of standardised terms, added to the mean log loss.</summary>
/// <param name="Strength">λ; 0 for none.</param>
/// <param name="Mixing">α: 1 lasso, 0 ridge.</param>
public readonly record struct ElasticNetPenalty(double Strength, double Mixing);

/// <summary>A fitted logistic regression, coefficients in the units of the terms.</summary>
/// <param name="Intercept">Log-odds when all terms are zero.</param>
/// <param name="Coefficients">One per term; 0 for terms left out.</param>
/// <param name="StandardErrors">Of the intercept and then of each term, from the information matrix; null for penalised fits and for terms left out.</param>
/// <param name="LeftOut">Terms that are linear combinations of earlier ones.</param>
/// <param name="LogLikelihood">At the estimates, penalty not included.</param>
/// <param name="NullLogLikelihood">With the intercept alone.</param>
/// <param name="Converged">Whether a finite maximum was reached.</param>
/// <param name="Warning">Why not.</param>
/// <param name="Iterations">Newton steps made.</param>
public sealed record LogisticFit(
    double Intercept,
    double[] Coefficients,
    double?[] StandardErrors,
    IReadOnlyList<string> LeftOut,
    double LogLikelihood,
    double NullLogLikelihood,
    bool Converged,
    string? Warning,
    int Iterations)
{
    /// <summary>−2 ln L.</summary>
    public double Deviance => -2 * LogLikelihood;

    /// <summary>−2 ln L of the intercept alone.</summary>
    public double NullDeviance => -2 * NullLogLikelihood;

    /// <summary>Log-odds of a row.</summary>
    public double Score(DesignMatrix matrix, int row)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return matrix.Score(row, Intercept, Coefficients);
    }
}

/// <summary>
/// Logistic regression by iteratively reweighted least squares (McCullagh and Nelder 1989, Generalized Linear Models, section 2.5).
/// With a penalty each step is solved by coordinate descent on the weighted cross-products (Friedman, Hastie and Tibshirani 2010,
/// Regularization Paths for Generalized Linear Models via Coordinate Descent, J. Statistical Software 33(1)).
/// </summary>
public static class LogisticRegression
{
    private const int MostIterations = 60;

    /// <summary>Fits outcomes to a design matrix.</summary>
    /// <param name="matrix">Terms without the intercept.</param>
    /// <param name="outcomes">One per row; both must occur.</param>
    /// <param name="penalty">None by default.</param>
    /// <param name="start">A fit to start from, for paths of penalties.</param>
    /// <exception cref="UnsuitableDataException">Only one outcome occurs.</exception>
    public static LogisticFit Fit(DesignMatrix matrix, IReadOnlyList<bool> outcomes, ElasticNetPenalty penalty = default, LogisticFit? start = null) =>
        Fit(matrix, outcomes, penalty, start, penalty.Strength > 0 ? 1e-8 : 1e-10);

    /// <param name="matrix">Terms without the intercept.</param>
    /// <param name="outcomes">One per row.</param>
    /// <param name="penalty">The penalty.</param>
    /// <param name="start">A fit to start from.</param>
    /// <param name="tolerance">Relative change of the objective that ends the iteration.</param>
    internal static LogisticFit Fit(DesignMatrix matrix, IReadOnlyList<bool> outcomes, ElasticNetPenalty penalty, LogisticFit? start, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(outcomes);
        var positives = outcomes.Count(outcome => outcome);
        if (positives == 0 || positives == outcomes.Count)
        {
            throw new UnsuitableDataException($"All {outcomes.Count} records have the same outcome, so there is nothing to tell apart.");
        }

        var system = new LogisticSystem(matrix, outcomes);
        var baseline = Math.Log((double)positives / (outcomes.Count - positives));
        var nullLikelihood = (positives * -Softplus(-baseline)) - ((outcomes.Count - positives) * Softplus(baseline));
        // In standardised terms, so that tolerances and penalties mean the same for every term; index 0 is the intercept.
        var beta = new double[matrix.Terms.Count + 1];
        beta[0] = baseline;
        if (start is not null)
        {
            system.Standardise(start.Intercept, start.Coefficients, beta);
        }

        var active = penalty.Strength > 0 ? Enumerable.Range(0, beta.Length).ToArray() : system.IndependentTerms();
        var (converged, iterations, information) = Iterate(system, beta, active, penalty, tolerance);
        return Report(system, beta, active, information, penalty, nullLikelihood, converged, iterations);
    }

    private static (bool Converged, int Iterations, double[,] Information) Iterate(LogisticSystem system, double[] beta, int[] active, ElasticNetPenalty penalty, double tolerance)
    {
        var value = system.Evaluate(beta, out var gradient, out var information);
        var objective = value + Penalty(beta, penalty, system.Rows);
        for (var iteration = 1; iteration <= MostIterations; iteration++)
        {
            var step = penalty.Strength > 0 ? CoordinateDescent.Step(information, gradient, beta, penalty, system.Rows) : DenseSolver.Solve(information, gradient, active);
            if (step is null)
            {
                return (false, iteration, information);
            }

            double scale = 1, next = double.PositiveInfinity;
            var trial = new double[beta.Length];
            double[] nextGradient = gradient;
            double[,] nextInformation = information;
            for (var halving = 0; halving < 30; halving++, scale /= 2)
            {
                for (var j = 0; j < beta.Length; j++)
                {
                    trial[j] = beta[j] + (scale * step[j]);
                }

                next = system.Evaluate(trial, out nextGradient, out nextInformation) + Penalty(trial, penalty, system.Rows);
                if (next <= objective + (1e-12 * Math.Abs(objective)))
                {
                    break;
                }
            }

            if (!(next <= objective + (1e-9 * Math.Abs(objective))))
            {
                // No step goes down any more: either the top is reached within rounding, or the quadratic model fails.
                return (step.Max(Math.Abs) < 1e-3, iteration, information);
            }

            var change = objective - next;
            trial.CopyTo(beta, 0);
            (objective, gradient, information) = (next, nextGradient, nextInformation);
            if (Math.Abs(change) < tolerance * (Math.Abs(objective) + 0.1))
            {
                return (true, iteration, information);
            }
        }

        return (false, MostIterations, information);
    }

    private static double Penalty(double[] beta, ElasticNetPenalty penalty, int rows)
    {
        if (penalty.Strength == 0)
        {
            return 0;
        }

        double sum = 0;
        for (var j = 1; j < beta.Length; j++)
        {
            sum += (penalty.Mixing * Math.Abs(beta[j])) + ((1 - penalty.Mixing) / 2 * beta[j] * beta[j]);
        }

        return rows * penalty.Strength * sum;
    }

    private static LogisticFit Report(LogisticSystem system, double[] beta, int[] active, double[,] information, ElasticNetPenalty penalty, double nullLikelihood, bool converged, int iterations)
    {
        var terms = system.Terms;
        var (intercept, coefficients) = system.Destandardise(beta);
        var logLikelihood = -system.Evaluate(beta, out _, out _);
        var errors = new double?[beta.Length];
        string? warning = converged ? null : "The fit did not converge: the likelihood still rises at the last step.";
        if (penalty.Strength == 0)
        {
            var covariance = DenseSolver.Inverse(information, active);
            warning = Separation(beta, covariance, active, terms, logLikelihood, system.Rows) ?? warning;
            if (covariance is not null)
            {
                system.StandardErrors(covariance, active, errors);
            }
        }

        var dropped = Enumerable.Range(1, terms.Count).Except(active).Select(j => terms[j - 1].Name).ToArray();
        return new LogisticFit(intercept, coefficients, errors, dropped, logLikelihood, nullLikelihood, warning is null, warning, iterations);
    }

    /// <summary>
    /// Separation shows as a likelihood of one, or as a standardised coefficient that runs away with a standard error far above it
    /// (Albert and Anderson 1984, Biometrika 71(1)).
    /// </summary>
    private static string? Separation(double[] beta, double[,]? covariance, int[] active, IReadOnlyList<DesignTerm> terms, double logLikelihood, int rows)
    {
        if (-logLikelihood < 1e-6 * rows)
        {
            return "The fit did not converge: the columns separate the two outcomes completely, so no finite coefficients exist. Check for columns known only after the outcome, or use the elastic net.";
        }

        if (covariance is null)
        {
            return "The fit did not converge: the information matrix cannot be inverted.";
        }

        var runaway = Enumerable.Range(1, active.Length - 1)
            .Where(i => Math.Abs(beta[active[i]] / terms[active[i] - 1].Deviation) > 8 && Math.Sqrt(covariance[i, i]) > 5 * Math.Abs(beta[active[i]]))
            .Select(i => terms[active[i] - 1].Name)
            .ToArray();
        return runaway.Length == 0
            ? null
            : $"The fit did not converge: {string.Join(", ", runaway.Take(3))}{(runaway.Length > 3 ? " …" : "")}, alone or together with other columns, sets apart records that all have the same outcome, so there is no finite coefficient. The elastic net gives one.";
    }
}
