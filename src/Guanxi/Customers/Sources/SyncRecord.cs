using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Sources;

/// <summary>
/// Another system says what it knows of a customer or a contact. Each value is kept as that system's word; it becomes the customer's own where the field is empty or the system is believed
/// before whoever the present value came from. What differs and does not become it is listed, never lost.
/// </summary>
public static class SyncRecord
{
    public sealed record Outcome(Record Record, bool Made, IReadOnlyList<string> Applied, IReadOnlyList<string> Differs);

    public static async Task<Outcome> RunAsync(SaveContext context, RecordType type, string system, string externalId, JsonElement values, CancellationToken cancel = default)
    {
        var (actor, contacts) = (context.Actor, type.Name == "contacts");
        var (column, kind) = (new SqlName(contacts ? "contact_id" : "customer_id"), new SqlName(contacts ? "IS NOT NULL" : "IS NULL"));
        if (system.Length > 60 || externalId.Length > 100 || system == SourceRules.ByHand)
        {
            throw new RefusedException(Refusal.Invalid("system", new Label($"系统名称最多 60 个字，编号最多 100 个字；“{SourceRules.ByHand}”留给手工填写", $"A system's name has at most 60 characters, an id at most 100; “{SourceRules.ByHand}” stands for what people enter")));
        }

        var given = Parse(actor, type, values).FindAll(item => item.Field.Kind != FieldKind.Reference);
        var id = await context.Session.FirstAsync(Sql.Of($"SELECT {column} FROM external_id WHERE system = {system} AND external_id = {externalId} AND contact_id {kind} AND deleted_at IS NULL"), row => row.OptionalId(0), cancel);
        if (id is not { } known)
        {
            var made = await RecordUseCases.CreateAsync(context, type, values, cancel);
            await RecordUseCases.CreateAsync(context, context.Schema["external-ids"], contacts ? JsonSerializer.SerializeToElement(new { contact = made.Id, customer = made.Reference("customer"), system, externalId }) : JsonSerializer.SerializeToElement(new { customer = made.Id, system, externalId }), cancel);
            foreach (var (field, value) in given)
            {
                await KeepAsync(context, made.Id, field, system, value, "applied", cancel);
            }

            return new Outcome(made, true, [.. given.Select(item => item.Field.Name)], []);
        }

        var customer = await RecordStore.LoadAsync(context.Session, actor, type, known, Verb.Edit, context.Now, cancel: cancel);
        var rules = await SourceRules.ReadAsync(context.Session, cancel);
        var applied = new List<string>();
        var differs = new List<string>();
        foreach (var (field, value) in given)
        {
            if (await TakesAsync(context, customer, field, system, value, rules, cancel))
            {
                customer[field] = value;
                applied.Add(field.Name);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE source_value SET state = 'differs' WHERE record_id = {known} AND field = {field.Name} AND system <> {system} AND state = 'applied'"), cancel);
                await KeepAsync(context, known, field, system, value, "applied", cancel);
            }
            else if (await KeepAsync(context, known, field, system, value, "differs", cancel) == "differs")
            {
                differs.Add(field.Name);
            }
        }

        await context.UpdateAsync(customer, "sync", cancel);
        return new Outcome(customer, false, applied, differs);
    }

    /// <summary>All values or none: an unknown field or a wrong value refuses the whole of it.</summary>
    private static List<(Field Field, object Value)> Parse(Actor actor, RecordType type, JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Invalid("values", ("应为字段与值的对象", "This is an object of fields and values")));
        }

        var errors = new FieldErrors();
        var given = new List<(Field, object)>();
        foreach (var property in values.EnumerateObject())
        {
            if (type.Find(property.Name) is not { Internal: false, Retired: false } field || actor.On(type, field) == FieldRight.Hidden)
            {
                errors.Add(property.Name, RecordRefusals.UnknownField(property.Name, Nearest.To(property.Name, actor.Knows(type).Where(known => known.Writable).Select(known => known.Name))));
            }
            else if (!field.Writable || (field.Kind == FieldKind.Reference && field.Name != type.ParentField))
            {
                errors.Add(property.Name, RecordRefusals.ReadOnlyField);
            }
            else if (actor.On(type, field) < FieldRight.Edit)
            {
                errors.Add(property.Name, RecordRefusals.NoRightOnField);
            }
            else
            {
                var value = FieldInput.Parse(field, property.Value, out var error);
                if (error is not null)
                {
                    errors.Add(property.Name, error);
                }
                else if (value is not null)
                {
                    // What a system does not know takes nothing away from what others do.
                    given.Add((field, value));
                }
            }
        }

        errors.Throw();
        return given;
    }

    /// <summary>Whether the system's word becomes the customer's own.</summary>
    private static async Task<bool> TakesAsync(SaveContext context, Record customer, Field field, string system, object value, SourceRules rules, CancellationToken cancel)
    {
        if (customer[field] is not { } now || Record.ValueEquals(now, value))
        {
            return true;
        }

        // Changed since the last word of a system: what stands there now was entered by somebody.
        var (from, said) = await context.Session.FirstAsync(Sql.Of($"SELECT system, value FROM source_value WHERE record_id = {customer.Id} AND field = {field.Name} AND state = 'applied'"), row => (row.Text(0), row.Text(1)), cancel);
        var origin = from is not null && said == FieldStorage.JsonText(field, now) ? from : SourceRules.ByHand;
        return origin == system || rules.Rank(field.Name, system) < rules.Rank(field.Name, origin);
    }

    /// <summary>Keeps a system's word; one that somebody has looked at and turned down stays turned down until it is another. Answers how it stands.</summary>
    private static async Task<string> KeepAsync(SaveContext context, Guid customer, Field field, string system, object value, string state, CancellationToken cancel)
    {
        var text = FieldStorage.JsonText(field, value);
        var (said, was) = await context.Session.FirstAsync(Sql.Of($"SELECT value, state FROM source_value WHERE record_id = {customer} AND field = {field.Name} AND system = {system}"), row => (row.Text(0), row.Text(1)), cancel);
        state = state == "differs" && was == "kept" && said == text ? "kept" : state;
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO source_value (record_id, field, system, value, at, state) VALUES ({customer}, {field.Name}, {system}, {text}, {context.Now}, {state}) ON CONFLICT (record_id, field, system) DO UPDATE SET value = excluded.value, at = excluded.at, state = excluded.state"), cancel);
        return state;
    }
}
