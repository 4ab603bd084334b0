using Guanxi.Platform.Records;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>What was known of a deal at a moment, and nothing that came later.</summary>
/// <param name="Deal">Which.</param>
/// <param name="At">The moment.</param>
/// <param name="Stage">The stage it stood in.</param>
/// <param name="Stays">Stages it had been in, this one included.</param>
/// <param name="AgeDays">Since it was opened.</param>
/// <param name="StageDays">Since it came into the stage.</param>
/// <param name="Contacts">Activities done with the customer in the thirty days before.</param>
/// <param name="SilenceDays">Since the last of them; null when there was none.</param>
/// <param name="Orders">Days on which the customer had ordered before.</param>
/// <param name="OrderDays">Since the last of those; null when there was none.</param>
/// <param name="WonBefore">Deals won with the customer before.</param>
/// <param name="LostBefore">Deals lost with the customer before.</param>
internal sealed record DealSnapshot(Guid Deal, DateTimeOffset At, string Stage, int Stays, double AgeDays, double StageDays, int Contacts, double? SilenceDays, int Orders, double? OrderDays, int WonBefore, int LostBefore, string? ProductLine, string? Source, string? Industry) : ISnapshot
{
    Guid ISnapshot.Id => Deal;

    string ISnapshot.Group => Stage;

    public bool Won { get; init; }

    public DateTimeOffset ClosedAt { get; init; }

    private static readonly (string Name, Func<DealSnapshot, double?> Of)[] Numbers =
    [
        ("stays", s => s.Stays), ("ageDays", s => s.AgeDays), ("stageDays", s => s.StageDays), ("contacts", s => s.Contacts), ("silenceDays", s => s.SilenceDays), ("orders", s => s.Orders), ("orderDays", s => s.OrderDays), ("wonBefore", s => s.WonBefore), ("lostBefore", s => s.LostBefore),
    ];

    private static readonly (string Name, Func<DealSnapshot, string?> Of)[] Choices = [("stage", s => s.Stage), ("productLine", s => s.ProductLine), ("source", s => s.Source), ("industry", s => s.Industry)];

    public static IReadOnlyDictionary<string, Label> ColumnNames { get; } = new Dictionary<string, Label>(StringComparer.Ordinal)
    {
        ["stays"] = ("走过的阶段数", "stages gone through"), ["ageDays"] = ("开始天数", "age in days"), ["stageDays"] = ("在阶段的天数", "days in the stage"), ["contacts"] = ("近 30 天联系次数", "contacts in thirty days"), ["silenceDays"] = ("没有联系的天数", "days without contact"),
        ["orders"] = ("下单次数", "orders before"), ["orderDays"] = ("距上次下单天数", "days since the last order"), ["wonBefore"] = ("赢过的商机", "deals won before"), ["lostBefore"] = ("输过的商机", "deals lost before"),
        ["stage"] = ("阶段", "stage"), ["productLine"] = ("产品线", "product line"), ["source"] = ("来源", "source"), ["industry"] = ("行业", "industry"),
    };

    /// <summary>The snapshots as columns for a model.</summary>
    public static FeatureTable Table(IReadOnlyList<DealSnapshot> snapshots)
    {
        var columns = new List<FeatureColumn>();
        foreach (var (name, of) in Numbers)
        {
            columns.Add(new NumberColumn(name, [.. snapshots.Select(snapshot => of(snapshot) ?? double.NaN)]));
        }

        foreach (var (name, of) in Choices)
        {
            var levels = snapshots.Select(of).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            var codes = levels.Select((level, i) => (level, i)).ToDictionary(item => item.level, item => item.i, StringComparer.Ordinal);
            columns.Add(new ChoiceColumn(name, [.. snapshots.Select(snapshot => of(snapshot) is { } level ? codes[level] : -1)], levels));
        }

        return new FeatureTable(columns);
    }

    /// <summary>A reason in words: what was seen, and which way it points.</summary>
    public static Label Sentence(string column, string value, bool raises)
    {
        var (zh, en) = raises ? ("有利", "speaks for it") : ("不利", "speaks against it");
        var days = double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) ? $"{number:0}" : value;
        string Of(string noun) => days == "1" ? $"1 {noun}" : $"{days} {noun}s";
        return column switch
        {
            "stage" => new Label($"处在“{value}”阶段：{zh}", $"In the stage “{value}”: {en}"),
            "stays" => new Label($"走过 {days} 个阶段：{zh}", $"Has gone through {Of("stage")}: {en}"),
            "ageDays" => new Label($"开始 {days} 天：{zh}", $"{Of("day")} old: {en}"),
            "stageDays" => new Label($"在这一阶段 {days} 天：{zh}", $"{Of("day")} in this stage: {en}"),
            "contacts" => new Label($"近 30 天联系 {days} 次：{zh}", $"{Of("contact")} in thirty days: {en}"),
            "silenceDays" => value.Length == 0 ? new Label($"从没联系过：{zh}", $"No contact ever: {en}") : new Label($"{days} 天没有联系：{zh}", $"{Of("day")} without contact: {en}"),
            "orders" => new Label($"客户下过 {days} 次单：{zh}", $"The customer has ordered {Of("time")}: {en}"),
            "orderDays" => value.Length == 0 ? new Label($"客户还没下过单：{zh}", $"The customer has never ordered: {en}") : new Label($"客户 {days} 天前下过单：{zh}", $"The customer ordered {Of("day")} ago: {en}"),
            "wonBefore" => new Label($"和这家客户赢过 {days} 个商机：{zh}", $"{Of("deal")} won with the customer before: {en}"),
            "lostBefore" => new Label($"和这家客户输过 {days} 个商机：{zh}", $"{Of("deal")} lost with the customer before: {en}"),
            "productLine" => new Label($"产品线 {value}：{zh}", $"Product line {value}: {en}"),
            "source" => new Label($"来源 {value}：{zh}", $"Source {value}: {en}"),
            "industry" => new Label($"行业 {value}：{zh}", $"Industry {value}: {en}"),
            _ => new Label($"{column} {value}：{zh}", $"{column} {value}: {en}"),
        };
    }
}
