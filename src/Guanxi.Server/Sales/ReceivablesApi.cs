using System.Globalization;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>Invoices are issued, money is received, allocated and reversed; how old it is, and the rules about it.</summary>
public static class ReceivablesApi
{
    public static void MapReceivables(this RouteGroupBuilder api)
    {
        api.MapPost("/invoices/{id:guid}:issue", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => InvoiceSteps.IssueAsync(context, id, body.Words("taxInvoiceNumber"), body.Day("issuedOn"), body.Day("dueOn"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/invoices/{id:guid}:void", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => InvoiceSteps.VoidAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/invoices/{id:guid}:write-off", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Allocating.WriteOffAsync(context, id, body.Amount("amount"), body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/invoices/{id:guid}:red", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => RedLetters.MakeAsync(context, id, body.Amount("amount"), body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/receipts:receive", ReceiveAsync).AnsweredOnce();
        api.MapPost("/receipts:receive-many", ReceiveManyAsync).AnsweredOnce();
        api.MapPost("/receipts/{id:guid}:allocate", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Receiving.AllocateAsync(context, id, Wishes(body), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/receipts/{id:guid}:reverse", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Receiving.ReverseAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/receipt-allocations/{id:guid}:cancel", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Allocating.CancelAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapGet("/dunnings/{id:guid}/letter", LetterAsync);
        api.MapPost("/dunnings/{id:guid}:mail", MailAsync).AnsweredOnce();
        api.MapGet("/receivables/aging", AgingAsync);
        api.MapGet("/receivables/rules", RulesAsync);
        api.MapPut("/receivables/rules", ChangeRulesAsync);
    }

    private static Task ReceiveAsync(HttpContext http) => http.ChangeAsync((context, body) => EnterAsync(http, context, body));

    private static Task<Record> EnterAsync(HttpContext http, SaveContext context, JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        return Receiving.RunAsync(
            context,
            receipt => RecordStore.FillAsync(context.Session, context.Actor, receipt, body.Without("allocations", "oldestFirst"), context.Now, http.RequestAborted),
            Wishes(body),
            body.Flag("oldestFirst", otherwise: false),
            http.RequestAborted);
    }

    /// <summary>Many instalments or invoices are paid in full: one receipt for each customer and currency.</summary>
    private static async Task ReceiveManyAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var (plans, invoices) = (Ids(body, "plans"), Ids(body, "invoices"));
        if ((plans is null) == (invoices is null))
        {
            throw new RefusedException(Refusal.Invalid("plans", ("请给出 plans（回款计划）或 invoices（发票）其中之一", "Give either plans (instalments) or invoices")));
        }

        var done = await http.Workspace().WriteAsync(
            actor,
            context => ReceivingMany.RunAsync(
                context,
                plans is null ? "invoices" : "payment-plans",
                plans ?? invoices!,
                receipt => RecordStore.FillAsync(context.Session, context.Actor, receipt, body.Without("plans", "invoices", "customer", "contract", "amount"), context.Now, http.RequestAborted),
                http.RequestAborted),
            http.Confirmed(),
            http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("settled", done.Settled);
            writer.WriteStartArray("receipts");
            foreach (var receipt in done.Receipts)
            {
                writer.WriteStartObject();
                writer.WriteString("id", receipt.Id);
                writer.WriteString("number", receipt.Text("number"));
                writer.WriteString("amount", ((Money)receipt["amount"]!).AmountText);
                writer.WriteString("currency", ((Money)receipt["amount"]!).Currency);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("skipped");
            foreach (var id in done.Skipped)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
        });
    }

    private static List<Guid>? Ids(JsonElement body, string name)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= ReceivingMany.Most && list.EnumerateArray().All(id => id.ValueKind == JsonValueKind.String && id.TryGetGuid(out _))
            ? [.. list.EnumerateArray().Select(id => id.GetGuid())]
            : throw new RefusedException(Refusal.Invalid(name, new Label($"应为 1 到 {ReceivingMany.Most} 个 id 的列表", $"This is a list of 1 to {ReceivingMany.Most} ids")));
    }

    private static List<AllocationWish>? Wishes(JsonElement body) => body.Items("allocations")?.Select(item => new AllocationWish(item.Id("contract"), item.Id("plan"), item.Id("invoice"), item.Amount("amount") ?? 0)).ToList();

    private static async Task LetterAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var dunning = await RecordStore.LoadAsync(session, actor, actor.Schema["dunnings"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var letter = await DunningLetter.MakeAsync(session, actor, dunning, QuotesApi.LanguageOf(http, actor.Language), workspace.Now, http.RequestAborted);
        await QuotesApi.SendAsync(http, letter.Pdf, "letter");
    }

    /// <summary>
    /// Sends the letter as a file and marks the step as done. It is marked first, so that pressed twice the customer gets one letter, and opened again when the mail server does not take it.
    /// </summary>
    private static async Task MailAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.OptionalBodyAsync());
        var type = actor.Schema["dunnings"];
        var mail = http.RequestServices.GetRequiredService<CustomerMail>();
        var language = QuotesApi.LanguageOf(body.Word("language") ?? "", actor.Language);
        var (letter, before, address) = await workspace.WriteAsync(
            actor,
            async context =>
            {
                var dunning = await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Edit, context.Now, cancel: http.RequestAborted);
                var letter = await DunningLetter.MakeAsync(context.Session, actor, dunning, language, context.Now, http.RequestAborted);
                var address = mail.Demand(body.Word("email"));
                if (dunning.Text("status") != "due")
                {
                    throw new RefusedException(Refusal.Breaks("dunning-over", ("这一步已完成或跳过：要再发，请先改回待办", "This step is done or skipped: set it to do again before another letter")));
                }

                var before = (Channel: dunning["channel"], Result: dunning["result"]);
                (dunning["status"], dunning["channel"], dunning["result"]) = ("done", "email", $"{(dunning.Text("result") is { Length: > 0 } said ? said + "\n" : "")}PDF → {address}");
                await context.UpdateAsync(dunning, "mail", http.RequestAborted);
                return (letter, before, address);
            },
            http.Confirmed(),
            http.RequestAborted);
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            var company = (await Guanxi.Platform.Settings.ReadAsync(session, http.RequestAborted)).CompanyName;
            var sent = await mail.SendAsync(address, $"{company} {letter.Heading}", body.Word("message"), $"{letter.Words}\n\n{actor.Person.Name}\n{company}\n", new MailFile("letter.pdf", "application/pdf", letter.Pdf), http.RequestAborted);
            if (sent)
            {
                await http.JsonAsync(writer => writer.WriteBoolean("mailed", true));
                return;
            }
        }

        // Whoever has left the page still wants it open again.
        await workspace.WriteAsync(actor, async context =>
        {
            var dunning = (await RecordStore.FindAsync(context.Session, type, id, CancellationToken.None))!;
            (dunning["status"], dunning["doneOn"], dunning["channel"], dunning["result"]) = ("due", null, before.Channel, before.Result);
            await context.UpdateAsync(dunning, "mail-failed", CancellationToken.None);
        }, cancel: CancellationToken.None);
        await http.JsonAsync(writer => writer.WriteBoolean("mailed", false));
    }

    private static async Task AgingAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var asOf = query["asOf"].ToString() is not { Length: > 0 } text ? actor.Today(workspace.Now)
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && DateText.InRange(day.Year) ? day : throw new RefusedException(Refusal.Invalid("asOf", ("日期应如 2026-11-22", "A date is written like 2026-11-22")));
        var basis = query["basis"].ToString() is { Length: > 0 } given ? given : "invoices";
        if (basis is not ("invoices" or "plans"))
        {
            throw new RefusedException(Refusal.Invalid("basis", ("依据应为 invoices 或 plans", "The basis is invoices or plans")));
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var report = await Aging.RunAsync(session, actor, asOf, query["group"].ToString() is { Length: > 0 } group ? group : "customer", basis == "plans", workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("asOf", report.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteString("currency", report.Currency);
            writer.WriteStartArray("buckets");
            foreach (var limit in report.Limits)
            {
                writer.WriteNumberValue(limit);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("total");
            Write(writer, report.Total);
            writer.WriteEndObject();
            writer.WriteString("credit", report.Credit is { } credit ? Text(credit) : null);
            writer.WriteNumber("count", report.RowCount);
            writer.WriteStartArray("rows");
            foreach (var row in report.Rows)
            {
                writer.WriteStartObject();
                writer.WriteString("id", row.Key?.ToString());
                writer.WriteString("name", row.Name);
                Write(writer, row);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, AgingRow row)
    {
        writer.WriteString("total", Text(row.Total));
        writer.WriteNumber("count", row.Count);
        writer.WriteStartArray("amounts");
        foreach (var amount in row.Buckets)
        {
            writer.WriteStringValue(Text(amount));
        }

        writer.WriteEndArray();
    }

    private static string Text(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static async Task RulesAsync(HttpContext http)
    {
        _ = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var rules = await ReceivableRules.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer => Write(writer, rules));
    }

    private static async Task ChangeRulesAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        var rules = await http.Workspace().WriteAsync(http.Actor(), context => ReceivableRules.PutAsync(context, body, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => Write(writer, rules));
    }

    private static void Write(Utf8JsonWriter writer, ReceivableRules rules)
    {
        using var document = JsonDocument.Parse(rules.ToJson());
        foreach (var member in document.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }
    }
}
