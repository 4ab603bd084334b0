using System.Text;

namespace Guanxi.Platform.Language;

public static partial class SearchTerms
{
    const int MaxGroups = 16;
    const int MaxQueryLength = 200;

    /// <summary>
    /// Turns what a person typed into groups of tokens. Chinese text becomes its pairs of characters; letters a word, initials or syllables (words beside each other also joined: "changsha yin");
    /// digits a number or a part of a phone; something with @ a part of an address.
    /// </summary>
    public static SearchQuery Parse(string? query)
    {
        string typed = (query ?? "").Trim();
        if (typed.Length > MaxQueryLength)
        {
            typed = typed[..MaxQueryLength];
        }

        string normalized = Script.Normalize(typed);
        var groups = new List<SearchGroup>();
        if (PhoneDigits(typed) is { } digits)
        {
            AddPhone(digits, normalized, groups);
        }
        else
        {
            AddPieces(typed, groups);
        }

        return new SearchQuery(groups.Count <= MaxGroups ? groups : groups.GetRange(0, MaxGroups), normalized);
    }

    // "138 0013-8000", "(021) 5555 1234", "+86 138…": digits in several pieces are one phone, plain short numbers are not.
    static string? PhoneDigits(string typed)
    {
        var digits = new StringBuilder();
        foreach (char original in typed)
        {
            char c = original is >= '\uFF01' and <= '\uFF5E' ? (char)(original - 0xFEE0) : original;
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
            else if (c is not (' ' or '-' or '(' or ')' or '+' or '.' or '\u3000'))
            {
                return null;
            }
        }

        return digits.Length >= ShortestPhonePart ? digits.ToString() : null;
    }

    static void AddPhone(string digits, string normalized, List<SearchGroup> groups)
    {
        var tokens = new List<SearchToken> { new("0p" + digits, true, SearchTokenKind.Phone) };
        string bare = digits.StartsWith("00", StringComparison.Ordinal) ? digits[2..] : digits;
        if (bare.StartsWith("86", StringComparison.Ordinal) && bare.Length > 6)
        {
            tokens.Add(new("0p" + bare[2..], true, SearchTokenKind.Phone));
        }
        else if (digits[0] == '0' && digits.Length > 6)
        {
            tokens.Add(new("0p" + bare.TrimStart('0'), true, SearchTokenKind.Phone));
        }

        if (!normalized.Contains(' '))
        {
            tokens.Add(new(Limited(digits, MaxWordLength), true, SearchTokenKind.Word));
            tokens.Add(new("0i" + Limited(digits, MaxInitials), true, SearchTokenKind.Initials));
        }

        groups.Add(new SearchGroup(tokens));
    }

    static void AddPieces(string typed, List<SearchGroup> groups)
    {
        string[] pieces = typed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string joined = JoinedLetters(pieces);
        foreach (string piece in pieces)
        {
            if (piece.IndexOf('@', StringComparison.Ordinal) > 0)
            {
                AddEmail(piece, groups);
                continue;
            }

            string text = Script.Normalize(piece);
            for (int i = 0; i < text.Length;)
            {
                int end = RunEnd(text, i);
                if (CharacterKinds.IsUnspaced(text[i]))
                {
                    AddCharacters(text.AsSpan(i, end - i), groups);
                }
                else if (text[i] != ' ')
                {
                    AddWord(text[i..end], joined, groups);
                }

                i = end;
            }
        }
    }

    // Only when every piece is plain letters: then the spaces may stand between syllables.
    static string JoinedLetters(string[] pieces) =>
        pieces.Length is > 1 and <= 8 && pieces.All(piece => piece.All(c => char.IsAsciiLetter(c) || c == '\'')) ? Script.Normalize(string.Concat(pieces)) : "";

    static void AddEmail(string piece, List<SearchGroup> groups)
    {
        string letters = Script.Normalize(piece).Replace(" ", "");
        if (letters.Length > 0)
        {
            groups.Add(new SearchGroup([new("0e" + letters, true, SearchTokenKind.Email)]));
        }
    }

    static void AddCharacters(ReadOnlySpan<char> run, List<SearchGroup> groups)
    {
        int previous = -1, runes = 0;
        for (int i = 0; i < run.Length && groups.Count < MaxGroups; runes++)
        {
            int length = char.IsHighSurrogate(run[i]) && i + 1 < run.Length ? 2 : 1;
            if (previous >= 0)
            {
                groups.Add(new SearchGroup([new(new string(run[previous..(i + length)]), false, SearchTokenKind.Text)]));
            }

            previous = i;
            i += length;
        }

        if (runes == 1)
        {
            groups.Add(new SearchGroup([new(new string(run), false, SearchTokenKind.Text)]));
        }
    }

    static void AddWord(string word, string joined, List<SearchGroup> groups)
    {
        var tokens = new List<SearchToken>();
        if (char.IsAsciiLetterOrDigit(word[0]) && word.All(char.IsAsciiLetterOrDigit))
        {
            AddPinyin(word, tokens);
            if (joined.Length > 0)
            {
                AddPinyin(joined, tokens);
            }

            if (word.Length >= ShortestPhonePart && word.All(char.IsAsciiDigit))
            {
                tokens.Add(new("0p" + word, true, SearchTokenKind.Phone));
            }
        }

        tokens.Add(new(Limited(word, MaxWordLength), true, SearchTokenKind.Word));
        groups.Add(new SearchGroup(tokens));
    }

    static void AddPinyin(string letters, List<SearchToken> tokens)
    {
        tokens.Add(new("0i" + Limited(letters, MaxInitials), true, SearchTokenKind.Initials));
        tokens.Add(new("0y" + Limited(letters, MaxSyllableLetters), true, SearchTokenKind.Pinyin));
        string umlaut = letters.Replace("lue", "lve").Replace("nue", "nve").Replace("lyu", "lv").Replace("nyu", "nv");
        if (umlaut != letters)
        {
            tokens.Add(new("0y" + Limited(umlaut, MaxSyllableLetters), true, SearchTokenKind.Pinyin));
        }
    }
}
