using System.Text;

namespace Guanxi.Science.Matching.Parsing;

/// <summary>Street addresses as two parts: the numbers in order, and the words or characters of the street.</summary>
public static class Addresses
{
    /// <summary>Parts numbers from street in a normalised address.</summary>
    public const char Separator = '\u001f';

    private static readonly Dictionary<string, string> Abbreviations = new(StringComparer.Ordinal)
    {
        ["st"] = "street", ["str"] = "street", ["rd"] = "road", ["ave"] = "avenue", ["av"] = "avenue", ["aven"] = "avenue", ["blv"] = "boulevard", ["blvd"] = "boulevard", ["bd"] = "boulevard", ["dr"] = "drive", ["ln"] = "lane", ["ct"] = "court", ["crt"] = "court", ["cct"] = "circuit", ["cres"] = "crescent", ["pl"] = "place", ["plz"] = "plaza", ["sq"] = "square",
        ["hwy"] = "highway", ["pkwy"] = "parkway", ["pky"] = "parkway", ["tce"] = "terrace", ["ter"] = "terrace", ["apt"] = "apartment", ["ste"] = "suite", ["fl"] = "floor", ["bldg"] = "building", ["n"] = "north", ["s"] = "south", ["e"] = "east", ["w"] = "west", ["ne"] = "northeast", ["nw"] = "northwest", ["se"] = "southeast", ["sw"] = "southwest", ["mt"] = "mount", ["ft"] = "fort",
        ["1st"] = "first", ["2nd"] = "second", ["3rd"] = "third", ["4th"] = "fourth", ["5th"] = "fifth", ["6th"] = "sixth", ["7th"] = "seventh", ["8th"] = "eighth", ["9th"] = "ninth", ["10th"] = "tenth",
    };

    /// <summary>"614 2432␟解放路" for 重庆市解放路614号2432室; "435␟la cienega boulevard south" for "435 S. La Cienega Blvd.".</summary>
    public static string Normalise(string folded) => TextFolding.HasHan(folded) ? Chinese(folded) : Latin(folded);

    /// <summary>The numbers of a normalised address, blank-separated.</summary>
    public static ReadOnlySpan<char> Numbers(ReadOnlySpan<char> normalised) => normalised[..Math.Max(0, normalised.IndexOf(Separator))];

    /// <summary>The street of a normalised address.</summary>
    public static ReadOnlySpan<char> Street(ReadOnlySpan<char> normalised) => normalised[(normalised.IndexOf(Separator) + 1)..];

    private static string Chinese(string folded)
    {
        var text = TextFolding.LettersAndDigits(folded);
        for (var round = 0; round < 3; round++)
        {
            var length = ChinesePlaces.LeadingPlace(text, out _);
            if (length == 0 || length == text.Length)
            {
                break;
            }

            text = text[length..];
        }

        var numbers = new StringBuilder();
        var street = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                if (numbers.Length > 0 && !char.IsAsciiDigit(text[i - 1]))
                {
                    numbers.Append(' ');
                }

                numbers.Append(text[i]);
            }
            else if (text[i] is not ('号' or '室' or '楼' or '栋' or '层' or '座' or '幢'))
            {
                street.Append(text[i]);
            }
        }

        return numbers.Append(Separator).Append(street).ToString();
    }

    private static string Latin(string folded)
    {
        var numbers = new List<string>();
        var street = new List<string>();
        foreach (var word in TextFolding.Words(folded))
        {
            if (char.IsAsciiDigit(word[0]) && !Abbreviations.ContainsKey(word) && !IsOrdinal(word))
            {
                numbers.Add(word);
            }
            else
            {
                street.Add(Abbreviations.GetValueOrDefault(word, word));
            }
        }

        street.Sort(StringComparer.Ordinal);
        return string.Join(' ', numbers) + Separator + string.Join(' ', street);
    }

    private static bool IsOrdinal(string word) => word.EndsWith("th", StringComparison.Ordinal) || word.EndsWith("st", StringComparison.Ordinal) || word.EndsWith("nd", StringComparison.Ordinal) || word.EndsWith("rd", StringComparison.Ordinal);
}
