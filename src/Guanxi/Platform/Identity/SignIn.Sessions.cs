using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    private const int MostSessions = 50;

    // How long a found session is believed before the database is asked again, when nothing was heard of an end.
    private static readonly TimeSpan Believed = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UseKept = TimeSpan.FromMinutes(1);

    // As far as the clocks of two servers may be apart.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    /// <summary>For the steps between the password and being in.</summary>
    private static readonly TimeSpan Unfinished = TimeSpan.FromMinutes(15);

    /// <summary>Opens a full session, as after a right password of somebody who needs no more.</summary>
    public Task<string> OpenSessionAsync(Person person, string address, string? device, CancellationToken cancel = default) =>
        OpenSessionAsync(person, new Place(address, device), "password", null, Stage.Full, cancel);

    /// <summary>Opens a session at a stage and gives back the secret for the cookie.</summary>
    public async Task<string> OpenSessionAsync(Person person, Place place, string method, string? secondFactor, string stage, CancellationToken cancel = default)
    {
        var secret = NewSecret("s_");
        var rules = await PolicyAsync(cancel);
        await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                var (id, ends) = (Guid.CreateVersion7(context.Now), context.Now + (stage == Stage.Full ? rules.Absolute : Unfinished));
                await context.Session.ExecuteAsync(Sql.Of($"""
                    INSERT INTO user_session (id, token_hash, user_id, stage, method, second_factor, created_at, last_used_at, expires_at, proved_at, address, device, device_hash)
                    VALUES ({id}, {Hash(secret)}, {person.Id}, {stage}, {method}, {secondFactor}, {context.Now}, {context.Now}, {ends}, {context.Now}, {place.Address}, {place.ShownDevice}, {place.DeviceHash})
                    """), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE user_id = {person.Id} AND id NOT IN (SELECT id FROM user_session WHERE user_id = {person.Id} ORDER BY last_used_at DESC, id DESC LIMIT {MostSessions})"), cancel);
                await EnteredAsync(context, person, place, stage, secondFactor is null ? method : $"{method}+{secondFactor}", cancel);
            },
            cancel: cancel);
        return secret;
    }

    /// <summary>Takes a session a step further under a new secret; the old one is void at once, so one that was known before is worth nothing.</summary>
    public async Task<string> AdvanceAsync(Caller caller, string stage, string? secondFactor, Place place, CancellationToken cancel = default)
    {
        var secret = NewSecret("s_");
        var rules = await PolicyAsync(cancel);
        await workspace.WriteAsync(
            workspace.ActorFor(caller.Person, "page"),
            async context =>
            {
                var ends = context.Now + (stage == Stage.Full ? rules.Absolute : Unfinished);
                if (await context.Session.ExecuteAsync(Sql.Of($"UPDATE user_session SET token_hash = {Hash(secret)}, stage = {stage}, second_factor = COALESCE({secondFactor}, second_factor), expires_at = {ends}, proved_at = {context.Now}, last_used_at = {context.Now}, created_at = {context.Now} WHERE id = {caller.Id} AND token_hash = {caller.Hash}"), cancel) == 0)
                {
                    throw new RefusedException(new Refusal(401, "not-signed-in", ("请先登录", "Sign in first")));
                }

                context.SessionsChanged = true;
                await EnteredAsync(context, caller.Person, place, stage, secondFactor ?? stage, cancel);
            },
            cancel: cancel);
        known.TryRemove(caller.Hash, out _);
        return secret;
    }

    /// <summary>After a fresh proof: the same session and its end, a new secret.</summary>
    public async Task<string> ProveAgainAsync(Caller caller, string method, Place place, CancellationToken cancel = default)
    {
        var secret = NewSecret("s_");
        await workspace.WriteAsync(
            workspace.ActorFor(caller.Person, "page"),
            async context =>
            {
                if (await context.Session.ExecuteAsync(Sql.Of($"UPDATE user_session SET token_hash = {Hash(secret)}, proved_at = {context.Now}, last_used_at = {context.Now} WHERE id = {caller.Id} AND token_hash = {caller.Hash}"), cancel) == 0)
                {
                    throw new RefusedException(new Refusal(401, "not-signed-in", ("请先登录", "Sign in first")));
                }

                context.SessionsChanged = true;
                await SecurityEvents.NoteAsync(context, "step-up", caller.Person.Id, place, method, cancel);
            },
            cancel: cancel);
        known.TryRemove(caller.Hash, out _);
        return secret;
    }

    private static async Task EnteredAsync(SaveContext context, Person person, Place place, string stage, string how, CancellationToken cancel)
    {
        if (stage != Stage.Full)
        {
            await SecurityEvents.NoteAsync(context, "sign-in.begun", person.Id, place, how, cancel);
            return;
        }

        await NewDevice.RememberAsync(context, person, place, cancel);
        await SecurityEvents.NoteAsync(context, "sign-in", person.Id, place, how, cancel);
    }

    public async Task CloseSessionAsync(Person person, string secret, CancellationToken cancel = default)
    {
        known.TryRemove(Hash(secret), out _);
        await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE token_hash = {Hash(secret)}"), cancel);
                context.SessionsChanged = true;
                await SecurityEvents.NoteAsync(context, "sign-out", person.Id, null, null, cancel);
            },
            cancel: cancel);
    }

    public sealed record OpenSession(Guid Id, string Stage, string Method, string? SecondFactor, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, string? Address, string? Device);

    /// <summary>The sessions of a person that have not run out, the one used last first.</summary>
    public async Task<List<OpenSession>> SessionsAsync(Guid user, CancellationToken cancel = default)
    {
        var (rules, now) = (await PolicyAsync(cancel), workspace.Now);
        var (oldest, first) = (now - rules.Idle, now - rules.Absolute);
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await session.ListAsync(
            Sql.Of($"SELECT id, stage, method, second_factor, created_at, last_used_at, address, device FROM user_session WHERE user_id = {user} AND expires_at > {now} AND last_used_at > {oldest} AND created_at > {first} ORDER BY last_used_at DESC, id DESC"),
            row => new OpenSession(row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.Instant(4), row.Instant(5), row.OptionalText(6), row.OptionalText(7)), cancel);
    }

    /// <summary>Signs a person out elsewhere: of one session, or of all but one.</summary>
    public Task EndSessionsAsync(Actor actor, Guid user, Guid? only, Guid? except, Place? place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var ended = only is { } one
                ? await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE user_id = {user} AND id = {one}"), cancel)
                : await EndSessionsAsync(context, user, except, cancel);
            if (only is not null && ended == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }

            context.SessionsChanged = true;
            await SecurityEvents.NoteAsync(context, "session.end", user, place, only is null ? "all" : "one", cancel);
        },
        cancel: cancel);

    internal static async Task<int> EndSessionsAsync(SaveContext context, Guid user, Guid? except, CancellationToken cancel = default)
    {
        context.SessionsChanged = true;
        return await context.Session.ExecuteAsync(except is { } one ? Sql.Of($"DELETE FROM user_session WHERE user_id = {user} AND id <> {one}") : Sql.Of($"DELETE FROM user_session WHERE user_id = {user}"), cancel);
    }

    /// <summary>Whose secret this is; null when it is unknown, run out, ended, or its person is no longer active.</summary>
    /// <param name="secret">From the cookie or the Authorization header.</param>
    /// <param name="token">Whether it is of an API token.</param>
    /// <param name="touch">Whether the call counts as use: what a page does by itself does not keep a session alive.</param>
    /// <param name="address">Kept with a token's last use.</param>
    /// <param name="cancel">Stops the work.</param>
    public async ValueTask<Caller?> WhoAsync(string secret, bool token, bool touch = true, string? address = null, CancellationToken cancel = default)
    {
        var hash = Hash(secret);
        var (now, generation) = (workspace.Now, workspace.SessionsGeneration);
        if (!known.TryGetValue(hash, out var found) || found.Until < now || found.Until > now + Believed || found.Generation != generation)
        {
            if (await FindAsync(hash, token, touch, address, now, cancel) is not { } caller)
            {
                known.TryRemove(hash, out _);
                return null;
            }

            if (known.Count > 20_000)
            {
                known.Clear();
            }

            known[hash] = found = (caller, now + Believed, generation);
        }

        return found.Caller.IsToken == token && workspace.Directory.Person(found.Caller.Person.Id) is { Active: true } person ? found.Caller with { Person = person } : null;
    }

    /// <summary>Whether a caller of a moment ago would still be let in; does not count as use.</summary>
    public async Task<bool> StillInAsync(Caller caller, CancellationToken cancel = default) => await FindAsync(caller.Hash, caller.IsToken, touch: false, null, workspace.Now, cancel) is not null;

    private async Task<Caller?> FindAsync(string hash, bool token, bool touch, string? address, DateTimeOffset now, CancellationToken cancel)
    {
        Found? found;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            found = await session.FirstAsync<Found?>(
                token
                    ? Sql.Of($"SELECT id, user_id, {Stage.Full}, created_at, last_used_at, scope, created_at, COALESCE(expires_at, {DateTimeOffset.MaxValue}) FROM api_token WHERE token_hash = {hash} AND revoked_at IS NULL")
                    : Sql.Of($"SELECT id, user_id, stage, proved_at, last_used_at, NULL, created_at, expires_at FROM user_session WHERE token_hash = {hash}"),
                row => new Found(row.Id(0), row.Id(1), row.Text(2), row.Instant(3), row.OptionalInstant(4), row.OptionalText(5), row.Instant(6), row.Instant(7)), cancel);
        }

        if (found is null || (token && found.Ends <= now))
        {
            return null;
        }

        // Ended for good once it was found to have run out: a clock that is set back does not revive it, nor keep one from a time that has not come.
        if (!token && HasRunOut(found, await PolicyAsync(cancel), now))
        {
            await workspace.Database.WriteAsync(writing => writing.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE id = {found.Id}"), cancel).AsTask(), cancel);
            return null;
        }

        if (workspace.Directory.Person(found.User) is not { Active: true } person)
        {
            return null;
        }

        // The time of last use is kept to a minute: a write with every request would cost more than it tells.
        if (touch && (found.Used is not { } used || used.IsPast(UseKept, now)))
        {
            await workspace.Database.WriteAsync(
                writing => writing.ExecuteAsync(token
                    ? Sql.Of($"UPDATE api_token SET last_used_at = {now}, last_address = {address} WHERE id = {found.Id}")
                    : Sql.Of($"UPDATE user_session SET last_used_at = {now} WHERE id = {found.Id}"), cancel).AsTask(), cancel);
        }

        return new Caller(person, found.Id, found.Stage, found.Proved, token ? TokenScope.FromStored(found.Scope) : null, token, hash);
    }

    private sealed record Found(Guid Id, Guid User, string Stage, DateTimeOffset Proved, DateTimeOffset? Used, string? Scope, DateTimeOffset Created, DateTimeOffset Ends);

    private static bool HasRunOut(Found session, SignInPolicy rules, DateTimeOffset now) =>
        session.Ends <= now || session.Used <= now - rules.Idle || session.Created <= now - rules.Absolute || session.Created > now + ClocksDiffer || session.Used > now + ClocksDiffer;

    /// <summary>Removes what has run out: sessions, links, ceremonies, budgets that are full again.</summary>
    public Task SweepAsync(CancellationToken cancel = default) => workspace.Database.WriteAsync(
        async session =>
        {
            var now = workspace.Now;
            var (day, year) = (now - TimeSpan.FromDays(1), now - TimeSpan.FromDays(400));
            await session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE expires_at < {now}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM ceremony WHERE expires_at < {now}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM password_link WHERE expires_at < {now}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM attempt WHERE at < {day}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM known_device WHERE last_used_at < {year}"), cancel);
            // Addresses and browsers are personal: the fact stays in the ledger, the page forgets after a year and a bit.
            await session.ExecuteAsync(Sql.Of($"DELETE FROM security_event WHERE at < {year}"), cancel);
            return true;
        },
        cancel);
}
