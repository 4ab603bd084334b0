namespace Guanxi.Platform.Language;

public static partial class SearchTerms
{
    const int Exact = 1000;
    const int Prefix = 900;
    const int WordStart = 800;
    const int WholeReading = 750;
    const int ReadingPrefix = 700;
    const int InitialsPrefix = 650;
    const int Contained = 500;
    const int ReadingContained = 400;
    const int InitialsContained = 350;
    const int LettersContained = 300;
    const int AllPieces = 200;

    /// <summary>
    /// How well a title answers what was typed: exact (1000) above prefix (900), start of a word (800), pinyin (700), initials (650), contained (500 and less), all pieces somewhere (200), not in the title (0).
    /// Within a step the shorter title is better by up to 49.
    /// </summary>
    public static int Score(string? query, string? title)
    {
        string wanted = Script.Normalize(query);
        string given = Script.Normalize(title);
        if (wanted.Length == 0 || given.Length == 0)
        {
            return 0;
        }

        int score = ScoreWhole(wanted, given, title!);
        string[] pieces = query?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (score == 0 && pieces.Length > 1)
        {
            bool all = pieces.All(piece => ScoreWhole(Script.Normalize(piece), given, title!) > 0);
            score = all ? AllPieces : 0;
        }

        return score == 0 || score == Exact ? score : score + 49 - Math.Min(49, Math.Abs(given.Length - wanted.Length));
    }

    static int ScoreWhole(string wanted, string given, string title)
    {
        if (wanted.Length == 0)
        {
            return AllPieces;
        }

        int place = given.IndexOf(wanted, StringComparison.Ordinal);
        if (place == 0)
        {
            return wanted.Length == given.Length ? Exact : Prefix;
        }

        bool letters = wanted.All(c => char.IsAsciiLetterOrDigit(c) || c == ' ');
        if (place > 0 && letters && (given[place - 1] == ' ' || CharacterKinds.IsUnspaced(given[place - 1])))
        {
            return WordStart;
        }

        int reading = letters ? ScoreReading(wanted.Replace(" ", ""), title) : 0;
        return place < 0 ? reading : Math.Max(reading, letters ? LettersContained : Contained);
    }

    static int ScoreReading(string wanted, string title)
    {
        int best = 0;
        foreach (bool personName in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (string[] reading in Pinyin.Readings(title, personName))
            {
                best = Math.Max(best, ScoreReading(wanted, reading));
            }
        }

        return best;
    }

    static int ScoreReading(string wanted, string[] reading)
    {
        int best = 0;
        for (int start = 0; start < reading.Length; start++)
        {
            if (StartsWith(reading, start, wanted, out bool whole))
            {
                best = Math.Max(best, start > 0 ? ReadingContained : whole ? WholeReading : ReadingPrefix);
            }

            if (InitialsStartWith(reading, start, wanted))
            {
                best = Math.Max(best, start > 0 ? InitialsContained : InitialsPrefix);
            }
        }

        return best;
    }

    static bool StartsWith(string[] reading, int start, string wanted, out bool whole)
    {
        int matched = 0, i = start;
        for (; i < reading.Length && matched < wanted.Length; i++)
        {
            int length = Math.Min(reading[i].Length, wanted.Length - matched);
            if (string.CompareOrdinal(reading[i], 0, wanted, matched, length) != 0)
            {
                break;
            }

            matched += length;
        }

        whole = i == reading.Length && reading[start..].Sum(part => part.Length) == wanted.Length;
        return matched == wanted.Length;
    }

    static bool InitialsStartWith(string[] reading, int start, string wanted)
    {
        if (reading.Length - start < wanted.Length)
        {
            return false;
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            if (reading[start + i][0] != wanted[i])
            {
                return false;
            }
        }

        return true;
    }
}
