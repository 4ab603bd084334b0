using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity.OpenId;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    private readonly ProviderDocuments documents = new(workspace.Clock, outbound ?? new OutboundRules());

    public ProviderDocuments Documents => documents;

    private sealed record Begun(Guid Provider, string Nonce, string Verifier, string Redirect, string To, Guid? Links);

    /// <summary>How a sign-in elsewhere ended: who it is, where the page goes on, whether the provider already asked for a second factor.</summary>
    public sealed record Arrived(Person Person, string To, bool SecondFactor, string Method, bool LinkedByHand);

    /// <summary>Begins a sign-in at a provider: the address to go to, and a secret that the same browser must bring back in a cookie.</summary>
    /// <param name="provider">Where.</param>
    /// <param name="redirect">Our address the provider sends the browser back to; registered there.</param>
    /// <param name="to">Where the page goes on afterwards; anything but a path of our own becomes the first page.</param>
    /// <param name="links">The signed-in person who wants to add this way of signing in.</param>
    /// <param name="cancel">Stops the work.</param>
    public async Task<(Uri Address, string State)> BeginElsewhereAsync(SignInProvider provider, string redirect, string? to, Guid? links, CancellationToken cancel = default)
    {
        var document = await documents.DiscoverAsync(provider.Issuer, cancel: cancel);
        var (nonce, verifier) = (NewSecret(""), NewSecret(""));
        var begun = new Begun(provider.Id, nonce, verifier, redirect, OwnPath(to), links);
        var state = await Ceremonies.PutAsync(workspace.Database, "openid", null, null, Box.Seal(JsonSerializer.Serialize(begun), "openid"), workspace.Now, cancel);
        var challenge = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        var query = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code", ["client_id"] = provider.ClientId, ["redirect_uri"] = redirect, ["scope"] = provider.Scopes, ["state"] = state, ["nonce"] = nonce, ["code_challenge"] = challenge, ["code_challenge_method"] = "S256",
        };
        var text = string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return (new Uri(document.Authorization + (document.Authorization.Query.Length > 0 ? "&" : "?") + text), state);
    }

    /// <summary>A path of our own, or the first page: an address that was sent to somebody must not lead elsewhere after signing in.</summary>
    public static string OwnPath(string? to) =>
        to is { Length: > 0 and <= 2000 } && to[0] == '/' && !(to.Length > 1 && to[1] is '/' or '\\') && !to.Any(letter => char.IsControl(letter) || letter == '\\') ? to : "/";

    /// <summary>Ends it: the state must be the one this browser was given, and works once.</summary>
    public async Task<Arrived> FinishElsewhereAsync(string? state, string? cookie, string? code, string? issuer, Place place, CancellationToken cancel = default)
    {
        if (state is null || cookie is null || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(cookie))
            || await Ceremonies.TakeAsync(workspace.Database, "openid", null, null, state, workspace.Now, cancel) is not { } kept || Box.Open(kept, "openid") is not { } json)
        {
            throw new RefusedException(new Refusal(401, "provider-state", ("这次登录不是从这个浏览器开始的，或已过期", "This sign-in did not begin in this browser, or it took too long")));
        }

        var begun = JsonSerializer.Deserialize<Begun>(json)!;
        SignInProvider provider;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            provider = await SignInProvider.ByIdAsync(session, begun.Provider, cancel) is { Active: true } found ? found : throw new RefusedException(Refusal.NotFound);
        }

        try
        {
            var document = await documents.DiscoverAsync(provider.Issuer, cancel: cancel);
            if ((issuer is not null || document.SaysIssuer) && issuer != provider.Issuer)
            {
                throw new RefusedException(new Refusal(401, "provider-token", ("登录提供方的答复无法验证", "The sign-in provider's answer could not be verified")) { Rule = "iss" });
            }

            if (code is null)
            {
                throw new RefusedException(new Refusal(401, "provider-refused", ("登录提供方没有让你通过", "The sign-in provider did not let you through")));
            }

            var (token, access) = await documents.ExchangeAsync(document, provider.ClientId, provider.SealedSecret is { } secret ? Box.Open(secret, provider.Purpose) : null, code, begun.Verifier, begun.Redirect, cancel);
            var claims = await IdTokens.CheckAsync(documents, document, provider.ClientId, token, begun.Nonce, workspace.Now, cancel);
            if (claims.Email is null && document.UserInfo is { } info && access is not null)
            {
                claims = await MoreAsync(claims, info, access, cancel);
            }

            var person = await PersonOfAsync(provider, claims, begun.Links, place, cancel);
            return new Arrived(person, begun.To, provider.SecondFactor || claims.SecondFactor, $"openid:{provider.Key}", begun.Links is not null);
        }
        catch (RefusedException refused)
        {
            await NoteAsync(workspace.System(), "sign-in.failed", begun.Links, place, $"openid:{provider.Key} {refused.Refusal.Kind} {refused.Refusal.Rule}".TrimEnd(), cancel);
            throw;
        }
    }

    /// <summary>The e-mail from the user-info endpoint, when the token has none; it must speak of the same subject.</summary>
    private async Task<Claims> MoreAsync(Claims claims, Uri info, string access, CancellationToken cancel)
    {
        using var json = await documents.GetAsync(info, access, cancel);
        var root = json.RootElement;
        string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return Text("sub") != claims.Subject ? claims : claims with
        {
            Email = Text("email"),
            EmailVerified = root.TryGetProperty("email_verified", out var verified) && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.GetString() == "true")),
            Name = claims.Name ?? Text("name"),
            UserName = claims.UserName ?? Text("preferred_username"),
        };
    }

    /// <summary>Who that is here: linked before by subject, linking now, of the same verified e-mail, or new, as the administrator allows.</summary>
    private async Task<Person> PersonOfAsync(SignInProvider provider, Claims claims, Guid? links, Place place, CancellationToken cancel)
    {
        Guid? user;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            user = await session.FirstAsync<Guid?>(Sql.Of($"SELECT user_id FROM external_login WHERE provider_id = {provider.Id} AND subject = {claims.Subject}"), row => row.Id(0), cancel);
        }

        var mail = claims is { Email.Length: > 3, EmailVerified: true } && provider.Admits(claims.Email) ? claims.Email : null;
        if (links is { } mine)
        {
            return user is { } other && other != mine ? throw NotHere("provider-taken", ("这个外部账号已关联到另一位同事", "That account is linked to a colleague already")) : await LinkAsync(provider, claims, mine, place, cancel);
        }

        if (user is { } known)
        {
            await workspace.Database.WriteAsync(writing => writing.ExecuteAsync(Sql.Of($"UPDATE external_login SET last_used_at = {workspace.Now} WHERE provider_id = {provider.Id} AND subject = {claims.Subject}"), cancel).AsTask(), cancel);
            return workspace.Directory.Person(known) is { Active: true } person ? person : throw NotHere("provider-nobody", ("这个账号在这里没有对应的、启用的用户；请联系管理员", "No active person here belongs to that account; ask the administrator"));
        }

        var same = mail is null ? [] : workspace.Directory.People.Where(person => string.Equals(person.Email, mail, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        if (provider.LinkByEmail && same is [{ Active: true } only])
        {
            return await LinkAsync(provider, claims, only.Id, place, cancel);
        }

        return provider.CreatesPeople && mail is not null && same.Count == 0
            ? await CreateFromAsync(provider, claims, mail, place, cancel)
            : throw NotHere("provider-nobody", ("这个账号在这里没有对应的、启用的用户；请联系管理员", "No active person here belongs to that account; ask the administrator"));
    }

    private static RefusedException NotHere(string kind, Label why) => new(new Refusal(403, kind, ("无法用这个账号登录", "This account cannot sign in here")) { Detail = why });

    private Task<Person> LinkAsync(SignInProvider provider, Claims claims, Guid user, Place place, CancellationToken cancel) => workspace.WriteAsync(
        workspace.ActorFor(workspace.Directory.Person(user)!, "page"),
        async context =>
        {
            await InsertLinkAsync(context, provider, claims, user, place, cancel);
            return workspace.Directory.Person(user)!;
        },
        cancel: cancel);

    private static async Task InsertLinkAsync(SaveContext context, SignInProvider provider, Claims claims, Guid user, Place place, CancellationToken cancel)
    {
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO external_login (provider_id, subject, user_id, email, created_at, last_used_at) VALUES ({provider.Id}, {claims.Subject}, {user}, {claims.Email}, {context.Now}, {context.Now}) ON CONFLICT (provider_id, subject) DO NOTHING"), cancel);
        await SecurityEvents.NoteAsync(context, "provider.link", user, place, provider.Key, cancel);
    }

    private async Task<Person> CreateFromAsync(SignInProvider provider, Claims claims, string mail, Place place, CancellationToken cancel)
    {
        var role = workspace.Directory.Role(provider.RoleId) ?? throw new RefusedException(Refusal.NotFound);
        var id = await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var wanted = new string([.. (claims.UserName ?? mail.Split('@')[0]).ToLowerInvariant().Where(letter => !char.IsWhiteSpace(letter) && !char.IsControl(letter)).Take(50)]);
                var userName = wanted.Length > 0 ? wanted : "user";
                for (var number = 2; await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM app_user WHERE user_name = {userName} AND deleted_at IS NULL"), cancel) > 0; number++)
                {
                    userName = $"{wanted}{number}";
                }

                var shown = claims.Name is { Length: > 0 } name ? name[..Math.Min(60, name.Length)] : userName;
                var user = await People.AddAsync(context, shown, userName, role.Key, null, cancel);
                user["email"] = mail;
                await context.UpdateAsync(user, cancel: cancel);
                await InsertLinkAsync(context, provider, claims, user.Id, place, cancel);
                return user.Id;
            },
            cancel: cancel);
        return workspace.Directory.Person(id)!;
    }

    public sealed record Link(Guid Provider, string Name, string Subject, string? Email, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

    public async Task<List<Link>> LinksAsync(Guid user, CancellationToken cancel = default)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await session.ListAsync(
            Sql.Of($"SELECT p.id, p.name, l.subject, l.email, l.created_at, l.last_used_at FROM external_login l JOIN sign_in_provider p ON p.id = l.provider_id WHERE l.user_id = {user} ORDER BY l.created_at"),
            row => new Link(row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.Instant(4), row.OptionalInstant(5)), cancel);
    }

    public Task UnlinkAsync(Actor actor, Guid provider, Place place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT (SELECT COUNT(*) FROM credential WHERE user_id = {actor.Id}) + (SELECT COUNT(*) FROM passkey WHERE user_id = {actor.Id})"), cancel) == 0)
            {
                throw new RefusedException(Refusal.Breaks("last-way-in", ("这是你唯一的登录方式；请先设置密码或通行密钥", "This is your only way in; set a password or a passkey first")));
            }

            if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM external_login WHERE provider_id = {provider} AND user_id = {actor.Id}"), cancel) == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }

            await SecurityEvents.NoteAsync(context, "provider.unlink", actor.Id, place, null, cancel);
        },
        cancel: cancel);
}
