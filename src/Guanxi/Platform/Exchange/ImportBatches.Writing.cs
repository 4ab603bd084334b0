using System.Collections.Concurrent;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

public static partial class ImportBatches
{
    private static readonly ConcurrentDictionary<Guid, bool> RunningHere = new();

    /// <summary>Begins an import that was not prepared: from the command line, or by one call.</summary>
    internal static async Task StartAsync(SaveContext context, Guid id, ImportOptions options, string? fileName, IReadOnlyList<string> columns)
    {
        RunningHere[id] = true;
        await InsertAsync(context, id, options, fileName, columns, "running", null, Holder);
    }

    /// <summary>Keeps a file that somebody will decide about.</summary>
    internal static Task DraftAsync(SaveContext context, Guid id, ImportOptions options, string? fileName, IReadOnlyList<string> columns, string keptFile) =>
        InsertAsync(context, id, options, fileName, columns, "draft", keptFile, null);

    private static async Task InsertAsync(SaveContext context, Guid id, ImportOptions options, string? fileName, IReadOnlyList<string> columns, string state, string? keptFile, string? holder)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO import_batch (id, record_type, file_name, state, options, result, started_at, user_id, name, holder, beat_at, kept_file, columns) VALUES ({id}, {options.Type}, {fileName}, {state}, {options.ToJson()}{json}, {Text(new Stored(new ImportCounts(), 0))}{json}, {context.Now}, {context.ActorId}, {options.Name}, {holder}, {context.Now}, {keptFile}, {JsonSerializer.Serialize(columns, Json)})"));
    }

    /// <summary>
    /// Takes a batch in hand for what is to be done next; false when it is not in one of the states for that, or another process was quicker.
    /// </summary>
    /// <param name="states">The states from which it may be taken.</param>
    /// <param name="options">The options from now on, and the columns of the file as they are read by them; null keeps both.</param>
    internal static async Task<bool> TakeAsync(DatabaseSession session, Guid id, string[] states, string state, string? stage, (ImportOptions Options, IReadOnlyList<string> Columns)? plan, DateTimeOffset now, CancellationToken cancel)
    {
        var json = new SqlName(session.Dialect.JsonParameter);
        var sql = Sql.Of($"UPDATE import_batch SET state = {state}, stage = {stage}, holder = {Holder}, beat_at = {now}, wish = {(string?)null}");
        if (plan is var (options, columns))
        {
            sql.Append(Sql.Of($", columns = {JsonSerializer.Serialize(columns, Json)}, options = {options.ToJson()}{json}, record_type = {options.Type}, name = {options.Name}, done = {0L}, total = {0L}, started_at = {now}, result = {Text(new Stored(new ImportCounts(), 0))}{json}"));
        }

        var taken = await session.ExecuteAsync(sql.Append(Sql.Of($" WHERE id = {id} AND state IN ")).List(states), cancel) == 1;
        if (taken)
        {
            RunningHere[id] = true;
        }

        return taken;
    }

    /// <summary>Takes over an import that no living process works on; false when another process was quicker.</summary>
    internal static async Task<bool> TakeOverAsync(DatabaseSession session, ImportBatch batch, DateTimeOffset now, CancellationToken cancel)
    {
        var before = await session.FirstAsync(Sql.Of($"SELECT holder FROM import_batch WHERE id = {batch.Id}"), row => row.OptionalText(0), cancel);
        var taken = await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET holder = {Holder}, beat_at = {now} WHERE id = {batch.Id} AND state = {batch.State} AND holder IS NOT DISTINCT FROM {before}"), cancel) == 1;
        RunningHere[batch.Id] = true;
        return taken;
    }

    /// <summary>Says in the transaction of a chunk how far the import is, and that it lives; answers false when somebody asked for a pause, which it then is.</summary>
    internal static async Task<bool> BeatAsync(DatabaseSession session, Guid id, ImportCounts counts, long total, double seconds, DateTimeOffset now, CancellationToken cancel)
    {
        var json = new SqlName(session.Dialect.JsonParameter);
        await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET result = {Text(new Stored(counts, seconds))}{json}, done = {counts.Read}, total = {total}, stage = {"writing"}, beat_at = {now} WHERE id = {id}"), cancel);
        return await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET state = {"paused"}, holder = {(string?)null}, wish = {(string?)null} WHERE id = {id} AND wish = {"pause"}"), cancel) == 0;
    }

    /// <summary>Says how far a check is; answers whether somebody has seen enough of it.</summary>
    internal static async Task<bool> ProgressAsync(DatabaseSession session, Guid id, string stage, long done, long total, DateTimeOffset now, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET stage = {stage}, done = {done}, total = {total}, beat_at = {now} WHERE id = {id}"), cancel);
        return await session.ScalarAsync<string>(Sql.Of($"SELECT wish FROM import_batch WHERE id = {id}"), cancel) == "pause";
    }

    /// <summary>The end of a check, or of an import that is to be forgotten but for its fate.</summary>
    internal static async Task SettleAsync(DatabaseSession session, Guid id, string state, ImportCounts counts, double seconds, ImportFindings? findings, string? problem, CancellationToken cancel)
    {
        var json = new SqlName(session.Dialect.JsonParameter);
        await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET state = {state}, result = {Text(new Stored(counts, seconds, null, problem, findings))}{json}, holder = {(string?)null}, wish = {(string?)null} WHERE id = {id}"), cancel);
    }

    /// <summary>The end of an import. What was corrected and decided about single rows is personal and has done its work.</summary>
    internal static async Task FinishAsync(SaveContext context, Guid id, string state, ImportOptions options, ImportCounts counts, double seconds, string? problem = null)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var kept = options with { Corrections = null, Decisions = null };
        await SettleAsync(context.Session, id, state, counts, seconds, null, problem, CancellationToken.None);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET options = {kept.ToJson()}{json}, finished_at = {context.Now}, kept_file = {(string?)null}, stage = {(string?)null} WHERE id = {id}"));
    }

    internal static async Task<bool> WishAsync(DatabaseSession session, Guid id, string wish, CancellationToken cancel) =>
        await session.ExecuteAsync(Sql.Of($"UPDATE import_batch SET wish = {wish} WHERE id = {id} AND state IN ('running', 'checking')"), cancel) == 1;

    internal static async Task MarkUndoAsync(SaveContext context, ImportBatch batch, string state, ImportUndone? undone)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var ends = state != "undoing";
        RunningHere[batch.Id] = true;
        await context.Session.ExecuteAsync(
            Sql.Of($"UPDATE import_batch SET state = {state}, result = {Text(new Stored(batch.Counts, batch.Seconds, undone))}{json}, holder = {(ends ? null : Holder)}, beat_at = {context.Now}, stage = {(ends ? null : "undoing")}, done = {0L}, total = {batch.Counts.Created + batch.Counts.Updated + batch.Counts.BesideCreated + batch.Counts.BesideUpdated}, kept_file = {(string?)null} WHERE id = {batch.Id}"));
        if (ends)
        {
            await ImportRows.ForgetAsync(context.Session, batch.Id, ImportRows.Link, long.MaxValue, CancellationToken.None);
        }
    }

    internal static void Leave(Guid id) => RunningHere.TryRemove(id, out _);

    private static string Text(Stored stored) => JsonSerializer.Serialize(stored, Json);
}
