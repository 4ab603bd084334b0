using Guanxi.Customers.Contacts;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Credit;

namespace Guanxi.Sales.Orders;

/// <summary>What a customer bought, or gave back. Its amount is given, or is the sum of its lines; its cost likewise.</summary>
public sealed class SalesOrder(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("orders", "order",
    [
        new("number", FieldKind.Text, ("订单号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Clear, WhenMerged = WhenMerged.Move },
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals" },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts" },
        new("returnOf", FieldKind.Reference, ("退自订单", "Returned from")) { Reference = "orders", ReadOnly = true },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { Required = true, Filled = true, Choices = [new("sale", ("销售", "Sale"), "blue"), new("return", ("退货", "Return"), "red")] },
        new("status", FieldKind.Choice, ("状态", "Status"))
        {
            Required = true,
            Choices = [new("draft", ("草稿", "Draft"), "grey"), new("confirmed", ("已确认", "Confirmed"), "blue"), new("shipped", ("已发货", "Shipped"), "blue"), new("completed", ("已完成", "Completed"), "green"), new("cancelled", ("已取消", "Cancelled"), "red")],
        },
        new("orderedOn", FieldKind.Date, ("下单日期", "Ordered on")) { Required = true, Filled = true },
        new("amount", FieldKind.Money, ("金额", "Amount")) { Payable = true, Required = true },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")),
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("cost", FieldKind.Money, ("成本", "Cost")) { Payable = true, NeedsFunction = Functions.ReadCosts },
        new("homeCost", FieldKind.Money, ("本位币成本", "Cost in the company's currency")) { ReadOnly = true, NeedsFunction = Functions.ReadCosts, DerivedFrom = ["cost"] },
        new("promisedOn", FieldKind.Date, ("承诺交期", "Promised for")) { Section = "delivery" },
        new("shippedOn", FieldKind.Date, ("发货日期", "Shipped on")) { Section = "delivery" },
        new("deliveredOn", FieldKind.Date, ("到货日期", "Delivered on")) { Section = "delivery" },
        new("source", FieldKind.Text, ("来源", "Source")) { MaxLength = 60 },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "sales_order",
        Label = ("订单", "Orders"),
        SingularLabel = ("订单", "Order"),
        Icon = "order",
        TitleField = "number",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("delivery", ("交付", "Delivery"))],
        ListColumns = ["number", "customer", "orderedOn", "amount", "status", "promisedOn", "owner"],
        DefaultSort = "-orderedOn",
        Keys = ["id", "number", "externalId"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new SalesOrder(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew && Changed("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("订单不能换客户：请为另一个客户新建", "An order stays with its customer: make another one for the other")));
        }

        await SameCustomer.DemandAsync(this, context, "deal", "contract");
        this["kind"] ??= "sale";
        this["status"] ??= "confirmed";
        this["orderedOn"] ??= context.Actor.Today(context.Now);
        this["number"] ??= await Numbers.NextAsync(context, Type, "SO", (DateOnly)this["orderedOn"]!);
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (IsNew || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        Check(context);
        if (!IsNew && Changed("status") && !Following && (Text("status") is "shipped" or "completed" or "cancelled") && await Fulfilment.HasDeliveriesAsync(context.Session, Id))
        {
            throw new RefusedException(Refusal.Breaks("order-has-deliveries", ("订单已有发货单，状态由发货单得出：请在发货单上操作", "The order has deliveries, and its status follows from them: change those")));
        }

        await Unique.CheckAsync(context, this, "number", ("订单号已被使用", "Another order has this number"));
        await ConvertAsync(context);
    }

    private void Check(SaveContext context)
    {
        var errors = new FieldErrors();
        var ordered = (DateOnly)this["orderedOn"]!;
        // A day's grace: it is tomorrow already where the customer is.
        if (ordered > context.Actor.Today(context.Now).AddDays(1))
        {
            errors.Add("orderedOn", ("下单日期不能在未来", "An order is not placed in the future"));
        }

        foreach (var name in new[] { "shippedOn", "deliveredOn" })
        {
            if (this[name] is DateOnly day && day < ordered)
            {
                errors.Add(name, ("不能早于下单日期", "It cannot be before the day of the order"));
            }
        }

        foreach (var name in new[] { "amount", "cost" })
        {
            if (this[name] is Money { Amount: < 0 })
            {
                errors.Add(name, ("金额不能为负：退货请用“退货”类型", "It cannot be negative: for goods that came back use the kind “return”"));
            }
        }

        errors.Throw();
    }

    private async ValueTask ConvertAsync(SaveContext context)
    {
        if (!IsNew && (Changed("amount") || Changed("cost")) && await OrderLines.SumsAsync(context.Session, Id) is { } sums)
        {
            if (this["amount"] is Money given && given != sums.Amount)
            {
                throw new RefusedException(Refusal.Invalid("amount", new Label($"金额由订单明细合计得出（{sums.Amount.AmountText} {sums.Amount.Currency}），请修改明细", $"The amount is the sum of the lines ({sums.Amount.AmountText} {sums.Amount.Currency}); change those")));
            }
        }

        var settings = await Platform.Settings.ReadAsync(context.Session);
        this["amount"] ??= new Money(0, settings.Currency);
        var amount = (Money)this["amount"]!;
        await HomeAmount.SetAsync(this, context, amount, (DateOnly)this["orderedOn"]!);
        if (this["cost"] is not Money cost)
        {
            this["homeCost"] = null;
            return;
        }

        this["homeCost"] = cost.Currency == amount.Currency ? HomeAmount.In(this, cost, settings.Currency)
            : cost.Currency == settings.Currency ? cost
            : throw new RefusedException(Refusal.Invalid("cost", new Label($"成本应使用 {amount.Currency} 或本位币 {settings.Currency}", $"A cost is in {amount.Currency} or in the company's {settings.Currency}")));
    }

    /// <summary>Set where the status follows from the deliveries.</summary>
    internal bool Following { get; set; }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (context.Actor.Batch is null && (IsNew || Changed("status") || Changed("orderedOn")) && Reference("customer") is { } customer)
        {
            await PoolClock.TellAsync(context, customer);
        }

        if (!IsNew && Changed("status") && !Following)
        {
            await Fulfilment.OfOrderAsync(context, Id);
        }

        if (Text("kind") == "sale" && Text("status") is "confirmed" or "shipped" && (IsNew || (Changed("status") && Before(Type["status"]) is "draft" or "cancelled") || (this["homeAmount"] is Money now && Before(Type["homeAmount"]) is Money then && now.Amount > then.Amount)))
        {
            await CreditCheck.DemandAsync(context, Reference("customer")!.Value, CreditMoment.Order, 0);
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Text("number") ?? "", ("{0} 把订单交给了你", "{0} gave you an order"));
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (Reference("customer") is { } customer)
        {
            await PoolClock.TellAsync(context, customer);
        }
    }
}
