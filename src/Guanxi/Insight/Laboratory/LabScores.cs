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

    private static readonly Refusal Full = Refusal.Breaks("lab-full", new Label($"最多保留 {KeptScore.Most} 个评分：请先删除一个", $"At most {KeptScore.Most} scores are kept: delete one first"));

    /// <summary>Keeps a question of the laboratory as a score.</summary>
    /// <exception cref="RefusedException">The question is no score, cannot be trained, or there is no room.</exception>
    public static async Task<KeptScore> KeepAsync(Workspace workspace, Actor actor, string? name, LabQuestion question, CancellationToken cancel = default)
    {
        var called = Named(name);
        if (question.Model is not ("logistic" or "boosting"))
        {
            throw new RefusedException(Refusal.Invalid("model", ("能保存为评分的是 logistic 和 boosting", "What can be kept as a score is logistic or boosting")));
        }

        ScoreTraining training;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            training = await ScoreTraining.RunAsync(session, actor, question, workspace.Now, cancel);
        }

        var id = Guid.CreateVersion7(workspace.Now);
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var all = await KeptScore.ListAsync(context.Session, removed: true, cancel);
                NotTwice(all, called);
                var (number, slot) = (all.Select(score => score.Number).DefaultIfEmpty(0).Max() + 1, FreeSlot(all));
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO lab_score (id, name, number, slot, question, made_by_id, made_at, version) VALUES ({id}, {called}, {number}, {slot}, {question.ToJson()}, {actor.Id}, {context.Now}, {0})"), cancel);
                await AddVersionAsync(context, id, 1, training, cancel);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE {new SqlName(KeptScore.Table)} SET {new SqlName(KeptScore.ColumnName(slot))} = NULL"), cancel);
                await FieldAsync(context, number, slot, called, Sources(actor, question), null, cancel);
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
            training = await ScoreTraining.RunAsync(session, actor, score.Question, workspace.Now, cancel);
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
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE {new SqlName(KeptScore.Table)} SET {new SqlName(KeptScore.ColumnName(slot))} = NULL"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM custom_field WHERE record_type = {"customers"} AND name = {score.Field}"), cancel);
                await FieldAsync(context, score.Number, slot, score.Name, Sources(actor, score.Question), null, cancel);
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
    private static async Task FieldAsync(SaveContext context, int number, int slot, string name, IReadOnlyList<string> sources, DateTimeOffset? retired, CancellationToken cancel)
    {
        var definition = JsonSerializer.Serialize(new
        {
            kind = "number", labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["zh-Hans"] = name, ["zh-Hant"] = name, ["en"] = name },
            beside = KeptScore.Table, column = KeptScore.ColumnName(slot), needsFunction = Functions.ReadValue, derivedFrom = sources, section = "value",
        });
        var (json, field) = (new SqlName(context.Session.Dialect.JsonParameter), KeptScore.FieldName(number));
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO custom_field (id, record_type, name, definition, position, retired_at, created_at) VALUES ({Guid.CreateVersion7(context.Now)}, {"customers"}, {field}, {definition}{json}, {1000 + number}, {retired}, {context.Now})"), cancel);
        context.SchemaChanged = true;
    }

    /// <summary>The fields that a question looks at: those of the model and those its conditions name.</summary>
    private static string[] Sources(Actor actor, LabQuestion question)
    {
        var type = actor.Schema["customers"];
        var conditions = $"{question.Filter} {question.Target}";
        return [.. LabTable.Chosen(actor, type, question.Fields).Concat(type.Shown.Where(field => conditions.Contains(field.Name, StringComparison.Ordinal)).Select(field => field.Name)).Distinct(StringComparer.Ordinal)];
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

    private static string Told(string name, int version) => JsonSerializer.Serialize(new { name, version });
}
