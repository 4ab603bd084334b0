using Guanxi.Customers.Lifecycle;
using Guanxi.Platform;
using Guanxi.Platform.Segments;

namespace Guanxi.Server.Operations;

/// <summary>Keeps segments and the stages of customers up to date, second by second; longer where an import has left a long stretch of the ledger, or the base is gone over.</summary>
public sealed class SegmentKeeping(Workspace workspace, ILogger<SegmentKeeping> log) : TickingService(TimeSpan.FromSeconds(1), workspace.Clock, log)
{
    protected override string NotDone => "Segments or stages were not brought up to date";

    protected override async Task<bool> TickAsync(CancellationToken stopping) => await LifecycleKeeper.TickAsync(workspace, stopping) | await SegmentKeeper.TickAsync(workspace, stopping);
}
