using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

public sealed partial class SignIn
{
    /// <summary>A new API token of a person for everything the person may do.</summary>
    public Task<(Guid Id, string Secret)> CreateTokenAsync(Actor actor, Guid user, string name, DateTimeOffset? expires, CancellationToken cancel = default) =>
        CreateTokenAsync(actor, user, name, expires, TokenScope.FromStored(null), null, cancel);

    /// <summary>A new API token of a person within a scope; the secret is shown this once.</summary>
    public async Task<(Guid Id, string Secret)> CreateTokenAsync(Actor actor, Guid user, string name, DateTimeOffset? expires, TokenScope scope, Place? place, CancellationToken cancel = default)
    {
        var secret = NewSecret("gx_");
        var longest = (await PolicyAsync(cancel)).LongestTokenDays;
        if (longest > 0 && !actor.IsSystem && (expires is null || expires > workspace.Now.AddDays(longest)))
        {
            throw new RefusedException(Refusal.Invalid("expiresAt", new Label($"公司规定令牌最长 {longest} 天，请选一个到期日", $"Tokens live at most {longest} days here; choose an end")));
        }

        var id = await workspace.WriteAsync(
            actor,
            async context =>
            {
                context.DemandProof();
                var made = Guid.CreateVersion7(context.Now);
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO api_token (id, token_hash, user_id, name, created_at, expires_at, scope, created_by) VALUES ({made}, {Hash(secret)}, {user}, {name}, {context.Now}, {expires}, {scope.Stored}, {context.ActorId})"), cancel);
                await SecurityEvents.NoteAsync(context, "token.create", user, place, $"{name} {scope.Stored}", cancel);
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
                var owner = await context.Session.FirstAsync<Guid?>(Sql.Of($"SELECT user_id FROM api_token WHERE id = {id} AND revoked_at IS NULL"), row => row.Id(0), cancel);
                if (owner is null || (owner != actor.Id && !manages))
                {
                    throw new RefusedException(Refusal.NotFound);
                }

                await context.Session.ExecuteAsync(Sql.Of($"UPDATE api_token SET revoked_at = {context.Now} WHERE id = {id}"), cancel);
                context.SessionsChanged = true;
                await SecurityEvents.NoteAsync(context, "token.revoke", owner, null, null, cancel);
            },
            cancel: cancel);
        known.Clear();
    }
}
