using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Backup;

/// <summary>
/// Makes one sealed file of everything: the database at one moment, attachments, keys and settings. Writers go on meanwhile.
/// On SQLite the main file is held still and read as it is; on PostgreSQL pg_dump reads the moment that the manifest describes.
/// </summary>
public static class BackupMaker
{
    public const string SqlitePart = "guanxi.db";
    public const string PostgresPart = "guanxi.dump";
    internal const string Settings = "guanxi.json";

    /// <summary>Writes the backup; there is no file of that name before it is whole.</summary>
    public static async Task<BackupManifest> RunAsync(GuanxiDatabase database, BackupSettings settings, string path, DateTimeOffset now, CancellationToken cancel = default)
    {
        var header = BackupHeader.New(now, database.Dialect.IsSqlite ? BackupHeader.Sqlite : BackupHeader.Postgres) with { Iterations = settings.Iterations };
        await using var writer = await BackupWriter.CreateAsync(path, header, settings.Passphrase(), cancel);
        var manifest = database.Dialect.IsSqlite
            ? await SqliteAsync(database, settings, writer, header, cancel)
            : await PostgresAsync(database, settings, writer, header, cancel);
        await writer.AddAsync(BackupManifest.Contents, Text(BackupManifest.ContentsOf(writer.Parts)), cancel);
        await writer.CompleteAsync(cancel);
        return manifest;
    }

    private static async Task<BackupManifest> SqliteAsync(GuanxiDatabase database, BackupSettings settings, BackupWriter writer, BackupHeader header, CancellationToken cancel)
    {
        await using var frozen = await SqliteFreeze.BeginAsync(database.ConnectionString, database.Dialect, cancel);
        await using var bytes = new FrozenStream(frozen);
        await writer.AddAsync(SqlitePart, bytes, cancel);
        return await RestAsync(frozen.Session, settings, writer, header, cancel);
    }

    private static async Task<BackupManifest> PostgresAsync(GuanxiDatabase database, BackupSettings settings, BackupWriter writer, BackupHeader header, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        await using var snapshot = await session.SnapshotAsync(cancel);
        var moment = await session.ScalarAsync<string>(Sql.Of($"SELECT pg_export_snapshot()"), cancel);
        await new PostgresPrograms(database.ConnectionString, settings.PostgresPrograms).RunAsync(
            "pg_dump", ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", $"--snapshot={moment}"], output => writer.AddAsync(PostgresPart, output, cancel), cancel: cancel);
        return await RestAsync(session, settings, writer, header, cancel);
    }

    private static async Task<BackupManifest> RestAsync(DatabaseSession session, BackupSettings settings, BackupWriter writer, BackupHeader header, CancellationToken cancel)
    {
        var missing = new List<string>();
        foreach (var hash in await session.ListAsync(Sql.Of($"SELECT DISTINCT content_hash FROM attachment ORDER BY content_hash"), row => row.Text(0), cancel))
        {
            if (!await AddFileAsync(writer, settings, $"files/{hash[..2]}/{hash}", cancel))
            {
                missing.Add(hash);
            }
        }

        var keys = Path.Combine(settings.DataFolder, KeyFolder.Name);
        foreach (var name in Directory.Exists(keys) ? Directory.EnumerateFiles(keys).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            if (!name.StartsWith(BackupSettings.PassphraseFile, StringComparison.Ordinal) && !name.EndsWith(BackupWriter.Unfinished, StringComparison.Ordinal))
            {
                await AddFileAsync(writer, settings, $"{KeyFolder.Name}/{name}", cancel);
            }
        }

        await AddFileAsync(writer, settings, Settings, cancel);
        var manifest = await BackupManifest.OfAsync(session, header.Created, header.Kind, missing, cancel);
        using var bytes = new MemoryStream(manifest.ToBytes());
        await writer.AddAsync(BackupManifest.Name, bytes, cancel);
        return manifest;
    }

    private static async Task<bool> AddFileAsync(BackupWriter writer, BackupSettings settings, string name, CancellationToken cancel)
    {
        var path = Path.Combine(settings.DataFolder, name);
        if (!File.Exists(path))
        {
            return false;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await writer.AddAsync(name, file, cancel);
        return true;
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>The frozen file from front to back.</summary>
    private sealed class FrozenStream(SqliteFreeze frozen) : ReadOnlyStream
    {
        private long at;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await frozen.ReadAsync(buffer, at, cancellationToken);
            at += read;
            return read;
        }
    }
}
