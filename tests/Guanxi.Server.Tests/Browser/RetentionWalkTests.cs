using Guanxi.Insight.Value;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>The work list of those who may be going, as the manager of a region uses it.</summary>
public sealed class RetentionWalkTests(Walk walk) : IClassFixture<Walk>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Twelve in the north and three in the south who bought each month and have been silent for half a year, the later ones for more money; and three who still buy.</summary>
    private async Task BuyersAsync()
    {
        var company = walk.Server.Company;
        var today = DateOnly.FromDateTime(company.Workspace.Now.UtcDateTime);
        async Task BuysAsync(string name, string province, int amount, int silentDays)
        {
            var customer = await company.CustomerAsync(company.ZhangWei, name, new { province });
            for (var month = 0; month < 6; month++)
            {
                await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = today.AddDays(-silentDays - (30 * month)).ToString("yyyy-MM-dd"), amount = new { amount = $"{amount}", currency = "CNY" }, cost = new { amount = "0", currency = "CNY" } });
            }
        }

        for (var i = 1; i <= 12; i++)
        {
            await BuysAsync($"北方{i:00}", i % 2 == 0 ? "北京市" : "河北省", 1000 * i, 180);
        }

        for (var i = 1; i <= 3; i++)
        {
            await BuysAsync($"南方{i:00}", "广东省", 90_000 * i, 180);
            await BuysAsync($"还在买{i:00}", "北京市", 500_000, 5);
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang, cancel: Cancel);
    }

    [Fact]
    public async Task Wang_Fang_finds_the_ten_most_valuable_customers_at_risk_in_the_north_sees_why_and_assigns_calls()
    {
        await BuyersAsync();
        var page = await walk.OpenAsync("wangfang", "/value?show=risk");
        await Walk.ChooseAsync(page.Locator(".value-region .select"), "华北");
        var people = page.Locator(".value-people > li");
        await Assertions.Expect(people).ToHaveCountAsync(10);
        var names = await page.Locator(".value-person a").AllInnerTextsAsync();
        // The most valuable first; nobody from the south, nobody who still buys, and not the two who have least to lose.
        Assert.Equal(Enumerable.Range(3, 10).Reverse().Select(i => $"北方{i:00}"), names);
        await Assertions.Expect(people.First.Locator(".value-reasons")).ToContainTextAsync("180 天没有下单");
        await Assertions.Expect(people.First.Locator(".value-advice")).ToContainTextAsync("→");
        await Assertions.Expect(people.First).ToContainTextAsync("张伟");

        await page.GetByText("勾选这 10 位").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "给 10 位客户安排联系" }).ClickAsync();
        await page.Locator("#assign-name").FillAsync("北方回访");
        await page.Locator("#assign-hold").FillAsync("0");
        await page.Locator("dialog .button-primary").ClickAsync();
        await page.GetByText("已安排 10 项").First.WaitForAsync();
        await Assertions.Expect(page.GetByText("北方回访").First).ToBeVisibleAsync();

        // Zhang Wei, who owns them, has the calls with the reasons in them.
        var calls = (await walk.Server.As("zhangwei").ReadAsync($"activities?filter={Uri.EscapeDataString("kind = call AND status = planned")}&limit=100")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(10, calls.Count);
        Assert.All(calls, call => Assert.Contains("天", call.GetProperty("content").GetString(), StringComparison.Ordinal));
        Assert.Empty(walk.Errors);
    }
}
