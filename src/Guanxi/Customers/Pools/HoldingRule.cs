using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Pools;

/// <summary>How many customers one may have: of a person, or of each person of a team. A person is in one rule only; his own goes before his team's.</summary>
public sealed class HoldingRule(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("holding-rules", "holdingRule",
    [
        new("name", FieldKind.Text, ("规则名称", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("person", FieldKind.Reference, ("个人", "Person")) { Reference = "users", Help = ("个人或团队填一个", "A person or a team, one of them") },
        new("team", FieldKind.Reference, ("团队", "Team")) { Reference = "teams", Help = ("团队及下级的每个人；下级团队另有规则的以下级为准", "Each person of it and of the teams below, unless those have a rule of their own") },
        new("most", FieldKind.Integer, ("每人最多有几个客户", "Most customers each")) { Required = true },
        new("notCounted", FieldKind.Text, ("不计入的客户", "Not counted")) { MaxLength = 2000, Help = ("筛选条件，例如 stage = active 或 level = vip", "A filter, such as stage = active OR level = vip") },
        new("active", FieldKind.YesNo, ("启用", "In use")),
    ])
    {
        Table = "holding_rule",
        Label = ("库容规则", "Holding limits"),
        SingularLabel = ("库容规则", "Holding limit"),
        Icon = "pool",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManagePools,
        ListColumns = ["name", "person", "team", "most", "notCounted", "active"],
        DefaultSort = "name",
        Importable = false,
        Create = type => new HoldingRule(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] = this["active"] is not false;
        if ((Reference("person") is null) == (Reference("team") is null))
        {
            throw new RefusedException(Refusal.Invalid("person", ("请选择一个人或一个团队，只能选一个", "Choose a person or a team, one of them")));
        }

        if (this["most"] is long and (< 1 or > 1_000_000))
        {
            throw new RefusedException(Refusal.Invalid("most", ("应为 1 到 1000000", "This is 1 to 1,000,000")));
        }

        if (Text("notCounted") is { } filter && Changed("notCounted"))
        {
            try
            {
                Segment.Check(context.Actor, context.Session.Dialect, filter, null, context.Now);
            }
            catch (RefusedException refused)
            {
                throw new RefusedException(Refusal.Invalid("notCounted", refused.Refusal.Errors?.Values.SelectMany(said => said).FirstOrDefault() ?? refused.Refusal.Detail ?? refused.Refusal.Title));
            }
        }

        if (this["active"] is true && await context.Session.FirstAsync(
            Sql.Of($"SELECT name FROM holding_rule WHERE id <> {Id} AND active = 1 AND deleted_at IS NULL AND (person_id = {Reference("person")} OR team_id = {Reference("team")})"), row => row.Text(0)) is { } other)
        {
            throw new RefusedException(Refusal.Breaks("one-rule", new Label($"一个人或团队只能在一条规则里，已在“{other}”中", $"A person or team is in one rule only, and in “{other}” already")));
        }
    }

    public override ValueTask SavedAsync(SaveContext context)
    {
        context.DirectoryChanged = true;
        return ValueTask.CompletedTask;
    }
}
