using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>The rows of a list to its end, and their values in the words of the reader: names for references, labels for choices, stars for what is masked.</summary>
internal sealed class ExportReading
{
    private const int NoLimit = int.MaxValue - 1;
    private readonly Actor actor;
    private readonly DatabaseSession session;
    private readonly ListSql sql;
    private readonly IReadOnlyList<Sql> pages;
    private DbDataReader? reader;
    private JsonDocument? custom;

    public ExportReading(Actor actor, ListQuery query, DatabaseSession session, DateTimeOffset now)
    {
        (this.actor, this.session) = (actor, session);
        sql = new ListSql(actor, query, session.Dialect, now);

        // Made before the first byte goes out, so that a wrong question is still answered as one.
        pages = [.. ListReader.Phases(query).Select(emptyPhase => sql.Page(emptyPhase, NoLimit))];
    }

    public IReadOnlyList<ColumnPlan> Plan => sql.Plan;

    private DbDataReader Row => reader ?? throw new InvalidOperationException("No row is being read.");

    /// <summary>Names of the columns in the actor's language; two of one name are told apart by the field's own.</summary>
    public IReadOnlyList<string> Header()
    {
        var labels = Plan.Select(column => column.Field.Label.In(actor.Language)).ToList();
        return [.. labels.Select((label, i) => labels.IndexOf(label) == i ? label : $"{label} ({Plan[i].Field.Name})")];
    }

    public async IAsyncEnumerable<bool> RowsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var page in pages)
        {
            await using (reader = await session.ReadAsync(page, cancel))
            {
                while (await reader.ReadAsync(cancel))
                {
                    yield return true;
                    custom?.Dispose();
                    custom = null;
                }
            }
        }

        reader = null;
    }

    public void WriteJson(Utf8JsonWriter writer) => RecordJson.WriteRow(writer, actor, Plan, Row, session.Dialect);

    /// <summary>The value of a column of the plan; null when there is none.</summary>
    public object? Value(int column)
    {
        var (field, ordinal, _, _) = Plan[column];
        if (field.Custom && !field.IsComputed)
        {
            if (custom is null && !Row.IsDBNull(ordinal))
            {
                custom = JsonDocument.Parse(Row.GetString(ordinal));
            }

            return custom is not null && custom.RootElement.TryGetProperty(field.Name, out var kept) ? FieldStorage.FromJson(field, kept) : null;
        }

        if (Row.IsDBNull(ordinal))
        {
            return null;
        }

        return field.Kind == FieldKind.Formula ? FieldStorage.Computed(Row.GetValue(ordinal)) : FieldStorage.Read(field, Row, session.Dialect, ref ordinal);
    }

    /// <summary>The value as a person reads it in a table.</summary>
    public object? Cell(int column)
    {
        if (Value(column) is not { } value)
        {
            return null;
        }

        var plan = Plan[column];
        return plan.Masked ? RecordJson.Mask(plan.Field, value) : Readable(plan, value);
    }

    private object? Readable(ColumnPlan plan, object value)
    {
        var field = plan.Field;
        return value switch
        {
            Guid id when field.Kind == FieldKind.Reference => Name(plan, id),
            Guid id => id.ToString(),
            string text when field.Kind == FieldKind.Choice => LabelOf(field, text),
            string[] items => string.Join(Separator, items.Select(item => LabelOf(field, item))),
            ContactPoint[] points => string.Join("; ", points.Select(point => point.Value)),
            bool yes => (yes ? Yes : No).In(actor.Language),
            DateTimeOffset at => TimeZoneInfo.ConvertTime(at, actor.TimeZone),
            Money { Currency: "CNY" } money => money.Amount,
            Money money => $"{money.AmountText} {money.Currency}",
            _ => value,
        };
    }

    private static readonly Label Yes = ("是", "yes");
    private static readonly Label No = ("否", "no");

    private string Separator => actor.Language == "en" ? ", " : "、";

    private string LabelOf(Field field, string value) => field.Choices.FirstOrDefault(choice => choice.Value == value)?.Label.In(actor.Language) ?? value;

    /// <summary>The name of what is pointed to; empty where the actor may not see it.</summary>
    private string? Name(ColumnPlan plan, Guid id) =>
        plan.TitleOrdinal >= 0 && !Row.IsDBNull(plan.TitleOrdinal) ? Row.GetString(plan.TitleOrdinal) : actor.Directory.NameOf(plan.Field.Reference!, id);
}
