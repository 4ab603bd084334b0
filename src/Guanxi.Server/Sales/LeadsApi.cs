using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Sales;

/// <summary>What leads can do beyond the verbs of every noun.</summary>
public static class LeadsApi
{
    public static void MapLeads(this RouteGroupBuilder api)
    {
        api.MapGet("/leads/{id:guid}/matches", MatchesAsync);
        api.MapGet("/leads:response", ResponseAsync);
        api.MapPost("/leads/{id:guid}:convert", ConvertAsync).AnsweredOnce();
        api.MapPost("/leads/{id:guid}:unconvert", (HttpContext http, Guid id) => ChangeAsync(http, context => UndoConversion.RunAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/leads/{id:guid}:assign", (HttpContext http, Guid id) => ChangeAsync(http, context => AssignLead.RunAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapGet("/lead-forms/{id:guid}/turned-away", TurnedAwayAsync);
        api.MapPut("/lead-mailboxes/{id:guid}/password", PasswordAsync).NeedsStepUp();
        api.MapPost("/lead-mailboxes/{id:guid}:look", LookAsync);
        api.MapGet("/customers/{id:guid}/referrals", ReferralsAsync);
    }

    private static async Task ChangeAsync(HttpContext http, Func<SaveContext, Task<Record>> work) =>
        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), work, http.Confirmed(), http.RequestAborted));

    private static async Task ConvertAsync(HttpContext http, Guid id)
    {
        _ = http.Actor();
        var body = await http.OptionalBodyAsync();
        var wish = new ConversionWish(body.Id("customer"), body.Id("contact"), body.Flag("deal", otherwise: true), body.Word("dealName") is { Length: > 200 } ? throw new RefusedException(Refusal.Invalid("dealName", ("最多 200 个字", "At most 200 characters"))) : body.Word("dealName"));
        var done = await http.Workspace().WriteAsync(http.Actor(), context => ConvertLead.RunAsync(context, id, wish, http.RequestAborted), http.Confirmed(), http.RequestAborted);
        var type = http.Type("leads");
        await http.JsonAsync(writer =>
        {
            writer.WriteString("customer", done.Customer);
            writer.WriteString("contact", done.Contact?.ToString());
            writer.WriteString("deal", done.Deal?.ToString());
            writer.WriteStartArray("left");
            foreach (var name in done.Left.Where(name => http.Actor().On(type, type[name]) != FieldRight.Hidden))
            {
                writer.WriteStringValue(type[name].Label.In(http.Language()));
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Who the lead may be: customers, contacts, other leads; what one may not see is told of as little as when entering a customer.</summary>
    private static async Task MatchesAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        List<Likeness> found;
        IReadOnlyList<Record> leads;
        Dictionary<Guid, Guid?> customerOf = [];
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            var lead = await RecordStore.LoadAsync(session, actor, actor.Schema["leads"], id, Verb.Edit, workspace.Now, cancel: http.RequestAborted);
            found = [.. await LeadCollisions.FindAsync(session, actor, lead, workspace.Now, http.RequestAborted)];
            leads = await LeadCollisions.LeadsAsync(session, actor, lead, workspace.Now, http.RequestAborted);
            foreach (var contact in found.Where(item => item is { IsVisible: true, Record.Type.Name: "contacts" }))
            {
                customerOf[contact.Record.Id] = await session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {contact.Record.Id}"), row => row.OptionalId(0), http.RequestAborted);
            }
        }

        await MatchesApi.LogAsync(http, actor.Schema["customers"], found);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in found)
            {
                MatchesApi.Write(writer, actor, item, customerOf.GetValueOrDefault(item.Record.Id));
            }

            writer.WriteEndArray();
            writer.WriteStartArray("leads");
            foreach (var lead in leads)
            {
                writer.WriteStartObject();
                writer.WriteString("id", lead.Id);
                writer.WriteString("name", lead.Title);
                writer.WriteString("owner", actor.Directory.Person(lead.OwnerId)?.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>How soon leads of the last days were answered, by owner, among those the actor sees.</summary>
    private static async Task ResponseAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var days = int.TryParse(http.Request.Query["days"], out var given) ? given : 30;
        if (days is < 1 or > 366)
        {
            throw new RefusedException(Refusal.Invalid("days", ("天数应为 1 到 366", "Days are 1 to 366")));
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rows = await LeadResponse.ReadAsync(session, actor, workspace.Now.AddDays(-days), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteString("id", row.Owner);
                writer.WriteString("name", actor.Directory.Person(row.Owner)?.Name ?? "");
                writer.WriteNumber("leads", row.Leads);
                writer.WriteNumber("answered", row.Answered);
                writer.WriteNumber("inTime", row.InTime);
                writer.WriteNumber("overdue", row.Overdue);
                writer.WriteNumber("averageMinutes", Math.Round(row.AverageMinutes, 1));
                writer.WriteNumber("converted", row.Converted);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task PasswordAsync(HttpContext http, Guid id)
    {
        http.Actor().Demand(Functions.ManageLeads);
        var password = (await http.BodyAsync()).Needed("password");
        await http.Workspace().WriteAsync(http.Actor(), context => LeadMailbox.SetPasswordAsync(context, SecretBox.Open(http.Workspace().Folder), id, password, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    /// <summary>Looks into a mailbox now, so that whoever sets it up sees whether it works.</summary>
    private static async Task LookAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        actor.Demand(Functions.ManageLeads);
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            await RecordStore.LoadAsync(session, actor, actor.Schema["lead-mailboxes"], id, Verb.Edit, workspace.Now, cancel: http.RequestAborted);
        }

        using var outbound = new Guanxi.Platform.Outbound.OutboundClient(http.RequestServices.GetRequiredService<Guanxi.Platform.Outbound.OutboundRules>());
        var look = await MailDrop.LookAsync(workspace, outbound, SecretBox.Open(workspace.Folder), id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("made", look.Made);
            writer.WriteNumber("known", look.Known);
            writer.WriteNumber("skipped", look.Skipped);
            writer.WriteString("error", look.Error);
        });
    }

    private static async Task TurnedAwayAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        actor.Demand(Functions.ManageLeads);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["lead-forms"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var rows = await session.ListAsync(Sql.Of($"SELECT day, reason, count FROM lead_form_turned_away WHERE form_id = {id} ORDER BY day DESC, reason LIMIT 200"), row => (Day: row.Text(0), Reason: row.Text(1), Count: row.Integer(2)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var (day, reason, count) in rows)
            {
                writer.WriteStartObject();
                writer.WriteString("day", day);
                writer.WriteString("reason", reason);
                writer.WriteNumber("count", count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Whom a customer or partner has brought, and what came of it, as far as the actor sees the leads and deals.</summary>
    private static async Task ReferralsAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["customers"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var found = await Referrals.ReadAsync(session, actor, id, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("leads", found.Leads);
            writer.WriteNumber("converted", found.Converted);
            writer.WriteNumber("partnerDeals", found.PartnerDeals);
            writer.WriteNumber("partnerWon", found.PartnerWon);
            if (found.WonAmount is { } amount)
            {
                writer.WriteStartObject("won");
                writer.WriteString("amount", amount.AmountText);
                writer.WriteString("currency", amount.Currency);
                writer.WriteEndObject();
            }
        });
    }
}
