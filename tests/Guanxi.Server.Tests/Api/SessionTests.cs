using System.Net;
using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

public sealed class SessionTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HttpRequestMessage Own(HttpMethod method, string path, object? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Guanxi", "1");
        return request;
    }

    [Fact]
    public async Task A_person_signs_in_works_and_signs_out()
    {
        await server.SetPasswordsAsync();
        using var page = server.Client(null);
        var answer = await page.PostAsJsonAsync("session", new { userName = "zhangwei", password = RunningServer.Password }, Cancel);
        await answer.JsonAsync();
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith("guanxi-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("张伟", (await page.ReadAsync("me")).GetProperty("name").GetString());
        await (await page.SendAsync(Own(HttpMethod.Post, "customers", new { name = "来自页面" }), Cancel)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await page.SendAsync(Own(HttpMethod.Delete, "session"), Cancel)).StatusCode);
        await (await page.GetAsync("me", Cancel)).ProblemAsync(401);
    }

    [Fact]
    public async Task A_foreign_site_cannot_use_the_cookie()
    {
        await server.SetPasswordsAsync();
        using var page = server.Client(null);
        await page.PostAsJsonAsync("session", new { userName = "liqiang", password = RunningServer.Password }, Cancel);
        await (await page.PostAsJsonAsync("customers", new { name = "x" }, Cancel)).ProblemAsync(400);
    }

    [Fact]
    public async Task Wrong_tokens_and_no_token_are_401()
    {
        using var wrong = server.Client("gx_wrong");
        await (await wrong.GetAsync("customers", Cancel)).ProblemAsync(401);
        using var nobody = server.Client(null);
        await (await nobody.GetAsync("customers", Cancel)).ProblemAsync(401);
    }
}
