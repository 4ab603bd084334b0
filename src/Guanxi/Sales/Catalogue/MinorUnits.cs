namespace Guanxi.Sales.Catalogue;

/// <summary>To how many decimals an amount of a currency is paid: ISO 4217, table A.1.</summary>
public static class MinorUnits
{
    private static readonly HashSet<string> None = new(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"], StringComparer.Ordinal);
    private static readonly HashSet<string> Three = new(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], StringComparer.Ordinal);

    public static int Of(string currency) => None.Contains(currency) ? 0 : Three.Contains(currency) ? 3 : 2;

    /// <summary>Whether it can be paid: no more decimals than the currency has, and two at least, as every ledger keeps.</summary>
    public static bool Fits(decimal amount, string currency) => decimal.Round(amount, Math.Max(2, Of(currency))) == amount;

    /// <summary>Rounded half away from zero to what can be paid, as a person would on paper.</summary>
    public static decimal Round(decimal amount, string currency) => decimal.Round(amount, Of(currency), MidpointRounding.AwayFromZero);
}
