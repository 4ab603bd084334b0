using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>
/// The first reading of a file, to its end and by the rules of the fields, so that one that is damaged or foreign has changed nothing. What only the whole file tells is learnt on the way:
/// the order of day and month, the titles that rows further up refer to, and the texts that mean nobody.
/// </summary>
internal sealed class FileReading(ImportPlan plan, SourceFile source)
{
    private const int MostUnknown = 1_000;
    private readonly HashSet<UInt128> titles = [];
    private readonly Dictionary<(ImportColumn Column, string Text), long> unknown = [];
    private readonly Dictionary<ImportColumn, (bool DayFirst, bool MonthFirst, bool Open)> dates = [];

    public long Rows { get; private set; }

    public bool ReadsNull { get; private set; }

    /// <summary>The texts that mean nobody or no choice, those of most rows first.</summary>
    public IReadOnlyList<ImportUnknown> Unknown =>
        [.. unknown.OrderByDescending(item => item.Value).Select(item => new ImportUnknown(item.Key.Column.Header, plan.Mapping.GetValueOrDefault(item.Key.Column.Header) ?? item.Key.Column.Field.Name, item.Key.Text, item.Value))];

    public IReadOnlyList<string> DayFirst => [.. plan.AllColumns.Where(column => column.DayFirst).Select(column => column.Header)];

    public IReadOnlyList<string> OpenDates => [.. dates.Where(item => item.Value is { Open: true, DayFirst: false, MonthFirst: false }).Select(item => item.Key.Header)];

    public bool HasTitle(string title) => titles.Contains(Digests.Of(title));

    private sealed record Part(int Count, List<UInt128> Titles, List<(ImportColumn, string)> Unknown, List<(ImportColumn Column, bool? Order)> Dates);

    /// <exception cref="RefusedException">The file is damaged.</exception>
    public async Task RunAsync(int rowsAChunk, Action<long>? progress, CancellationToken cancel)
    {
        ReadsNull = WritesNull(source.Rows(cancel).Take(200));
        var parser = new RowParser(plan, ReadsNull);
        var dated = plan.AllColumns.Where(column => column.Field.Kind is FieldKind.Date or FieldKind.Instant or FieldKind.Birthday).ToList();
        await foreach (var part in RowPipeline.RunAsync(source.Rows(cancel), rowsAChunk, rows => ValueTask.FromResult(Read(rows, parser, dated)), cancel))
        {
            Rows += part.Count;
            titles.UnionWith(part.Titles);
            foreach (var item in part.Unknown)
            {
                if (unknown.Count < MostUnknown || unknown.ContainsKey(item))
                {
                    unknown[item] = unknown.GetValueOrDefault(item) + 1;
                }
            }

            foreach (var (column, order) in part.Dates)
            {
                var seen = dates.GetValueOrDefault(column);
                dates[column] = (seen.DayFirst || order == true, seen.MonthFirst || order == false, seen.Open || order is null);
            }

            progress?.Invoke(Rows);
        }

        foreach (var (column, seen) in dates)
        {
            column.DayFirst |= seen is { DayFirst: true, MonthFirst: false };
        }
    }

    private Part Read(IReadOnlyList<ImportRow> rows, RowParser parser, List<ImportColumn> dated)
    {
        var part = new Part(rows.Count, [], [], []);
        foreach (var line in rows)
        {
            foreach (var column in dated)
            {
                if (column.Index < line.Cells.Length && line.Cells[column.Index]?.Trim() is { Length: > 5 } text && (ImportDates.Order(text) is not null || ImportDates.IsOpen(text)))
                {
                    part.Dates.Add((column, ImportDates.Order(text)));
                }
            }

            var row = parser.Parse(line);
            part.Unknown.AddRange((row.Unknown ?? []).Concat(row.Beside?.Unknown ?? []));
            if (plan is { LinksToItself: true, Title: { } title } && row.Values.Find(item => item.Field == title.Field).Value is string name)
            {
                part.Titles.Add(Digests.Of(name));
            }
        }

        return part;
    }

    /// <summary>A dump of a database says NULL for nothing; one that says so in two columns means it.</summary>
    private static bool WritesNull(IEnumerable<ImportRow> rows) =>
        rows.SelectMany(row => row.Cells.Select((cell, column) => (cell, column))).Where(item => item.cell is "NULL" or "\\N").Select(item => item.column).Distinct().Take(2).Count() == 2;
}
