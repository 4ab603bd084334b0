using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Npgsql;

namespace Guanxi.Platform.Backup;

/// <summary>What a restored backup turned out to be.</summary>
public sealed record BackupReport(BackupManifest Manifest, IReadOnlyList<string> Problems, long Bytes, TimeSpan Took)
{
    public bool Good => Problems.Count == 0;
}

/// <summary>
/// Restores a backup into an empty place and looks at what came out: every part as it was written, the database sound, references kept, each table with its rows, the ledger whole and at the root
/// that the manifest names, every row what the ledger says, every attachment with its content.
/// </summary>
public static class BackupCheck
{
    /// <summary>Restores into <paramref name="place"/>, which is made and removed again.</summary>
    /// <param name="scratchDatabase">On PostgreSQL, a connection string of a server where a database may be made for the time of the check.</param>
    /// <param name="keep">Whether what was restored stays, for its use.</param>
    /// <exception cref="BackupDamagedException">The file does not open.</exception>
    public static async Task<BackupReport> RunAsync(string path, string passphrase, string place, TimeProvider clock, string? scratchDatabase = null, string? postgresPrograms = null, bool keep = false, CancellationToken cancel = default)
    {
        var started = clock.GetTimestamp();
        try
        {
            var unpacked = await BackupUnpacked.ReadAsync(path, passphrase, place, cancel);
            var problems = new List<string>(unpacked.Problems);
            if (unpacked.Manifest.Kind == BackupHeader.Sqlite)
            {
                await using var database = new SqliteDatabase($"Data Source={Path.Combine(place, BackupMaker.SqlitePart)}");
                await LookAsync(database, unpacked.Manifest, place, clock, problems, cancel);
            }
            else
            {
                await PostgresAsync(unpacked.Manifest, place, clock, scratchDatabase, postgresPrograms, problems, cancel);
            }

            return new BackupReport(unpacked.Manifest, problems, new FileInfo(path).Length, clock.GetElapsedTime(started));
        }
        catch
        {
            keep = false;
            throw;
        }
        finally
        {
            if (!keep && Directory.Exists(place))
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private static async Task PostgresAsync(BackupManifest manifest, string place, TimeProvider clock, string? scratch, string? programs, List<string> problems, CancellationToken cancel)
    {
        if (scratch is null)
        {
            problems.Add("the database in it was not restored for a look: give a PostgreSQL server with --db");
            return;
        }

        var name = "guanxi_check_" + Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        await using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(scratch) { Pooling = false }.ToString());
        await server.OpenAsync(cancel);
        await ExecuteAsync(server, $"CREATE DATABASE {name}", cancel);
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(scratch) { Database = name, Pooling = false }.ToString();
            await PostgresRestore.RunAsync(connection, programs, Path.Combine(place, BackupMaker.PostgresPart), cancel);
            await using var database = new PostgresDatabase(connection);
            await LookAsync(database, manifest, place, clock, problems, cancel);
        }
        finally
        {
            await ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task LookAsync(GuanxiDatabase database, BackupManifest manifest, string place, TimeProvider clock, List<string> problems, CancellationToken cancel)
    {
        try
        {
            await using var session = await database.ReadAsync(cancel);
            if (session.Dialect.IsSqlite)
            {
                problems.AddRange((await session.ListAsync(Sql.Of($"PRAGMA integrity_check"), row => row.Text(0), cancel)).Where(line => line != "ok").Take(5).Select(line => "integrity check: " + line));
                problems.AddRange((await session.ListAsync(Sql.Of($"PRAGMA foreign_key_check"), row => row.Text(0), cancel)).Distinct(StringComparer.Ordinal).Select(table => $"rows of {table} refer to rows that are not there"));
            }

            var tables = await BackupManifest.TablesAsync(session, cancel);
            problems.AddRange(manifest.Tables.Where(table => tables.GetValueOrDefault(table.Key, -1) != table.Value).Select(table => $"{table.Key} has {tables.GetValueOrDefault(table.Key)} rows and had {table.Value}"));
            if (tables.ContainsKey("ledger_node"))
            {
                await LedgerAsync(session, manifest, place, clock, problems, cancel);
            }

            foreach (var hash in await session.ListAsync(Sql.Of($"SELECT DISTINCT content_hash FROM attachment"), row => row.Text(0), cancel))
            {
                var file = Path.Combine(place, "files", hash[..2], hash);
                if (!File.Exists(file))
                {
                    problems.Add($"an attachment is not in it: {hash}");
                }
            }
        }
        catch (Exception error) when (error is System.Data.Common.DbException)
        {
            problems.Add("the database in it cannot be read: " + error.Message);
        }
    }

    private static async Task LedgerAsync(DatabaseSession session, BackupManifest manifest, string place, TimeProvider clock, List<string> problems, CancellationToken cancel)
    {
        // Descriptions of a later program know columns that an older backup has not got: then the entries alone are checked.
        var current = (await Migrations.PendingAsync(session, cancel)).Count == 0;
        var schema = current ? await Fields.CustomFields.LoadAsync(session, Nouns.All, cancel) : null;
        using var keys = LedgerKeys.Read(place);
        var report = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(clock.GetUtcNow(), Schema: schema, Keys: keys), cancel);
        problems.AddRange(report.Findings.Take(10).Select(finding => "ledger: " + finding.Sentence.En));
        if (report.Entries != manifest.Entries || report.Root != manifest.Root)
        {
            problems.Add($"the ledger is not the one that was backed up: {report.Entries} entries with root {report.Root}");
        }
    }
}

/// <summary>A backup unpacked into a folder.</summary>
internal sealed record BackupUnpacked(BackupManifest Manifest, IReadOnlyList<string> Problems)
{
    public static async Task<BackupUnpacked> ReadAsync(string path, string passphrase, string place, CancellationToken cancel)
    {
        MakePrivate(place);
        BackupManifest? manifest = null;
        string? contents = null;
        await using var reader = await BackupReader.OpenAsync(path, passphrase, cancel);
        var parts = await reader.ReadAsync(
            async (name, stream) =>
            {
                switch (name)
                {
                    case BackupManifest.Name:
                        manifest = BackupManifest.Parse(await AllAsync(stream, cancel));
                        break;
                    case BackupManifest.Contents:
                        contents = Encoding.UTF8.GetString(await AllAsync(stream, cancel));
                        break;
                    default:
                        await SaveAsync(Within(place, name), stream, cancel);
                        break;
                }
            },
            cancel);
        if (manifest is null || contents is null)
        {
            throw new BackupDamagedException("The backup opens and is no backup of Guanxi: it has no manifest.");
        }

        var problems = new List<string>();
        if (contents != BackupManifest.ContentsOf(parts.Where(part => part.Name != BackupManifest.Contents)))
        {
            problems.Add("what is in it is not what its list says");
        }

        problems.AddRange(manifest.Missing.Select(hash => $"the file of an attachment was missing when the backup was made: {hash}"));
        foreach (var part in parts.Where(part => part.Name.StartsWith("files/", StringComparison.Ordinal) && !part.Name.EndsWith(part.Hash, StringComparison.Ordinal)))
        {
            problems.Add($"the content of an attachment was not what its name says: {part.Name}");
        }

        return new BackupUnpacked(manifest, problems);
    }

    private static void MakePrivate(string place)
    {
        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
        {
            throw new IOException($"{place} is not empty.");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(place);
        }
        else
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Names come from the sealed inside, and still none leads out of the place.</summary>
    private static string Within(string place, string name)
    {
        var full = Path.GetFullPath(Path.Combine(place, name));
        return full.StartsWith(Path.GetFullPath(place) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? full : throw new BackupDamagedException("The backup names a file outside its place.");
    }

    private static async Task SaveAsync(string path, Stream content, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 1 << 18 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        await content.CopyToAsync(file, 1 << 18, cancel);
        file.Flush(flushToDisk: true);
    }

    private static async Task<byte[]> AllAsync(Stream stream, CancellationToken cancel)
    {
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancel);
        return memory.ToArray();
    }
}

/// <summary>Puts a dump into a database that has nothing in it yet.</summary>
public static class PostgresRestore
{
    public static async Task RunAsync(string connectionString, string? programs, string dump, CancellationToken cancel = default)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        await new PostgresPrograms(connectionString, programs).RunAsync("pg_restore", ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", $"--dbname={name}", dump], cancel: cancel);
    }
}
