using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

public sealed class VerifyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task An_honest_ledger_is_whole(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var report = await company.VerifyAsync();
        Assert.True(report.Whole, report.Reason);
        Assert.True(report.Entries > 10);
        Assert.True(report.Rows > 10);
    }

    [Theory, BothDatabases]
    public async Task Whatever_is_done_behind_the_programs_back_is_found_and_named(Db db)
    {
        foreach (var (tamper, found) in new (string, long)[]
        {
            ("UPDATE ledger SET changes = replace(changes, '长沙', '上海') WHERE seq = {last}", 0),
            ("UPDATE ledger SET actor_id = NULL WHERE seq = {last}", 0),
            ("UPDATE ledger SET at = at + 1 WHERE seq = 5", 5),
            ("DELETE FROM ledger WHERE seq = 7", 7),
            ("DELETE FROM ledger WHERE seq = {last}", 0),
            ("INSERT INTO ledger (seq, at, surface, action, content_hash, hash) SELECT seq + 1, at, surface, action, content_hash, hash FROM ledger WHERE seq = {last}", 1),
            ("UPDATE ledger SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 ELSE seq END WHERE seq IN (3, 4)", 3),
            ("DELETE FROM ledger_head", 0),
        })
        {
            await using var company = await Company.OpenAsync(db);
            await company.CustomerAsync(company.ZhangWei, "长沙银行");
            var last = (await company.VerifyAsync()).Entries;
            await company.TamperAsync(tamper.Replace("{last}", $"{last}", StringComparison.Ordinal));
            if (tamper.Contains("-4", StringComparison.Ordinal))
            {
                await company.TamperAsync("UPDATE ledger SET seq = -seq WHERE seq < 0");
            }

            var report = await company.VerifyAsync();
            Assert.False(report.Whole, tamper);
            Assert.Equal(tamper.EndsWith("ledger_head", StringComparison.Ordinal) ? 0 : found < 2 ? last + found : found, report.BadSequence);
        }
    }
}
