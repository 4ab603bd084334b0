using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Files;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Steps;

/// <summary>A step in the hands of whoever owes it.</summary>
/// <param name="Task">The activity that is the step.</param>
/// <param name="Step">What the deal's edition of the process says of it.</param>
/// <param name="Shown">Fields of the deal he may read for it, by the process and by his own rights.</param>
/// <param name="Filled">Fields of the deal he may fill in for it.</param>
public sealed record OwedStep(Record Task, Deal Deal, Step Step, string Stage, string CustomerName, IReadOnlyList<Field> Shown, IReadOnlyList<Field> Filled, DateTimeOffset GivenAt);

/// <summary>
/// The desk of those who owe steps of other people's deals. The right to look at a deal comes from the open step alone: it reaches what the process names for the step, what the role's field rights allow,
/// and ends when the step is done, handed on or taken back. No list, search, export or sum grows wider by it.
/// </summary>
public static class StepDesk
{
    /// <summary>What the actor owes, soonest due first.</summary>
    public static async Task<IReadOnlyList<OwedStep>> OwedAsync(DatabaseSession session, Actor actor, CancellationToken cancel = default)
    {
        if (!Reaches(actor))
        {
            return [];
        }

        var ids = await session.ListAsync(
            Sql.Of($"SELECT a.id FROM activity a JOIN deal d ON d.id = a.deal_id WHERE a.owner_id = {actor.Id} AND a.step IS NOT NULL AND a.status = 'planned' AND a.deleted_at IS NULL AND d.status = 'open' AND d.deleted_at IS NULL ORDER BY a.due_at LIMIT 200"),
            row => row.Id(0), cancel);
        var owed = new List<OwedStep>();
        foreach (var id in ids)
        {
            if (await FindAsync(session, actor, id, cancel) is { } step)
            {
                owed.Add(step);
            }
        }

        return owed;
    }

    /// <summary>A token that is for other nouns does not open the desk.</summary>
    private static bool Reaches(Actor actor) => actor.Scope is not { } scope || (scope.Reads("activities") && scope.Reads("deals"));

    /// <exception cref="RefusedException">Nobody finds a step that is not his, or is over.</exception>
    public static async Task<OwedStep> ReadAsync(DatabaseSession session, Actor actor, Guid id, CancellationToken cancel = default) =>
        await FindAsync(session, actor, id, cancel) ?? throw new RefusedException(Refusal.NotFound);

    private static async Task<OwedStep?> FindAsync(DatabaseSession session, Actor actor, Guid id, CancellationToken cancel)
    {
        var deals = actor.Schema["deals"];
        if (!Reaches(actor) || await RecordStore.FindAsync(session, actor.Schema["activities"], id, cancel) is not { } task || task.OwnerId != actor.Id || task.Text("status") != "planned" || task.Text("step") is not { } key || task.Reference("deal") is not { } of
            || await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM activity a JOIN deal d ON d.id = a.deal_id WHERE a.id = {id} AND a.deleted_at IS NULL AND d.deleted_at IS NULL"), cancel) == 0
            || await RecordStore.FindAsync(session, deals, of, cancel) is not Deal { IsOpen: true } deal)
        {
            return null;
        }

        var definition = await deal.DefinitionAsync(session, cancel);
        var step = definition.Steps.FirstOrDefault(known => known.Key == key) ?? new Step(key, task.Text("subject") ?? key);
        var filled = (step.Fills ?? []).Select(deals.Find).OfType<Field>().Where(field => actor.On(deals, field) == FieldRight.Edit).ToList();
        var shown = (step.Shows ?? []).Where(name => name is not ("lines" or "files")).Select(deals.Find).OfType<Field>().Concat(filled).Distinct().Where(field => actor.On(deals, field) > FieldRight.Hidden).ToList();
        var (customer, given) = await session.FirstAsync(
            Sql.Of($"SELECT (SELECT name FROM customer WHERE id = {deal.Reference("customer")}), (SELECT MAX(given_at) FROM step_turn WHERE activity_id = {id})"),
            row => (row.OptionalText(0), row.OptionalInstant(1)), cancel);
        return new OwedStep(task, deal, step, deal.Text("stageName")!, customer ?? "", shown, filled, given ?? task.CreatedAt);
    }

    /// <summary>What is to be sold, and how many; prices are in no step.</summary>
    public static async Task<IReadOnlyList<(string Description, decimal Quantity, string? Code, string? Unit)>> LinesAsync(DatabaseSession session, OwedStep owed, CancellationToken cancel = default) =>
        (owed.Step.Shows ?? []).Contains("lines", StringComparer.Ordinal)
            ? await session.ListAsync(
                Sql.Of($"SELECT l.description, l.quantity, p.code, p.unit FROM deal_line l LEFT JOIN product p ON p.id = l.product_id WHERE l.deal_id = {owed.Deal.Id} AND l.deleted_at IS NULL ORDER BY l.position, l.id LIMIT 200"),
                row => (row.Text(0), Convert.ToDecimal(row.Any(1)), row.OptionalText(2), row.OptionalText(3)), cancel)
            : [];

    /// <summary>The deal's files, newest first, where the process gives them along.</summary>
    public static async Task<IReadOnlyList<Attachments.Attachment>> FilesAsync(DatabaseSession session, OwedStep owed, CancellationToken cancel = default) =>
        (owed.Step.Shows ?? []).Contains("files", StringComparer.Ordinal) ? [.. (await Attachments.OfAsync(session, owed.Deal.Id, cancel)).Where(file => file.RecordType == owed.Deal.Type.Name).Reverse().Take(100)] : [];

    /// <summary>One of them.</summary>
    /// <exception cref="RefusedException">The step is not his or is over, or the file is on another record.</exception>
    public static async Task<Attachments.Attachment> FileAsync(DatabaseSession session, Actor actor, Guid id, Guid file, CancellationToken cancel = default) =>
        (await FilesAsync(session, await ReadAsync(session, actor, id, cancel), cancel)).FirstOrDefault(known => known.Id == file) ?? throw new RefusedException(Refusal.NotFound);

    /// <summary>Takes it in hand: from here on it is being worked at, and waits no longer.</summary>
    public static async Task<Record> StartAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var owed = await ReadAsync(context.Session, context.Actor, id, cancel);
        if (owed.Task["startedAt"] is null)
        {
            owed.Task["startedAt"] = context.Now;
            await context.UpdateAsync(owed.Task, "start", cancel);
        }

        return owed.Task;
    }

    /// <summary>Fills in what the step is for and is done with it.</summary>
    /// <param name="values">Fields of the deal by name.</param>
    public static async Task<Record> DoneAsync(SaveContext context, Guid id, JsonElement values, string? note, CancellationToken cancel = default)
    {
        var owed = await ReadAsync(context.Session, context.Actor, id, cancel);
        await FillAsync(context, owed, values, cancel);
        foreach (var field in owed.Filled.Where(field => owed.Deal[field] is null or "" or string[] { Length: 0 }))
        {
            throw new RefusedException(Refusal.Invalid(field.Name, new Label($"完成之前请填写“{field.Label.ZhHans}”", $"Fill in “{field.Label.En}” before it is done")));
        }

        var task = owed.Task;
        (task["status"], task["at"], task["result"]) = ("done", context.Now, string.IsNullOrWhiteSpace(note) ? task["result"] : FieldInput.ParseText(task.Type["result"], note, out _));
        await context.UpdateAsync(task, "complete", cancel);
        if (owed.Deal.OwnerId is { } owner)
        {
            await Notifications.SendAsync(context, owner, "step", "deals", owed.Deal.Id, owed.Deal.Text("name") ?? "", new Label($"{{0}} 完成了“{owed.Step.Subject}”", $"{{0}} has done “{owed.Step.Subject}”"));
        }

        return task;
    }

    private static async Task FillAsync(SaveContext context, OwedStep owed, JsonElement values, CancellationToken cancel)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (values.EnumerateObject().FirstOrDefault(value => owed.Filled.All(field => field.Name != value.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } other)
        {
            throw new RefusedException(Refusal.Invalid(other.Name, ("这一步不填写这个字段", "This step does not fill in that field")));
        }

        await RecordStore.FillAsync(context.Session, context.Actor, owed.Deal, values, context.Now, cancel);
        await context.UpdateAsync(owed.Deal, "step", cancel);
    }

    /// <summary>Hands it on to somebody else of those who may owe it.</summary>
    public static async Task<Record> HandOverAsync(SaveContext context, Guid id, Guid to, string? note, CancellationToken cancel = default)
    {
        var owed = await ReadAsync(context.Session, context.Actor, id, cancel);
        var directory = context.Actor.Directory;
        if (directory.Person(to) is not { Active: true } receiver || (owed.Step is { Role: null, Team: null } ? false : DefinitionChecks.Owing(directory, owed.Step).All(person => person.Id != to)))
        {
            throw new RefusedException(Refusal.Invalid("to", ("只能转给这一步所属角色和部门里在职的人", "Hand it to somebody at work who has the step's role and department")));
        }

        if (receiver.Id == context.Actor.Id)
        {
            throw new RefusedException(Refusal.Invalid("to", ("已经在你手里", "It is with you already")));
        }

        var task = owed.Task;
        task["owner"] = to;
        task["content"] = string.IsNullOrWhiteSpace(note) ? task["content"] : FieldInput.ParseText(task.Type["content"], $"{task.Text("content")}\n{context.Actor.Person.Name}：{note}".Trim(), out _);
        await context.UpdateAsync(task, "hand-over", cancel);
        return task;
    }
}
