using System.Collections.Concurrent;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Wrong API tokens by address, a minute long. In memory only: a token has 256 bits, so what needs stopping is the noise, not the luck.</summary>
public sealed class TokenGuesses(TimeProvider clock)
{
    private const int Most = 60;
    private const int MostAddresses = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, (int Wrong, long Since)> addresses = new(StringComparer.Ordinal);

    public void Refuse(HttpContext http)
    {
        if (addresses.TryGetValue(http.Place().Holder, out var seen) && seen.Wrong >= Most && clock.GetElapsedTime(seen.Since) is var passed && passed < Window)
        {
            throw new RefusedException(new Refusal(429, "too-many-attempts", ("尝试次数过多，请稍后再试", "Too many attempts; try again later")) { RetryAfter = Window - passed });
        }
    }

    public void Count(HttpContext http)
    {
        if (addresses.Count > MostAddresses)
        {
            addresses.Clear();
        }

        var now = clock.GetTimestamp();
        addresses.AddOrUpdate(http.Place().Holder, _ => (1, now), (_, old) => clock.GetElapsedTime(old.Since, now) >= Window ? (1, now) : (old.Wrong + 1, old.Since));
    }
}
