using Guanxi.Platform;
using Guanxi.Platform.Approvals;

namespace Guanxi.Server.Operations;

/// <summary>Reminds, escalates and ends what was not signed in time.</summary>
public sealed class ApprovalKeeping(Workspace workspace, ILogger<ApprovalKeeping> log) : TickingService(TimeSpan.FromSeconds(20), workspace.Clock, log)
{
    protected override string NotDone => "Overdue approvals were not looked at";

    protected override Task<bool> TickAsync(CancellationToken stopping) => ApprovalClock.TickAsync(workspace, stopping);
}
