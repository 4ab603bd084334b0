using System.Net;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>Dangerous acts ask for a fresh proof; an open screen is not one.</summary>
public sealed class StepUpTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly TimeSpan Later = TimeSpan.FromMinutes(11);

    private static async Task<RunningServer> StartAsync(Db db)
    {
        var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        return server;
    }

    [Theory, BothDatabases]
    public async Task After_ten_minutes_each_dangerous_act_is_refused_until_proved_again_and_nothing_changed(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var company = server.Company;
        server.Company.Time.Pass(Later);
        var (manager, seller) = (company.LiQiang.Role!.Id, company.ZhangWei.Role!.Id);
        (HttpMethod Method, string Path, object? Body)[] acts =
        [
            (HttpMethod.Get, "customers:export?format=csv", null),
            (HttpMethod.Get, "users:export?format=csv", null),
            (HttpMethod.Post, "tokens", new { name = "t" }),
            (HttpMethod.Patch, $"users/{company.ZhangWei.Id}", new { role = manager }),
            (HttpMethod.Patch, $"users/{company.ZhangWei.Id}", new { email = "x@lanfeng.cn" }),
            (HttpMethod.Post, "users:batch", new { items = new[] { new { id = company.ZhangWei.Id, values = new { role = manager } } } }),
            (HttpMethod.Post, "users", new { name = "新人", userName = "xinren", role = seller }),
            (HttpMethod.Patch, $"roles/{seller}", new { functions = new[] { "ledger.read" } }),
            (HttpMethod.Post, "roles", new { name = "新角色" }),
            (HttpMethod.Delete, $"roles/{company.LiuYang.Role!.Id}", null),
            (HttpMethod.Post, $"users/{company.ZhangWei.Id}:reset-password", new { }),
            (HttpMethod.Post, $"users/{company.ZhangWei.Id}:reset-factors", new { }),
            (HttpMethod.Patch, "sign-in/policy", new { idleMinutes = 60 }),
            (HttpMethod.Post, "sign-in/providers", new { name = "x", issuer = "https://id.example", clientId = "x" }),
            (HttpMethod.Post, "me/security/authenticator", new { }),
            (HttpMethod.Post, "me/security/passkeys:options", new { }),
            (HttpMethod.Post, "me/security/recovery-codes", new { }),
        ];
        foreach (var (method, path, body) in acts)
        {
            var answer = await boss.SendAsync(method, path, body);
            if (path == "users:batch" && (int)answer.StatusCode is 400 or 422)
            {
                continue;
            }

            Assert.True((int)answer.StatusCode == 403, $"{method} {path}: {(int)answer.StatusCode}");
            Assert.EndsWith("/step-up-needed", (await answer.ProblemAsync(403)).GetProperty("type").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(seller, company.ZhangWei.Role!.Id);
        Assert.DoesNotContain(company.Workspace.Directory.People, person => person.UserName == "xinren");
        await (await boss.PostAsync("session/step-up", new { password = "a-wrong-password" })).ProblemAsync(401);
        await (await boss.PostAsync("session/step-up", new { password = RunningServer.Password })).NoContentAsync();
        await (await boss.SendAsync(HttpMethod.Patch, $"users/{company.ZhangWei.Id}", new { role = manager })).JsonAsync();
        Assert.Equal(HttpStatusCode.OK, (await boss.SendAsync(HttpMethod.Get, "customers:export?format=csv")).StatusCode);
    }

    [Theory, BothDatabases]
    public async Task Everyday_work_never_asks(Db db)
    {
        await using var server = await StartAsync(db);
        using var seller = new Visitor(server);
        await seller.SignInAsync("zhangwei");
        server.Company.Time.Pass(Later);
        var made = await (await seller.PostAsync("customers", new { name = "日常客户" })).JsonAsync(HttpStatusCode.Created);
        await (await seller.SendAsync(HttpMethod.Patch, $"customers/{made.GetProperty("id")}", new { note = "x" })).JsonAsync();
        await (await seller.SendAsync(HttpMethod.Patch, "me", new { language = "en" })).JsonAsync();
    }

    [Theory, BothDatabases]
    public async Task Whoever_has_a_second_factor_proves_by_it_and_not_by_the_password(Db db)
    {
        await using var server = await StartAsync(db);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        var (secret, recovery) = await boss.EnrolAsync(server.Company.Time);
        server.Company.Time.Pass(Later);
        await (await boss.PostAsync("session/step-up", new { password = RunningServer.Password })).ProblemAsync(422);
        var code = Visitor.CodeOf(secret, server.Company.Time);
        await (await boss.PostAsync("session/step-up", new { code })).NoContentAsync();
        server.Company.Time.Pass(TimeSpan.FromSeconds(5));
        await (await boss.PostAsync("session/step-up", new { code })).ProblemAsync(401);
        await (await boss.PostAsync("session/step-up", new { code = recovery[0] })).NoContentAsync();
    }

    [Theory, BothDatabases]
    public async Task A_proof_belongs_to_its_session(Db db)
    {
        await using var server = await StartAsync(db);
        using var office = new Visitor(server);
        await office.SignInAsync("wangfang");
        using var home = new Visitor(server);
        await home.SignInAsync("wangfang");
        server.Company.Time.Pass(Later);
        await (await office.PostAsync("session/step-up", new { password = RunningServer.Password })).NoContentAsync();
        await (await home.PostAsync("tokens", new { name = "t" })).ProblemAsync(403);
        await (await office.PostAsync("tokens", new { name = "t" })).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Every_way_out_for_many_records_asks()
    {
        await using var server = await StartAsync(Db.Sqlite);
        var exports = server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText!.EndsWith(":export", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(exports);
        Assert.All(exports, endpoint => Assert.Contains(endpoint.Metadata, item => item.GetType().Name == "StepUpNeeded"));
    }
}
