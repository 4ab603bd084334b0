using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>The SQL expression of a field over a table alias; made only from descriptions.</summary>
public static class FieldSql
{
    /// <summary>The value to compare, group or measure.</summary>
    public static string Value(Field field, RecordType type, string t, Dialect dialect)
    {
        if (field.Beside is { } table)
        {
            return InRowBeside(table, field.Column, t);
        }

        if (field.Kind == FieldKind.Formula)
        {
            return Fields.FormulaSql.Compile(field, type, t, dialect);
        }

        if (!field.Custom)
        {
            return $"{t}.{field.Column}";
        }

        var custom = $"{t}.custom";
        return field.Kind switch
        {
            FieldKind.Number or FieldKind.Integer or FieldKind.Rating or FieldKind.YesNo or FieldKind.Instant => dialect.JsonNumber(custom, field.Name),
            FieldKind.Money => dialect.JsonNumber(custom, field.Name + ".amount"),
            FieldKind.Choices or FieldKind.Tags or FieldKind.ContactPoints or FieldKind.Address => dialect.JsonArray(custom, field.Name),
            _ => dialect.JsonText(custom, field.Name),
        };
    }

    /// <summary>The currency beside an amount of money; null where there is no amount.</summary>
    public static string Currency(Field money, string t, Dialect dialect) =>
        money.Beside is { } table ? InRowBeside(table, "currency", t)
        : money.Custom ? dialect.JsonText($"{t}.custom", money.Name + ".currency") : $"{t}.{money.Column}_currency";

    private static string InRowBeside(string table, string column, string t) => $"(SELECT b.{column} FROM {table} b WHERE b.record_id = {t}.id)";

    /// <summary>The expression to order by: a pinyin key for names, the place among the choices for a choice.</summary>
    public static string SortKey(Field field, RecordType type, string t, Dialect dialect) =>
        field.SortColumn is { } column ? $"{t}.{column}"
        : field is { Kind: FieldKind.Choice, Choices.Count: > 0 } ? PlaceOfChoice(field, Value(field, type, t, dialect), dialect)
        : Value(field, type, t, dialect);

    private static string PlaceOfChoice(Field field, string value, Dialect dialect)
    {
        var sql = new StringBuilder($"(CASE {value}");
        for (var i = 0; i < field.Choices.Count; i++)
        {
            // Quotes doubled; a dollar sign would be read as a parameter of the statement.
            var text = field.Choices[i].Value.Replace("'", "''", StringComparison.Ordinal).Replace("$", dialect.IsSqlite ? "' || char(36) || '" : "' || chr(36) || '", StringComparison.Ordinal);
            sql.Append($" WHEN '{text}' THEN {i}");
        }

        return sql.Append($" ELSE CASE WHEN {value} IS NOT NULL THEN {field.Choices.Count} END END)").ToString();
    }
}
