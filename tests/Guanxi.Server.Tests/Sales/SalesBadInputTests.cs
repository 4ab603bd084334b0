using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>What people get wrong in sales, each by its name, through the door: a sentence that says what to do, and nothing half done.</summary>
public sealed class SalesBadInputTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Yuan(string amount, string currency = "CNY") => new { amount, currency };

    private static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    private static string Unique() => Guid.CreateVersion7().ToString("N")[^8..];

    private HttpClient Boss => server.As("wangfang");

    private HttpClient Seller => server.As("zhangwei");

    private async Task<string> CustomerAsync() => Id(await Seller.MakeAsync("customers", new { name = "客户" + Unique() }));

    private static async Task<JsonElement> RefusedAsync(HttpClient who, string path, object body, int status, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path.Contains(':', StringComparison.Ordinal) ? "./" + path : path) { Content = JsonContent.Create(body) };
        var problem = await (await who.SendAsync(request, Cancel)).ProblemAsync(status);
        Assert.True((problem.TryGetProperty("detail", out var detail) && detail.GetString()!.Length > 3) || problem.TryGetProperty("errors", out _), problem.ToString());
        return problem;
    }

    public static TheoryData<string> BadLines => ["""{"quantity":-1}""", """{"quantity":0}""", """{"quantity":1e20}""", """{"quantity":100000000000000000000}""", """{"quantity":"many"}""", """{"quantity":1,"discount":100.01}""", """{"quantity":1,"discount":-5}""", """{"quantity":1,"discount":1e9}""", """{"quantity":1000000000,"unitPrice":{"amount":"900000000000000","currency":"CNY"}}"""];

    [Theory]
    [MemberData(nameof(BadLines))]
    public async Task Negative_or_endless_quantities_and_more_than_the_whole_off(string bad)
    {
        var customer = await CustomerAsync();
        var quote = Id(await Seller.MakeAsync("quotes", new { name = "报价", customer }));
        var (order, contract) = (Id(await Seller.MakeAsync("orders", new { customer })), Id(await Seller.MakeAsync("contracts", new { name = "合同", customer, amount = Yuan("0") })));
        var deal = Id(await Seller.MakeAsync("deals", new { name = "商机" + Unique(), customer, process = await ProcessAsync() }));
        var line = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(bad)!;
        line["description"] = JsonSerializer.SerializeToElement("泵");
        line.TryAdd("unitPrice", JsonSerializer.SerializeToElement(Yuan("10")));
        await RefusedAsync(Seller, $"quotes/{quote}/lines", new { lines = new[] { line } }, 422, HttpMethod.Put);
        foreach (var (type, parent, id) in new[] { ("order-lines", "order", order), ("contract-lines", "contract", contract), ("deal-lines", "deal", deal), ("quote-lines", "quote", quote) })
        {
            line.Remove("order");
            foreach (var name in new[] { "order", "contract", "deal", "quote" })
            {
                line.Remove(name);
            }

            line[parent] = JsonSerializer.SerializeToElement(id);
            await RefusedAsync(Seller, type, line, 422);
            Assert.Equal(0, (await Seller.ReadAsync($"{type}?filter={Uri.EscapeDataString($"{parent} = \"{id}\"")}")).GetProperty("items").GetArrayLength());
        }
    }

    private string? process;

    private async Task<string> ProcessAsync() => process ??= Id(await Boss.MakeAsync("sales-processes", new { name = "流程" + Unique(), definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10 }, new { key = "b", name = "乙", probability = 50 } } } }));

    [Fact]
    public async Task A_whole_discount_is_a_gift_and_needs_a_word_where_a_limit_is_set()
    {
        var rule = Id(await Boss.MakeAsync("discount-rules", new { maxDiscount = 50 }));
        var product = Id(await Boss.MakeAsync("products", new { code = "G" + Unique(), name = "赠品", listPrice = Yuan("10") }));
        var quote = Id(await Seller.MakeAsync("quotes", new { name = "赠送", customer = await CustomerAsync() }));
        await (await Seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product, quantity = 1, discount = 100 } } }, Cancel)).JsonAsync();
        Assert.Equal("quote-needs-approval", (await RefusedAsync(Seller, $"quotes/{quote}:submit", new { }, 409)).GetProperty("rule").GetString());
        await Boss.DeleteAsync($"discount-rules/{rule}", Cancel);
    }

    [Fact]
    public async Task A_price_list_with_a_gap_is_told_when_saved_and_by_the_check_and_an_overlap_is_refused()
    {
        var product = Id(await Boss.MakeAsync("products", new { code = "J" + Unique(), name = "钻机", listPrice = Yuan("100") }));
        var priceList = Id(await Boss.MakeAsync("price-lists", new { name = "通用" + Unique() }));
        object Price(string? startsOn, string? endsOn) => new { priceList, product, price = Yuan("90"), startsOn, endsOn };
        await Boss.MakeAsync("prices", Price(null, "2026-06-30"));
        await RefusedAsync(Boss, "prices", Price("2026-06-30", null), 422);
        var told = await RefusedAsync(Boss, "prices", Price("2026-08-01", "2026-08-31"), 409);
        Assert.Equal(("price-gap", "startsOn"), (told.GetProperty("confirm")[0].GetString(), told.GetProperty("errors").EnumerateObject().Single().Name));
        Assert.Contains("2026-07-01 到 2026-07-31", told.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, (await Boss.ReadAsync($"price-lists/{priceList}/gaps")).GetProperty("items").GetArrayLength());
        await (await Boss.PostAsJsonAsync("prices?confirm=price-gap", Price("2026-08-01", "2026-08-31"), Cancel)).JsonAsync(HttpStatusCode.Created);
        var gap = (await Seller.ReadAsync($"price-lists/{priceList}/gaps")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(("2026-07-01", "2026-07-31", product), (gap.GetProperty("from").GetString(), gap.GetProperty("until").GetString(), gap.GetProperty("product").GetString()));

        // Without a gap nothing is asked, and what fills one ends the telling.
        await Boss.MakeAsync("prices", Price("2026-09-01", null));
        await Boss.MakeAsync("prices", Price("2026-07-01", "2026-07-31"));
        Assert.Equal(0, (await Boss.ReadAsync($"price-lists/{priceList}/gaps")).GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await Seller.GetAsync($"price-lists/{Guid.CreateVersion7()}/gaps", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_stage_condition_that_can_never_hold()
    {
        object Definition(string filter) => new { name = "流程" + Unique(), definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10, exit = new object[] { new { key = "z", kind = "filter", filter } } } } } };
        foreach (var filter in new[] { "amount > 10 AND amount < 5", "customer.level = \"vip\" AND customer.level = \"small\"", "amount = null AND amount > 1" })
        {
            await RefusedAsync(Boss, "sales-processes", Definition(filter), 422);
        }

        await RefusedAsync(Boss, "sales-processes", Definition("nowhere = 3"), 422);
    }

    [Fact]
    public async Task A_cycle_in_approvals()
    {
        object Chain(object steps) => new { name = "链" + Unique(), kind = "quote", definition = new { steps } };
        await RefusedAsync(Boss, "approval-definitions", Chain(new object[] { new { key = "a", name = "一", who = new[] { new { kind = "manager", level = 1 } } }, new { key = "a", name = "二", who = new[] { new { kind = "manager", level = 1 } } } }), 422);
        await RefusedAsync(Boss, "approval-definitions", Chain(new object[] { new { key = "a", name = "一", who = new[] { new { kind = "role", role = "manager" } }, hours = 4, onTimeout = "escalate", escalateTo = new[] { new { kind = "role", role = "manager" } } } }), 422);
        var (from, until) = (server.Company.Time.GetUtcNow(), server.Company.Time.GetUtcNow().AddDays(2));
        await (await server.As("liqiang").PostAsJsonAsync("./approvals/delegations", new { @delegate = server.Company.LiuYang.Id, from, until }, Cancel)).JsonAsync(HttpStatusCode.Created);
        await RefusedAsync(server.As("liuyang"), "approvals/delegations", new { @delegate = server.Company.LiQiang.Id, from, until }, 422);
    }

    [Fact]
    public async Task A_currency_without_a_rate_on_the_day()
    {
        var customer = await CustomerAsync();
        foreach (var (type, body) in new (string, object)[]
        {
            ("quotes", new { name = "报价", customer, currency = "CHF" }), ("orders", new { customer, amount = Yuan("5", "CHF") }), ("contracts", new { name = "合同", customer, amount = Yuan("5", "CHF") }),
            ("deals", new { name = "商机", customer, process = await ProcessAsync(), amount = Yuan("5", "CHF") }), ("costs", new { subject = "差旅", kind = "sales", customer, amount = Yuan("5", "CHF") }),
        })
        {
            Assert.Contains("CHF", (await RefusedAsync(Seller, type, body, 422)).ToString(), StringComparison.Ordinal);
            Assert.Equal(0, (await Seller.ReadAsync($"{type}?filter={Uri.EscapeDataString($"customer = \"{customer}\"")}")).GetProperty("items").GetArrayLength());
        }

        await RefusedAsync(Boss, "receipts:receive", new { customer, amount = Yuan("5", "CHF") }, 422);
        await RefusedAsync(Seller, "invoices", new { customer, kind = "ordinary", amount = Yuan("5", "CHF") }, 422);
    }

    [Fact]
    public async Task Deleting_a_stage_in_use()
    {
        var made = await Boss.MakeAsync("sales-processes", new { name = "流程" + Unique(), definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10 }, new { key = "b", name = "乙", probability = 50 } } } });
        await Seller.MakeAsync("deals", new { name = "商机", customer = await CustomerAsync(), process = Id(made) });
        var refused = await RefusedAsync(Boss, $"sales-processes/{Id(made)}", new { definition = new { stages = new object[] { new { key = "b", name = "乙", probability = 50 } } } }, 409, HttpMethod.Patch);
        Assert.Equal(("stage-in-use", 1), (refused.GetProperty("rule").GetString(), refused.GetProperty("stages")[0].GetProperty("deals").GetInt32()));
        Assert.Equal(made.GetProperty("edition").GetInt32(), (await Boss.ReadAsync($"sales-processes/{Id(made)}")).GetProperty("edition").GetInt32());
    }

    [Fact]
    public async Task Two_people_accept_the_same_edition_of_a_quote()
    {
        var quote = Id(await Seller.MakeAsync("quotes", new { name = "报价", customer = await CustomerAsync() }));
        await (await Seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { description = "泵", quantity = 1, unitPrice = Yuan("10") } } }, Cancel)).JsonAsync();
        var link = await (await Seller.PostAsJsonAsync($"quotes/{quote}/links", new { }, Cancel)).JsonAsync(HttpStatusCode.Created);
        using var customer = server.Client(null);
        customer.DefaultRequestHeaders.Add("X-Guanxi", "1");
        var answers = await Task.WhenAll(new[] { "王经理", "李经理", "赵经理" }.Select(name => customer.PostAsJsonAsync($"offers/{link.GetProperty("url").GetString()!.Split('/')[^1]}:accept", new { name }, Cancel)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single((await Seller.ReadAsync($"quotes/{quote}/sheet")).GetProperty("answers").EnumerateArray());
    }

    [Fact]
    public async Task A_double_click_on_receive_payment()
    {
        var customer = await CustomerAsync();
        async Task<HttpStatusCode> PressAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "./receipts:receive") { Content = JsonContent.Create(new { customer, amount = Yuan("88.5") }) };
            request.Headers.Add("Idempotency-Key", key);
            return (await Boss.SendAsync(request, Cancel)).StatusCode;
        }

        // With one key, as the page presses; and with two, as two pages would.
        var pressed = await Task.WhenAll(PressAsync("double"), PressAsync("double"), PressAsync("other"));
        Assert.All(pressed, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Conflict, status.ToString()));
        Assert.Equal(1, (await Boss.ReadAsync($"receipts?filter={Uri.EscapeDataString($"customer = \"{customer}\"")}")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Yuan_and_dollars_are_not_added_to_one_sum()
    {
        await Boss.PostAsJsonAsync("exchange-rates", new { currency = "USD", day = "2026-11-01", rate = 7 }, Cancel);
        var customer = await CustomerAsync();
        foreach (var currency in new[] { "CNY", "CNY", "USD" })
        {
            await Seller.MakeAsync("contracts", new { name = "合同", customer, amount = Yuan("100", currency) });
        }

        async Task<string> SumsAsync(string filter) => string.Join(" ", (await Boss.ReadAsync($"./contracts:aggregate?measure=sum(amount),currency(amount),sum(homeAmount)&filter={Uri.EscapeDataString($"customer = \"{customer}\"{filter}")}")).GetProperty("groups")[0].GetProperty("values").EnumerateArray().Select(value => value.GetString() ?? "-"));
        Assert.Equal("- * 900.00", await SumsAsync(""));
        Assert.Equal("200.00 CNY 200.00", await SumsAsync(" AND homeAmount = 100"));
    }

    [Theory]
    [InlineData("CNY")]
    [InlineData("JPY")]
    [InlineData("KWD")]
    public async Task Lines_tax_and_total_agree_to_the_last_unit_in_every_currency(string currency)
    {
        if (currency != "CNY")
        {
            await Boss.PostAsJsonAsync("exchange-rates", new { currency, day = "2026-01-01", rate = 0.05 }, Cancel);
        }

        var customer = await CustomerAsync();
        foreach (var taxIncluded in new[] { true, false })
        {
            var quote = Id(await Seller.MakeAsync("quotes", new { name = "报价", customer, currency, taxIncluded, discount = 3.33 }));
            object Line(int at) => new { description = "第" + at, quantity = at * 1.5, unitPrice = Yuan((at * 7.77).ToString(System.Globalization.CultureInfo.InvariantCulture), currency), discount = at, taxRate = at % 2 == 0 ? 6 : 13 };
            var sheet = await (await Seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = Enumerable.Range(1, 9).Select(Line) }, Cancel)).JsonAsync();
            decimal Sum(string name) => sheet.GetProperty("lines").EnumerateArray().Sum(line => Amount(line.GetProperty(name)));
            static decimal Amount(JsonElement money) => decimal.Parse(money.GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            var total = Amount(sheet.GetProperty("quote").GetProperty("amount"));
            Assert.Equal((Sum("net") + (taxIncluded ? 0 : Sum("tax")), Sum("tax")), (total, Amount(sheet.GetProperty("quote").GetProperty("tax"))));
            await (await Seller.PostAsJsonAsync($"quotes/{quote}:send?confirm=price-conflict", new { }, Cancel)).JsonAsync();
            foreach (var kind in new[] { "order", "contract" })
            {
                var made = await (await Seller.PostAsJsonAsync($"./quotes/{quote}:{kind}", new { }, Cancel)).JsonAsync();
                var lines = (await Seller.ReadAsync($"{kind}-lines?limit=50&filter={Uri.EscapeDataString($"{kind} = \"{Id(made)}\"")}")).GetProperty("items").EnumerateArray().Sum(line => Amount(line.GetProperty("total")));
                Assert.Equal((total, total), (Amount(made.GetProperty("amount")), lines));
            }
        }
    }
}
