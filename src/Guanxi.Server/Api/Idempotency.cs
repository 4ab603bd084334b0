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

    /// <summary>The id of the record that the key made before; null when the key is new. Asked inside the transaction that will use the key.</summary>
    public static async Task<Guid?> FoundAsync(SaveContext context, string key, string requestHash, CancellationToken cancel)
    {
        var oldest = context.Now - Kept;
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM idempotency WHERE at < {oldest}"), cancel);
        var found = await context.Session.ListAsync(
            Sql.Of($"SELECT request_hash, body FROM idempotency WHERE user_id = {context.Actor.Id} AND key = {key}"), row => (Hash: row.Text(0), Body: row.OptionalText(1)), cancel);
        if (found.Count == 0)
        {
            return null;
        }

        if (found[0].Hash != requestHash)
        {
            throw new RefusedException(OtherRequest);
        }

        return Guid.Parse(found[0].Body!);
    }

    public static async Task KeepAsync(SaveContext context, string key, string requestHash, Guid made, CancellationToken cancel) =>
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO idempotency (user_id, key, request_hash, status, body, at) VALUES ({context.Actor.Id}, {key}, {requestHash}, {201L}, {made.ToString()}, {context.Now})"), cancel);
}
