using System.Net;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>The way in, step by step, and that no step can be left out.</summary>
public sealed class SignInStepsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<RunningServer> StartAsync(Db db)
    {
        var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        return server;
    }

    private static async Task DemandSecondFactorAsync(RunningServer server, string role)
    {
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { secondFactorRoles = new[] { server.Company.Workspace.Directory.Roles.Single(known => known.Key == role).Id } })).JsonAsync();
    }

    [Theory, BothDatabases]
    public async Task Whoever_set_up_an_authenticator_is_asked_for_its_code_and_is_nobody_until_then(Db db)
    {
        await using var server = await StartAsync(db);
        using var first = new Visitor(server);
        await first.SignInAsync("zhangwei");
        var (secret, _) = await first.EnrolAsync(server.Company.Time);
        server.Company.Time.Pass(TimeSpan.FromMinutes(2));

        using var again = new Visitor(server);
        var next = await again.SignInAsync("zhangwei");
        Assert.Equal("second-factor", next.GetProperty("next").GetString());
        Assert.False(next.TryGetProperty("user", out _));
        Assert.Equal(["totp", "recovery"], next.GetProperty("methods").EnumerateArray().Select(item => item.GetString()));
        foreach (var path in new[] { "me", "customers", "home", "search?q=a", "live", "changes", "me/security", "me/security/sessions", "tokens", "settings", "users" })
        {
            Assert.Equal(401, await again.StatusAsync(path));
        }

        Assert.Equal(401, (int)(await again.PostAsync("me/security/authenticator")).StatusCode);
        Assert.Equal(401, (int)(await again.PostAsync("session/step-up", new { password = RunningServer.Password })).StatusCode);
        await (await again.PostAsync("session/second-factor", new { code = "000000" })).ProblemAsync(401);
        var before = again.Session;
        await (await again.PostAsync("session/second-factor", new { code = Visitor.CodeOf(secret, server.Company.Time) })).JsonAsync();
        Assert.NotEqual(before, again.Session);
        Assert.Equal("张伟", (await again.ReadAsync("me")).GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task The_same_code_does_not_open_a_second_session(Db db)
    {
        await using var server = await StartAsync(db);
        using var owner = new Visitor(server);
        await owner.SignInAsync("zhangwei");
        var (secret, recovery) = await owner.EnrolAsync(server.Company.Time);
        server.Company.Time.Pass(TimeSpan.FromMinutes(2));
        var code = Visitor.CodeOf(secret, server.Company.Time);
        using var right = new Visitor(server);
        await right.SignInAsync("zhangwei");
        await (await right.PostAsync("session/second-factor", new { code })).JsonAsync();

        using var overTheShoulder = new Visitor(server);
        await overTheShoulder.SignInAsync("zhangwei");
        await (await overTheShoulder.PostAsync("session/second-factor", new { code })).ProblemAsync(401);
        await (await overTheShoulder.PostAsync("session/second-factor", new { code = recovery[3] })).JsonAsync();
        using var twice = new Visitor(server);
        await twice.SignInAsync("zhangwei");
        await (await twice.PostAsync("session/second-factor", new { code = recovery[3] })).ProblemAsync(401);
    }

    [Theory, BothDatabases]
    public async Task Whose_role_needs_a_second_factor_can_do_nothing_but_set_one_up(Db db)
    {
        await using var server = await StartAsync(db);
        await DemandSecondFactorAsync(server, "seller");
        using var visitor = new Visitor(server);
        Assert.Equal("enrol", (await visitor.SignInAsync("zhangwei")).GetProperty("next").GetString());
        foreach (var path in new[] { "me", "customers", "home", "tokens", "me/security/sessions" })
        {
            Assert.Equal(401, await visitor.StatusAsync(path));
        }

        Assert.True((await visitor.ReadAsync("me/security")).GetProperty("secondFactorNeeded").GetBoolean());
        Assert.Equal(10, (await visitor.EnrolAsync(server.Company.Time)).Recovery.Length);
        Assert.Equal("张伟", (await visitor.ReadAsync("me")).GetProperty("name").GetString());

        // Nor can the last one be removed, and who is not of that role is not asked.
        await (await visitor.SendAsync(HttpMethod.Delete, "me/security/authenticator")).ProblemAsync(409);
        using var manager = new Visitor(server);
        Assert.Equal("李强", (await manager.SignInAsync("liqiang")).GetProperty("user").GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task A_password_chosen_by_the_administrator_must_be_replaced_first(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        await (await boss.PostAsync($"users/{server.Company.ZhangWei.Id}:reset-password", new { password = "handed-over-4711" })).JsonAsync();
        using var visitor = new Visitor(server);
        Assert.Equal("new-password", (await visitor.SignInAsync("zhangwei", "handed-over-4711")).GetProperty("next").GetString());
        Assert.Equal(401, await visitor.StatusAsync("customers"));
        Assert.Equal(422, (int)(await visitor.PostAsync("me/security/password", new { currentPassword = "handed-over-4711", password = "zhangwei2026" })).StatusCode);
        await (await visitor.PostAsync("me/security/password", new { currentPassword = "handed-over-4711", password = "my-own-otter-path" })).JsonAsync();
        Assert.Equal(200, await visitor.StatusAsync("customers"));
        Assert.Equal("张伟", (await visitor.SignInAsync("zhangwei", "my-own-otter-path")).GetProperty("user").GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task A_one_time_link_sets_the_password_once_and_signs_nobody_in(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        using var open = new Visitor(server);
        await open.SignInAsync("zhangwei");
        var link = (await (await boss.PostAsync($"users/{server.Company.ZhangWei.Id}:reset-password")).JsonAsync()).GetProperty("link").GetString()!;
        Assert.StartsWith("/reset#", link, StringComparison.Ordinal);
        var key = link["/reset#".Length..];
        Assert.Equal(200, await open.StatusAsync("me"));

        using var visitor = new Visitor(server);
        Assert.Equal("zhangwei", (await (await visitor.PostAsync("session/reset:check", new { key })).JsonAsync()).GetProperty("userName").GetString());
        await (await visitor.PostAsync("session/reset", new { key, password = "1234567890" })).ProblemAsync(422);
        Assert.Equal(HttpStatusCode.NoContent, (await visitor.PostAsync("session/reset", new { key, password = "my-own-otter-path" })).StatusCode);
        await (await visitor.PostAsync("session/reset", new { key, password = "another-otter-path" })).ProblemAsync(403);
        Assert.Null(visitor.Session);
        Assert.Equal(401, await open.StatusAsync("me"));
        await (await visitor.PostAsync("session", new { userName = "zhangwei", password = RunningServer.Password })).ProblemAsync(401);
        await visitor.SignInAsync("zhangwei", "my-own-otter-path");
    }

    [Theory, BothDatabases]
    public async Task A_link_runs_out_and_guessing_links_is_slowed(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var key = (await (await boss.PostAsync($"users/{server.Company.ZhangWei.Id}:reset-password")).JsonAsync()).GetProperty("link").GetString()!["/reset#".Length..];
        server.Company.Time.Pass(TimeSpan.FromMinutes(61));
        using var visitor = new Visitor(server);
        await (await visitor.PostAsync("session/reset", new { key, password = "my-own-otter-path" })).ProblemAsync(403);
        var answers = new List<int>();
        for (var i = 0; i < 25; i++)
        {
            answers.Add((int)(await visitor.PostAsync("session/reset:check", new { key = SignInKey(i) })).StatusCode);
        }

        Assert.Contains(403, answers);
        Assert.Equal(429, answers[^1]);
    }

    private static string SignInKey(int i) => SignIn.Hash($"guess {i}")[..43];

    [Theory, BothDatabases]
    public async Task The_set_up_link_cannot_be_used_again_once_somebody_works_here(Db db)
    {
        await using var server = await StartAsync(db);
        var key = await Setup.NewKeyAsync(server.Company.Workspace, Cancel);
        using var visitor = new Visitor(server);
        var wishes = new { key, company = "x", name = "Eve", userName = "eve", password = "an-evil-otter-path" };
        await (await visitor.PostAsync("setup", wishes)).ProblemAsync(403);
        Assert.DoesNotContain(server.Company.Workspace.Directory.People, person => person.UserName == "eve");
    }

    [Theory, BothDatabases]
    public async Task A_session_ends_when_idle_and_ends_anyway_after_its_longest_life(Db db)
    {
        await using var server = await StartAsync(db);
        using var idle = new Visitor(server);
        await idle.SignInAsync("zhangwei");
        server.Company.Time.Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(200, await idle.StatusAsync("me"));
        server.Company.Time.Pass(TimeSpan.FromMinutes(31));
        Assert.Equal(401, await idle.StatusAsync("me"));

        using var busy = new Visitor(server);
        await busy.SignInAsync("zhangwei");
        for (var minutes = 0; minutes < 12 * 60 - 20; minutes += 20)
        {
            server.Company.Time.Pass(TimeSpan.FromMinutes(20));
            Assert.Equal(200, await busy.StatusAsync("me"));
        }

        server.Company.Time.Pass(TimeSpan.FromMinutes(25));
        Assert.Equal(401, await busy.StatusAsync("me"));
    }

    [Theory, BothDatabases]
    public async Task Shorter_limits_bind_sessions_that_are_open_already(Db db)
    {
        await using var server = await StartAsync(db);
        using var seller = new Visitor(server);
        await seller.SignInAsync("zhangwei");
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        server.Company.Time.Pass(TimeSpan.FromMinutes(8));
        await (await boss.SendAsync(HttpMethod.Patch, "sign-in/policy", new { idleMinutes = 5 })).JsonAsync();
        Assert.Equal(401, await seller.StatusAsync("me"));
    }
}
