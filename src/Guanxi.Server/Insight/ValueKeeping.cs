using Guanxi.Insight;
using Guanxi.Insight.Value;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Insight;

/// <summary>Reckons the worth of the customers once a day in the small hours of the company, and whenever somebody asks.</summary>
public sealed class ValueKeeping(Workspace workspace, ILogger<ValueKeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private Task<ValueRunResult?>? running;

    public bool IsRunning => running is { IsCompleted: false };

    /// <summary>Starts a run; the task ends with what it did, or null when it failed.</summary>
    /// <exception cref="RefusedException">One is under way already.</exception>
    public Task<ValueRunResult?> Start(Actor actor)
    {
        lock (gate)
        {
            return running is { IsCompleted: false } ? throw new RefusedException(ValueRefusals.Running) : running = Task.Run(() => RunAsync(actor), CancellationToken.None);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, workspace.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await IsDueAsync(stoppingToken) && !IsRunning)
                {
                    await Start(workspace.System());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<bool> IsDueAsync(CancellationToken cancel)
    {
        try
        {
            return await InsightNight.IsDueAsync(workspace, cancel);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "Whether customer value is due could not be seen; it will be looked again");
            return false;
        }
    }

    private async Task<ValueRunResult?> RunAsync(Actor actor)
    {
        try
        {
            var result = await InsightNight.RunAsync(workspace, actor, stopping.Token);
            if (result is null)
            {
                log.LogInformation("Leads and deals scored; there are no orders to reckon customer value from");
            }
            else
            {
                log.LogInformation("Customer value reckoned: {Customers} customers, {Orders} orders, {Seconds:0.0} s", result.Customers, result.Orders, result.Seconds);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or InvalidOperationException or ArithmeticException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "Customer value was not reckoned to its end; it will be tried again");
            return null;
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await (running ?? Task.FromResult<ValueRunResult?>(null));
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }
}
