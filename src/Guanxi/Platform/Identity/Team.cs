using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>A team or department; teams form a tree.</summary>
public sealed class Team(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("teams", "team",
    [
        new("name", FieldKind.Text, ("团队名称", "Name")) { Required = true, MaxLength = 60, Search = SearchAs.Words, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("parent", FieldKind.Reference, ("上级团队", "Parent")) { Reference = "teams" },
        new("manager", FieldKind.Reference, ("主管", "Manager")) { Reference = "users" },
    ])
    {
        Table = "team",
        Label = ("团队", "Teams"),
        SingularLabel = ("团队", "Team"),
        Icon = "team",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageUsers,
        ListColumns = ["name", "parent", "manager"],
        DefaultSort = "name",
        Importable = false,
        Create = type => new Team(type),
    };

    public override ValueTask PrepareAsync(SaveContext context)
    {
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        if (Changed("parent") && Reference("parent") is { } parent && context.Actor.Directory.TeamAndAbove(parent).Contains(Id))
        {
            throw new RefusedException(Refusal.Invalid("parent", ("上级团队不能是自己或自己的下级", "A team cannot stand above itself")));
        }

        // What is put under one's own team comes into one's reach.
        var directory = context.Actor.Directory;
        context.Actor.DemandOther(
            Changed("parent") && context.Actor.Person.TeamId is { } own && Reference("parent") is { } above && directory.TeamAndAbove(above).Contains(own) && !(Before(Type["parent"]) is Guid before && directory.TeamAndAbove(before).Contains(own)));
        return ValueTask.CompletedTask;
    }

    public override ValueTask SavedAsync(SaveContext context)
    {
        context.DirectoryChanged = true;
        return ValueTask.CompletedTask;
    }
}
