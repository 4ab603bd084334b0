using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    private const int RecoveryCodes = 10;
    private const int RecoveryBytes = 10;

    /// <summary>What a person has to prove who it is besides a password.</summary>
    public sealed record Factors(bool Password, DateTimeOffset? Authenticator, int Passkeys, int RecoveryCodes)
    {
        public bool AnySecond => Authenticator is not null || Passkeys > 0;
    }

    public async Task<Factors> FactorsAsync(Guid user, CancellationToken cancel = default)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return (await session.FirstAsync(
            Sql.Of($"""
            SELECT (SELECT COUNT(*) FROM credential WHERE user_id = {user}), (SELECT MAX(confirmed_at) FROM authenticator WHERE user_id = {user}),
              (SELECT COUNT(*) FROM passkey WHERE user_id = {user}), (SELECT COUNT(*) FROM recovery_code WHERE user_id = {user})
            """),
            row => new Factors(row.Integer(0) > 0, row.OptionalInstant(1), (int)row.Integer(2), (int)row.Integer(3)), cancel))!;
    }

    /// <summary>The stage at which somebody stands whose password, or sign-in elsewhere, was right.</summary>
    public async Task<string> StageAfterFirstAsync(Person person, bool provedSecond, CancellationToken cancel = default)
    {
        var factors = await FactorsAsync(person.Id, cancel);
        if (!provedSecond && factors.AnySecond)
        {
            return Stage.SecondFactor;
        }

        return await StageAfterSecondAsync(person, factors.AnySecond || provedSecond, cancel);
    }

    /// <summary>The stage after that: a role may ask for a factor one does not have yet, and a password of somebody else's choice must go.</summary>
    public async Task<string> StageAfterSecondAsync(Person person, bool hasSecond, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM credential WHERE user_id = {person.Id} AND must_change = 1"), cancel) > 0)
            {
                return Stage.Password;
            }
        }

        return !hasSecond && (await PolicyAsync(cancel)).NeedsSecondFactor(person.RoleId) ? Stage.Enrol : Stage.Full;
    }

    /// <summary>Begins an authenticator app: a secret that counts only once a code of it was shown.</summary>
    public async Task<(string Secret, string Address)> BeginAuthenticatorAsync(Person person, CancellationToken cancel = default)
    {
        var secret = RandomNumberGenerator.GetBytes(20);
        var sealedSecret = Box.Seal(Totp.Base32(secret), $"authenticator {person.Id}");
        var company = await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM authenticator WHERE user_id = {person.Id} AND confirmed_at IS NOT NULL"), cancel) > 0)
                {
                    throw new RefusedException(Refusal.Breaks("authenticator-exists", ("已有验证器；请先移除旧的", "There is an authenticator already; remove it first")));
                }

                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM authenticator WHERE user_id = {person.Id}"), cancel);
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO authenticator (user_id, secret, created_at, last_step) VALUES ({person.Id}, {sealedSecret}, {context.Now}, {0L})"), cancel);
                return (await Settings.ReadAsync(context.Session, cancel)).CompanyName;
            },
            cancel: cancel);
        return (Totp.Base32(secret), Totp.Address(secret, company.Length > 0 ? $"Guanxi {company}" : "Guanxi", person.UserName));
    }

    /// <summary>Makes the authenticator count, since a code of it was shown; returns fresh recovery codes when there were none.</summary>
    public async Task<IReadOnlyList<string>> ConfirmAuthenticatorAsync(Person person, string code, Place place, CancellationToken cancel = default)
    {
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [Budgets.Proof(person.Id)], cancel);
        return await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                if (!await UseCodeAsync(context, person.Id, code, confirmed: false, cancel))
                {
                    throw new RefusedException(Refusal.Invalid("code", ("验证码不对：请核对手机时间后输入最新的一组", "The code is wrong: check the phone's clock and type the newest one")));
                }

                await context.Session.ExecuteAsync(Sql.Of($"UPDATE authenticator SET confirmed_at = {context.Now} WHERE user_id = {person.Id}"), cancel);
                await SecurityEvents.NoteAsync(context, "authenticator.add", person.Id, place, null, cancel);
                return await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM recovery_code WHERE user_id = {person.Id}"), cancel) == 0 ? await NewCodesAsync(context, person.Id, place, cancel) : (IReadOnlyList<string>)[];
            },
            cancel: cancel);
    }

    public Task RemoveAuthenticatorAsync(Actor actor, Guid user, Place? place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            await KeepASecondFactorAsync(context, actor, user, passkeysLeft: null, cancel);
            if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM authenticator WHERE user_id = {user}"), cancel) == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }

            await SecurityEvents.NoteAsync(context, "authenticator.remove", user, place, null, cancel);
        },
        cancel: cancel);

    /// <summary>Whoever must have a second factor does not remove the last one; an administrator may do so for somebody else, who is then led to set one up.</summary>
    private async Task KeepASecondFactorAsync(SaveContext context, Actor actor, Guid user, int? passkeysLeft, CancellationToken cancel)
    {
        if (actor.Id != user || !(await PolicyAsync(cancel)).NeedsSecondFactor(actor.Person.RoleId))
        {
            return;
        }

        var left = passkeysLeft is { } keys
            ? keys + await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM authenticator WHERE user_id = {user} AND confirmed_at IS NOT NULL"), cancel)
            : await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM passkey WHERE user_id = {user}"), cancel);
        if (left == 0)
        {
            throw new RefusedException(Refusal.Breaks("last-second-factor", ("你的角色必须有第二验证方式；请先添加另一种再移除这一种", "Your role needs a second factor; add another before you remove this one")));
        }
    }

    /// <summary>Ten fresh recovery codes; the old ones no longer work.</summary>
    public Task<IReadOnlyList<string>> NewRecoveryCodesAsync(Actor actor, Place place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            return await NewCodesAsync(context, actor.Id, place, cancel);
        },
        cancel: cancel);

    private static async Task<IReadOnlyList<string>> NewCodesAsync(SaveContext context, Guid user, Place? place, CancellationToken cancel)
    {
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM recovery_code WHERE user_id = {user}"), cancel);
        var codes = new List<string>();
        while (codes.Count < RecoveryCodes)
        {
            var letters = Totp.Base32(RandomNumberGenerator.GetBytes(RecoveryBytes)).ToLowerInvariant();
            codes.Add(string.Join('-', letters.Chunk(4).Select(part => new string(part))));
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO recovery_code (user_id, code_hash, created_at) VALUES ({user}, {HashOfCode(letters)}, {context.Now})"), cancel);
        }

        await SecurityEvents.NoteAsync(context, "recovery-codes.new", user, place, null, cancel);
        return codes;
    }

    private static string HashOfCode(string code) => Hash("recovery " + new string([.. code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]));

    /// <summary>Tests a code of the authenticator or a recovery code; each works once. Gives back which it was.</summary>
    public async Task<string> CheckCodeAsync(Person person, string code, Place place, CancellationToken cancel = default)
    {
        var budget = Budgets.Proof(person.Id);
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], cancel);
        var method = await workspace.WriteAsync(
            workspace.ActorFor(person, "page"),
            async context =>
            {
                if (await UseCodeAsync(context, person.Id, code, confirmed: true, cancel))
                {
                    return "totp";
                }

                if (code.Count(char.IsAsciiLetterOrDigit) == RecoveryBytes * 8 / 5 && await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM recovery_code WHERE user_id = {person.Id} AND code_hash = {HashOfCode(code)}"), cancel) == 1)
                {
                    await SecurityEvents.NoteAsync(context, "recovery-code.used", person.Id, place, null, cancel);
                    return "recovery";
                }

                await SecurityEvents.NoteAsync(context, "sign-in.failed", person.Id, place, "second-factor", cancel);
                return null;
            },
            cancel: cancel) ?? throw WrongCode();
        await Throttle.GiveBackAsync(workspace.Database, [budget], cancel);
        return method;
    }

    /// <summary>Uses up the time step of a right code. The step moves in one statement, so that of two who show the same code at once only one is let in.</summary>
    private async Task<bool> UseCodeAsync(SaveContext context, Guid user, string code, bool confirmed, CancellationToken cancel)
    {
        if (code.Count(char.IsAsciiDigit) != Totp.Digits || code.Any(char.IsAsciiLetter))
        {
            return false;
        }

        var kept = await context.Session.FirstAsync<(string Secret, long Step, DateTimeOffset? Confirmed)?>(
            Sql.Of($"SELECT secret, last_step, confirmed_at FROM authenticator WHERE user_id = {user}"), row => (row.Text(0), row.Integer(1), row.OptionalInstant(2)), cancel);
        if (kept is not { } found || found.Confirmed is not null != confirmed || Box.Open(found.Secret, $"authenticator {user}") is not { } secret
            || Totp.Match(Totp.FromBase32(secret), code, context.Now, found.Step) is not { } step)
        {
            return false;
        }

        return await context.Session.ExecuteAsync(Sql.Of($"UPDATE authenticator SET last_step = {step} WHERE user_id = {user} AND last_step < {step}"), cancel) == 1;
    }

    /// <summary>Takes every second factor from somebody who lost them; he signs in by password and sets up new ones.</summary>
    public Task ResetFactorsAsync(Actor actor, Guid user, Place? place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM authenticator WHERE user_id = {user}"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM recovery_code WHERE user_id = {user}"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM passkey WHERE user_id = {user}"), cancel);
            await EndSessionsAsync(context, user, except: null, cancel);
            await SecurityEvents.NoteAsync(context, "second-factor.reset", user, place, null, cancel);
        },
        cancel: cancel);
}
