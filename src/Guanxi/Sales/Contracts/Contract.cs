using Guanxi.Customers.Contacts;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Live;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Quotes;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Contracts;

/// <summary>What was agreed with a customer. Once it is in force it changes by an amendment alone; its state moves by <see cref="ContractSteps"/>.</summary>
public sealed partial class Contract(RecordType type) : Record(type)
{
    /// <summary>What may be written on a contract that is no longer a draft: nothing that was agreed.</summary>
    private static readonly string[] Free = ["note", "owner", "accessOwner", "contact", "deal", "remindDays", "renewal", "externalId", "source", "customer"];

    /// <summary>Set by the steps and by an amendment that was approved, for the one save they make.</summary>
    internal bool Deciding { get; set; }

    public bool IsInForce => Text("status") is "active" or "completed";

    public Money Amount => (Money)this["amount"]!;

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew && Changed("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("合同不能换客户：请作废后为另一个客户新建", "A contract stays with its customer: void it and make another one")));
        }

        if (!IsNew && !Deciding && Before(Type["status"]) is not "draft" && Changes().FirstOrDefault(change => !change.Field.Custom && !Free.Contains(change.Field.Name, StringComparer.Ordinal)) is { Field: { } locked })
        {
            throw new RefusedException(Text("status") == "pending"
                ? Refusal.Breaks("contract-pending", new Label($"审批中的合同不能修改“{locked.Label.ZhHans}”：请先撤回", $"“{locked.Label.En}” cannot be changed while the contract awaits approval: withdraw it first"))
                : Refusal.Breaks("contract-locked", new Label($"已生效的合同不能直接修改“{locked.Label.ZhHans}”：请新建合同变更", $"“{locked.Label.En}” of an approved contract is changed by an amendment")));
        }

        await SameCustomer.DemandAsync(this, context, "deal");
        await DefaultsAsync(context);
        Check();
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        if (IsNew || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        await Unique.CheckAsync(context, this, "number", ("合同号已被使用", "Another contract has this number"));
        if (this["amount"] is Money amount)
        {
            if (!IsNew && !Deciding && Changed("amount") && await ContractLines.TotalAsync(context.Session, Id) is { } total && total != amount)
            {
                throw new RefusedException(Refusal.Invalid("amount", new Label($"金额由合同明细合计得出（{total.AmountText} {total.Currency}），请修改明细", $"The amount is the sum of the lines ({total.AmountText} {total.Currency}); change those")));
            }

            await HomeAmount.SetAsync(this, context, amount, (DateOnly?)this["signedOn"] ?? context.Actor.Today(context.Now));
        }
    }

    private async ValueTask DefaultsAsync(SaveContext context)
    {
        this["kind"] ??= "sale";
        this["edition"] ??= 1L;
        this["renewal"] ??= this["endsOn"] is null ? "none" : "remind";
        this["remindDays"] ??= 30L;
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        this["number"] ??= await Numbers.NextAsync(context, Type, "HT", (DateOnly?)this["signedOn"] ?? context.Actor.Today(context.Now));
        if (IsNew && Text("status") is null)
        {
            // What was agreed before the company had this program comes in by a file, signed: nobody approves it a second time.
            this["status"] = context.Actor.Surface == "import" && this["signedOn"] is not null && context.Actor.Has(Functions.ApproveContracts) ? "active" : "draft";
        }
    }

    private void Check()
    {
        var errors = new FieldErrors();
        if (this["amount"] is Money { Amount: < 0 })
        {
            errors.Add("amount", ("金额不能为负", "An amount cannot be negative"));
        }

        if (this["amount"] is Money money && !MinorUnits.Fits(money.Amount, money.Currency))
        {
            errors.Add("amount", new Label($"金额的小数位多于 {money.Currency} 能支付的", $"An amount has no more decimals than {money.Currency} is paid in"));
        }

        if (this["startsOn"] is DateOnly from && this["endsOn"] is DateOnly to && to <= from)
        {
            errors.Add("endsOn", ("结束日期应晚于开始日期", "A contract ends after it starts"));
        }

        if (this["paymentDays"] is long and (< 0 or > 3650))
        {
            errors.Add("paymentDays", ("账期应在 0 到 3650 天之间", "Days to pay are 0 to 3650"));
        }

        if (this["remindDays"] is long and (< 0 or > 730))
        {
            errors.Add("remindDays", ("提前天数应在 0 到 730 之间", "Days of notice are 0 to 730"));
        }

        errors.Throw();
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew || Changed("amount") || Changed("status"))
        {
            await Balances.OfContractAsync(context, Id);
        }

        if (!IsNew && Changed("status") && Text("status") == "void" && Reference("quote") is { } quote)
        {
            await QuoteContracts.ReleaseAsync(context, quote);
        }

        if (context.Actor.Batch is null && (IsNew || Changed("status") || Changed("endsOn") || Changed("signedOn")) && Reference("customer") is { } customer)
        {
            await PoolClock.TellAsync(context, customer);
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Title, ("{0} 把合同交给了你", "{0} gave you a contract"));
        }
    }

    /// <summary>A contract that was in force, or that something hangs on, is made void; it does not disappear.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (at is not null)
        {
            if (Text("status") is not "draft" || await context.Session.ScalarAsync<long>(Sql.Of($"SELECT (SELECT COUNT(*) FROM receipt WHERE contract_id = {Id} AND deleted_at IS NULL) + (SELECT COUNT(*) FROM invoice WHERE contract_id = {Id} AND deleted_at IS NULL) + (SELECT COUNT(*) FROM sales_order WHERE contract_id = {Id} AND deleted_at IS NULL)")) > 0)
            {
                throw new RefusedException(Refusal.Breaks("contract-kept", ("只有没有订单、发票和回款的草稿可以删除：请作废合同", "Only a draft without orders, invoices and receipts is deleted: make the contract void")));
            }
        }

        foreach (var part in new[] { "payment-plans", "contract-lines" })
        {
            await context.SweepDeletedAsync(context.Schema[part], at, at is null ? Sql.Of($"contract_id = {Id} AND deleted_at = {before}") : Sql.Of($"contract_id = {Id} AND deleted_at IS NULL"));
        }

        await Balances.OfContractAsync(context, Id);
        if (Reference("quote") is { } quote)
        {
            await (at is null ? QuoteContracts.HoldAgainAsync(context, quote, Id) : QuoteContracts.ReleaseAsync(context, quote));
        }
    }
}
