using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Door;

/// <summary>Shares, pools, matches, notices and merges as somebody attacks them who knows the source (docs/operate/attacks-tried.md).</summary>
public sealed class FreshEyesSharingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    private static async Task<string> CustomerAsync(RunningServer server, string who, string name, object? more = null) => Id(await (await server.As(who).PostAsJsonAsync("./customers?confirm=duplicate", more ?? new { name }, Cancel)).JsonAsync(HttpStatusCode.Created));

    private static Task<HttpResponseMessage> ShareAsync(RunningServer server, string who, string customer, object share) => server.As(who).PostAsJsonAsync($"customers/{customer}/shares", share, Cancel);

    private static Task<HttpResponseMessage> DoAsync(RunningServer server, string who, string customer, string verb, object? body = null) => server.As(who).PostAsJsonAsync($"./customers/{customer}:{verb}?confirm=duplicate", body ?? new { }, Cancel);

    private static string Day(RunningServer server, int days) => server.Company.Time.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [Theory, BothDatabases]
    public async Task Who_has_a_customer_by_a_share_hands_on_no_more_than_he_has_and_does_not_take_it(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var company = server.Company;
        var customer = await CustomerAsync(server, "zhangwei", "长沙银行");
        var team = Id(await (await ShareAsync(server, "zhangwei", customer, new { team = company.ZhangWei.Person.TeamId, level = "read" })).JsonAsync(HttpStatusCode.Created));
        var own = Id(await (await ShareAsync(server, "zhangwei", customer, new { user = company.ZhaoMin.Id, level = "edit", until = "2026-11-25" })).JsonAsync(HttpStatusCode.Created));
        await (await ShareAsync(server, "zhaomin", customer, new { user = company.ZhaoMin.Id, level = "edit" })).ProblemAsync(403);
        await (await ShareAsync(server, "zhaomin", customer, new { user = company.SunLi.Id, level = "edit" })).ProblemAsync(422);
        await (await ShareAsync(server, "zhaomin", customer, new { user = company.SunLi.Id, level = "edit", until = "2026-12-25" })).ProblemAsync(422);
        await (await ShareAsync(server, "zhaomin", customer, new { team = company.ZhangWei.Person.TeamId, level = "edit", until = "2026-11-24" })).ProblemAsync(403);
        await (await server.As("zhaomin").DeleteAsync($"customers/{customer}/shares/{team}", Cancel)).ProblemAsync(403);
        await (await server.As("zhaomin").PatchAsync($"customers/{customer}", new { owner = company.ZhaoMin.Id })).ProblemAsync(422);
        await (await ShareAsync(server, "zhaomin", customer, new { user = company.SunLi.Id, level = "edit", until = "2026-11-24" })).JsonAsync(HttpStatusCode.Created);
        await (await server.As("zhaomin").DeleteAsync($"customers/{customer}/shares/{own}", Cancel)).NoContentAsync();
        await (await server.As("zhaomin").GetAsync($"customers/{customer}", Cancel)).ProblemAsync(404);
        Assert.Equal("张伟", (await server.As("liqiang").ReadAsync($"customers/{customer}")).GetProperty("owner").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_seller_gives_no_customer_away_by_a_file()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var customer = await CustomerAsync(server, "zhangwei", "长沙银行");
        using var form = new MultipartFormDataContent
        {
            { new StringContent("""{"type":"customers","mode":"update","key":"id","mapping":{"id":"id","owner":"owner"}}"""), "options" },
            { new StringContent($"id,owner\n{customer},zhaomin\n"), "file", "a.csv" },
        };
        var done = await (await server.As("zhangwei").PostAsync("imports", form, Cancel)).JsonAsync();
        Assert.Equal((0, 1), (done.GetProperty("updated").GetInt32(), done.GetProperty("rejected").GetInt32()));
        Assert.Equal("张伟", (await server.As("zhangwei").ReadAsync($"customers/{customer}")).GetProperty("owner").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_file_with_a_hole_in_its_options_is_refused()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        foreach (var options in new[] { """{"type":null}""", """{"type":"customers","mapping":{"a":null}}""", """{"type":"customers","values":{"level":null}}""", """{"type":"customers","encoding":"utf-7"}""" })
        {
            using var form = new MultipartFormDataContent { { new StringContent(options), "options" }, { new StringContent("a,b\n1,2\n"), "file", "a.csv" } };
            Assert.InRange((int)(await server.As("zhangwei").PostAsync("imports", form, Cancel)).StatusCode, 400, 422);
        }
    }

    [Fact]
    public async Task Whether_a_customer_of_a_pool_that_is_not_ones_own_was_claimed_just_now_is_not_told()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await server.As("wangfang").MakeAsync("pools", new { name = "华东公海", team = server.Company.ZhangWei.Person.TeamId });
        var customer = await CustomerAsync(server, "zhangwei", "长沙银行");
        await (await DoAsync(server, "zhangwei", customer, "release")).NoContentAsync();
        await (await DoAsync(server, "liqiang", customer, "claim")).JsonAsync();
        await (await DoAsync(server, "zhaomin", customer, "claim")).ProblemAsync(404);
        await (await DoAsync(server, "zhangwei", customer, "claim")).ProblemAsync(409);
    }

    [Fact]
    public async Task Rights_to_restore_and_to_ask_who_sees_are_asked_for_by_the_server_too()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var customer = await CustomerAsync(server, "zhangwei", "长沙银行");
        Task<HttpResponseMessage> RestoreAsync(string who) => server.As(who).PostAsync($"customers/{customer}/restore", null, Cancel);
        await (await server.As("zhangwei").DeleteAsync($"customers/{customer}", Cancel)).NoContentAsync();
        await (await RestoreAsync("zhangwei")).JsonAsync();
        await (await server.As("liqiang").DeleteAsync($"customers/{customer}", Cancel)).NoContentAsync();
        await (await RestoreAsync("zhangwei")).ProblemAsync(403);
        await (await RestoreAsync("liqiang")).JsonAsync();
        await (await server.As("chenjing").GetAsync($"customers/{customer}/access", Cancel)).ProblemAsync(403);
        Assert.Equal(1, (await server.As("chenjing").ReadAsync($"customers/{customer}/access?user={server.Company.ChenJing.Id}")).GetProperty("visibleTo").GetArrayLength());
        await server.Company.GrantAsync("analyst", Functions.ExplainAccess);
        await server.As("chenjing").ReadAsync($"customers/{customer}/access");
    }

    [Fact]
    public async Task Who_looks_after_the_pools_is_not_told_the_names_of_customers_he_does_not_see()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        // The rule is tried and not kept: a kept one would be carried out by the housekeeping meanwhile.
        var pool = (await server.As("wangfang").MakeAsync("pools", new { name = "公海", contactDays = 300 })).GetProperty("id").GetGuid();
        await CustomerAsync(server, "zhaomin", "长沙银行");
        await server.Company.GrantAsync("seller", Functions.ManagePools);
        server.Company.Time.Pass(TimeSpan.FromDays(5));
        foreach (var (who, names) in new[] { ("zhangwei", 0), ("zhaomin", 1) })
        {
            var trial = await (await server.As(who).PostAsJsonAsync("./pools:try", new { id = pool, values = new { contactDays = 3 } }, Cancel)).JsonAsync();
            Assert.Equal((1, names), (trial.GetProperty("count").GetInt32(), trial.GetProperty("some").GetArrayLength()));
        }
    }

    [Theory, BothDatabases]
    public async Task The_limits_of_the_pool_are_evaded_by_no_share_no_clock_and_no_friend(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var company = server.Company;
        await server.As("wangfang").MakeAsync("pools", new { name = "公海", claimsADay = 1, formerOwnerDays = 30 });
        async Task<string> LyingAsync(string who, string name)
        {
            var customer = await CustomerAsync(server, who, name);
            await (await DoAsync(server, who, customer, "release")).NoContentAsync();
            return customer;
        }

        // A share with his team ends with the release; given anew by somebody else, the customer is seen, and taken by claiming only.
        var shared = await CustomerAsync(server, "zhangwei", "株洲中车");
        await (await ShareAsync(server, "zhangwei", shared, new { team = company.ZhangWei.Person.TeamId, level = "edit" })).JsonAsync(HttpStatusCode.Created);
        await (await DoAsync(server, "zhangwei", shared, "release")).NoContentAsync();
        await (await server.As("zhangwei").GetAsync($"customers/{shared}", Cancel)).ProblemAsync(404);
        await (await ShareAsync(server, "wangfang", shared, new { user = company.ZhangWei.Id, level = "edit" })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("claim-it", (await (await server.As("zhangwei").PatchAsync($"customers/{shared}", new { owner = company.ZhangWei.Id })).ProblemAsync(409)).GetProperty("rule").GetString());

        // A friend who has it in between does not make him a stranger.
        var passed = await LyingAsync("zhangwei", "湘潭钢铁");
        await (await DoAsync(server, "zhaomin", passed, "claim")).JsonAsync();
        await (await DoAsync(server, "zhaomin", passed, "release")).NoContentAsync();
        Assert.Equal("former-owner", (await (await DoAsync(server, "zhangwei", passed, "claim")).ProblemAsync(409)).GetProperty("rule").GetString());

        // Whoever says that he lives elsewhere has no second day.
        await (await DoAsync(server, "zhangwei", await LyingAsync("zhaomin", "岳阳纸业"), "claim")).JsonAsync();
        var next = await LyingAsync("zhaomin", "衡阳水泥");
        company.Time.Pass(TimeSpan.FromMinutes(61));
        for (var hours = -12; hours <= 14; hours++)
        {
            await (await server.As("zhangwei").PatchAsync("me", new { timeZone = $"Etc/GMT{-hours:+0;-0;+0}" })).JsonAsync();
            Assert.Equal("claims-a-day", (await (await DoAsync(server, "zhangwei", next, "claim")).ProblemAsync(409)).GetProperty("rule").GetString());
        }

        company.Time.Pass(TimeSpan.FromDays(1));
        await (await DoAsync(server, "zhangwei", next, "claim")).JsonAsync();
    }

    [Fact]
    public async Task Protection_that_is_prolonged_day_by_day_ends_when_the_pool_says_so()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await server.As("wangfang").MakeAsync("pools", new { name = "公海", protectDays = 5 });
        var customer = await CustomerAsync(server, "zhangwei", "长沙银行");
        await (await DoAsync(server, "zhangwei", customer, "protect", new { until = Day(server, 4) })).JsonAsync();
        server.Company.Time.Pass(TimeSpan.FromDays(3));
        await (await DoAsync(server, "zhangwei", customer, "protect", new { until = Day(server, 4) })).ProblemAsync(422);
        server.Company.Time.Pass(TimeSpan.FromDays(3));
        Assert.Equal("protection-used", (await (await DoAsync(server, "zhangwei", customer, "protect", new { until = Day(server, 1) })).ProblemAsync(409)).GetProperty("rule").GetString());
        await (await DoAsync(server, "liqiang", customer, "protect", new { until = Day(server, 4) })).JsonAsync();
    }

    [Fact]
    public async Task Whether_a_guess_at_a_phone_or_a_town_is_right_shows_in_no_match_with_a_hidden_customer()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        const string name = "浙江康成半导体设备有限责任公司";
        await CustomerAsync(server, "zhaomin", name, new { name, phone = "0571-88123456", city = "杭州市", province = "浙江省", email = "kang@cheng.example", creditCode = "91330106MA2B0W7R0D", creditCodeReason = "试" });
        async Task<string> AskAsync(object values) => (await (await server.As("zhangwei").PostAsJsonAsync("./customers:matches", values, Cancel)).JsonAsync()).GetProperty("items").GetRawText();
        foreach (var said in new[] { name, "上海康成半导体设备厂", "浙江康成半导体设备厂", "浙江康成电子设备有限公司", "kangcheng" })
        {
            // Asking about what one may not see has a budget.
            server.Company.Time.Pass(TimeSpan.FromMinutes(10));
            var plain = await AskAsync(new { name = said });
            Assert.Equal(plain, await AskAsync(new { name = said, phone = "0571-88123456" }));
            Assert.Equal(plain, await AskAsync(new { name = said, phone = "13912345678" }));
            Assert.Equal(plain, await AskAsync(new { name = said, city = "杭州市" }));
            Assert.Equal(plain, await AskAsync(new { name = said, city = "乌鲁木齐市", email = "kang@cheng.example" }));
        }

        // By its full name it is still told that there is one, and whose.
        Assert.Contains("赵敏", await AskAsync(new { name }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_see_deals_hears_of_none_by_following_the_customer_or_comparing_it()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var role = server.Company.ChenJing.Role!;
        await (await server.As("wangfang").PatchAsync($"roles/{role.Id}", new { functions = new[] { Functions.MergeRecords }, scopes = new { customers = new { read = "all" }, deals = new { read = "none" }, activities = new { read = "none" } } })).JsonAsync();
        var (customer, other) = (await CustomerAsync(server, "zhangwei", "长沙银行"), await CustomerAsync(server, "zhangwei", "长沙商行"));
        Assert.True((await server.As("chenjing").PutAsJsonAsync($"customers/{customer}/follow", new { }, Cancel)).IsSuccessStatusCode);
        await server.As("wangfang").MakeAsync("sales-processes", new { name = "短流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10 } } } });
        await server.As("zhangwei").MakeAsync("deals", new { name = "秘密商机", customer });
        await server.As("zhangwei").MakeAsync("activities", new { kind = "note", content = "秘密内容", customer });
        await (await server.As("zhangwei").PatchAsync($"customers/{customer}", new { note = "改" })).JsonAsync();
        var told = (await server.As("chenjing").ReadAsync("notifications")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()).ToList();
        Assert.Equal(["长沙银行"], told);
        var compared = (await server.As("chenjing").ReadAsync($"./customers:compare?ids={customer},{other}")).GetProperty("records").GetRawText();
        Assert.DoesNotContain("\"deals\"", compared, StringComparison.Ordinal);
        Assert.DoesNotContain("\"activities\"", compared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_a_hidden_person_under_a_guessed_name_does_not_tell_whether_the_guess_was_right()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await server.SetPasswordsAsync();
        var customer = await CustomerAsync(server, "zhaomin", "长沙银行");
        var person = Id(await server.As("zhaomin").MakeAsync("contacts", new { name = "曾国藩", customer }));
        using var seller = new Visitor(server);
        await seller.SignInAsync("zhangwei");
        await (await seller.PostAsync($"contacts/{person}:erase", new { confirm = "左宗棠" })).ProblemAsync(403);
        await (await seller.PostAsync($"contacts/{person}:erase", new { confirm = "曾国藩" })).ProblemAsync(403);

        // Nor to somebody who may erase, but not whom he does not see.
        await server.Company.GrantAsync("seller", Functions.ManagePrivacy);
        await (await seller.PostAsync($"contacts/{person}:erase", new { confirm = "左宗棠" })).ProblemAsync(404);
        await (await seller.PostAsync($"contacts/{person}:erase", new { confirm = "曾国藩" })).ProblemAsync(404);
    }
}
