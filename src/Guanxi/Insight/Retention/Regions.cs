using System.Collections.Frozen;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Retention;

/// <summary>The parts of the country, as the retention page groups provinces.</summary>
internal static class Regions
{
    /// <summary>Key, name and provinces of each.</summary>
    public static IReadOnlyList<(string Key, Label Label, string[] Provinces)> All { get; } =
    [
        ("north", ("华北", "North"), ["北京市", "天津市", "河北省", "山西省", "内蒙古自治区"]),
        ("northeast", ("东北", "Northeast"), ["辽宁省", "吉林省", "黑龙江省"]),
        ("east", ("华东", "East"), ["上海市", "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省"]),
        ("south", ("华南", "South"), ["广东省", "广西壮族自治区", "海南省"]),
        ("central", ("华中", "Central"), ["河南省", "湖北省", "湖南省"]),
        ("southwest", ("西南", "Southwest"), ["重庆市", "四川省", "贵州省", "云南省", "西藏自治区"]),
        ("northwest", ("西北", "Northwest"), ["陕西省", "甘肃省", "青海省", "宁夏回族自治区", "新疆维吾尔自治区"]),
    ];

    private static readonly FrozenDictionary<string, string> ByProvince = All.SelectMany(region => region.Provinces.Select(province => (province, region.Key))).ToFrozenDictionary(pair => pair.province, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The region of a province; null where it is in none.</summary>
    public static string? Of(string? province) => province is null ? null : ByProvince.GetValueOrDefault(province);
}
