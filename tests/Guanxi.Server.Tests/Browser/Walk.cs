using System.Collections.Concurrent;
using Guanxi.Server.Tests.World;
using Microsoft.Playwright;

namespace Guanxi.Server.Tests.Browser;

/// <summary>One browser for a class of walks, one window at a time; what the console says is kept.</summary>
public sealed class Walk : IAsyncLifetime
{
    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    private readonly ConcurrentDictionary<string, string> sessions = new(StringComparer.Ordinal);
    private IPlaywright? playwright;
    private IBrowser? browser;
    private IBrowserContext? window;

    public RunningServer Server { get; } = new();

    /// <summary>Errors of any console since the walk began; refusals that were meant are taken out by the walk itself.</summary>
    public ConcurrentBag<string> Errors { get; } = [];

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        await Server.SetPasswordsAsync();
        var path = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);
        if (path is not null)
        {
            playwright = await Playwright.CreateAsync();
            Assertions.SetDefaultExpectTimeout(30_000);
            browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags });
        }
    }

    /// <summary>A page of somebody who is signed in; the form is used once a person, then their session.</summary>
    public async Task<IPage> OpenAsync(string userName, string path, int width = 1440, int height = 900)
    {
        Assert.SkipWhen(browser is null, "Chromium is not installed; ./guanxi test installs it.");
        // A window left open would go on asking with a session that has ended since.
        if (window is not null)
        {
            await window.CloseAsync();
        }

        sessions.TryGetValue(userName, out var state);
        var context = window = await browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, Locale = "zh-CN", TimezoneId = "Asia/Shanghai", StorageState = state, AcceptDownloads = true });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Errors.Add($"{message.Text} {message.Location}");
            }
        };
        page.PageError += (_, error) => Errors.Add(error);
        if (state is null)
        {
            await page.GotoAsync(new Uri(Server.Address, "/sign-in").ToString());
            await SignInAsync(page, userName);
            sessions[userName] = await context.StorageStateAsync();
        }

        await page.GotoAsync(new Uri(Server.Address, path).ToString());
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
        return page;
    }

    /// <summary>The person's session is over: the next page signs in anew.</summary>
    public void Forget(string userName) => sessions.TryRemove(userName, out _);

    /// <summary>Fills in the form and sends it; once more where the page was still drawing itself when it was filled in.</summary>
    public static async Task SignInAsync(IPage page, string userName)
    {
        for (var tries = 0; page.Url.Contains("sign-in", StringComparison.Ordinal); tries++)
        {
            await page.Locator("#sign-in-name").FillAsync(userName);
            await page.Locator("#sign-in-password").FillAsync(RunningServer.Password);
            await page.Locator("#sign-in-password").PressAsync("Enter");
            try
            {
                await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal), new() { Timeout = 15_000 });
            }
            catch (TimeoutException) when (tries < 4)
            {
                // Filled in too early.
            }
        }
    }

    /// <summary>Presses a key until what it brings is seen: a page that has just been drawn may not listen to keys yet, and a person presses again.</summary>
    public static async Task PressAsync(IPage page, string key, ILocator brings)
    {
        for (var presses = 0; presses < 10 && !await brings.IsVisibleAsync(); presses++)
        {
            await page.Keyboard.PressAsync(key);
            try
            {
                await brings.WaitForAsync(new() { Timeout = 8_000 });
            }
            catch (TimeoutException)
            {
                // Pressed too early.
            }
        }

        await brings.WaitForAsync();
    }

    /// <summary>Opens a choice and takes one of it.</summary>
    public static async Task ChooseAsync(ILocator select, string option)
    {
        await select.ClickAsync();
        await select.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = option, Exact = true }).ClickAsync();
    }

    /// <summary>Saves what a click downloads and reads it.</summary>
    public static async Task<byte[]> DownloadAsync(IPage page, Func<Task> click)
    {
        var download = await page.RunAndWaitForDownloadAsync(click);
        return await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        await Server.DisposeAsync();
    }
}
