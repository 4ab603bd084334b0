using Guanxi.Platform.Records;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Numbering;

public sealed class NumberTests
{
    [Theory, BothDatabases]
    public async Task An_administrator_composes_numbers_that_are_never_given_twice(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Task<Record> Rule(Guanxi.Platform.Access.Actor actor, string pattern, string restart, string subject = "contracts") => company.CreateAsync(actor, "number-rules", new { subject, pattern, restart });
        Assert.Equal(403, (await Refused.ByAsync(() => Rule(company.ZhangWei, "HT{n}", "never"))).Status);
        foreach (var (pattern, restart, field) in new[] { ("HT", "never", "pattern"), ("HT{n}{n}", "never", "pattern"), ("HT{x}-{n}", "never", "pattern"), ("HT{n", "never", "pattern"), ("HT{n:99}", "never", "pattern"), ("HT{n:4}", "year", "restart"), ("HT{MM}{n:4}", "month", "restart") })
        {
            Assert.Equal(field, (await Refused.ByAsync(() => Rule(company.WangFang, pattern, restart))).Errors!.Single().Key);
        }

        Assert.Equal("subject", (await Refused.ByAsync(() => Rule(company.WangFang, "A{n}", "never", "customers"))).Errors!.Single().Key);
        await Rule(company.WangFang, "岚峰-{yyyy}-{n:3}", "year");
        Assert.Equal("subject", (await Refused.ByAsync(() => Rule(company.WangFang, "B{n}", "never"))).Errors!.Single().Key);
        async Task<string> Next() => (await company.ContractAsync(customer, 1, approved: false)).Text("number")!;
        Assert.Equal("岚峰-2026-001", await Next());
        await company.CreateAsync(company.ZhangWei, "contracts", new { number = "岚峰-2026-002", name = "外来", customer = customer.Id, amount = MoneyWorld.Yuan(1) });
        Assert.Equal("岚峰-2026-003", await Next());
        Assert.Equal("number", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contracts", new { number = "岚峰-2026-003", name = "重号", customer = customer.Id, amount = MoneyWorld.Yuan(1) }))).Errors!.Single().Key);
        var many = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(Next)));
        Assert.Equal(Enumerable.Range(4, 10).Select(number => $"岚峰-2026-{number:000}"), many.Order(StringComparer.Ordinal));
        company.Time.Pass(TimeSpan.FromDays(60));
        Assert.Equal("岚峰-2027-001", await Next());
    }
}
