using Guanxi.Platform;
using Guanxi.Platform.Lists;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales;

/// <summary>The sums that sales keeps.</summary>
public static class SalesSums
{
    public static IReadOnlyList<KeptSum> All => [DealSums.Kept, ReceivableSums.Kept];

    /// <summary>Folds what is worth it; false, since nothing waits after.</summary>
    public static async Task<bool> FoldAsync(Workspace workspace, CancellationToken cancel = default)
    {
        foreach (var sum in All)
        {
            await sum.FoldAsync(workspace.Database, cancel: cancel);
        }

        return false;
    }
}
