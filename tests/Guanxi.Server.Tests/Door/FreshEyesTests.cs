using System.Net;
using System.Net.Http.Json;
using System.Text;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Door;

/// <summary>What a pair of fresh eyes got through with, and gets through with no more (docs/operate/attacks-tried.md).</summary>
public sealed class FreshEyesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Cursor(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    [Theory, BothDatabases]
    public async Task A_cursor_made_by_hand_is_refused_not_a_fault(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" });
        const string id = "01920000-0000-7000-8000-000000000000";
        foreach (var (sort, json) in new[]
        {
            ("-lastActivityAt", $"[\"-lastActivityAt\",\"{id}\",[]]"), ("-lastActivityAt", $"[\"-lastActivityAt\",\"{id}\",\"=abc\"]"), ("-lastActivityAt", $"[\"-lastActivityAt\",\"{id}\",\"#{Guid.Empty:N}\"]"),
            ("name", $"[\"name\",\"{id}\",5]"), ("level", $"[\"level\",\"{id}\",\"=vip\"]"), ("owner", $"[\"owner\",\"{id}\",7]"), ("annualRevenue", $"[\"annualRevenue\",\"{id}\",\"=x\"]"), ("id", $"[\"id\",\"{id}\",\"=x\"]"), ("name", $"[\"name\",\"{id}\",[1,2]]"), ("name", "{}"),
        })
        {
            await (await server.As("zhangwei").GetAsync($"customers?sort={sort}&cursor={Cursor(json)}", Cancel)).ProblemAsync(422);
        }
    }

    [Theory, BothDatabases]
    public async Task A_choice_with_a_dollar_sign_is_a_choice_and_no_parameter(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var head = server.As("wangfang");
        await (await head.PostAsJsonAsync("record-types/customers/fields", new { name = "plan", kind = "choice", labels = new { en = "Plan" }, choices = new[] { new { value = "$9 a month" }, new { value = "it's $1'; DROP TABLE customer; --" } } }, Cancel)).JsonAsync();
        await head.MakeAsync("customers", new { name = "甲", plan = "it's $1'; DROP TABLE customer; --" });
        await head.MakeAsync("customers", new { name = "乙", plan = "$9 a month" });
        var items = (await head.ReadAsync("customers?sort=plan")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()).ToList();
        Assert.Equal(["乙", "甲"], items);
    }

    [Fact]
    public async Task A_field_that_is_said_twice_is_refused()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        using var body = new StringContent("""{"name":"甲","name":"乙"}""", Encoding.UTF8, "application/json");
        await (await server.As("zhangwei").PostAsync("customers", body, Cancel)).ProblemAsync(400);
    }

    [Fact]
    public async Task A_token_for_reading_customers_follows_nothing_and_does_not_list_the_tokens()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var customer = (await server.As("zhangwei").MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id").GetString();
        var signIn = (Guanxi.Platform.Identity.SignIn)server.Services.GetService(typeof(Guanxi.Platform.Identity.SignIn))!;
        var (_, narrow) = await signIn.CreateTokenAsync(server.Company.Program, server.Company.ZhangWei.Id, "narrow", null, Guanxi.Platform.Access.TokenScope.Of(["customers:read"], server.Company.Workspace.Schema), null, Cancel);
        using var client = server.Client(narrow);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"customers/{customer}", Cancel)).StatusCode);
        await (await client.PutAsJsonAsync($"customers/{customer}/follow", new { }, Cancel)).ProblemAsync(403);
        await (await client.GetAsync("tokens", Cancel)).ProblemAsync(403);
        await (await server.As("zhangwei").PostAsJsonAsync("views", new { type = "contacts", name = "我的联系人", scope = "personal", definition = new { filter = "" } }, Cancel)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(0, (await client.ReadAsync("views")).GetProperty("items").GetArrayLength());
    }

    [Theory, BothDatabases]
    public async Task Two_administrators_who_demote_each_other_at_once_leave_one(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var company = server.Company;
        await (await server.As("wangfang").PatchAsync($"users/{company.LiQiang.Id}", new { role = company.WangFang.Role!.Id })).JsonAsync();
        var seller = company.ZhangWei.Role!.Id;
        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(
                server.As("wangfang").PatchAsync($"users/{company.LiQiang.Id}", new { role = seller }), server.As("liqiang").PatchAsync($"users/{company.WangFang.Id}", new { role = seller }));
            Assert.Contains(answers, answer => answer.StatusCode != HttpStatusCode.OK);
            var administrators = company.Workspace.Directory.People.Where(person => company.Workspace.Directory.Role(person.RoleId)!.IsAdministrator).ToList();
            var left = Assert.Single(administrators);
            var other = left.UserName == "wangfang" ? company.LiQiang.Id : company.WangFang.Id;
            await (await server.As(left.UserName).PatchAsync($"users/{other}", new { role = left.RoleId })).JsonAsync();
        }
    }
}
