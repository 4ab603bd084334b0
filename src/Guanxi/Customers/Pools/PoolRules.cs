using System.Globalization;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>
/// The clocks of a pool: of contact, of new deals, of orders and of getting on at all; the earliest counts. Every clock starts at its own event or when the customer became its
/// owner's, whichever is later, so a fresh claim is not taken back the same night and what was never followed up is not due at once.
/// </summary>
public static class PoolRules
{
    private const long Day = 86_400_000;

    /// <summary>Later than any moment: a clock that does not run, where the least of several is taken.</summary>
    private const string Never = "9007199254740991";

    private const string Since = "COALESCE(t.owned_since, t.created_at)";

    private const string Bought = "o.customer_id = t.id AND o.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.kind = 'sale'";

    private static readonly (string Class, string Suffix)[] Classes = [("vip", "Vip"), ("major", "Major"), ("small", "Small")];

    /// <summary>One clock that runs: why it takes back, and SQL over alias <c>t</c> of the moment, NULL where it does not run.</summary>
    private sealed record Clock(Label Why, string Sql);

    /// <summary>SQL over alias <c>t</c> of a customer: the moment it goes back by the pool's rules, or by those of its value tier where that has days of its own; NULL is never.</summary>
    public static SqlName ReturnsSql(Pool pool, Dialect dialect, Schema schema, IReadOnlyDictionary<string, TierPolicy> tiers)
    {
        var clocks = Clocks(pool, dialect, schema, tiers);
        if (clocks.Count == 0)
        {
            return new SqlName("CAST(NULL AS BIGINT)");
        }

        var first = clocks.Count == 1 ? clocks[0].Sql : $"NULLIF({Least(dialect, clocks.Select(clock => $"COALESCE({clock.Sql}, {Never})"))}, {Never})";
        if (pool.KeepsProtected)
        {
            first = $"(CASE WHEN {first} < t.protected_until THEN t.protected_until ELSE {first} END)";
        }

        return new SqlName(pool["keepsOpenDeal"] is true ? $"(CASE WHEN EXISTS (SELECT 1 FROM deal d WHERE d.customer_id = t.id AND d.status = 'open' AND d.deleted_at IS NULL) THEN NULL ELSE {first} END)" : first);
    }

    /// <summary>Which clock has run out, for the history and whoever claims it next.</summary>
    internal static async Task<Label> WhyAsync(SaveContext context, Pool pool, Record customer, DateTimeOffset since, CancellationToken cancel)
    {
        Clock? why = null;
        var earliest = DateTimeOffset.MaxValue;
        foreach (var clock in Clocks(pool, context.Session.Dialect, context.Schema, await TierPolicy.ReadAsync(context.Session, cancel)))
        {
            if (await context.Session.FirstAsync(new Sql().Append($"SELECT {clock.Sql} FROM customer t WHERE t.id = ").Value(customer.Id), row => row.OptionalInstant(0), cancel) is { } at && at < earliest)
            {
                (why, earliest) = (clock, at);
            }
        }

        var days = (int)(context.Now - since).TotalDays;
        return why is null ? new Label("按规则自动收回", "Taken back by the rules")
            : new Label($"{why.Why.ZhHans}，自动收回（最近跟进在 {days} 天前）", $"{why.Why.En}, taken back by itself (last contact {days} days ago)");
    }

    private static List<Clock> Clocks(Pool pool, Dialect dialect, Schema schema, IReadOnlyDictionary<string, TierPolicy> tiers)
    {
        var clocks = new List<Clock>();
        if (!pool.TakesBack)
        {
            return clocks;
        }

        // Who bought is kept from the clocks that ask for effort; the clock of orders is about those who bought.
        var spared = pool["keepsWon"] is true
            ? $"t.stage IN ('new', 'active', 'loyal', 'wonBack') OR EXISTS (SELECT 1 FROM sales_order o WHERE {Bought}) OR EXISTS (SELECT 1 FROM deal d WHERE d.customer_id = t.id AND d.status = 'won' AND d.deleted_at IS NULL)" : null;
        string Spared(string clock) => spared is null ? clock : $"(CASE WHEN {spared} THEN NULL ELSE {clock} END)";
        var contact = Latest(dialect, "t.last_activity_at");
        if (OfTier(schema, tiers, Days(pool, "contactDays")) is { } contactDays)
        {
            clocks.Add(new(new Label("超过期限没有跟进", "Nobody was in touch for too long"), Spared(After(contact, contactDays))));
        }

        if (Days(pool, "dealDays") is { } dealDays)
        {
            var deal = Latest(dialect, "(SELECT MAX(CASE WHEN d.closed_at > d.created_at THEN d.closed_at ELSE d.created_at END) FROM deal d WHERE d.customer_id = t.id AND d.deleted_at IS NULL)");
            clocks.Add(new(new Label("超过期限没有新商机", "No new deal for too long"),
                Spared($"(CASE WHEN EXISTS (SELECT 1 FROM deal d WHERE d.customer_id = t.id AND d.status = 'open' AND d.deleted_at IS NULL) THEN NULL ELSE {After(deal, dealDays)} END)")));
        }

        var ordered = LastOrder(schema);
        if (Days(pool, "orderDays") is { } orderDays)
        {
            clocks.Add(new(new Label("超过期限没有新订单或合同", "No new order or contract for too long"), $"(CASE WHEN {ordered} IS NULL THEN NULL ELSE {After(Latest(dialect, Midnight(dialect, ordered)), orderDays)} END)"));
        }

        if (pool.Number("neverOrderedDays") is { } never)
        {
            clocks.Add(new(new Label("从未下单，超过期限没有跟进", "Never ordered, and nobody was in touch for too long"), $"(CASE WHEN {ordered} IS NULL THEN {After(contact, Text(never))} END)"));
        }

        if (pool.Number("resultDays") is { } result)
        {
            clocks.Add(new(new Label("超过期限没有进展", "Nothing came of it for too long"), $"(CASE WHEN t.stage IN ('potential', 'prospect') THEN {After(Since, Text(result))} END)"));
        }

        return clocks;
    }

    /// <summary>A value tier may have days of its own, before those of the class.</summary>
    private static string? OfTier(Schema schema, IReadOnlyDictionary<string, TierPolicy> tiers, string? days)
    {
        var own = tiers.Where(tier => tier.Value.PoolDays is not null).ToList();
        return own.Count == 0 ? days : $"CASE {TierPolicy.TierSql(schema["customers"])} {string.Concat(own.Select(tier => $"WHEN '{tier.Key}' THEN {Text((int)tier.Value.PoolDays!)} "))}ELSE {days ?? "NULL"} END";
    }

    /// <summary>The day of the last order, or on which the last contract in force ends or ended.</summary>
    private static string LastOrder(Schema schema)
    {
        var order = $"SELECT MAX(o.ordered_on) AS day FROM sales_order o WHERE {Bought}";
        return schema.Find("contracts") is null ? $"({order})"
            : $"(SELECT MAX(l.day) FROM ({order} UNION ALL SELECT MAX(COALESCE(k.ends_on, k.signed_on)) FROM contract k WHERE k.customer_id = t.id AND k.deleted_at IS NULL AND k.status IN ('active', 'completed')) l)";
    }

    /// <summary>The days of a clock for the class of the row; null when the clock is not set at all.</summary>
    private static string? Days(Pool pool, string clock)
    {
        if (pool.Number(clock) is null && Classes.All(item => pool.Number(clock + item.Suffix) is null))
        {
            return null;
        }

        // A class that says 0 has no limit, one that says nothing has the common one.
        var own = Classes.Where(item => pool[clock + item.Suffix] is not null).ToList();
        var common = pool.Number(clock) is { } days ? Text(days) : "NULL";
        return own.Count == 0 ? common : "CASE t.level " + string.Concat(own.Select(item => $"WHEN '{item.Class}' THEN {(pool.Number(clock + item.Suffix) is { } days ? Text(days) : "NULL")} ")) + $"ELSE {common} END";
    }

    private static string After(string start, string days) => $"({start} + CAST({days} AS BIGINT) * {Day})";

    private static string Latest(Dialect dialect, string at) => $"{(dialect.IsSqlite ? "MAX" : "GREATEST")}({Since}, COALESCE({at}, 0))";

    private static string Least(Dialect dialect, IEnumerable<string> moments) => $"{(dialect.IsSqlite ? "MIN" : "LEAST")}({string.Join(", ", moments)})";

    /// <summary>A day of the calendar as milliseconds; a few hours more or less do not matter to a clock of days.</summary>
    private static string Midnight(Dialect dialect, string day) => dialect.IsSqlite ? $"(CAST(strftime('%s', {day}) AS BIGINT) * 1000)" : $"(CAST(EXTRACT(EPOCH FROM CAST({day} AS date)) AS BIGINT) * 1000)";

    private static string Text(int days) => days.ToString(CultureInfo.InvariantCulture);
}
