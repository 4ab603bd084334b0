using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>What is done so many days after money was due.</summary>
/// <param name="Days">Days overdue.</param>
/// <param name="Name">Of the step, and the heading of its letter.</param>
/// <param name="Text">What is said to the customer; {customer}, {number}, {amount}, {dueOn} and {days} are filled in.</param>
/// <param name="NameEn">The heading of its letter in English; null for the usual one.</param>
/// <param name="TextEn">What an English letter says; null for the usual words.</param>
public sealed record DunningStep(int Days, string Name, string Channel, string Text, string? NameEn = null, string? TextEn = null)
{
    /// <summary>What an English letter says where its step has no English words.</summary>
    public const string UsualEn = "Dear {customer},\nour claim of {amount} for {number} was due on {dueOn} and is {days} days overdue. If you have paid by now, please ignore this letter; otherwise please let us know when we may expect it.";
}

/// <summary>The company's own rules about money and delivery.</summary>
/// <param name="Buckets">The last day overdue of each bucket of the aging but the open-ended one, rising.</param>
/// <param name="LateDays">A seller is warned this many days before what was promised, when it has not been shipped.</param>
public sealed partial record ReceivableRules(IReadOnlyList<int> Buckets, int LateDays, IReadOnlyList<DunningStep> Dunning)
{
    private const string Name = "receivable-rules";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReceivableRules Usual { get; } = new(
        [30, 60, 90, 180],
        3,
        [
            new(3, "友好提醒", "wechat", "{customer}您好：{number} 的 {amount} 已于 {dueOn} 到期，如已付款请忽略，谢谢。", "Friendly reminder"),
            new(15, "电话催款", "call", "{customer}：{number} 的 {amount} 已逾期 {days} 天，请确认付款日期。", "Payment reminder"),
            new(30, "催款函", "letter", "致 {customer}：截至今日，{number} 项下 {amount} 已逾期 {days} 天（应于 {dueOn} 支付）。请在收到本函后 7 日内付清。", "Dunning letter", "To {customer}:\nas of today {amount} for {number}, due on {dueOn}, is {days} days overdue. Please pay in full within 7 days of receiving this letter."),
            new(60, "律师函", "letter", "致 {customer}：{number} 项下 {amount} 逾期 {days} 天仍未支付，我方将保留依法追索的权利。", "Last notice", "To {customer}:\n{amount} for {number} is {days} days overdue and still unpaid. We reserve the right to take legal action."),
        ]);

    public static async ValueTask<ReceivableRules> ReadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {Name}"), row => row.OptionalText(0), cancel) is { } text ? JsonSerializer.Deserialize<ReceivableRules>(text, Json)! : Usual;

    /// <exception cref="RefusedException">A rule makes no sense, or the actor does not keep the receivables.</exception>
    public static async Task<ReceivableRules> PutAsync(SaveContext context, JsonElement body, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageReceivables);
        ReceivableRules rules;
        try
        {
            rules = body.Deserialize<ReceivableRules>(Json) ?? Usual;
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusal.Malformed(("规则应有 buckets（整数列表）、lateDays（整数）和 dunning（步骤列表）", "Rules are buckets (whole numbers), lateDays (a whole number) and dunning (a list of steps)")));
        }

        rules = new ReceivableRules(rules.Buckets ?? Usual.Buckets, rules.LateDays, rules.Dunning ?? Usual.Dunning);
        var errors = new FieldErrors();
        if (rules.Buckets.Count is 0 or > 8 || rules.Buckets[0] < 1 || rules.Buckets.Zip(rules.Buckets.Skip(1)).Any(pair => pair.Second <= pair.First))
        {
            errors.Add("buckets", ("账龄分段应为 1 到 8 个从小到大的天数", "Buckets are 1 to 8 rising numbers of days"));
        }

        if (rules.LateDays is < 0 or > 90)
        {
            errors.Add("lateDays", ("提前天数应在 0 到 90 之间", "Days of warning are 0 to 90"));
        }

        if (rules.Dunning.Count > 12 || rules.Dunning.Any(step => step is null || step.Days is < 1 or > 3650 || string.IsNullOrWhiteSpace(step.Name) || step.Name.Length > 60 || string.IsNullOrWhiteSpace(step.Text) || step.Text.Length > 4000 || step.NameEn?.Length > 60 || step.TextEn?.Length > 4000) || rules.Dunning.Zip(rules.Dunning.Skip(1)).Any(pair => pair.Second.Days <= pair.First.Days))
        {
            errors.Add("dunning", ("催款步骤最多 12 步，天数从小到大，名称和内容不能为空", "At most 12 steps with rising days, each with a name and a text"));
        }

        foreach (var step in rules.Dunning.Where(step => step is not null))
        {
            if (Receivables.Dunning.Description["channel"].Choices is var channels && channels.All(choice => choice.Value != step.Channel))
            {
                errors.Add("dunning", new Label($"步骤“{step.Name}”的方式应为 {string.Join("、", channels.Select(choice => choice.Value))} 之一", $"Step “{step.Name}”: its channel is one of {string.Join(", ", channels.Select(choice => choice.Value))}"));
            }

            if (Placeholder().Matches($"{step.Text} {step.TextEn}").Select(match => match.Value).FirstOrDefault(word => !Placeholders.Contains(word, StringComparer.Ordinal)) is { } unknown)
            {
                errors.Add("dunning", new Label($"步骤“{step.Name}”：没有占位符 {unknown}，可用 {string.Join("、", Placeholders)}", $"Step “{step.Name}”: nothing stands for {unknown}; there are {string.Join(", ", Placeholders)}"));
            }
        }

        errors.Throw();
        var text = JsonSerializer.Serialize(rules, Json);
        await Settings.PutAsync(context.Session, Name, text, cancel);
        context.Note("settings", changes: $"{{\"{Name}\":[null,{text}]}}");
        return rules;
    }

    private static readonly string[] Placeholders = ["{customer}", "{number}", "{amount}", "{dueOn}", "{days}"];

    [GeneratedRegex(@"\{[^{}\n]{1,40}\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
