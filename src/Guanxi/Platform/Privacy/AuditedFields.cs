using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>
/// Which fields are audited: identity numbers, the company's own sensitive fields, and what it adds. Every change is in the ledger and told to everybody who may read it,
/// so that nobody stops the recording unseen.
/// </summary>
public static class AuditedFields
{
    private const string SettingName = "audited-fields";

    /// <summary>The nouns with their audited fields marked; a formula over one is audited too.</summary>
    public static async Task<IEnumerable<RecordType>> MarkAsync(DatabaseSession session, IEnumerable<RecordType> types, CancellationToken cancel)
    {
        var chosen = Read(await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {SettingName}"), cancel));
        return types.Select(type => !type.HasOwner || type.Fields.All(field => field.Audited == IsAudited(type, field, chosen)) ? type : type.With(field => field with { Audited = IsAudited(type, field, chosen) }));
    }

    private static bool IsAudited(RecordType type, Field field, Dictionary<string, HashSet<string>>? chosen) =>
        !field.System && ((field.Custom ? field.Sensitive : chosen is null ? field.Audited : chosen.TryGetValue(type.Name, out var names) && names.Contains(field.Name))
        || field.DerivedFrom.Any(name => name != field.Name && type.Find(name) is { DerivedFrom.Count: 0 } source && IsAudited(type, source, chosen)));

    private static Dictionary<string, HashSet<string>>? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<Dictionary<string, HashSet<string>>>(json);

    /// <summary>Sets which built-in fields are audited, noun by noun; own fields are by being sensitive.</summary>
    public static async Task SetAsync(Workspace workspace, Actor actor, IReadOnlyDictionary<string, IReadOnlyList<string>> wanted, CancellationToken cancel = default)
    {
        actor.Demand(Functions.ManagePrivacy);
        foreach (var (name, fields) in wanted)
        {
            var type = workspace.Schema.Find(name) is { HasOwner: true } known ? known : throw new RefusedException(Refusal.Invalid(name, ("没有这种记录", "There is no such record type")));
            if (fields.FirstOrDefault(field => type.Find(field) is not { Internal: false, System: false, Custom: false }) is { } wrong)
            {
                throw new RefusedException(Refusal.Invalid(name, RecordRefusals.UnknownField(wrong, Nearest.To(wrong, type.Shown.Where(field => !field.Custom).Select(field => field.Name)))));
            }
        }

        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var before = Now(workspace.Schema);
                var after = wanted.Where(item => item.Value.Count > 0).ToDictionary(item => item.Key, item => item.Value.Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
                await Settings.PutAsync(context.Session, SettingName, JsonSerializer.Serialize(after), cancel);
                await ToldAsync(context, JsonSerializer.Serialize(new { fields = new object[] { before, after } }), cancel);
                context.SchemaChanged = true;
            },
            cancel: cancel);
    }

    /// <summary>Puts a change of what is audited into the ledger and tells everybody who may read the ledger.</summary>
    internal static async Task ToldAsync(SaveContext context, string changes, CancellationToken cancel)
    {
        context.Note("read-audit.change", changes: changes);
        foreach (var person in context.Actor.Directory.People.Where(person => person.Active && context.Actor.Directory.Role(person.RoleId)?.Has(Functions.ReadLedger) == true))
        {
            await Notifications.TellAsync(context, person.Id, "read-audit", ("查看记录的范围已更改", "What is recorded about reading has changed"), ("{0} 更改了哪些字段的查看会被记录，详见审计账本", "{0} changed of which fields the reading is recorded; the ledger says how"));
        }
    }

    /// <summary>The built-in fields that are audited now.</summary>
    public static Dictionary<string, string[]> Now(Schema schema) => schema.Types.Where(type => type.HasOwner)
        .Select(type => (type.Name, Fields: type.Fields.Where(field => field is { Audited: true, Custom: false } && field.DerivedFrom.Count == 0).Select(field => field.Name).ToArray()))
        .Where(item => item.Fields.Length > 0).ToDictionary(item => item.Name, item => item.Fields, StringComparer.Ordinal);
}
