using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>
/// What was erased and what was blocked, twice: as rows in the database and as lines in erasures.jsonl beside it. The lines outlive the database,
/// so that an older backup put back forgets the same people again. Neither holds a name or a number.
/// </summary>
internal static class ErasureList
{
    /// <summary>What an entry about the block-list alone has in place of a record type.</summary>
    public const string Blocked = "blocked";

    /// <summary>A number that was taken off the block-list.</summary>
    public const string Unblocked = "unblocked";

    private const string FileName = "erasures.jsonl";

    /// <param name="Blocked">Keyed hashes that were put on the block-list, or taken off it.</param>
    /// <param name="Mentions">Keys of what else was blotted out with the person; see <see cref="ErasureMentions"/>.</param>
    public sealed record Line(Guid Id, string Type, Guid Record, DateTimeOffset At, string? Reason, string[] Blocked, string[]? Mentions = null);

    public static async Task RememberAsync(SaveContext context, Line line, ErasureCounts? counts, CancellationToken cancel)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var mentions = line.Type == Unblocked ? JsonSerializer.Serialize(line.Blocked) : line.Mentions is null ? null : JsonSerializer.Serialize(line.Mentions);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO erasure (id, record_type, record_id, at, actor_id, reason, counts, mentions) VALUES ({line.Id}, {line.Type}, {line.Record}, {line.At}, {context.ActorId}, {line.Reason}, {JsonSerializer.Serialize(counts)}{json}, {mentions})"), cancel);
        foreach (var hash in line.Blocked)
        {
            await context.Session.ExecuteAsync(
                line.Type == Unblocked
                    ? Sql.Of($"DELETE FROM blocked WHERE hash = {hash}")
                    : Sql.Of($"INSERT INTO blocked (hash, erasure_id, at) VALUES ({hash}, {line.Id}, {line.At}) ON CONFLICT (hash) DO NOTHING"),
                cancel);
        }

        context.DirectoryChanged = true;
    }

    /// <summary>The lines beside the database that it does not know, oldest first: an older backup was put back.</summary>
    public static async Task<List<Line>> MissingAsync(Workspace workspace, CancellationToken cancel)
    {
        var known = (await KnownAsync(workspace, cancel)).Select(line => line.Id).ToHashSet();
        return [.. (await BesideAsync(workspace, cancel)).Where(line => !known.Contains(line.Id))];
    }

    /// <summary>Adds to the list beside the database what it lacks, so that an erasure outlives the database it was made in.</summary>
    public static async Task KeepBesideAsync(Workspace workspace, CancellationToken cancel)
    {
        var beside = (await BesideAsync(workspace, cancel)).Select(line => line.Id).ToHashSet();
        var missing = (await KnownAsync(workspace, cancel)).Where(line => !beside.Contains(line.Id)).Select(line => JsonSerializer.Serialize(line) + "\n").ToList();
        if (missing.Count > 0)
        {
            await File.AppendAllTextAsync(Path.Combine(workspace.Folder, FileName), string.Concat(missing), cancel);
        }
    }

    private static async Task<List<Line>> BesideAsync(Workspace workspace, CancellationToken cancel)
    {
        var path = Path.Combine(workspace.Folder, FileName);
        return File.Exists(path) ? [.. (await File.ReadAllLinesAsync(path, cancel)).Where(text => text.Length > 0).Select(text => JsonSerializer.Deserialize<Line>(text)!)] : [];
    }

    private static async Task<List<Line>> KnownAsync(Workspace workspace, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var blocked = (await session.ListAsync(Sql.Of($"SELECT erasure_id, hash FROM blocked"), row => (Erasure: row.Id(0), Hash: row.Text(1)), cancel)).ToLookup(item => item.Erasure, item => item.Hash);
        return await session.ListAsync(
            Sql.Of($"SELECT id, record_type, record_id, at, reason, mentions FROM erasure ORDER BY at, id"),
            row =>
            {
                var (id, type, keys) = (row.Id(0), row.Text(1), row.OptionalText(5) is { } text ? JsonSerializer.Deserialize<string[]>(text) : null);
                return new Line(id, type, row.Id(2), row.Instant(3), row.OptionalText(4), type == Unblocked ? keys ?? [] : [.. blocked[id]], type == Unblocked ? null : keys);
            },
            cancel);
    }
}
