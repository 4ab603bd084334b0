using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Receivables;

public sealed class RedLetterTests
{
    private static Task<Record> AskAsync(Company company, Guanxi.Platform.Access.Actor actor, Record blue, decimal? amount = null, string? reason = "退货") => company.StepAsync(actor, context => RedLetters.MakeAsync(context, blue.Id, amount, reason));

    private static Task<Record> IssueAsync(Company company, Record red) => company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, red.Id, null, null, null));

    [Theory, BothDatabases]
    public async Task A_red_letter_takes_an_invoice_back_in_parts_and_its_tax_to_the_cent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000);
        var blue = await company.InvoiceAsync(customer, 1_000, contract, due: new(2026, 12, 1));
        var asked = await AskAsync(company, company.ZhangWei, blue, 333.33m);
        Assert.Equal((new Money(-333.33m, "CNY"), new Money(-38.35m, "CNY"), blue.Id, "requested"), (asked["amount"], asked["tax"], asked.Reference("redOf"), asked.Text("status")));

        // Merely asked for it changes nothing, and makes no room for another invoice.
        Assert.Equal((1_000m, 1_000m), (await company.AmountAsync(blue, "openAmount"), await company.AmountAsync(contract, "invoiced")));
        Assert.Equal("invoices-above-contract", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, contract = contract.Id, kind = "ordinary", amount = MoneyWorld.Yuan(300) }))).Rule);
        Assert.Equal(403, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => InvoiceSteps.IssueAsync(context, asked.Id, null, null, null)))).Status);
        await IssueAsync(company, asked);
        Assert.Equal((666.67m, 666.67m, 0m), (await company.AmountAsync(blue, "openAmount"), await company.AmountAsync(contract, "invoiced"), await company.AmountAsync(asked, "openAmount")));
        await company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, contract = contract.Id, kind = "ordinary", amount = MoneyWorld.Yuan(333.33m) });

        // What was paid is reversed before it can be taken back; what is open can.
        var receipt = await company.ReceiveAsync(company.WangFang, customer, 100, contract, [new(null, null, blue.Id, 100)]);
        var rest = await AskAsync(company, company.ZhangWei, blue);
        Assert.Equal(-666.67m, ((Money)rest["amount"]!).Amount);
        Assert.Equal("invoice-paid", (await Refused.ByAsync(() => IssueAsync(company, rest))).Rule);
        await company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, receipt.Id, "退款"));
        await IssueAsync(company, rest);
        Assert.Equal((0m, "red"), (await company.AmountAsync(blue, "openAmount"), await company.TextAsync(blue, "payment")));
        Assert.Equal(await company.AmountAsync(blue, "tax"), -(await company.AmountAsync(asked, "tax") + await company.AmountAsync(rest, "tax")));

        Assert.Equal("invoice-red", (await Refused.ByAsync(() => company.StepAsync(company.WangFang, context => InvoiceSteps.VoidAsync(context, blue.Id, "错")))).Rule);
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0m, (await Aging.RunAsync(session, company.WangFang, new(2026, 11, 22), "customer", false, company.Workspace.Now, TestContext.Current.CancellationToken)).Total.Total);
    }

    [Theory, BothDatabases]
    public async Task Red_letters_of_several_people_at_once_never_take_back_more_than_there_was(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var blue = await company.InvoiceAsync(customer, 100);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await IssueAsync(company, await AskAsync(company, company.ZhangWei, blue, 40));
                return 1;
            }
            catch (RefusedException refused)
            {
                Assert.Equal("amount", refused.Refusal.Errors!.Single().Key);
                return 0;
            }
        }));
        Assert.Equal(2, made.Sum());
        Assert.Equal(20m, await company.AmountAsync(blue, "openAmount"));
    }

    [Fact]
    public async Task What_cannot_be_taken_back_is_said()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var blue = await company.InvoiceAsync(customer, 100);
        foreach (var wrong in new[] { -5m, 0m, 100.01m, 0.001m })
        {
            Assert.Equal("amount", (await Refused.ByAsync(() => AskAsync(company, company.ZhangWei, blue, wrong))).Errors!.Single().Key);
        }

        Assert.Equal("reason", (await Refused.ByAsync(() => AskAsync(company, company.ZhangWei, blue, reason: " "))).Errors!.Single().Key);
        Assert.Equal(404, (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, blue))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, kind = "ordinary", amount = MoneyWorld.Yuan(-5), redOf = blue.Id }))).Status);
        var red = await AskAsync(company, company.ZhangWei, blue, 10);
        Assert.Equal("invoice-not-blue", (await Refused.ByAsync(() => AskAsync(company, company.ZhangWei, red, 5))).Rule);
        Assert.Equal("invoice-red", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "invoice-lines", new { invoice = red.Id, description = "一行", amount = MoneyWorld.Yuan(5) }))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, red, new { amount = MoneyWorld.Yuan(-500) }))).Status);
    }
}
