using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using static Guanxi.Server.Tests.Sales.DealLife;

namespace Guanxi.Server.Tests.Sales;

/// <summary>One deal from the first call to the money received, by four people through the API alone; then somebody of another team looks for it everywhere.</summary>
public sealed class DealLifeTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_lead_to_money_by_four_people_and_a_stranger_finds_no_trace()
    {
        var life = await BeginAsync(server);
        await DealAsync(life);
        await QuoteAsync(life);
        await WinAsync(life);
        await ContractAsync(life);
        await MoneyAsync(life);
        await new NoTrace(life, server).AssertAsync("zhaomin");
        Assert.True((await server.Company.VerifyAsync()).Whole);
    }

    /// <summary>A lead becomes customer, contact and deal; the first gate stays shut until 周算 has calculated.</summary>
    private static async Task DealAsync(DealLife life)
    {
        var lead = await life.MakeAsync("zhangwei", "leads", new { company = Word + "有限公司", contactName = "彭" + Word, phone = Phone, need = Word + "要换二十台水泵", amount = Yuan("17654"), source = "phone" });
        await life.As("zhangwei").MakeAsync("activities", new { kind = "call", content = Word + "来电", lead });
        var became = await life.DoAsync("zhangwei", $"leads/{lead}:convert", new { dealName = Word + "水泵" });
        foreach (var (type, name) in new[] { ("customers", "customer"), ("contacts", "contact"), ("deals", "deal") })
        {
            life.Made[type] = became.GetProperty(name).GetString()!;
        }

        var deal = life.Made["deals"];
        await (await life.As("zhangwei").PatchAsync($"deals/{deal}", new { expectedClose = "2026-12-31" })).JsonAsync();
        await life.MakeAsync("zhangwei", "deal-lines", new { deal, product = life.Pump, quantity = 20, discount = 11.73, description = Word + "泵" });
        Assert.Equal("17654.00", (await life.As("zhangwei").ReadAsync($"deals/{deal}")).GetProperty("amount").GetProperty("amount").GetString());

        var shut = await life.DoAsync("zhangwei", $"deals/{deal}:move", new { stage = "quote" }, HttpStatusCode.Conflict);
        Assert.Equal(["cost-done", "cost-known"], shut.GetProperty("missing").EnumerateArray().Select(item => item.GetProperty("condition").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await life.As("zhousuan").GetAsync($"deals/{deal}", Cancel)).StatusCode);
        var step = Id((await life.As("zhousuan").ReadAsync("steps")).GetProperty("items")[0]);
        await life.DoAsync("zhousuan", $"steps/{step}:start");
        Assert.Contains("internalCost", (await life.DoAsync("zhousuan", $"steps/{step}:done", new { values = new { } }, HttpStatusCode.UnprocessableEntity)).GetProperty("errors").ToString(), StringComparison.Ordinal);
        await life.DoAsync("zhousuan", $"steps/{step}:done", new { values = new { internalCost = Yuan("12000") }, note = "按上月成本" });
        Assert.False((await life.As("zhangwei").ReadAsync($"deals/{deal}")).TryGetProperty("internalCost", out _));
        Assert.Equal("quote", (await life.DoAsync("zhangwei", $"deals/{deal}:move", new { stage = "quote" })).GetProperty("stage").GetString());
    }

    /// <summary>A colleague's price is in the way, then the discount is above the limit; 李强 allows it and the customer says yes by the link.</summary>
    private async Task QuoteAsync(DealLife life)
    {
        await life.CompeteAsync(life.Made["customers"]);
        var quote = await life.MakeAsync("zhangwei", "quotes", new { name = Word + "报价", customer = life.Made["customers"], contact = life.Made["contacts"], deal = life.Made["deals"], paymentTerms = "预付三成" });
        await (await life.As("zhangwei").PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product = life.Pump, quantity = 20, discount = 11.73 } } }, Cancel)).JsonAsync();
        var sheet = await life.As("zhangwei").ReadAsync($"quotes/{quote}/sheet");
        Assert.Equal(["赵敏"], sheet.GetProperty("conflicts").GetProperty("ask").EnumerateArray().Select(name => name.GetString()));
        Assert.Empty(sheet.GetProperty("conflicts").GetProperty("items").EnumerateArray());

        var conflict = await life.DoAsync("zhangwei", $"quotes/{quote}:submit", null, HttpStatusCode.Conflict);
        Assert.Equal("price-conflict", conflict.GetProperty("confirm")[0].GetString());
        Assert.Equal("quote-needs-approval", (await life.DoAsync("zhangwei", $"quotes/{quote}:submit?confirm=price-conflict", null, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        await life.DoAsync("zhangwei", $"quotes/{quote}:submit?confirm=price-conflict", new { reason = Word + "是大客户" });
        await life.DoAsync("zhangwei", $"quotes/{quote}:contract", null, HttpStatusCode.Conflict);
        await life.DoAsync("liqiang", $"approvals/{life.Made["approvals"] = await life.WaitingAsync("liqiang", Word)}:approve", new { comment = "同意" });
        var link = await life.DoAsync("zhangwei", $"quotes/{quote}/links?confirm=price-conflict", new { receiver = "彭经理", days = 7 }, HttpStatusCode.Created);
        using var customer = server.Client(null);
        customer.DefaultRequestHeaders.Add("X-Guanxi", "1");
        var secret = link.GetProperty("url").GetString()!.Split('/')[^1];
        Assert.Equal("accepted", (await (await customer.PostAsJsonAsync($"offers/{secret}:accept", new { name = "彭经理" }, Cancel)).JsonAsync()).GetProperty("status").GetString());
    }

    /// <summary>The second gate asks for a paper and the manager's word; his words are the answer of the exception.</summary>
    private static async Task WinAsync(DealLife life)
    {
        var deal = life.Made["deals"];
        var shut = await life.DoAsync("zhangwei", $"deals/{deal}:move", new { stage = "sign" }, HttpStatusCode.Conflict);
        Assert.Equal("agreement", shut.GetProperty("missing")[0].GetProperty("condition").GetString());
        await life.UploadAsync("zhangwei", deal, Word + "技术协议.txt");
        await life.DoAsync("zhangwei", $"deals/{deal}:move", new { stage = "sign" });
        Assert.Equal("boss", (await life.DoAsync("zhangwei", $"deals/{deal}:win", new { reason = "交期" }, HttpStatusCode.Conflict)).GetProperty("missing")[0].GetProperty("condition").GetString());
        var asked = await life.MakeAsync("zhangwei", "gate-exceptions", new { deal, condition = "boss", reason = Word + "催得急" });
        await life.DoAsync("zhangwei", $"gate-exceptions/{asked}:grant", null, HttpStatusCode.Forbidden);
        await life.DoAsync("liqiang", $"approvals/{await life.WaitingAsync("liqiang", "经理同意")}:approve", new { comment = "条件可以，签吧" });
        var granted = await life.As("zhangwei").ReadAsync($"gate-exceptions/{asked}");
        Assert.Equal(("granted", "条件可以，签吧"), (granted.GetProperty("status").GetString(), granted.GetProperty("answer").GetString()));
        Assert.Equal("won", (await life.DoAsync("zhangwei", $"deals/{deal}:win", new { reason = "交期" })).GetProperty("status").GetString());
    }

    /// <summary>Credit stops the contract until 李强 allows it; then one click, however often, and his signature.</summary>
    private static async Task ContractAsync(DealLife life)
    {
        var quote = life.Made["quotes"];
        var terms = new { terms = new object[] { new { name = Word + "预付", percent = 30, days = 0 }, new { name = "尾款", percent = 70, days = 30 } } };
        Assert.Equal("credit", (await life.DoAsync("zhangwei", $"quotes/{quote}:contract", terms, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        var asked = await life.MakeAsync("zhangwei", "credit-overrides", new { customer = life.Made["customers"], amount = Yuan("40000"), until = "2027-01-31", reason = Word + "预付三成" });
        await life.DoAsync("liqiang", $"credit-overrides/{asked}:grant", new { answer = "同意" });
        var contract = life.Made["contracts"] = Id(await life.DoAsync("zhangwei", $"quotes/{quote}:contract", terms));
        Assert.Equal(contract, Id(await life.DoAsync("zhangwei", $"quotes/{quote}:contract", terms)));
        await life.DoAsync("zhangwei", $"contracts/{contract}:submit");
        await life.DoAsync("zhangwei", $"contracts/{contract}:approve", null, HttpStatusCode.Forbidden);
        Assert.Equal("active", (await life.DoAsync("liqiang", $"contracts/{contract}:approve", new { opinion = "同意" })).GetProperty("status").GetString());
        var order = life.Made["orders"] = Id(await life.DoAsync("zhangwei", $"quotes/{quote}:order"));
        life.Made["deliveries"] = Id(await life.DoAsync("zhangwei", $"orders/{order}:deliver", new { ship = true, carrier = Word + "物流" }));
    }

    /// <summary>张伟 asks for the invoice, 钱会 issues it and enters the money, twice by mistake once.</summary>
    private static async Task MoneyAsync(DealLife life)
    {
        var (customer, contract) = (life.Made["customers"], life.Made["contracts"]);
        var invoice = await life.MakeAsync("zhangwei", "invoices", new { customer, contract, kind = "ordinary", title = Word, amount = Yuan("17654") });
        await life.DoAsync("zhangwei", $"invoices/{invoice}:issue", null, HttpStatusCode.Forbidden);
        await life.DoAsync("qianhui", $"invoices/{invoice}:issue", new { taxInvoiceNumber = "25432000000000000017" });
        object Money(string amount) => new { customer, contract, amount = Yuan(amount), payer = Word, oldestFirst = true };
        await life.DoAsync("zhangwei", "receipts:receive", Money("5296.2"), HttpStatusCode.Forbidden);
        life.Made["receipts"] = Id(await life.DoAsync("qianhui", "receipts:receive", Money("5296.2")));
        Assert.Equal("receipt-twice", (await life.DoAsync("qianhui", "receipts:receive", Money("5296.2"), HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        await life.DoAsync("qianhui", "receipts:receive", Money("12357.8"));
        var paid = await life.As("zhangwei").ReadAsync($"contracts/{contract}");
        Assert.Equal(("17654.00", 100m), (paid.GetProperty("received").GetProperty("amount").GetString(), paid.GetProperty("paidPercent").GetDecimal()));
        Assert.Equal("paid", (await life.As("zhangwei").ReadAsync($"invoices/{invoice}")).GetProperty("payment").GetString());
        Assert.DoesNotContain(customer, (await life.As("qianhui").ReadAsync("receivables/aging")).GetRawText(), StringComparison.Ordinal);
        await life.DoAsync("zhangwei", $"contracts/{contract}:complete");
    }
}
