using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Database;

namespace Guanxi.Platform.Exchange;

/// <summary>A link of a new record to one further down in the file: the column, and the title that stood in it.</summary>
internal sealed record KeptLink(string Column, string Text);

/// <summary>A record whose links wait until the whole file is in, with the row it came from.</summary>
internal sealed record WaitingLinks(Guid Record, IReadOnlyList<KeptLink> Links, IReadOnlyList<string?> Cells)
{
    [JsonIgnore]
    public long Row { get; init; }
}

/// <summary>What a batch remembers of single rows, in the transaction of what happened to them, so that a killed process loses nothing and an import can go on elsewhere.</summary>
public static class ImportRows
{
    public const string Reject = "reject";
    public const string Alike = "alike";
    internal const string Link = "link";

    /// <summary>Rejects kept of one batch; beyond them rows are only counted.</summary>
    public const int Most = 100_000;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static async ValueTask AddAsync<T>(DatabaseSession session, Guid batch, string kind, IReadOnlyList<T> items, Func<T, long> number, CancellationToken cancel)
    {
        if (items.Count > 0)
        {
            await BulkInsert.RunAsync(session, "import_row", ["batch_id", "kind", "number", "content"], Fill, items.Count, cancel: cancel);
        }

        void Fill(int at, object?[] values) => (values[0], values[1], values[2], values[3]) = (batch, kind, number(items[at]), JsonSerializer.Serialize(items[at], Json));
    }

    /// <summary>Adds a reason to a row that was refused in part before, or refuses it now.</summary>
    internal static async ValueTask RejectAsync(DatabaseSession session, Guid batch, ImportReject reject, CancellationToken cancel)
    {
        if ((await ReadAsync<ImportReject>(session, batch, Reject, reject.Row - 1, 1, cancel)).Find(item => item.Number == reject.Row).Item is { } before)
        {
            reject = reject with { Reason = before.Reason + "; " + reject.Reason, Marks = [.. before.Marks, .. reject.Marks] };
        }

        await session.ExecuteAsync(Sql.Of($"INSERT INTO import_row (batch_id, kind, number, content) VALUES ({batch}, {Reject}, {reject.Row}, {JsonSerializer.Serialize(reject, Json)}) ON CONFLICT (batch_id, kind, number) DO UPDATE SET content = excluded.content"), cancel);
    }

    /// <summary>The rows of a kind after a number, in the order of the file.</summary>
    internal static async Task<List<(long Number, T Item)>> ReadAsync<T>(DatabaseSession session, Guid batch, string kind, long after, int limit, CancellationToken cancel) =>
        (await session.ListAsync(Sql.Of($"SELECT number, content FROM import_row WHERE batch_id = {batch} AND kind = {kind} AND number > {after} ORDER BY number LIMIT {limit}"), row => (row.Integer(0), row.Text(1)), cancel))
            .ConvertAll(item => (item.Item1, JsonSerializer.Deserialize<T>(item.Item2, Json)!));

    /// <summary>Rows that were not taken, after one of them.</summary>
    public static async Task<IReadOnlyList<ImportReject>> RejectsAsync(DatabaseSession session, Guid batch, long after, int limit, CancellationToken cancel = default) =>
        (await ReadAsync<ImportReject>(session, batch, Reject, after, limit, cancel)).ConvertAll(item => item.Item with { Row = item.Number });

    /// <summary>Rows that look like records there are, after one of them.</summary>
    public static async Task<IReadOnlyList<ImportAlike>> AlikeAsync(DatabaseSession session, Guid batch, long after, int limit, CancellationToken cancel = default) =>
        (await ReadAsync<ImportAlike>(session, batch, Alike, after, limit, cancel)).ConvertAll(item => item.Item with { Row = item.Number });

    internal static async ValueTask<long> CountAsync(DatabaseSession session, Guid batch, string kind, CancellationToken cancel) =>
        await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM import_row WHERE batch_id = {batch} AND kind = {kind}"), cancel);

    internal static async ValueTask ForgetAsync(DatabaseSession session, Guid batch, CancellationToken cancel) => await session.ExecuteAsync(Sql.Of($"DELETE FROM import_row WHERE batch_id = {batch}"), cancel);

    internal static async ValueTask ForgetAsync(DatabaseSession session, Guid batch, string kind, long upTo, CancellationToken cancel) =>
        await session.ExecuteAsync(Sql.Of($"DELETE FROM import_row WHERE batch_id = {batch} AND kind = {kind} AND number <= {upTo}"), cancel);
}
