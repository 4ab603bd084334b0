using Guanxi.Database;
using Guanxi.Platform.Access;

namespace Guanxi.Platform.Records;

/// <summary>The statements that write one record, made from its description.</summary>
public static class RecordSql
{
    public static Sql Insert(Record record, Dialect dialect)
    {
        var type = record.Type;
        var sql = new Sql().Append("INSERT INTO ").Append(type.Table).Append(" (");
        var values = new List<(object? Value, bool Json)>();
        var first = true;
        foreach (var field in type.Fields)
        {
            using var column = FieldStorage.Columns(field).GetEnumerator();
            using var value = FieldStorage.ColumnValues(field, record[field]).GetEnumerator();
            while (column.MoveNext() && value.MoveNext())
            {
                sql.Append(first ? "" : ",").Append(column.Current);
                values.Add((value.Current, field.IsJson));
                first = false;
            }
        }

        sql.Append(",custom) VALUES (");
        for (var i = 0; i < values.Count; i++)
        {
            sql.Append(i == 0 ? "" : ",").Value(values[i].Value).Append(values[i].Json ? dialect.JsonParameter : "");
        }

        return sql.Append(",").Value(FieldStorage.CustomJson(record)).Append(dialect.JsonParameter).Append(")");
    }

    /// <summary>The title of the record that <paramref name="id"/> names, as an expression; empty when the actor may not see it.</summary>
    public static Sql TitleOf(Actor actor, RecordType target, string id, string alias, DateTimeOffset now) =>
        new Sql().Append($"(SELECT {alias}.{target[target.TitleField].Column} FROM {target.Table} {alias} WHERE {alias}.id = {id} AND {alias}.deleted_at IS NULL AND ")
            .Append(AccessDoor.For(actor, target, Verb.Read, now).Condition(alias)).Append(")");

    public static Sql Update(Record record, IReadOnlyList<FieldChange> changes, long expectedVersion, Dialect dialect)
    {
        var sql = new Sql().Append("UPDATE ").Append(record.Type.Table).Append(" SET version = ").Value(record.Version)
            .Append(", updated_at = ").Value(record.UpdatedAt).Append(", updated_by = ").Value(record.UpdatedBy);
        var custom = false;
        foreach (var change in changes)
        {
            if (change.Field.Custom)
            {
                custom = true;
                continue;
            }

            using var column = FieldStorage.Columns(change.Field).GetEnumerator();
            using var value = FieldStorage.ColumnValues(change.Field, change.New).GetEnumerator();
            while (column.MoveNext() && value.MoveNext())
            {
                sql.Append(", ").Append(column.Current).Append(" = ").Value(value.Current).Append(change.Field.IsJson ? dialect.JsonParameter : "");
            }
        }

        if (custom)
        {
            sql.Append(", custom = ").Value(FieldStorage.CustomJson(record)).Append(dialect.JsonParameter);
        }

        return sql.Append(" WHERE id = ").Value(record.Id).Append(" AND version = ").Value(expectedVersion).Append(" AND deleted_at IS NULL");
    }

    /// <summary>Every stored column of a type in the order <see cref="Read"/> takes them.</summary>
    public static string Columns(RecordType type, string t) =>
        $"{t}.seq,{t}.custom," + string.Join(',', type.Fields.SelectMany(FieldStorage.Columns).Select(column => $"{t}.{column}"));

    public static Record Read(RecordType type, System.Data.Common.DbDataReader reader, Dialect dialect)
    {
        var record = type.Create(type);
        record.Sequence = reader.GetInt64(0);
        var ordinal = 2;
        foreach (var field in type.Fields)
        {
            if (!field.Custom && !field.IsComputed)
            {
                record[field] = FieldStorage.Read(field, reader, dialect, ref ordinal);
            }
        }

        FieldStorage.ReadCustom(record, reader.IsDBNull(1) ? null : reader.GetString(1));
        record.MarkStored();
        return record;
    }
}
