using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Outbound;
using Guanxi.Sales.Leads;

namespace Guanxi.Server.Operations;

/// <summary>Looks into the mailboxes of leads once a minute.</summary>
public sealed class MailDropKeeping(Workspace workspace, OutboundRules rules, ILogger<MailDropKeeping> log) : TickingService(TimeSpan.FromSeconds(60), workspace.Clock, log)
{
    private readonly OutboundClient outbound = new(rules);

    protected override string NotDone => "The mailboxes of leads were not looked into";

    protected override async Task<bool> TickAsync(CancellationToken stopping)
    {
        await MailDrop.TickAsync(workspace, outbound, SecretBox.Open(workspace.Folder), stopping);
        return false;
    }

    public override void Dispose()
    {
        outbound.Dispose();
        base.Dispose();
    }
}
