using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Tests.Platform.Documents;

/// <summary>Reads the text out of a PDF the way a reader selects it: by each font's own table of characters. Knows what our papers use and no more.</summary>
internal static partial class PdfReader
{
    public static IReadOnlyList<string> Lines(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        var streams = new Dictionary<int, string>();
        foreach (Match match in Streams().Matches(text))
        {
            using var packed = new ZLibStream(new MemoryStream(file, match.Index + match.Length, int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture)), CompressionMode.Decompress);
            using var raw = new MemoryStream();
            packed.CopyTo(raw);
            streams[int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)] = Encoding.Latin1.GetString(raw.ToArray());
        }

        var fonts = Fonts().Matches(text).ToDictionary(
            match => "F" + match.Groups["name"].Value, match => Characters().Matches(streams[int.Parse(match.Groups["unicode"].Value, CultureInfo.InvariantCulture)])
                .ToDictionary(pair => pair.Groups["from"].Value, pair => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(pair.Groups["to"].Value)), StringComparer.Ordinal), StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (var page in streams.Values.Where(body => body.Contains(" Tj ", StringComparison.Ordinal)))
        {
            foreach (Match line in TextLines().Matches(page))
            {
                lines.Add(string.Concat(Shows().Matches(line.Value).SelectMany(show => show.Groups["hex"].Value.Chunk(4).Select(code => fonts[show.Groups["font"].Value].GetValueOrDefault(new string(code), "□")))));
            }
        }

        return lines;
    }

    [GeneratedRegex(@"(?<number>\d+) 0 obj\n<< /Length (?<length>\d+) [^\n]*>>\nstream\n", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Streams();

    [GeneratedRegex(@"/Subtype /Type0 /BaseFont /\S+F(?<name>\d) [^\n]*/ToUnicode (?<unicode>\d+) 0 R", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Fonts();

    [GeneratedRegex(@"^<(?<from>[0-9A-F]{4})> <(?<to>[0-9A-F]+)>$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex Characters();

    [GeneratedRegex("BT .*? ?ET", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TextLines();

    [GeneratedRegex("/(?<font>F[0-9]) [0-9.]+ Tf <(?<hex>[0-9A-F]*)> Tj", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Shows();
}
