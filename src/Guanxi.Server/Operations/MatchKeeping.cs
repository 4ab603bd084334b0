using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Operations;

/// <summary>Keeps the steward's queue up to date: looks at what changed, and runs the scans that are asked for.</summary>
public sealed class MatchKeeping(Workspace workspace, ILogger<MatchKeeping> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>A scan of the whole base takes memory for each record; a company of this size is asked first.</summary>
    private const long MostUnasked = 200_000;

    /// <summary>Starts a scan in the background.</summary>
    /// <exception cref="RefusedException">One is under way already.</exception>
    public async Task StartAsync(Actor actor, RecordType type, CancellationToken cancel)
    {
        if (!await MatchScan.BeginAsync(workspace, actor, type, cancel))
        {
            throw new RefusedException(Refusal.Breaks("scan-running", ("正在扫描，请等待完成", "A scan is under way; wait until it is done")));
        }

        running = Task.WhenAll(running, Task.Run(() => SafelyAsync(() => MatchScan.RunAsync(workspace, type, cancel: stopping.Token)), CancellationToken.None));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, workspace.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var type in workspace.Schema.Types.Where(type => type.Matching.Count > 0))
                {
                    await SafelyAsync(() => FollowAsync(type, stoppingToken));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task FollowAsync(RecordType type, CancellationToken cancel)
    {
        var followed = await MatchScan.FollowAsync(workspace, type, cancel: cancel);
        if (followed == 0)
        {
            await using var session = await workspace.Database.ReadAsync(cancel);
            if ((await MatchScan.StateAsync(session, type, cancel)).State != "never")
            {
                return;
            }

            var last = await session.ScalarAsync<long?>(new Guanxi.Database.Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) ?? 0;
            followed = last is > 1 and < MostUnasked ? -1 : 0;
        }

        if (followed < 0 && await MatchScan.BeginAsync(workspace, workspace.System(), type, cancel))
        {
            await MatchScan.RunAsync(workspace, type, cancel: cancel);
        }
    }

    private async Task SafelyAsync(Func<Task> work)
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
            log.LogWarning(error, "Looking for duplicates did not end; it will be tried again");
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }
}
