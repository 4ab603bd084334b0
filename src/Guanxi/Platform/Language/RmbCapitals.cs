using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>Amounts of renminbi in the capital characters of bills (人民币大写), after the annex of 支付结算办法 on filling in bills.</summary>
public static class RmbCapitals
{
    const string Digits = "零壹贰叁肆伍陆柒捌玖";

    static readonly string[] Places = ["", "拾", "佰", "仟"];

    /// <summary>The greatest amount that can be written: below ten thousand trillion (10^16) yuan.</summary>
    public const decimal MaxAmount = 9_999_999_999_999_999.99m;

    /// <summary>Writes an amount in yuan, rounded to the fen half away from zero: 1409.50 → 壹仟肆佰零玖元伍角整.</summary>
    /// <param name="withPrefix">Whether 人民币 stands before it, without a gap as the annex asks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The amount is beyond <see cref="MaxAmount"/>.</exception>
    public static string Write(decimal amount, bool withPrefix = false)
    {
        decimal rounded = decimal.Round(Math.Abs(amount), 2, MidpointRounding.AwayFromZero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounded, MaxAmount, nameof(amount));
        long yuan = (long)rounded;
        int fen = (int)((rounded - yuan) * 100);

        var text = new StringBuilder(withPrefix ? "人民币" : "");
        if (amount < 0 && rounded > 0)
        {
            text.Append('负');
        }

        if (yuan > 0 || fen == 0)
        {
            text.Append(yuan == 0 ? "零" : Whole(yuan)).Append('元');
        }

        if (fen == 0)
        {
            return text.Append('整').ToString();
        }

        if (yuan > 0 && (fen < 10 || yuan % 10 == 0))
        {
            text.Append('零');
        }

        if (fen >= 10)
        {
            text.Append(Digits[fen / 10]).Append('角');
        }

        return text.Append(fen % 10 == 0 ? "整" : Digits[fen % 10] + "分").ToString();
    }

    static string Whole(long number) => Joined(number / 100_000_000, number % 100_000_000, "亿", 10_000_000, Below100Million);

    static string Below100Million(long number) => Joined(number / 10_000, number % 10_000, "万", 1_000, Below10Thousand);

    static string Joined(long high, long low, string unit, long highestPlace, Func<long, string> write)
    {
        string result = high > 0 ? write(high) + unit : "";
        if (low == 0)
        {
            return result;
        }

        return result + (high > 0 && low < highestPlace ? "零" : "") + write(low);
    }

    static string Below10Thousand(long number)
    {
        var text = new StringBuilder();
        bool gap = false;
        for (int place = 3; place >= 0; place--)
        {
            int digit = (int)(number / (long)Math.Pow(10, place) % 10);
            if (digit == 0)
            {
                gap = text.Length > 0;
                continue;
            }

            text.Append(gap ? "零" : "").Append(Digits[digit]).Append(Places[place]);
            gap = false;
        }

        return text.ToString();
    }
}
