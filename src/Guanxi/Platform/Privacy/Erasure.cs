using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
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
/// Forgets a person: rows, search terms, files, notifications, rejected import rows, files of imports that were not begun and the values in the ledger, in one transaction. The ledger's chain holds,
/// since it is made over hashes of salted content. A list of erasures beside the database does it again when an older backup is put back.
/// </summary>
public static class Erasure
{
    private sealed class Trial(ErasureCounts counts) : Exception
    {
        public ErasureCounts Counts { get; } = counts;
    }

    /// <param name="block">Whether the person's phones and addresses are remembered as hashes, so that an import does not bring them back.</param>
    /// <param name="trial">Does everything and takes it back: what would go is counted, not guessed.</param>
    /// <param name="mentions">Which of <see cref="ErasureMentions"/> are the person's and are blotted out too; null for those that hold a number or an address of his.</param>
    public static async Task<ErasureCounts> RunAsync(Workspace workspace, Actor actor, RecordType type, Guid id, string? reason, bool block, bool trial, IReadOnlyCollection<string>? mentions = null, CancellationToken cancel = default)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("导出或删除个人数据需要相应权限", "Exporting or erasing personal data needs the right to do so")));
        }

        await new PreparedImports(workspace).DemandNoneHeldAsync(cancel);
        return await RunAsync(workspace, actor, type, id, Guid.CreateVersion7(workspace.Now), reason, block, trial, mentions ?? await ErasureMentions.CertainAsync(workspace, actor, type, id, cancel), cancel);
    }

    private static async Task<ErasureCounts> RunAsync(Workspace workspace, Actor actor, RecordType type, Guid id, Guid erasure, string? reason, bool block, bool trial, IReadOnlyCollection<string> mentions, CancellationToken cancel)
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

                    var done = await EraseAsync(context, workspace, person, erasure, reason, block, mentions, files, cancel);
                    return trial ? throw new Trial(done) : done;
                },
                cancel: cancel);
        }
        catch (Trial tried)
        {
            return tried.Counts;
        }

        await ErasureList.KeepBesideAsync(workspace, CancellationToken.None);
        await new PreparedImports(workspace).ForgetAsync(CancellationToken.None);
        foreach (var path in files.Select(hash => Attachments.PathOf(workspace, hash)).Where(File.Exists))
        {
            File.Delete(path);
        }

        await workspace.Database.ForgetDeletedAsync([.. workspace.Schema.Types.Where(known => known.HasSearch).Select(known => known.Table)], cancel);
        return counts;
    }

    private static async Task<bool> SeesAsync(SaveContext context, Actor actor, RecordType type, Guid id, CancellationToken cancel) =>
        await RecordStore.ExistsAsync(context.Session, actor, type, id, Verb.Read, context.Now, cancel: cancel) || await RecordStore.ExistsAsync(context.Session, actor, type, id, Verb.Read, context.Now, deleted: true, cancel);

    private static async Task<ErasureCounts> EraseAsync(SaveContext context, Workspace workspace, Record person, Guid erasure, string? reason, bool block, IReadOnlyCollection<string> elsewhere, List<string> files, CancellationToken cancel)
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

        mentions += await ErasureMentions.BlotAsync(context, elsewhere, words, entries, cancel);
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
            await RowsBeneath.RemoveAsync(context, record.Type, [record.Id], cancel);
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
        await ErasureList.RememberAsync(context, new ErasureList.Line(erasure, person.Type.Name, person.Id, context.Now, reason, blocked, [.. elsewhere]), counts, cancel);
        return counts;
    }

    private static Dictionary<string, int> Count(IEnumerable<Record> records) => records.GroupBy(record => record.Type.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    internal static async Task<List<long>> EntriesAsync(DatabaseSession session, Guid record, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var entries = await session.ListAsync(Sql.Of($"SELECT seq, changes FROM ledger WHERE record_id = {record} AND changes IS NOT NULL"), row => (Sequence: row.Integer(0), Changes: row.Text(1)), cancel);
        return [.. entries.Where(entry => words.Count == 0 || ErasureScope.Names(entry.Changes, words)).Select(entry => entry.Sequence)];
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

        foreach (var word in words)
        {
            lines += await session.ExecuteAsync(new Sql().Append("DELETE FROM import_row WHERE kind <> 'link' AND ").Append(session.Dialect.Contains("content", word)), cancel);
        }

        return lines;
    }

    /// <summary>Does what the list beside the database says and the database does not know: an older backup was put back. Answers how many.</summary>
    public static async Task<int> AgainAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var missing = await ErasureList.MissingAsync(workspace, cancel);
        foreach (var line in missing)
        {
            await OnceMoreAsync(workspace, line, cancel);
        }

        await ErasureList.KeepBesideAsync(workspace, cancel);
        return missing.Count;
    }

    private static async Task OnceMoreAsync(Workspace workspace, ErasureList.Line line, CancellationToken cancel)
    {
        if (workspace.Schema.Find(line.Type) is { } type)
        {
            Record? person;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                person = await RecordStore.FindAsync(session, type, line.Record, cancel);
            }

            if (person is not null)
            {
                var certain = await ErasureMentions.CertainAsync(workspace, workspace.System(), type, line.Record, cancel);
                await RunAsync(workspace, workspace.System(), type, line.Record, line.Id, line.Reason, block: line.Blocked.Length > 0, trial: false, [.. certain.Union(line.Mentions ?? [], StringComparer.Ordinal)], cancel);
                return;
            }
        }

        await workspace.WriteAsync(workspace.System(), context => ErasureList.RememberAsync(context, line, null, cancel), cancel: cancel);
    }
}
