using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Database;

namespace Guanxi.Platform.Backup;

/// <summary>What is known of one backup: kept beside it as .json, for it has to be known without the database too.</summary>
/// <param name="CheckedAt">When it was last restored into an empty place and looked at; null when never.</param>
/// <param name="Problems">What that found; empty when it is good.</param>
/// <param name="SecondPlace">Whether a copy lies in the second place, or why not; null without one.</param>
public sealed record BackupNote(string Reason, double Seconds, long Entries, DateTimeOffset? CheckedAt = null, double CheckSeconds = 0, IReadOnlyList<string>? Problems = null, string? SecondPlace = null);

/// <summary>One backup in its folder.</summary>
public sealed record StoredBackup(string Name, string Path, DateTimeOffset Made, long Bytes, BackupNote? Note)
{
    public bool Good => Note is { CheckedAt: not null, Problems.Count: 0 };
}

/// <summary>The folder of backups: makes one, restores it to see that it can be, copies it to the second place, and lets old ones go by the rule.</summary>
public sealed partial class BackupStore(GuanxiDatabase database, BackupSettings settings, TimeProvider clock)
{
    public const int Days = 7;
    public const int Weeks = 5;
    public const int Months = 12;
    private const string CheckPrefix = ".check-";
    private const string SecondPlaceGood = "copied";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public BackupSettings Settings => settings;

    /// <summary>All backups, the newest first.</summary>
    public IReadOnlyList<StoredBackup> List() => Directory.Exists(settings.Folder)
        ? [.. Directory.EnumerateFiles(settings.Folder, "guanxi-*.gxb").Select(Read).OfType<StoredBackup>().OrderByDescending(backup => backup.Made).ThenByDescending(backup => backup.Name, StringComparer.Ordinal)]
        : [];

    public StoredBackup? Find(string name) => List().FirstOrDefault(backup => backup.Name == name);

    private static StoredBackup? Read(string path)
    {
        var name = Path.GetFileName(path);
        return NamePattern().Match(name) is { Success: true } match && DateTimeOffset.TryParseExact(match.Groups["time"].Value, "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made)
            ? new StoredBackup(name, path, made, new FileInfo(path).Length, NoteOf(path))
            : null;
    }

    private static BackupNote? NoteOf(string path)
    {
        try
        {
            return File.Exists(path + ".json") ? JsonSerializer.Deserialize<BackupNote>(File.ReadAllText(path + ".json"), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Makes a backup, checks it by restoring it, copies it and lets old ones go.</summary>
    /// <param name="reason">daily, asked, or the name of a migration.</param>
    public async Task<StoredBackup> MakeAsync(string reason, bool check = true, CancellationToken cancel = default)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            KeepPrivate(settings.Folder);
            Sweep();
            var now = clock.GetUtcNow();
            var path = Path.Combine(settings.Folder, string.Create(CultureInfo.InvariantCulture, $"guanxi-{now.UtcDateTime:yyyyMMdd-HHmmss}.gxb"));
            var started = clock.GetTimestamp();
            var manifest = await BackupMaker.RunAsync(database, settings, path, now, cancel);
            var note = new BackupNote(reason, clock.GetElapsedTime(started).TotalSeconds, manifest.Entries);
            WriteNote(path, note);
            if (check)
            {
                note = await CheckAsync(path, note, cancel);
            }

            note = await CopyAsync(path, note, cancel);
            WriteNote(path, note);
            LetGo(settings.Folder, keep: path);
            return Read(path)!;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Restores a backup into an empty place and keeps what was found.</summary>
    public async Task<StoredBackup> CheckAsync(StoredBackup backup, CancellationToken cancel = default)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            WriteNote(backup.Path, await CheckAsync(backup.Path, backup.Note ?? new BackupNote("asked", 0, 0), cancel));
            return Read(backup.Path)!;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private async Task<BackupNote> CheckAsync(string path, BackupNote note, CancellationToken cancel)
    {
        IReadOnlyList<string> problems;
        var took = TimeSpan.Zero;
        try
        {
            var report = await BackupCheck.RunAsync(path, settings.Passphrase(), NewPlace(), clock, database.Dialect.IsSqlite ? null : database.ConnectionString, settings.PostgresPrograms, cancel: cancel);
            (problems, took) = (report.Problems, report.Took);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Data.Common.DbException or JsonException)
        {
            problems = [error.Message];
        }

        return note with { CheckedAt = clock.GetUtcNow(), CheckSeconds = took.TotalSeconds, Problems = problems };
    }

    private async Task<BackupNote> CopyAsync(string path, BackupNote note, CancellationToken cancel)
    {
        if (settings.SecondPlace is not { } second)
        {
            return note;
        }

        try
        {
            Directory.CreateDirectory(second);
            var target = Path.Combine(second, Path.GetFileName(path));
            await using (var from = File.OpenRead(path))
            await using (var to = new FileStream(target + BackupWriter.Unfinished, FileMode.Create, FileAccess.Write))
            {
                await from.CopyToAsync(to, 1 << 20, cancel);
                to.Flush(flushToDisk: true);
            }

            var (made, copied) = (await HashAsync(path, cancel), await HashAsync(target + BackupWriter.Unfinished, cancel));
            if (!made.AsSpan().SequenceEqual(copied))
            {
                throw new IOException("The copy in the second place is not equal to the backup.");
            }

            File.Move(target + BackupWriter.Unfinished, target, overwrite: true);
            LetGo(second, keep: target);
            return note with { SecondPlace = SecondPlaceGood };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return note with { SecondPlace = error.Message };
        }
    }

    private static async Task<byte[]> HashAsync(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return await System.Security.Cryptography.SHA256.HashDataAsync(file, cancel);
    }

    private static void WriteNote(string path, BackupNote note)
    {
        File.WriteAllText(path + ".json" + BackupWriter.Unfinished, JsonSerializer.Serialize(note, Json));
        File.Move(path + ".json" + BackupWriter.Unfinished, path + ".json", overwrite: true);
    }

    /// <summary>A new place to restore into for a look; its name says whose it is.</summary>
    public string NewPlace() => PlaceIn(settings, clock);

    /// <inheritdoc cref="NewPlace"/>
    public static string PlaceIn(BackupSettings settings, TimeProvider clock)
    {
        KeepPrivate(settings.Folder);
        return Path.Combine(settings.Folder, $"{CheckPrefix}{Environment.ProcessId}-{Guid.CreateVersion7(clock.GetUtcNow()):N}");
    }

    /// <summary>Removes what a process that is gone left behind.</summary>
    public void Sweep()
    {
        foreach (var left in Directory.Exists(settings.Folder) ? Directory.GetFiles(settings.Folder, "guanxi-*" + BackupWriter.Unfinished) : [])
        {
            try
            {
                // Whoever is writing it holds it.
                using (new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    File.Delete(left);
                }
            }
            catch (IOException)
            {
                // It is being written.
            }
        }

        foreach (var left in Directory.Exists(settings.Folder) ? Directory.GetDirectories(settings.Folder, CheckPrefix + "*") : [])
        {
            if (!int.TryParse(Path.GetFileName(left)[CheckPrefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var process) || !IsRunning(process))
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void KeepPrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void LetGo(string folder, string keep)
    {
        var all = Directory.EnumerateFiles(folder, "guanxi-*.gxb").Select(Read).OfType<StoredBackup>().ToList();
        var stays = Keep(all.ConvertAll(backup => backup.Made)).ToHashSet();
        foreach (var backup in all.Where(backup => !stays.Contains(backup.Made) && backup.Path != keep))
        {
            File.Delete(backup.Path);
            File.Delete(backup.Path + ".json");
        }
    }

    /// <summary>The times that stay: the newest of each of the last seven days that have any, of five weeks, of twelve months.</summary>
    public static IEnumerable<DateTimeOffset> Keep(IReadOnlyCollection<DateTimeOffset> made)
    {
        IEnumerable<DateTimeOffset> Newest(Func<DateTimeOffset, string> span, int most) => made.GroupBy(span, StringComparer.Ordinal).Select(group => group.Max()).OrderDescending().Take(most);
        return Newest(at => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture), Days)
            .Concat(Newest(at => $"{ISOWeek.GetYear(at.UtcDateTime)}-{ISOWeek.GetWeekOfYear(at.UtcDateTime)}", Weeks))
            .Concat(Newest(at => at.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture), Months)).Distinct();
    }

    [GeneratedRegex(@"^guanxi-(?<time>\d{8}-\d{6})\.gxb$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();
}
