using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Ledger;

namespace Guanxi.Platform.Access;

/// <summary>Gives a new company its roles.</summary>
public static class FirstRoles
{
    public static async Task EnsureAsync(DatabaseSession session, TimeProvider clock, CancellationToken cancel)
    {
        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM role"), cancel) > 0)
        {
            return;
        }

        var entries = new List<LedgerEntry>();
        var json = new SqlName(session.Dialect.JsonParameter);
        var now = clock.GetUtcNow();
        foreach (var preset in DefaultRoles.All)
        {
            var functions = "[" + string.Join(',', preset.Functions.Select(function => $"\"{function}\"")) + "]";
            var id = Guid.CreateVersion7(now);
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO role (id, version, created_at, updated_at, name, key, functions, scopes, field_rights) VALUES ({id}, {1L}, {now}, {now}, {preset.Name}, {preset.Key}, {functions}{json}, {preset.Scopes}{json}, {preset.FieldRights}{json})"),
                cancel);
            var said = $"{{\"name\":[null,{JsonSerializer.Serialize(preset.Name)}],\"key\":[null,{JsonSerializer.Serialize(preset.Key)}],\"functions\":[null,{functions}],\"scopes\":[null,{preset.Scopes}],\"fieldRights\":[null,{preset.FieldRights}]}}";
            entries.Add(new LedgerEntry(now, null, "system", "create", "roles", id, null, said));
        }

        await LedgerBook.AppendAsync(session, entries, cancel);
    }
}
