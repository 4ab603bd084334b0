using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>Why a record scores as it does.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">Its value in this record; empty when missing.</param>
/// <param name="Contribution">What it adds to the log-odds against the average record; positive speaks for the outcome.</param>
public sealed record Reason(string Column, string Value, double Contribution);

/// <summary>A trained model that gives probabilities and reasons.</summary>
public abstract class ScoringModel
{
    private protected ScoringModel(IReadOnlyList<string> columns, Calibration calibration) => (Columns, Calibration) = (columns, calibration);

    /// <summary>Columns the model looks at.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>How scores become probabilities.</summary>
    public Calibration Calibration { get; }

    /// <summary>Log-odds of the average record.</summary>
    public abstract double Base { get; }

    /// <summary>Log-odds of every row before calibration.</summary>
    public abstract double[] Scores(FeatureTable table);

    /// <summary>Contributions of the <see cref="Columns"/> to the log-odds of every row; with <see cref="Base"/> a row sums to its score.</summary>
    public abstract double[][] Contributions(FeatureTable table);

    /// <summary>Calibrated probability of the outcome for every row.</summary>
    public double[] Probabilities(FeatureTable table) => Array.ConvertAll(Scores(table), Calibration.Probability);

    /// <summary>The weightiest reasons of every row, largest absolute contribution first.</summary>
    public IReadOnlyList<IReadOnlyList<Reason>> Reasons(FeatureTable table, int most = 3)
    {
        ArgumentNullException.ThrowIfNull(table);
        var byName = table.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        return Contributions(table).Select((contributions, row) => (IReadOnlyList<Reason>)Enumerable.Range(0, contributions.Length)
            .Where(c => contributions[c] != 0)
            .OrderByDescending(c => Math.Abs(contributions[c]))
            .Take(most)
            .Select(c => new Reason(Columns[c], byName.TryGetValue(Columns[c], out var column) ? column.Text(row) : "", contributions[c]))
            .ToArray()).ToArray();
    }
}

/// <summary>Logistic regression as a scoring model.</summary>
public sealed class LogisticModel : ScoringModel
{
    private readonly DesignEncoder encoder;

    internal LogisticModel(DesignEncoder encoder, LogisticFit fit, Calibration calibration)
        : base([.. encoder.Terms.Select(term => term.Source).Distinct(StringComparer.Ordinal)], calibration) => (this.encoder, Fit) = (encoder, fit);

    internal DesignEncoder Encoder => encoder;

    /// <summary>Coefficients and evidence.</summary>
    public LogisticFit Fit { get; }

    /// <summary>Terms in the order of the coefficients.</summary>
    public IReadOnlyList<DesignTerm> Terms => encoder.Terms;

    /// <inheritdoc/>
    public override double Base => Fit.Intercept + encoder.Terms.Select((term, j) => term.Mean * Fit.Coefficients[j]).Sum();

    /// <inheritdoc/>
    public override double[] Scores(FeatureTable table)
    {
        var matrix = encoder.Encode(table);
        return [.. Enumerable.Range(0, matrix.Rows).Select(row => Fit.Score(matrix, row))];
    }

    /// <inheritdoc/>
    /// <remarks>A column adds Σ β (x − mean) over its terms, which for a linear score is its exact Shapley value.</remarks>
    public override double[][] Contributions(FeatureTable table)
    {
        var matrix = encoder.Encode(table);
        var position = Columns.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        var source = encoder.Terms.Select(term => position[term.Source]).ToArray();
        var average = new double[Columns.Count];
        for (var j = 0; j < source.Length; j++)
        {
            average[source[j]] -= Fit.Coefficients[j] * encoder.Terms[j].Mean;
        }

        var rows = new double[matrix.Rows][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = (double[])average.Clone();
            for (var i = matrix.Starts[row]; i < matrix.Starts[row + 1]; i++)
            {
                rows[row][source[matrix.Indices[i]]] += matrix.Values[i] * Fit.Coefficients[matrix.Indices[i]];
            }
        }

        return rows;
    }
}

/// <summary>Boosted trees as a scoring model.</summary>
public sealed class BoostedModel : ScoringModel
{
    internal BoostedModel(BoostedTrees trees, Calibration calibration) : base(trees.Columns, calibration) => Trees = trees;

    /// <summary>The trees.</summary>
    public BoostedTrees Trees { get; }

    /// <inheritdoc/>
    public override double Base => Trees.Base;

    /// <inheritdoc/>
    public override double[] Scores(FeatureTable table) => Trees.Scores(table);

    /// <inheritdoc/>
    public override double[][] Contributions(FeatureTable table) => Trees.Explain(table);
}

/// <summary>Share of a column in the scores.</summary>
/// <param name="Column">The column.</param>
/// <param name="MeanContribution">Mean absolute contribution to the log-odds.</param>
public sealed record ColumnImportance(string Column, double MeanContribution);

/// <summary>A trained model with its honest evidence.</summary>
/// <param name="Model">The model, trained on all records.</param>
/// <param name="Metrics">Measured on records the model of that fold had not seen, calibration included.</param>
/// <param name="HeldOutProbabilities">The probabilities behind the metrics, one per record.</param>
/// <param name="Importance">Columns by weight.</param>
/// <param name="Strengths">Every column alone against the outcome, suspicions included.</param>
/// <param name="LeftOut">Columns the model may not see, each with the reason.</param>
/// <param name="Findings">What the reader should know.</param>
/// <param name="Converged">Whether the fit of the final model is one.</param>
/// <param name="Warning">Why not.</param>
/// <param name="Penalty">The elastic-net penalty in use; strength 0 for none.</param>
public sealed record ClassifierResult(
    ScoringModel Model,
    BinaryMetrics Metrics,
    IReadOnlyList<double> HeldOutProbabilities,
    IReadOnlyList<ColumnImportance> Importance,
    IReadOnlyList<ColumnStrength> Strengths,
    IReadOnlyDictionary<string, string> LeftOut,
    IReadOnlyList<Finding> Findings,
    bool Converged,
    string? Warning,
    ElasticNetPenalty Penalty);
