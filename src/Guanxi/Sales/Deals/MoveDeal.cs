using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>Moves a deal through its process, wins it, loses it, opens it again. A condition that is not met and not excused stops it before anything changes.</summary>
public static class MoveDeal
{
    internal static Refusal Closed { get; } = Refusal.Breaks("deal-closed", ("商机已经结束，请先重新打开", "The deal is closed; open it again first"));

    /// <summary>To another stage.</summary>
    /// <param name="stage">Its key.</param>
    /// <exception cref="RefusedException">A gate is not passed; the answer lists what is missing.</exception>
    public static async Task<Record> ToAsync(SaveContext context, Guid id, string stage, CancellationToken cancel = default)
    {
        var (deal, definition) = await LoadAsync(context, id, cancel);
        var to = definition.PlaceOf(stage);
        if (to < 0)
        {
            throw new RefusedException(Refusal.Invalid("stage", new Label($"流程里没有阶段“{stage}”，可用：{string.Join("、", definition.Stages.Select(known => known.Key))}", $"The process has no stage “{stage}”; it has {string.Join(", ", definition.Stages.Select(known => known.Key))}")));
        }

        var from = definition.PlaceOf(deal.Text("stage")!);
        if (to == from)
        {
            return deal;
        }

        if (to < from && !definition.Stages[from].MayGoBack)
        {
            throw new RefusedException(Refusal.Breaks("stage-back", new Label($"“{definition.Stages[from].Name}”之后不能退回", $"From “{definition.Stages[from].Name}” a deal does not go back")));
        }

        await PassAsync(context, deal, definition, to, cancel);
        deal.Enter(definition, to, context.Now);
        await context.UpdateAsync(deal, "move", cancel);
        await Stays.BeginAsync(context, deal);
        await StageSteps.BeginAsync(context, deal, definition);
        return deal;
    }

    /// <summary>Takes the last move back: the deal has been in the earlier stage as if it had never left, and steps the move gave that nobody has touched are gone.</summary>
    /// <exception cref="RefusedException">There is no move to take back, or it is too long ago.</exception>
    public static async Task<Record> UndoAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (deal, definition) = await LoadAsync(context, id, cancel);
        var since = deal.Instant("stageSince")!.Value;
        if (context.Now - since > UndoableFor || await Stays.PreviousAsync(context.Session, id, (long)deal["edition"]!, cancel) is not { } earlier || definition.PlaceOf(earlier.Stage) < 0)
        {
            throw new RefusedException(Refusal.Breaks("no-undo", ("没有可以撤销的移动：只能撤销一天内的最后一次", "There is no move to take back: only the last one of a day's time")));
        }

        var given = await context.Session.ListAsync(Sql.Of($"SELECT id FROM activity WHERE deal_id = {id} AND step IS NOT NULL AND status = 'planned' AND started_at IS NULL AND deleted_at IS NULL AND created_at >= {since}"), row => row.Id(0), cancel);
        foreach (var step in given)
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["activities"], step, cancel) is { } task)
            {
                await context.SetDeletedAsync(task, true, cancel);
            }
        }

        await Stays.ReturnAsync(context, id);
        deal.Enter(definition, definition.PlaceOf(earlier.Stage), earlier.EnteredAt);
        await context.UpdateAsync(deal, "undo-move", cancel);
        return deal;
    }

    private static readonly TimeSpan UndoableFor = TimeSpan.FromDays(1);

    /// <summary>Won: every condition up to the end must be met.</summary>
    public static async Task<Record> WinAsync(SaveContext context, Guid id, string? reason, string? note, CancellationToken cancel = default)
    {
        var (deal, definition) = await LoadAsync(context, id, cancel);
        CheckReason(definition.WinReasons, reason, required: false);
        await PassAsync(context, deal, definition, definition.Stages.Count, cancel);
        return await CloseAsync(context, deal, "won", reason, null, note, cancel);
    }

    /// <summary>Lost, for one of the process's reasons.</summary>
    public static async Task<Record> LoseAsync(SaveContext context, Guid id, string? reason, string? to, string? note, CancellationToken cancel = default)
    {
        var (deal, definition) = await LoadAsync(context, id, cancel);
        CheckReason(definition.LossReasons, reason, required: true);
        return await CloseAsync(context, deal, "lost", reason, to, note, cancel);
    }

    /// <summary>Opens a closed deal again, in the stage in which it was closed.</summary>
    public static async Task<Record> ReopenAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var deal = (Deal)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["deals"], id, Verb.Edit, context.Now, cancel: cancel);
        if (deal.IsOpen)
        {
            return deal;
        }

        var definition = await deal.DefinitionAsync(context.Session, cancel);
        (deal["status"], deal["closedAt"], deal["closeReason"], deal["lostTo"], deal["closeNote"], deal["ownProbability"]) = ("open", null, null, null, null, false);
        deal.Enter(definition, definition.PlaceOf(deal.Text("stage")!), context.Now);
        await context.UpdateAsync(deal, "reopen", cancel);
        await Stays.BeginAsync(context, deal);
        await StageSteps.BeginAsync(context, deal, definition);
        return deal;
    }

    private static async Task<(Deal Deal, ProcessDefinition Definition)> LoadAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        var deal = (Deal)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["deals"], id, Verb.Edit, context.Now, cancel: cancel);
        return deal.IsOpen ? (deal, await deal.DefinitionAsync(context.Session, cancel)) : throw new RefusedException(Closed);
    }

    private static async Task PassAsync(SaveContext context, Deal deal, ProcessDefinition definition, int to, CancellationToken cancel)
    {
        var items = await DealGate.CheckAsync(context.Session, deal, definition, to, context.Schema, context.Actor, context.Now, cancel);
        var open = items.Where(item => item.Open).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var language = context.Actor.Language;
        throw new RefusedException(Refusal.Breaks("stage-gate", new Label($"还差 {open.Count} 项：{string.Join("；", open.Select(item => item.Label.ZhHans))}", $"{open.Count} still missing: {string.Join("; ", open.Select(item => item.Label.En))}")) with
        {
            More = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["missing"] = open.Select(item => new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["condition"] = item.Condition.Key,
                    ["kind"] = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(item.Condition.Kind.ToString()),
                    ["stage"] = item.Stage,
                    ["label"] = item.Label.In(language),
                    ["fields"] = item.Missing.ToArray(),
                    ["task"] = item.Task,
                }).ToArray(),
            },
        });
    }

    private static void CheckReason(IReadOnlyList<string>? known, string? reason, bool required)
    {
        if (string.IsNullOrWhiteSpace(reason) ? required : known is { Count: > 0 } && !known.Contains(reason, StringComparer.Ordinal))
        {
            var list = string.Join("、", known ?? []);
            throw new RefusedException(Refusal.Invalid("reason", new Label($"请选择原因{(list.Length > 0 ? "：" + list : "")}", $"Choose a reason{(list.Length > 0 ? ": " + list : "")}")));
        }
    }

    private static async Task<Record> CloseAsync(SaveContext context, Deal deal, string status, string? reason, string? to, string? note, CancellationToken cancel)
    {
        (deal["status"], deal["closedAt"], deal["closeReason"], deal["lostTo"], deal["closeNote"]) = (status, context.Now, reason, to, note);
        deal.Conclude(status == "won" ? 100 : 0);
        await context.UpdateAsync(deal, status == "won" ? "win" : "lose", cancel);
        await Stays.EndAsync(context, deal.Id);
        await StageSteps.DropAsync(context, deal.Id, cancel);
        return deal;
    }
}
