using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Files;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Privacy;

/// <summary>How many of each went; the same numbers before (as a trial) and after.</summary>
/// <param name="Removed">Records that went for good, by noun.</param>
/// <param name="Scrubbed">Records that stay without their texts, by noun.</param>
/// <param name="Mentions">Other records in whose texts the name or a number was blotted out.</param>
public sealed record ErasureCounts(IReadOnlyDictionary<string, int> Removed, IReadOnlyDictionary<string, int> Scrubbed, int Mentions, int LedgerEntries, int Files, int Notifications, int RejectedRows);

/// <summary>
/// Forgets a person: rows, search terms, files, notifications, rejected import rows and the values in the ledger, in one transaction. The ledger's chain holds,
/// since it is made over hashes of salted content. A list of erasures beside the database does it again when an older backup is put back.
/// </summary>
public static class Erasure
{
    private const string Again = "erasures.jsonl";

    private sealed class Trial(ErasureCounts counts) : Exception
    {
        public ErasureCounts Counts { get; } = counts;
    }

    private sealed record Line(Guid Id, string Type, Guid Record, DateTimeOffset At, string? Reason, string[] Blocked);

    /// <param name="block">Whether the person's phones and addresses are remembered as hashes, so that an import does not bring them back.</param>
    /// <param name="trial">Does everything and takes it back: what would go is counted, not guessed.</param>
    public static async Task<ErasureCounts> RunAsync(Workspace workspace, Actor actor, RecordType type, Guid id, string? reason, bool block, bool trial, CancellationToken cancel = default)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("导出或删除个人数据需要相应权限", "Exporting or erasing personal data needs the right to do so")));
        }

        return await RunAsync(workspace, actor, type, id, Guid.CreateVersion7(workspace.Now), reason, block, trial, cancel);
    }

    private static async Task<ErasureCounts> RunAsync(Workspace workspace, Actor actor, RecordType type, Guid id, Guid erasure, string? reason, bool block, bool trial, CancellationToken cancel)
    {
        var files = new List<string>();
        ErasureCounts counts;
        try
        {
            counts = await workspace.WriteAsync(
                actor,
                async context =>
                {
                    var person = await RecordStore.FindAsync(context.Session, type, id, cancel);
                    if (person is null || (!actor.IsSystem && !await SeesAsync(context, actor, type, id, cancel)))
                    {
                        throw new RefusedException(Refusal.NotFound);
                    }

                    if (type.IsPerson?.Invoke(person) != true)
                    {
                        throw new RefusedException(Refusal.Breaks("erase-person", ("只能删除个人的数据：公司请删除其联系人", "Only people are erased: of a company, erase its contacts")));
                    }

                    var done = await EraseAsync(context, workspace, person, erasure, reason, block, files, cancel);
                    return trial ? throw new Trial(done) : done;
                },
                cancel: cancel);
        }
        catch (Trial tried)
        {
            return tried.Counts;
        }

        await KeepBesideAsync(workspace, CancellationToken.None);
        foreach (var path in files.Select(hash => Attachments.PathOf(workspace, hash)).Where(File.Exists))
        {
            File.Delete(path);
        }

        await workspace.Database.ForgetDeletedAsync([.. workspace.Schema.Types.Where(known => known.HasSearch).Select(known => known.Table)], cancel);
        return counts;
    }

    private static async Task<bool> SeesAsync(SaveContext context, Actor actor, RecordType type, Guid id, CancellationToken cancel) =>
        await RecordStore.ExistsAsync(context.Session, actor, type, id, Verb.Read, context.Now, cancel: cancel) || await RecordStore.ExistsAsync(context.Session, actor, type, id, Verb.Read, context.Now, deleted: true, cancel);

    private static async Task<ErasureCounts> EraseAsync(SaveContext context, Workspace workspace, Record person, Guid erasure, string? reason, bool block, List<string> files, CancellationToken cancel)
    {
        var session = context.Session;
        var scope = await ErasureScope.GatherAsync(session, context.Schema, person, cancel);
        var words = ErasureScope.Words(person);
        var entries = new List<long>();

        var mentions = 0;
        foreach (var record in await scope.NeighboursAsync(session, person, cancel))
        {
            if (ErasureScope.Redact(record, words))
            {
                mentions++;
                await context.ForgetAsync(record, cancel);
            }

            entries.AddRange(await EntriesAsync(session, record.Id, words, cancel));
        }

        foreach (var record in scope.Scrubbed)
        {
            scope.Empty(record);
            await context.ForgetAsync(record, cancel);
            entries.AddRange(await EntriesAsync(session, record.Id, [], cancel));
        }

        foreach (var (type, field, target) in scope.Cleared)
        {
            await context.SweepAsync(type, field.Name, null, new Sql().Append($"{field.Column} = ").Value(target), "update", cancel);
        }

        var notifications = 0;
        foreach (var record in scope.Removed.AsEnumerable().Reverse())
        {
            entries.AddRange(await EntriesAsync(session, record.Id, [], cancel));
            files.AddRange(await FilesAsync(session, record.Id, cancel));
            notifications += await session.ExecuteAsync(Sql.Of($"DELETE FROM notification WHERE record_id = {record.Id}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM follow WHERE record_id = {record.Id}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM access_grant WHERE record_id = {record.Id}"), cancel);
            await session.ExecuteAsync(new Sql().Append($"DELETE FROM {record.Type.Table} WHERE id = ").Value(record.Id), cancel);
            await SearchIndex.RemovedAsync(session, record, cancel);
            context.Note("remove", record.Type.Name, record.Id);
            await record.RemovedAsync(context);
            context.Announce(new LiveEvent(record.Type.Name, record.Id, record.Version, "delete", context.Actor.Id));
        }

        notifications += await NoticesAsync(context, words, scope, cancel);
        var rejected = await RejectedRowsAsync(session, words, cancel);
        var erased = entries.Distinct().ToList();
        await LedgerErasure.EraseAsync(context, person.Type.Name, person.Id, erased, cancel);

        var blocked = block ? BlockList.Marks(person).Select(mark => BlockList.Hash(BlockList.Key(workspace.Folder), mark.Value)).Distinct(StringComparer.Ordinal).ToArray() : [];
        var counts = new ErasureCounts(Count(scope.Removed), Count(scope.Scrubbed), mentions, erased.Count, files.Count, notifications, rejected);
        await RememberAsync(context, erasure, person.Type.Name, person.Id, reason, counts, blocked, cancel);
        return counts;
    }

    private static Dictionary<string, int> Count(IEnumerable<Record> records) => records.GroupBy(record => record.Type.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    private static async Task<List<long>> EntriesAsync(DatabaseSession session, Guid record, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var entries = await session.ListAsync(Sql.Of($"SELECT seq, changes FROM ledger WHERE record_id = {record} AND changes IS NOT NULL"), row => (Sequence: row.Integer(0), Changes: row.Text(1)), cancel);
        return [.. entries.Where(entry => words.Count == 0 || words.Any(word => entry.Changes.Contains(word, StringComparison.Ordinal) || entry.Changes.Contains(JsonEncodedText.Encode(word).ToString(), StringComparison.Ordinal))).Select(entry => entry.Sequence)];
    }

    /// <summary>Forgets the record's files; answers the contents that nothing else refers to.</summary>
    private static async Task<List<string>> FilesAsync(DatabaseSession session, Guid record, CancellationToken cancel)
    {
        var hashes = await session.ListAsync(Sql.Of($"SELECT DISTINCT content_hash FROM attachment WHERE record_id = {record}"), row => row.Text(0), cancel);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM attachment WHERE record_id = {record}"), cancel);
        var alone = new List<string>();
        foreach (var hash in hashes)
        {
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM attachment WHERE content_hash = {hash}"), cancel) == 0)
            {
                alone.Add(hash);
            }
        }

        return alone;
    }

    private static async Task<int> NoticesAsync(SaveContext context, List<string> words, ErasureScope scope, CancellationToken cancel)
    {
        var session = context.Session;
        var gone = 0;
        foreach (var word in words)
        {
            gone += await session.ExecuteAsync(new Sql().Append("DELETE FROM notification WHERE ").Append(session.Dialect.Contains("title", word)).Append(" OR ").Append(session.Dialect.Contains("body", word)), cancel);
            await session.ExecuteAsync(new Sql().Append("DELETE FROM idempotency WHERE ").Append(session.Dialect.Contains("body", word)), cancel);
        }

        foreach (var record in scope.Removed)
        {
            await session.ExecuteAsync(new Sql().Append("DELETE FROM idempotency WHERE ").Append(session.Dialect.Contains("body", record.Id.ToString())), cancel);
        }

        return gone;
    }

    /// <summary>Takes the person's lines out of what imports rejected.</summary>
    private static async Task<int> RejectedRowsAsync(DatabaseSession session, List<string> words, CancellationToken cancel)
    {
        var lines = 0;
        var any = new Sql().Append("SELECT id, rejects FROM import_batch WHERE rejects IS NOT NULL AND (1 = 0");
        foreach (var word in words)
        {
            any.Append(" OR ").Append(session.Dialect.Contains("rejects", word));
        }

        foreach (var (batch, text) in await session.ListAsync(any.Append(")"), row => (row.Id(0), row.Text(1)), cancel))
        {
            var all = text.Split('\n');
            var kept = all.Where(line => !words.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase))).ToArray();
            lines += all.Length - kept.Length;
            await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET rejects = {string.Join('\n', kept)} WHERE id = {batch}"), cancel);
        }

        return lines;
    }

    private static async Task RememberAsync(SaveContext context, Guid erasure, string type, Guid record, string? reason, ErasureCounts? counts, string[] blocked, CancellationToken cancel)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO erasure (id, record_type, record_id, at, actor_id, reason, counts) VALUES ({erasure}, {type}, {record}, {context.Now}, {context.ActorId}, {reason}, {JsonSerializer.Serialize(counts)}{json})"), cancel);
        foreach (var hash in blocked)
        {
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO blocked (hash, erasure_id, at) VALUES ({hash}, {erasure}, {context.Now}) ON CONFLICT (hash) DO NOTHING"), cancel);
        }

        context.DirectoryChanged = true;
    }

    /// <summary>Does what the list beside the database says and the database does not know: an older backup was put back. Answers how many.</summary>
    public static async Task<int> AgainAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var known = (await KnownAsync(workspace, cancel)).Select(line => line.Id).ToHashSet();
        var done = 0;
        foreach (var line in await BesideAsync(workspace, cancel))
        {
            if (!known.Contains(line.Id) && workspace.Schema.Find(line.Type) is { } type)
            {
                await OnceMoreAsync(workspace, type, line, cancel);
                done++;
            }
        }

        await KeepBesideAsync(workspace, cancel);
        return done;
    }

    /// <summary>Adds to the list beside the database what it lacks, so that an erasure outlives the database it was made in.</summary>
    private static async Task KeepBesideAsync(Workspace workspace, CancellationToken cancel)
    {
        var beside = (await BesideAsync(workspace, cancel)).Select(line => line.Id).ToHashSet();
        var missing = (await KnownAsync(workspace, cancel)).Where(line => !beside.Contains(line.Id)).Select(line => JsonSerializer.Serialize(line) + "\n").ToList();
        if (missing.Count > 0)
        {
            await File.AppendAllTextAsync(Path.Combine(workspace.Folder, Again), string.Concat(missing), cancel);
        }
    }

    private static async Task<List<Line>> BesideAsync(Workspace workspace, CancellationToken cancel)
    {
        var path = Path.Combine(workspace.Folder, Again);
        return File.Exists(path) ? [.. (await File.ReadAllLinesAsync(path, cancel)).Where(text => text.Length > 0).Select(text => JsonSerializer.Deserialize<Line>(text)!)] : [];
    }

    private static async Task<List<Line>> KnownAsync(Workspace workspace, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var blocked = (await session.ListAsync(Sql.Of($"SELECT erasure_id, hash FROM blocked"), row => (Erasure: row.Id(0), Hash: row.Text(1)), cancel)).ToLookup(item => item.Erasure, item => item.Hash);
        return await session.ListAsync(Sql.Of($"SELECT id, record_type, record_id, at, reason FROM erasure ORDER BY at"), row => new Line(row.Id(0), row.Text(1), row.Id(2), row.Instant(3), row.OptionalText(4), [.. blocked[row.Id(0)]]), cancel);
    }

    private static async Task OnceMoreAsync(Workspace workspace, RecordType type, Line line, CancellationToken cancel)
    {
        var there = false;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            there = await RecordStore.FindAsync(session, type, line.Record, cancel) is not null;
        }

        if (there)
        {
            await RunAsync(workspace, workspace.System(), type, line.Record, line.Id, line.Reason, block: line.Blocked.Length > 0, trial: false, cancel);
        }
        else
        {
            await workspace.WriteAsync(workspace.System(), context => RememberAsync(context, line.Id, line.Type, line.Record, line.Reason, null, line.Blocked, cancel), cancel: cancel);
        }
    }
}
