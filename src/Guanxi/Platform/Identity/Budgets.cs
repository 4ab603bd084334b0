using Guanxi.Database;

namespace Guanxi.Platform.Identity;

/// <summary>
/// Which budgets an attempt draws on. Strangers share one for each account, so a thousand addresses guess no faster than one;
/// a browser or network from which the owner has signed in before has its own, so strangers cannot use it up.
/// </summary>
public static class Budgets
{
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(180);

    public static Budget Address(Place place, string what = "password") => new($"address {what} {place.Holder}", 20, TimeSpan.FromSeconds(6));

    private static Budget Strangers(string userName) => new($"strangers {userName}", 10, TimeSpan.FromMinutes(1));

    /// <summary>A second factor or a proof asked of somebody who is already known by a first secret.</summary>
    public static Budget Proof(Guid user) => new($"proof {user}", 10, TimeSpan.FromMinutes(2));

    /// <summary>The budgets of a password attempt. Costs the same for a name nobody has.</summary>
    public static async Task<IReadOnlyList<Budget>> ForPasswordAsync(GuanxiDatabase database, Guid user, string userName, Place place, DateTimeOffset now, CancellationToken cancel = default)
    {
        await using var session = await database.ReadAsync(cancel);
        var oldest = now - KnownFor;
        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM known_device WHERE user_id = {user} AND device_hash = {place.DeviceHash ?? ""} AND last_used_at > {oldest}"), cancel) > 0)
        {
            return [new Budget($"device {user} {place.DeviceHash}", 10, TimeSpan.FromMinutes(1))];
        }

        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM known_device WHERE user_id = {user} AND address = {place.Holder} AND last_used_at > {oldest}"), cancel) > 0)
        {
            return [new Budget($"place {user} {place.Holder}", 10, TimeSpan.FromMinutes(1)), Address(place)];
        }

        return [Strangers(userName), Address(place)];
    }
}
