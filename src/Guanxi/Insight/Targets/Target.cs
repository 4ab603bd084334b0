using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Targets;

/// <summary>What the company, a team, a person or a product line is to reach in a period. Seen by whoever it is for and those above; set by those with the right.</summary>
public sealed class Target(RecordType type) : Record(type)
{
    public const decimal Largest = 900_000_000_000_000m;

    public static RecordType Description { get; } = new("targets", "target",
    [
        new("name", FieldKind.Text, ("目标", "Target")) { ReadOnly = true },
        new("period", FieldKind.Text, ("时期", "Period")) { Required = true, MaxLength = 7, Help = ("2026、2026-Q4 或 2026-11", "2026, 2026-Q4 or 2026-11") },
        new("scope", FieldKind.Choice, ("范围", "For")) { Required = true, Choices = [new("company", ("全公司", "The company"), "violet"), new("team", ("团队", "A team"), "blue"), new("person", ("个人", "A person"), "green"), new("productLine", ("产品线", "A product line"), "amber")] },
        new("team", FieldKind.Reference, ("团队", "Team")) { Reference = "teams" },
        new("person", FieldKind.Reference, ("人员", "Person")) { Reference = "users" },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60 },
        new("measure", FieldKind.Choice, ("指标", "Measure")) { Required = true, Choices = [new("amount", ("赢单金额", "Amount won")), new("margin", ("毛利", "Margin")), new("activities", ("跟进次数", "Activities"))] },
        new("base", FieldKind.Number, ("目标值", "Target")) { Required = true, Help = ("金额以本位币计", "Amounts in the company's currency") },
        new("stretch", FieldKind.Number, ("冲刺值", "Stretch")),
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
    ])
    {
        Table = "target",
        Label = ("销售目标", "Targets"),
        SingularLabel = ("销售目标", "Target"),
        Icon = "chart",
        RightsLike = "deals",
        ListColumns = ["name", "period", "scope", "measure", "base", "stretch", "owner"],
        DefaultSort = "-period",
        HasSearch = false,
        Create = type => new Target(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        context.Actor.Demand(Functions.ManageTargets);
        var period = Text("period") is { } given ? SalesPeriod.Parse(given) : null;
        this["period"] = period?.Key;
        var scope = Text("scope");
        this["team"] = scope == "team" ? this["team"] : null;
        this["person"] = scope == "person" ? this["person"] : null;
        this["productLine"] = scope == "productLine" ? this["productLine"] : null;
        var missing = scope switch { "team" when this["team"] is null => "team", "person" when this["person"] is null => "person", "productLine" when this["productLine"] is null => "productLine", _ => null };
        if (missing is not null)
        {
            throw new RefusedException(Refusal.Invalid(missing, RecordChecks.Required));
        }

        // Both whose it was and whose it becomes.
        var door = AccessDoor.For(context.Actor, Type, Verb.Edit, context.Now);
        var before = IsNew ? null : Before(Type["scope"]) as string;
        if (!context.Actor.IsSystem && (!TargetBook.Reaches(context.Actor, door, scope, Reference("team") ?? Reference("person"))
            || (before is not null && !TargetBook.Reaches(context.Actor, door, before, Before(Type["team"]) as Guid? ?? Before(Type["person"]) as Guid?))))
        {
            throw new RefusedException(Refusal.Invalid(scope is "team" or "person" ? scope : "scope", TargetBook.NotOurs));
        }

        foreach (var name in new[] { "base", "stretch" })
        {
            if (this[name] is decimal number && (number < 0 || number > Largest))
            {
                throw new RefusedException(Refusal.Invalid(name, ("目标应为 0 或以上，且不能过大", "A target is 0 or more, and not beyond what can be kept")));
            }

            this[name] = this[name] is decimal value ? decimal.Round(value, 2, MidpointRounding.AwayFromZero) : null;
        }

        if (this["stretch"] is decimal stretch && this["base"] is decimal least && stretch < least)
        {
            throw new RefusedException(Refusal.Invalid("stretch", ("冲刺值不应低于目标值", "The stretch lies above the target")));
        }

        var directory = context.Actor.Directory;
        this["owner"] = Reference("person") ?? directory.Team(Reference("team"))?.ManagerId;
        var whose = directory.Person(Reference("person"))?.Name ?? directory.Team(Reference("team"))?.Name ?? Text("productLine") ?? (context.Actor.Language == "en" ? "Company" : "全公司");
        this["name"] = $"{Text("period")} {whose} {Type["measure"].Choices.FirstOrDefault(choice => choice.Value == Text("measure"))?.Label.In(context.Actor.Language)}";
        await AloneAsync(context, scope);
    }

    private async ValueTask AloneAsync(SaveContext context, string? scope)
    {
        var (period, measure, team, person, line) = (Text("period"), Text("measure"), Reference("team"), Reference("person"), Text("productLine"));
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM target WHERE period = {period} AND measure = {measure} AND scope = {scope} AND deleted_at IS NULL AND id <> {Id}")
            .Append(team is null ? Sql.Of($"") : Sql.Of($" AND team_id = {team}")).Append(person is null ? Sql.Of($"") : Sql.Of($" AND person_id = {person}")).Append(line is null ? Sql.Of($"") : Sql.Of($" AND product_line = {line}"))) > 0)
        {
            throw new RefusedException(Refusal.Invalid("period", ("这个时期已有同样的目标，请修改它", "There is such a target for the period already; change that")));
        }
    }
}
