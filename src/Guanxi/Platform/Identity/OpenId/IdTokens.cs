using System.Security.Cryptography;
using System.Text;
using Guanxi.Platform.Records;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Guanxi.Platform.Identity.OpenId;

/// <summary>What a provider says about somebody, after its token was checked.</summary>
public sealed record Claims(string Subject, string? Email, bool EmailVerified, string? Name, string? UserName, bool SecondFactor);

/// <summary>Checks an ID token as OpenID Connect Core 1.0 section 3.1.3.7 asks: signature by one of the provider's keys with an asymmetric algorithm, issuer, audience, authorised party, times, nonce.</summary>
public static class IdTokens
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Oldest = TimeSpan.FromMinutes(15);
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly string[] SecondFactors = ["mfa", "otp", "hwk", "swk", "fpt", "face", "iris"];
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    public static async Task<Claims> CheckAsync(ProviderDocuments documents, Discovery provider, string clientId, string token, string nonce, DateTimeOffset now, CancellationToken cancel = default)
    {
        var result = await ValidateAsync(await documents.KeysAsync(provider, again: false, cancel));
        if (result.Exception is SecurityTokenInvalidSignatureException)
        {
            result = await ValidateAsync(await documents.KeysAsync(provider, again: true, cancel));
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken read)
        {
            throw Wrong(result.Exception?.GetType().Name ?? "token");
        }

        string? Text(string name) => read.TryGetPayloadValue<object>(name, out var value) ? value as string : null;
        if (Text("nonce") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce)))
        {
            throw Wrong("nonce");
        }

        var party = Text("azp");
        if ((read.Audiences.Skip(1).Any() && party is null) || (party is not null && party != clientId))
        {
            throw Wrong("azp");
        }

        if (read.IssuedAt == DateTime.MinValue || new DateTimeOffset(read.IssuedAt, TimeSpan.Zero) < now - Oldest || new DateTimeOffset(read.IssuedAt, TimeSpan.Zero) > now + Skew)
        {
            throw Wrong("iat");
        }

        if (read.Subject is not { Length: > 0 and <= 255 } subject)
        {
            throw Wrong("sub");
        }

        var verified = read.TryGetPayloadValue<object>("email_verified", out var flag) && (flag is true || flag as string == "true");
        var methods = read.TryGetPayloadValue<string[]>("amr", out var amr) ? amr : [];
        return new Claims(subject, Text("email"), verified, Text("name"), Text("preferred_username"), methods.Intersect(SecondFactors, StringComparer.Ordinal).Any());

        Task<TokenValidationResult> ValidateAsync(IEnumerable<SecurityKey> keys) => Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = provider.Issuer,
            ValidAudience = clientId,
            IssuerSigningKeys = keys,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,

            // Without a beginning the handler says null, or the least time there is: nothing is subtracted from it.
            LifetimeValidator = (from, until, _, _) => until is { } ends && new DateTimeOffset(ends, TimeSpan.Zero) > now - Skew && (from is not { } begins || new DateTimeOffset(begins, TimeSpan.Zero) <= now + Skew),
        });
    }

    /// <summary>The reason is for the administrator's page of security events; the person hears only that it did not work.</summary>
    private static RefusedException Wrong(string what) => new(new Refusal(401, "provider-token", ("登录提供方的答复无法验证", "The sign-in provider's answer could not be verified")) { Rule = what });
}
