using System.Text;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>A person writes to the company: what did I agree to, what do you have about me, forget me. 王芳 answers at the page.</summary>
public sealed class PrivacyWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ILocator Panel(IPage page) => page.Locator("section[aria-label='同意与隐私']");

    [Fact]
    public async Task From_the_consent_to_the_erasure()
    {
        var head = walk.Server.As("wangfang");
        var customer = (await head.MakeAsync("customers", new { name = "湘江机械", note = "联系人胡雪岩，电话 13977008866" })).GetProperty("id").GetString()!;
        var contact = (await head.MakeAsync("contacts", new { name = "胡雪岩", customer, phone = "13977008866" })).GetProperty("id").GetString()!;
        await head.MakeAsync("consents", new { contact, purpose = "marketingCall", source = "event", textVersion = "2026-03" });
        await head.MakeAsync("activities", new { kind = "call", content = "胡雪岩要报价", customer, contact });
        var elsewhere = (await head.MakeAsync("customers", new { name = "杭州药铺", note = "胡雪岩介绍，13977008866" })).GetProperty("id").GetString()!;
        var namesake = (await head.MakeAsync("customers", new { name = "红顶商人研究所", note = "写过胡雪岩传" })).GetProperty("id").GetString()!;

        // The consent is withdrawn; it stays in sight with its history, and a new one can be asked for.
        var page = await walk.OpenAsync("wangfang", $"/contacts/{contact}");
        var panel = Panel(page);
        await Assertions.Expect(panel).ToContainTextAsync("电话营销");
        await Assertions.Expect(panel).ToContainTextAsync("2026-03");
        await panel.GetByRole(AriaRole.Button, new() { Name = "撤回", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "撤回同意" }).ClickAsync();
        await page.GetByText("已撤回“电话营销”").WaitForAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "已撤回（1）" }).ClickAsync();
        await Assertions.Expect(panel.GetByRole(AriaRole.Button, new() { Name = "重新同意" })).ToBeVisibleAsync();

        // The copy is proved for, since the sign-in lies a while back.
        walk.Server.Company.Time.Pass(TimeSpan.FromMinutes(11));
        var copy = await Walk.DownloadAsync(page, async () =>
        {
            await panel.GetByRole(AriaRole.Button, new() { Name = "导出此人全部数据" }).ClickAsync();
            await page.Locator("#proof-secret").FillAsync(RunningServer.Password);
            await page.Keyboard.PressAsync("Enter");
        });
        using (var archive = new System.IO.Compression.ZipArchive(new MemoryStream(copy)))
        using (var data = new StreamReader(archive.GetEntry("data.json")!.Open()))
        {
            Assert.Contains("胡雪岩要报价", await data.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        }

        // The erasure says what goes and what stays, and who else may be meant.
        await panel.GetByRole(AriaRole.Button, new() { Name = "彻底删除此人" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "彻底删除“胡雪岩”" });
        await Assertions.Expect(dialog).ToContainTextAsync("联系人 1 条");
        await Assertions.Expect(dialog).ToContainTextAsync("同意记录 1 条");
        await Assertions.Expect(dialog).ToContainTextAsync("保留发生过的事实，清空文字");
        await Assertions.Expect(dialog).ToContainTextAsync("杭州药铺");
        await Assertions.Expect(dialog.Locator("li", new() { HasText = "杭州药铺" }).Locator("input")).ToBeCheckedAsync();
        await Assertions.Expect(dialog.Locator("li", new() { HasText = "红顶商人研究所" }).Locator("input")).Not.ToBeCheckedAsync();
        var now = dialog.GetByRole(AriaRole.Button, new() { Name = "彻底删除" });
        await Assertions.Expect(now).ToBeDisabledAsync();
        await dialog.Locator("#erase-confirm").FillAsync("胡雪");
        await Assertions.Expect(now).ToBeDisabledAsync();
        await dialog.Locator("#erase-reason").FillAsync("2026-11-20 来信");
        await dialog.Locator("#erase-confirm").FillAsync("胡雪岩");
        await now.ClickAsync();
        await page.GetByText("已彻底删除").WaitForAsync();
        Assert.Equal("■■■介绍，■■■", (await head.ReadAsync($"customers/{elsewhere}")).GetProperty("note").GetString());
        Assert.Equal("写过胡雪岩传", (await head.ReadAsync($"customers/{namesake}")).GetProperty("note").GetString());
        await (await head.GetAsync($"contacts/{contact}", Cancel)).ProblemAsync(404);

        // The administration lists what was done, and knows the number again.
        walk.Forget("wangfang");
        page = await walk.OpenAsync("wangfang", "/admin/privacy");
        var requests = page.Locator("section[aria-label='已办理的请求']");
        await Assertions.Expect(requests).ToContainTextAsync("2026-11-20 来信");
        await Assertions.Expect(requests).ToContainTextAsync("数据副本");
        await page.Locator("#blocked-value").FillAsync("139 7700 8866");
        await page.GetByRole(AriaRole.Button, new() { Name = "查询" }).ClickAsync();
        await page.GetByText("在禁止名单中").WaitForAsync();

        // A rule is tried before it is kept.
        await page.GetByRole(AriaRole.Button, new() { Name = "新建保留规则" }).First.ClickAsync();
        await page.Locator("#rule-name").FillAsync("三年不用");
        await Walk.ChooseAsync(page.Locator("#rule-type"), "客户");
        await page.GetByRole(AriaRole.Button, new() { Name = "试算" }).ClickAsync();
        await page.GetByText("现在会涉及 0 条记录").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await page.GetByText("规则“三年不用”已保存").WaitForAsync();
        await Assertions.Expect(page.Locator("section[aria-label='保留期限']")).ToContainTextAsync("客户，“创建时间”超过 1095 天");
        // The proof gave the session a new secret: what was asked with the old one, the live stream too, was cut off. The person's page is gone.
        Assert.All(walk.Errors, error => Assert.True(error.Contains("403", StringComparison.Ordinal) || error.Contains("404", StringComparison.Ordinal) || error.Contains("/api/v1/live", StringComparison.Ordinal), error));
        walk.Errors.Clear();
    }

    [Fact]
    public async Task A_seller_sees_the_consents_of_his_customer_and_no_way_to_erase_or_copy()
    {
        walk.Errors.Clear();
        var customer = (await walk.Server.As("zhangwei").MakeAsync("customers", new { name = "盛宣怀", kind = "person" })).GetProperty("id").GetString()!;
        await walk.Server.As("zhangwei").MakeAsync("consents", new { customer, purpose = "crossBorder", source = "paper" });
        var page = await walk.OpenAsync("zhangwei", $"/customers/{customer}", 390, 844);
        await page.GetByRole(AriaRole.Radio, new() { Name = "关联" }).ClickAsync();
        await Assertions.Expect(Panel(page)).ToContainTextAsync("向境外提供");
        await Assertions.Expect(Panel(page).GetByRole(AriaRole.Button, new() { Name = "彻底删除此人" })).ToHaveCountAsync(0);
        await Assertions.Expect(Panel(page).GetByRole(AriaRole.Button, new() { Name = "导出此人全部数据" })).ToHaveCountAsync(0);
        page = await walk.OpenAsync("zhangwei", "/admin/privacy");
        await page.GetByText("你没有这项管理权限").WaitForAsync();
        Assert.True(walk.Errors.IsEmpty, string.Join("; ", walk.Errors));
    }
}
