using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

public sealed partial class Pool
{
    public static RecordType Description { get; } = new("pools", "pool",
    [
        new("name", FieldKind.Text, ("公海名称", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("team", FieldKind.Reference, ("成员团队", "Team")) { Reference = "teams", Help = ("团队及下级可以领取；不填则人人可以", "It and the teams below may claim; empty: everybody") },
        new("members", FieldKind.Json, ("更多成员与管理员", "Further members and administrators")) { Help = ("teams、people、admins 各是编号列表", "teams, people and admins are lists of ids") },
        new("manager", FieldKind.Reference, ("管理员", "Manager")) { Reference = "users", Help = ("不受领取上限约束", "Claims without limits") },
        new("active", FieldKind.YesNo, ("启用", "In use")),
        new("hiddenFields", FieldKind.Tags, ("领取前不显示的字段", "Hidden until claimed")) { Section = "claiming", Help = ("至少有两个字段看得到", "Two fields at least can be seen") },
        new("viewsADay", FieldKind.Integer, ("每人每天可查看详情", "Looks a day")) { Section = "claiming", Help = ("同一位客户一天只算一次", "The same customer counts once a day") },
        new("claimsADay", FieldKind.Integer, ("每人每天可领", "Claims a day")) { Section = "claiming", Help = ("按领取流水计算，领了再放回也算", "Counted from the history: claiming and releasing counts") },
        new("claimGapMinutes", FieldKind.Integer, ("两次领取至少相隔几分钟", "Minutes between two claims")) { Section = "claiming" },
        new("mostHeld", FieldKind.Integer, ("每人最多持有", "Most held")) { Section = "claiming", Help = ("成交的不计", "Those who buy do not count") },
        new("coolDownDays", FieldKind.Integer, ("放入几天后才可领", "Days before it can be claimed")) { Section = "claiming" },
        new("formerOwnerDays", FieldKind.Integer, ("原负责人几天内不能再领", "Days the former owner has to wait")) { Section = "claiming" },
        new("reasons", FieldKind.Tags, ("放入公海的原因", "Reasons for releasing")) { Section = "claiming", Help = ("填写后放入公海时必须选一个", "When given, releasing asks for one of them") },
        new("returns", FieldKind.YesNo, ("自动收回", "Takes back by itself")) { Section = "returning" },
        .. Clock("contactDays", "未跟进", "without contact"),
        .. Clock("dealDays", "没有新商机", "without a new deal"),
        .. Clock("orderDays", "没有新订单或合同", "without a new order or contract"),
        new("neverOrderedDays", FieldKind.Integer, ("从未下单的，最后跟进后多少天收回", "Never ordered: days after the last contact")) { Section = "returning" },
        new("resultDays", FieldKind.Integer, ("多少天没有进展收回", "Days without a result")) { Section = "returning", Help = ("一直停在潜在或意向阶段", "While it stays potential or prospect") },
        new("keepsWon", FieldKind.YesNo, ("已成交的不收回", "Keep those who buy")) { Section = "returning", Help = ("“没有新订单”的计时照常", "The clock of orders goes on") },
        new("keepsOpenDeal", FieldKind.YesNo, ("有进行中商机的不收回", "Keep those with an open deal")) { Section = "returning" },
        new("keepsProtected", FieldKind.YesNo, ("保护中的不收回", "Keep those under protection")) { Section = "returning" },
        new("warnDays", FieldKind.Integer, ("提前几天提醒", "Days of warning")) { Section = "returning", Help = ("到期前一天再提醒一次", "And once more on the day before") },
        new("protectDays", FieldKind.Integer, ("最多保护几天", "Longest protection in days")) { Section = "protecting" },
        new("mostProtected", FieldKind.Integer, ("每人最多保护几个", "Most protected")) { Section = "protecting" },
        new("locksDuplicates", FieldKind.YesNo, ("保护时锁住相同的客户", "Protection locks its duplicates")) { Section = "protecting", Help = ("别人名下很可能相同的客户，保护期内不能修改和跟进", "A likely duplicate of somebody else is neither changed nor followed up meanwhile") },
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

    /// <summary>The days of one clock: for everybody, and otherwise for a class of customers.</summary>
    private static Field[] Clock(string name, string zh, string en) =>
    [
        new(name, FieldKind.Integer, new Label($"多少天{zh}收回", $"Days {en}")) { Section = "returning" },
        new(name + "Vip", FieldKind.Integer, new Label($"VIP 多少天{zh}收回", $"Days {en}, VIP")) { Section = "returning" },
        new(name + "Major", FieldKind.Integer, new Label($"大客户多少天{zh}收回", $"Days {en}, major customers")) { Section = "returning" },
        new(name + "Small", FieldKind.Integer, new Label($"小客户多少天{zh}收回", $"Days {en}, small customers")) { Section = "returning" },
    ];
}
