using System.Text.Json;
using Microsoft.Playwright;

namespace Guanxi.Bench.Operations;

/// <summary>What a browser with an empty cache fetches until the page stands.</summary>
/// <param name="Bytes">Of bodies as they came over the wire, compressed.</param>
public sealed record PageWeight(string What, int Requests, long Bytes, double Milliseconds);

/// <summary>Opens the page in a real browser: as a stranger (sign-in), and signed in (home).</summary>
public static class FirstPage
{
    private const string Chromium = "/usr/bin/chromium";

    public static bool CanRun => File.Exists(Chromium);

    public static async Task<IReadOnlyList<PageWeight>> MeasureAsync(Uri address, string userName, string password)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox"] });
        var signIn = await OpenAsync(browser, address, "page.sign-in", null);
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Add("X-Guanxi", "1");
        using var body = new StringContent(JsonSerializer.Serialize(new { userName, password }), System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/api/v1/session", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
        var cookies = answer.Headers.GetValues("Set-Cookie").Select(line => line.Split(';')[0].Split('=', 2)).Select(pair => new Cookie { Name = pair[0], Value = pair[1], Domain = address.Host, Path = "/" });
        return [signIn, await OpenAsync(browser, address, "page.first", cookies)];
    }

    private static async Task<PageWeight> OpenAsync(IBrowser browser, Uri address, string what, IEnumerable<Cookie>? cookies)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { Locale = "zh-CN" });
        if (cookies is not null)
        {
            await context.AddCookiesAsync(cookies);
        }

        var page = await context.NewPageAsync();
        var finished = new List<IRequest>();
        page.RequestFinished += (_, request) => finished.Add(request);
        var started = TimeProvider.System.GetTimestamp();
        await page.GotoAsync(address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.Load, Timeout = 60_000 });

        // Live updates keep one request open for good, so the network never falls wholly silent: wait until nothing more has finished for a second.
        for (var (seen, quiet) = (-1, 0); quiet < 4 && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60);)
        {
            await Task.Delay(250);
            (seen, quiet) = finished.Count == seen ? (seen, quiet + 1) : (finished.Count, 0);
        }

        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds - 1000;
        var bytes = 0L;
        foreach (var request in finished.ToList())
        {
            bytes += (await request.SizesAsync()).ResponseBodySize;
        }

        return new PageWeight(what, finished.Count, bytes, elapsed);
    }
}
