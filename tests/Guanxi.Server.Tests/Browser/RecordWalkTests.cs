using System.Text.Json;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>One customer, many hands: what a colleague changes, what the line drops, what was written by mistake.</summary>
public sealed class RecordWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(string Id, IPage Page)> CustomerAsync(string name, string who = "wangfang")
    {
        var customer = await walk.Server.As("wangfang").MakeAsync("customers", new { name, shortName = "旧简称", owner = walk.Server.Company.ZhangWei.Id });
        var id = customer.GetProperty("id").GetString()!;
        var page = await walk.OpenAsync(who, $"/customers/{id}");
        await page.Locator("textarea").First.WaitForAsync();
        return (id, page);
    }

    private static async Task MoreAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "更多操作" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = name }).ClickAsync();
    }

    private async Task<string?> ValueAsync(string id, string field)
    {
        var record = await walk.Server.As("wangfang").ReadAsync($"customers/{id}");
        return !record.TryGetProperty(field, out var value) ? null : value.ValueKind == JsonValueKind.Object ? value.GetProperty("name").GetString() : value.GetString();
    }

    [Fact]
    public async Task An_edit_in_place_is_undone_and_an_old_value_comes_back_from_the_history()
    {
        var (id, page) = await CustomerAsync("撤销公司");
        await page.GetByRole(AriaRole.Button, new() { Name = "修改简称" }).ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("新简称");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "撤销" }).ClickAsync();
        await Assertions.Expect(page.GetByText("新简称", new() { Exact = true }).And(page.Locator(".field-list *"))).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".toast")).ToHaveCountAsync(0);
        Assert.Equal("旧简称", await ValueAsync(id, "shortName"));

        await (await walk.Server.As("wangfang").PatchAsync($"customers/{id}", new { city = "长沙市" })).JsonAsync();
        await (await walk.Server.As("wangfang").PatchAsync($"customers/{id}", new { city = "写错的市" })).JsonAsync();
        await MoreAsync(page, "修改历史");
        await page.GetByText("写错的市").First.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "恢复此值" }).First.ClickAsync();
        await page.GetByText("已恢复城市的旧值").WaitForAsync();
        Assert.Equal("长沙市", await ValueAsync(id, "city"));
        Assert.Empty(walk.Errors);
    }

    [Fact]
    public async Task Two_editors_meet_and_the_second_chooses_between_both_versions()
    {
        var (id, page) = await CustomerAsync("冲突公司");
        await page.Locator(".record-edit").ClickAsync();
        var input = page.Locator("[data-field=shortName] input");
        await input.FillAsync("我的简称");
        await (await walk.Server.As("liqiang").PatchAsync($"customers/{id}", new { shortName = "李强的简称", city = "青岛市" })).JsonAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        var conflict = page.Locator(".record-conflict");
        await Assertions.Expect(conflict).ToContainTextAsync("我的简称");
        await Assertions.Expect(conflict).ToContainTextAsync("李强的简称");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "按选择保存" }).ClickAsync();
        // The form closes when it is saved; the question goes as soon as it is answered.
        await Assertions.Expect(input).ToHaveCountAsync(0);
        Assert.Equal("我的简称", await ValueAsync(id, "shortName"));
        Assert.Equal("青岛市", await ValueAsync(id, "city"));
        Assert.All(walk.Errors, error => Assert.Contains("412", error, StringComparison.Ordinal));
        walk.Errors.Clear();
    }

    [Fact]
    public async Task What_was_typed_survives_a_reload_a_lost_session_and_a_lost_line()
    {
        var (id, page) = await CustomerAsync("断线公司");
        await page.Locator(".record-edit").ClickAsync();
        await page.Locator("[data-field=shortName] input").FillAsync("没保存的简称");
        await page.WaitForFunctionAsync("() => Object.keys(localStorage).some((key) => key.startsWith('guanxi.draft.') && localStorage.getItem(key).includes('没保存的简称'))");
        await page.ReloadAsync();
        await page.Locator(".record-edit").ClickAsync();
        await Assertions.Expect(page.Locator("[data-field=shortName] input")).ToHaveValueAsync("没保存的简称");
        await page.Keyboard.PressAsync("Escape");

        await page.Context.SetOfflineAsync(true);
        await Assertions.Expect(page.Locator(".connection-bar")).ToBeVisibleAsync();
        await page.Locator("textarea").First.FillAsync("断网时写的话");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator(".connection-bar")).ToContainTextAsync("1 条跟进等待发送");
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Locator(".connection-bar")).ToHaveCountAsync(0);
        await WrittenAsync(id, "断网时写的话");

        await page.EvaluateAsync("() => fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-Guanxi': '1' } })");
        await page.Locator("textarea").First.FillAsync("退出后写的话");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator("dialog input[type=password]").FillAsync(RunningServer.Password);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        await WrittenAsync(id, "退出后写的话");
        walk.Forget("wangfang");
        walk.Errors.Clear();
    }

    private async Task WrittenAsync(string id, string words)
    {
        for (var patience = Task.Delay(TimeSpan.FromSeconds(30), Cancel); !patience.IsCompleted;)
        {
            var timeline = await walk.Server.As("wangfang").ReadAsync($"customers/{id}/timeline");
            if (timeline.GetRawText().Contains(words, StringComparison.Ordinal) || timeline.ToString().Contains(words, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"“{words}” never arrived.");
    }

    [Fact]
    public async Task A_customer_is_shared_until_a_day_explained_reassigned_and_given_a_file()
    {
        var (id, page) = await CustomerAsync("协作公司");
        await page.Locator("input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "合同 草案.txt", MimeType = "text/plain", Buffer = "你好"u8.ToArray() });
        await page.GetByText("合同 草案.txt").First.WaitForAsync();

        await MoreAsync(page, "共享与协作");
        await PickAsync(page, "刘洋");
        await page.Locator("#share-role").FillAsync("技术支持");
        await page.Locator("#share-until").FillAsync("2099-12-31");
        await page.Locator(".share-form button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".access-list")).ToContainTextAsync("至 2099-12-31");
        await page.Keyboard.PressAsync("Escape");

        await MoreAsync(page, "谁能看到");
        await Assertions.Expect(page.Locator("dialog .access-list, .access-list").Last).ToContainTextAsync("刘洋");
        await page.Keyboard.PressAsync("Escape");

        await MoreAsync(page, "分配负责人");
        await PickAsync(page, "赵敏");
        await page.GetByRole(AriaRole.Button, new() { Name = "分配", Exact = true }).ClickAsync();
        await page.GetByText("已分配给 赵敏").WaitForAsync();
        Assert.Equal("赵敏", await ValueAsync(id, "owner"));
        Assert.Empty(walk.Errors);
    }

    private static async Task PickAsync(IPage page, string name)
    {
        var box = page.Locator(".ant-drawer-open input[role=combobox]").First;
        await box.ClickAsync();
        await box.FillAsync(name);
        await page.Locator(".ant-select-item-option").Filter(new() { HasText = name }).First.ClickAsync();
    }

    [Fact]
    public async Task What_was_deleted_comes_back_from_the_recycle_bin()
    {
        var (id, page) = await CustomerAsync("删掉的公司");
        await MoreAsync(page, "移入回收站");
        await page.Locator("dialog .button-danger").ClickAsync();
        await page.GetByText("删掉的公司 已移入回收站").WaitForAsync();
        page = await walk.OpenAsync("wangfang", "/admin/bin");
        await page.Locator("tr, li").Filter(new() { HasText = "删掉的公司" }).GetByRole(AriaRole.Button).First.ClickAsync();
        await page.GetByText("已恢复 删掉的公司").WaitForAsync();
        Assert.Equal("旧简称", await ValueAsync(id, "shortName"));
        Assert.Empty(walk.Errors);
    }
}
