using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>The same Idempotency-Key gives the same answer once: a client that lost the first answer may ask again and changes nothing twice.</summary>
public static class Idempotency
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public static readonly Refusal OtherRequest = Refusal.Invalid("Idempotency-Key", ("这个键已用于另一个请求", "This key was used for another request"));

    public static string? Key(this HttpContext http) => http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key
        ? key.Length <= 200 ? key : throw new RefusedException(Refusal.Malformed(("Idempotency-Key 最多 200 个字符", "An Idempotency-Key has at most 200 characters")))
        : null;

    public static string HashOf(string path, string body) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path + "\n" + body)));

    /// <summary>
    /// The id of the record that the key made before; null when the key is new, which is written down at once: whoever comes with the same key a moment later waits until this transaction has ended, and then finds what it made.
    /// </summary>
    public static async Task<Guid?> FoundAsync(SaveContext context, string key, string requestHash, CancellationToken cancel)
    {
        var oldest = context.Now - Kept;
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM idempotency WHERE at < {oldest}"), cancel);
        if (await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO idempotency (user_id, key, request_hash, status, at) VALUES ({context.Actor.Id}, {key}, {requestHash}, {0L}, {context.Now}) ON CONFLICT (user_id, key) DO NOTHING"), cancel) == 1)
        {
            return null;
        }

        var (hash, body) = (await context.Session.ListAsync(
            Sql.Of($"SELECT request_hash, body FROM idempotency WHERE user_id = {context.Actor.Id} AND key = {key}"), row => (Hash: row.Text(0), Body: row.OptionalText(1)), cancel)).Single();
        return hash == requestHash ? Guid.Parse(body ?? throw new RefusedException(Once.Busy)) : throw new RefusedException(OtherRequest);
    }

    /// <summary>What the key made; in the same transaction.</summary>
    public static async Task KeepAsync(SaveContext context, string key, Guid made, CancellationToken cancel) =>
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE idempotency SET status = {201L}, body = {made.ToString()} WHERE user_id = {context.Actor.Id} AND key = {key}"), cancel);

    /// <summary>Takes back what <see cref="FoundAsync"/> wrote down in a transaction of its own, when nothing came of it.</summary>
    public static async Task ReleaseAsync(SaveContext context, string key, CancellationToken cancel) =>
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM idempotency WHERE user_id = {context.Actor.Id} AND key = {key} AND status = {0L}"), cancel);
}
