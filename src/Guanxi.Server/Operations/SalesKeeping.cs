using Guanxi.Platform;
using Guanxi.Sales;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Receivables;

namespace Guanxi.Server.Operations;

/// <summary>Marks what is overdue, reminds of what is due, and begins the steps that the company's rules say; folds the kept sums.</summary>
public sealed class SalesKeeping(Workspace workspace, ILogger<SalesKeeping> log) : TickingService(TimeSpan.FromMinutes(1), workspace.Clock, log)
{
    protected override string NotDone => "What is due was not looked at to its end";

    protected override async Task<bool> TickAsync(CancellationToken stopping) => await ReceivableKeeping.TickAsync(workspace, stopping) | await CreditFigures.RefreshAsync(workspace, stopping) | await ProductCosts.TickAsync(workspace, stopping) | await SalesSums.FoldAsync(workspace, stopping);
}
