using System.Globalization;
using System.IO.Compression;
using System.Xml;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Processes;

namespace Guanxi.Cli.Science;

/// <summary>Which columns of a CSV log hold what; null finds them by their usual names.</summary>
internal sealed record EventLogColumns(string? Case, string? Activity, string? Time, string? Start);

/// <summary>Reads event logs: XES (IEEE 1849), also gzipped, or a delimited file with case, activity and time.</summary>
internal static class EventLogFile
{
    private static readonly string[] CaseNames =
        ["caseconceptname", "caseid", "case", "casekey", "traceid", "trace", "casename", "caseno", "casenumber", "ticketid", "ticket", "incidentid", "orderid", "requestid", "srnumber", "案例", "案例编号", "流程编号", "工单号", "单号"];

    private static readonly string[] ActivityNames =
        ["conceptname", "activity", "activityname", "activityid", "activityen", "event", "eventname", "eventtype", "task", "taskname", "step", "action", "stage", "handling", "status", "活动", "步骤", "环节", "阶段"];

    private static readonly string[] TimeNames =
        ["timetimestamp", "completetimestamp", "completetime", "endtimestamp", "endtime", "enddate", "end", "completed", "timestamp", "eventtime", "eventtimestamp", "time", "date", "datetime", "eventdate", "时间", "完成时间", "结束时间"];

    private static readonly string[] StartNames = ["starttimestamp", "starttime", "start", "startdate", "begin", "begintime", "开始时间"];
    private static readonly string[] ResourceNames = ["orgresource", "resource", "user", "username", "agent", "employee", "负责人", "处理人"];
    private static readonly string[] LifecycleNames = ["lifecycletransition", "lifecycle", "transition", "registrationtype", "eventtransition"];
    private static readonly string[] Completions = ["complete", "completed", "end", "完成"];

    /// <param name="lifecycle">all, or complete for completions only.</param>
    /// <exception cref="UnsuitableDataException">The file is damaged, or holds no events.</exception>
    public static (EventLog Log, IReadOnlyList<Finding> Findings) Read(FileInfo file, EventLogColumns columns, string lifecycle)
    {
        try
        {
            using var stream = Open(file);
            var events = FirstCharacter(file) == '<' ? ReadXes(stream) : ReadTable(file, columns);
            return Chosen(events, lifecycle);
        }
        catch (Exception failure) when (failure is XmlException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>An event before it is known whether it can be used.</summary>
    private sealed record Found(string? Case, string? Activity, DateTimeOffset? End, DateTimeOffset? Start, string? Resource, string? Lifecycle);

    private static (EventLog Log, IReadOnlyList<Finding> Findings) Chosen(List<Found> events, string lifecycle)
    {
        var findings = new List<Finding>();
        var usable = events.FindAll(item => !string.IsNullOrEmpty(item.Case) && !string.IsNullOrEmpty(item.Activity) && item.End is not null);
        if (usable.Count == 0)
        {
            throw new UnsuitableDataException(events.Count == 0 ? "The log holds no events." : $"None of the {events.Count} events has a case, an activity and a readable time.");
        }

        if (usable.Count < events.Count)
        {
            findings.Add(new Finding("events-left-out", FindingWeight.Warning, $"{events.Count - usable.Count} of {events.Count} events lack a case, an activity or a readable time and were left out."));
        }

        bool IsComplete(Found item) => item.Lifecycle is null || Completions.Contains(item.Lifecycle, StringComparer.OrdinalIgnoreCase);
        var others = usable.Count(item => !IsComplete(item));
        if (others > 0 && others < usable.Count)
        {
            findings.Add(lifecycle == "complete"
                ? new Finding("completions-only", FindingWeight.Note, $"{others} events that are no completions (beginnings, pauses and the like) were left out.")
                : new Finding("lifecycle", FindingWeight.Warning, $"{others} events are no completions (beginnings, pauses and the like) and count as events of their own; --lifecycle complete counts completions only."));
            usable = lifecycle == "complete" ? usable.FindAll(IsComplete) : usable;
        }

        return (new EventLog(usable.Select(item => new ProcessEvent(item.Case!, item.Activity!, item.End!.Value, item.Start, item.Resource))), findings);
    }

    private static Stream Open(FileInfo file)
    {
        var stream = file.OpenRead();
        var isGzip = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        return isGzip ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }

    private static char FirstCharacter(FileInfo file)
    {
        using var reader = new StreamReader(Open(file));
        int unit;
        do
        {
            unit = reader.Read();
        }
        while (unit >= 0 && char.IsWhiteSpace((char)unit));
        return unit < 0 ? '\0' : (char)unit;
    }

    private static List<Found> ReadXes(Stream stream)
    {
        var events = new List<Found>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreWhitespace = true });
        var traces = 0;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "trace" && !reader.IsEmptyElement)
            {
                traces++;
                using var trace = reader.ReadSubtree();
                ReadTrace(trace, string.Create(CultureInfo.InvariantCulture, $"trace {traces}"), events, names);
            }
        }

        return events;
    }

    private static void ReadTrace(XmlReader trace, string name, List<Found> events, HashSet<string> names)
    {
        var from = events.Count;
        var caseName = name;
        while (trace.Read())
        {
            if (trace.NodeType == XmlNodeType.Element && trace.Depth == 1 && trace.LocalName == "event")
            {
                using var item = trace.ReadSubtree();
                events.Add(ReadEvent(item));
            }
            else if (trace.NodeType == XmlNodeType.Element && trace.Depth == 1 && trace.GetAttribute("key") == "concept:name")
            {
                caseName = trace.GetAttribute("value") ?? name;
            }
        }

        // Two traces of one name are still two cases.
        caseName = names.Add(caseName) ? caseName : $"{caseName} ({name})";
        for (var i = from; i < events.Count; i++)
        {
            events[i] = events[i] with { Case = caseName };
        }
    }

    private static Found ReadEvent(XmlReader item)
    {
        string? activity = null, time = null, start = null, resource = null, lifecycle = null;
        while (item.Read())
        {
            // What is nested in an attribute describes the attribute, not the event.
            if (item.NodeType == XmlNodeType.Element && item.Depth == 1)
            {
                var value = item.GetAttribute("value");
                switch (item.GetAttribute("key"))
                {
                    case "concept:name": activity = value; break;
                    case "time:timestamp": time = value; break;
                    case "start_timestamp": start = value; break;
                    case "org:resource": resource = value; break;
                    case "lifecycle:transition": lifecycle = value; break;
                }
            }
        }

        return new Found(null, activity, Moment(DateText.For([]), time), Moment(DateText.For([]), start), resource, lifecycle);
    }

    private static List<Found> ReadTable(FileInfo file, EventLogColumns columns)
    {
        var table = DataTable.Read(file);
        var activity = Column(table, columns.Activity, ActivityNames, "activity");
        var caseColumn = Column(table, columns.Case, CaseNames, "case", activity);
        var time = Column(table, columns.Time, TimeNames, "time", activity, caseColumn);
        var start = columns.Start is null ? Columns.Find(table, StartNames, time) : Columns.Wanted(table, columns.Start);
        var (resource, lifecycle) = (Columns.Find(table, ResourceNames, activity, caseColumn), Columns.Find(table, LifecycleNames, activity));
        var (ends, starts) = (DateText.For(table.Rows.Select(row => row[time])), start < 0 ? null : DateText.For(table.Rows.Select(row => row[start])));
        var events = table.Rows.ConvertAll(row => new Found(row[caseColumn], row[activity], Moment(ends, row[time]), starts is null ? null : Moment(starts, row[start]), resource >= 0 ? row[resource] : null,
            lifecycle >= 0 && row[lifecycle].Length > 0 ? row[lifecycle] : null));
        return !events.Exists(item => item.End is not null) && table.Rows.Find(row => row[time].Length > 0) is { } strange
            ? throw new UnsuitableDataException($"{table.Header[time]} holds {strange[time]}, which is no time; name another column with --time.")
            : events;
    }

    private static int Column(DataTable table, string? asked, string[] names, string meaning, params int[] taken)
    {
        var at = asked is null ? Columns.Find(table, names, taken) : Columns.Named(table, asked);
        if (at < 0 && asked is null)
        {
            at = Array.FindIndex(table.Header, header => !taken.Contains(Array.IndexOf(table.Header, header)) && Columns.Normal(header).Contains(meaning, StringComparison.Ordinal));
        }

        return at >= 0 ? at : throw new UnsuitableDataException(asked is null
            ? $"No column looks like the {meaning}; name it with --{meaning}. The columns are {string.Join(", ", table.Header)}."
            : $"There is no column {asked}; the columns are {string.Join(", ", table.Header)}.");
    }

    // A time without a zone is taken as UTC, so that durations do not depend on the machine. Logs also count seconds or thousandths since 1970.
    private static DateTimeOffset? Moment(DateText text, string? cell) =>
        string.IsNullOrEmpty(cell) ? null
        : text.TryReadMoment(cell, out var moment) || DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment) ? moment
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && count is > 1e8 and < 1e14 ? DateTimeOffset.UnixEpoch.AddSeconds(count < 1e11 ? count : count / 1000)
        : null;
}
