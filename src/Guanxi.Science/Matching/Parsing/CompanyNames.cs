using System.Buffers;
using System.Text;

namespace Guanxi.Science.Matching.Parsing;

/// <summary>Takes company names apart, in Chinese, Japanese, Korean and Latin script.</summary>
public static class CompanyNames
{
    private static readonly SearchValues<char> ClosingBrackets = SearchValues.Create(")]】〕〉>");

    /// <summary>Splits a name folded by <see cref="TextFolding.Fold"/> into region, brand, trade, legal form and branch.</summary>
    public static CompanyName Parse(string folded) => IsAsian(folded) ? ParseAsian(folded) : ParseLatin(folded);

    private static bool IsAsian(string text) => text.Any(character => TextFolding.IsHan(character) || character is (>= '\u3040' and <= '\u30ff') or (>= '\uac00' and <= '\ud7af'));

    private static CompanyName ParseAsian(string folded)
    {
        var regions = new List<string>(2);
        var branch = "";
        var name = WithoutBrackets(folded, regions, ref branch);
        name = SplitBranch(name, ref branch);
        name = LeadingPlaces(name, regions);
        var form = "";
        name = WithoutForm(name, ref form);
        if (name.Length == 0)
        {
            name = TextFolding.LettersAndDigits(folded);
        }

        var brandLength = BrandLength(name);
        regions.Sort(StringComparer.Ordinal);
        return new CompanyName(string.Join(' ', regions.Distinct()), name[..brandLength], name[brandLength..], form, branch);
    }

    // A bracket may hold the place, the branch, or a remark, and careless typing puts it anywhere in the name.
    private static string WithoutBrackets(string folded, List<string> regions, ref string branch)
    {
        var kept = new StringBuilder(folded.Length);
        for (var i = 0; i < folded.Length; i++)
        {
            var close = folded[i] is '(' or '[' or '【' or '〔' or '〈' or '<' ? folded.AsSpan(i).IndexOfAny(ClosingBrackets) : -1;
            if (close > 0)
            {
                var inside = TextFolding.LettersAndDigits(folded.Substring(i + 1, close - 1));
                if (IsBranch(inside))
                {
                    branch = inside;
                }
                else if (ChinesePlaces.LeadingPlace(inside, out var place) is var length && length == inside.Length && length > 0)
                {
                    regions.Add(place);
                }
                else if (inside is not ("中国" or "集团" or "株" or "有" or "주" or "유" or "有限合伙" or "普通合伙" or "筹"))
                {
                    kept.Append(inside);
                }

                i += close;
            }
            else if (char.IsLetterOrDigit(folded[i]))
            {
                kept.Append(folded[i]);
            }
        }

        return kept.ToString();
    }

    private static bool IsBranch(string text) => CompanyWords.Branches.Any(ending => text.EndsWith(ending, StringComparison.Ordinal));

    private static string SplitBranch(string name, ref string branch)
    {
        if (!IsBranch(name))
        {
            return name;
        }

        foreach (var form in CompanyWords.AsianForms)
        {
            var at = name.IndexOf(form, StringComparison.Ordinal);
            if (at >= 2 && at + form.Length < name.Length && form.Length >= 2)
            {
                branch = name[(at + form.Length)..];
                return name[..(at + form.Length)];
            }
        }

        var ending = CompanyWords.Branches.First(word => name.EndsWith(word, StringComparison.Ordinal));
        branch = name.Length > ending.Length + 1 ? ending : branch;
        return name.Length > ending.Length + 1 ? name[..^ending.Length] : name;
    }

    private static string LeadingPlaces(string name, List<string> regions)
    {
        for (var round = 0; round < 2; round++)
        {
            var length = ChinesePlaces.LeadingPlace(name, out var place);
            if (length == 0 || name.Length - length < 2 || (round == 0 && IsWholeCore(name[length..])))
            {
                break;
            }

            if (!regions.Contains(place, StringComparer.Ordinal))
            {
                regions.Add(place);
            }

            name = name[length..];
        }

        return name.StartsWith("中国", StringComparison.Ordinal) && name.Length > 6 ? name[2..] : name;
    }

    // 上海银行 or 青岛啤酒股份有限公司: nothing but trade and form follows the place, so the place is the brand.
    private static bool IsWholeCore(string rest)
    {
        var form = "";
        var core = WithoutForm(rest, ref form);
        return core.Length == 0 || CompanyWords.Trades.Contains(core);
    }

    private static string WithoutForm(string name, ref string form)
    {
        foreach (var leading in CompanyWords.AsianForms)
        {
            if (leading.Length >= 4 && name.Length > leading.Length + 1 && name.StartsWith(leading, StringComparison.Ordinal))
            {
                form = leading;
                name = name[leading.Length..];
                break;
            }
        }

        for (var stripped = true; stripped;)
        {
            stripped = false;
            foreach (var ending in CompanyWords.AsianForms)
            {
                if (name.Length > ending.Length + 1 && name.EndsWith(ending, StringComparison.Ordinal))
                {
                    form = ending + form;
                    name = name[..^ending.Length];
                    stripped = true;
                    break;
                }
            }
        }

        return name;
    }

    private static int BrandLength(string name)
    {
        var lookup = CompanyWords.Trades.GetAlternateLookup<ReadOnlySpan<char>>();
        var end = name.Length;
        for (var stripped = true; stripped;)
        {
            stripped = false;
            for (var length = Math.Min(CompanyWords.LongestTrade, end - 2); length >= 2; length--)
            {
                if (lookup.Contains(name.AsSpan(end - length, length)))
                {
                    end -= length;
                    stripped = true;
                    break;
                }
            }
        }

        return end;
    }

    private static CompanyName ParseLatin(string folded)
    {
        var words = TextFolding.Words(folded.Replace("&", " and ", StringComparison.Ordinal).Replace(".com", " ", StringComparison.Ordinal));
        JoinInitials(words);
        var forms = words.Where(CompanyWords.LatinForms.Contains).ToList();
        var kept = words.Where(word => !CompanyWords.LatinForms.Contains(word)).ToList();
        if (kept.Count == 0)
        {
            (kept, forms) = (words, []);
        }

        var brandEnd = kept.Count;
        while (brandEnd > 1 && CompanyWords.LatinTrades.Contains(kept[brandEnd - 1]))
        {
            brandEnd--;
        }

        return new CompanyName("", string.Join(' ', kept.Take(brandEnd)), string.Join(' ', kept.Skip(brandEnd)), string.Join(' ', forms), "");
    }

    // "s a", "g m b h", "i b m": letters parted by dots are one word.
    private static void JoinInitials(List<string> words)
    {
        for (var i = 0; i + 1 < words.Count; i++)
        {
            while (i + 1 < words.Count && words[i].Length <= 3 && words[i + 1].Length == 1 && char.IsLetter(words[i + 1][0]) && words[i].All(char.IsLetter) && (words[i].Length == 1 || i + 2 >= words.Count))
            {
                words[i] += words[i + 1];
                words.RemoveAt(i + 1);
            }
        }
    }
}
