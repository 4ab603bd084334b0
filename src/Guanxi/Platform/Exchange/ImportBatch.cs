using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>An import as it is remembered.</summary>
/// <param name="State">running, done, failed (rolled back), undoing or undone.</param>
/// <param name="UserId">Who imported; null for the program itself.</param>
public sealed record ImportBatch(Guid Id, string Type, string? FileName, string? Name, string State, ImportCounts Counts, double Seconds, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, Guid? UserId, ImportUndone? Undone);

/// <summary>What an undo did.</summary>
public sealed record ImportUndone(long Deleted, long Restored, IReadOnlyList<KeptRecord> Kept);

/// <summary>A record that an undo left as it is, and why.</summary>
public sealed record KeptRecord(Guid Id, string Reason);

/// <summary>The imports of a company in its database.</summary>
public static class ImportBatches
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly ConcurrentDictionary<Guid, bool> RunningHere = new();

    private sealed record Stored(ImportCounts Counts, double Seconds, ImportUndone? Undone = null, string? Problem = null);

    public static async Task<IReadOnlyList<ImportBatch>> ListAsync(DatabaseSession session, Guid? user, int limit = 100, CancellationToken cancel = default)
    {
        var sql = new Sql().Append(Select);
        if (user is { } id)
        {
            sql.Append(" WHERE user_id = ").Value(id);
        }

        return await session.ListAsync(sql.Append(" ORDER BY started_at DESC, id DESC LIMIT ").Value(limit), Read, cancel);
    }

    public static async Task<ImportBatch?> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(new Sql().Append(Select).Append(" WHERE id = ").Value(id), Read, cancel);

    /// <summary>The batch with an id or a name; of several with one name the newest.</summary>
    public static async Task<ImportBatch?> FindAsync(DatabaseSession session, string idOrName, CancellationToken cancel = default) => Guid.TryParse(idOrName, out var id)
        ? await FindAsync(session, id, cancel)
        : await session.FirstAsync(new Sql().Append(Select).Append(" WHERE name = ").Value(idOrName).Append(" ORDER BY started_at DESC LIMIT 1"), Read, cancel);

    public static async Task<string?> RejectsAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT rejects FROM import_batch WHERE id = {id}"), row => row.OptionalText(0), cancel);

    internal static async Task StartAsync(SaveContext context, Guid id, ImportOptions options, string? fileName)
    {
        RunningHere[id] = true;
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO import_batch (id, record_type, file_name, state, options, result, started_at, user_id, name, holder, beat_at) VALUES ({id}, {options.Type}, {fileName}, {"running"}, {options.ToJson()}{json}, {Text(new ImportCounts(), 0)}{json}, {context.Now}, {context.ActorId}, {options.Name}, {Holder}, {context.Now})"));
    }

    /// <summary>Says in the transaction of a chunk how far the import is, and that it lives.</summary>
    internal static async Task BeatAsync(DatabaseSession session, Guid id, ImportCounts counts, double seconds, DateTimeOffset now, CancellationToken cancel)
    {
        var json = new SqlName(session.Dialect.JsonParameter);
        await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET result = {Text(counts, seconds)}{json}, beat_at = {now} WHERE id = {id}"), cancel);
    }

    internal static async Task FinishAsync(SaveContext context, Guid id, string state, ImportCounts counts, double seconds, string? rejects, string? problem = null)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        await context.Session.ExecuteAsync(
            Sql.Of($"UPDATE import_batch SET state = {state}, result = {JsonSerializer.Serialize(new Stored(counts, seconds, null, problem), Json)}{json}, rejects = {rejects}, finished_at = {context.Now}, holder = {(string?)null} WHERE id = {id}"));
    }

    internal static async Task MarkUndoAsync(SaveContext context, ImportBatch batch, string state, ImportUndone? undone)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var holder = state == "undoing" ? Holder : null;
        RunningHere[batch.Id] = true;
        await context.Session.ExecuteAsync(
            Sql.Of($"UPDATE import_batch SET state = {state}, result = {JsonSerializer.Serialize(new Stored(batch.Counts, batch.Seconds, undone), Json)}{json}, holder = {holder}, beat_at = {context.Now} WHERE id = {batch.Id}"));
    }

    internal static void Leave(Guid id) => RunningHere.TryRemove(id, out _);

    /// <summary>Imports and undos that no living process works on.</summary>
    internal static async Task<IReadOnlyList<ImportBatch>> AbandonedAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel)
    {
        var unfinished = await session.ListAsync(
            Sql.Of($"SELECT id, holder, beat_at FROM import_batch WHERE state IN ('running', 'undoing')"),
            row => (Id: row.Id(0), Holder: row.OptionalText(1), Beat: row.OptionalInstant(2)),
            cancel);
        var abandoned = new List<ImportBatch>();
        foreach (var item in unfinished.Where(item => !Lives(item.Id, item.Holder, item.Beat, now)))
        {
            abandoned.Add((await FindAsync(session, item.Id, cancel))!);
        }

        return abandoned;
    }

    /// <summary>A process of this machine is asked for itself, another machine's by its last sign of life.</summary>
    private static bool Lives(Guid id, string? holder, DateTimeOffset? beat, DateTimeOffset now)
    {
        if (holder == Holder)
        {
            return RunningHere.ContainsKey(id);
        }

        if (holder?.Split('|') is not [var machine, var process, var started] || machine != Environment.MachineName)
        {
            return holder is not null && beat > now - TimeSpan.FromMinutes(2);
        }

        try
        {
            using var other = Process.GetProcessById(int.Parse(process));
            return StartOf(other) == started;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Holder { get; } = HolderOf(Process.GetCurrentProcess());

    private static string HolderOf(Process process) => $"{Environment.MachineName}|{process.Id}|{StartOf(process)}";

    private static string StartOf(Process process) => new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(ImportCounts counts, double seconds) => JsonSerializer.Serialize(new Stored(counts, seconds), Json);

    private const string Select = "SELECT id, record_type, file_name, name, state, result, started_at, finished_at, user_id FROM import_batch";

    private static ImportBatch Read(Row row)
    {
        var kept = row.OptionalText(5) is { } json ? JsonSerializer.Deserialize<Stored>(json, Json)! : new Stored(new ImportCounts(), 0);
        return new ImportBatch(row.Id(0), row.Text(1), row.OptionalText(2), row.OptionalText(3), row.Text(4), kept.Counts, kept.Seconds, row.Instant(6), row.OptionalInstant(7), row.OptionalId(8), kept.Undone);
    }
}
