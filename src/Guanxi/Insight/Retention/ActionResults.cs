using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Experiments;

namespace Guanxi.Insight.Retention;

/// <summary>
/// What calls did: of those who were to be called and those whom chance left alone, how many ordered again and what that brought, with the difference and its interval.
/// Whoever was to be called counts as called, whether he was or not; otherwise those who could not be reached would flatter the calls.
/// </summary>
public static class ActionResults
{
    private const int Shown = 50;

    /// <summary>Fewer in a group say nothing.</summary>
    internal const int Fewest = 5;

    private sealed record Action(Guid Id, DateTimeOffset At, Guid? By, string Name, string Kind, DateOnly Due, DateOnly Starts, DateOnly Ends, string Currency);

    private sealed record Member(bool Treated, bool Done, long AtRisk, bool Back, double Margin);

    /// <summary>Writes <c>items</c>, newest first: the actor's own actions, or everybody's for who sees every customer.</summary>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel = default)
    {
        RiskList.Demand(actor);
        var everybody = actor.On(actor.Schema["customers"]).Read == Reach.All;
        var mine = everybody ? new Sql() : Sql.Of($" WHERE by_id = {actor.Id}");
        var actions = await session.ListAsync(
            new Sql().Append("SELECT id, at, by_id, name, kind, due_on, starts_on, ends_on, currency FROM retention_action").Append(mine).Append($" ORDER BY at DESC LIMIT {Shown}"),
            row => new Action(row.Id(0), row.Instant(1), row.OptionalId(2), row.Text(3), row.Text(4), Day(row.Text(5)), Day(row.Text(6)), Day(row.Text(7)), row.Text(8)), cancel);
        var usual = (await ValueSettings.ReadAsync(session, cancel)).UsualMargin / 100;
        var today = actor.Today(now);
        writer.WriteStartArray("items");
        foreach (var action in actions)
        {
            Write(writer, actor, action, await MembersAsync(session, actor, action, today, usual, now, cancel), today);
        }

        writer.WriteEndArray();
    }

    /// <summary>Those of them the actor sees today: what became of a customer that was given away is its new owner's to know.</summary>
    private static async Task<List<Member>> MembersAsync(DatabaseSession session, Actor actor, Action action, DateOnly today, double usual, DateTimeOffset now, CancellationToken cancel)
    {
        var until = action.Ends < today ? action.Ends : today;
        return await session.ListAsync(
            Sql.Of($"SELECT m.treated, CASE WHEN a.status = 'done' THEN 1 ELSE 0 END, m.at_risk, COUNT(o.id), SUM(CASE WHEN o.kind = 'return' THEN -1 ELSE 1 END * (CASE WHEN o.home_cost IS NULL THEN o.home_amount * {usual} ELSE o.home_amount - o.home_cost END)) FROM retention_member m JOIN customer t ON t.id = m.customer_id LEFT JOIN activity a ON a.id = m.activity_id LEFT JOIN sales_order o ON o.customer_id = m.customer_id AND o.deleted_at IS NULL AND o.status NOT IN ('draft', 'cancelled') AND o.ordered_on > {action.Starts} AND o.ordered_on <= {until} WHERE m.action_id = {action.Id} AND {AccessDoor.For(actor, actor.Schema["customers"], Verb.Read, now).Condition("t")} GROUP BY m.customer_id, m.treated, a.status, m.at_risk"),
            row => new Member(row.Integer(0) == 1, row.Integer(1) == 1, row.Integer(2), row.Integer(3) > 0, row.IsNull(4) ? 0 : Convert.ToDouble(row.Any(4), CultureInfo.InvariantCulture) / 10_000), cancel);
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, Action action, List<Member> members, DateOnly today)
    {
        var (treated, control) = (members.Where(member => member.Treated).ToList(), members.Where(member => !member.Treated).ToList());
        writer.WriteStartObject();
        writer.WriteString("id", action.Id);
        writer.WriteString("name", action.Name);
        writer.WriteString("kind", action.Kind);
        writer.WriteString("by", action.By is { } by ? actor.Directory.Person(by)?.Name : null);
        writer.WriteString("startsOn", Text(action.Starts));
        writer.WriteString("endsOn", Text(action.Ends));
        writer.WriteBoolean("over", action.Ends < today);
        writer.WriteString("currency", action.Currency);
        Group(writer, "treated", treated);
        Group(writer, "control", control);
        writer.WriteNumber("done", treated.Count(member => member.Done));
        var sentence = Verdict(writer, treated, control, action, today);
        writer.WriteString("sentence", sentence.In(actor.Language));
        writer.WriteEndObject();
    }

    /// <summary>The difference with its interval where there is one, and what it means in a sentence.</summary>
    private static Label Verdict(Utf8JsonWriter writer, List<Member> treated, List<Member> control, Action action, DateOnly today)
    {
        if (control.Count == 0)
        {
            return ("没有留对照组，看不出这些人不联系会不会也回来", "Nobody was held out, so one cannot see who would have come back uncalled");
        }

        if (treated.Count < Fewest || control.Count < Fewest)
        {
            return new Label($"每组至少要有 {Fewest} 位客户才能比较", $"Each group needs {Fewest} customers to be compared");
        }

        var back = TwoGroups.ShareDifference(treated.Count(member => member.Back), treated.Count, control.Count(member => member.Back), control.Count);
        var margin = TwoGroups.MeanDifference([.. treated.Select(member => member.Margin)], [.. control.Select(member => member.Margin)]);
        Interval(writer, "backDifference", back);
        Interval(writer, "marginDifference", margin);
        var (zh, en) = action.Ends < today ? ("", "") : ($"（到 {Text(action.Ends)} 才结束）", $" (not over until {Text(action.Ends)})");
        var range = $"{back.Low * 100:+0;−0;0} … {back.High * 100:+0;−0;0}";
        return back.IsClear
            ? new Label($"联系过的再下单的比例{(back.Value > 0 ? "高" : "低")} {Math.Abs(back.Value) * 100:0} 个百分点（95% 区间 {range}）：不像是偶然{zh}", $"Of those called {Math.Abs(back.Value) * 100:0} points {(back.Value > 0 ? "more" : "fewer")} ordered again (95 % interval {range}): hardly by chance{en}")
            : new Label($"相差 {back.Value * 100:+0;−0;0} 个百分点（95% 区间 {range}）：还可能只是偶然{zh}", $"A difference of {back.Value * 100:+0;−0;0} points (95 % interval {range}) may still be chance{en}");
    }

    private static void Group(Utf8JsonWriter writer, string name, List<Member> members)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("customers", members.Count);
        writer.WriteNumber("back", members.Count(member => member.Back));
        writer.WriteNumber("margin", Math.Round(members.Sum(member => member.Margin), 2));
        writer.WriteNumber("atRisk", members.Sum(member => member.AtRisk) / 10_000m);
        writer.WriteEndObject();
    }

    private static void Interval(Utf8JsonWriter writer, string name, Interval interval)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("value", Math.Round(interval.Value, 6));
        writer.WriteNumber("low", Math.Round(interval.Low, 6));
        writer.WriteNumber("high", Math.Round(interval.High, 6));
        writer.WriteEndObject();
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
