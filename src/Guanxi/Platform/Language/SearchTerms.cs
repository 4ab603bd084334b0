namespace Guanxi.Platform.Language;

/// <summary>
/// The tokens under which a text is found, all of letters, digits and Chinese, Japanese or Korean characters without spaces, in lower case and simplified script:
/// single characters and pairs, words, "0y" + joined syllables and "0i" + initials from each of the first characters on, "0p" + ends of phone numbers, "0e" + e-mail addresses.
/// <see cref="Parse"/> asks for the same tokens.
/// </summary>
public static partial class SearchTerms
{
    /// <summary>The most letters of joined syllables that are indexed; longer queries are cut alike.</summary>
    public const int MaxSyllableLetters = 32;

    /// <summary>The most initials that are indexed; longer queries are cut alike.</summary>
    public const int MaxInitials = 16;

    const int MaxWordLength = 40;
    const int MaxTextLength = 4000;
    const int SyllableStarts = 8;
    const int InitialStarts = 16;
    const int ReadingsPerStart = 6;
    const int ShortestPhonePart = 4;

    /// <summary>Adds the tokens of a text.</summary>
    /// <param name="personName">Whether it begins with a surname.</param>
    /// <param name="into">A set, or a list that may then hold a token twice.</param>
    public static void Collect(string? text, bool personName, ICollection<string> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (text.Length > MaxTextLength)
        {
            text = text[..MaxTextLength];
        }

        Span<char> scratch = stackalloc char[256];
        ReadOnlySpan<char> prepared = TextPreparation.Prepare(text, scratch);
        CollectCharactersAndWords(prepared, singles: true, into);
        CollectPinyin(prepared, personName, into);
    }

    /// <summary>Adds the words and the pairs of characters of a text that is read, not looked up by how it sounds.</summary>
    public static void CollectProse(string? text, ICollection<string> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        Span<char> scratch = stackalloc char[256];
        CollectCharactersAndWords(TextPreparation.Prepare(text.Length > MaxTextLength ? text[..MaxTextLength] : text, scratch), singles: false, into);
    }

    /// <summary>Adds every end of at least four digits of a phone number, so that any inner run of digits is the beginning of a token.</summary>
    /// <param name="phone">E.164 ("+8613800138000", with an extension after ";ext=" if there is one) or digits as written.</param>
    public static void CollectPhone(string? phone, ICollection<string> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (string.IsNullOrEmpty(phone))
        {
            return;
        }

        int extension = phone.IndexOf(';', StringComparison.Ordinal);
        Span<char> digits = stackalloc char[24];
        ReadOnlySpan<char> national = NationalDigits(extension < 0 ? phone : phone.AsSpan(0, extension), digits);
        for (int start = 0; start + ShortestPhonePart <= national.Length; start++)
        {
            into.Add(string.Concat("0p", national[start..]));
        }
    }

    /// <summary>Adds an e-mail address as a whole ("0e" + its letters and digits), the words of its local part, and the labels of its domain.</summary>
    public static void CollectEmail(string? email, ICollection<string> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (string.IsNullOrEmpty(email))
        {
            return;
        }

        string normalized = Script.Normalize(email);
        into.Add("0e" + normalized.Replace(" ", ""));
        CollectCharactersAndWords(normalized, singles: true, into);
        int at = email.IndexOf('@', StringComparison.Ordinal);
        if (at > 0)
        {
            into.Add(Limited(Script.Normalize(email[..at]).Replace(" ", ""), MaxWordLength));
        }
    }

    // China: the number without country code, a landline with its leading 0. Elsewhere all digits: the national part is one of its ends.
    static ReadOnlySpan<char> NationalDigits(ReadOnlySpan<char> phone, Span<char> digits)
    {
        int count = 0;
        foreach (char c in phone)
        {
            if (char.IsAsciiDigit(c) && count < digits.Length)
            {
                digits[count++] = c;
            }
        }

        digits = digits[..count];
        if (!phone.StartsWith("+86") || count < 6)
        {
            return digits;
        }

        bool withoutTrunk = digits[2] == '1' || digits[2] is '4' or '8' && count == 12;
        if (withoutTrunk)
        {
            return digits[2..];
        }

        digits[1] = '0';
        return digits[1..];
    }

    static void CollectCharactersAndWords(ReadOnlySpan<char> prepared, bool singles, ICollection<string> into)
    {
        Span<char> folded = prepared.Length <= 256 ? stackalloc char[prepared.Length] : new char[prepared.Length];
        prepared.CopyTo(folded);
        ScriptTable.Simplified.FoldCharacters(folded);
        for (int i = 0; i < folded.Length;)
        {
            int end = RunEnd(folded, i);
            if (CharacterKinds.IsUnspaced(folded[i]))
            {
                CollectRun(folded[i..end], singles, into);
            }
            else if (folded[i] != ' ')
            {
                into.Add(Limited(new string(folded[i..end]), MaxWordLength));
            }

            i = end;
        }
    }

    static void CollectRun(ReadOnlySpan<char> run, bool singles, ICollection<string> into)
    {
        int previous = -1;
        for (int i = 0; i < run.Length;)
        {
            int length = char.IsHighSurrogate(run[i]) && i + 1 < run.Length ? 2 : 1;
            if (singles)
            {
                into.Add(new string(run.Slice(i, length)));
            }

            if (previous >= 0)
            {
                into.Add(new string(run[previous..(i + length)]));
            }

            previous = i;
            i += length;
        }
    }

    /// <summary>Where the run of unspaced writing, the word or the space that begins at an index ends.</summary>
    static int RunEnd(ReadOnlySpan<char> text, int start)
    {
        int end = start + 1;
        if (text[start] == ' ')
        {
            return end;
        }

        bool unspaced = CharacterKinds.IsUnspaced(text[start]);
        while (end < text.Length && text[end] != ' ' && CharacterKinds.IsUnspaced(text[end]) == unspaced)
        {
            end++;
        }

        return end;
    }

    static string Limited(string token, int length) => token.Length <= length ? token : token[..length];
}
