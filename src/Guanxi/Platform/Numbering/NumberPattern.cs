using System.Globalization;
using System.Text;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Numbering;

/// <summary>The pattern of a number: plain text with {yyyy}, {yy}, {MM}, {dd} and, once, {n} or {n:digits}.</summary>
public sealed class NumberPattern
{
    private const int MostDigits = 12;
    private readonly List<(string Part, int Digits)> parts = [];

    private NumberPattern()
    {
    }

    /// <exception cref="RefusedException">A part is unknown, or there is not exactly one running number.</exception>
    public static NumberPattern Parse(string text)
    {
        var pattern = new NumberPattern();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOfAny(['{', '}'], at);
            if (open < 0)
            {
                pattern.parts.Add((text[at..], 0));
                break;
            }

            if (open > at)
            {
                pattern.parts.Add((text[at..open], 0));
            }

            var close = text[open] == '{' ? text.IndexOf('}', open) : -1;
            if (close < 0)
            {
                throw Wrong(("花括号没有成对", "A curly bracket stands alone"));
            }

            pattern.Take(text[(open + 1)..close]);
            at = close + 1;
        }

        return pattern.parts.Count(part => part.Part == "n" && part.Digits > 0) == 1 ? pattern : throw Wrong(("格式里应有一个流水号 {n:4}", "A pattern has one running number, {n:4}"));
    }

    private void Take(string name)
    {
        if (name is "yyyy" or "yy" or "MM" or "dd")
        {
            parts.Add((name, -1));
            return;
        }

        var digits = name == "n" ? 1 : name.StartsWith("n:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
        parts.Add(digits is > 0 and <= MostDigits ? ("n", digits) : throw Wrong(new Label($"不认识 {{{name}}}，可用：{{yyyy}} {{yy}} {{MM}} {{dd}} {{n:4}}", $"Unknown {{{name}}}; use {{yyyy}} {{yy}} {{MM}} {{dd}} {{n:4}}")));
    }

    /// <summary>A number that starts again says in its text when: otherwise the same one would be given twice.</summary>
    /// <exception cref="RefusedException">The pattern does not say it.</exception>
    public void Check(string restart)
    {
        bool Has(string part) => parts.Any(known => known.Part == part && known.Digits < 0);
        var year = Has("yyyy") || Has("yy");
        if ((restart == "year" && !year) || (restart == "month" && !(year && Has("MM"))) || (restart == "day" && !(year && Has("MM") && Has("dd"))))
        {
            throw new RefusedException(Refusal.Invalid("restart", ("流水号会重新开始，编号里就要有相应的年、月、日，否则会重号", "A number that starts again needs the year, month or day in its text, or it would be given twice")));
        }
    }

    public string Text(DateOnly day, long number)
    {
        var text = new StringBuilder();
        foreach (var (part, digits) in parts)
        {
            text.Append(digits switch
            {
                < 0 => day.ToString(part == "yy" ? "yy" : part, CultureInfo.InvariantCulture),
                0 => part,
                _ => number.ToString("D" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            });
        }

        return text.ToString();
    }

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("pattern", error));
}
