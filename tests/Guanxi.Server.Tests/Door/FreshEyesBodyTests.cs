using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>Bodies, keys and addresses as somebody sends them who knows the source (docs/operate/attacks-tried.md).</summary>
public sealed class FreshEyesBodyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    private async Task<string> CustomerAsync(string name) => Id(await (await server.As("zhangwei").PostAsJsonAsync("./customers?confirm=duplicate", new { name }, Cancel)).JsonAsync(HttpStatusCode.Created));

    private async Task<string> DealAsync(string customer)
    {
        await server.As("wangfang").MakeAsync("sales-processes", new { name = "短流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10 } } } });
        return Id(await server.As("zhangwei").MakeAsync("deals", new { name = "柜机", customer }));
    }

    private async Task<HttpResponseMessage> SendAsync(string who, HttpMethod method, string path, byte[] body, string? ifMatch = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (chunked)
        {
            request.Content.Headers.ContentLength = null;
            request.Headers.TransferEncodingChunked = true;
        }

        return await server.As(who).SendAsync(request, Cancel);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_everywhere_and_never_a_fault()
    {
        var customer = await CustomerAsync("长沙银行");
        var deal = await DealAsync(customer);
        (string Method, string Path, string Body, int Status)[] calls =
        [
            ("PATCH", $"customers/{customer}", "[]", 400), ("POST", "customers:matches", "[]", 400), ("POST", "customers:matches", "\"x\"", 400), ("POST", "activities", """{"kind":"note","content":"@[x](user:------------------------------------)"}""", 201),
            ("POST", "customers:batch", $$$"""{"operations":[{"op":"update","id":"{{{customer}}}","version":"1","values":{}}]}""", 422),
            ("POST", $"deals/{deal}:lose", """{"reason":"\ud800"}""", 400), ("POST", $"deals/{deal}:move", """{"\udc00":"x"}""", 400), ("POST", $"customers/{customer}:release", """{"reason":"\udc00"}""", 400),
            ("POST", $"customers/{customer}/shares", """{"role":"\ud83d","user":"x"}""", 400), ("POST", "views", """{"type":"customers","name":"\udc00"}""", 400), ("PATCH", "me", """{"preferences":{"a":"\ud800"}}""", 400),
        ];
        foreach (var (method, path, body, status) in calls)
        {
            using var answer = await SendAsync("zhangwei", HttpMethod.Parse(method), "./" + path, Encoding.UTF8.GetBytes(body), method == "PATCH" && path.StartsWith("customers", StringComparison.Ordinal) ? "\"999\"" : null);
            Assert.True((int)answer.StatusCode == status, $"{method} {path} {body}: {(int)answer.StatusCode}");
        }

        await (await SendAsync("zhangwei", HttpMethod.Post, $"./deals/{deal}:lose", [.. "{\"reason\":\""u8, 0xff, 0xfe, .. "\"}"u8])).ProblemAsync(400);
        await (await SendAsync("zhangwei", HttpMethod.Post, "./activities", """{"kind":"note","content":"\ud83d\ude00 ok"}"""u8.ToArray())).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_address_in_capitals_leads_through_the_same_door()
    {
        await server.SetPasswordsAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        await (await client.GetAsync("API/V1/ME", Cancel)).ProblemAsync(401);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "API/V1/session") { Content = new StringContent($$"""{"userName":"zhangwei","password":"{{RunningServer.Password}}"}""", Encoding.UTF8, "text/plain") };
        foreign.Headers.TryAddWithoutValidation("Origin", "https://evil.example");
        using var answer = await client.SendAsync(foreign, Cancel);
        await answer.ProblemAsync(403);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_trial_is_a_trial_though_its_body_comes_in_chunks()
    {
        var (stays, goes) = (await CustomerAsync("湘潭钢铁"), await CustomerAsync("湘潭钢铁厂"));
        var merge = (await (await server.As("wangfang").PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { stays, goes } }, Cancel)).JsonAsync()).GetProperty("merges")[0].GetString();
        var trial = await (await SendAsync("wangfang", HttpMethod.Post, $"./merges/{merge}:undo", """{"dryRun":true}"""u8.ToArray(), chunked: true)).JsonAsync();
        Assert.True(trial.GetProperty("dryRun").GetBoolean());

        // The old address leads on, however the id is written, and not to itself.
        using var following = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        following.DefaultRequestHeaders.Authorization = server.As("wangfang").DefaultRequestHeaders.Authorization;
        foreach (var written in new[] { goes, Guid.Parse(goes).ToString("N"), goes.ToUpperInvariant(), Guid.Parse(goes).ToString("B") })
        {
            using var answer = await following.GetAsync($"api/v1/customers/{written}/timeline?limit=3", Cancel);
            Assert.Equal((HttpStatusCode.PermanentRedirect, $"/api/v1/customers/{stays}/timeline?limit=3"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task A_token_is_not_given_the_answer_that_its_person_was_given_under_the_same_key()
    {
        var customer = await CustomerAsync("岳阳纸业");
        var (_, secret) = await server.Services.GetRequiredService<SignIn>().CreateTokenAsync(server.Company.Program, server.Company.ZhangWei.Id, "narrow", null, TokenScope.Of(["contacts:read"], server.Company.Workspace.Schema), null, Cancel);
        using var narrow = server.Client(secret);
        async Task<HttpResponseMessage> ProtectAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"./customers/{customer}:protect") { Content = JsonContent.Create(new { }) };
            request.Headers.Add("Idempotency-Key", "k-1");
            return await client.SendAsync(request, Cancel);
        }

        await (await ProtectAsync(server.As("zhangwei"))).JsonAsync();
        Assert.True((await ProtectAsync(server.As("zhangwei"))).Headers.Contains("Idempotency-Replayed"));
        using var answer = await ProtectAsync(narrow);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.DoesNotContain("岳阳纸业", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_does_not_say_that_a_hidden_field_has_changed()
    {
        var customer = await CustomerAsync("衡阳水泥");
        var deal = await DealAsync(customer);
        await (await server.As("liqiang").PatchAsync($"deals/{deal}", new { internalCost = new { amount = "5", currency = "CNY" }, note = "新" })).JsonAsync();
        var conflict = await (await server.As("zhangwei").PatchAsync($"deals/{deal}", new { internalCost = new { amount = "5", currency = "CNY" }, note = "旧" }, "\"1\"")).ProblemAsync(412);
        Assert.Equal(["note"], conflict.GetProperty("conflicts").EnumerateArray().Select(field => field.GetString()));
    }
}
