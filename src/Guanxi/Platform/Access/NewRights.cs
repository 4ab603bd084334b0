using System.Text.Json;
using System.Text.Json.Nodes;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>
/// When an upgrade brings a new noun, function or mask, the roles that were shipped get the defaults for it; when it brings a new role, the company gets the role: once, in the ledger, and only what the company cannot
/// have decided about yet. A role that somebody has deleted was there once and does not come back.
/// What was offered before is remembered; a company of a time when nothing was remembered knew what its roles were made with, and what it has since put into any role by hand.
/// </summary>
public static class NewRights
{
    private const string RoleMark = "role:";
    private static readonly JsonSerializerOptions Form = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gives what is new; answers how many roles changed or came.</summary>
    public static async Task<int> GiveAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (Offers.Except(await OfferedAsync(session, cancel), StringComparer.Ordinal).FirstOrDefault() is null)
            {
                return 0;
            }
        }

        return await workspace.WriteAsync(
            workspace.System("upgrade"),
            async context =>
            {
                var known = await OfferedAsync(context.Session, cancel);
                if (known.Count == 0)
                {
                    known = await DecidedAsync(context.Session, workspace.Directory, cancel);
                }

                if (!known.Any(name => name.StartsWith(RoleMark, StringComparison.Ordinal)))
                {
                    // Roles were not remembered at first; the ledger knows which the company was founded with, deleted ones too.
                    known.UnionWith(await FoundedAsync(context.Session, workspace.Directory, cancel));
                }

                // Of two processes that start at once the second waits here, and finds nothing new.
                var fresh = new HashSet<string>(StringComparer.Ordinal);
                foreach (var name in Offers)
                {
                    if (await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO offered_right (name) VALUES ({name}) ON CONFLICT (name) DO NOTHING"), cancel) > 0 && !known.Contains(name))
                    {
                        fresh.Add(name);
                    }
                }

                return fresh.Count == 0 ? 0 : await GiveAsync(context, fresh, cancel);
            },
            cancel: cancel);
    }

    /// <summary>Everything that is shipped: <c>role:accountant</c>, and what the roles say something about: <c>noun:orders</c>, <c>function:value.read</c>, <c>field:customers.phone</c>.</summary>
    private static IReadOnlyList<string> Offers { get; } =
    [
        .. DefaultRoles.All.SelectMany(preset => Named(preset.Scopes).Select(noun => "noun:" + noun)
            .Concat(preset.Functions.Select(function => "function:" + function))
            .Concat(Masks(preset.FieldRights))
            .Append(RoleMark + preset.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static async Task<int> GiveAsync(SaveContext context, HashSet<string> fresh, CancellationToken cancel)
    {
        var changed = 0;
        foreach (var role in context.Actor.Directory.Roles.Where(role => !role.IsAdministrator).OrderBy(role => role.Id))
        {
            // The administrator has every right without being given it, and a role of the company's own making is its own affair.
            if (DefaultRoles.All.FirstOrDefault(preset => preset.Key == role.Key) is not { } preset
                || await RecordStore.FindAsync(context.Session, context.Schema["roles"], role.Id, cancel: cancel) is not { } record)
            {
                continue;
            }

            record["functions"] = WithFunctions(record.Text("functions"), [.. preset.Functions.Where(function => fresh.Contains("function:" + function))]);
            record["scopes"] = WithScopes(record.Text("scopes"), preset.Scopes, role.On("customers"), fresh);
            record["fieldRights"] = WithMasks(record.Text("fieldRights"), preset.FieldRights, fresh);
            changed += await context.UpdateAsync(record, "update", cancel) ? 1 : 0;
        }

        foreach (var preset in DefaultRoles.All.Where(preset => fresh.Contains(RoleMark + preset.Key)))
        {
            changed += await MakeAsync(context, preset, cancel) ? 1 : 0;
        }

        foreach (var person in changed == 0 ? [] : context.Actor.Directory.People.Where(person => context.Actor.Directory.Role(person.RoleId)?.Has(Functions.ManageRoles) == true))
        {
            await Notifications.TellAsync(context, person.Id, "new-rights", ("升级补充了角色权限", "An upgrade added rights to roles"), ("新功能的默认权限和新的自带角色已加入，公司改过或删除的保持不变；详见各角色的修改历史", "The roles that come with the program got the default rights for what is new, and new roles came; what the company has changed or deleted stays so. Each role's history shows it"));
        }

        return changed;
    }

    /// <summary>Nobody has the role until somebody gives it to him. Where the company has made one of that name itself, that one is its answer.</summary>
    private static async Task<bool> MakeAsync(SaveContext context, DefaultRoles.Preset preset, CancellationToken cancel)
    {
        if (context.Actor.Directory.Roles.Any(role => role.Key == preset.Key || role.Name == preset.Name))
        {
            return false;
        }

        var type = context.Schema["roles"];
        var role = type.Create(type);
        role.Id = Guid.CreateVersion7(context.Now);
        (role["name"], role["key"], role["functions"], role["scopes"], role["fieldRights"]) = (preset.Name, preset.Key, JsonSerializer.Serialize(preset.Functions), preset.Scopes, preset.FieldRights);
        await context.InsertAsync(role, cancel);
        return true;
    }

    private static string? WithFunctions(string? kept, IReadOnlyList<string> more)
    {
        var functions = Parsed(kept) as JsonArray ?? [];
        var had = functions.Select(function => function!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var lacking = more.Where(function => !had.Contains(function)).ToList();
        lacking.ForEach(function => functions.Add(function));
        return lacking.Count == 0 ? kept : functions.ToJsonString(Form);
    }

    /// <summary>The default for the new noun; but where the company has let the role less far to customers than it was shipped, what is new goes no further than that either.</summary>
    private static string? WithScopes(string? kept, string preset, TypeRights now, HashSet<string> fresh)
    {
        var scopes = Parsed(kept) as JsonObject ?? [];
        using var defaults = JsonDocument.Parse(preset);
        var shipped = TypeRights.FromJson(defaults.RootElement.GetProperty("customers"));
        var lacking = defaults.RootElement.EnumerateObject().Where(noun => fresh.Contains("noun:" + noun.Name) && !scopes.ContainsKey(noun.Name)).ToList();
        foreach (var noun in lacking)
        {
            var given = TypeRights.FromJson(noun.Value);
            scopes[noun.Name] = new JsonObject
            {
                ["read"] = Reached(given.Read, now.Read, shipped.Read), ["edit"] = Reached(given.Edit, now.Edit, shipped.Edit), ["delete"] = Reached(given.Delete, now.Delete, shipped.Delete),
                ["create"] = given.Create && (now.Create || !shipped.Create), ["import"] = given.Import && (now.Import || !shipped.Import), ["export"] = given.Export && (now.Export || !shipped.Export),
            };
        }

        return lacking.Count == 0 ? kept : scopes.ToJsonString(Form);
    }

    private static string Reached(Reach given, Reach now, Reach shipped) => TypeRights.NameOf(now < shipped && now < given ? now : given);

    private static string? WithMasks(string? kept, string preset, HashSet<string> fresh)
    {
        var rights = Parsed(kept) as JsonObject ?? [];
        var before = rights.ToJsonString(Form);
        using var defaults = JsonDocument.Parse(preset);
        foreach (var noun in defaults.RootElement.EnumerateObject())
        {
            foreach (var field in noun.Value.EnumerateObject().Where(field => fresh.Contains($"field:{noun.Name}.{field.Name}")))
            {
                if (rights[noun.Name] is not JsonObject fields)
                {
                    rights[noun.Name] = fields = [];
                }

                if (!fields.ContainsKey(field.Name))
                {
                    fields[field.Name] = field.Value.GetString();
                }
            }
        }

        return rights.ToJsonString(Form) is var after && after == before ? kept : after;
    }

    private static async Task<HashSet<string>> OfferedAsync(DatabaseSession session, CancellationToken cancel) =>
        (await session.ListAsync(Sql.Of($"SELECT name FROM offered_right"), row => row.Text(0), cancel)).ToHashSet(StringComparer.Ordinal);

    /// <summary>What a company knew before anything was remembered: what its roles were made with, as the ledger says, and whatever stands in a role of its own now.</summary>
    private static async Task<HashSet<string>> DecidedAsync(DatabaseSession session, Directory directory, CancellationToken cancel)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var role in directory.Roles)
        {
            // The administrator's list is never changed; it says which functions there were when the company began.
            known.UnionWith(role.Functions.Select(function => "function:" + function));
            known.UnionWith(role.Types.Keys.Select(noun => "noun:" + noun));
            known.UnionWith(role.FieldRights.SelectMany(noun => noun.Value.Keys.Select(field => $"field:{noun.Key}.{field}")));
        }

        foreach (var made in await session.ListAsync(Sql.Of($"SELECT changes FROM ledger WHERE record_type = {"roles"} AND action = {"create"} AND actor_id IS NULL AND changes IS NOT NULL"), row => row.Text(0), cancel))
        {
            using var changes = JsonDocument.Parse(made);
            known.UnionWith(New("functions")?.EnumerateArray().Select(function => "function:" + function.GetString()) ?? []);
            known.UnionWith(New("scopes")?.EnumerateObject().Select(noun => "noun:" + noun.Name) ?? []);
            known.UnionWith(New("fieldRights")?.EnumerateObject().SelectMany(noun => noun.Value.EnumerateObject().Select(field => $"field:{noun.Name}.{field.Name}")) ?? []);

            JsonElement? New(string field) => changes.RootElement.TryGetProperty(field, out var pair) && pair.ValueKind == JsonValueKind.Array && pair[1].ValueKind is JsonValueKind.Array or JsonValueKind.Object ? pair[1] : null;
        }

        return known;
    }

    /// <summary>The roles the program has given the company so far, whether they are still there or not.</summary>
    private static async Task<HashSet<string>> FoundedAsync(DatabaseSession session, Directory directory, CancellationToken cancel)
    {
        var known = directory.Roles.Select(role => RoleMark + role.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var made in await session.ListAsync(Sql.Of($"SELECT changes FROM ledger WHERE record_type = {"roles"} AND action = {"create"} AND actor_id IS NULL AND changes IS NOT NULL"), row => row.Text(0), cancel))
        {
            using var changes = JsonDocument.Parse(made);
            if (changes.RootElement.TryGetProperty("key", out var pair) && pair.ValueKind == JsonValueKind.Array && pair[1].ValueKind == JsonValueKind.String)
            {
                known.Add(RoleMark + pair[1].GetString());
            }
        }

        return known;
    }

    private static JsonNode? Parsed(string? json) => json is null ? null : JsonNode.Parse(json);

    private static IEnumerable<string> Named(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(item => item.Name)];
    }

    private static IEnumerable<string> Masks(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().SelectMany(noun => noun.Value.EnumerateObject().Select(field => $"field:{noun.Name}.{field.Name}"))];
    }
}
