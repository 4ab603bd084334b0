using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Laboratory;

/// <summary>Scores that are kept: made from a question of the laboratory, trained anew, taken away and brought back. Each stands as a field beside the customers for whoever may read what it was made of.</summary>
public static class LabScores
{
    private const int LongestName = 60;
    private const int LongestGroup = 40;

    private static readonly Refusal Full = Refusal.Breaks("lab-full", new Label($"最多保留 {KeptScore.Most} 个评分：请先删除一个", $"At most {KeptScore.Most} scores are kept: delete one first"));

    /// <summary>Keeps a question of the laboratory as a score.</summary>
    /// <param name="groups">For groups: what each is called, the largest first; numbered when null.</param>
    /// <exception cref="RefusedException">The question is no score, cannot be trained, or there is no room.</exception>
    public static async Task<KeptScore> KeepAsync(Workspace workspace, Actor actor, string? name, LabQuestion question, IReadOnlyList<string>? groups = null, CancellationToken cancel = default)
    {
        var called = Named(name);
        if (question.Model == "tree")
        {
            throw new RefusedException(Refusal.Invalid("model", ("决策树只用来看规则；要保存评分请用 logistic 或 boosting", "A tree is for reading its rules; keep logistic or boosting as a score")));
        }

        ScoreTraining training;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            training = await ScoreTraining.RunAsync(session, actor, question, workspace.Now, cancel);
        }

        var names = Grouped(question, groups, training.Groups);
        var id = Guid.CreateVersion7(workspace.Now);
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var all = await KeptScore.ListAsync(context.Session, removed: true, cancel);
                NotTwice(all, called);
                var (number, slot) = (all.Select(score => score.Number).DefaultIfEmpty(0).Max() + 1, FreeSlot(all));
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO lab_score (id, name, number, slot, question, made_by_id, made_at, version, groups) VALUES ({id}, {called}, {number}, {slot}, {question.ToJson()}, {actor.Id}, {context.Now}, {0}, {Told(names)})"), cancel);
                await AddVersionAsync(context, id, 1, training, cancel);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE {new SqlName(KeptScore.Table)} SET {new SqlName(KeptScore.ColumnName(slot, question))} = NULL"), cancel);
                await FieldAsync(context, number, slot, called, question, names, Sources(actor, question), cancel);
                context.Note("score.keep", "customers", null, Told(called, 1));
            },
            cancel: cancel);
        return await ScoredAsync(workspace, id, cancel);
    }

    /// <summary>Trains a score anew on the customers as they are; the version before stays to be looked at.</summary>
    public static async Task<KeptScore> TrainAsync(Workspace workspace, Actor actor, Guid id, CancellationToken cancel = default)
    {
        ScoreTraining training;
        KeptScore score;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            score = await KeptScore.FindAsync(session, id, cancel);
            NotRemoved(score);
            var before = score.Question.Model == "cluster" ? await session.FirstAsync(Sql.Of($"SELECT model FROM lab_score_version WHERE score_id = {id} AND version = {score.Version}"), row => row.Text(0), cancel) : null;
            training = await ScoreTraining.RunAsync(session, actor, score.Question, workspace.Now, cancel, before);
        }

        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var version = (int)(await context.Session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(version) FROM lab_score_version WHERE score_id = {id}"), cancel) ?? 0) + 1;
                await AddVersionAsync(context, id, version, training, cancel);
                context.Note("score.train", "customers", null, Told(score.Name, version));
            },
            cancel: cancel);
        return await ScoredAsync(workspace, id, cancel);
    }

    /// <summary>Calls a score, or its groups, something else.</summary>
    /// <param name="name">Its new name; as it is when null.</param>
    /// <param name="groups">What each group is called, in the order of their numbers; as they are when null.</param>
    public static async Task<KeptScore> RenameAsync(Workspace workspace, Actor actor, Guid id, string? name, IReadOnlyList<string>? groups, CancellationToken cancel = default)
    {
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var all = await KeptScore.ListAsync(context.Session, removed: true, cancel);
                var score = all.Find(one => one.Id == id) ?? throw new RefusedException(Refusal.NotFound);
                NotRemoved(score);
                var called = name is null ? score.Name : Named(name);
                NotTwice([.. all.Where(one => one.Id != id)], called);
                var names = groups is null ? score.Groups : Grouped(score.Question, groups, score.Groups.Count);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET name = {called}, groups = {Told(names)} WHERE id = {id}"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM custom_field WHERE record_type = {"customers"} AND name = {score.Field}"), cancel);
                await FieldAsync(context, score.Number, score.Slot, called, score.Question, names, actor.Schema["customers"].Find(score.Field)?.DerivedFrom ?? Sources(actor, score.Question), cancel);
                context.Note("score.rename", "customers", null, Told(called, score.Version));
            },
            cancel: cancel);
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await KeptScore.FindAsync(session, id, cancel);
    }

    /// <summary>Takes a score away; <see cref="RestoreAsync"/> brings it back.</summary>
    public static Task RemoveAsync(Workspace workspace, Actor actor, Guid id, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var score = await KeptScore.FindAsync(context.Session, id, cancel);
            NotRemoved(score);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET removed_at = {context.Now} WHERE id = {id}"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE custom_field SET retired_at = {context.Now} WHERE record_type = {"customers"} AND name = {score.Field}"), cancel);
            context.Note("score.remove", "customers", null, Told(score.Name, score.Version));
            context.SchemaChanged = true;
        },
        cancel: cancel);

    public static async Task<KeptScore> RestoreAsync(Workspace workspace, Actor actor, Guid id, CancellationToken cancel = default)
    {
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var all = await KeptScore.ListAsync(context.Session, removed: true, cancel);
                var score = all.Find(one => one.Id == id) ?? throw new RefusedException(Refusal.NotFound);
                if (score.RemovedAt is null)
                {
                    return;
                }

                NotTwice(all, score.Name);
                var slot = FreeSlot(all);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET removed_at = NULL, slot = {slot} WHERE id = {id}"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE {new SqlName(KeptScore.Table)} SET {new SqlName(KeptScore.ColumnName(slot, score.Question))} = NULL"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM custom_field WHERE record_type = {"customers"} AND name = {score.Field}"), cancel);
                await FieldAsync(context, score.Number, slot, score.Name, score.Question, score.Groups, Sources(actor, score.Question), cancel);
                context.Note("score.restore", "customers", null, Told(score.Name, score.Version));
            },
            cancel: cancel);
        return await ScoredAsync(workspace, id, cancel);
    }

    private static async Task<KeptScore> ScoredAsync(Workspace workspace, Guid id, CancellationToken cancel)
    {
        await ScoreNight.RunAsync(workspace, id, cancel: cancel);
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await KeptScore.FindAsync(session, id, cancel);
    }

    private static async Task AddVersionAsync(SaveContext context, Guid id, int version, ScoreTraining training, CancellationToken cancel)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO lab_score_version (score_id, version, at, model, report) VALUES ({id}, {version}, {context.Now}, {training.Model}, {training.Report}{json})"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET version = {version}, failure = NULL WHERE id = {id}"), cancel);
    }

    /// <summary>The field beside the customers; it tells what it was made of, so whoever may not read that may not read it.</summary>
    private static async Task FieldAsync(SaveContext context, int number, int slot, string name, LabQuestion question, IReadOnlyList<string> groups, IReadOnlyList<string> sources, CancellationToken cancel)
    {
        static Dictionary<string, string> Everywhere(string name) => new(StringComparer.Ordinal) { ["zh-Hans"] = name, ["zh-Hant"] = name, ["en"] = name };
        var definition = JsonSerializer.Serialize(new
        {
            kind = groups.Count > 0 ? "choice" : "number", labels = Everywhere(name), choices = groups.Select((group, i) => new { value = KeptGroups.Key(i + 1), labels = Everywhere(group) }),
            beside = KeptScore.Table, column = KeptScore.ColumnName(slot, question), needsFunction = Functions.ReadValue, derivedFrom = sources, section = "value",
        });
        var (json, field) = (new SqlName(context.Session.Dialect.JsonParameter), KeptScore.FieldName(number));
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO custom_field (id, record_type, name, definition, position, created_at) VALUES ({Guid.CreateVersion7(context.Now)}, {"customers"}, {field}, {definition}{json}, {1000 + number}, {context.Now})"), cancel);
        context.SchemaChanged = true;
    }

    /// <summary>The fields that a question looks at: those of the model and those its conditions name.</summary>
    private static string[] Sources(Actor actor, LabQuestion question)
    {
        var type = actor.Schema["customers"];
        var conditions = $"{question.Filter} {question.Target}";
        string[] used = question.IsOfPurchases ? ["value.orders", "value.revenue"] : [.. LabTable.Chosen(actor, type, question.Fields)];
        return [.. used.Concat(type.Shown.Where(field => conditions.Contains(field.Name, StringComparison.Ordinal)).Select(field => field.Name)).Distinct(StringComparer.Ordinal)];
    }

    private static string Named(string? name) => name?.Trim() is { Length: > 0 and <= LongestName } given ? given : throw new RefusedException(Refusal.Invalid("name", new Label($"请填写名称，最多 {LongestName} 个字", $"Give a name of at most {LongestName} characters")));

    private static void NotTwice(List<KeptScore> all, string name)
    {
        if (all.Exists(score => score.RemovedAt is null && string.Equals(score.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new RefusedException(Refusal.Invalid("name", new Label($"已有名为“{name}”的评分", $"There is a score called “{name}” already")));
        }
    }

    private static void NotRemoved(KeptScore score)
    {
        if (score.RemovedAt is not null)
        {
            throw new RefusedException(Refusal.Breaks("lab-removed", ("这个评分已删除：请先恢复", "This score is deleted: bring it back first")));
        }
    }

    private static int FreeSlot(List<KeptScore> all) =>
        Enumerable.Range(1, KeptScore.Most).FirstOrDefault(slot => !all.Exists(score => score.RemovedAt is null && score.Slot == slot)) is > 0 and var free ? free : throw new RefusedException(Full);

    /// <summary>What the groups are called; numbered where no names are given.</summary>
    private static string[] Grouped(LabQuestion question, IReadOnlyList<string>? names, int count)
    {
        if (question.Model != "cluster")
        {
            return [];
        }

        string[] given = [.. (names ?? []).Select(name => name.Trim())];
        if (names is null)
        {
            return [.. Enumerable.Range(1, count).Select(number => $"{(char)('A' + number - 1)}")];
        }

        return given.Length == count && given.All(name => name.Length is > 0 and <= LongestGroup) && given.Distinct(StringComparer.OrdinalIgnoreCase).Count() == count
            ? given
            : throw new RefusedException(Refusal.Invalid("groups", new Label($"请为 {count} 个组各起一个不同的名称，每个最多 {LongestGroup} 个字", $"Give each of the {count} groups a name of its own of at most {LongestGroup} characters")));
    }

    private static string? Told(IReadOnlyList<string> groups) => groups.Count == 0 ? null : JsonSerializer.Serialize(groups);

    private static string Told(string name, int version) => JsonSerializer.Serialize(new { name, version });
}
