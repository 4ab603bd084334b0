using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Guanxi.Platform.Identity;

/// <summary>Passwords, sessions and API tokens. Secrets are kept as hashes only.</summary>
public sealed class SignIn(Workspace workspace)
{
    public const int ShortestPassword = 10;
    private const int MostFailures = 10;
    private static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(30);
    private static readonly TimeSpan Idle = TimeSpan.FromDays(7);

    // How long a found session is believed before the database is asked again: revocation works within this time in every process.
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(2);

    // HMAC-SHA512 with the iterations OWASP asks for.
    private readonly PasswordHasher<Person> hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly ConcurrentDictionary<string, (Guid User, DateTimeOffset Until)> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (int Count, DateTimeOffset Since)> failures = new(StringComparer.Ordinal);
    private string? nobodysHash;

    public static string NewSecret(string prefix) => prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Checks a password; the same answer and the same work for unknown names. Too many failures from one address for one name are told to wait: a stranger elsewhere cannot lock anybody out.</summary>
    public async Task<Person> CheckAsync(string userName, string password, string address, CancellationToken cancel = default)
    {
        var key = address + "\n" + userName.Trim().ToLowerInvariant();
        var now = workspace.Now;
        if (failures.TryGetValue(key, out var failed) && failed.Count >= MostFailures && now - failed.Since < FailureWindow)
        {
            throw new RefusedException(new Refusal(429, "too-many-attempts", ("尝试次数过多，请稍后再试", "Too many attempts; try again later")) { RetryAfter = FailureWindow - (now - failed.Since) });
        }

        var person = workspace.Directory.People.FirstOrDefault(candidate => candidate.Active && string.Equals(candidate.UserName, userName.Trim(), StringComparison.OrdinalIgnoreCase));
        string? hash = null;
        if (person is not null)
        {
            await using var session = await workspace.Database.ReadAsync(cancel);
            hash = await session.FirstAsync(Sql.Of($"SELECT password_hash FROM credential WHERE user_id = {person.Id}"), row => row.Text(0), cancel);
        }

        var checks = person ?? Actor.SystemPerson;
        var right = hasher.VerifyHashedPassword(checks, hash ?? (nobodysHash ??= hasher.HashPassword(checks, NewSecret(""))), password) != PasswordVerificationResult.Failed;
        if (right && person is not null && hash is not null)
        {
            failures.TryRemove(key, out _);
            return person;
        }

        failures.AddOrUpdate(key, _ => (1, now), (_, old) => now - old.Since >= FailureWindow ? (1, now) : (old.Count + 1, old.Since));
        await workspace.WriteAsync(workspace.System(), context =>
        {
            context.Note("sign-in.failed", "users", person?.Id);
            return Task.CompletedTask;
        }, cancel: cancel);
        throw new RefusedException(new Refusal(401, "wrong-credentials", ("登录名或密码不对", "The user name or password is wrong")));
    }

    /// <summary>Opens a session and gives back the secret for the cookie.</summary>
    public async Task<string> OpenSessionAsync(Person person, string address, string? device, CancellationToken cancel = default)
    {
        var secret = NewSecret("s_");
        await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO user_session (token_hash, user_id, created_at, last_used_at, expires_at, address, device) VALUES ({Hash(secret)}, {person.Id}, {context.Now}, {context.Now}, {context.Now + Absolute}, {address}, {device?[..Math.Min(200, device.Length)]})"), cancel);
                context.Note("sign-in", "users", person.Id);
            },
            cancel: cancel);
        return secret;
    }

    public async Task CloseSessionAsync(Person person, string secret, CancellationToken cancel = default)
    {
        known.TryRemove(Hash(secret), out _);
        await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE token_hash = {Hash(secret)}"), cancel);
                context.Note("sign-out", "users", person.Id);
            },
            cancel: cancel);
    }

    /// <summary>Whose secret this is; null when it is unknown, expired, revoked, or its person is no longer active.</summary>
    public async ValueTask<Person?> WhoAsync(string secret, bool token, CancellationToken cancel = default)
    {
        var hash = Hash(secret);
        var now = workspace.Now;
        if (!known.TryGetValue(hash, out var found) || found.Until < now)
        {
            var user = await FindAsync(hash, token, now, cancel);
            if (user is null)
            {
                known.TryRemove(hash, out _);
                return null;
            }

            if (known.Count > 20_000)
            {
                known.Clear();
            }

            known[hash] = found = (user.Value, now + Believed);
        }

        return workspace.Directory.Person(found.User) is { Active: true } person ? person : null;
    }

    private async Task<Guid?> FindAsync(string hash, bool token, DateTimeOffset now, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var oldest = now - Idle;
        var found = await session.ListAsync(
            token
                ? Sql.Of($"SELECT user_id, last_used_at FROM api_token WHERE token_hash = {hash} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > {now})")
                : Sql.Of($"SELECT user_id, last_used_at FROM user_session WHERE token_hash = {hash} AND expires_at > {now} AND last_used_at > {oldest}"),
            row => (User: row.Id(0), Used: row.OptionalInstant(1)),
            cancel);
        if (found.Count == 0)
        {
            return null;
        }

        // The time of last use is kept to a few minutes: a write with every request would cost more than it tells.
        if (found[0].Used is not { } used || now - used > TimeSpan.FromMinutes(5))
        {
            var table = new SqlName(token ? "api_token" : "user_session");
            await workspace.Database.WriteAsync(writing => writing.ExecuteAsync(Sql.Of($"UPDATE {table} SET last_used_at = {now} WHERE token_hash = {hash}"), cancel).AsTask(), cancel);
        }

        return found[0].User;
    }

    public static void CheckStrength(string password)
    {
        if (password.Length < ShortestPassword || password.Length > 200 || password.Distinct().Count() < 5)
        {
            throw new RefusedException(Refusal.Invalid("password", new Label($"密码至少 {ShortestPassword} 个字符，且不能太简单", $"A password has at least {ShortestPassword} characters and is not too simple")));
        }
    }

    /// <summary>Sets a password and ends the person's sessions elsewhere.</summary>
    public async Task SetPasswordAsync(SaveContext context, Guid user, string password, CancellationToken cancel = default)
    {
        CheckStrength(password);
        var hash = hasher.HashPassword(Actor.SystemPerson, password);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM credential WHERE user_id = {user}"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO credential (user_id, password_hash, changed_at) VALUES ({user}, {hash}, {context.Now})"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE user_id = {user}"), cancel);
        context.Note("password.set", "users", user);
        known.Clear();
    }

    /// <summary>A new API token of a person; the secret is shown this once.</summary>
    public async Task<(Guid Id, string Secret)> CreateTokenAsync(Actor actor, Guid user, string name, DateTimeOffset? expires, CancellationToken cancel = default)
    {
        var secret = NewSecret("gx_");
        var id = await workspace.WriteAsync(
            actor,
            async context =>
            {
                var made = Guid.CreateVersion7(context.Now);
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO api_token (id, token_hash, user_id, name, created_at, expires_at) VALUES ({made}, {Hash(secret)}, {user}, {name}, {context.Now}, {expires})"), cancel);
                context.Note("token.create", "users", user);
                return made;
            },
            cancel: cancel);
        return (id, secret);
    }

    public async Task RevokeTokenAsync(Actor actor, Guid id, CancellationToken cancel = default)
    {
        var manages = actor.Has(Functions.ManageUsers);
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var changed = await context.Session.ExecuteAsync(
                    manages
                        ? Sql.Of($"UPDATE api_token SET revoked_at = {context.Now} WHERE id = {id} AND revoked_at IS NULL")
                        : Sql.Of($"UPDATE api_token SET revoked_at = {context.Now} WHERE id = {id} AND user_id = {actor.Id} AND revoked_at IS NULL"),
                    cancel);
                if (changed == 0)
                {
                    throw new RefusedException(Refusal.NotFound);
                }

                context.Note("token.revoke", "users", actor.Id);
            },
            cancel: cancel);
        known.Clear();
    }
}
