using System.Collections.Concurrent;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>What people do, in a real browser: found, called, written down; with the keyboard; on a phone; without an error in the console.</summary>
public sealed class WalkTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A page of a person who has signed in through the form; what the console says lands in <paramref name="errors"/>.</summary>
    private async Task<IPage> SignInAsync(IBrowser browser, string userName, ConcurrentBag<string> errors, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, Locale = "zh-CN", ColorScheme = scheme, TimezoneId = "Asia/Shanghai" });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add($"{message.Text} {message.Location}");
            }
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(server.Address, "/sign-in").ToString());
        await Walk.SignInAsync(page, userName);
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        return page;
    }

    private static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        var path = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "Chromium is not installed; ./guanxi test installs it.");
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(30_000);
        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags }));
    }

    [Fact]
    public async Task A_seller_finds_a_customer_by_initials_and_writes_down_a_call_with_the_keyboard()
    {
        await server.SetPasswordsAsync();
        var customer = await server.As("zhangwei").MakeAsync("customers", new { name = "长沙银行股份有限公司", city = "长沙市" });
        await server.As("zhangwei").MakeAsync("customers", new { name = "上海电气集团" });
        await server.As("zhaomin").MakeAsync("customers", new { name = "长沙银湖（别人的）" });
        var errors = new ConcurrentBag<string>();
        var (playwright, browser) = await LaunchAsync();
        using var _ = playwright;
        await using var __ = browser;
        var page = await SignInAsync(browser, "zhangwei", errors);

        var box = page.GetByRole(AriaRole.Combobox);
        await Walk.PressAsync(page, "Control+k", box);
        await box.FillAsync("csyh");
        var option = page.GetByRole(AriaRole.Option).Filter(new() { HasText = "长沙银行" });
        await option.First.WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Option).Filter(new() { HasText = "别人的" }).CountAsync());
        await option.First.ClickAsync();
        await page.WaitForURLAsync($"**/customers/{customer.GetProperty("id")}**");

        await page.Locator("textarea").First.FillAsync("谈了报价，周三再联系");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.GetByText("谈了报价，周三再联系").First.WaitForAsync();
        await Assertions.Expect(page.Locator("textarea").First).ToHaveValueAsync("");
        var logged = await server.As("zhangwei").ReadAsync($"activities?filter={Uri.EscapeDataString($"customer = \"{customer.GetProperty("id")}\"")}");
        Assert.Contains(logged.GetProperty("items").EnumerateArray(), item => item.GetProperty("status").GetString() == "done");
        Assert.Contains(logged.GetProperty("items").EnumerateArray(), item => item.GetProperty("status").GetString() == "planned");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_colleagues_change_appears_without_reloading()
    {
        await server.SetPasswordsAsync();
        var customer = await server.As("zhangwei").MakeAsync("customers", new { name = "实时公司" });
        var errors = new ConcurrentBag<string>();
        var (playwright, browser) = await LaunchAsync();
        using var _ = playwright;
        await using var __ = browser;
        var page = await SignInAsync(browser, "zhangwei", errors);
        await page.GotoAsync(new Uri(server.Address, "/customers").ToString());
        await page.GetByText("实时公司").First.WaitForAsync();
        await (await server.As("liqiang").PatchAsync($"customers/{customer.GetProperty("id")}", new { name = "改名公司" })).JsonAsync();
        await page.GetByText("改名公司").First.WaitForAsync();
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    public async Task Every_page_fits_is_accessible_and_keeps_the_console_quiet(int width, int height, ColorScheme scheme)
    {
        await server.SetPasswordsAsync();
        var customer = await server.As("wangfang").MakeAsync("customers", new { name = "名字特别特别特别特别特别特别特别长的一家股份有限公司", phone = "13800138000", tags = new[] { "展会" }, city = "长沙市" });
        await server.As("wangfang").MakeAsync("contacts", new { name = "曾国藩", customer = customer.GetProperty("id") });
        var errors = new ConcurrentBag<string>();
        var (playwright, browser) = await LaunchAsync();
        using var _ = playwright;
        await using var __ = browser;
        var page = await SignInAsync(browser, "wangfang", errors, width, height, scheme);
        var axe = await File.ReadAllTextAsync(AxePath(), Cancel);
        foreach (var path in new[] { "/", "/customers", "/contacts", "/activities", $"/customers/{customer.GetProperty("id")}", "/import", "/admin/users", "/admin/roles", "/admin/fields", "/admin/ledger" })
        {
            await page.GotoAsync(new Uri(server.Address, path).ToString());
            await page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            await page.WaitForFunctionAsync("() => document.querySelectorAll('[aria-busy=true]').length === 0");
            Assert.True(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth") <= 0, $"{path} is wider than {width} px");
            await page.EvaluateAsync(axe + "; null");
            var serious = await page.EvaluateAsync<string[]>("""
                async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] })).violations
                  .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                  .map((one) => one.id + ': ' + one.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | '))
                """);
            Assert.True(serious.Length == 0, $"{path} at {width}: {string.Join('\n', serious)}");
        }

        Assert.Empty(errors);
    }

    private static string AxePath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "web", "node_modules", "axe-core", "axe.min.js");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new InvalidOperationException("The browser client's packages are not installed.");
    }
}
