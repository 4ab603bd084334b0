using Guanxi.Bench.Server;

namespace Guanxi.Bench.Measuring;

/// <summary>Bounds of one phase: it ends at whichever comes first.</summary>
public readonly record struct Bounds(int Requests, TimeSpan Time);

/// <summary>Calls the server in a closed loop: each connection sends the next request when it has the whole answer to the last.</summary>
public sealed class LoadMeter(Uri address, Func<double> serverCpu, Func<double?> databaseCpu)
{
    /// <param name="next">The request with this number; asked before its clock starts.</param>
    public async Task<Phase> RunAsync(int connections, Bounds bounds, Func<int, PreparedRequest> next, CancellationToken cancel)
    {
        var opened = new List<HttpConnection>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                opened.Add(await HttpConnection.OpenAsync(address, cancel));
            }

            var number = -1;
            var failed = 0;
            var bytes = 0L;
            string? failure = null;
            var (cpu, databaseBefore) = (serverCpu(), databaseCpu());
            var started = TimeProvider.System.GetTimestamp();
            var latencies = await Task.WhenAll(opened.Select(connection => Task.Run(
                async () =>
                {
                    var mine = new List<double>();
                    int at;
                    while ((at = Interlocked.Increment(ref number)) < bounds.Requests && TimeProvider.System.GetElapsedTime(started) < bounds.Time)
                    {
                        var request = next(at);
                        var sent = TimeProvider.System.GetTimestamp();
                        var (status, body) = await connection.SendAsync(request, cancel);
                        mine.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
                        Interlocked.Add(ref bytes, body.Length);
                        if (status is < 200 or > 299)
                        {
                            Interlocked.Increment(ref failed);
                            failure ??= $"{status}: {System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 600)])}";
                        }
                    }

                    return mine;
                },
                cancel)));
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            var all = latencies.SelectMany(list => list).ToArray();
            Array.Sort(all);
            if (failure is not null && failed * 20 > all.Length)
            {
                throw new InvalidOperationException($"{failed} of {all.Length} requests were refused; the first with {failure}");
            }

            return new Phase(connections, all, seconds, serverCpu() - cpu, databaseCpu() - databaseBefore, failed, bytes);
        }
        finally
        {
            opened.ForEach(connection => connection.Dispose());
        }
    }
}
