using System.Globalization;

namespace Guanxi.Platform.Records;

/// <summary>Amounts as people write them: 1,234.50, ¥1,234.50, 12万, 3.5亿, USD 100.</summary>
public static class MoneyText
{
    private static readonly Dictionary<string, string> Signs = new(StringComparer.Ordinal)
    {
        ["¥"] = "CNY", ["￥"] = "CNY", ["$"] = "USD", ["€"] = "EUR", ["£"] = "GBP", ["元"] = "CNY", ["人民币"] = "CNY", ["RMB"] = "CNY", ["HK$"] = "HKD",
    };

    private const NumberStyles Number = NumberStyles.Float | NumberStyles.AllowThousands;

    public static Money? Parse(string text, out Label? error)
    {
        text = text.Trim();
        var currency = "CNY";
        foreach (var (sign, code) in Signs.OrderByDescending(item => item.Key.Length))
        {
            if (text.StartsWith(sign, StringComparison.OrdinalIgnoreCase))
            {
                (text, currency) = (text[sign.Length..], code);
                break;
            }

            if (text.EndsWith(sign, StringComparison.OrdinalIgnoreCase))
            {
                (text, currency) = (text[..^sign.Length], code);
                break;
            }
        }

        if (text.Length > 4 && text[..3].All(char.IsAsciiLetterUpper))
        {
            (currency, text) = (text[..3], text[3..]);
        }
        else if (text.Length > 4 && text[^3..].All(char.IsAsciiLetterUpper))
        {
            (currency, text) = (text[^3..], text[..^3]);
        }

        return Parse(text, currency, out error);
    }

    public static Money? Parse(string text, string? currency, out Label? error)
    {
        error = null;
        text = text.Trim().Replace("，", ",", StringComparison.Ordinal);
        var scale = text.EndsWith('亿') || text.EndsWith('億') ? 100_000_000m : text.EndsWith('万') || text.EndsWith('萬') ? 10_000m : 1m;
        if (scale != 1m)
        {
            text = text[..^1];
        }

        if (!decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var amount) || Math.Abs(amount) > Money.Largest / scale)
        {
            error = double.TryParse(text, Number, CultureInfo.InvariantCulture, out var large) && double.Abs(large) > 1e14
                ? new Label($"金额太大：最多 {Money.Largest:N0}", $"This amount is too large: at most {Money.Largest:N0}")
                : ("应为金额，例如 1234.50", "This should be an amount such as 1234.50");
            return null;
        }

        if (currency is null || !MinorUnits.Knows(currency))
        {
            error = MinorUnits.Unknown(currency is { Length: <= 20 } ? currency : "");
            return null;
        }

        return new Money(decimal.Round(amount * scale, 4), currency);
    }
}
