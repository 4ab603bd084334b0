using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>Who gets which new leads. Rules are asked in their order; the first that fits and has somebody free gives the lead away.</summary>
public sealed class LeadRule(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("lead-rules", "lead-rule",
    [
        new("name", FieldKind.Text, ("规则名称", "Name")) { Required = true, MaxLength = 60 },
        new("position", FieldKind.Integer, ("次序", "Place")) { Required = true, Filled = true, Help = ("小的先问", "Lower ones are asked first") },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("sources", FieldKind.Choices, ("来源", "Sources")) { Section = "when", Choices = Lead.Sources, Help = ("不填则不限", "Empty: any") },
        new("provinces", FieldKind.Tags, ("省份", "Provinces")) { Section = "when", Help = ("“广东”也认“广东省”", "A short name will do") },
        new("productLines", FieldKind.Tags, ("产品线", "Product lines")) { Section = "when" },
        new("leastAmount", FieldKind.Money, ("金额不低于", "Amount at least")) { Section = "when" },
        new("mostAmount", FieldKind.Money, ("金额低于", "Amount below")) { Section = "when" },
        new("method", FieldKind.Choice, ("分给谁", "Who gets it")) { Required = true, Section = "who", Choices = [new("roundRobin", ("轮流", "In turn")), new("load", ("在手线索最少的人", "Whoever has the fewest open leads")), new("customerOwner", ("已有客户的负责人", "The owner of the customer it matches"))] },
        new("team", FieldKind.Reference, ("团队", "Team")) { Reference = "teams", Section = "who", Help = ("团队及下级", "It and the teams below") },
        new("people", FieldKind.Tags, ("人员", "People")) { Section = "who", Help = ("姓名或登录名", "Names or user names") },
        new("perDay", FieldKind.Integer, ("每人每天最多", "Most a day for each")) { Section = "who" },
        new("workingHours", FieldKind.YesNo, ("只在工作时间分配", "In working hours only")) { Section = "who" },
        new("respondWithin", FieldKind.Integer, ("响应时限（工作分钟）", "Working minutes to answer")) { Section = "who" },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "lead_rule",
        Label = ("线索分配规则", "Lead rules"),
        SingularLabel = ("线索分配规则", "Lead rule"),
        Icon = "process",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageLeads,
        Sections = [new("basic", ("基本信息", "Basics")), new("when", ("适用于", "For which leads")), new("who", ("分给", "Who gets them"))],
        ListColumns = ["position", "name", "active", "method", "team", "people", "perDay", "workingHours"],
        DefaultSort = "position",
        HasSearch = false,
        Importable = false,
        Create = type => new LeadRule(type),
    };

    public override ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        this["workingHours"] ??= false;
        this["position"] ??= 100L;
        foreach (var (name, most) in new[] { ("perDay", 10_000L), ("respondWithin", 10_000L) })
        {
            if (this[name] is long number && (number < 1 || number > most))
            {
                throw new RefusedException(Refusal.Invalid(name, new Label($"应为 1 到 {most}", $"This is 1 to {most}")));
            }
        }

        var directory = context.Actor.Directory;
        if (this["people"] is string[] people && Changed("people"))
        {
            this["people"] = people.Select(word => Find(directory, word)?.UserName ?? throw new RefusedException(Refusal.Invalid("people", new Label($"没有叫“{word}”的在职用户，或有重名：请写登录名", $"Nobody active is called “{word}”, or several are: give the user name")))).Distinct(StringComparer.Ordinal).ToArray();
        }

        if (Text("method") is not "customerOwner" and not null && Reference("team") is null && this["people"] is not string[] { Length: > 0 })
        {
            throw new RefusedException(Refusal.Invalid("team", ("请选择团队或人员", "Choose a team or people")));
        }

        if (this["leastAmount"] is Money least && this["mostAmount"] is Money most2 && (least.Currency != most2.Currency || least.Amount >= most2.Amount))
        {
            throw new RefusedException(Refusal.Invalid("mostAmount", ("上限应高于下限，且币种相同：否则永远不会命中", "The upper bound lies above the lower, in the same currency, or the rule never fits")));
        }

        return ValueTask.CompletedTask;
    }

    private static Person? Find(Platform.Access.Directory directory, string word)
    {
        var found = directory.People.Where(person => person.Active && (string.Equals(person.UserName, word, StringComparison.OrdinalIgnoreCase) || person.Name == word)).ToList();
        return found.Count == 1 ? found[0] : found.Find(person => string.Equals(person.UserName, word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the rule speaks of this lead.</summary>
    internal bool Fits(Record lead)
    {
        static bool Any(object? wanted, string? have, Func<string, string, bool> same) => wanted is not string[] { Length: > 0 } list || (have is not null && Array.Exists(list, item => same(item, have)));
        var amount = lead["amount"] as Money?;
        return Any(this["sources"], lead.Text("source"), (wanted, have) => wanted == have)
            && Any(this["provinces"], lead.Text("province"), (wanted, have) => have.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || wanted.StartsWith(have, StringComparison.OrdinalIgnoreCase))
            && Any(this["productLines"], lead.Text("productLine"), (wanted, have) => string.Equals(wanted, have, StringComparison.OrdinalIgnoreCase))
            && (this["leastAmount"] is not Money least || (amount is { } given && given.Currency == least.Currency && given.Amount >= least.Amount))
            && (this["mostAmount"] is not Money most || (amount is { } known && known.Currency == most.Currency && known.Amount < most.Amount));
    }

    /// <summary>The people of the rule who work here now, in a fixed order.</summary>
    internal IReadOnlyList<Guid> Candidates(Platform.Access.Directory directory)
    {
        var names = this["people"] as string[] ?? [];
        return [.. directory.Members(Reference("team"), below: true).Concat(directory.People.Where(person => names.Contains(person.UserName, StringComparer.Ordinal)).Select(person => person.Id)).Distinct().Where(id => directory.Person(id) is { Active: true }).Order()];
    }
}
