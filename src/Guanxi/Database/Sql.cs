using System.Runtime.CompilerServices;
using System.Text;

namespace Guanxi.Database;

/// <summary>A piece of SQL that may stand in a statement as it is: a table, a column, an expression made from descriptions. Never made from a request.</summary>
public readonly record struct SqlName(string Text)
{
    public override string ToString() => Text;
}

/// <summary>One SQL statement with its values apart. Made by <see cref="Of"/> from interpolated text, or piece by piece.</summary>
public sealed class Sql
{
    private readonly StringBuilder text = new();
    private readonly List<object?> values = [];

    public string Text => text.ToString();

    public IReadOnlyList<object?> Values => values;

    public bool IsEmpty => text.Length == 0;

    /// <summary>Interpolated text whose holes become parameters; only <see cref="SqlName"/> and <see cref="Sql"/> are put in as text.</summary>
    public static Sql Of(SqlFormat format) => format.Sql;

    /// <summary>Adds trusted text.</summary>
    public Sql Append(string trusted)
    {
        text.Append(trusted);
        return this;
    }

    /// <summary>Adds a parameter.</summary>
    public Sql Value(object? value)
    {
        values.Add(value);
        text.Append('$').Append(values.Count);
        return this;
    }

    /// <summary>Adds another statement's text, its parameters renumbered.</summary>
    public Sql Append(Sql other)
    {
        if (other.values.Count == 0)
        {
            text.Append(other.text);
            return this;
        }

        var source = other.text.ToString();
        var from = 0;
        for (var at = source.IndexOf('$'); at >= 0; at = source.IndexOf('$', from))
        {
            var end = at + 1;
            var number = 0;
            while (end < source.Length && char.IsAsciiDigit(source[end]))
            {
                number = (number * 10) + source[end++] - '0';
            }

            text.Append(source, from, at - from);
            if (number == 0)
            {
                text.Append('$');
            }
            else
            {
                Value(other.values[number - 1]);
            }

            from = end;
        }

        text.Append(source, from, source.Length - from);
        return this;
    }

    /// <summary>Adds a list in brackets, one parameter a value; an empty list matches nothing.</summary>
    public Sql List<T>(IEnumerable<T> items)
    {
        text.Append('(');
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                text.Append(',');
            }

            Value(item);
            first = false;
        }

        text.Append(first ? "NULL)" : ")");
        return this;
    }

    public override string ToString() => Text;
}

/// <summary>Collects what <see cref="Sql.Of"/> is given. A type of its own, so that no other method takes interpolated text this way.</summary>
[InterpolatedStringHandler]
public readonly struct SqlFormat
{
    public SqlFormat(int literalLength, int formattedCount)
    {
        _ = (literalLength, formattedCount);
        Sql = new Sql();
    }

    public Sql Sql { get; }

    public void AppendLiteral(string value) => Sql.Append(value);

    public void AppendFormatted(SqlName name) => Sql.Append(name.Text);

    public void AppendFormatted(Sql? sql)
    {
        if (sql is not null)
        {
            Sql.Append(sql);
        }
    }

    public void AppendFormatted<T>(T value) => Sql.Value(value);
}
