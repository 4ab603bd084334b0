using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Numbering;

/// <summary>How the papers of one noun are numbered: text, parts of the day, and a number that starts again each year, month or day.</summary>
public sealed class NumberRule(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("number-rules", "number-rule",
    [
        new("subject", FieldKind.Text, ("用于", "Used for")) { Required = true, MaxLength = 40, Help = ("contracts、orders、deliveries、invoices、receipts、quotes 等有编号的对象", "A noun whose papers have a number: contracts, orders, deliveries, invoices, receipts, quotes") },
        new("pattern", FieldKind.Text, ("编号格式", "Pattern")) { Required = true, MaxLength = 60, Help = ("例如 HT{yyyy}{MM}-{n:4}；{n:4} 是至少四位的流水号", "Such as HT{yyyy}{MM}-{n:4}; {n:4} is the running number in at least four digits") },
        new("restart", FieldKind.Choice, ("流水号重新开始", "Starts again")) { Required = true, Filled = true, Choices = [new("never", ("从不", "Never")), new("year", ("每年", "Each year")), new("month", ("每月", "Each month")), new("day", ("每天", "Each day"))] },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "number_rule",
        Label = ("编号规则", "Numbering rules"),
        SingularLabel = ("编号规则", "Numbering rule"),
        Icon = "rule",
        TitleField = "subject",
        SubtitleField = "pattern",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageSettings,
        ListColumns = ["subject", "pattern", "restart", "active"],
        DefaultSort = "subject",
        HasSearch = false,
        Importable = false,
        Create = type => new NumberRule(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["restart"] ??= "day";
        this["active"] ??= true;
        if (Text("subject") is { } subject && (context.Schema.Find(subject)?.Find("number") is not { Kind: FieldKind.Text }))
        {
            throw new RefusedException(Refusal.Invalid("subject", new Label($"没有带编号的对象“{subject}”，可用：{string.Join("、", Numbered(context.Schema))}", $"No noun “{subject}” has a number; use {string.Join(", ", Numbered(context.Schema))}")));
        }

        if (Text("pattern") is { } pattern)
        {
            NumberPattern.Parse(pattern).Check(Text("restart")!);
        }

        await Unique.CheckAsync(context, this, "subject", ("这个对象已有编号规则，请修改那一条", "There is a rule for that already; change it"));
    }

    private static IEnumerable<string> Numbered(Schema schema) => schema.Types.Where(type => type.Find("number") is { Kind: FieldKind.Text }).Select(type => type.Name);
}
