using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Tries the encodings of old systems on a sample and takes the one whose reading looks most like a language.</summary>
static class EncodingCandidates
{
    // Among equals the first wins: the code pages of Windows are supersets of the ISO sets they resemble, and files come from Windows.
    static readonly string[] Names =
    [
        "gb18030", "big5", "shift_jis", "euc-kr", "euc-jp", "ks_c_5601-1987",
        "windows-1252", "windows-1251", "windows-1250", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "windows-874",
        "koi8-r", "koi8-u", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-9", "iso-8859-13", "iso-8859-15",
        "ibm850", "ibm852", "ibm855", "cp866", "macintosh", "x-mac-cyrillic",
    ];

    const int FirstLook = 1500;
    const int Finalists = 6;

    /// <summary>A short look leaves the likeliest few; the whole sample decides among them.</summary>
    public static Encoding Best(ReadOnlySpan<byte> sample)
    {
        IEnumerable<string> candidates = Names;
        if (sample.Length > FirstLook)
        {
            candidates = Ranked(Names, sample[..FirstLook]).Take(Finalists).OrderBy(name => Array.IndexOf(Names, name)).ToArray();
        }

        return Encoding.GetEncoding(Ranked(candidates, sample)[0]);
    }

    static string[] Ranked(IEnumerable<string> names, ReadOnlySpan<byte> sample)
    {
        var scores = new List<(string Name, double Score)>();
        foreach (string name in names)
        {
            Encoding encoding = Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback("\uFFFD"));
            scores.Add((name, Math.Round(LanguageLikeness.Score(encoding.GetString(sample), name), 9)));
        }

        return [.. scores.OrderByDescending(candidate => candidate.Score).Select(candidate => candidate.Name)];
    }
}
