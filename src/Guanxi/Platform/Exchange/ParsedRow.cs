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

    /// <summary>What the row says of the noun that comes in the same sheet; null when it says nothing.</summary>
    public ParsedRow? Beside { get; set; }

    /// <summary>The record that the row's second part belongs to.</summary>
    public Guid? Root { get; set; }

    /// <summary>Whether a person said that the row is to be left out.</summary>
    public bool LeftOut { get; set; }

    /// <summary>The owner's cell says that the record is to belong to no one.</summary>
    public bool ToNoOne { get; set; }

    public bool IsEmpty => !HasMain && Error is null && Beside is null;

    /// <summary>Whether the row says anything of the noun that is imported, and not only of the one beside it.</summary>
    public bool HasMain => Prepared is not null || Values.Count > 0 || ToNoOne || Links is not null || Key is not null || NotAsNew is not null;

    /// <summary>Why the row is not taken, in the actor's language.</summary>
    public string? Error => (own, Beside?.Error) switch { (null, var beside) => beside, (var mine, null) => mine, var (mine, beside) => mine + "; " + beside };

    /// <summary>Which cells are wrong, and what is wrong with each.</summary>
    public IEnumerable<(int Column, string Reason)> Marks => marks.Concat(Beside?.Marks ?? []);

    /// <summary>Texts that stand for nobody, or for no choice there is; a person may say once what each means.</summary>
    public List<(ImportColumn Column, string Text)>? Unknown { get; set; }

    private readonly List<(int Column, string Reason)> marks = [];
    private string? own;

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
        var reason = error.In(language);
        if (column is not null)
        {
            marks.Add((column.Index, reason));
        }

        var text = column is null ? reason : $"{column.Header}: {reason}";
        own = own is null ? text : own + "; " + text;
    }

    public void Fail(Refusal refusal, ImportPlan plan)
    {
        var language = plan.Actor.Language;
        if (refusal.Errors is not { Count: > 0 } errors)
        {
            own = (refusal.Detail ?? refusal.Title).In(language);
            return;
        }

        own = null;
        foreach (var (name, labels) in errors)
        {
            var reason = string.Join(", ", labels.Select(label => label.In(language)));
            if (plan.Columns.FirstOrDefault(column => column.Field.Name == name) is { } column)
            {
                marks.Add((column.Index, reason));
            }

            own = (own is null ? "" : own + "; ") + $"{plan.Type.Find(name)?.Label.In(language) ?? name}: {reason}";
        }
    }
}
