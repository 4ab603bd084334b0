using Guanxi.Database;

namespace Guanxi.Platform.Access;

/// <summary>Gives a new company its six roles.</summary>
public static class FirstRoles
{
    public static async Task EnsureAsync(DatabaseSession session, TimeProvider clock, CancellationToken cancel)
    {
        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM role"), cancel) > 0)
        {
            return;
        }

        var json = new SqlName(session.Dialect.JsonParameter);
        var now = clock.GetUtcNow();
        foreach (var preset in DefaultRoles.All)
        {
            var functions = "[" + string.Join(',', preset.Functions.Select(function => $"\"{function}\"")) + "]";
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO role (id, version, created_at, updated_at, name, key, functions, scopes, field_rights) VALUES ({Guid.CreateVersion7(now)}, {1L}, {now}, {now}, {preset.Name}, {preset.Key}, {functions}{json}, {preset.Scopes}{json}, {preset.FieldRights}{json})"),
                cancel);
        }
    }
}
