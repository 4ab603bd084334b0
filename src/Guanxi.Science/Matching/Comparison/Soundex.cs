namespace Guanxi.Science.Matching.Comparison;

/// <summary>American Soundex as the National Archives of the United States define it: a letter and three digits.</summary>
public static class Soundex
{
    private const string Codes = "01230120022455012623010202";

    /// <summary>The code of a name, or an empty string when it holds no Latin letter. H and W do not part equal codes; vowels do.</summary>
    public static string Of(ReadOnlySpan<char> name)
    {
        Span<char> code = ['\0', '0', '0', '0'];
        var length = 0;
        var last = '0';
        foreach (var character in name)
        {
            var letter = (char)(character & ~0x20);
            if (letter is < 'A' or > 'Z')
            {
                continue;
            }

            var digit = Codes[letter - 'A'];
            if (length == 0)
            {
                code[length++] = letter;
                last = digit;
            }
            else if (letter is not ('H' or 'W'))
            {
                if (digit != '0' && digit != last && length < 4)
                {
                    code[length++] = digit;
                }

                last = digit;
            }
        }

        return length == 0 ? "" : new string(code);
    }
}
