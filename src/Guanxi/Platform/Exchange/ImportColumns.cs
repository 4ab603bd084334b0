using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Reads a mapping: which column goes where, and what stands against it.</summary>
internal static class ImportColumns
{
    public static List<ImportColumn> Of(Actor actor, RecordType type, ImportOptions options, IReadOnlyList<string> header, FieldErrors errors)
    {
        var columns = new List<ImportColumn>();
        var places = header.Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index, StringComparer.Ordinal);
        foreach (var (name, path) in options.Mapping!)
        {
            var part = type.Find(path) is null ? PersonNames.Find(type, path) : null;
            var field = part?.Field ?? type.Find(path);
            if (!places.TryGetValue(name, out var index))
            {
                errors.Add("mapping", ImportRefusals.UnknownColumn(name, Nearest.To(name, header)));
            }
            else if (field is null || field.Internal || field.Retired || actor.On(type, field) == FieldRight.Hidden)
            {
                errors.Add("mapping", RecordRefusals.UnknownField(path, Nearest.To(path, type.Shown.Where(known => ImportPlan.Takes(actor, type, known, options.KeepCreated)).Select(known => known.Name))));
            }
            else if (!ImportPlan.Takes(actor, type, field, options.KeepCreated))
            {
                errors.Add("mapping", field.Writable ? RecordRefusals.NoRightOnField : ImportRefusals.NotFromFile(field));
            }
            else if (!field.IsList && columns.Any(column => column.Field == field && column.Part == (part?.Part ?? NamePart.Whole)))
            {
                errors.Add("mapping", ImportRefusals.MappedTwice(field));
            }
            else
            {
                columns.Add(new ImportColumn(index, name, field, part is null ? TaskOf(actor, field) : ColumnTask.NamePart, MeantBy(options, field))
                {
                    Part = part?.Part ?? NamePart.Whole,
                    Rule = options.Rules?.GetValueOrDefault(field.Name) ?? ColumnRule.Overwrite,
                    DayFirst = options.DayFirst?.Contains(name, StringComparer.Ordinal) == true,
                });
            }
        }

        RefuseUnknownRules(type, options, errors);
        return columns;
    }

    /// <summary>A rule for a field that does not exist would be a promise that is not kept.</summary>
    private static void RefuseUnknownRules(RecordType type, ImportOptions options, FieldErrors errors)
    {
        foreach (var name in (options.Rules?.Keys ?? []).Where(name => type.Find(name) is null && !name.Contains('.', StringComparison.Ordinal)))
        {
            errors.Add("rules", RecordRefusals.UnknownField(name, Nearest.To(name, type.Shown.Select(field => field.Name))));
        }
    }

    private static Dictionary<string, string>? MeantBy(ImportOptions options, Field field) =>
        options.Values?.GetValueOrDefault(field.Name) is { Count: > 0 } values ? values.DistinctBy(item => item.Key.Trim()).ToDictionary(item => item.Key.Trim(), item => item.Value ?? "", StringComparer.OrdinalIgnoreCase) : null;

    private static ColumnTask TaskOf(Actor actor, Field field) => field.Kind switch
    {
        FieldKind.Id => ColumnTask.Id,
        FieldKind.Reference when actor.Schema[field.Reference!].Access is AccessKind.Directory or AccessKind.Administration => ColumnTask.Directory,
        FieldKind.Reference => ColumnTask.Record,
        _ => ColumnTask.Value,
    };
}
