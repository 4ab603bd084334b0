using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Microsoft.AspNetCore.Identity;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    private const int MostPasskeys = 20;

    public sealed record KeptPasskey(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, bool BackedUp);

    public async Task<List<KeptPasskey>> PasskeysAsync(Guid user, CancellationToken cancel = default)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await session.ListAsync(
            Sql.Of($"SELECT id, name, created_at, last_used_at, backed_up FROM passkey WHERE user_id = {user} ORDER BY created_at"),
            row => new KeptPasskey(row.Id(0), row.Text(1), row.Instant(2), row.OptionalInstant(3), row.Integer(4) != 0), cancel);
    }

    /// <summary>Keeps a passkey that was checked; returns fresh recovery codes when there were none, since a phone can be lost.</summary>
    public Task<IReadOnlyList<string>> AddPasskeyAsync(Person person, UserPasskeyInfo passkey, string name, Place place, CancellationToken cancel = default) => workspace.WriteAsync(
        workspace.ActorFor(person, "page"),
        async context =>
        {
            var shown = name.Trim() is { Length: > 0 } given ? given[..Math.Min(60, given.Length)] : "Passkey";
            if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM passkey WHERE user_id = {person.Id}"), cancel) >= MostPasskeys)
            {
                throw new RefusedException(Refusal.Breaks("most-passkeys", new Label($"最多 {MostPasskeys} 个通行密钥；请先删除不用的", $"At most {MostPasskeys} passkeys; remove one that is not used")));
            }

            var (id, credential, transports) = (Guid.CreateVersion7(context.Now), Convert.ToHexStringLower(passkey.CredentialId), passkey.Transports is { } known ? JsonSerializer.Serialize(known) : null);
            if (await context.Session.ExecuteAsync(Sql.Of($"""
                INSERT INTO passkey (id, credential_id, user_id, name, public_key, sign_count, transports, user_verified, backup_eligible, backed_up, created_at)
                VALUES ({id}, {credential}, {person.Id}, {shown}, {passkey.PublicKey}, {(long)passkey.SignCount}, {transports}, {passkey.IsUserVerified}, {passkey.IsBackupEligible}, {passkey.IsBackedUp}, {context.Now}) ON CONFLICT (credential_id) DO NOTHING
                """), cancel) == 0)
            {
                throw new RefusedException(Refusal.Breaks("passkey-exists", ("这个通行密钥已经登记过", "This passkey is registered already")));
            }

            await SecurityEvents.NoteAsync(context, "passkey.add", person.Id, place, shown, cancel);
            return await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM recovery_code WHERE user_id = {person.Id}"), cancel) == 0 ? await NewCodesAsync(context, person.Id, place, cancel) : (IReadOnlyList<string>)[];
        },
        cancel: cancel);

    /// <summary>Keeps what a used passkey told: its counter and whether it is backed up. Of two uses with the same counter only one passes.</summary>
    public async Task UsedPasskeyAsync(Person person, UserPasskeyInfo passkey, CancellationToken cancel = default)
    {
        var (credential, count) = (Convert.ToHexStringLower(passkey.CredentialId), (long)passkey.SignCount);
        var changed = await workspace.Database.WriteAsync(
            session => session.ExecuteAsync(Sql.Of($"UPDATE passkey SET sign_count = {count}, backed_up = {passkey.IsBackedUp}, last_used_at = {workspace.Now} WHERE credential_id = {credential} AND user_id = {person.Id} AND (sign_count < {count} OR {count} = 0)"), cancel).AsTask(), cancel);
        if (changed == 0)
        {
            throw WrongPasskey();
        }
    }

    public Task RenamePasskeyAsync(Actor actor, Guid id, string name, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var shown = name.Trim();
            shown = shown[..Math.Min(60, shown.Length)];
            if (await context.Session.ExecuteAsync(Sql.Of($"UPDATE passkey SET name = {shown} WHERE id = {id} AND user_id = {actor.Id}"), cancel) == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }
        },
        cancel: cancel);

    public Task RemovePasskeyAsync(Actor actor, Guid id, Place place, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            context.DemandProof();
            var left = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM passkey WHERE user_id = {actor.Id} AND id <> {id}"), cancel);
            await KeepASecondFactorAsync(context, actor, actor.Id, (int)left, cancel);
            if (await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM passkey WHERE id = {id} AND user_id = {actor.Id}"), cancel) == 0)
            {
                throw new RefusedException(Refusal.NotFound);
            }

            await SecurityEvents.NoteAsync(context, "passkey.remove", actor.Id, place, null, cancel);
        },
        cancel: cancel);

    public static RefusedException WrongPasskey() => new(new Refusal(401, "wrong-passkey", ("通行密钥无法验证", "The passkey could not be verified")) { Detail = ("请重试，或换一种登录方式", "Try again, or sign in another way") });
}
