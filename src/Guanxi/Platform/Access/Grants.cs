using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Access;

/// <summary>Sharing a record with a person or team, for reading or editing, with an end date; with a role it is a seat in the account team.</summary>
public static class Grants
{
    private sealed record Grant(Guid Id, Guid? User, Guid? Team, string Level, string? Role, DateTimeOffset? Until);

    public static async Task WriteListAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string type, Guid record, DateTimeOffset now, CancellationToken cancel = default)
    {
        var grants = await session.ListAsync(
            Sql.Of($"SELECT id, user_id, team_id, level, member_role, until FROM access_grant WHERE record_type = {type} AND record_id = {record} AND (until IS NULL OR until > {now}) ORDER BY created_at"),
            row => new Grant(row.Id(0), row.OptionalId(1), row.OptionalId(2), row.Text(3), row.OptionalText(4), row.OptionalInstant(5)), cancel);
        writer.WriteStartArray();
        foreach (var grant in grants)
        {
            writer.WriteStartObject();
            writer.WriteString("id", grant.Id);
            WriteWho(writer, "user", grant.User, actor.Directory.Person(grant.User)?.Name);
            WriteWho(writer, "team", grant.Team, actor.Directory.Team(grant.Team)?.Name);
            writer.WriteString("level", grant.Level);
            writer.WriteString("role", grant.Role);
            writer.WriteString("until", grant.Until is { } until ? RecordJson.Instant(until.ToUnixTimeMilliseconds()) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteWho(Utf8JsonWriter writer, string property, Guid? id, string? name)
    {
        if (id is { } known)
        {
            writer.WriteStartObject(property);
            writer.WriteString("id", known);
            writer.WriteString("name", name ?? "");
            writer.WriteEndObject();
        }
    }

    public static Task<Guid> AddAsync(Workspace workspace, Actor actor, RecordType type, Guid record, Guid? user, Guid? team, string level, string? role, DateTimeOffset? until, CancellationToken cancel = default)
    {
        if (type.Access != AccessKind.Owned)
        {
            throw new RefusedException(Refusal.Breaks("share-parent", new Label("请共享所属客户：联系人和跟进随客户一起可见", "Share the customer: contacts and activities follow it")));
        }

        if ((user is null) == (team is null) || (user is not null && actor.Directory.Person(user) is null) || (team is not null && actor.Directory.Team(team) is null))
        {
            throw new RefusedException(Refusal.Invalid("user", ("请选择一位同事或一个团队", "Choose a colleague or a team")));
        }

        if (level is not ("read" or "edit"))
        {
            throw new RefusedException(Refusal.Invalid("level", ("level 应为 read 或 edit", "level is read or edit")));
        }

        if (until <= workspace.Now)
        {
            throw new RefusedException(Refusal.Invalid("until", ("到期时间应晚于现在", "The end should lie in the future")));
        }

        return workspace.WriteAsync(
            actor,
            async context =>
            {
                await Merging.MergeHold.HoldAsync(context.Session, type, record, cancel);
                var target = await RecordStore.LoadAsync(context.Session, actor, type, record, Verb.Edit, context.Now, cancel: cancel);
                if (user is not null && user == target.OwnerId)
                {
                    throw new RefusedException(Refusal.Invalid("user", ("这位同事就是负责人，不用共享；请选择别的同事或团队", "This colleague is the owner and needs no share; choose somebody else or a team")));
                }

                if (!ReachesByRole(context, target))
                {
                    await MayHandOnAsync(context, target, user, team, until, cancel);
                }

                var id = Guid.CreateVersion7(context.Now);
                await context.Session.ExecuteAsync(
                    user is null
                        ? Sql.Of($"DELETE FROM access_grant WHERE record_type = {type.Name} AND record_id = {record} AND team_id = {team}")
                        : Sql.Of($"DELETE FROM access_grant WHERE record_type = {type.Name} AND record_id = {record} AND user_id = {user}"),
                    cancel);
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO access_grant (id, record_type, record_id, user_id, team_id, level, member_role, until, created_at, created_by) VALUES ({id}, {type.Name}, {record}, {user}, {team}, {level}, {role}, {until}, {context.Now}, {context.ActorId})"), cancel);
                await SearchIndex.RefreshAsync(context.Session, context.Schema, type, record, cancel);
                context.Note("share", type.Name, record, JsonSerializer.Serialize(new { share = new object?[] { null, new { user, team, level, role, until } } }));
                context.Announce(new LiveEvent(type.Name, record, target.Version, "share", actor.Id));
                if (user is { } receiver)
                {
                    await Notifications.SendAsync(context, receiver, "shared", type.Name, record, target.Title, ("{0} 与你共享了一位客户", "{0} shared a customer with you"));
                }

                return id;
            },
            cancel: cancel);
    }

    /// <summary>A seat in the account team of a record, with the right to work on it, unless the person has one without an end.</summary>
    /// <returns>The share that was made.</returns>
    internal static async Task<Guid?> SeatAsync(SaveContext context, Record record, Guid person, string role, CancellationToken cancel = default)
    {
        var type = record.Type.Name;
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM access_grant WHERE record_type = {type} AND record_id = {record.Id} AND user_id = {person} AND level = 'edit' AND until IS NULL"), cancel) > 0)
        {
            return null;
        }

        var id = Guid.CreateVersion7(context.Now);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO access_grant (id, record_type, record_id, user_id, level, member_role, created_at, created_by) VALUES ({id}, {type}, {record.Id}, {person}, 'edit', {role}, {context.Now}, {context.ActorId})"), cancel);
        await SearchIndex.RefreshAsync(context.Session, context.Schema, record.Type, record.Id, cancel);
        context.Note("share", type, record.Id, JsonSerializer.Serialize(new { share = new object?[] { null, new { user = person, level = "edit", role } } }));
        context.Announce(new LiveEvent(type, record.Id, record.Version, "share", context.Actor.Id));
        return id;
    }

    /// <summary>Ends all shares of a record that goes out of its owner's hands; the search index follows when the record is saved with another owner.</summary>
    internal static Task EndAsync(SaveContext context, Record record, CancellationToken cancel = default) => EndAsync(context, record, Sql.Of($"1 = 1"), cancel);

    /// <summary>
    /// Ends the shares of whoever becomes the owner and of whoever ceases to be it: the first needs none, and would keep it when he gives the record away; the second has given it away.
    /// Answers whether there were any.
    /// </summary>
    internal static Task<bool> EndOfOwnersAsync(SaveContext context, Record record, Guid? before, CancellationToken cancel = default) =>
        EndAsync(context, record, Sql.Of($"user_id IS NOT NULL AND (user_id = {record.OwnerId} OR user_id = {before})"), cancel);

    private static async Task<bool> EndAsync(SaveContext context, Record record, Sql which, CancellationToken cancel)
    {
        var type = record.Type.Name;
        var ended = await context.Session.ListAsync(Sql.Of($"SELECT id FROM access_grant WHERE record_type = {type} AND record_id = {record.Id} AND ({which}) ORDER BY created_at"), row => row.Id(0), cancel);
        foreach (var share in ended)
        {
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM access_grant WHERE id = {share}"), cancel);
            context.Note("unshare", type, record.Id, JsonSerializer.Serialize(new { share = new object?[] { share, null } }));
        }

        return ended.Count > 0;
    }

    private static Refusal NotHis { get; } = Refusal.Forbidden(("这份共享由负责人或上级管理", "This share is the owner's to change"));

    /// <summary>Whether the record is within the actor's own reach, rather than shared with him.</summary>
    private static bool ReachesByRole(SaveContext context, Record target)
    {
        var door = AccessDoor.For(context.Actor, target.Type, Verb.Edit, context.Now);
        return context.Actor.IsSystem || door.Everything || (target.OwnerId is { } owner && door.Owners.Contains(owner));
    }

    /// <summary>Whoever has a record by a share alone hands on no more than he has: not longer, not to himself, and over nobody else's share.</summary>
    private static async Task MayHandOnAsync(SaveContext context, Record target, Guid? user, Guid? team, DateTimeOffset? until, CancellationToken cancel)
    {
        var (actor, teams) = (context.Actor, context.Actor.Directory.TeamAndAbove(context.Actor.Person.TeamId));
        var grants = await context.Session.ListAsync(
            Sql.Of($"SELECT id, user_id, team_id, level, member_role, until, created_by FROM access_grant WHERE record_type = {target.Type.Name} AND record_id = {target.Id}"),
            row => (Grant: new Grant(row.Id(0), row.OptionalId(1), row.OptionalId(2), row.Text(3), row.OptionalText(4), row.OptionalInstant(5)), By: row.OptionalId(6)), cancel);
        if (user == actor.Id || grants.Exists(item => item.By != actor.Id && ((user is not null && item.Grant.User == user) || (team is not null && item.Grant.Team == team))))
        {
            throw new RefusedException(NotHis);
        }

        var own = grants.Select(item => item.Grant).Where(grant => grant.Level == "edit" && (grant.User == actor.Id || (grant.Team is { } of && teams.Contains(of))) && (grant.Until is not { } end || end > context.Now)).ToList();
        if (own.TrueForAll(grant => grant.Until is not null) && own.Max(grant => grant.Until) is { } last && (until is null || until > last))
        {
            var day = TimeZoneInfo.ConvertTime(last, actor.TimeZone).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
            throw new RefusedException(Refusal.Invalid("until", new Label($"你自己的共享到 {day} 为止，转给别人不能更久", $"Your own share ends on {day}; it can be handed on no longer than that")));
        }
    }

    public static Task RemoveAsync(Workspace workspace, Actor actor, RecordType type, Guid record, Guid grant, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var target = await RecordStore.LoadAsync(context.Session, actor, type, record, Verb.Edit, context.Now, cancel: cancel);
            if (!ReachesByRole(context, target) && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM access_grant WHERE id = {grant} AND record_id = {record} AND NOT (user_id IS NOT DISTINCT FROM {actor.Id} OR created_by IS NOT DISTINCT FROM {actor.Id})"), cancel) > 0)
            {
                throw new RefusedException(NotHis);
            }

            if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM access_grant WHERE id = {grant} AND record_type = {type.Name} AND record_id = {record}"), cancel) == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }

            await SearchIndex.RefreshAsync(context.Session, context.Schema, type, record, cancel);
            context.Note("unshare", type.Name, record, JsonSerializer.Serialize(new { share = new object?[] { grant, null } }));
        },
        cancel: cancel);
}
