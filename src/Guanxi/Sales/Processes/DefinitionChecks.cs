using System.Text.RegularExpressions;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>Tells a manager when saving what in a process could never work, rather than a seller when moving a deal.</summary>
public static partial class DefinitionChecks
{
    private const int MostStages = 20;
    private const int MostConditions = 20;

    /// <exception cref="RefusedException">The first thing that is wrong, in the words of the stage it is in.</exception>
    /// <param name="before">What was there; conditions that were in it already are not asked about again.</param>
    public static void Check(ProcessDefinition definition, ProcessDefinition? before, SaveContext context)
    {
        CheckNothingMissing(definition);
        var known = (before?.Conditions ?? []).Select(Text).ToHashSet(StringComparer.Ordinal);
        if (definition.Stages.Count is 0 or > MostStages)
        {
            throw Wrong(new Label($"流程应有 1 到 {MostStages} 个阶段", $"A process has 1 to {MostStages} stages"));
        }

        Distinct(definition.Stages.Select(stage => stage.Key), "阶段标识", "stage key");
        Distinct(definition.Stages.Select(stage => stage.Name), "阶段名称", "stage name");
        var steps = definition.Stages.SelectMany(stage => stage.Steps ?? []).ToList();
        Distinct(steps.Select(step => step.Key), "步骤标识", "step key");
        Distinct(definition.Conditions.Select(condition => condition.Key), "条件标识", "condition key");
        var roles = context.Actor.Directory.Roles.Select(role => role.Key).ToHashSet(StringComparer.Ordinal);
        for (var place = 0; place < definition.Stages.Count; place++)
        {
            var stage = definition.Stages[place];
            CheckStage(stage, roles);

            // A step is begun when its stage is entered: before that, it cannot be done.
            var begun = definition.Stages.Take(place + 1).SelectMany(known => known.Steps ?? []).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
            var earlier = definition.Stages.Take(place).SelectMany(known => known.Steps ?? []).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var condition in stage.Entry ?? [])
            {
                CheckCondition(condition, stage, earlier, context);
                MayAsk(condition);
            }

            foreach (var condition in stage.Exit ?? [])
            {
                CheckCondition(condition, stage, begun, context);
                MayAsk(condition);
            }
        }

        // A gate answers whoever stands before it: nobody asks it what he may not read himself.
        void MayAsk(Condition condition)
        {
            if (!context.Actor.IsSystem && !known.Contains(Text(condition)))
            {
                MayRead(condition, context);
            }
        }
    }

    private static string Text(Condition condition) => System.Text.Json.JsonSerializer.Serialize(condition, ProcessDefinition.Json);

    private static void MayRead(Condition condition, SaveContext context)
    {
        var (actor, deals) = (context.Actor, context.Schema["deals"]);
        if (condition.Kind == ConditionKind.Filter)
        {
            try
            {
                new FilterCompiler(actor, context.Session.Dialect, context.Now).Compile(FilterParser.Parse(condition.Filter)!, deals, "t");
            }
            catch (RefusedException refused)
            {
                throw Wrong(refused.Refusal.Detail ?? refused.Refusal.Title);
            }
        }

        foreach (var path in condition.Kind == ConditionKind.Fields ? condition.Fields! : [])
        {
            var parts = path.Split('.');
            var last = parts.Length == 1 ? deals : context.Schema[deals[parts[0]].Reference!];
            if (!actor.Reads(deals, deals[parts[0]]) || !actor.Reads(last, last[parts[^1]]))
            {
                throw Wrong(new Label($"“{last[parts[^1]].Label.ZhHans}”：{RecordRefusals.NoRightOnField.ZhHans}", $"{last[parts[^1]].Label.En}: {RecordRefusals.NoRightOnField.En}"));
            }
        }
    }

    private static void CheckNothingMissing(ProcessDefinition definition)
    {
        var stages = definition.Stages;
        if (stages.Any(stage => stage is null || (stage.Steps ?? []).Any(step => step is null) || (stage.Entry ?? []).Concat(stage.Exit ?? []).Any(condition => condition is null || (condition.Fields ?? []).Any(field => field is null)))
            || (definition.WinReasons ?? []).Concat(definition.LossReasons ?? []).Any(reason => string.IsNullOrWhiteSpace(reason) || reason.Length > 200))
        {
            throw Wrong(new Label("流程里有空项，或原因超过 200 字", "The process has an empty item, or a reason of more than 200 characters"));
        }
    }

    private static void CheckStage(Stage stage, HashSet<string> roles)
    {
        if (!KeyForm().IsMatch(stage.Key) || string.IsNullOrWhiteSpace(stage.Name) || stage.Name.Length > 60)
        {
            throw Wrong(new Label($"阶段“{stage.Name}”需要名称（最多 60 字）和由字母、数字、短横线组成的标识", $"The stage “{stage.Name}” needs a name of at most 60 characters and a key of letters, digits and hyphens"));
        }

        if (stage.Probability is < 0 or > 100 || stage.ExpectedDays is < 1 or > 3650)
        {
            throw Wrong(new Label($"阶段“{stage.Name}”：赢率应在 0 到 100 之间，预计天数至少 1 天", $"Stage “{stage.Name}”: the probability is 0 to 100 and the expected days at least 1"));
        }

        if ((stage.Entry?.Count ?? 0) + (stage.Exit?.Count ?? 0) > MostConditions)
        {
            throw Wrong(new Label($"阶段“{stage.Name}”最多 {MostConditions} 个条件", $"Stage “{stage.Name}” has at most {MostConditions} conditions"));
        }

        foreach (var step in stage.Steps ?? [])
        {
            if (!KeyForm().IsMatch(step.Key) || string.IsNullOrWhiteSpace(step.Subject) || step.Hours is < 1 or > 8760 || (step.Role is { } role && !roles.Contains(role)))
            {
                throw Wrong(new Label($"阶段“{stage.Name}”的步骤“{step.Subject}”需要名称、存在的角色和 1 小时以上的期限", $"Stage “{stage.Name}”: the step “{step.Subject}” needs a subject, a role that exists and at least an hour"));
            }
        }
    }

    private static void CheckCondition(Condition condition, Stage stage, HashSet<string> steps, SaveContext context)
    {
        var deals = context.Schema["deals"];
        if (!KeyForm().IsMatch(condition.Key))
        {
            throw Wrong(new Label($"阶段“{stage.Name}”的条件需要由字母、数字、短横线组成的标识", $"Stage “{stage.Name}”: a condition needs a key of letters, digits and hyphens"));
        }

        switch (condition.Kind)
        {
            case ConditionKind.Fields when condition.Fields is not { Count: > 0 }:
                throw Wrong(new Label($"阶段“{stage.Name}”：请选择必填的字段", $"Stage “{stage.Name}”: choose the required fields"));
            case ConditionKind.Fields:
                foreach (var path in condition.Fields)
                {
                    if (FieldAt(context.Schema, deals, path) is not { Retired: false, Internal: false })
                    {
                        throw Wrong(new Label($"阶段“{stage.Name}”：没有字段“{path}”", $"Stage “{stage.Name}”: there is no field “{path}”"));
                    }
                }

                break;
            case ConditionKind.Filter:
                CheckFilter(condition, stage, deals, context);
                break;
            case ConditionKind.Step when condition.Step is null || !steps.Contains(condition.Step):
                throw Wrong(new Label($"阶段“{stage.Name}”：步骤“{condition.Step}”那时还没有开始，条件永远不能满足", $"Stage “{stage.Name}”: the step “{condition.Step}” has not begun by then, so the condition can never hold"));
            case ConditionKind.Document when string.IsNullOrWhiteSpace(condition.Document):
                throw Wrong(new Label($"阶段“{stage.Name}”：请填写文件名应包含的字", $"Stage “{stage.Name}”: say which words the file's name has"));
        }
    }

    private static void CheckFilter(Condition condition, Stage stage, RecordType deals, SaveContext context)
    {
        FilterNode? filter;
        try
        {
            filter = FilterParser.Parse(condition.Filter);
            if (filter is not null)
            {
                new FilterCompiler(Rules(context), context.Session.Dialect, context.Now).Compile(filter, deals, "t");
            }
        }
        catch (RefusedException refused)
        {
            var why = refused.Refusal.Detail ?? refused.Refusal.Title;
            throw Wrong(new Label($"阶段“{stage.Name}”的条件：{why.ZhHans}", $"Stage “{stage.Name}”, condition: {why.En}"));
        }

        if (filter is null || NeverHolds.Is(filter))
        {
            throw Wrong(new Label($"阶段“{stage.Name}”的条件“{condition.Filter}”永远不能满足", $"Stage “{stage.Name}”: the condition “{condition.Filter}” can never hold"));
        }
    }

    /// <summary>Rules see everything: what a manager has composed must not depend on who moves the deal.</summary>
    internal static Actor Rules(SaveContext context) => Actor.System(context.Actor.Directory, context.Schema, "system");

    /// <summary>The field a path names: of the deal, or of what its reference points to.</summary>
    internal static Field? FieldAt(Schema schema, RecordType type, string path)
    {
        var parts = path.Split('.');
        return parts.Length switch
        {
            1 => type.Find(parts[0]),
            2 => type.Find(parts[0]) is { Kind: FieldKind.Reference, Reference: { } target } ? schema[target].Find(parts[1]) : null,
            _ => null,
        };
    }

    private static void Distinct(IEnumerable<string> values, string what, string whatEn)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (!seen.Add(value))
            {
                throw Wrong(new Label($"{what}“{value}”重复", $"The {whatEn} “{value}” occurs twice"));
            }
        }
    }

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("definition", error));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,39}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyForm();
}
