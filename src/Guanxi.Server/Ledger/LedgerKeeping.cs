using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Live;

namespace Guanxi.Server.Ledger;

/// <summary>Signs a checkpoint each minute or thousand entries, sends it outside, and checks the whole ledger once a day, telling those who may read it when it is not whole.</summary>
public sealed class LedgerKeeping(Workspace workspace, IConfiguration configuration, ILogger<LedgerKeeping> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CheckEvery = TimeSpan.FromDays(1);
    private static readonly TimeSpan ThinEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, workspace.Clock);
        using var delivery = new CheckpointDelivery(workspace, configuration);
        var (thinned, checkedAt) = (workspace.Now, workspace.Now - CheckEvery + TimeSpan.FromMinutes(configuration.GetValue("Ledger:FirstCheckMinutes", 30.0)));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SafelyAsync("checkpoint", SignAsync);
                await SafelyAsync("sending checkpoints", () => delivery.RunAsync(stoppingToken));
                if (thinned.IsPast(ThinEvery, workspace.Now))
                {
                    thinned = workspace.Now;
                    await SafelyAsync("thinning checkpoints", () => Checkpoints.ThinAsync(workspace, stoppingToken));
                }

                if (checkedAt.IsPast(CheckEvery, workspace.Now))
                {
                    checkedAt = workspace.Now;
                    await SafelyAsync("check of the ledger", () => CheckAsync(stoppingToken));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }

        async Task SignAsync()
        {
            using var keys = LedgerKeys.Open(workspace.Folder);
            await Checkpoints.MakeAsync(workspace, keys, cancel: stoppingToken);
        }
    }

    private async Task CheckAsync(CancellationToken cancel)
    {
        using var keys = LedgerKeys.Open(workspace.Folder);
        var report = await LedgerChecks.RunAsync(workspace, keys, null, cancel);
        if (report.Whole)
        {
            return;
        }

        log.LogError("The ledger is not whole: {Findings} findings; the first: {Reason}", report.Findings.Count, report.Reason);
        await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                foreach (var person in workspace.Directory.People.Where(person => person.Active && workspace.ActorFor(person, "system").Has(Functions.ReadLedger)))
                {
                    await Notifications.SendAsync(context, person.Id, "ledger", "users", person.Id, report.Findings[0].Sentence.In(person.Language), ("账本校验发现被改动的内容", "The check of the ledger found what was altered"));
                }
            },
            cancel: cancel);
    }

    private async Task SafelyAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or UnauthorizedAccessException or InvalidOperationException or InvalidDataException or System.Net.Sockets.SocketException)
        {
            log.LogWarning(error, "{Work} did not run; it will be tried again", what);
        }
    }
}
