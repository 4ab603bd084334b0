using System.Data.Common;
using System.Text;
using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Platform.Moving;

/// <summary>A column and what it keeps, in words that mean the same on both databases.</summary>
/// <param name="Kind">As PostgreSQL calls the type: uuid, bytea, bigint, text, double precision, jsonb.</param>
internal readonly record struct MovedColumn(string Name, string Kind);

/// <summary>One table of a company as PostgreSQL, whose types say more than SQLite's, tells of it.</summary>
/// <param name="Columns">What is copied: all but the search terms, which are made anew.</param>
/// <param name="Counted">The column that numbers the rows; null when nothing does.</param>
/// <param name="Needs">Tables that its rows refer to.</param>
internal sealed record MovedTable(string Name, IReadOnlyList<MovedColumn> Columns, string? Counted, IReadOnlyList<string> Needs)
{
    /// <summary>The tables of a migrated PostgreSQL database, each after those that it refers to; without those that the new side fills itself as rows come in.</summary>
    /// <exception cref="InvalidOperationException">Tables refer to each other in a ring, or keep a type that this does not know.</exception>
    public static async Task<IReadOnlyList<MovedTable>> AllAsync(DatabaseSession postgres, CancellationToken cancel)
    {
        var columns = await postgres.ListAsync(
            Sql.Of($"""
                SELECT c.table_name::text, c.column_name::text, c.data_type::text, CASE WHEN c.is_identity = 'YES' THEN 1 ELSE 0 END
                FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
                WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type <> 'tsvector' AND c.table_name NOT IN ('migration', 'deal_sum', 'receivable_sum', 'receivable_customer')
                ORDER BY c.table_name, c.ordinal_position
                """),
            row => (Table: row.Text(0), Column: new MovedColumn(row.Text(1), row.Text(2)), Counts: row.Integer(3) == 1), cancel);
        var references = await postgres.ListAsync(
            Sql.Of($"SELECT child.relname::text, parent.relname::text FROM pg_constraint c JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND c.conrelid <> c.confrelid"),
            row => (Child: row.Text(0), Parent: row.Text(1)), cancel);
        if (columns.FirstOrDefault(item => item.Column.Kind is not ("uuid" or "bytea" or "bigint" or "text" or "double precision" or "jsonb")) is { Table: { } unknown } strange)
        {
            throw new InvalidOperationException($"{unknown}.{strange.Column.Name} keeps {strange.Column.Kind}, which cannot be moved.");
        }

        var left = columns.GroupBy(item => item.Table, StringComparer.Ordinal)
            .Select(group => new MovedTable(
                group.Key,
                [.. group.Select(item => item.Column)],
                group.FirstOrDefault(item => item.Counts).Column.Name,
                [.. references.Where(reference => reference.Child == group.Key).Select(reference => reference.Parent).Distinct(StringComparer.Ordinal)]))
            .ToList();
        var sorted = new List<MovedTable>();
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(table => table.Needs.All(parent => sorted.Any(done => done.Name == parent)))
                ?? throw new InvalidOperationException($"These tables refer to each other in a ring: {string.Join(", ", left.Select(table => table.Name))}.");
            sorted.Add(next);
            left.Remove(next);
        }

        return sorted;
    }

    public Sql Select() => new Sql().Append($"SELECT {string.Join(',', Columns.Select(column => $"\"{column.Name}\""))} FROM \"{Name}\"");

    /// <summary>One value as it is copied: the same on whichever side it was read.</summary>
    /// <exception cref="InvalidDataException">The column holds something of another kind.</exception>
    public object? Value(DbDataReader reader, int at, Dialect dialect)
    {
        if (reader.IsDBNull(at))
        {
            return null;
        }

        var column = Columns[at];
        try
        {
            return column.Kind switch
            {
                "uuid" => dialect.ReadId(reader, at),
                "bytea" => (byte[])reader.GetValue(at),
                "bigint" => reader.GetInt64(at),
                "double precision" => reader.GetDouble(at),
                _ => reader.GetString(at),
            };
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{Name}.{column.Name} holds a value that is no {column.Kind}.", error);
        }
    }

    /// <summary>Writes a value so that equal values give equal bytes: JSON with its keys in order and its numbers in one form.</summary>
    public void Write(MemoryStream row, int at, object? value)
    {
        switch (value)
        {
            case null:
                row.WriteByte(0);
                return;
            case Guid id:
                row.Write(id.ToByteArray(bigEndian: true));
                return;
            case long number:
                row.Write(BitConverter.GetBytes(number));
                return;
            case double number:
                row.Write(BitConverter.GetBytes(number));
                return;
            default:
                var bytes = value as byte[] ?? Encoding.UTF8.GetBytes(Columns[at].Kind == "jsonb" ? InOrder((string)value) : (string)value);
                row.Write(BitConverter.GetBytes(bytes.Length + 1));
                row.Write(bytes);
                return;
        }
    }

    private static string InOrder(string json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder(json.Length);
        InOrder(document.RootElement, text);
        return text.ToString();
    }

    private static void InOrder(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    text.Append('{').Append(JsonSerializer.Serialize(property.Name)).Append(':');
                    InOrder(property.Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    text.Append('[');
                    InOrder(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(JsonSerializer.Serialize(element.GetString()));
                break;
            case JsonValueKind.Number:
                text.Append(element.TryGetDecimal(out var number) ? (number / 1.000000000000000000000000000000m).ToString(System.Globalization.CultureInfo.InvariantCulture) : element.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }
}
