using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Platform.Exchange;

/// <summary>An import as it is remembered.</summary>
/// <param name="State">draft, checking or checked while it is prepared; then running, paused, done, failed (rolled back), undoing or undone.</param>
/// <param name="UserId">Who imported; null for the program itself.</param>
public sealed record ImportBatch(Guid Id, string Type, string? FileName, string? Name, string State, ImportCounts Counts, double Seconds, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, Guid? UserId, ImportUndone? Undone)
{
    /// <summary>The kept file under the folder of imports; null when it is not kept.</summary>
    public string? KeptFile { get; init; }

    /// <summary>What is being done: reading, comparing, writing or undoing.</summary>
    public string? Stage { get; init; }

    public long Done { get; init; }

    /// <summary>How many rows there are to do; 0 when that is not known yet.</summary>
    public long Total { get; init; }

    /// <summary>Why it failed, in the words of whoever imported.</summary>
    public string? Problem { get; init; }

    public ImportFindings? Findings { get; init; }

    /// <summary>The columns of the file.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public required ImportOptions Options { get; init; }

    public bool IsPrepared => State is "draft" or "checking" or "checked";
}

/// <summary>What an undo did.</summary>
public sealed record ImportUndone(long Deleted, long Restored, IReadOnlyList<KeptRecord> Kept);

/// <summary>A record that an undo left as it is, and why.</summary>
public sealed record KeptRecord(Guid Id, string Reason)
{
    /// <summary>The noun, when it is not the one that was imported.</summary>
    public string? Type { get; init; }
}

/// <summary>The imports of a company in its database.</summary>
public static partial class ImportBatches
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Stored(ImportCounts Counts, double Seconds, ImportUndone? Undone = null, string? Problem = null, ImportFindings? Findings = null);

    /// <summary>The imports that were begun, newest first; those that are only prepared are not among them.</summary>
    public static async Task<IReadOnlyList<ImportBatch>> ListAsync(DatabaseSession session, Guid? user, int limit = 100, CancellationToken cancel = default)
    {
        var sql = new Sql().Append(Select).Append(" WHERE state NOT IN ('draft', 'checking', 'checked')");
        if (user is { } id)
        {
            sql.Append(" AND user_id = ").Value(id);
        }

        return await session.ListAsync(sql.Append(" ORDER BY started_at DESC, id DESC LIMIT ").Value(limit), Read, cancel);
    }

    public static async Task<ImportBatch?> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(new Sql().Append(Select).Append(" WHERE id = ").Value(id), Read, cancel);

    /// <summary>The batch with an id or a name; of several with one name the newest.</summary>
    public static async Task<ImportBatch?> FindAsync(DatabaseSession session, string idOrName, CancellationToken cancel = default) => Guid.TryParse(idOrName, out var id)
        ? await FindAsync(session, id, cancel)
        : await session.FirstAsync(new Sql().Append(Select).Append(" WHERE name = ").Value(idOrName).Append(" ORDER BY started_at DESC LIMIT 1"), Read, cancel);

    /// <summary>The rejects of an import of a time when they were kept as one text; null otherwise.</summary>
    public static async Task<string?> OldRejectsAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT rejects FROM import_batch WHERE id = {id}"), row => row.OptionalText(0), cancel);

    private const string Select = "SELECT id, record_type, file_name, name, state, result, started_at, finished_at, user_id, kept_file, stage, done, total, options, columns FROM import_batch";

    private static ImportBatch Read(Row row)
    {
        var kept = row.OptionalText(5) is { } json ? JsonSerializer.Deserialize<Stored>(json, Json)! : new Stored(new ImportCounts(), 0);
        return new ImportBatch(row.Id(0), row.Text(1), row.OptionalText(2), row.OptionalText(3), row.Text(4), kept.Counts, kept.Seconds, row.Instant(6), row.OptionalInstant(7), row.OptionalId(8), kept.Undone)
        {
            KeptFile = row.OptionalText(9),
            Stage = row.OptionalText(10),
            Done = row.OptionalInteger(11) ?? 0,
            Total = row.OptionalInteger(12) ?? 0,
            Problem = kept.Problem,
            Findings = kept.Findings,
            Columns = row.OptionalText(14) is { } columns ? JsonSerializer.Deserialize<List<string>>(columns, Json)! : [],
            Options = row.OptionalText(13) is { } options ? ImportOptions.Parse(options) : new ImportOptions { Type = row.Text(1) },
        };
    }
}
