using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using Guanxi.Science.Common;
using Guanxi.Science.Processes;

namespace Guanxi.Science.Tests.Processes;

public sealed class ProcessTests
{
    [Fact]
    public void The_running_example_has_the_published_graph()
    {
        using var file = File.OpenRead(SharedData.Path("process_logs/running-example.xes"));
        var log = Read(file);
        var graph = DirectlyFollowsGraph.Of(log);
        Assert.Equal((6, 42, 8, 6, 16), (log.Cases.Count, log.EventCount, log.Activities.Count, ProcessAnalysis.Variants(log).Count, graph.Edges.Count));
        Assert.Equal(6, Count(graph, "check ticket", "decide"));
        Assert.Equal(3, Count(graph, "register request", "examine casually"));
        Assert.Equal([new ActivityCount("pay compensation", 3), new ActivityCount("reject request", 3)], graph.Ends);
        Assert.Equal(11.1909, ProcessAnalysis.Durations(log).Mean, 3);
        Assert.Equal(9.4438, ProcessAnalysis.Durations(log).Median, 3);
    }

    [Fact]
    public void The_helpdesk_has_the_published_variants_and_durations()
    {
        using var file = File.OpenRead(SharedData.Path("process_logs/helpdesk.xes.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        var log = Read(text);
        var graph = DirectlyFollowsGraph.Of(log);
        var variants = ProcessAnalysis.Variants(log);
        Assert.Equal((4580, 21348, 14, 226, 55), (log.Cases.Count, log.EventCount, log.Activities.Count, variants.Count, graph.Edges.Count));
        Assert.Equal(16768, graph.Edges.Sum(edge => edge.Count));
        Assert.Equal(2366, variants[0].Count);
        Assert.Equal(["Assign seriousness", "Take in charge ticket", "Resolve ticket", "Closed"], variants[0].Activities);
        Assert.Equal((4558, 4160, 1265), (Count(graph, "Resolve ticket", "Closed"), Count(graph, "Assign seriousness", "Take in charge ticket"), Count(graph, "Take in charge ticket", "Wait")));
        var durations = ProcessAnalysis.Durations(log);
        Assert.Equal(40.8584, durations.Mean, 3);
        Assert.Equal(39.8592, durations.Median, 3);
        Assert.Equal(59.9950, durations.Maximum, 3);
    }

    [Fact]
    public void Waiting_runs_from_the_end_of_a_step_to_the_beginning_of_the_next()
    {
        var day = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));
        var log = new EventLog([new("a", "quote", day.AddDays(1), day), new("a", "approve", day.AddDays(5), day.AddDays(4)), new("a", "quote", day.AddDays(6)), new("a", "quote", day.AddDays(8))]);
        var graph = DirectlyFollowsGraph.Of(log);
        Assert.Equal(3, graph.Edges.Single(edge => edge.To == "approve").MeanWait, 9);
        Assert.Equal(8, ProcessAnalysis.Durations(log).Mean, 9);
        Assert.Equal(new ReworkLoop("quote", 1, 2, 1, 7), Assert.Single(ProcessAnalysis.Rework(log)));
    }

    [Fact]
    public void Halving_a_step_saves_half_of_its_time()
    {
        var day = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var log = new EventLog([new("a", "quote", day), new("a", "sign", day.AddDays(4)), new("b", "quote", day), new("b", "lose", day.AddDays(2))]);
        var whatIf = ProcessAnalysis.Shorten(log, "quote", "sign", 0.5);
        Assert.Equal((3.0, 2.0, 1), (whatIf.Before.Mean, whatIf.After.Mean, whatIf.CasesTouched));
    }

    [Fact]
    public void Time_zones_are_respected()
    {
        var log = new EventLog([new("a", "x", DateTimeOffset.Parse("2026-01-01T00:00:00+08:00", CultureInfo.InvariantCulture)), new("a", "y", DateTimeOffset.Parse("2026-01-01T00:00:00+00:00", CultureInfo.InvariantCulture))]);
        Assert.Equal(8 / 24.0, ProcessAnalysis.Durations(log).Mean, 9);
    }

    [Fact]
    public void A_log_without_events_is_refused() => Assert.Throws<UnsuitableDataException>(() => new EventLog([]));

    private static int Count(DirectlyFollowsGraph graph, string from, string to) => graph.Edges.Single(edge => edge.From == from && edge.To == to).Count;

    private static EventLog Read(Stream stream)
    {
        string? Value(XElement parent, string key) => parent.Elements().FirstOrDefault(item => (string?)item.Attribute("key") == key)?.Attribute("value")?.Value;
        return new EventLog(XDocument.Load(stream).Root!.Elements().Where(item => item.Name.LocalName == "trace").SelectMany(trace => trace.Elements().Where(item => item.Name.LocalName == "event")
            .Select(item => new ProcessEvent(Value(trace, "concept:name")!, Value(item, "concept:name")!, DateTimeOffset.Parse(Value(item, "time:timestamp")!, CultureInfo.InvariantCulture)))));
    }
}
