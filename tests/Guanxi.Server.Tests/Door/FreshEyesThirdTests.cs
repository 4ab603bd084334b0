using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>What came after the second attack, as somebody attacks it who knows the source (docs/operate/attacks-tried.md): shares, money, approvals, tokens.</summary>
public sealed class FreshEyesThirdTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Yuan(string amount) => new { amount, currency = "CNY" };

    private static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    private async Task<JsonElement> DoAsync(string who, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) => await (await server.As(who).PostAsJsonAsync("./" + path, body ?? new { }, Cancel)).JsonAsync(expected);

    private async Task<string> CustomerAsync(string who = "zhangwei", string name = "长沙银行") => Id(await server.As(who).MakeAsync("customers", new { name }));

    private async Task<string> ShareAsync(string customer, Guid with) => Id(await DoAsync("zhangwei", $"customers/{customer}/shares", new { user = with, level = "edit" }, HttpStatusCode.Created));

    [Fact]
    public async Task Who_has_a_customer_by_a_share_neither_takes_nor_moves_away_what_belongs_to_it()
    {
        var (customer, other, own) = (await CustomerAsync(), await CustomerAsync(name: "湘潭铁厂"), await CustomerAsync("zhaomin", "广州地铁"));
        var contact = Id(await server.As("zhangwei").MakeAsync("contacts", new { name = "曾国荃", customer, phone = "13977001234" }));
        var quote = Id(await server.As("zhangwei").MakeAsync("quotes", new { name = "水泵", customer }));
        var cost = Id(await server.As("zhangwei").MakeAsync("costs", new { subject = "差旅", kind = "sales", customer, amount = Yuan("10") }));
        var task = Id(await server.As("zhangwei").MakeAsync("activities", new { kind = "task", subject = "回访", customer, status = "planned" }));
        var share = await ShareAsync(customer, server.Company.ZhaoMin.Id);
        var guest = server.As("zhaomin");
        foreach (var (path, values) in new (string, object)[]
        {
            ($"contacts/{contact}", new { customer = own }), ($"costs/{cost}", new { customer = own }), ($"activities/{task}", new { customer = own }),
            ($"quotes/{quote}", new { owner = server.Company.ZhaoMin.Id }), ($"costs/{cost}", new { owner = server.Company.ZhaoMin.Id }), ($"activities/{task}", new { owner = server.Company.ZhaoMin.Id }),
        })
        {
            await (await guest.PatchAsync(path, values)).ProblemAsync(422);
        }

        // He was asked to help, and may.
        await (await guest.PatchAsync($"contacts/{contact}", new { note = "换了办公室" })).JsonAsync();
        await (await guest.PatchAsync($"activities/{task}", new { result = "已回访" })).JsonAsync();
        var mine = Id(await guest.MakeAsync("activities", new { kind = "task", subject = "帮忙", customer, status = "planned" }));
        await (await guest.PatchAsync($"activities/{mine}", new { owner = server.Company.ZhangWei.Id })).JsonAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await server.As("zhangwei").DeleteAsync($"customers/{customer}/shares/{share}", Cancel)).StatusCode);
        foreach (var path in new[] { $"contacts/{contact}", $"quotes/{quote}", $"costs/{cost}", $"activities/{task}" })
        {
            await (await guest.GetAsync(path, Cancel)).ProblemAsync(404);
        }

        // Its owner, and who may assign owners, move things as before.
        await (await server.As("zhangwei").PatchAsync($"contacts/{contact}", new { customer = other })).JsonAsync();
        await (await server.As("liqiang").PatchAsync($"quotes/{quote}", new { owner = server.Company.LiQiang.Id })).JsonAsync();
    }

    [Fact]
    public async Task Money_that_came_in_stays_with_its_customer()
    {
        var (customer, other) = (await CustomerAsync(), await CustomerAsync(name: "湘潭铁厂"));
        var receipt = Id(await DoAsync("wangfang", "receipts:receive", new { customer, amount = Yuan("300") }));
        await (await server.As("zhangwei").PatchAsync($"receipts/{receipt}", new { customer = other })).ProblemAsync(409);
        var many = await DoAsync("zhangwei", "receipts:edit", new { ids = new[] { receipt }, values = new { customer = other } });
        Assert.Equal(0, many.GetProperty("changed").GetInt32());
        await (await server.As("wangfang").PatchAsync($"receipts/{receipt}", new { customer = other })).ProblemAsync(409);
        Assert.Equal(customer, (await server.As("zhangwei").ReadAsync($"receipts/{receipt}")).GetProperty("customer").GetProperty("id").GetString());
        await (await server.As("zhangwei").PatchAsync($"receipts/{receipt}", new { note = "已对账" })).JsonAsync();
    }

    [Fact]
    public async Task What_was_agreed_to_be_paid_is_put_off_by_an_amendment_or_by_whoever_keeps_the_receivables()
    {
        var customer = await CustomerAsync();
        var seller = server.As("zhangwei");
        var contract = Id(await seller.MakeAsync("contracts", new { name = "设备", customer, amount = Yuan("1000") }));
        await DoAsync("zhangwei", $"contracts/{contract}:plan", new { terms = new object[] { new { name = "预付款", percent = 30, days = 0 }, new { name = "尾款", percent = 70, days = 30 } }, from = "2026-10-01" });
        var plan = (await seller.ReadAsync("payment-plans?sort=dueOn&filter=" + Uri.EscapeDataString($"contract = \"{contract}\""))).GetProperty("items").EnumerateArray().Select(Id).ToList();
        await DoAsync("zhangwei", $"contracts/{contract}:submit");
        foreach (var values in new object[] { new { dueOn = "2029-10-01" }, new { amount = Yuan("1") } })
        {
            await (await seller.PatchAsync($"payment-plans/{plan[1]}", values)).ProblemAsync(409);
        }

        await (await seller.DeleteAsync($"payment-plans/{plan[1]}", Cancel)).ProblemAsync(409);
        await DoAsync("liqiang", $"contracts/{contract}:approve", new { opinion = "同意" });

        // Also what is not overdue yet: the customer has signed for it.
        foreach (var values in new object[] { new { dueOn = "2029-10-01" }, new { amount = Yuan("1") } })
        {
            await (await seller.PatchAsync($"payment-plans/{plan[1]}", values)).ProblemAsync(403);
        }

        await (await seller.DeleteAsync($"payment-plans/{plan[1]}", Cancel)).ProblemAsync(403);
        foreach (var items in new[] { new object[] { new { id = plan[0], dueOn = "2026-10-01", amount = "300" }, new { id = plan[1], dueOn = "2029-10-01", amount = "700" } }, [new { dueOn = "2029-10-01", amount = "1000" }] })
        {
            await DoAsync("zhangwei", $"contracts/{contract}:plan", new { items }, HttpStatusCode.Forbidden);
        }

        async Task<string?> DueAsync(int at) => (await seller.ReadAsync($"payment-plans/{plan[at]}")).GetProperty("dueOn").GetString();
        Assert.Equal(("2026-10-01", "2026-10-31"), (await DueAsync(0), await DueAsync(1)));
        foreach (var planDays in new[] { 0, -5, 9999 })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await seller.PostAsJsonAsync("contract-amendments", new { contract, reason = "延期", planDays }, Cancel)).StatusCode);
        }

        var amendment = Id(await seller.MakeAsync("contract-amendments", new { contract, reason = "客户厂房延期", planDays = 15 }));
        await DoAsync("zhangwei", $"contract-amendments/{amendment}:submit");
        await DoAsync("zhangwei", $"contract-amendments/{amendment}:approve", new { }, HttpStatusCode.Forbidden);
        Assert.Equal("2026-10-31", await DueAsync(1));
        await DoAsync("liqiang", $"contract-amendments/{amendment}:approve", new { opinion = "同意" });
        Assert.Equal(("2026-10-16", "2026-11-15"), (await DueAsync(0), await DueAsync(1)));
        server.Company.Time.Pass(TimeSpan.FromDays(20));
        try
        {
            var invoice = Id(await seller.MakeAsync("invoices", new { customer, contract, kind = "ordinary", amount = Yuan("500") }));
            await DoAsync("wangfang", $"invoices/{invoice}:issue", new { issuedOn = "2026-10-01", dueOn = "2026-10-05" });
            await (await seller.PatchAsync($"invoices/{invoice}", new { dueOn = "2029-01-01" })).ProblemAsync(403);
            await (await seller.PatchAsync($"payment-plans/{plan[0]}", new { dueOn = "2029-01-01" })).ProblemAsync(403);
            await (await server.As("wangfang").PatchAsync($"invoices/{invoice}", new { dueOn = "2027-01-01" })).JsonAsync();
        }
        finally
        {
            server.Company.Time.Pass(TimeSpan.FromDays(-20));
        }
    }

    private async Task<(string Quote, string Approval)> AskedAsync(string customer)
    {
        var product = Id(await server.As("wangfang").MakeAsync("products", new { code = "P" + Guid.CreateVersion7().ToString("N")[^8..], name = "水泵", listPrice = Yuan("1000"), floorPrice = Yuan("800"), cost = Yuan("600") }));
        var quote = Id(await server.As("zhangwei").MakeAsync("quotes", new { name = "低价", customer }));
        await (await server.As("zhangwei").PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product, quantity = 1, unitPrice = Yuan("500") } } }, Cancel)).JsonAsync();
        await DoAsync("zhangwei", $"quotes/{quote}:submit", new { reason = "战略客户" });
        var number = (await server.As("zhangwei").ReadAsync($"quotes/{quote}")).GetProperty("number").GetString()!;
        return (quote, Id((await server.As("wangfang").ReadAsync("approvals?limit=100")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("title").GetString()!.StartsWith(number, StringComparison.Ordinal))));
    }

    private async Task<string> AwayAsync(string who, Guid to) => Id(await DoAsync(who, "approvals/delegations", new { @delegate = to, until = server.Company.Time.GetUtcNow().AddDays(3) }, HttpStatusCode.Created));

    /// <summary>Who submitted something does not sign it as a stand-in; nor does he choose who signs it by standing in and being away himself.</summary>
    [Fact]
    public async Task Who_asks_does_not_choose_who_decides_about_it()
    {
        var (_, approval) = await AskedAsync(await CustomerAsync());
        var arranged = new[] { ("wangfang", await AwayAsync("wangfang", server.Company.ZhangWei.Id)), ("zhangwei", await AwayAsync("zhangwei", server.Company.LiuYang.Id)) };
        Assert.Equal("approval-over", (await DoAsync("zhangwei", $"approvals/{approval}:approve", null, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
        var friend = await server.As("liuyang").ReadAsync("approvals");
        Assert.Equal((0, 0), (friend.GetProperty("items").GetArrayLength(), friend.GetProperty("waiting").GetInt32()));
        await (await server.As("liuyang").GetAsync($"approvals/{approval}", Cancel)).ProblemAsync(404);
        await DoAsync("liuyang", $"approvals/{approval}:approve", null, HttpStatusCode.NotFound);
        foreach (var (who, id) in arranged)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await server.As(who).DeleteAsync($"approvals/delegations/{id}", Cancel)).StatusCode);
        }

        // Named by the signer himself he decides, as before.
        var direct = await AwayAsync("wangfang", server.Company.LiuYang.Id);
        await DoAsync("liuyang", $"approvals/{approval}:approve");
        await server.As("wangfang").DeleteAsync($"approvals/delegations/{direct}", Cancel);
    }

    [Fact]
    public async Task A_token_for_contacts_reads_nothing_of_approvals()
    {
        var (_, approval) = await AskedAsync(await CustomerAsync());
        using var narrow = server.Client(await TokenAsync("wangfang", "contacts:read"));
        using var quotes = server.Client(await TokenAsync("wangfang", "quotes:read"));
        var list = await narrow.ReadAsync("approvals");
        Assert.Equal((0, 0), (list.GetProperty("items").GetArrayLength(), list.GetProperty("waiting").GetInt32()));
        await (await narrow.GetAsync($"approvals/{approval}", Cancel)).ProblemAsync(404);
        Assert.NotEqual(0, (await quotes.ReadAsync("approvals")).GetProperty("items").GetArrayLength());
        Assert.Equal(approval, Id(await quotes.ReadAsync($"approvals/{approval}")));
    }

    private Task<string> TokenAsync(string who, params string[] scope) => TokenAsync(server, who, scope);

    private static async Task<string> TokenAsync(RunningServer server, string who, params string[] scope) =>
        (await server.Services.GetRequiredService<SignIn>().CreateTokenAsync(server.Company.Program, server.Company.Act(who).Id, "narrow", null, TokenScope.Of(scope, server.Company.Workspace.Schema), null, Cancel)).Secret;

    [Fact]
    public async Task A_token_for_contacts_opens_no_desk_of_steps()
    {
        await using var own = await RunningServer.StartAsync(Db.Sqlite);
        var step = new object[] { new { key = "cost", subject = "核算", role = "agent", hours = 16 } };
        await own.As("wangfang").MakeAsync("sales-processes", new { name = "短流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10, steps = step }, new { key = "b", name = "乙", probability = 50 } }, lossReasons = new[] { "价格" } } });
        var customer = Id(await own.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" }));
        await own.As("zhangwei").MakeAsync("deals", new { name = "柜机", customer, amount = Yuan("1000") });
        var owed = Id((await own.As("liuyang").ReadAsync("steps")).GetProperty("items").EnumerateArray().Single());
        using var narrow = own.Client(await TokenAsync(own, "liuyang", "contacts:read"));
        Assert.Equal(0, (await narrow.ReadAsync("steps")).GetProperty("items").GetArrayLength());
        await (await narrow.GetAsync($"steps/{owed}", Cancel)).ProblemAsync(404);
    }

    /// <summary>What waits for 王芳 about a record, whatever else of other tests does.</summary>
    private async Task<string> WaitingAsync(string record)
    {
        foreach (var item in (await server.As("wangfang").ReadAsync("approvals?limit=100")).GetProperty("items").EnumerateArray())
        {
            if ((await server.As("wangfang").ReadAsync($"approvals/{Id(item)}")).TryGetProperty("record", out var about) && Id(about) == record)
            {
                return Id(item);
            }
        }

        throw new InvalidOperationException($"Nothing waits about {record}.");
    }

    [Fact]
    public async Task What_was_sent_back_goes_on_with_the_same_request_and_is_not_changed_on_the_way()
    {
        var chains = new[] { "contract", "credit-override", "gate-exception" }.ToDictionary(kind => kind, kind => (string?)null);
        foreach (var kind in chains.Keys.Take(2).ToList())
        {
            chains[kind] = Id(await server.As("wangfang").MakeAsync("approval-definitions", new { name = kind, kind, priority = 1, definition = new { steps = new[] { new { key = "m", name = "经理", who = new[] { new { kind = "manager", level = 1 } } } } } }));
        }

        try
        {
            var customer = await CustomerAsync();
            var contract = Id(await server.As("zhangwei").MakeAsync("contracts", new { name = "设备", customer, amount = Yuan("1000") }));
            await DoAsync("zhangwei", $"contracts/{contract}:submit", new { reason = "一" });
            var approval = await WaitingAsync(contract);
            await DoAsync("wangfang", $"approvals/{approval}:send-back", new { comment = "金额不对" });
            await (await server.As("zhangwei").PatchAsync($"contracts/{contract}", new { amount = Yuan("900") })).JsonAsync();
            await DoAsync("zhangwei", $"contracts/{contract}:submit", new { reason = "二" });
            Assert.Equal("pending", (await server.As("zhangwei").ReadAsync($"contracts/{contract}")).GetProperty("status").GetString());
            await (await server.As("zhangwei").PatchAsync($"contracts/{contract}", new { amount = Yuan("900000") })).ProblemAsync(409);
            await DoAsync("wangfang", $"approvals/{approval}:approve");
            Assert.Equal("active", (await server.As("zhangwei").ReadAsync($"contracts/{contract}")).GetProperty("status").GetString());

            var exception = Id(await server.As("zhangwei").MakeAsync("credit-overrides", new { customer, amount = Yuan("5000"), until = server.Company.Time.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd"), reason = "急" }));
            approval = await WaitingAsync(exception);
            await DoAsync("wangfang", $"approvals/{approval}:send-back", new { comment = "说明理由" });
            Assert.Equal("asked", (await server.As("zhangwei").ReadAsync($"credit-overrides/{exception}")).GetProperty("status").GetString());
            await DoAsync("zhangwei", $"approvals/{approval}:resubmit", new { reason = "客户已付定金" });
            await DoAsync("wangfang", $"approvals/{approval}:approve");
            Assert.Equal("granted", (await server.As("zhangwei").ReadAsync($"credit-overrides/{exception}")).GetProperty("status").GetString());
        }
        finally
        {
            foreach (var chain in chains.Values.OfType<string>())
            {
                await server.As("wangfang").DeleteAsync($"approval-definitions/{chain}", Cancel);
            }
        }
    }

    [Fact]
    public async Task Nobody_goes_past_the_chain_that_is_composed_for_exceptions()
    {
        await using var own = await RunningServer.StartAsync(Db.Sqlite);
        var boss = own.As("wangfang");
        await boss.MakeAsync("sales-processes", new { name = "流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10, exit = new object[] { new { key = "boss", kind = "approval" } } }, new { key = "b", name = "乙", probability = 50 } }, lossReasons = new[] { "价格" } } });
        var customer = Id(await own.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" }));
        var deal = Id(await own.As("zhangwei").MakeAsync("deals", new { name = "柜机", customer, amount = Yuan("1000") }));
        var free = Id(await own.As("zhangwei").MakeAsync("gate-exceptions", new { deal, condition = "boss", reason = "急" }));
        await (await own.As("liqiang").PostAsJsonAsync($"gate-exceptions/{free}:refuse", new { answer = "不急" }, Cancel)).JsonAsync();
        await boss.MakeAsync("approval-definitions", new { name = "例外", kind = "gate-exception", priority = 1, definition = new { steps = new[] { new { key = "m", name = "总经理", who = new[] { new { kind = "person", person = own.Company.WangFang.Id } } } } } });
        var bound = Id(await own.As("zhangwei").MakeAsync("gate-exceptions", new { deal, condition = "boss", reason = "急" }));
        foreach (var word in new[] { "grant", "refuse" })
        {
            var refused = await (await own.As("liqiang").PostAsJsonAsync($"gate-exceptions/{bound}:{word}", new { answer = "好" }, Cancel)).JsonAsync(HttpStatusCode.Conflict);
            Assert.Equal("approval-chain", refused.GetProperty("rule").GetString());
        }

        var approval = Id((await boss.ReadAsync("approvals")).GetProperty("items").EnumerateArray().Single());
        await (await boss.PostAsJsonAsync($"approvals/{approval}:approve", new { }, Cancel)).JsonAsync();
        Assert.Equal("granted", (await own.As("zhangwei").ReadAsync($"gate-exceptions/{bound}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_quote_that_comes_back_from_the_bin_is_a_draft_and_nobody_s_decision_is_owed()
    {
        var (quote, approval) = await AskedAsync(await CustomerAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await server.As("zhangwei").DeleteAsync($"quotes/{quote}", Cancel)).StatusCode);
        await DoAsync("zhangwei", $"quotes/{quote}/restore");
        Assert.Equal("draft", (await server.As("zhangwei").ReadAsync($"quotes/{quote}")).GetProperty("status").GetString());
        await DoAsync("wangfang", $"approvals/{approval}:approve", null, HttpStatusCode.Conflict);
        await DoAsync("zhangwei", $"quotes/{quote}:submit", new { reason = "再来" });
    }

    [Fact]
    public async Task A_colleague_s_name_on_a_quote_does_not_silence_the_guard_against_his_price()
    {
        await (await server.As("wangfang").PutAsJsonAsync("quotes/rules", new { guard = new { rule = "block", days = 90 } }, Cancel)).JsonAsync();
        try
        {
            var customer = await CustomerAsync();
            var product = Id(await server.As("wangfang").MakeAsync("products", new { code = "P" + Guid.CreateVersion7().ToString("N")[^8..], name = "阀门", listPrice = Yuan("100") }));
            await ShareAsync(customer, server.Company.ZhaoMin.Id);
            async Task<string> QuoteAsync(string who, Guid owner)
            {
                var quote = Id(await server.As(who).MakeAsync("quotes", new { name = "阀门", customer, owner }));
                await (await server.As(who).PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product, quantity = 1, unitPrice = Yuan("100") } } }, Cancel)).JsonAsync();
                return quote;
            }

            await DoAsync("zhangwei", $"quotes/{await QuoteAsync("zhangwei", server.Company.ZhangWei.Id)}:send");
            foreach (var owner in new[] { server.Company.ZhaoMin.Id, server.Company.ZhangWei.Id })
            {
                Assert.Equal("price-conflict", (await DoAsync("zhaomin", $"quotes/{await QuoteAsync("zhaomin", owner)}:send", null, HttpStatusCode.Conflict)).GetProperty("rule").GetString());
            }

            await DoAsync("zhangwei", $"quotes/{await QuoteAsync("zhangwei", server.Company.ZhangWei.Id)}:send");
        }
        finally
        {
            await server.As("wangfang").PutAsJsonAsync("quotes/rules", new { guard = new { rule = "warn", days = 90 } }, Cancel);
        }
    }

    [Theory]
    [InlineData("0001-01-01", "invoices")]
    [InlineData("0001-01-01", "plans")]
    [InlineData("1899-12-31", "invoices")]
    public async Task An_aging_of_the_year_one_is_a_clear_refusal(string day, string basis) => await (await server.As("wangfang").GetAsync($"receivables/aging?asOf={day}&basis={basis}", Cancel)).ProblemAsync(422);

    [Fact]
    public async Task Ticked_records_are_exported_by_a_body_and_no_other()
    {
        var mine = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            mine.Add(await CustomerAsync(name: $"勾选 {i}"));
        }

        var hidden = await CustomerAsync("zhaomin", "别人的");
        var ids = mine.Take(2).Append(hidden).Concat(Enumerable.Range(0, 5_000).Select(_ => Guid.CreateVersion7().ToString())).ToArray();
        using var answer = await server.As("liqiang").PostAsJsonAsync("./customers:export", new { format = "csv", fields = "name", ids }, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(("text/csv", true, true), (answer.Content.Headers.ContentType!.MediaType, text.Contains("勾选 0", StringComparison.Ordinal), text.Contains("勾选 1", StringComparison.Ordinal)));
        Assert.DoesNotContain("勾选 2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("别人的", text, StringComparison.Ordinal);
        using var both = await server.As("liqiang").PostAsJsonAsync("./customers:export", new { format = "json", filter = "name = \"勾选 1\"", ids = mine }, Cancel);
        Assert.Equal(1, (await both.JsonAsync()).GetArrayLength());
        await (await server.As("liqiang").PostAsJsonAsync("./customers:export", new { ids = Enumerable.Repeat(mine[0], 10_001) }, Cancel)).ProblemAsync(422);
        await (await server.As("liqiang").PostAsJsonAsync("./customers:export", new { ids = "x" }, Cancel)).ProblemAsync(422);
        await (await server.As("zhangwei").PostAsJsonAsync("./customers:export", new { ids = mine }, Cancel)).ProblemAsync(403);
        using var narrow = server.Client(await TokenAsync("liqiang", "customers:read"));
        await (await narrow.PostAsJsonAsync("./customers:export", new { ids = mine }, Cancel)).ProblemAsync(403);
    }

    [Fact]
    public async Task Half_a_character_from_a_stranger_is_a_clear_refusal_and_a_site_with_a_Chinese_name_frames_the_form()
    {
        var form = await server.As("wangfang").MakeAsync("lead-forms", new { name = "询价", fields = new[] { "company", "phone" }, origins = new[] { "https://例子.example", "https://www.example.com:8443/" } });
        var key = form.GetProperty("key").GetString();
        Assert.Equal(["https://xn--fsqu00a.example", "https://www.example.com:8443"], form.GetProperty("origins").EnumerateArray().Select(origin => origin.GetString()));
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        using var page = await stranger.GetAsync($"/forms/{key}", Cancel);
        Assert.EndsWith("frame-ancestors 'self' https://xn--fsqu00a.example https://www.example.com:8443", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        foreach (var body in new[] { "{\"company\":\"\\ud800\"}", "{\"\\udc00\":1}" })
        {
            using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, (await stranger.PostAsync($"/forms/{key}", content, Cancel)).StatusCode);
        }

        // What fills the trap counts against its budget like anything else, so it does not keep the database busy.
        var last = HttpStatusCode.OK;
        for (var i = 0; i < 12; i++)
        {
            using var trapped = JsonContent.Create(new { company = "x", homepage2 = "x", token = "x", proof = "1" });
            last = (await stranger.PostAsync($"/forms/{key}", trapped, Cancel)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        server.Company.Time.Pass(TimeSpan.FromHours(1));
    }

    [Theory, BothDatabases]
    public async Task Signs_that_no_database_keeps_are_left_out_of_what_a_customer_says(Db db)
    {
        await using var own = await RunningServer.StartAsync(db);
        var customer = Id(await own.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" }));
        var quote = Id(await own.As("zhangwei").MakeAsync("quotes", new { name = "水泵", customer }));
        await (await own.As("zhangwei").PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { description = "泵", quantity = 1, unitPrice = Yuan("1") } } }, Cancel)).JsonAsync();
        var link = await (await own.As("zhangwei").PostAsJsonAsync($"quotes/{quote}/links", new { receiver = "王\0经理" }, Cancel)).JsonAsync(HttpStatusCode.Created);
        var secret = link.GetProperty("url").GetString()!.Split('/')[^1];
        using var stranger = own.Client(null);
        await (await stranger.PostAsJsonAsync($"offers/{secret}:comment", new { name = "\u202e王\0\r\n经理", words = "再\0便宜些" }, Cancel)).JsonAsync();
        var said = (await own.As("zhangwei").ReadAsync($"quotes/{quote}/sheet")).GetProperty("answers")[0];
        Assert.Equal(("王经理", "再便宜些"), (said.GetProperty("name").GetString(), said.GetProperty("words").GetString()));
    }
}
