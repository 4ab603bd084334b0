using System.Runtime.InteropServices;
using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching;

/// <summary>
/// Records to be matched, held by column as numbers of distinct normalised values, so that a million customers take some hundred megabytes.
/// Two files to be linked go into one table, one after the other.
/// </summary>
public sealed class RecordTable
{
    private readonly FieldColumn[] _columns;

    /// <summary>An empty table.</summary>
    /// <param name="fields">The columns, in the order in which values are added; at most 15, since a pattern of agreement packs four bits a field.</param>
    /// <param name="normalizer">Tables of Chinese; none keeps text as it is.</param>
    /// <exception cref="ArgumentException">No field or more than 15 fields.</exception>
    public RecordTable(IReadOnlyList<MatchField> fields, ITextNormalizer? normalizer = null)
    {
        if (fields.Count is 0 or > 15)
        {
            throw new ArgumentException("Matching takes from 1 to 15 fields.", nameof(fields));
        }

        Fields = [.. fields];
        Normalizer = normalizer ?? PlainTextNormalizer.Instance;
        _columns = [.. fields.Select(field => new FieldColumn(FieldComparators.For(field.Kind, Normalizer)))];
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<MatchField> Fields { get; }

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    internal ITextNormalizer Normalizer { get; }

    internal IReadOnlyList<FieldColumn> Columns => _columns;

    /// <summary>Adds one record; its number is the count before.</summary>
    /// <param name="values">One value a field; null, empty, "NA" and the like are missing.</param>
    public void Add(IReadOnlyList<string?> values)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Add(_columns[i].Normalise(values[i]));
        }

        Count++;
    }

    /// <summary>Adds many records, normalising on all cores.</summary>
    public void AddRange(IReadOnlyList<IReadOnlyList<string?>> records)
    {
        var normalised = new string[records.Count][];
        Parallel.For(0, records.Count, i => normalised[i] = [.. _columns.Select((column, field) => column.Normalise(records[i][field]))]);
        foreach (var values in normalised)
        {
            for (var i = 0; i < _columns.Length; i++)
            {
                _columns[i].Add(values[i]);
            }
        }

        Count += records.Count;
    }

    internal void Learn()
    {
        foreach (var column in _columns)
        {
            column.Pool.Seal();
            column.Comparator.Learn(column.Pool);
        }
    }
}

/// <summary>One column: its comparator, its distinct values, and the value of each record (−1 is missing).</summary>
internal sealed class FieldColumn(FieldComparator comparator)
{
    private readonly List<int> _ids = [];

    public FieldComparator Comparator { get; } = comparator;

    public ValuePool Pool { get; } = new();

    public ReadOnlySpan<int> Ids => CollectionsMarshal.AsSpan(_ids);

    public int this[int record] => _ids[record];

    public string Normalise(string? value) => Parsing.TextFolding.IsMissing(value) ? "" : Comparator.Normalise(value!);

    public void Add(string normalised) => _ids.Add(normalised.Length == 0 ? -1 : Pool.Intern(normalised));

    /// <summary>Level of agreement of two records in this column.</summary>
    public int Compare(int first, int second)
    {
        var (a, b) = (_ids[first], _ids[second]);
        return a < 0 || b < 0 ? FieldComparator.Missing : a == b ? 0 : Comparator.Compare(Pool, a, b);
    }
}
