using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

public sealed class VerifyTests
{
    private static async Task<LedgerBook.Verdict> VerifyAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await LedgerBook.VerifyAsync(session, cancel: TestContext.Current.CancellationToken);
    }

    [Theory, BothDatabases]
    public async Task An_honest_ledger_is_whole(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var verdict = await VerifyAsync(company);
        Assert.True(verdict.Whole, verdict.Reason);
        Assert.True(verdict.Entries > 10);
    }

    [Theory, BothDatabases]
    public async Task Whatever_is_done_behind_the_programs_back_is_found_and_named(Db db)
    {
        foreach (var (tamper, found) in new (string, long)[]
        {
            ("UPDATE ledger SET changes = replace(changes, '长沙', '上海') WHERE seq = 13", 13),
            ("UPDATE ledger SET actor_id = NULL WHERE seq = 13", 13),
            ("UPDATE ledger SET at = at + 1 WHERE seq = 5", 5),
            ("DELETE FROM ledger WHERE seq = 7", 7),
            ("DELETE FROM ledger WHERE seq = (SELECT MAX(seq) FROM ledger)", 13),
            ("INSERT INTO ledger (seq, at, surface, action, content_hash, hash) SELECT seq + 1, at, surface, action, content_hash, hash FROM ledger WHERE seq = 13", 14),
            ("UPDATE ledger SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 ELSE seq END WHERE seq IN (3, 4)", 3),
            ("DELETE FROM ledger_head", 0),
        })
        {
            await using var company = await Company.OpenAsync(db);
            await company.CustomerAsync(company.ZhangWei, "长沙银行");
            await company.TamperAsync(tamper);
            if (tamper.Contains("-4", StringComparison.Ordinal))
            {
                await company.TamperAsync("UPDATE ledger SET seq = -seq WHERE seq < 0");
            }

            var verdict = await VerifyAsync(company);
            Assert.False(verdict.Whole, tamper);
            Assert.Equal(found, verdict.BadSequence);
        }
    }
}
