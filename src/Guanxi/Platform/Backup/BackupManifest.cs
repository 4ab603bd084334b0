using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Ledger;

namespace Guanxi.Platform.Backup;

/// <summary>What a backup says of itself, inside the sealing: how many rows each table has, where the ledger stands, and what is missing.</summary>
/// <param name="Tables">Rows of each table.</param>
/// <param name="Missing">Attachments whose file was not there when the backup was made.</param>
public sealed record BackupManifest(DateTimeOffset Created, string Kind, string LedgerId, long Entries, string Root, IReadOnlyDictionary<string, long> Tables, IReadOnlyList<string> Missing)
{
    public const string Name = "manifest.json";

    /// <summary>Name of the last part: size, SHA-256 and name of each part before it, a line each.</summary>
    public const string Contents = "contents.txt";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static BackupManifest Parse(byte[] bytes) => JsonSerializer.Deserialize<BackupManifest>(bytes, Json) ?? throw new BackupDamagedException("The backup's manifest is empty.");

    public static string ContentsOf(IEnumerable<BackupPart> parts) => string.Concat(parts.Select(part => $"{part.Size} {part.Hash} {part.Name}\n"));

    /// <summary>Reads the moment that the session sees.</summary>
    public static async Task<BackupManifest> OfAsync(DatabaseSession session, DateTimeOffset now, string kind, IReadOnlyList<string> missing, CancellationToken cancel = default)
    {
        var frontier = await HasAsync(session, "ledger_node", cancel) ? await new LedgerTree(session).FrontierAsync(cancel) : new MerkleFrontier();
        return new BackupManifest(now, kind, await LedgerBook.IdAsync(session, cancel), frontier.Size, Convert.ToBase64String(frontier.Root()), await TablesAsync(session, cancel), missing);
    }

    private static async Task<bool> HasAsync(DatabaseSession session, string table, CancellationToken cancel) => (await NamesAsync(session, cancel)).Contains(table, StringComparer.Ordinal);

    /// <summary>Rows of each of our tables; the parts of the full-text index are made from others.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> TablesAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await NamesAsync(session, cancel))
        {
            counts[table] = await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM \"{table}\""), cancel);
        }

        return counts;
    }

    private static async Task<List<string>> NamesAsync(DatabaseSession session, CancellationToken cancel) => await session.ListAsync(
        session.Dialect.IsSqlite
            ? Sql.Of($"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_search%' ORDER BY name")
            : Sql.Of($"SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"),
        row => row.Text(0), cancel);
}
