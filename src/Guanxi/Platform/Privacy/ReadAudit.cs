using System.Collections.Concurrent;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>
/// Writes down who read audited fields in clear: gathered in memory and put into the ledger once a second, one line for each reader, way and noun, so that a list costs nothing.
/// One person's reading of one record's field is written once an hour. When more waits than <see cref="MostWaiting"/>, the reader waits for the ledger: nothing is let go unwritten.
/// </summary>
public sealed class ReadAudit(Workspace workspace) : IDisposable
{
    public const string Action = "read";
    private const int MostWaiting = 20_000;
    private const int MostRecordsALine = 500;
    private static readonly TimeSpan Once = TimeSpan.FromHours(1);

    private sealed record Line(Guid Reader, string Surface, string Way, string? From, string Type, string Field, Guid? Record);

    private readonly ConcurrentQueue<Line> waiting = new();
    private readonly ConcurrentDictionary<(Guid Reader, Guid Record, string Field), DateTimeOffset> written = new();
    private readonly SemaphoreSlim flushing = new(1);
    private DateTimeOffset swept;

    /// <summary>Takes over what a call has read.</summary>
    /// <param name="way">list, record, history, aggregate, copy, change, search.</param>
    public async ValueTask TakeAsync(Actor actor, string way, CancellationToken cancel = default)
    {
        if (actor.IsSystem || actor.Reading.IsEmpty)
        {
            return;
        }

        var now = workspace.Now;
        foreach (var (type, field, records) in actor.Reading.Lines)
        {
            if (records.Count == 0)
            {
                waiting.Enqueue(new Line(actor.Id, actor.Surface, way, actor.From, type, field, null));
            }

            foreach (var record in records)
            {
                var key = (actor.Id, record, field);
                if (!written.TryGetValue(key, out var last) || now - last >= Once)
                {
                    written[key] = now;
                    waiting.Enqueue(new Line(actor.Id, actor.Surface, way, actor.From, type, field, record));
                }
            }
        }

        actor.Reading.Clear();
        if (waiting.Count > MostWaiting)
        {
            await FlushAsync(cancel);
        }
    }

    /// <summary>Puts what waits into the ledger; answers how many lines it became.</summary>
    public async Task<int> FlushAsync(CancellationToken cancel = default)
    {
        // Also when nothing waits: whoever asks may read the ledger next, and a flush may be under way.
        await flushing.WaitAsync(cancel);
        var taken = new List<Line>();
        try
        {
            if (waiting.IsEmpty)
            {
                return 0;
            }

            while (waiting.TryDequeue(out var line))
            {
                taken.Add(line);
            }

            var lines = 0;
            await workspace.WriteAsync(workspace.System(), async context => lines = await WriteAsync(context, taken, cancel), cancel: cancel);
            Sweep();
            return lines;
        }
        catch
        {
            // Not written: it waits for the next time.
            taken.ForEach(waiting.Enqueue);
            throw;
        }
        finally
        {
            flushing.Release();
        }
    }

    private static async Task<int> WriteAsync(SaveContext context, List<Line> taken, CancellationToken cancel)
    {
        var lines = 0;
        foreach (var group in taken.GroupBy(line => (line.Reader, line.Surface, line.Way, line.From, line.Type)))
        {
            var fields = group.Select(line => line.Field).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
            var records = group.Select(line => line.Record).OfType<Guid>().Distinct().ToList();
            foreach (var some in records.Count == 0 ? [[]] : records.Chunk(MostRecordsALine).Select(chunk => chunk.ToList()))
            {
                var batch = Guid.CreateVersion7(context.Now);
                foreach (var record in some)
                {
                    await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO read_record (record_id, batch_id) VALUES ({record}, {batch})"), cancel);
                }

                context.NoteFor(group.Key.Reader, group.Key.Surface, Action, group.Key.Type, batch, JsonSerializer.Serialize(new { way = group.Key.Way, from = group.Key.From, fields, records = some }));
                lines++;
            }
        }

        return lines;
    }

    public void Dispose() => flushing.Dispose();

    private void Sweep()
    {
        if (workspace.Now - swept < Once)
        {
            return;
        }

        swept = workspace.Now;
        foreach (var (key, at) in written)
        {
            if (workspace.Now - at >= Once)
            {
                written.TryRemove(key, out _);
            }
        }
    }
}
