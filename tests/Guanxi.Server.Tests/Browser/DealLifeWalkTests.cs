using System.Text.Json;
using Guanxi.Server.Tests.Sales;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;
using static Guanxi.Server.Tests.Sales.DealLife;

namespace Guanxi.Server.Tests.Browser;

/// <summary>One deal's whole life at the page, by 张伟 who sells, 周算 who calculates, 李强 who decides and 钱会 who keeps the money; the customer says yes by the link.</summary>
public sealed class DealLifeWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DealLife life = null!;

    private async Task<JsonElement> ReadAsync(string path) => await life.As("zhangwei").ReadAsync(path);

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Dialog(IPage page) => page.GetByRole(AriaRole.Dialog);

    private Task<IPage> OpenAsync(string who, string path) => walk.OpenAsync(who, path);

    [Fact]
    public async Task From_lead_to_money_at_the_page()
    {
        life = await BeginAsync(walk.Server);
        await walk.Server.SetPasswordsAsync();
        await ConvertAsync();
        await FirstGateAsync();
        await QuoteAsync();
        await SecondGateAsync();
        await ContractAsync();
        await MoneyAsync();

        // At the page a colleague of another team is told that there is no such thing.
        var stranger = await OpenAsync("zhaomin", $"/deals/{life.Made["deals"]}");
        await Assertions.Expect(stranger.GetByText(Word)).ToHaveCountAsync(0);
        await stranger.GotoAsync(new Uri(walk.Server.Address, "/deals/board").ToString());
        await stranger.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        await Assertions.Expect(stranger.GetByText(Word)).ToHaveCountAsync(0);
    }

    private async Task ConvertAsync()
    {
        var lead = await life.MakeAsync("zhangwei", "leads", new { company = Word + "有限公司", contactName = "彭" + Word, phone = Phone, need = Word + "要换二十台水泵", amount = Yuan("17654"), source = "phone" });
        var page = await OpenAsync("zhangwei", $"/leads/{lead}");
        await Button(page, "转化为客户").ClickAsync();
        await Dialog(page).GetByLabel("商机名称").FillAsync(Word + "水泵");
        await Button(page, "新建并转化").ClickAsync();
        await page.Locator(".lead-links").WaitForAsync();
        var became = await ReadAsync($"leads/{lead}");
        foreach (var (type, name) in new[] { ("customers", "customer"), ("contacts", "contact"), ("deals", "deal") })
        {
            life.Made[type] = became.GetProperty(name).GetProperty("id").GetString()!;
        }
    }

    /// <summary>The deal does not go on before its close is known and 周算 has calculated.</summary>
    private async Task FirstGateAsync()
    {
        var deal = life.Made["deals"];
        await life.MakeAsync("zhangwei", "deal-lines", new { deal, product = life.Pump, quantity = 20, discount = 11.73, description = Word + "泵" });
        var page = await OpenAsync("zhangwei", $"/deals/{deal}");
        await Button(page, "推进到“报价”").ClickAsync();
        await Dialog(page).GetByText("还差 3 项").WaitForAsync();
        await Button(page, "以后再说").ClickAsync();
        await (await life.As("zhangwei").PatchAsync($"deals/{deal}", new { expectedClose = "2026-12-31" })).JsonAsync();

        page = await OpenAsync("zhousuan", "/steps");
        await page.GetByText("核算内部成本").First.WaitForAsync();
        await Button(page, "开始处理").ClickAsync();
        await page.GetByText("已开始处理").First.WaitForAsync();
        await page.Locator("[id='step-internalCost'], [data-field=internalCost] input").First.FillAsync("12000");
        await Button(page, "完成").ClickAsync();
        await page.GetByText("现在没有要做的步骤").WaitForAsync();

        page = await OpenAsync("zhangwei", $"/deals/{deal}");
        await Button(page, "推进到“报价”").ClickAsync();
        await page.Locator(".stage-path [aria-current=step]").Filter(new() { HasText = "报价" }).WaitForAsync();
    }

    /// <summary>A colleague's price, a discount above the limit, 李强's word and the customer's.</summary>
    private async Task QuoteAsync()
    {
        await life.CompeteAsync(life.Made["customers"]);
        var quote = await life.MakeAsync("zhangwei", "quotes", new { name = Word + "报价", customer = life.Made["customers"], contact = life.Made["contacts"], deal = life.Made["deals"], paymentTerms = "预付三成" });
        await (await life.As("zhangwei").PutAsync($"quotes/{quote}/lines", System.Net.Http.Json.JsonContent.Create(new { lines = new[] { new { product = life.Pump, quantity = 20, discount = 11.73 } } }), Cancel)).JsonAsync();
        var page = await OpenAsync("zhangwei", $"/quotes/{quote}");
        await page.Locator(".quote-warning").Filter(new() { HasText = "赵敏" }).WaitForAsync();
        await Button(page, "提交审批").First.ClickAsync();
        await Dialog(page).Locator("textarea").FillAsync(Word + "是大客户");
        await Dialog(page).GetByRole(AriaRole.Button, new() { Name = "提交审批" }).ClickAsync();
        await Dialog(page).Locator(".quote-warning").Filter(new() { HasText = "赵敏" }).WaitForAsync();
        await Dialog(page).Locator(".button-primary").ClickAsync();
        await page.GetByText("已提交审批").First.WaitForAsync();

        await DecideAsync(life.Made["approvals"] = await life.WaitingAsync("liqiang", Word), "同意");

        page = await OpenAsync("zhangwei", $"/quotes/{quote}");
        await Button(page, "发给客户").ClickAsync();
        await Dialog(page).Locator("input").First.FillAsync("彭经理");
        await Dialog(page).GetByRole(AriaRole.Button, new() { Name = "发给客户" }).ClickAsync();
        var url = await Dialog(page).Locator(".quote-url span").First.InnerTextAsync();
        await page.GotoAsync(url);
        await page.Locator(".offer-answer input").First.FillAsync("彭经理");
        await page.Locator(".offer-answer .button-primary").ClickAsync();
        await page.Locator(".offer-answer .chip, .offer-answer [class*=chip]").First.WaitForAsync();
        Assert.Equal("accepted", (await ReadAsync($"quotes/{quote}")).GetProperty("status").GetString());
    }

    private async Task DecideAsync(string approval, string words)
    {
        var page = await OpenAsync("liqiang", $"/approvals/{approval}");
        await page.Locator(".approval-acts .button-primary").ClickAsync();
        await Dialog(page).Locator("textarea").FillAsync(words);
        await Dialog(page).Locator(".button-primary").ClickAsync();
        await page.GetByText("已同意").First.WaitForAsync();
    }

    /// <summary>Without the paper it does not go on, and is not won without the manager's word.</summary>
    private async Task SecondGateAsync()
    {
        var deal = life.Made["deals"];
        var page = await OpenAsync("zhangwei", $"/deals/{deal}");
        await Button(page, "推进到“签合同”").ClickAsync();
        await Dialog(page).GetByText("还差 1 项").WaitForAsync();
        await Button(page, "以后再说").ClickAsync();
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = Word + "技术协议.txt", MimeType = "text/plain", Buffer = "协议"u8.ToArray() });
        await page.GetByText(Word + "技术协议.txt").First.WaitForAsync();
        await Button(page, "推进到“签合同”").ClickAsync();
        await page.Locator(".stage-path [aria-current=step]").Filter(new() { HasText = "签合同" }).WaitForAsync();

        await Button(page, "赢单").ClickAsync();
        await Walk.ChooseAsync(Dialog(page).Locator(".select"), "交期");
        await Button(page, "确认赢单").ClickAsync();
        await Dialog(page).GetByText("经理同意").WaitForAsync();
        await Dialog(page).GetByRole(AriaRole.Button, new() { Name = "申请批准" }).ClickAsync();
        await Dialog(page).GetByLabel("为什么可以例外").FillAsync(Word + "催得急");
        await Dialog(page).GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        await page.GetByText("已提交申请").First.WaitForAsync();
        await DecideAsync(await life.WaitingAsync("liqiang", "经理同意"), "条件可以，签吧");
        Assert.Equal("条件可以，签吧", (await ReadAsync("gate-exceptions")).GetProperty("items")[0].GetProperty("answer").GetString());

        page = await OpenAsync("zhangwei", $"/deals/{deal}");
        await Button(page, "赢单").ClickAsync();
        await Walk.ChooseAsync(Dialog(page).Locator(".select"), "交期");
        await Button(page, "确认赢单").ClickAsync();
        await Button(page, "生成订单").WaitForAsync();
    }

    /// <summary>Credit stops the contract; 张伟 asks, 李强 allows it and signs.</summary>
    private async Task ContractAsync()
    {
        var (quote, customer) = (life.Made["quotes"], life.Made["customers"]);
        var page = await OpenAsync("zhangwei", $"/quotes/{quote}");
        await Button(page, "转合同").ClickAsync();
        await page.Locator(".toast").Filter(new() { HasText = "超出信用额度" }).WaitForAsync();
        life.Made["credit-overrides"] = Id(await life.As("zhangwei").MakeAsync("credit-overrides", new { customer, amount = Yuan("40000"), until = "2027-01-31", reason = Word + "预付三成" }));
        await DecideAsync(await life.WaitingAsync("liqiang", "信用例外"), "同意");

        page = await OpenAsync("zhangwei", $"/quotes/{quote}");
        await Button(page, "转合同").DblClickAsync();
        await page.WaitForURLAsync(url => url.Contains("/contracts/", StringComparison.Ordinal));
        var contract = life.Made["contracts"] = page.Url.Split('/')[^1];
        await page.GetByText("不锈钢水泵").First.WaitForAsync();
        Assert.Equal(1, (await ReadAsync("contracts")).GetProperty("items").GetArrayLength());
        await Button(page, "提交审批").ClickAsync();
        await Button(page, "撤回").WaitForAsync();

        page = await OpenAsync("liqiang", $"/contracts/{contract}");
        await Button(page, "批准").ClickAsync();
        await Dialog(page).Locator(".button-primary").ClickAsync();
        await page.GetByText("已批准，合同生效").WaitForAsync();
        life.Made["orders"] = Id(await life.DoAsync("zhangwei", $"quotes/{quote}:order"));
    }

    /// <summary>The invoice is asked for by who sells and issued by 钱会, who enters the money.</summary>
    private async Task MoneyAsync()
    {
        var (customer, contract) = (life.Made["customers"], life.Made["contracts"]);
        var invoice = await life.MakeAsync("zhangwei", "invoices", new { customer, contract, kind = "ordinary", title = Word, amount = Yuan("17654") });
        await life.DoAsync("qianhui", $"invoices/{invoice}:issue", new { taxInvoiceNumber = "25432000000000000017" });
        var page = await OpenAsync("qianhui", $"/contracts/{contract}");
        await Button(page, "登记回款").ClickAsync();
        await Dialog(page).Locator("#money-amount").FillAsync("17654");
        await Dialog(page).Locator("#money-day").FillAsync("2026-11-22");
        await Dialog(page).GetByRole(AriaRole.Button, new() { Name = "登记回款" }).DblClickAsync();
        await page.GetByText("已登记").First.WaitForAsync();
        var paid = await ReadAsync($"contracts/{contract}");
        Assert.Equal(100m, paid.GetProperty("paidPercent").GetDecimal());
        var receipts = (await ReadAsync("receipts")).GetProperty("items");
        Assert.Equal(1, receipts.GetArrayLength());
        life.Made["receipts"] = Id(receipts[0]);
    }
}
