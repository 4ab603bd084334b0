using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>Writes down what was done and, in the same breath, plans the next step.</summary>
public static class LogActivity
{
    public static async Task<Record> RunAsync(SaveContext context, JsonElement values, CancellationToken cancel = default)
    {
        var (own, next) = NextStep.Split(values);
        var activity = await RecordUseCases.CreateAsync(context, context.Schema["activities"], own, cancel);
        if (next is { } step)
        {
            await step.PlanAsync(context, activity, cancel);
        }

        return activity;
    }
}

/// <summary>The next step after an activity: when, and what.</summary>
public sealed record NextStep(DateTimeOffset At, string? Subject, string? Kind)
{
    /// <summary>Takes the member "next" out of a request.</summary>
    public static (JsonElement Own, NextStep? Next) Split(JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Object || !values.TryGetProperty("next", out var next))
        {
            return (values, null);
        }

        var own = JsonSerializer.SerializeToElement(values.EnumerateObject().Where(property => property.Name != "next").ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal));
        return (own, next.ValueKind == JsonValueKind.Null ? null : Read(next));
    }

    public static NextStep Read(JsonElement next)
    {
        if (next.ValueKind != JsonValueKind.Object || !next.TryGetProperty("at", out var at) || at.ValueKind != JsonValueKind.String || !DateText.TryInstant(at.GetString()!, out var when))
        {
            throw new RefusedException(Refusal.Invalid("next", ("下次联系应有时间 at", "The next step needs a time: at")));
        }

        string? Word(string name) => next.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(word.GetString()) ? word.GetString()!.Trim() : null;
        return new NextStep(when, Word("subject"), Word("kind"));
    }

    public async Task PlanAsync(SaveContext context, Record after, CancellationToken cancel)
    {
        if (At <= context.Now)
        {
            throw new RefusedException(Refusal.Invalid("next", ("下次联系时间应晚于现在", "The next step should lie in the future")));
        }

        var type = context.Schema["activities"];
        var plan = type.Create(type);
        plan["kind"] = type["kind"].Choices.Any(choice => choice.Value == Kind) ? Kind : after.Text("kind") is "note" or null ? "task" : after.Text("kind");
        plan["subject"] = Subject ?? (after.Text("subject") is { } subject ? "跟进：" + (subject.Length > 60 ? subject[..60] : subject) : "跟进");
        plan["status"] = "planned";
        plan["at"] = At;
        plan["dueAt"] = At;
        plan["remindAt"] = At;
        plan["customer"] = after.Reference("customer");
        plan["contact"] = after.Reference("contact");
        plan["owner"] = after.OwnerId ?? (context.Actor.IsSystem ? null : context.Actor.Id);
        await context.InsertAsync(plan, cancel);
    }
}

/// <summary>Completes, reopens or puts off what was planned.</summary>
public static class ChangeActivity
{
    public static async Task<Record> CompleteAsync(SaveContext context, Guid id, JsonElement body, CancellationToken cancel = default)
    {
        var activity = await LoadAsync(context, id, cancel);
        if (activity.Text("status") == "done")
        {
            throw new RefusedException(Refusal.Breaks("already-done", ("这项任务已经完成", "This is done already")));
        }

        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("result", out var result) && result.ValueKind == JsonValueKind.String)
        {
            activity["result"] = FieldInput.ParseText(activity.Type["result"], result.GetString()!, out _);
        }

        activity["status"] = "done";
        activity["doneAt"] = context.Now;
        activity["at"] = context.Now;
        await context.UpdateAsync(activity, "complete", cancel);
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Object)
        {
            await NextStep.Read(next).PlanAsync(context, activity, cancel);
        }

        return activity;
    }

    public static async Task<Record> ReopenAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var activity = await LoadAsync(context, id, cancel);
        activity["status"] = "planned";
        activity["dueAt"] ??= activity["at"];
        activity["at"] = activity["dueAt"];
        await context.UpdateAsync(activity, "reopen", cancel);
        return activity;
    }

    public static async Task<Record> SnoozeAsync(SaveContext context, Guid id, JsonElement body, CancellationToken cancel = default)
    {
        var activity = await LoadAsync(context, id, cancel);
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("until", out var until) || until.ValueKind != JsonValueKind.String || !DateText.TryInstant(until.GetString()!, out var when))
        {
            throw new RefusedException(Refusal.Invalid("until", ("请给出推迟到的时间", "Say until when")));
        }

        if (activity.Text("status") != "planned")
        {
            throw new RefusedException(Refusal.Breaks("not-planned", ("只有待办可以推迟", "Only what is planned can be put off")));
        }

        (activity["dueAt"], activity["at"], activity["remindAt"]) = (when, when, when);
        await context.UpdateAsync(activity, "snooze", cancel);
        return activity;
    }

    private static Task<Record> LoadAsync(SaveContext context, Guid id, CancellationToken cancel) =>
        RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["activities"], id, Verb.Edit, context.Now, cancel: cancel);
}
