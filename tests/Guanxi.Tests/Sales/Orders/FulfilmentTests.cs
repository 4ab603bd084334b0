using Guanxi.Platform.Records;
using Guanxi.Sales.Orders;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Orders;

public sealed class FulfilmentTests
{
    private static async Task<(Record Order, Record Cabinets, Record Cables)> OrderedAsync(Company company, Record? customer = null)
    {
        customer ??= await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var order = await company.CreateAsync(company.ZhangWei, "orders", new { customer = customer.Id, promisedOn = "2026-11-27" });
        var cabinets = await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, description = "柜机", quantity = 10, unitPrice = MoneyWorld.Yuan(100) });
        var cables = await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, description = "线缆", quantity = 2.5, unitPrice = MoneyWorld.Yuan(8) });
        return (order, cabinets, cables);
    }

    private static Task<Record> ShipAsync(Company company, Record order, params LineQuantity[] lines) =>
        company.StepAsync(company.ZhangWei, context => Shipping.DeliverAsync(context, order.Id, lines.Length == 0 ? null : lines, ship: true, null, _ => Task.CompletedTask));

    private static async Task<string> StateAsync(Company company, Record line) => (await company.TextAsync(line, "fulfilment"))!;

    [Theory, BothDatabases]
    public async Task An_order_goes_out_in_parts_and_its_status_follows(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (order, cabinets, cables) = await OrderedAsync(company);
        Assert.Equal("ordered", await StateAsync(company, cabinets));
        await company.ChangeAsync(company.ZhangWei, cabinets, new { produced = 10 });
        Assert.Equal("produced", await StateAsync(company, cabinets));
        var first = await ShipAsync(company, order, new LineQuantity(cabinets.Id, 4));
        Assert.Equal(("FH20261122-0001", "shipped"), (first.Text("number"), first.Text("status")));
        Assert.Equal(("partlyShipped", "ordered", "confirmed"), (await StateAsync(company, cabinets), await StateAsync(company, cables), await company.TextAsync(order, "status")));
        Assert.Contains("多出 1", (await Refused.ByAsync(() => ShipAsync(company, order, new LineQuantity(cabinets.Id, 7)))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(404, (await Refused.ByAsync(() => company.StepAsync(company.ZhaoMin, context => Shipping.ArriveAsync(context, first.Id, null)))).Status);

        var rest = await ShipAsync(company, order);
        Assert.Equal("shipped", await company.TextAsync(order, "status"));
        Assert.Equal("order-has-deliveries", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, order, new { status = "cancelled" }))).Rule);
        Assert.Equal("nothing-to-ship", (await Refused.ByAsync(() => ShipAsync(company, order))).Rule);
        Assert.Equal("deliveredOn", (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => Shipping.ArriveAsync(context, first.Id, new(2026, 11, 1))))).Errors!.Single().Key);
        await company.StepAsync(company.ZhangWei, context => Shipping.ArriveAsync(context, first.Id, null));
        await company.StepAsync(company.ZhangWei, context => Shipping.ArriveAsync(context, rest.Id, null));
        Assert.Equal(("delivered", "completed", new DateOnly(2026, 11, 22)), (await StateAsync(company, cables), await company.TextAsync(order, "status"), (await company.LimitsAsync(order))["deliveredOn"]));
    }

    [Theory, BothDatabases]
    public async Task What_is_cancelled_can_be_shipped_again_and_what_came_back_is_an_order_of_returns(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (order, cabinets, cables) = await OrderedAsync(company);
        var wrong = await ShipAsync(company, order);
        Assert.Equal("reason", (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => Shipping.CancelAsync(context, wrong.Id, null)))).Errors!.Single().Key);
        await company.StepAsync(company.ZhangWei, context => Shipping.CancelAsync(context, wrong.Id, "装错车"));
        Assert.Equal(("ordered", "confirmed"), (await StateAsync(company, cabinets), await company.TextAsync(order, "status")));
        var right = await ShipAsync(company, order);
        Task<Record> Back(decimal quantity) => company.StepAsync(company.ZhangWei, context => Shipping.ReturnAsync(context, order.Id, [new(cabinets.Id, quantity)], "规格不符"));
        Assert.Equal("returned-above-delivered", (await Refused.ByAsync(() => Back(1))).Rule);
        await company.StepAsync(company.ZhangWei, context => Shipping.ArriveAsync(context, right.Id, null));
        var back = await Back(3);
        Assert.Equal(("return", new Money(300, "CNY"), order.Id), (back.Text("kind"), back["amount"], back.Reference("returnOf")));
        Assert.Contains("多出 1", (await Refused.ByAsync(() => Back(8))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(3m, (await company.LimitsAsync(cabinets))["returned"]);
        Assert.Equal("line-delivered", (await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, cables.Type, cables.Id))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Many_who_ship_at_once_never_ship_more_than_was_ordered(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (order, cabinets, _) = await OrderedAsync(company);
        var done = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            try
            {
                await ShipAsync(company, order, new LineQuantity(cabinets.Id, 3));
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        })));
        Assert.Equal(3, done.Count(shipped => shipped));
        Assert.Equal(9m, (await company.LimitsAsync(cabinets))["shipped"]);
    }

    [Theory, BothDatabases]
    public async Task The_seller_is_warned_before_it_is_late_and_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (order, _, _) = await OrderedAsync(company);
        Task<long> Told() => company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'deliveryLate'");
        await ReceivableKeeping.TickAsync(company.Workspace);
        Assert.Equal(0, await Told());
        company.Time.Pass(TimeSpan.FromDays(2));
        await ReceivableKeeping.TickAsync(company.Workspace);
        await ReceivableKeeping.TickAsync(company.Workspace);
        Assert.Equal(1, await Told());
        await company.ChangeAsync(company.ZhangWei, order, new { promisedOn = "2026-11-26" });
        await ReceivableKeeping.TickAsync(company.Workspace);
        Assert.Equal(2, await Told());
    }
}
