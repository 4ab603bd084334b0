using Guanxi.Platform;
using Guanxi.Sales.Steps;

namespace Guanxi.Server.Operations;

/// <summary>Lets the next in the chain know of steps that are late.</summary>
public sealed class StepKeeping(Workspace workspace, ILogger<StepKeeping> log) : TickingService(TimeSpan.FromSeconds(30), workspace.Clock, log)
{
    protected override string NotDone => "Late steps were not told of";

    protected override Task<bool> TickAsync(CancellationToken stopping) => StepEscalations.TickAsync(workspace, stopping);
}
