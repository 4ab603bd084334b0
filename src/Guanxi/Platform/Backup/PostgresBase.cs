using System.Formats.Tar;
using System.Globalization;

namespace Guanxi.Platform.Backup;

/// <summary>
/// PostgreSQL to any moment: a sealed copy of the whole server as it runs (pg_basebackup) and, from then on, every segment of its write-ahead log, each sealed as the server hands it over.
/// The same sealing as of other backups; nothing lies in clear but in the restored place itself.
/// </summary>
public static class PostgresBase
{
    private const string BasePart = "base.tar";
    private const string SegmentPart = "segment";
    private const string Ending = ".gxb";

    /// <summary>Copies the running server into one sealed file; its own log of that time is in it, so it can be restored alone.</summary>
    public static async Task TakeAsync(string connectionString, BackupSettings settings, string file, TimeProvider clock, CancellationToken cancel = default)
    {
        var header = BackupHeader.New(clock.GetUtcNow(), BackupHeader.File) with { Iterations = settings.Iterations };
        await using var writer = await BackupWriter.CreateAsync(file, header, settings.Passphrase(), cancel);
        await new PostgresPrograms(connectionString, settings.PostgresPrograms).RunAsync(
            "pg_basebackup", ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--no-password"], output => writer.AddAsync(BasePart, output, cancel), cancel: cancel);
        await writer.CompleteAsync(cancel);
    }

    /// <summary>For archive_command: seals a finished segment. Succeeds again for the same segment, and refuses another of the same name, as PostgreSQL asks.</summary>
    /// <exception cref="IOException">There is another segment of that name.</exception>
    public static async Task ArchiveAsync(string segment, string name, string folder, BackupSettings settings, TimeProvider clock, CancellationToken cancel = default)
    {
        System.IO.Directory.CreateDirectory(folder);
        var target = Path.Combine(folder, Plain(name) + Ending);
        if (File.Exists(target))
        {
            var kept = Path.Combine(folder, "." + name + ".look");
            try
            {
                await UnsealAsync(target, SegmentPart, kept, settings, cancel);
                var (there, given) = (await File.ReadAllBytesAsync(kept, cancel), await File.ReadAllBytesAsync(segment, cancel));
                if (!there.AsSpan().SequenceEqual(given))
                {
                    throw new IOException($"{target} holds another segment of that name. Archive into a folder of this server's own.");
                }
            }
            finally
            {
                File.Delete(kept);
            }

            return;
        }

        var header = BackupHeader.New(clock.GetUtcNow(), BackupHeader.File) with { Iterations = settings.Iterations };
        await using var writer = await BackupWriter.CreateAsync(target, header, settings.Passphrase(), cancel);
        await using var file = File.OpenRead(segment);
        await writer.AddAsync(SegmentPart, file, cancel);
        await writer.CompleteAsync(cancel);
    }

    /// <summary>For restore_command: puts a segment where the server wants it; false when the archive has none of that name, which the server takes for the end.</summary>
    public static async Task<bool> FetchAsync(string name, string target, string folder, BackupSettings settings, CancellationToken cancel = default)
    {
        var file = Path.Combine(folder, Plain(name) + Ending);
        if (!File.Exists(file))
        {
            return false;
        }

        await UnsealAsync(file, SegmentPart, target, settings, cancel);
        return true;
    }

    /// <summary>Names come from the server's command line, and still none leads elsewhere.</summary>
    private static string Plain(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-') && name[0] != '.' ? name : throw new IOException($"“{name}” is no name of a segment.");

    private static async Task UnsealAsync(string file, string part, string target, BackupSettings settings, CancellationToken cancel)
    {
        var temporary = target + BackupWriter.Unfinished;
        await using (var reader = await BackupReader.OpenAsync(file, settings.Passphrase(), cancel))
        {
            var parts = await reader.ReadAsync(
                async (name, stream) =>
                {
                    if (name == part)
                    {
                        await using var to = new FileStream(temporary, FileMode.Create, FileAccess.Write);
                        await stream.CopyToAsync(to, cancel);
                        to.Flush(flushToDisk: true);
                    }
                },
                cancel);
            if (parts.Count != 1 || parts[0].Name != part)
            {
                throw new BackupDamagedException($"{file} opens and is not what it should be.");
            }
        }

        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Lays out a server from its copy, in an empty folder, to be started with PostgreSQL's own programs; it then plays the log up to the moment and is open for work.</summary>
    /// <param name="restoreCommand">The command that fetches a segment, with %f and %p.</param>
    /// <param name="until">The moment; null for all that there is.</param>
    public static async Task LayOutAsync(string file, string folder, string restoreCommand, DateTimeOffset? until, BackupSettings settings, CancellationToken cancel = default)
    {
        if (System.IO.Directory.Exists(folder) && System.IO.Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"{folder} is not empty. Name a folder that is, or does not exist; nothing was changed.");
        }

        System.IO.Directory.CreateDirectory(folder);
        var tar = Path.Combine(folder, BasePart + BackupWriter.Unfinished);
        await UnsealAsync(file, BasePart, tar, settings, cancel);
        await TarFile.ExtractToDirectoryAsync(tar, folder, overwriteFiles: false, cancel);
        File.Delete(tar);
        var lines = new List<string> { $"restore_command = '{restoreCommand.Replace("'", "''", StringComparison.Ordinal)}'", "recovery_target_action = 'promote'" };
        if (until is { } moment)
        {
            lines.Add($"recovery_target_time = '{moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}+00'");
        }

        // What stood there was for the old place: it would archive into the old archive.
        lines.Add("archive_mode = 'off'");
        await File.AppendAllLinesAsync(Path.Combine(folder, "postgresql.auto.conf"), lines, cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "recovery.signal"), "", cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
