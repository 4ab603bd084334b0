using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>A title in a row whose record is still to be found.</summary>
internal readonly record struct PendingLink(ImportColumn Column, string Text);

/// <summary>A row on its way: what it says, what is wrong with it, and the new record it may become.</summary>
internal sealed class ParsedRow(ImportRow source)
{
    public long Number { get; } = source.Number;

    public IReadOnlyList<string?> Cells { get; } = source.Cells;

    /// <summary>Values by field, for the cells that are not empty.</summary>
    public List<(Field Field, object Value)> Values { get; } = [];

    public List<PendingLink>? Links { get; set; }

    /// <summary>Links to records that are further down in the same file; made when those are there.</summary>
    public List<PendingLink>? LaterLinks { get; set; }

    /// <summary>The value by which the record is found, as it is stored.</summary>
    public object? Key { get; set; }

    /// <summary>The owner's cell says that the record is to belong to no one.</summary>
    public bool ToNoOne { get; set; }

    public bool IsEmpty => Prepared is null && Values.Count == 0 && !ToNoOne && Links is null && Key is null && Error is null && NotAsNew is null;

    /// <summary>Why the row is not taken, in the actor's language.</summary>
    public string? Error { get; private set; }

    public PreparedInsert? Prepared { get; set; }

    /// <summary>Why the row cannot become a new record; it may still change one.</summary>
    public Refusal? NotAsNew { get; set; }

    /// <summary>Keeps a cell's value; further columns of a list add to it.</summary>
    public void Add(ImportColumn column, object value)
    {
        var before = column.Field.IsList ? Values.FindIndex(item => item.Field == column.Field) : -1;
        switch (value)
        {
            case string[] items when before >= 0:
                Values[before] = (column.Field, ((string[])Values[before].Value).Union(items, StringComparer.Ordinal).ToArray());
                break;
            case ContactPoint[] points:
                var labelled = points.Select(point => point.Label.Length == 0 && !column.Field.Label.Reads(column.Header) ? point with { Label = Short(column.Header) } : point);
                var all = before >= 0 ? ((ContactPoint[])Values[before].Value).Concat(labelled) : labelled;
                Values.RemoveAll(item => item.Field == column.Field);
                Values.Add((column.Field, all.DistinctBy(point => point.Value, StringComparer.Ordinal).ToArray()));
                break;
            default:
                Values.Add((column.Field, value));
                break;
        }
    }

    private static string Short(string header) => header.Length <= 50 ? header : header[..50];

    public void Fail(Label error, ImportColumn? column, string language)
    {
        var text = column is null ? error.In(language) : $"{column.Header}: {error.In(language)}";
        Error = Error is null ? text : Error + "; " + text;
    }

    public void Fail(Refusal refusal, RecordType type, string language)
    {
        Error = refusal.Errors is { Count: > 0 } errors
            ? string.Join("; ", errors.Select(item => $"{type.Find(item.Key)?.Label.In(language) ?? item.Key}: {string.Join(", ", item.Value.Select(label => label.In(language)))}"))
            : (refusal.Detail ?? refusal.Title).In(language);
    }
}
