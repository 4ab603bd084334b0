using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>Signing in at another provider, and every lie such a provider, or somebody between, could tell.</summary>
public sealed class OpenIdTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed record Scene(RunningServer Server, FakeProvider Provider, Visitor Boss, string Key, Guid Id) : IAsyncDisposable
    {
        public Company Company => Server.Company;

        public async ValueTask DisposeAsync()
        {
            Boss.Dispose();
            await Provider.DisposeAsync();
            await Server.DisposeAsync();
        }
    }

    private static async Task<Scene> StartAsync(Db db, object? more = null)
    {
        var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        var provider = await FakeProvider.StartAsync(server.Company.Time);
        var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(more ?? new { linkByEmail = true }))!.AsObject();
        body["name"] = "公司统一登录";
        body["issuer"] = provider.Issuer;
        body["clientId"] = "guanxi";
        body["clientSecret"] = "s3cret:of/guanxi";
        body["domains"] ??= new JsonArray("lanfeng.cn");
        var made = await (await boss.PostAsync("sign-in/providers", body)).JsonAsync(HttpStatusCode.Created);
        foreach (var (person, mail) in new[] { (server.Company.ZhangWei, "zhangwei@lanfeng.cn"), (server.Company.WangFang, "wangfang@lanfeng.cn") })
        {
            await (await server.As("wangfang").PatchAsync($"users/{person.Id}", new { email = mail })).JsonAsync();
        }

        return new Scene(server, provider, boss, made.GetProperty("key").GetString()!, made.GetProperty("id").GetGuid());
    }

    private static async Task<Dictionary<string, string>> BeginAsync(Visitor visitor, string provider, string? to = "/customers")
    {
        var address = new Uri((await (await visitor.PostAsync("session/openid", new { provider, to })).JsonAsync()).GetProperty("address").GetString()!);
        return address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
    }

    /// <summary>Where the browser is sent on after coming back.</summary>
    private static async Task<string> ReturnAsync(Visitor visitor, string query)
    {
        var answer = await visitor.SendAsync(HttpMethod.Get, "session/openid/callback?" + query);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string> WholeAsync(Scene scene, Visitor visitor, string subject, string? mail, bool verified = true, Action<JsonObject>? more = null, string? to = "/customers")
    {
        var asked = await BeginAsync(visitor, scene.Key, to);
        return await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, subject, mail, verified, more)}&state={asked["state"]}");
    }

    [Theory, BothDatabases]
    public async Task Somebody_with_the_same_verified_mail_comes_in_and_is_known_by_subject_afterwards(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        Assert.Equal("/customers", await WholeAsync(scene, visitor, "sub-zw", "ZhangWei@lanfeng.cn"));
        Assert.Equal("张伟", (await visitor.ReadAsync("me")).GetProperty("name").GetString());
        Assert.Equal("guanxi:s3cret%3Aof%2Fguanxi", scene.Provider.Client);
        using var again = new Visitor(scene.Server);
        Assert.Equal("/customers", await WholeAsync(scene, again, "sub-zw", "changed@elsewhere.example", verified: false));
        Assert.Equal("张伟", (await again.ReadAsync("me")).GetProperty("name").GetString());
        Assert.Contains((await scene.Boss.ReadAsync("security-events?kind=provider.link")).GetProperty("items").EnumerateArray(), item => item.GetProperty("user").GetProperty("name").GetString() == "张伟");
    }

    [Theory, BothDatabases]
    public async Task The_request_carries_PKCE_state_and_nonce_of_enough_bits_and_they_are_checked(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        var first = await BeginAsync(visitor, scene.Key);
        var second = await BeginAsync(visitor, scene.Key);
        Assert.Equal("S256", first["code_challenge_method"]);
        Assert.Equal("code", first["response_type"]);
        foreach (var name in new[] { "state", "nonce", "code_challenge" })
        {
            Assert.True(first[name].Length >= 43, name);
            Assert.NotEqual(first[name], second[name]);
        }

        Assert.Contains(visitor.SetCookies, line => line.StartsWith("guanxi-openid=", StringComparison.Ordinal) && line.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase) && line.Contains("httponly", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("/customers", await ReturnAsync(visitor, $"code={scene.Provider.Approve(second, "sub-zw", "zhangwei@lanfeng.cn")}&state={second["state"]}"));
        Assert.Equal(43, scene.Provider.Verifier!.Length);
    }

    public static TheoryData<string> Lies => ["nonce", "no-nonce", "issuer", "audience", "azp", "none", "hmac", "foreign-key", "expired", "no-expiry", "future", "old", "no-subject", "tampered"];

    [Theory, MemberData(nameof(Lies))]
    public async Task No_forged_answer_opens_a_session(string lie)
    {
        await using var scene = await StartAsync(Db.Sqlite);
        using var foreign = FakeProvider.KnownKey(2);
        scene.Provider.Forge = (header, claims) =>
        {
            var now = scene.Company.Time.GetUtcNow().ToUnixTimeSeconds();
            switch (lie)
            {
                case "nonce": claims["nonce"] = "another"; break;
                case "no-nonce": claims.Remove("nonce"); break;
                case "issuer": claims["iss"] = "https://evil.example"; break;
                case "audience": claims["aud"] = "another-client"; break;
                case "azp": claims["aud"] = new JsonArray("guanxi", "another-client"); claims["azp"] = "another-client"; break;
                case "none": header["alg"] = "none"; return FakeProvider.Unsigned(header, claims);
                case "hmac": return scene.Provider.SignWithPublicKey(header, claims);
                case "foreign-key": return scene.Provider.Sign(header, claims, foreign);
                case "expired": claims["exp"] = now - 121; break;
                case "no-expiry": claims.Remove("exp"); break;
                case "future": claims["nbf"] = now + 600; break;
                case "old": claims["iat"] = now - 3600; break;
                case "no-subject": claims.Remove("sub"); break;
                case "tampered":
                    var token = scene.Provider.Sign(header, claims).Split('.');
                    claims["email"] = "wangfang@lanfeng.cn";
                    return $"{token[0]}.{FakeProvider.Unsigned(header, claims).Split('.')[1]}.{token[2]}";
            }

            return scene.Provider.Sign(header, claims);
        };
        using var visitor = new Visitor(scene.Server);
        Assert.Equal("/sign-in?problem=provider-token", await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn"));
        Assert.Null(visitor.Session);
        Assert.Equal(401, await visitor.StatusAsync("me"));
        Assert.Contains((await scene.Boss.ReadAsync("security-events?kind=sign-in.failed")).GetProperty("items").EnumerateArray(), item => item.GetProperty("detail").GetString()!.Contains("provider-token", StringComparison.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task An_answer_belongs_to_the_browser_that_asked_and_works_once(Db db)
    {
        await using var scene = await StartAsync(db);
        using var attacker = new Visitor(scene.Server);
        var asked = await BeginAsync(attacker, scene.Key);
        var code = scene.Provider.Approve(asked, "sub-zw", "zhangwei@lanfeng.cn");
        using var victim = new Visitor(scene.Server);
        Assert.Equal("/sign-in?problem=provider-state", await ReturnAsync(victim, $"code={code}&state={asked["state"]}"));
        Assert.Null(victim.Session);
        Assert.Equal("/sign-in?problem=provider-state", await ReturnAsync(victim, $"code={code}"));
        await BeginAsync(victim, scene.Key);
        Assert.Equal("/sign-in?problem=provider-state", await ReturnAsync(victim, $"code={code}&state={asked["state"]}"));
        var cookie = attacker.Cookies["guanxi-openid"];
        Assert.Equal("/customers", await ReturnAsync(attacker, $"code={code}&state={asked["state"]}"));
        attacker.Cookies["guanxi-openid"] = cookie;
        Assert.Equal("/sign-in?problem=provider-state", await ReturnAsync(attacker, $"code={code}&state={asked["state"]}"));
    }

    [Theory, BothDatabases]
    public async Task An_answer_that_comes_too_late_is_none(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        var asked = await BeginAsync(visitor, scene.Key);
        scene.Company.Time.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal("/sign-in?problem=provider-state", await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, "sub-zw", "zhangwei@lanfeng.cn")}&state={asked["state"]}"));
    }

    [Theory, BothDatabases]
    public async Task The_answer_names_its_issuer_when_the_provider_says_it_does(Db db)
    {
        await using var scene = await StartAsync(db);
        scene.Provider.SaysIssuer = true;
        using var visitor = new Visitor(scene.Server);
        var asked = await BeginAsync(visitor, scene.Key);
        Assert.Equal("/sign-in?problem=provider-token", await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, "sub-zw", "zhangwei@lanfeng.cn")}&state={asked["state"]}"));
        asked = await BeginAsync(visitor, scene.Key);
        Assert.Equal("/sign-in?problem=provider-token", await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, "sub-zw", "zhangwei@lanfeng.cn")}&state={asked["state"]}&iss=https%3A%2F%2Fevil.example"));
        asked = await BeginAsync(visitor, scene.Key);
        Assert.Equal("/customers", await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, "sub-zw", "zhangwei@lanfeng.cn")}&state={asked["state"]}&iss={Uri.EscapeDataString(scene.Provider.Issuer)}"));
    }

    [Theory, BothDatabases]
    public async Task A_mail_that_was_not_verified_or_is_of_another_domain_links_nobody(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, visitor, "evil-1", "wangfang@lanfeng.cn", verified: false));
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, visitor, "evil-2", "wangfang@evil.example"));
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, visitor, "evil-3", null));
        Assert.Null(visitor.Session);
    }

    [Theory, BothDatabases]
    public async Task A_disabled_person_stays_out_by_this_door_too(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn");
        await scene.Server.As("wangfang").PatchAsync($"users/{scene.Company.ZhangWei.Id}", new { active = false });
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn"));
    }

    [Theory, BothDatabases]
    public async Task A_provider_may_create_people_of_one_role_but_never_administrators(Db db)
    {
        await using var scene = await StartAsync(db);
        var roles = scene.Company.Workspace.Directory.Roles.ToDictionary(role => role.Key, role => role.Id, StringComparer.Ordinal);
        await (await scene.Boss.SendAsync(HttpMethod.Patch, $"sign-in/providers/{scene.Id}", new { createsPeople = true, role = roles["administrator"] })).ProblemAsync(422);
        await (await scene.Boss.SendAsync(HttpMethod.Patch, $"sign-in/providers/{scene.Id}", new { createsPeople = true, role = roles["seller"], domains = Array.Empty<string>() })).ProblemAsync(422);
        await (await scene.Boss.SendAsync(HttpMethod.Patch, $"sign-in/providers/{scene.Id}", new { createsPeople = true, role = roles["seller"] })).JsonAsync();
        using var visitor = new Visitor(scene.Server);
        await WholeAsync(scene, visitor, "new-1", "zhangwei2@lanfeng.cn", more: claims => claims["preferred_username"] = "zhangwei");
        var me = await visitor.ReadAsync("me");
        Assert.Equal("zhangwei2", me.GetProperty("userName").GetString());
        Assert.Equal("seller", me.GetProperty("role").GetProperty("key").GetString());
        using var outside = new Visitor(scene.Server);
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, outside, "new-2", "somebody@evil.example"));
    }

    [Theory, BothDatabases]
    public async Task Whoever_has_a_second_factor_here_is_asked_for_it_unless_the_provider_did(Db db)
    {
        await using var scene = await StartAsync(db);
        using var owner = new Visitor(scene.Server);
        await owner.SignInAsync("zhangwei");
        var (secret, _) = await owner.EnrolAsync(scene.Company.Time);
        scene.Company.Time.Pass(TimeSpan.FromMinutes(2));
        using var visitor = new Visitor(scene.Server);
        Assert.Equal("/sign-in?to=%2Fcustomers", await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn"));
        Assert.Equal(401, await visitor.StatusAsync("customers"));
        Assert.Equal("second-factor", (await visitor.ReadAsync("session")).GetProperty("next").GetString());
        await (await visitor.PostAsync("session/second-factor", new { code = Visitor.CodeOf(secret, scene.Company.Time) })).JsonAsync();
        using var strong = new Visitor(scene.Server);
        Assert.Equal("/customers", await WholeAsync(scene, strong, "sub-zw", "zhangwei@lanfeng.cn", more: claims => claims["amr"] = new JsonArray("pwd", "otp")));
    }

    [Theory, BothDatabases]
    public async Task The_way_on_leads_to_our_own_pages_only(Db db)
    {
        await using var scene = await StartAsync(db);
        foreach (var to in new[] { "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)" })
        {
            using var visitor = new Visitor(scene.Server);
            Assert.Equal("/", await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn", to: to));
        }
    }

    [Theory, BothDatabases]
    public async Task New_keys_of_the_provider_are_fetched_when_a_token_shows_them(Db db)
    {
        await using var scene = await StartAsync(db);
        using var visitor = new Visitor(scene.Server);
        await WholeAsync(scene, visitor, "sub-zw", "zhangwei@lanfeng.cn");
        scene.Provider.RotateKey();
        scene.Company.Time.Pass(TimeSpan.FromMinutes(1));
        using var after = new Visitor(scene.Server);
        Assert.Equal("/customers", await WholeAsync(scene, after, "sub-zw", "zhangwei@lanfeng.cn"));
    }

    [Theory, BothDatabases]
    public async Task A_person_links_an_own_account_and_nobody_elses(Db db)
    {
        await using var scene = await StartAsync(db, new { linkByEmail = false });
        using var owner = new Visitor(scene.Server);
        await owner.SignInAsync("zhaomin");
        async Task<string> LinkAsync(Visitor visitor, string subject)
        {
            var address = new Uri((await (await visitor.PostAsync("me/security/links", new { provider = scene.Key, to = "/account/security" })).JsonAsync()).GetProperty("address").GetString()!);
            var asked = address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
            return await ReturnAsync(visitor, $"code={scene.Provider.Approve(asked, subject, null)}&state={asked["state"]}");
        }

        Assert.Equal("/account/security", await LinkAsync(owner, "sub-zm"));
        Assert.Equal("公司统一登录", (await owner.ReadAsync("me/security")).GetProperty("links")[0].GetProperty("name").GetString());
        using var other = new Visitor(scene.Server);
        await other.SignInAsync("liqiang");
        Assert.Equal("/sign-in?problem=provider-taken", await LinkAsync(other, "sub-zm"));
        using var later = new Visitor(scene.Server);
        Assert.Equal("/customers", await WholeAsync(scene, later, "sub-zm", null));
        await (await owner.SendAsync(HttpMethod.Delete, $"me/security/links/{scene.Id}")).NoContentAsync();
        Assert.Equal("/sign-in?problem=provider-nobody", await WholeAsync(scene, later, "sub-zm", null));
    }

    [Theory, BothDatabases]
    public async Task The_secret_of_a_provider_is_written_and_never_read(Db db)
    {
        await using var scene = await StartAsync(db);
        var text = (await scene.Boss.ReadAsync("sign-in/providers")).GetRawText();
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Contains("\"hasSecret\":true", text, StringComparison.Ordinal);
        await using (var session = await scene.Company.Workspace.Database.ReadAsync(Cancel))
        {
            Assert.DoesNotContain("s3cret", await session.ScalarAsync<string>(Database.Sql.Of($"SELECT client_secret FROM sign_in_provider"), Cancel), StringComparison.Ordinal);
        }

        // Pointing the provider elsewhere does not send the kept secret there.
        await (await scene.Boss.SendAsync(HttpMethod.Patch, $"sign-in/providers/{scene.Id}", new { issuer = "https://evil.example" })).JsonAsync();
        Assert.Contains("\"hasSecret\":false", (await scene.Boss.ReadAsync("sign-in/providers")).GetRawText(), StringComparison.Ordinal);
        foreach (var wrong in new[] { "http://id.example", "ftp://id.example", "https://a:b@id.example", "https://id.example?x=1", "file:///etc/passwd", "" })
        {
            await (await scene.Boss.SendAsync(HttpMethod.Patch, $"sign-in/providers/{scene.Id}", new { issuer = wrong })).ProblemAsync(422);
        }

        using var seller = new Visitor(scene.Server);
        await seller.SignInAsync("zhangwei");
        foreach (var path in new[] { "sign-in/providers", "sign-in/policy", "security-events", $"users/{scene.Company.WangFang.Id}/security" })
        {
            Assert.Equal(403, await seller.StatusAsync(path));
        }
    }

    [Fact]
    public async Task A_provider_that_is_away_is_a_clear_answer_and_no_fault()
    {
        await using var scene = await StartAsync(Db.Sqlite);
        await scene.Provider.DisposeAsync();
        using var visitor = new Visitor(scene.Server);
        await (await visitor.PostAsync("session/openid", new { provider = scene.Key })).ProblemAsync(409);
        await (await visitor.PostAsync("session/openid", new { provider = "none" })).ProblemAsync(404);
        await (await scene.Boss.PostAsync($"sign-in/providers/{scene.Id}:check")).ProblemAsync(409);
    }
}
