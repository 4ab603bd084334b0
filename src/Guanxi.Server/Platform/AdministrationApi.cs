using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Language;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What an administrator looks after: passwords, tokens, settings, the ledger; and small tables the page needs.</summary>
public static class AdministrationApi
{
    public static void MapAdministration(this RouteGroupBuilder api)
    {
        api.MapPost("/users/{id:guid}:reset-password", ResetPasswordAsync);
        api.MapGet("/functions", FunctionsAsync);
        api.MapGet("/tokens", TokensAsync);
        api.MapPost("/tokens", CreateTokenAsync);
        api.MapDelete("/tokens/{id:guid}", RevokeTokenAsync);
        api.MapGet("/settings", SettingsAsync);
        api.MapPatch("/settings", ChangeSettingsAsync);
        api.MapGet("/ledger", LedgerAsync);
        api.MapPost("/ledger:verify", VerifyAsync);
        api.MapGet("/divisions", DivisionsAsync);
    }

    private static void Need(Actor actor, string function)
    {
        if (!actor.Has(function))
        {
            var label = Functions.All.First(known => known.Name == function).Label;
            throw new RefusedException(Refusal.Forbidden(new Label($"需要“{label.ZhHans}”权限", $"This needs the right: {label.En}")));
        }
    }

    private static async Task ResetPasswordAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        Need(actor, Functions.ManageUsers);
        if (workspace.Directory.Person(id) is null)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        // Without a password of the administrator's choice one is made, shown once.
        var password = body.Word("password") ?? SignIn.NewSecret("")[..16];
        await workspace.WriteAsync(actor, context => http.RequestServices.GetRequiredService<SignIn>().SetPasswordAsync(context, id, password, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteString("password", body.Word("password") is null ? password : null));
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
        var everyone = actor.Has(Functions.ManageUsers) && http.Request.Query["all"] == "true";
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var columns = new SqlName("SELECT id, user_id, name, created_at, expires_at, last_used_at FROM api_token WHERE revoked_at IS NULL");
        var tokens = await session.ListAsync(
            everyone ? Sql.Of($"{columns} ORDER BY created_at DESC") : Sql.Of($"{columns} AND user_id = {actor.Id} ORDER BY created_at DESC"),
            row => (Id: row.Id(0), User: row.Id(1), Name: row.Text(2), Created: row.Instant(3), Expires: row.OptionalInstant(4), Used: row.OptionalInstant(5)), http.RequestAborted);
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
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } known ? RecordJson.Instant(known.ToUnixTimeMilliseconds()) : null);

    private static async Task CreateTokenAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var name = body.Needed("name").Trim();
        DateTimeOffset? expires = body.Word("expiresAt") is { Length: > 0 } text ? DateText.TryInstant(text, out var at) && at > http.Workspace().Now ? at : throw new RefusedException(Refusal.Invalid("expiresAt", ("到期时间应晚于现在", "The end should lie in the future"))) : null;
        var (id, secret) = await http.RequestServices.GetRequiredService<SignIn>().CreateTokenAsync(actor, actor.Id, name[..Math.Min(60, name.Length)], expires, http.RequestAborted);
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
        await http.RequestServices.GetRequiredService<SignIn>().RevokeTokenAsync(http.Actor(), id, http.RequestAborted);
        await http.NoContent();
    }

    private static async Task SettingsAsync(HttpContext http)
    {
        _ = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var settings = await Settings.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("companyName", settings.CompanyName);
            writer.WriteString("language", settings.Language);
            writer.WriteString("timeZone", settings.TimeZone);
            writer.WriteString("currency", settings.Currency);
        });
    }

    private static async Task ChangeSettingsAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        Need(actor, Functions.ManageSettings);
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

        await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                foreach (var (name, value) in changes)
                {
                    await Settings.PutAsync(context.Session, name, value, http.RequestAborted);
                }

                context.Note("settings.change", null, null, JsonSerializer.Serialize(changes.ToDictionary(change => change.Name, change => new[] { null, change.Value })));
            },
            cancel: http.RequestAborted);
        await SettingsAsync(http);
    }

    private static async Task LedgerAsync(HttpContext http)
    {
        var actor = http.Actor();
        Need(actor, Functions.ReadLedger);
        var query = http.Request.Query;
        var before = long.TryParse(query["cursor"], out var cursor) ? cursor : long.MaxValue;
        var limit = RecordsApi.Limit(http, 50);
        var statement = new Sql().Append("SELECT seq, at, actor_id, surface, action, record_type, record_id, changes, hash FROM ledger WHERE seq < ").Value(before);
        if (query["type"].ToString() is { Length: > 0 } type)
        {
            statement.Append(" AND record_type = ").Value(type);
        }

        if (query["action"].ToString() is { Length: > 0 } action)
        {
            statement.Append(" AND action = ").Value(action);
        }

        if (Guid.TryParse(query["actor"], out var by))
        {
            statement.Append(" AND actor_id = ").Value(by);
        }

        if (Guid.TryParse(query["record"], out var record))
        {
            statement.Append(" AND record_id = ").Value(record);
        }

        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var entries = await session.ListAsync(
            statement.Append(" ORDER BY seq DESC LIMIT ").Value(limit + 1),
            row => (Seq: row.Integer(0), At: row.Instant(1), Actor: row.OptionalId(2), Surface: row.Text(3), Action: row.Text(4), Type: row.OptionalText(5), Record: row.OptionalId(6), Changes: row.OptionalText(7), Hash: row.Bytes(8)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var entry in entries.Take(limit))
            {
                writer.WriteStartObject();
                writer.WriteNumber("seq", entry.Seq);
                WriteInstant(writer, "at", entry.At);
                if (actor.Directory.Person(entry.Actor) is { } person)
                {
                    writer.WriteStartObject("actor");
                    writer.WriteString("id", person.Id);
                    writer.WriteString("name", person.Name);
                    writer.WriteEndObject();
                }

                writer.WriteString("surface", entry.Surface);
                writer.WriteString("action", entry.Action);
                writer.WriteString("type", entry.Type);
                if (entry.Record is { } id)
                {
                    writer.WriteString("recordId", id);
                }

                // Values only where the reader's own rights reach; who changed what stays visible.
                writer.WritePropertyName("changes");
                if (entry.Changes is { } changes && (actor.Role?.IsAdministrator ?? false))
                {
                    writer.WriteRawValue(changes);
                }
                else
                {
                    writer.WriteNullValue();
                }

                writer.WriteString("hash", Convert.ToHexStringLower(entry.Hash));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", entries.Count > limit ? entries[limit - 1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        });
    }

    private static async Task VerifyAsync(HttpContext http)
    {
        Need(http.Actor(), Functions.ReadLedger);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var verdict = await LedgerBook.VerifyAsync(session, cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("whole", verdict.Whole);
            writer.WriteNumber("entries", verdict.Entries);
            if (verdict.BadSequence is { } bad)
            {
                writer.WriteNumber("badSequence", bad);
            }

            writer.WriteString("reason", verdict.Reason);
            writer.WriteString("head", verdict.HeadHash);
        });
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
