using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>Answers "why can X see this?" with the same door that lets X in, and says by which way.</summary>
public static class AccessExplanation
{
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor asker, RecordType type, Guid id, Guid? only, DateTimeOffset now, CancellationToken cancel = default)
    {
        var record = await RecordStore.LoadAsync(session, asker, type, id, Verb.Read, now, cancel: cancel);
        writer.WriteStartArray("visibleTo");
        foreach (var person in asker.Directory.People.Where(person => person.Active && (only is null || person.Id == only)).OrderBy(person => person.Name, StringComparer.Ordinal))
        {
            var actor = new Actor(person, asker.Directory, asker.Schema, "page");
            var verbs = new List<string>();
            foreach (var (verb, name) in new[] { (Verb.Read, "read"), (Verb.Edit, "edit"), (Verb.Delete, "delete") })
            {
                if (await RecordStore.ExistsAsync(session, actor, type, id, verb, now, cancel: cancel))
                {
                    verbs.Add(name);
                }
            }

            if (verbs.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WriteStartObject("user");
            writer.WriteString("id", person.Id);
            writer.WriteString("name", person.Name);
            writer.WriteEndObject();
            writer.WriteStartArray("verbs");
            foreach (var verb in verbs)
            {
                writer.WriteStringValue(verb);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("reasons");
            foreach (var (kind, text) in await ReasonsAsync(session, actor, record, now, cancel))
            {
                writer.WriteStartObject();
                writer.WriteString("kind", kind);
                writer.WriteString("text", text.In(asker.Language));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task<List<(string Kind, Label Text)>> ReasonsAsync(DatabaseSession session, Actor actor, Record record, DateTimeOffset now, CancellationToken cancel)
    {
        var reasons = new List<(string, Label)>();
        var type = record.Type;
        if (!type.HasOwner)
        {
            reasons.Add(("role", ("公司目录：所有登录的人都能看", "Company directory: everyone signed in may read it")));
            return reasons;
        }

        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var owner = type.Access == AccessKind.Child ? record.Reference("accessOwner") : record.OwnerId;
        var ownerName = actor.Directory.Person(owner)?.Name ?? "";
        if (record.OwnerId == actor.Id || owner == actor.Id)
        {
            reasons.Add(("owner", ("负责人本人", "Owns it")));
        }
        else if (owner is { } other && door.Owners.Contains(other))
        {
            reasons.Add(("team", new Label($"角色“{actor.Role?.Name}”的数据范围包含负责人 {ownerName} 所在团队", $"The role “{actor.Role?.Name}” reaches the team of the owner {ownerName}")));
        }

        if (door.Everything)
        {
            reasons.Add(("role", new Label($"角色“{actor.Role?.Name}”可查看全部", $"The role “{actor.Role?.Name}” reads everything")));
        }

        var root = type.Access == AccessKind.Child ? record.Reference(type.ParentField!) : record.Id;
        var rootType = type.Access == AccessKind.Child ? type[type.ParentField!].Reference! : type.Name;
        if (root is { } shared)
        {
            foreach (var (user, team, role) in await session.ListAsync(
                Sql.Of($"SELECT user_id, team_id, member_role FROM access_grant WHERE record_type = {rootType} AND record_id = {shared} AND (until IS NULL OR until > {now})"),
                row => (row.OptionalId(0), row.OptionalId(1), row.OptionalText(2)), cancel))
            {
                if (user == actor.Id)
                {
                    reasons.Add(role is null ? ("share", new Label("直接共享给此人", "Shared with this person")) : ("accountTeam", new Label($"客户团队成员：{role}", $"In the account team: {role}")));
                }
                else if (team is { } with && actor.Directory.TeamAndAbove(actor.Person.TeamId).Contains(with))
                {
                    reasons.Add(("share", new Label($"共享给团队“{actor.Directory.Team(with)?.Name}”", $"Shared with the team “{actor.Directory.Team(with)?.Name}”")));
                }
            }
        }

        if (type.Access == AccessKind.Child && reasons.Count > 0 && record.OwnerId != actor.Id)
        {
            reasons.Add(("parent", ("随所属客户可见", "Follows its customer")));
        }

        return reasons;
    }
}
