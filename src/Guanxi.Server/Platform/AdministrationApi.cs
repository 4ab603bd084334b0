using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Language;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What an administrator looks after: passwords, tokens, settings; and small tables the page needs.</summary>
public static class AdministrationApi
{
    public static void MapAdministration(this RouteGroupBuilder api)
    {
        api.MapGet("/functions", FunctionsAsync);
        api.MapGet("/tokens", TokensAsync);
        api.MapPost("/tokens", CreateTokenAsync).PageOnly().NeedsStepUp();
        api.MapDelete("/tokens/{id:guid}", RevokeTokenAsync);
        api.MapGet("/settings", SettingsAsync);
        api.MapPatch("/settings", ChangeSettingsAsync);
        api.MapGet("/divisions", DivisionsAsync);
    }

    private static Task FunctionsAsync(HttpContext http)
    {
        _ = http.Actor();
        return http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var (name, label) in Functions.All)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                RecordTypesApi.WriteLabel(writer, "labels", label);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task TokensAsync(HttpContext http)
    {
        var actor = http.Actor();
        if (actor.Scope is { IsEverything: false })
        {
            throw new RefusedException(Refusal.Forbidden(("令牌的范围不包括这项操作", "The token's scope does not cover this")));
        }

        var everyone = actor.Has(Functions.ManageUsers) && http.Request.Query["all"] == "true";
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var columns = new SqlName("SELECT id, user_id, name, created_at, expires_at, last_used_at, scope, last_address FROM api_token WHERE revoked_at IS NULL");
        var tokens = await session.ListAsync(
            everyone ? Sql.Of($"{columns} ORDER BY created_at DESC") : Sql.Of($"{columns} AND user_id = {actor.Id} ORDER BY created_at DESC"),
            row => (Id: row.Id(0), User: row.Id(1), Name: row.Text(2), Created: row.Instant(3), Expires: row.OptionalInstant(4), Used: row.OptionalInstant(5), Scope: TokenScope.FromStored(row.OptionalText(6)), Address: row.OptionalText(7)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var token in tokens)
            {
                writer.WriteStartObject();
                writer.WriteString("id", token.Id);
                writer.WriteString("name", token.Name);
                writer.WriteStartObject("user");
                writer.WriteString("id", token.User);
                writer.WriteString("name", actor.Directory.Person(token.User)?.Name ?? "");
                writer.WriteEndObject();
                WriteInstant(writer, "createdAt", token.Created);
                WriteInstant(writer, "expiresAt", token.Expires);
                WriteInstant(writer, "lastUsedAt", token.Used);
                writer.WriteString("lastAddress", token.Address);
                writer.WriteStartArray("scope");
                foreach (var word in token.Scope.Words)
                {
                    writer.WriteStringValue(word);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    internal static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } known ? RecordJson.Instant(known.ToUnixTimeMilliseconds()) : null);

    private static async Task CreateTokenAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var name = body.Needed("name").Trim();
        DateTimeOffset? expires = body.Word("expiresAt") is { Length: > 0 } text ? DateText.TryInstant(text, out var at) && at > http.Workspace().Now ? at : throw new RefusedException(Refusal.Invalid("expiresAt", ("到期时间应晚于现在", "The end should lie in the future"))) : null;
        var scope = TokenScope.Of(body.TryGetProperty("scope", out var words) && words.ValueKind == JsonValueKind.Array ? words.EnumerateArray().Select(word => word.ValueKind == JsonValueKind.String ? word.GetString()! : "?") : ["*"], actor.Schema);
        var (id, secret) = await http.SignIn().CreateTokenAsync(actor, actor.Id, name[..Math.Min(60, name.Length)], expires, scope, http.Place(), http.RequestAborted);
        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("id", id);
                writer.WriteString("token", secret);
            },
            201);
    }

    private static async Task RevokeTokenAsync(HttpContext http, Guid id)
    {
        await http.SignIn().RevokeTokenAsync(http.Actor(), id, http.RequestAborted);
        await http.NoContent();
    }

    private static async Task SettingsAsync(HttpContext http)
    {
        _ = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var settings = await Settings.ReadAsync(session, http.RequestAborted);
        var hours = (await WorkingRules.ReadAsync(session, http.RequestAborted)).Hours;
        await http.JsonAsync(writer =>
        {
            writer.WriteString("workingHours", hours);
            writer.WriteString("companyName", settings.CompanyName);
            writer.WriteString("language", settings.Language);
            writer.WriteString("timeZone", settings.TimeZone);
            writer.WriteString("currency", settings.Currency);
        });
    }

    private static async Task ChangeSettingsAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        var changes = new List<(string Name, string Value)>();
        foreach (var (member, name) in new[] { ("companyName", "company"), ("language", "language"), ("timeZone", "time-zone"), ("currency", "currency") })
        {
            if (body.Word(member)?.Trim() is not { } value)
            {
                continue;
            }

            var fits = member switch
            {
                "language" => value is "zh-Hans" or "zh-Hant" or "en",
                "timeZone" => TimeZoneInfo.TryFindSystemTimeZoneById(value, out _),
                "currency" => value.Length == 3 && value.All(char.IsAsciiLetterUpper),
                _ => value.Length is > 0 and <= 100,
            };
            changes.Add(fits ? (name, value) : throw new RefusedException(Refusal.Invalid(member, ("这个值不可用", "This value cannot be used"))));
        }

        var hours = body.Word("workingHours")?.Trim() is { } stretches ? WorkingRules.Checked(stretches, "workingHours") : null;
        await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                if (hours is not null)
                {
                    await (await WorkingRules.ReadAsync(context.Session, http.RequestAborted) with { Hours = hours }).KeepAsync(context, http.RequestAborted);
                }

                foreach (var (name, value) in changes)
                {
                    await Settings.PutAsync(context.Session, name, value, http.RequestAborted);
                }

                context.Note("settings.change", null, null, JsonSerializer.Serialize(changes.ToDictionary(change => change.Name, change => new[] { null, change.Value })));
            },
            cancel: http.RequestAborted);
        await SettingsAsync(http);
    }

    private static Task DivisionsAsync(HttpContext http)
    {
        _ = http.Actor();
        var parent = http.Request.Query["parent"].ToString();
        return http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var division in Divisions.Children(parent.Length == 0 ? null : parent))
            {
                writer.WriteStartObject();
                writer.WriteString("code", division.Code);
                writer.WriteString("name", division.Name);
                writer.WriteBoolean("leaf", Divisions.Children(division.Code).Count == 0);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("edition", Divisions.Edition);
        });
    }
}
