using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>A field among the columns of an answer: where its value begins, and for a reference where the name of what it points to stands.</summary>
public readonly record struct ColumnPlan(Field Field, int Ordinal, int TitleOrdinal, bool Masked);

/// <summary>Compiles a <see cref="ListQuery"/>; the one place where a list, count, aggregate or export becomes SQL.</summary>
public sealed class ListSql
{
    private const string T = "t";
    private readonly Actor actor;
    private readonly ListQuery query;
    private readonly Dialect dialect;
    private readonly DateTimeOffset now;
    private readonly RecordType type;
    private readonly List<Sql> columns = [];
    private readonly List<ColumnPlan> plan = [];

    public ListSql(Actor actor, ListQuery query, Dialect dialect, DateTimeOffset now)
    {
        (this.actor, this.query, this.dialect, this.now, type) = (actor, query, dialect, now, query.Type);
        foreach (var field in query.Fields)
        {
            AddColumn(field);
        }

        KeysAt = columns.Count;
        columns.Add(Text($"{T}.id AS rid"));
        for (var i = 0; i < query.Sort.Count; i++)
        {
            columns.Add(Text($"{SortExpression(query.Sort[i].Field)} AS k{i}"));
        }
    }

    /// <summary>Fields in the order of the answer.</summary>
    public IReadOnlyList<ColumnPlan> Plan => plan;

    /// <summary>The column of the id behind the fields; the sort keys follow it.</summary>
    public int KeysAt { get; }

    /// <summary>True when the rest of the list is the records without a first sort value.</summary>
    public static bool HasEmptyPhase(ListQuery query) => query.Sort.Count > 0 && MayBeEmpty(query.Sort[0].Field);

    /// <summary>A page, one row longer than asked so that the caller knows whether more follows.</summary>
    public Sql Page(bool emptyPhase, int limit)
    {
        var after = query.After;
        var applies = after is not null && after.InEmptyPhase == emptyPhase;
        var filter = Conditions();
        if (HasEmptyPhase(query))
        {
            filter.Append($" AND {SortExpression(query.Sort[0].Field)} IS {(emptyPhase ? "" : "NOT ")}NULL");
        }

        if (applies)
        {
            filter.Append(" AND ").Append(AfterCursor(after!, emptyPhase ? 1 : 0));
        }

        var order = Order(emptyPhase ? 1 : 0, inner: true);
        var arms = query.Deleted ? [Door().Condition(T)] : query.Parent is { } parent ? [ChildOf(parent.Field, parent.Id)] : Door().Arms(T);
        if (arms.Count == 1)
        {
            return Arm(arms[0], filter).Append($" ORDER BY {order} LIMIT ").Value(limit + 1);
        }

        var sql = new Sql().Append("SELECT * FROM (");
        for (var i = 0; i < arms.Count; i++)
        {
            sql.Append(i == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (").Append(Arm(arms[i], filter)).Append($" ORDER BY {order} LIMIT ").Value(limit + 1).Append($") a{i}");
        }

        return sql.Append($") u ORDER BY {Order(emptyPhase ? 1 : 0, inner: false)} LIMIT ").Value(limit + 1);
    }

    /// <summary>The parent's index finds the few rows there are; the plus keeps SQLite from choosing the index of the owner.</summary>
    private Sql ChildOf(Field parent, Guid id) =>
        new Sql().Append($"{T}.{parent.Column} = ").Value(id).Append(" AND ").Append(Door().Condition((dialect.IsSqlite ? "+" : "") + T));

    /// <summary>How many there are; stops counting at <paramref name="cap"/> when one is given.</summary>
    public Sql Count(int? cap)
    {
        var body = new Sql().Append($"FROM {type.Table} {T} WHERE ").Append(Conditions()).Append(" AND ").Append(query.Parent is { } parent ? ChildOf(parent.Field, parent.Id) : Door().Condition(T));
        return cap is { } most
            ? new Sql().Append("SELECT COUNT(*) FROM (SELECT 1 ").Append(body).Append(" LIMIT ").Value(most + 1).Append(") c")
            : new Sql().Append("SELECT COUNT(*) ").Append(body);
    }

    /// <summary>The condition without access, for those who add their own columns: aggregates.</summary>
    public Sql Conditions()
    {
        var sql = new Sql().Append($"{T}.deleted_at IS {(query.Deleted ? "NOT " : "")}NULL");
        var compiler = new FilterCompiler(actor, dialect, now);
        if (query.Filter is { } filter)
        {
            sql.Append(" AND ").Append(compiler.Compile(filter, type, T));
        }

        if (query.Words is { } words)
        {
            sql.Append(" AND ").Append(compiler.Words(words, type, T));
        }

        return sql;
    }

    public AccessDoor Door() => AccessDoor.For(actor, type, Verb.Read, now);

    private Sql Arm(Sql access, Sql filter)
    {
        var sql = Text("SELECT ");
        for (var i = 0; i < columns.Count; i++)
        {
            sql.Append(i == 0 ? "" : ",").Append(columns[i]);
        }

        return sql.Append($" FROM {type.Table} {T} WHERE ").Append(access).Append(" AND ").Append(filter);
    }

    private void AddColumn(Field field)
    {
        var at = columns.Count;
        if (field.Custom && !field.IsComputed)
        {
            // All custom values come in one column, parsed once a row.
            var existing = plan.FindIndex(column => column.Field.Custom && !column.Field.IsComputed);
            if (existing >= 0)
            {
                at = plan[existing].Ordinal;
            }
            else
            {
                columns.Add(Text($"{T}.custom AS c{at}"));
            }
        }
        else if (field.IsComputed)
        {
            columns.Add(Text($"{FieldSql.Value(field, type, T, dialect)} AS c{at}"));
        }
        else
        {
            foreach (var column in FieldStorage.Columns(field))
            {
                columns.Add(Text($"{T}.{column} AS c{columns.Count}"));
            }
        }

        var title = -1;
        if (field is { Kind: FieldKind.Reference, Custom: false, IsComputed: false } && actor.Schema[field.Reference!] is { HasOwner: true } target)
        {
            title = columns.Count;
            columns.Add(TitleColumn(target, field, title));
        }

        plan.Add(new ColumnPlan(field, at, title, actor.On(type, field) == FieldRight.Masked));
    }

    /// <summary>The name of what a reference points to; empty when the actor may not see it.</summary>
    private Sql TitleColumn(RecordType target, Field field, int ordinal)
    {
        var r = $"r{ordinal}x";
        return Text($"(SELECT {r}.{target[target.TitleField].Column} FROM {target.Table} {r} WHERE {r}.id = {T}.{field.Column} AND {r}.deleted_at IS NULL AND ")
            .Append(AccessDoor.For(actor, target, Verb.Read, now).Condition(r)).Append($") AS c{ordinal}");
    }

    private static Sql Text(string text) => new Sql().Append(text);

    private string SortExpression(Field field)
    {
        if (field is { Kind: FieldKind.Reference, Custom: false })
        {
            var target = actor.Schema[field.Reference!];
            var title = target[target.TitleField];
            return $"(SELECT s.{title.SortColumn ?? title.Column} FROM {target.Table} s WHERE s.id = {T}.{field.Column})";
        }

        return FieldSql.SortKey(field, type, T, dialect);
    }

    private static bool MayBeEmpty(Field field) => !(field.Required || field.System && field.Name is not ("createdBy" or "updatedBy")) || field.Custom;

    /// <summary>Inside the table's own query the expressions stand, so that an index serves the order; outside the union their names.</summary>
    private string Order(int from, bool inner)
    {
        var parts = new List<string>();
        for (var i = from; i < query.Sort.Count; i++)
        {
            var key = query.Sort[i];
            var expression = inner ? SortExpression(key.Field) : $"k{i}";
            if (i > 0 && MayBeEmpty(key.Field))
            {
                parts.Add($"({expression} IS NULL)");
            }

            parts.Add(expression + dialect.Direction(key.Descending));
        }

        parts.Add((inner ? $"{T}.id" : "rid") + (query.Sort.Count > 0 && query.Sort[0].Descending ? " DESC" : ""));
        return string.Join(", ", parts);
    }

    /// <summary>Everything behind the last row: (k0, k1, …, id) after the cursor's, each key in its own direction, written so that the first key can be sought in an index.</summary>
    private Sql AfterCursor(Cursor cursor, int from)
    {
        var tie = query.Sort.Count > 0 && query.Sort[0].Descending ? "<" : ">";
        if (from >= query.Sort.Count)
        {
            return new Sql().Append($"{T}.id {tie} ").Value(cursor.Id);
        }

        var key = query.Sort[from];
        var expression = SortExpression(key.Field);
        var value = cursor.Keys[from];
        var rest = AfterCursor(cursor, from + 1);
        if (value is null)
        {
            return new Sql().Append($"({expression} IS NULL AND ").Append(rest).Append(")");
        }

        var better = key.Descending ? "<" : ">";
        if (from == 0)
        {
            return new Sql().Append($"({expression} {better}= ").Value(value).Append($" AND ({expression} {better} ").Value(value).Append(" OR ").Append(rest).Append("))");
        }

        var sql = new Sql().Append($"({expression} {better} ").Value(value);
        if (MayBeEmpty(key.Field))
        {
            sql.Append($" OR {expression} IS NULL");
        }

        return sql.Append($" OR ({expression} = ").Value(value).Append(" AND ").Append(rest).Append("))");
    }
}
