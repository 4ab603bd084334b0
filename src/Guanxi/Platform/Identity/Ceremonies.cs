using Guanxi.Database;

namespace Guanxi.Platform.Identity;

/// <summary>What was asked of a browser and may come back once: kept under a secret key, taken out when it returns, worthless afterwards.</summary>
public static class Ceremonies
{
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(10);

    /// <summary>Keeps a state and gives back the key the browser brings again.</summary>
    public static async Task<string> PutAsync(GuanxiDatabase database, string kind, Guid? user, Guid? session, string state, DateTimeOffset now, CancellationToken cancel = default)
    {
        var key = SignIn.NewSecret("");
        await database.WriteAsync(
            writing => writing.ExecuteAsync(Sql.Of($"INSERT INTO ceremony (key_hash, kind, user_id, session_id, state, expires_at) VALUES ({SignIn.Hash(key)}, {kind}, {user}, {session}, {state}, {now + Lives})"), cancel).AsTask(), cancel);
        return key;
    }

    /// <summary>The state of that kind for that person and session (null: for nobody yet), taken out; null when there is none.</summary>
    public static async Task<string?> TakeAsync(GuanxiDatabase database, string kind, Guid? user, Guid? session, string key, DateTimeOffset now, CancellationToken cancel = default)
    {
        var found = await database.WriteAsync(
            writing => writing.FirstAsync<(string Kind, Guid? User, Guid? Session, string State, DateTimeOffset Ends)?>(
                Sql.Of($"DELETE FROM ceremony WHERE key_hash = {SignIn.Hash(key)} RETURNING kind, user_id, session_id, state, expires_at"),
                row => (row.Text(0), row.OptionalId(1), row.OptionalId(2), row.Text(3), row.Instant(4)), cancel).AsTask(), cancel);
        return found is { } one && one.Kind == kind && one.User == user && one.Session == session && one.Ends > now ? one.State : null;
    }
}
