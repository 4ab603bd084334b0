using System.Collections.Concurrent;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Microsoft.AspNetCore.Http.Features;

namespace Guanxi.Server.Operations;

/// <summary>The calls that are being answered. When a session or token ends, those it began are cut off: live updates, exports, downloads.</summary>
public sealed class InFlight(Workspace workspace, SignIn signIn)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);

    // A short call is left to end by itself; cut off, a page would take it for a broken line.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<long, Call> calls = new();
    private long next;
    private (long Sessions, long Directory) seen;
    private DateTimeOffset looked;

    /// <summary>One call under way. Ending and cutting off exclude each other, because the server uses its parts again for another call.</summary>
    public sealed class Call(InFlight all, long key, Caller caller, IHttpRequestLifetimeFeature lifetime, long began) : IDisposable
    {
        public long Began => began;

        private readonly Lock gate = new();
        private bool over;

        public Caller Caller => caller;

        public void Cut()
        {
            lock (gate)
            {
                if (!over)
                {
                    lifetime.Abort();
                }
            }
        }

        public void Dispose()
        {
            lock (gate)
            {
                over = true;
            }

            all.calls.TryRemove(key, out _);
        }
    }

    /// <summary>What carries data out may be cut off at any moment. A write ends whole or not at all anyway, and some end the very session they came with.</summary>
    public static bool Reads(HttpContext http) => (HttpMethods.IsGet(http.Request.Method) || http.Request.Path.Value!.EndsWith(":export", StringComparison.OrdinalIgnoreCase)) && !http.Request.Path.StartsWithSegments("/api/v1/session", StringComparison.OrdinalIgnoreCase);

    public Call Begin(Caller caller, HttpContext http)
    {
        var key = Interlocked.Increment(ref next);
        return calls[key] = new Call(this, key, caller, http.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>(), workspace.Clock.GetTimestamp());
    }

    /// <summary>Cuts off whoever is no longer in; looks only when something ended somewhere, and now and then for what ran out.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        var now = (workspace.SessionsGeneration, workspace.Directory.Generation);
        if (now == seen && !looked.IsPast(LookAgain, workspace.Now))
        {
            return;
        }

        var lasting = calls.Values.Where(call => workspace.Clock.GetElapsedTime(call.Began) >= Short).ToList();
        if (lasting.Count == calls.Count)
        {
            (seen, looked) = (now, workspace.Now);
        }

        foreach (var group in lasting.GroupBy(call => call.Caller.Hash))
        {
            if (!await signIn.StillInAsync(group.First().Caller, cancel))
            {
                foreach (var call in group)
                {
                    call.Cut();
                }
            }
        }
    }
}
