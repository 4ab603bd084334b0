using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Receivables;

public sealed class AgingTests
{
    private static async Task<AgingReport> AgeAsync(Company company, Actor actor, string group = "customer", DateOnly? asOf = null, bool plans = false)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await Aging.RunAsync(session, actor, asOf ?? actor.Today(company.Workspace.Now), group, plans, company.Workspace.Now);
    }

    [Theory, BothDatabases]
    public async Task What_is_owed_stands_in_its_bucket_for_those_who_see_the_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var trade = await company.CustomerAsync(company.ZhaoMin, "广州贸易");
        await company.InvoiceAsync(bank, 100, issued: new(2026, 11, 1), due: new(2026, 12, 1));
        await company.InvoiceAsync(bank, 200, issued: new(2026, 9, 1), due: new(2026, 11, 21));
        await company.InvoiceAsync(bank, 300, issued: new(2026, 9, 1), due: new(2026, 10, 1));
        var theirs = await company.CreateAsync(company.ZhaoMin, "invoices", new { customer = trade.Id, kind = "ordinary", amount = MoneyWorld.Yuan(5_000) });
        await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, theirs.Id, null, new(2026, 1, 1), new(2026, 2, 1)));

        var all = await AgeAsync(company, company.WangFang);
        Assert.Equal((5_600m, 2L), (all.Total.Total, all.RowCount));
        Assert.Equal([100m, 200m, 300m, 0m, 0m, 5_000m], all.Total.Buckets);
        Assert.Equal("广州贸易", all.Rows[0].Name);
        var own = await AgeAsync(company, company.ZhangWei);
        Assert.Equal([100m, 200m, 300m, 0m, 0m, 0m], own.Total.Buckets);
        Assert.Equal(["长沙银行"], own.Rows.Select(row => row.Name));
        Assert.Equal(["华南", "华东"], (await AgeAsync(company, company.WangFang, "team")).Rows.Select(row => row.Name));
        Assert.Equal(["赵敏", "张伟"], (await AgeAsync(company, company.WangFang, "owner")).Rows.Select(row => row.Name));
        Assert.Equal("group", (await Refused.ByAsync(() => AgeAsync(company, company.WangFang, "color"))).Errors!.Single().Key);
        Assert.Equal("asOf", (await Refused.ByAsync(() => AgeAsync(company, company.WangFang, asOf: new(2026, 11, 23)))).Errors!.Single().Key);
    }

    [Theory, BothDatabases]
    public async Task Of_a_day_gone_by_it_says_what_was_open_then(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var invoice = await company.InvoiceAsync(bank, 300, issued: new(2026, 9, 1), due: new(2026, 10, 1));
        await company.ReceiveAsync(company.WangFang, bank, 120, oldestFirst: true, day: "2026-10-20");
        await company.ReceiveAsync(company.WangFang, bank, 180, oldestFirst: true, day: "2026-11-20");
        Assert.Equal(0m, (await AgeAsync(company, company.ZhangWei)).Total.Total);
        Assert.Equal([0m, 180m, 0m, 0m, 0m, 0m], (await AgeAsync(company, company.ZhangWei, asOf: new(2026, 10, 31))).Total.Buckets);
        Assert.Equal([300m, 0m, 0m, 0m, 0m, 0m], (await AgeAsync(company, company.ZhangWei, asOf: new(2026, 9, 30))).Total.Buckets);
        Assert.Equal(0m, (await AgeAsync(company, company.ZhangWei, asOf: new(2026, 8, 31))).Total.Total);
        _ = invoice;
    }

    [Theory, BothDatabases]
    public async Task The_night_marks_reminds_and_duns_once_and_sees_whether_promises_were_kept(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(bank, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 11, 27), [new("首付", 50, 0), new("尾款", 50, 60)])));
        await company.ApproveAsync(contract);
        var invoice = await company.InvoiceAsync(bank, 400, contract, issued: new(2026, 11, 1), due: new(2026, 11, 24));
        async Task NightAsync()
        {
            while (await ReceivableKeeping.TickAsync(company.Workspace))
            {
                // Until nothing is waiting.
            }
        }

        await NightAsync();
        await NightAsync();
        Assert.Equal(("open", 1L, 0L), (await company.TextAsync(invoice, "payment"), await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'paymentDue'"), await company.CountAsync("SELECT COUNT(*) FROM dunning")));
        company.Time.Pass(TimeSpan.FromDays(5));
        await NightAsync();
        await NightAsync();
        Assert.Equal("overdue", await company.TextAsync(invoice, "payment"));
        var step = (await company.ListAsync(company.ZhangWei, "dunnings", fields: "label,body,step,status")).GetProperty("items").EnumerateArray().Single();
        Assert.Contains("400.00 CNY", step.GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "dunnings"));

        var dunning = await company.LoadAsync(company.ZhangWei, "dunnings", step.GetProperty("id").GetGuid());
        Assert.Equal("promisedOn", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, dunning, new { promisedOn = "2026-11-01" }))).Errors!.Single().Key);
        await company.ChangeAsync(company.ZhangWei, dunning, new { status = "done", result = "答应下周付", promisedOn = "2026-11-30", promised = MoneyWorld.Yuan(400) });
        company.Time.Pass(TimeSpan.FromDays(5));
        await NightAsync();
        Assert.Equal(("broken", 1L), (await company.TextAsync(dunning, "promise"), await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'promiseBroken'")));
        await company.ReceiveAsync(company.WangFang, bank, 400, contract, oldestFirst: true, day: "2026-12-01");
        Assert.Equal("paid", await company.TextAsync(invoice, "payment"));
    }
}
