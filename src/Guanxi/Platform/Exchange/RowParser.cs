using System.Text.RegularExpressions;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Reads a row's cells by the rules that the API applies to the same fields. Knows no database; may run on several threads.</summary>
internal sealed partial class RowParser(ImportPlan plan, bool readsNull)
{
    private static readonly char[] Between = [';', '；', '\n'];
    private readonly string language = plan.Actor.Language;
    private readonly ImportColumn? country = plan.Columns.FirstOrDefault(column => column.Field is { Name: "country", Kind: FieldKind.Text });
    private readonly Field? morePhones = More(plan, "otherPhones");
    private readonly Field? moreEmails = More(plan, "otherEmails");
    private readonly List<ImportColumn> nameParts = [.. plan.Columns.Where(column => column.Task == ColumnTask.NamePart)];
    private readonly Dictionary<string, int> places = plan.AllColumns.DistinctBy(column => column.Header).ToDictionary(column => column.Header, column => column.Index, StringComparer.Ordinal);
    private readonly RowParser? beside = plan.Beside is { } child ? new RowParser(child, readsNull) : null;

    public ParsedRow Parse(ImportRow source)
    {
        if (plan.Options.Corrections?.GetValueOrDefault(source.Number) is { Count: > 0 } corrections)
        {
            source = Corrected(source, corrections);
        }

        var row = new ParsedRow(source);
        if (source.Problem is { } damage)
        {
            row.Fail(damage, null, language);
            return row;
        }

        if (beside?.Parse(source) is { IsEmpty: false } part)
        {
            row.Beside = part;
        }

        var abroad = country is not null && country.Index < source.Cells.Length && Countries.RegionOf(source.Cells[country.Index]) is { } region && region != "CN" ? region : null;
        foreach (var column in plan.Columns)
        {
            if (column.Task != ColumnTask.NamePart && Text(source, column) is { } text)
            {
                Read(row, column, text, abroad);
            }
        }

        JoinName(row, source);
        return row;
    }

    private static Field? More(ImportPlan plan, string name) =>
        plan.Type.Find(name) is { Kind: FieldKind.ContactPoints } field && ImportPlan.Takes(plan.Actor, plan.Type, field, keepCreated: false) ? field : null;

    private ImportRow Corrected(ImportRow source, IReadOnlyDictionary<string, string> corrections)
    {
        var cells = (string?[])source.Cells.Clone();
        foreach (var (header, text) in corrections)
        {
            if (places.TryGetValue(header, out var at) && at < cells.Length)
            {
                cells[at] = string.IsNullOrWhiteSpace(text) ? null : text;
            }
        }

        return source with { Cells = cells };
    }

    /// <summary>What stands in the cell, or what is meant by it; null for nothing.</summary>
    private string? Text(ImportRow source, ImportColumn column)
    {
        var text = column.Index < source.Cells.Length ? source.Cells[column.Index] : null;
        if (string.IsNullOrEmpty(text) || IsNull(text))
        {
            return null;
        }

        return column.Meant is not null && column.Meant.TryGetValue(text.Trim(), out var meant) ? meant.Length == 0 ? null : meant : text;
    }

    /// <summary>A row without a whole name has the one that its parts make.</summary>
    private void JoinName(ParsedRow row, ImportRow source)
    {
        if (nameParts.Count == 0 || row.Values.Exists(item => item.Field == nameParts[0].Field))
        {
            return;
        }

        string? Part(NamePart part) => nameParts.Find(column => column.Part == part) is { } column ? Text(source, column) : null;
        if (PersonNames.Join(Part(NamePart.Family), Part(NamePart.Given), Part(NamePart.Middle)) is { } name)
        {
            Keep(row, nameParts[0], FieldInput.ParseText(nameParts[0].Field, name, out var error), error);
        }
    }

    private void Read(ParsedRow row, ImportColumn column, string text, string? abroad)
    {
        Label? error = null;
        object? value = null;
        switch (column.Task)
        {
            case ColumnTask.Id:
                if (column == plan.Key)
                {
                    row.Key = Guid.TryParse(text.Trim(), out var id) ? id : null;
                    error = row.Key is null && !string.IsNullOrWhiteSpace(text) ? ImportRefusals.NoRecordWithKey(text) : null;
                }

                break;
            case ColumnTask.Directory when !string.IsNullOrWhiteSpace(text):
                value = PeopleByName.Find(plan.Actor, column.Field, text.Trim(), out error);
                row.ToNoOne |= value is null && error is null && column.Field.Name == "owner";
                NoteUnknown(row, column, text, error);
                break;
            case ColumnTask.Record when !string.IsNullOrWhiteSpace(text):
                (row.Links ??= []).Add(new PendingLink(column, text.Trim()));
                break;
            case ColumnTask.Value:
                value = Value(row, column, text, abroad, out error);
                break;
        }

        Keep(row, column, value, error);
    }

    private object? Value(ParsedRow row, ImportColumn column, string text, string? abroad, out Label? error)
    {
        error = null;
        var field = column.Field;
        switch (field.Kind)
        {
            case FieldKind.Date or FieldKind.Birthday or FieldKind.Instant:
                text = ImportDates.Normal(text, column.DayFirst);
                return field.Kind == FieldKind.Instant && DateText.TryInstant(text, out var at, plan.Actor.TimeZone) ? at : FieldInput.ParseText(field, text, out error);
            case FieldKind.ContactPoints:
                ContactPoint[] points = [.. text.Replace(":::", ";", StringComparison.Ordinal).Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(point => point.Length <= 200).Select(point => new ContactPoint("", point))];
                return points.Length == 0 ? null : points;
            case FieldKind.Tags or FieldKind.Choices:
                var items = FieldInput.ParseText(field, text.Replace(" ::: ", ";", StringComparison.Ordinal).Replace("* myContacts", "", StringComparison.Ordinal), out error);
                NoteUnknown(row, column, text, field.Kind == FieldKind.Choices ? error : null);
                return items;
            case FieldKind.Phone or FieldKind.Email:
                return Reach(row, column, text, abroad, out error);
            case FieldKind.Choice:
                var value = FieldInput.ParseText(field, text, out error);
                error ??= value is string chosen && Retired(field, chosen) ? ImportRefusals.RetiredChoice(text) : null;
                NoteUnknown(row, column, text, error);
                return value;
            case FieldKind.YesNo:
                var yes = FieldInput.ParseText(field, text, out error);
                NoteUnknown(row, column, text, error);
                return yes;
            default:
                return FieldInput.ParseText(field, text, out error);
        }
    }

    private static void NoteUnknown(ParsedRow row, ImportColumn column, string text, Label? error)
    {
        if (error is not null)
        {
            (row.Unknown ??= []).Add((column, text.Trim()));
        }
    }

    private void Keep(ParsedRow row, ImportColumn column, object? value, Label? error)
    {
        if (error is not null)
        {
            row.Fail(error, column, language);
        }
        else if (value is not null)
        {
            row.Add(column, value);
            if (column == plan.Key)
            {
                row.Key = value;
            }
        }
    }

    /// <summary>A phone or a mail address. Phone books put several into one cell: the first counts, the others go where several have room.</summary>
    private object? Reach(ParsedRow row, ImportColumn column, string text, string? abroad, out Label? error)
    {
        var isPhone = column.Field.Kind == FieldKind.Phone;
        var more = isPhone ? morePhones : moreEmails;
        if (more is not null && text.Contains(":::", StringComparison.Ordinal) && text.Split(":::", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } several)
        {
            text = several[0];
            if (several.Length > 1)
            {
                row.Add(column with { Field = more }, several.Skip(1).Where(item => item.Length <= 200).Select(item => new ContactPoint("", item)).ToArray());
            }
        }

        if (isPhone && Rounded().IsMatch(text.Trim()))
        {
            error = ImportRefusals.RoundedNumber(text.Trim());
            return null;
        }

        return isPhone && abroad is not null ? PhoneAbroad(row, column, text, abroad, out error) : FieldInput.ParseText(column.Field, text, out error);
    }

    /// <summary>A number of another country by that country's plan. One that fits no plan is kept as it was written among the other phones: it may be an old one, and it is no mistake of the importer.</summary>
    private string? PhoneAbroad(ParsedRow row, ImportColumn column, string text, string region, out Label? error)
    {
        error = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (Countries.HasPhones(region) && PhoneNumber.Parse(text, region) is { IsValid: true } number)
        {
            return number.Value;
        }

        if (morePhones is null || text.Trim().Length > 200)
        {
            return (string?)FieldInput.ParseText(column.Field, text, out error);
        }

        row.Add(column with { Field = morePhones }, new[] { new ContactPoint("", text.Trim()) });
        return null;
    }

    private static bool Retired(Field field, string value)
    {
        foreach (var choice in field.Choices)
        {
            if (choice.Value == value)
            {
                return choice.Retired;
            }
        }

        return false;
    }

    /// <summary>What a database's own export writes for nothing, where the file shows that it does.</summary>
    private bool IsNull(string text) => readsNull && text is "NULL" or "\\N";

    /// <summary>1.38E+10: a spreadsheet has thrown the last digits away.</summary>
    [GeneratedRegex(@"^\d+([.,]\d+)?[Ee]\+?\d{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Rounded();
}
