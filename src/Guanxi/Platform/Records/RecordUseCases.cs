using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;

namespace Guanxi.Platform.Records;

/// <summary>What one may do with any record, whatever its noun and the surface: create, change, delete, restore, many at once.</summary>
public static class RecordUseCases
{
    public const int LargestBatch = 1000;

    public static Task<Record> CreateAsync(Workspace workspace, Actor actor, RecordType type, JsonElement values, IReadOnlySet<string>? confirmed = null, CancellationToken cancel = default) =>
        workspace.WriteAsync(actor, context => CreateAsync(context, type, values, cancel), confirmed, cancel);

    public static async Task<Record> CreateAsync(SaveContext context, RecordType type, JsonElement values, CancellationToken cancel = default)
    {
        if (!context.Actor.On(type).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        var record = type.Create(type);
        record.Id = Guid.CreateVersion7(context.Now);
        await RecordStore.FillAsync(context.Session, context.Actor, record, values, context.Now, cancel);
        if (type.Access == AccessKind.Owned && !values.TryGetProperty("owner", out _) && !context.Actor.IsSystem)
        {
            record["owner"] = context.Actor.Id;
        }

        await Matching.MatchGuard.CheckAsync(context, record, cancel);
        await context.InsertAsync(record, cancel);
        return record;
    }

    /// <summary>Merge patch. With <paramref name="expected"/> another version is refused, with both versions and the fields that clash.</summary>
    public static Task<Record> ChangeAsync(Workspace workspace, Actor actor, RecordType type, Guid id, JsonElement values, long? expected = null, IReadOnlySet<string>? confirmed = null, CancellationToken cancel = default) =>
        workspace.WriteAsync(actor, context => ChangeAsync(context, type, id, values, expected, cancel), confirmed, cancel);

    public static async Task<Record> ChangeAsync(SaveContext context, RecordType type, Guid id, JsonElement values, long? expected = null, CancellationToken cancel = default)
    {
        var record = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Edit, context.Now, cancel: cancel);
        if (expected is { } version && version != record.Version)
        {
            throw new RefusedException(await ConflictAsync(context, record, values, version, cancel));
        }

        await RecordStore.FillAsync(context.Session, context.Actor, record, values, context.Now, cancel);
        await context.UpdateAsync(record, cancel: cancel);
        return record;
    }

    private static async Task<Refusal> ConflictAsync(SaveContext context, Record theirs, JsonElement yours, long version, CancellationToken cancel)
    {
        var since = Math.Clamp(theirs.Version - version, 1, 50);
        var changed = await context.Session.ListAsync(
            Sql.Of($"SELECT changes FROM ledger WHERE record_id = {theirs.Id} AND changes IS NOT NULL ORDER BY seq DESC LIMIT {since}"),
            row =>
            {
                using var document = JsonDocument.Parse(row.Text(0));
                return document.RootElement.EnumerateObject().Select(property => property.Name).ToList();
            },
            cancel);
        var fields = changed.SelectMany(names => names).ToHashSet(StringComparer.Ordinal);
        return RecordRefusals.Conflict with
        {
            More = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["yours"] = yours.Clone(),
                ["theirs"] = theirs,
                ["conflicts"] = yours.ValueKind != JsonValueKind.Object ? [] : yours.EnumerateObject().Select(property => property.Name).Where(name => fields.Contains(name) && theirs.Type.Find(name) is { } field && context.Actor.On(theirs.Type, field) != FieldRight.Hidden).ToArray(),
            },
        };
    }

    public static Task DeleteAsync(Workspace workspace, Actor actor, RecordType type, Guid id, long? expected = null, CancellationToken cancel = default) =>
        workspace.WriteAsync(actor, context => DeleteAsync(context, type, id, expected, cancel), cancel: cancel);

    public static async Task DeleteAsync(SaveContext context, RecordType type, Guid id, long? expected = null, CancellationToken cancel = default)
    {
        var record = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Delete, context.Now, cancel: cancel);
        if (expected is { } version && version != record.Version)
        {
            throw new RefusedException(RecordRefusals.Conflict);
        }

        await context.SetDeletedAsync(record, deleted: true, cancel);
    }

    public static Task<Record> RestoreAsync(Workspace workspace, Actor actor, RecordType type, Guid id, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var record = await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Delete, context.Now, deleted: true, cancel);
            // Everybody takes back what he has just thrown away; what others threw away is a right of its own.
            if (record.UpdatedBy != actor.Id)
            {
                actor.Demand(Functions.RestoreDeleted);
            }

            if (await Merging.RecordMerges.SurvivorAsync(context.Session, id, cancel) is { } survivor)
            {
                throw new RefusedException(Merging.MergeRefusals.IsMerged(survivor));
            }

            await context.SetDeletedAsync(record, deleted: false, cancel);
            return record;
        },
        cancel: cancel);

    /// <summary>Up to a thousand operations, all or none; answers the records touched in order (null for deletions).</summary>
    public static Task<List<Record?>> BatchAsync(Workspace workspace, Actor actor, RecordType type, JsonElement body, IReadOnlySet<string>? confirmed = null, CancellationToken cancel = default)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("operations", out var operations) || operations.ValueKind != JsonValueKind.Array)
        {
            throw new RefusedException(Refusal.Malformed(("请求应有 operations 列表", "The body should have a list of operations")));
        }

        if (operations.GetArrayLength() > LargestBatch)
        {
            throw new RefusedException(new Refusal(413, "too-large", ("一次请求太大", "The request is too large")) { Detail = new Label($"一次最多 {LargestBatch} 项操作", $"At most {LargestBatch} operations at once") });
        }

        return workspace.WriteAsync(
            actor,
            async context =>
            {
                var done = new List<Record?>();
                var position = 0;
                foreach (var operation in operations.EnumerateArray())
                {
                    try
                    {
                        done.Add(await OperateAsync(context, type, operation, cancel));
                    }
                    catch (RefusedException refused)
                    {
                        var more = new Dictionary<string, object?>(refused.Refusal.More ?? new Dictionary<string, object?>(), StringComparer.Ordinal) { ["operation"] = position };
                        throw new RefusedException(refused.Refusal with { More = more });
                    }

                    position++;
                }

                return done;
            },
            confirmed,
            cancel);
    }

    private static async Task<Record?> OperateAsync(SaveContext context, RecordType type, JsonElement operation, CancellationToken cancel)
    {
        if (operation.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("每项操作应为对象", "Each operation should be an object")));
        }

        var name = operation.TryGetProperty("op", out var op) && op.ValueKind == JsonValueKind.String ? op.GetString() : null;
        Guid Id() => operation.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && Guid.TryParse(id.GetString(), out var parsed) ? parsed : throw new RefusedException(Refusal.Invalid("id", ("缺少编号", "The id is missing")));
        var values = operation.TryGetProperty("values", out var given) ? given : default;
        long? version = !operation.TryGetProperty("version", out var expected) || expected.ValueKind == JsonValueKind.Null ? null
            : expected.ValueKind == JsonValueKind.Number && expected.TryGetInt64(out var number) ? number : throw new RefusedException(Refusal.Invalid("version", ("版本应为整数", "A version is a whole number")));
        switch (name)
        {
            case "create":
                return await CreateAsync(context, type, values, cancel);
            case "update":
                return await ChangeAsync(context, type, Id(), values, version, cancel);
            case "delete":
                await DeleteAsync(context, type, Id(), version, cancel);
                return null;
            default:
                throw new RefusedException(Refusal.Invalid("op", ("op 应为 create、update 或 delete", "op is create, update or delete")));
        }
    }

    public sealed record EditOutcome(int Matched, int Changed, IReadOnlyList<(Guid Id, Label Reason)> Skipped);

    /// <summary>The same change to many records, each by its own right; what cannot be changed is skipped with the reason.</summary>
    public static Task<EditOutcome> EditManyAsync(Workspace workspace, Actor actor, RecordType type, JsonElement body, bool delete, CancellationToken cancel = default)
    {
        if (body.ValueKind != JsonValueKind.Object || (!delete && (!body.TryGetProperty("values", out var given) || given.ValueKind != JsonValueKind.Object)))
        {
            throw new RefusedException(Refusal.Malformed(("请求应有 values，以及 ids 或 filter", "The body should have values, and ids or a filter")));
        }

        var values = delete ? default : body.GetProperty("values");
        var dryRun = body.TryGetProperty("dryRun", out var dry) && dry.ValueKind == JsonValueKind.True;
        return workspace.WriteAsync(
            actor,
            async context =>
            {
                var ids = await MatchedAsync(context, type, body, cancel);
                var changed = 0;
                var skipped = new List<(Guid, Label)>();
                foreach (var id in ids)
                {
                    try
                    {
                        var record = await RecordStore.LoadAsync(context.Session, actor, type, id, delete ? Verb.Delete : Verb.Edit, context.Now, cancel: cancel);
                        if (delete)
                        {
                            changed++;
                            if (!dryRun)
                            {
                                await context.SetDeletedAsync(record, deleted: true, cancel);
                            }

                            continue;
                        }

                        await RecordStore.FillAsync(context.Session, actor, record, values, context.Now, cancel);
                        if (dryRun ? record.Changes().Any() : await context.UpdateAsync(record, cancel: cancel))
                        {
                            changed++;
                        }
                    }
                    catch (RefusedException refused) when (refused.Refusal.Status is 403 or 404 or 409)
                    {
                        skipped.Add((id, refused.Refusal.Detail ?? refused.Refusal.Title));
                    }
                }

                return new EditOutcome(ids.Count, changed, skipped);
            },
            cancel: cancel);
    }

    /// <summary>Records that are named one by one.</summary>
    /// <exception cref="RefusedException">It is no list of ids, or too long.</exception>
    public static List<Guid> Chosen(JsonElement ids) => ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() > 10_000
        ? throw new RefusedException(Refusal.Invalid("ids", ("应为编号的列表，一次最多 10000 条", "This is a list of ids, at most 10,000 at once")))
        : [.. ids.EnumerateArray().Select(id => id.ValueKind == JsonValueKind.String && Guid.TryParse(id.GetString(), out var parsed) ? parsed : throw new RefusedException(Refusal.Invalid("ids", ("编号应为 UUID", "An id is a UUID")))).Distinct()];

    private static async Task<List<Guid>> MatchedAsync(SaveContext context, RecordType type, JsonElement body, CancellationToken cancel)
    {
        if (body.TryGetProperty("ids", out var ids) && ids.ValueKind == JsonValueKind.Array)
        {
            return Chosen(ids);
        }

        var filter = body.TryGetProperty("filter", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : throw new RefusedException(Refusal.Malformed(("请给出 ids 或 filter", "Give ids or a filter")));
        var words = body.TryGetProperty("q", out var typed) && typed.ValueKind == JsonValueKind.String ? typed.GetString() : null;
        if (string.IsNullOrWhiteSpace(filter) && string.IsNullOrWhiteSpace(words) && !(body.TryGetProperty("everything", out var everything) && everything.ValueKind == JsonValueKind.True))
        {
            // A script whose filter came out empty would otherwise change all there is.
            throw new RefusedException(Refusal.Invalid("filter", ("筛选为空，会涉及你能处理的全部记录；确实要这样，请加上 \"everything\": true", "The filter is empty, so this would take every record you may change; if that is meant, add \"everything\": true")));
        }

        var query = ListQuery.Parse(context.Actor, type, filter, sort: "-createdAt", words: words);
        var sql = new ListSql(context.Actor, query, context.Session.Dialect, context.Now);
        var statement = new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE ").Append(sql.Conditions()).Append(" AND ").Append(sql.Door().Condition("t")).Append(" LIMIT ").Value(10_001);
        var found = await context.Session.ListAsync(statement, row => row.Id(0), cancel);
        return found.Count <= 10_000 ? found : throw new RefusedException(Refusal.Invalid("filter", ("符合条件的超过 10000 条，请缩小范围", "More than 10,000 records match; narrow the filter")));
    }
}
