using System.Globalization;
using System.Text;
using System.Text.Json;
using Guanxi.Bench.Measuring;
using Guanxi.Bench.Operations;

namespace Guanxi.Bench;

/// <summary>One line of the result.</summary>
/// <param name="FloorCpu">CPU milliseconds of the same answer by hand-written SQL.</param>
public sealed record Line(string Name, Target Target, Phase One, Phase Eight, double? FloorCpu)
{
    /// <summary>CPU over both phases, which is steadier than either.</summary>
    public double Cpu => (One.ServerCpu + Eight.ServerCpu + (One.DatabaseCpu ?? 0) + (Eight.DatabaseCpu ?? 0)) / Math.Max(1, One.Count + Eight.Count);

    public double? Ratio => FloorCpu is > 0 ? Cpu / FloorCpu : null;

    public IReadOnlyList<string> Missed =>
    [
        .. Target.CpuMilliseconds is { } cpu && Cpu > cpu ? ["CPU"] : Array.Empty<string>(),
        .. Target.P95 is { } p95 && One.Percentile(0.95) > p95 ? ["p95"] : Array.Empty<string>(),
        .. Target.PerSecond is { } rate && Eight.PerSecond < rate ? ["requests/s"] : Array.Empty<string>(),
        .. Ratio is > 2 ? ["ratio"] : Array.Empty<string>(),
    ];
}

/// <summary>A single figure with its bound; without a value when it could not be measured, and the note says why.</summary>
public sealed record Figure(string Name, double? Value, string Unit, string Target, bool? Met, string? Note = null);

/// <summary>Everything a run found, as a table for people and JSON for programs.</summary>
public sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Machine { get; init; }

    public required string Company { get; init; }

    public required string Database { get; init; }

    public required string LoadAverage { get; init; }

    public List<Line> Lines { get; } = [];

    public List<Figure> Figures { get; } = [];

    public string Table()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}; {Database}; {Company}; load average {LoadAverage}").AppendLine();
        text.AppendLine("| operation | 1 connection p50 / p95 / p99 ms | 8 connections p50 / p95 / p99 ms | requests/s at 8 | CPU ms | floor CPU ms | ratio | target | |");
        text.AppendLine("|---|---|---|---:|---:|---:|---:|---|---|");
        foreach (var line in Lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Name} | {Percentiles(line.One)} | {Percentiles(line.Eight)} | {line.Eight.PerSecond:0} | {line.Cpu:0.00} | {line.FloorCpu:0.00} | {line.Ratio:0.0}× | {line.Target} | {(line.Missed.Count == 0 ? "met" : "short: " + string.Join(", ", line.Missed))} |");
        }

        text.AppendLine().AppendLine("| figure | value | target | |").AppendLine("|---|---:|---|---|");
        foreach (var figure in Figures)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Name} | {figure.Value:#,##0.##} {figure.Unit} | {figure.Target} | {figure.Met switch { true => "met", false => "short", null => "" }}{(figure.Note is null ? "" : " " + figure.Note)} |");
        }

        return text.ToString();
    }

    private static string Percentiles(Phase phase) => string.Create(CultureInfo.InvariantCulture, $"{phase.Percentile(0.5):0.0} / {phase.Percentile(0.95):0.0} / {phase.Percentile(0.99):0.0}");

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Machine,
            Company,
            Database,
            LoadAverage,
            operations = Lines.Select(line => new { line.Name, target = line.Target.ToString(), one = Numbers(line.One), eight = Numbers(line.Eight), cpuMilliseconds = line.Cpu, line.FloorCpu, line.Ratio, line.Missed }),
            figures = Figures,
        },
        Json);

    private static object Numbers(Phase phase) => new
    {
        phase.Count,
        phase.Seconds,
        p50 = phase.Percentile(0.5),
        p95 = phase.Percentile(0.95),
        p99 = phase.Percentile(0.99),
        phase.PerSecond,
        cpuPerRequest = phase.CpuPerRequest,
        serverCpu = phase.ServerCpu,
        databaseCpu = phase.DatabaseCpu,
        phase.Failed,
        bytesPerAnswer = phase.Bytes / Math.Max(1, phase.Count),
    };
}
