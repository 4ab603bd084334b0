using System.Text.RegularExpressions;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Directory = Guanxi.Platform.Access.Directory;

namespace Guanxi.Sales.Processes;

/// <summary>Something in a definition that could never work.</summary>
/// <param name="Stage">Key of the stage it is in; null for the process as a whole.</param>
/// <param name="Part">Key of the step or condition.</param>
/// <param name="Warning">Whether it may be saved all the same.</param>
public sealed record DefinitionProblem(string? Stage, string? Part, Label Text, bool Warning = false);

/// <summary>Tells a manager, while a process is composed and when it is saved, what in it could never work, rather than a seller when moving a deal.</summary>
public sealed partial class DefinitionChecks
{
    private const int MostStages = 20;
    private const int MostConditions = 20;
    private const int MostEscalations = 5;
    private readonly List<DefinitionProblem> problems = [];
    private readonly Directory directory;
    private readonly HashSet<string> roles;

    private DefinitionChecks(SaveContext context) => (directory, roles) = (context.Actor.Directory, context.Actor.Directory.Roles.Select(role => role.Key).ToHashSet(StringComparer.Ordinal));

    /// <exception cref="RefusedException">The first thing that is wrong, in the words of the stage it is in.</exception>
    /// <param name="before">What was there; conditions that were in it already are not asked about again.</param>
    public static void Check(ProcessDefinition definition, ProcessDefinition? before, SaveContext context)
    {
        if (Problems(definition, before, context).FirstOrDefault(problem => !problem.Warning) is { } first)
        {
            throw new RefusedException(Refusal.Invalid("definition", first.Text));
        }
    }

    /// <summary>Everything that is wrong, in the order of the stages.</summary>
    public static IReadOnlyList<DefinitionProblem> Problems(ProcessDefinition definition, ProcessDefinition? before, SaveContext context)
    {
        var checks = new DefinitionChecks(context);
        if (definition.Stages.Count is 0 or > MostStages)
        {
            // What thousands of them lack each would keep a core busy for long.
            checks.Wrong(null, null, new Label($"流程应有 1 到 {MostStages} 个阶段", $"A process has 1 to {MostStages} stages"));
        }
        else if (!checks.SomethingMissing(definition))
        {
            checks.Stages(definition);
            new ConditionChecks(definition, before, context, checks.Wrong).Run();
        }

        return checks.problems;
    }

    private bool SomethingMissing(ProcessDefinition definition)
    {
        var stages = definition.Stages;
        if (stages.Any(stage => stage is null || (stage.Steps ?? []).Any(step => step is null || (step.Escalation ?? []).Any(level => level is null) || (step.Shows ?? []).Concat(step.Fills ?? []).Any(field => field is null)) || (stage.Entry ?? []).Concat(stage.Exit ?? []).Any(condition => condition is null || (condition.Fields ?? []).Any(field => field is null)))
            || (definition.WinReasons ?? []).Concat(definition.LossReasons ?? []).Any(reason => string.IsNullOrWhiteSpace(reason) || reason.Length > 200))
        {
            Wrong(null, null, new Label("流程里有空项，或原因超过 200 字", "The process has an empty item, or a reason of more than 200 characters"));
            return true;
        }

        return false;
    }

    private void Stages(ProcessDefinition definition)
    {
        Distinct(definition.Stages, stage => stage.Key, stage => (stage.Key, null), "阶段标识", "stage key");
        Distinct(definition.Stages, stage => stage.Name, stage => (stage.Key, null), "阶段名称", "stage name");
        Distinct(definition.Stages.SelectMany(stage => (stage.Steps ?? []).Select(step => (stage, step))), item => item.step.Key, item => (item.stage.Key, item.step.Key), "步骤标识", "step key");
        Distinct(definition.Stages.SelectMany(stage => (stage.Entry ?? []).Concat(stage.Exit ?? []).Select(condition => (stage, condition))), item => item.condition.Key, item => (item.stage.Key, item.condition.Key), "条件标识", "condition key");
        foreach (var stage in definition.Stages)
        {
            CheckStage(stage);
            foreach (var step in stage.Steps ?? [])
            {
                CheckStep(stage, step);
            }
        }
    }

    private void CheckStage(Stage stage)
    {
        if (!KeyForm().IsMatch(stage.Key) || string.IsNullOrWhiteSpace(stage.Name) || stage.Name.Length > 60)
        {
            Wrong(stage.Key, null, new Label($"阶段“{stage.Name}”需要名称（最多 60 字）和由字母、数字、短横线组成的标识", $"The stage “{stage.Name}” needs a name of at most 60 characters and a key of letters, digits and hyphens"));
        }

        if (stage.Probability is < 0 or > 100 || stage.ExpectedDays is < 1 or > 3650)
        {
            Wrong(stage.Key, null, new Label($"阶段“{stage.Name}”：赢率应在 0 到 100 之间，预计天数至少 1 天", $"Stage “{stage.Name}”: the probability is 0 to 100 and the expected days at least 1"));
        }

        if (stage.Forecast is not (null or "commit" or "bestCase" or "pipeline" or "omitted"))
        {
            Wrong(stage.Key, null, new Label($"阶段“{stage.Name}”：预测类别应为 commit、bestCase、pipeline 或 omitted", $"Stage “{stage.Name}”: a forecast category is commit, bestCase, pipeline or omitted"));
        }

        if ((stage.Entry?.Count ?? 0) + (stage.Exit?.Count ?? 0) > MostConditions)
        {
            Wrong(stage.Key, null, new Label($"阶段“{stage.Name}”最多 {MostConditions} 个条件", $"Stage “{stage.Name}” has at most {MostConditions} conditions"));
        }
    }

    private void CheckStep(Stage stage, Step step)
    {
        if (!KeyForm().IsMatch(step.Key) || string.IsNullOrWhiteSpace(step.Subject) || step.Subject.Length > 200 || step.Hours is < 1 or > 8760 || (step.Role is { } role && !roles.Contains(role)) || (step.Team is { } team && directory.Team(team) is null))
        {
            Wrong(stage.Key, step.Key, new Label($"阶段“{stage.Name}”的步骤“{step.Subject}”需要名称、存在的角色和 1 小时以上的期限", $"Stage “{stage.Name}”: the step “{step.Subject}” needs a subject, a role that exists and at least an hour"));
            return;
        }

        if ((step.Role is not null || step.Team is not null) && !Owing(directory, step).Any())
        {
            problems.Add(new DefinitionProblem(stage.Key, step.Key, new Label($"步骤“{step.Subject}”：现在没有人属于这个角色和部门，会交给商机负责人", $"Step “{step.Subject}”: nobody has that role in that department now, so it goes to the deal's owner"), Warning: true));
        }

        if ((step.Escalation ?? []).Count > MostEscalations || (step.Escalation ?? []).Any(level => level.Hours is < 0 or > 8760 || (level.To is not ("manager" or "above") && !roles.Contains(level.To))))
        {
            Wrong(stage.Key, step.Key, new Label($"步骤“{step.Subject}”的逾期通知：最多 {MostEscalations} 级，每级写明小时数，以及主管（manager）、上级主管（above）或一个角色", $"Step “{step.Subject}”: at most {MostEscalations} levels of escalation, each with hours and manager, above or a role"));
        }
    }

    /// <summary>Those to whom a step may be given.</summary>
    public static IEnumerable<Person> Owing(Directory directory, Step step) => directory.People.Where(person => person.Active
        && (step.Role is null || directory.Role(person.RoleId)?.Key == step.Role) && (step.Team is not { } team || directory.TeamAndAbove(person.TeamId).Contains(team)));

    private void Distinct<T>(IEnumerable<T> items, Func<T, string> key, Func<T, (string? Stage, string? Part)> at, string what, string whatEn)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (!seen.Add(key(item)))
            {
                var (stage, part) = at(item);
                Wrong(stage, part, new Label($"{what}“{key(item)}”重复", $"The {whatEn} “{key(item)}” occurs twice"));
            }
        }
    }

    private void Wrong(string? stage, string? part, Label text) => problems.Add(new DefinitionProblem(stage, part, text));

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

    /// <summary>Rules see everything: what a manager has composed must not depend on who moves the deal.</summary>
    internal static Actor Rules(SaveContext context) => Actor.System(context.Actor.Directory, context.Schema, "system");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,39}$", RegexOptions.CultureInvariant, 1000)]
    internal static partial Regex KeyForm();
}
