using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Platform.Records;
using Guanxi.Server.Tests.Hardening;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>Hostile texts in every text of every noun, in file names, tags, views, teams and imported rows, looked at in a real browser: nothing runs, nothing becomes an element, nothing is loaded from elsewhere.</summary>
public sealed class HostileWalkTests(Walk walk) : IClassFixture<Walk>
{
    /// <summary>Hears whatever runs, whatever the policy stops, every box that opens and every address outside.</summary>
    private const string Ears = """
        window.__heard = [];
        window.__hit = (what) => window.__heard.push('ran ' + what);
        for (const box of ['alert', 'confirm', 'prompt']) window[box] = (what) => window.__heard.push(box + ' ' + what);
        document.addEventListener('securitypolicyviolation', (event) => window.__heard.push('stopped ' + event.effectiveDirective + ' ' + event.blockedURI));
        """;

    /// <summary>What was heard, and what stands in the page that no text may become.</summary>
    private const string Look = """
        () => [...window.__heard,
          ...[...document.querySelectorAll('[data-hostile]')].map((one) => 'became ' + one.outerHTML.slice(0, 80)),
          ...[...document.querySelectorAll('a[href], form[action], iframe, object, embed')].map((one) => one.getAttribute('href') ?? one.getAttribute('action') ?? one.tagName).filter((to) => !/^(\/|#|\?|https?:|mailto:|tel:|sms:|geo:|weixin:|blob:)/i.test(to) || /evil\.example/.test(to) && !/^https?:/.test(to)).map((to) => 'leads to ' + to)]
        """;

    private static readonly string[] Nouns = ["customers", "contacts", "activities", "deals", "orders", "products"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int next;

    private string Next(int longest)
    {
        for (var tries = 0; ; tries++)
        {
            var text = HostileStrings.All[next++ % HostileStrings.All.Count];
            if (text.Length <= longest)
            {
                return text;
            }

            Assert.True(tries < HostileStrings.All.Count, $"no text is as short as {longest}");
        }
    }

    /// <summary>Every field of the record that takes a text gets one after the other; those that rightly refuse them keep what they have.</summary>
    private async Task<int> FillAsync(string type, Guid id)
    {
        var head = walk.Server.As("wangfang");
        var taken = 0;
        foreach (var field in walk.Server.Company.Workspace.Schema[type].Fields.Where(field => field.Writable && field.MaxLength >= 60 && field.Kind is FieldKind.Text or FieldKind.LongText or FieldKind.Link or FieldKind.Tags or FieldKind.Email or FieldKind.Address))
        {
            object value = field.Kind switch
            {
                FieldKind.Tags => new[] { Next(40) },
                FieldKind.LongText => string.Join('\n', Enumerable.Range(0, 40).Select(_ => Next(200))),
                _ => Next(field.MaxLength),
            };
            using var answer = await head.PatchAsync($"{type}/{id}", new Dictionary<string, object?>(StringComparer.Ordinal) { [field.Name] = value });
            Assert.True((int)answer.StatusCode is 200 or 400 or 403 or 409 or 422, $"{type}.{field.Name} {(int)answer.StatusCode}");
            taken += answer.IsSuccessStatusCode ? 1 : 0;
        }

        return taken;
    }

    private async Task<Dictionary<string, Guid>> PlantAsync()
    {
        var head = walk.Server.As("wangfang");
        var ids = new Dictionary<string, Guid>(StringComparer.Ordinal);
        ids["customers"] = await MakeAsync("customers", new { name = Next(100) });
        ids["contacts"] = await MakeAsync("contacts", new { name = Next(60), customer = ids["customers"] });
        ids["activities"] = await MakeAsync("activities", new { kind = "note", content = Next(200), customer = ids["customers"] });
        ids["products"] = await MakeAsync("products", new { name = Next(100), code = "P-1" });
        await head.MakeAsync("sales-processes", new { name = Next(60), isDefault = true, definition = new { stages = new object[] { new { key = "a", name = Next(40), probability = 20 }, new { key = "b", name = Next(40), probability = 60 } } } });
        ids["deals"] = await MakeAsync("deals", new { name = Next(100), customer = ids["customers"], amount = new { amount = "1", currency = "CNY" } });
        ids["orders"] = await MakeAsync("orders", new { number = Next(60), customer = ids["customers"], amount = new { amount = "3", currency = "CNY" } });
        foreach (var text in HostileStrings.All.Take(Form.Of(30, HostileStrings.All.Count)).Where(text => text.Length <= 200))
        {
            await head.MakeAsync("customers", new { name = text });
        }

        foreach (var type in Nouns)
        {
            Assert.True(await FillAsync(type, ids[type]) > 0, type);
        }

        await head.MakeAsync("teams", new { name = Next(60) });
        await head.MakeAsync("roles", new { name = Next(60) });
        await (await head.PostAsJsonAsync("views", new { type = "customers", name = Next(60), scope = "public", definition = new { filter = "" } }, Cancel)).JsonAsync(HttpStatusCode.Created);
        await (await head.PostAsJsonAsync("record-types/customers/fields", new { name = "hostile", kind = "text", labels = new Dictionary<string, string> { ["zh-Hans"] = Next(60), ["en"] = Next(60) } }, Cancel)).JsonAsync();
        var content = new ByteArrayContent("x"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString("<img data-hostile src=x onerror=\"window.__hit('file')\">.txt")}");
        using var form = new MultipartFormDataContent { content };
        await (await head.PostAsync($"customers/{ids["customers"]}/files", form, Cancel)).JsonAsync(HttpStatusCode.Created);

        // Who comes with such a browser appears among the security events.
        using var stranger = new HttpClient { BaseAddress = walk.Server.Address };
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "<script data-hostile>window.__hit('agent')</script>");
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("X-Guanxi", "1");
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Origin", walk.Server.Address.GetLeftPart(UriPartial.Authority));
        await stranger.PostAsJsonAsync("/api/v1/session", new { userName = "<img data-hostile src=x onerror=window.__hit('name')>", password = "x" }, Cancel);
        return ids;

        async Task<Guid> MakeAsync(string type, object values) => (await head.MakeAsync(type, values)).GetProperty("id").GetGuid();
    }

    [Fact]
    public async Task No_text_anybody_wrote_runs_in_anybodys_page()
    {
        var ids = await PlantAsync();
        var page = await walk.OpenAsync("wangfang", "/account/security");
        var outside = new List<string>();
        await page.Context.AddInitScriptAsync(Ears);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(walk.Server.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                outside.Add(request.Url);
            }
        };
        string[] pages =
        [
            "/", "/customers?limit=200", "/deals/board", "/pool", "/duplicates", "/segments", "/quality", "/admin/fields", "/admin/teams", "/admin/roles", "/admin/bin", "/admin/security-events", "/admin/ledger",
            .. Nouns.Skip(1).Select(type => "/" + type), .. Nouns.Select(type => $"/{type}/{ids[type]}"),
        ];
        foreach (var path in pages)
        {
            await page.GotoAsync(new Uri(walk.Server.Address, path).ToString());
            await page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            await page.WaitForFunctionAsync("() => document.querySelectorAll('[aria-busy=true]').length === 0");
            await QuietAsync(page, path);
        }

        // The customer's whole page, with history, and the search box over everything.
        await page.GotoAsync(new Uri(walk.Server.Address, $"/customers/{ids["customers"]}").ToString());
        var box = page.GetByRole(AriaRole.Combobox).First;
        await Walk.PressAsync(page, "Control+k", box);
        await box.FillAsync("script");
        await page.GetByRole(AriaRole.Option).First.WaitForAsync();
        await QuietAsync(page, "the search box");
        Assert.Empty(outside);
        walk.Errors.Clear();

        // These ears hear: the same text put into the page as markup is heard at once.
        await page.EvaluateAsync("() => document.body.insertAdjacentHTML('beforeend', '<img data-hostile src=x onerror=\"window.__hit(1)\">')");
        await page.WaitForFunctionAsync("() => window.__heard.length > 0");
        Assert.Contains(await page.EvaluateAsync<string[]>(Look), heard => heard.StartsWith("became", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_of_hostile_rows_is_shown_as_text_while_it_is_imported()
    {
        var page = await walk.OpenAsync("wangfang", "/import");
        await page.Context.AddInitScriptAsync(Ears);
        await page.GotoAsync(new Uri(walk.Server.Address, "/import").ToString());
        var rows = HostileStrings.All.Where(text => !text.Contains('\n', StringComparison.Ordinal) && text.Length <= 150).Take(Form.Of(60, 400)).Select((text, at) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{(at % 3 == 0 ? "\"<img data-hostile src=x onerror=window.__hit(2)>\"" : "长沙市")}");
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "<svg data-hostile onload=window.__hit(3)>.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("客户名称,\"<b data-hostile onclick=window.__hit(4)>电话\"\n" + string.Join('\n', rows)) });
        await page.GetByText("<script data-hostile").First.WaitForAsync();
        await QuietAsync(page, "the import");
        walk.Errors.Clear();
    }

    /// <summary>A name with line ends in it makes no header line of its own, whichever way the file goes out again.</summary>
    [Fact]
    public async Task A_file_name_makes_no_header_of_its_own()
    {
        var seller = walk.Server.As("zhangwei");
        const string Name = "名单\r\nSet-Cookie: owned=1\r\n\r\n<script>.csv";
        var content = new ByteArrayContent("客户名称,电话\n错表甲,+86\n"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString(Name)}");
        using var form = new MultipartFormDataContent { content, { new StringContent("{\"type\":\"customers\"}"), "options" } };
        var batch = (await (await seller.PostAsync("imports", form, Cancel)).JsonAsync()).GetProperty("batch").GetString();
        var customer = (await seller.MakeAsync("customers", new { name = "附件公司" })).GetProperty("id").GetGuid();
        var file = new ByteArrayContent("x"u8.ToArray());
        file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename*=UTF-8''{Uri.EscapeDataString(Name)}");
        using var attachment = new MultipartFormDataContent { file };
        using var kept = await seller.PostAsync($"customers/{customer}/files", attachment, Cancel);
        Assert.True(kept.StatusCode is HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity, $"{(int)kept.StatusCode}");
        List<string> paths = [$"imports/{batch}/rejects", $"imports/{batch}/errors", "./customers:export?format=csv"];
        if (kept.StatusCode == HttpStatusCode.Created)
        {
            paths.Add("files/" + (await kept.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString());
        }

        foreach (var path in paths)
        {
            using var answer = await (path.StartsWith("./", StringComparison.Ordinal) ? walk.Server.As("wangfang") : seller).GetAsync(path, Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{path} {(int)answer.StatusCode}");
            Assert.False(answer.Headers.Contains("Set-Cookie"), path);
            var disposition = Assert.Single(answer.Content.Headers.GetValues("Content-Disposition"));
            Assert.StartsWith("attachment", disposition, StringComparison.Ordinal);
            Assert.True(disposition.All(letter => letter is >= ' ' and < '\u007f' and not '<'), disposition);
        }
    }

    private static async Task QuietAsync(IPage page, string where)
    {
        var heard = await page.EvaluateAsync<string[]>(Look);
        Assert.True(heard.Length == 0, $"{where}: {string.Join("; ", heard.Take(5))}");
    }
}
