using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.World;
using static Guanxi.Tests.Sales.Quotes.QuoteWorld;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class QuoteTests
{
    [Theory, BothDatabases]
    public async Task A_grid_takes_prices_from_the_lists_and_adds_up(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.QuoteAsync(company.ZhangWei);
        Assert.Matches("^QT20261122-[0-9]{4}$", quote.Text("number"));
        await world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 3, discount = 10 }, new { product = world.Filter.Id, quantity = 12 }, new { description = "安装调试", quantity = 1, unitPrice = Cny("320.50"), taxRate = 6 });
        var lines = await world.LinesOfAsync(quote);
        Assert.Equal([Cny(2700), Cny(480), Cny(320.5m)], lines.Select(line => (Money)line["total"]!));
        Assert.Equal(("不锈钢水泵", "台", 15L, Cny(600)), (lines[0].Text("description"), lines[0].Text("unit"), (long)lines[0]["leadDays"]!, (Money)lines[0]["unitCost"]!));
        var now = await world.NowAsync(quote);
        Assert.Equal((Cny(3500.5m), Cny(383.98m)), ((Money)now["amount"]!, (Money)now["tax"]!));

        // Below ten the filter costs 50 again; a price somebody has set stays; lines not named are gone; the order is that of the grid.
        await world.LinesAsync(company.ZhangWei, quote, new { id = lines[1].Id, quantity = 2 }, new { id = lines[0].Id, unitPrice = Cny("950") });
        lines = await world.LinesOfAsync(quote);
        Assert.Equal(["滤芯", "不锈钢水泵"], lines.Select(line => line.Text("description")));
        Assert.Equal([Cny(100), Cny(2565)], lines.Select(line => (Money)line["total"]!));
        Assert.Equal(Cny(2665), (await world.NowAsync(quote))["amount"]);
        await company.ChangeAsync(company.ZhangWei, await world.NowAsync(quote), new { discount = 3 });
        Assert.Equal(Cny(2585.05m), (await world.NowAsync(quote))["amount"]);
        Assert.Equal(Cny(2585.05m).Amount, (await world.LinesOfAsync(quote)).Sum(line => ((Money)line["net"]!).Amount));
    }

    [Theory, BothDatabases]
    public async Task Bad_lines_are_refused_by_their_number_and_nothing_is_written(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.QuoteAsync(company.ZhangWei);
        async Task Refuse(string field, object line) => Assert.Contains(field, (await Refused.ByAsync(() => world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 1 }, line))).Errors!.Keys);
        await Refuse("lines.1.quantity", new { product = world.Pump.Id, quantity = -1 });
        await Refuse("lines.1.quantity", new { product = world.Pump.Id, quantity = 1e20m });
        await Refuse("lines.1.discount", new { product = world.Pump.Id, quantity = 1, discount = 101 });
        await Refuse("lines.1.unitPrice", new { product = world.Pump.Id, quantity = 1, unitPrice = new { amount = "5", currency = "USD" } });
        await Refuse("lines.1.unitPrice", new { product = world.Pump.Id, quantity = 1, unitPrice = Cny("-5") });
        await Refuse("lines.1.taxRate", new { product = world.Pump.Id, quantity = 1, taxRate = 200 });
        await Refuse("lines.1.product", new { product = world.Customer.Id, quantity = 1 });
        await Refuse("lines.1.total", new { product = world.Pump.Id, quantity = 1, total = Cny("1") });
        await Refuse("unitPrice", new { description = "没有价格", quantity = 1 });
        await Refuse("lines.1", 7);
        Assert.Empty(await world.LinesOfAsync(quote));
        Assert.Equal(422, (await Refused.ByAsync(() => world.QuoteAsync(company.ZhangWei, new { discount = 100.5 }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => world.QuoteAsync(company.ZhangWei, new { validUntil = "2020-01-01" }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => world.QuoteAsync(company.ZhangWei, new { currency = "EUR" }))).Status);
        Assert.Equal("quote-empty", (await Refused.ByAsync(() => world.SubmitAsync(company.ZhangWei, quote))).Rule);
        Assert.Equal(404, (await Refused.ByAsync(() => world.LinesAsync(company.ZhaoMin, quote))).Status);
    }

    [Theory, BothDatabases]
    public async Task Within_the_rules_a_quote_is_ready_at_once_and_locked_from_then_on(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        await company.CreateAsync(company.WangFang, "discount-rules", new { maxDiscount = 15, minMargin = 5 });
        var quote = await world.PumpsAsync(company.ZhangWei, discount: 15);
        Assert.Equal("approved", (await world.SubmitAsync(company.ZhangWei, quote)).Text("status"));
        Assert.Equal("quote-locked", (await Refused.ByAsync(() => world.LinesAsync(company.ZhangWei, quote))).Rule);
        Assert.Equal("quote-locked", (await Refused.ByAsync(async () => await company.ChangeAsync(company.ZhangWei, await world.NowAsync(quote), new { discount = 50 }))).Rule);
        Assert.Equal("quote-locked", (await Refused.ByAsync(async () => await company.ChangeAsync(company.ZhangWei, (await world.LinesOfAsync(quote))[0], new { discount = 50 }))).Rule);
        await company.ChangeAsync(company.ZhangWei, await world.NowAsync(quote), new { internalNote = "打过电话" });
    }

    [Theory, BothDatabases]
    public async Task A_broken_rule_needs_a_reason_and_the_manager_s_word_and_the_seller_does_not_learn_the_floor(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var seller = company.Workspace.Directory.Roles.Single(role => role.Key == "seller").Id;
        await company.CreateAsync(company.WangFang, "discount-rules", new { role = seller, productLine = "水泵", maxDiscount = 10, minMargin = 30 });
        await company.CreateAsync(company.WangFang, "discount-rules", new { maxDiscount = 50 });
        var quote = await world.PumpsAsync(company.ZhangWei, discount: 25);
        var refused = await Refused.ByAsync(() => world.SubmitAsync(company.ZhangWei, quote));
        Assert.Equal("quote-needs-approval", refused.Rule);
        Assert.Contains("25%，超过权限 10%", refused.Detail!.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain("底价", refused.Detail.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain("毛利", refused.Detail.ZhHans, StringComparison.Ordinal);

        Assert.Equal("pending", (await world.SubmitAsync(company.ZhangWei, quote, "要抢下这一单")).Text("status"));
        Assert.Equal("quote-locked", (await Refused.ByAsync(() => world.LinesAsync(company.ZhangWei, quote))).Rule);
        var id = await OpenApprovalAsync(company, quote);
        await company.Workspace.WriteAsync(company.LiQiang, context => ApprovalDecisions.RejectAsync(context, id, "太低"));
        Assert.Equal("draft", (await world.NowAsync(quote)).Text("status"));

        // Sent back he changes it, and the same request goes on; approved, it is kept as its first edition.
        await world.SubmitAsync(company.ZhangWei, quote, "再试一次");
        id = await OpenApprovalAsync(company, quote);
        await company.Workspace.WriteAsync(company.LiQiang, context => ApprovalDecisions.SendBackAsync(context, id, null, "降到 20%"));
        await world.LinesAsync(company.ZhangWei, quote, new { id = (await world.LinesOfAsync(quote))[0].Id, discount = 20 });
        await world.SubmitAsync(company.ZhangWei, quote, "已改到 20%");
        Assert.Equal(id, await OpenApprovalAsync(company, quote));
        await company.Workspace.WriteAsync(company.LiQiang, context => ApprovalDecisions.ApproveAsync(context, id, null));
        Assert.Equal("approved", (await world.NowAsync(quote)).Text("status"));
    }

    private static async Task<Guid> OpenApprovalAsync(Company company, Record quote)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return (await ApprovalRequests.OpenAsync(session, Quote.Kind, quote.Id))!.Value;
    }

    [Theory, BothDatabases]
    public async Task A_revised_quote_is_a_new_edition_and_the_difference_can_be_read(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.PumpsAsync(company.ZhangWei, quantity: 2);
        await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.SentAsync(context, quote.Id));
        await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.ReviseAsync(context, quote.Id));
        Assert.Equal(("draft", 2L), ((await world.NowAsync(quote)).Text("status"), (await world.NowAsync(quote))["edition"]));
        await world.LinesAsync(company.ZhangWei, quote, new { id = (await world.LinesOfAsync(quote))[0].Id, quantity = 5 }, new { product = world.Filter.Id, quantity = 1 });
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        await using (var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken))
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await QuoteEditions.WriteDifferenceAsync(writer, session, company.ZhangWei, await world.NowAsync(quote), 1, null, TestContext.Current.CancellationToken);
            writer.WriteEndObject();
        }

        var difference = JsonDocument.Parse(buffer.WrittenMemory).RootElement;
        Assert.Equal(["amount", "tax"], difference.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("field").GetString()));
        Assert.Equal(["changed", "added"], difference.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("kind").GetString()));
        Assert.DoesNotContain(difference.GetProperty("lines").EnumerateArray().SelectMany(line => line.GetProperty("fields").EnumerateArray()), field => field.GetProperty("field").GetString() == "unitCost");
    }

    [Theory, BothDatabases]
    public async Task One_click_makes_one_order_that_agrees_to_the_cent(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.QuoteAsync(company.ZhangWei, new { discount = 3.33 });
        await world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 3, discount = 1.7 }, new { product = world.Filter.Id, quantity = 7, unitPrice = Cny("49.99") });
        Assert.Equal("quote-status", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id)))).Rule);
        await world.SubmitAsync(company.ZhangWei, quote);
        var order = await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id));
        Assert.Equal((await world.NowAsync(quote))["amount"], (await company.LoadAsync(company.ZhangWei, "orders", order.Id))["amount"]);
        Assert.Equal(("ordered", order.Id), ((await world.NowAsync(quote)).Text("status"), (await world.NowAsync(quote)).Reference("order")));
        Assert.Equal("order-exists", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => QuoteOrders.MakeAsync(context, quote.Id)))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Past_its_date_a_quote_expires_by_itself_and_is_revised(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var quote = await world.PumpsAsync(company.ZhangWei);
        await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.SentAsync(context, quote.Id));
        company.Time.Pass(TimeSpan.FromDays(30));
        await QuoteFlow.ExpireAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Equal("sent", (await world.NowAsync(quote)).Text("status"));
        company.Time.Pass(TimeSpan.FromDays(1));
        await QuoteFlow.ExpireAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Equal("expired", (await world.NowAsync(quote)).Text("status"));
        Assert.Equal("quote-status", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.SentAsync(context, quote.Id)))).Rule);
        Assert.Equal("draft", (await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.ReviseAsync(context, quote.Id))).Text("status"));
    }

    [Fact]
    public async Task A_bundle_costs_its_parts_has_as_many_as_the_scarcest_allows_and_never_contains_itself()
    {
        var world = await OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        var set = await company.CreateAsync(company.WangFang, "products", new { code = "SET", name = "成套", listPrice = Cny("1500") });
        await company.CreateAsync(company.WangFang, "bundle-items", new { bundle = set.Id, product = world.Pump.Id, quantity = 2 });
        await company.CreateAsync(company.WangFang, "bundle-items", new { bundle = set.Id, product = world.Filter.Id, quantity = 5 });
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "bundle-items", new { bundle = world.Pump.Id, product = set.Id, quantity = 1 }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "bundle-items", new { bundle = set.Id, product = set.Id, quantity = 1 }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "bundle-items", new { bundle = set.Id, product = world.Filter.Id, quantity = 1 }))).Status);
        var quote = await world.QuoteAsync(company.ZhangWei);
        await world.LinesAsync(company.ZhangWei, quote, new { product = set.Id, quantity = 1 });
        Assert.Equal(Cny(1300), (await world.LinesOfAsync(quote))[0]["unitCost"]);
        Assert.Equal(2.07m, (await world.NowAsync(quote))["margin"]);
    }
}
