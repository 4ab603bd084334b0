using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>Deals, prices and gates as somebody attacks them who knows the source (docs/operate/attacks-tried.md).</summary>
public sealed class FreshEyesSalesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Yuan(string amount) => new { amount, currency = "CNY" };

    private static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    /// <summary>A process of two stages; the first gives the agent a task that the second asks for.</summary>
    private static async Task<string> ProcessAsync(RunningServer server, bool gated = false)
    {
        var steps = gated ? new object[] { new { key = "cost", subject = "核算", role = "agent", hours = 16 } } : [];
        var exit = gated ? new object[] { new { key = "cost-done", kind = "step", step = "cost" } } : [];
        return Id(await server.As("wangfang").MakeAsync("sales-processes", new
        {
            name = "短流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10, steps, exit }, new { key = "b", name = "乙", probability = 50 } }, lossReasons = new[] { "价格" } },
        }));
    }

    private static async Task<(string Customer, string Deal)> DealAsync(RunningServer server, string amount = "1000")
    {
        var customer = Id(await server.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" }));
        return (customer, Id(await server.As("zhangwei").MakeAsync("deals", new { name = "柜机", customer, amount = Yuan(amount) })));
    }

    [Fact]
    public async Task Who_only_reads_a_deal_does_not_change_its_amount_by_adding_a_line()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await ProcessAsync(server);
        var (customer, deal) = await DealAsync(server);
        await (await server.As("zhangwei").PostAsJsonAsync($"customers/{customer}/shares", new { user = server.Company.ZhaoMin.Id, level = "read" }, Cancel)).JsonAsync(HttpStatusCode.Created);
        foreach (var reader in new[] { "liuyang", "zhaomin" })
        {
            Assert.Equal(HttpStatusCode.OK, (await server.As(reader).GetAsync($"deals/{deal}", Cancel)).StatusCode);
            await (await server.As(reader).PostAsJsonAsync("deal-lines", new { deal, description = "一行", quantity = 1, unitPrice = Yuan("7") }, Cancel)).ProblemAsync(403);
        }

        Assert.Equal("1000.00", (await server.As("zhangwei").ReadAsync($"deals/{deal}")).GetProperty("amount").GetProperty("amount").GetString());
        await server.As("zhangwei").MakeAsync("deal-lines", new { deal, description = "一行", quantity = 1, unitPrice = Yuan("7") });
        Assert.Equal("7.00", (await server.As("zhangwei").ReadAsync($"deals/{deal}")).GetProperty("amount").GetProperty("amount").GetString());
    }

    [Fact]
    public async Task A_deal_that_is_over_keeps_its_amount()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await ProcessAsync(server);
        var (_, deal) = await DealAsync(server);
        var seller = server.As("zhangwei");
        var line = Id(await seller.MakeAsync("deal-lines", new { deal, description = "一行", quantity = 1, unitPrice = Yuan("7") }));
        await seller.MakeAsync("deal-lines", new { deal, description = "二行", quantity = 1, unitPrice = Yuan("5") });
        await (await seller.PostAsJsonAsync($"deals/{deal}:win", new { }, Cancel)).JsonAsync();
        foreach (var values in new object[] { new { amount = Yuan("999999") }, new { probability = 5 }, new { rate = 0.5 } })
        {
            await (await seller.PatchAsync($"deals/{deal}", values)).ProblemAsync(409);
        }

        await (await seller.DeleteAsync($"deal-lines/{line}", Cancel)).ProblemAsync(409);
        await (await seller.PatchAsync($"deals/{deal}", new { note = "复盘" })).JsonAsync();
        var after = await seller.ReadAsync($"deals/{deal}");
        Assert.Equal(("12.00", 100), (after.GetProperty("amount").GetProperty("amount").GetString(), after.GetProperty("probability").GetInt32()));
        await (await seller.PostAsJsonAsync($"deals/{deal}:reopen", new { }, Cancel)).JsonAsync();
        await (await seller.DeleteAsync($"deal-lines/{line}", Cancel)).NoContentAsync();
    }

    [Theory, BothDatabases]
    public async Task Two_deals_of_the_largest_amount_do_not_take_the_board_and_the_sums_from_everybody(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var process = await ProcessAsync(server);
        var (customer, deal) = await DealAsync(server, "28160.25");
        var seller = server.As("zhangwei");
        for (var i = 0; i < 2; i++)
        {
            await seller.MakeAsync("deals", new { name = "大单", customer, amount = Yuan("900000000000000") });
        }

        Assert.Equal(1_800_000_000_028_160.25m, (await server.As("liqiang").ReadAsync($"./deals:board?process={process}")).GetProperty("columns")[0].GetProperty("sum").GetDecimal());
        var sum = (await server.As("liqiang").ReadAsync("./deals:aggregate?measure=sum(amount),max(amount)")).GetProperty("groups")[0].GetProperty("values");
        Assert.StartsWith("18000000000281", sum[0].GetString(), StringComparison.Ordinal);
        var small = Uri.EscapeDataString("amount < 1000000");
        Assert.Equal("28160.25", (await server.As("liqiang").ReadAsync($"./deals:aggregate?measure=sum(amount)&filter={small}")).GetProperty("groups")[0].GetProperty("values")[0].GetString());
        await (await seller.PostAsJsonAsync("deals", new { name = "太大", customer, amount = new { amount = "900000000000000", currency = "USD" }, rate = 1_000_000 }, Cancel)).ProblemAsync(422);
        await seller.MakeAsync("deal-lines", new { deal, description = "一行", quantity = 1, unitPrice = Yuan("900000000000000") });
        await (await seller.PostAsJsonAsync("deal-lines", new { deal, description = "二行", quantity = 1, unitPrice = Yuan("900000000000000") }, Cancel)).ProblemAsync(422);

        // A formula may leave what a decimal can hold.
        await (await server.As("wangfang").PostAsJsonAsync("record-types/deals/fields", new { name = "power", kind = "formula", labels = new { en = "Power" }, formula = string.Join('*', Enumerable.Repeat("amount", 18)) }, Cancel)).JsonAsync();
        await seller.ReadAsync("./deals:aggregate?measure=sum(power),max(power),avg(power)&group=stage");
        await (await server.As("wangfang").PostAsJsonAsync("record-types/deals/fields", new { name = "said", kind = "formula", labels = new { en = "Said" }, formula = "concat(name, \"!\")" }, Cancel)).JsonAsync();
        await (await seller.GetAsync("./deals:aggregate?measure=max(said)", Cancel)).ProblemAsync(422);
    }

    [Fact]
    public async Task A_step_stays_with_its_deal_and_is_done_by_whoever_owes_it()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await ProcessAsync(server, gated: true);
        var (customer, deal) = await DealAsync(server);
        var (seller, agent) = (server.As("zhangwei"), server.As("liuyang"));
        var other = Id(await seller.MakeAsync("deals", new { name = "另一单", customer, amount = Yuan("5") }));
        var step = Id((await agent.ReadAsync("activities?filter=" + Uri.EscapeDataString($"deal = \"{deal}\""))).GetProperty("items")[0]);
        await (await seller.PostAsJsonAsync($"activities/{step}:complete", new { }, Cancel)).ProblemAsync(403);
        await (await seller.PatchAsync($"activities/{step}", new { owner = server.Company.ZhangWei.Id })).ProblemAsync(403);
        await (await agent.PostAsJsonAsync($"activities/{step}:complete", new { }, Cancel)).JsonAsync();
        await (await seller.PatchAsync($"activities/{step}", new { deal = other })).ProblemAsync(409);
        await (await seller.PostAsJsonAsync($"deals/{other}:move", new { stage = "b" }, Cancel)).ProblemAsync(409);
        await (await seller.PostAsJsonAsync($"deals/{deal}:move", new { stage = "b" }, Cancel)).JsonAsync();
    }

    [Fact]
    public async Task What_was_granted_to_a_small_deal_is_not_granted_to_the_large_one_it_becomes()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await ProcessAsync(server, gated: true);
        var (_, deal) = await DealAsync(server);
        var (seller, manager) = (server.As("zhangwei"), server.As("liqiang"));
        async Task GrantAsync()
        {
            var asked = Id(await seller.MakeAsync("gate-exceptions", new { deal, condition = "cost-done", reason = "急" }));
            await (await manager.PostAsJsonAsync($"gate-exceptions/{asked}:grant", new { }, Cancel)).JsonAsync();
        }

        await GrantAsync();
        await (await seller.PatchAsync($"deals/{deal}", new { amount = Yuan("900") })).JsonAsync();
        Assert.True((await seller.ReadAsync($"deals/{deal}/gate")).GetProperty("open").GetBoolean());
        await (await seller.PatchAsync($"deals/{deal}", new { amount = Yuan("9000000") })).JsonAsync();
        await (await seller.PostAsJsonAsync($"deals/{deal}:move", new { stage = "b" }, Cancel)).ProblemAsync(409);
        Assert.Equal("lapsed", (await seller.ReadAsync("gate-exceptions")).GetProperty("items")[0].GetProperty("status").GetString());
        await GrantAsync();
        await (await seller.PostAsJsonAsync($"deals/{deal}:move", new { stage = "b" }, Cancel)).JsonAsync();
        Assert.True((await server.Company.VerifyAsync()).Whole);
    }

    [Fact]
    public async Task A_hidden_amount_or_price_is_told_by_no_other_field_sum_or_question()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var process = await ProcessAsync(server);
        var (_, deal) = await DealAsync(server, "123456");
        var head = server.As("wangfang");
        var product = Id(await head.MakeAsync("products", new { code = "P1", name = "柜机", listPrice = Yuan("7654") }));
        var analyst = server.As("chenjing");
        Assert.Equal("7654.00", (await analyst.ReadAsync($"./products:price?product={product}")).GetProperty("price").GetProperty("amount").GetString());
        await (await head.PatchAsync($"roles/{server.Company.ChenJing.Role!.Id}", new { fieldRights = new { deals = new { amount = "hidden", probability = "hidden" }, products = new { listPrice = "hidden" } } })).JsonAsync();
        foreach (var way in new[] { $"deals/{deal}", "deals", $"deals/{deal}/history", $"./deals:board?process={process}", "./deals:export?format=csv", $"./products:price?product={product}", "products" })
        {
            using var answer = await analyst.GetAsync(way, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{way}: {text}");
            Assert.False(text.Contains("123456", StringComparison.Ordinal) || text.Contains("7654", StringComparison.Ordinal), $"GET {way} tells {text}");
        }

        await (await analyst.GetAsync("./deals:aggregate?measure=sum(homeAmount)", Cancel)).ProblemAsync(422);
        var column = (await analyst.ReadAsync($"./deals:board?process={process}")).GetProperty("columns")[0];
        Assert.Equal((1, 0m, 0m), (column.GetProperty("count").GetInt32(), column.GetProperty("sum").GetDecimal(), column.GetProperty("weighted").GetDecimal()));
    }

    [Fact]
    public async Task A_gate_answers_no_question_that_who_composes_it_may_not_ask()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        object Asking(object condition) => new { name = "神谕", definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10, exit = new[] { condition } } } } };
        object[] questions = [new { key = "q", kind = "filter", filter = "internalCost > 4" }, new { key = "q", kind = "fields", fields = new[] { "internalCost" } }];
        var (_, secret) = await server.Services.GetRequiredService<SignIn>().CreateTokenAsync(server.Company.Program, server.Company.WangFang.Id, "narrow", null, TokenScope.Of([Functions.ManageProcesses, "write"], server.Company.Workspace.Schema), null, Cancel);
        using var narrow = server.Client(secret);
        foreach (var question in questions)
        {
            await (await narrow.PostAsJsonAsync("sales-processes", Asking(question), Cancel)).ProblemAsync(422);
        }

        // What somebody with the right has composed stays when another renames the process.
        var made = Id(await server.As("wangfang").MakeAsync("sales-processes", Asking(questions[0])));
        await (await narrow.PatchAsync($"sales-processes/{made}", new { note = "改过说明", definition = new { stages = new object[] { new { key = "a", name = "改名", probability = 20, exit = new[] { questions[0] } } } } })).JsonAsync();
    }

    [Fact]
    public async Task A_process_with_a_hole_in_it_is_refused()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        foreach (var definition in new[]
        {
            """{"stages":[null]}""", """{"stages":[{"key":"a","name":"甲","probability":1,"steps":[null]}]}""", """{"stages":[{"key":"a","name":"甲","probability":1,"exit":[null]}]}""",
            """{"stages":[{"key":"a","name":"甲","probability":1,"exit":[{"key":"z","kind":"fields","fields":[null]}]}]}""", """{"stages":[{"key":"a","name":"甲","probability":1}],"winReasons":[null]}""",
        })
        {
            await (await server.As("wangfang").PostAsJsonAsync("sales-processes", new { name = "有洞", definition = JsonDocument.Parse(definition).RootElement }, Cancel)).ProblemAsync(422);
        }
    }
}
