using System.Text.Json;
using Guanxi.Customers.Activities;
using Guanxi.Platform.Records;
using Guanxi.Sales.Costs;

namespace Guanxi.Insight.Value;

/// <summary>What an hour of one kind of activity costs.</summary>
/// <param name="HourlyRate">In the company's currency; 0 leaves the kind out.</param>
/// <param name="Minutes">How long one takes that says no end.</param>
/// <param name="Kind">The kind of cost it is.</param>
public sealed record ActivityRate(double HourlyRate, double Minutes, string Kind)
{
    /// <summary>Nothing is charged until somebody says what an hour costs.</summary>
    public static IReadOnlyDictionary<string, ActivityRate> Usual { get; } = Activity.Description["kind"].Choices.ToDictionary(
        choice => choice.Value,
        choice => new ActivityRate(0, choice.Value switch { "visit" => 180, "meeting" => 90, "task" => 60, "call" => 15, "email" => 10, "message" => 5, _ => 0 }, choice.Value == "task" ? "service" : "sales"),
        StringComparer.Ordinal);

    /// <summary>The rates with what the JSON says instead, by kind of activity.</summary>
    /// <exception cref="RefusedException">A kind is not known, or a number lies outside its bounds.</exception>
    public static IReadOnlyDictionary<string, ActivityRate> With(IReadOnlyDictionary<string, ActivityRate> rates, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("activityRates", ("应为对象：活动方式 → 小时成本", "An object: kind of activity → what an hour costs"));
        }

        var all = rates.ToDictionary(StringComparer.Ordinal);
        foreach (var kind in json.EnumerateObject())
        {
            if (!all.TryGetValue(kind.Name, out var rate) || kind.Value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong("activityRates." + kind.Name, new Label($"活动方式应为 {string.Join("、", Usual.Keys)}", $"A kind of activity is one of {string.Join(", ", Usual.Keys)}"));
            }

            all[kind.Name] = new ActivityRate(
                Number(kind, "hourlyRate", rate.HourlyRate, 100_000),
                Number(kind, "minutes", rate.Minutes, 1440),
                !kind.Value.TryGetProperty("kind", out var of) ? rate.Kind
                : of.ValueKind == JsonValueKind.String && Cost.Kinds.Any(choice => choice.Value == of.GetString()) ? of.GetString()!
                : throw Wrong($"activityRates.{kind.Name}.kind", new Label($"费用类别应为 {string.Join("、", Cost.Kinds.Select(choice => choice.Value))}", $"A kind of cost is one of {string.Join(", ", Cost.Kinds.Select(choice => choice.Value))}")));
        }

        return all;
    }

    private static double Number(JsonProperty kind, string name, double otherwise, double most) =>
        !kind.Value.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= 0 && number <= most ? number
        : throw Wrong($"activityRates.{kind.Name}.{name}", new Label($"应为 0 到 {most:0} 之间的数字", $"It is a number from 0 to {most:0}"));

    private static RefusedException Wrong(string field, Label error) => new(Refusal.Invalid(field, error));
}
