using System.Text;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>Lists, import and export, and the page that tries the API, as people use them.</summary>
public sealed class ListWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_manager_groups_a_list_sees_what_it_adds_up_to_and_keeps_it_as_a_view()
    {
        var boss = walk.Server.As("wangfang");
        foreach (var (name, level, people) in new[] { ("甲公司", "vip", 10), ("乙公司", "vip", 20), ("丙公司", "small", 5) })
        {
            await boss.MakeAsync("customers", new { name = "分组" + name, level, employees = people, annualRevenue = new { amount = "100.50", currency = "CNY" }, tags = new[] { "分组试" } });
        }

        var filter = Uri.EscapeDataString("tags:\"分组试\"");
        var page = await walk.OpenAsync("wangfang", $"/customers?columns=name,level,employees,annualRevenue&filter={filter}");
        await page.GetByRole(AriaRole.Button, new() { Name = "分组", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "级别" }).ClickAsync();
        var vip = page.Locator(".group-fold").Filter(new() { HasText = "VIP" });
        await Assertions.Expect(vip).ToContainTextAsync("2 条");
        await Assertions.Expect(vip).ToContainTextAsync("30");
        await Assertions.Expect(vip).ToContainTextAsync("¥201.00");
        await Assertions.Expect(page.Locator(".list-footer")).ToContainTextAsync("¥301.50");

        await vip.ClickAsync();
        await Assertions.Expect(page.GetByText("分组甲公司")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("分组丙公司").First).ToBeVisibleAsync();
        await Assertions.Expect(vip).ToHaveAttributeAsync("aria-expanded", "false");
        await vip.ClickAsync();
        await Assertions.Expect(page.GetByText("分组甲公司").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "另存为视图" }).ClickAsync();
        await page.Locator("dialog input").First.FillAsync("按级别分组");
        await page.Locator("dialog .button-primary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "按级别分组", Exact = true }).WaitForAsync();
        await page.ReloadAsync();
        await page.Locator(".group-fold").Filter(new() { HasText = "VIP" }).WaitForAsync();
        Assert.Empty(walk.Errors);
    }

    [Fact]
    public async Task Words_without_a_field_are_a_condition_like_any_other()
    {
        await walk.Server.As("wangfang").MakeAsync("customers", new { name = "烟台康泽", level = "vip" });
        var page = await walk.OpenAsync("wangfang", $"/customers?filter={Uri.EscapeDataString("烟台 AND level = \"vip\"")}");
        await page.GetByText("烟台康泽").First.WaitForAsync();
        await Assertions.Expect(page.Locator(".filter-broken")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".filter-chip").First).ToContainTextAsync("任意文字 包含 烟台");
    }

    [Fact]
    public async Task A_founder_imports_a_messy_gb18030_export_reads_the_rejects_and_takes_it_back()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var file = Encoding.GetEncoding("gb18030").GetBytes("客户名称;电话;城市;年营业额\n导入一号公司;13800138001;长沙市;1200万\n导入二号公司;0731-88886666;;\n导入三号公司;+86;;abc\n");
        var page = await walk.OpenAsync("wangfang", "/import?type=customers");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "老系统导出.csv", MimeType = "text/csv", Buffer = file });
        await Assertions.Expect(page.GetByLabel("“年营业额”", new() { Exact = false }).First).ToContainTextAsync("年营业额");
        await Assertions.Expect(page.GetByLabel("编码")).ToContainTextAsync("GB18030");
        await page.GetByRole(AriaRole.Button, new() { Name = "下一步" }).ClickAsync();
        await page.GetByText("应为金额").First.WaitForAsync();
        Assert.Equal(0, (await walk.Server.As("wangfang").ReadAsync($"customers?q={Uri.EscapeDataString("导入一号")}")).GetProperty("items").GetArrayLength());

        await page.GetByRole(AriaRole.Button, new() { Name = "导入 2 条" }).ClickAsync();
        await page.WaitForURLAsync("**/import/*");
        await page.GetByText("导入完成").WaitForAsync();
        var errors = await Walk.DownloadAsync(page, () => page.Locator("a[download]").ClickAsync());
        Assert.Equal("PK"u8.ToArray(), errors[..2]);
        Assert.Equal(1, (await walk.Server.As("wangfang").ReadAsync($"customers?q={Uri.EscapeDataString("导入一号")}")).GetProperty("items").GetArrayLength());

        await page.GetByRole(AriaRole.Button, new() { Name = "撤销" }).ClickAsync();
        await page.GetByText("已移除 2 条").WaitForAsync();
        Assert.Equal(0, (await walk.Server.As("wangfang").ReadAsync($"customers?q={Uri.EscapeDataString("导入一号")}")).GetProperty("items").GetArrayLength());
        Assert.Empty(walk.Errors);
    }

    [Fact]
    public async Task A_dirty_file_goes_through_the_wizard_and_what_looked_the_same_is_merged_and_parted_again()
    {
        var boss = walk.Server.As("wangfang");
        var there = (await boss.MakeAsync("customers", new { name = "杭州云栖机械设备有限公司", phone = "13800138111", city = "杭州市" })).GetProperty("id").GetString()!;
        var page = await walk.OpenAsync("wangfang", "/import?type=customers&together=");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "三个老系统.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("公司名称,公司电话,所在城市,级别,联系人,手机\n杭州雲棲機械設備有限公司,13800138111,杭州,,沈总,13800000001\n苏州新桥电子有限公司,,苏州,金牌,钱工,13800000002\n苏州新桥电子有限公司,,苏州,,孙工,+86\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "下一步" }).ClickAsync();
        await page.GetByText("其中 1 条像是重复").WaitForAsync();
        await Walk.ChooseAsync(page.GetByLabel("“金牌”指的是"), "VIP");
        var cell = page.GetByLabel("第 4 行 手机");
        await cell.FillAsync("13800000003");
        await cell.PressAsync("Enter");
        await page.GetByRole(AriaRole.Radio, new() { Name = "是另一个，新建" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "重新试运行" }).ClickAsync();
        await page.GetByText("0 行不能通过").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "导入 5 条" }).ClickAsync();
        await page.GetByText("导入完成").WaitForAsync();

        await page.GotoAsync(new Uri(walk.Server.Address, "/duplicates").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "扫描全库" }).ClickAsync();
        await page.Locator(".trust-case").First.WaitForAsync();
        await page.Locator(".compare-table").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("已合并", new() { Exact = true }).WaitForAsync();
        await page.GotoAsync(new Uri(walk.Server.Address, "/duplicates?show=merges").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "撤销合并" }).ClickAsync();
        await page.GetByText("已撤销，两条记录都恢复了").WaitForAsync();
        Assert.Equal("杭州云栖机械设备有限公司", (await boss.ReadAsync($"customers/{there}")).GetProperty("name").GetString());
        Assert.DoesNotContain(walk.Errors, error => !error.Contains("Failed to load resource", StringComparison.Ordinal));
        walk.Errors.Clear();
    }

    [Fact]
    public async Task A_manager_exports_what_was_ticked_and_a_contact_card()
    {
        var boss = walk.Server.As("wangfang");
        var customer = await boss.MakeAsync("customers", new { name = "导出甲公司" });
        await boss.MakeAsync("customers", new { name = "导出乙公司" });
        await boss.MakeAsync("contacts", new { name = "曾国藩", customer = customer.GetProperty("id"), phone = "13800138000" });
        var page = await walk.OpenAsync("wangfang", "/customers?sort=-createdAt");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "选中: 导出甲公司" }).ClickAsync();
        await page.Locator(".bulk-bar").GetByRole(AriaRole.Button, new() { Name = "导出" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "CSV" }).ClickAsync();
        var csv = Encoding.UTF8.GetString(await Walk.DownloadAsync(page, () => page.Locator("dialog .button-primary").ClickAsync()));
        Assert.Contains("导出甲公司", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("导出乙公司", csv, StringComparison.Ordinal);

        page = await walk.OpenAsync("wangfang", "/contacts");
        await page.GetByRole(AriaRole.Button, new() { Name = "导出", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "vCard" }).ClickAsync();
        var cards = Encoding.UTF8.GetString(await Walk.DownloadAsync(page, () => page.Locator("dialog .button-primary").ClickAsync()));
        Assert.Contains("BEGIN:VCARD", cards, StringComparison.Ordinal);
        Assert.Contains("曾国藩", cards, StringComparison.Ordinal);
        Assert.Empty(walk.Errors);
    }

    [Fact]
    public async Task A_developer_tries_a_call_with_the_session_and_with_a_token()
    {
        var page = await walk.OpenAsync("wangfang", "/api");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("POST /customers 新建");
        await page.Locator(".explorer-calls li button").First.ClickAsync();
        await page.Locator("#explorer-body").FillAsync("""{"name":"接口建的公司"}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "发送" }).ClickAsync();
        await page.GetByText("201 Created").WaitForAsync();
        var made = await walk.Server.As("wangfang").ReadAsync($"customers?q={Uri.EscapeDataString("接口建的公司")}");
        Assert.Equal(1, made.GetProperty("items").GetArrayLength());

        await page.GetByRole(AriaRole.Radio, new() { Name = "访问令牌" }).ClickAsync();
        await page.GetByPlaceholder("粘贴令牌").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "发送" }).ClickAsync();
        await page.GetByText("401 Unauthorized").WaitForAsync();
        Assert.All(walk.Errors, error => Assert.Contains("401", error, StringComparison.Ordinal));
        walk.Errors.Clear();
    }

    [Fact]
    public async Task A_manager_finds_the_ten_most_valuable_at_risk_in_the_north_sees_why_and_has_them_called()
    {
        var boss = walk.Server.As("wangfang");
        string[] provinces = ["北京市", "河北省", "山西省", "广东省"];
        for (var i = 0; i < 14; i++)
        {
            // The southern ones are worth more and are not asked for.
            var customer = (await boss.MakeAsync("customers", new { name = $"北方客户{i:00}", owner = walk.Server.Company.ZhangWei.Id, province = provinces[i % 4] })).GetProperty("id").GetGuid();
            foreach (var month in new[] { "03", "04", "05", "06" })
            {
                await boss.MakeAsync("orders", new { customer, orderedOn = $"2026-{month}-10", amount = new { amount = $"{((i % 4 == 3 ? 100 : 1) * 1000) + (i * 100)}", currency = "CNY" } });
            }
        }

        (await boss.PostAsync("./value:run", System.Net.Http.Json.JsonContent.Create(new { }), Cancel)).EnsureSuccessStatusCode();
        var page = await walk.OpenAsync("wangfang", "/value?show=risk");
        await Walk.ChooseAsync(page.GetByRole(AriaRole.Button, new() { Name = "地区: 全部地区" }), "华北");
        var people = page.Locator(".value-people > li");
        await Assertions.Expect(people).ToHaveCountAsync(10);
        await Assertions.Expect(people.First).ToContainTextAsync("北方客户13");
        await Assertions.Expect(people.First).ToContainTextAsync("天没有下单");
        await Assertions.Expect(page.Locator(".value-people")).Not.ToContainTextAsync("广东省");

        await page.GetByLabel("勾选这 10 位").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "给 10 位客户安排联系" }).ClickAsync();
        await page.GetByLabel("对照组 %").FillAsync("20");
        await page.GetByText("10 位客户里只有 2 位进入对照组").WaitForAsync();
        await page.GetByLabel("对照组 %").FillAsync("50");
        await page.GetByRole(AriaRole.Button, new() { Name = "安排", Exact = true }).ClickAsync();
        await page.GetByText("已安排 5 项，留出对照 5 位").First.WaitForAsync();
        await Assertions.Expect(page.Locator(".value-table")).ToContainTextAsync("华北客户挽留");

        var tasks = (await walk.Server.As("zhangwei").ReadAsync($"activities?filter={Uri.EscapeDataString("status = planned AND subject : \"挽留\"")}")).GetProperty("items");
        Assert.Equal(5, tasks.GetArrayLength());
        Assert.Contains("天没有下单", tasks[0].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Empty(walk.Errors);
    }
}
