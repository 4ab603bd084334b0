using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;
using Microsoft.IdentityModel.Tokens;

namespace Guanxi.Platform.Identity.OpenId;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0).</summary>
public sealed record Discovery(string Issuer, Uri Authorization, Uri Token, Uri Keys, Uri? UserInfo, bool SecretInBody, bool SaysIssuer);

/// <summary>Talks to providers: discovery, keys, the token endpoint. Never follows a redirect, waits at most ten seconds, reads at most a megabyte; what it read is never shown to anybody.</summary>
public sealed class ProviderDocuments(TimeProvider clock, OutboundRules outbound) : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysAgain = TimeSpan.FromSeconds(30);
    private readonly OutboundClient http = new(outbound) { Longest = TimeSpan.FromSeconds(10) };

    private readonly ConcurrentDictionary<string, (Discovery Document, DateTimeOffset At)> discovered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (IList<SecurityKey> Keys, DateTimeOffset At)> keys = new(StringComparer.Ordinal);

    public async Task<Discovery> DiscoverAsync(string issuer, bool fresh = false, CancellationToken cancel = default)
    {
        if (!fresh && discovered.TryGetValue(issuer, out var found) && clock.GetUtcNow() - found.At < Kept)
        {
            return found.Document;
        }

        using var json = await GetAsync(new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration"), null, cancel);
        var root = json.RootElement;
        Uri? Address(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && new Uri(issuer).IsLoopback)) ? uri : null;
        var said = root.TryGetProperty("issuer", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (said != issuer)
        {
            throw Unusable(new Label($"它自称“{said}”，与填写的地址不一致", $"It calls itself “{said}”, which is not the address given"));
        }

        if (Address("authorization_endpoint") is not { } authorization || Address("token_endpoint") is not { } token || Address("jwks_uri") is not { } keySet)
        {
            throw Unusable(("它没有给出登录、令牌和密钥的 https 地址", "It names no https addresses for sign-in, tokens and keys"));
        }

        // RFC: without a list the default is the Authorization header.
        var methods = root.TryGetProperty("token_endpoint_auth_methods_supported", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.GetString())] : new List<string?> { "client_secret_basic" };
        var says = root.TryGetProperty("authorization_response_iss_parameter_supported", out var supported) && supported.ValueKind == JsonValueKind.True;
        var document = new Discovery(issuer, authorization, token, keySet, Address("userinfo_endpoint"), !methods.Contains("client_secret_basic") && methods.Contains("client_secret_post"), says);
        discovered[issuer] = (document, clock.GetUtcNow());
        return document;
    }

    /// <summary>The provider's keys. With <paramref name="again"/> they are fetched anew, at most twice a minute: a token signed by an unknown key is mostly a change of keys, sometimes somebody's play.</summary>
    public async Task<IList<SecurityKey>> KeysAsync(Discovery provider, bool again, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        if (keys.TryGetValue(provider.Issuer, out var found) && now - found.At < (again ? KeysAgain : Kept))
        {
            return found.Keys;
        }

        using var json = await GetAsync(provider.Keys, null, cancel);
        IList<SecurityKey> read;
        try
        {
            read = new JsonWebKeySet(json.RootElement.GetRawText()).GetSigningKeys();
        }
        catch (ArgumentException)
        {
            throw Unusable(("它的密钥无法读取", "Its keys cannot be read"));
        }

        keys[provider.Issuer] = (read, now);
        return read;
    }

    /// <summary>Changes a code into an ID token and an access token (RFC 6749 section 4.1.3, RFC 7636).</summary>
    public async Task<(string IdToken, string? AccessToken)> ExchangeAsync(Discovery provider, string clientId, string? secret, string code, string verifier, string redirect, CancellationToken cancel = default)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirect, ["code_verifier"] = verifier };
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.Token);
        if (secret is null || provider.SecretInBody)
        {
            form["client_id"] = clientId;
            if (secret is not null)
            {
                form["client_secret"] = secret;
            }
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(clientId)}:{Uri.EscapeDataString(secret)}")));
        }

        request.Content = new FormUrlEncodedContent(form);
        using var json = await SendAsync(request, cancel);
        string? Word(string name) => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return Word("id_token") is { } token ? (token, Word("access_token")) : throw Unusable(("它没有给出身份令牌", "It gave no ID token"));
    }

    public Task<JsonDocument> GetAsync(Uri address, string? accessToken, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (accessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        }

        return SendAsync(request, cancel);
    }

    private async Task<JsonDocument> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            var answer = await http.SendAsync(request, cancel: cancel);
            if (!answer.IsSuccess)
            {
                throw Unusable(new Label($"它回答了状态 {(int)answer.Status}", $"It answered with status {(int)answer.Status}"));
            }

            var json = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 16 });
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw Unusable(("它的回答不是 JSON 对象", "Its answer is no JSON object"));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw Unusable(("现在连不上它，或它的回答无法读取", "It cannot be reached right now, or its answer cannot be read"));
        }
    }

    public static RefusedException Unusable(Label why) => new(new Refusal(409, "provider", ("登录提供方无法使用", "The sign-in provider cannot be used")) { Detail = why });

    public void Dispose() => http.Dispose();
}
