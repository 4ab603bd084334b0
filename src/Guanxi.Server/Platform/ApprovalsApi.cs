using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What waits for my word, what I asked for, what I decided; deciding; who stands in for whom. Chains are the noun approval-definitions.</summary>
public static class ApprovalsApi
{
    public static void MapApprovals(this RouteGroupBuilder api)
    {
        api.MapGet("/approvals", ListAsync);
        api.MapGet("/approvals/kinds", KindsAsync);
        api.MapPost("/approvals:preview", PreviewAsync);
        api.MapGet("/approvals/{id:guid}", GetAsync);
        api.MapPost("/approvals/{id:guid}:approve", (HttpContext http, Guid id) => ActAsync(http, id, (context, body) => ApprovalDecisions.ApproveAsync(context, id, body.Word("comment"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/approvals/{id:guid}:reject", (HttpContext http, Guid id) => ActAsync(http, id, (context, body) => ApprovalDecisions.RejectAsync(context, id, body.Word("comment"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/approvals/{id:guid}:send-back", (HttpContext http, Guid id) => ActAsync(http, id, (context, body) => ApprovalDecisions.SendBackAsync(context, id, body.Word("to"), body.Word("comment"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/approvals/{id:guid}:resubmit", (HttpContext http, Guid id) => ActAsync(http, id, (context, body) => ApprovalDecisions.ResubmitAsync(context, id, body.Word("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/approvals/{id:guid}:withdraw", (HttpContext http, Guid id) => ActAsync(http, id, (context, _) => ApprovalDecisions.WithdrawAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/approvals/{id:guid}:add-signer", (HttpContext http, Guid id) => ActAsync(http, id, (context, body) => ApprovalDecisions.AddSignerAsync(context, id, body.Id("user"), Before(body), body.Word("comment"), http.RequestAborted))).AnsweredOnce();
        api.MapGet("/approvals/delegations", DelegationsAsync);
        api.MapPost("/approvals/delegations", ArrangeAsync).AnsweredOnce();
        api.MapDelete("/approvals/delegations/{id:guid}", EndAsync);
    }

    private static bool Before(JsonElement body) => body.Word("place") switch
    {
        "before" => true,
        null or "after" => false,
        _ => throw new RefusedException(Refusal.Invalid("place", ("应为 before 或 after", "This is before or after"))),
    };

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var box = query["box"].ToString() is { Length: > 0 } asked ? asked : "waiting";
        var limit = RecordsApi.Limit(http, 50);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            await ApprovalReading.WriteListAsync(writer, session, actor, box, query["cursor"], limit, workspace.Now, http.RequestAborted);
            writer.WriteNumber("waiting", await ApprovalReading.CountWaitingAsync(session, actor, workspace.Now, http.RequestAborted));
            writer.WriteEndObject();
        });
    }

    /// <summary>What can be submitted for approval at all, for whoever composes chains.</summary>
    private static Task KindsAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageApprovals);
        return http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var type in actor.Schema.Types)
            {
                foreach (var kind in type.Approvals)
                {
                    writer.WriteStartObject();
                    writer.WriteString("kind", kind.Name);
                    writer.WriteString("label", kind.Label.In(actor.Language));
                    writer.WriteString("type", type.Name);
                    writer.WriteString("typeLabel", type.SingularLabel.In(actor.Language));
                    writer.WritePropertyName("otherwise");
                    writer.WriteRawValue(kind.Otherwise.Write());
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Who would be asked about a record, by the chain that is being composed or by those in force; nothing is saved.</summary>
    private static async Task PreviewAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        actor.Demand(Functions.ManageApprovals);
        var draft = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("definition", out var steps) ? (body.Word("condition"), steps.ValueKind == JsonValueKind.String ? steps.GetString()! : steps.GetRawText()) : ((string?, string)?)null;
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var context = new SaveContext(session, actor, workspace.Clock, new HashSet<string>());
        var preview = await ApprovalPreview.RunAsync(context, body.Needed("kind"), body.Id("record") ?? throw new RefusedException(Refusal.Invalid("record", RecordChecks.Required)), draft, body.Id("submitter"), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("applies", preview.Applies);
            writer.WriteString("definition", preview.Definition?.ToString());
            writer.WriteString("name", preview.Name);
            writer.WriteStartArray("steps");
            foreach (var step in preview.Steps)
            {
                writer.WriteStartObject();
                writer.WriteString("name", step.Step.Name);
                writer.WriteBoolean("holds", step.Holds);
                writer.WriteString("mode", step.Step.Mode == SignMode.All ? "all" : "any");
                writer.WriteBoolean("chosen", step.IsChosen);
                if (step.Step.Hours is { } hours)
                {
                    writer.WriteNumber("hours", hours);
                }

                People(writer, actor, "signers", step.Signers);
                People(writer, actor, "instead", step.Instead);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void People(Utf8JsonWriter writer, Actor actor, string name, IReadOnlyList<Guid> people)
    {
        writer.WriteStartArray(name);
        foreach (var person in people)
        {
            writer.WriteStringValue(actor.Directory.Person(person)?.Name);
        }

        writer.WriteEndArray();
    }

    private static async Task GetAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            await ApprovalReading.WriteAsync(writer, session, actor, id, workspace.Now, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    private static async Task ActAsync(HttpContext http, Guid id, Func<SaveContext, JsonElement, Task<ApprovalRequest>> work)
    {
        var body = await http.OptionalBodyAsync();
        await http.Workspace().WriteAsync(http.Actor(), context => work(context, body), http.Confirmed(), http.RequestAborted);
        await GetAsync(http, id);
    }

    private static async Task DelegationsAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var everybody = http.Request.Query["all"] == "true" && actor.Has(Functions.ManageApprovals);
        var items = await Delegations.ComingAsync(session, everybody ? null : actor.Id, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                Write(writer, actor, item);
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ArrangeAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var to = body.Id("delegate") ?? throw new RefusedException(Refusal.Invalid("delegate", RecordChecks.Required));
        var (from, until) = (Moment(body, "from"), Moment(body, "until"));
        var made = await http.Workspace().WriteAsync(actor, context => Delegations.ArrangeAsync(context, body.Id("user") ?? actor.Id, to, from ?? context.Now, until ?? throw new RefusedException(Refusal.Invalid("until", RecordChecks.Required)), http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(
            buffer =>
            {
                using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
                Write(writer, actor, made);
                return Task.CompletedTask;
            },
            201);
    }

    private static DateTimeOffset? Moment(JsonElement body, string name) => body.Word(name) is not { } text ? null
        : DateText.TryInstant(text, out var at) ? at : throw new RefusedException(Refusal.Invalid(name, ("请给出日期时间，例如 2026-12-01T09:00:00+08:00", "Give a date and time, such as 2026-12-01T09:00:00+08:00")));

    private static async Task EndAsync(HttpContext http, Guid id)
    {
        await http.Workspace().WriteAsync(http.Actor(), context => Delegations.EndAsync(context, id, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, Delegation item)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WriteString("user", item.User);
        writer.WriteString("userName", actor.Directory.Person(item.User)?.Name);
        writer.WriteString("delegate", item.Delegate);
        writer.WriteString("delegateName", actor.Directory.Person(item.Delegate)?.Name);
        writer.WriteString("from", RecordJson.Instant(item.StartsAt.ToUnixTimeMilliseconds()));
        writer.WriteString("until", RecordJson.Instant(item.EndsAt.ToUnixTimeMilliseconds()));
        writer.WriteEndObject();
    }
}
