using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>The ways in that are more than a password, walked in a real browser.</summary>
public sealed class SignInWalkTests(Walk walk) : IClassFixture<Walk>
{
    [Fact]
    public async Task After_the_password_the_code_is_asked_for_and_a_wrong_one_said_to_be_wrong()
    {
        using var visitor = new Visitor(walk.Server);
        await visitor.SignInAsync("zhaomin");
        var (secret, recovery) = await visitor.EnrolAsync(walk.Server.Company.Time);
        walk.Server.Company.Time.Pass(TimeSpan.FromSeconds(31));

        var page = await walk.OpenAsync("wangfang", "/");
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(new Uri(walk.Server.Address, "/sign-in?to=/customers").ToString());
        await PasswordAsync(page);
        await page.GetByText("密码正确。请再证明一次是你本人。").WaitForAsync();
        await page.Locator("#sign-in-code").FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasTextRegex = new("\\S", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToBeVisibleAsync();
        await page.Locator("#sign-in-code").FillAsync(Visitor.CodeOf(secret, walk.Server.Company.Time));
        await page.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/customers", StringComparison.Ordinal));

        // The phone is lost: a recovery code lets her in, once.
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(new Uri(walk.Server.Address, "/sign-in").ToString());
        await PasswordAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "恢复码" }).ClickAsync();
        await page.Locator("#sign-in-code").FillAsync(recovery[0]);
        await page.GetByRole(AriaRole.Button, new() { Name = "继续" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        walk.Errors.Clear();
    }

    private static async Task PasswordAsync(IPage page)
    {
        await page.Locator("input").Nth(0).FillAsync("zhaomin");
        await page.Locator("input").Nth(1).FillAsync(RunningServer.Password);
        await page.Keyboard.PressAsync("Enter");
    }

    [Fact]
    public async Task The_button_of_the_company_s_provider_leads_there_and_back()
    {
        Assert.SkipWhen(RealProvider.Folder is null, "The provider is not installed; ./guanxi test installs it (npm ci in tests/provider).");
        var server = walk.Server;
        server.Company.Time.Pass(TimeProvider.System.GetUtcNow() - server.Company.Time.GetUtcNow());
        var back = new Uri(server.Address, "/api/v1/session/openid/callback").ToString();
        await using var provider = await RealProvider.StartAsync(back);
        using var boss = new Visitor(server);
        await boss.SignInAsync("wangfang");
        await (await boss.PostAsync("sign-in/providers", new { name = "公司统一登录", issuer = provider.Issuer, clientId = "guanxi", clientSecret = "a-real-secret", linkByEmail = true, domains = new[] { "lanfeng.cn" } })).JsonAsync(System.Net.HttpStatusCode.Created);
        await (await server.As("wangfang").PatchAsync($"users/{server.Company.LiuYang.Id}", new { email = "liuyang@lanfeng.cn" })).JsonAsync();

        walk.Forget("wangfang");
        var page = await walk.OpenAsync("wangfang", "/");
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(new Uri(server.Address, "/sign-in?to=/customers").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "公司统一登录" }).ClickAsync();
        await page.WaitForURLAsync(url => url.StartsWith(provider.Issuer, StringComparison.Ordinal));
        await page.Locator("input[name=login]").FillAsync("liuyang");
        await page.Locator("input[name=password]").FillAsync("x");
        await page.Locator("button[type=submit]").ClickAsync();
        await page.Locator("button[type=submit]").Last.ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/customers", StringComparison.Ordinal));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First).ToBeVisibleAsync();
        walk.Errors.Clear();
    }
}
