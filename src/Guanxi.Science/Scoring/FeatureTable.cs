namespace Guanxi.Science.Scoring;

/// <summary>A named column of a table, numbers or choices, with missing values.</summary>
public abstract class FeatureColumn(string name)
{
    /// <summary>Name shown to the reader.</summary>
    public string Name { get; } = name;

    /// <summary>Number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the value of a row is missing.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>The value of a row as text; empty when missing.</summary>
    public abstract string Text(int row);

    /// <summary>The rows asked for, in their order.</summary>
    public abstract FeatureColumn Take(int[] rows);
}

/// <summary>Numbers; NaN is missing.</summary>
public sealed class NumberColumn : FeatureColumn
{
    private readonly Func<double, string>? text;

    /// <param name="name">Name shown to the reader.</param>
    /// <param name="values">One per row. Infinite values become missing.</param>
    /// <param name="words">Cells that held words among the numbers; they are missing.</param>
    /// <param name="text">How a value is shown; null for a number.</param>
    public NumberColumn(string name, double[] values, int words = 0, Func<double, string>? text = null) : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        (Words, this.text) = (words, text);
        Values = Array.ConvertAll(values, value => double.IsFinite(value) ? value : double.NaN);
    }

    /// <summary>One per row.</summary>
    public double[] Values { get; }

    /// <summary>Cells that held words among the numbers; they are missing.</summary>
    public int Words { get; }

    /// <inheritdoc/>
    public override int Count => Values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => double.IsNaN(Values[row]);

    /// <inheritdoc/>
    public override string Text(int row) => IsMissing(row) ? "" : text?.Invoke(Values[row]) ?? Values[row].ToString("g6", System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override FeatureColumn Take(int[] rows) => new NumberColumn(Name, Array.ConvertAll(rows, row => Values[row]), Words, text);
}

/// <summary>Choices among levels.</summary>
/// <param name="name">Name shown to the reader.</param>
/// <param name="codes">Index of the level of each row, -1 when missing.</param>
/// <param name="levels">Distinct texts.</param>
public sealed class ChoiceColumn(string name, int[] codes, string[] levels) : FeatureColumn(name)
{
    /// <summary>Index of the level of each row, -1 when missing.</summary>
    public int[] Codes { get; } = codes;

    /// <summary>Distinct texts.</summary>
    public string[] Levels { get; } = levels;

    /// <inheritdoc/>
    public override int Count => Codes.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Codes[row] < 0;

    /// <inheritdoc/>
    public override string Text(int row) => Codes[row] < 0 ? "" : Levels[Codes[row]];

    /// <inheritdoc/>
    public override FeatureColumn Take(int[] rows) => new ChoiceColumn(Name, Array.ConvertAll(rows, row => Codes[row]), Levels);
}

/// <summary>Columns of equal length.</summary>
public sealed class FeatureTable
{
    /// <param name="columns">Columns with distinct names.</param>
    public FeatureTable(IReadOnlyList<FeatureColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Columns = columns;
        Rows = columns.Count == 0 ? 0 : columns[0].Count;
        if (columns.Any(column => column.Count != Rows))
        {
            throw new ArgumentException("All columns must have the same number of rows.", nameof(columns));
        }
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The rows asked for, in their order.</summary>
    public FeatureTable Take(int[] rows) => new(Columns.Select(column => column.Take(rows)).ToArray());

    /// <summary>The columns whose names pass.</summary>
    public FeatureTable Where(Func<string, bool> keep) => new(Columns.Where(column => keep(column.Name)).ToArray());
}
