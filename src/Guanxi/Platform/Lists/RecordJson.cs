using System.Data.Common;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Database.Sqlite;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>Writes values as the API answers them, masked where the actor's rights say so.</summary>
public static class RecordJson
{
    /// <summary>One row of a list straight from the reader, without a record between.</summary>
    public static void WriteRow(Utf8JsonWriter writer, Actor actor, IReadOnlyList<ColumnPlan> plan, DbDataReader reader, Dialect dialect)
    {
        JsonDocument? custom = null;
        writer.WriteStartObject();
        foreach (var column in plan)
        {
            var field = column.Field;
            if (field.Custom && !field.IsComputed)
            {
                if (custom is null && !reader.IsDBNull(column.Ordinal))
                {
                    custom = JsonDocument.Parse(reader.GetString(column.Ordinal));
                }

                if (custom is not null && custom.RootElement.TryGetProperty(field.Name, out var kept) && FieldStorage.FromJson(field, kept) is { } value)
                {
                    writer.WritePropertyName(field.Name);
                    if (value is Guid target && field.Kind == FieldKind.Reference && !column.Masked)
                    {
                        WriteReference(writer, actor, field, target, column.TitleOrdinal >= 0 && !reader.IsDBNull(column.TitleOrdinal) ? reader.GetString(column.TitleOrdinal) : null);
                    }
                    else
                    {
                        WriteValue(writer, actor, field, value, column.Masked, null);
                    }
                }

                continue;
            }

            if (reader.IsDBNull(column.Ordinal))
            {
                continue;
            }

            writer.WritePropertyName(field.Name);
            if (column.Masked)
            {
                var ordinal = column.Ordinal;
                WriteValue(writer, actor, field, ComputedOrStored(field, reader, dialect, ref ordinal), true, null);
                continue;
            }

            switch (field.Kind)
            {
                case FieldKind.Instant:
                    WriteInstant(writer, reader.GetInt64(column.Ordinal));
                    break;
                case FieldKind.Integer or FieldKind.Rating:
                    writer.WriteNumberValue(reader.GetInt64(column.Ordinal));
                    break;
                case FieldKind.YesNo:
                    writer.WriteBooleanValue(reader.GetInt64(column.Ordinal) != 0);
                    break;
                case FieldKind.Id:
                    writer.WriteStringValue(dialect.ReadId(reader, column.Ordinal));
                    break;
                case FieldKind.Reference:
                    var id = dialect.ReadId(reader, column.Ordinal);
                    if (reader is SqliteRows named && column.TitleOrdinal >= 0 && !named.IsDBNull(column.TitleOrdinal))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("id", id);
                        writer.WriteString("name", named.Utf8(column.TitleOrdinal));
                        writer.WriteEndObject();
                        break;
                    }

                    WriteReference(writer, actor, field, id, column.TitleOrdinal >= 0 && !reader.IsDBNull(column.TitleOrdinal) ? reader.GetString(column.TitleOrdinal) : null);
                    break;
                case FieldKind.Number or FieldKind.Money or FieldKind.Formula:
                    var ordinal = column.Ordinal;
                    WriteValue(writer, actor, field, ComputedOrStored(field, reader, dialect, ref ordinal), false, null);
                    break;
                case FieldKind.Choices or FieldKind.Tags or FieldKind.ContactPoints or FieldKind.Address or FieldKind.Json:
                    writer.WriteRawValue(reader.GetString(column.Ordinal), skipInputValidation: true);
                    break;
                case var _ when reader is SqliteRows rows:
                    writer.WriteStringValue(rows.Utf8(column.Ordinal));
                    break;
                default:
                    writer.WriteStringValue(reader.GetString(column.Ordinal));
                    break;
            }
        }

        writer.WriteEndObject();
        custom?.Dispose();
    }

    private static object? ComputedOrStored(Field field, DbDataReader reader, Dialect dialect, ref int ordinal)
    {
        return field.Kind == FieldKind.Formula ? FieldStorage.Computed(reader.GetValue(ordinal)) : FieldStorage.Read(field, reader, dialect, ref ordinal);
    }

    /// <summary>A whole record as the actor may see it.</summary>
    public static void WriteRecord(Utf8JsonWriter writer, Actor actor, Record record, IReadOnlyDictionary<Guid, string>? titles = null, DateTimeOffset? now = null)
    {
        writer.WriteStartObject();
        WriteFields(writer, actor, record, titles, now);
        writer.WriteEndObject();
    }

    /// <summary>The fields of a record; with a birthday the age on <paramref name="now"/>, which is derived and never stored.</summary>
    public static void WriteFields(Utf8JsonWriter writer, Actor actor, Record record, IReadOnlyDictionary<Guid, string>? titles = null, DateTimeOffset? now = null)
    {
        foreach (var field in record.Type.Fields)
        {
            var right = actor.On(record.Type, field);
            if (right == FieldRight.Hidden || field.Retired || record[field] is not { } value)
            {
                continue;
            }

            if (field.Audited && right > FieldRight.Masked)
            {
                actor.Reading.Note(record.Type, field, record.Id);
            }

            writer.WritePropertyName(field.Name);
            WriteValue(writer, actor, field, value, right == FieldRight.Masked, titles);
            if (field.Kind == FieldKind.Birthday && right != FieldRight.Masked && Birthday.Parse((string)value)?.Age(actor.Today(now ?? record.UpdatedAt)) is { } age)
            {
                writer.WriteNumber("age", age);
            }
        }
    }

    public static void WriteValue(Utf8JsonWriter writer, Actor actor, Field field, object? value, bool masked, IReadOnlyDictionary<Guid, string>? titles)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        if (masked)
        {
            WriteMasked(writer, field, value);
            return;
        }

        switch (value)
        {
            case string text when field.Kind is FieldKind.Json or FieldKind.Address:
                writer.WriteRawValue(text);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case Guid id when field.Kind == FieldKind.Reference:
                WriteReference(writer, actor, field, id, titles?.GetValueOrDefault(id));
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case DateTimeOffset at:
                WriteInstant(writer, at.ToUnixTimeMilliseconds());
                break;
            case bool yes:
                writer.WriteBooleanValue(yes);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(decimal.Parse(number.ToString("0.###############", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture));
                break;
            case Money money:
                writer.WriteStartObject();
                writer.WriteString("amount", money.AmountText);
                writer.WriteString("currency", money.Currency);
                writer.WriteEndObject();
                break;
            default:
                FieldStorage.WriteStored(writer, field, value);
                break;
        }
    }

    /// <summary>A reference with its name; of what the actor may not see, or what lies in the recycle bin, only that there is something.</summary>
    private static void WriteReference(Utf8JsonWriter writer, Actor actor, Field field, Guid id, string? title)
    {
        writer.WriteStartObject();
        if ((title ?? actor.Directory.NameOf(field.Reference!, id)) is { } name)
        {
            writer.WriteString("id", id);
            writer.WriteString("name", name);
        }
        else
        {
            writer.WriteBoolean("hidden", true);
        }

        writer.WriteEndObject();
    }

    /// <summary>What stands for the value before those who may see only its shape; a list of numbers stays a list.</summary>
    private static void WriteMasked(Utf8JsonWriter writer, Field field, object value)
    {
        if (value is not ContactPoint[] points)
        {
            writer.WriteStringValue(Mask(field, value));
            return;
        }

        writer.WriteStartArray();
        foreach (var point in points)
        {
            writer.WriteStartObject();
            writer.WriteString("label", point.Label);
            writer.WriteString("value", Mask(field, point));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static string Mask(Field field, object value) => (field.Kind, value) switch
    {
        (FieldKind.Phone, string phone) => Masking.Phone(phone),
        (FieldKind.Email, string email) => Masking.Email(email),
        (FieldKind.ContactPoints, ContactPoint[] points) => string.Join("; ", points.Select(point => Mask(field, point))),
        (FieldKind.ContactPoints, ContactPoint { Value: var text }) => text.Contains('@', StringComparison.Ordinal) ? Masking.Email(text) : field.Search == SearchAs.Phone ? Masking.Phone(text) : First(text),
        (FieldKind.Text or FieldKind.LongText, string text) => field.Mask switch
        {
            MaskAs.Identifier => Masking.Identifier(text),
            MaskAs.Account => Masking.Account(text),
            _ => First(text),
        },
        _ => Masking.Amount,
    };

    /// <summary>The same as <see cref="Instant"/>, without a string between: a page of a list has hundreds.</summary>
    public static void WriteInstant(Utf8JsonWriter writer, long milliseconds)
    {
        var at = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        Span<byte> text = stackalloc byte[24];
        "0000-00-00T00:00:00.000Z"u8.CopyTo(text);
        Put(text[..4], at.Year);
        Put(text[5..7], at.Month);
        Put(text[8..10], at.Day);
        Put(text[11..13], at.Hour);
        Put(text[14..16], at.Minute);
        Put(text[17..19], at.Second);
        Put(text[20..23], at.Millisecond);
        writer.WriteStringValue(text);

        static void Put(Span<byte> digits, int number)
        {
            for (var i = digits.Length - 1; i >= 0; i--, number /= 10)
            {
                digits[i] = (byte)('0' + (number % 10));
            }
        }
    }

    private static string First(string text) => text.Length > 1 && !char.IsSurrogate(text[0]) ? text[..1] + "***" : "***";

    public static string Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
