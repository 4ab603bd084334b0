using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Platform.Inbound;

/// <summary>A file that came with a message.</summary>
public sealed record MailFile(string Name, byte[] Content);

/// <summary>What a message says (RFC 5322 and 2045 to 2047): who, what about, its text and its files. Whatever strangers send is read without failing; what cannot be read is left out.</summary>
public sealed partial class MailMessage
{
    private const int Deepest = 8;
    private const int MostParts = 200;
    private const int MostHeaders = 500;
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MailFile> files = [];
    private int parts;

    static MailMessage() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private MailMessage()
    {
    }

    public string? Id => Header("Message-ID") is { Length: > 2 } id ? id.Trim() : null;

    public string Subject => Header("Subject") ?? "";

    public string FromName { get; private set; } = "";

    public string? FromAddress { get; private set; }

    /// <summary>The text as somebody wrote it; of a message in HTML alone, what can be read of it.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<MailFile> Files => files;

    /// <summary>Sent by a program: an out-of-office note, a bounce, a newsletter (RFC 3834, RFC 2919).</summary>
    public bool IsAutomatic => (Header("Auto-Submitted") is { } auto && !auto.StartsWith("no", StringComparison.OrdinalIgnoreCase)) || Header("List-Id") is not null || Header("Precedence") is "bulk" or "junk" or "list" || Header("Return-Path")?.Trim() == "<>";

    public string? Header(string name) => headers.GetValueOrDefault(name);

    public static MailMessage Read(ReadOnlySpan<byte> bytes)
    {
        var message = new MailMessage();
        var (head, body) = Split(bytes);
        foreach (var (name, value) in Headers(head))
        {
            message.headers.TryAdd(name, Words(value));
        }

        var from = Headers(head).FirstOrDefault(pair => pair.Name.Equals("From", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        var address = Address().Match(from);
        message.FromAddress = address.Success ? address.Groups["address"].Value : null;
        message.FromName = Words(from.Contains('<', StringComparison.Ordinal) ? from[..from.IndexOf('<', StringComparison.Ordinal)] : "").Trim().Trim('"').Trim();
        string? html = null;
        message.Part(head, body.ToArray(), 0, ref html);
        if (message.Text.Length == 0 && html is not null)
        {
            message.Text = Plain(html);
        }

        message.Text = message.Text.ReplaceLineEndings("\n").Trim();
        return message;
    }

    private void Part(string head, byte[] body, int depth, ref string? html)
    {
        if (depth > Deepest || ++parts > MostParts)
        {
            return;
        }

        var own = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Headers(head))
        {
            own.TryAdd(name, value);
        }

        var (type, typed) = Parameters(own.GetValueOrDefault("Content-Type") ?? "text/plain");
        var (disposition, disposed) = Parameters(own.GetValueOrDefault("Content-Disposition") ?? "");
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && typed.TryGetValue("boundary", out var boundary) && boundary.Length is > 0 and <= 200)
        {
            foreach (var piece in Pieces(body, boundary))
            {
                var (innerHead, innerBody) = Split(piece);
                Part(innerHead, innerBody.ToArray(), depth + 1, ref html);
            }

            return;
        }

        var content = Decode(body, own.GetValueOrDefault("Content-Transfer-Encoding")?.Trim());
        var file = disposed.GetValueOrDefault("filename") ?? typed.GetValueOrDefault("name");
        if (disposition.Equals("attachment", StringComparison.OrdinalIgnoreCase) || file is not null || !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase))
        {
            files.Add(new MailFile(file ?? (type.StartsWith("message/", StringComparison.OrdinalIgnoreCase) ? "message.eml" : "file"), content));
            return;
        }

        var text = Charset(typed.GetValueOrDefault("charset")).GetString(content);
        if (type.Equals("text/html", StringComparison.OrdinalIgnoreCase))
        {
            html ??= text;
        }
        else
        {
            Text = Text.Length == 0 ? text : Text + "\n\n" + text;
        }
    }

    private static (string Head, byte[] Body) Split(ReadOnlySpan<byte> bytes)
    {
        foreach (var mark in new[] { "\r\n\r\n"u8.ToArray(), "\n\n"u8.ToArray() })
        {
            if (bytes.IndexOf(mark) is >= 0 and var found)
            {
                return (Encoding.Latin1.GetString(bytes[..found]), bytes[(found + mark.Length)..].ToArray());
            }
        }

        return (Encoding.Latin1.GetString(bytes), []);
    }

    /// <summary>Header lines, folded ones put together; bytes beyond ASCII are read as UTF-8 where they are it (RFC 6532).</summary>
    private static IEnumerable<(string Name, string Value)> Headers(string head)
    {
        var unfolded = Fold().Replace(head.ReplaceLineEndings("\n"), " ");
        foreach (var line in unfolded.Split('\n').Take(MostHeaders))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                yield return (line[..colon].Trim(), Utf8(line[(colon + 1)..].Trim()));
            }
        }
    }

    private static string Utf8(string latin) => latin.All(char.IsAscii) ? latin : new UTF8Encoding(false, false).GetString(Encoding.Latin1.GetBytes(latin));

    /// <summary>Encoded words (RFC 2047); white space between two of them is none.</summary>
    internal static string Words(string text) => EncodedWord().Replace(BetweenWords().Replace(text, "?==?"), match =>
    {
        try
        {
            var bytes = match.Groups["kind"].Value is "B" or "b" ? Base64(match.Groups["text"].Value) : QuotedPrintable(Encoding.ASCII.GetBytes(match.Groups["text"].Value.Replace('_', ' ')));
            return Charset(match.Groups["charset"].Value.Split('*')[0]).GetString(bytes);
        }
        catch (FormatException)
        {
            return match.Value;
        }
    });

    /// <summary>The value and its parameters; long and foreign file names come in pieces and percent signs (RFC 2231).</summary>
    private static (string Value, Dictionary<string, string> Parameters) Parameters(string header)
    {
        var found = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter().Matches(header))
        {
            found.TryAdd(match.Groups["name"].Value, match.Groups["quoted"].Success ? match.Groups["quoted"].Value.Replace("\\\"", "\"", StringComparison.Ordinal) : match.Groups["plain"].Value);
        }

        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in found.GroupBy(pair => pair.Key.Split('*')[0], StringComparer.OrdinalIgnoreCase))
        {
            var pieces = group.OrderBy(pair => pair.Key.Split('*') is [_, var number, ..] && int.TryParse(number, CultureInfo.InvariantCulture, out var place) ? place : -1).ToList();
            var joined = string.Concat(pieces.Select(piece => piece.Value));
            result[group.Key] = pieces[0].Key.EndsWith('*') && joined.Split('\'') is [var charset, _, .. var rest] ? Percent(string.Join('\'', rest), charset) : Words(joined);
        }

        return (header.Split(';')[0].Trim(), result);
    }

    private static string Percent(string text, string charset)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Charset(charset).GetString([.. bytes]);
    }

    /// <summary>GB2312 is read as GB18030, which holds it and what people write in its name.</summary>
    private static Encoding Charset(string? name)
    {
        name = name?.Trim().ToLowerInvariant() switch { null or "" or "utf8" or "us-ascii" => "utf-8", "gb2312" or "gbk" or "x-gbk" => "gb18030", var other => other };
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    private static byte[] Decode(byte[] body, string? encoding) => encoding?.ToLowerInvariant() switch
    {
        "base64" => Base64(Encoding.ASCII.GetString(body)),
        "quoted-printable" => QuotedPrintable(body),
        _ => body,
    };

    private static byte[] Base64(string text)
    {
        var clean = new string([.. text.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/')]);
        clean = clean[..(clean.Length - (clean.Length % 4 == 1 ? 1 : 0))];
        return Convert.FromBase64String(clean + new string('=', (4 - (clean.Length % 4)) % 4));
    }

    private static byte[] QuotedPrintable(byte[] body)
    {
        var bytes = new List<byte>(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '=')
            {
                bytes.Add(body[i]);
            }
            else if (i + 2 < body.Length && byte.TryParse(Encoding.ASCII.GetString(body, i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                // A soft line break.
                i += i + 1 < body.Length && body[i + 1] == '\r' ? 2 : 1;
            }
        }

        return [.. bytes];
    }

    private static List<byte[]> Pieces(byte[] body, string boundary)
    {
        var (mark, found, from) = (Encoding.Latin1.GetBytes("--" + boundary), new List<byte[]>(), -1);
        for (var at = 0; at < body.Length && found.Count < MostParts;)
        {
            var next = body.AsSpan(at).IndexOf(mark);
            if (next < 0)
            {
                break;
            }

            next += at;
            var begins = next == 0 || body[next - 1] == '\n';
            if (begins && from >= 0)
            {
                var until = next - (next > 1 && body[next - 2] == '\r' ? 2 : 1);
                found.Add(body[from..Math.Max(from, until)]);
            }

            at = next + mark.Length;
            if (begins)
            {
                if (body.AsSpan(at).StartsWith("--"u8))
                {
                    return found;
                }

                var line = body.AsSpan(at).IndexOf((byte)'\n');
                from = line < 0 ? body.Length : at + line + 1;
                at = from;
            }
        }

        if (from >= 0 && from < body.Length)
        {
            found.Add(body[from..]);
        }

        return found;
    }

    private static string Plain(string html)
    {
        var text = Silent().Replace(html, "");
        text = Break().Replace(text, "\n");
        return System.Net.WebUtility.HtmlDecode(Tag().Replace(text, "")).Replace('\u00a0', ' ');
    }

    [GeneratedRegex(@"\n[ \t]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fold();

    [GeneratedRegex(@"=\?(?<charset>[^?\s]{1,40})\?(?<kind>[BbQq])\?(?<text>[^?\s]*)\?=", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"\?=[ \t]+=\?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@";\s*(?<name>[^\s=;]{1,60})\s*=\s*(""(?<quoted>(\\.|[^""\\])*)""|(?<plain>[^;\s]*))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<address>[^\s<>""(),;:]{1,64}@[^\s<>""(),;:]{1,190})>?\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"<(?<kind>script|style|head)\b[^>]*>.*?</\k<kind>>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Silent();

    [GeneratedRegex(@"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Break();

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();
}
