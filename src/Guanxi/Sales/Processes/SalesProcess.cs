using System.Text.Json;
using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>How deals of a product line, or with customers of a level, go. Changing it makes a new edition; deals go on under theirs.</summary>
public sealed class SalesProcess(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("sales-processes", "sales-process",
    [
        new("name", FieldKind.Text, ("流程名称", "Name")) { Required = true, MaxLength = 60 },
        new("productLine", FieldKind.Text, ("适用产品线", "For product line")) { MaxLength = 60 },
        new("customerLevel", FieldKind.Choice, ("适用客户级别", "For customer level")) { Choices = Customer.Description["level"].Choices },
        new("isDefault", FieldKind.YesNo, ("默认流程", "Default")) { Required = true, Filled = true },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("definition", FieldKind.Json, ("阶段与条件", "Stages and conditions")) { Required = true },
        new("edition", FieldKind.Integer, ("版次", "Edition")) { ReadOnly = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "sales_process",
        Label = ("销售流程", "Sales processes"),
        SingularLabel = ("销售流程", "Sales process"),
        Icon = "process",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageProcesses,
        ListColumns = ["name", "productLine", "customerLevel", "isDefault", "active", "edition"],
        DefaultSort = "name",
        HasSearch = false,
        Importable = false,
        Create = type => new SalesProcess(type),
    };

    /// <summary>Whether the running deals go over to the new edition in the same act, so that no stage is left with deals in it.</summary>
    internal bool DealsAreMoved { get; set; }

    /// <summary>Saves a new edition and takes the running deals over to it in one act; a definition that stays as it is only moves the deals.</summary>
    /// <param name="map">Where the deals of a stage go that the new edition does not have.</param>
    public static async Task<(Record Process, Guid Move, int Deals)> PublishAsync(SaveContext context, Guid id, string? definition, IReadOnlyDictionary<string, string> map, CancellationToken cancel = default)
    {
        var process = (SalesProcess)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["sales-processes"], id, Verb.Edit, context.Now, cancel: cancel);
        process.DealsAreMoved = true;
        process["definition"] = definition ?? process["definition"];
        await context.UpdateAsync(process, "publish", cancel);
        var (move, deals) = await EditionMove.RunAsync(context, process, map, cancel);
        return (process, move, deals);
    }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["isDefault"] ??= false;
        this["active"] ??= true;
        if (Text("definition") is not { } text)
        {
            return;
        }

        ProcessDefinition definition;
        try
        {
            definition = ProcessDefinition.Read(text);
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Invalid("definition", new Label($"流程定义无法读取：{error.Path}", $"The definition cannot be read: {error.Message}")));
        }

        if (Changed("definition"))
        {
            var before = Before(Type["definition"]) is string stored ? ProcessDefinition.Read(stored) : null;
            DefinitionChecks.Check(definition, before, context);
            this["definition"] = definition.Write();
            if (before is not null && !DealsAreMoved)
            {
                await StageInUse.CheckAsync(context, Id, before, definition);
            }
        }

        if (IsNew || Changed("definition"))
        {
            this["edition"] = ((long?)Before(Type["edition"]) ?? 0) + 1;
        }

        await KeepOneDefaultAsync(context);
        if (this["active"] is true && (IsNew || Changed("active") || Changed("productLine") || Changed("customerLevel")))
        {
            await CheckAloneAsync(context);
        }
    }

    /// <summary>Two for the same deals would leave it to chance which one a deal goes by; of those for everything, the default says.</summary>
    private async Task CheckAloneAsync(SaveContext context)
    {
        var (line, level) = (Text("productLine"), Text("customerLevel"));
        if ((line is not null || level is not null) && await context.Session.FirstAsync(
            Sql.Of($"SELECT name FROM sales_process WHERE active = {1L} AND deleted_at IS NULL AND id <> {Id} AND COALESCE(product_line, '') = {line ?? ""} AND COALESCE(customer_level, '') = {level ?? ""} LIMIT 1"), row => row.Text(0)) is { } other)
        {
            throw new RefusedException(Refusal.Invalid(line is null ? "customerLevel" : "productLine", new Label($"流程“{other}”已用于同样的产品线和客户级别：请先停用它，或换一个适用范围", $"The process “{other}” is for the same product line and customer level: end it first, or choose another range")));
        }
    }

    /// <summary>Deals go on under their process to their end, and one process is there for those that no other fits.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (at is null)
        {
            return;
        }

        if (this["isDefault"] is true)
        {
            throw new RefusedException(Refusal.Breaks("default-process", ("默认流程不能删除：请先把另一个设为默认", "The default process stays: make another one the default first")));
        }

        if ((await StageInUse.OfAsync(context.Session, Id)).Sum(used => used.Deals) is > 0 and var deals)
        {
            throw new RefusedException(Refusal.Breaks("process-in-use", new Label($"这个流程里还有 {deals} 个进行中的商机：请先停用它，等它们结束后再删除", $"{deals} running deals go by this process: end it, and delete it when they are closed")));
        }
    }

    private async Task KeepOneDefaultAsync(SaveContext context)
    {
        if (this["isDefault"] is true && this["active"] is false)
        {
            throw new RefusedException(Refusal.Invalid("active", ("默认流程不能停用：请先把另一个设为默认", "The default process stays in use: make another one the default first")));
        }

        if (!IsNew && this["isDefault"] is false && Before(Type["isDefault"]) is true)
        {
            throw new RefusedException(Refusal.Invalid("isDefault", ("总要有一个默认流程：请把另一个设为默认", "One process is always the default: make another one it")));
        }

        if (this["isDefault"] is true && (IsNew || Changed("isDefault")))
        {
            await context.SweepAsync(Type, "isDefault", false, Sql.Of($"id <> {Id} AND deleted_at IS NULL"), "update");
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew || Changed("definition"))
        {
            var (edition, definition, json) = ((long)this["edition"]!, Text("definition"), new SqlName(context.Session.Dialect.JsonParameter));
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO sales_process_edition (process_id, edition, definition, at) VALUES ({Id}, {edition}, {definition}{json}, {context.Now})"));
        }
    }
}
