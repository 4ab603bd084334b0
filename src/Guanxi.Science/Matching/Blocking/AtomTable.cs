using System.Runtime.InteropServices;
using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Blocking;

/// <summary>
/// The blocking atoms of one slot of a column: hash by distinct value, and how much sharing it tells, −log2 of its share of the records.
/// </summary>
internal sealed class AtomTable
{
    private readonly uint[] _atoms;
    private readonly float[] _bits;
    private readonly FieldColumn _column;

    private AtomTable(FieldColumn column, int columnIndex, uint[] atoms, float[] bits)
    {
        (_column, ColumnIndex, _atoms, _bits) = (column, columnIndex, atoms, bits);
    }

    public int ColumnIndex { get; }

    /// <summary>Mean information of the slot over the records that have it.</summary>
    public double MeanBits { get; private set; }

    /// <summary>All slots of all columns.</summary>
    public static List<AtomTable> Of(RecordTable table)
    {
        var slots = new List<AtomTable>();
        for (var columnIndex = 0; columnIndex < table.Columns.Count; columnIndex++)
        {
            var column = table.Columns[columnIndex];
            var count = column.Comparator.AtomCount;
            var bySlot = Enumerable.Range(0, count).Select(_ => new uint[column.Pool.Count]).ToArray();
            var buffer = new uint[count];
            for (var id = 0; id < column.Pool.Count; id++)
            {
                Array.Clear(buffer);
                column.Comparator.WriteAtoms(column.Pool[id], buffer);
                for (var slot = 0; slot < count; slot++)
                {
                    bySlot[slot][id] = buffer[slot];
                }
            }

            slots.AddRange(bySlot.Select(atoms => Weigh(column, columnIndex, atoms, table.Count)));
        }

        return slots;
    }

    /// <summary>The atom of a record, 0 when it has none.</summary>
    public uint Atom(int record) => _column[record] is var id and >= 0 ? _atoms[id] : 0;

    /// <summary>Bits of information in sharing this record's atom; 0 when it has none.</summary>
    public float Bits(int record) => _column[record] is var id and >= 0 ? _bits[id] : 0;

    private static AtomTable Weigh(FieldColumn column, int columnIndex, uint[] atoms, int records)
    {
        var counts = new Dictionary<uint, int>();
        for (var id = 0; id < atoms.Length; id++)
        {
            if (atoms[id] != 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, atoms[id], out _) += column.Pool.CountOf(id);
            }
        }

        var bits = new float[atoms.Length];
        var (sum, weight) = (0.0, 0.0);
        for (var id = 0; id < atoms.Length; id++)
        {
            if (atoms[id] != 0)
            {
                bits[id] = (float)Math.Log2(records / (double)counts[atoms[id]]);
                sum += bits[id] * column.Pool.CountOf(id);
                weight += column.Pool.CountOf(id);
            }
        }

        return new AtomTable(column, columnIndex, atoms, bits) { MeanBits = weight > 0 ? sum / weight : 0 };
    }
}
