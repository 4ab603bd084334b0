using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>A place for customers nobody owns, and the rules by which those of a team come to lie there.</summary>
public sealed class Pool(RecordType type) : Record(type)
{
    private static readonly string[] Days = ["coolDownDays", "formerOwnerDays", "contactDays", "contactDaysVip", "contactDaysMajor", "contactDaysSmall", "resultDays", "warnDays", "protectDays", "claimsADay", "mostHeld", "mostProtected"];

    public static RecordType Description { get; } = new("pools", "pool",
    [
        new("name", FieldKind.Text, ("公海名称", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("team", FieldKind.Reference, ("成员团队", "Team")) { Reference = "teams", Help = ("团队及下级可以领取；不填则人人可以", "It and the teams below may claim; empty: everybody") },
        new("manager", FieldKind.Reference, ("管理员", "Manager")) { Reference = "users", Help = ("不受领取上限约束", "Claims without limits") },
        new("active", FieldKind.YesNo, ("启用", "In use")),
        new("claimsADay", FieldKind.Integer, ("每人每天可领", "Claims a day")) { Section = "claiming", Help = ("按领取流水计算，领了再放回也算", "Counted from the history: claiming and releasing counts") },
        new("mostHeld", FieldKind.Integer, ("每人最多持有", "Most held")) { Section = "claiming", Help = ("成交的不计", "Those who buy do not count") },
        new("coolDownDays", FieldKind.Integer, ("放入几天后才可领", "Days before it can be claimed")) { Section = "claiming" },
        new("formerOwnerDays", FieldKind.Integer, ("原负责人几天内不能再领", "Days the former owner has to wait")) { Section = "claiming" },
        new("contactDays", FieldKind.Integer, ("多少天未跟进收回", "Days without contact")) { Section = "returning" },
        new("contactDaysVip", FieldKind.Integer, ("VIP 多少天未跟进收回", "… for VIP")) { Section = "returning" },
        new("contactDaysMajor", FieldKind.Integer, ("大客户多少天未跟进收回", "… for major customers")) { Section = "returning" },
        new("contactDaysSmall", FieldKind.Integer, ("小客户多少天未跟进收回", "… for small customers")) { Section = "returning" },
        new("resultDays", FieldKind.Integer, ("多少天没有进展收回", "Days without a result")) { Section = "returning", Help = ("一直停在潜在或意向阶段", "While it stays potential or prospect") },
        new("keepsWon", FieldKind.YesNo, ("已成交的不收回", "Keep those who buy")) { Section = "returning" },
        new("warnDays", FieldKind.Integer, ("提前几天提醒", "Days of warning")) { Section = "returning" },
        new("protectDays", FieldKind.Integer, ("最多保护几天", "Longest protection in days")) { Section = "protecting" },
        new("mostProtected", FieldKind.Integer, ("每人最多保护几个", "Most protected")) { Section = "protecting" },
    ])
    {
        Table = "pool",
        Label = ("公海", "Pools"),
        SingularLabel = ("公海", "Pool"),
        Icon = "pool",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManagePools,
        Sections = [new("basic", ("基本信息", "Basics")), new("claiming", ("领取", "Claiming")), new("returning", ("自动收回", "Going back")), new("protecting", ("保护", "Protection"))],
        ListColumns = ["name", "team", "active", "claimsADay", "contactDays", "warnDays"],
        DefaultSort = "name",
        Importable = false,
        Create = type => new Pool(type),
    };

    public bool IsActive => this["active"] is true;

    public int? Number(string field) => this[field] is long number and > 0 ? (int)number : null;

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        foreach (var name in Days)
        {
            if (this[name] is long number and (< 0 or > 3650))
            {
                throw new RefusedException(Refusal.Invalid(name, ("应为 0 到 3650", "This is 0 to 3650")));
            }
        }

        if (!IsNew && Changed("active") && !IsActive)
        {
            await MayCloseAsync(context);
        }
    }

    /// <summary>A pool with customers in it stays open, and so does the last one.</summary>
    private async ValueTask MayCloseAsync(SaveContext context)
    {
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM customer WHERE pool_id = {Id} AND deleted_at IS NULL LIMIT 1) x")) > 0)
        {
            throw new RefusedException(Refusal.Breaks("pool-in-use", ("公海里还有客户，请先转走", "There are customers in this pool; move them first")));
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool WHERE id <> {Id} AND active = 1 AND deleted_at IS NULL")) == 0)
        {
            throw new RefusedException(Refusal.Breaks("pool-last", ("至少要有一个启用的公海", "One pool at least stays in use")));
        }
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) => at is null ? ValueTask.CompletedTask : MayCloseAsync(context);

    public override async ValueTask SavedAsync(SaveContext context) => await PoolClock.TellAllAsync(context);
}
