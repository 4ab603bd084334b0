using Guanxi.Customers.Lifecycle;
using Guanxi.Platform;
using Guanxi.Platform.Segments;

namespace Guanxi.Server.Operations;

/// <summary>Keeps segments and the stages of customers up to date, second by second.</summary>
public sealed class SegmentKeeping(Workspace workspace, ILogger<SegmentKeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

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
            // More than once where an import has left a long stretch of the ledger, or the base is gone over.
            for (var more = true; more;)
            {
                more = await LifecycleKeeper.TickAsync(workspace, stopping);
                more |= await SegmentKeeper.TickAsync(workspace, stopping);
            }
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "Segments or stages were not brought up to date; it will be tried again");
        }
    }
}
