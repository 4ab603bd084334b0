using Guanxi.Platform;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Live;
using Guanxi.Platform.Access;

namespace Guanxi.Server.Backup;

/// <summary>Makes the backup of the day by itself, at its hour or as soon as the server runs after it, and tells administrators when it is not good.</summary>
public sealed class BackupSchedule(Workspace workspace, BackupStore store, ILogger<BackupSchedule> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromHours(1);
    private DateTimeOffset tried = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, workspace.Clock);
        try
        {
            store.Sweep();
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (store.Settings.Daily && IsDue(workspace.Now, workspace.System().TimeZone))
                {
                    tried = workspace.Now;
                    await MakeAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Whether today's hour has come and there is no good backup since.</summary>
    private bool IsDue(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var hour = new DateTimeOffset(local.Date + store.Settings.At.ToTimeSpan(), local.Offset);
        return local >= hour && tried.IsPast(AgainAfter, now) && !store.List().Any(backup => backup.Made >= hour && backup.Made <= now && backup.Good);
    }

    private async Task MakeAsync(CancellationToken cancel)
    {
        string problem;
        try
        {
            var made = await store.MakeAsync("daily", cancel: cancel);
            if (made.Good && made.Note!.SecondPlace is null or "copied")
            {
                return;
            }

            problem = made.Note!.Problems is { Count: > 0 } problems ? problems[0] : made.Note.SecondPlace ?? "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Data.Common.DbException or InvalidOperationException)
        {
            problem = error.Message;
        }

        log.LogError("The backup of the day is not good: {Problem}", problem);
        await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                foreach (var person in workspace.Directory.People.Where(person => person.Active && workspace.ActorFor(person, "system").Has(Functions.ManageSettings)))
                {
                    await Notifications.SendAsync(context, person.Id, "backup", "users", person.Id, problem, ("今天的备份有问题", "The backup of the day is not good"));
                }
            },
            cancel: cancel);
    }
}
