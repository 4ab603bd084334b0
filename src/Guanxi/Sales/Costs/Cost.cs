using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Costs;

/// <summary>Money spent on a customer beside the goods: a journey, a dinner, a repair under warranty, a trade fair's share, interest on a late payment.</summary>
public sealed class Cost(RecordType type) : Record(type)
{
    public const string Noun = "costs";

    /// <summary>What a cost can be for, the cost of goods apart, which stands with the orders.</summary>
    public static IReadOnlyList<Choice> Kinds { get; } =
    [
        new("service", ("服务", "Service"), "blue"), new("marketing", ("市场", "Marketing"), "violet"), new("sales", ("销售", "Sales"), "green"), new("finance", ("财务", "Finance"), "amber"), new("other", ("其他", "Other"), "grey"),
    ];

    public static RecordType Description { get; } = new(Noun, "cost",
    [
        new("subject", FieldKind.Text, ("事由", "What for")) { Required = true, Search = SearchAs.Prose },
        new("kind", FieldKind.Choice, ("类别", "Kind")) { Required = true, Choices = Kinds },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals" },
        new("spentOn", FieldKind.Date, ("发生日期", "Spent on")) { Required = true, Filled = true },
        new("amount", FieldKind.Money, ("金额", "Amount")) { Payable = true, Required = true },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")),
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("document", FieldKind.Text, ("单据号", "Document")) { MaxLength = 100, Search = SearchAs.Words, Help = ("发票、报销单或合同的编号；文件可作为附件上传", "Number of the invoice, claim or contract; the file itself can be attached") },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("owner", FieldKind.Reference, ("经办人", "Spent by")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "cost",
        Label = ("费用", "Costs"),
        SingularLabel = ("费用", "Cost"),
        Icon = "cost",
        TitleField = "subject",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["subject", "kind", "customer", "spentOn", "amount", "deal", "owner"],
        DefaultSort = "-spentOn",
        Keys = ["id", "externalId"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Cost(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["spentOn"] ??= context.Actor.Today(context.Now);
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (Changed("deal") && Reference("deal") is { } deal)
        {
            var buyer = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM deal WHERE id = {deal}"), row => row.OptionalId(0));
            this["customer"] ??= buyer;
            if (Reference("customer") != buyer)
            {
                throw new RefusedException(Refusal.Invalid("deal", ("这个商机不属于所选客户", "This deal is not the chosen customer's")));
            }
        }
        else if (!IsNew && Changed("customer") && Reference("deal") is { } kept && await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM deal WHERE id = {kept}"), row => row.OptionalId(0)) != Reference("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("费用所属的商机是另一个客户的：请同时更换或清空商机", "The deal of this cost is another customer's: change or clear it too")));
        }

        if (Reference("customer") is null)
        {
            throw new RefusedException(Refusal.Invalid("customer", ("请选择客户或商机：费用要记在某个客户名下", "Choose a customer or a deal: a cost is spent on somebody")));
        }

        if (IsNew || Changed("customer") || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        if (this["amount"] is not Money amount)
        {
            // What is missing is said once for all required fields.
            return;
        }

        var errors = new FieldErrors();
        // A day's grace: it is tomorrow already where it was spent.
        if ((DateOnly)this["spentOn"]! > context.Actor.Today(context.Now).AddDays(1))
        {
            errors.Add("spentOn", ("发生日期不能在未来", "Money is not spent in the future"));
        }

        if (amount.Amount < 0)
        {
            errors.Add("amount", ("费用不能为负：记错了请修改或删除", "A cost is not negative: change or delete the one that was wrong"));
        }

        errors.Throw();
        await HomeAmount.SetAsync(this, context, amount, (DateOnly)this["spentOn"]!);
    }
}
