using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Tiers;

/// <summary>How customers of one value tier are treated; what is null is as for everybody else.</summary>
/// <param name="ResponseHours">Within how many hours a request is answered.</param>
/// <param name="VisitDays">Somebody is in touch at least so often.</param>
/// <param name="MostDiscount">The discount, in percent, that a seller gives without asking.</param>
/// <param name="PoolDays">Days without contact after which the customer goes back to the pool, in place of the pool's own rule.</param>
public sealed record TierPolicy(long? ResponseHours, long? VisitDays, double? MostDiscount, long? PoolDays)
{
    /// <summary>The field of the customer that says its tier; reckoned by whoever reckons value, known here by its name only.</summary>
    public const string TierField = "value.tier";

    private static readonly string[] Parts = ["responseHours", "visitDays", "mostDiscount", "poolDays"];

    public bool IsEmpty => this is { ResponseHours: null, VisitDays: null, MostDiscount: null, PoolDays: null };

    public static async Task<IReadOnlyDictionary<string, TierPolicy>> ReadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        (await session.ListAsync(Sql.Of($"SELECT tier, response_hours, visit_days, most_discount, pool_days FROM tier_policy ORDER BY tier"), row => (Tier: row.Text(0), Policy: new TierPolicy(row.OptionalInteger(1), row.OptionalInteger(2), row.IsNull(3) ? null : Convert.ToDouble(row.Any(3), System.Globalization.CultureInfo.InvariantCulture), row.OptionalInteger(4))), cancel))
        .ToDictionary(item => item.Tier, item => item.Policy, StringComparer.Ordinal);

    /// <summary>The tier of customer <c>t</c> as SQL; NULL where no tiers are kept.</summary>
    public static SqlName TierSql(RecordType customers) =>
        new(customers.Find(TierField) is { Beside: { } table } field ? $"(SELECT p.{field.Column} FROM {table} p WHERE p.record_id = t.id)" : "NULL");

    /// <summary>What is promised to the tier of one customer; null where it has no tier or the tier no policy.</summary>
    public static async Task<TierPolicy?> OfAsync(DatabaseSession session, Schema schema, Guid customer, CancellationToken cancel = default)
    {
        if (schema["customers"].Find(TierField) is not { Beside: { } beside } field)
        {
            return null;
        }

        var (table, column) = (new SqlName(beside), new SqlName(field.Column));
        return await session.ScalarAsync<string>(Sql.Of($"SELECT {column} FROM {table} WHERE record_id = {customer}"), cancel) is { } tier ? (await ReadAsync(session, cancel)).GetValueOrDefault(tier) : null;
    }

    /// <summary>Changes the policies that are named, tier by tier and part by part; null takes a part away.</summary>
    /// <exception cref="RefusedException">A tier or a part is not known, or a number lies outside its bounds.</exception>
    public static async Task<IReadOnlyDictionary<string, TierPolicy>> ChangeAsync(SaveContext context, JsonElement body, CancellationToken cancel = default)
    {
        var before = await ReadAsync(context.Session, cancel);
        var after = before.ToDictionary(StringComparer.Ordinal);
        var tiers = context.Schema["customers"].Find(TierField)?.Choices.Select(choice => choice.Value).ToList() ?? [];
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象：层级 → 政策", "The body should be a JSON object: tier → policy")));
        }

        var errors = new FieldErrors();
        foreach (var tier in body.EnumerateObject())
        {
            if (!tiers.Contains(tier.Name, StringComparer.Ordinal) || tier.Value.ValueKind != JsonValueKind.Object)
            {
                errors.Add(tier.Name, new Label($"层级应为 {string.Join("、", tiers)}", $"A tier is one of {string.Join(", ", tiers)}"));
                continue;
            }

            var policy = after.GetValueOrDefault(tier.Name) ?? new TierPolicy(null, null, null, null);
            foreach (var part in tier.Value.EnumerateObject())
            {
                policy = policy.With(tier.Name, part, errors);
            }

            after[tier.Name] = policy;
        }

        errors.Throw();
        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM tier_policy"), cancel);
        foreach (var (tier, policy) in after.Where(item => !item.Value.IsEmpty))
        {
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO tier_policy (tier, response_hours, visit_days, most_discount, pool_days) VALUES ({tier}, {policy.ResponseHours}, {policy.VisitDays}, {policy.MostDiscount}, {policy.PoolDays})"), cancel);
        }

        context.Note("settings.change", null, null, JsonSerializer.Serialize(new { tierPolicies = new object[] { before, after } }, new JsonSerializerOptions(JsonSerializerDefaults.Web)));
        await Pools.PoolClock.TellAllAsync(context);
        return after;
    }

    private TierPolicy With(string tier, JsonProperty part, FieldErrors errors)
    {
        var name = $"{tier}.{part.Name}";
        if (!Parts.Contains(part.Name, StringComparer.Ordinal))
        {
            errors.Add(name, RecordRefusals.UnknownField(part.Name, Nearest.To(part.Name, Parts)));
            return this;
        }

        var most = part.Name switch { "responseHours" => 720, "mostDiscount" => 100, _ => 3650 };
        double? number = null;
        if (part.Value.ValueKind != JsonValueKind.Null)
        {
            if (part.Value.ValueKind != JsonValueKind.Number || !part.Value.TryGetDouble(out var given) || given > most || given < (part.Name == "mostDiscount" ? 0 : 1) || (part.Name != "mostDiscount" && given != Math.Floor(given)))
            {
                errors.Add(name, part.Name == "mostDiscount" ? ("应为 0 到 100 之间的百分数", "A percentage from 0 to 100") : new Label($"应为 1 到 {most} 的整数，不限则留空", $"A whole number from 1 to {most}, or nothing for no limit"));
                return this;
            }

            number = given;
        }

        return part.Name switch
        {
            "responseHours" => this with { ResponseHours = (long?)number },
            "visitDays" => this with { VisitDays = (long?)number },
            "mostDiscount" => this with { MostDiscount = number },
            _ => this with { PoolDays = (long?)number },
        };
    }

    /// <summary>The policy in a sentence; null when nothing is promised.</summary>
    public Label? Sentence()
    {
        List<(string Zh, string En)> parts = [];
        if (ResponseHours is { } hours)
        {
            parts.Add(($"{hours} 小时内响应", $"answered within {hours} hours"));
        }

        if (VisitDays is { } days)
        {
            parts.Add(($"至少每 {days} 天联系一次", $"in touch every {days} days at least"));
        }

        if (MostDiscount is { } discount)
        {
            parts.Add(($"折扣权限 {discount:0.##}%", $"up to {discount:0.##}% discount"));
        }

        if (PoolDays is { } pool)
        {
            parts.Add(($"{pool} 天不联系回公海", $"back to the pool after {pool} days without contact"));
        }

        return parts.Count == 0 ? null : new Label(string.Join("，", parts.Select(part => part.Zh)), string.Join(", ", parts.Select(part => part.En)));
    }
}
