using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>From the signed contract to the money, through the door, by those who may and those who may not.</summary>
public sealed class ReceivablesApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Yuan(string amount) => new { amount, currency = "CNY" };

    private async Task<JsonElement> DoAsync(string who, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) => await (await server.As(who).PostAsJsonAsync("./" + path, body ?? new { }, Cancel)).JsonAsync(expected);

    private async Task<(Guid Customer, Guid Contract)> SignedAsync(string amount)
    {
        var seller = server.As("zhangwei");
        var customer = (await seller.MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id").GetGuid();
        var contract = (await seller.MakeAsync("contracts", new { name = "设备采购合同", customer, amount = Yuan(amount) })).GetProperty("id").GetGuid();
        await DoAsync("zhangwei", $"contracts/{contract}:plan", new { terms = new object[] { new { name = "预付款", percent = 30, days = 0 }, new { name = "尾款", percent = 70, days = 30 } }, from = "2026-10-01" });
        await DoAsync("zhangwei", $"contracts/{contract}:submit");
        await DoAsync("liqiang", $"contracts/{contract}:approve", new { opinion = "同意" });
        return (customer, contract);
    }

    [Fact]
    public async Task Pressed_twice_there_is_one_receipt()
    {
        var (customer, contract) = await SignedAsync("1000");
        var body = new { customer, contract, amount = Yuan("300"), oldestFirst = true };
        async Task<HttpResponseMessage> PressAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "./receipts:receive") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", "one-press");
            return await server.As("wangfang").SendAsync(request, Cancel);
        }

        var answers = await Task.WhenAll(PressAsync(), PressAsync());
        var first = await (await PressAsync()).JsonAsync();
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict));
        Assert.Equal(1, (await server.As("wangfang").ReadAsync($"receipts?filter=customer%20%3D%20%22{customer}%22")).GetProperty("items").GetArrayLength());
        Assert.Equal("300.00", (await server.As("zhangwei").ReadAsync($"contracts/{contract}")).GetProperty("received").GetProperty("amount").GetString());

        // With another key the program asks; it does not guess.
        var again = await DoAsync("wangfang", "receipts:receive", body, HttpStatusCode.Conflict);
        Assert.Equal("receipt-twice", again.GetProperty("rule").GetString());
        Assert.Contains(first.GetProperty("number").GetString()!, again.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_seller_sees_his_customers_money_and_moves_none_of_it()
    {
        var (customer, contract) = await SignedAsync("1000");
        var invoice = (await server.As("zhangwei").MakeAsync("invoices", new { customer, contract, kind = "ordinary", amount = Yuan("500") })).GetProperty("id").GetGuid();
        await DoAsync("zhangwei", $"invoices/{invoice}:issue", expected: HttpStatusCode.Forbidden);
        await DoAsync("zhaomin", $"invoices/{invoice}:issue", expected: HttpStatusCode.NotFound);
        await DoAsync("wangfang", $"invoices/{invoice}:issue", new { taxInvoiceNumber = "25312000000000000001", issuedOn = "2026-09-01", dueOn = "2026-10-01" });
        await DoAsync("zhangwei", "receipts:receive", new { customer, amount = Yuan("5") }, HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").PostAsJsonAsync("./receipts", new { customer, amount = Yuan("5") }, Cancel)).StatusCode);
        await DoAsync("zhangwei", $"invoices/{invoice}:write-off", new { reason = "算了" }, HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").PutAsJsonAsync("./receivables/rules", new { buckets = new[] { 10 }, lateDays = 1 }, Cancel)).StatusCode);

        var aged = await server.As("zhangwei").ReadAsync("receivables/aging");
        Assert.Contains(aged.GetProperty("rows").EnumerateArray(), row => row.GetProperty("id").GetGuid() == customer && row.GetProperty("total").GetString() == "500.00");
        Assert.DoesNotContain(customer.ToString(), (await server.As("zhaomin").ReadAsync("receivables/aging")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, (await server.As("zhaomin").ReadAsync("contracts")).GetProperty("items").GetArrayLength());

        var receipt = await DoAsync("wangfang", "receipts:receive", new { customer, amount = Yuan("600"), allocations = new[] { new { invoice, amount = "500.00" } } });
        Assert.Equal("100.00", receipt.GetProperty("unallocated").GetProperty("amount").GetString());
        await DoAsync("zhangwei", $"receipts/{receipt.GetProperty("id").GetGuid()}:reverse", new { reason = "x" }, HttpStatusCode.Forbidden);
        await DoAsync("wangfang", $"receipts/{receipt.GetProperty("id").GetGuid()}:reverse", new { reason = "银行退汇" });
        Assert.Equal("500.00", (await server.As("zhangwei").ReadAsync($"invoices/{invoice}")).GetProperty("openAmount").GetProperty("amount").GetString());
    }

    [Fact]
    public async Task Many_instalments_are_entered_as_paid_by_whoever_keeps_the_receivables_and_pressed_twice_once()
    {
        var (_, contract) = await SignedAsync("1000");
        var plans = (await server.As("zhangwei").ReadAsync($"payment-plans?filter=contract%20%3D%20%22{contract}%22")).GetProperty("items").EnumerateArray().Select(plan => plan.GetProperty("id").GetString()).ToArray();
        await DoAsync("zhangwei", "receipts:receive-many", new { plans }, HttpStatusCode.Forbidden);
        await DoAsync("wangfang", "receipts:receive-many", new { plans = new[] { plans[0], Guid.CreateVersion7().ToString() } }, HttpStatusCode.NotFound);
        await DoAsync("wangfang", "receipts:receive-many", new { plans, receivedOn = "2031-01-01" }, HttpStatusCode.UnprocessableEntity);
        Assert.Equal("0/2", (await server.As("zhangwei").ReadAsync($"contracts/{contract}")).GetProperty("instalments").GetString());
        var done = await DoAsync("wangfang", "receipts:receive-many", new { plans, receivedOn = "2026-11-20", method = "wire" });
        Assert.Equal((2, "1000.00"), (done.GetProperty("settled").GetInt32(), done.GetProperty("receipts")[0].GetProperty("amount").GetString()));
        Assert.Equal("nothing-open", (await DoAsync("wangfang", "receipts:receive-many", new { plans }, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        Assert.Equal("2/2", (await server.As("zhangwei").ReadAsync($"contracts/{contract}")).GetProperty("instalments").GetString());
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_a_sentence_and_nothing_is_left_half_done()
    {
        var (customer, contract) = await SignedAsync("1000");
        foreach (var (path, body) in new (string, object)[]
        {
            ("receipts:receive", new { customer, amount = Yuan("-5") }), ("receipts:receive", new { customer, amount = Yuan("1e20") }), ("receipts:receive", new { customer, amount = "viel" }),
            ("receipts:receive", new { customer, amount = Yuan("5"), allocations = "alle" }), ("receipts:receive", new { customer, amount = Yuan("5"), allocations = new[] { new { amount = "x" } } }),
            ("receipts:receive-many", new { }), ("receipts:receive-many", new { plans = "alle" }), ("receipts:receive-many", new { plans = Array.Empty<string>() }), ("receipts:receive-many", new { plans = new[] { customer }, invoices = new[] { customer } }),
            ("receipts:receive", new { customer, amount = new { amount = "5", currency = "JPY" } }), ("receipts:receive", new { customer, amount = Yuan("5"), allocations = new[] { new { amount = "5" } } }),
            ($"contracts/{contract}:plan", new { items = new[] { new { dueOn = "gestern", amount = "1" } } }), ($"contracts/{contract}:plan", new { terms = new[] { new { percent = 100, days = 1e9 } } }), ($"contracts/{contract}:plan", new { }),
        })
        {
            var answer = await DoAsync("wangfang", path, body, HttpStatusCode.UnprocessableEntity);
            Assert.NotEmpty(answer.GetProperty("errors").EnumerateObject());
        }

        Assert.Equal(0, (await server.As("wangfang").ReadAsync($"receipts?filter=customer%20%3D%20%22{customer}%22")).GetProperty("items").GetArrayLength());
        var rules = await (await server.As("wangfang").PutAsJsonAsync("./receivables/rules", new { buckets = new[] { 30, 20 }, lateDays = 200, dunning = new[] { new { days = 0, name = "", channel = "call", text = "" } } }, Cancel)).JsonAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["buckets", "dunning", "lateDays"], rules.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.As("wangfang").GetAsync("receivables/aging?asOf=heute", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.As("wangfang").GetAsync("receivables/aging?basis=magic", Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_letter_of_a_dunning_step_is_printed_by_who_sees_it_and_mailed_by_who_may_change_it()
    {
        using var post = new Postbox();
        await using var house = await RunningServer.StartAsync(Db.Sqlite, ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{post.Port}"));
        async Task<JsonElement> SayAsync(string who, string path, object body, HttpStatusCode expected = HttpStatusCode.OK) => await (await house.As(who).PostAsJsonAsync("./" + path, body, Cancel)).JsonAsync(expected);
        var customer = (await house.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id").GetGuid();
        var invoice = (await house.As("zhangwei").MakeAsync("invoices", new { customer, kind = "ordinary", amount = Yuan("500") })).GetProperty("id").GetGuid();
        await SayAsync("wangfang", $"invoices/{invoice}:issue", new { issuedOn = "2026-09-01", dueOn = "2026-10-01" });
        await Guanxi.Sales.Receivables.ReceivableKeeping.TickAsync(house.Company.Workspace, Cancel);
        var step = (await house.As("zhangwei").ReadAsync("dunnings")).GetProperty("items")[0].GetProperty("id").GetGuid();

        using var paper = await house.As("zhangwei").GetAsync($"dunnings/{step}/letter?language=en", Cancel);
        Assert.Equal("application/pdf", paper.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("%PDF-", System.Text.Encoding.Latin1.GetString(await paper.Content.ReadAsByteArrayAsync(Cancel)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await house.As("zhaomin").GetAsync($"dunnings/{step}/letter", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await house.As("zhangwei").GetAsync($"dunnings/{step}/letter?language=fr", Cancel)).StatusCode);
        await SayAsync("zhaomin", $"dunnings/{step}:mail", new { email = "a@b.cn" }, HttpStatusCode.NotFound);
        await SayAsync("chenjing", $"dunnings/{step}:mail", new { email = "a@b.cn" }, HttpStatusCode.Forbidden);
        await SayAsync("zhangwei", $"dunnings/{step}:mail", new { email = "a@b.cn, alle@b.cn" }, HttpStatusCode.UnprocessableEntity);
        await SayAsync("zhangwei", $"dunnings/{step}:mail", new { }, HttpStatusCode.UnprocessableEntity);
        Assert.Empty(post.Letters);

        // What the mail server does not take is still to do.
        post.Refuses = true;
        Assert.False((await SayAsync("zhangwei", $"dunnings/{step}:mail", new { email = "caiwu@bank.cn" })).GetProperty("mailed").GetBoolean());
        var open = await house.As("zhangwei").ReadAsync($"dunnings/{step}");
        Assert.Equal(("due", JsonValueKind.Null), (open.GetProperty("status").GetString(), open.TryGetProperty("result", out var result) ? result.ValueKind : JsonValueKind.Null));

        post.Refuses = false;
        Assert.True((await SayAsync("zhangwei", $"dunnings/{step}:mail", new { email = "caiwu@bank.cn", message = ".\r\nBcc: alle@b.cn" })).GetProperty("mailed").GetBoolean());
        Assert.Equal("dunning-over", (await SayAsync("zhangwei", $"dunnings/{step}:mail", new { email = "caiwu@bank.cn" }, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        var letter = Assert.Single(post.Letters);
        Assert.DoesNotContain("Bcc:", letter[..letter.IndexOf("\n\n", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("filename=\"letter.pdf\"", letter, StringComparison.Ordinal);
        var file = letter[(letter.IndexOf("base64\n\n", StringComparison.Ordinal) + 8)..];
        Assert.StartsWith("%PDF-", System.Text.Encoding.Latin1.GetString(Convert.FromBase64String(file[..file.IndexOf("--", StringComparison.Ordinal)])), StringComparison.Ordinal);
        Assert.Equal("done", (await house.As("zhangwei").ReadAsync($"dunnings/{step}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_a_mail_server_the_letter_is_not_mailed_and_the_step_stays_open()
    {
        var (customer, _) = await SignedAsync("1000");
        var step = (await server.As("zhangwei").MakeAsync("dunnings", new { label = "电话催款", customer, body = "请付款" })).GetProperty("id").GetGuid();
        Assert.Equal("mail-missing", (await DoAsync("zhangwei", $"dunnings/{step}:mail", new { email = "a@b.cn" }, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        Assert.Equal("due", (await server.As("zhangwei").ReadAsync($"dunnings/{step}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_customer_follows_his_order_by_a_link_that_says_no_amount_and_ends()
    {
        var seller = server.As("zhangwei");
        var customer = (await seller.MakeAsync("customers", new { name = "湘江新材" })).GetProperty("id").GetGuid();
        var order = (await seller.MakeAsync("orders", new { customer })).GetProperty("id").GetGuid();
        await seller.MakeAsync("order-lines", new { order, description = "柜机", quantity = 2, unitPrice = Yuan("4321.5") });
        await DoAsync("zhaomin", $"orders/{order}:link", new { days = 5 }, HttpStatusCode.NotFound);
        await DoAsync("zhangwei", $"orders/{order}:link", new { days = 0 }, HttpStatusCode.UnprocessableEntity);
        var path = "shared/orders/" + (await DoAsync("zhangwei", $"orders/{order}:link", new { days = 5 })).GetProperty("path").GetString()!["/o/".Length..];
        await DoAsync("zhangwei", $"orders/{order}:deliver", new { ship = true, carrier = "顺丰" });

        using var nobody = server.Client(null);
        using var answer = await nobody.GetAsync(path, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("noindex, nofollow, noarchive", answer.Headers.GetValues("X-Robots-Tag").Single());
        Assert.Equal("shipped", JsonDocument.Parse(text).RootElement.GetProperty("lines")[0].GetProperty("fulfilment").GetString());
        Assert.DoesNotContain("4321", text, StringComparison.Ordinal);
        Assert.DoesNotContain("湘江新材", text, StringComparison.Ordinal);
        Assert.DoesNotContain(order.ToString(), text, StringComparison.Ordinal);

        async Task<string> AskAsync(string asked)
        {
            using var said = await nobody.GetAsync(asked, Cancel);
            return $"{(int)said.StatusCode} {System.Text.RegularExpressions.Regex.Replace(await said.Content.ReadAsStringAsync(Cancel), "\"traceId\":\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))}";
        }

        var wrong = await AskAsync("shared/orders/" + new string('x', 43));
        Assert.StartsWith("404", wrong, StringComparison.Ordinal);
        await DoAsync("zhangwei", $"orders/{order}:unlink");
        Assert.Equal(wrong, await AskAsync(path));
        var last = "";
        for (var i = 0; i < 25; i++)
        {
            last = await AskAsync("shared/orders/" + new string((char)('a' + i), 43));
        }

        Assert.StartsWith("429", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_stops_the_goods_and_says_how_much_only_to_who_may_read_it()
    {
        var seller = server.As("zhangwei");
        var customer = (await seller.MakeAsync("customers", new { name = "南方精工", level = "small" })).GetProperty("id").GetGuid();
        var rule = (await server.As("wangfang").MakeAsync("credit-rules", new { name = "小客户", customerLevel = "small", creditLimit = Yuan("1000") })).GetProperty("id").GetGuid();
        var stopped = await DoAsync("zhangwei", "orders", new { customer, amount = Yuan("1500") }, HttpStatusCode.Conflict);
        Assert.Equal("credit", stopped.GetProperty("rule").GetString());
        Assert.Contains("1,000.00", stopped.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var asked = (await seller.MakeAsync("credit-overrides", new { customer, amount = Yuan("2000"), until = "2026-12-01", reason = "月底回款" })).GetProperty("id").GetGuid();
        await DoAsync("zhangwei", $"credit-overrides/{asked}:grant", expected: HttpStatusCode.Forbidden);
        await DoAsync("zhaomin", $"credit-overrides/{asked}:grant", expected: HttpStatusCode.NotFound);
        await DoAsync("liqiang", $"credit-overrides/{asked}:grant", new { answer = "同意" });
        await DoAsync("zhangwei", "orders", new { customer, amount = Yuan("1500") }, HttpStatusCode.Created);
        var standing = await seller.ReadAsync($"customers/{customer}/credit");
        Assert.Equal(("1000.00", "1500.00"), (standing.GetProperty("limit").GetString(), standing.GetProperty("used").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await server.As("zhaomin").GetAsync($"customers/{customer}/credit", Cancel)).StatusCode);
        await server.As("wangfang").DeleteAsync($"credit-rules/{rule}", Cancel);
    }
}
