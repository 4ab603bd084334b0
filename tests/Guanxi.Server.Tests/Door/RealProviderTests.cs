using System.Net;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Door;

/// <summary>Against a provider that others wrote, over the wire: discovery, PKCE, client secret, user info, and a change of keys.</summary>
public sealed class RealProviderTests
{
    [Theory, BothDatabases]
    public async Task A_person_signs_in_at_a_real_provider_and_again_after_it_changed_its_keys(Db db)
    {
        Assert.SkipWhen(RealProvider.Folder is null, "The provider is not installed; ./guanxi test installs it (npm ci in tests/provider).");
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        // The provider reads the clock on the wall.
        server.Company.Time.Pass(TimeProvider.System.GetUtcNow() - server.Company.Time.GetUtcNow());
        var back = new Uri(server.Address, "/api/v1/session/openid/callback").ToString();
        var provider = await RealProvider.StartAsync(back);
        try
        {
            using var boss = new Visitor(server);
            await boss.SignInAsync("wangfang");
            var made = await (await boss.PostAsync("sign-in/providers", new { name = "真的提供方", issuer = provider.Issuer, clientId = "guanxi", clientSecret = "a-real-secret", linkByEmail = true, domains = new[] { "lanfeng.cn" } })).JsonAsync(HttpStatusCode.Created);
            Assert.Equal(1, (await (await boss.PostAsync($"sign-in/providers/{made.GetProperty("id")}:check")).JsonAsync()).GetProperty("keys").GetInt32());
            await (await server.As("wangfang").PatchAsync($"users/{server.Company.ZhangWei.Id}", new { email = "zhangwei@lanfeng.cn" })).JsonAsync();
            Assert.Equal("张伟", await SignedInAsync(server, made.GetProperty("key").GetString()!, back));

            var port = new Uri(provider.Issuer).Port;
            await provider.DisposeAsync();
            provider = await RealProvider.StartAsync(back, port);
            server.Company.Time.Pass(TimeSpan.FromSeconds(45));
            Assert.Equal("张伟", await SignedInAsync(server, made.GetProperty("key").GetString()!, back));
        }
        finally
        {
            await provider.DisposeAsync();
        }
    }

    private static async Task<string?> SignedInAsync(RunningServer server, string key, string back)
    {
        using var visitor = new Visitor(server);
        var address = new Uri((await (await visitor.PostAsync("session/openid", new { provider = key, to = "/customers" })).JsonAsync()).GetProperty("address").GetString()!);
        var returned = await RealProvider.SignInAsync(address, "zhangwei", back);
        var answer = await visitor.SendAsync(HttpMethod.Get, "session/openid/callback" + returned.Query);
        Assert.Equal("/customers", answer.Headers.Location!.OriginalString);
        return (await visitor.ReadAsync("me")).GetProperty("name").GetString();
    }
}
