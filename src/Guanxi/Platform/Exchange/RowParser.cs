using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Reads a row's cells by the rules that the API applies to the same fields. Knows no database; may run on several threads.</summary>
internal sealed class RowParser(ImportPlan plan, bool readsNull)
{
    private static readonly char[] Between = [';', '；', '\n'];
    private readonly string language = plan.Actor.Language;
    private readonly ImportColumn? country = plan.Columns.FirstOrDefault(column => column.Field is { Name: "country", Kind: FieldKind.Text });
    private readonly Field? morePhones = plan.Type.Find("otherPhones") is { Kind: FieldKind.ContactPoints } field && ImportPlan.Takes(plan.Actor, plan.Type, field, keepCreated: false) ? field : null;

    public ParsedRow Parse(ImportRow source)
    {
        var row = new ParsedRow(source);
        if (source.Problem is { } damage)
        {
            row.Fail(damage, null, language);
            return row;
        }

        var abroad = country is not null && country.Index < source.Cells.Length && Countries.RegionOf(source.Cells[country.Index]) is { } region && region != "CN" ? region : null;
        foreach (var column in plan.Columns)
        {
            var text = column.Index < source.Cells.Length ? source.Cells[column.Index] : null;
            if (string.IsNullOrEmpty(text) || IsNull(text))
            {
                continue;
            }

            if (column.Meant is not null && column.Meant.TryGetValue(text.Trim(), out var meant))
            {
                text = meant;
            }

            Read(row, column, text, abroad);
        }

        return row;
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
                    value = Guid.TryParse(text.Trim(), out var id) ? id : null;
                    error = value is null && !string.IsNullOrWhiteSpace(text) ? ImportRefusals.NoRecordWithKey(text) : null;
                    row.Key = value;
                }

                value = null;
                break;
            case ColumnTask.Directory when !string.IsNullOrWhiteSpace(text):
                value = PeopleByName.Find(plan.Actor, column.Field, text.Trim(), out error);
                row.ToNoOne |= value is null && error is null && column.Field.Name == "owner";
                break;
            case ColumnTask.Record when !string.IsNullOrWhiteSpace(text):
                (row.Links ??= []).Add(new PendingLink(column, text.Trim()));
                break;
            case ColumnTask.Value when column.Field.Kind == FieldKind.Instant:
                value = string.IsNullOrWhiteSpace(text) ? null : DateText.TryInstant(text.Trim(), out var at, plan.Actor.TimeZone) ? at : FieldInput.ParseText(column.Field, text, out error);
                break;
            case ColumnTask.Value when column.Field.Kind == FieldKind.ContactPoints:
                ContactPoint[] points = [.. text.Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(point => point.Length <= 200).Select(point => new ContactPoint("", point))];
                value = points.Length == 0 ? null : points;
                break;
            case ColumnTask.Value when column.Field.Kind == FieldKind.Phone && abroad is not null:
                value = PhoneAbroad(row, column, text, abroad, out error);
                break;
            case ColumnTask.Value:
                value = FieldInput.ParseText(column.Field, text, out error);
                error ??= value is string chosen && column.Field.Kind == FieldKind.Choice && Retired(column.Field, chosen) ? ImportRefusals.RetiredChoice(text) : null;
                break;
        }

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
}
