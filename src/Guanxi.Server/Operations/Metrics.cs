using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Guanxi.Server.Operations;

/// <summary>Counts requests and their time by route, method and status, in Prometheus' text form.</summary>
public sealed class Metrics(TimeProvider clock)
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly ConcurrentDictionary<(string Method, string Route, int Status), Histogram> requests = new();

    private sealed class Histogram
    {
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private long sumMicroseconds;

        public void Add(double seconds)
        {
            var at = Array.FindIndex(Bounds, bound => seconds <= bound);
            Interlocked.Increment(ref buckets[at < 0 ? Bounds.Length : at]);
            Interlocked.Add(ref sumMicroseconds, (long)(seconds * 1e6));
        }

        public void Write(StringBuilder text, string labels)
        {
            long total = 0;
            for (var i = 0; i < buckets.Length; i++)
            {
                total += Interlocked.Read(ref buckets[i]);
                var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"guanxi_http_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {total}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"guanxi_http_request_duration_seconds_sum{{{labels}}} {Interlocked.Read(ref sumMicroseconds) / 1e6}\n");
            text.Append(CultureInfo.InvariantCulture, $"guanxi_http_request_duration_seconds_count{{{labels}}} {total}\n");
        }
    }

    public string Text()
    {
        var text = new StringBuilder("# HELP guanxi_http_request_duration_seconds Time to answer, by route.\n# TYPE guanxi_http_request_duration_seconds histogram\n");
        foreach (var (key, histogram) in requests.OrderBy(item => item.Key.Route, StringComparer.Ordinal))
        {
            histogram.Write(text, $"method=\"{key.Method}\",route=\"{key.Route}\",status=\"{key.Status}\"");
        }

        text.Append(CultureInfo.InvariantCulture, $"# TYPE guanxi_memory_bytes gauge\nguanxi_memory_bytes {Environment.WorkingSet}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE guanxi_gc_heap_bytes gauge\nguanxi_gc_heap_bytes {GC.GetTotalMemory(forceFullCollection: false)}\n");
        return text.ToString();
    }

    /// <summary>Measures every request.</summary>
    public sealed class Meter(RequestDelegate next, Metrics metrics)
    {
        public async Task InvokeAsync(HttpContext http)
        {
            var start = metrics.Start();
            try
            {
                await next(http);
            }
            finally
            {
                // The route's pattern, never the path: ids would make a series each, and are nobody's business.
                var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "other";
                metrics.Add(http.Request.Method, route, http.Response.StatusCode, start);
            }
        }
    }

    private long Start() => clock.GetTimestamp();

    private void Add(string method, string route, int status, long start) =>
        requests.GetOrAdd((method, route, status), _ => new Histogram()).Add(clock.GetElapsedTime(start).TotalSeconds);
}
