using Guanxi.Customers.Contacts;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Language;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>A sale that may come about. Its stage moves by <see cref="MoveDeal"/> alone; who owns it says nothing about its stage.</summary>
public sealed class Deal(RecordType type) : Record(type)
{
    private const string NextActivity = "(SELECT MIN(a.due_at) FROM activity a WHERE a.deal_id = t.id AND a.status = 'planned' AND a.deleted_at IS NOT DISTINCT FROM t.deleted_at)";

    public static RecordType Description { get; } = new("deals", "deal",
    [
        new("name", FieldKind.Text, ("商机名称", "Name")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("主要联系人", "Main contact")) { Reference = "contacts", WhenErased = WhenErased.Clear, WhenMerged = WhenMerged.Move },
        new("process", FieldKind.Reference, ("销售流程", "Sales process")) { Reference = "sales-processes" },
        new("edition", FieldKind.Integer, ("流程版次", "Edition of the process")) { ReadOnly = true },
        new("stage", FieldKind.Text, ("阶段标识", "Stage key")) { ReadOnly = true },
        new("stageName", FieldKind.Text, ("阶段", "Stage")) { ReadOnly = true, SortColumn = "stage_order" },
        new("stageOrder", FieldKind.Integer, ("阶段次序", "Place of the stage")) { ReadOnly = true, Internal = true },
        new("stageSince", FieldKind.Instant, ("进入阶段时间", "In this stage since")) { ReadOnly = true },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("open", ("进行中", "Open"), "blue"), new("won", ("赢单", "Won"), "green"), new("lost", ("输单", "Lost"), "red")] },
        new("probability", FieldKind.Integer, ("赢率 %", "Probability %")),
        new("ownProbability", FieldKind.YesNo, ("赢率由人填写", "Probability set by hand")) { Internal = true, ReadOnly = true },
        new("amount", FieldKind.Money, ("预计金额", "Amount")) { Payable = true },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")),
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("internalCost", FieldKind.Money, ("内部成本", "Internal cost")) { Payable = true, NeedsFunction = Platform.Access.Functions.ReadCosts },
        new("expectedClose", FieldKind.Date, ("预计成交日", "Expected close")),
        new("forecast", FieldKind.Choice, ("预测类别", "Forecast category")) { Choices = [new("pipeline", ("跟进中", "Pipeline")), new("bestCase", ("有把握", "Best case"), "blue"), new("commit", ("承诺", "Commit"), "green"), new("omitted", ("不计入", "Omitted"), "grey")] },
        new("ownForecast", FieldKind.YesNo, ("预测类别由人填写", "Forecast category set by hand")) { Internal = true, ReadOnly = true },
        new("source", FieldKind.Text, ("来源", "Source")) { MaxLength = 60 },
        new("campaign", FieldKind.Text, ("来源活动", "Campaign it came from")) { MaxLength = 100 },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60 },
        new("competitors", FieldKind.Tags, ("竞争对手", "Competitors")),
        new("partner", FieldKind.Reference, ("合作伙伴", "Partner")) { Reference = "customers", WhenMerged = WhenMerged.Move },
        new("nextStep", FieldKind.Text, ("下一步", "Next step")),
        new("tags", FieldKind.Tags, ("标签", "Tags")) { Search = SearchAs.Words },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("closedAt", FieldKind.Instant, ("结束时间", "Closed")) { ReadOnly = true, Section = "outcome" },
        new("closeReason", FieldKind.Text, ("输赢原因", "Why it was won or lost")) { ReadOnly = true, Section = "outcome" },
        new("lostTo", FieldKind.Text, ("输给谁", "Lost to")) { ReadOnly = true, Section = "outcome" },
        new("closeNote", FieldKind.LongText, ("复盘", "What is to be learned")) { ReadOnly = true, Section = "outcome" },
        new("nextActivityAt", FieldKind.Instant, ("下次活动", "Next activity")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "deal",
        Label = ("商机", "Deals"),
        SingularLabel = ("商机", "Deal"),
        Icon = "deal",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("outcome", ("结果", "Outcome"))],
        ListColumns = ["name", "customer", "stageName", "amount", "probability", "expectedClose", "nextActivityAt", "owner"],
        DefaultSort = "expectedClose",
        Keys = ["id", "externalId"],
        HasTimeline = true,
        Derived = [new("accessOwner", ChildAccess.WrongWhen), new("nextActivityAt", $"t.next_activity_at IS DISTINCT FROM {NextActivity}")],
        Create = type => new Deal(type),
    };

    public bool IsOpen => Text("status") is null or "open";

    public async Task<ProcessDefinition> DefinitionAsync(DatabaseSession session, CancellationToken cancel = default) => await Editions.ReadAsync(session, Reference("process")!.Value, (long)this["edition"]!, cancel);

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (IsNew)
        {
            await BeginAsync(context);
        }
        else if (Changed("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("商机不能换客户：请为另一个客户新建", "A deal stays with its customer: make another one for the other")));
        }
        else if (Changed("process"))
        {
            throw new RefusedException(Refusal.Invalid("process", ("进行中的商机不能直接换流程", "A deal keeps the process it began under")));
        }

        if (!IsNew && !IsOpen && Before(Type["status"]) is not (null or "open") && (Changed("amount") || Changed("rate") || Changed("probability")))
        {
            throw new RefusedException(MoveDeal.Closed);
        }

        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (IsNew || Changed("customer") || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        if (Changed("probability") && !entering)
        {
            this["ownProbability"] = this["probability"] is not null;
            this["probability"] ??= 0L;
            if (this["probability"] is long and (< 0 or > 100))
            {
                throw new RefusedException(Refusal.Invalid("probability", ("赢率应在 0 到 100 之间", "A probability is 0 to 100")));
            }
        }

        if (Changed("forecast") && this["forecast"] is var said && said as string != stageForecast)
        {
            this["ownForecast"] = said is not null;
        }

        await ConvertAsync(context);
    }

    /// <summary>The first stage of the process that fits the customer.</summary>
    private async Task BeginAsync(SaveContext context)
    {
        if (Reference("customer") is not { } customer)
        {
            return;
        }

        var level = await context.Session.FirstAsync(Sql.Of($"SELECT level FROM customer WHERE id = {customer}"), row => row.OptionalText(0));
        if (Reference("process") is { } chosen)
        {
            this["edition"] = await context.Session.FirstAsync(Sql.Of($"SELECT edition FROM sales_process WHERE id = {chosen} AND active = {1L}"), row => (long?)row.Integer(0))
                ?? throw new RefusedException(Refusal.Invalid("process", ("这个流程已停用", "That process is no longer in use")));
        }
        else
        {
            (this["process"], this["edition"]) = await Editions.ForAsync(context.Session, Text("productLine"), level);
        }

        var definition = await DefinitionAsync(context.Session);
        this["status"] = "open";
        this["ownProbability"] = this["probability"] is not null;
        this["ownForecast"] = this["forecast"] is not null;
        Enter(definition, 0, context.Now);
        entering = this["ownProbability"] is false;
    }

    private bool entering;
    private string? stageForecast;

    /// <summary>Puts the deal into a stage; the probability and the forecast category follow unless somebody set them by hand.</summary>
    internal void Enter(ProcessDefinition definition, int place, DateTimeOffset now)
    {
        var stage = definition.Stages[place];
        (this["stage"], this["stageName"], this["stageOrder"], this["stageSince"]) = (stage.Key, stage.Name, (long)place, now);
        if (this["ownProbability"] is not true)
        {
            this["probability"] = (long)stage.Probability;
            entering = true;
        }

        if (this["ownForecast"] is not true)
        {
            this["forecast"] = stageForecast = stage.Forecast;
        }
    }

    /// <summary>The chance of a deal that is over.</summary>
    internal void Conclude(long probability)
    {
        this["probability"] = probability;
        entering = true;
    }

    /// <summary>The rate of the day on which the amount was first given stays with the deal.</summary>
    private async Task ConvertAsync(SaveContext context)
    {
        if (this["internalCost"] is Money { Amount: < 0 })
        {
            throw new RefusedException(Refusal.Invalid("internalCost", ("成本不能为负", "A cost cannot be negative")));
        }

        if (this["amount"] is not Money amount)
        {
            (this["homeAmount"], this["rate"]) = (null, null);
            return;
        }

        if (amount.Amount < 0)
        {
            throw new RefusedException(Refusal.Invalid("amount", ("金额不能为负", "An amount cannot be negative")));
        }

        if (!IsNew && Changed("amount") && await DealLines.TotalAsync(context.Session, Id) is { } total && total != amount)
        {
            throw new RefusedException(Refusal.Invalid("amount", new Label($"金额由产品明细合计得出（{total.AmountText} {total.Currency}），请修改明细", $"The amount is the sum of the lines ({total.AmountText} {total.Currency}); change those")));
        }

        await HomeAmount.SetAsync(this, context, amount, context.Actor.Today(context.Now));
    }

    /// <summary>What is planned with a deal in the recycle bin is what went there with it.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await context.Session.ExecuteAsync(new Sql().Append($"UPDATE deal AS t SET next_activity_at = {NextActivity} WHERE t.id = ").Value(Id));
        if (Reference("customer") is { } customer)
        {
            await PoolClock.TellAsync(context, customer);
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if ((IsNew || Changed("status")) && Reference("customer") is { } customer)
        {
            await PoolClock.TellAsync(context, customer);
        }

        if (IsNew)
        {
            await Stays.BeginAsync(context, this);
            await StageSteps.BeginAsync(context, this, await DefinitionAsync(context.Session));
        }

        if (!IsNew && this["homeAmount"] is Money now && (Before(Type["homeAmount"]) is not Money then || then.Currency != now.Currency || then.Amount < now.Amount))
        {
            await GateException.LapseAsync(context, Id);
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Text("name") ?? "", ("{0} 把商机交给了你", "{0} gave you a deal"));
        }
    }
}
