using System.Data.Common;
using System.Text.Json;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>Finds what reading a row forgives: a yes that is 2, a currency without an amount, a number in a place for text, a custom value of no field.</summary>
internal static class RawCheck
{
    /// <summary>A field whose columns hold what the program never writes; null when all is in order.</summary>
    public static Field? Wrong(RecordType type, DbDataReader reader, Record record)
    {
        var at = 2;
        foreach (var field in type.Fields)
        {
            if (field.Custom || field.IsComputed)
            {
                continue;
            }

            if (field.Kind == FieldKind.Money)
            {
                var (amount, currency) = (reader.IsDBNull(at), reader.IsDBNull(at + 1));
                if (amount != currency || !(amount || reader.GetFieldType(at) == typeof(long)))
                {
                    return field;
                }

                at += 2;
                continue;
            }

            // Asking the record first is cheaper than asking the driver, and most fields are empty.
            if ((record[field] is not null || (field.IsJson && !reader.IsDBNull(at))) && !Fits(field, reader, at))
            {
                return field;
            }

            at++;
        }

        return reader.IsDBNull(1) ? null : Stray(type, reader.GetString(1));
    }

    private static bool Fits(Field field, DbDataReader reader, int at) => field.Kind switch
    {
        FieldKind.YesNo => reader.GetFieldType(at) == typeof(long) && reader.GetInt64(at) is 0 or 1,
        FieldKind.Integer or FieldKind.Rating or FieldKind.Instant => reader.GetFieldType(at) == typeof(long),
        FieldKind.Number => reader.GetFieldType(at) == typeof(double),
        FieldKind.Id or FieldKind.Reference => reader.GetFieldType(at) == typeof(Guid) || reader.GetFieldType(at) == typeof(byte[]),
        _ => reader.GetFieldType(at) == typeof(string),
    };

    /// <summary>The first field, as the name of the place, when the custom values hold one that belongs to no field.</summary>
    private static Field? Stray(RecordType type, string custom)
    {
        using var document = JsonDocument.Parse(custom);
        return document.RootElement.EnumerateObject().Any(value => type.Find(value.Name) is not { Custom: true, IsComputed: false }) ? new Field("custom", FieldKind.Json, ("自定义字段", "Custom fields")) : null;
    }
}
