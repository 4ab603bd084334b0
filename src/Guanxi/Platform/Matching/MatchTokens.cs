using Guanxi.Platform.Records;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>
/// The blocking keys of a record as words of its search index. They stand beside its other terms, so whatever writes the terms keeps the keys: entry, import, restore,
/// merge, erasure and every undo; and rebuilding the index rebuilds them.
/// </summary>
public static class MatchTokens
{
    /// <summary>All begin alike, so that the index of prefixes has one entry for them and not one each.</summary>
    private const string Prefix = "0mm0";
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    public static void Collect(Record record, HashSet<string> terms)
    {
        if (MatchProfile.For(record) is { } profile)
        {
            terms.UnionWith(Of(profile, record));
        }
    }

    /// <summary>The words under which records worth comparing with this one are found.</summary>
    public static IReadOnlyCollection<string> Of(MatchProfile profile, Record record)
    {
        var all = profile.All(record);
        var values = Array.ConvertAll(all, list => list.FirstOrDefault());
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        Add(values);
        for (var i = 0; i < all.Length; i++)
        {
            foreach (var further in all[i].Skip(1))
            {
                // A second phone is looked for by itself, a former name also beside the place.
                var alone = new string?[all.Length];
                alone[i] = further;
                Add(alone);
            }
        }

        return tokens;

        void Add(string?[] one)
        {
            foreach (var key in BlockingKeys.Of(profile.BlockingFields, one, LanguageNormalizer.Instance))
            {
                tokens.Add(Word(key));
            }
        }
    }

    /// <summary>Forty bits of the key: of ten million keys one in a hundred thousand look-ups meets a stranger, whom the comparison then tells apart.</summary>
    private static string Word(long key) => string.Create(12, key, static (text, value) =>
    {
        Prefix.CopyTo(text);
        for (var i = Prefix.Length; i < text.Length; i++)
        {
            text[i] = Digits[(int)(value & 31)];
            value = (long)((ulong)value >> 5);
        }
    });
}
