using Guanxi.Platform;
using Guanxi.Sales.Quotes;

namespace Guanxi.Server.Operations;

/// <summary>Puts quotes past their date.</summary>
public sealed class QuoteKeeping(Workspace workspace, ILogger<QuoteKeeping> log) : TickingService(TimeSpan.FromMinutes(5), workspace.Clock, log)
{
    protected override string NotDone => "Quotes past their date were not marked";

    protected override Task<bool> TickAsync(CancellationToken stopping) => QuoteFlow.ExpireAsync(workspace, stopping);
}
