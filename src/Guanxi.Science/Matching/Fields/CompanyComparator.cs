using Guanxi.Science.Matching.Comparison;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>Company names, compared part by part. Normalised as brand, trade, region, branch, pinyin of the brand.</summary>
internal sealed class CompanyComparator(ITextNormalizer normalizer) : FieldComparator
{
    private const int Related = 6;
    private const int Different = 8;

    private readonly SoftTfIdf _words = new() { TokenThreshold = 0.88 };

    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.62, 5e-5), new("sameName", 0.12, 5e-5), new("shortName", 0.06, 5e-4), new("oneEdit", 0.05, 1e-4), new("close", 0.05, 5e-4), new("similar", 0.03, 0.004), new("related", 0.005, 2e-4), new("sameBrand", 0.015, 1e-3), new("different", 0.05, 0.9936),
    ];

    public override int AtomCount => 5;

    public override int RelatedLevel => Related;

    public override string Normalise(string value)
    {
        var folded = TextFolding.Fold(value, normalizer);
        var name = CompanyNames.Parse(folded);
        return name.Brand.Length == 0 ? "" : string.Join(Separator, name.Brand, name.Trade, name.Region, name.Branch, normalizer.Pinyin(name.Brand, false));
    }

    public override void Learn(ValuePool pool)
    {
        for (var id = 0; id < pool.Count; id++)
        {
            if (!TextFolding.HasHan(pool[id]))
            {
                _words.Learn(Words(pool[id]));
            }
        }
    }

    public override int Compare(string first, string second)
    {
        var brandA = Part(first, 0);
        var brandB = Part(second, 0);
        var tradeA = Part(first, 1);
        var tradeB = Part(second, 1);
        var sameBrand = brandA.SequenceEqual(brandB);
        var sameTrade = tradeA.SequenceEqual(tradeB);
        if (sameBrand && sameTrade || SameJoined(brandA, tradeA, brandB, tradeB))
        {
            return Place(first, second, 1);
        }

        if (sameBrand)
        {
            var shortened = tradeA.IsEmpty || tradeB.IsEmpty || tradeA.StartsWith(tradeB) || tradeB.StartsWith(tradeA);
            return Place(first, second, shortened ? 2 : 7);
        }

        return TextFolding.HasHan(brandA) || TextFolding.HasHan(brandB) ? CompareChinese(first, second) : CompareWords(first, second);
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var brand = Part(value, 0);
        var trade = Part(value, 1);
        var sound = Part(value, 4);
        atoms[0] = Hash(trade, Hash(brand)) is var core and not 0 ? core : Hash(brand);
        atoms[1] = Hash(brand, 1);
        if (TextFolding.HasHan(brand))
        {
            atoms[2] = Hash(sound, 2);
            atoms[3] = brand.Length > 2 ? Hash(brand[..2], 3) : 0;
            atoms[4] = brand.Length > 2 ? Hash(brand[^2..], 4) : 0;
            return;
        }

        ReadOnlySpan<char> longest = [];
        ReadOnlySpan<char> runnerUp = [];
        foreach (var range in brand.Split(' '))
        {
            if (brand[range].Length > longest.Length)
            {
                runnerUp = longest;
                longest = brand[range];
            }
            else if (brand[range].Length > runnerUp.Length)
            {
                runnerUp = brand[range];
            }
        }

        atoms[2] = Hash(Soundex.Of(longest), 2);
        atoms[3] = Hash(longest, 3);
        atoms[4] = runnerUp.Length >= 3 ? Hash(runnerUp, 3) : 0;
    }

    // The same name in two places, or a company and its branch: one house, two customers.
    private static int Place(string first, string second, int level)
    {
        var branchA = Part(first, 3);
        var branchB = Part(second, 3);
        if (!branchA.SequenceEqual(branchB))
        {
            return Related;
        }

        var regionA = Part(first, 2);
        var regionB = Part(second, 2);
        return regionA.IsEmpty || regionB.IsEmpty || ShareWord(regionA, regionB) ? level : level <= 2 ? Related : Different;
    }

    private static bool ShareWord(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        // 广东 beside 深圳: a province does not contradict a town; two towns do.
        var (provinceA, provinceB) = (true, true);
        foreach (var range in a.Split(' '))
        {
            provinceA &= ChinesePlaces.IsProvince(a[range].ToString()) && a[range] is not ("北京" or "上海" or "天津" or "重庆");
            foreach (var other in b.Split(' '))
            {
                if (a[range].SequenceEqual(b[other]))
                {
                    return true;
                }
            }
        }

        foreach (var other in b.Split(' '))
        {
            provinceB &= ChinesePlaces.IsProvince(b[other].ToString()) && b[other] is not ("北京" or "上海" or "天津" or "重庆");
        }

        return provinceA != provinceB;
    }

    private static bool SameJoined(ReadOnlySpan<char> brandA, ReadOnlySpan<char> tradeA, ReadOnlySpan<char> brandB, ReadOnlySpan<char> tradeB)
    {
        var a = new JoinedLetters(brandA, tradeA);
        var b = new JoinedLetters(brandB, tradeB);
        while (true)
        {
            var (next, other) = (a.Next(), b.Next());
            if (next != other)
            {
                return false;
            }

            if (next == '\0')
            {
                return true;
            }
        }
    }

    private static int CompareChinese(string first, string second)
    {
        var brandA = Part(first, 0);
        var brandB = Part(second, 0);
        var tradeA = Part(first, 1);
        var tradeB = Part(second, 1);
        var sound = Part(first, 4);
        var otherSound = Part(second, 4);
        if (!sound.IsEmpty && (sound.SequenceEqual(otherSound) || sound.SequenceEqual(brandB)) || (!otherSound.IsEmpty && otherSound.SequenceEqual(brandA)))
        {
            return Place(first, second, tradeA.SequenceEqual(tradeB) ? 3 : 4);
        }

        Span<char> coreA = [.. brandA, .. tradeA];
        Span<char> coreB = [.. brandB, .. tradeB];
        if (Math.Min(coreA.Length, coreB.Length) >= 4 && EditDistance.WithinOneEdit(coreA, coreB))
        {
            return Place(first, second, 3);
        }

        var brief = coreA.Length < coreB.Length ? coreA : coreB;
        var full = coreA.Length < coreB.Length ? coreB : coreA;
        if (brief.Length >= 2 && full.StartsWith(brief))
        {
            return Place(first, second, 2);
        }

        var brandSimilarity = JaroWinkler.Similarity(brandA, brandB);
        var similarity = EditDistance.LevenshteinSimilarity(coreA, coreB);
        return similarity >= 0.7 && brandSimilarity >= 0.6 ? 4 : similarity >= 0.5 && brandSimilarity >= 0.6 ? 5 : Different;
    }

    private int CompareWords(string first, string second)
    {
        var a = Words(first);
        var b = Words(second);
        var similarity = _words.Similarity(a, b);
        var (brief, full) = a.Count < b.Count ? (a, b) : (b, a);
        if (brief.Count > 0 && brief.Sum(word => word.Length) >= 4 && brief.TrueForAll(word => full.Contains(word, StringComparer.Ordinal)))
        {
            return 2;
        }

        if (similarity >= 0.9 || EditDistance.WithinOneEdit(first, second))
        {
            return 3;
        }

        var whole = JaroWinkler.Similarity(first, second);
        return similarity >= 0.65 || whole >= 0.94 ? 4 : similarity >= 0.4 || whole >= 0.88 ? 5 : Different;
    }

    private static List<string> Words(string normalised)
    {
        var words = TextFolding.Words(Part(normalised, 0).ToString());
        words.AddRange(TextFolding.Words(Part(normalised, 1).ToString()));
        return words;
    }

    private ref struct JoinedLetters(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        private ReadOnlySpan<char> _first = first;
        private ReadOnlySpan<char> _second = second;

        public char Next()
        {
            while (true)
            {
                if (_first.IsEmpty)
                {
                    if (_second.IsEmpty)
                    {
                        return '\0';
                    }

                    _first = _second;
                    _second = [];
                }

                var character = _first[0];
                _first = _first[1..];
                if (character != ' ')
                {
                    return character;
                }
            }
        }
    }
}
