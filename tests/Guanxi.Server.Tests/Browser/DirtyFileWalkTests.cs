using System.Text;
using System.Text.RegularExpressions;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>The whole way of an old list: into the base, through the steward's hands, and back where it was wrong.</summary>
public sealed class DirtyFileWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_a_dirty_file_over_the_wizard_and_the_queue_to_one_customer_and_back()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        const string text = "单位名称,联系电话,所在城市,级别\n上海华兴机械设备有限公司,13800138000,上海市,大客户\n上海華興機械設備有限公司,138-0013-8000,上海,\n广州天河贸易公司,1.38E+10,广州市,普通\n武汉江汉食品厂,027-85551234,武汉市,VIP\n";
        var page = await walk.OpenAsync("wangfang", "/import");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "老客户.csv", MimeType = "text/csv", Buffer = Encoding.GetEncoding("gb18030").GetBytes(text) });
        await page.GetByRole(AriaRole.Button, new() { Name = "下一步：试运行" }).ClickAsync();
        await page.GetByText("试运行结果（没有保存任何内容）").WaitForAsync();
        await page.GetByText("1 行不能通过", new() { Exact = false }).First.WaitForAsync();
        Assert.Equal(0, (await walk.Server.As("wangfang").ReadAsync("customers?count=exact")).GetProperty("count").GetProperty("value").GetInt32());
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(@"^导入 3 条", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await page.WaitForURLAsync(new Regex("/import/[0-9a-f-]{36}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByText("导入完成").WaitForAsync();
        Assert.Equal(3, (await walk.Server.As("wangfang").ReadAsync("customers?count=exact")).GetProperty("count").GetProperty("value").GetInt32());

        await page.GotoAsync(new Uri(walk.Server.Address, "/duplicates").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "扫描全库" }).ClickAsync();
        await page.Locator(".trust-case").First.WaitForAsync();
        await page.Locator(".compare-table").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("已合并", new() { Exact = true }).WaitForAsync();
        Assert.Equal(2, (await walk.Server.As("wangfang").ReadAsync("customers?count=exact")).GetProperty("count").GetProperty("value").GetInt32());

        await page.GotoAsync(new Uri(walk.Server.Address, "/duplicates?show=merges").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).ClickAsync();
        await page.GetByText("已撤销，两条记录都恢复了").WaitForAsync();
        Assert.Equal(3, (await walk.Server.As("wangfang").ReadAsync("customers?count=exact")).GetProperty("count").GetProperty("value").GetInt32());
        Assert.DoesNotContain(walk.Errors, error => !error.Contains("Failed to load resource", StringComparison.Ordinal));
    }
}
