using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>Tells whoever composes a chain, when saving it, what could never work.</summary>
internal static partial class ApprovalChecks
{
    private const int MostSteps = 20;
    private const int MostRules = 20;
    private const int MostLevels = 10;
    private const int MostHours = 8760;

    /// <summary>The chain of a text, checked.</summary>
    /// <exception cref="RefusedException">It cannot be read, or could never work.</exception>
    public static ApprovalChain Read(string text, RecordType type, SaveContext context)
    {
        ApprovalChain chain;
        try
        {
            chain = ApprovalChain.Read(text);
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Invalid("definition", new Label($"审批步骤无法读取：{error.Path}", $"The steps cannot be read: {error.Message}")));
        }

        Check(chain, type, context);
        return chain;
    }

    /// <exception cref="RefusedException">The first thing that is wrong, in the words of its step.</exception>
    public static void Check(ApprovalChain chain, RecordType type, SaveContext context)
    {
        if (chain.Steps.Count is 0 or > MostSteps)
        {
            throw Wrong(new Label($"审批流应有 1 到 {MostSteps} 步", $"A chain has 1 to {MostSteps} steps"));
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in chain.Steps)
        {
            if (step is null || !KeyForm().IsMatch(step.Key) || string.IsNullOrWhiteSpace(step.Name) || step.Name.Length > 60)
            {
                throw Wrong(new Label($"步骤“{step?.Name}”需要名称（最多 60 字）和由字母、数字、短横线组成的标识", $"The step “{step?.Name}” needs a name of at most 60 characters and a key of letters, digits and hyphens"));
            }

            if (!keys.Add(step.Key))
            {
                throw Wrong(new Label($"步骤标识“{step.Key}”重复，流程会绕回自己", $"The step key “{step.Key}” occurs twice, so the chain would lead back into itself"));
            }

            Check(step, type, context);
        }
    }

    private static void Check(ApprovalStep step, RecordType type, SaveContext context)
    {
        if (step.Who.Count is 0 or > MostRules || step.Who.Any(rule => rule is null))
        {
            throw Wrong(new Label($"步骤“{step.Name}”：请指定审批人", $"Step “{step.Name}”: say who signs"));
        }

        if (step.Hours is < 1 or > MostHours)
        {
            throw Wrong(new Label($"步骤“{step.Name}”：时限应为 1 到 {MostHours} 小时", $"Step “{step.Name}”: the time is 1 to {MostHours} hours"));
        }

        if (step.OnTimeout != OnTimeout.Remind && step.Hours is null)
        {
            throw Wrong(new Label($"步骤“{step.Name}”：没有时限，超时处理永远不会发生", $"Step “{step.Name}”: without a time limit, what follows it never happens"));
        }

        if (step.Who.Any(rule => rule.Kind == ApproverKind.Managers) && step.Who.Count > 1)
        {
            throw Wrong(new Label($"步骤“{step.Name}”：逐级主管要单独成为一步", $"Step “{step.Name}”: managers one above the other are a step of their own"));
        }

        foreach (var rule in step.Who.Concat(step.EscalateTo ?? []))
        {
            Check(rule, step, context);
        }

        if (step.EscalateTo is { } higher && (step.OnTimeout != OnTimeout.Escalate || higher.Any(rule => rule.Kind is ApproverKind.Chosen or ApproverKind.Managers)))
        {
            throw Wrong(new Label($"步骤“{step.Name}”：超时转交的对象应是人员、角色或某一级主管", $"Step “{step.Name}”: what is overdue goes to a person, a role or a manager"));
        }

        // Whoever did not answer in time would get the same turn again and again.
        if (step.EscalateTo is { } to && to.All(rule => step.Who.Contains(rule)))
        {
            throw Wrong(new Label($"步骤“{step.Name}”：超时又转回同一个人，会循环", $"Step “{step.Name}”: what is overdue goes back to whom it came from, round and round"));
        }

        Condition(step.When, "definition", type, context);
    }

    private static void Check(ApproverRule rule, ApprovalStep step, SaveContext context)
    {
        var directory = context.Actor.Directory;
        var wrong = rule.Kind switch
        {
            ApproverKind.Person when directory.Person(rule.Person) is not { Active: true } => new Label("指定的人员不存在或已停用", "the person does not exist or is no longer active"),
            ApproverKind.Role when directory.Roles.All(role => role.Key != rule.Role) => new Label($"没有角色“{rule.Role}”", $"there is no role “{rule.Role}”"),
            ApproverKind.Manager or ApproverKind.Managers when rule.Level is < 1 or > MostLevels => new Label($"主管级数应为 1 到 {MostLevels}", $"levels of managers are 1 to {MostLevels}"),
            _ => null,
        };
        if (wrong is not null)
        {
            throw Wrong(new Label($"步骤“{step.Name}”：{wrong.ZhHans}", $"Step “{step.Name}”: {wrong.En}"));
        }
    }

    /// <summary>Refuses a condition that cannot be read or asks for what its author may not read himself.</summary>
    public static void Condition(string? text, string field, RecordType type, SaveContext context)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        try
        {
            if (FilterParser.Parse(text) is { } node)
            {
                new FilterCompiler(context.Actor, context.Session.Dialect, context.Now).Compile(node, type, "t");
                if (NeverHolds.Is(node))
                {
                    throw new RefusedException(Refusal.Invalid(field, ("永远不能满足", "it can never hold")));
                }
            }
        }
        catch (RefusedException refused)
        {
            var why = refused.Refusal.Detail ?? refused.Refusal.Errors?.Values.FirstOrDefault()?[0] ?? refused.Refusal.Title;
            throw new RefusedException(Refusal.Invalid(field, new Label($"条件“{text}”：{why.ZhHans}", $"The condition “{text}”: {why.En}")));
        }
    }

    /// <summary>Whether a condition holds for a record, whoever asks.</summary>
    public static async ValueTask<bool> HoldsAsync(SaveContext context, RecordType type, Guid record, string? condition, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(condition) || FilterParser.Parse(condition) is not { } node)
        {
            return true;
        }

        var rules = Actor.System(context.Actor.Directory, context.Schema);
        var filter = new FilterCompiler(rules, context.Session.Dialect, context.Now).Compile(node, type, "t");
        return await context.Session.ScalarAsync<long>(new Database.Sql().Append($"SELECT COUNT(*) FROM {type.Table} t WHERE t.id = ").Value(record).Append(" AND ").Append(filter), cancel) > 0;
    }

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("definition", error));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,39}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyForm();
}
