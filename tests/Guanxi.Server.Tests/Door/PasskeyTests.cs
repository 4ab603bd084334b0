using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Door;

/// <summary>Passkeys in a real browser with a virtual authenticator, and what somebody does who recorded the exchange.</summary>
public sealed class PasskeyTests
{
    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private static async Task WithBrowserAsync(RunningServer server, bool verifies, Func<IPage, Uri, ConcurrentQueue<string>, Task> work)
    {
        var path = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "Chromium is not installed; ./guanxi test installs it.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { Locale = "zh-CN" });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var sent = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (request.Method == "POST" && request.Url.EndsWith("/session/passkey", StringComparison.Ordinal))
            {
                sent.Enqueue(request.PostData!);
            }
        };
        var devTools = await context.NewCDPSessionAsync(page);
        await devTools.SendAsync("WebAuthn.enable");
        await devTools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = verifies, isUserVerified = verifies, automaticPresenceSimulation = true },
        });

        // A passkey belongs to a name, and an address of numbers is none.
        await work(page, new Uri($"http://localhost:{server.Address.Port}"), sent);
    }

    private static async Task SignInAsync(IPage page, Uri home, string userName)
    {
        await page.GotoAsync(new Uri(home, "/sign-in").ToString());
        await Browser.Walk.SignInAsync(page, userName);
    }

    private static async Task AddPasskeyAsync(IPage page, Uri home)
    {
        await page.GotoAsync(new Uri(home, "/account/security").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "添加通行密钥" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();
    }

    private static Task SignOutAsync(IPage page) => page.EvaluateAsync("() => fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-Guanxi': '1' } })");

    [Theory, BothDatabases]
    public async Task A_passkey_opens_the_door_without_name_or_password_and_a_recording_of_it_does_not(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        await WithBrowserAsync(server, verifies: true, async (page, home, sent) =>
        {
            await SignInAsync(page, home, "zhangwei");
            await AddPasskeyAsync(page, home);
            await SignOutAsync(page);
            await page.GotoAsync(new Uri(home, "/sign-in").ToString());
            await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥登录" }).ClickAsync();
            await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
            Assert.Equal("张伟", await page.EvaluateAsync<string>("async () => (await (await fetch('/api/v1/me')).json()).name"));

            // The same words again, the same credential for a fresh challenge, another origin, a signature with one bit changed.
            Assert.True(sent.TryDequeue(out var recorded));
            using var thief = new Visitor(server);
            await (await thief.PostAsync("session/passkey", JsonNode.Parse(recorded))).ProblemAsync(401);
            var fresh = (await (await thief.PostAsync("session/passkey:options")).JsonAsync()).GetProperty("ceremony").GetString();
            var again = JsonNode.Parse(recorded)!;
            again["ceremony"] = fresh;
            await (await thief.PostAsync("session/passkey", again)).ProblemAsync(401);
            await (await thief.PostAsync("session/passkey", new { ceremony = fresh, credential = new { } })).ProblemAsync(401);
            Assert.Null(thief.Session);
        });
    }

    [Theory, BothDatabases]
    public async Task A_passkey_is_the_second_factor_after_a_password_and_only_the_owners_will_do(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        await WithBrowserAsync(server, verifies: true, async (page, home, _) =>
        {
            await SignInAsync(page, home, "zhaomin");
            await AddPasskeyAsync(page, home);
            await SignOutAsync(page);
            await page.GotoAsync(new Uri(home, "/sign-in").ToString());
            await page.Locator("#sign-in-name").FillAsync("zhaomin");
            await page.Locator("#sign-in-password").FillAsync(RunningServer.Password);
            await page.Keyboard.PressAsync("Enter");
            var second = page.GetByText("密码正确");
            await second.WaitForAsync();
            Assert.Equal(401, await page.EvaluateAsync<int>("async () => (await fetch('/api/v1/customers')).status"));
            await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥登录" }).ClickAsync();
            await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
            Assert.Equal("赵敏", await page.EvaluateAsync<string>("async () => (await (await fetch('/api/v1/me')).json()).name"));
        });
    }

    [Theory, BothDatabases]
    public async Task After_a_while_an_export_asks_once_more_and_goes_on_after_the_passkey(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        await WithBrowserAsync(server, verifies: true, async (page, home, _) =>
        {
            await SignInAsync(page, home, "wangfang");
            await AddPasskeyAsync(page, home);
            server.Company.Time.Pass(TimeSpan.FromMinutes(11));
            await page.GotoAsync(new Uri(home, "/account/security").ToString());
            await page.GetByRole(AriaRole.Button, new() { Name = "重新生成恢复码" }).ClickAsync();
            await page.GetByText("请再确认一次是你本人").First.WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "用通行密钥确认" }).ClickAsync();
            await page.GetByText("每个恢复码").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_device_that_does_not_check_who_holds_it_cannot_register()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        await server.SetPasswordsAsync();
        await WithBrowserAsync(server, verifies: false, async (page, home, _) =>
        {
            await SignInAsync(page, home, "zhangwei");
            await page.GotoAsync(new Uri(home, "/account/security").ToString());
            await page.GetByRole(AriaRole.Button, new() { Name = "添加通行密钥" }).ClickAsync();
            await page.WaitForFunctionAsync("() => document.querySelectorAll('[aria-busy=true]').length === 0");
            Assert.Equal(0, (await JsonAsync(page, "/api/v1/me/security")).GetProperty("passkeys").GetArrayLength());
        });
    }

    private static async Task<JsonElement> JsonAsync(IPage page, string path) => JsonDocument.Parse(await page.EvaluateAsync<string>("async (path) => await (await fetch(path)).text()", path)).RootElement;
}
