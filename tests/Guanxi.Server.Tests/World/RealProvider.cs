using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Guanxi.Server.Tests.World;

/// <summary>npm's oidc-provider in a process of its own (tests/provider), and a browser that signs in there.</summary>
public sealed partial class RealProvider : IAsyncDisposable
{
    private readonly Process process;

    private RealProvider(Process process, string issuer) => (this.process, Issuer) = (process, issuer);

    public string Issuer { get; }

    public static string? Folder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                var path = Path.Combine(folder.FullName, "tests", "provider");
                if (Directory.Exists(Path.Combine(path, "node_modules", "oidc-provider")))
                {
                    return path;
                }
            }

            return null;
        }
    }

    public static async Task<RealProvider> StartAsync(string redirect, int port = 0)
    {
        var start = new ProcessStartInfo("node", ["provider.mjs", port.ToString(System.Globalization.CultureInfo.InvariantCulture), redirect]) { UseShellExecute = false, WorkingDirectory = Folder!, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("http://127.0.0.1:", StringComparison.Ordinal))
            {
                return new RealProvider(process, line.Trim());
            }
        }

        throw new InvalidOperationException("The provider did not start.");
    }

    /// <summary>What a person does over there: follows the address, types a name, agrees. Gives back the address the browser is sent back to.</summary>
    public static async Task<Uri> SignInAsync(Uri address, string login, string back)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
        var next = address;
        for (var steps = 0; steps < 20; steps++)
        {
            using var answer = await browser.GetAsync(next, cancel);
            if (answer.Headers.Location is { } to)
            {
                next = new Uri(next, to);
            }
            else
            {
                var page = await answer.Content.ReadAsStringAsync(cancel);
                var form = Form().Match(page);
                Assert.True(form.Success, page);
                var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["prompt"] = page.Contains("value=\"login\"", StringComparison.Ordinal) ? "login" : "consent", ["login"] = login, ["password"] = "x" };
                using var posted = await browser.PostAsync(new Uri(next, WebUtility.HtmlDecode(form.Groups["action"].Value)), new FormUrlEncodedContent(fields), cancel);
                next = new Uri(next, posted.Headers.Location!);
            }

            if (next.ToString().StartsWith(back, StringComparison.Ordinal))
            {
                return next;
            }
        }

        throw new InvalidOperationException($"The provider did not send the browser back; it stands at {next}.");
    }

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
