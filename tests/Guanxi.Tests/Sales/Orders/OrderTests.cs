using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Orders;

public sealed class OrderTests
{
    [Theory, BothDatabases]
    public async Task An_order_takes_its_number_amount_and_cost_from_the_day_and_its_lines(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var product = await company.CreateAsync(company.WangFang, "products", new { code = "DJ12", name = "刀具套装", listPrice = new { amount = "3600", currency = "CNY" }, cost = new { amount = "2200", currency = "CNY" } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var order = await company.CreateAsync(company.ZhangWei, "orders", new { customer = customer.Id });
        Assert.Equal(("SO20261122-0001", new DateOnly(2026, 11, 22), "confirmed", company.ZhangWei.Id), (order.Text("number"), order["orderedOn"], order.Text("status"), order.OwnerId));

        await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, product = product.Id, quantity = 3, discount = 10 });
        var line = await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, product = product.Id, quantity = 1 });
        var summed = await company.LoadAsync(company.LiQiang, "orders", order.Id);
        Assert.Equal((new Money(13_320, "CNY"), new Money(8_800, "CNY"), new Money(13_320, "CNY")), (summed["amount"], summed["cost"], summed["homeAmount"]));

        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["order-lines"], line.Id);
        Assert.Equal(new Money(9_720, "CNY"), (await company.LoadAsync(company.ZhangWei, "orders", order.Id))["amount"]);
        Assert.Equal("SO20261122-0002", (await company.CreateAsync(company.ZhangWei, "orders", new { customer = customer.Id, amount = new { amount = "10", currency = "CNY" } })).Text("number"));
    }

    [Theory, BothDatabases]
    public async Task The_cost_is_for_who_may_see_costs(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var order = await company.CreateAsync(company.LiQiang, "orders", new { customer = customer.Id, amount = new { amount = "1000", currency = "CNY" }, cost = new { amount = "700", currency = "CNY" } });
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, order, new { cost = new { amount = "1", currency = "CNY" } }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ZhangWei, "orders", "cost > 500"))).Status);
        var seen = (await company.ListAsync(company.ZhangWei, "orders")).GetProperty("items")[0];
        Assert.False(seen.TryGetProperty("cost", out _) || seen.TryGetProperty("homeCost", out _));
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhaoMin, "orders", order.Id))).Status);
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "orders"));
    }

    [Theory, BothDatabases]
    public async Task A_foreign_order_keeps_the_rate_of_its_own_day(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "Siemens");
        var order = new { customer = customer.Id, orderedOn = "2026-03-02", amount = new { amount = "100", currency = "EUR" } };
        Assert.Contains("2026-03-02", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "orders", order))).Errors!.Single().Value[0].ZhHans, StringComparison.Ordinal);
        await company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "EUR", day = "2026-03-01", rate = 7.8 });
        await company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "EUR", day = "2026-06-01", rate = 8.1 });
        Assert.Equal(new Money(780, "CNY"), (await company.CreateAsync(company.ZhangWei, "orders", order))["homeAmount"]);
    }

    [Theory, BothDatabases]
    public async Task A_won_deal_becomes_one_order_with_its_lines(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new[] { new { key = "only", name = "谈判", probability = 50, expectedDays = 10 } } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "自助柜机", customer = customer.Id });
        await company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = deal.Id, description = "柜机", quantity = 2, unitPrice = new { amount = "15000", currency = "CNY" }, discount = 10 });
        Task<Record> Order(Guanxi.Platform.Access.Actor actor) => company.Workspace.WriteAsync(actor, context => Guanxi.Sales.Orders.OrderOfDeal.MakeAsync(context, deal.Id));
        Assert.Equal("deal-not-won", (await Refused.ByAsync(() => Order(company.ZhangWei))).Rule);
        await company.Workspace.WriteAsync(company.ZhangWei, context => Guanxi.Sales.Deals.MoveDeal.WinAsync(context, deal.Id, null, null));
        Assert.Equal(404, (await Refused.ByAsync(() => Order(company.ZhaoMin))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Order(company.ChenJing))).Status);

        var order = await Order(company.ZhangWei);
        Assert.Equal((new Money(27_000, "CNY"), customer.Id, deal.Id, company.ZhangWei.Id), (order["amount"], order.Reference("customer"), order.Reference("deal"), order.OwnerId));
        Assert.Equal(["柜机"], await company.NamesAsync(company.ZhangWei, "order-lines", $"order = {order.Id}"));
        Assert.Equal("order-exists", (await Refused.ByAsync(() => Order(company.ZhangWei))).Rule);
        await company.ChangeAsync(company.ZhangWei, order, new { status = "cancelled" });
        Assert.NotEqual(order.Id, (await Order(company.ZhangWei)).Id);
    }

    [Theory, BothDatabases]
    public async Task What_cannot_be_is_refused_with_the_field(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        async Task<string> Wrong(object values) => (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "orders", values))).Errors!.Single().Key;
        var amount = new { amount = "5", currency = "CNY" };
        Assert.Equal("orderedOn", await Wrong(new { customer = customer.Id, orderedOn = "2026-12-24", amount }));
        Assert.Equal("amount", await Wrong(new { customer = customer.Id, amount = new { amount = "-5", currency = "CNY" } }));
        Assert.Equal("deliveredOn", await Wrong(new { customer = customer.Id, orderedOn = "2026-10-01", deliveredOn = "2026-09-30", amount }));
        var order = await company.CreateAsync(company.ZhangWei, "orders", new { number = "A-1", customer = customer.Id, amount });
        Assert.Equal("number", await Wrong(new { number = "A-1", customer = customer.Id, amount }));
        await company.ChangeAsync(company.ZhangWei, order, new { status = "cancelled" });
        Assert.Equal("order-cancelled", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, description = "x", unitPrice = amount }))).Rule);
    }
}
