using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Receivables;

/// <summary>王芳 has the bank's statement before her: many instalments were paid at once.</summary>
public sealed class ReceivingManyTests
{
    private static async Task<(Record Contract, List<Guid> Plans)> SignedAsync(Company company, Record customer, decimal amount)
    {
        var contract = await company.ContractAsync(customer, amount, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (sum, _) => Plans.OfTerms(sum, new(2026, 10, 1), [new("首付", 30, 0), new("发货", 60, 30), new("质保", 10, 365)])));
        contract = await company.ApproveAsync(contract);
        return (contract, [.. (await company.ListAsync(company.ZhangWei, "payment-plans", $"contract = \"{contract.Id}\"", sort: "number")).GetProperty("items").EnumerateArray().Select(plan => plan.GetProperty("id").GetGuid())]);
    }

    private static Task<ManyReceived> ReceiveAsync(Company company, Actor actor, string type, params IReadOnlyList<Guid> ids) => company.Workspace.WriteAsync(
        actor,
        context => ReceivingMany.RunAsync(context, type, ids, receipt => RecordStore.FillAsync(context.Session, context.Actor, receipt, Company.Json(new { receivedOn = "2026-11-20", method = "wire" }), context.Now)));

    [Theory, BothDatabases]
    public async Task Each_customer_has_one_receipt_and_the_contract_says_how_many_instalments_are_settled(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (bank, hotel) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhangWei, "华天酒店"));
        var (first, plans) = await SignedAsync(company, bank, 1_000);
        var (second, others) = await SignedAsync(company, hotel, 500);
        var invoice = await company.InvoiceAsync(bank, 700, first);
        Assert.Equal(("0/3", 3L), ((await company.LimitsAsync(first)).Text("instalments"), (await company.LimitsAsync(first))["instalmentsOpen"]));

        var done = await ReceiveAsync(company, company.WangFang, "payment-plans", plans[0], plans[1], others[0]);
        Assert.Equal((2, 3, 0), (done.Receipts.Count, done.Settled, done.Skipped.Count));
        Assert.Equal([150m, 900m], done.Receipts.Select(receipt => ((Money)receipt["amount"]!).Amount).Order());
        Assert.All(done.Receipts, receipt => Assert.Equal(("wire", new DateOnly(2026, 11, 20)), (receipt.Text("method"), (DateOnly)receipt["receivedOn"]!)));
        Assert.Equal(("2/3", 1L, 90m), ((await company.LimitsAsync(first)).Text("instalments"), (await company.LimitsAsync(first))["instalmentsOpen"], (await company.LimitsAsync(first))["paidPercent"]));
        Assert.Equal("1/3", (await company.LimitsAsync(second)).Text("instalments"));
        Assert.Equal(0m, await company.AmountAsync(invoice, "openAmount"));

        // What is paid already is left out; where nothing is open, nothing is written.
        var again = await ReceiveAsync(company, company.WangFang, "payment-plans", plans);
        Assert.Equal(1, again.Settled);
        Assert.Equal(plans[..2], again.Skipped);
        Assert.Equal("nothing-open", (await Refused.ByAsync(() => ReceiveAsync(company, company.WangFang, "payment-plans", plans))).Rule);
        Assert.Equal(3, await company.CountAsync("SELECT COUNT(*) FROM receipt"));

        // One of them was wrong: taken back by itself, its instalments are open again.
        await company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, again.Receipts[0].Id, "银行退汇"));
        Assert.Equal("2/3", (await company.LimitsAsync(first)).Text("instalments"));
    }

    [Theory, BothDatabases]
    public async Task Invoices_are_settled_the_same_way_and_two_who_press_at_once_pay_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var invoices = new[] { (await company.InvoiceAsync(bank, 400)).Id, (await company.InvoiceAsync(bank, 250)).Id };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            try
            {
                return (await ReceiveAsync(company, company.WangFang, "invoices", invoices)).Settled;
            }
            catch (RefusedException refused) when (refused.Refusal.Rule == "nothing-open")
            {
                return 0;
            }
        }));
        Assert.Equal([0, 2], outcomes.Order());
        Assert.Equal(0, await company.CountAsync("SELECT SUM(open_amount) FROM invoice"));
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM receipt"));
    }

    [Theory, BothDatabases]
    public async Task Who_does_not_keep_the_receivables_enters_nothing_and_a_stranger_learns_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var (_, plans) = await SignedAsync(company, bank, 1_000);
        Assert.Equal(403, (await Refused.ByAsync(() => ReceiveAsync(company, company.ZhangWei, "payment-plans", plans))).Status);
        var role = company.ZhaoMin.Role!;
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "roles", role.Id), new { functions = role.Functions.Append(Functions.ManageReceivables).ToArray() });
        Assert.Equal(404, (await Refused.ByAsync(() => ReceiveAsync(company, company.ZhaoMin, "payment-plans", plans))).Status);
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM receipt"));
    }
}
