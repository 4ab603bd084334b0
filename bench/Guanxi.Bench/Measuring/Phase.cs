namespace Guanxi.Bench.Measuring;

/// <summary>What came out of calling as fast as the answers came, over a number of connections.</summary>
/// <param name="Latencies">Milliseconds, sorted.</param>
/// <param name="ServerCpu">CPU milliseconds of the server process.</param>
/// <param name="DatabaseCpu">CPU milliseconds of the database's own processes; null when there are none.</param>
public sealed record Phase(int Connections, double[] Latencies, double Seconds, double ServerCpu, double? DatabaseCpu, int Failed, long Bytes)
{
    public int Count => Latencies.Length;

    public double PerSecond => Count / Seconds;

    public double CpuPerRequest => (ServerCpu + (DatabaseCpu ?? 0)) / Math.Max(1, Count);

    /// <summary>The smallest latency that this share of the requests did not exceed (nearest rank).</summary>
    public double Percentile(double share) => Count == 0 ? double.NaN : Latencies[Math.Clamp((int)Math.Ceiling(share * Count) - 1, 0, Count - 1)];
}
