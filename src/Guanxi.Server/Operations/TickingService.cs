namespace Guanxi.Server.Operations;

/// <summary>Work that is looked at again and again; what goes wrong with database or disk is logged and tried again.</summary>
public abstract class TickingService(TimeSpan every, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>What is said in the log when a look did not come to its end.</summary>
    protected abstract string NotDone { get; }

    /// <summary>One stretch of the work, a transaction of its own so that others get through between two; true when more is waiting.</summary>
    protected abstract Task<bool> TickAsync(CancellationToken stopping);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
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
            while (await TickAsync(stopping))
            {
                // More is waiting.
            }
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "{NotDone}; it will be tried again", NotDone);
        }
    }
}
