using System.Net;
using System.Net.Http.Json;
using Guanxi.Server.Api;
using Guanxi.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Api;

public sealed class RecordsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_is_made_read_changed_and_deleted()
    {
        var seller = server.As("zhangwei");
        var response = await seller.PostAsJsonAsync("customers", new { name = "长沙银行", annualRevenue = new { amount = "1234567.5", currency = "CNY" } }, Cancel);
        var made = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal($"/api/v1/customers/{made.GetProperty("id")}", response.Headers.Location!.OriginalString);
        Assert.Equal("1234567.50", made.GetProperty("annualRevenue").GetProperty("amount").GetString());
        var path = $"customers/{made.GetProperty("id")}";
        var changed = await (await seller.PatchAsync(path, new { city = "长沙", annualRevenue = (object?)null }, "\"1\"")).JsonAsync();
        Assert.Equal(2, changed.GetProperty("version").GetInt32());
        Assert.False(changed.TryGetProperty("annualRevenue", out _));
        Assert.Equal(HttpStatusCode.NoContent, (await seller.DeleteAsync(path, Cancel)).StatusCode);
        await (await seller.GetAsync(path, Cancel)).ProblemAsync(404);
        await (await seller.PostAsync(path + "/restore", null, Cancel)).JsonAsync();
        Assert.Equal("长沙", (await seller.ReadAsync(path)).GetProperty("city").GetString());
    }

    [Fact]
    public async Task A_lost_race_answers_both_versions()
    {
        var seller = server.As("zhangwei");
        var path = $"customers/{(await seller.MakeAsync("customers", new { name = "甲" })).GetProperty("id")}";
        await (await seller.PatchAsync(path, new { city = "上海" }, "\"1\"")).JsonAsync();
        var problem = await (await seller.PatchAsync(path, new { city = "北京" }, "\"1\"")).ProblemAsync(412);
        Assert.Equal("上海", problem.GetProperty("theirs").GetProperty("city").GetString());
        Assert.Equal("北京", problem.GetProperty("yours").GetProperty("city").GetString());
        Assert.Equal("city", problem.GetProperty("conflicts")[0].GetString());
    }

    [Fact]
    public async Task The_same_key_makes_one_record_and_another_body_is_refused()
    {
        var seller = server.As("zhangwei");
        async Task<HttpResponseMessage> Send(string name)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "customers") { Content = JsonContent.Create(new { name }) };
            request.Headers.Add("Idempotency-Key", "key-1");
            return await seller.SendAsync(request, Cancel);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Send("只此一家")));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            ids.Add((await answer.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString()!);
        }

        Assert.Single(ids);
        Assert.Single((await seller.ReadAsync("customers?filter=" + Uri.EscapeDataString("name = \"只此一家\""))).GetProperty("items").EnumerateArray());
        await (await Send("另一家")).ProblemAsync(422);
    }

    [Fact]
    public async Task An_action_sent_again_with_its_key_is_done_once_and_answers_the_same()
    {
        var seller = server.As("zhangwei");
        var customer = (await seller.MakeAsync("customers", new { name = "重发公司" })).GetProperty("id").GetString()!;
        async Task<HttpResponseMessage> Send(string key, object body)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "./customers:edit") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", key);
            return await seller.SendAsync(request, Cancel);
        }

        var first = await (await Send("act-1", new { ids = new[] { customer }, values = new { city = "上海" } })).JsonAsync();
        await (await seller.PatchAsync($"customers/{customer}", new { city = "北京" })).JsonAsync();
        var again = await Send("act-1", new { ids = new[] { customer }, values = new { city = "上海" } });
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.ToString(), (await again.JsonAsync()).ToString());
        Assert.Equal("北京", (await seller.ReadAsync($"customers/{customer}")).GetProperty("city").GetString());

        await (await Send("act-1", new { ids = new[] { customer }, values = new { city = "广州" } })).ProblemAsync(422);
        Assert.Equal("北京", (await seller.ReadAsync($"customers/{customer}")).GetProperty("city").GetString());
    }

    [Fact]
    public async Task An_answer_kept_for_a_key_is_not_given_again_to_who_may_no_longer_see_what_it_tells()
    {
        var (seller, manager) = (server.As("zhangwei"), server.As("liqiang"));
        var customer = (await seller.MakeAsync("customers", new { name = "转走的公司" })).GetProperty("id").GetString()!;
        async Task<HttpResponseMessage> EditAsync()
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "./customers:batch") { Content = JsonContent.Create(new { operations = new[] { new { op = "update", id = customer, values = new { city = "上海" } } } }) };
            request.Headers.Add("Idempotency-Key", "gone-1");
            return await seller.SendAsync(request, Cancel);
        }

        var first = await EditAsync();
        Assert.True(first.IsSuccessStatusCode, await first.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("true", (await EditAsync()).Headers.GetValues("Idempotency-Replayed").Single());
        await (await manager.PatchAsync($"customers/{customer}", new { owner = server.Company.ZhaoMin.Id })).JsonAsync();
        var refused = await EditAsync();
        Assert.DoesNotContain("转走的公司", (await refused.ProblemAsync(409)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_action_leaves_its_key_free_and_another_person_may_use_the_same_key()
    {
        var (seller, other) = (server.As("zhangwei"), server.As("zhaomin"));
        var customer = (await seller.MakeAsync("customers", new { name = "同键公司" })).GetProperty("id").GetString()!;
        static HttpRequestMessage Share(string customer, object body)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"customers/{customer}/shares") { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", "share-1");
            return request;
        }

        await (await other.SendAsync(Share(customer, new { user = server.Company.ZhaoMin.Id, level = "read" }), Cancel)).ProblemAsync(404);
        await (await seller.SendAsync(Share(customer, new { user = server.Company.ZhaoMin.Id, level = "wrong" }), Cancel)).ProblemAsync(422);
        Assert.True((await seller.SendAsync(Share(customer, new { user = server.Company.ZhaoMin.Id, level = "read" }), Cancel)).IsSuccessStatusCode);
        Assert.True((await seller.SendAsync(Share(customer, new { user = server.Company.ZhaoMin.Id, level = "read" }), Cancel)).IsSuccessStatusCode);
        Assert.Single((await seller.ReadAsync($"customers/{customer}/shares")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public void Every_change_sent_by_POST_either_keeps_its_answer_or_is_listed_with_the_reason()
    {
        string[] without =
        [
            "/imports:inspect", "/ledger:verify", "/ledger:check-proof", "/privacy/retention:try", "/privacy/blocked:check", "/customers:matches", "/contacts:matches", "/pools:try", "/pool/{id:guid}:look", "/value:preview", "/lab:run", "/segments:size", "/lifecycle:preview", "/quotes:price", "/quotes/rules:preview", "/approvals:preview", "/numbering:try", "/sales-processes:check", "/sales-processes/{id:guid}:preview", "/sales-processes/{id:guid}:what-if", // read only
            .. server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Where(path => path.EndsWith(":export", StringComparison.Ordinal)).Select(path => path["/api/v1".Length..]), // read only
            "/value:run", // a second one at the same time is refused, a later one writes the same figures
            "/duplicates:scan", // one at a time, whoever asks
            "/ledger:checkpoint", // twice is as good as once
            "/backups", "/backups/{name}:check", "/backups/{name}:restore", // another backup or another look is no harm, and a restore ends the server that would know the key
            "/backups:passphrase", // answers a secret
            "/imports", // keeps the batch under the key by itself
            "/imports:upload", "/imports/{id:guid}:inspect", "/imports/{id:guid}:check", // another draft or another look is no harm
            "/imports/{id:guid}:pause", "/imports/{id:guid}:continue", // twice is as good as once: the second is refused
            "/quotes/{id:guid}/links", // answers a secret
            "/offers/{secret}:accept", "/offers/{secret}:decline", "/offers/{secret}:comment", // whoever says it has no name to keep a key under; a second yes is one yes
            "/lead-mailboxes/{id:guid}:look", // another look is no harm: each letter makes one lead
            "/setup", "/tokens", "/users/{id:guid}:reset-password", // answer a secret
            "/users/{id:guid}:reset-factors", "/users/{id:guid}:sign-out", // twice is as good as once
        ];
        // Signing in and its proofs: each answer holds for once, or holds a secret.
        static bool SignsIn(string path) => path.StartsWith("/session", StringComparison.Ordinal) || path.StartsWith("/me/security", StringComparison.Ordinal) || path.StartsWith("/sign-in", StringComparison.Ordinal);
        var endpoints = server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true && endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal))
            .Where(endpoint => endpoint.Metadata.GetMetadata<AnsweredOnceAttribute>() is null && endpoint.Metadata.GetMetadata<EndpointNameMetadata>()?.EndpointName.EndsWith(".create", StringComparison.Ordinal) != true)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')["api/v1/".Length..]);
        Assert.Empty(endpoints.Where(path => !SignsIn(path)).Except(without, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Fifty_at_once_lose_no_update()
    {
        var seller = server.As("zhangwei");
        var path = $"customers/{(await seller.MakeAsync("customers", new { name = "计数", employees = 0 })).GetProperty("id")}";
        async Task<int> Add()
        {
            var now = await seller.GetAsync(path, Cancel);
            var employees = (await now.JsonAsync()).GetProperty("employees").GetInt32();
            var answer = await seller.PatchAsync(path, new { employees = employees + 1 }, now.Headers.ETag!.Tag);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PreconditionFailed);
            return answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        var won = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Add()))).Sum();
        Assert.Equal(won, (await seller.ReadAsync(path)).GetProperty("employees").GetInt32());
    }

    [Fact]
    public async Task A_warning_is_confirmed_and_then_saved()
    {
        var seller = server.As("zhangwei");
        var problem = await (await seller.PostAsJsonAsync("customers", new { name = "乙", creditCode = "91350100M000100Y44" }, Cancel)).ProblemAsync(409);
        var key = problem.GetProperty("confirm")[0].GetString();
        await seller.MakeAsync("customers?confirm=" + key, new { name = "乙", creditCode = "91350100M000100Y44" });
    }

    [Fact]
    public async Task The_360_page_comes_in_one_request()
    {
        var seller = server.As("zhangwei");
        var id = (await seller.MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id");
        await seller.MakeAsync("contacts", new { name = "曾国藩", customer = id, isPrimary = true });
        await seller.MakeAsync("activities", new { kind = "call", content = "谈了报价", customer = id, next = new { at = DateTimeOffset.Parse("2026-11-25T01:00:00Z") } });
        var page = await seller.ReadAsync($"customers/{id}/overview");
        Assert.Equal("曾国藩", page.GetProperty("contacts")[0].GetProperty("name").GetString());
        Assert.Equal(1, page.GetProperty("activities").GetProperty("open").GetArrayLength());
        Assert.Equal(2, page.GetProperty("counts").GetProperty("activities").GetInt32());
        Assert.Contains(page.GetProperty("timeline").GetProperty("items").EnumerateArray(), item => item.GetProperty("kind").GetString() == "change");
        await (await server.As("zhaomin").GetAsync($"customers/{id}/overview", Cancel)).ProblemAsync(404);
    }

    [Fact]
    public async Task Errors_speak_the_callers_language()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "customers");
        request.Headers.Add("Accept-Language", "en");
        using var nobody = server.Client(null);
        Assert.Equal("Sign in first", (await (await nobody.SendAsync(request, Cancel)).ProblemAsync(401)).GetProperty("title").GetString());
        Assert.Equal("請先登錄", (await (await nobody.SendAsync(Traditional(), Cancel)).ProblemAsync(401)).GetProperty("title").GetString());

        static HttpRequestMessage Traditional()
        {
            var traditional = new HttpRequestMessage(HttpMethod.Get, "customers");
            traditional.Headers.Add("Accept-Language", "zh-TW");
            return traditional;
        }
    }

    [Fact]
    public async Task A_changed_right_works_at_once()
    {
        var boss = server.As("wangfang");
        var agent = server.As("liuyang");
        var id = (await server.As("zhangwei").MakeAsync("customers", new { name = "右" })).GetProperty("id");
        await agent.ReadAsync($"customers/{id}");
        var roles = await boss.ReadAsync("roles?filter=" + Uri.EscapeDataString("key = \"agent\""));
        var role = roles.GetProperty("items")[0];
        await (await boss.PatchAsync($"roles/{role.GetProperty("id")}", new { scopes = new { customers = new { read = "own" } } })).JsonAsync();
        await (await agent.GetAsync($"customers/{id}", Cancel)).ProblemAsync(404);
        await (await boss.PatchAsync($"roles/{role.GetProperty("id")}", new { scopes = new { customers = new { read = "all" } } })).JsonAsync();
        await agent.ReadAsync($"customers/{id}");
    }
}
