using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Oneself: who one is to the page, and one's own settings.</summary>
public static class MeApi
{
    public static void MapMe(this RouteGroupBuilder api)
    {
        api.MapGet("/me", MeAsync);
        api.MapPatch("/me", ChangeMeAsync);
    }

    private static async Task MeAsync(HttpContext http)
    {
        var actor = http.Actor();
        var (unread, company) = await AboutAsync(http, actor);
        await http.JsonAsync(writer => WriteMe(writer, actor, http.Workspace(), company, unread));
    }

    internal static async Task<(long Unread, Settings Company)> AboutAsync(HttpContext http, Actor actor)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var unread = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE user_id = {actor.Id} AND read_at IS NULL"), http.RequestAborted);
        return (unread, await Settings.ReadAsync(session, http.RequestAborted));
    }

    internal static void WriteMe(Utf8JsonWriter writer, Actor actor, Workspace workspace, Settings company, long unread)
    {
        writer.WriteString("id", actor.Id);
        writer.WriteString("name", actor.Person.Name);
        writer.WriteString("userName", actor.Person.UserName);
        writer.WriteString("email", actor.Person.Email);
        if (actor.Role is { } role)
        {
            writer.WriteStartObject("role");
            writer.WriteString("id", role.Id);
            writer.WriteString("name", role.Name);
            writer.WriteString("key", role.Key);
            writer.WriteEndObject();
        }

        if (actor.Directory.Team(actor.Person.TeamId) is { } team)
        {
            writer.WriteStartObject("team");
            writer.WriteString("id", team.Id);
            writer.WriteString("name", team.Name);
            writer.WriteEndObject();
        }

        writer.WriteString("language", actor.Language);
        writer.WriteString("timeZone", actor.TimeZone.Id);
        writer.WriteStartArray("functions");
        foreach (var (name, _) in Functions.All)
        {
            if (actor.Has(name))
            {
                writer.WriteStringValue(name);
            }
        }

        writer.WriteEndArray();
        writer.WritePropertyName("preferences");
        writer.WriteRawValue(actor.Person.Preferences ?? "{}");
        writer.WriteStartObject("company");
        writer.WriteString("name", company.CompanyName);
        writer.WriteString("currency", company.Currency);
        writer.WriteString("timeZone", company.TimeZone);
        writer.WriteString("language", company.Language);
        writer.WriteEndObject();
        writer.WriteNumber("unread", unread);
        writer.WriteNumber("schemaVersion", workspace.Schema.Version);
    }

    private static async Task ChangeMeAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var type = context.Schema["users"];
                var me = await RecordStore.FindAsync(context.Session, type, actor.Id, http.RequestAborted) ?? throw new RefusedException(Refusal.NotFound);
                foreach (var name in new[] { "language", "timeZone", "name", "email" })
                {
                    if (body.TryGetProperty(name, out var value))
                    {
                        me[name] = FieldInput.Parse(type[name], value, out var error);
                        if (error is not null)
                        {
                            throw new RefusedException(Refusal.Invalid(name, error));
                        }
                    }
                }

                if (body.TryGetProperty("preferences", out var preferences) && preferences.ValueKind == JsonValueKind.Object)
                {
                    var merged = MergePatch.Apply(actor.Person.Preferences ?? "{}", preferences);
                    me["preferences"] = merged.Length <= 64_000 ? merged : throw new RefusedException(Refusal.Invalid("preferences", ("个人设置太大", "The preferences are too large")));
                }

                await context.UpdateAsync(me, cancel: http.RequestAborted);
            },
            cancel: http.RequestAborted);

        http.SetActor(workspace.ActorFor(workspace.Directory.Person(actor.Id)!, actor.Surface, scope: actor.Scope, provedUntil: actor.ProvedUntil, from: actor.From));
        await MeAsync(http);
    }
}
