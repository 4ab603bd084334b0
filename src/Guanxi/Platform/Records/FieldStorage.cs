using System.Buffers;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Platform.Records;

/// <summary>How a field's value is kept in a row and in the JSON of custom fields and of the ledger.</summary>
public static class FieldStorage
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The columns of a field: two for money, none of its own for a custom field.</summary>
    public static IEnumerable<string> Columns(Field field) => field switch
    {
        { Custom: true } or { IsComputed: true } => [],
        { Kind: FieldKind.Money } => [field.Column, field.Column + "_currency"],
        _ => [field.Column],
    };

    /// <summary>The values for <see cref="Columns"/>.</summary>
    public static IEnumerable<object?> ColumnValues(Field field, object? value)
    {
        switch (field.Kind)
        {
            case FieldKind.Money:
                yield return value is Money money ? money.Stored : null;
                yield return value is Money { Currency: var currency } ? currency : null;
                break;
            case FieldKind.Choices or FieldKind.Tags or FieldKind.ContactPoints:
                yield return value is null ? null : JsonText(field, value);
                break;
            default:
                yield return value;
                break;
        }
    }

    /// <summary>Puts the values for <see cref="Columns"/> into a row to be written.</summary>
    public static void Fill(Field field, object? value, object?[] row, ref int at)
    {
        if (field.Kind == FieldKind.Money)
        {
            var money = value as Money?;
            row[at++] = money?.Stored;
            row[at++] = money?.Currency;
            return;
        }

        row[at++] = value is null || !field.IsList ? value : JsonText(field, value);
    }

    /// <summary>The value from a row; <paramref name="ordinal"/> moves on past the columns read.</summary>
    public static object? Read(Field field, DbDataReader reader, Dialect dialect, ref int ordinal)
    {
        var at = ordinal++;
        if (field.Kind == FieldKind.Money)
        {
            ordinal++;
        }

        if (reader.IsDBNull(at))
        {
            return null;
        }

        return field.Kind switch
        {
            FieldKind.Id or FieldKind.Reference => dialect.ReadId(reader, at),
            FieldKind.Integer or FieldKind.Rating => reader.GetInt64(at),
            FieldKind.Number => (decimal)reader.GetDouble(at),
            FieldKind.YesNo => reader.GetInt64(at) != 0,
            FieldKind.Instant => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(at)),
            FieldKind.Date => DateOnly.ParseExact(reader.GetString(at), "yyyy-MM-dd"),
            FieldKind.Time => TimeOnly.ParseExact(reader.GetString(at), "HH:mm"),
            FieldKind.Money => Money.FromStored(reader.GetInt64(at), reader.IsDBNull(at + 1) ? "CNY" : reader.GetString(at + 1)),
            FieldKind.Choices or FieldKind.Tags or FieldKind.ContactPoints => FromJson(field, reader.GetString(at)),
            _ => reader.GetString(at),
        };
    }

    /// <summary>A formula's result as the program keeps it; nothing when it is no finite number.</summary>
    public static object? Computed(object value) => value switch
    {
        double number when double.IsFinite(number) && Math.Abs(number) < 1e15 => decimal.Round((decimal)number, 6),
        long number => (decimal)number,
        int number => (decimal)number,
        decimal number => number,
        string text => text,
        bool yes => yes,
        _ => null,
    };

    /// <summary>The value as JSON text.</summary>
    public static string JsonText(Field field, object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            WriteStored(writer, field, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The form in which custom fields and ledger entries keep a value; exact, and read back by <see cref="FromJson(Field, JsonElement)"/>.</summary>
    public static void WriteStored(Utf8JsonWriter writer, Field field, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text when field.Kind is FieldKind.Json or FieldKind.Address:
                writer.WriteRawValue(text);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case bool yes:
                writer.WriteNumberValue(yes ? 1 : 0);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset at:
                writer.WriteNumberValue(at.ToUnixTimeMilliseconds());
                break;
            case DateOnly date:
                writer.WriteStringValue(date.ToString("yyyy-MM-dd"));
                break;
            case TimeOnly time:
                writer.WriteStringValue(time.ToString("HH:mm"));
                break;
            case Money money:
                writer.WriteStartObject();
                writer.WriteNumber("amount", money.Stored);
                writer.WriteString("currency", money.Currency);
                writer.WriteEndObject();
                break;
            case string[] items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
                break;
            case ContactPoint[] points:
                writer.WriteStartArray();
                foreach (var point in points)
                {
                    writer.WriteStartObject();
                    writer.WriteString("label", point.Label);
                    writer.WriteString("value", point.Value);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException($"'{field.Name}' holds a {value.GetType().Name}, which no field keeps.");
        }
    }

    public static object? FromJson(Field field, string json)
    {
        using var document = JsonDocument.Parse(json);
        return FromJson(field, document.RootElement);
    }

    /// <summary>Reads what <see cref="WriteStored"/> wrote.</summary>
    public static object? FromJson(Field field, JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        return field.Kind switch
        {
            FieldKind.Id or FieldKind.Reference => json.GetGuid(),
            FieldKind.Integer or FieldKind.Rating => json.GetInt64(),
            FieldKind.Number => json.GetDecimal(),
            FieldKind.YesNo => json.GetInt64() != 0,
            FieldKind.Instant => DateTimeOffset.FromUnixTimeMilliseconds(json.GetInt64()),
            FieldKind.Date => DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd"),
            FieldKind.Time => TimeOnly.ParseExact(json.GetString()!, "HH:mm"),
            FieldKind.Money => Money.FromStored(json.GetProperty("amount").GetInt64(), json.GetProperty("currency").GetString()!),
            FieldKind.Choices or FieldKind.Tags => json.EnumerateArray().Select(item => item.GetString()!).ToArray(),
            FieldKind.ContactPoints => json.EnumerateArray().Select(item => new ContactPoint(item.GetProperty("label").GetString()!, item.GetProperty("value").GetString()!)).ToArray(),
            FieldKind.Json or FieldKind.Address => json.GetRawText(),
            _ => json.GetString(),
        };
    }

    /// <summary>All custom values of a record as one JSON object; null when there are none.</summary>
    public static string? CustomJson(Record record)
    {
        ArrayBufferWriter<byte>? buffer = null;
        Utf8JsonWriter? writer = null;
        foreach (var field in record.Type.Fields)
        {
            if (!field.Custom || field.IsComputed || record[field] is not { } value)
            {
                continue;
            }

            if (writer is null)
            {
                buffer = new ArrayBufferWriter<byte>(256);
                writer = new Utf8JsonWriter(buffer, Plain);
                writer.WriteStartObject();
            }

            writer.WritePropertyName(field.Name);
            WriteStored(writer, field, value);
        }

        if (writer is null)
        {
            return null;
        }

        writer.WriteEndObject();
        writer.Flush();
        writer.Dispose();
        return Encoding.UTF8.GetString(buffer!.WrittenSpan);
    }

    /// <summary>Puts the custom values of a row into the record.</summary>
    public static void ReadCustom(Record record, string? json)
    {
        if (json is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (record.Type.Find(property.Name) is { Custom: true, IsComputed: false } field)
            {
                record[field] = FromJson(field, property.Value);
            }
        }
    }
}
