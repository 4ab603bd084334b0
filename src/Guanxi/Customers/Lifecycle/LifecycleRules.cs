using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Lifecycle;

/// <summary>One step of the lifecycle: whoever meets the conditions is in this stage.</summary>
/// <param name="From">Only those who are in one of these stages now; empty for any. A customer is won back only out of being lost.</param>
/// <param name="Text">The conditions, in the language of filters.</param>
public sealed record LifecycleRule(string Stage, IReadOnlyList<string> From, string Text, FilterNode Filter);

/// <summary>
/// How customers come into their stages. The rules are asked in their order and the first that holds decides; where none holds, the stage stays as somebody set it.
/// </summary>
public sealed record LifecycleRules(bool Active, IReadOnlyList<LifecycleRule> Rules)
{
    public const string Setting = "lifecycle";

    private const int Most = 30;

    private const string Won = "deals(status = \"won\")";

    /// <summary>What a company begins with: purchases, and the customer's own rhythm.</summary>
    private static readonly (string Stage, string[] From, string Filter)[] First =
    [
        ("wonBack", ["lost", "wonBack"], "deals(status = \"won\" AND closedAt >= today-180d) >= 1"),
        ("lost", [], $"{Won} >= 1 AND deals(status = \"won\" AND closedAt >= today-365d) = 0"),
        ("atRisk", [], $"{Won} >= 1 AND (deals.closedAt.rhythm(status = \"won\") > 2 OR ({Won} < {FilterCompiler.FewestForRhythm} AND lastActivityAt < today-90d) OR activities(kind = \"complaint\" AND at >= today-30d) >= 1)"),
        ("loyal", [], "deals(status = \"won\" AND closedAt >= today-365d) >= 3"),
        ("new", [], $"{Won} = 1 AND deals(status = \"won\" AND closedAt >= today-90d) = 1"),
        ("active", [], $"{Won} >= 1"),
        ("prospect", ["potential", "prospect"], "deals(status = \"open\") >= 1 OR activities(kind in (visit, meeting) AND status = \"done\" AND at >= today-180d) >= 1"),
    ];

    public static LifecycleRules Usual { get; } = new(false, [.. First.Select(rule => new LifecycleRule(rule.Stage, rule.From, rule.Filter, FilterParser.Parse(rule.Filter)!))]);

    public static async Task<LifecycleRules> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        if (await session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), row => row.OptionalText(0), cancel) is not { } text)
        {
            return Usual;
        }

        using var document = JsonDocument.Parse(text);
        return new LifecycleRules(document.RootElement.GetProperty("active").GetBoolean(), [.. document.RootElement.GetProperty("rules").EnumerateArray().Select(Kept)]);
    }

    private static LifecycleRule Kept(JsonElement json)
    {
        var filter = json.GetProperty("filter").GetString()!;
        return new LifecycleRule(json.GetProperty("stage").GetString()!, [.. json.GetProperty("from").EnumerateArray().Select(item => item.GetString()!)], filter, FilterParser.Parse(filter)!);
    }

    /// <summary>Rules as somebody writes them, each checked: what could not be derived is refused before it is kept.</summary>
    public static LifecycleRules Of(Actor actor, Dialect dialect, JsonElement body, DateTimeOffset now)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("rules", out var rules) || rules.ValueKind != JsonValueKind.Array || rules.GetArrayLength() is < 1 or > Most)
        {
            throw new RefusedException(Refusal.Invalid("rules", new Label($"请给出 1 到 {Most} 条规则", $"Give 1 to {Most} rules")));
        }

        var type = actor.Schema["customers"];
        var stages = type["stage"].Choices.Where(choice => !choice.Retired).Select(choice => choice.Value).ToHashSet(StringComparer.Ordinal);
        var read = new List<LifecycleRule>();
        foreach (var (rule, place) in rules.EnumerateArray().Select((rule, place) => (rule, place)))
        {
            string Stage(JsonElement json) => json.ValueKind == JsonValueKind.String && stages.Contains(json.GetString()!) ? json.GetString()!
                : throw new RefusedException(Refusal.Invalid($"rules.{place}.stage", new Label($"第 {place + 1} 条：没有这个阶段，可用：{string.Join("、", stages)}", $"Rule {place + 1}: no such stage; use {string.Join(", ", stages)}")));
            if (rule.ValueKind != JsonValueKind.Object || !rule.TryGetProperty("stage", out var stage) || !rule.TryGetProperty("filter", out var filter) || filter.ValueKind != JsonValueKind.String)
            {
                throw new RefusedException(Refusal.Invalid($"rules.{place}", new Label($"第 {place + 1} 条应有 stage 与 filter", $"Rule {place + 1} needs a stage and a filter")));
            }

            try
            {
                var node = Segment.Check(actor, dialect, filter.GetString(), null, now);
                var from = rule.TryGetProperty("from", out var given) && given.ValueKind == JsonValueKind.Array ? given.EnumerateArray().Select(Stage).Distinct(StringComparer.Ordinal).ToList() : [];
                read.Add(new LifecycleRule(Stage(stage), from, filter.GetString()!, node));
            }
            catch (RefusedException refused) when (refused.Refusal.Errors?.ContainsKey("filter") == true)
            {
                var why = refused.Refusal.Detail!;
                throw new RefusedException(Refusal.Invalid($"rules.{place}.filter", new Label($"第 {place + 1} 条：{why.ZhHans}", $"Rule {place + 1}: {why.En}")));
            }
        }

        return new LifecycleRules(body.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True, read);
    }

    public string ToJson() => JsonSerializer.Serialize(new { active = Active, rules = Rules.Select(rule => new { stage = rule.Stage, from = rule.From, filter = rule.Text }) });

    /// <summary>The stage a customer belongs into, over alias <c>t</c>; where no rule holds, the one it is in.</summary>
    public Sql Derived(Actor actor, Dialect dialect, RecordType type, DateTimeOffset now)
    {
        var compiler = new FilterCompiler(actor, dialect, now) { ForMembership = true };
        var sql = new Sql().Append("(CASE");
        foreach (var rule in Rules)
        {
            sql.Append(" WHEN ");
            if (rule.From.Count > 0)
            {
                sql.Append("t.stage IN ").List(rule.From).Append(" AND ");
            }

            sql.Append("(").Append(compiler.Compile(rule.Filter, type, "t")).Append(") THEN ").Value(rule.Stage).Append(dialect.IsSqlite ? "" : "::text");
        }

        return sql.Append(" ELSE t.stage END)");
    }

    public static async Task SaveAsync(SaveContext context, LifecycleRules rules, CancellationToken cancel = default)
    {
        var before = await ReadAsync(context.Session, cancel);
        await Settings.PutAsync(context.Session, Setting, rules.ToJson(), cancel);
        context.Note("lifecycle.rules", null, null, $"{{\"lifecycle\":[{before.ToJson()},{rules.ToJson()}]}}");

        // By other rules time makes a difference at other moments; who is in the wrong stage now is moved when the whole base is gone over.
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE lifecycle_state SET moved_at = {context.Now}, due_at = {context.Now}, seq = (SELECT seq FROM ledger_head WHERE one = 1) WHERE one = 1"), cancel);
    }
}
