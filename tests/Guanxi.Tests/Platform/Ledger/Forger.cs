using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

/// <summary>Somebody with the database in hand who knows how the ledger is made and puts every hash in order again.</summary>
internal static class Forger
{
    private static async Task<List<LedgerEntry>> AllAsync(DatabaseSession session)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in LedgerRows.RangeAsync(session, 1, long.MaxValue))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Changes one entry and everything that follows from it.</summary>
    public static async Task RewriteAsync(Company company, long sequence, bool forgetCheckpoints)
    {
        company.WritesPastTheProgram();
        await company.Workspace.Database.WriteAsync(async session =>
        {
            var entries = await AllAsync(session);
            entries[(int)sequence - 1] = entries[(int)sequence - 1] with { Surface = "elsewhere" };
            await PutAsync(session, entries, forgetCheckpoints);
        });
    }

    /// <summary>Puts the ledger back to what it was with so many entries.</summary>
    public static async Task CutAsync(Company company, long size, bool forgetCheckpoints)
    {
        company.WritesPastTheProgram();
        await company.Workspace.Database.WriteAsync(async session => await PutAsync(session, [.. (await AllAsync(session)).Take((int)size)], forgetCheckpoints));
    }

    private static async Task PutAsync(DatabaseSession session, List<LedgerEntry> entries, bool forgetCheckpoints)
    {
        await session.ExecuteAsync(new Sql().Append("DELETE FROM ledger"));
        await session.ExecuteAsync(new Sql().Append("DELETE FROM ledger_node"));
        var none = new byte[32];
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = 0, hash = {none}, frontier = NULL"));
        if (forgetCheckpoints)
        {
            await session.ExecuteAsync(new Sql().Append("DELETE FROM ledger_checkpoint"));
        }

        await LedgerBook.AppendAsync(session, entries);
    }
}
