using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>Groups and measures over the same query that a list takes: {"groups":[{"keys":[…],"values":[…]}]}.</summary>
public static class Aggregate
{
    private const int MostGroups = 2000;
    private const double Largest = 1e24;
    private const double MostExact = 9_007_199_254_740_992;
    private static readonly string[] Measures = ["count", "sum", "avg", "min", "max", "currency"];

    /// <summary>What currency() answers where amounts of several currencies meet: their sum means nothing.</summary>
    private const string Mixed = "*";

    private sealed record Measure(string Function, Field? Field);

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, ListQuery query, string? group, string? measures, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = query.Type;
        var groups = (group ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => GroupField(actor, type, name)).ToList();
        var wanted = (string.IsNullOrWhiteSpace(measures) ? "count" : measures).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => ParseMeasure(actor, type, text)).ToList();
        if (groups.Count > 3 || wanted.Count > 10)
        {
            throw new RefusedException(Refusal.Invalid("group", ("最多 3 个分组、10 个度量", "At most 3 groups and 10 measures")));
        }

        var sql = new ListSql(actor, query, session.Dialect, now);
        var statement = new Sql().Append("SELECT ");
        var expressions = groups.Select(item => Bucket(item.Field, item.Unit, type, session.Dialect, actor, now)).ToList();
        statement.Append(string.Join(", ", expressions.Concat(wanted.Select(measure => Expression(measure, type, session.Dialect)))));
        statement.Append($" FROM {type.Table} t WHERE ").Append(sql.Conditions()).Append(" AND ").Append(sql.Door().Condition("t"));
        if (groups.Count > 0)
        {
            statement.Append(" GROUP BY " + string.Join(", ", Enumerable.Range(1, groups.Count)));
            statement.Append($" ORDER BY {groups.Count + 1} DESC");
        }

        statement.Append(" LIMIT ").Value(MostGroups + 1);
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        writer.WriteStartArray("groups");
        var count = 0;
        await using (var reader = await session.ReadAsync(statement, cancel))
        {
            while (await reader.ReadAsync(cancel) && ++count <= MostGroups)
            {
                writer.WriteStartObject();
                writer.WriteStartArray("keys");
                for (var i = 0; i < groups.Count; i++)
                {
                    WriteKey(writer, actor, groups[i].Field, groups[i].Unit, reader, i, session.Dialect);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("values");
                for (var i = 0; i < wanted.Count; i++)
                {
                    WriteMeasure(writer, wanted[i], reader, groups.Count + i);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        writer.WriteBoolean("complete", count <= MostGroups);
        writer.WriteEndObject();
    }

    private static (Field Field, string? Unit) GroupField(Actor actor, RecordType type, string text)
    {
        var parts = type.Find(text) is null ? text.Split('.', 2) : [text];
        var field = type.Find(parts[0]);
        if (field is null || !field.Groupable || field.Retired)
        {
            throw new RefusedException(Refusal.Invalid("group", RecordRefusals.UnknownField(text, Nearest.To(text, actor.Knows(type).Where(known => known.Groupable).Select(known => known.Name)))));
        }

        if (!actor.Reads(type, field))
        {
            throw new RefusedException(Refusal.Invalid("group", RecordRefusals.NoRightToReadField));
        }

        actor.Reading.Ask(type, field);
        var unit = parts.Length > 1 ? parts[1] : null;
        if (unit is not (null or "day" or "month" or "year") || (unit is not null && field.Kind is not (FieldKind.Date or FieldKind.Instant)))
        {
            throw new RefusedException(Refusal.Invalid("group", ("时间分组应为 .day、.month 或 .year", "A date is grouped by .day, .month or .year")));
        }

        return (field, unit ?? (field.Kind is FieldKind.Date or FieldKind.Instant ? "month" : null));
    }

    private static Measure ParseMeasure(Actor actor, RecordType type, string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var function = open < 0 ? text : text[..open];
        if (!Measures.Contains(function, StringComparer.Ordinal) || (function == "count") != (open < 0) || (open > 0 && !text.EndsWith(')')))
        {
            throw new RefusedException(Refusal.Invalid("measure", new Label($"不认识度量“{text}”，可用：count、sum(字段)、avg、min、max、currency", $"Unknown measure “{text}”; use count, sum(field), avg, min, max or currency")));
        }

        if (open < 0)
        {
            return new Measure(function, null);
        }

        var name = text[(open + 1)..^1];
        var field = type.Find(name);
        if (field is null || field.Retired || Fields.FormulaSql.IsText(field) || field.Kind is not (FieldKind.Number or FieldKind.Integer or FieldKind.Money or FieldKind.Rating or FieldKind.Formula) || (function == "currency" && field.Kind != FieldKind.Money))
        {
            throw new RefusedException(Refusal.Invalid("measure", RecordRefusals.UnknownField(name, Nearest.To(name, actor.Knows(type).Where(known => known.Kind is FieldKind.Number or FieldKind.Integer or FieldKind.Money or FieldKind.Rating).Select(known => known.Name)))));
        }

        actor.Reading.Ask(type, field);
        return actor.Reads(type, field) ? new Measure(function, field) : throw new RefusedException(Refusal.Invalid("measure", RecordRefusals.NoRightToReadField));
    }

    private static string Bucket(Field field, string? unit, RecordType type, Dialect dialect, Actor actor, DateTimeOffset now)
    {
        var value = FieldSql.Value(field, type, "t", dialect);
        if (unit is null)
        {
            return value;
        }

        var length = unit switch { "day" => 10, "month" => 7, _ => 4 };
        if (field.Kind == FieldKind.Date)
        {
            return $"substr({value}, 1, {length})";
        }

        // The zone's offset of today serves the whole answer: buckets of months do not move by an hour of summer time.
        var offset = (long)actor.TimeZone.GetUtcOffset(now).TotalSeconds;
        return dialect.IsSqlite
            ? $"substr(date({value} / 1000 + {offset}, 'unixepoch'), 1, {length})"
            : $"substr(to_char(to_timestamp({value} / 1000 + {offset}) AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 1, {length})";
    }

    private static string Expression(Measure measure, RecordType type, Dialect dialect)
    {
        if (measure.Field is null)
        {
            return "COUNT(*)";
        }

        if (measure.Function == "currency")
        {
            var currency = FieldSql.Currency(measure.Field, "t", dialect);
            return $"CASE COUNT(DISTINCT {currency}) WHEN 0 THEN NULL WHEN 1 THEN MIN({currency}) ELSE '{Mixed}' END";
        }

        var value = FieldSql.Value(measure.Field, type, "t", dialect);
        var sum = measure.Function switch
        {
            // As a floating number on both: a sum of whole numbers that does not fit would be a fault, for everybody who asks.
            "sum" => dialect.IsSqlite ? $"CASE WHEN COUNT({value}) > 0 THEN TOTAL({value}) END" : $"SUM({value})::double precision",
            // What a formula makes of the largest numbers no decimal holds.
            var function => $"{function.ToUpperInvariant()}({value}){(measure.Field.Kind == FieldKind.Formula && !dialect.IsSqlite ? "::double precision" : "")}",
        };

        // Yuan and dollars make no sum: whoever wants one asks for the amounts in the company's currency, or groups.
        return measure.Field.Kind == FieldKind.Money && !InOneCurrency(measure.Field) && FieldSql.Currency(measure.Field, "t", dialect) is var unit ? $"CASE WHEN MIN({unit}) = MAX({unit}) THEN {sum} END" : sum;
    }

    private static bool InOneCurrency(Field field) => field.Beside is not null || field.Name.StartsWith("home", StringComparison.Ordinal) || field.Name.EndsWith("Home", StringComparison.Ordinal);

    private static void WriteKey(Utf8JsonWriter writer, Actor actor, Field field, string? unit, System.Data.Common.DbDataReader reader, int ordinal, Dialect dialect)
    {
        if (reader.IsDBNull(ordinal))
        {
            writer.WriteNullValue();
        }
        else if (unit is not null)
        {
            writer.WriteStringValue(reader.GetString(ordinal));
        }
        else
        {
            var at = ordinal;
            var value = field.Custom ? CustomKey(field, reader.GetValue(ordinal)) : FieldStorage.Read(field, reader, dialect, ref at);
            RecordJson.WriteValue(writer, actor, field, value, masked: false, null);
        }
    }

    private static object CustomKey(Field field, object value) => field.Kind switch
    {
        FieldKind.YesNo => Convert.ToInt64(value) != 0,
        FieldKind.Integer or FieldKind.Rating => Convert.ToInt64(value),
        FieldKind.Reference => Guid.Parse((string)value),
        _ => value,
    };

    private static void WriteLarge(Utf8JsonWriter writer, double value, bool money)
    {
        if (!double.IsFinite(value))
        {
            writer.WriteNullValue();
        }
        else if (money)
        {
            writer.WriteStringValue((value / (double)Money.Scale).ToString("0", System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNumberValue(value);
        }
    }

    private static void WriteMeasure(Utf8JsonWriter writer, Measure measure, System.Data.Common.DbDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            writer.WriteNullValue();
            return;
        }

        if (measure.Function == "currency")
        {
            writer.WriteStringValue(reader.GetString(ordinal));
            return;
        }

        var value = reader.GetValue(ordinal);
        if (value is double large && !(Math.Abs(large) < Largest))
        {
            // Beyond what has cents: a number as near as one can say it, or none.
            WriteLarge(writer, large, measure.Field?.Kind == FieldKind.Money);
            return;
        }

        // Up to here every whole number is exact; the conversion by itself keeps fifteen digits.
        var number = value is double exact && Math.Abs(exact) < MostExact && exact == Math.Truncate(exact) ? (long)exact : Convert.ToDecimal(value);
        if (measure.Field?.Kind == FieldKind.Money)
        {
            writer.WriteStringValue(new Money(number / Money.Scale, "").AmountText);
        }
        else
        {
            writer.WriteNumberValue(number == decimal.Truncate(number) ? decimal.Truncate(number) : decimal.Round(number, 6));
        }
    }
}
