using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Sales;

/// <summary>
/// What a deal's whole life needs: a process with two gates, pumps, limits of discount, the guard against a colleague's price, a credit limit; 周算 calculates costs and 钱会 keeps the money.
/// 张伟 sells, 李强 is his manager, 赵敏 of another team sells the same pump to a branch of the same bank and is to find no trace of the deal.
/// </summary>
internal sealed class DealLife
{
    /// <summary>Stands in every name and text of the deal, and nowhere else.</summary>
    public const string Word = "岳麓雷电机车";

    public const string Phone = "13907314422";

    private readonly RunningServer server;
    private readonly Dictionary<string, HttpClient> hired = new(StringComparer.Ordinal);

    private DealLife(RunningServer server) => this.server = server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Process { get; private set; } = "";

    public string Pump { get; private set; } = "";

    /// <summary>Everything the deal has made, by noun.</summary>
    public Dictionary<string, string> Made { get; } = new(StringComparer.Ordinal);

    public HttpClient As(string who) => hired.GetValueOrDefault(who) ?? server.As(who);

    public static object Yuan(string amount) => new { amount, currency = "CNY" };

    public static string Id(JsonElement record) => record.GetProperty("id").GetString()!;

    public async Task<JsonElement> DoAsync(string who, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK) => await (await As(who).PostAsJsonAsync("./" + path, body ?? new { }, Cancel)).JsonAsync(expected);

    /// <summary>Makes a record and remembers it as one of the deal's.</summary>
    public async Task<string> MakeAsync(string who, string type, object values) => Made[type] = Id(await As(who).MakeAsync(type, values));

    public static async Task<DealLife> BeginAsync(RunningServer server)
    {
        var (life, company) = (new DealLife(server), server.Company);
        var head = company.Act("wangfang", "system");
        await company.ChangeAsync(head, await company.LoadAsync(company.WangFang, "teams", company.ZhangWei.Person.TeamId!.Value), new { manager = company.LiQiang.Id });
        await company.CreateAsync(head, "roles", new { name = "成本核算", key = "costclerk", functions = new[] { Functions.ReadCosts }, scopes = new { }, fieldRights = new { } });
        await life.HireAsync("周算", "zhousuan", "costclerk");
        await life.HireAsync("钱会", "qianhui", "accountant");
        var boss = server.As("wangfang");
        life.Process = Id(await boss.MakeAsync("sales-processes", new { name = "机车配件", isDefault = true, definition = Stages }));
        life.Pump = Id(await boss.MakeAsync("products", new { code = "P-100", name = "不锈钢水泵", unit = "台", listPrice = Yuan("1000"), floorPrice = Yuan("700"), cost = Yuan("600"), taxRate = 13 }));
        await boss.MakeAsync("discount-rules", new { maxDiscount = 10 });
        await boss.MakeAsync("credit-rules", new { name = "通用", creditLimit = Yuan("5000"), onQuote = "none", onContract = "block" });
        await (await boss.PutAsJsonAsync("quotes/rules", new { guard = new { rule = "warn", days = 90 } }, Cancel)).JsonAsync();
        return life;
    }

    private static object Stages { get; } = new
    {
        stages = new object[]
        {
            new
            {
                key = "need", name = "确认需求", probability = 10, expectedDays = 14,
                steps = new object[] { new { key = "cost", subject = "核算内部成本", role = "costclerk", hours = 16, shows = new[] { "amount", "lines" }, fills = new[] { "internalCost" } } },
                exit = new object[] { new { key = "need-known", kind = "fields", fields = new[] { "amount", "expectedClose" } } },
            },
            new { key = "quote", name = "报价", probability = 40, expectedDays = 10, mayGoBack = true, entry = new object[] { new { key = "cost-done", kind = "step", step = "cost" }, new { key = "cost-known", kind = "cost" } } },
            new { key = "sign", name = "签合同", probability = 80, expectedDays = 20, entry = new object[] { new { key = "agreement", kind = "document", document = "技术协议" } }, exit = new object[] { new { key = "boss", kind = "approval", label = "经理同意" } } },
        },
        winReasons = new[] { "价格", "交期" },
        lossReasons = new[] { "价格" },
    };

    private async Task HireAsync(string name, string userName, string role)
    {
        var user = await server.Company.Workspace.WriteAsync(server.Company.Act("wangfang", "system"), context => People.AddAsync(context, name, userName, role, "总部", Cancel));
        var (_, token) = await server.Services.GetRequiredService<SignIn>().CreateTokenAsync(server.Company.Program, user.Id, "test", null);
        hired[userName] = server.Client(token);
    }

    /// <summary>赵敏 offers the same pump to a branch of the customer, which makes the two one group.</summary>
    public async Task CompeteAsync(string customer)
    {
        var branch = Id(await As("zhaomin").MakeAsync("customers", new { name = "株洲北站配件仓" }));
        await (await As("wangfang").PatchAsync($"customers/{branch}", new { parent = customer })).JsonAsync();
        var quote = Id(await As("zhaomin").MakeAsync("quotes", new { name = "水泵两台", customer = branch }));
        await (await As("zhaomin").PutAsJsonAsync($"quotes/{quote}/lines", new { lines = new[] { new { product = Pump, quantity = 2 } } }, Cancel)).JsonAsync();
        await DoAsync("zhaomin", $"quotes/{quote}:send");
    }

    /// <summary>The approval that waits for somebody about a thing with this title.</summary>
    public async Task<string> WaitingAsync(string who, string title) =>
        Id((await As(who).ReadAsync("approvals")).GetProperty("items").EnumerateArray().First(item => item.GetProperty("title").GetString()!.Contains(title, StringComparison.Ordinal)));

    public async Task UploadAsync(string who, string deal, string name)
    {
        using var form = new MultipartFormDataContent();
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(Word + "附件"));
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("text/plain");
        form.Add(content, "file", name);
        Made["files"] = Id(await (await As(who).PostAsync($"deals/{deal}/files", form, Cancel)).JsonAsync(HttpStatusCode.Created));
    }
}
