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
    private readonly ColumnPlan[] audited;
    private string? joined;

    public ListSql(Actor actor, ListQuery query, Dialect dialect, DateTimeOffset now)
    {
        (this.actor, this.query, this.dialect, this.now, type) = (actor, query, dialect, now, query.Type);
        foreach (var field in query.Fields)
        {
            AddColumn(field);
        }

        audited = [.. plan.Where(column => column.Field.Audited && !column.Masked)];
        KeysAt = columns.Count;
        columns.Add(Text("p.rid"));
        for (var i = 0; i < query.Sort.Count; i++)
        {
            columns.Add(Text($"p.k{i}"));
        }
    }

    /// <summary>Fields in the order of the answer.</summary>
    public IReadOnlyList<ColumnPlan> Plan => plan;

    /// <summary>Notes whose audited fields are in the row that is being read; nothing to do in most lists.</summary>
    public void NoteRead(System.Data.Common.DbDataReader row)
    {
        foreach (var column in audited)
        {
            if (!row.IsDBNull(column.Ordinal) && (!column.Field.Custom || column.Field.IsComputed || row.GetString(column.Ordinal).Contains($"\"{column.Field.Name}\"", StringComparison.Ordinal)))
            {
                actor.Reading.Note(type, column.Field, dialect.ReadId(row, KeysAt));
            }
        }
    }

    /// <summary>The column of the id behind the fields; the sort keys follow it.</summary>
    public int KeysAt { get; }

    /// <summary>True when the rest of the list is the records without a first sort value.</summary>
    public static bool HasEmptyPhase(ListQuery query) => query.Sort.Count > 0 && MayBeEmpty(query.Sort[0].Field);

    /// <summary>
    /// A page, one row longer than asked so that the caller knows whether more follows.
    /// First the rows are chosen by keys alone, which an index has; only the chosen ones are read.
    /// </summary>
    public Sql Page(bool emptyPhase, int limit)
    {
        joined = !emptyPhase && query.Words is null && query.Parent is null && query.Sort is [{ Field: { Kind: not FieldKind.Choice, Beside: { } table } }, ..] ? table : null;
        var after = query.After;
        var applies = after is not null && after.InEmptyPhase == emptyPhase;
        var filter = Conditions();
        if (HasEmptyPhase(query))
        {
            filter.Append(" AND ").Append(SortExpression(query.Sort[0].Field)).Append($" IS {(emptyPhase ? "" : "NOT ")}NULL");
        }

        if (applies)
        {
            filter.Append(" AND ").Append(AfterCursor(after!, emptyPhase ? 1 : 0));
        }

        var from = emptyPhase ? 1 : 0;
        var arms = Arms();
        var sql = Text("SELECT ");
        for (var i = 0; i < columns.Count; i++)
        {
            sql.Append(i == 0 ? "" : ",").Append(columns[i]);
        }

        sql.Append(" FROM (");
        if (arms.Count == 1)
        {
            sql.Append(Chosen(arms[0], filter, from, limit));
        }
        else
        {
            sql.Append("SELECT * FROM (");
            for (var i = 0; i < arms.Count; i++)
            {
                sql.Append(i == 0 ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (").Append(Chosen(arms[i], filter, from, limit)).Append($") a{i}");
            }

            sql.Append($") u ORDER BY ").Append(Order(from, i => Text($"k{i}"), "rid")).Append(" LIMIT ").Value(limit + 1);
        }

        return sql.Append($") p JOIN {type.Table} {T} ON {T}.seq = p.s ORDER BY ").Append(Order(from, i => Text($"p.k{i}"), "p.rid"));
    }

    /// <summary>What the actor reaches, as alternatives. Words are looked up once, whatever the number of owners; in the recycle bin there is little.</summary>
    public IReadOnlyList<Sql> Arms() =>
        query.Parent is { } parent ? [ChildOf(parent.Field, parent.Id)]
        : query.Deleted || query.Words is not null ? [Door().Condition(T)]
        : Door().Arms(T, MostArms, query.Sort is [{ } first, ..] && first.Field.Name == type.ElsewhereSort, Elsewhere);

    /// <summary>How many owners have an alternative each. A page of a list is asked for in ever new words; where the same few statements come again, as on a board, more are worth their compiling.</summary>
    public int MostArms { get; init; } = 12;

    /// <summary>False when the caller has already found that nothing wanted is reached otherwise than through the actor's people, so that a page need not look again.</summary>
    public bool Elsewhere { get; init; } = true;

    /// <summary>The same for sums.</summary>
    public IReadOnlyList<Sql> Parts() => query.Deleted || query.Words is not null ? Arms() : Door().Parts(T);

    /// <summary>The parent's index finds the few rows there are; the plus keeps SQLite from choosing the index of the owner.</summary>
    private Sql ChildOf(Field parent, Guid id) =>
        new Sql().Append($"{T}.{parent.Column} = ").Value(id).Append(" AND ").Append(Door().Condition((dialect.IsSqlite ? "+" : "") + T));

    /// <summary>How many there are; stops counting at <paramref name="cap"/> when one is given.</summary>
    public Sql Count(int? cap)
    {
        if (cap is not { } most)
        {
            return new Sql().Append($"SELECT COUNT(*) FROM {type.Table} {T} WHERE ").Append(Conditions()).Append(" AND ").Append(query.Parent is { } parent ? ChildOf(parent.Field, parent.Id) : Door().Condition(T));
        }

        // Each alternative has its index; all of them in one OR would read the whole table whenever there are fewer than the cap.
        var arms = Arms();
        var sql = new Sql().Append("SELECT COUNT(*) FROM (");
        for (var i = 0; i < arms.Count; i++)
        {
            sql.Append(i == 0 ? "" : " UNION ALL ").Append($"SELECT * FROM (SELECT 1 FROM {type.Table} {T} WHERE ").Append(arms[i]).Append(" AND ").Append(Conditions()).Append(" LIMIT ").Value(most + 1).Append($") a{i}");
        }

        return sql.Append(" LIMIT ").Value(most + 1).Append(") c");
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

    /// <summary>Row, id and sort keys of the first rows of one alternative.</summary>
    private Sql Chosen(Sql access, Sql filter, int from, int limit)
    {
        var sql = Text($"SELECT {T}.seq AS s, {T}.id AS rid");
        for (var i = 0; i < query.Sort.Count; i++)
        {
            sql.Append(", ").Append(SortExpression(query.Sort[i].Field)).Append($" AS k{i}");
        }

        return sql.Append($" FROM {From()} WHERE ").Append(access).Append(" AND ").Append(filter)
            .Append(" ORDER BY ").Append(Order(from, i => SortExpression(query.Sort[i].Field), Tie)).Append(" LIMIT ").Value(limit + 1);
    }

    /// <summary>
    /// The noun's table, with the one beside it when the first sort key stands there. Whoever reaches everything walks that table's index and asks each row whether it is wanted;
    /// what a few own is few enough to be sorted. CROSS JOIN is SQLite's way of saying in which order; PostgreSQL decides by its statistics.
    /// </summary>
    private string From()
    {
        var (noun, join) = ($"{type.Table} {T}", dialect.IsSqlite ? "CROSS JOIN" : "JOIN");
        var beside = joined is { } table ? $"{table} b" : "";
        return joined is null ? noun : (Door().Everything ? $"{beside} {join} {noun}" : $"{noun} {join} {beside}") + $" ON b.record_id = {T}.id";
    }

    private string Tie => joined is null ? $"{T}.id" : "b.record_id";

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
            if (field.Kind == FieldKind.Money)
            {
                columns.Add(Text($"{FieldSql.Currency(field, T, dialect)} AS c{columns.Count}"));
            }
        }
        else
        {
            foreach (var column in FieldStorage.Columns(field))
            {
                columns.Add(Text($"{T}.{column} AS c{columns.Count}"));
            }
        }

        var title = -1;
        if (field is { Kind: FieldKind.Reference, IsComputed: false } && actor.Schema[field.Reference!] is { IsInMemory: false } target)
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
        var id = field.Custom ? dialect.IdOfText(FieldSql.Value(field, type, T, dialect)) : $"{T}.{field.Column}";
        return RecordSql.TitleOf(actor, target, id, r, now).Append($" AS c{ordinal}");
    }

    private static Sql Text(string text) => new Sql().Append(text);

    /// <summary>What to order by; of what a reference points to the name, if the actor may see it: the order, and the cursor that carries the key, would tell it otherwise.</summary>
    private Sql SortExpression(Field field)
    {
        if (joined is not null && field.Beside == joined)
        {
            return Text($"b.{field.Column}");
        }

        if (field is { Kind: FieldKind.Reference, Custom: false })
        {
            var target = actor.Schema[field.Reference!];
            var title = target[target.TitleField];
            var name = Text($"(SELECT s.{title.SortColumn ?? title.Column} FROM {target.Table} s WHERE s.id = {T}.{field.Column}");
            var door = target.HasOwner ? AccessDoor.For(actor, target, Verb.Read, now) : null;
            return door is null or { Everything: true } ? name.Append(")") : name.Append(" AND s.deleted_at IS NULL AND ").Append(door.Condition("s")).Append(")");
        }

        return Text(FieldSql.SortKey(field, type, T, dialect));
    }

    private static bool MayBeEmpty(Field field) => !((field.Required && field.Kind != FieldKind.Reference) || field.System && field.Name is not ("createdBy" or "updatedBy")) || field.Custom;

    private Sql Order(int from, Func<int, Sql> key, string id)
    {
        var order = new Sql();
        for (var i = from; i < query.Sort.Count; i++)
        {
            if (i > 0 && MayBeEmpty(query.Sort[i].Field))
            {
                order.Append("(").Append(key(i)).Append(" IS NULL), ");
            }

            order.Append(key(i)).Append(dialect.Direction(query.Sort[i].Descending)).Append(", ");
        }

        return order.Append(id).Append(query.Sort.Count > 0 && query.Sort[0].Descending ? " DESC" : "");
    }

    /// <summary>Everything behind the last row: (k0, k1, …, id) after the cursor's, each key in its own direction, written so that the first key can be sought in an index.</summary>
    private Sql AfterCursor(Cursor cursor, int from)
    {
        var tie = query.Sort.Count > 0 && query.Sort[0].Descending ? "<" : ">";
        if (from >= query.Sort.Count)
        {
            return new Sql().Append($"{Tie} {tie} ").Value(cursor.Id);
        }

        var key = query.Sort[from];
        var expression = SortExpression(key.Field);
        var value = cursor.Keys[from];
        var rest = AfterCursor(cursor, from + 1);
        if (value is null)
        {
            return new Sql().Append("(").Append(expression).Append(" IS NULL AND ").Append(rest).Append(")");
        }

        var better = key.Descending ? "<" : ">";
        if (from == 0)
        {
            return new Sql().Append("(").Append(expression).Append($" {better}= ").Value(value).Append(" AND (").Append(expression).Append($" {better} ").Value(value).Append(" OR ").Append(rest).Append("))");
        }

        var sql = new Sql().Append("(").Append(expression).Append($" {better} ").Value(value);
        if (MayBeEmpty(key.Field))
        {
            sql.Append(" OR ").Append(expression).Append(" IS NULL");
        }

        return sql.Append(" OR (").Append(expression).Append(" = ").Value(value).Append(" AND ").Append(rest).Append("))");
    }
}
