namespace Guanxi.Science.Matching.Blocking;

/// <summary>
/// Finds the pairs worth comparing. Two records become candidates when the atoms they share, one or two of different columns, are rare
/// enough together: a random pair shares them with probability below 2^−bits. Choosing keys by the information they carry in the data at hand
/// is the idea of meta-blocking (Papadakis, Koutrika, Palpanas and Nejdl 2014) put before the comparison instead of after.
/// </summary>
internal sealed class CandidateFinder
{
    private const double FewPairs = 2_000;

    /// <summary>Bits below uniqueness down to which a shared atom is rare: at most some eight records hold it.</summary>
    private const double RarestSpan = 2.6;

    private readonly RecordTable _table;
    private readonly PairSpace _space;
    private readonly double _requiredBits;
    private readonly int _largestBlock;

    /// <param name="falsePerRecord">Chance candidates a record may bring; sets how rare the shared atoms must be.</param>
    public CandidateFinder(RecordTable table, PairSpace space, double falsePerRecord)
    {
        _table = table;
        _space = space;
        _requiredBits = Math.Max(1, Math.Log2(space.Pairs / (falsePerRecord * table.Count)));
        _largestBlock = (int)Math.Clamp(20 * falsePerRecord, 20, 100);
    }

    /// <summary>Candidates in ascending order, packed as <see cref="PairSet"/> does.</summary>
    public ulong[] Find()
    {
        return _space.Pairs <= FewPairs ? All() : Blocked();
    }

    // In a tiny file sharing tells little, and comparing everything costs nothing.
    private ulong[] All()
    {
        var pairs = new PairSet();
        for (var first = 0; first < _table.Count; first++)
        {
            for (var second = first + 1; second < _table.Count; second++)
            {
                if (_space.Contains(first, second))
                {
                    pairs.Add(first, second);
                }
            }
        }

        return pairs.ToSortedArray();
    }

    private ulong[] Blocked()
    {
        var slots = AtomTable.Of(_table);
        var tasks = new List<Action<Buffers>>(slots.Select<AtomTable, Action<Buffers>>(slot => buffers => Single(slot, buffers)));
        for (var i = 0; i < slots.Count; i++)
        {
            for (var j = i + 1; j < slots.Count; j++)
            {
                var (first, second) = (slots[i], slots[j]);
                if (AreIndependent(first.ColumnIndex, second.ColumnIndex))
                {
                    tasks.Add(buffers => Emit(buffers, Join(first, second, buffers.Keys, buffers.Records)));
                }
            }
        }

        var pairs = Together(tasks);
        new NearestTexts(_table, _space).AddTo(pairs);
        AddForUncovered(slots, pairs);
        return pairs.ToSortedArray();
    }

    private sealed class Buffers(int records)
    {
        public ulong[] Keys { get; } = new ulong[records];

        public int[] Records { get; } = new int[records];

        public PairSet Pairs { get; } = new();
    }

    // Each core finds pairs of its own; they are a set, so the order in which it was filled does not matter.
    private PairSet Together(IReadOnlyList<Action<Buffers>> tasks)
    {
        var all = new PairSet();
        var gate = new Lock();
        Parallel.ForEach(tasks, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, () => new Buffers(_table.Count), (task, _, buffers) =>
        {
            task(buffers);
            return buffers;
        },
        buffers =>
        {
            lock (gate)
            {
                all.AddAll(buffers.Pairs);
            }
        });
        return all;
    }

    private void Single(AtomTable slot, Buffers buffers)
    {
        var count = 0;
        for (var record = 0; record < _table.Count; record++)
        {
            if (slot.Bits(record) >= _requiredBits)
            {
                buffers.Keys[count] = slot.Atom(record);
                buffers.Records[count++] = record;
            }
        }

        Emit(buffers, count);
    }

    // A record nobody was compared with is compared with those that share the rarest thing it shares: where there is one field only, nothing else can bring it together.
    private void AddForUncovered(List<AtomTable> slots, PairSet pairs)
    {
        var uncovered = new bool[_table.Count];
        Array.Fill(uncovered, true);
        foreach (var pair in pairs.ToSortedArray())
        {
            uncovered[pair >> 32] = uncovered[(uint)pair] = false;
        }

        var unique = Math.Log2(_table.Count) - 0.5;
        var best = new float[_table.Count];
        foreach (var slot in slots)
        {
            for (var record = 0; record < _table.Count; record++)
            {
                var bits = slot.Bits(record);
                best[record] = bits < unique ? Math.Max(best[record], bits) : best[record];
            }
        }

        pairs.AddAll(Together([.. slots.Select<AtomTable, Action<Buffers>>(slot => buffers =>
        {
            var count = 0;
            for (var record = 0; record < _table.Count; record++)
            {
                var bits = slot.Bits(record);
                if (bits > 0 && bits < unique && bits >= unique - RarestSpan)
                {
                    buffers.Keys[count] = slot.Atom(record);
                    buffers.Records[count++] = record;
                }
            }

            Emit(buffers, count, (a, b) => (uncovered[a] && slot.Bits(a) >= best[a]) || (uncovered[b] && slot.Bits(b) >= best[b]));
        })]));
    }

    // Town, region and postal code say the same thing three times: together they are no rarer than one of them.
    private bool AreIndependent(int first, int second) => first != second && !(IsPlace(first) && IsPlace(second));

    private bool IsPlace(int column) => _table.Fields[column].Kind is FieldKind.City or FieldKind.Region or FieldKind.Postcode;

    private int Join(AtomTable first, AtomTable second, ulong[] keys, int[] records)
    {
        var count = 0;
        for (var record = 0; record < _table.Count; record++)
        {
            var a = first.Bits(record);
            var b = second.Bits(record);
            if (a > 0 && b > 0 && a < _requiredBits && b < _requiredBits && a + b >= _requiredBits)
            {
                keys[count] = ((ulong)first.Atom(record) << 32) | second.Atom(record);
                records[count++] = record;
            }
        }

        return count;
    }

    private void Emit(Buffers buffers, int count, Func<int, int, bool>? wanted = null)
    {
        var (keys, records, pairs) = (buffers.Keys, buffers.Records, buffers.Pairs);
        Array.Sort(keys, records, 0, count);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start <= _largestBlock)
            {
                for (var i = start; i < end; i++)
                {
                    for (var j = i + 1; j < end; j++)
                    {
                        if (_space.Contains(records[i], records[j]) && wanted?.Invoke(records[i], records[j]) != false)
                        {
                            pairs.Add(records[i], records[j]);
                        }
                    }
                }
            }

            start = end;
        }
    }
}
