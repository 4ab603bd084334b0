using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>A group of customers that everybody calls by one name: a live one holds whoever meets its conditions at this moment, a static one whoever was put in.</summary>
public sealed class Segment(RecordType type) : Record(type)
{
    /// <summary>The noun whose records are segmented.</summary>
    public const string Noun = "customers";

    public static RecordType Description { get; } = new("segments", "segment",
    [
        new("name", FieldKind.Text, ("细分名称", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.Words },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { Required = true, Filled = true, Choices = [new("live", ("动态", "Live"), "green"), new("static", ("静态名单", "Static list"), "grey")] },
        new("filter", FieldKind.LongText, ("条件", "Conditions")) { Help = ("用筛选语言书写；静态名单不填", "In the filter language; empty for a static list") },
        new("note", FieldKind.LongText, ("用途", "What it is for")) { MaxLength = 2000 },
    ])
    {
        Table = "segment",
        Label = ("客户细分", "Segments"),
        SingularLabel = ("客户细分", "Segment"),
        Icon = "segment",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageSegments,
        ListColumns = ["name", "kind", "note", "updatedAt"],
        DefaultSort = "name",
        Keys = ["id", "name"],
        Create = type => new Segment(type),
    };

    public bool IsLive => Text("kind") == "live";

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["kind"] ??= "live";
        this["name"] = Text("name")?.Trim();
        if (Changed("name") && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM segment WHERE name = {Text("name")} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("name", ("已有同名的细分，请换一个名称", "There is a segment of this name; choose another")));
        }

        if (!IsNew && Changed("kind"))
        {
            throw new RefusedException(Refusal.Invalid("kind", ("建好之后不能换类型；可以新建一个静态名单，把这个细分的客户加进去", "The kind stays as it is; make a static list and put this segment's customers in")));
        }

        if (!IsLive)
        {
            this["filter"] = null;
            return;
        }

        if (IsNew || Changed("filter"))
        {
            Check(context.Actor, context.Session.Dialect, Text("filter"), Id, context.Now);
        }
    }

    /// <summary>The conditions as a tree, checked in the name of whoever saves them.</summary>
    public static FilterNode Check(Actor actor, Dialect dialect, string? text, Guid? self, DateTimeOffset now)
    {
        var type = actor.Schema[Noun];
        var node = FilterParser.Parse(text) ?? throw SegmentRules.Wrong(("动态细分至少要有一个条件", "A live segment has at least one condition"));
        SegmentRules.Check(actor, type, node, self);
        _ = new FilterCompiler(actor, dialect, now).Compile(node, type, "t");
        return node;
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew || Changed("filter"))
        {
            await context.Session.ExecuteAsync(IsLive
                ? Sql.Of($"UPDATE segment SET state = 'building', problem = NULL WHERE id = {Id}")
                : Sql.Of($"UPDATE segment SET state = 'ready', size = COALESCE(size, 0), members = COALESCE(members, (SELECT COALESCE(MAX(o.members), 0) + 1 FROM segment o)) WHERE id = {Id}"));
        }

        context.DirectoryChanged = true;
    }

    /// <summary>A segment that others ask for stays.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (at is not null && context.Actor.Directory.Segments.AskingFor(Id).FirstOrDefault() is { } other)
        {
            throw new RefusedException(Refusal.Breaks("segment-in-use", new Label($"细分“{other.Name}”以它为条件，请先修改那一个", $"The segment “{other.Name}” asks for it; change that one first")));
        }

        if (at is null && IsLive)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE segment SET state = 'building' WHERE id = {Id}"));
        }
    }
}
