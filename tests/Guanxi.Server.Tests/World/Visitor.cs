using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Platform.Identity;

namespace Guanxi.Server.Tests.World;

/// <summary>A browser as the server sees it: keeps its cookies, says from which page a write comes. Attackers change what it says.</summary>
public sealed class Visitor : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Uri home;

    public Visitor(RunningServer server)
        : this(server.Address)
    {
    }

    public Visitor(Uri address)
    {
        home = address;
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "en");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Dictionary<string, string> Cookies { get; } = new(StringComparer.Ordinal);

    /// <summary>Headers of every call, such as X-Forwarded-For.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    /// <summary>The Set-Cookie lines of the last answer.</summary>
    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    public string? Session => Cookies.GetValueOrDefault("guanxi-session") ?? Cookies.GetValueOrDefault("__Host-guanxi-session");

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, bool ownPage = true, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(home, "/api/v1/" + path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (ownPage && method != HttpMethod.Get)
        {
            request.Headers.TryAddWithoutValidation("X-Guanxi", "1");
            request.Headers.TryAddWithoutValidation("Origin", home.GetLeftPart(UriPartial.Authority));
        }

        foreach (var (name, value) in headers.Concat(Headers.Select(pair => (pair.Key, pair.Value))))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        }

        var response = await http.SendAsync(request, Cancel);
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var lines) ? [.. lines] : [];
        foreach (var line in SetCookies)
        {
            var (name, value) = (line[..line.IndexOf('=', StringComparison.Ordinal)], line.Split(';')[0][(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (value.Length == 0)
            {
                Cookies.Remove(name);
            }
            else
            {
                Cookies[name] = value;
            }
        }

        return response;
    }

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body ?? new { });

    public async Task<JsonElement> ReadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) => await (await SendAsync(HttpMethod.Get, path)).JsonAsync(expected);

    public async Task<int> StatusAsync(string path) => (int)(await SendAsync(HttpMethod.Get, path)).StatusCode;

    /// <summary>Signs in by password; gives back what comes next.</summary>
    public async Task<JsonElement> SignInAsync(string userName, string password = RunningServer.Password) => await (await PostAsync("session", new { userName, password })).JsonAsync();

    /// <summary>Sets up an authenticator and gives back its secret and the recovery codes.</summary>
    public async Task<(string Secret, string[] Recovery)> EnrolAsync(TimeProvider clock)
    {
        var secret = (await (await PostAsync("me/security/authenticator")).JsonAsync()).GetProperty("secret").GetString()!;
        var answer = await PostAsync("me/security/authenticator:confirm", new { code = CodeOf(secret, clock) });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        var codes = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("recoveryCodes");
        return (secret, [.. codes.EnumerateArray().Select(code => code.GetString()!)]);
    }

    public static string CodeOf(string secret, TimeProvider clock, int steps = 0) => Totp.Code(Totp.FromBase32(secret), Totp.StepAt(clock.GetUtcNow()) + steps);

    public void Dispose() => http.Dispose();
}
