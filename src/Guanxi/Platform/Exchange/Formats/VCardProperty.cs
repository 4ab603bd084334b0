using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>One property of a card: its name, its parameters in upper case, and its value with the transfer encoding undone.</summary>
sealed record VCardProperty(string Group, string Name, IReadOnlyList<string> Types, string Value)
{
    /// <summary>Reads an unfolded line whose characters are bytes (Latin-1); null when it is none.</summary>
    /// <param name="encoding">The encoding of the file, for values that name none.</param>
    public static VCardProperty? Parse(string line, Encoding encoding)
    {
        int colon = ValueStart(line);
        if (colon < 0)
        {
            return null;
        }

        string[] parts = SplitOutsideQuotes(line[..colon]);
        int dot = parts[0].IndexOf('.', StringComparison.Ordinal);
        string group = dot < 0 ? "" : parts[0][..dot].ToUpperInvariant();
        string name = parts[0][(dot + 1)..].Trim().ToUpperInvariant();
        var types = new List<string>();
        bool quotedPrintable = false, base64 = false;
        Encoding charset = encoding;
        foreach (string part in parts.Skip(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? "" : part[..equals].Trim().ToUpperInvariant();
            string value = (equals < 0 ? part : part[(equals + 1)..]).Trim().Trim('"');
            string upper = value.ToUpperInvariant();
            if (key == "CHARSET")
            {
                charset = TextEncodingDetector.ByName(value) ?? charset;
            }
            else if (key is "ENCODING" or "" && upper is "QUOTED-PRINTABLE" or "BASE64" or "B")
            {
                quotedPrintable |= upper == "QUOTED-PRINTABLE";
                base64 |= upper is "BASE64" or "B";
            }
            else if (key is "TYPE" or "")
            {
                types.AddRange(upper.Split(',', StringSplitOptions.TrimEntries));
            }
        }

        string raw = line[(colon + 1)..];
        return base64 && name is not ("NOTE" or "FN" or "N") ? new(group, name, types, "") : new(group, name, types, charset.GetString(Bytes(raw, quotedPrintable, base64)));
    }

    /// <summary>The parts of a structured value, separated by an unescaped semicolon.</summary>
    public string[] Parts => [.. SplitUnescaped(Value, ';').Select(Unescape)];

    /// <summary>The whole value.</summary>
    public string Text => Unescape(Value);

    public bool Is(string type) => Types.Contains(type, StringComparer.Ordinal);

    /// <summary>Cuts at unescaped separators, leaving the escapes in place.</summary>
    public static IEnumerable<string> SplitUnescaped(string text, char separator)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text.Trim();
        }

        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            result.Append(text[i] is 'n' or 'N' ? '\n' : text[i]);
        }

        return result.ToString().Trim();
    }

    static int ValueStart(string line)
    {
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            quoted ^= line[i] == '"';
            if (line[i] == ':' && !quoted)
            {
                return i;
            }
        }

        // Android writes "EMAIL;PREF:a@b" right, and some old phones "TEL;CELL;123": nothing to save there.
        return line.IndexOf(':', StringComparison.Ordinal);
    }

    static string[] SplitOutsideQuotes(string text)
    {
        var parts = new List<string>();
        bool quoted = false;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (text[i] == ';' && !quoted)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return [.. parts];
    }

    static byte[] Bytes(string raw, bool quotedPrintable, bool base64)
    {
        if (base64)
        {
            var buffer = new byte[raw.Length];
            return Convert.TryFromBase64String(raw.Trim(), buffer, out int written) ? buffer[..written] : Encoding.Latin1.GetBytes(raw);
        }

        byte[] bytes = Encoding.Latin1.GetBytes(raw);
        if (!quotedPrintable)
        {
            return bytes;
        }

        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool escaped = bytes[i] == '=' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]);
            bytes[length++] = escaped ? Convert.FromHexString(raw.AsSpan(i + 1, 2))[0] : bytes[i];
            i += escaped ? 2 : 0;
        }

        return bytes[..length];
    }
}
