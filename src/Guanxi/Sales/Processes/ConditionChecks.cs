using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>Finds conditions and steps of a definition that name what is not there, that their author may not read, or that can never hold, alone or together with what is asked at the same gate.</summary>
internal sealed class ConditionChecks(ProcessDefinition definition, ProcessDefinition? before, SaveContext context, Action<string?, string?, Label> wrong)
{
    private readonly RecordType deals = context.Schema["deals"];
    private readonly HashSet<string> known = (before?.Conditions ?? []).Select(Text).ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> knownSteps = (before?.Steps ?? []).Select(step => JsonSerializer.Serialize(step, ProcessDefinition.Json)).ToHashSet(StringComparer.Ordinal);

    public void Run()
    {
        for (var place = 0; place < definition.Stages.Count; place++)
        {
            var stage = definition.Stages[place];

            // A step is begun when its stage is entered: before that, it cannot be done.
            var begun = definition.Stages.Take(place + 1).SelectMany(earlier => earlier.Steps ?? []).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
            var earlier = definition.Stages.Take(place).SelectMany(other => other.Steps ?? []).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
            var sound = (stage.Entry ?? []).All(condition => Check(condition, stage, earlier, entering: true)) & (stage.Exit ?? []).All(condition => Check(condition, stage, begun, entering: false));
            foreach (var step in stage.Steps ?? [])
            {
                CheckStep(stage, step);
            }

            if (sound && place > 0)
            {
                Together(definition.Stages[place - 1], stage);
            }
        }

        if (definition.Stages.Count > 0)
        {
            Together(definition.Stages[^1], null);
        }
    }

    /// <summary>Whoever stands at a gate is an open deal with what every deal has, and does not yet stand in the stage it would enter.</summary>
    private NeverHolds.Facts Facts(string? entering)
    {
        static FilterNode.Compare Fact(string path, string relation, string text, bool quoted) => new(path, relation, [new FilterValue(text, quoted)]);
        List<FilterNode.Compare> always = [Fact("status", "=", "open", quoted: true), .. deals.Fields.Where(field => field is { Required: true, Custom: false }).Select(field => Fact(field.Name, "!=", "null", quoted: false))];
        if (entering is not null)
        {
            always.Add(Fact("stage", "!=", entering, quoted: true));
        }

        return new NeverHolds.Facts(always, new Dictionary<string, (decimal Low, decimal High)>(StringComparer.Ordinal) { ["amount"] = (0, Money.Largest), ["internalCost"] = (0, Money.Largest), ["probability"] = (0, 100) });
    }

    private static string Text(Condition condition) => JsonSerializer.Serialize(condition, ProcessDefinition.Json);

    private bool Check(Condition condition, Stage stage, HashSet<string> steps, bool entering)
    {
        var found = Problem(condition, stage, steps, entering)
            ?? (context.Actor.IsSystem || known.Contains(Text(condition)) ? null : MayNotRead(condition));
        if (found is not null)
        {
            wrong(stage.Key, condition.Key, found);
        }

        return found is null;
    }

    private Label? Problem(Condition condition, Stage stage, HashSet<string> steps, bool entering)
    {
        if (!DefinitionChecks.KeyForm().IsMatch(condition.Key))
        {
            return new Label($"阶段“{stage.Name}”的条件需要由字母、数字、短横线组成的标识", $"Stage “{stage.Name}”: a condition needs a key of letters, digits and hyphens");
        }

        switch (condition.Kind)
        {
            case ConditionKind.Fields when condition.Fields is not { Count: > 0 }:
                return new Label($"阶段“{stage.Name}”：请选择必填的字段", $"Stage “{stage.Name}”: choose the required fields");
            case ConditionKind.Fields:
                return condition.Fields.FirstOrDefault(path => DefinitionChecks.FieldAt(context.Schema, deals, path) is not { Retired: false, Internal: false }) is { } unknown
                    ? new Label($"阶段“{stage.Name}”：没有字段“{unknown}”", $"Stage “{stage.Name}”: there is no field “{unknown}”")
                    : null;
            case ConditionKind.Filter:
                return FilterProblem(condition, stage, entering);
            case ConditionKind.Step when condition.Step is null || !steps.Contains(condition.Step):
                return new Label($"阶段“{stage.Name}”：步骤“{condition.Step}”那时还没有开始，条件永远不能满足", $"Stage “{stage.Name}”: the step “{condition.Step}” has not begun by then, so the condition can never hold");
            case ConditionKind.Document when string.IsNullOrWhiteSpace(condition.Document):
                return new Label($"阶段“{stage.Name}”：请填写文件名应包含的字", $"Stage “{stage.Name}”: say which words the file's name has");
            default:
                return null;
        }
    }

    private Label? FilterProblem(Condition condition, Stage stage, bool entering)
    {
        FilterNode? filter;
        try
        {
            filter = FilterParser.Parse(condition.Filter);
            if (filter is not null)
            {
                new FilterCompiler(DefinitionChecks.Rules(context), context.Session.Dialect, context.Now).Compile(filter, deals, "t");
            }
        }
        catch (RefusedException refused)
        {
            var why = refused.Refusal.Detail ?? refused.Refusal.Title;
            return new Label($"阶段“{stage.Name}”的条件：{why.ZhHans}", $"Stage “{stage.Name}”, condition: {why.En}");
        }

        return filter is null || NeverHolds.Is(filter, Facts(entering ? stage.Key : null))
            ? new Label($"阶段“{stage.Name}”的条件“{condition.Filter}”永远不能满足", $"Stage “{stage.Name}”: the condition “{condition.Filter}” can never hold")
            : null;
    }

    /// <summary>A gate answers whoever stands before it: nobody asks it what he may not read himself.</summary>
    private Label? MayNotRead(Condition condition)
    {
        if (condition.Kind == ConditionKind.Filter)
        {
            try
            {
                new FilterCompiler(context.Actor, context.Session.Dialect, context.Now).Compile(FilterParser.Parse(condition.Filter)!, deals, "t");
            }
            catch (RefusedException refused)
            {
                return refused.Refusal.Detail ?? refused.Refusal.Title;
            }
        }

        return (condition.Kind == ConditionKind.Fields ? condition.Fields! : []).Select(MayNotRead).FirstOrDefault(label => label is not null);
    }

    private Label? MayNotRead(string path)
    {
        var parts = path.Split('.');
        var (actor, last) = (context.Actor, parts.Length == 1 ? deals : context.Schema[deals[parts[0]].Reference!]);
        return actor.Reads(deals, deals[parts[0]]) && actor.Reads(last, last[parts[^1]])
            ? null
            : new Label($"“{last[parts[^1]].Label.ZhHans}”：{RecordRefusals.NoRightOnField.ZhHans}", $"{last[parts[^1]].Label.En}: {RecordRefusals.NoRightOnField.En}");
    }

    /// <summary>What a step shows and lets fill in is a right that the process gives: it names fields that are there, and nobody gives away what he may not read.</summary>
    private void CheckStep(Stage stage, Step step)
    {
        foreach (var name in (step.Shows ?? []).Where(name => name is not ("lines" or "files")).Concat(step.Fills ?? []))
        {
            if (deals.Find(name) is not { Retired: false, Internal: false } field || ((step.Fills ?? []).Contains(name, StringComparer.Ordinal) && !field.Writable))
            {
                wrong(stage.Key, step.Key, new Label($"步骤“{step.Subject}”：没有可用的字段“{name}”", $"Step “{step.Subject}”: there is no field “{name}” for this"));
            }
            else if (!context.Actor.IsSystem && !context.Actor.Reads(deals, field) && !knownSteps.Contains(JsonSerializer.Serialize(step, ProcessDefinition.Json)))
            {
                wrong(stage.Key, step.Key, new Label($"“{field.Label.ZhHans}”：{RecordRefusals.NoRightOnField.ZhHans}", $"{field.Label.En}: {RecordRefusals.NoRightOnField.En}"));
            }
            else if (step.Role is { } role && Owing(role) is { } holder && holder.On(deals, field) < ((step.Fills ?? []).Contains(name, StringComparer.Ordinal) ? FieldRight.Edit : FieldRight.Masked))
            {
                wrong(stage.Key, step.Key, new Label($"步骤“{step.Subject}”：角色“{holder.Role!.Name}”没有字段“{field.Label.ZhHans}”的权限，步骤永远做不完", $"Step “{step.Subject}”: the role “{holder.Role!.Name}” has no right on the field “{field.Label.En}”, so the step could never be done"));
            }
        }
    }

    private Actor? Owing(string role) => context.Actor.Directory.People.FirstOrDefault(person => context.Actor.Directory.Role(person.RoleId)?.Key == role) is { } one ? new Actor(one, context.Actor.Directory, context.Schema, "page") : null;

    /// <summary>Leaving one stage and entering the next are one gate: what is asked at both ends must be able to hold at once.</summary>
    private void Together(Stage from, Stage? to)
    {
        var gate = (from.Exit ?? []).Concat(to?.Entry ?? []).ToList();
        var filters = gate.Where(condition => condition.Kind == ConditionKind.Filter).ToList();
        var required = gate.Where(condition => condition.Kind == ConditionKind.Fields).SelectMany(condition => condition.Fields ?? []).Select(path => (FilterNode)new FilterNode.Compare(path, "!=", [new FilterValue("null", false)]));
        if (gate.Any(condition => condition.Kind == ConditionKind.Cost))
        {
            required = required.Append(new FilterNode.Compare("internalCost", "!=", [new FilterValue("null", false)]));
        }

        List<FilterNode> asked;
        try
        {
            asked = [.. filters.Select(condition => FilterParser.Parse(condition.Filter)).OfType<FilterNode>(), .. required];
        }
        catch (RefusedException)
        {
            return;
        }

        if (filters.Count > 0 && asked.Count > 1 && !filters.Any(condition => NeverHolds.Is(FilterParser.Parse(condition.Filter)!)) && NeverHolds.Is(new FilterNode.And(asked), Facts(to?.Key)))
        {
            wrong(to?.Key ?? from.Key, filters[^1].Key, new Label(
                $"离开“{from.Name}”和进入“{to?.Name ?? "赢单"}”的条件互相矛盾，永远不能同时满足：{string.Join("；", filters.Select(condition => condition.Filter))}",
                $"What leaving “{from.Name}” and entering “{to?.Name ?? "won"}” ask for can never hold together: {string.Join("; ", filters.Select(condition => condition.Filter))}"));
        }
    }
}
