using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.World;

/// <summary>A sign-in provider that says whatever a test wants it to: mostly the truth, sometimes a forgery.</summary>
public sealed class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TimeProvider clock;
    private readonly Dictionary<string, (string Challenge, JsonObject Claims)> codes = new(StringComparer.Ordinal);
    // Three keys for all tests: finding the primes of one takes longer than the test around it.
    private static readonly Lazy<RSAParameters[]> Known = new(() => [.. Enumerable.Range(0, 3).Select(_ =>
    {
        using var made = RSA.Create(2048);
        return made.ExportParameters(includePrivateParameters: true);
    })]);
    private RSA key = KnownKey(0);
    private string keyId = "key-1";

    /// <summary>The first or second key of the provider, or the third, which is somebody else's.</summary>
    public static RSA KnownKey(int which) => RSA.Create(Known.Value[which]);

    private FakeProvider(WebApplication app, TimeProvider clock) => (this.app, this.clock) = (app, clock);

    public string Issuer { get; private set; } = "";

    /// <summary>Changes the finished token: its header, its claims, who signs it.</summary>
    public Func<JsonObject, JsonObject, string>? Forge { get; set; }

    /// <summary>What the code verifier was at the last exchange.</summary>
    public string? Verifier { get; private set; }

    public string? Client { get; private set; }

    public bool SaysIssuer { get; set; }

    public static async Task<FakeProvider> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var provider = new FakeProvider(app, clock);
        app.UseRouting();
        app.MapGet("/.well-known/openid-configuration", (HttpContext http) => http.Response.WriteAsync(provider.Document()));
        app.MapGet("/keys", (HttpContext http) => http.Response.WriteAsync(provider.Keys()));
        app.MapPost("/token", provider.TokenAsync);
        await app.StartAsync();
        provider.Issuer = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return provider;
    }

    private string Document() => new JsonObject
    {
        ["issuer"] = Issuer, ["authorization_endpoint"] = Issuer + "/authorize", ["token_endpoint"] = Issuer + "/token", ["jwks_uri"] = Issuer + "/keys", ["authorization_response_iss_parameter_supported"] = SaysIssuer,
    }.ToJsonString();

    private string Keys()
    {
        var parts = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = keyId, ["alg"] = "RS256", ["n"] = Base64(parts.Modulus!), ["e"] = Base64(parts.Exponent!) }) }.ToJsonString();
    }

    public void RotateKey() => (key, keyId) = (KnownKey(1), "key-2");

    public string PublicKeyText() => key.ExportRSAPublicKeyPem();

    /// <summary>The person signs in over there: the code the browser brings back.</summary>
    public string Approve(IReadOnlyDictionary<string, string> asked, string subject, string? email = null, bool verified = true, Action<JsonObject>? more = null)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["aud"] = asked["client_id"], ["sub"] = subject, ["nonce"] = asked["nonce"], ["iat"] = now, ["exp"] = now + 300, ["name"] = "外来的人", ["email_verified"] = verified };
        if (email is not null)
        {
            claims["email"] = email;
        }

        more?.Invoke(claims);
        var code = Guid.CreateVersion7().ToString();
        codes[code] = (asked["code_challenge"], claims);
        return code;
    }

    private async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        Verifier = form["code_verifier"];
        Client = Encoding.UTF8.GetString(Convert.FromBase64String(http.Request.Headers.Authorization.ToString()["Basic ".Length..]));
        if (!codes.Remove(form["code"].ToString(), out var kept) || Base64(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier!))) != kept.Challenge)
        {
            http.Response.StatusCode = 400;
            return;
        }

        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = keyId, ["typ"] = "JWT" };
        var token = Forge?.Invoke(header, kept.Claims) ?? Sign(header, kept.Claims);
        await http.Response.WriteAsync(new JsonObject { ["id_token"] = token, ["access_token"] = "a", ["token_type"] = "Bearer" }.ToJsonString());
    }

    public string Sign(JsonObject header, JsonObject claims, RSA? with = null)
    {
        var text = Base64(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Base64(JsonSerializer.SerializeToUtf8Bytes(claims));
        return text + "." + Base64((with ?? key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static string Unsigned(JsonObject header, JsonObject claims) => Base64(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Base64(JsonSerializer.SerializeToUtf8Bytes(claims)) + ".";

    /// <summary>The old trick: the public key used as the secret of an HMAC.</summary>
    public string SignWithPublicKey(JsonObject header, JsonObject claims)
    {
        header["alg"] = "HS256";
        var text = Base64(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Base64(JsonSerializer.SerializeToUtf8Bytes(claims));
        return text + "." + Base64(HMACSHA256.HashData(Encoding.ASCII.GetBytes(PublicKeyText()), Encoding.ASCII.GetBytes(text)));
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
