using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>One term of a Cox regression.</summary>
/// <param name="Name">The term, such as <c>Contract=One year</c>.</param>
/// <param name="Coefficient">Log hazard ratio per unit.</param>
/// <param name="StandardError">From the information matrix; null when there is none.</param>
public sealed record CoxTerm(string Name, double Coefficient, double? StandardError)
{
    /// <summary>exp(coefficient): how many times the hazard a unit more means.</summary>
    public double HazardRatio => Math.Exp(Coefficient);
}

/// <summary>A fitted proportional-hazards model.</summary>
/// <param name="Terms">Coefficients.</param>
/// <param name="LogLikelihood">Partial log-likelihood at the estimates.</param>
/// <param name="NullLogLikelihood">With all coefficients zero.</param>
/// <param name="Concordance">Share of comparable pairs in which the higher risk has the earlier event; ties count one half.</param>
/// <param name="BaselineHazard">Cumulative hazard of a record at the mean of every term, at each time with an event (Breslow 1974).</param>
/// <param name="Converged">Whether a finite maximum was reached.</param>
/// <param name="Warning">Why not.</param>
public sealed record CoxFit(
    IReadOnlyList<CoxTerm> Terms, double LogLikelihood, double NullLogLikelihood, double Concordance, IReadOnlyList<(double Time, double Hazard)> BaselineHazard, bool Converged, string? Warning)
{
    /// <summary>P(no event up to <paramref name="time"/>) for a record whose log hazard, centred at the mean record, is <paramref name="risk"/>.</summary>
    public double Survival(double risk, double time)
    {
        double hazard = 0;
        foreach (var (at, value) in BaselineHazard)
        {
            if (at > time)
            {
                break;
            }

            hazard = value;
        }

        return Math.Exp(-hazard * Math.Exp(risk));
    }
}

/// <summary>
/// Cox's proportional hazards (Cox 1972, J. Royal Statistical Society B 34) by Newton's method on the partial likelihood, ties after
/// Efron (1977, J. American Statistical Association 72).
/// </summary>
public static class CoxRegression
{
    private const int MostIterations = 40;

    /// <summary>Fits times to the columns of a table.</summary>
    /// <param name="table">The columns, coded as in <see cref="DesignEncoder"/>.</param>
    /// <param name="times">One per row.</param>
    /// <exception cref="UnsuitableDataException">No event, no varying column, or a time that is not positive.</exception>
    public static CoxFit Fit(FeatureTable table, IReadOnlyList<SurvivalTime> times)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(times);
        SurvivalData.Sorted(times);
        if (!times.Any(time => time.Event))
        {
            throw new UnsuitableDataException("No event has happened yet, so nothing can be said about when it does.");
        }

        var encoder = DesignEncoder.Learn(table);
        if (encoder.Terms.Count == 0)
        {
            throw new UnsuitableDataException("No column varies, so none can explain when events happen; the survival curve can still be shown.");
        }

        var likelihood = new PartialLikelihood(encoder.Encode(table), times);
        var beta = new double[encoder.Terms.Count];
        var value = likelihood.Evaluate(beta, out var gradient, out var information);
        var nullValue = value;
        var active = DenseSolver.Independent(information);
        var converged = false;
        for (var iteration = 0; iteration < MostIterations && !converged; iteration++)
        {
            if (DenseSolver.Solve(information, gradient, active) is not { } step)
            {
                break;
            }

            double scale = 1, next = double.NegativeInfinity;
            var trial = new double[beta.Length];
            for (var halving = 0; halving < 30 && !(next >= value - (1e-12 * Math.Abs(value))); halving++, scale /= 2)
            {
                for (var j = 0; j < beta.Length; j++)
                {
                    trial[j] = beta[j] + (scale * step[j]);
                }

                next = likelihood.Evaluate(trial, out gradient, out information);
            }

            converged = Math.Abs(next - value) < 1e-10 * (Math.Abs(value) + 0.1);
            (value, beta) = (next, trial);
        }

        return Report(encoder, likelihood, beta, value, nullValue, active, information, converged);
    }

    private static CoxFit Report(DesignEncoder encoder, PartialLikelihood likelihood, double[] beta, double value, double nullValue, int[] active, double[,] information, bool converged)
    {
        var covariance = DenseSolver.Inverse(information, active);
        var errors = new double?[beta.Length];
        string? warning = converged && covariance is not null ? null : "The fit did not converge: the likelihood still rises at the last step.";
        for (var i = 0; covariance is not null && i < active.Length; i++)
        {
            var error = Math.Sqrt(covariance[i, i]);
            errors[active[i]] = double.IsFinite(error) ? error / encoder.Terms[active[i]].Deviation : null;
            if (Math.Abs(beta[active[i]] / encoder.Terms[active[i]].Deviation) > 8 && error > 5 * Math.Abs(beta[active[i]]))
            {
                warning = $"The fit did not converge: no record, or every record, with high {encoder.Terms[active[i]].Name} has the event, so there is no finite coefficient.";
            }
        }

        var terms = encoder.Terms.Select((term, j) => new CoxTerm(term.Name, beta[j] / term.Deviation, errors[j])).ToArray();
        return new CoxFit(terms, value, nullValue, likelihood.Concordance(beta), likelihood.Baseline(beta), warning is null, warning);
    }
}
