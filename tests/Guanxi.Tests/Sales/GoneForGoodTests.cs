using Guanxi.Platform.Approvals;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Leads;
using Guanxi.Sales.Orders;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.Platform.Exchange;
using Guanxi.Tests.Platform.Privacy;
using Guanxi.Tests.Sales.Quotes;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales;

/// <summary>Records of sales that go for good, by an import that is undone or a person who is erased, with all that hangs on them; what cannot go is kept with a reason.</summary>
public sealed class GoneForGoodTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<ImportResult> ImportAsync(Company company, string type, string text) => company.ImportTextAsync(company.WangFang, text, new ImportOptions { Type = type });

    private static async Task<Record> BankAsync(Company company) => await company.CustomerAsync(company.ZhangWei, "长沙银行", new { industry = "金融", level = "major" });

    private static async Task<Guid> OneAsync(Company company, string type) => Guid.Parse((await company.ListAsync(company.WangFang, type)).GetProperty("items")[0].GetProperty("id").GetString()!);

    private static async Task<(long Deleted, int Kept)> UndoneAsync(Company company, ImportResult result)
    {
        var undone = await company.UndoAsync(company.WangFang, result);
        return (undone.Deleted, undone.Kept.Count);
    }

    [Theory, BothDatabases]
    public async Task Undone_imported_deals_go_with_their_stays_and_steps(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        await BankAsync(company);
        var result = await ImportAsync(company, "deals", "商机名称,客户,预计金额\n柜机二十台,长沙银行,300000\n柜机三台,长沙银行,45000\n");
        Assert.Equal((2, 2L, 2L), (result.Counts.Created, await company.CountAsync("SELECT COUNT(*) FROM deal_stay"), await company.CountAsync("SELECT COUNT(*) FROM activity WHERE step IS NOT NULL")));
        Assert.Equal((2L, 0), await UndoneAsync(company, result));
        foreach (var table in new[] { "deal", "deal_stay", "activity", "step_turn", "step_escalation" })
        {
            Assert.Equal(0, await company.CountAsync($"SELECT COUNT(*) FROM {table}"));
        }
    }

    [Theory, BothDatabases]
    public async Task A_deal_that_others_refer_to_or_whose_step_was_done_is_kept_with_the_reason(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        await BankAsync(company);
        var result = await ImportAsync(company, "deals", "商机名称,客户,预计金额\n有报价的,长沙银行,300000\n步骤做过的,长沙银行,45000\n没动的,长沙银行,1\n");
        var quoted = await company.OnlyAsync("有报价的", "deals");
        await company.CreateAsync(company.ZhangWei, "quotes", new { name = "报价", deal = quoted.Id });
        var worked = await company.OnlyAsync("步骤做过的", "deals");
        var step = (await company.ListAsync(company.LiuYang, "activities", $"deal = \"{worked.Id}\"")).GetProperty("items")[0].GetProperty("id").GetGuid();
        await company.ChangeAsync(company.LiuYang, await company.LoadAsync(company.LiuYang, "activities", step), new { status = "done" });
        var undone = await company.UndoAsync(company.WangFang, result);
        Assert.Equal(1, undone.Deleted);
        Assert.Equal(new[] { quoted.Id, worked.Id }.Order(), undone.Kept.Select(kept => kept.Id).Order());
        Assert.All(undone.Kept, kept => Assert.NotEmpty(kept.Reason));
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task Undone_imported_contracts_invoices_receipts_quotes_orders_and_leads_leave_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await BankAsync(company);
        var contracts = await ImportAsync(company, "contracts", "合同号,合同名称,客户,合同金额,签订日期\nHT-1,设备采购,长沙银行,1000,2026-01-05\n");
        Assert.Equal("active", (await company.LoadAsync(company.WangFang, "contracts", await OneAsync(company, "contracts"))).Text("status"));
        var invoices = await ImportAsync(company, "invoices", "申请号,客户,合同,发票类型,价税合计,开票日期,应收日期\nFP-1,长沙银行,HT-1,ordinary,600,2026-02-01,2026-03-01\n");
        var receipts = await ImportAsync(company, "receipts", "回款编号,客户,合同,到账日期,金额\nSK-1,长沙银行,HT-1,2026-02-20,250\n");
        Assert.Equal((1, 1, 1), (contracts.Counts.Created, invoices.Counts.Created, receipts.Counts.Created));
        var contract = await company.LoadAsync(company.WangFang, "contracts", await OneAsync(company, "contracts"));
        Assert.Equal((new Money(600, "CNY"), new Money(250, "CNY")), (contract["invoiced"], contract["received"]));

        // What something else hangs on stays, and says so.
        Assert.Equal((0L, 1), await UndoneAsync(company, contracts));
        Assert.Equal((1L, 0), await UndoneAsync(company, receipts));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM receipt_allocation"));
        Assert.Equal(0m, await company.AmountAsync(contract, "received"));
        Assert.Equal((1L, 0), await UndoneAsync(company, invoices));
        Assert.Equal(0m, await company.AmountAsync(contract, "invoiced"));

        foreach (var (type, text) in new[]
        {
            ("quotes", "报价单号,标题,客户\nQT-1,水泵报价,长沙银行\n"), ("orders", "订单号,客户,金额\nSO-1,长沙银行,88\n"), ("leads", "线索名称,公司,联系人,电话\n湘江新材,湘江新材,彭经理,13907311111\n"),
        })
        {
            var result = await ImportAsync(company, type, text);
            Assert.Equal(1, result.Counts.Created);
            Assert.Equal((1L, 0), await UndoneAsync(company, result));
            Assert.Equal(0, await company.CountAsync($"SELECT COUNT(*) FROM {company.Workspace.Schema[type].Table}"));
        }
    }

    [Theory, BothDatabases]
    public async Task A_person_who_was_a_customer_goes_with_deals_quotes_orders_contracts_and_money(Db db)
    {
        var world = await QuoteWorld.OpenAsync(db);
        await using var company = world.Company;
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "甲", probability = 10, steps = new object[] { new { key = "cost", subject = "核算", role = "agent", hours = 8 } }, exit = new object[] { new { key = "boss", kind = "approval" } } }, new { key = "b", name = "乙", probability = 50 } }, winReasons = new[] { "价格" } });
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { contactName = "曾国荃", phone = "13977005678", need = "两台水泵" });
        var became = await company.Workspace.WriteAsync(company.ZhangWei, context => ConvertLead.RunAsync(context, lead.Id, new ConversionWish(DealName: "曾国荃的水泵"), Cancel));
        var customer = await company.LoadAsync(company.ZhangWei, "customers", became.Customer);
        var exception = await company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = became.Deal, condition = "boss", reason = "曾国荃急" });
        await company.Workspace.WriteAsync(company.LiQiang, context => GateException.DecideAsync(context, exception.Id, true, "好"));
        await company.MoveAsync(company.ZhangWei, await company.LoadAsync(company.ZhangWei, "deals", became.Deal!.Value), "b");
        var quote = await company.CreateAsync(company.ZhangWei, "quotes", new { name = "给曾国荃", deal = became.Deal });
        await world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 2 });
        var (_, secret) = await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.MakeAsync(context, quote.Id, "曾国荃", 7, null, Cancel));
        await company.Workspace.WriteAsync(company.Program, context => QuoteLinks.AnswerAsync(context, secret, "accept", "曾国荃", null, "127.0.0.1", Cancel));
        var contract = await company.StepAsync(company.ZhangWei, context => QuoteContracts.MakeAsync(context, quote.Id, [new("全款", 100, 0)]));
        await company.ApproveAsync(contract);
        var order = await company.StepAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id));
        await company.StepAsync(company.ZhangWei, context => Shipping.DeliverAsync(context, order.Id, null, ship: true, null, _ => Task.CompletedTask, Cancel));
        await company.InvoiceAsync(customer, 2000, contract);
        await company.ReceiveAsync(company.WangFang, customer, 2000, contract, oldestFirst: true);
        var reported = await Erasure.RunAsync(company.Workspace, company.WangFang, customer.Type, customer.Id, "本人来信", block: false, trial: false, await AllAsync(company, customer), Cancel);
        Assert.True(reported.Removed.ContainsKey("contracts") && reported.Removed.ContainsKey("receipts"));
        foreach (var table in new[] { "lead", "lead_conversion", "deal", "deal_stay", "gate_exception", "quote", "quote_line", "quote_link", "quote_answer", "quote_edition", "sales_order", "order_line", "delivery", "contract", "contract_line", "payment_plan", "invoice", "receipt", "receipt_allocation", "credit_override", "approval", "approval_event" })
        {
            Assert.True(await company.CountAsync($"SELECT COUNT(*) FROM {table}") == 0, table);
        }

        Assert.Empty(await ErasureTests.HitsAsync(company, ["曾国荃", "13977005678"]));
    }

    private static async Task<IReadOnlyCollection<string>> AllAsync(Company company, Record person) =>
        [.. (await ErasureMentions.FindAsync(company.Workspace, company.WangFang, person.Type, person.Id, Cancel)).Items.Select(item => item.Key)];

    [Theory, BothDatabases]
    public async Task Of_an_erased_contact_quotes_offers_approvals_contracts_and_leads_keep_nothing(Db db)
    {
        var world = await QuoteWorld.OpenAsync(db);
        await using var company = world.Company;
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "甲", probability = 10, exit = new object[] { new { key = "boss", kind = "approval" } } }, new { key = "b", name = "乙", probability = 50 } } });
        await company.CreateAsync(company.WangFang, "discount-rules", new { maxDiscount = 5 });
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { company = "长沙银行", contactName = "曾国藩", phone = "13977001234", email = "zgf@xiang.example", need = "曾国藩要水泵" });
        var became = await company.Workspace.WriteAsync(company.ZhangWei, context => ConvertLead.RunAsync(context, lead.Id, new ConversionWish(world.Customer.Id, DealName: "曾国藩的水泵"), Cancel));
        var person = await company.LoadAsync(company.ZhangWei, "contacts", became.Contact!.Value);
        await company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = became.Deal, condition = "boss", reason = "曾国藩来电 13977001234" });
        var quote = await world.QuoteAsync(company.ZhangWei, new { contact = person.Id, deal = became.Deal, note = "曾国藩亲启", paymentTerms = "曾国藩确认后付款" }, name: "给曾国藩的报价");
        await world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 2, discount = 8, remark = "曾国藩指定" });
        await world.SubmitAsync(company.ZhangWei, quote, "曾国藩说只有这个价 zgf@xiang.example");
        var request = await OpenAsync(company, quote);
        await company.Workspace.WriteAsync(company.LiQiang, context => ApprovalDecisions.ApproveAsync(context, request, "和曾国藩谈过"));
        var (_, secret) = await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLinks.MakeAsync(context, quote.Id, "曾国藩 13977001234", 7, null, Cancel));
        await company.Workspace.WriteAsync(company.Program, context => QuoteLinks.AnswerAsync(context, secret, "comment", "曾国藩", "请打 13977001234", "127.0.0.1", Cancel));
        await company.Workspace.WriteAsync(company.Program, context => QuoteLinks.AnswerAsync(context, secret, "accept", "曾国藩", null, "127.0.0.1", Cancel));
        var contract = await company.StepAsync(company.ZhangWei, context => QuoteContracts.MakeAsync(context, quote.Id));
        await company.ChangeAsync(company.ZhangWei, contract, new { note = "曾国藩签字，13977001234" });
        string[] words = ["曾国藩", "13977001234", "zgf@xiang.example"];
        Assert.NotEmpty(await ErasureTests.HitsAsync(company, words));

        company.WritesPastTheProgram();
        await Erasure.RunAsync(company.Workspace, company.WangFang, person.Type, person.Id, "本人来信", block: false, trial: false, await AllAsync(company, person), Cancel);
        Assert.Empty(await ErasureTests.HitsAsync(company, words));
        Assert.Equal(((Money)quote["amount"]!).Currency, ((Money)(await company.LoadAsync(company.ZhangWei, "contracts", contract.Id))["amount"]!).Currency);
        Assert.Equal("contracted", (await world.NowAsync(quote)).Text("status"));
    }

    private static async Task<Guid> OpenAsync(Company company, Record quote)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return (await ApprovalRequests.OpenAsync(session, Quote.Kind, quote.Id, cancel: Cancel))!.Value;
    }
}
