using Guanxi.Customers;
using Guanxi.Customers.Activities;
using Guanxi.Customers.Pools;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Privacy;

namespace Guanxi.Server.Operations;

/// <summary>Small recurring work: reload what other processes changed, cut off whoever is no longer in, remind of what is due, move birthdays on, sweep what ran out.</summary>
public sealed class Housekeeping(Workspace workspace, SignIn signIn, InFlight inFlight, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReminderEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BirthdaysEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetentionEvery = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, workspace.Clock);
        var (reminded, birthdays, kept) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        while (await WaitAsync(timer, stoppingToken))
        {
            await SafelyAsync("refresh", () => workspace.RefreshAsync(stoppingToken));
            await SafelyAsync("sessions", () => inFlight.CheckAsync(stoppingToken));
            await SafelyAsync("reads", () => workspace.Reads.FlushAsync(stoppingToken));
            await SafelyAsync("live", () => workspace.HearOthersAsync(stoppingToken));
            if (reminded.IsPast(ReminderEvery, workspace.Now))
            {
                reminded = workspace.Now;
                await SafelyAsync("reminders", () => Reminders.SendAsync(workspace, stoppingToken));
            }

            if (birthdays.IsPast(BirthdaysEvery, workspace.Now))
            {
                birthdays = workspace.Now;
                await SafelyAsync("birthdays", () => Birthdays.MoveOnAsync(workspace, stoppingToken));
                await SafelyAsync("pool", () => PoolReturns.RunAsync(workspace, stoppingToken));
                await SafelyAsync("sweep", () => signIn.SweepAsync(stoppingToken));
            }

            if (kept.IsPast(RetentionEvery, workspace.Now))
            {
                kept = workspace.Now;
                await SafelyAsync("retention", () => Retention.RunAsync(workspace, stoppingToken));
            }
        }
    }

    /// <summary>What was read in the last second is written before the program ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SafelyAsync("reads", () => workspace.Reads.FlushAsync(CancellationToken.None));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SafelyAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "{Work} did not run; it will be tried again", what);
        }
    }
}
