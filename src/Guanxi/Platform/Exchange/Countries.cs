using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange;

/// <summary>Countries by the names that files give them: ISO 3166 codes, English, Chinese and their own.</summary>
internal static class Countries
{
    private static readonly Lazy<FrozenDictionary<string, string>> Regions = new(Load);
    private static readonly ConcurrentDictionary<string, bool> Phones = new(StringComparer.Ordinal);

    /// <summary>The two-letter code; null for an unknown name.</summary>
    public static string? RegionOf(string? name) => string.IsNullOrWhiteSpace(name) ? null : Regions.Value.GetValueOrDefault(name.Trim());

    public static bool HasPhones(string region) => Phones.GetOrAdd(region, code => PhonePlans.OfRegion(code) is not null);

    private static FrozenDictionary<string, string> Load()
    {
        var regions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["UK"] = "GB", ["England"] = "GB", ["中华人民共和国"] = "CN", ["台湾"] = "TW", ["香港"] = "HK", ["澳门"] = "MO" };
        var language = CultureInfo.CurrentUICulture;
        try
        {
            // A region tells its Chinese name to a Chinese reader only.
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
            foreach (var region in CultureInfo.GetCultures(CultureTypes.SpecificCultures).Where(culture => culture.Name.Length > 2).Select(culture => new RegionInfo(culture.Name)))
            {
                foreach (var name in new[] { region.TwoLetterISORegionName, region.ThreeLetterISORegionName, region.EnglishName, region.NativeName, region.DisplayName })
                {
                    regions.TryAdd(name, region.TwoLetterISORegionName);
                }
            }
        }
        finally
        {
            CultureInfo.CurrentUICulture = language;
        }

        return regions.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
