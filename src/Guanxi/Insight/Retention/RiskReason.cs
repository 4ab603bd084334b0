using Guanxi.Platform.Records;

namespace Guanxi.Insight.Retention;

/// <summary>Something seen that speaks for a customer going away.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Sentence">What was seen, with its numbers.</param>
/// <param name="Weight">The higher, the sooner it is told.</param>
public sealed record RiskReason(string Code, Label Sentence, double Weight);

/// <summary>What one usually does next.</summary>
/// <param name="Kind">The kind of activity it takes.</param>
public sealed record RiskAdvice(string Code, string Kind, Label Sentence);

/// <summary>What is known of a customer at risk, as far as the reader may know it.</summary>
/// <param name="Rhythm">Usual days between orders.</param>
/// <param name="Late">Silence in such gaps.</param>
/// <param name="Current">Profit of the last 365 days.</param>
/// <param name="Before">Profit of the goods in the 365 days before those; null when the reader may not see orders.</param>
/// <param name="LastContact">Day of the last contact.</param>
/// <param name="OwnerSince">Since when the owner has it.</param>
/// <param name="Returns">Returns within half a year.</param>
/// <param name="LateDeliveries">Orders that came later than promised within half a year.</param>
/// <param name="LostDeal">The last deal lost within half a year, and to whom.</param>
public sealed record RiskFacts(
    DateOnly Today, string Tier, double Alive, double? Rhythm, double? Late, DateOnly LastOrder, decimal Current, decimal? GoodsMargin, decimal? Before, DateOnly? LastContact, DateOnly? OwnerSince, int Returns, int LateDeliveries, (string Name, string? To)? LostDeal);

/// <summary>Reasons and advice from the facts: plain rules that a sales manager can check by looking.</summary>
public static class RiskReasons
{
    private const int LongWithoutContact = 60;
    private const int NewOwnerDays = 180;

    public static IReadOnlyList<RiskReason> Of(RiskFacts facts)
    {
        var reasons = new List<RiskReason>();
        var silence = facts.Today.DayNumber - facts.LastOrder.DayNumber;
        if (facts is { Late: >= 1.5, Rhythm: { } rhythm })
        {
            reasons.Add(new("late", new Label($"平均每 {rhythm:0} 天下单，已 {silence} 天没有下单（{facts.Late:0.0} 倍）", $"Orders every {Counted.Of(Math.Round(rhythm), "day")}; silent for {Counted.Of(silence, "day")} ({facts.Late:0.0} times)"), 50 + Math.Min(20, facts.Late.Value * 2)));
        }
        else if (facts.Rhythm is null)
        {
            reasons.Add(new("once", new Label($"只下过一次单，在 {silence} 天前", $"Has ordered once, {Counted.Of(silence, "day")} ago"), 20));
        }

        if (facts.Returns > 0)
        {
            reasons.Add(new("returns", new Label($"近半年退货 {facts.Returns} 次", $"{Counted.Of(facts.Returns, "return")} within half a year"), 46));
        }

        if (facts.LateDeliveries > 0)
        {
            reasons.Add(new("late-delivery", new Label($"近半年有 {facts.LateDeliveries} 张订单晚于承诺交期", $"{Counted.Of(facts.LateDeliveries, "order")} came later than promised within half a year"), 48));
        }

        if (facts.LostDeal is { } lost)
        {
            reasons.Add(new("lost-deal", lost.To is { } rival ? new Label($"丢了商机“{lost.Name}”，输给 {rival}", $"Lost the deal “{lost.Name}” to {rival}") : new Label($"丢了商机“{lost.Name}”", $"Lost the deal “{lost.Name}”"), 44));
        }

        if (facts.Before is > 0 and var before && facts.GoodsMargin is { } now && now < before * 0.7m)
        {
            reasons.Add(new("falling", new Label($"近一年毛利比上一年少 {(1 - (Math.Max(0, now) / before)) * 100:0}%", $"Margin of the last year is {(1 - (Math.Max(0, now) / before)) * 100:0}% below the year before"), 40));
        }

        if (facts.LastContact is null || facts.Today.DayNumber - facts.LastContact.Value.DayNumber > LongWithoutContact)
        {
            reasons.Add(new("no-contact", facts.LastContact is { } day ? new Label($"{facts.Today.DayNumber - day.DayNumber} 天没有联系过", $"Nobody has been in touch for {Counted.Of(facts.Today.DayNumber - day.DayNumber, "day")}") : ("从来没有联系记录", "No contact has ever been written down"), 38));
        }

        if (facts.OwnerSince is { } since && facts.Today.DayNumber - since.DayNumber is > 0 and < NewOwnerDays && since > facts.LastOrder)
        {
            reasons.Add(new("new-owner", new Label($"{since:yyyy-MM-dd} 换了负责人，此后没有下单", $"Has had a new owner since {since:yyyy-MM-dd} and has not ordered since"), 36));
        }

        if (facts.Alive < 0.5)
        {
            reasons.Add(new("alive", new Label($"按它的下单节奏，仍是客户的可能只有 {facts.Alive * 100:0}%", $"By its rhythm it is still a customer with a chance of {facts.Alive * 100:0}%"), 30));
        }

        return [.. reasons.OrderByDescending(reason => reason.Weight)];
    }

    /// <summary>One thing to do: what went wrong is put right before anything is sold.</summary>
    public static RiskAdvice Advise(RiskFacts facts, IReadOnlyList<RiskReason> reasons)
    {
        bool Has(string code) => reasons.Any(reason => reason.Code == code);
        return Has("returns") || Has("late-delivery") ? new("mend", "call", ("先把交付或质量问题说清楚、补救好，再谈订单", "Mend what went wrong with delivery or quality before you talk of orders"))
            : Has("lost-deal") ? new("rival", "visit", ("由经理出面拜访，弄清竞品的条件，带着方案回去", "Have the manager visit, learn the rival's terms and come back with an offer"))
            : facts.Alive < 0.15 ? new("win-back", "call", ("做一次挽回：专属报价；两次没有结果就转为低成本服务", "Win back once with an offer of its own; after two tries serve it at low cost"))
            : facts.Tier is "vip" or "major" ? new("visit", "visit", ("负责人上门，带上用量对比，问清下次采购的时间", "The owner visits with a comparison of what was used, and asks when they buy next"))
            : Has("no-contact") ? new("call", "call", ("本周打电话，确认近况和下次采购时间", "Call this week: how are things, and when do they buy next"))
            : new("remind", "call", ("电话提醒补货", "Call to remind them of restocking"));
    }
}
