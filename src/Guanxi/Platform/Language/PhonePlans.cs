using System.Text.RegularExpressions;

namespace Guanxi.Platform.Language;

/// <summary>How the numbers of one country look (from libphonenumber's metadata).</summary>
sealed class PhonePlan(string callingCode, string region, string trunkPrefix, string pattern)
{
    readonly Lazy<Regex> pattern = new(() => new Regex($"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));

    public string CallingCode => callingCode;

    public string Region => region;

    /// <summary>What is dialled before a national number within the country, mostly 0.</summary>
    public string TrunkPrefix => trunkPrefix;

    public bool Allows(string nationalNumber) => pattern.Value.IsMatch(nationalNumber);
}

static class PhonePlans
{
    static readonly Lazy<ILookup<string, PhonePlan>> ByCode = new(Load);

    /// <summary>The plans of the calling code a number begins with; empty when no country has it.</summary>
    public static IEnumerable<PhonePlan> For(ReadOnlySpan<char> digits)
    {
        for (int length = 1; length <= 3 && length < digits.Length; length++)
        {
            string code = digits[..length].ToString();
            if (ByCode.Value.Contains(code))
            {
                return ByCode.Value[code];
            }
        }

        return [];
    }

    public static PhonePlan? OfRegion(string region) =>
        ByCode.Value.SelectMany(plans => plans).FirstOrDefault(plan => string.Equals(plan.Region, region, StringComparison.OrdinalIgnoreCase));

    static ILookup<string, PhonePlan> Load()
    {
        using LanguageTables tables = LanguageTables.Open("phones.bin.br");
        return tables.Lines().Select(line => line.Split('\t')).ToLookup(parts => parts[0], parts => new PhonePlan(parts[0], parts[1], parts[2], parts[4]));
    }
}
