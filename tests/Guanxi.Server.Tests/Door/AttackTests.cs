using System.Net;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>What attackers try at the door, through the door.</summary>
public sealed class AttackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<RunningServer> StartAsync(Db db, params (string Name, string? Value)[] settings)
    {
        var server = await RunningServer.StartAsync(db, settings);
        await server.SetPasswordsAsync();
        return server;
    }

    [Theory, BothDatabases]
    public async Task Session_fixation_a_secret_known_before_signing_in_is_worth_nothing_after(Db db)
    {
        await using var server = await StartAsync(db);
        using var attacker = new Visitor(server);
        await attacker.SignInAsync("zhaomin");
        using var victim = new Visitor(server);
        victim.Cookies["guanxi-session"] = attacker.Session!;
        await victim.SignInAsync("zhangwei");
        Assert.NotEqual(attacker.Session, victim.Session);
        Assert.Equal(401, await attacker.StatusAsync("me"));
        Assert.Equal("张伟", (await victim.ReadAsync("me")).GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task Session_fixation_each_step_gives_a_new_secret_and_voids_the_old(Db db)
    {
        await using var server = await StartAsync(db);
        using var victim = new Visitor(server);
        await victim.SignInAsync("zhangwei");
        var old = victim.Session!;
        await (await victim.PostAsync("session/step-up", new { password = RunningServer.Password })).NoContentAsync();
        using var thief = new Visitor(server);
        thief.Cookies["guanxi-session"] = old;
        Assert.Equal(401, await thief.StatusAsync("me"));
        Assert.Equal(200, await victim.StatusAsync("me"));
    }

    [Theory, BothDatabases]
    public async Task Cross_site_requests_change_nothing(Db db)
    {
        await using var server = await StartAsync(db);
        using var victim = new Visitor(server);
        await victim.SignInAsync("liqiang");
        var body = new { name = "由别的网站提交" };
        Assert.Equal(400, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: false)).StatusCode);
        Assert.Equal(403, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: false, ("Origin", "https://evil.example"), ("X-Guanxi", "1"))).StatusCode);
        Assert.Equal(403, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: false, ("Origin", "null"), ("X-Guanxi", "1"))).StatusCode);
        Assert.Equal(403, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: false, ("Sec-Fetch-Site", "cross-site"), ("X-Guanxi", "1"))).StatusCode);
        Assert.Equal(403, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: false, ("Sec-Fetch-Site", "same-site"), ("X-Guanxi", "1"))).StatusCode);
        Assert.Equal(201, (int)(await victim.SendAsync(HttpMethod.Post, "customers", body, ownPage: true, ("Sec-Fetch-Site", "same-origin"))).StatusCode);
        Assert.Equal(1, (await victim.ReadAsync("customers?q=由别的网站提交")).GetProperty("items").GetArrayLength());
    }

    [Theory, BothDatabases]
    public async Task Nobody_is_signed_in_as_somebody_else_by_a_foreign_page(Db db)
    {
        await using var server = await StartAsync(db);
        using var victim = new Visitor(server);
        var mine = new { userName = "zhaomin", password = RunningServer.Password };
        await (await victim.SendAsync(HttpMethod.Post, "session", mine, ownPage: false, ("Origin", "https://evil.example"))).ProblemAsync(403);
        await (await victim.SendAsync(HttpMethod.Post, "session", mine, ownPage: false, ("Sec-Fetch-Site", "cross-site"))).ProblemAsync(403);
        Assert.Null(victim.Session);
    }

    [Theory, BothDatabases]
    public async Task Cookies_are_bound_to_host_and_https_behind_a_trusted_proxy(Db db)
    {
        await using var server = await StartAsync(db, ("Network:TrustedProxies", "127.0.0.0/8"));
        using var visitor = new Visitor(server);
        visitor.Headers["X-Forwarded-Proto"] = "https";
        var answer = await visitor.SendAsync(HttpMethod.Post, "session", new { userName = "zhangwei", password = RunningServer.Password }, ownPage: false, ("X-Guanxi", "1"));
        await answer.JsonAsync();
        var cookie = Assert.Single(visitor.SetCookies, line => line.StartsWith("__Host-guanxi-session=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());

        // On https the cookie of plain http counts for nothing: somebody in the middle could have planted it.
        visitor.Cookies["guanxi-session"] = visitor.Session!;
        visitor.Cookies.Remove("__Host-guanxi-session");
        Assert.Equal(401, await visitor.StatusAsync("me"));
    }

    [Theory, BothDatabases]
    public async Task Unknown_disabled_and_wrong_get_the_same_answer_to_the_byte(Db db)
    {
        await using var server = await StartAsync(db);
        await server.As("wangfang").PatchAsync($"users/{server.Company.ZhaoMin.Id}", new { active = false });
        var answers = new List<string>();
        foreach (var userName in new[] { "zhangwei", "nobody-here", "zhaomin", "'; DROP TABLE app_user; --", "ZHANGWEI " })
        {
            using var visitor = new Visitor(server);
            var response = await visitor.PostAsync("session", new { userName, password = "a-wrong-password" });
            var problem = await response.ProblemAsync(401);
            answers.Add($"{(int)response.StatusCode} {problem.GetProperty("type")} {problem.GetProperty("title")} {problem.TryGetProperty("detail", out _)} {string.Join(',', response.Headers.Select(header => header.Key).Where(name => name != "Date").Order(StringComparer.Ordinal))} {visitor.Cookies.Count}");
        }

        Assert.Single(answers.Distinct());
    }

    [Theory, BothDatabases]
    public async Task A_password_that_is_wrong_leaves_no_trace_of_what_was_typed(Db db)
    {
        await using var server = await StartAsync(db);
        using var visitor = new Visitor(server);
        await visitor.PostAsync("session", new { userName = "My-Secret-Canary-77", password = "My-Secret-Canary-88" });
        await using var session = await server.Company.Workspace.Database.ReadAsync(Cancel);
        foreach (var (table, column) in new[] { ("ledger", "changes"), ("security_event", "detail"), ("attempt", "key"), ("security_event", "device") })
        {
            var rows = await session.ListAsync(new Database.Sql().Append($"SELECT {column} FROM {table}"), row => row.OptionalText(0) ?? "", Cancel);
            Assert.DoesNotContain(rows, text => text.Contains("canary", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory, BothDatabases]
    public async Task A_spoofed_forwarded_address_counts_for_nothing_without_a_trusted_proxy(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var sellers = server.Company.Workspace.Directory.Roles.Single(role => role.Key == "seller").Id;
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { networks = new Dictionary<string, string[]> { [sellers.ToString()] = ["203.0.113.0/24"] } })).JsonAsync();
        using var seller = new Visitor(server);
        foreach (var (name, value) in new[] { ("X-Forwarded-For", "203.0.113.5"), ("X-Real-IP", "203.0.113.5"), ("Forwarded", "for=203.0.113.5"), ("X-Original-For", "203.0.113.5"), ("X-Client-IP", "203.0.113.5") })
        {
            seller.Headers[name] = value;
        }

        await (await seller.PostAsync("session", new { userName = "zhangwei", password = RunningServer.Password })).ProblemAsync(403);
        Assert.Null(seller.Session);

        // The token that worked a moment ago does not work from here either.
        using var program = server.As("zhangwei");
        await (await program.GetAsync("customers", Cancel)).ProblemAsync(403);
    }

    [Theory, BothDatabases]
    public async Task Behind_a_trusted_proxy_only_the_line_the_proxy_wrote_counts(Db db)
    {
        await using var server = await StartAsync(db, ("Network:TrustedProxies:0", "127.0.0.1"), ("Network:TrustedProxies:1", "10.9.0.0/16"));
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var sellers = server.Company.Workspace.Directory.Roles.Single(role => role.Key == "seller").Id;
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { networks = new Dictionary<string, string[]> { [sellers.ToString()] = ["203.0.113.0/24", "2001:db8::/32"] } })).JsonAsync();
        foreach (var (forwarded, status) in new[]
        {
            ("203.0.113.5", 200), ("2001:db8::7", 200), ("198.51.100.1", 403), ("203.0.113.5, 198.51.100.1", 403), ("198.51.100.1, 203.0.113.5", 200), ("203.0.113.5, 10.9.0.4", 200), ("198.51.100.1, 10.9.0.4", 403),
            ("203.0.113.5, 198.51.100.1, 10.9.0.4", 403), ("::ffff:203.0.113.9", 200), ("nonsense", 403),
        })
        {
            using var seller = new Visitor(server);
            seller.Headers["X-Forwarded-For"] = forwarded;
            var answer = await seller.PostAsync("session", new { userName = "zhangwei", password = RunningServer.Password });
            Assert.True((int)answer.StatusCode == status, $"{forwarded}: {(int)answer.StatusCode}");
        }
    }

    [Theory, BothDatabases]
    public async Task A_session_carried_out_of_the_network_stops_working(Db db)
    {
        await using var server = await StartAsync(db, ("Network:TrustedProxies", "127.0.0.1"));
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var sellers = server.Company.Workspace.Directory.Roles.Single(role => role.Key == "seller").Id;
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { networks = new Dictionary<string, string[]> { [sellers.ToString()] = ["203.0.113.0/24"] } })).JsonAsync();
        using var seller = new Visitor(server);
        seller.Headers["X-Forwarded-For"] = "203.0.113.5";
        await seller.SignInAsync("zhangwei");
        Assert.Equal(200, await seller.StatusAsync("customers"));
        seller.Headers["X-Forwarded-For"] = "198.51.100.9";
        Assert.Equal(403, await seller.StatusAsync("customers"));
        Assert.Contains((await boss.ReadAsync("security-events?kind=network.refused")).GetProperty("items").EnumerateArray(), item => item.GetProperty("address").GetString() == "198.51.100.9");
    }

    [Theory, BothDatabases]
    public async Task An_administrator_cannot_lock_himself_out_by_a_network(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var own = server.Company.WangFang.Role!.Id;
        var problem = await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { networks = new Dictionary<string, string[]> { [own.ToString()] = ["203.0.113.0/24"] } })).ProblemAsync(422);
        Assert.Contains("127.0.0.1", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { networks = new Dictionary<string, string[]> { [own.ToString()] = ["203.0.113.0/24", "127.0.0.1"] } })).JsonAsync();
        Assert.Equal(200, await boss.StatusAsync("me"));
    }

    [Theory, BothDatabases]
    public async Task Whoever_manages_people_cannot_make_himself_or_others_more_than_he_is(Db db)
    {
        await using var server = await StartAsync(db);
        var company = server.Company;
        var boss = server.As("wangfang");
        var role = await boss.MakeAsync("roles", new { name = "人事", functions = new[] { "users.manage" } });
        await (await boss.PatchAsync($"users/{company.ChenJing.Id}", new { role = role.GetProperty("id") })).JsonAsync();
        var administrator = company.WangFang.Role!.Id;
        var clerk = server.As("chenjing");
        await (await clerk.PatchAsync($"users/{company.ChenJing.Id}", new { role = administrator })).ProblemAsync(403);
        await (await clerk.PatchAsync($"users/{company.ZhangWei.Id}", new { role = administrator })).ProblemAsync(403);
        await (await clerk.PatchAsync($"users/{company.WangFang.Id}", new { email = "mine@evil.example" })).ProblemAsync(403);
        await (await clerk.PostAsync($"users/{company.WangFang.Id}:reset-password", new StringContent("{}"), Cancel)).ProblemAsync(403);
        await (await clerk.PostAsync($"users/{company.WangFang.Id}:reset-factors", new StringContent("{}"), Cancel)).ProblemAsync(403);
        await (await clerk.PostAsync($"users/{company.WangFang.Id}:sign-out", new StringContent("{}"), Cancel)).ProblemAsync(403);
        // An agent has no function right that the clerk has not.
        await (await clerk.PostAsync($"users/{company.LiuYang.Id}:reset-password", new StringContent("{}"), Cancel)).JsonAsync();
        await (await clerk.PostAsync($"users/{company.ZhangWei.Id}:reset-password", new StringContent("{}"), Cancel)).ProblemAsync(403);
    }

    [Theory, BothDatabases]
    public async Task Wrong_tokens_from_one_address_are_slowed(Db db)
    {
        await using var server = await StartAsync(db);
        var answers = new List<int>();
        for (var i = 0; i < 65; i++)
        {
            using var guess = server.Client($"gx_guess{i}");
            answers.Add((int)(await guess.GetAsync("me", Cancel)).StatusCode);
        }

        Assert.Equal(401, answers[0]);
        Assert.Equal(429, answers[^1]);
    }

    [Theory]
    [InlineData("/customers", "/customers")]
    [InlineData("/customers?view=1#x", "/customers?view=1#x")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("/a\\..\\b", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void Signing_in_leads_to_our_own_pages_only(string? to, string path) => Assert.Equal(path, SignIn.OwnPath(to));
}
