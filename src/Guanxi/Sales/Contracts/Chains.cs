using Guanxi.Database;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Contracts;

/// <summary>Whether a company has composed a chain of approval for a kind of thing; else one person with the right decides.</summary>
internal static class Chains
{
    public static async ValueTask<bool> HasAsync(DatabaseSession session, string kind, CancellationToken cancel) =>
        await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM approval_definition WHERE kind = {kind} AND active = {1L} AND deleted_at IS NULL"), cancel) > 0;

    /// <exception cref="RefusedException">A chain decides about the record: nobody goes past it.</exception>
    public static async ValueTask DemandNoneAsync(DatabaseSession session, string kind, Guid record, CancellationToken cancel)
    {
        if (await ApprovalRequests.OpenAsync(session, kind, record, cancel: cancel) is not null)
        {
            throw new RefusedException(Refusal.Breaks("approval-chain", ("这项内容走审批流：请在“审批”里处理", "A chain of approval decides about this: see to it under approvals")));
        }
    }
}
