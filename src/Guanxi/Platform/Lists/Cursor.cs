using System.Buffers.Text;
using System.Text.Json;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>
/// Where a page ended: the sort values and the id of its last record. The next page is what comes after them, however the rows before have changed.
/// Empty values come last in either direction, so a list has two phases: those with a first key, then those without.
/// </summary>
public sealed record Cursor(IReadOnlyList<object?> Keys, Guid Id)
{
    public bool InEmptyPhase => Keys.Count > 0 && Keys[0] is null;

    public string Write(IReadOnlyList<SortKey> sort)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Signature(sort));
            writer.WriteStringValue(Id);
            foreach (var key in Keys)
            {
                switch (key)
                {
                    case null:
                        writer.WriteNullValue();
                        break;
                    case long number:
                        writer.WriteNumberValue(number);
                        break;
                    case double number:
                        writer.WriteStartArray();
                        writer.WriteNumberValue(number);
                        writer.WriteEndArray();
                        break;
                    case Guid id:
                        writer.WriteStringValue("#" + id.ToString("N"));
                        break;
                    default:
                        writer.WriteStringValue("=" + key);
                        break;
                }
            }

            writer.WriteEndArray();
        }

        return Base64Url.EncodeToString(stream.ToArray());
    }

    public static Cursor? Parse(string? text, IReadOnlyList<SortKey> sort)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var parts = document.RootElement.EnumerateArray().ToList();
            if (parts.Count == sort.Count + 2 && parts[0].GetString() == Signature(sort))
            {
                var cursor = new Cursor([.. parts.Skip(2).Select(Key)], parts[1].GetGuid());
                if (cursor.Keys.Zip(sort).All(pair => Fits(pair.Second.Field, pair.First)))
                {
                    return cursor;
                }
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // Falls through to the refusal: whatever is wrong with it, the remedy is the same.
        }

        throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效或属于另一种排序，请从第一页重新开始", "The cursor is broken or belongs to another sort order; start again from the first page")));
    }

    private static object? Key(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => part.GetInt64(),
        JsonValueKind.Array => part.GetArrayLength() == 1 ? part[0].GetDouble() : throw new FormatException(),
        _ => part.GetString() is { Length: > 0 } text ? text[0] == '#' ? Guid.ParseExact(text[1..], "N") : text[1..] : throw new FormatException(),
    };

    /// <summary>A key of another kind than its field's was made by hand; a database that is strict about kinds would fault on it.</summary>
    private static bool Fits(Field field, object? key) => key is null || field.Kind switch
    {
        FieldKind.Id => key is Guid,
        FieldKind.Instant or FieldKind.Integer or FieldKind.Rating or FieldKind.YesNo or FieldKind.Money or FieldKind.Number => key is long or double,
        FieldKind.Formula => key is string == Fields.FormulaSql.IsText(field),
        FieldKind.Choice => key is string == (field.Choices.Count == 0),
        _ => key is string,
    };

    private static string Signature(IReadOnlyList<SortKey> sort) => string.Join(',', sort.Select(key => (key.Descending ? "-" : "") + key.Field.Name));
}
