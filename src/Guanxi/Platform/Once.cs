using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform;

/// <summary>
/// A change that its caller wants made once however often he asks. The key is written down in the transaction of the change itself,
/// so after a crash either both are there or neither.
/// </summary>
/// <param name="key">The caller's own name for this request.</param>
/// <param name="requestHash">What was asked; the same key for another request is refused.</param>
public sealed class Once(string key, string requestHash)
{
    public static readonly Refusal Busy = new(409, "idempotency-key-in-use", ("这个 Idempotency-Key 的请求已经执行过或正在执行；请读取记录查看结果，不要换键重发", "The request with this Idempotency-Key was carried out already or is under way; read the record to see what it did rather than send it again with another key"));

    public string Key { get; } = key;

    public string RequestHash { get; } = requestHash;

    /// <summary>Whether a transaction has written the key down.</summary>
    public bool Claimed { get; private set; }

    /// <exception cref="RefusedException">Somebody else's transaction came first with the same key.</exception>
    internal async Task ClaimAsync(SaveContext context, CancellationToken cancel)
    {
        if (Claimed)
        {
            return;
        }

        if (await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO idempotency (user_id, key, request_hash, status, at) VALUES ({context.Actor.Id}, {Key}, {RequestHash}, {0L}, {context.Now}) ON CONFLICT (user_id, key) DO NOTHING"), cancel) == 0)
        {
            throw new RefusedException(Busy);
        }

        Claimed = true;
    }
}
