using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>
/// When a customer goes back to the pool: of two clocks the earlier, never before its protection ends. The clock of contact starts at the last contact or when it became its
/// owner's, whichever is later, so a fresh claim is not taken back the same night. Derived, so without version or ledger line.
/// </summary>
public static class PoolClock
{
    private const long Day = 86_400_000;

    /// <summary>The pools in use, oldest first.</summary>
    public static async Task<List<Pool>> ActiveAsync(DatabaseSession session, RecordType type, CancellationToken cancel = default) =>
        [.. (await Platform.Search.SearchIndex.ReadAsync(session, type, Sql.Of($"t.active = 1 AND t.deleted_at IS NULL ORDER BY t.seq"), cancel)).Cast<Pool>()];

    /// <summary>The pool whose rules hold for an owner: that of the nearest team, else the first for everybody.</summary>
    public static Pool? Of(Platform.Access.Directory directory, IReadOnlyList<Pool> pools, Guid? owner)
    {
        foreach (var team in directory.TeamAndAbove(directory.Person(owner)?.TeamId))
        {
            if (pools.FirstOrDefault(pool => pool.Reference("team") == team) is { } near)
            {
                return near;
            }
        }

        return pools.FirstOrDefault(pool => pool.Reference("team") is null);
    }

    /// <summary>When today began where the company is: a limit a day must not begin anew for whoever says that he lives elsewhere.</summary>
    public static async Task<DateTimeOffset> TodayAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel = default)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById((await Platform.Settings.ReadAsync(session, cancel)).TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        return new DateTimeOffset(local.Date, zone.GetUtcOffset(local.Date));
    }

    /// <summary>SQL over alias <c>t</c> of a customer: the moment it goes back by the pool's rules, or by those of its value tier where that has days of its own; NULL is never.</summary>
    public static SqlName ReturnsSql(Pool pool, RecordType customers, IReadOnlyDictionary<string, TierPolicy> tiers)
    {
        var since = "COALESCE(t.owned_since, t.created_at)";
        var days = "CASE t.level WHEN '' THEN NULL " + string.Concat(new[] { ("vip", "contactDaysVip"), ("major", "contactDaysMajor"), ("small", "contactDaysSmall") }.Where(item => pool[item.Item2] is not null)
            .Select(item => $"WHEN '{item.Item1}' THEN {Text(pool.Number(item.Item2))} ")) + $"ELSE {Text(pool.Number("contactDays"))} END";
        var own = tiers.Where(tier => tier.Value.PoolDays is not null).ToList();
        if (own.Count > 0)
        {
            days = $"CASE {TierPolicy.TierSql(customers)} {string.Concat(own.Select(tier => $"WHEN '{tier.Key}' THEN {Text((int?)tier.Value.PoolDays)} "))}ELSE {days} END";
        }

        var won = pool["keepsWon"] is true ? "WHEN t.stage IN ('new', 'active', 'loyal', 'wonBack') THEN NULL " : "";
        var contact = $"(CASE {won}WHEN t.last_activity_at > {since} THEN t.last_activity_at + CAST({days} AS BIGINT) * {Day} ELSE {since} + CAST({days} AS BIGINT) * {Day} END)";
        var result = $"(CASE WHEN t.stage IN ('potential', 'prospect') THEN {since} + CAST({Text(pool.Number("resultDays"))} AS BIGINT) * {Day} END)";
        var first = $"(CASE WHEN {contact} IS NULL THEN {result} WHEN {result} IS NULL OR {contact} < {result} THEN {contact} ELSE {result} END)";
        return new SqlName($"(CASE WHEN {first} < t.protected_until THEN t.protected_until ELSE {first} END)");

        static string Text(int? days) => days?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "NULL";
    }

    /// <summary>After something about one customer changed that its clocks go by.</summary>
    public static async ValueTask TellAsync(SaveContext context, Guid customer)
    {
        if (context.Schema.Find("pools") is not { } type || await ActiveAsync(context.Session, type) is not { Count: > 0 } pools)
        {
            return;
        }

        var owner = await context.Session.FirstAsync(Sql.Of($"SELECT owner_id FROM customer WHERE id = {customer}"), row => row.OptionalId(0));
        var returns = owner is not null && Of(context.Actor.Directory, pools, owner) is { } pool ? ReturnsSql(pool, context.Schema["customers"], await TierPolicy.ReadAsync(context.Session)) : new SqlName("NULL");
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET returns_at = {returns} WHERE t.id = {customer}"));
    }

    /// <summary>After rules, teams or a whole import changed: one statement a pool.</summary>
    public static async Task TellAllAsync(SaveContext context)
    {
        var pools = await ActiveAsync(context.Session, context.Schema["pools"]);
        var tiers = await TierPolicy.ReadAsync(context.Session);
        foreach (var group in context.Actor.Directory.People.GroupBy(person => Of(context.Actor.Directory, pools, person.Id)))
        {
            var returns = group.Key is { } pool ? ReturnsSql(pool, context.Schema["customers"], tiers) : new SqlName("NULL");
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET returns_at = {returns} WHERE t.deleted_at IS NULL AND t.returns_at IS DISTINCT FROM {returns} AND t.owner_id IN ").List(group.Select(person => person.Id)));
        }
    }
}
