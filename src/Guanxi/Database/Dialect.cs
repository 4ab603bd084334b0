using System.Data.Common;

namespace Guanxi.Database;

/// <summary>What differs between the two databases, in one place: how values are bound and read, and the few expressions that have no common form.</summary>
public abstract class Dialect
{
    public abstract bool IsSqlite { get; }

    /// <summary>Value of the program → value of the database: ids, instants (milliseconds), dates (text), yes/no (0/1).</summary>
    public object ToDatabase(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => Id(id),
        DateTimeOffset at => at.ToUnixTimeMilliseconds(),
        DateOnly date => date.ToString("yyyy-MM-dd"),
        TimeOnly time => time.ToString("HH:mm"),
        bool yes => yes ? 1L : 0L,
        int number => (long)number,
        short number => (long)number,
        decimal number => (double)number,
        string text => Kept(text),
        Enum => throw new ArgumentException("An enum is stored by its name.", nameof(value)),
        _ => value,
    };

    /// <summary>The text without the sign that PostgreSQL has in no text, and nobody means.</summary>
    internal static string Kept(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;

    protected abstract object Id(Guid id);

    public abstract Guid ReadId(DbDataReader reader, int ordinal);

    /// <summary>Text of one key of a JSON column.</summary>
    public abstract string JsonText(string column, string key);

    /// <summary>Number of one key of a JSON column.</summary>
    public abstract string JsonNumber(string column, string key);

    /// <summary>Condition: the JSON array in the expression has the value; <paramref name="array"/> is an expression of type JSON.</summary>
    public abstract Sql JsonArrayHas(string array, object value);

    /// <summary>The JSON array under one key of a JSON column.</summary>
    public abstract string JsonArray(string column, string key);

    /// <summary>Whether the text expression has the value in it.</summary>
    public abstract Sql Contains(string expression, string value);

    /// <summary>Text of a parameter that goes into a JSON column.</summary>
    public abstract string JsonParameter { get; }

    /// <summary>ORDER BY direction that places NULL below every value, as the indexes are made.</summary>
    public abstract string Direction(bool descending);

    /// <summary>Condition: the record found by the search tokens; each group must match, any token of a group will do.</summary>
    public abstract Sql SearchMatches(string table, string alias, IReadOnlyList<AnyToken> groups);

    /// <summary>FROM and WHERE that go through what the tokens find, newest row first; stops with the LIMIT instead of gathering every match.</summary>
    public abstract Sql SearchWalk(string table, string alias, IReadOnlyList<AnyToken> groups);

    /// <summary>What <see cref="SearchWalk"/> is ordered by.</summary>
    public abstract string SearchOrder(string table, string alias);

    /// <summary>The id that a text expression spells.</summary>
    public abstract string IdOfText(string expression);

    /// <summary>The text of a JSON expression.</summary>
    public abstract string JsonAsText(string expression);
}

/// <summary>Tokens of which one must be found; a prefix token matches every longer one.</summary>
public sealed record AnyToken(IReadOnlyList<(string Token, bool Prefix)> Tokens);

public sealed class SqliteDialect : Dialect
{
    public override bool IsSqlite => true;

    public override string JsonParameter => "";

    protected override object Id(Guid id) => id.ToByteArray(bigEndian: true);

    public override Guid ReadId(DbDataReader reader, int ordinal) => reader is Sqlite.SqliteRows rows ? rows.GetGuid(ordinal) : new((byte[])reader.GetValue(ordinal), bigEndian: true);

    public override string JsonText(string column, string key) => $"({column} ->> '$.{key}')";

    public override string JsonNumber(string column, string key) => $"CAST({column} ->> '$.{key}' AS REAL)";

    public override string JsonArray(string column, string key) => $"({column} -> '$.{key}')";

    public override Sql JsonArrayHas(string array, object value) =>
        new Sql().Append($"EXISTS (SELECT 1 FROM json_each({array}) AS element WHERE element.value = ").Value(value).Append(")");

    public override Sql Contains(string expression, string value) =>
        new Sql().Append($"instr(lower({expression}), ").Value(value.ToLowerInvariant()).Append(") > 0");

    public override string Direction(bool descending) => descending ? " DESC" : "";

    public override string JsonAsText(string expression) => expression;

    public override string IdOfText(string expression) => $"unhex(replace({expression}, '-', ''))";

    public override Sql SearchMatches(string table, string alias, IReadOnlyList<AnyToken> groups) =>
        new Sql().Append($"{alias}.seq IN (SELECT rowid FROM {table}_search WHERE {table}_search MATCH ").Value(Expression(groups)).Append(")");

    public override Sql SearchWalk(string table, string alias, IReadOnlyList<AnyToken> groups) =>
        new Sql().Append($"{table}_search CROSS JOIN {table} {alias} ON {alias}.seq = {table}_search.rowid WHERE {table}_search MATCH ").Value(Expression(groups));

    public override string SearchOrder(string table, string alias) => $"{table}_search.rowid";

    /// <summary>The full-text expression; tokens are quoted, so nothing in them is read as an operator.</summary>
    public static string Expression(IReadOnlyList<AnyToken> groups) => string.Join(" AND ", groups.Select(group =>
        "(" + string.Join(" OR ", group.Tokens.Select(token => $"\"{token.Token.Replace("\"", "", StringComparison.Ordinal)}\"{(token.Prefix ? "*" : "")}")) + ")"));
}

public sealed class PostgresDialect : Dialect
{
    public override bool IsSqlite => false;

    public override string JsonParameter => "::jsonb";

    protected override object Id(Guid id) => id;

    public override Guid ReadId(DbDataReader reader, int ordinal) => reader.GetFieldValue<Guid>(ordinal);

    public override string JsonText(string column, string key) => key.Contains('.', StringComparison.Ordinal) ? $"({column} #>> '{{{key.Replace('.', ',')}}}')" : $"({column} ->> '{key}')";

    public override string JsonNumber(string column, string key) => $"(({column} #>> '{{{key.Replace('.', ',')}}}')::double precision)";

    public override string JsonArray(string column, string key) => $"({column} -> '{key}')";

    public override Sql JsonArrayHas(string array, object value) =>
        new Sql().Append($"jsonb_exists({array}, ").Value(value).Append(")");

    public override Sql Contains(string expression, string value) =>
        new Sql().Append($"strpos(lower({expression}), ").Value(value.ToLowerInvariant()).Append(") > 0");

    public override string Direction(bool descending) => descending ? " DESC NULLS LAST" : " NULLS FIRST";

    public override string JsonAsText(string expression) => $"({expression})::text";

    public override string IdOfText(string expression) => $"({expression})::uuid";

    public override Sql SearchMatches(string table, string alias, IReadOnlyList<AnyToken> groups) =>
        new Sql().Append($"{alias}.search @@ ").Value(Expression(groups)).Append("::tsquery");

    public override Sql SearchWalk(string table, string alias, IReadOnlyList<AnyToken> groups) =>
        new Sql().Append($"{table} {alias} WHERE ").Append(SearchMatches(table, alias, groups));

    public override string SearchOrder(string table, string alias) => $"{alias}.seq";

    public static string Expression(IReadOnlyList<AnyToken> groups) => string.Join(" & ", groups.Select(group =>
        "(" + string.Join(" | ", group.Tokens.Select(token => $"'{token.Token.Replace("'", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)}'{(token.Prefix ? ":*" : "")}")) + ")"));
}
