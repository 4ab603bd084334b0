using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>How long something is kept: records of a noun that pass the filter and whose date lies more than so many days back are recycled or, people only, erased.</summary>
/// <param name="Field">The date that counts: createdAt, updatedAt, lastActivityAt …</param>
/// <param name="Act">recycle or erase.</param>
public sealed record RetentionRule(Guid Id, string Name, string RecordType, string? Filter, string Field, int Days, string Act, bool Active, DateTimeOffset? LastRunAt, long? LastCount);

/// <summary>What a rule touches, or would touch.</summary>
public sealed record RetentionDue(long Count, IReadOnlyList<(Guid Id, string Title, string When)> Some);

public static class Retention
{
    private const int MostAtOnce = 1000;

    public static async Task<List<RetentionRule>> ListAsync(DatabaseSession session, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT id, name, record_type, filter, field, days, act, active, last_run_at, last_count FROM retention_rule ORDER BY created_at"),
        row => new RetentionRule(row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.Text(4), (int)row.Integer(5), row.Text(6), row.Integer(7) != 0, row.OptionalInstant(8), row.OptionalInteger(9)), cancel);

    /// <summary>Writes a rule down after trying that it can be asked.</summary>
    public static Task<RetentionRule> PutAsync(Workspace workspace, Actor actor, RetentionRule rule, CancellationToken cancel = default)
    {
        MustManage(actor);
        var type = workspace.Schema.Find(rule.RecordType) is { HasOwner: true } known ? known : throw new RefusedException(Refusal.Invalid("recordType", ("没有这种记录", "There is no such record type")));
        if (rule.Days is < 1 or > 36_500)
        {
            throw new RefusedException(Refusal.Invalid("days", ("天数应为 1 至 36500", "Days are 1 to 36,500")));
        }

        if (rule.Act is not ("recycle" or "erase") || (rule.Act == "erase" && type.IsPerson is null))
        {
            throw new RefusedException(Refusal.Invalid("act", ("处理方式应为 recycle，或对个人 erase", "The act is recycle or, for people, erase")));
        }

        if (type.Find(rule.Field) is not { Kind: FieldKind.Instant or FieldKind.Date, IsComputed: false } || rule.Name.Trim().Length is 0 or > 100)
        {
            throw new RefusedException(Refusal.Invalid("field", ("请选择一个日期字段并填写名称", "Choose a date field and give the rule a name")));
        }

        MustReach(workspace, actor, type, rule);
        return workspace.WriteAsync(
            actor,
            async context =>
            {
                var id = rule.Id == Guid.Empty ? Guid.CreateVersion7(context.Now) : rule.Id;
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO retention_rule (id, name, record_type, filter, field, days, act, active, created_at, created_by) VALUES ({id}, {rule.Name}, {rule.RecordType}, {rule.Filter}, {rule.Field}, {rule.Days}, {rule.Act}, {rule.Active}, {context.Now}, {context.ActorId}) ON CONFLICT (id) DO UPDATE SET name = excluded.name, record_type = excluded.record_type, filter = excluded.filter, field = excluded.field, days = excluded.days, act = excluded.act, active = excluded.active"), cancel);
                context.Note("retention.rule", changes: System.Text.Json.JsonSerializer.Serialize(new { rule = new object?[] { null, rule with { Id = id } } }));
                return rule with { Id = id };
            },
            cancel: cancel);
    }

    public static Task RemoveAsync(Workspace workspace, Actor actor, Guid id, CancellationToken cancel = default)
    {
        MustManage(actor);
        return workspace.WriteAsync(
            actor,
            async context =>
            {
                if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM retention_rule WHERE id = {id}"), cancel) == 0)
                {
                    throw new RefusedException(Refusal.NotFound);
                }

                context.Note("retention.rule", changes: System.Text.Json.JsonSerializer.Serialize(new { rule = new object?[] { id, null } }));
            },
            cancel: cancel);
    }

    /// <summary>What the rule would touch now: the same question that the run asks.</summary>
    public static async Task<RetentionDue> DueAsync(Workspace workspace, Actor actor, RetentionRule rule, CancellationToken cancel = default)
    {
        MustManage(actor);
        var type = workspace.Schema.Find(rule.RecordType) is { HasOwner: true } known ? known : throw new RefusedException(Refusal.Invalid("recordType", ("没有这种记录", "There is no such record type")));
        if (type.Find(rule.Field) is not { Kind: FieldKind.Instant or FieldKind.Date, IsComputed: false })
        {
            throw new RefusedException(Refusal.Invalid("field", ("请选择一个日期字段", "Choose a date field")));
        }

        MustReach(workspace, actor, type, rule);
        await using var session = await workspace.Database.ReadAsync(cancel);
        var sql = new ListSql(workspace.System(), Query(workspace, type, rule), session.Dialect, workspace.Now);
        var count = await session.ScalarAsync<long>(sql.Count(null), cancel);
        return new RetentionDue(count, await DueAsync(session, type, rule, sql, 20, cancel));
    }

    /// <summary>Carries the active rules out; answers how many records each touched.</summary>
    public static async Task<IReadOnlyDictionary<Guid, long>> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var done = new Dictionary<Guid, long>();
        List<RetentionRule> rules;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            rules = [.. (await ListAsync(session, cancel)).Where(rule => rule.Active && workspace.Schema.Find(rule.RecordType) is not null)];
        }

        foreach (var rule in rules)
        {
            done[rule.Id] = await RunAsync(workspace, rule, cancel);
            await workspace.WriteAsync(workspace.System(), async context =>
            {
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE retention_rule SET last_run_at = {context.Now}, last_count = {done[rule.Id]} WHERE id = {rule.Id}"), cancel);
                context.Note("retention.run", rule.RecordType, changes: System.Text.Json.JsonSerializer.Serialize(new { rule = rule.Id, rule.Name, count = done[rule.Id] }));
            }, cancel: cancel);
        }

        return done;
    }

    private static async Task<long> RunAsync(Workspace workspace, RetentionRule rule, CancellationToken cancel)
    {
        var type = workspace.Schema[rule.RecordType];
        long count = 0;
        while (true)
        {
            List<(Guid Id, string Title, string When)> due;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                due = await DueAsync(session, type, rule, new ListSql(workspace.System(), Query(workspace, type, rule), session.Dialect, workspace.Now), MostAtOnce, cancel);
            }

            foreach (var (id, _, _) in due)
            {
                if (rule.Act == "erase")
                {
                    await Erasure.RunAsync(workspace, workspace.System(), type, id, rule.Name, block: false, trial: false, mentions: [], cancel);
                }
                else
                {
                    await RecordUseCases.DeleteAsync(workspace, workspace.System(), type, id, cancel: cancel);
                }
            }

            count += due.Count;
            if (due.Count < MostAtOnce)
            {
                return count;
            }
        }
    }

    private static async Task<List<(Guid Id, string Title, string When)>> DueAsync(DatabaseSession session, RecordType type, RetentionRule rule, ListSql sql, int limit, CancellationToken cancel) => await session.ListAsync(
        new Sql().Append($"SELECT t.id, t.{type[type.TitleField].Column}, {FieldSql.Value(type[rule.Field], type, "t", session.Dialect)} FROM {type.Table} t WHERE ").Append(sql.Conditions()).Append($" ORDER BY t.id LIMIT {limit}"),
        row => (row.Id(0), row.OptionalText(1) ?? "", row.Any(2) is long milliseconds ? RecordJson.Instant(milliseconds) : Convert.ToString(row.Any(2), System.Globalization.CultureInfo.InvariantCulture)!), cancel);

    /// <summary>A rule counts every record, so its maker must see them all, and may only ask about fields he may read: the count would tell the rest.</summary>
    private static void MustReach(Workspace workspace, Actor actor, RecordType type, RetentionRule rule)
    {
        if (!actor.IsSystem && actor.On(type).Read != Reach.All)
        {
            throw new RefusedException(Refusal.Forbidden(new Label($"保留规则针对全部{type.Label.ZhHans}，只有能看到全部的人可以设置", $"A retention rule is about all {type.Label.En}: only those who see all of them can set it")));
        }

        _ = new ListSql(actor, Query(workspace, type, rule), workspace.Database.Dialect, workspace.Now).Conditions();
    }

    private static ListQuery Query(Workspace workspace, RecordType type, RetentionRule rule)
    {
        var date = $"{rule.Field} < today-{rule.Days}d";
        return ListQuery.Parse(workspace.System(), type, string.IsNullOrWhiteSpace(rule.Filter) ? date : $"({rule.Filter}) AND {date}", sort: "createdAt");
    }

    private static void MustManage(Actor actor)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("设置保留期限需要相应权限", "Setting how long data is kept needs the right to do so")));
        }
    }
}
