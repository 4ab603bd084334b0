using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>
/// Keeps live segments true: follows the ledger line by line, so that a change is in within a second or two; looks again when time alone makes a difference; works a set out wholly only
/// when the conditions are new or something changed that concerns everybody. Two processes may do it at once: they only do it twice.
/// </summary>
public static class SegmentKeeper
{
    private const int LinesAtOnce = 5_000;

    /// <summary>Behind by more than this, working everything out anew is quicker.</summary>
    private const long MostFollowed = 200_000;

    private const int BenchAtOnce = 5_000;

    /// <summary>One look: answers whether there is more to do at once.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await BuildAsync(workspace, cancel);
        var more = await FollowAsync(workspace, cancel);
        await PassTimeAsync(workspace, cancel);
        await SegmentDays.KeepAsync(workspace, cancel);
        return more;
    }

    private static RecordType TypeOf(Workspace workspace) => workspace.Schema[Segment.Noun];

    /// <summary>Works out the segments that are new or changed, and those whose custom fields are.</summary>
    private static async Task BuildAsync(Workspace workspace, CancellationToken cancel)
    {
        List<Guid> waiting;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            waiting = await session.ListAsync(Sql.Of($"SELECT id FROM segment WHERE deleted_at IS NULL AND kind = 'live' AND state = 'building'"), row => row.Id(0), cancel);
        }

        if (waiting.Count == 0)
        {
            return;
        }

        await workspace.RefreshAsync(cancel);
        foreach (var id in waiting)
        {
            if (workspace.Directory.Segments.Find(id) is { } segment)
            {
                await BuildAsync(workspace, segment, renew: false, cancel);
            }
        }
    }

    /// <param name="renew">The conditions are the same: the differences are written into the set that is there.</param>
    private static async Task BuildAsync(Workspace workspace, SegmentInfo segment, bool renew, CancellationToken cancel)
    {
        var (type, now) = (TypeOf(workspace), workspace.Now);
        long head;
        long members;
        Actor actor;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            actor = await SegmentSet.ActorAsync(workspace, session, cancel);
            head = await session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel);
            members = renew ? segment.Members : await session.ScalarAsync<long>(Sql.Of($"SELECT MAX(n) FROM (SELECT COALESCE(MAX(members), 0) + 1 AS n FROM segment UNION ALL SELECT COALESCE(MAX(members), 0) + 1 FROM segment_member) x"), cancel);
        }

        int size;
        try
        {
            if (segment.Filter is not { } filter)
            {
                throw SegmentRules.Wrong(("条件无法读取，请重新编辑", "The conditions cannot be read; edit them"));
            }

            size = await SegmentSet.FillAsync(workspace, actor, filter, type, members, now, cancel);
        }
        catch (RefusedException refused)
        {
            // A field that the conditions ask for is gone, say.
            var why = (refused.Refusal.Detail ?? refused.Refusal.Title).In("zh-Hans");
            await workspace.WriteAsync(
                workspace.System(),
                async context =>
                {
                    await context.Session.ExecuteAsync(Sql.Of($"UPDATE segment SET state = 'failed', problem = {why}, built_schema = {workspace.Schema.Version} WHERE id = {segment.Id} AND filter IS NOT DISTINCT FROM {segment.Text}"), cancel);
                    context.DirectoryChanged = true;
                },
                cancel: cancel);
            return;
        }

        await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var session = context.Session;
                await SegmentSet.LockAsync(session, cancel);
                var due = new PassingTime(actor, type, session.Dialect).NextAfter(segment.Filter!, now, out _);

                // Whoever saved other conditions meanwhile gets those worked out next.
                await session.ExecuteAsync(
                    Sql.Of($"UPDATE segment SET state = 'ready', problem = NULL, members = {members}, size = {(long)size}, built_at = {now}, built_schema = {workspace.Schema.Version}, moved_at = {now}, due_at = {due} WHERE id = {segment.Id} AND filter = {segment.Text}"), cancel);

                // What changed while the base was being read.
                await CatchUpAsync(workspace, session, actor, segment with { Members = members }, type, head, cancel);
                context.DirectoryChanged = !renew;
                context.Announce(new LiveEvent("segments", segment.Id, 0, "members", null));
            },
            cancel: cancel);
        if (!renew && segment.Members != members)
        {
            await SegmentSet.DropAsync(workspace, segment.Members, cancel);
            await workspace.Database.WriteAsync(session => SegmentDays.BeginAsync(session, type, segment with { Members = members }, actor.TimeZone, now, cancel), cancel);
        }
    }

    private static async Task CatchUpAsync(Workspace workspace, DatabaseSession session, Actor actor, SegmentInfo segment, RecordType type, long head, CancellationToken cancel)
    {
        for (var after = head; ;)
        {
            var moved = await MovedRows.ReadAsync(session, workspace.Schema, type, after, LinesAtOnce, cancel);
            if (moved.Last == after)
            {
                return;
            }

            await LookAsync(session, actor, [segment], type, moved.Rows, workspace.Now, null, cancel);
            after = moved.Last;
        }
    }

    /// <summary>Looks at the customers again for each of the segments; their ids are told when somebody came or went.</summary>
    private static async Task LookAsync(DatabaseSession session, Actor actor, IReadOnlyList<SegmentInfo> segments, RecordType type, IReadOnlyCollection<long> rows, DateTimeOffset now, Action<SegmentInfo>? moved, CancellationToken cancel)
    {
        foreach (var chunk in rows.Chunk(BenchAtOnce))
        {
            await SegmentSet.WorkAsync(session, chunk, cancel);
            foreach (var segment in segments)
            {
                if (segment.Filter is { } filter && await SegmentSet.RenewAsync(session, actor, segment, filter, type, now, cancel) > 0)
                {
                    moved?.Invoke(segment);
                }
            }

            await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_work"), cancel);
        }
    }

    /// <summary>Takes in what the ledger says since the last look.</summary>
    private static async Task<bool> FollowAsync(Workspace workspace, CancellationToken cancel)
    {
        var type = TypeOf(workspace);
        var live = workspace.Directory.Segments.All.Where(segment => segment is { IsLive: true, IsReady: true, Filter: not null }).ToList();
        MovedRows moved;
        Actor actor;
        long cursor;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var (from, head) = await session.FirstAsync(Sql.Of($"SELECT c.seq, h.seq FROM segment_cursor c CROSS JOIN ledger_head h WHERE c.one = 1 AND h.one = 1"), row => (row.Integer(0), row.Integer(1)), cancel);
            if (head <= from || (live.Count == 0 && head - from < LinesAtOnce))
            {
                return false;
            }

            cursor = from;
            actor = await SegmentSet.ActorAsync(workspace, session, cancel);
            if (live.Count == 0 || head - from > MostFollowed)
            {
                moved = MovedRows.Nothing(head) with { AnyRemoved = true };
            }
            else
            {
                moved = await MovedRows.ReadAsync(session, workspace.Schema, type, from, LinesAtOnce, cancel);
            }
        }

        var far = moved.Last - cursor > LinesAtOnce;
        var wholly = live.Where(segment => far || Concerns(workspace, segment, moved)).ToList();
        var told = new HashSet<Guid>();
        await workspace.Database.WriteAsync(
            async session =>
            {
                await LookAsync(session, actor, live, type, moved.Rows, workspace.Now, segment => told.Add(segment.Id), cancel);
                await session.ExecuteAsync(Sql.Of($"UPDATE segment_cursor SET seq = {moved.Last} WHERE one = 1 AND seq < {moved.Last}"), cancel);
                if (moved.AnyRemoved)
                {
                    await SweepAsync(session, type, cancel);
                }
            },
            cancel);
        workspace.Live.Post(told.Select(id => new LiveEvent("segments", id, 0, "members", null)));
        foreach (var segment in wholly)
        {
            await BuildAsync(workspace, segment, renew: true, cancel);
        }

        return moved.Last - cursor >= LinesAtOnce;
    }

    /// <summary>Whether something changed that the conditions reach through a reference, or a segment they name.</summary>
    private static bool Concerns(Workspace workspace, SegmentInfo segment, MovedRows moved)
    {
        if (moved.Elsewhere.ContainsKey("segments") && SegmentRules.Named(segment.Filter!).Any(name => workspace.Directory.Segments.Find(name) is { } inner && (moved.Nouns.Contains(inner.Id) || workspace.Directory.Segments.All.Any(other => moved.Nouns.Contains(other.Id) && workspace.Directory.Segments.AskingFor(other.Id).Any(asking => asking.Id == inner.Id)))))
        {
            return true;
        }

        return Paths(segment.Filter!, TypeOf(workspace), workspace.Schema).Any(path => moved.Elsewhere.TryGetValue(path.Noun, out var fields) && (fields.Contains(path.Field) || fields.Contains("delete") || fields.Contains("restore")));
    }

    /// <summary>The fields of other nouns that conditions ask for: owner.team asks for team of users.</summary>
    private static IEnumerable<(string Noun, string Field)> Paths(FilterNode node, RecordType type, Schema schema)
    {
        foreach (var (compare, of) in SegmentRules.Compared(node).Select(compare => (compare, type)).Concat(SegmentRules.Children(node).Where(children => children.Filter is not null && schema.Find(children.Path.Split('.')[0]) is not null)
            .SelectMany(children => SegmentRules.Compared(children.Filter!).Select(compare => (compare, schema[children.Path.Split('.')[0]])))))
        {
            var at = of;
            foreach (var part in SegmentRules.Steps(of, compare.Path))
            {
                if (at.Name != of.Name)
                {
                    yield return (at.Name, part);
                }

                if (at.Find(part)?.Reference is not { } name || schema.Find(name) is not { } target)
                {
                    break;
                }

                at = target;
            }

            // A reference compared by its name depends on that name.
            if (at.Name != of.Name && compare.Values.Any(value => !Guid.TryParse(value.Text, out _)))
            {
                yield return (at.Name, at.TitleField);
            }
        }
    }

    /// <summary>Records that are gone for good leave every list.</summary>
    private static async Task SweepAsync(DatabaseSession session, RecordType type, CancellationToken cancel)
    {
        var (table, empty) = (new SqlName(type.Table), 0L);
        if (await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_member WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.seq = segment_member.member)"), cancel) > empty)
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE segment SET size = (SELECT COUNT(*) FROM segment_member m WHERE m.members = segment.members) WHERE kind = 'live' AND state = 'ready'"), cancel);
        }
    }

    /// <summary>Looks at those for whom the passing of time has made a difference.</summary>
    private static async Task PassTimeAsync(Workspace workspace, CancellationToken cancel)
    {
        var (type, now) = (TypeOf(workspace), workspace.Now);
        List<(Guid Id, DateTimeOffset From)> due;
        List<Guid> outdated;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            due = await session.ListAsync(Sql.Of($"SELECT id, moved_at FROM segment WHERE kind = 'live' AND state = 'ready' AND deleted_at IS NULL AND due_at <= {now} AND moved_at IS NOT NULL"), row => (row.Id(0), row.Instant(1)), cancel);
            outdated = await session.ListAsync(Sql.Of($"SELECT id FROM segment WHERE kind = 'live' AND state IN ('ready', 'failed') AND deleted_at IS NULL AND built_schema <> {workspace.Schema.Version}"), row => row.Id(0), cancel);
        }

        foreach (var (id, from) in due)
        {
            if (workspace.Directory.Segments.Find(id) is { Filter: { } filter } segment)
            {
                await PassTimeAsync(workspace, segment, filter, type, from, now, cancel);
            }
        }

        foreach (var segment in outdated.Select(workspace.Directory.Segments.Find).OfType<SegmentInfo>())
        {
            await BuildAsync(workspace, segment, renew: segment.IsReady, cancel);
        }
    }

    private static async Task PassTimeAsync(Workspace workspace, SegmentInfo segment, FilterNode filter, RecordType type, DateTimeOffset from, DateTimeOffset now, CancellationToken cancel)
    {
        Actor actor;
        var rows = new HashSet<long>();
        DateTimeOffset? next;
        bool wholly;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            actor = await SegmentSet.ActorAsync(workspace, session, cancel);
            var time = new PassingTime(actor, type, session.Dialect);
            next = time.NextAfter(filter, now, out wholly);
            foreach (var candidates in wholly ? [] : time.Candidates(filter, from, now))
            {
                rows.UnionWith(await session.ListAsync(candidates, row => row.Integer(0), cancel));
            }
        }

        if (wholly)
        {
            await BuildAsync(workspace, segment, renew: true, cancel);
            return;
        }

        var told = false;
        await workspace.Database.WriteAsync(
            async session =>
            {
                await LookAsync(session, actor, [segment], type, rows, now, _ => told = true, cancel);
                await session.ExecuteAsync(Sql.Of($"UPDATE segment SET moved_at = {now}, due_at = {next} WHERE id = {segment.Id} AND moved_at = {from}"), cancel);
            },
            cancel);
        if (told)
        {
            workspace.Live.Post([new LiveEvent("segments", segment.Id, 0, "members", null)]);
        }
    }
}
