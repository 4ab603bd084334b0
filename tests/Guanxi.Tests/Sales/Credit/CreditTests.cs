using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Orders;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Credit;

public sealed class CreditTests
{
    private static Task<Record> RuleAsync(Company company, object values) => company.CreateAsync(company.WangFang, "credit-rules", values);

    private static Task<Record> OrderAsync(Company company, Record customer, decimal amount, params string[] confirmed) => company.CreateAsync(company.ZhangWei, "orders", new { customer = customer.Id, amount = MoneyWorld.Yuan(amount) }, confirmed);

    private static async Task<CreditStanding> StandingAsync(Company company, Record customer)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await CreditFigures.ReadAsync(session, company.Workspace.Schema, customer.Id, company.WangFang.Today(company.Workspace.Now));
    }

    [Theory, BothDatabases]
    public async Task What_is_owed_and_on_order_less_what_was_paid_ahead_is_used_of_the_limit(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "大客户", customerLevel = "major", creditLimit = MoneyWorld.Yuan(1_000), mostOverdueDays = 30 });
        await RuleAsync(company, new { name = "其他", creditLimit = MoneyWorld.Yuan(100), onOrder = "warn" });
        var major = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { level = "major" });
        var plain = await company.CustomerAsync(company.ZhangWei, "广州贸易");
        await OrderAsync(company, major, 600);
        await company.InvoiceAsync(major, 300, issued: new(2026, 10, 1), due: new(2026, 11, 1));
        await company.ReceiveAsync(company.WangFang, major, 50);
        var standing = await StandingAsync(company, major);
        Assert.Equal((1_000m, 850m, 300m, 600m, 50m, 21), (standing.Limit, standing.Used, standing.OpenInvoices, standing.Undelivered, standing.Advance, standing.OverdueDays));

        var stopped = await Refused.ByAsync(() => OrderAsync(company, major, 200));
        Assert.Equal("credit", stopped.Rule);
        Assert.Contains("额度 1,000.00，已用 1,050.00，超出 50.00 CNY", stopped.Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM sales_order"));
        await OrderAsync(company, major, 150);

        Assert.Equal(["credit"], (await Refused.ByAsync(() => OrderAsync(company, plain, 101))).Confirm!);
        await OrderAsync(company, plain, 101, "credit");
        Assert.Equal("customerLevel", (await Refused.ByAsync(() => RuleAsync(company, new { name = "再一条", customerLevel = "major" }))).Errors!.Single().Key);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "credit-rules", new { name = "我的" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task Overdue_money_stops_the_goods_until_somebody_with_the_right_allows_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "全部", creditLimit = MoneyWorld.Yuan(1_000), mostOverdueDays = 10 });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var order = await OrderAsync(company, customer, 0);
        await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, description = "柜机", quantity = 1, unitPrice = MoneyWorld.Yuan(500) });
        var invoice = await company.InvoiceAsync(customer, 100, issued: new(2026, 9, 1), due: new(2026, 11, 1));
        Task<Record> Ship() => company.StepAsync(company.ZhangWei, context => Shipping.DeliverAsync(context, order.Id, null, ship: true, null, _ => Task.CompletedTask));
        Assert.Contains("逾期 21 天（最多 10 天）", (await Refused.ByAsync(Ship)).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM delivery"));

        Assert.Equal("until", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "credit-overrides", new { customer = customer.Id, amount = MoneyWorld.Yuan(800), until = "2026-11-01", reason = "x" }))).Errors!.Single().Key);
        var asked = await company.CreateAsync(company.ZhangWei, "credit-overrides", new { customer = customer.Id, amount = MoneyWorld.Yuan(800), until = "2026-11-30", reason = "客户已承诺周五付款" });
        Assert.Equal(403, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => CreditOverride.DecideAsync(context, asked.Id, true, null)))).Status);
        Assert.Equal("credit", (await Refused.ByAsync(Ship)).Rule);
        await company.StepAsync(company.LiQiang, context => CreditOverride.DecideAsync(context, asked.Id, true, "同意"));
        Assert.Equal("exception-fixed", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, asked, new { amount = MoneyWorld.Yuan(1_000_000) }))).Rule);
        Assert.Equal("shipped", (await Ship()).Text("status"));

        // What was granted reaches so far and so long.
        Assert.Equal("credit", (await Refused.ByAsync(() => OrderAsync(company, customer, 500))).Rule);
        company.Time.Pass(TimeSpan.FromDays(10));
        Assert.Equal("credit", (await Refused.ByAsync(() => OrderAsync(company, customer, 1))).Rule);
        await company.ReceiveAsync(company.WangFang, customer, 100, wishes: [new(null, null, invoice.Id, 100)]);
        await OrderAsync(company, customer, 1);
    }

    [Theory, BothDatabases]
    public async Task A_file_is_no_way_round_the_limit(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "全部", creditLimit = MoneyWorld.Yuan(100), onOrder = "block" });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Actor FromFile(Actor actor) => new(actor.Person, actor.Directory, actor.Schema, "import");
        Task<Record> Bring(Actor actor, decimal amount) => company.CreateAsync(FromFile(actor), "orders", new { customer = customer.Id, amount = MoneyWorld.Yuan(amount) });
        Assert.Equal("credit", (await Refused.ByAsync(() => Bring(company.ZhangWei, 101))).Rule);
        await Bring(company.ZhangWei, 60);

        // Who could allow it anyway brings in what was sold before.
        await Bring(company.LiQiang, 500);
        Assert.Equal(2, await company.CountAsync("SELECT COUNT(*) FROM sales_order"));
    }

    [Theory, BothDatabases]
    public async Task The_company_s_own_formula_makes_limit_and_score(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (field, formula) in new[] { ("formula", "min(1"), ("formula", "nix + 1"), ("scoreFormula", "credit.limit / 2"), ("formula", "\"viel\"") })
        {
            var refused = await Refused.ByAsync(() => RuleAsync(company, field == "formula" ? new { name = "公式", formula } : (object)new { name = "公式", scoreFormula = formula }));
            Assert.Equal(field, refused.Errors!.Single().Key);
        }

        await RuleAsync(company, new { name = "公式", creditLimit = MoneyWorld.Yuan(2_000), formula = "100 + credit.paidYear * 0.5", scoreFormula = "100 - credit.overdueDays * 2", onContract = "block" });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.InvoiceAsync(customer, 1_000, issued: new(2026, 10, 1), due: new(2026, 11, 12));
        await company.ReceiveAsync(company.WangFang, customer, 900, oldestFirst: true);
        var standing = await company.StepsAsync(customer);
        Assert.Equal((550m, "formula", 80L, 10), (standing.Limit, standing.Source, standing.Score, standing.OverdueDays));
        Assert.Equal(["长沙银行"], await company.NamesAsync(company.ZhangWei, "customers", "credit.limit = 550 AND credit.overdueDays >= 10"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers", "credit.overdueDays >= 10"));

        var contract = await company.ContractAsync(customer, 460, approved: false);
        Assert.Contains("超出 10.00", (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, contract.Id)))).Detail!.ZhHans, StringComparison.Ordinal);
        await company.CreateAsync(company.WangFang, "customer-credits", new { customer = customer.Id, creditLimit = MoneyWorld.Yuan(5_000), reason = "总经理特批" });
        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, contract.Id));
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "customer-credits", new { customer = customer.Id, stopped = true, reason = "x" }))).Status);
        await company.CreateAsync(company.WangFang, "customer-credits", new { customer = customer.Id, stopped = true, reason = "诉讼中" });
        Assert.Contains("停止赊销", (await Refused.ByAsync(() => OrderAsync(company, customer, 1))).Detail!.ZhHans, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task What_was_paid_before_the_invoice_settles_it_when_it_is_written(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000);
        await company.ReceiveAsync(company.WangFang, customer, 500, contract, oldestFirst: true);
        Assert.Equal((500m, 0m), ((await StandingAsync(company, customer)).Advance, (await StandingAsync(company, customer)).Used));
        var first = await company.InvoiceAsync(customer, 300, contract);
        Assert.Equal(("paid", 500m), (await company.TextAsync(first, "payment"), await company.AmountAsync(contract, "received")));
        var second = await company.InvoiceAsync(customer, 300, contract);
        Assert.Equal((100m, 0m, 100m), (await company.AmountAsync(second, "openAmount"), (await StandingAsync(company, customer)).Advance, (await StandingAsync(company, customer)).Used));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM receipt WHERE unallocated <> 0"));
    }
}

internal static class Standings
{
    /// <summary>The standing as kept after a night.</summary>
    public static async Task<CreditStanding> StepsAsync(this Company company, Record customer) => await company.Workspace.WriteAsync(company.Program, context => CreditFigures.KeepAsync(context, customer.Id));
}
