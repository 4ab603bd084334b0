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
    private static readonly string[] CaseNames = ["caseconceptname", "caseid", "case", "traceid", "casename", "caseno", "ticketid", "orderid", "案例", "流程编号", "工单号"];
    private static readonly string[] ActivityNames = ["conceptname", "activity", "activityname", "event", "task", "step", "action", "stage", "活动", "步骤", "环节", "阶段"];
    private static readonly string[] TimeNames = ["timetimestamp", "timestamp", "completetimestamp", "endtimestamp", "endtime", "time", "date", "datetime", "completed", "时间", "完成时间", "结束时间"];
    private static readonly string[] StartNames = ["starttimestamp", "starttime", "start", "begin", "开始时间"];
    private static readonly string[] ResourceNames = ["orgresource", "resource", "user", "agent", "负责人", "处理人"];

    /// <exception cref="UnsuitableDataException">The file is missing, damaged, or holds no events.</exception>
    public static EventLog Read(FileInfo file, EventLogColumns columns)
    {
        if (!file.Exists)
        {
            throw new UnsuitableDataException($"There is no file {file.FullName}.");
        }

        try
        {
            using var stream = Open(file);
            var isXml = FirstCharacter(file) == '<';
            return new EventLog(isXml ? ReadXes(stream) : ReadTable(file, columns));
        }
        catch (Exception failure) when (failure is XmlException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
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

    private static List<ProcessEvent> ReadXes(Stream stream)
    {
        var events = new List<ProcessEvent>();
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreWhitespace = true });
        var traces = 0;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "trace" && !reader.IsEmptyElement)
            {
                traces++;
                using var trace = reader.ReadSubtree();
                ReadTrace(trace, string.Create(CultureInfo.InvariantCulture, $"trace {traces}"), events);
            }
        }

        return events;
    }

    private static void ReadTrace(XmlReader trace, string name, List<ProcessEvent> events)
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
        var unique = from > 0 && events.Take(from).Any(item => item.Case == caseName) && events[from - 1].Case != caseName ? $"{caseName} ({name})" : caseName;
        for (var i = from; i < events.Count; i++)
        {
            events[i] = events[i] with { Case = unique };
        }
    }

    private static ProcessEvent ReadEvent(XmlReader item)
    {
        string? activity = null, time = null, start = null, resource = null;
        while (item.Read())
        {
            if (item.NodeType == XmlNodeType.Element && item.Depth == 1)
            {
                var value = item.GetAttribute("value");
                switch (item.GetAttribute("key"))
                {
                    case "concept:name": activity = value; break;
                    case "time:timestamp": time = value; break;
                    case "start_timestamp": start = value; break;
                    case "org:resource": resource = value; break;
                }
            }
        }

        return activity is null ? throw new UnsuitableDataException("An event of the log has no concept:name.")
            : new ProcessEvent("", activity, Time(time, "time:timestamp"), start is null ? null : Time(start, "start_timestamp"), resource);
    }

    private static IEnumerable<ProcessEvent> ReadTable(FileInfo file, EventLogColumns columns)
    {
        var table = DataTable.Read(file);
        var caseColumn = Column(table, columns.Case, CaseNames, "case");
        var activity = Column(table, columns.Activity, ActivityNames, "activity");
        var time = Column(table, columns.Time, TimeNames, "time");
        var start = columns.Start is null ? Columns.Find(table, StartNames, time) : Column(table, columns.Start, [], "start");
        var resource = Columns.Find(table, ResourceNames);
        return table.Rows.Where(row => row[caseColumn].Length > 0 && row[activity].Length > 0).Select(row => new ProcessEvent(
            row[caseColumn],
            row[activity],
            Time(row[time], table.Header[time]),
            start >= 0 && !Columns.IsMissing(row[start]) ? Time(row[start], table.Header[start]) : null,
            resource >= 0 ? row[resource] : null)).ToList();
    }

    private static int Column(DataTable table, string? asked, string[] names, string meaning)
    {
        var at = asked is null ? Columns.Find(table, names) : Columns.Named(table, asked);
        return at >= 0 ? at : throw new UnsuitableDataException(asked is null
            ? $"No column looks like the {meaning}; name it with --{meaning}. The columns are {string.Join(", ", table.Header)}."
            : $"There is no column {asked}; the columns are {string.Join(", ", table.Header)}.");
    }

    // A time without a zone is taken as UTC, so that durations do not depend on the machine.
    private static DateTimeOffset Time(string? text, string column) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw new UnsuitableDataException($"{column} holds {(string.IsNullOrEmpty(text) ? "an empty cell" : text)}, which is no time.");
}
