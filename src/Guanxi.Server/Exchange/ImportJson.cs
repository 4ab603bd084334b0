using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Exchange;

/// <summary>Imports as JSON.</summary>
internal static class ImportJson
{
    public static void Write(Utf8JsonWriter writer, Actor actor, ImportBatch batch)
    {
        writer.WriteString("batch", batch.Id);
        writer.WriteString("state", batch.State);
        writer.WriteString("type", batch.Type);
        writer.WriteString("fileName", batch.FileName);
        writer.WriteString("name", batch.Name);
        writer.WriteString("stage", batch.Stage);
        writer.WriteNumber("done", batch.Done);
        writer.WriteNumber("total", batch.Total);
        writer.WriteString("problem", batch.Problem);
        writer.WriteBoolean("mine", batch.UserId == actor.Id);
        writer.WriteString("startedAt", RecordJson.Instant(batch.StartedAt.ToUnixTimeMilliseconds()));
        writer.WriteString("finishedAt", batch.FinishedAt is { } end ? RecordJson.Instant(end.ToUnixTimeMilliseconds()) : null);
        DuplicatesApi.WritePerson(writer, actor, "user", batch.UserId);
        WriteCounts(writer, batch.Counts, batch.Seconds);
        if (batch.Findings is { } findings)
        {
            WriteFindings(writer, actor, findings);
        }

        if (batch.Undone is { } undone)
        {
            writer.WriteStartObject("undone");
            WriteUndone(writer, undone);
            writer.WriteEndObject();
        }
    }

    public static void WriteCounts(Utf8JsonWriter writer, ImportCounts counts, double seconds)
    {
        writer.WriteNumber("read", counts.Read);
        writer.WriteNumber("created", counts.Created);
        writer.WriteNumber("updated", counts.Updated);
        writer.WriteNumber("skipped", counts.Skipped);
        writer.WriteNumber("rejected", counts.Rejected);
        writer.WriteNumber("alike", counts.Alike);
        writer.WriteNumber("compared", counts.Compared);
        writer.WriteNumber("besideCreated", counts.BesideCreated);
        writer.WriteNumber("besideUpdated", counts.BesideUpdated);
        writer.WriteNumber("seconds", Math.Round(seconds, 3));
    }

    public static void WriteUndone(Utf8JsonWriter writer, ImportUndone undone)
    {
        writer.WriteNumber("deleted", undone.Deleted);
        writer.WriteNumber("restored", undone.Restored);
        writer.WriteStartArray("kept");
        foreach (var kept in undone.Kept)
        {
            writer.WriteStartObject();
            writer.WriteString("id", kept.Id);
            writer.WriteString("type", kept.Type);
            writer.WriteString("reason", kept.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteRejects(Utf8JsonWriter writer, IReadOnlyList<ImportReject> rejects)
    {
        writer.WriteStartArray("rejects");
        foreach (var reject in rejects)
        {
            writer.WriteStartObject();
            writer.WriteNumber("row", reject.Row);
            writer.WriteString("reason", reject.Reason);
            writer.WriteStartArray("marks");
            foreach (var mark in reject.Marks)
            {
                writer.WriteStartObject();
                writer.WriteNumber("column", mark.Column);
                writer.WriteString("reason", mark.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteTexts(writer, "values", reject.Values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteAlike(Utf8JsonWriter writer, Actor actor, RecordType type, IReadOnlyList<ImportAlike> rows)
    {
        writer.WriteStartArray("alike");
        foreach (var alike in rows)
        {
            writer.WriteStartObject();
            writer.WriteNumber("row", alike.Row);
            writer.WriteString("band", alike.Band);
            writer.WriteString("sentence", alike.Sentence);
            writer.WriteString("record", alike.Record?.ToString());
            writer.WriteBoolean("mayEdit", alike.MayEdit);
            if (alike.Record is not null)
            {
                writer.WriteNumber("probability", alike.Probability);
            }

            MatchesApi.WriteReasons(writer, actor, type, alike.Reasons);
            WriteTexts(writer, "values", alike.Values);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteFindings(Utf8JsonWriter writer, Actor actor, ImportFindings findings)
    {
        writer.WriteStartArray("unknown");
        foreach (var unknown in findings.Unknown)
        {
            writer.WriteStartObject();
            writer.WriteString("column", unknown.Column);
            writer.WriteString("field", unknown.Field);
            writer.WriteString("text", unknown.Text);
            writer.WriteNumber("rows", unknown.Rows);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("owners");
        foreach (var share in findings.Owners)
        {
            writer.WriteStartObject();
            DuplicatesApi.WritePerson(writer, actor, "owner", share.Owner);
            writer.WriteNumber("new", share.New);
            writer.WriteNumber("has", share.Has);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("remarks");
        foreach (var remark in findings.Remarks)
        {
            writer.WriteStartObject();
            writer.WriteNumber("row", remark.Row);
            writer.WriteString("text", remark.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTexts(writer, "dayFirst", findings.DayFirst);
        WriteTexts(writer, "openDates", findings.OpenDates);
    }

    public static void WriteInspection(Utf8JsonWriter writer, ImportInspection seen)
    {
        WriteTable(writer, seen.Columns, seen.Mapping, seen.Sample);
        writer.WriteString("encoding", seen.Encoding);
        writer.WriteString("delimiter", seen.Delimiter);
        writer.WriteString("source", seen.Source);
        writer.WriteString("sheet", seen.Sheet);
        WriteTexts(writer, "sheets", seen.Sheets);
        writer.WriteNumber("headerRow", seen.HeaderRow);
    }

    public static void WriteTable(Utf8JsonWriter writer, IReadOnlyList<string> columns, IReadOnlyDictionary<string, string> mapping, IReadOnlyList<IReadOnlyList<string?>> sample)
    {
        WriteTexts(writer, "columns", columns);
        writer.WriteStartObject("mapping");
        foreach (var (column, field) in mapping)
        {
            writer.WriteString(column, field);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("sample");
        foreach (var row in sample)
        {
            WriteTexts(writer, null, row);
        }

        writer.WriteEndArray();
    }

    public static IReadOnlyList<string> RejectHeader(IReadOnlyList<string> columns, string language) => [new Label("行号", "Row").In(language), new Label("原因", "Reason").In(language), .. columns];

    public static void WriteTexts(Utf8JsonWriter writer, string? name, IReadOnlyList<string?> items)
    {
        if (name is null)
        {
            writer.WriteStartArray();
        }
        else
        {
            writer.WriteStartArray(name);
        }

        foreach (var item in items)
        {
            writer.WriteStringValue(item ?? "");
        }

        writer.WriteEndArray();
    }
}
