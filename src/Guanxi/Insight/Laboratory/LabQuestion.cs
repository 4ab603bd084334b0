using System.Globalization;
using System.Text.Json;
using Guanxi.Insight.Files;
using Guanxi.Platform.Records;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Laboratory;

/// <summary>What an analyst asks of the laboratory.</summary>
/// <param name="Model">cluster, logistic, boosting, tree, or a model of purchases: bg-nbd, mbg-nbd, pareto-nbd, bg-bb, gamma-gamma.</param>
/// <param name="Filter">Which customers; all that one sees when null. Not for a file.</param>
/// <param name="Target">For scores and trees: a condition, and whoever fits it has the outcome; for a file the column with the outcome.</param>
/// <param name="Fields">Columns the model looks at; the usual ones when empty.</param>
/// <param name="Clusters">How many groups; chosen by the silhouette when null.</param>
public sealed record LabQuestion(string Model, string? Filter, string? Target, IReadOnlyList<string> Fields, int? Clusters)
{
    public static IReadOnlyList<string> Models { get; } = ["cluster", "logistic", "boosting", "tree", .. ClvRequest.Models];

    /// <summary>What may be asked; a score that is kept has a name and names of its groups beside.</summary>
    private static readonly string[] Known = ["model", "filter", "target", "fields", "clusters", "positive", "unit", "calibrationEnd", "horizon", "tells"];

    private static readonly string[] KnownBeside = ["name", "groups"];

    /// <summary>For a file: the value of the target that counts as the outcome.</summary>
    public string? Positive { get; init; }

    /// <summary>For models of purchases: the unit of time, the last day the model may see, and how far to look ahead.</summary>
    public TimeUnit Unit { get; init; } = TimeUnit.Week;

    public DateOnly? CalibrationEnd { get; init; }

    public double? Horizon { get; init; }

    /// <summary>For models of purchases that are kept: what is told of each customer, <c>alive</c>, <c>purchases</c>, <c>spend</c> or <c>value</c>.</summary>
    public string Tells { get; init; } = "";

    /// <summary>What a model can tell of a customer.</summary>
    public static IReadOnlyList<string> TellsOf(string model) => model == "gamma-gamma" ? ["spend"] : ["alive", "purchases", "spend", "value"];

    public bool IsOfPurchases => ClvRequest.Models.Contains(Model, StringComparer.Ordinal);

    public bool WantsTarget => Model is "logistic" or "boosting" or "tree";

    /// <exception cref="RefusedException">Something is missing or not known.</exception>
    public static LabQuestion Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        string? Text(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()) ? value.GetString() : null;
        var errors = new FieldErrors();
        foreach (var name in body.EnumerateObject().Select(property => property.Name).Except([.. Known, .. KnownBeside], StringComparer.Ordinal))
        {
            errors.Add(name, new Label($"没有“{name}”这个选项；有的是 {string.Join("、", Known)}", $"There is no option “{name}”; there are {string.Join(", ", Known)}"));
        }

        var model = Text("model") ?? "";
        if (!Models.Contains(model, StringComparer.Ordinal))
        {
            errors.Add("model", new Label($"模型应为 {string.Join("、", Models)}", $"A model is one of {string.Join(", ", Models)}"));
        }

        int? clusters = null;
        if (body.TryGetProperty("clusters", out var count) && count.ValueKind != JsonValueKind.Null)
        {
            clusters = count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var number) && number is >= 2 and <= 12 ? number : null;
            if (clusters is null)
            {
                errors.Add("clusters", ("组数应为 2 到 12", "A number of groups is 2 to 12"));
            }
        }

        var unit = TimeUnit.Week;
        if (Text("unit") is { } named && (!Enum.TryParse(named, ignoreCase: true, out unit) || !Enum.IsDefined(unit)))
        {
            errors.Add("unit", ("时间单位应为 day、week、month 或 year", "A unit of time is day, week, month or year"));
        }

        DateOnly? end = null;
        if (Text("calibrationEnd") is { } day)
        {
            end = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
            if (end is null)
            {
                errors.Add("calibrationEnd", ("日期写作 2026-06-30", "A day is written like 2026-06-30"));
            }
        }

        double? horizon = null;
        if (body.TryGetProperty("horizon", out var ahead) && ahead.ValueKind != JsonValueKind.Null)
        {
            horizon = ahead.ValueKind == JsonValueKind.Number && ahead.GetDouble() is > 0 and <= 3650 and var given ? given : null;
            if (horizon is null)
            {
                errors.Add("horizon", ("预测时长应为 0 到 3650 之间的数字", "A horizon is a number above 0, at most 3650"));
            }
        }

        var tells = Text("tells") ?? "";
        if (tells.Length > 0 && !TellsOf(model).Contains(tells, StringComparer.Ordinal))
        {
            errors.Add("tells", new Label($"这个模型可以给出 {string.Join("、", TellsOf(model))}", $"This model can tell {string.Join(", ", TellsOf(model))}"));
        }

        string[] fields = body.TryGetProperty("fields", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).Distinct(StringComparer.Ordinal)] : [];
        errors.Throw();
        return new LabQuestion(model, Text("filter"), Text("target"), fields, clusters) { Positive = Text("positive"), Unit = unit, CalibrationEnd = end, Horizon = horizon, Tells = tells.Length > 0 ? tells : TellsOf(model)[0] };
    }

    /// <summary>As it is kept, and as <see cref="Read"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(new { model = Model, filter = Filter, target = Target, fields = Fields, clusters = Clusters, unit = Unit.ToString().ToLowerInvariant(), horizon = Horizon, tells = IsOfPurchases ? Tells : null });

    /// <exception cref="RefusedException">A target is needed and missing.</exception>
    public void NeedTarget(Label error)
    {
        if (WantsTarget && Target is null)
        {
            throw new RefusedException(Refusal.Invalid("target", error));
        }
    }

    internal ClvRequest Purchases(DateOnly today) => new(Model, CalibrationEnd, Horizon, Unit, new ValueTerms(1, 0, 0), today);
}
