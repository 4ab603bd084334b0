using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Quotes;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;
using static Guanxi.Tests.Sales.Quotes.QuoteWorld;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class QuoteContractTests
{
    private static Task<Record> MakeAsync(QuoteWorld world, Actor actor, Record quote, IReadOnlyList<PlanTerm>? terms = null, params string[] confirmed) =>
        world.Company.StepAsync(actor, context => QuoteContracts.MakeAsync(context, quote.Id, terms), confirmed);

    private static async Task<Record> AcceptedAsync(QuoteWorld world, object? more = null)
    {
        var quote = await world.QuoteAsync(world.Company.ZhangWei, more);
        await world.LinesAsync(world.Company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 3, discount = 1.7 }, new { product = world.Filter.Id, quantity = 7, unitPrice = Cny("49.99") });
        await world.SubmitAsync(world.Company.ZhangWei, quote);
        await world.Company.StepAsync(world.Company.ZhangWei, context => QuoteFlow.AnswerAsync(context, quote.Id, "accepted", "王经理"));
        return await world.NowAsync(quote);
    }

    private static async Task<decimal> SumAsync(Company company, Record of, string lines, string reference) =>
        (await company.ListAsync(company.WangFang, lines, $"{reference} = \"{of.Id}\"", fields: "total")).GetProperty("items").EnumerateArray()
            .Sum(line => decimal.Parse(line.GetProperty("total").GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    [Theory, BothDatabases]
    public async Task One_click_makes_one_contract_with_lines_words_and_plan_to_the_cent(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await AcceptedAsync(world, new { discount = 3.33, paymentTerms = "预付三成，货到付清", deliveryTerms = "四十五天送到长沙" });
        var contract = await MakeAsync(world, company.ZhangWei, quote, [new("预付款", 30, 0), new("尾款", 70, 45)]);
        Assert.Equal((quote["amount"], quote.Id, "水泵报价", "draft", "预付三成，货到付清\n四十五天送到长沙"), (contract["amount"], contract.Reference("quote"), contract.Text("name"), contract.Text("status"), contract.Text("terms")));
        Assert.Equal(contract["planned"], quote["amount"]);
        Assert.Equal(((Money)quote["amount"]!).Amount, await SumAsync(company, contract, "contract-lines", "contract"));
        Assert.Equal("contracted", (await world.NowAsync(quote)).Text("status"));

        // The second click finds the first one's; somebody who may not contract, and a stranger, make none.
        Assert.Equal(contract.Id, (await MakeAsync(world, company.ZhangWei, quote)).Id);
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM contract"));
        Assert.Equal(404, (await Refused.ByAsync(() => MakeAsync(world, company.ZhaoMin, quote))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => MakeAsync(world, company.ChenJing, quote))).Status);

        // An order that follows belongs to the contract.
        var order = await company.StepAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id));
        Assert.Equal((contract.Id, quote["amount"]), (order.Reference("contract"), order["amount"]));
        Assert.Equal("ordered", (await world.NowAsync(quote)).Text("status"));
    }

    [Theory, BothDatabases]
    public async Task Where_prices_are_without_tax_contract_and_order_are_what_the_customer_pays(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await AcceptedAsync(world, new { taxIncluded = false, discount = 7.77 });
        Assert.True(((Money)quote["tax"]!).Amount > 0);
        var contract = await MakeAsync(world, company.ZhangWei, quote);
        var order = await company.StepAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id));
        var paid = ((Money)quote["amount"]!).Amount;
        Assert.Equal((paid, paid), (await SumAsync(company, contract, "contract-lines", "contract"), await SumAsync(company, order, "order-lines", "order")));
        Assert.Equal((paid, paid), (await company.AmountAsync(contract, "amount"), await company.AmountAsync(order, "amount")));

        // A word beside a line does not move a cent of it.
        var line = (await company.ListAsync(company.ZhangWei, "order-lines", $"order = \"{order.Id}\"")).GetProperty("items")[0].GetProperty("id").GetGuid();
        await company.ChangeAsync(company.ZhangWei, await company.LoadAsync(company.ZhangWei, "order-lines", line), new { promisedOn = "2026-12-24" });
        Assert.Equal(paid, await company.AmountAsync(order, "amount"));
    }

    [Theory, BothDatabases]
    public async Task Deleted_or_void_the_contract_lets_its_quote_go_and_restored_it_holds_it_again(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await AcceptedAsync(world);
        var first = await MakeAsync(world, company.ZhangWei, quote);
        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, first.Type, first.Id);
        Assert.Equal("accepted", (await world.NowAsync(quote)).Text("status"));
        await RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, first.Type, first.Id);
        Assert.Equal("contracted", (await world.NowAsync(quote)).Text("status"));
        Assert.Equal(2, await company.CountAsync("SELECT COUNT(*) FROM contract_line WHERE deleted_at IS NULL"));

        await company.StepAsync(company.ZhangWei, context => ContractSteps.VoidAsync(context, first.Id, "客户要改条款"));
        Assert.Equal("accepted", (await world.NowAsync(quote)).Text("status"));
        var second = await MakeAsync(world, company.ZhangWei, quote);
        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, second.Type, second.Id);
        var third = await MakeAsync(world, company.ZhangWei, quote);
        Assert.NotEqual(second.Id, third.Id);
        Assert.Equal("contract-exists", (await Refused.ByAsync(() => RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, second.Type, second.Id))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Lines_are_the_draft_s_amount_and_stay_as_agreed_from_then_on(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var contract = await MakeAsync(world, company.ZhangWei, await AcceptedAsync(world));
        Assert.Equal("amount", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, contract, new { amount = Cny("1") }))).Errors!.Single().Key);
        var added = await company.CreateAsync(company.ZhangWei, "contract-lines", new { contract = contract.Id, description = "安装调试", quantity = 2, unitPrice = Cny("100"), taxRate = 6 });
        Assert.Equal(Cny(11.32m), added["tax"]);
        Assert.Equal(await company.AmountAsync(contract, "amount"), await SumAsync(company, contract, "contract-lines", "contract"));
        async Task Refuse(string field, object line) => Assert.Contains(field, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contract-lines", line))).Errors!.Keys);
        await Refuse("quantity", new { contract = contract.Id, description = "负数", quantity = -1, unitPrice = Cny("1") });
        await Refuse("quantity", new { contract = contract.Id, description = "太多", quantity = 1e20m, unitPrice = Cny("1") });
        await Refuse("discount", new { contract = contract.Id, description = "白送还找钱", quantity = 1, unitPrice = Cny("1"), discount = 100.01 });
        await Refuse("unitPrice", new { contract = contract.Id, description = "美元", quantity = 1, unitPrice = new { amount = "1", currency = "USD" } });
        await Refuse("taxRate", new { contract = contract.Id, description = "税", quantity = 1, unitPrice = Cny("1"), taxRate = 101 });
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.ZhaoMin, "contract-lines", new { contract = contract.Id, description = "外人", quantity = 1, unitPrice = Cny("1") }))).Status);

        await company.ApproveAsync(contract);
        Assert.Equal("contract-locked", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, added, new { quantity = 1 }))).Rule);
        Assert.Equal("contract-locked", (await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, added.Type, added.Id))).Rule);
        var next = await company.StepAsync(company.ZhangWei, context => ContractSteps.RenewAsync(context, contract.Id));
        Assert.Equal(await company.AmountAsync(contract, "amount"), await SumAsync(company, next, "contract-lines", "contract"));
    }

    [Theory, BothDatabases]
    public async Task A_draft_has_no_contract_and_credit_stops_one(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var draft = await world.PumpsAsync(company.ZhangWei);
        Assert.Equal("quote-status", (await Refused.ByAsync(() => MakeAsync(world, company.ZhangWei, draft))).Rule);
        var quote = await AcceptedAsync(world);
        await company.CreateAsync(company.WangFang, "credit-rules", new { name = "大客户", customerLevel = "major", creditLimit = Cny("500"), onContract = "block" });
        Assert.Equal("credit", (await Refused.ByAsync(() => MakeAsync(world, company.ZhangWei, quote))).Rule);
        Assert.Equal("accepted", (await world.NowAsync(quote)).Text("status"));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM contract"));
        Assert.Equal("terms", (await Refused.ByAsync(async () => { await company.GrantCreditAsync(world.Customer, 100_000); await MakeAsync(world, company.ZhangWei, quote, [new("预付款", 30, 0)]); })).Errors!.Single().Key);
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM contract"));
        await MakeAsync(world, company.ZhangWei, quote);
    }

    [Theory, BothDatabases]
    public async Task Two_clicks_at_once_make_one_contract(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await AcceptedAsync(world);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MakeAsync(world, company.ZhangWei, quote)));
        Assert.Single(made.Select(contract => contract.Id).Distinct());
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM contract"));
    }

    [Fact]
    public async Task Nothing_belongs_to_another_customer_s_deal_or_contract()
    {
        var world = await OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        await company.ProcessAsync(new { stages = new[] { new { key = "only", name = "谈判", probability = 50 } } });
        var other = await company.CustomerAsync(company.ZhangWei, "湘江新材");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "柜机", customer = other.Id });
        var contract = await company.ContractAsync(other, 10);
        Assert.Equal("deal", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contracts", new { name = "错", customer = world.Customer.Id, deal = deal.Id, amount = Cny("1") }))).Errors!.Single().Key);
        Assert.Equal("contract", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "orders", new { customer = world.Customer.Id, contract = contract.Id, amount = Cny("1") }))).Errors!.Single().Key);
    }
}
