using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>One column of the design matrix.</summary>
/// <param name="Name">Such as <c>tenure</c> or <c>Contract=One year</c>.</param>
/// <param name="Source">Name of the column it was made from.</param>
/// <param name="Mean">Mean over the training rows.</param>
/// <param name="Deviation">Standard deviation over the training rows, above 0.</param>
public sealed record DesignTerm(string Name, string Source, double Mean, double Deviation);

/// <summary>Rows of numbers stored without their zeros; the intercept is not stored.</summary>
/// <param name="Terms">The columns.</param>
/// <param name="Starts">Where each row starts in the two arrays, with the end of the last; length rows + 1.</param>
/// <param name="Indices">Column of each entry.</param>
/// <param name="Values">Value of each entry.</param>
public sealed record DesignMatrix(IReadOnlyList<DesignTerm> Terms, int[] Starts, int[] Indices, double[] Values)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Starts.Length - 1;

    /// <summary>Inner product of a row with coefficients, plus the intercept.</summary>
    public double Score(int row, double intercept, ReadOnlySpan<double> coefficients)
    {
        var sum = intercept;
        for (var i = Starts[row]; i < Starts[row + 1]; i++)
        {
            sum += Values[i] * coefficients[Indices[i]];
        }

        return sum;
    }
}

/// <summary>How a column becomes terms; −1 is no term, which for a level is the baseline.</summary>
internal sealed record DesignCoding(string Column, double Median, int NumberTerm, int MissingTerm, Dictionary<string, int> Levels, int OtherTerm)
{
    /// <summary>Whether every term it names is there.</summary>
    public bool Fits(int terms) => Levels is not null && Levels.Values.Append(NumberTerm).Append(MissingTerm).Append(OtherTerm).All(term => term >= -1 && term < terms);
}

/// <summary>
/// Turns columns into a design matrix. Choices become 0/1 terms against the first level; levels with few rows are merged; a missing
/// choice is a level of its own; a missing number takes the median, with a 0/1 term that says so. Columns that never vary are left out.
/// </summary>
public sealed class DesignEncoder
{
    private const int MostLevels = 60;
    private readonly List<DesignCoding> codings = [];

    private DesignEncoder(IReadOnlyList<DesignTerm> terms, IReadOnlyList<Finding> findings) => (Terms, Findings) = (terms, findings);

    internal DesignEncoder(IReadOnlyList<DesignTerm> terms, IReadOnlyList<DesignCoding> codings)
        : this(terms, Array.Empty<Finding>()) => this.codings.AddRange(codings);

    internal IReadOnlyList<DesignCoding> Codings => codings;

    /// <summary>The terms in order.</summary>
    public IReadOnlyList<DesignTerm> Terms { get; private set; }

    /// <summary>Columns that were left out or merged.</summary>
    public IReadOnlyList<Finding> Findings { get; private set; }

    /// <summary>Learns the coding from a table.</summary>
    public static DesignEncoder Learn(FeatureTable table) => Learn(table, out _);

    /// <param name="table">The table.</param>
    /// <param name="matrix">The table itself, encoded.</param>
    internal static DesignEncoder Learn(FeatureTable table, out DesignMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(table);
        var encoder = new DesignEncoder([], Array.Empty<Finding>());
        var names = new List<(string Name, string Source)>();
        var findings = new List<Finding>();
        List<string> constant = [], merged = [];
        foreach (var column in table.Columns)
        {
            if (encoder.Add(column, names, merged) is { } coding)
            {
                encoder.codings.Add(coding);
            }
            else if (column is ChoiceColumn { Levels.Length: > MostLevels })
            {
                findings.Add(new Finding("no-frequent-level", FindingWeight.Note, $"No value of {column.Name} occurs often enough to learn from, so the column was left out."));
            }
            else
            {
                constant.Add(column.Name);
            }
        }

        if (constant.Count > 0)
        {
            findings.Add(new Finding("constant-columns", FindingWeight.Note, $"{string.Join(", ", constant)} {(constant.Count == 1 ? "hardly varies and was" : "hardly vary and were")} left out."));
        }

        if (merged.Count > 0)
        {
            findings.Add(new Finding("rare-levels", FindingWeight.Note, $"Rare levels were merged: {string.Join(", ", merged)}."));
        }

        encoder.Findings = findings;
        encoder.Terms = names.Select(name => new DesignTerm(name.Name, name.Source, 0, 1)).ToArray();
        matrix = encoder.Encode(table);
        encoder.Terms = Moments(matrix, names);
        matrix = matrix with { Terms = encoder.Terms };
        return encoder;
    }

    /// <summary>Encodes a table with the learnt coding. Columns are found by name; a level never seen counts as the merged rare ones or, without these, as the baseline.</summary>
    public DesignMatrix Encode(FeatureTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var readers = codings.Select(coding => Reader(coding, columns.GetValueOrDefault(coding.Column))).ToArray();
        // Counted first: a matrix of a million rows is not to be copied out of lists that grew.
        var starts = new int[table.Rows + 1];
        for (var row = 0; row < table.Rows; row++)
        {
            var entries = 0;
            foreach (var reader in readers)
            {
                var (term, value, missing) = reader(row);
                entries += (term >= 0 && value != 0 ? 1 : 0) + (missing >= 0 ? 1 : 0);
            }

            starts[row + 1] = starts[row] + entries;
        }

        var (indices, values, at) = (new int[starts[^1]], new double[starts[^1]], 0);
        for (var row = 0; row < table.Rows; row++)
        {
            foreach (var reader in readers)
            {
                var (term, value, missing) = reader(row);
                if (term >= 0 && value != 0)
                {
                    (indices[at], values[at++]) = (term, value);
                }

                if (missing >= 0)
                {
                    (indices[at], values[at++]) = (missing, 1);
                }
            }
        }

        return new DesignMatrix(Terms, starts, indices, values);
    }

    private DesignCoding? Add(FeatureColumn column, List<(string Name, string Source)> names, List<string> mergedColumns)
    {
        var missing = Enumerable.Range(0, column.Count).Count(column.IsMissing);
        // A term that few rows carry has no reliable coefficient and often separates the outcomes.
        var least = Math.Max(2, Math.Min(20, column.Count / 100));
        int Term(string name)
        {
            names.Add((name, column.Name));
            return names.Count - 1;
        }

        if (column is NumberColumn number)
        {
            var sorted = number.Values.Where(value => !double.IsNaN(value)).Order().ToArray();
            var varies = sorted.Length > 0 && sorted[0] < sorted[^1];
            if (!varies && (missing < least || missing == column.Count))
            {
                return null;
            }

            var median = sorted[sorted.Length / 2];
            return new DesignCoding(column.Name, median, varies ? Term(column.Name) : -1, missing >= least ? Term($"{column.Name} missing") : -1, [], -1);
        }

        var choice = (ChoiceColumn)column;
        var counts = new int[choice.Levels.Length];
        foreach (var code in choice.Codes)
        {
            if (code >= 0)
            {
                counts[code]++;
            }
        }

        var kept = Enumerable.Range(0, counts.Length).Where(level => counts[level] >= least).OrderByDescending(level => counts[level]).ThenBy(level => level).Take(MostLevels).Order().ToArray();
        var rare = column.Count - missing - kept.Sum(level => counts[level]);
        // Too few rare rows for a term of their own count as the baseline.
        bool hasRare = rare >= least, hasMissing = missing >= least;
        if (kept.Length + (hasMissing ? 1 : 0) + (hasRare ? 1 : 0) < 2)
        {
            return null;
        }

        var merged = counts.Count(count => count > 0) - kept.Length;
        if (merged > 0)
        {
            mergedColumns.Add($"{merged} of {column.Name} ({rare} rows)");
        }

        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var level in kept)
        {
            levels[choice.Levels[level]] = levels.Count == 0 ? -1 : Term($"{column.Name}={choice.Levels[level]}");
        }

        var other = hasRare && kept.Length > 0 ? Term($"{column.Name}=(rare)") : -1;
        return new DesignCoding(column.Name, 0, -1, hasMissing ? Term($"{column.Name} missing") : -1, levels, other);
    }

    /// <summary>The term of a row with its value, and the term that says it is missing; -1 for none.</summary>
    private static Func<int, (int Term, double Value, int Missing)> Reader(DesignCoding coding, FeatureColumn? column)
    {
        if (column is ChoiceColumn choice)
        {
            var terms = choice.Levels.Select(level => coding.Levels.TryGetValue(level, out var term) ? term : coding.OtherTerm).ToArray();
            return row => choice.Codes[row] < 0 ? (-1, 0, coding.MissingTerm) : (terms[choice.Codes[row]], 1, -1);
        }

        var number = column as NumberColumn;
        return row =>
        {
            var value = number is null ? double.NaN : number.Values[row];
            return double.IsNaN(value) ? (coding.NumberTerm, coding.Median, coding.MissingTerm) : (coding.NumberTerm, value, -1);
        };
    }

    private static DesignTerm[] Moments(DesignMatrix matrix, List<(string Name, string Source)> names)
    {
        var sums = new double[names.Count];
        var squares = new double[names.Count];
        for (var i = 0; i < matrix.Values.Length; i++)
        {
            sums[matrix.Indices[i]] += matrix.Values[i];
        }

        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] /= matrix.Rows;
            squares[j] = sums[j] * sums[j] * matrix.Rows;
        }

        for (var i = 0; i < matrix.Values.Length; i++)
        {
            var j = matrix.Indices[i];
            squares[j] += Math.Pow(matrix.Values[i] - sums[j], 2) - (sums[j] * sums[j]);
        }

        return names.Select((name, j) => new DesignTerm(name.Name, name.Source, sums[j], squares[j] > 0 ? Math.Sqrt(squares[j] / matrix.Rows) : 1)).ToArray();
    }
}
