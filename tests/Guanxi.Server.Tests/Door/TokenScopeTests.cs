using System.Net;
using System.Net.Http.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;


namespace Guanxi.Server.Tests.Door;

/// <summary>A token does what its scope says of what its person may do, and nothing more.</summary>
public sealed class TokenScopeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<HttpClient> ClientAsync(RunningServer server, string userName, params string[] scope)
    {
        var company = server.Company;
        var (_, secret) = await server.Services.GetRequiredService<SignIn>().CreateTokenAsync(company.Program, company.Act(userName).Id, "narrow", null, TokenScope.Of(scope, company.Workspace.Schema), null, Cancel);
        return server.Client(secret);
    }

    private static async Task<int> StatusAsync(HttpClient client, string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "./" + path) { Content = body is null ? null : JsonContent.Create(body) };
        return (int)(await client.SendAsync(request, Cancel)).StatusCode;
    }

    [Theory, BothDatabases]
    public async Task A_token_for_reading_customers_reads_customers_and_nothing_else(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var customer = await server.As("wangfang").MakeAsync("customers", new { name = "范围公司", phone = "13800138000" });
        await server.As("wangfang").MakeAsync("contacts", new { name = "曾国藩", customer = customer.GetProperty("id") });
        using var narrow = await ClientAsync(server, "wangfang", "customers:read");
        Assert.Equal(200, await StatusAsync(narrow, "GET", "customers"));
        Assert.Equal(200, await StatusAsync(narrow, "GET", $"customers/{customer.GetProperty("id")}"));
        var id = customer.GetProperty("id");
        foreach (var (method, path, body) in new (string, string, object?)[]
        {
            ("PATCH", $"customers/{id}", new { name = "改" }), ("DELETE", $"customers/{id}", null), ("POST", "customers", new { name = "新" }), 
            ("GET", "customers:export?format=csv", null), ("GET", "ledger", null), ("GET", "security-events", null), ("POST", $"customers/{id}/shares", new { user = server.Company.ZhangWei.Id, level = "edit" }),
            ("PATCH", "settings", new { companyName = "x" }), ("PATCH", "me", new { name = "x" }), ("POST", "views", new { type = "customers", name = "x", definition = new { } }), ("GET", "sign-in/policy", null),
            ("POST", "tokens", new { name = "wider" }), ("GET", "me/security", null), ("POST", $"users/{server.Company.ZhangWei.Id}:reset-password", new { }), ("POST", "record-types/customers/fields", new { name = "f", kind = "text" }),
            ("PATCH", $"users/{server.Company.ZhangWei.Id}", new { active = false }), ("POST", "notifications:read", new { }), ("POST", "ledger:verify", new { }),
        })
        {
            var status = await StatusAsync(narrow, method, path, body);
            Assert.True(status is 403 or 404, $"{method} {path}: {status}");
        }

        await StatusAsync(narrow, "POST", "customers:edit", new { filter = "name = \"范围公司\"", values = new { note = "x" } });
        Assert.False((await server.As("wangfang").ReadAsync($"customers/{id}")).TryGetProperty("note", out var note) && note.ValueKind == System.Text.Json.JsonValueKind.String);
        foreach (var path in new[] { "contacts", "activities", "users" })
        {
            var status = await StatusAsync(narrow, "GET", path);
            Assert.True(status is 403 || (status == 200 && (await narrow.ReadAsync("./" + path)).GetProperty("items").GetArrayLength() == 0), $"{path}: {status}");
        }

        var found = (await narrow.ReadAsync("search?q=曾国藩")).GetRawText();
        Assert.DoesNotContain("曾国藩", found.Replace("\"q\":\"曾国藩\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("范围公司", (await server.As("wangfang").ReadAsync($"customers/{id}")).GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task A_scope_never_gives_more_than_the_person_has(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var other = await server.As("zhaomin").MakeAsync("customers", new { name = "别人的客户" });
        using var wide = await ClientAsync(server, "zhangwei", "*");
        Assert.Equal(404, await StatusAsync(wide, "GET", $"customers/{other.GetProperty("id")}"));
        using var named = await ClientAsync(server, "zhangwei", "write", "export", "ledger.read", "users.manage");
        Assert.Equal(403, await StatusAsync(named, "GET", "ledger"));
        Assert.Equal(403, await StatusAsync(named, "GET", "customers:export?format=csv"));
    }

    [Theory, BothDatabases]
    public async Task Writing_includes_reading_and_one_kind_is_not_another(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        using var writer = await ClientAsync(server, "zhangwei", "customers:write");
        Assert.Equal(201, await StatusAsync(writer, "POST", "customers", new { name = "写入公司" }));
        Assert.Equal(200, await StatusAsync(writer, "GET", "customers"));
        Assert.Equal(403, await StatusAsync(writer, "POST", "activities", new { kind = "note", content = "x" }));
    }

    [Theory, BothDatabases]
    public async Task People_make_tokens_at_the_page_with_scope_and_end_and_see_their_last_use(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        using var page = new Visitor(server);
        await page.SignInAsync("zhangwei");
        await (await page.PostAsync("tokens", new { name = "x", scope = new[] { "everything" } })).ProblemAsync(422);
        await (await page.PostAsync("tokens", new { name = "x", scope = Array.Empty<string>() })).ProblemAsync(422);
        var end = server.Company.Time.GetUtcNow().AddDays(1);
        var made = await (await page.PostAsync("tokens", new { name = "报表", scope = new[] { "customers:read" }, expiresAt = end })).JsonAsync(HttpStatusCode.Created);
        using var program = server.Client(made.GetProperty("token").GetString());
        Assert.Equal(200, await StatusAsync(program, "GET", "customers"));
        var listed = (await page.ReadAsync("tokens")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "报表");
        Assert.Equal("customers:read", listed.GetProperty("scope")[0].GetString());
        Assert.Equal("127.0.0.1", listed.GetProperty("lastAddress").GetString());
        Assert.False(listed.TryGetProperty("token", out _));
        server.Company.Time.Pass(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(401, await StatusAsync(program, "GET", "customers"));
    }

    [Theory, BothDatabases]
    public async Task The_company_may_limit_how_long_tokens_live(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { longestTokenDays = 90 })).JsonAsync();
        await (await boss.PostAsync("tokens", new { name = "for ever" })).ProblemAsync(422);
        await (await boss.PostAsync("tokens", new { name = "long", expiresAt = server.Company.Time.GetUtcNow().AddDays(91) })).ProblemAsync(422);
        await (await boss.PostAsync("tokens", new { name = "fine", expiresAt = server.Company.Time.GetUtcNow().AddDays(90) })).JsonAsync(HttpStatusCode.Created);
    }
}
