using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>From the dirty base to one customer, and back again when it was a mistake.</summary>
public sealed class DuplicateWalkTests(Walk walk) : IClassFixture<Walk>
{
    private async Task<(string Stays, string Goes)> TwinsAsync()
    {
        var admin = walk.Server.As("wangfang");
        var stays = (await admin.MakeAsync("customers", new { name = "上海华兴机械设备有限公司", phone = "13800138000", city = "上海市", owner = walk.Server.Company.ZhangWei.Id })).GetProperty("id").GetString()!;
        var goes = (await admin.MakeAsync("customers", new { name = "上海華興機械設備有限公司", phone = "13800138000", email = "info@huaxing.example", owner = walk.Server.Company.ZhaoMin.Id })).GetProperty("id").GetString()!;
        await admin.MakeAsync("contacts", new { name = "冯总", customer = stays });
        await admin.MakeAsync("contacts", new { name = "郑工", customer = stays });
        await admin.MakeAsync("contacts", new { name = "吴经理", customer = goes });
        return (stays, goes);
    }

    [Fact]
    public async Task The_steward_scans_merges_by_keyboard_and_takes_it_back()
    {
        var (stays, goes) = await TwinsAsync();
        var page = await walk.OpenAsync("wangfang", "/duplicates");
        await page.GetByRole(AriaRole.Button, new() { Name = "扫描全库" }).ClickAsync();
        await page.Locator(".trust-case").First.WaitForAsync();
        await page.GetByText("手机", new() { Exact = false }).Or(page.GetByText("电话 相同")).First.WaitForAsync();
        await page.Locator(".compare-table").WaitForAsync();
        await Walk.PressAsync(page, "Enter", page.GetByText("已合并", new() { Exact = true }));
        await page.GetByText("没有待处理的重复记录").WaitForAsync();
        var one = await walk.Server.As("wangfang").ReadAsync($"customers/{stays}");
        Assert.Equal("info@huaxing.example", one.GetProperty("email").GetString());

        await page.GotoAsync(new Uri(walk.Server.Address, $"/customers/{goes}").ToString());
        await page.GetByText("吴经理").First.WaitForAsync();
        await page.GotoAsync(new Uri(walk.Server.Address, "/duplicates?show=merges").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("恢复为单独的记录").WaitForAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).ClickAsync();
        await page.GetByText("已撤销，两条记录都恢复了").WaitForAsync();
        Assert.Equal("上海華興機械設備有限公司", (await walk.Server.As("zhaomin").ReadAsync($"customers/{goes}")).GetProperty("name").GetString());
        Assert.DoesNotContain(walk.Errors, error => !error.Contains("Failed to load resource", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Typing_a_customer_that_is_there_says_so_with_the_reasons()
    {
        await walk.Server.As("wangfang").MakeAsync("customers", new { name = "武汉海明智业电子商务有限公司", phone = "13700137000", city = "武汉市", owner = walk.Server.Company.ZhangWei.Id });
        var page = await walk.OpenAsync("zhangwei", "/customers");
        // The key is the list's: until the list is drawn nobody hears it.
        await page.Locator("[role=row]").Nth(1).WaitForAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await Walk.PressAsync(page, "c", form);
        await form.Locator("[data-field=name] input").FillAsync("武漢海明智業電子商務有限公司");
        await form.GetByRole(AriaRole.Link, new() { Name = "武汉海明智业电子商务有限公司" }).WaitForAsync();
        await form.GetByText("客户名称").First.WaitForAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "是另一个" }).ClickAsync();
        await Assertions.Expect(form.GetByRole(AriaRole.Link, new() { Name = "武汉海明智业电子商务有限公司" })).ToHaveCountAsync(0);
    }
}
