using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Server.Operations;
using Guanxi.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Exchange;

public sealed class PreparedImportTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string text, object? options = null, string name = "客户.csv") =>
        await client.PostAsync("./imports:upload", new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", name }, { new StringContent(JsonSerializer.Serialize(options ?? new { type = "customers" })), "options" } }, Cancel);

    private async Task<JsonElement> AfterAsync(HttpClient client, string batch, string verb, object options)
    {
        var answer = await client.PostAsJsonAsync($"imports/{batch}:{verb}", options, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await server.Services.GetRequiredService<ImportJobs>().IdleAsync();
        return await client.ReadAsync($"imports/{batch}");
    }

    [Fact]
    public async Task A_sheet_of_companies_and_people_is_uploaded_looked_at_checked_mended_imported_and_taken_back()
    {
        var seller = server.As("zhangwei");
        var there = (await seller.MakeAsync("customers", new { name = "上海华兴机械设备有限公司", phone = "13800138000", city = "上海市" })).GetProperty("id").GetString()!;
        var answer = await UploadAsync(seller, "公司名称,公司电话,所在城市,级别,联系人,手机\n上海華興機械設備有限公司,13800138000,上海,VIP,甲,13800000001\n长沙新店,,长沙,金牌,乙,13800000002\n长沙新店,,长沙,,丙,+86\n", new { type = "customers", together = true });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var seen = await answer.JsonAsync(HttpStatusCode.Created);
        var batch = seen.GetProperty("batch").GetString()!;
        Assert.Equal("contacts.name", seen.GetProperty("mapping").GetProperty("联系人").GetString());
        Assert.Equal("utf-8", (await (await seller.PostAsJsonAsync($"imports/{batch}:inspect", new { type = "customers", together = true }, Cancel)).JsonAsync()).GetProperty("encoding").GetString());
        await (await seller.PostAsJsonAsync($"imports/{batch}:inspect", new { type = "customers", encoding = "gb18030" }, Cancel)).ProblemAsync(422);

        var mapping = seen.GetProperty("mapping");
        var check = await AfterAsync(seller, batch, "check", new { type = "customers", mapping, mode = "create" });
        Assert.Equal(("checked", 1, 1, 2), (check.GetProperty("state").GetString(), check.GetProperty("created").GetInt32(), check.GetProperty("alike").GetInt32(), check.GetProperty("rejected").GetInt32()));
        Assert.Equal("金牌", check.GetProperty("unknown")[0].GetProperty("text").GetString());
        Assert.Equal([3, 5], check.GetProperty("rejects").EnumerateArray().Select(reject => reject.GetProperty("marks")[0].GetProperty("column").GetInt32()));
        var alike = (await seller.ReadAsync($"imports/{batch}/rows?kind=alike")).GetProperty("alike")[0];
        Assert.Equal((2, there, true), (alike.GetProperty("row").GetInt32(), alike.GetProperty("record").GetString(), alike.GetProperty("mayEdit").GetBoolean()));
        Assert.NotEmpty(alike.GetProperty("reasons").EnumerateArray());
        Assert.DoesNotContain((await seller.ReadAsync("imports")).GetProperty("items").EnumerateArray(), import => import.GetProperty("batch").GetString() == batch);

        object options = new
        {
            type = "customers",
            mapping,
            mode = "create",
            values = new { level = new Dictionary<string, string> { ["金牌"] = "vip" } },
            corrections = new Dictionary<string, object> { ["4"] = new Dictionary<string, string> { ["手机"] = "13800000003" } },
            decisions = new Dictionary<string, string> { ["2"] = there },
            rules = new { name = "never" },
        };
        Assert.Equal(0, (await AfterAsync(seller, batch, "check", options)).GetProperty("rejected").GetInt32());
        var done = await AfterAsync(seller, batch, "start", options);
        Assert.Equal(("done", 1, 1, 3, 0), (done.GetProperty("state").GetString(), done.GetProperty("created").GetInt32(), done.GetProperty("updated").GetInt32(), done.GetProperty("besideCreated").GetInt32(), done.GetProperty("rejected").GetInt32()));
        Assert.Equal("vip", (await seller.ReadAsync($"customers/{there}")).GetProperty("level").GetString());
        await (await seller.PostAsJsonAsync($"imports/{batch}:start", options, Cancel)).ProblemAsync(409);
        await (await seller.PostAsync($"imports/{batch}:pause", null, Cancel)).ProblemAsync(409);

        var undone = await (await seller.PostAsync($"imports/{batch}:undo", null, Cancel)).JsonAsync();
        Assert.Equal((4, 1, 0), (undone.GetProperty("deleted").GetInt32(), undone.GetProperty("restored").GetInt32(), undone.GetProperty("kept").GetArrayLength()));
        Assert.False((await seller.ReadAsync($"customers/{there}")).TryGetProperty("level", out var level) && level.ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task The_error_workbook_is_for_who_imported_and_who_looks_after_imports()
    {
        var seller = server.As("zhangwei");
        var batch = (await (await UploadAsync(seller, "客户名称,电话\n错表甲,+86\n错表乙,13800000002\n")).JsonAsync(HttpStatusCode.Created)).GetProperty("batch").GetString()!;
        await (await server.As("wangfang").GetAsync($"imports/{batch}", Cancel)).ProblemAsync(404);
        await (await server.As("zhaomin").PostAsJsonAsync($"imports/{batch}:start", new { type = "customers" }, Cancel)).ProblemAsync(404);
        Assert.Equal("done", (await AfterAsync(seller, batch, "start", new { type = "customers" })).GetProperty("state").GetString());

        using var zip = new ZipArchive(await seller.GetStreamAsync($"imports/{batch}/errors", Cancel));
        using var sheet = new StreamReader(await zip.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(Cancel));
        Assert.Contains("错表甲", await sheet.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        Assert.True((await server.As("wangfang").GetAsync($"imports/{batch}/errors", Cancel)).IsSuccessStatusCode);
        foreach (var path in new[] { $"imports/{batch}/errors", $"imports/{batch}/rows", $"imports/{batch}" })
        {
            await (await server.As("zhaomin").GetAsync(path, Cancel)).ProblemAsync(404);
        }

        await (await server.As("wangfang").GetAsync($"imports/{batch}/rows?kind=alike", Cancel)).ProblemAsync(422);
        await seller.PostAsync($"imports/{batch}:undo", null, Cancel);
    }

    [Fact]
    public async Task What_is_wrong_with_the_options_is_said_at_once_and_what_is_wrong_with_the_file_when_it_was_read()
    {
        var seller = server.As("zhangwei");
        await (await UploadAsync(server.As("chenjing"), "客户名称\n甲\n")).ProblemAsync(403);
        await (await UploadAsync(seller, "%PDF-1.7", name: "a.pdf")).ProblemAsync(422);
        var batch = (await (await UploadAsync(seller, "客户名称,手机\n甲,1\n")).JsonAsync(HttpStatusCode.Created)).GetProperty("batch").GetString()!;
        foreach (var (status, options) in new (int, object)[]
        {
            (422, new { type = "customers", mapping = new { 没有 = "name" } }),
            (422, new { type = "customers", mapping = new { 客户名称 = "nosuch" } }),
            (422, new { type = "customers", mapping = new Dictionary<string, string> { ["客户名称"] = "name", ["手机"] = "contacts.nosuch" } }),
            (422, new { type = "customers", pool = "没有这个公海" }),
            (422, new { type = "users" }),
            (422, new { type = "customers", sheet = "表", encoding = "klingon" }),
            (400, new { type = "customers", rules = new { name = "sometimes" } }),
            (400, new { type = "customers", decisions = new { x = "create" } }),
            (400, new { mapping = new { 客户名称 = "name" } }),
            (400, "text"),
        })
        {
            await (await seller.PostAsJsonAsync($"imports/{batch}:check", options, Cancel)).ProblemAsync(status);
        }

        await (await seller.PostAsJsonAsync($"imports/{Guid.CreateVersion7()}:check", new { type = "customers" }, Cancel)).ProblemAsync(404);
        var broken = (await (await UploadAsync(seller, "客户名称,备注\n" + string.Concat(Enumerable.Repeat("甲,好\n", 100)) + "乙,\"" + new string('长', 4_100_000))).JsonAsync(HttpStatusCode.Created)).GetProperty("batch").GetString()!;
        var after = await AfterAsync(seller, broken, "check", new { type = "customers" });
        Assert.Equal("draft", after.GetProperty("state").GetString());
        Assert.NotEmpty(after.GetProperty("problem").GetString()!);
    }

    [Fact]
    public async Task Mappings_are_saved_listed_shared_and_removed()
    {
        var seller = server.As("zhangwei");
        var saved = await (await seller.PostAsJsonAsync("import-mappings", new { name = "老系统", columns = new[] { "公司" }, options = new { type = "customers", mapping = new { 公司 = "name" }, rules = new { name = "never" } } }, Cancel)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("never", saved.GetProperty("options").GetProperty("rules").GetProperty("name").GetString());
        foreach (var (name, sees) in new[] { ("zhangwei", true), ("zhaomin", false), ("chenjing", false) })
        {
            Assert.Equal(sees, (await server.As(name).ReadAsync("import-mappings?type=customers")).GetProperty("items").EnumerateArray().Any(mapping => mapping.GetProperty("id").GetString() == saved.GetProperty("id").GetString()));
        }

        await (await seller.PostAsJsonAsync("import-mappings", new { name = "共享", shared = true, columns = new[] { "公司" }, options = new { type = "customers", mapping = new { 公司 = "name" } } }, Cancel)).ProblemAsync(403);
        await (await seller.PostAsJsonAsync("import-mappings", new { name = " ", columns = new[] { "公司" }, options = new { type = "customers" } }, Cancel)).ProblemAsync(422);
        await (await server.As("zhaomin").DeleteAsync($"import-mappings/{saved.GetProperty("id").GetString()}", Cancel)).ProblemAsync(404);
        Assert.Equal(HttpStatusCode.NoContent, (await seller.DeleteAsync($"import-mappings/{saved.GetProperty("id").GetString()}", Cancel)).StatusCode);
    }
}
