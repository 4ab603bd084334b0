using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Merging;

/// <summary>What a company knows, as text: every row of every noun without counters and authors, and what stands beside records.</summary>
internal static class Snapshot
{
    public static async Task<string> TakeAsync(Company company)
    {
        var text = new StringBuilder();
        await using var session = await company.Workspace.Database.ReadAsync();
        foreach (var type in company.Workspace.Schema.Types.Where(type => type.HasOwner))
        {
            await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")}, t.deleted_at FROM {type.Table} t ORDER BY t.seq"));
            while (await reader.ReadAsync())
            {
                var record = RecordSql.Read(type, reader, session.Dialect);
                text.Append(type.Name).Append(' ').Append(record.Id).Append(reader.IsDBNull(reader.FieldCount - 1) ? "" : " deleted");
                foreach (var field in type.Fields.Where(field => !field.System && !field.IsComputed && record[field] is not null))
                {
                    text.Append(' ').Append(field.Name).Append('=').Append(FieldStorage.JsonText(field, record[field]));
                }

                text.Append('\n');
            }
        }

        foreach (var statement in new[] { "SELECT record_id, user_id, level FROM access_grant", "SELECT record_id, user_id, record_type FROM follow", "SELECT record_id, id, name FROM attachment" })
        {
            var rows = await session.ListAsync(new Sql().Append(statement), row => $"{statement[^12..]} {row.Id(0)} {row.OptionalId(1)} {row.Text(2)}");
            text.AppendJoin('\n', rows.Order(StringComparer.Ordinal)).Append('\n');
        }

        return text.ToString();
    }
}
