using System.Text;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>
/// Free text as TF-IDF vectors over runs of three and four characters within word boundaries, compared by cosine
/// (Salton and Buckley 1988; character n-grams after Cavnar and Trenkle 1994). Two characters make a gram of Chinese.
/// </summary>
internal sealed class TextComparator(ITextNormalizer normalizer) : FieldComparator
{
    private const double FirstBound = 0.93;
    private const double Step = 0.07;
    private const int Bounds = 12;

    private (uint Gram, float Weight)[][] _vectors = [];
    private Dictionary<uint, float> _inverseFrequency = [];

    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.2, 1e-6),
        .. Enumerable.Range(0, Bounds).Select(step => new AgreementLevel(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"similar{(int)Math.Round((FirstBound - (step * Step)) * 100)}"), 0.78 / Bounds, 1e-5 * Math.Pow(2.3, step))),
        new("different", 0.02, 0.7),
    ];

    public override int AtomCount => 2;

    public override bool IsOrdered => true;

    /// <summary>Vectors by value id, sorted by gram; empty before <see cref="Learn"/>.</summary>
    public IReadOnlyList<(uint Gram, float Weight)[]> Vectors => _vectors;

    public override string Normalise(string value)
    {
        var folded = TextFolding.Fold(value, normalizer);
        return string.Join(' ', TextFolding.Words(JoinCodes(folded)));
    }

    public override void Learn(ValuePool pool)
    {
        var counts = new Dictionary<uint, int>();
        var grams = new uint[pool.Count][];
        for (var id = 0; id < pool.Count; id++)
        {
            grams[id] = Grams(pool[id]);
            var last = 0u;
            foreach (var gram in grams[id])
            {
                if (gram != last)
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, gram, out _)++;
                    last = gram;
                }
            }
        }

        _inverseFrequency = counts.ToDictionary(count => count.Key, count => (float)Math.Log(1 + (pool.Count / (double)count.Value)));
        _vectors = new (uint, float)[pool.Count][];
        for (var id = 0; id < pool.Count; id++)
        {
            _vectors[id] = Vector(grams[id]);
            grams[id] = [];
        }
    }

    public override int Compare(string first, string second) => LevelOf(Cosine(Vector(Grams(first)), Vector(Grams(second))));

    public override int Compare(ValuePool pool, int first, int second) => LevelOf(Cosine(_vectors[first], _vectors[second]));

    public override double PositionInLevel(ValuePool pool, int first, int second)
    {
        var cosine = Cosine(_vectors[first], _vectors[second]);
        var lower = FirstBound - ((LevelOf(cosine) - 1) * Step);
        return first == second ? 0.5 : Math.Clamp((cosine - lower) / Step, 0, 1);
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        atoms[0] = Hash(value);
        var code = "";
        foreach (var word in value.Split(' '))
        {
            code = word.Length > code.Length && word.Length >= 4 && word.Any(char.IsAsciiDigit) ? word : code;
        }

        atoms[1] = Hash(code, 1);
    }

    private static int LevelOf(double cosine)
    {
        var level = 1 + (int)Math.Ceiling((FirstBound - cosine - 1e-9) / Step);
        return Math.Clamp(level, 1, Bounds + 1);
    }

    // "PS-LX350H" and "PSLX350H" are one code: marks between letters and digits of a word that holds a digit go.
    private static string JoinCodes(string folded)
    {
        if (folded.AsSpan().IndexOfAny("-/._") < 0)
        {
            return folded;
        }

        var builder = new StringBuilder(folded.Length);
        foreach (var word in folded.Split(' '))
        {
            builder.Append(builder.Length > 0 ? " " : "").Append(word.Any(char.IsAsciiDigit) && word.Length <= 20 ? TextFolding.LettersAndDigits(word) : word);
        }

        return builder.ToString();
    }

    private static uint[] Grams(string text)
    {
        var padded = string.Concat(" ", text, " ");
        var grams = new List<uint>(padded.Length * 2);
        for (var i = 0; i < padded.Length; i++)
        {
            if (TextFolding.IsHan(padded[i]))
            {
                grams.Add(Hash(padded.AsSpan(i, 1)));
                if (i + 2 <= padded.Length - 1)
                {
                    grams.Add(Hash(padded.AsSpan(i, 2)));
                }

                continue;
            }

            if (i + 3 <= padded.Length)
            {
                grams.Add(Hash(padded.AsSpan(i, 3)));
            }

            if (i + 4 <= padded.Length)
            {
                grams.Add(Hash(padded.AsSpan(i, 4)));
            }
        }

        var array = grams.ToArray();
        Array.Sort(array);
        return array;
    }

    private (uint Gram, float Weight)[] Vector(uint[] grams)
    {
        var vector = new List<(uint Gram, float Weight)>(grams.Length);
        var squares = 0.0;
        for (var i = 0; i < grams.Length;)
        {
            var start = i;
            while (i < grams.Length && grams[i] == grams[start])
            {
                i++;
            }

            var weight = (1 + MathF.Log(i - start)) * _inverseFrequency.GetValueOrDefault(grams[start], 1f);
            squares += weight * weight;
            vector.Add((grams[start], weight));
        }

        var norm = (float)Math.Sqrt(squares);
        return [.. vector.Select(entry => (entry.Gram, entry.Weight / norm))];
    }

    private static double Cosine((uint Gram, float Weight)[] first, (uint Gram, float Weight)[] second)
    {
        var (i, j, sum) = (0, 0, 0.0);
        while (i < first.Length && j < second.Length)
        {
            if (first[i].Gram == second[j].Gram)
            {
                sum += first[i++].Weight * second[j++].Weight;
            }
            else if (first[i].Gram < second[j].Gram)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return Math.Min(1, sum);
    }
}
