namespace Guanxi.Platform.Records;

/// <summary>To how many decimals an amount of a currency is paid: ISO 4217, table A.1.</summary>
public static class MinorUnits
{
    private static readonly HashSet<string> None = new(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], StringComparer.Ordinal);
    private static readonly HashSet<string> Three = new(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], StringComparer.Ordinal);

    private static readonly HashSet<string> Two = new(("AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG").Split(' '), StringComparer.Ordinal);

    /// <summary>Whether there is such a currency.</summary>
    public static bool Knows(string currency) => Two.Contains(currency) || None.Contains(currency) || Three.Contains(currency);

    public static Label Unknown(string currency) => new($"没有币种“{currency}”：请用 ISO 4217 的三位字母代码，例如 CNY", $"There is no currency “{currency}”: use its three letters of ISO 4217, such as CNY");

    public static int Of(string currency) => None.Contains(currency) ? 0 : Three.Contains(currency) ? 3 : 2;

    /// <summary>Whether it can be paid: no more decimals than the currency has.</summary>
    public static bool Fits(decimal amount, string currency) => decimal.Round(amount, Of(currency)) == amount;

    /// <summary>Rounded half away from zero to what can be paid, as a person would on paper.</summary>
    public static decimal Round(decimal amount, string currency) => decimal.Round(amount, Of(currency), MidpointRounding.AwayFromZero);
}
