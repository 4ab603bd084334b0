using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>Quotes, approvals and offers through the real door.</summary>
public sealed class QuoteApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Cny(string amount) => new { amount, currency = "CNY" };

    private async Task<(string Quote, string Product)> QuoteAsync(string customer = "长沙银行", object? line = null)
    {
        var boss = server.As("wangfang");
        var product = (await boss.MakeAsync("products", new { code = "P" + Guid.CreateVersion7().ToString("N")[^8..], name = "水泵", listPrice = Cny("1000"), floorPrice = Cny("800"), cost = Cny("600") })).GetProperty("id").GetString()!;
        var seller = server.As("zhangwei");
        var owner = (await seller.MakeAsync("customers", new { name = customer })).GetProperty("id");
        var quote = (await seller.MakeAsync("quotes", new { name = "水泵报价", customer = owner })).GetProperty("id").GetString()!;
        await (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { line ?? new { product, quantity = 2 } } }, Cancel)).JsonAsync();
        return (quote, product);
    }

    private static async Task<JsonElement> DoAsync(HttpClient client, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) => await (await client.PostAsJsonAsync(path, body ?? new { }, Cancel)).JsonAsync(expected);

    [Fact]
    public async Task A_seller_quotes_sends_a_link_and_the_customer_accepts_without_an_account()
    {
        var seller = server.As("zhangwei");
        var (quote, _) = await QuoteAsync();
        var sheet = await seller.ReadAsync($"quotes/{quote}/sheet");
        Assert.Equal(("2000.00", "人民币贰仟元整"), (sheet.GetProperty("sums").GetProperty("total").GetString(), sheet.GetProperty("sums").GetProperty("capitals").GetString()));
        Assert.False(sheet.GetProperty("lines")[0].TryGetProperty("unitCost", out _));
        var made = await DoAsync(seller, $"quotes/{quote}/links", new { receiver = "王经理", days = 7 }, HttpStatusCode.Created);
        var secret = made.GetProperty("url").GetString()!.Split('/')[^1];

        using var customer = server.Client(null);
        customer.DefaultRequestHeaders.Add("X-Guanxi", "1");
        var answer = await customer.GetAsync($"offers/{secret}", Cancel);
        Assert.Equal("noindex, nofollow", answer.Headers.GetValues("X-Robots-Tag").Single());
        var offer = await answer.JsonAsync();
        Assert.Equal(("长沙银行", "2000.00"), (offer.GetProperty("customer").GetString(), offer.GetProperty("amount").GetProperty("amount").GetString()));
        Assert.DoesNotContain("ost", string.Concat(offer.EnumerateObject().Select(property => property.Name)), StringComparison.Ordinal);
        var paper = await customer.GetAsync($"offers/{secret}/paper", Cancel);
        Assert.Equal(("application/pdf", "%PDF-1.7"), (paper.Content.Headers.ContentType!.MediaType, System.Text.Encoding.ASCII.GetString(await paper.Content.ReadAsByteArrayAsync(Cancel), 0, 8)));
        Assert.Equal("accepted", (await DoAsync(customer, $"offers/{secret}:accept", new { name = "王经理" })).GetProperty("status").GetString());
        Assert.Equal("王经理", (await DoAsync(customer, $"offers/{secret}:accept", new { name = "李经理" })).GetProperty("acceptedBy").GetString());
        Assert.Equal(1, (await seller.ReadAsync($"quotes/{quote}/sheet")).GetProperty("links")[0].GetProperty("views").GetInt32());
        var order = await DoAsync(seller, $"quotes/{quote}:order");
        Assert.Equal("2000.00", order.GetProperty("amount").GetProperty("amount").GetString());
        Assert.Equal("order-exists", (await DoAsync(seller, $"quotes/{quote}:order", null, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
    }

    [Fact]
    public async Task The_link_goes_to_the_customer_by_mail_once_and_the_quote_stays_open_to_him_where_it_does_not()
    {
        using var post = new Postbox();
        await using var house = await RunningServer.StartAsync(Db.Sqlite, ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{post.Port}"));
        var seller = house.As("zhangwei");
        var customer = (await seller.MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id");
        var quote = (await seller.MakeAsync("quotes", new { name = "水泵报价", customer })).GetProperty("id").GetString()!;
        await (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { description = "水泵", quantity = 2, unitPrice = Cny("100") } } }, Cancel)).JsonAsync();
        foreach (var wrong in new[] { "nobody", "a@b.cn, alle@b.cn", "a@b.cn\r\nBcc: alle@b.cn" })
        {
            await DoAsync(seller, $"quotes/{quote}/links", new { email = wrong }, HttpStatusCode.UnprocessableEntity);
        }

        await DoAsync(house.As("zhaomin"), $"quotes/{quote}/links", new { email = "a@b.cn" }, HttpStatusCode.NotFound);
        Assert.Empty(post.Letters);
        Assert.Equal(0, (await seller.ReadAsync($"quotes/{quote}/sheet")).GetProperty("links").GetArrayLength());

        // What the mail server does not take is said, and the link is there to be sent by hand.
        post.Refuses = true;
        var unsent = await DoAsync(seller, $"quotes/{quote}/links", new { email = "wang@bank.cn" }, HttpStatusCode.Created);
        Assert.Equal((false, true), (unsent.GetProperty("mailed").GetBoolean(), unsent.GetProperty("url").GetString()!.Contains("/offer/", StringComparison.Ordinal)));
        post.Refuses = false;
        var sent = await DoAsync(seller, $"quotes/{quote}/links", new { email = "wang@bank.cn", message = "王经理，请过目\r\n.\r\n", language = "zh-Hans" }, HttpStatusCode.Created);
        Assert.True(sent.GetProperty("mailed").GetBoolean());
        var letter = Assert.Single(post.Letters);
        Assert.Contains("wang@bank.cn", letter, StringComparison.Ordinal);
        foreach (var said in new[] { "王经理，请过目", sent.GetProperty("url").GetString()!, "张伟" })
        {
            Assert.Contains(said, letter, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_line_says_its_price_after_discounts_and_its_margin_to_whoever_may_read_costs()
    {
        var (quote, product) = await QuoteAsync();
        var seller = server.As("zhangwei");
        await (await seller.PatchAsync($"quotes/{quote}", new { discount = 10 })).JsonAsync();
        await (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product, quantity = 2, discount = 20, taxRate = 0 } } }, Cancel)).JsonAsync();
        var line = (await seller.ReadAsync($"quotes/{quote}/sheet")).GetProperty("lines")[0];
        Assert.Equal("720.00", line.GetProperty("netPrice").GetProperty("amount").GetString());
        Assert.False(line.TryGetProperty("margin", out _));
        line = (await server.As("wangfang").ReadAsync($"quotes/{quote}/sheet")).GetProperty("lines")[0];
        Assert.Equal(16.67m, line.GetProperty("margin").GetDecimal());
    }

    [Fact]
    public async Task Wrong_and_ended_links_answer_alike_and_guessing_is_slowed_down()
    {
        var seller = server.As("zhangwei");
        var (quote, _) = await QuoteAsync();
        var made = await DoAsync(seller, $"quotes/{quote}/links", new { }, HttpStatusCode.Created);
        var secret = made.GetProperty("url").GetString()!.Split('/')[^1];
        Assert.Equal(HttpStatusCode.NoContent, (await seller.DeleteAsync($"quotes/{quote}/links/{made.GetProperty("id").GetString()}", Cancel)).StatusCode);
        using var stranger = server.Client(null);
        stranger.DefaultRequestHeaders.Add("X-Guanxi", "1");
        async Task<string> Shape(string path) => System.Text.RegularExpressions.Regex.Replace(await (await stranger.GetAsync(path, Cancel)).Content.ReadAsStringAsync(Cancel), "\"traceId\":\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.Equal(await Shape("offers/nothing"), await Shape($"offers/{secret}"));
        var last = HttpStatusCode.NotFound;
        for (var i = 0; i < 40 && last == HttpStatusCode.NotFound; i++)
        {
            last = (await stranger.GetAsync($"offers/guess{i}", Cancel)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        server.Company.Time.Pass(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_price_below_the_floor_goes_to_the_boss_who_sees_why_and_a_stranger_finds_no_trace()
    {
        var (seller, boss, stranger) = (server.As("zhangwei"), server.As("wangfang"), server.As("zhaomin"));
        var (quote, product) = await QuoteAsync();
        await (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product, quantity = 2, discount = 30 } } }, Cancel)).JsonAsync();
        Assert.Equal("price", (await seller.ReadAsync($"quotes/{quote}/sheet")).GetProperty("breaches")[0].GetProperty("kind").GetString());
        Assert.Equal("quote-needs-approval", (await DoAsync(seller, $"quotes/{quote}:submit", null, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        Assert.Equal("pending", (await DoAsync(seller, $"quotes/{quote}:submit", new { reason = "要抢单" })).GetProperty("quote").GetProperty("status").GetString());
        var waiting = (await boss.ReadAsync("approvals")).GetProperty("items").EnumerateArray().First(item => item.GetProperty("title").GetString()!.Contains("水泵报价", StringComparison.Ordinal));
        var id = waiting.GetProperty("id").GetString();
        var seen = await boss.ReadAsync($"approvals/{id}");
        Assert.Contains("低于底价 12.5%", string.Concat(seen.GetProperty("causes").EnumerateArray().Select(cause => cause.GetString())), StringComparison.Ordinal);
        Assert.All(seen.GetProperty("causes").EnumerateArray(), cause => Assert.DoesNotContain("价格需要审批", cause.GetString(), StringComparison.Ordinal));
        Assert.Contains("价格需要审批", (await seller.ReadAsync($"approvals/{id}")).GetProperty("causes").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("底价", (await seller.ReadAsync($"approvals/{id}")).GetProperty("causes").ToString(), StringComparison.Ordinal);
        foreach (var path in new[] { $"approvals/{id}", $"quotes/{quote}", $"quotes/{quote}/sheet", $"quotes/{quote}/paper", $"quotes/{quote}/editions" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path, Cancel)).StatusCode);
        }

        foreach (var act in new[] { "approve", "reject", "send-back", "withdraw", "add-signer", "resubmit" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"approvals/{id}:{act}", new { comment = "x", user = Guid.CreateVersion7() }, Cancel)).StatusCode);
        }

        foreach (var act in new[] { "submit", "send", "revise", "answer", "order" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"quotes/{quote}:{act}", new { answer = "accepted" }, Cancel)).StatusCode);
        }

        Assert.Equal("approved", (await DoAsync(boss, $"approvals/{id}:approve", new { comment = "同意" })).GetProperty("state").GetString());
        Assert.Equal("approved", (await seller.ReadAsync($"quotes/{quote}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Rules_of_prices_and_paper_are_for_whoever_manages_the_catalogue()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").GetAsync("quotes/rules", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liqiang").PutAsJsonAsync("quotes/rules", new { guard = new { rule = "off", days = 1 } }, Cancel)).StatusCode);
        var boss = server.As("wangfang");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await boss.PutAsJsonAsync("quotes/rules", new { guard = new { rule = "maybe", days = 1 } }, Cancel)).StatusCode);
        Assert.Equal("warn", (await (await boss.PutAsJsonAsync("quotes/rules", new { guard = new { rule = "warn", days = 60 } }, Cancel)).JsonAsync()).GetProperty("guard").GetProperty("rule").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").GetAsync("approvals/kinds", Cancel)).StatusCode);
        Assert.Contains("quote", (await boss.ReadAsync("approvals/kinds")).GetProperty("items").EnumerateArray().Select(kind => kind.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_wrong_name_is_answered_with_a_field_one_may_know_of_and_never_with_another()
    {
        var seller = server.As("zhangwei");
        var (quote, _) = await QuoteAsync();
        async Task Silent(HttpResponseMessage answer) => Assert.DoesNotContain("“cost”？", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await Silent(await seller.PatchAsync($"deals/{quote}", new { internalCost = 1 }));
        foreach (var path in new[] { "quotes?filter=" + Uri.EscapeDataString("costs > 5"), "quotes?sort=costs", "quotes?fields=costs", "./quotes:aggregate?group=costs", "./quotes:aggregate?measure=sum(costs)" })
        {
            var answer = await seller.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            await Silent(answer);
            Assert.DoesNotContain("margin", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Contains("cost", await (await server.As("liqiang").GetAsync(path, Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        // The field itself, sent by who may not read it: it is said to be unknown, and not in the same breath to be meant.
        var sent = await (await seller.PatchAsync($"products/{(await seller.ReadAsync("products")).GetProperty("items")[0].GetProperty("id").GetString()}", new { cost = Cny("1") })).Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("是否指", sent, StringComparison.Ordinal);
        var line = await (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { description = "安装", quantity = 1, unitPrice = Cny("5"), unitCost = Cny("1") } } }, Cancel)).JsonAsync(HttpStatusCode.UnprocessableEntity);
        Assert.DoesNotContain("是否指“unitCost”", line.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_requests_are_refused_with_a_sentence()
    {
        var seller = server.As("zhangwei");
        var (quote, _) = await QuoteAsync();
        foreach (var (path, body) in new (string, object)[]
        {
            ($"quotes/{quote}/links", new { days = 100000 }), ($"quotes/{quote}/links", new { language = "fr" }), ($"quotes/{quote}:answer", new { answer = "maybe" }), ($"quotes/{quote}:submit", new { chosen = new { a = 1 } }),
        })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await seller.PostAsJsonAsync(path, body, Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await seller.PostAsJsonAsync($"quotes/{quote}/links", new { email = "a@b.cn" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await seller.PutAsJsonAsync($"quotes/{quote}/lines", new { lines = "many" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await seller.GetAsync($"quotes/{quote}/paper?language=fr", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await seller.GetAsync($"quotes/{quote}/editions?from=9", Cancel)).StatusCode);
    }
}
