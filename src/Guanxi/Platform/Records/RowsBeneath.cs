using Guanxi.Database;
using Guanxi.Platform.Approvals;

namespace Guanxi.Platform.Records;

/// <summary>
/// Rows that belong to a record and are no records themselves: stays, turns, links, figures. When a record goes for good they go first, found by the foreign keys of the database itself, so that a new table is not forgotten
/// and the removal does not end in a broken reference.
/// </summary>
internal static class RowsBeneath
{
    public static async ValueTask RemoveAsync(SaveContext context, RecordType type, IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var nouns = context.Schema.Types.Select(known => known.Table).ToHashSet(StringComparer.Ordinal);
        foreach (var (table, column) in await ReferringAsync(context.Session, type.Table, cancel))
        {
            if (!nouns.Contains(table))
            {
                await context.Session.ExecuteAsync(new Sql().Append($"DELETE FROM {table} WHERE {column} IN ").List(ids), cancel);
            }
        }

        foreach (var id in type.Approvals.Count == 0 ? [] : ids)
        {
            await ApprovalRequests.RemoveAsync(context, type.Name, id, cancel);
        }
    }

    /// <summary>Tables and columns with a foreign key to a table.</summary>
    private static async ValueTask<List<(string Table, string Column)>> ReferringAsync(DatabaseSession session, string table, CancellationToken cancel) => await session.ListAsync(
        session.Dialect.IsSqlite
            ? Sql.Of($"SELECT m.name, f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = {table} ORDER BY m.name")
            : Sql.Of($"SELECT c.relname::text, a.attname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] WHERE k.contype = 'f' AND t.relname = {table} AND t.relnamespace = c.relnamespace ORDER BY c.relname"),
        row => (row.Text(0), row.Text(1)), cancel);
}
