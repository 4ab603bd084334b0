using System.Net;
using System.Text;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

public sealed class BadInputTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> SendAsync(byte[] body, string path = "customers") =>
        server.As("zhangwei").PostAsync(path, new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } }, Cancel);

    private Task<HttpResponseMessage> SendAsync(string body, string path = "customers") => SendAsync(Encoding.UTF8.GetBytes(body), path);

    public static TheoryData<string, int> Bodies => new()
    {
        { "", 400 },
        { "{", 400 },
        { "[]", 400 },
        { "null", 400 },
        { "\"text\"", 400 },
        { "{\"name\":", 400 },
        { new string('[', 1000) + new string(']', 1000), 400 },
        { "{\"name\":{\"a\":1}}", 422 },
        { "{\"name\":[1]}", 422 },
        { "{\"name\":\"\\u0000x\"}", 422 },
        { "{\"name\":\"\\ud800\"}", 400 },
        { "{\"name\":\"a\",\"employees\":1e400}", 422 },
        { "{\"name\":\"a\",\"employees\":1.5}", 422 },
        { "{\"name\":\"a\",\"employees\":99999999999999999999999}", 422 },
        { "{\"name\":\"a\",\"annualRevenue\":{\"amount\":\"1e30\",\"currency\":\"CNY\"}}", 422 },
        { "{\"name\":\"a\",\"annualRevenue\":{\"amount\":\"5\",\"currency\":\"yuan\"}}", 422 },
        { "{\"name\":\"a\",\"nextContactAt\":\"9999-99-99\"}", 422 },
        { "{\"name\":\"a\",\"nextContactAt\":\"0001-01-01T00:00:00Z\"}", 422 },
        { "{\"name\":\"a\",\"owner\":\"not an id\"}", 422 },
        { "{\"name\":\"a\",\"owner\":\"00000000-0000-0000-0000-000000000000\"}", 422 },
        { "{\"name\":\"a\",\"tags\":[1,2]}", 422 },
        { "{\"name\":\"a\",\"social\":[{\"value\":5}]}", 422 },
        { "{\"name\":\"a\",\"unknown\":1}", 422 },
        { "{\"name\":\"   \"}", 422 },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_bad_body_is_a_clear_refusal_and_nothing_changes(string body, int status)
    {
        await (await SendAsync(body)).ProblemAsync(status);
        Assert.Equal(0, (await server.As("wangfang").ReadAsync("customers?count=true")).GetProperty("count").GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task Broken_utf8_is_refused() => await (await SendAsync([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8])).ProblemAsync(400);

    [Fact]
    public async Task Ten_megabytes_are_too_large() => await (await SendAsync("{\"name\":\"" + new string('x', 10_000_000) + "\"}")).ProblemAsync(413);

    [Fact]
    public async Task A_long_name_is_told_the_limit()
    {
        var problem = await (await SendAsync("{\"name\":\"" + new string('长', 201) + "\"}")).ProblemAsync(422);
        Assert.Contains("200", problem.GetProperty("errors").GetProperty("name")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_thousand_operations_are_too_many() =>
        await (await SendAsync("{\"operations\":[" + string.Join(',', Enumerable.Repeat("{\"op\":\"create\",\"values\":{\"name\":\"a\"}}", 5000)) + "]}", "./customers:batch")).ProblemAsync(413);

    [Theory]
    [InlineData("customers?filter=citi%20%3D%201")]
    [InlineData("customers?filter=createdAt%20%3C%20%22%22")]
    [InlineData("customers?filter=employees%20%3D%20abc")]
    [InlineData("customers?filter=employees%20%3D%201e400")]
    [InlineData("customers?filter=level%20%3E%20vip")]
    [InlineData("customers?filter=owner%20%3C%205")]
    [InlineData("customers?filter=name.x%20%3D%201")]
    [InlineData("customers?sort=nam")]
    [InlineData("customers?fields=nam")]
    [InlineData("customers?limit=0")]
    [InlineData("customers?limit=501")]
    [InlineData("customers?limit=x")]
    [InlineData("customers?cursor=AAAA")]
    [InlineData("customers?count=maybe")]
    [InlineData("./customers:aggregate?group=nam")]
    [InlineData("./customers:aggregate?measure=sum(name)")]
    [InlineData("./customers:aggregate?measure=median(employees)")]
    [InlineData("changes?since=x")]
    [InlineData("changes?types=moons")]
    public async Task A_wrong_question_is_422_with_a_sentence(string path) => await (await server.As("zhangwei").GetAsync(path, Cancel)).ProblemAsync(422);

    [Fact]
    public async Task A_filter_of_a_thousand_brackets_is_refused() =>
        await (await server.As("zhangwei").GetAsync("customers?filter=" + new string('(', 1000) + "city=1" + new string(')', 1000), Cancel)).ProblemAsync(422);

    [Theory]
    [InlineData("customers/nonsense")]
    [InlineData("moons")]
    [InlineData("customers/01a20106-cd4f-7e5c-aa25-4688a3ab7654")]
    [InlineData("record-types/moons")]
    [InlineData("files/01a20106-cd4f-7e5c-aa25-4688a3ab7654")]
    public async Task What_is_not_there_is_404(string path) => await (await server.As("zhangwei").GetAsync(path, Cancel)).ProblemAsync(404);

    [Fact]
    public async Task Random_queries_are_never_a_fault()
    {
        var random = new Random(5);
        string[] names = ["name", "city", "owner", "createdAt", "employees", "tags", "owner.team", "phone", "annualRevenue", "birthday", "social", "parent.name", "id", "nextBirthday"];
        string[] operators = ["=", "!=", "<", "<=", ">", ">=", ":", " in "];
        string[] values = ["1", "\"x\"", "null", "me", "today-3d", "(1,2)", "\"\"", "*", "\"长*\"", "true", "-5", "2026-01-01", "1e9", "\"%_'\\\\\""];
        for (var i = 0; i < 400; i++)
        {
            var filter = string.Join(random.Next(2) == 0 ? " AND " : " OR ", Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (random.Next(4) == 0 ? "NOT " : "") + names[random.Next(names.Length)] + operators[random.Next(operators.Length)] + values[random.Next(values.Length)]));
            var response = await server.As("zhangwei").GetAsync("customers?filter=" + Uri.EscapeDataString(filter), Cancel);
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity, $"{filter}: {(int)response.StatusCode}");
        }
    }
}
