using System.Collections.Concurrent;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>So many calls a second for one person or address, with a burst of ten seconds' worth; told to wait beyond it.</summary>
public sealed class RateLimit(RequestDelegate next, IConfiguration settings, TimeProvider clock)
{
    private readonly double perSecond = settings.GetValue("RateLimit:PerSecond", 100.0);
    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long At { get; set; }
    }

    public async Task InvokeAsync(HttpContext http)
    {
        if (perSecond > 0 && !Take(http.ActorOrNobody()?.Id.ToString() ?? http.Connection.RemoteIpAddress?.ToString() ?? "?"))
        {
            throw new RefusedException(new Refusal(429, "too-many-requests", ("请求太频繁，请稍候", "Too many requests; wait a moment")) { RetryAfter = TimeSpan.FromSeconds(1) });
        }

        await next(http);
    }

    private bool Take(string key)
    {
        // The steady clock: one that is set back must not make anybody wait until it has caught up.
        var now = clock.GetTimestamp();
        var most = perSecond * 10;
        if (buckets.Count > 50_000)
        {
            buckets.Clear();
        }

        var bucket = buckets.GetOrAdd(key, _ => new Bucket { Left = most, At = now });
        lock (bucket)
        {
            bucket.Left = Math.Min(most, bucket.Left + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
            bucket.At = now;
            if (bucket.Left < 1)
            {
                return false;
            }

            bucket.Left--;
            return true;
        }
    }
}
