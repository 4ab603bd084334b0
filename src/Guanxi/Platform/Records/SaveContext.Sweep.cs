using System.Text;
using Guanxi.Database;

namespace Guanxi.Platform.Records;

public sealed partial class SaveContext
{
    /// <summary>Gives one field of many records a new value, as a consequence of another change: by one statement, with a version and a ledger line for each that differs.</summary>
    /// <param name="which">Condition over the table's columns.</param>
    /// <param name="action">The verb of the ledger lines.</param>
    public async Task SweepAsync(RecordType type, string field, object? value, Sql which, string action, CancellationToken cancel = default)
    {
        var changed = type[field];
        var columns = FieldStorage.Columns(changed).ToList();
        if (columns.Count != 1 || changed.IsJson)
        {
            throw new ArgumentException($"{type.Name}.{field} has more to it than one column.", nameof(field));
        }

        var differs = new Sql().Append($"{columns[0]} IS DISTINCT FROM ").Value(FieldStorage.ColumnValues(changed, value).Single()).Append(" AND (").Append(which).Append(")");
        var before = new List<(Guid Id, object? Old)>();
        await using (var reader = await Session.ReadAsync(new Sql().Append($"SELECT id, {columns[0]} FROM {type.Table} WHERE ").Append(differs), cancel))
        {
            var row = new Row(reader, Session.Dialect);
            while (await reader.ReadAsync(cancel))
            {
                var ordinal = 1;
                before.Add((row.Id(0), FieldStorage.Read(changed, reader, Session.Dialect, ref ordinal)));
            }
        }

        if (before.Count == 0)
        {
            return;
        }

        await Session.ExecuteAsync(
            new Sql().Append($"UPDATE {type.Table} SET {columns[0]} = ").Value(FieldStorage.ColumnValues(changed, value).Single())
                .Append(", version = version + 1, updated_at = ").Value(Now).Append(", updated_by = ").Value(ActorId).Append(" WHERE ").Append(differs),
            cancel);
        foreach (var (id, old) in before)
        {
            Note(action, type.Name, id, ChangeJson(changed, old, value));
        }
    }

    /// <summary>Puts many records into the recycle bin, or back out of it, as a consequence of another record's going or coming; a version and a ledger line for each.</summary>
    public async Task SweepDeletedAsync(RecordType type, DateTimeOffset? at, Sql which, CancellationToken cancel = default)
    {
        var ids = await Session.ListAsync(new Sql().Append($"SELECT id FROM {type.Table} WHERE ").Append(which), row => row.Id(0), cancel);
        if (ids.Count == 0)
        {
            return;
        }

        await Session.ExecuteAsync(
            new Sql().Append($"UPDATE {type.Table} SET deleted_at = ").Value(at).Append(", version = version + 1, updated_at = ").Value(Now).Append(", updated_by = ").Value(ActorId).Append(" WHERE ").Append(which),
            cancel);
        foreach (var id in ids)
        {
            Note(at is null ? "restore" : "delete", type.Name, id);
        }
    }

    private static string ChangeJson(Field field, object? old, object? value)
    {
        var (buffer, writer) = changesWriter ??= NewChangesWriter();
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteStartArray(field.Name);
        FieldStorage.WriteStored(writer, field, old);
        FieldStorage.WriteStored(writer, field, value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
