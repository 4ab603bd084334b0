using System.Text.Json;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Privacy;
using Microsoft.Data.Sqlite;
using Npgsql;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Backup;

/// <summary>
/// Puts a backup in place of the data. It is unpacked beside the data and looked at first; then a note of intent is written, and only then names are changed. A process that is killed before the note has changed nothing;
/// after it, the next start carries the change through. What was there before is kept in a folder beside it.
/// </summary>
public static class BackupRestore
{
    private const string Intent = "restore.json";
    private const string Staging = ".restore";
    private static readonly string[] Replaced = [BackupMaker.SqlitePart, BackupMaker.SqlitePart + "-wal", BackupMaker.SqlitePart + "-shm", "files", KeyFolder.Name];

    private sealed record Plan(string Aside);

    /// <summary>Unpacks and checks the backup beside the data, and notes that it is to replace them at the next <see cref="Finish"/>.</summary>
    /// <exception cref="BackupDamagedException">The backup does not open, or is not good.</exception>
    public static async Task PrepareAsync(string file, string passphrase, string dataFolder, TimeProvider clock, CancellationToken cancel = default)
    {
        Finish(dataFolder);
        var staging = Path.Combine(dataFolder, Staging);
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        var report = await BackupCheck.RunAsync(file, passphrase, staging, clock, keep: true, cancel: cancel);
        if (report.Manifest.Kind != BackupHeader.Sqlite)
        {
            Directory.Delete(staging, recursive: true);
            throw new IOException("This backup is of a PostgreSQL database: give an empty one with --db \"Host=…\".");
        }

        if (!report.Good)
        {
            Directory.Delete(staging, recursive: true);
            throw new BackupDamagedException("The backup is not restored, because it is not good: " + string.Join("; ", report.Problems));
        }

        Complete(staging, dataFolder);
        WriteIntent(dataFolder, new Plan($"before-restore-{clock.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}"));
    }

    /// <summary>Folders that the backup has none of come empty; the settings of this machine stay, when it has any.</summary>
    private static void Complete(string staging, string dataFolder)
    {
        Directory.CreateDirectory(Path.Combine(staging, "files"));
        KeyFolder.Ensure(staging);
        if (File.Exists(Path.Combine(staging, BackupMaker.Settings)) && !File.Exists(Path.Combine(dataFolder, BackupMaker.Settings)))
        {
            File.Move(Path.Combine(staging, BackupMaker.Settings), Path.Combine(dataFolder, BackupMaker.Settings));
        }
    }

    private static void WriteIntent(string dataFolder, Plan plan)
    {
        var path = Path.Combine(dataFolder, Intent);
        using (var file = new FileStream(path + BackupWriter.Unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(plan));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + BackupWriter.Unfinished, path, overwrite: true);
    }

    /// <summary>Whether a restore waits for the next start.</summary>
    public static bool IsPending(string dataFolder) => File.Exists(Path.Combine(dataFolder, Intent));

    /// <summary>Carries through what was intended; to be called before the data are opened. Safe to call again after being killed anywhere in it.</summary>
    /// <returns>Where the data of before lie; null when there was nothing to do.</returns>
    public static string? Finish(string dataFolder)
    {
        var path = Path.Combine(dataFolder, Intent);
        if (!File.Exists(path))
        {
            return null;
        }

        var plan = JsonSerializer.Deserialize<Plan>(File.ReadAllBytes(path))!;
        var staging = Path.Combine(dataFolder, Staging);
        var aside = Path.Combine(dataFolder, plan.Aside);
        Directory.CreateDirectory(aside);
        foreach (var name in Replaced)
        {
            var (now, next, before) = (Path.Combine(dataFolder, name), Path.Combine(staging, name), Path.Combine(aside, name));

            // A name is done once the new one has left the staging place and the old one lies aside; a half-done one goes on where it stopped.
            var waits = Path.Exists(next) || name.EndsWith("-wal", StringComparison.Ordinal) || name.EndsWith("-shm", StringComparison.Ordinal);
            if (Path.Exists(now) && !Path.Exists(before) && waits)
            {
                Move(now, before);
            }

            if (Path.Exists(next) && !Path.Exists(now))
            {
                Move(next, now);
            }
        }

        KeepKeysOfToday(Path.Combine(aside, KeyFolder.Name), dataFolder);

        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        File.Delete(path);
        return aside;
    }

    /// <summary>
    /// The passphrase of today opens the backups of today. The key by which erased people are known again is the backup's own;
    /// one that was made before there was such a key gets today's, which the list of erasures beside the data was made with.
    /// </summary>
    private static void KeepKeysOfToday(string before, string dataFolder)
    {
        var keys = KeyFolder.Ensure(dataFolder);
        foreach (var kept in Directory.Exists(before) ? Directory.GetFiles(before, BackupSettings.PassphraseFile + "*") : [])
        {
            File.Copy(kept, Path.Combine(keys, Path.GetFileName(kept)), overwrite: true);
        }

        var (old, own) = (Path.Combine(before, BlockList.KeyFile), Path.Combine(keys, BlockList.KeyFile));
        if (File.Exists(old) && !File.Exists(own))
        {
            File.Copy(old, own);
        }
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to);
        }
    }

    /// <summary>Whether nobody else has the SQLite database open for writing or reading.</summary>
    public static bool IsFree(string dataFolder)
    {
        var path = Path.Combine(dataFolder, BackupMaker.SqlitePart);
        if (!File.Exists(path))
        {
            return true;
        }

        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;";
            command.ExecuteNonQuery();
            return true;
        }
        catch (SqliteException error) when (error.SqliteErrorCode is 5 or 6)
        {
            return false;
        }
    }

    /// <summary>Restores into an empty PostgreSQL database; attachments and keys go into the data directory, which must not have any. Whole or, on failure, not at all in the database.</summary>
    public static async Task IntoPostgresAsync(string file, string passphrase, string connectionString, string dataFolder, string? programs, TimeProvider clock, CancellationToken cancel = default)
    {
        await using (var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString()))
        {
            await server.OpenAsync(cancel);
            await using var command = server.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()";
            if (Convert.ToInt64(await command.ExecuteScalarAsync(cancel)) > 0)
            {
                throw new IOException("The database is not empty. Make a new one and name it with --db; nothing was changed.");
            }
        }

        var staging = Path.Combine(dataFolder, Staging);
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        var report = await BackupCheck.RunAsync(file, passphrase, staging, clock, connectionString, programs, keep: true, cancel: cancel);
        if (!report.Good)
        {
            Directory.Delete(staging, recursive: true);
            throw new BackupDamagedException("The backup is not restored, because it is not good: " + string.Join("; ", report.Problems));
        }

        await PostgresRestore.RunAsync(connectionString, programs, Path.Combine(staging, BackupMaker.PostgresPart), cancel);
        File.Delete(Path.Combine(staging, BackupMaker.PostgresPart));
        WriteIntent(dataFolder, new Plan($"before-restore-{clock.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}"));
        Finish(dataFolder);
    }
}
