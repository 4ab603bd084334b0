using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Quality;

/// <summary>Goes over the whole base when asked to or by the calendar; from then on judges what changes, and what stops being believed on its day.</summary>
public static class QualityKeeper
{
    private const int RowsAtOnce = 500;
    private const int LinesAtOnce = 2_000;

    /// <summary>A larger base is gone over for the first time when somebody asks.</summary>
    private const long MostUnasked = 200_000;

    private const int FirstHour = 3;

    private sealed record State(string Name, long Sequence, long Done, long Total, DateTimeOffset? FinishedAt, string? Day);

    /// <summary>One look at each noun: answers whether there is more to do at once.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var more = false;
        foreach (var type in QualityRules.Nouns.Select(workspace.Schema.Find).OfType<RecordType>())
        {
            more |= await TickAsync(workspace, type, cancel);
        }

        return more;
    }

    private static async Task<bool> TickAsync(Workspace workspace, RecordType type, CancellationToken cancel)
    {
        var noun = QualityBook.Noun(type);
        State state;
        QualityRules rules;
        TimeZoneInfo zone;
        long head;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            (state, head) = await session.FirstAsync(
                Sql.Of($"SELECT q.state, q.seq, q.done, q.total, q.finished_at, q.day, h.seq FROM quality_state q CROSS JOIN ledger_head h WHERE q.noun = {noun} AND h.one = 1"),
                row => (new State(row.Text(0), row.Integer(1), row.Integer(2), row.Integer(3), row.OptionalInstant(4), row.OptionalText(5)), row.Integer(6)), cancel);
            rules = await QualityRules.ReadAsync(session, workspace.Schema, cancel);
            zone = (await SegmentSet.ActorAsync(workspace, session, cancel)).TimeZone;
            if (state.Name == "never" && await session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) is not (> 0 and < MostUnasked))
            {
                return false;
            }
        }

        var local = TimeZoneInfo.ConvertTime(workspace.Now, zone);
        if (state.Name == "never" || (state.Name == "done" && IsTime(rules, state.FinishedAt, local, zone)))
        {
            return await workspace.WriteAsync(workspace.System(), context => BeginAsync(context, type, cancel), cancel: cancel);
        }

        if (state.Name == "running")
        {
            return await GoOnAsync(workspace, type, rules, state, cancel);
        }

        var more = await FollowAsync(workspace, type, rules, state, head, cancel);
        await KeepDayAsync(workspace, noun, state.Day, local.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), cancel);
        return more;
    }

    private static bool IsTime(QualityRules rules, DateTimeOffset? last, DateTimeOffset local, TimeZoneInfo zone)
    {
        var days = rules.Every switch { "day" => 1, "week" => 7, _ => int.MaxValue };
        return last is { } at && local.Hour >= FirstHour && (local.Date - TimeZoneInfo.ConvertTime(at, zone).Date).TotalDays >= days;
    }

    /// <summary>Begins to go over all records of a noun; false when that is under way.</summary>
    public static async Task<bool> BeginAsync(SaveContext context, RecordType type, CancellationToken cancel = default)
    {
        var total = await context.Session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) ?? 0;
        var head = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel);
        return await context.Session.ExecuteAsync(
            Sql.Of($"UPDATE quality_state SET state = 'running', seq = {head}, done = 0, total = {total}, started_at = {context.Now}, finished_at = NULL, actor_id = {context.ActorId} WHERE noun = {QualityBook.Noun(type)} AND state <> 'running'"), cancel) > 0;
    }

    private static async Task<bool> GoOnAsync(Workspace workspace, RecordType type, QualityRules rules, State state, CancellationToken cancel)
    {
        var (noun, to, table) = (QualityBook.Noun(type), Math.Min(state.Total, state.Done + RowsAtOnce), new SqlName(type.Table));
        var done = to >= state.Total;
        await workspace.Database.WriteAsync(
            async session =>
            {
                if (await TakeAsync(session, noun, cancel) is not { } at || at.State != "running" || at.Done != state.Done)
                {
                    return;
                }

                // Judged ones are looked for too: a record may be gone.
                var rows = await session.ListAsync(
                    Sql.Of($"SELECT seq FROM {table} WHERE seq > {state.Done} AND seq <= {to} UNION SELECT record FROM quality_record WHERE noun = {noun} AND record > {state.Done} AND record <= {to}"), row => row.Integer(0), cancel);
                await JudgeAsync(workspace, session, type, rules, rows, workspace.Now, cancel);
                DateTimeOffset? finished = done ? workspace.Now : null;
                await session.ExecuteAsync(Sql.Of($"UPDATE quality_state SET done = {to}, state = {(done ? "done" : "running")}, finished_at = {finished} WHERE noun = {noun}"), cancel);
            },
            cancel);
        return true;
    }

    /// <summary>The rows, and for contacts then the customers they belong to, part of whose score theirs is.</summary>
    private static async Task JudgeAsync(Workspace workspace, DatabaseSession session, RecordType type, QualityRules rules, IReadOnlyCollection<long> rows, DateTimeOffset now, CancellationToken cancel)
    {
        await QualityBook.JudgeAsync(session, type, rules, rows, now, cancel);
        if (type.Name == "contacts" && rows.Count > 0 && await TakeAsync(session, CustomersNoun, cancel) is { State: "done" })
        {
            var customers = await session.ListAsync(new Sql().Append("SELECT DISTINCT c.seq FROM contact t JOIN customer c ON c.id = t.customer_id WHERE t.seq IN ").List(rows), row => row.Integer(0), cancel);
            await QualityBook.JudgeAsync(session, workspace.Schema["customers"], rules, customers, now, cancel);
        }
    }

    private const long CustomersNoun = 1;

    /// <summary>The row of the state, locked: two processes do not judge at once, or they would both add to the sums.</summary>
    private static async Task<(string State, long Done, long Sequence)?> TakeAsync(DatabaseSession session, long noun, CancellationToken cancel)
    {
        var lockRow = new SqlName(session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        return await session.FirstAsync(Sql.Of($"SELECT state, done, seq FROM quality_state WHERE noun = {noun}{lockRow}"), row => ((string, long, long)?)(row.Text(0), row.Integer(1), row.Integer(2)), cancel);
    }

    private static async Task<bool> FollowAsync(Workspace workspace, RecordType type, QualityRules rules, State state, long head, CancellationToken cancel)
    {
        var (noun, now, table) = (QualityBook.Noun(type), workspace.Now, new SqlName(type.Table));
        var rows = new HashSet<long>();
        var to = state.Sequence;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (head > state.Sequence)
            {
                to = await session.ScalarAsync<long>(Sql.Of($"SELECT MAX(seq) FROM (SELECT seq FROM ledger WHERE seq > {state.Sequence} ORDER BY seq LIMIT {LinesAtOnce}) x"), cancel);
                rows.UnionWith(await session.ListAsync(Sql.Of($"SELECT t.seq FROM {table} t WHERE t.id IN (SELECT l.record_id FROM ledger l WHERE l.seq > {state.Sequence} AND l.seq <= {to} AND l.record_type = {type.Name})"), row => row.Integer(0), cancel));
                rows.UnionWith(await session.ListAsync(Sql.Of($"SELECT q.record FROM quality_record q WHERE q.noun = {noun} AND EXISTS (SELECT 1 FROM ledger l WHERE l.seq > {state.Sequence} AND l.seq <= {to} AND l.action = 'remove' AND l.record_type = {type.Name}) AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.seq = q.record)"), row => row.Integer(0), cancel));
                if (type.Access == AccessKind.Child)
                {
                    // Whose it is follows the customer and says nothing in its own history.
                    var parent = new SqlName(type[type.ParentField!].Column);
                    rows.UnionWith(await session.ListAsync(Sql.Of($"SELECT t.seq FROM {table} t WHERE t.{parent} IN (SELECT l.record_id FROM ledger l WHERE l.seq > {state.Sequence} AND l.seq <= {to} AND l.record_type = 'customers')"), row => row.Integer(0), cancel));
                }
            }

            rows.UnionWith(await QualityTwins.TouchedAsync(session, type, rows, RowsAtOnce, cancel));
            rows.UnionWith(await session.ListAsync(Sql.Of($"SELECT record FROM quality_record WHERE noun = {noun} AND due_at <= {now} LIMIT {RowsAtOnce}"), row => row.Integer(0), cancel));
        }

        if (rows.Count == 0 && to - state.Sequence < LinesAtOnce)
        {
            // What concerns nobody here is read again the next time rather than written down each time.
            return false;
        }

        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    if (await TakeAsync(session, noun, cancel) is { State: not "running" })
                    {
                        await JudgeAsync(workspace, session, type, rules, chunk, now, cancel);
                    }
                },
                cancel);
        }

        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE quality_state SET seq = {to} WHERE noun = {noun} AND seq = {state.Sequence}"), cancel), cancel);
        return to < head || rows.Count >= RowsAtOnce;
    }

    /// <summary>When the day is over, how things stood at its end.</summary>
    private static async Task KeepDayAsync(Workspace workspace, long noun, string? day, string today, CancellationToken cancel)
    {
        if (day == today)
        {
            return;
        }

        await workspace.Database.WriteAsync(
            async session =>
            {
                if (day is not null)
                {
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM quality_day WHERE noun = {noun} AND day = {day}"), cancel);
                    await session.ExecuteAsync(Sql.Of($"INSERT INTO quality_day (noun, day, owner, what, number) SELECT {noun}, {day}, owner, what, SUM(number) FROM quality_sum WHERE noun = {noun} GROUP BY owner, what"), cancel);
                }

                await session.ExecuteAsync(Sql.Of($"UPDATE quality_state SET day = {today} WHERE noun = {noun}"), cancel);
            },
            cancel);
    }

    /// <summary>Somebody says that values are right as they are: from now on they are believed again for their time.</summary>
    public static async Task ConfirmAsync(SaveContext context, RecordType type, Guid id, IReadOnlyList<string> names, CancellationToken cancel = default)
    {
        var record = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Edit, context.Now, cancel: cancel);
        var errors = new FieldErrors();
        foreach (var name in names)
        {
            if (type.Find(name) is not { Internal: false, Retired: false } field || context.Actor.On(type, field) == FieldRight.Hidden)
            {
                errors.Add("fields", RecordRefusals.UnknownField(name, Nearest.To(name, type.Shown.Select(known => known.Name))));
            }
            else if (context.Actor.On(type, field) < FieldRight.Edit)
            {
                errors.Add("fields", RecordRefusals.NoRightOnField);
            }
            else if (record[field] is null)
            {
                errors.Add("fields", new Label($"“{field.Label.ZhHans}”是空的，没有可确认的内容", $"“{field.Label.En}” is empty; there is nothing to confirm"));
            }
        }

        errors.Throw();
        context.Note(QualityBook.Action, type.Name, id, System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [QualityBook.Confirmed] = names }));
        context.Announce(new Platform.Live.LiveEvent(type.Name, id, record.Version, QualityBook.Action, context.Actor.Id));
    }
}
