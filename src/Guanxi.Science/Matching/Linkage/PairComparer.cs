using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Linkage;

/// <summary>Turns a pair of records into its pattern of agreement: four bits a field, 15 for a missing value.</summary>
internal sealed class PairComparer
{
    private readonly RecordTable _table;
    private readonly int _given;
    private readonly int _surname;

    public PairComparer(RecordTable table)
    {
        _table = table;
        _given = IndexOf(FieldKind.Given);
        _surname = IndexOf(FieldKind.Surname);
    }

    public ulong Pattern(int first, int second)
    {
        var pattern = 0ul;
        for (var field = 0; field < _table.Columns.Count; field++)
        {
            pattern |= (ulong)_table.Columns[field].Compare(first, second) << (4 * field);
        }

        return _given >= 0 && _surname >= 0 && AreSwapped(first, second, pattern)
            ? WithLevel(WithLevel(pattern, _given, NameComparator.Swapped), _surname, NameComparator.Swapped)
            : pattern;
    }

    public ulong[] Patterns(ulong[] pairs)
    {
        var patterns = new ulong[pairs.Length];
        Parallel.For(0, (pairs.Length + 4095) / 4096, chunk =>
        {
            var end = Math.Min(pairs.Length, (chunk + 1) * 4096);
            for (var i = chunk * 4096; i < end; i++)
            {
                patterns[i] = Pattern((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            }
        });
        return patterns;
    }

    public static int Level(ulong pattern, int field) => (int)(pattern >> (4 * field)) & 15;

    private static ulong WithLevel(ulong pattern, int field, int level) => (pattern & ~(15ul << (4 * field))) | ((ulong)level << (4 * field));

    private int IndexOf(FieldKind kind)
    {
        for (var i = 0; i < _table.Fields.Count; i++)
        {
            if (_table.Fields[i].Kind == kind)
            {
                return i;
            }
        }

        return -1;
    }

    private bool AreSwapped(int first, int second, ulong pattern)
    {
        // One name at least must agree crosswise while neither agrees straight.
        if (Level(pattern, _given) <= 3 || Level(pattern, _surname) <= 3)
        {
            return false;
        }

        var crossed = CrossLevel(_given, first, _surname, second);
        var back = CrossLevel(_surname, first, _given, second);
        return Math.Min(crossed, back) <= 2 && (Math.Max(crossed, back) <= 3 || Math.Max(crossed, back) == FieldComparator.Missing);
    }

    private int CrossLevel(int fieldOfFirst, int first, int fieldOfSecond, int second)
    {
        var a = _table.Columns[fieldOfFirst];
        var b = _table.Columns[fieldOfSecond];
        return a[first] < 0 || b[second] < 0 ? FieldComparator.Missing : a.Comparator.Compare(a.Pool[a[first]], b.Pool[b[second]]);
    }
}
