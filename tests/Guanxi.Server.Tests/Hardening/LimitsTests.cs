using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Hardening;

/// <summary>Every input has an end: of size, of depth, of number, of time, of memory. One row each; whatever is beyond is refused with a sentence, soon, and without the server growing.</summary>
public sealed class LimitsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);
    private const long MostGrowth = 256L * 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private sealed record Row(string Method, string Path, Func<HttpContent?> Body, params int[] Expected);

    private static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");

    private static MultipartFormDataContent Form(byte[] file, string name, string? options = null)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", name } };
        if (options is not null)
        {
            form.Add(new StringContent(options), "options");
        }

        return form;
    }

    private static string Repeat(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();

    /// <summary>A workbook whose one sheet is so many bytes of rows when it is unpacked.</summary>
    private static byte[] Bomb(long size)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Part(string name, string text)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name, CompressionLevel.Fastest).Open());
                writer.Write(text);
            }

            Part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
            Part("_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Part("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
            Part("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
            using var sheet = new StreamWriter(zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open());
            sheet.Write("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
            var row = Repeat("<row><c t=\"inlineStr\"><is><t>x</t></is></c></row>", 20_000);
            for (var written = 0L; written < size; written += row.Length)
            {
                sheet.Write(row);
            }

            sheet.Write("</sheetData></worksheet>");
        }

        return file.ToArray();
    }

    /// <summary>A part of a workbook that tries to read a file or to grow from a few lines to gigabytes.</summary>
    private static byte[] WithEntities(string prologue)
    {
        using var file = new MemoryStream();
        file.Write(Bomb(1));
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry("xl/worksheets/sheet1.xml")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("xl/worksheets/sheet1.xml").Open());
            writer.Write(prologue + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row><c t=\"inlineStr\"><is><t>客户名称</t></is></c></row><row><c t=\"inlineStr\"><is><t>&e9;</t></is></c></row></sheetData></worksheet>");
        }

        return file.ToArray();
    }

    private static readonly string Laughs = "<!DOCTYPE a [<!ENTITY e0 \"ha\">" + string.Concat(Enumerable.Range(1, 9).Select(at => $"<!ENTITY e{at} \"{Repeat($"&e{at - 1};", 10)}\">")) + "]>";

    private static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        ["a body of five megabytes"] = new("POST", "customers", () => Json("{\"name\":\"" + new string('x', 5_000_000) + "\"}"), 413),
        ["a body that never says how long it is"] = new("POST", "customers", () => new StreamContent(new MemoryStream(new byte[6_000_000])) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, 413),
        ["brackets a thousand deep"] = new("POST", "customers", () => Json(Repeat("{\"a\":", 1000) + "1" + Repeat("}", 1000)), 400),
        ["a name of two hundred thousand letters"] = new("POST", "customers", () => Json("{\"name\":\"" + new string('长', 200_000) + "\"}"), 422),
        ["fifty thousand fields"] = new("POST", "customers", () => Json("{" + string.Join(',', Enumerable.Range(0, 50_000).Select(at => $"\"f{at}\":1")) + "}"), 422),
        ["a hundred thousand tags"] = new("POST", "customers", () => Json("{\"name\":\"a\",\"tags\":[" + string.Join(',', Enumerable.Range(0, 100_000).Select(at => $"\"{at}\"")) + "]}"), 422),
        ["a hundred thousand phones"] = new("POST", "contacts", () => Json("{\"name\":\"a\",\"otherPhones\":[" + string.Join(',', Enumerable.Range(0, 100_000).Select(at => "{\"value\":\"13800138000\"}")) + "]}"), 422),
        ["a number of ten thousand digits"] = new("POST", "customers", () => Json("{\"name\":\"a\",\"employees\":" + new string('9', 10_000) + "}"), 422),
        ["a batch of fifty thousand"] = new("POST", "./customers:batch", () => Json("{\"operations\":[" + string.Join(',', Enumerable.Repeat("{\"op\":\"create\",\"values\":{\"name\":\"a\"}}", 50_000)) + "]}"), 413),
        ["a page of a million"] = new("GET", "customers?limit=1000000", () => null, 422),
        ["a filter a thousand deep"] = new("GET", "customers?filter=" + Repeat("(", 1000) + "city=1" + Repeat(")", 1000), () => null, 422),
        ["a filter of a thousand conditions"] = new("GET", "customers?filter=" + Uri.EscapeDataString(string.Join(" OR ", Enumerable.Repeat("city = 1", 1000))), () => null, 422, 414),
        ["an address of a hundred thousand letters"] = new("GET", "customers?filter=" + new string('x', 100_000), () => null, 414, 431),
        ["a list of ten thousand values"] = new("GET", "customers?filter=" + Uri.EscapeDataString("city in (" + string.Join(',', Enumerable.Range(0, 1000)) + ")"), () => null, 200, 422, 414),
        ["search words without an end"] = new("GET", "customers?q=" + Repeat("a%20", 1500), () => null, 200, 422),
        ["a search of wild cards"] = new("GET", "customers?q=" + Repeat("%25_*?", 300), () => null, 200, 422),
        ["a filter of wild cards"] = new("GET", "customers?filter=" + Uri.EscapeDataString("name : \"" + Repeat("%_*", 200) + "\""), () => null, 200, 422),
        ["a formula a thousand deep"] = new("POST", "record-types/customers/fields", () => Json($"{{\"name\":\"deep\",\"kind\":\"formula\",\"label\":{{\"zh-Hans\":\"深\"}},\"formula\":\"{Repeat("(", 1000)}1{Repeat(")", 1000)}\"}}"), 422, 403),
        ["a formula of fifty thousand parts"] = new("POST", "record-types/customers/fields", () => Json($"{{\"name\":\"wide\",\"kind\":\"formula\",\"label\":{{\"zh-Hans\":\"宽\"}},\"formula\":\"{Repeat("1+", 50_000)}1\"}}"), 422, 403),
        ["a user name of a megabyte"] = new("POST", "session", () => Json("{\"userName\":\"" + new string('x', 1_000_000) + "\",\"password\":\"x\"}"), 401, 403, 422, 400),
        ["a password of a megabyte"] = new("POST", "session", () => Json("{\"userName\":\"zhangwei\",\"password\":\"" + new string('x', 1_000_000) + "\"}"), 401, 403, 422, 400),
        ["an upload without a file"] = new("POST", "imports", () => new MultipartFormDataContent { { new StringContent("{}"), "options" } }, 422, 400),
        ["an upload whose boundary never comes"] = new("POST", "imports", () => new ByteArrayContent(new byte[100_000]) { Headers = { { "Content-Type", "multipart/form-data; boundary=" + new string('x', 60) } } }, 400, 422),
        ["a JSON file as a table"] = new("POST", "./imports:inspect", () => Form("[{\"name\":\"a\"}]"u8.ToArray(), "a.json", "{\"type\":\"customers\"}"), 422),
        ["options of two megabytes"] = new("POST", "imports", () => Form("客户名称\na\n"u8.ToArray(), "a.csv", "{\"type\":\"" + new string('x', 2_000_000) + "\"}"), 400, 413, 422),
        ["a workbook of a few kilobytes that unpacks to more than half a gigabyte"] = new("POST", "./imports:inspect", () => Form(Bomb(600L << 20), "a.xlsx", "{\"type\":\"customers\"}"), 422, 413),
        ["a workbook that reads files of the server"] = new("POST", "./imports:inspect", () => Form(WithEntities("<!DOCTYPE a [<!ENTITY e9 SYSTEM \"file:///etc/passwd\">]>"), "a.xlsx", "{\"type\":\"customers\"}"), 422),
        ["a workbook of a billion laughs"] = new("POST", "./imports:inspect", () => Form(WithEntities(Laughs), "a.xlsx", "{\"type\":\"customers\"}"), 422),
        ["a line of thirty megabytes"] = new("POST", "./imports:inspect", () => Form(Encoding.UTF8.GetBytes("客户名称\n" + new string('x', 30_000_000)), "a.csv", "{\"type\":\"customers\"}"), 200, 422),
        ["a table of a hundred thousand columns"] = new("POST", "./imports:inspect", () => Form(Encoding.UTF8.GetBytes(Repeat("a,", 100_000) + "\n1\n"), "a.csv", "{\"type\":\"customers\"}"), 200, 422),
        ["a card a thousand lines deep"] = new("POST", "./imports:inspect", () => Form(Encoding.UTF8.GetBytes(Repeat("BEGIN:VCARD\r\n", 100_000)), "a.vcf", "{\"type\":\"contacts\"}"), 200, 422),
    };

    public static TheoryData<string> Names() => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Beyond_the_limit_is_refused_soon_and_without_growing(string name)
    {
        var row = Rows[name];
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), row.Path) { Content = row.Body() };
        GC.Collect();
        var before = Process.GetCurrentProcess().WorkingSet64;
        var began = Stopwatch.GetTimestamp();
        using var answer = await server.As("wangfang").SendAsync(request, Cancel);
        var (took, grown) = (Stopwatch.GetElapsedTime(began), Process.GetCurrentProcess().WorkingSet64 - before);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(row.Expected.Contains((int)answer.StatusCode), $"{(int)answer.StatusCode}: {text[..Math.Min(text.Length, 300)]}");
        Pace.Within(Soon, took, name);
        Assert.True(grown < MostGrowth, $"the server grew by {grown >> 20} MB");
        if ((int)answer.StatusCode is >= 400 and not (414 or 431))
        {
            Assert.NotEmpty(JsonDocument.Parse(text).RootElement.GetProperty("title").GetString()!);
        }
    }

    [Fact]
    public async Task Nobody_opens_more_live_streams_than_windows_fit_on_a_desk()
    {
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < Guanxi.Platform.Live.LiveHub.MostOfOne; i++)
        {
            open.Add(await server.As("chenjing").GetAsync("live", HttpCompletionOption.ResponseHeadersRead, Cancel));
            Assert.True(open[^1].IsSuccessStatusCode);
        }

        await (await server.As("chenjing").GetAsync("live", Cancel)).ProblemAsync(429);
        using var other = await server.As("liuyang").GetAsync("live", HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.True(other.IsSuccessStatusCode);
        open.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task What_a_spreadsheet_would_run_comes_back_harmless_among_the_rejected_rows_too()
    {
        using var file = Form("客户名称,员工人数\n\"=cmd|' /C calc'!A0\",=1+1\n"u8.ToArray(), "a.csv", "{\"type\":\"customers\"}");
        var done = await (await server.As("zhangwei").PostAsync("imports", file, Cancel)).JsonAsync();
        var rejects = await server.As("zhangwei").GetStringAsync($"imports/{done.GetProperty("batch").GetString()}/rejects", Cancel);
        Assert.Contains("'=cmd", rejects, StringComparison.Ordinal);
        Assert.Contains("'=1+1", rejects, StringComparison.Ordinal);
    }
}
