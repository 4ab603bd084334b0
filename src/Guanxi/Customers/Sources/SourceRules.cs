using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Sources;

/// <summary>Which source is believed before which, in general and field by field. What people enter is a source of its own.</summary>
public sealed record SourceRules(IReadOnlyList<string> Order, IReadOnlyDictionary<string, List<string>> Fields)
{
    public const string Setting = "sources";

    /// <summary>The name under which what people enter stands in the order; first unless somebody says otherwise.</summary>
    public const string ByHand = "manual";

    /// <summary>The nouns that other systems speak about.</summary>
    public static readonly string[] Nouns = ["customers", "contacts"];

    private const int Most = 50;

    public static async Task<SourceRules> ReadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), row => row.OptionalText(0), cancel) is { } text ? JsonSerializer.Deserialize<SourceRules>(text)! : new SourceRules([ByHand], new Dictionary<string, List<string>>(StringComparer.Ordinal));

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>The place of a source for a field: the lower the sooner believed; one that nobody placed comes last.</summary>
    public int Rank(string field, string system)
    {
        var order = Fields.GetValueOrDefault(field) ?? Order;
        for (var i = 0; i < order.Count; i++)
        {
            if (string.Equals(order[i], system, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return system == ByHand ? -1 : int.MaxValue;
    }

    public static SourceRules Of(JsonElement body, RecordType type)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var fields = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        if (body.TryGetProperty("fields", out var given))
        {
            foreach (var field in given.ValueKind == JsonValueKind.Object ? given.EnumerateObject().ToArray() : throw Wrong("fields"))
            {
                fields[type.Find(field.Name) is { Writable: true } ? field.Name : throw new RefusedException(Refusal.Invalid("fields", RecordRefusals.UnknownField(field.Name, Nearest.To(field.Name, type.Shown.Where(known => known.Writable).Select(known => known.Name)))))] = Names(field.Value, "fields");
            }
        }

        return new SourceRules(body.TryGetProperty("order", out var order) ? Names(order, "order") : [ByHand], fields);
    }

    private static List<string> Names(JsonElement json, string at) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() <= Most && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Trim().Length is > 0 and <= 60)
            ? [.. json.EnumerateArray().Select(item => item.GetString()!.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)] : throw Wrong(at);

    private static RefusedException Wrong(string at) => new(Refusal.Invalid(at, new Label($"应为系统名称的列表，最先相信的在前，最多 {Most} 个", $"This is a list of names of systems, the one believed first in front, at most {Most}")));
}
