using System.Net;
using System.Text;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Exchange;

public sealed class ImportExportTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string file, object? options, string? key = null) => SendAsync(client, path, Encoding.UTF8.GetBytes(file), options, key);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, byte[] file, object? options, string? key = null)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "客户.csv" } };
        if (options is not null)
        {
            form.Add(new StringContent(JsonSerializer.Serialize(options)), "options");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request, Cancel);
    }

    [Fact]
    public async Task A_file_is_looked_at_imported_listed_and_taken_back()
    {
        var seller = server.As("zhangwei");
        const string file = "客户名称,城市,员工人数\n导入甲,长沙,3\n导入乙,上海,x\n";
        var seen = await (await SendAsync(seller, "/api/v1/imports:inspect", file, new { type = "customers" })).JsonAsync();
        Assert.Equal("name", seen.GetProperty("mapping").GetProperty("客户名称").GetString());
        Assert.Equal("导入甲", seen.GetProperty("sample")[0][0].GetString());

        var dry = await (await SendAsync(seller, "imports", file, new { type = "customers", mapping = seen.GetProperty("mapping"), mode = "create", key = (string?)null, owner = "me", dryRun = true, encoding = (string?)null, delimiter = (string?)null, keepCreated = false })).JsonAsync();
        Assert.Equal((2, 1, 1), (dry.GetProperty("read").GetInt32(), dry.GetProperty("created").GetInt32(), dry.GetProperty("rejected").GetInt32()));
        Assert.Equal(JsonValueKind.Null, dry.GetProperty("batch").ValueKind);

        // The clock stands still otherwise, and of imports of one moment either could be the newest.
        server.Company.Time.Pass(TimeSpan.FromSeconds(1));
        var done = await (await SendAsync(seller, "imports", file, new { type = "customers" })).JsonAsync();
        var batch = done.GetProperty("batch").GetString();
        Assert.Equal("done", done.GetProperty("state").GetString());
        Assert.Equal(3, done.GetProperty("rejects")[0].GetProperty("row").GetInt32());
        Assert.Contains("导入乙", await seller.GetStringAsync($"imports/{batch}/rejects", Cancel), StringComparison.Ordinal);
        Assert.Equal(batch, (await seller.ReadAsync("imports")).GetProperty("items")[0].GetProperty("batch").GetString());
        Assert.Equal("客户.csv", (await seller.ReadAsync($"imports/{batch}")).GetProperty("fileName").GetString());
        await (await server.As("zhaomin").GetAsync($"imports/{batch}", Cancel)).ProblemAsync(404);
        await (await server.As("zhaomin").PostAsync($"imports/{batch}:undo", null, Cancel)).ProblemAsync(404);

        var undone = await (await seller.PostAsync($"imports/{batch}:undo", null, Cancel)).JsonAsync();
        Assert.Equal((1, 0, 0), (undone.GetProperty("deleted").GetInt32(), undone.GetProperty("restored").GetInt32(), undone.GetProperty("kept").GetArrayLength()));
        await (await seller.PostAsync($"imports/{batch}:undo", null, Cancel)).ProblemAsync(409);
        Assert.Empty((await seller.ReadAsync("customers?q=" + Uri.EscapeDataString("导入甲"))).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_same_key_imports_once()
    {
        var seller = server.As("zhangwei");
        var first = await (await SendAsync(seller, "imports", "客户名称\n只进一次\n", new { type = "customers" }, "import-1")).JsonAsync();
        var again = await (await SendAsync(seller, "imports", "客户名称\n只进一次\n", new { type = "customers" }, "import-1")).JsonAsync();
        Assert.Equal(first.GetProperty("batch").GetString(), again.GetProperty("batch").GetString());
        Assert.Equal(1, (await seller.ReadAsync("customers?count=exact&filter=" + Uri.EscapeDataString("name = \"只进一次\""))).GetProperty("count").GetProperty("value").GetInt32());
        await (await SendAsync(seller, "imports", "客户名称\n另一个\n", new { type = "customers" }, "import-1")).ProblemAsync(422);
    }

    [Fact]
    public async Task What_is_no_import_is_a_clear_problem()
    {
        var seller = server.As("zhangwei");
        await (await SendAsync(seller, "imports", "水果\n苹果\n", new { type = "customers" })).ProblemAsync(422);
        await (await SendAsync(seller, "imports", [0x25, 0x50, 0x44, 0x46, 0x2D], new { type = "customers" })).ProblemAsync(422);
        await (await SendAsync(seller, "imports", "", new { type = "customers" })).ProblemAsync(422);
        await (await SendAsync(seller, "imports", "客户名称\n甲\n", null)).ProblemAsync(422);
        await (await SendAsync(seller, "imports", "客户名称\n甲\n", new { type = "users" })).ProblemAsync(422);
        await (await SendAsync(seller, "imports", "客户名称\n甲\n", new { type = "customers", mode = "destroy" })).ProblemAsync(400);
        await (await SendAsync(seller, "imports", "客户名称\n甲\n", new { type = "customers", mapping = new { 客户 = "name" } })).ProblemAsync(422);
        await (await SendAsync(seller, "imports", "客户名称\n甲\n", new { type = "customers", encoding = "klingon" })).ProblemAsync(422);
        await (await SendAsync(server.As("chenjing"), "imports", "客户名称\n甲\n", new { type = "customers" })).ProblemAsync(403);
        await (await SendAsync(server.Client(null), "imports", "客户名称\n甲\n", new { type = "customers" })).ProblemAsync(401);
        await (await seller.PostAsync("imports", new StringContent("{}", Encoding.UTF8, "application/json"), Cancel)).ProblemAsync(400);
        await (await seller.PostAsync("imports", new StringContent("--x\r\nnothing", Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("multipart/form-data") { Parameters = { new("boundary", "x") } }), Cancel)).ProblemAsync(400);
        Assert.Empty(Directory.GetFiles(Path.Combine(server.Company.Workspace.Folder, "imports"), "*.upload"));
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("json", "application/json")]
    [InlineData("vcf", "text/vcard")]
    public async Task A_list_goes_out_in_every_format_to_who_may_export(string format, string mediaType)
    {
        await server.As("zhangwei").MakeAsync("customers", new { name = "出口" + format });
        var answer = await server.As("liqiang").GetAsync($"/api/v1/customers:export?format={format}&filter=" + Uri.EscapeDataString($"name = \"出口{format}\""), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.True((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length > 20);
        await (await server.As("zhangwei").GetAsync($"/api/v1/customers:export?format={format}", Cancel)).ProblemAsync(403);
        await (await server.As("liqiang").GetAsync($"/api/v1/customers:export?format=exe", Cancel)).ProblemAsync(422);
        await (await server.As("liqiang").GetAsync($"/api/v1/customers:export?format={format}&filter=nosuch%20%3D%201", Cancel)).ProblemAsync(422);
    }
}
