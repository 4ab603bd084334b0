using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Receivables;

/// <summary>What a customer is asked to pay. A seller asks for it; whoever keeps the receivables issues it with the tax office's number, and from then on it is not changed.</summary>
public sealed partial class Invoice(RecordType type) : Record(type)
{
    /// <summary>What may still be written on an invoice that was issued.</summary>
    private static readonly string[] Free = ["note", "owner", "accessOwner", "receiver", "expressNumber", "externalId", "dueOn", "plan", "status", "voidReason", "customer"];

    internal bool Deciding { get; set; }

    public Money Amount => (Money)this["amount"]!;

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("customer") is not { } customer)
        {
            return;
        }

        if (!IsNew && (Changed("customer") || Changed("contract")))
        {
            throw new RefusedException(Refusal.Invalid(Changed("customer") ? "customer" : "contract", ("发票不能换客户或合同：请作废后另开", "An invoice stays with its customer and contract: void it and make another one")));
        }

        if (!IsNew && !Deciding && Before(Type["status"]) is not "requested" && Changes().FirstOrDefault(change => !change.Field.Custom && !Free.Contains(change.Field.Name, StringComparer.Ordinal) && !(change.Field.Name == "taxInvoiceNumber" && Before(change.Field) is null)) is { Field: { } locked })
        {
            throw new RefusedException(Refusal.Breaks("invoice-issued", new Label($"已开出的发票不能修改“{locked.Label.ZhHans}”：请作废后另开", $"“{locked.Label.En}” of an issued invoice is not changed: void it and make another one")));
        }

        if (!IsNew && !Deciding && Changed("taxInvoiceNumber") && Text("taxInvoiceNumber") is { } given)
        {
            if (Before(Type["status"]) is not "requested")
            {
                context.Actor.Demand(Functions.ManageReceivables);
            }

            await InvoiceSteps.DemandUnusedAsync(context, Id, given);
        }

        if (!IsNew && !Deciding && Before(Type["status"]) is not "requested" && Changed("dueOn"))
        {
            // When it is overdue, credit and dunning go by it.
            context.Actor.Demand(Functions.ManageReceivables);
        }

        await Balances.TakeTurnAsync(context.Session, customer);
        var contract = Reference("contract") is { } id ? await ContractOf.DemandInForceAsync(context.Session, id, customer) : null;
        await DefaultsAsync(context, contract);
        if (IsNew || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        var red = Reference("redOf");
        if (red is { } blue)
        {
            if (IsNew || Changed("amount") || Changed("status"))
            {
                await RedLetters.PrepareAsync(context, this, blue);
            }
        }
        else
        {
            Amounts.Check(this, "amount", contract?.Currency);
        }

        CheckPlan(await PlanContractAsync(context));
        InvoiceTitle.CheckTaxNumber(this);
        await Unique.CheckAsync(context, this, "number", ("发票申请号已被使用", "Another invoice has this number"));
        if (this["amount"] is Money amount)
        {
            await HomeAmount.SetAsync(this, context, amount, (DateOnly?)this["issuedOn"] ?? context.Actor.Today(context.Now));
            if (red is not null)
            {
                // Its tax is a share of the tax it takes back.
            }
            else if (!await InvoiceLines.HasAsync(context.Session, Id))
            {
                this["tax"] = Tax.Of(amount, (decimal?)this["taxRate"] ?? 0);
            }
            else if (!IsNew && Changed("amount") && await InvoiceLines.SumsAsync(context.Session, Id) is { } sums && sums.Amount != amount)
            {
                throw new RefusedException(Refusal.Invalid("amount", new Label($"金额由发票明细合计得出（{sums.Amount.AmountText}），请修改明细", $"The amount is the sum of the lines ({sums.Amount.AmountText}); change those")));
            }
        }
    }

    private async ValueTask DefaultsAsync(SaveContext context, ContractOf? contract)
    {
        if (IsNew)
        {
            this["status"] ??= "requested";
            if (Text("titleType") is null && Text("title") is null)
            {
                await PrefillAsync(context);
            }

            if (context.Actor.Surface == "import" && this["issuedOn"] is not null && context.Actor.Has(Functions.ManageReceivables))
            {
                // Issued before the company had this program, or by the tax office's own.
                this["status"] = "issued";
            }
        }

        this["kind"] ??= "special";
        this["titleType"] ??= "company";
        this["taxRate"] ??= 13m;
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        this["number"] ??= await Numbers.NextAsync(context, Type, "FP", context.Actor.Today(context.Now));
        if (this["taxRate"] is decimal and (< 0 or > 100))
        {
            throw new RefusedException(Refusal.Invalid("taxRate", ("税率应在 0 到 100 之间", "A tax rate is 0 to 100")));
        }

        if (Text("status") == "issued")
        {
            this["issuedOn"] ??= context.Actor.Today(context.Now);
            this["dueOn"] ??= ((DateOnly)this["issuedOn"]!).AddDays((int)(contract?.PaymentDays ?? await CreditDaysAsync(context) ?? 30));
        }

        if (this["dueOn"] is DateOnly due && this["issuedOn"] is DateOnly issued && due < issued)
        {
            throw new RefusedException(Refusal.Invalid("dueOn", ("到期日不能早于开票日期", "It is not due before it is issued")));
        }
    }

    private async ValueTask<long?> CreditDaysAsync(SaveContext context) =>
        await context.Session.FirstAsync(Sql.Of($"SELECT payment_days FROM contract WHERE customer_id = {Reference("customer")} AND status = 'active' AND deleted_at IS NULL AND payment_days IS NOT NULL ORDER BY seq DESC LIMIT 1"), row => (long?)row.Integer(0));

    /// <summary>The customer's own invoice data, the default first.</summary>
    private async ValueTask PrefillAsync(SaveContext context)
    {
        var found = await context.Session.FirstAsync(Sql.Of($"SELECT id FROM invoice_title WHERE customer_id = {Reference("customer")} AND deleted_at IS NULL ORDER BY is_default DESC, seq DESC LIMIT 1"), row => (Guid?)row.Id(0));
        if (found is { } id && await RecordStore.FindAsync(context.Session, context.Schema["invoice-titles"], id) is { } title)
        {
            foreach (var field in InvoiceTitle.Data)
            {
                this[field] = title[field];
            }

            return;
        }

        this["title"] ??= await context.Session.FirstAsync(Sql.Of($"SELECT name FROM customer WHERE id = {Reference("customer")}"), row => row.Text(0));
        this["taxNumber"] ??= await context.Session.FirstAsync(Sql.Of($"SELECT credit_code FROM customer WHERE id = {Reference("customer")}"), row => row.OptionalText(0)) is { Length: 15 or 18 or 20 } code && code.All(char.IsAsciiLetterOrDigit) ? code : null;
    }

    private async ValueTask<Guid?> PlanContractAsync(SaveContext context) =>
        Reference("plan") is { } plan ? await context.Session.FirstAsync(Sql.Of($"SELECT contract_id FROM payment_plan WHERE id = {plan}"), row => (Guid?)row.Id(0)) : null;

    private void CheckPlan(Guid? contract)
    {
        if (Reference("plan") is not null && contract != Reference("contract"))
        {
            throw new RefusedException(Refusal.Invalid("plan", ("回款计划不属于这份合同", "The instalment is not of this contract")));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && Changed("dueOn"))
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice SET dunned = 0 WHERE id = {Id}"));
        }

        await Balances.OfInvoiceAsync(context, Id);
        if (Reference("redOf") is { } blue)
        {
            await RedLetters.SavedAsync(context, blue);
        }

        if (Reference("contract") is { } contract && (IsNew || Changed("amount") || Changed("status")))
        {
            await Balances.SumsAsync(context, contract);
            await Balances.DemandRoomAsync(context.Session, contract);
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Text("number") ?? "", ("{0} 把发票交给了你", "{0} gave you an invoice"));
        }
    }

    /// <summary>Only what was merely asked for disappears; an invoice that was issued is made void.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await Balances.TakeTurnAsync(context.Session, Reference("customer")!.Value);
        if (at is not null && Text("status") != "requested")
        {
            throw new RefusedException(Refusal.Breaks("invoice-issued", ("已开出的发票不能删除：请作废", "An issued invoice is not deleted: make it void")));
        }

        await context.SweepDeletedAsync(context.Schema["invoice-lines"], at, at is null ? Sql.Of($"invoice_id = {Id} AND deleted_at = {before}") : Sql.Of($"invoice_id = {Id} AND deleted_at IS NULL"));
        await Balances.OfInvoiceAsync(context, Id);
        if (Reference("contract") is { } contract)
        {
            await Balances.SumsAsync(context, contract);
            await Balances.DemandRoomAsync(context.Session, contract);
        }
    }

    public override async ValueTask RemovedAsync(SaveContext context)
    {
        if (Reference("contract") is { } contract)
        {
            await Balances.SumsAsync(context, contract);
        }
    }
}
