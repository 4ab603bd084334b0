using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Guanxi.Sales.Leads;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>The pages that strangers reach, asked as a browser, a program and a spammer would.</summary>
public sealed partial class LeadFormTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private HttpClient Stranger() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };

    private async Task<(string Key, Guid Id)> FormAsync(object? more = null)
    {
        var form = await server.As("wangfang").MakeAsync("lead-forms", more ?? new
        {
            name = "官网 <b>询价</b>", fields = new[] { "company", "contactName", "phone", "need" }, requiredFields = new[] { "contactName" }, consentText = "我同意\"留下\"信息", consentPurpose = "marketingCall", consentRequired = true,
            campaign = "秋季展", cost = new { amount = "30", currency = "CNY" }, givenTo = server.Company.ZhangWei.Id, origins = new[] { "https://www.example.com/" },
        });
        return (form.GetProperty("key").GetString()!, form.GetProperty("id").GetGuid());
    }

    private async Task<string> TokenAsync(HttpClient stranger, string key)
    {
        var token = WebUtility.HtmlDecode(TokenField().Match(await stranger.GetStringAsync($"/forms/{key}", Cancel)).Groups["token"].Value);
        Assert.NotEmpty(token);
        return token;
    }

    private static string Prove(string token) => Enumerable.Range(0, 10_000_000).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)).First(answer => FormToken.Proves(token, answer));

    private static FormUrlEncodedContent Answer(string token, string phone, string proof = "", string trap = "", string consent = "yes", string name = "陈立新") =>
        new(new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = token, ["proof"] = proof, ["homepage2"] = trap, ["consent"] = consent, ["company"] = "华兴机械", ["contactName"] = name, ["phone"] = phone, ["need"] = "两台五轴" });

    private async Task<int> LeadsAsync(string phone) => (await server.As("wangfang").ReadAsync("leads?limit=50&filter=" + Uri.EscapeDataString($"phone = \"{phone}\""))).GetProperty("items").GetArrayLength();

    [Fact]
    public async Task What_a_visitor_sends_becomes_a_lead_once_with_its_source_cost_and_consent()
    {
        using var stranger = Stranger();
        var (key, _) = await FormAsync();
        using var page = await stranger.GetAsync($"/forms/{key}", Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("官网 &lt;b&gt;询价&lt;/b&gt;", html, StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Set-Cookie"));
        Assert.Contains("frame-ancestors 'self' https://www.example.com", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("X-Frame-Options"));

        // Without a script: no proof, so it takes the longer wait.
        var token = await TokenAsync(stranger, key);
        Assert.Equal(409, (int)(await stranger.PostAsync($"/forms/{key}", Answer(token, "13800138001"), Cancel)).StatusCode);
        server.Company.Time.Pass(TimeSpan.FromSeconds(7));
        using var sent = await stranger.PostAsync($"/forms/{key}?page=https%3A%2F%2Fwww.example.com%2Fa&utm_medium=cpc", Answer(token, "13800138001"), Cancel);
        Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, (await stranger.PostAsync($"/forms/{key}", Answer(token, "13800138001"), Cancel)).StatusCode);
        Assert.Equal(1, await LeadsAsync("13800138001"));
        var lead = (await server.As("zhangwei").ReadAsync("leads?filter=" + Uri.EscapeDataString("phone = \"13800138001\"") + "&fields=source,campaign,medium,cost,consentVersion,landingPage,name,owner,respondBy")).GetProperty("items")[0];
        Assert.Equal(("webForm", "秋季展", "cpc", "华兴机械"), (lead.GetProperty("source").GetString(), lead.GetProperty("campaign").GetString(), lead.GetProperty("medium").GetString(), lead.GetProperty("name").GetString()));
        Assert.EndsWith("v1", lead.GetProperty("consentVersion").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, lead.GetProperty("respondBy").ValueKind);
        Assert.Equal(0, (await server.As("zhaomin").ReadAsync("leads?filter=" + Uri.EscapeDataString("phone = \"13800138001\""))).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_number_that_nobody_can_be_reached_by_is_told_to_the_visitor()
    {
        using var stranger = Stranger();
        var (key, _) = await FormAsync();
        var token = await TokenAsync(stranger, key);
        server.Company.Time.Pass(TimeSpan.FromMinutes(2));
        using var slip = await stranger.PostAsync($"/forms/{key}", Answer(token, "123"), Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, slip.StatusCode);
        Assert.Contains("号码太短", await slip.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        // What he may send in an hour is as full for the next as it was.
        server.Company.Time.Pass(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_script_s_proof_shortens_the_wait_and_a_program_is_turned_away_with_thanks()
    {
        using var stranger = Stranger();
        var (key, id) = await FormAsync();
        var token = await TokenAsync(stranger, key);
        server.Company.Time.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.OK, (await stranger.PostAsync($"/forms/{key}", Answer(token, "13800138002", Prove(token)), Cancel)).StatusCode);
        Assert.Equal(1, await LeadsAsync("13800138002"));
        Assert.Equal(HttpStatusCode.OK, (await stranger.PostAsync($"/forms/{key}", Answer(await TokenAsync(stranger, key), "13800138003", trap: "http://spam"), Cancel)).StatusCode);
        Assert.Equal(0, await LeadsAsync("13800138003"));
        foreach (var bad in new[] { "", "AAAA", token[..^4] + "AAAA" })
        {
            Assert.Equal(409, (int)(await stranger.PostAsync($"/forms/{key}", Answer(bad, "13800138003", "1"), Cancel)).StatusCode);
        }

        var away = await server.As("sunli").ReadAsync($"lead-forms/{id}/turned-away");
        Assert.Contains(away.GetProperty("items").EnumerateArray(), row => row.GetProperty("reason").GetString() == "trap" && row.GetProperty("count").GetInt32() == 1);
        await (await server.As("zhangwei").GetAsync($"lead-forms/{id}/turned-away", Cancel)).ProblemAsync(403);
    }

    [Fact]
    public async Task Wrong_answers_come_back_with_what_was_typed_and_a_word_on_each()
    {
        using var stranger = Stranger();
        var (key, _) = await FormAsync();
        var token = await TokenAsync(stranger, key);
        server.Company.Time.Pass(TimeSpan.FromSeconds(3));
        using var answer = await stranger.PostAsync($"/forms/{key}", Answer(token, "不是号码<script>", Prove(token), consent: "", name: ""), Cancel);
        Assert.Equal(422, (int)answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("contactName-e", html, StringComparison.Ordinal);
        Assert.Contains("consent-e", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("号码<script>", html, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await stranger.GetAsync("/forms/0000000000000000", Cancel)).StatusCode);
        Assert.Equal(413, (int)(await stranger.PostAsync($"/forms/{key}", new StringContent(new string('x', 70_000), Encoding.UTF8, "application/x-www-form-urlencoded"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Another_site_posts_only_when_it_stands_in_the_list()
    {
        using var stranger = Stranger();
        var (key, _) = await FormAsync();
        HttpRequestMessage Request(HttpMethod method, string origin, object? body = null)
        {
            var request = new HttpRequestMessage(method, $"/forms/{key}") { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Add("Origin", origin);
            return request;
        }

        using var allowed = await stranger.SendAsync(Request(HttpMethod.Options, "https://www.example.com"), Cancel);
        Assert.Equal("https://www.example.com", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(allowed.Headers.Contains("Access-Control-Allow-Credentials"));
        using var foreign = await stranger.SendAsync(Request(HttpMethod.Options, "https://evil.example"), Cancel);
        Assert.Equal(403, (int)foreign.StatusCode);
        Assert.False(foreign.Headers.Contains("Access-Control-Allow-Origin"));
        var token = await TokenAsync(stranger, key);
        server.Company.Time.Pass(TimeSpan.FromSeconds(3));
        using var posted = await stranger.SendAsync(Request(HttpMethod.Post, "https://www.example.com", new { token, proof = Prove(token), consent = "yes", contactName = "脚本", phone = "13800138009" }), Cancel);
        Assert.Contains("谢谢", (await posted.JsonAsync()).GetProperty("thanks").GetString(), StringComparison.Ordinal);
        Assert.Equal(403, (int)(await stranger.SendAsync(Request(HttpMethod.Post, "https://evil.example", new { token }), Cancel)).StatusCode);
        Assert.Equal("text/javascript", (await stranger.GetAsync($"/forms/{key}.js", Cancel)).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Nobody_without_the_right_makes_forms_and_a_form_must_be_able_to_be_answered()
    {
        await (await server.As("zhangwei").PostAsJsonAsync("lead-forms", new { name = "x", fields = new[] { "phone" } }, Cancel)).ProblemAsync(403);
        foreach (var wrong in new object[]
        {
            new { name = "x", fields = new[] { "company" } }, new { name = "x", fields = new[] { "phone" }, origins = new[] { "javascript:alert(1)" } }, new { name = "x", fields = new[] { "phone" }, consentText = "只有文本" }, new { name = "x", fields = new[] { "phone" }, customFields = new[] { "owner" } },
        })
        {
            await (await server.As("wangfang").PostAsJsonAsync("lead-forms", wrong, Cancel)).ProblemAsync(422);
        }
    }

    [Fact]
    public async Task A_lead_is_converted_and_taken_back_through_the_door_by_its_owner_alone()
    {
        await server.Company.CreateAsync(server.Company.WangFang, "sales-processes", new { name = "流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "一", probability = 10 } } } });
        var seller = server.As("zhangwei");
        var id = (await seller.MakeAsync("leads", new { company = "转化测试公司", contactName = "周", phone = "13800138088" })).GetProperty("id").GetGuid();
        Assert.Equal(0, (await seller.ReadAsync($"leads/{id}/matches")).GetProperty("items").GetArrayLength());
        await (await server.As("zhaomin").GetAsync($"leads/{id}/matches", Cancel)).ProblemAsync(404);
        await (await server.As("chenjing").PostAsJsonAsync($"leads/{id}:convert", new { }, Cancel)).ProblemAsync(403);
        await (await server.As("zhaomin").PostAsJsonAsync($"leads/{id}:convert", new { }, Cancel)).ProblemAsync(404);
        await (await seller.PostAsJsonAsync($"leads/{id}:assign", new { }, Cancel)).ProblemAsync(403);
        await (await server.As("liqiang").PostAsJsonAsync($"leads/{id}:assign", new { }, Cancel)).ProblemAsync(409);
        await (await seller.PostAsJsonAsync($"leads/{id}:convert", new { customer = "x" }, Cancel)).ProblemAsync(422);
        var made = await (await seller.PostAsJsonAsync($"leads/{id}:convert", new { dealName = "第一单" }, Cancel)).JsonAsync();
        Assert.Equal("第一单", (await seller.ReadAsync($"deals/{made.GetProperty("deal").GetString()}")).GetProperty("name").GetString());
        await (await server.As("zhaomin").PostAsJsonAsync($"leads/{id}:unconvert", new { }, Cancel)).ProblemAsync(404);
        Assert.Equal("working", (await (await seller.PostAsJsonAsync($"leads/{id}:unconvert", new { }, Cancel)).JsonAsync()).GetProperty("state").GetString());
        await (await seller.GetAsync("./leads:response?days=0", Cancel)).ProblemAsync(422);
        await (await seller.PutAsJsonAsync("working-hours", new { from = "08:30" }, Cancel)).ProblemAsync(403);
        Assert.Equal("08:30", (await (await server.As("wangfang").PutAsJsonAsync("working-hours", new { from = "08:30" }, Cancel)).JsonAsync()).GetProperty("from").GetString());
    }

    [GeneratedRegex("name=token value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokenField();
}
