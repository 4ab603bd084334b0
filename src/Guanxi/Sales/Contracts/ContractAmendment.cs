using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Contracts;

/// <summary>A change of a contract in force: proposed, approved, and from then on the contract's next edition. What it changed stays readable.</summary>
public sealed class ContractAmendment(RecordType type) : Record(type)
{
    /// <summary>The amendment's field, the one that keeps what was before, and the contract's.</summary>
    private static readonly (string New, string Old, string Field)[] Pairs =
        [("newAmount", "oldAmount", "amount"), ("newStartsOn", "oldStartsOn", "startsOn"), ("newEndsOn", "oldEndsOn", "endsOn"), ("newPaymentDays", "oldPaymentDays", "paymentDays"), ("newTerms", "oldTerms", "terms")];

    public static RecordType Description { get; } = new("contract-amendments", "contract-amendment",
    [
        new("label", FieldKind.Text, ("变更", "Amendment")) { ReadOnly = true, MaxLength = 120 },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("edition", FieldKind.Integer, ("成为版次", "Made edition")) { ReadOnly = true },
        new("reason", FieldKind.LongText, ("变更原因", "Reason")) { Required = true },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("draft", ("草稿", "Draft"), "grey"), new("pending", ("审批中", "Awaiting approval"), "amber"), new("approved", ("已生效", "In force"), "green")] },
        new("newAmount", FieldKind.Money, ("新金额", "New amount")),
        new("newStartsOn", FieldKind.Date, ("新开始日期", "New start")),
        new("newEndsOn", FieldKind.Date, ("新结束日期", "New end")),
        new("newPaymentDays", FieldKind.Integer, ("新账期（天）", "New days to pay")),
        new("newTerms", FieldKind.LongText, ("新条款", "New terms")),
        new("planDays", FieldKind.Integer, ("回款顺延（天）", "Put off payment (days)")) { Help = ("没有付清的各期回款都顺延这么多天", "Every instalment that is not paid in full is due so many days later") },
        new("oldAmount", FieldKind.Money, ("原金额", "Amount before")) { ReadOnly = true, DerivedFrom = ["newAmount"], Section = "before" },
        new("oldStartsOn", FieldKind.Date, ("原开始日期", "Start before")) { ReadOnly = true, DerivedFrom = ["newStartsOn"], Section = "before" },
        new("oldEndsOn", FieldKind.Date, ("原结束日期", "End before")) { ReadOnly = true, DerivedFrom = ["newEndsOn"], Section = "before" },
        new("oldPaymentDays", FieldKind.Integer, ("原账期（天）", "Days to pay before")) { ReadOnly = true, DerivedFrom = ["newPaymentDays"], Section = "before" },
        new("oldTerms", FieldKind.LongText, ("原条款", "Terms before")) { ReadOnly = true, DerivedFrom = ["newTerms"], Section = "before" },
        new("changes", FieldKind.LongText, ("变更内容（早期记录）", "What changed, of earlier amendments")) { ReadOnly = true, DerivedFrom = ["newAmount", "newTerms"], Section = "before" },
        new("submittedBy", FieldKind.Reference, ("提交人", "Submitted by")) { Reference = "users", ReadOnly = true },
        new("decidedBy", FieldKind.Reference, ("审批人", "Decided by")) { Reference = "users", ReadOnly = true },
        new("decidedAt", FieldKind.Instant, ("审批时间", "Decided at")) { ReadOnly = true },
        new("decision", FieldKind.LongText, ("审批意见", "Opinion")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "contract_amendment",
        Label = ("合同变更", "Amendments"),
        SingularLabel = ("合同变更", "Amendment"),
        Icon = "contract",
        TitleField = "label",
        SubtitleField = "contract",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("before", ("变更前", "Before"))],
        ListColumns = ["label", "contract", "reason", "newAmount", "newEndsOn", "status", "decidedBy", "decidedAt"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Approvals =
        [
            new(Kind, ("合同变更", "Amendment of a contract"))
            {
                Shows = ["contract", "reason", "newAmount", "newStartsOn", "newEndsOn", "newPaymentDays", "newTerms", "planDays"],
                BorrowsAsync = BorrowAsync,
                DecidedAsync = DecidedAsync,
            },
        ],
        Create = type => new ContractAmendment(type),
    };

    /// <summary>The kind of approval. Where a chain is composed for contracts and none for amendments, an amendment goes the way its contract would go with it.</summary>
    public const string Kind = "contract-amendment";

    private const int MostDays = 730;
    private bool deciding;

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("contract") is not { } id || await RecordStore.FindAsync(context.Session, context.Schema["contracts"], id) is not Contract contract)
        {
            return;
        }

        if (!IsNew && (Changed("contract") || (!deciding && Before(Type["status"]) is not "draft")))
        {
            throw new RefusedException(Refusal.Breaks("amendment-fixed", ("变更提交之后不能再改：请另建一条", "An amendment is not changed once it was submitted: make another one")));
        }

        this["status"] ??= "draft";
        this["customer"] = contract.Reference("customer");
        await ChildAccess.FollowAsync(this, context);
        if (IsNew)
        {
            if (contract.Text("status") != "active")
            {
                throw new RefusedException(Refusal.Breaks("contract-not-in-force", ("只有生效的合同才需要变更；草稿可以直接修改", "Only a contract in force is amended; a draft is simply changed")));
            }

            if (!context.Actor.IsSystem && !await RecordStore.ExistsAsync(context.Session, context.Actor, contract.Type, id, Verb.Edit, context.Now))
            {
                throw new RefusedException(RecordRefusals.MayNotEdit);
            }

            this["label"] = contract.Text("number");
        }

        if (this["planDays"] is long days and (< 1 or > MostDays))
        {
            throw new RefusedException(Refusal.Invalid("planDays", new Label($"顺延的天数应在 1 到 {MostDays} 之间", $"It is put off by 1 to {MostDays} days")));
        }

        if (this["planDays"] is null && Pairs.All(pair => this[pair.New] is null))
        {
            throw new RefusedException(Refusal.Invalid("newAmount", ("请填写至少一项要变更的内容", "Give at least one thing that changes")));
        }

        if (this["newAmount"] is Money money && (money.Amount < 0 || money.Currency != contract.Amount.Currency || !MinorUnits.Fits(money.Amount, money.Currency)))
        {
            throw new RefusedException(Refusal.Invalid("newAmount", new Label($"新金额不能为负、最多两位小数，并使用合同的币种 {contract.Amount.Currency}", $"The new amount is not negative, has at most two decimals and is in the contract's {contract.Amount.Currency}")));
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (Text("status") == "approved")
        {
            throw new RefusedException(Refusal.Breaks("amendment-fixed", ("已生效的变更不能删除", "An amendment in force is not deleted")));
        }

        if (at is not null)
        {
            await ApprovalRequests.LapseAsync(context, Kind, Id);
        }
        else if (Text("status") == "pending")
        {
            // Nobody decides about it any more: it comes back as the draft it was.
            await context.SweepAsync(Type, "status", "draft", Sql.Of($"id = {Id}"), "withdraw");
        }
    }

    public static async Task<Record> SubmitAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var amendment = await LoadAsync(context, id, Verb.Edit, "draft", cancel);
        (amendment["status"], amendment["submittedBy"], amendment.deciding) = ("pending", context.ActorId, true);
        await context.UpdateAsync(amendment, "submit", cancel);
        if (await ApprovalRequests.OpenAsync(context.Session, Kind, id, cancel: cancel) is { } returned)
        {
            await ApprovalDecisions.ResubmitAsync(context, returned, amendment.Text("reason"), cancel);
        }
        else if (await Chains.HasAsync(context.Session, Kind, cancel) || await Chains.HasAsync(context.Session, ContractSteps.Kind, cancel))
        {
            await ApprovalRequests.SubmitAsync(context, new Submission(Kind, amendment, amendment.Text("reason")!), cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, amendment.Type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>
    /// The chain that would decide about the contract if it said already what the amendment makes of it: for the time of the question the row is written so, and then as it was, inside the transaction.
    /// </summary>
    private static async ValueTask<ApprovalChain?> BorrowAsync(SaveContext context, Record amendment)
    {
        var type = context.Schema["contracts"];
        var id = amendment.Reference("contract")!.Value;
        if (!await Chains.HasAsync(context.Session, ContractSteps.Kind, default) || await RecordStore.FindAsync(context.Session, type, id) is not Contract contract)
        {
            return null;
        }

        var (was, will) = (new Terms(contract), new Terms(contract, amendment));
        await will.WriteAsync(context.Session, id);
        var (_, chain) = await ApprovalRequests.ChainAsync(context, ContractSteps.Approval, contract, default);
        var steps = new List<ApprovalStep>();
        foreach (var step in chain.Steps)
        {
            if (await ApprovalChecks.HoldsAsync(context, type, id, step.When, default))
            {
                steps.Add(step with { When = null });
            }
        }

        await was.WriteAsync(context.Session, id);
        return chain with { Steps = steps };
    }

    /// <summary>What conditions ask of a contract.</summary>
    private sealed record Terms(Money Amount, Money Home, DateOnly? Starts, DateOnly? Ends, long? Days)
    {
        public Terms(Contract contract)
            : this(contract.Amount, (Money)contract["homeAmount"]!, contract["startsOn"] as DateOnly?, contract["endsOn"] as DateOnly?, contract["paymentDays"] as long?)
        {
        }

        public Terms(Contract contract, Record amendment)
            : this(contract)
        {
            if (amendment["newAmount"] is Money amount)
            {
                var rate = Amount.Amount == 0 ? (contract["rate"] as decimal? ?? 1) : Home.Amount / Amount.Amount;
                (Amount, Home) = (amount, new Money(Math.Round(amount.Amount * rate, 4, MidpointRounding.AwayFromZero), Home.Currency));
            }

            (Starts, Ends, Days) = (amendment["newStartsOn"] as DateOnly? ?? Starts, amendment["newEndsOn"] as DateOnly? ?? Ends, amendment["newPaymentDays"] as long? ?? Days);
        }

        public async Task WriteAsync(DatabaseSession session, Guid contract) => await session.ExecuteAsync(
            Sql.Of($"UPDATE contract SET amount = {Amount.Stored}, home_amount = {Home.Stored}, starts_on = {Starts}, ends_on = {Ends}, payment_days = {Days} WHERE id = {contract}"));
    }

    private static async ValueTask DecidedAsync(SaveContext context, ApprovalOutcome outcome)
    {
        if (await RecordStore.FindAsync(context.Session, context.Schema["contract-amendments"], outcome.Record) is not ContractAmendment amendment)
        {
            return;
        }

        if (outcome.State == ApprovalState.Waiting && amendment.Text("status") == "draft")
        {
            (amendment["status"], amendment["submittedBy"], amendment.deciding) = ("pending", context.ActorId, true);
            await context.UpdateAsync(amendment, "submit");
        }
        else if (outcome.State != ApprovalState.Waiting && amendment.Text("status") == "pending")
        {
            await ConcludeAsync(context, amendment, outcome.State == ApprovalState.Approved, outcome.Comment, outcome.By, default);
        }
    }

    /// <summary>Approved, the contract takes the new values and its edition goes up by one; sent back, the amendment is a draft again and the contract is as it was.</summary>
    public static async Task<Record> DecideAsync(SaveContext context, Guid id, bool approved, string? opinion, CancellationToken cancel = default)
    {
        var amendment = await LoadAsync(context, id, Verb.Read, "pending", cancel);
        ContractSteps.DemandDecider(context, amendment.Reference("submittedBy"), opinion, approved);
        await Chains.DemandNoneAsync(context.Session, Kind, id, cancel);
        await ConcludeAsync(context, amendment, approved, opinion, context.ActorId, cancel);
        await ContractSteps.TellAsync(context, amendment, amendment.Reference("submittedBy"), approved);
        return amendment;
    }

    private static async Task ConcludeAsync(SaveContext context, ContractAmendment amendment, bool approved, string? opinion, Guid? by, CancellationToken cancel)
    {
        await Balances.TakeTurnAsync(context.Session, amendment.Reference("customer")!.Value, cancel);
        if (approved)
        {
            var contract = (Contract)(await RecordStore.FindAsync(context.Session, context.Schema["contracts"], amendment.Reference("contract")!.Value, cancel))!;
            await ApplyAsync(context, contract, amendment, cancel);
        }

        (amendment["status"], amendment["decidedBy"], amendment["decidedAt"], amendment["decision"], amendment.deciding) = (approved ? "approved" : "draft", by, context.Now, opinion, true);
        await context.UpdateAsync(amendment, approved ? "approve" : "refuse", cancel);
    }

    private static async Task ApplyAsync(SaveContext context, Contract contract, ContractAmendment amendment, CancellationToken cancel)
    {
        if (contract.Text("status") != "active")
        {
            throw new RefusedException(Refusal.Breaks("contract-not-in-force", ("合同已不在生效状态", "The contract is no longer in force")));
        }

        var agreed = contract.Amount;
        if (amendment["newAmount"] is Money amount)
        {
            await Plans.LowerAsync(context, contract.Id, amount, cancel);
            await Balances.DemandRoomAsync(context.Session, contract.Id, amount, cancel);
        }

        foreach (var (name, before, field) in Pairs.Where(pair => amendment[pair.New] is not null))
        {
            (amendment[before], contract[field]) = (contract[field], amendment[name]);
        }

        var edition = (long)contract["edition"]! + 1;
        (contract["edition"], contract.Deciding) = (edition, true);
        (amendment["edition"], amendment["label"]) = (edition, $"{contract.Text("number")} v{edition}");
        await context.UpdateAsync(contract, "amend", cancel);
        await Plans.RaiseAsync(context, contract.Id, agreed, contract.Amount, $"变更 v{edition}", cancel);
        if (amendment["planDays"] is long days)
        {
            await Plans.PutOffAsync(context, contract.Id, (int)days, cancel);
        }
    }

    private static async Task<ContractAmendment> LoadAsync(SaveContext context, Guid id, Verb verb, string status, CancellationToken cancel)
    {
        var amendment = (ContractAmendment)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["contract-amendments"], id, verb, context.Now, cancel: cancel);
        return amendment.Text("status") == status ? amendment : throw new RefusedException(Refusal.Breaks("amendment-state", status == "draft" ? ("只有草稿可以提交", "Only a draft is submitted") : ("这条变更不在审批中", "This amendment does not await approval")));
    }
}
