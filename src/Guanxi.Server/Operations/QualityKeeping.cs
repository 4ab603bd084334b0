using Guanxi.Customers.Quality;
using Guanxi.Platform;

namespace Guanxi.Server.Operations;

/// <summary>Judges what has changed, what is due, and the whole base when it is to be gone over.</summary>
public sealed class QualityKeeping(Workspace workspace, ILogger<QualityKeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, workspace.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SafelyAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task SafelyAsync(CancellationToken stopping)
    {
        try
        {
            while (await QualityKeeper.TickAsync(workspace, stopping))
            {
                // Others get through between two stretches: each is a transaction of its own.
            }
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "The quality of the data was not brought up to date; it will be tried again");
        }
    }
}
