using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>How a scan stands.</summary>
/// <param name="State">never, running, done or failed.</param>
/// <param name="Stage">reading, comparing or writing.</param>
/// <param name="Found">Pairs found.</param>
public sealed record ScanState(string State, string? Stage, long Done, long Total, long Found, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Problem, long LedgerSequence)
{
    public static ScanState Never { get; } = new("never", null, 0, 0, 0, null, null, null, 0);
}

/// <summary>Looks through the whole base for records that may be the same and learns how they agree; afterwards only what has changed is looked at.</summary>
public static class MatchScan
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);
    private const int RowsAtOnce = 5_000;

    /// <summary>More changes than this since the last look, and the whole base is looked through again.</summary>
    private const int MostFollowed = 20_000;

    public static async Task<ScanState> StateAsync(DatabaseSession session, RecordType type, CancellationToken cancel = default) =>
        await session.FirstAsync(
            Sql.Of($"SELECT state, stage, done, total, found, started_at, finished_at, problem, ledger_seq FROM match_scan WHERE record_type = {type.Name}"),
            row => new ScanState(row.Text(0), row.OptionalText(1), row.Integer(2), row.Integer(3), row.Integer(4), row.Instant(5), row.OptionalInstant(6), row.OptionalText(7), row.Integer(8)), cancel) ?? ScanState.Never;

    /// <summary>Takes the scan of a noun for this process; false when another one is at it.</summary>
    public static Task<bool> BeginAsync(Workspace workspace, Actor actor, RecordType type, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var head = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel);
            return await context.Session.ExecuteAsync(
                Sql.Of($"INSERT INTO match_scan (record_type, state, stage, done, total, found, started_at, beat_at, actor_id, ledger_seq) VALUES ({type.Name}, 'running', 'reading', 0, 0, 0, {context.Now}, {context.Now}, {context.ActorId}, {head}) ON CONFLICT (record_type) DO UPDATE SET state = 'running', stage = 'reading', done = 0, total = 0, started_at = excluded.started_at, finished_at = NULL, beat_at = excluded.beat_at, actor_id = excluded.actor_id, problem = NULL, ledger_seq = excluded.ledger_seq WHERE match_scan.state <> 'running' OR match_scan.beat_at < {context.Now - Silence}"), cancel) > 0;
        },
        cancel: cancel);

    /// <summary>The scan itself, after <see cref="BeginAsync"/>. A million customers take about two minutes of two cores and less than 1.5 GB.</summary>
    public static async Task<int> RunAsync(Workspace workspace, RecordType type, IProgress<ScanState>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            MatchSettings settings;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                settings = await MatchSettings.ReadAsync(session, cancel);
            }

            var found = new List<FoundPair>();
            var models = new List<(MatchProfile Profile, LinkageModel Model, int Records)>();
            var tables = await ReadAsync(workspace, type, progress, cancel);
            var all = tables.Sum(table => table.Ids.Count);
            await BeatAsync(workspace, type, "comparing", all, all, progress, cancel);
            for (var i = 0; i < tables.Length; i++)
            {
                // Given back as soon as it was compared: the tables are most of what a scan holds.
                var one = tables[i];
                tables[i] = null!;
                if (one.Ids.Count < 2)
                {
                    continue;
                }

                var (pairs, model) = await Task.Run(() => Match(one.Table, one.Ids, settings), cancel);
                found.AddRange(pairs);
                models.Add((one.Profile, model, one.Ids.Count));
            }

            await BeatAsync(workspace, type, "writing", 0, found.Count, progress, cancel);
            return await workspace.WriteAsync(
                workspace.System(),
                async context =>
                {
                    foreach (var (profile, model, records) in models)
                    {
                        await MatchModels.SaveAsync(context, type, profile, model, records, cancel);
                    }

                    var open = await MatchCases.ReplaceAsync(context, type, found, cancel);
                    await context.Session.ExecuteAsync(Sql.Of($"UPDATE match_scan SET state = 'done', stage = NULL, found = {open}, finished_at = {context.Now}, full_at = {context.Now} WHERE record_type = {type.Name}"), cancel);
                    return open;
                },
                cancel: cancel);
        }
        catch (Exception error)
        {
            var problem = error is OperationCanceledException ? "stopped" : error.GetType().Name;
            await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE match_scan SET state = 'failed', stage = NULL, problem = {problem}, finished_at = {workspace.Now} WHERE record_type = {type.Name}"), CancellationToken.None), CancellationToken.None);
            throw;
        }
    }

    /// <summary>The records of a noun that are compared in one way, by columns of distinct values.</summary>
    private sealed class Compared(MatchProfile profile)
    {
        private List<IReadOnlyList<string?>> waiting = [];

        public MatchProfile Profile => profile;

        public RecordTable Table { get; } = new(profile.Fields, LanguageNormalizer.Instance);

        public List<Guid> Ids { get; } = [];

        public void Take(Record record)
        {
            Ids.Add(record.Id);
            waiting.Add(profile.Usual(record));
        }

        public List<IReadOnlyList<string?>> Waiting()
        {
            var rows = waiting;
            waiting = [];
            return rows;
        }
    }

    /// <summary>The whole noun in one pass; while the next rows are read those before are normalised.</summary>
    private static async Task<Compared[]> ReadAsync(Workspace workspace, RecordType type, IProgress<ScanState>? progress, CancellationToken cancel)
    {
        var tables = type.Matching.Select(profile => new Compared(profile)).ToArray();
        var reading = new MatchReading(type, type.Matching);
        var (normalising, beat) = (Task.CompletedTask, 0L);
        await using var session = await workspace.Database.ReadAsync(cancel);
        var last = await session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) ?? 0;
        for (var after = 0L; after < last;)
        {
            var read = 0;
            await using (var reader = await session.ReadAsync(new Sql().Append($"SELECT {reading.Columns} FROM {type.Table} t WHERE t.seq > ").Value(after).Append($" AND t.deleted_at IS NULL ORDER BY t.seq LIMIT {RowsAtOnce}"), cancel))
            {
                while (await reader.ReadAsync(cancel))
                {
                    read++;
                    var record = reading.Read(reader, session.Dialect);
                    after = record.Sequence;
                    Array.Find(tables, table => table.Profile.Applies(record))?.Take(record);
                }
            }

            await normalising;
            var rows = Array.ConvertAll(tables, table => (table.Table, Rows: table.Waiting()));
            normalising = Task.Run(() => Array.ForEach(rows, part => part.Table.AddRange(part.Rows)), cancel);
            after = read < RowsAtOnce ? last : after;
            if (after / 100_000 != beat)
            {
                beat = after / 100_000;
                await BeatAsync(workspace, type, "reading", after, last, progress, cancel);
            }
        }

        await normalising;
        return tables;
    }

    private static (List<FoundPair> Pairs, LinkageModel Model) Match(RecordTable table, List<Guid> ids, MatchSettings settings)
    {
        var matcher = new RecordMatcher(table, options: new MatchOptions { MatchThreshold = settings.Match, ReviewThreshold = settings.Review });
        var result = matcher.Run();
        var pairs = result.Pairs.Select(pair => FoundPair.Of(
            ids[pair.Left], ids[pair.Right], pair.Probability, pair.IsRelated ? "related" : pair.Band == MatchBand.Match ? "match" : "review",
            [.. matcher.Explain(pair.Left, pair.Right).Where(reason => reason.Level != "missing").Select(reason => new LikenessReason(reason.Field.Name, reason.Level, Math.Round(reason.Bits, 1)))])).ToList();
        return (pairs, result.Model);
    }

    private static async Task BeatAsync(Workspace workspace, RecordType type, string stage, long done, long total, IProgress<ScanState>? progress, CancellationToken cancel)
    {
        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE match_scan SET stage = {stage}, done = {done}, total = {total}, beat_at = {workspace.Now} WHERE record_type = {type.Name}"), cancel), cancel);
        progress?.Report(ScanState.Never with { State = "running", Stage = stage, Done = done, Total = total });
    }

    /// <summary>Looks at what has changed since the last look; answers how many records, or -1 when so much has changed that the whole base should be looked through.</summary>
    public static async Task<int> FollowAsync(Workspace workspace, RecordType type, int most = 500, CancellationToken cancel = default)
    {
        List<(long Sequence, Guid Record)> changed;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var state = await StateAsync(session, type, cancel);
            if (state.State != "done")
            {
                return 0;
            }

            changed = await session.ListAsync(
                Sql.Of($"SELECT seq, record_id FROM ledger WHERE seq > {state.LedgerSequence} AND record_type = {type.Name} AND record_id IS NOT NULL ORDER BY seq LIMIT {MostFollowed + 1}"), row => (row.Integer(0), row.Id(1)), cancel);
        }

        if (changed.Count is 0 or > MostFollowed)
        {
            return changed.Count == 0 ? 0 : -1;
        }

        var part = changed.Take(most).ToList();
        foreach (var id in part.Select(item => item.Record).Distinct())
        {
            await LookAtAsync(workspace, type, id, cancel);
        }

        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE match_scan SET ledger_seq = {part[^1].Sequence} WHERE record_type = {type.Name} AND ledger_seq < {part[^1].Sequence}"), cancel), cancel);
        return part.Count;
    }

    private static async Task LookAtAsync(Workspace workspace, RecordType type, Guid id, CancellationToken cancel)
    {
        var found = new List<FoundPair>();
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var there = await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {type.Table} WHERE deleted_at IS NULL AND id = ").Value(id), cancel) > 0;
            if (there && await RecordStore.FindAsync(session, type, id, cancel) is { } record)
            {
                var settings = await MatchSettings.ReadAsync(session, cancel);
                found.AddRange((await MatchFinder.FindAsync(session, workspace.System(), record, workspace.Now, settings, 20, cancel)).Select(item => FoundPair.Of(id, item.Record.Id, item.Probability, item.BandName, item.Reasons)));
            }
        }

        await workspace.WriteAsync(workspace.System(), context => MatchCases.RefreshAsync(context, type, id, found, cancel), cancel: cancel);
    }
}
