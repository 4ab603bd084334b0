using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching;

/// <summary>
/// Keys to be stored beside a record when it is written, so that the records worth comparing with a new one are found by an index:
/// those that share a key. A key held by very many records tells nothing and is best left out of the search.
/// </summary>
public static class BlockingKeys
{
    private const int MostAtoms = 8;

    /// <summary>Distinct keys of a record; stable across runs and machines as long as fields and tables of Chinese stay the same.</summary>
    /// <param name="fields">The fields, always in the same order.</param>
    /// <param name="values">One value a field.</param>
    public static IReadOnlyList<long> Of(IReadOnlyList<MatchField> fields, IReadOnlyList<string?> values, ITextNormalizer? normalizer = null)
    {
        var keys = new SortedSet<long>();
        var names = new List<uint>();
        var places = new List<uint>();
        Span<uint> atoms = stackalloc uint[MostAtoms];
        for (var field = 0; field < fields.Count; field++)
        {
            var kind = fields[field].Kind;
            var comparator = FieldComparators.For(kind, normalizer ?? PlainTextNormalizer.Instance);
            var value = Parsing.TextFolding.IsMissing(values[field]) ? "" : comparator.Normalise(values[field]!);
            if (value.Length == 0)
            {
                continue;
            }

            atoms.Clear();
            comparator.WriteAtoms(value, atoms);
            for (var slot = 0; slot < comparator.AtomCount; slot++)
            {
                if (atoms[slot] != 0 && slot < AloneSlots(kind))
                {
                    keys.Add(Key((uint)kind + 1, (uint)slot, atoms[slot]));
                }
            }

            if (kind is FieldKind.Given or FieldKind.Surname or FieldKind.Person or FieldKind.Company)
            {
                names.Add(atoms[1] != 0 ? atoms[1] : atoms[0]);
            }
            else if (kind is FieldKind.City or FieldKind.Postcode or FieldKind.Date or FieldKind.Address)
            {
                places.Add(atoms[0]);
            }
        }

        for (var i = 0; i < names.Count; i++)
        {
            foreach (var other in names.Skip(i + 1).Concat(places).Where(other => other != 0 && names[i] != 0))
            {
                keys.Add(Key(0, names[i], other));
            }
        }

        return [.. keys];
    }

    // The first slots of these kinds are rare enough to be searched for alone.
    private static int AloneSlots(FieldKind kind) => kind switch
    {
        FieldKind.Company => 3,
        FieldKind.Person or FieldKind.Email or FieldKind.Text => 2,
        FieldKind.Phone or FieldKind.Identifier or FieldKind.Address => 1,
        _ => 0,
    };

    private static long Key(uint salt, uint first, uint second)
    {
        var mixed = (((ulong)first << 32) | second) + (salt * 0x9E3779B97F4A7C15ul);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ul;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBul;
        return (long)(mixed ^ (mixed >> 31));
    }
}
