using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Matching;

/// <summary>What to do when a new record looks like one there is.</summary>
public enum MatchRule
{
    Allow,

    /// <summary>The person sees what is there and says yes, or does not.</summary>
    Warn,

    Block,
}

/// <summary>Where the bands lie, and what a likeness means by entrance and by the state of the record found.</summary>
/// <param name="Match">Probability from which two records count as the same.</param>
/// <param name="Review">Probability from which a person should look.</param>
/// <param name="Rules">"entrance.state" → rule; entrances are page, api and import, states are mine, owned, dealt, protected and free.</param>
public sealed record MatchSettings(double Match, double Review, IReadOnlyDictionary<string, MatchRule> Rules)
{
    public static readonly IReadOnlyList<string> Entrances = ["page", "api", "import"];
    public static readonly IReadOnlyList<string> States = ["mine", "owned", "dealt", "protected", "free"];

    public static MatchSettings Usual { get; } = new(0.5, 0.1, Entrances.SelectMany(entrance => States.Select(state => (entrance, state)))
        .ToDictionary(item => $"{item.entrance}.{item.state}", item => item.entrance == "page" ? MatchRule.Warn : MatchRule.Allow, StringComparer.Ordinal));

    public static Label NotAThreshold { get; } = ("阈值应在 0 与 1 之间，且“相同”高于“待查”", "A threshold lies between 0 and 1, and that of the same above that of a look");

    public MatchRule Rule(string entrance, string state) => Rules.GetValueOrDefault($"{entrance}.{state}");

    public static async Task<MatchSettings> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var name = "matching";
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {name}"), cancel);
        if (text is null)
        {
            return Usual;
        }

        // Kept before customers that buy had a rule of their own: they are a colleague's like others.
        var kept = JsonDocument.Parse(text).RootElement;
        var settings = Usual.With(kept);
        var rules = settings.Rules.ToDictionary(StringComparer.Ordinal);
        foreach (var entrance in Entrances.Where(entrance => kept.TryGetProperty("rules", out var said) && !said.TryGetProperty($"{entrance}.dealt", out _)))
        {
            rules[$"{entrance}.dealt"] = settings.Rule(entrance, "owned");
        }

        return settings with { Rules = rules };
    }

    /// <summary>The settings with what the JSON says instead.</summary>
    /// <exception cref="RefusedException">Something in it is not known or lies outside its bounds.</exception>
    public MatchSettings With(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var settings = this with { Match = Number(json, "match", Match), Review = Number(json, "review", Review) };
        if (settings is not { Match: > 0 and < 1, Review: > 0 } || settings.Review >= settings.Match)
        {
            throw new RefusedException(Refusal.Invalid("match", NotAThreshold));
        }

        if (!json.TryGetProperty("rules", out var given))
        {
            return settings;
        }

        var rules = Rules.ToDictionary(StringComparer.Ordinal);
        foreach (var rule in given.ValueKind == JsonValueKind.Object ? given.EnumerateObject().ToArray() : throw new RefusedException(Refusal.Invalid("rules", ("应为对象", "This should be an object"))))
        {
            if (!rules.ContainsKey(rule.Name) || rule.Value.ValueKind != JsonValueKind.String || !Enum.TryParse<MatchRule>(rule.Value.GetString(), ignoreCase: true, out var what) || !Enum.IsDefined(what))
            {
                throw new RefusedException(Refusal.Invalid("rules", new Label($"没有这条规则：{rule.Name}；规则应为 allow、warn 或 block", $"There is no such rule: {rule.Name}; a rule is allow, warn or block")));
            }

            rules[rule.Name] = what;
        }

        return settings with { Rules = rules };
    }

    public string ToJson() => JsonSerializer.Serialize(new { match = Match, review = Review, rules = Rules.ToDictionary(rule => rule.Key, rule => Name(rule.Value)) });

    public static string Name(MatchRule rule) => rule switch { MatchRule.Allow => "allow", MatchRule.Warn => "warn", _ => "block" };

    private static double Number(JsonElement json, string name, double otherwise) =>
        !json.TryGetProperty(name, out var value) ? otherwise : value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new RefusedException(Refusal.Invalid(name, NotAThreshold));
}
