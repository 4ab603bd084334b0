using Guanxi.Platform;
using Guanxi.Sales.Leads;

namespace Guanxi.Server.Operations;

/// <summary>Looks twice a minute for leads that nobody has and for those whose time to be answered is over.</summary>
public sealed class LeadKeeping(Workspace workspace, ILogger<LeadKeeping> log) : TickingService(TimeSpan.FromSeconds(30), workspace.Clock, log)
{
    protected override string NotDone => "Leads were not looked after";

    protected override async Task<bool> TickAsync(CancellationToken stopping)
    {
        await LeadKeeper.TickAsync(workspace, stopping);
        return false;
    }
}
