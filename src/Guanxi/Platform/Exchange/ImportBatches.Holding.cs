using System.Diagnostics;
using System.Globalization;
using Guanxi.Database;

namespace Guanxi.Platform.Exchange;

public static partial class ImportBatches
{
    private static string Holder { get; } = HolderOf(Process.GetCurrentProcess());

    /// <summary>Imports, checks and undos that no living process works on.</summary>
    internal static async Task<IReadOnlyList<ImportBatch>> AbandonedAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel)
    {
        var unfinished = await session.ListAsync(
            Sql.Of($"SELECT id, holder, beat_at FROM import_batch WHERE state IN ('running', 'checking', 'undoing')"),
            row => (Id: row.Id(0), Holder: row.OptionalText(1), Beat: row.OptionalInstant(2)),
            cancel);
        var abandoned = new List<ImportBatch>();
        foreach (var item in unfinished.Where(item => !Lives(item.Id, item.Holder, item.Beat, now)))
        {
            abandoned.Add((await FindAsync(session, item.Id, cancel))!);
        }

        return abandoned;
    }

    /// <summary>Prepared imports that nobody has looked at for a while.</summary>
    internal static async Task<IReadOnlyList<ImportBatch>> ForgottenAsync(DatabaseSession session, DateTimeOffset before, CancellationToken cancel) =>
        await session.ListAsync(new Sql().Append(Select).Append(" WHERE state IN ('draft', 'checked') AND beat_at < ").Value(before), Read, cancel);

    internal static async Task RemoveAsync(DatabaseSession session, Guid id, CancellationToken cancel)
    {
        await ImportRows.ForgetAsync(session, id, cancel);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM import_batch WHERE id = {id}"), cancel);
    }

    /// <summary>A process of this machine is asked for itself, another machine's by its last sign of life.</summary>
    private static bool Lives(Guid id, string? holder, DateTimeOffset? beat, DateTimeOffset now)
    {
        if (holder == Holder)
        {
            return RunningHere.ContainsKey(id);
        }

        if (holder?.Split('|') is not [var machine, var process, var started] || machine != Environment.MachineName)
        {
            return holder is not null && beat > now - TimeSpan.FromMinutes(2);
        }

        try
        {
            using var other = Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture));
            return StartOf(other) == started;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string HolderOf(Process process) => $"{Environment.MachineName}|{process.Id}|{StartOf(process)}";

    private static string StartOf(Process process) => new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
