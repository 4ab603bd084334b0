using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Retention;

/// <summary>What was asked for: whom to call, by when, and how many are left alone so that one can see what the calls did.</summary>
public sealed record CallPlan(string Name, IReadOnlyList<Guid> Customers, string Kind, DateOnly DueOn, Guid? Owner, double HoldOut, int Weeks)
{
    public const int Most = 500;
    private static readonly string[] Kinds = ["call", "visit", "task", "message"];

    /// <exception cref="RefusedException">Something is missing or lies outside its bounds.</exception>
    public static CallPlan Read(JsonElement body, DateOnly today)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var errors = new FieldErrors();
        string[] known = ["name", "customers", "kind", "dueOn", "owner", "holdOut", "weeks"];
        foreach (var property in body.EnumerateObject().Where(property => !known.Contains(property.Name, StringComparer.Ordinal)))
        {
            errors.Add(property.Name, RecordRefusals.UnknownField(property.Name, Nearest.To(property.Name, known)));
        }

        var name = Text(body, "name")?.Trim() ?? "";
        if (name.Length is 0 or > 100)
        {
            errors.Add("name", ("请给这次行动起个名字（100 字以内），以后好看结果", "Give this action a name of at most 100 characters, by which to find its result"));
        }

        var customers = body.TryGetProperty("customers", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && item.TryGetGuid(out var id) ? id : Guid.Empty).Distinct().ToList() : [];
        if (customers.Count is 0 or > Most || customers.Contains(Guid.Empty))
        {
            errors.Add("customers", new Label($"请选择 1 到 {Most} 位客户", $"Choose 1 to {Most} customers"));
        }

        var kind = Text(body, "kind") ?? "call";
        if (!Kinds.Contains(kind, StringComparer.Ordinal))
        {
            errors.Add("kind", new Label($"方式应为 {string.Join("、", Kinds)}", $"The kind is one of {string.Join(", ", Kinds)}"));
        }

        var due = today.AddDays(7);
        if (Text(body, "dueOn") is { } day && (!DateOnly.TryParseExact(day, "yyyy-MM-dd", out due) || due < today || due > today.AddDays(365)))
        {
            errors.Add("dueOn", ("应为今天到一年内的日期", "It is a day from today to a year from now"));
        }

        var hold = Number(body, "holdOut", 0, 0, 50, errors);
        var weeks = Number(body, "weeks", 12, 1, 52, errors);
        Guid? owner = Text(body, "owner") is { Length: > 0 } who ? Guid.TryParse(who, out var person) ? person : Guid.Empty : null;
        // So many as the result will need: to leave customers uncalled for an answer that cannot come helps nobody.
        var held = (int)Math.Floor(customers.Count * hold / 100);
        if (hold > 0 && Math.Min(held, customers.Count - held) < ActionResults.Fewest)
        {
            errors.Add("holdOut", customers.Count < 2 * ActionResults.Fewest
                ? new Label($"{customers.Count} 位客户留不出对照组：两组各要 {ActionResults.Fewest} 位才能比较，请多选客户，或设为 0", $"{customers.Count} customers are too few for a control group: each group needs {ActionResults.Fewest} to be compared; choose more, or make it 0")
                : new Label($"按这个比例对照组只有 {held} 位，至少 {ActionResults.Fewest} 位才能比较：请调到 {Math.Ceiling(100.0 * ActionResults.Fewest / customers.Count):0}% 以上，或设为 0", $"At this share {held} would be held out, and {ActionResults.Fewest} are needed to compare: make it {Math.Ceiling(100.0 * ActionResults.Fewest / customers.Count):0}% or more, or 0"));
        }

        errors.Throw();
        return new CallPlan(name, customers, kind, due, owner, hold, (int)weeks);
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double Number(JsonElement body, string name, double otherwise, double least, double most, FieldErrors errors)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return otherwise;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add(name, new Label($"应为 {least} 到 {most} 之间的数字", $"It is a number from {least} to {most}"));
        return otherwise;
    }
}

/// <summary>Plans a call with each customer that chance did not hold back, with the reasons in it, in one transaction.</summary>
public static class AssignCalls
{
    public sealed record Result(Guid Id, int Planned, int HeldOut);

    /// <exception cref="RefusedException">A customer is not there for the actor, has no value yet, or he may not plan activities.</exception>
    public static async Task<Result> RunAsync(SaveContext context, CallPlan plan, CancellationToken cancel = default)
    {
        var (session, actor) = (context.Session, context.Actor);
        RiskList.Demand(actor);
        var (customers, activities) = (context.Schema["customers"], context.Schema["activities"]);
        if (!actor.On(activities).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(activities));
        }

        if (plan.Owner is { } named && actor.Directory.Person(named) is not { Active: true })
        {
            throw new RefusedException(Refusal.Invalid("owner", ("没有这位同事，或已停用", "There is no such colleague, or the account is closed")));
        }

        var settings = await ValueSettings.ReadAsync(session, cancel);
        var facts = await RiskFactReader.ReadAsync(session, actor, plan.Customers, settings.UsualMargin / 100, context.Now, cancel);
        var chosen = new List<(Guid Id, Guid? Owner, string Name, long AtRisk, double Alive)>();
        foreach (var id in plan.Customers)
        {
            var customer = await RecordStore.LoadAsync(session, actor, customers, id, Verb.Read, context.Now, cancel: cancel);
            if (!facts.ContainsKey(id))
            {
                throw new RefusedException(Refusal.Invalid("customers", new Label($"“{customer.Title}”还没有价值数据：它没有下过单，或还没有计算", $"“{customer.Title}” has no value yet: it has never ordered, or nothing was reckoned")));
            }

            var (risk, alive) = await session.FirstAsync(Sql.Of($"SELECT at_risk, alive FROM customer_value WHERE record_id = {id}"), row => (row.Integer(0), Convert.ToDouble(row.Any(1), System.Globalization.CultureInfo.InvariantCulture)), cancel);
            chosen.Add((id, customer.OwnerId, customer.Title, risk, alive));
        }

        var company = await Settings.ReadAsync(session, cancel);
        var action = Guid.CreateVersion7(context.Now);
        var held = HeldOut([.. chosen.OrderByDescending(item => item.AtRisk).ThenBy(item => item.Id).Select(item => item.Id)], plan.HoldOut / 100, action);
        var today = actor.Today(context.Now);
        await session.ExecuteAsync(Sql.Of($"INSERT INTO retention_action (id, at, by_id, name, kind, due_on, starts_on, ends_on, held_out, currency) VALUES ({action}, {context.Now}, {context.ActorId}, {plan.Name}, {plan.Kind}, {plan.DueOn}, {today}, {today.AddDays(7 * plan.Weeks)}, {(long)held.Count}, {company.Currency})"), cancel);
        var due = new DateTimeOffset(plan.DueOn.ToDateTime(new TimeOnly(18, 0)), actor.TimeZone.GetUtcOffset(plan.DueOn.ToDateTime(new TimeOnly(18, 0))));
        foreach (var (id, owner, name, risk, alive) in chosen)
        {
            Guid? activity = null;
            if (!held.Contains(id))
            {
                var reasons = RiskReasons.Of(facts[id]);
                var record = activities.Create(activities);
                record.Id = Guid.CreateVersion7(context.Now);
                record["kind"] = plan.Kind;
                record["subject"] = Shortened($"{plan.Name}：{name}");
                // Whoever reads the task need not know what the customer is worth.
                record["content"] = string.Join('\n', reasons.Where(reason => reason.Code != "falling").Select(reason => "· " + reason.Sentence.In(actor.Language)).Append("→ " + RiskReasons.Advise(facts[id], reasons).Sentence.In(actor.Language)));
                record["customer"] = id;
                record["status"] = "planned";
                record["dueAt"] = due > context.Now ? due : context.Now;
                record["owner"] = plan.Owner ?? owner ?? actor.Id;
                await context.InsertAsync(record, cancel);
                activity = record.Id;
            }

            await session.ExecuteAsync(Sql.Of($"INSERT INTO retention_member (action_id, customer_id, treated, activity_id, at_risk, alive) VALUES ({action}, {id}, {(activity is null ? 0L : 1L)}, {activity}, {risk}, {alive})"), cancel);
        }

        context.Note("retention.assign", "customers", null, JsonSerializer.Serialize(new { name = plan.Name, planned = chosen.Count - held.Count, heldOut = held.Count }));
        return new Result(action, chosen.Count - held.Count, held.Count);
    }

    private static string Shortened(string subject) => subject.Length <= 200 ? subject : subject[..199] + "…";

    /// <summary>Of each stretch of customers alike in what they are worth, chance leaves some alone, so that both groups are worth alike.</summary>
    internal static HashSet<Guid> HeldOut(IReadOnlyList<Guid> byWorth, double share, Guid seed)
    {
        var held = new HashSet<Guid>();
        if (share <= 0)
        {
            return held;
        }

        var random = new Random(BitConverter.ToInt32(System.Security.Cryptography.SHA256.HashData(seed.ToByteArray()), 0));
        var block = (int)Math.Ceiling(1 / share);
        double owed = 0;
        foreach (var stretch in byWorth.Chunk(block))
        {
            owed += stretch.Length * share;
            random.Shuffle(stretch);
            for (var i = 0; i < stretch.Length && owed >= 0.999_999; i++, owed--)
            {
                held.Add(stretch[i]);
            }
        }

        return held;
    }
}
