using Guanxi.Platform.Records;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>What was known of a lead at a moment, and nothing that came later.</summary>
/// <param name="Lead">Which.</param>
/// <param name="State">The state it was in.</param>
/// <param name="AgeDays">Since it came in.</param>
/// <param name="AnsweredMinutes">Working minutes to the first answer; null while there was none.</param>
/// <param name="Contacts">Activities done with it before.</param>
/// <param name="SilenceDays">Since the last of them; null when there was none.</param>
/// <param name="Filled">How many of phone, e-mail, company, contact, need and amount were known.</param>
internal sealed record LeadSnapshot(Guid Lead, string State, double AgeDays, double? AnsweredMinutes, int Contacts, double? SilenceDays, int Filled, bool Referred, string? Source, string? Campaign, string? ProductLine, string? Industry, string? Province) : ISnapshot
{
    Guid ISnapshot.Id => Lead;

    string ISnapshot.Group => Source ?? "";

    public bool Won { get; init; }

    public DateTimeOffset EndedAt { get; init; }

    private static readonly (string Name, Func<LeadSnapshot, double?> Of)[] Numbers =
    [
        ("ageDays", s => s.AgeDays), ("answeredMinutes", s => s.AnsweredMinutes), ("contacts", s => s.Contacts), ("silenceDays", s => s.SilenceDays), ("details", s => s.Filled), ("referred", s => s.Referred ? 1 : 0),
    ];

    private static readonly (string Name, Func<LeadSnapshot, string?> Of)[] Choices =
        [("state", s => s.State), ("source", s => s.Source), ("campaign", s => s.Campaign), ("productLine", s => s.ProductLine), ("industry", s => s.Industry), ("province", s => s.Province)];

    public static IReadOnlyDictionary<string, Label> ColumnNames { get; } = new Dictionary<string, Label>(StringComparer.Ordinal)
    {
        ["ageDays"] = ("进来天数", "age in days"), ["answeredMinutes"] = ("响应时间", "time to the first answer"), ["contacts"] = ("联系次数", "contacts"), ["silenceDays"] = ("没有联系的天数", "days without contact"), ["details"] = ("已知信息项数", "number of details known"), ["referred"] = ("客户介绍", "referred by a customer"),
        ["state"] = ("状态", "state"), ["source"] = ("来源", "source"), ["campaign"] = ("活动", "campaign"), ["productLine"] = ("产品线", "product line"), ["industry"] = ("行业", "industry"), ["province"] = ("省份", "province"),
    };

    /// <summary>The snapshots as columns for a model.</summary>
    public static FeatureTable Table(IReadOnlyList<LeadSnapshot> snapshots) => new(
    [
        .. Numbers.Select(column => (FeatureColumn)new NumberColumn(column.Name, [.. snapshots.Select(snapshot => column.Of(snapshot) ?? double.NaN)])),
        .. Choices.Select(column => FeatureText.Choices(column.Name, [.. snapshots.Select(snapshot => column.Of(snapshot) ?? "")])),
    ]);

    /// <summary>A reason in words: what was seen, and which way it points.</summary>
    /// <param name="named">A choice of the lead in words: its field and value.</param>
    public static Label Sentence(string column, string value, bool raises, Func<string, string, Label> named)
    {
        var (zh, en) = raises ? ("有利", "speaks for it") : ("不利", "speaks against it");
        var number = double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var given) ? $"{given:0}" : value;
        string Of(string noun) => number == "1" ? $"1 {noun}" : $"{number} {noun}s";
        return column switch
        {
            "ageDays" => new Label($"进来 {number} 天：{zh}", $"{Of("day")} old: {en}"),
            "answeredMinutes" => value.Length == 0 ? new Label($"还没有响应：{zh}", $"Not answered yet: {en}") : new Label($"{number} 个工作分钟后响应：{zh}", $"Answered after {Of("working minute")}: {en}"),
            "contacts" => new Label($"联系过 {number} 次：{zh}", $"{Of("contact")}: {en}"),
            "silenceDays" => value.Length == 0 ? new Label($"从没联系过：{zh}", $"No contact ever: {en}") : new Label($"{number} 天没有联系：{zh}", $"{Of("day")} without contact: {en}"),
            "details" => new Label($"电话、邮箱、公司、联系人、需求、金额里知道 {number} 项：{zh}", $"{number} of phone, e-mail, company, contact, need and amount known: {en}"),
            "referred" => value == "1" ? new Label($"由客户介绍：{zh}", $"Referred by a customer: {en}") : new Label($"不是客户介绍的：{zh}", $"Not referred by a customer: {en}"),
            "state" => new Label($"状态“{named("state", value).ZhHans}”：{zh}", $"State {named("state", value).En}: {en}"),
            "source" => new Label($"来源“{named("source", value).ZhHans}”：{zh}", $"Source {named("source", value).En}: {en}"),
            "campaign" => new Label($"活动“{value}”：{zh}", $"Campaign {value}: {en}"),
            "productLine" => new Label($"产品线 {value}：{zh}", $"Product line {value}: {en}"),
            "industry" => new Label($"行业 {value}：{zh}", $"Industry {value}: {en}"),
            "province" => new Label($"省份 {value}：{zh}", $"Province {value}: {en}"),
            _ => new Label($"{column} {value}：{zh}", $"{column} {value}: {en}"),
        };
    }
}
