using System.Text.Json;
using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Files;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>What a person decided in the dialog.</summary>
/// <param name="Customer">An existing customer to attach to; null makes one.</param>
/// <param name="Contact">An existing contact of that customer; null makes one when the lead names a person.</param>
/// <param name="WithDeal">Whether a deal is made.</param>
/// <param name="DealName">Its name; null takes what the lead wants.</param>
public sealed record ConversionWish(Guid? Customer = null, Guid? Contact = null, bool WithDeal = true, string? DealName = null);

/// <summary>What became of the lead, and which of its values found no place.</summary>
public sealed record Conversion(Record Lead, Guid Customer, Guid? Contact, Guid? Deal, IReadOnlyList<string> Left);

/// <summary>Makes customer, contact and deal of a lead, with all that was gathered on it, in one transaction; nothing is typed twice.</summary>
public static class ConvertLead
{
    /// <exception cref="RefusedException">The lead is closed, a right is missing, or there is such a customer already and nobody said yes.</exception>
    public static async Task<Conversion> RunAsync(SaveContext context, Guid id, ConversionWish wish, CancellationToken cancel = default)
    {
        var (actor, schema) = (context.Actor, context.Schema);
        var lead = (Lead)await RecordStore.LoadAsync(context.Session, actor, schema["leads"], id, Verb.Edit, context.Now, cancel: cancel);
        if (!lead.IsOpen)
        {
            throw new RefusedException(Refusal.Breaks("lead-closed", lead.Text("state") == "converted" ? ("线索已经转化", "The lead is converted already") : ("线索已标为无效：先改回“跟进中”再转化", "The lead is disqualified: set it back to working first")));
        }

        var carried = new HashSet<string>(StringComparer.Ordinal);
        var made = new List<Record>();
        var customer = wish.Customer is { } existing ? await RecordStore.LoadAsync(context.Session, actor, schema["customers"], existing, Verb.Read, context.Now, cancel: cancel) : await CustomerAsync(context, lead, carried, made, cancel);
        var contact = wish.Contact is { } known ? await ContactOfAsync(context, customer, known, cancel) : await ContactAsync(context, lead, customer, carried, made, cancel);
        var deal = wish.WithDeal ? await DealAsync(context, lead, customer, contact, wish.DealName, carried, made, cancel) : null;
        if (await ConsentAsync(context, lead, customer, contact, cancel) is { } consent)
        {
            made.Add(consent);
        }

        var moved = await ActivitiesAsync(context, id, customer.Id, contact?.Id, deal?.Id, cancel);
        var steps = deal is null ? [] : (await ActivitiesOfAsync(context, "deal_id", deal.Id, cancel)).Where(step => !moved.Contains(step.Id)).ToList();
        var files = await FilesAsync(context, lead, deal ?? customer, cancel);
        var before = lead.Text("state");
        lead.Converting = true;
        (lead["state"], lead["convertedAt"], lead["customer"], lead["contact"], lead["deal"]) = ("converted", context.Now, customer.Id, contact?.Id, deal?.Id);
        lead["respondedAt"] ??= context.Now;
        await context.UpdateAsync(lead, "convert", cancel);
        await KeepAsync(context, id, before, [.. made, .. steps], moved, files, cancel);
        var left = lead.Type.Shown.Where(field => field.Writable && lead[field] is not null && !carried.Contains(field.Name) && field.Name is not ("name" or "state" or "owner" or "cost" or "referredBy" or "externalId" or "disqualifyReason")).Select(field => field.Name).ToList();
        return new Conversion(lead, customer.Id, contact?.Id, deal?.Id, left);
    }

    private static void MayCreate(SaveContext context, RecordType type)
    {
        if (!context.Actor.On(type).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }
    }

    private static async Task<Record> CustomerAsync(SaveContext context, Lead lead, HashSet<string> carried, List<Record> made, CancellationToken cancel)
    {
        var type = context.Schema["customers"];
        MayCreate(context, type);
        var customer = New(context, type);
        var company = lead.Text("company");
        (customer["kind"], customer["name"]) = company is null ? ("person", lead.Text("contactName") ?? lead.Text("name")) : ("company", company);
        carried.Add(company is null ? "contactName" : "company");
        // A person's number is the contact's where there is one.
        Carry(context.Actor, lead, customer, carried, company is not null && lead.Text("contactName") is not null ? ["phone", "email", "wechat", "note", "title"] : ["note"]);
        customer["source"] = lead.Type["source"].Choices.FirstOrDefault(choice => choice.Value == lead.Text("source"))?.Label.In(context.Actor.Language);
        carried.Add("source");
        customer["owner"] = context.Actor.Has(Functions.AssignOwner) && lead.OwnerId is { } owner ? owner : context.Actor.Id;
        await MatchGuard.CheckAsync(context, customer, cancel);
        await context.InsertAsync(customer, cancel);
        made.Add(customer);
        return customer;
    }

    private static async Task<Record> ContactOfAsync(SaveContext context, Record customer, Guid id, CancellationToken cancel)
    {
        var contact = await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["contacts"], id, Verb.Read, context.Now, cancel: cancel);
        return contact.Reference("customer") == customer.Id ? contact : throw new RefusedException(Refusal.Invalid("contact", ("这位联系人不属于所选客户", "That contact belongs to another customer")));
    }

    private static async Task<Record?> ContactAsync(SaveContext context, Lead lead, Record customer, HashSet<string> carried, List<Record> made, CancellationToken cancel)
    {
        if (lead.Text("contactName") is not { } name || customer.Text("kind") == "person")
        {
            return null;
        }

        var type = context.Schema["contacts"];
        MayCreate(context, type);
        var contact = New(context, type);
        (contact["name"], contact["customer"]) = (name, customer.Id);
        carried.Add("contactName");
        Carry(context.Actor, lead, contact, carried, ["note", "tags"]);
        await MatchGuard.CheckAsync(context, contact, cancel);
        await context.InsertAsync(contact, cancel);
        made.Add(contact);
        return contact;
    }

    private static async Task<Record> DealAsync(SaveContext context, Lead lead, Record customer, Record? contact, string? name, HashSet<string> carried, List<Record> made, CancellationToken cancel)
    {
        var type = context.Schema["deals"];
        MayCreate(context, type);
        var deal = New(context, type);
        var product = lead.Reference("product") is { } wanted ? await context.Session.FirstAsync(Sql.Of($"SELECT name FROM product WHERE id = {wanted}"), row => row.Text(0), cancel) : null;
        (deal["customer"], deal["contact"]) = (customer.Id, contact?.Id);
        deal["name"] = string.IsNullOrWhiteSpace(name) ? product ?? lead.Text("productLine") ?? lead.Text("name") : name.Trim();
        Carry(context.Actor, lead, deal, carried, ["note", "tags"]);
        deal["source"] = lead.Text("campaign") ?? lead.Type["source"].Choices.FirstOrDefault(choice => choice.Value == lead.Text("source"))?.Label.In(context.Actor.Language);
        if (deal.Text("source") is { Length: > 60 } source)
        {
            deal["source"] = source[..60];
        }

        deal["note"] = string.Join("\n\n", new[] { "need", "note" }.Where(field => context.Actor.Reads(lead.Type, lead.Type[field])).Select(lead.Text).OfType<string>()) is { Length: > 0 } text ? text : null;
        carried.UnionWith(["need", "note", "campaign", "source", "product"]);
        deal["owner"] = context.Actor.Has(Functions.AssignOwner) && lead.OwnerId is { } owner ? owner : context.Actor.Id;
        await context.InsertAsync(deal, cancel);
        made.Add(deal);
        return deal;
    }

    private static Record New(SaveContext context, RecordType type)
    {
        var record = type.Create(type);
        record.Id = Guid.CreateVersion7(context.Now);
        return record;
    }

    /// <summary>Fields of the same name and kind, an administrator's own among them, as far as the actor may read the one and write the other.</summary>
    private static void Carry(Actor actor, Record from, Record to, HashSet<string> carried, IReadOnlyList<string> but)
    {
        foreach (var field in from.Type.Shown.Where(field => field.Writable && from[field] is not null && field.Name is not ("name" or "owner" or "source" or "externalId") && !but.Contains(field.Name, StringComparer.Ordinal)))
        {
            if (to.Type.Find(field.Name) is { Writable: true } target && target.Kind == field.Kind && target.Reference == field.Reference && to[target] is null && actor.Reads(from.Type, field) && actor.On(to.Type, target) == FieldRight.Edit && Suits(target, from[field]))
            {
                to[target] = from[field];
                carried.Add(field.Name);
            }
        }
    }

    private static bool Suits(Field target, object? value) => value switch
    {
        string text when target.Kind == FieldKind.Choice => target.Choices.Any(choice => choice.Value == text && !choice.Retired),
        string[] several when target.Kind == FieldKind.Choices => Array.TrueForAll(several, one => target.Choices.Any(choice => choice.Value == one)),
        string text => text.Length <= target.MaxLength,
        _ => true,
    };

    private static async Task<Record?> ConsentAsync(SaveContext context, Lead lead, Record customer, Record? contact, CancellationToken cancel)
    {
        if (lead.Instant("consentAt") is not { } given || lead.Text("consentPurpose") is not { } purpose)
        {
            return null;
        }

        var consent = New(context, context.Schema["consents"]);
        (consent["purpose"], consent["customer"], consent["contact"], consent["textVersion"], consent["source"], consent["givenAt"]) = (purpose, customer.Id, contact?.Id, lead.Text("consentVersion"), "webForm", given);
        await context.InsertAsync(consent, cancel);
        return consent;
    }

    private static Task<List<Record>> ActivitiesOfAsync(SaveContext context, string column, Guid id, CancellationToken cancel) =>
        Platform.Search.SearchIndex.ReadAsync(context.Session, context.Schema["activities"], new Sql().Append($"t.{column} = ").Value(id).Append(" AND t.deleted_at IS NULL"), cancel).AsTask();

    private static async Task<List<Guid>> ActivitiesAsync(SaveContext context, Guid lead, Guid customer, Guid? contact, Guid? deal, CancellationToken cancel)
    {
        var moved = new List<Guid>();
        foreach (var activity in (await ActivitiesOfAsync(context, "lead_id", lead, cancel)).Where(activity => activity.Reference("customer") is null))
        {
            (activity["customer"], activity["contact"], activity["deal"]) = (customer, contact, deal);
            await context.UpdateAsync(activity, "convert", cancel);
            moved.Add(activity.Id);
        }

        return moved;
    }

    /// <summary>The files themselves lie once; the other record gets a name for each.</summary>
    private static async Task<List<Guid>> FilesAsync(SaveContext context, Lead lead, Record to, CancellationToken cancel)
    {
        var made = new List<Guid>();
        foreach (var file in await Attachments.OfAsync(context.Session, lead.Id, cancel))
        {
            var id = Guid.CreateVersion7(context.Now);
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO attachment (id, record_type, record_id, name, media_type, size, content_hash, created_at, created_by) VALUES ({id}, {to.Type.Name}, {to.Id}, {file.Name}, {file.MediaType}, {file.Size}, {file.ContentHash}, {context.Now}, {context.ActorId})"), cancel);
            context.Note("file.add", to.Type.Name, to.Id, JsonSerializer.Serialize(new { file = new object?[] { null, new { Id = id, name = file.Name, size = file.Size, hash = file.ContentHash } } }));
            made.Add(id);
        }

        return made;
    }

    /// <summary>What was made and in which version, so that the undo knows whether somebody has built upon it.</summary>
    private static async Task KeepAsync(SaveContext context, Guid lead, string? state, IReadOnlyList<Record> made, List<Guid> moved, List<Guid> files, CancellationToken cancel)
    {
        var records = new List<ConversionPart>();
        foreach (var record in made)
        {
            records.Add(new ConversionPart(record.Type.Name, record.Id, (await RecordStore.FindAsync(context.Session, record.Type, record.Id, cancel))!.Version));
        }

        var text = JsonSerializer.Serialize(new ConversionParts(state ?? "new", records, moved, files));
        var number = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COALESCE(MAX(number), 0) + 1 FROM lead_conversion WHERE lead_id = {lead}"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO lead_conversion (lead_id, number, at, by_id, parts) VALUES ({lead}, {number}, {context.Now}, {context.ActorId}, {text}{new SqlName(context.Session.Dialect.JsonParameter)})"), cancel);
    }
}

internal sealed record ConversionPart(string Type, Guid Id, long Version);

internal sealed record ConversionParts(string State, IReadOnlyList<ConversionPart> Made, IReadOnlyList<Guid> Moved, IReadOnlyList<Guid> Files);
