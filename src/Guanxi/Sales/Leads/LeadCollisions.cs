using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Sales.Leads;

/// <summary>Is whoever comes in as a lead known already, as a customer, a contact or another open lead? Tells no more than the check on entering a customer does.</summary>
public static class LeadCollisions
{
    /// <summary>The fields of a lead that say who somebody is, as the customer and the contact it would become.</summary>
    internal static IEnumerable<Record> Entries(Record lead, Schema schema)
    {
        var customer = schema["customers"].Create(schema["customers"]);
        (customer["kind"], customer["name"]) = lead.Text("company") is { } company ? ("company", company) : ("person", lead.Text("contactName") ?? lead.Text("name"));
        Copy(lead, customer, ["phone", "email", "province", "city", "street"]);
        yield return customer;
        if (lead.Text("contactName") is { } name)
        {
            var contact = schema["contacts"].Create(schema["contacts"]);
            contact["name"] = name;
            Copy(lead, contact, ["phone", "email", "wechat"]);
            yield return contact;
        }
    }

    private static void Copy(Record from, Record to, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            to[name] = from[name];
        }
    }

    /// <summary>Customers and contacts that may be the lead, those first that are surest.</summary>
    public static async Task<IReadOnlyList<Likeness>> FindAsync(DatabaseSession session, Actor actor, Record lead, DateTimeOffset now, CancellationToken cancel = default)
    {
        var settings = await MatchSettings.ReadAsync(session, cancel);
        var found = new List<Likeness>();
        foreach (var entry in Entries(lead, actor.Schema))
        {
            if (actor.On(entry.Type).Read != Reach.None || actor.On(entry.Type).Create)
            {
                found.AddRange(MatchGuard.Told(await MatchFinder.FindAsync(session, actor, entry, now, settings, most: 5, cancel)));
            }
        }

        return found;
    }

    /// <summary>Open leads with the same number or address that the actor may see.</summary>
    public static async Task<IReadOnlyList<Record>> LeadsAsync(DatabaseSession session, Actor actor, Record lead, DateTimeOffset now, CancellationToken cancel = default)
    {
        var found = new List<Record>();
        foreach (var field in new[] { "phone", "email" })
        {
            if (lead.Text(field) is { } value)
            {
                found.AddRange(await SearchIndex.ReadAsync(session, lead.Type, new Sql().Append($"t.{field} = ").Value(value).Append(" AND t.id <> ").Value(lead.Id).Append(" AND t.deleted_at IS NULL AND t.state IN ('new', 'working', 'qualified') AND ").Append(AccessDoor.For(actor, lead.Type, Verb.Read, now).Condition("t")).Append(" ORDER BY t.seq DESC LIMIT 10"), cancel));
            }
        }

        return [.. found.DistinctBy(record => record.Id)];
    }

    /// <summary>Asks before a new lead is made, by the company's rules for that entrance.</summary>
    /// <exception cref="RefusedException">There is one like it; the rule blocks, or warns and nobody has said yes.</exception>
    internal static async Task CheckAsync(SaveContext context, Lead lead, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        if (actor.IsSystem || actor.Surface is not ("page" or "api"))
        {
            return;
        }

        var settings = await MatchSettings.ReadAsync(context.Session, cancel);
        var rules = MatchSettings.States.Select(state => settings.Rule(actor.Surface, state)).ToList();
        if (rules.TrueForAll(rule => rule == MatchRule.Allow) || (rules.TrueForAll(rule => rule != MatchRule.Block) && context.IsConfirmed(MatchGuard.Key)))
        {
            return;
        }

        foreach (var item in (await FindAsync(context.Session, actor, lead, context.Now, cancel)).Where(item => item.BandName == "match"))
        {
            var words = MatchGuard.Words(actor, item);
            switch (settings.Rule(actor.Surface, MatchGuard.StateOf(actor, item.Record)))
            {
                case MatchRule.Block:
                    throw new RefusedException(Refusal.Breaks(MatchGuard.Key, words));
                case MatchRule.Warn:
                    context.Confirm(MatchGuard.Key, "name", words);
                    break;
            }
        }
    }

    /// <summary>Who owns the customer that this lead is, for the rules; nobody is told of it.</summary>
    internal static async Task<Guid?> OwnerOfMatchAsync(SaveContext context, Lead lead, CancellationToken cancel)
    {
        var program = Actor.System(context.Actor.Directory, context.Schema);
        return (await FindAsync(context.Session, program, lead, context.Now, cancel)).FirstOrDefault(item => item.BandName == "match" && item.Record.OwnerId is not null)?.Record.OwnerId;
    }

    /// <summary>The customer that a lead certainly is, or whose contact it is.</summary>
    internal static async Task<Guid?> CustomerOfMatchAsync(SaveContext context, Lead lead, CancellationToken cancel = default)
    {
        var program = Actor.System(context.Actor.Directory, context.Schema);
        var found = (await FindAsync(context.Session, program, lead, context.Now, cancel)).FirstOrDefault(item => item.BandName == "match")?.Record;
        return found?.Type.Name == "customers" ? found.Id : found?.Reference("customer");
    }
}
