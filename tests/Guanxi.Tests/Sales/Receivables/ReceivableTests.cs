using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Receivables;

public sealed class ReceivableTests
{
    [Theory, BothDatabases]
    public async Task A_payment_plan_adds_up_to_the_contract_to_the_cent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 100.01m, approved: false);
        Task<Record> Set(params PlanItem[] items) => company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (_, _) => items));
        Assert.Contains("100.01", (await Refused.ByAsync(() => Set(new PlanItem(null, "首付", new(2026, 12, 1), 50)))).Detail!.ZhHans, StringComparison.Ordinal);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 12, 1), [new("一", 33, 0), new("二", 33, 30), new("三", 34, 60)])));
        Assert.Equal(["330000", "330000", "340100"], await company.ColumnAsync("SELECT CAST(amount AS TEXT) FROM payment_plan ORDER BY number"));
        Assert.Equal(422, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 12, 1), [new("一", 33, 0)]))))).Status);
        Assert.Equal("plan-above-contract", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "payment-plans", new { contract = contract.Id, dueOn = "2027-01-01", amount = MoneyWorld.Yuan(0.01m) }))).Rule);
        Assert.Equal(404, (await Refused.ByAsync(() => company.StepAsync(company.ZhaoMin, context => Plans.SetAsync(context, contract.Id, (_, _) => [])))).Status);

        var third = (await company.ListAsync(company.ZhangWei, "payment-plans", "number = 3")).GetProperty("items")[0];
        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["payment-plans"], third.GetProperty("id").GetGuid());
        Assert.Equal("plan-sum", (await Refused.ByAsync(() => company.ApproveAsync(contract))).Rule);
        Assert.Equal(["waiting", "waiting"], await company.ColumnAsync("SELECT status FROM payment_plan WHERE deleted_at IS NULL"));
    }

    [Theory, BothDatabases]
    public async Task A_receipt_settles_the_oldest_first_and_what_is_left_is_the_customers_credit(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 10, 1), [new("首付", 30, 0), new("发货", 60, 30), new("质保", 10, 365)])));
        await company.ApproveAsync(contract);
        var invoice = await company.InvoiceAsync(customer, 600, contract, due: new(2026, 12, 1));
        Assert.Equal(403, (await Refused.ByAsync(() => company.ReceiveAsync(company.ZhangWei, customer, 450, contract, oldestFirst: true))).Status);

        var receipt = await company.ReceiveAsync(company.WangFang, customer, 450, contract, oldestFirst: true);
        Assert.Equal(("SK20261122-0001", new Money(0, "CNY")), (receipt.Text("number"), receipt["unallocated"]));
        Assert.Equal((150m, 450m), (await company.AmountAsync(invoice, "openAmount"), await company.AmountAsync(contract, "received")));
        Assert.Equal(["done", "overdue", "open"], await company.ColumnAsync("SELECT status FROM payment_plan ORDER BY number"));
        Assert.Equal("partial", await company.TextAsync(invoice, "payment"));
        Assert.Equal(45m, (await company.LimitsAsync(contract))["paidPercent"]);

        var over = await company.ReceiveAsync(company.WangFang, customer, 700, contract, oldestFirst: true);
        Assert.Equal((150m, 0m, 1_000m), (((Money)over["unallocated"]!).Amount, await company.AmountAsync(invoice, "openAmount"), await company.AmountAsync(contract, "received")));

        // The credit pays the next invoice of the customer.
        var service = await company.InvoiceAsync(customer, 100, issued: new(2026, 11, 22));
        await company.StepAsync(company.WangFang, context => Receiving.AllocateAsync(context, over.Id, [new(null, null, service.Id, 100)]));
        Assert.Equal((50m, "paid"), (await company.AmountAsync(over, "unallocated"), await company.TextAsync(service, "payment")));
    }

    /// <summary>A contract of a thousand in three instalments, seven hundred of it on one invoice.</summary>
    private static async Task<(Record Customer, Record Contract, Record Invoice)> InInstalmentsAsync(Company company)
    {
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 10, 1), [new("首付", 30, 0), new("发货", 60, 30), new("质保", 10, 365)])));
        await company.ApproveAsync(contract);
        return (customer, contract, await company.InvoiceAsync(customer, 700, contract));
    }

    [Theory, BothDatabases]
    public async Task What_is_paid_on_an_invoice_settles_the_instalments_it_was_for(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (customer, contract, invoice) = await InInstalmentsAsync(company);

        // The accountant names the invoice alone; the instalments that it is for are settled with it, what is due first first.
        var receipt = await company.ReceiveAsync(company.WangFang, customer, 450, wishes: [new(null, null, invoice.Id, 450)]);
        Assert.Equal(("1/3", 250m, 0m), ((await company.LimitsAsync(contract)).Text("instalments"), await company.AmountAsync(invoice, "openAmount"), await company.AmountAsync(receipt, "unallocated")));
        Assert.Equal(["0", "4500000", "1000000"], await company.ColumnAsync("SELECT CAST(open_amount AS TEXT) FROM payment_plan ORDER BY number"));
        await company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, receipt.Id, "银行退汇"));
        Assert.Equal(("0/3", 700m), ((await company.LimitsAsync(contract)).Text("instalments"), await company.AmountAsync(invoice, "openAmount")));
    }

    [Theory, BothDatabases]
    public async Task What_is_given_up_of_an_invoice_is_not_waited_for_in_the_contracts_instalments(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (customer, contract, invoice) = await InInstalmentsAsync(company);
        await company.ReceiveAsync(company.WangFang, customer, 250, wishes: [new(null, null, invoice.Id, 250)]);

        await company.StepAsync(company.WangFang, context => Allocating.WriteOffAsync(context, invoice.Id, null, "客户破产"));

        Assert.Equal(["0", "2000000", "1000000"], await company.ColumnAsync("SELECT CAST(open_amount AS TEXT) FROM payment_plan ORDER BY number"));
        Assert.Equal(("1/3", 0m, 450m), ((await company.LimitsAsync(contract)).Text("instalments"), await company.AmountAsync(invoice, "openAmount"), await company.AmountAsync(invoice, "writtenOff")));
        Assert.Equal(250m, await company.AmountAsync(contract, "received"));
    }

    [Theory, BothDatabases]
    public async Task Nothing_is_settled_beyond_what_is_open_and_the_sentence_names_the_rest(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var stranger = await company.CustomerAsync(company.ZhaoMin, "广州贸易");
        var contract = await company.ContractAsync(customer, 1_000);
        var invoice = await company.InvoiceAsync(customer, 600, contract);
        Assert.Contains("多出 0.01", (await Refused.ByAsync(() => company.InvoiceAsync(customer, 400.01m, contract))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Contains("600.00", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 700, wishes: [new(null, null, invoice.Id, 600.01m)]))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Contains("100.00", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 100, wishes: [new(null, null, invoice.Id, 200)]))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, stranger, 100, wishes: [new(null, null, invoice.Id, 100)]))).Status);
        Assert.Equal("receipts-above-contract", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 2_000, wishes: [new(contract.Id, null, null, 1_000.01m)]))).Rule);
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM receipt"));
        foreach (var wrong in new[] { -5m, 0m, 0.001m })
        {
            Assert.Equal("amount", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, wrong))).Errors!.Single().Key);
        }

        Assert.Equal("receivedOn", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 5, day: "2026-12-24"))).Errors!.Single().Key);
    }

    [Theory, BothDatabases]
    public async Task A_receipt_is_reversed_and_never_edited(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000);
        var invoice = await company.InvoiceAsync(customer, 600, contract);
        var receipt = await company.ReceiveAsync(company.WangFang, customer, 600, contract, oldestFirst: true);
        Assert.Equal("receipt-fixed", (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, receipt, new { amount = MoneyWorld.Yuan(5) }))).Rule);
        Assert.Equal("receipt-fixed", (await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, receipt.Type, receipt.Id))).Rule);
        Assert.Equal("receipt-twice", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 600, again: false))).Rule);
        Assert.Equal("invoice-paid", (await Refused.ByAsync(() => company.StepAsync(company.WangFang, context => InvoiceSteps.VoidAsync(context, invoice.Id, "有误")))).Rule);
        Assert.Equal(403, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => Receiving.ReverseAsync(context, receipt.Id, "退汇")))).Status);
        await company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, receipt.Id, "银行退汇"));
        Assert.Equal("receipt-reversed", (await Refused.ByAsync(() => company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, receipt.Id, "再一次")))).Rule);
        Assert.Equal((600m, 0m, 0m), (await company.AmountAsync(invoice, "openAmount"), await company.AmountAsync(contract, "received"), await company.AmountAsync(receipt, "unallocated")));
        await company.StepAsync(company.WangFang, context => InvoiceSteps.VoidAsync(context, invoice.Id, "抬头有误"));
        Assert.Equal(0m, await company.AmountAsync(contract, "invoiced"));
    }

    [Theory, BothDatabases]
    public async Task Money_in_another_currency_settles_by_the_rates_of_its_day(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "Siemens");
        var invoice = await company.InvoiceAsync(customer, 7_200);
        Assert.Contains("USD", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 500, currency: "USD"))).Errors!.Single().Value[0].ZhHans, StringComparison.Ordinal);
        await company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "USD", day = "2026-11-01", rate = 7.2 });
        var receipt = await company.ReceiveAsync(company.WangFang, customer, 500, currency: "USD", oldestFirst: true);
        Assert.Equal((new Money(3_600, "CNY"), new Money(0, "USD"), 3_600m), (receipt["homeAmount"], receipt["unallocated"], await company.AmountAsync(invoice, "openAmount")));
        var rest = await company.ReceiveAsync(company.WangFang, customer, 600, currency: "USD", oldestFirst: true);
        Assert.Equal((new Money(100, "USD"), 0m), (rest["unallocated"], await company.AmountAsync(invoice, "openAmount")));
    }

    [Theory, BothDatabases]
    public async Task Many_tills_at_once_never_take_more_than_the_contract(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000);
        async Task<bool> Try(Func<Task> act)
        {
            try
            {
                await act();
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        }

        var money = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Try(() => company.ReceiveAsync(company.WangFang, customer, 150, wishes: [new(contract.Id, null, null, 150)])))));
        var papers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Try(() => company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, contract = contract.Id, amount = MoneyWorld.Yuan(300) })))));
        Assert.Equal((6, 3), (money.Count(done => done), papers.Count(done => done)));
        Assert.Equal(900m, await company.AmountAsync(contract, "received"));
        Assert.Equal(6, await company.CountAsync("SELECT COUNT(DISTINCT number) FROM receipt"));
    }

    [Theory, BothDatabases]
    public async Task An_invoice_is_made_out_as_the_customer_wants_and_its_taxes_add_up(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Equal("taxNumber", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "invoice-titles", new { customer = customer.Id, title = "长沙银行", taxNumber = "12" }))).Errors!.Single().Key);
        await company.CreateAsync(company.ZhangWei, "invoice-titles", new { customer = customer.Id, title = "长沙银行股份有限公司", taxNumber = "9143 0100 6168 0141 18", bank = "中国银行", bankAccount = "6222 0000 1111 2222" });
        var invoice = await company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, amount = MoneyWorld.Yuan(113) });
        Assert.Equal(("长沙银行股份有限公司", "914301006168014118", "requested", new Money(13, "CNY")), (invoice.Text("title"), invoice.Text("taxNumber"), invoice.Text("status"), invoice["tax"]));

        await company.CreateAsync(company.ZhangWei, "invoice-lines", new { invoice = invoice.Id, description = "设备", amount = MoneyWorld.Yuan(100.01m), taxRate = 13 });
        await company.CreateAsync(company.ZhangWei, "invoice-lines", new { invoice = invoice.Id, description = "安装", amount = MoneyWorld.Yuan(33.33m), taxRate = 6 });
        var summed = await company.LoadAsync(company.ZhangWei, "invoices", invoice.Id);
        Assert.Equal((new Money(133.34m, "CNY"), new Money(11.51m + 1.89m, "CNY")), (summed["amount"], summed["tax"]));
        Assert.Equal(403, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => InvoiceSteps.IssueAsync(context, invoice.Id, "25001", null, null)))).Status);
        await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, invoice.Id, "25001", null, null));
        Assert.Equal("invoice-issued", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, invoice, new { title = "别家" }))).Rule);
        Assert.Equal("invoice-issued", (await Refused.ByAsync(async () => await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "invoices", invoice.Id), new { taxInvoiceNumber = "25002" }))).Rule);
        Assert.Equal("invoice-issued", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "invoice-lines", new { invoice = invoice.Id, description = "多", amount = MoneyWorld.Yuan(1) }))).Rule);
        Assert.Equal(new DateOnly(2026, 12, 22), (await company.LimitsAsync(invoice))["dueOn"]);
        var other = await company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, amount = MoneyWorld.Yuan(1) });
        var later = await company.CreateAsync(company.ZhangWei, "invoices", new { customer = customer.Id, amount = MoneyWorld.Yuan(2) });
        await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, later.Id, null, null, null));
        async Task<Record> NumberAsync(Guanxi.Platform.Access.Actor actor, string number) => await company.ChangeAsync(actor, await company.LoadAsync(actor, "invoices", later.Id), new { taxInvoiceNumber = number });
        Assert.Equal(403, (await Refused.ByAsync(() => NumberAsync(company.ZhangWei, "25003"))).Status);
        Assert.Equal("taxInvoiceNumber", (await Refused.ByAsync(() => NumberAsync(company.WangFang, "25001"))).Errors!.Single().Key);
        Assert.Equal("25003", (await NumberAsync(company.WangFang, "25003")).Text("taxInvoiceNumber"));
        Assert.Equal("taxInvoiceNumber", (await Refused.ByAsync(() => company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, other.Id, "25001", null, null)))).Errors!.Single().Key);
    }

    [Theory, BothDatabases]
    public async Task A_bad_debt_is_written_off_by_right_and_for_a_reason(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var invoice = await company.InvoiceAsync(customer, 100);
        Task<Record> Give(Guanxi.Platform.Access.Actor actor, decimal? amount, string? reason) => company.StepAsync(actor, context => Allocating.WriteOffAsync(context, invoice.Id, amount, reason));
        Assert.Equal(403, (await Refused.ByAsync(() => Give(company.ZhangWei, null, "破产"))).Status);
        Assert.Equal("reason", (await Refused.ByAsync(() => Give(company.WangFang, null, null))).Errors!.Single().Key);
        Assert.Contains("100.00", (await Refused.ByAsync(() => Give(company.WangFang, 100.01m, "破产"))).Detail!.ZhHans, StringComparison.Ordinal);
        await company.ReceiveAsync(company.WangFang, customer, 40, oldestFirst: true);
        var settled = await Give(company.WangFang, null, "客户破产");
        Assert.Equal(("writtenOff", new Money(60, "CNY"), new Money(40, "CNY")), (settled.Text("payment"), settled["writtenOff"], settled["paid"]));
    }
}
