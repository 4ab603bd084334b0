using System.Globalization;
using System.Text.Json;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Costs;

namespace Guanxi.Insight.Value;

/// <summary>What one customer is worth, with the arithmetic behind each figure and how it has moved.</summary>
public static class CustomerWorth
{
    private const int Months = 24;

    private sealed record Row(string AsOf, string Currency, long Purchases, string First, string Last, double? Rhythm, double? Late, decimal Historical, decimal Current, decimal Model, decimal Potential, decimal AtRisk, double Alive, double Expected, decimal Contribution, bool CostKnown, decimal Revenue, decimal Goods, decimal[] Costs, decimal Investment, string? Plane, string Tier);

    /// <summary>Writes <c>figures</c> with a sentence each and <c>months</c>; null figures when the customer has never ordered.</summary>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid customer, CancellationToken cancel = default)
    {
        var language = actor.Language;
        var row = await session.FirstAsync(
            Sql.Of($"SELECT as_of, currency, purchases, first_on, last_on, rhythm, late, historical, current, model, potential, at_risk, alive, expected, contribution, cost_known, revenue, goods, cost_service, cost_marketing, cost_sales, cost_finance, cost_other, investment, plane, tier FROM customer_value WHERE record_id = {customer}"),
            r => new Row(r.Text(0), r.Text(1), r.Integer(2), r.Text(3), r.Text(4), r.IsNull(5) ? null : Convert.ToDouble(r.Any(5), CultureInfo.InvariantCulture), r.IsNull(6) ? null : Convert.ToDouble(r.Any(6), CultureInfo.InvariantCulture), Amount(r, 7), Amount(r, 8), Amount(r, 9), Amount(r, 10), Amount(r, 11), Convert.ToDouble(r.Any(12), CultureInfo.InvariantCulture), Convert.ToDouble(r.Any(13), CultureInfo.InvariantCulture), Amount(r, 14), r.Integer(15) == 1, Amount(r, 16), Amount(r, 17), [Amount(r, 18), Amount(r, 19), Amount(r, 20), Amount(r, 21), Amount(r, 22)], Amount(r, 23), r.OptionalText(24), r.Text(25)),
            cancel);
        if (row is null)
        {
            writer.WriteNull("figures");
        }
        else
        {
            var settings = await ValueSettings.ReadAsync(session, cancel);
            writer.WriteString("asOf", row.AsOf);
            if (row.Plane is { } plane)
            {
                writer.WriteString("plane", ValueFields.Planes.First(choice => choice.Value == plane).Label.In(language));
            }

            writer.WriteStartArray("figures");
            Figure(writer, "historical", row.Historical, row.Currency, Historical(row), language);
            Figure(writer, "current", row.Current, row.Currency, Current(row), language);
            using var report = JsonDocument.Parse(await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1"), cancel) ?? "{}");
            // Whose only purchase does not count for what it pays next is told so: the amount would be looked for in vain.
            var asAverage = row.Purchases == 1 && report.RootElement.TryGetProperty("model", out var model) && model.TryGetProperty("spendOfAll", out var ofAll) && !ofAll.GetBoolean();
            Figure(writer, "model", row.Model, row.Currency, Model(row, settings, asAverage), language);
            var (potential, potentialParts) = await PotentialAsync(session, customer, row, report.RootElement, cancel);
            Figure(writer, "potential", row.Potential, row.Currency, potential, language, potentialParts);
            var (atRisk, atRiskParts) = AtRisk(row);
            Figure(writer, "atRisk", row.AtRisk, row.Currency, atRisk, language, atRiskParts);
            writer.WriteEndArray();
            await FeelingsAsync(writer, session, actor, customer, settings, DateOnly.ParseExact(row.AsOf, "yyyy-MM-dd", CultureInfo.InvariantCulture), cancel);
            var policies = await TierPolicy.ReadAsync(session, cancel);
            if (policies.GetValueOrDefault(row.Tier)?.Sentence() is { } promised)
            {
                writer.WriteString("policy", promised.In(language));
            }

            if (Late(row) is { } late)
            {
                writer.WriteString("late", late.In(language));
            }
        }

        var used = new HashSet<long>();
        writer.WriteStartArray("months");
        foreach (var month in await session.ListAsync(Sql.Of($"SELECT period, tier, current, model, alive, loyalty, profit, promise, influence, weights FROM customer_value_month WHERE record_id = {customer} ORDER BY period DESC LIMIT {Months}"), r => (Period: r.Text(0), Tier: r.Text(1), Current: Amount(r, 2), Model: Amount(r, 3), Alive: Convert.ToDouble(r.Any(4), CultureInfo.InvariantCulture), Scores: (long[])[r.Integer(5), r.Integer(6), r.Integer(7), r.Integer(8)], Weights: r.Integer(9)), cancel))
        {
            writer.WriteStartObject();
            writer.WriteString("period", month.Period);
            writer.WriteString("tier", month.Tier);
            writer.WriteNumber("current", month.Current);
            writer.WriteNumber("model", month.Model);
            writer.WriteNumber("alive", month.Alive);
            writer.WriteStartArray("scores");
            foreach (var score in month.Scores)
            {
                writer.WriteNumberValue(score);
            }

            writer.WriteEndArray();
            writer.WriteNumber("weights", month.Weights);
            used.Add(month.Weights);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("weights");
        foreach (var weights in (await ScoreWeights.ListAsync(session, cancel)).Where(weights => used.Contains(weights.Version)))
        {
            weights.Write(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>The class, and what satisfaction and trust say of it; of a source one may not read only what it comes to.</summary>
    private static async Task FeelingsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid customer, ValueSettings settings, DateOnly asOf, CancellationToken cancel)
    {
        var type = actor.Schema["customers"];
        var (own, satisfaction, trust) = await session.FirstAsync(
            Sql.Of($"SELECT class, satisfaction, trust FROM customer_value WHERE record_id = {customer}"), row => (row.Text(0), row.OptionalInteger(1), row.OptionalInteger(2)), cancel);
        var company = await Settings.ReadAsync(session, cancel);
        var (told, complaints, trusted, late) = await CustomerFeelings.OfAsync(session, customer, settings, type, asOf, TimeZoneInfo.FindSystemTimeZoneById(company.TimeZone), cancel);
        if (actor.Reads(type, type["value.class"]))
        {
            writer.WriteString("class", ValueFields.Classes.First(choice => choice.Value == own).Label.In(actor.Language));
        }

        double satisfactionNow = CustomerFeelings.SatisfactionOf(told ?? double.NaN, complaints, settings), trustNow = CustomerFeelings.TrustOf(trusted ?? double.NaN, late ?? double.NaN, settings);
        writer.WriteStartArray("feelings");
        foreach (var (name, score, today, source, value, below, rest) in new[]
        {
            ("satisfaction", satisfaction, satisfactionNow, settings.SatisfactionField, told, settings.SatisfactionRiskBelow, complaints > 0 && settings.ComplaintPoints > 0 ? new Label($"近一年 {complaints} 次投诉，每次减 {settings.ComplaintPoints:0.#}", $"{Counted.Of(complaints, "complaint")} within a year, {settings.ComplaintPoints:0.#} off for each") : null),
            ("trust", trust, trustNow, settings.TrustField, trusted, settings.TrustRiskBelow, late is { } days && settings.LateDaysForNothing > 0 ? new Label($"付款平均或目前晚 {Math.Max(0, days):0.#} 天，晚 {settings.LateDaysForNothing:0.#} 天为 0 分", $"Pays, or is, {Counted.Of(Math.Max(0, days), "day")} late; {settings.LateDaysForNothing:0.#} days are 0") : null),
        })
        {
            var field = source is null ? null : type.Find(source);
            List<Label> words = [];
            if (field is not null && value is { } number && actor.Reads(type, field))
            {
                words.Add(new Label($"{field.Label.ZhHans} {number:0.##}", $"{field.Label.En} {number:0.##}"));
            }

            if (rest is not null)
            {
                words.Add(rest);
            }

            // The score is of the last run, what it rests on of now.
            if (double.IsFinite(today) && score != (long)Math.Round(today, MidpointRounding.AwayFromZero))
            {
                words.Add(new Label($"这是 {asOf:yyyy-MM-dd} 计算之后的情况：下次计算后为 {today:0} 分，现在的分数和分类还没有按它", $"This is newer than the score of {asOf:yyyy-MM-dd}: the next run will make it {today:0}, and neither score nor class go by it yet"));
            }
            else if (!double.IsFinite(today) && score is not null)
            {
                words.Add(new Label($"分数来自 {asOf:yyyy-MM-dd} 的资料，那些资料现在已没有了", $"The score rests on what was known on {asOf:yyyy-MM-dd}, which is there no more"));
            }
            else if (score is null)
            {
                words.Add(("没有资料，不影响分类", "Nothing is known; the class does not go by it"));
            }

            if (score < below)
            {
                words.Add(new Label($"低于 {below:0.#}，算作风险客户", $"Below {below:0.#}: a customer at risk"));
            }

            writer.WriteStartObject();
            writer.WriteString("name", name);
            if (score is { } known)
            {
                writer.WriteNumber("score", known);
            }
            else
            {
                writer.WriteNull("score");
            }

            writer.WriteString("how", string.Join(new Label("；", "; ").In(actor.Language), words.Select(label => label.In(actor.Language))));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Income less goods less each kind of cost, as one would write it on paper.</summary>
    private static Label Historical(Row row)
    {
        var spent = Cost.Kinds.Select((kind, i) => (kind.Label, Amount: row.Costs[i])).Where(item => item.Amount != 0).ToList();
        return new Label(
            $"{(row.First == row.Last ? row.First : $"{row.First} 至 {row.Last}")} 共 {row.Purchases} 个下单日：收入 {Text(row.Revenue)} − 货物成本 {Text(row.Goods)}{string.Concat(spent.Select(item => $" − {item.Label.ZhHans} {Text(item.Amount)}"))}{(row.CostKnown ? "" : "，没有成本的订单按常用毛利率计")}",
            $"{Counted.Of(row.Purchases, "day")} with an order{(row.First == row.Last ? $" on {row.First}" : $" from {row.First} to {row.Last}")}: income {Text(row.Revenue)} − goods {Text(row.Goods)}{string.Concat(spent.Select(item => $" − {item.Label.En.ToLowerInvariant()} {Text(item.Amount)}"))}{(row.CostKnown ? "" : ", orders without a cost at the usual margin")}");
    }

    private static Label Current(Row row) => row.Investment == 0
        ? ("最近 365 天的毛利，没有登记费用", "Margin of the last 365 days; no costs were written down")
        : new Label($"最近 365 天的毛利 {Text(row.Current + row.Investment)} − 为客户花的费用 {Text(row.Investment)}", $"Margin of the last 365 days {Text(row.Current + row.Investment)} − what was spent on the customer {Text(row.Investment)}");

    private static string Text(decimal amount) => amount.ToString("#,0.##", CultureInfo.InvariantCulture);

    private static Label Model(Row row, ValueSettings settings, bool asAverage)
    {
        var each = Text(row.Contribution);
        var (zh, en) = asAverage ? ("（只买过一次，按平均金额计）", " (bought once: the average amount)") : ("", "");
        return new Label(
            $"{row.Purchases} 次下单，最近一次 {Days(row)} 天前，存续概率 {row.Alive:0.00}；预计 {settings.HorizonMonths} 个月内再下单 {row.Expected:0.0} 次 × 每次毛利 {each} {row.Currency}{zh}，按年 {settings.DiscountRate:0.#}% 折现",
            $"{Counted.Of(row.Purchases, "order")}, last {Counted.Of(Days(row), "day")} ago, P(alive) {row.Alive:0.00}; expects {row.Expected:0.0} orders in {Counted.Of(settings.HorizonMonths, "month")} at {each} {row.Currency} margin each{en}, discounted by {settings.DiscountRate:0.#}% a year");
    }

    private static Label? Late(Row row) => row is { Late: > 1.5, Rhythm: { } rhythm }
        ? new Label($"平均每 {rhythm:0} 天下单一次，已 {Days(row)} 天没有下单，是自己节奏的 {row.Late:0.0} 倍", $"Usually orders every {Counted.Of(Math.Round(rhythm), "day")}; {Counted.Of(Days(row), "day")} of silence are {row.Late:0.0} times its own rhythm")
        : null;

    private static int Days(Row row) => DateOnly.ParseExact(row.AsOf, "yyyy-MM-dd").DayNumber - DateOnly.ParseExact(row.Last, "yyyy-MM-dd").DayNumber;

    private static decimal Amount(Guanxi.Database.Row row, int ordinal) => row.Integer(ordinal) / Money.Scale;

    /// <summary>One number of the arithmetic: an amount in the company's currency, or a plain one.</summary>
    private sealed record Part(string Name, Label Label, decimal? Amount = null, double? Number = null);

    /// <summary>The peer's figure, the headcount and their product, as they were when the value was reckoned; the rule alone where that cannot be told any more.</summary>
    private static async Task<(Label How, IReadOnlyList<Part> Parts)> PotentialAsync(DatabaseSession session, Guid customer, Row row, JsonElement report, CancellationToken cancel)
    {
        Label rule = ("如果像同行业最好的四分之一那样采购（按人数折算），一年还能多带来的毛利", "What it would bring in a year more if it bought as the best quarter of its industry do, measured by the number of people");
        var (industry, employees) = await session.FirstAsync(Sql.Of($"SELECT industry, employees FROM customer WHERE id = {customer}"), r => (r.OptionalText(0) ?? "", r.IsNull(1) ? 0 : Math.Max(0, r.Integer(1))), cancel);
        if (!report.TryGetProperty("peers", out var peers) || !(peers.TryGetProperty(industry, out var peer) || peers.TryGetProperty("", out peer)))
        {
            return (rule, []);
        }

        var ofIndustry = industry.Length > 0 && peers.TryGetProperty(industry, out _);
        var figure = new Standing.PeerFigure(peer.GetProperty("margin").GetDouble(), peer.GetProperty("most").GetDouble(), peer.TryGetProperty("aHead", out var ahead) ? ahead.GetDouble() : null);
        var (reachable, brought) = ((decimal)figure.Reachable(employees), Math.Max(0, row.Current));
        if (Math.Abs(Math.Max(0, reachable - brought) - row.Potential) > 0.02m)
        {
            // The industry or the headcount was changed since.
            return (rule, []);
        }

        Part reach = new("reachable", ("一年可达到的毛利", "margin within reach in a year"), reachable), current = new("current", ("现在一年的毛利", "margin of a year now"), brought);
        if (figure.AHead is { } each && employees > 0)
        {
            var product = (decimal)each * employees;
            List<Part> parts = [new("aHead", ("同行业最好的四分之一每人每年的毛利", "a year's margin a head of the best quarter of the industry"), (decimal)each), new("employees", ("人数", "people"), Number: employees), .. product > reachable ? (Part[])[new("most", ("同行业二十家里十九家不超过", "nineteen of twenty of the industry bring at most"), reachable)] : [], current];
            return (new Label(
                $"同行业最好的四分之一每人每年 {Text((decimal)each)} × {employees} 人 = {Text(product)}{(product > reachable ? $"，最多按 {Text(reachable)}（二十家里十九家不超过）" : "")}，减去现在的 {Text(brought)}",
                $"The best quarter of the industry bring {Text((decimal)each)} a head and year × {employees} people = {Text(product)}{(product > reachable ? $", at most {Text(reachable)} (nineteen of twenty bring no more)" : "")}, less the {Text(brought)} of now"), parts);
        }

        return (ofIndustry
            ? new Label($"同行业最好的四分之一一年从 {Text(reachable)} 起，减去现在的 {Text(brought)}", $"The best quarter of the industry bring {Text(reachable)} a year or more, less the {Text(brought)} of now")
            : new Label($"全部客户里最好的四分之一一年从 {Text(reachable)} 起（同行业不足三十家），减去现在的 {Text(brought)}", $"The best quarter of all customers bring {Text(reachable)} a year or more (its industry has not thirty), less the {Text(brought)} of now"), [reach, current]);
    }

    /// <summary>The chance to be gone times what it would bring if it surely stayed, up to what a year brought.</summary>
    private static (Label How, IReadOnlyList<Part> Parts) AtRisk(Row row)
    {
        var full = row.Alive > 0 ? row.Model / (decimal)row.Alive : 0;
        var product = (decimal)(1 - row.Alive) * full;
        List<Part> parts = [new("gone", ("流失可能", "chance to be gone"), Number: Math.Round(1 - row.Alive, 4)), new("ifStays", ("若肯定留下，预计毛利", "margin expected if it surely stayed"), full)];
        var capped = product > row.AtRisk + 0.01m + (full * 0.000001m);
        if (full <= 0 || row.AtRisk == 0)
        {
            return (new Label($"流失可能 {1 - row.Alive:0%}；预计不会再带来毛利，没有可失去的", $"A chance of {1 - row.Alive:0%} to be gone; no margin is expected of it, so none is at stake"), parts);
        }

        return (new Label(
            $"流失可能 {1 - row.Alive:0.#%} × 若肯定留下的预计毛利 {Text(full)}{(capped ? $"，最多按它一年带来的 {Text(row.AtRisk)}" : $" = {Text(product)}")}",
            $"A chance of {1 - row.Alive:0.#%} to be gone × {Text(full)} of margin expected if it surely stayed{(capped ? $", at most the {Text(row.AtRisk)} that it brought in a year" : $" = {Text(product)}")}"), capped ? [.. parts, new("most", ("它一年带来的", "what it brought in a year"), row.AtRisk)] : parts);
    }

    private static void Figure(Utf8JsonWriter writer, string name, decimal amount, string currency, Label how, string language, IReadOnlyList<Part>? parts = null)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("amount", new Money(amount, currency).AmountText);
        writer.WriteString("currency", currency);
        writer.WriteString("how", how.In(language));
        if (parts is { Count: > 0 })
        {
            writer.WriteStartArray("parts");
            foreach (var part in parts)
            {
                writer.WriteStartObject();
                writer.WriteString("name", part.Name);
                writer.WriteString("label", part.Label.In(language));
                if (part.Amount is { } money)
                {
                    writer.WriteString("amount", new Money(Math.Round(money, 2), currency).AmountText);
                }
                else
                {
                    writer.WriteNumber("number", part.Number!.Value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
