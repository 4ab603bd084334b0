using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

/// <summary>What a customer is worth, as fields of the customer: to be shown, filtered, sorted and exported like any other.</summary>
public static class ValueFields
{
    public const string Table = "customer_value";

    public static IReadOnlyList<Choice> Tiers { get; } = [new("vip", ("VIP", "VIP"), "amber"), new("major", ("大客户", "Major"), "blue"), new("ordinary", ("普通", "Ordinary"), "grey"), new("small", ("小客户", "Small"), "grey")];

    public static IReadOnlyList<Choice> Quadrants { get; } =
    [
        new("hesitant", ("犹豫型（现高潜高）", "Hesitant: high now, high to come"), "blue"), new("demanding", ("苛刻型（现高潜低）", "Demanding: high now, low to come"), "amber"),
        new("sophisticated", ("老练型（现低潜高）", "Sophisticated: low now, high to come"), "green"), new("thrifty", ("节俭型（现低潜低）", "Thrifty: low now, low to come"), "grey"),
    ];

    public static IReadOnlyList<Choice> Classes { get; } = [new("important", ("重要", "Important"), "amber"), new("major", ("主要", "Major"), "blue"), new("general", ("一般", "General"), "grey"), new("risk", ("风险", "At risk"), "red")];

    public static IReadOnlyList<Choice> Planes { get; } =
    [
        new("prospective", ("待见效（投入高利润低）", "Prospective: much spent, little profit"), "amber"), new("ordinary", ("普通（投入低利润低）", "Ordinary: little spent, little profit"), "grey"),
        new("repeat", ("重复购买（投入高利润高）", "Repeat: much spent, much profit"), "blue"), new("loyal", ("忠诚（投入低利润高）", "Loyal: little spent, much profit"), "green"),
    ];

    public static IReadOnlyList<Field> All { get; } =
    [
        Of("value.tier", FieldKind.Choice, ("价值层级", "Value tier")) with { Column = "tier", Choices = Tiers },
        Of("value.tierBefore", FieldKind.Choice, ("上期层级", "Tier before")) with { Column = "tier_before", Choices = Tiers },
        Of("value.toNext", FieldKind.Money, ("离上一层还差", "To the tier above")) with { Column = "to_next", NeedsFunction = Functions.ReadValue, Help = ("再多多少就能升一层；按分层规则的排名指标", "How much more would lift the customer a tier, by the figure tiers are ranked by") },
        Of("value.class", FieldKind.Choice, ("价值分类", "Value class")) with { Column = "class", Choices = Classes },
        Of("value.quadrant", FieldKind.Choice, ("价值象限", "Value quadrant")) with { Column = "quadrant", Choices = Quadrants },
        Of("value.model", FieldKind.Money, ("模型价值", "Model value")) with { Column = "model", NeedsFunction = Functions.ReadValue, Help = ("按模型预计的未来折现毛利", "Discounted margin the model expects") },
        Of("value.historical", FieldKind.Money, ("既成价值", "Historical value")) with { Column = "historical", NeedsFunction = Functions.ReadValue, Help = ("至今的毛利减去为客户花的费用", "All margin so far less what was spent on the customer") },
        Of("value.current", FieldKind.Money, ("当前价值", "Current value")) with { Column = "current", NeedsFunction = Functions.ReadValue, Help = ("最近 365 天的毛利减费用", "Margin of the last 365 days less costs") },
        Of("value.potential", FieldKind.Money, ("潜在价值", "Potential value")) with { Column = "potential", NeedsFunction = Functions.ReadValue, Help = ("如果像同行业最好的四分之一那样采购，一年还能多带来的毛利", "What it would bring in a year more if it bought as the best quarter of its industry do") },
        Of("value.atRisk", FieldKind.Money, ("风险价值", "Value at risk")) with { Column = "at_risk", NeedsFunction = Functions.ReadValue, Help = ("如果客户流失会失去的毛利", "Margin that goes if the customer does") },
        Of("value.costs", FieldKind.Money, ("累计费用", "Costs so far")) with { Column = "costs", NeedsFunction = Functions.ReadValue, Help = ("服务、市场、销售、财务和其他费用合计，不含货物成本", "Service, marketing, sales, finance and other costs, without the goods") },
        Of("value.investment", FieldKind.Money, ("近一年投入", "Investment of a year")) with { Column = "investment", NeedsFunction = Functions.ReadValue, Help = ("最近 365 天为客户花的费用", "What was spent on the customer in the last 365 days") },
        Of("value.plane", FieldKind.Choice, ("投入与利润", "Investment and profit")) with { Column = "plane", Choices = Planes },
        Of("value.revenue", FieldKind.Money, ("累计成交额", "Revenue so far")) with { Column = "revenue" },
        Of("value.alive", FieldKind.Number, ("存续概率", "Probability alive")) with { Column = "alive" },
        Of("value.expectedOrders", FieldKind.Number, ("预计下单次数", "Expected orders")) with { Column = "expected" },
        Of("value.orders", FieldKind.Integer, ("下单天数", "Days with an order")) with { Column = "purchases" },
        Of("value.firstOrderOn", FieldKind.Date, ("首次下单", "First order")) with { Column = "first_on" },
        Of("value.lastOrderOn", FieldKind.Date, ("最近下单", "Last order")) with { Column = "last_on" },
        Of("value.rhythm", FieldKind.Number, ("下单间隔（天）", "Days between orders")) with { Column = "rhythm" },
        Of("value.late", FieldKind.Number, ("沉默倍数", "Silence against rhythm")) with { Column = "late", Help = ("距最近下单的天数 ÷ 平均间隔；大于 2 说明比自己的节奏晚了一倍", "Days since the last order ÷ the usual gap; above 2 the customer is twice as late as usual") },
        Of("value.rfm", FieldKind.Text, ("RFM", "RFM")) with { Column = "rfm" },
        Of("value.loyalty", FieldKind.Integer, ("忠诚度", "Loyalty")) with { Column = "loyalty" },
        Of("value.profit", FieldKind.Integer, ("利润分", "Profit score")) with { Column = "profit" },
        Of("value.promise", FieldKind.Integer, ("潜力", "Promise")) with { Column = "promise" },
        Of("value.influence", FieldKind.Integer, ("影响力", "Influence")) with { Column = "influence" },
        Of("value.satisfaction", FieldKind.Integer, ("满意度", "Satisfaction")) with { Column = "satisfaction", NeedsFunction = Functions.ReadValue, Help = ("0 到 100：按分层规则里指定的字段减去近一年投诉；不知道的为空", "0 to 100: the field named in the rules less the complaints of a year; empty where it is not known") },
        Of("value.trust", FieldKind.Integer, ("信任", "Trust")) with { Column = "trust", NeedsFunction = Functions.ReadValue, Help = ("0 到 100：按分层规则里指定的字段和付款是否及时；不知道的为空", "0 to 100: the field named in the rules and how punctually is paid; empty where it is not known") },
        Of("value.run", FieldKind.Integer, ("计算批次", "Run")) with { Column = "run" },
        Of("value.asOf", FieldKind.Date, ("价值计算日", "Value as of")) with { Column = "as_of" },
    ];

    public static Section Section { get; } = new("value", ("客户价值", "Value"));

    private static Field Of(string name, FieldKind kind, Label label) => new(name, kind, label) { ReadOnly = true, Beside = Table, Section = "value" };
}
