using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>First set-up, signing in and out, and one's own settings.</summary>
public static class SessionApi
{
    public static void MapSession(this RouteGroupBuilder api)
    {
        api.MapGet("/setup", SetupNeededAsync);
        api.MapPost("/setup", SetupAsync);
        api.MapGet("/session", SignedInAsync);
        api.MapPost("/session", SignInAsync);
        api.MapDelete("/session", SignOutAsync);
        api.MapGet("/me", MeAsync);
        api.MapPatch("/me", ChangeMeAsync);
    }

    private static Task SetupNeededAsync(HttpContext http) => http.JsonAsync(writer => writer.WriteBoolean("needed", Setup.Needed(http.Workspace())));

    /// <summary>Whether the caller is signed in, without the error that /me would be to a stranger.</summary>
    private static Task SignedInAsync(HttpContext http) => http.JsonAsync(writer => writer.WriteBoolean("signedIn", http.ActorOrNobody() is not null));

    private static async Task SetupAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        var workspace = http.Workspace();
        var signIn = http.RequestServices.GetRequiredService<SignIn>();
        var person = await Setup.FirstAdministratorAsync(workspace, signIn, body.Needed("key"), new Setup.Wishes(body.Needed("company"), body.Needed("name"), body.Needed("userName"), body.Needed("password"), body.Word("language"), body.Word("timeZone"), body.Word("currency")), http.RequestAborted);
        await OpenAsync(http, signIn, person);
    }

    private static async Task SignInAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        var signIn = http.RequestServices.GetRequiredService<SignIn>();
        var person = await signIn.CheckAsync(body.Needed("userName"), body.Needed("password"), http.Connection.RemoteIpAddress?.ToString() ?? "", http.RequestAborted);
        await OpenAsync(http, signIn, person);
    }

    private static async Task OpenAsync(HttpContext http, SignIn signIn, Person person)
    {
        var secret = await signIn.OpenSessionAsync(person, http.Connection.RemoteIpAddress?.ToString() ?? "", http.Request.Headers.UserAgent, http.RequestAborted);
        http.Response.Cookies.Append(Guard.Cookie, secret, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", MaxAge = TimeSpan.FromDays(30) });
        http.SetActor(http.Workspace().ActorFor(person, "page"));
        await http.JsonAsync(writer =>
        {
            writer.WriteStartObject("user");
            writer.WriteString("id", person.Id);
            writer.WriteString("name", person.Name);
            writer.WriteEndObject();
        });
    }

    private static async Task SignOutAsync(HttpContext http)
    {
        if (http.ActorOrNobody() is { } actor && http.Request.Cookies.TryGetValue(Guard.Cookie, out var secret))
        {
            await http.RequestServices.GetRequiredService<SignIn>().CloseSessionAsync(actor.Person, secret, http.RequestAborted);
        }

        http.Response.Cookies.Delete(Guard.Cookie);
        await http.NoContent();
    }

    private static async Task MeAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var unread = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE user_id = {actor.Id} AND read_at IS NULL"), http.RequestAborted);
        var company = await Settings.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer => WriteMe(writer, actor, workspace, company, unread));
    }

    private static void WriteMe(Utf8JsonWriter writer, Actor actor, Workspace workspace, Settings company, long unread)
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
        var signIn = http.RequestServices.GetRequiredService<SignIn>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var password = body.Word("password");
        if (password is not null)
        {
            await signIn.CheckAsync(actor.Person.UserName, body.Word("currentPassword") ?? "", http.Connection.RemoteIpAddress?.ToString() ?? "", http.RequestAborted);
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
                if (password is not null)
                {
                    await signIn.SetPasswordAsync(context, actor.Id, password, http.RequestAborted);
                }
            },
            cancel: http.RequestAborted);
        if (password is not null)
        {
            await OpenAsync(http, signIn, actor.Person);
            return;
        }

        http.SetActor(workspace.ActorFor(workspace.Directory.Person(actor.Id)!, actor.Surface));
        await MeAsync(http);
    }
}
