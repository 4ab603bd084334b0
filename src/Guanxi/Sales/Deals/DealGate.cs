using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>One condition on the way to a stage: whether it is met, or passed by an exception, and what would meet it.</summary>
/// <param name="Stage">Key of the stage that asks for it.</param>
/// <param name="Missing">Fields that are empty, of those that are asked for.</param>
/// <param name="Task">The activity that is the step, when it has begun.</param>
public sealed record GateItem(Condition Condition, string Stage, Label Label, bool Met, bool Excused, IReadOnlyList<string> Missing, Guid? Task)
{
    /// <summary>Who owes the step now.</summary>
    public Guid? Owes { get; init; }

    /// <summary>Since when it has been with him.</summary>
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Due { get; init; }

    public bool Open => !Met && !Excused;
}

/// <summary>What stands between a deal and a stage: the exit of where it is, both ends of what it jumps over, the entry of where it goes.</summary>
public static class DealGate
{
    /// <param name="to">Place of the stage in the order; the number of stages for winning.</param>
    public static async Task<IReadOnlyList<GateItem>> CheckAsync(DatabaseSession session, Deal deal, ProcessDefinition definition, int to, Schema schema, Actor actor, DateTimeOffset now, CancellationToken cancel = default)
    {
        var from = definition.PlaceOf(deal.Text("stage")!);
        if (to <= from)
        {
            return [];
        }

        return await CheckAsync(session, deal, definition, from, to, schema, actor, now, cancel);
    }

    /// <summary>What a deal lacks of all that is asked before it may stand in a stage, from the first stage on.</summary>
    public static async Task<IReadOnlyList<Label>> UnmetAtAsync(DatabaseSession session, Deal deal, ProcessDefinition definition, int place, Schema schema, Actor actor, DateTimeOffset now, CancellationToken cancel = default) =>
        [.. (await CheckAsync(session, deal, definition, 0, place, schema, actor, now, cancel)).Where(item => item.Open).Select(item => item.Label)];

    private static async Task<IReadOnlyList<GateItem>> CheckAsync(DatabaseSession session, Deal deal, ProcessDefinition definition, int from, int to, Schema schema, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var granted = (await session.ListAsync(Sql.Of($"SELECT condition FROM gate_exception WHERE deal_id = {deal.Id} AND status = 'granted' AND deleted_at IS NULL"), row => row.Text(0), cancel)).ToHashSet(StringComparer.Ordinal);
        var items = new List<GateItem>();
        for (var place = from; place <= Math.Min(to, definition.Stages.Count - 1); place++)
        {
            var stage = definition.Stages[place];
            foreach (var condition in (place > from ? stage.Entry ?? [] : []).Concat(place < to ? stage.Exit ?? [] : []))
            {
                items.Add(await CheckAsync(session, deal, definition, stage, condition, granted.Contains(condition.Key), schema, actor, now, cancel));
            }
        }

        return items;
    }

    private static async Task<GateItem> CheckAsync(DatabaseSession session, Deal deal, ProcessDefinition definition, Stage stage, Condition condition, bool excused, Schema schema, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        IReadOnlyList<string> missing = [];
        bool met;
        switch (condition.Kind)
        {
            case ConditionKind.Fields:
                missing = await EmptyAsync(session, deal, condition.Fields!, schema, cancel);
                met = missing.Count == 0;
                break;
            case ConditionKind.Filter:
                var rules = Actor.System(actor.Directory, schema, "system");
                var filter = new FilterCompiler(rules, session.Dialect, now).Compile(FilterParser.Parse(condition.Filter)!, deal.Type, "t");
                met = await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM deal t WHERE t.id = ").Value(deal.Id).Append(" AND ").Append(filter), cancel) > 0;
                break;
            case ConditionKind.Step:
                var found = await session.FirstAsync(Sql.Of($"SELECT a.id, a.status, a.owner_id, a.due_at, (SELECT MAX(s.given_at) FROM step_turn s WHERE s.activity_id = a.id) FROM activity a WHERE a.deal_id = {deal.Id} AND a.step = {condition.Step} AND a.deleted_at IS NULL ORDER BY CASE a.status WHEN 'done' THEN 0 WHEN 'planned' THEN 1 ELSE 2 END LIMIT 1"), row => (Id: (Guid?)row.Id(0), Status: row.Text(1), Owner: row.OptionalId(2), Due: row.OptionalInstant(3), Given: row.OptionalInstant(4)), cancel);
                // A step of a stage that is jumped over begins when the deal stands there.
                var label = LabelOf(condition, definition, schema);
                if (found.Status is null && definition.Stages.FirstOrDefault(other => (other.Steps ?? []).Any(step => step.Key == condition.Step)) is { } where && where.Key != deal.Text("stage"))
                {
                    label = new Label($"{label.ZhHans}（商机进入“{where.Name}”时开始）", $"{label.En} (it begins when the deal enters “{where.Name}”)");
                }

                return new GateItem(condition, stage.Key, label, found.Status == "done", excused && found.Status != "done", missing, found.Id) { Owes = found.Status == "planned" ? found.Owner : null, Since = found.Given, Due = found.Due };
            case ConditionKind.Document:
                met = await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM attachment WHERE record_type = 'deals' AND record_id = ").Value(deal.Id).Append(" AND deleted_at IS NULL AND ").Append(session.Dialect.Contains("name", condition.Document!)), cancel) > 0;
                break;
            case ConditionKind.Cost:
                met = deal["internalCost"] is not null;
                missing = met ? [] : ["internalCost"];
                break;
            default:
                met = false;
                break;
        }

        return new GateItem(condition, stage.Key, LabelOf(condition, definition, schema), met, excused && !met, missing, null);
    }

    private static async Task<IReadOnlyList<string>> EmptyAsync(DatabaseSession session, Deal deal, IReadOnlyList<string> paths, Schema schema, CancellationToken cancel)
    {
        var missing = new List<string>();
        var others = new Dictionary<string, Record?>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var parts = path.Split('.');
            if (parts.Length == 1)
            {
                if (deal.Type.Find(path) is not { } own || IsEmpty(deal[own]))
                {
                    missing.Add(path);
                }

                continue;
            }

            if (!others.TryGetValue(parts[0], out var other))
            {
                others[parts[0]] = other = deal.Reference(parts[0]) is { } id ? await RecordStore.FindAsync(session, schema[deal.Type[parts[0]].Reference!], id, cancel) : null;
            }

            if (other?.Type.Find(parts[1]) is not { } field || IsEmpty(other[field]))
            {
                missing.Add(path);
            }
        }

        return missing;
    }

    private static bool IsEmpty(object? value) => value is null or "" or string[] { Length: 0 } or ContactPoint[] { Length: 0 };

    /// <summary>What a seller reads: the manager's own words, or what follows from the condition.</summary>
    public static Label LabelOf(Condition condition, ProcessDefinition definition, Schema schema)
    {
        if (!string.IsNullOrWhiteSpace(condition.Label))
        {
            return new Label(condition.Label, condition.Label);
        }

        switch (condition.Kind)
        {
            case ConditionKind.Fields:
                var fields = condition.Fields!.Select(path => DefinitionChecks.FieldAt(schema, schema["deals"], path)?.Label ?? new Label(path, path)).ToList();
                return new Label($"填写{string.Join("、", fields.Select(label => label.ZhHans))}", $"Fill in {string.Join(", ", fields.Select(label => label.En))}");
            case ConditionKind.Filter:
                var words = FilterWords.Of(schema, schema["deals"], condition.Filter!);
                return new Label($"满足：{words.ZhHans}", $"Make it so that {words.En}");
            case ConditionKind.Step:
                var subject = definition.Stages.SelectMany(stage => stage.Steps ?? []).FirstOrDefault(step => step.Key == condition.Step)?.Subject ?? condition.Step!;
                return new Label($"完成“{subject}”", $"Finish “{subject}”");
            case ConditionKind.Document:
                return new Label($"上传文件“{condition.Document}”", $"Upload a file whose name has “{condition.Document}”");
            case ConditionKind.Cost:
                return new Label("核算内部成本", "Work out the internal cost");
            default:
                return new Label("取得批准", "Get it approved");
        }
    }
}
