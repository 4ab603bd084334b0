using System.Collections.Concurrent;
using Guanxi.Platform;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Operations;

/// <summary>Runs imports, checks and undos in the background, takes over those of processes that are gone, and sweeps what was prepared and left lying.</summary>
public sealed class ImportJobs(Workspace workspace, ILogger<ImportJobs> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Guid, Task> running = new();

    /// <summary>Works on what was begun: a check or an import.</summary>
    public void Begin(Guid batch) => Start(batch, () => new PreparedImports(workspace).WorkAsync(batch, stopping.Token));

    /// <summary>Does work on a batch that goes on when its caller goes away; the task ends with it.</summary>
    public Task<T> RunAsync<T>(Guid batch, Func<Task<T>> work)
    {
        var task = Task.Run(work);
        running[batch] = task;
        return task;
    }

    private void Start(Guid batch, Func<Task> work) => running[batch] = Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        catch (Exception error) when (error is not RefusedException)
        {
            log.LogError(error, "An import ended with an error; what it wrote was taken back");
        }
        finally
        {
            running.TryRemove(batch, out _);
        }
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, workspace.Clock);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Takes over what nobody works on any more.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var batch in await new PreparedImports(workspace).TakeOverAsync(cancel))
            {
                Begin(batch);
            }

            await ImportRecovery.RunAsync(workspace, cancel);
            await new PreparedImports(workspace).SweepAsync(cancel);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "Looking for imports that were left did not end; it will be tried again");
        }
    }

    /// <summary>Ends when nothing is being worked on.</summary>
    public async Task IdleAsync()
    {
        while (running.Values.FirstOrDefault(task => !task.IsCompleted) is { } task)
        {
            await ((Task)task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        await IdleAsync();
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }
}
