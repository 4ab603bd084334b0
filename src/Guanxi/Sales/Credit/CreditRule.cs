using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Credit;

/// <summary>How far customers of a class are trusted, and what happens when it is not far enough: nothing, a warning, or a stop.</summary>
public sealed class CreditRule(RecordType type) : Record(type)
{
    private static IReadOnlyList<Choice> Acts { get; } = [new("none", ("不检查", "Nothing"), "grey"), new("warn", ("提醒", "Warn"), "amber"), new("block", ("拦截", "Stop"), "red")];

    public static RecordType Description { get; } = new("credit-rules", "credit-rule",
    [
        new("name", FieldKind.Text, ("名称", "Name")) { Required = true, MaxLength = 100 },
        new("customerLevel", FieldKind.Text, ("客户级别", "Customer level")) { MaxLength = 20, Help = ("vip、major、ordinary、small；留空适用于没有专门规则的客户", "vip, major, ordinary or small; empty for customers without a rule of their own") },
        new("creditLimit", FieldKind.Money, ("额度", "Limit")) { Payable = true, Help = ("公司本位币；与公式同时填写时取较小者", "In the company's currency; with a formula the lower of the two holds") },
        new("formula", FieldKind.LongText, ("额度公式", "Formula of the limit")) { MaxLength = 2000, Help = ("与自定义公式字段相同，例如 min(500000, credit.paidYear * 0.3)", "As in formula fields, such as min(500000, credit.paidYear * 0.3)") },
        new("scoreFormula", FieldKind.LongText, ("评分公式", "Formula of the score")) { MaxLength = 2000, Help = ("结果取 0 到 100，例如 100 - credit.overdueDays - coalesce(credit.lateDays, 0)", "Brought between 0 and 100, such as 100 - credit.overdueDays - coalesce(credit.lateDays, 0)") },
        new("mostOverdueDays", FieldKind.Integer, ("最多逾期天数", "Most days overdue")),
        new("paymentDays", FieldKind.Integer, ("账期（天）", "Days to pay")),
        new("onQuote", FieldKind.Choice, ("报价时", "When quoting")) { Required = true, Choices = Acts },
        new("onContract", FieldKind.Choice, ("签合同时", "When contracting")) { Required = true, Choices = Acts },
        new("onOrder", FieldKind.Choice, ("下单时", "When ordering")) { Required = true, Choices = Acts },
        new("onShip", FieldKind.Choice, ("发货时", "When shipping")) { Required = true, Choices = Acts },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "credit_rule",
        Label = ("信用规则", "Credit rules"),
        SingularLabel = ("信用规则", "Credit rule"),
        Icon = "rule",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCredit,
        ListColumns = ["name", "customerLevel", "creditLimit", "formula", "mostOverdueDays", "onOrder", "onShip", "active"],
        DefaultSort = "name",
        HasSearch = false,
        Importable = false,
        Create = type => new CreditRule(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        foreach (var (field, usual) in new[] { ("onQuote", "warn"), ("onContract", "warn"), ("onOrder", "block"), ("onShip", "block") })
        {
            this[field] ??= usual;
        }

        var customers = context.Schema["customers"];
        var home = (await Platform.Settings.ReadAsync(context.Session)).Currency;
        var errors = new FieldErrors();
        if (Text("customerLevel") is { } level && customers["level"].Choices.All(choice => choice.Value != level))
        {
            errors.Add("customerLevel", new Label($"没有客户级别“{level}”，可用：{string.Join("、", customers["level"].Choices.Select(choice => choice.Value))}", $"There is no level “{level}”; use {string.Join(", ", customers["level"].Choices.Select(choice => choice.Value))}"));
        }

        if (this["creditLimit"] is Money limit && (limit.Amount < 0 || limit.Currency != home))
        {
            errors.Add("creditLimit", new Label($"额度不能为负，并使用本位币 {home}", $"A limit is not negative and in the company's {home}"));
        }

        foreach (var name in new[] { "mostOverdueDays", "paymentDays" })
        {
            if (this[name] is long and (< 0 or > 3650))
            {
                errors.Add(name, ("应在 0 到 3650 天之间", "It is 0 to 3650 days"));
            }
        }

        errors.Throw();
        foreach (var name in new[] { "formula", "scoreFormula" })
        {
            await CheckFormulaAsync(context, name, customers);
        }

        if (this["active"] is true && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM credit_rule WHERE active = 1 AND deleted_at IS NULL AND customer_level IS NOT DISTINCT FROM {Text("customerLevel")} AND id <> {Id}")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("customerLevel", ("这个级别已有启用的信用规则", "There is a rule in use for that level")));
        }
    }

    /// <summary>A formula is tried before it is kept: one that no database understands is refused by its field.</summary>
    private async ValueTask CheckFormulaAsync(SaveContext context, string name, RecordType customers)
    {
        if (Text(name) is not { Length: > 0 } text || !Changed(name))
        {
            return;
        }

        try
        {
            var formula = Formula.Parse(text);
            if (formula.IsText || formula.FieldNames().Intersect(CreditFields.Results, StringComparer.Ordinal).Any())
            {
                throw new RefusedException(Refusal.Invalid(name, ("公式的结果应为数字，且不能引用额度或评分本身", "A formula makes a number, and not from the limit or score itself")));
            }

            _ = formula.ToSql(customers, "t", context.Session.Dialect);
        }
        catch (RefusedException refused)
        {
            throw new RefusedException(Refusal.Invalid(name, refused.Refusal.Detail ?? refused.Refusal.Title));
        }
    }
}
