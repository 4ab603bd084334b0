using System.Globalization;
using System.Text;

namespace Guanxi.Science.Common;

/// <summary>
/// Numbers as people write them: 1,234.50 and 1.234,50, with the sign of a currency before or behind, in brackets or with a minus behind where they are negative,
/// in full-width digits, as a percentage. Which of comma and point divides off the fraction is settled once for a whole column: read cell by cell, 1,5 would be 15 in one
/// country and 1.234 a thousand times too small in the other.
/// </summary>
public sealed class NumberText
{
    private static readonly string[] Currencies =
        ["US$", "HK$", "NT$", "R$", "CN¥", "RMB", "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "CHF", "元", "圓", "円", "¥", "$", "€", "£", "₹", "₽", "₩"];

    private readonly bool decimalComma;

    private NumberText(bool decimalComma) => this.decimalComma = decimalComma;

    /// <summary>Numbers as programs write them: a point before the fraction, commas between thousands.</summary>
    public static NumberText Point { get; } = new(false);

    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create("0123456789.,-+ ");

    private static NumberText Comma { get; } = new(true);

    /// <summary>Settles how a column writes its numbers.</summary>
    /// <param name="column">The cells; those that are no numbers say nothing.</param>
    /// <param name="commaElsewhere">Whether other columns of the table have a decimal comma, which decides where this one leaves it open, as with 1,234.</param>
    public static NumberText For(IEnumerable<string> column, bool commaElsewhere = false)
    {
        ArgumentNullException.ThrowIfNull(column);
        var balance = Balance(column);
        return balance > 0 || (balance == 0 && commaElsewhere) ? Comma : Point;
    }

    /// <summary>How many more cells have a decimal comma than a decimal point; 0 where nothing decides.</summary>
    public static int Balance(IEnumerable<string> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells.Sum(Leaning);
    }

    /// <summary>Reads a cell.</summary>
    /// <param name="cell">Text, blanks around it allowed.</param>
    /// <param name="number">A finite number; 0 where the cell holds none.</param>
    public bool TryRead(string cell, out double number)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var plain = !decimalComma || cell.AsSpan().IndexOfAny('.', ',') < 0;
        if (plain && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return Finite(ref number);
        }

        var text = Bare(cell, out var negative, out var percent);
        var (mark, group) = decimalComma ? (',', '.') : ('.', ',');
        if (!IsGrouped(text, mark, group) || !double.TryParse(text.Replace(group.ToString(), "", StringComparison.Ordinal).Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            number = 0;
            return false;
        }

        number = (negative ? -number : number) / (percent ? 100 : 1);
        return Finite(ref number);
    }

    /// <summary>The currency a cell names beside its number, one name for each way to write it; null where it names none. ¥ is taken for the yuan.</summary>
    public static string? CurrencyOf(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.Length == 0 || cell.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            return null;
        }

        var text = Narrow(cell).Trim('(', ')', '-', '+', '%');
        return Array.Find(Currencies, currency => text.Length > currency.Length && (text.StartsWith(currency, StringComparison.OrdinalIgnoreCase) || text.EndsWith(currency, StringComparison.OrdinalIgnoreCase))) switch
        {
            "CN¥" or "RMB" or "元" or "¥" => "CNY",
            "US$" or "$" => "USD",
            "HK$" => "HKD",
            "NT$" or "圓" => "TWD",
            "円" => "JPY",
            "€" => "EUR",
            "£" => "GBP",
            var other => other,
        };
    }

    private static bool Finite(ref double number)
    {
        var finite = double.IsFinite(number);
        number = finite ? number : 0;
        return finite;
    }

    /// <summary>1 for a cell that can only have a decimal comma, −1 for a decimal point, 0 for one that fits both or is no number.</summary>
    private static int Leaning(string cell)
    {
        // Running text has commas too, and is not worth a closer look.
        if (cell.AsSpan().IndexOfAny(',', '.', '，') < 0 || cell.Count(char.IsLetter) > 3)
        {
            return 0;
        }

        var text = Bare(cell, out _, out _);
        return (IsGrouped(text, ',', '.') ? 1 : 0) - (IsGrouped(text, '.', ',') ? 1 : 0);
    }

    /// <summary>Whether the text is a number with this mark before the fraction and the other between groups of three digits (or of two, as in India, before the last three).</summary>
    private static bool IsGrouped(string text, char mark, char group)
    {
        var exponent = text.AsSpan().IndexOfAny('e', 'E');
        var whole = exponent > 0 ? text.AsSpan(0, exponent) : text.AsSpan();
        var at = whole.IndexOf(mark);
        if (at >= 0 && (!OnlyDigits(whole[(at + 1)..]) || whole.Length == 1))
        {
            return false;
        }

        whole = (at >= 0 ? whole[..at] : whole).TrimStart("+-");
        var last = whole.LastIndexOf(group);
        if (last < 0)
        {
            return OnlyDigits(whole);
        }

        // 0.123 and 1234.567 are no thousands.
        if (whole.Length - last != 4 || !OnlyDigits(whole[(last + 1)..]) || whole[0] is '0' || exponent > 0)
        {
            return false;
        }

        for (whole = whole[..last]; whole.LastIndexOf(group) is var next and >= 0; whole = whole[..next])
        {
            if (whole.Length - next is not (3 or 4) || !OnlyDigits(whole[(next + 1)..]))
            {
                return false;
            }
        }

        return whole.Length is >= 1 and <= 3 && OnlyDigits(whole);
    }

    private static bool OnlyDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>The digits with their marks: without currency, blanks, sign of percent and the ways of writing a minus.</summary>
    private static string Bare(string cell, out bool negative, out bool percent)
    {
        var text = Narrow(cell);
        negative = text.Length > 2 && text[0] == '(' && text[^1] == ')';
        text = negative ? text[1..^1] : text;
        percent = text.Length > 1 && text[^1] == '%';
        text = WithoutCurrency(percent ? text[..^1] : text);
        if (!negative && text.Length > 1 && (text[^1] == '-' || text[0] == '-'))
        {
            negative = true;
            text = text[^1] == '-' ? text[..^1] : WithoutCurrency(text[1..]);
        }

        return text;
    }

    private static string Narrow(string cell)
    {
        var narrow = new StringBuilder(cell.Length);
        foreach (var unit in cell)
        {
            // Full-width forms, and blanks and apostrophes between thousands.
            var plain = unit is >= '！' and <= '～' ? (char)(unit - 0xFEE0) : unit switch { '−' => '-', '￥' => '¥', '￡' => '£', _ => unit };
            if (!char.IsWhiteSpace(plain) && plain is not ('\'' or '’'))
            {
                narrow.Append(plain);
            }
        }

        return narrow.ToString();
    }

    private static string WithoutCurrency(string text)
    {
        foreach (var currency in Currencies)
        {
            if (text.Length > currency.Length && text.StartsWith(currency, StringComparison.OrdinalIgnoreCase))
            {
                return text[currency.Length..];
            }

            if (text.Length > currency.Length && text.EndsWith(currency, StringComparison.OrdinalIgnoreCase))
            {
                return text[..^currency.Length];
            }
        }

        return text;
    }
}
