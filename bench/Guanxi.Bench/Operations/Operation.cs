using Guanxi.Bench.Server;

namespace Guanxi.Bench.Operations;

/// <summary>What an operation should reach on two cores at full size; null where nothing was set.</summary>
public sealed record Target(double? CpuMilliseconds = null, double? P95 = null, double? PerSecond = null)
{
    public static Target Read { get; } = new(1, 15, 1500);

    public static Target Write { get; } = new(2, 25);

    public override string ToString() => string.Join(", ", new[]
    {
        CpuMilliseconds is { } cpu ? $"≤ {cpu} ms CPU" : "",
        P95 is { } p95 ? $"p95 ≤ {p95} ms" : "",
        PerSecond is { } rate ? $"≥ {rate:N0}/s" : "",
    }.Where(text => text.Length > 0));
}

/// <summary>Something measured over HTTP many times, with the same answer by hand-written SQL as its floor.</summary>
/// <param name="Next">The request with this number.</param>
/// <param name="Floor">The same answer made in this process; returns the bytes of JSON it wrote.</param>
public sealed record Operation(string Name, Target Target, Func<int, PreparedRequest> Next, Func<int, int> Floor);
