using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Quality;

/// <summary>What a good record has: how much each field weighs by the class of the record, and for how many days a value is believed.</summary>
/// <param name="Weights">By noun, then by class (a customer's level; * for all others), then by field: 0 to 10.</param>
/// <param name="Days">By noun and field: after so many days without confirmation a value is outdated; 0 for never.</param>
/// <param name="Every">day, week or off: how often the whole base is gone over by itself.</param>
public sealed record QualityRules(IReadOnlyDictionary<string, Dictionary<string, Dictionary<string, int>>> Weights, IReadOnlyDictionary<string, Dictionary<string, int>> Days, string Every)
{
    public const string Setting = "quality";

    private const int MostWeight = 10;
    private const int MostDays = 3650;

    public static readonly string[] Nouns = ["customers", "contacts"];

    /// <summary>What a company begins with.</summary>
    public static QualityRules Usual(Schema schema) => new(
        new Dictionary<string, Dictionary<string, Dictionary<string, int>>>(StringComparer.Ordinal)
        {
            ["customers"] = new(StringComparer.Ordinal)
            {
                ["*"] = new(StringComparer.Ordinal) { ["name"] = 5, ["owner"] = 3, ["phone"] = 5, ["city"] = 3, ["industry"] = 3, ["source"] = 2, ["level"] = 2, ["email"] = 2 },
                ["vip"] = new(StringComparer.Ordinal) { ["name"] = 5, ["owner"] = 5, ["phone"] = 5, ["email"] = 4, ["city"] = 3, ["street"] = 3, ["industry"] = 3, ["creditCode"] = 4, ["employees"] = 2, ["annualRevenue"] = 3, ["source"] = 2 },
                ["major"] = new(StringComparer.Ordinal) { ["name"] = 5, ["owner"] = 5, ["phone"] = 5, ["email"] = 3, ["city"] = 3, ["street"] = 2, ["industry"] = 3, ["creditCode"] = 3, ["source"] = 2 },
            },
            ["contacts"] = new(StringComparer.Ordinal) { ["*"] = new(StringComparer.Ordinal) { ["name"] = 5, ["customer"] = 5, ["phone"] = 5, ["email"] = 3, ["title"] = 3, ["decisionRole"] = 2 } },
        },
        Nouns.ToDictionary(noun => noun, noun => schema[noun].Fields.Where(field => field.ValidFor is not null).ToDictionary(field => field.Name, field => (int)field.ValidFor!.Value.TotalDays, StringComparer.Ordinal), StringComparer.Ordinal),
        "day");

    public static async Task<QualityRules> ReadAsync(DatabaseSession session, Schema schema, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), row => row.OptionalText(0), cancel) is { } text ? JsonSerializer.Deserialize<QualityRules>(text)! : Usual(schema);

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>The weights for a record of this class.</summary>
    public IReadOnlyDictionary<string, int> For(Record record)
    {
        var classes = Weights.GetValueOrDefault(record.Type.Name);
        var level = record.Type.Find("level") is { } field ? record[field] as string : null;
        return classes is null ? new Dictionary<string, int>(StringComparer.Ordinal) : (level is not null ? classes.GetValueOrDefault(level) : null) ?? classes.GetValueOrDefault("*") ?? new Dictionary<string, int>(StringComparer.Ordinal);
    }

    public int DaysOf(Field field, string noun) => Days.GetValueOrDefault(noun)?.GetValueOrDefault(field.Name) ?? 0;

    /// <summary>The rules with what a request changes.</summary>
    /// <exception cref="RefusedException">A field, class, weight or number of days that cannot be.</exception>
    public QualityRules With(JsonElement body, Schema schema)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var weights = Weights.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var noun in Objects(body, "weights"))
        {
            var type = Noun(schema, noun.Name, "weights");
            weights[noun.Name] = noun.Value.EnumerateObject().ToDictionary(
                item => item.Name == "*" || type.Find("level")?.Choices.Any(choice => choice.Value == item.Name) == true ? item.Name : throw Wrong("weights", $"没有级别“{item.Name}”", $"There is no class “{item.Name}”"),
                item => Numbers(type, item.Value, "weights", MostWeight), StringComparer.Ordinal);
        }

        var days = Days.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        foreach (var noun in Objects(body, "days"))
        {
            days[noun.Name] = Numbers(Noun(schema, noun.Name, "days"), noun.Value, "days", MostDays);
        }

        var every = body.TryGetProperty("every", out var given) ? given.ValueKind == JsonValueKind.String && given.GetString() is "day" or "week" or "off" ? given.GetString()! : throw Wrong("every", "应为 day、week 或 off", "This is day, week or off") : Every;
        return new QualityRules(weights, days, every);
    }

    private static IEnumerable<JsonProperty> Objects(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.Object) ? [.. value.EnumerateObject()] : throw Wrong(name, "应为对象", "This should be an object");
    }

    private static RecordType Noun(Schema schema, string name, string at) => Nouns.Contains(name, StringComparer.Ordinal) ? schema[name] : throw Wrong(at, $"只能评估 {string.Join("、", Nouns)}", $"Only {string.Join(" and ", Nouns)} are assessed");

    private static Dictionary<string, int> Numbers(RecordType type, JsonElement json, string at, int most) => json.ValueKind != JsonValueKind.Object ? throw Wrong(at, "应为对象", "This should be an object") : json.EnumerateObject().ToDictionary(
        item => type.Find(item.Name) is { Internal: false, IsComputed: false } ? item.Name : throw new RefusedException(Refusal.Invalid(at, RecordRefusals.UnknownField(item.Name, Nearest.To(item.Name, type.Shown.Select(field => field.Name))))),
        item => item.Value.ValueKind == JsonValueKind.Number && item.Value.TryGetInt32(out var number) && number >= 0 && number <= most ? number : throw Wrong(at, $"{item.Name} 应为 0 到 {most} 的整数", $"{item.Name} is a whole number from 0 to {most}"),
        StringComparer.Ordinal);

    private static RefusedException Wrong(string field, string zh, string en) => new(Refusal.Invalid(field, new Label(zh, en)));
}
