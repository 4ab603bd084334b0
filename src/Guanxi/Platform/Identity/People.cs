using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>Adds people by role key and team name, as the command line and the first set-up do.</summary>
public static class People
{
    public static async Task<User> AddAsync(SaveContext context, string name, string userName, string roleKey, string? team, CancellationToken cancel = default)
    {
        var role = context.Actor.Directory.Roles.FirstOrDefault(known => known.Key == roleKey)
            ?? throw new RefusedException(Refusal.Invalid("role", new Label($"没有角色“{roleKey}”，可用：{string.Join("、", context.Actor.Directory.Roles.Select(known => known.Key))}", $"There is no role “{roleKey}”; use {string.Join(", ", context.Actor.Directory.Roles.Select(known => known.Key))}")));
        var user = (User)context.Schema["users"].Create(context.Schema["users"]);
        user["name"] = name.Trim();
        user["userName"] = userName.Trim();
        user["role"] = role.Id;
        user["active"] = true;
        if (!string.IsNullOrWhiteSpace(team))
        {
            user["team"] = await TeamAsync(context, team.Trim(), cancel);
        }

        await context.InsertAsync(user, cancel);
        return user;
    }

    /// <summary>The team of that name, made when there is none.</summary>
    public static async Task<Guid> TeamAsync(SaveContext context, string name, CancellationToken cancel = default)
    {
        var found = await context.Session.FirstAsync(Sql.Of($"SELECT id FROM team WHERE name = {name} AND deleted_at IS NULL"), row => row.OptionalId(0), cancel);
        if (found is { } id)
        {
            return id;
        }

        var team = context.Schema["teams"].Create(context.Schema["teams"]);
        team["name"] = name;
        await context.InsertAsync(team, cancel);
        return team.Id;
    }
}
