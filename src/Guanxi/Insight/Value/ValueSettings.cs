using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

/// <summary>What a company decides about the worth of its customers. Shares and scores are percent, 0…100.</summary>
public sealed record ValueSettings
{
    /// <summary>How far the model looks ahead.</summary>
    public int HorizonMonths { get; init; } = 12;

    /// <summary>Yearly discount of money that comes later.</summary>
    public double DiscountRate { get; init; } = 10;

    /// <summary>What remains of the amount of an order without a cost.</summary>
    public double UsualMargin { get; init; } = 30;

    /// <summary>Service and delivery cost of one purchase, in the company's currency.</summary>
    public double CostPerPurchase { get; init; }

    /// <summary>By which figure the pyramid is built: current, model, historical or revenue.</summary>
    public string RankBy { get; init; } = "current";

    /// <summary>Shares of the customers in the tiers vip, major, ordinary; the rest is small.</summary>
    public IReadOnlyList<double> Tiers { get; init; } = [1, 4, 15];

    /// <summary>Where the 2×2 of current and potential value is cut, as a percentile of the buyers.</summary>
    public double CurrentCut { get; init; } = 80;

    public double PotentialCut { get; init; } = 80;

    /// <summary>Where the plane of investment and profit is cut: a percentile of the buyers on whom anything is spent, and one of all of them.</summary>
    public double InvestmentCut { get; init; } = 50;

    public double ProfitCut { get; init; } = 75;

    /// <summary>What an hour of each kind of activity costs.</summary>
    public IReadOnlyDictionary<string, ActivityRate> ActivityRates { get; init; } = ActivityRate.Usual;

    /// <summary>By how many percent purchases move when the price rises by one, and when visits do; each with its standard error. Assumptions, for no order history tells them.</summary>
    public double PriceElasticity { get; init; } = -1.5;

    public double PriceElasticityError { get; init; } = 0.5;

    public double VisitElasticity { get; init; } = 0.3;

    public double VisitElasticityError { get; init; } = 0.15;

    /// <summary>A customer whose probability of still being one lies below is a risk.</summary>
    public double RiskBelow { get; init; } = 50;

    /// <summary>From which score on profit and loyalty are high.</summary>
    public double HighFrom { get; init; } = 80;

    /// <summary>The field of the customer that says how satisfied it is, a number; null where there is none.</summary>
    public string? SatisfactionField { get; init; }

    /// <summary>The field's value for the least satisfied, and for the most: a scale may run either way.</summary>
    public double SatisfactionWorst { get; init; }

    public double SatisfactionBest { get; init; } = 10;

    /// <summary>What a complaint of the last 365 days takes off, of 100; 0 leaves complaints out.</summary>
    public double ComplaintPoints { get; init; } = 20;

    /// <summary>The same for trust.</summary>
    public string? TrustField { get; init; }

    public double TrustWorst { get; init; }

    public double TrustBest { get; init; } = 10;

    /// <summary>So many days late, paid or still open, leave nothing of the trust in payments; 0 leaves payments out.</summary>
    public double LateDaysForNothing { get; init; } = 60;

    /// <summary>A customer whose satisfaction, or trust, is known and lies below is a risk.</summary>
    public double SatisfactionRiskBelow { get; init; } = 40;

    public double TrustRiskBelow { get; init; } = 40;

    /// <summary>An important customer's satisfaction and trust, where known, are at least this.</summary>
    public double GoodFrom { get; init; } = 60;

    /// <summary>Weights of the factors of the four scores; those of one score sum to 100.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Weights { get; init; } = UsualWeights;

    /// <summary>The factors there are. Each is a rank among the buyers, but for <c>alive</c>, which is a probability already.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> UsualWeights { get; } = new Dictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal)
    {
        ["loyalty"] = new Dictionary<string, double>(StringComparer.Ordinal) { ["alive"] = 40, ["frequency"] = 25, ["tenure"] = 20, ["recency"] = 15 },
        ["profit"] = new Dictionary<string, double>(StringComparer.Ordinal) { ["current"] = 60, ["historical"] = 40 },
        ["potential"] = new Dictionary<string, double>(StringComparer.Ordinal) { ["potential"] = 60, ["model"] = 40 },
        ["influence"] = new Dictionary<string, double>(StringComparer.Ordinal) { ["group"] = 40, ["relations"] = 30, ["referrals"] = 30 },
    };

    public static IReadOnlyList<string> RankChoices { get; } = ["current", "model", "historical", "revenue"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static async Task<ValueSettings> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var name = "value";
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {name}"), cancel);
        return text is null ? new ValueSettings() : new ValueSettings().With(JsonDocument.Parse(text).RootElement);
    }

    /// <summary>The settings with what the JSON says instead.</summary>
    /// <exception cref="RefusedException">Something in it is not known or lies outside its bounds.</exception>
    public ValueSettings With(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var known = new HashSet<string>(["horizonMonths", "discountRate", "usualMargin", "costPerPurchase", "rankBy", "tiers", "currentCut", "potentialCut", "investmentCut", "profitCut", "activityRates", "priceElasticity", "priceElasticityError", "visitElasticity", "visitElasticityError", "riskBelow", "highFrom", "weights", "satisfactionField", "satisfactionWorst", "satisfactionBest", "complaintPoints", "trustField", "trustWorst", "trustBest", "lateDaysForNothing", "satisfactionRiskBelow", "trustRiskBelow", "goodFrom"], StringComparer.Ordinal);
        var errors = new FieldErrors();
        foreach (var property in json.EnumerateObject().Where(property => !known.Contains(property.Name)))
        {
            errors.Add(property.Name, RecordRefusals.UnknownField(property.Name, Nearest.To(property.Name, known)));
        }

        errors.Throw();
        return (this with
        {
            HorizonMonths = (int)Number(json, "horizonMonths", HorizonMonths, 1, 120),
            DiscountRate = Number(json, "discountRate", DiscountRate, 0, 100),
            UsualMargin = Number(json, "usualMargin", UsualMargin, 0, 100),
            CostPerPurchase = Number(json, "costPerPurchase", CostPerPurchase, 0, 1e9),
            CurrentCut = Number(json, "currentCut", CurrentCut, 1, 99),
            PotentialCut = Number(json, "potentialCut", PotentialCut, 1, 99),
            InvestmentCut = Number(json, "investmentCut", InvestmentCut, 1, 99),
            ProfitCut = Number(json, "profitCut", ProfitCut, 1, 99),
            ActivityRates = json.TryGetProperty("activityRates", out var rates) ? ActivityRate.With(ActivityRates, rates) : ActivityRates,
            PriceElasticity = Number(json, "priceElasticity", PriceElasticity, -10, 0),
            PriceElasticityError = Number(json, "priceElasticityError", PriceElasticityError, 0, 5),
            VisitElasticity = Number(json, "visitElasticity", VisitElasticity, 0, 2),
            VisitElasticityError = Number(json, "visitElasticityError", VisitElasticityError, 0, 2),
            RiskBelow = Number(json, "riskBelow", RiskBelow, 0, 100),
            HighFrom = Number(json, "highFrom", HighFrom, 0, 100),
            SatisfactionField = Named(json, "satisfactionField", SatisfactionField),
            SatisfactionWorst = Number(json, "satisfactionWorst", SatisfactionWorst, -1e6, 1e6),
            SatisfactionBest = Number(json, "satisfactionBest", SatisfactionBest, -1e6, 1e6),
            ComplaintPoints = Number(json, "complaintPoints", ComplaintPoints, 0, 100),
            TrustField = Named(json, "trustField", TrustField),
            TrustWorst = Number(json, "trustWorst", TrustWorst, -1e6, 1e6),
            TrustBest = Number(json, "trustBest", TrustBest, -1e6, 1e6),
            LateDaysForNothing = Number(json, "lateDaysForNothing", LateDaysForNothing, 0, 3650),
            SatisfactionRiskBelow = Number(json, "satisfactionRiskBelow", SatisfactionRiskBelow, 0, 100),
            TrustRiskBelow = Number(json, "trustRiskBelow", TrustRiskBelow, 0, 100),
            GoodFrom = Number(json, "goodFrom", GoodFrom, 0, 100),
            RankBy = json.TryGetProperty("rankBy", out var rank)
                ? rank.ValueKind == JsonValueKind.String && RankChoices.Contains(rank.GetString(), StringComparer.Ordinal) ? rank.GetString()! : throw Wrong("rankBy", ("应为 current、model、historical 或 revenue", "It is current, model, historical or revenue"))
                : RankBy,
            Tiers = json.TryGetProperty("tiers", out var tiers) ? Shares(tiers) : Tiers,
            Weights = json.TryGetProperty("weights", out var weights) ? Weighed(weights) : Weights,
        });
    }

    private static string? Named(JsonElement json, string name, string? otherwise) =>
        !json.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString())) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, ("应为字段名", "It is the name of a field"));

    private static double Number(JsonElement json, string name, double otherwise, double least, double most) =>
        !json.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
        : throw Wrong(name, new Label($"应为 {least} 到 {most:0.#} 之间的数字", $"It is a number from {least} to {most:0.#}"));

    private static double[] Shares(JsonElement json)
    {
        double[] shares = json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number) ? [.. json.EnumerateArray().Select(item => item.GetDouble())] : [];
        return shares.Length == 3 && shares.All(share => share > 0) && shares.Sum() < 100
            ? shares
            : throw Wrong("tiers", ("应为三个百分比（VIP、大客户、普通），都大于 0，合计小于 100", "Three percentages (VIP, major, ordinary), each above 0, together below 100"));
    }

    private Dictionary<string, IReadOnlyDictionary<string, double>> Weighed(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("weights", ("应为对象", "This should be an object"));
        }

        var all = Weights.ToDictionary(StringComparer.Ordinal);
        foreach (var score in json.EnumerateObject())
        {
            if (!UsualWeights.TryGetValue(score.Name, out var factors))
            {
                throw Wrong("weights." + score.Name, new Label($"没有评分“{score.Name}”", $"There is no score “{score.Name}”"));
            }

            var given = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var factor in score.Value.ValueKind == JsonValueKind.Object ? score.Value.EnumerateObject().ToArray() : [])
            {
                if (!factors.ContainsKey(factor.Name) || factor.Value.ValueKind != JsonValueKind.Number || factor.Value.GetDouble() is < 0 or > 100)
                {
                    throw Wrong($"weights.{score.Name}.{factor.Name}", new Label($"因素应为 {string.Join("、", factors.Keys)}，权重 0 到 100", $"A factor is one of {string.Join(", ", factors.Keys)}, a weight 0 to 100"));
                }

                given[factor.Name] = factor.Value.GetDouble();
            }

            if (Math.Abs(given.Values.Sum() - 100) > 0.001)
            {
                throw Wrong("weights." + score.Name, new Label($"权重合计应为 100，现在是 {given.Values.Sum():0.##}", $"The weights sum to 100, not to {given.Values.Sum():0.##}"));
            }

            all[score.Name] = given;
        }

        return all;
    }

    private static RefusedException Wrong(string field, Label error) => new(Refusal.Invalid(field, error));
}
