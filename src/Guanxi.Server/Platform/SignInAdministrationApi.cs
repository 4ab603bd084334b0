using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Identity.OpenId;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Administration → sign-in: the policy, other providers, and what happened.</summary>
public static class SignInAdministrationApi
{
    public static void MapSignInAdministration(this RouteGroupBuilder api)
    {
        api.MapGet("/sign-in/policy", PolicyAsync);
        api.MapPatch("/sign-in/policy", ChangePolicyAsync).NeedsStepUp();
        api.MapGet("/sign-in/providers", ProvidersAsync);
        api.MapPost("/sign-in/providers", (HttpContext http) => SaveProviderAsync(http, null)).NeedsStepUp();
        api.MapPatch("/sign-in/providers/{id:guid}", (HttpContext http, Guid id) => SaveProviderAsync(http, id)).NeedsStepUp();
        api.MapDelete("/sign-in/providers/{id:guid}", RemoveProviderAsync).NeedsStepUp();
        api.MapPost("/sign-in/providers/{id:guid}:check", CheckProviderAsync);
        api.MapGet("/security-events", EventsAsync);
        api.MapSignInHelp();
    }

    private static async Task PolicyAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        var policy = await http.SignIn().PolicyAsync(http.RequestAborted);
        await http.JsonAsync(writer => WritePolicy(writer, policy, http));
    }

    private static void WritePolicy(Utf8JsonWriter writer, SignInPolicy policy, HttpContext http)
    {
        using var json = JsonDocument.Parse(policy.ToJson());
        foreach (var member in json.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteString("address", http.Place().Address);
    }

    private static async Task ChangePolicyAsync(HttpContext http)
    {
        var (actor, body, signIn) = (http.Actor(), await http.BodyAsync(), http.SignIn());
        actor.Demand(Functions.ManageSettings);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var changed = (await signIn.PolicyAsync(http.RequestAborted)).With(body, actor.Directory);
        if (!changed.Admits(actor.Person.RoleId, http.Address()))
        {
            throw new RefusedException(Refusal.Invalid("networks", new Label($"这样你自己会被挡在外面：请把当前地址 {http.Place().Address} 所在的网络也加上", $"You would lock yourself out: add the network of your own address {http.Place().Address}")));
        }

        await signIn.ChangePolicyAsync(actor, changed, http.Place(), http.RequestAborted);
        await http.JsonAsync(writer => WritePolicy(writer, changed, http));
    }

    private static async Task ProvidersAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var providers = await SignInProvider.AllAsync(session, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("callback", http.Home() + "/api/v1/session/openid/callback");
            writer.WriteStartArray("items");
            foreach (var provider in providers)
            {
                writer.WriteStartObject();
                WriteProvider(writer, provider);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>All but the client's secret, which is only ever written.</summary>
    private static void WriteProvider(Utf8JsonWriter writer, SignInProvider provider)
    {
        writer.WriteString("id", provider.Id);
        writer.WriteString("key", provider.Key);
        writer.WriteString("name", provider.Name);
        writer.WriteString("issuer", provider.Issuer);
        writer.WriteString("clientId", provider.ClientId);
        writer.WriteBoolean("hasSecret", provider.SealedSecret is not null);
        writer.WriteString("scopes", provider.Scopes);
        writer.WriteBoolean("linkByEmail", provider.LinkByEmail);
        writer.WriteBoolean("createsPeople", provider.CreatesPeople);
        writer.WriteString("role", provider.RoleId?.ToString());
        writer.WriteStartArray("domains");
        foreach (var domain in provider.Domains)
        {
            writer.WriteStringValue(domain);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("secondFactor", provider.SecondFactor);
        writer.WriteBoolean("active", provider.Active);
    }

    private static async Task SaveProviderAsync(HttpContext http, Guid? id)
    {
        var (actor, body, workspace, signIn) = (http.Actor(), await http.BodyAsync(), http.Workspace(), http.SignIn());
        actor.Demand(Functions.ManageSettings);
        SignInProvider? before = null;
        if (id is { } known)
        {
            await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
            before = await SignInProvider.ByIdAsync(session, known, http.RequestAborted) ?? throw new RefusedException(Refusal.NotFound);
        }

        var fresh = Guid.CreateVersion7(workspace.Now);
        var provider = (before ?? new SignInProvider(fresh, "p" + fresh.ToString("N")[^8..], "", "", "", null, "openid profile email", false, false, null, [], false, true)).With(body, actor.Directory, signIn.Box);
        if (before is not null && before.Issuer != provider.Issuer && body.Word("clientSecret") is not { Length: > 0 })
        {
            // A kept secret is not sent to another address because somebody changed one field.
            provider = provider with { SealedSecret = null };
        }

        await workspace.WriteAsync(actor, context => provider.SaveAsync(context, http.Place(), http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => WriteProvider(writer, provider), before is null ? 201 : 200);
    }

    private static async Task RemoveProviderAsync(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageSettings);
        await http.Workspace().WriteAsync(actor, context => SignInProvider.RemoveAsync(context, id, http.Place(), http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    /// <summary>Asks the provider for its own description and keys, so that a slip shows before somebody stands before a closed door.</summary>
    private static async Task CheckProviderAsync(HttpContext http, Guid id)
    {
        http.Actor().Demand(Functions.ManageSettings);
        SignInProvider provider;
        await using (var session = await http.Workspace().Database.ReadAsync(http.RequestAborted))
        {
            provider = await SignInProvider.ByIdAsync(session, id, http.RequestAborted) ?? throw new RefusedException(Refusal.NotFound);
        }

        var documents = http.SignIn().Documents;
        var keys = await documents.KeysAsync(await documents.DiscoverAsync(provider.Issuer, fresh: true, http.RequestAborted), again: true, http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("keys", keys.Count));
    }

    private static async Task EventsAsync(HttpContext http)
    {
        var (actor, query) = (http.Actor(), http.Request.Query);
        actor.Demand(Functions.ReadLedger);
        var limit = RecordsApi.Limit(http, 50);
        (DateTimeOffset, Guid)? before = query["cursor"].ToString().Split('.') is [var at, var id] && long.TryParse(at, out var milliseconds) && milliseconds is > 0 and < 253_402_300_799_999 && Guid.TryParse(id, out var line)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), line) : null;
        string? Word(string name) => query[name].ToString() is { Length: > 0 and <= 200 } text ? text : null;
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var lines = await SecurityEvents.ReadAsync(session, Guid.TryParse(query["user"], out var user) ? user : null, Word("kind"), Word("address"), before, limit + 1, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in lines.Take(limit))
            {
                writer.WriteStartObject();
                writer.WriteString("id", item.Id);
                AccountSecurityApi.WriteInstant(writer, "at", item.At);
                writer.WriteString("kind", item.Kind);
                WritePerson(writer, "user", item.User, actor);
                WritePerson(writer, "actor", item.Actor, actor);
                writer.WriteString("address", item.Address);
                writer.WriteString("device", item.Device);
                writer.WriteString("detail", item.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", lines.Count > limit ? $"{lines[limit - 1].At.ToUnixTimeMilliseconds()}.{lines[limit - 1].Id}" : null);
        });
    }

    private static void WritePerson(Utf8JsonWriter writer, string name, Guid? id, Actor actor)
    {
        if (id is { } known)
        {
            writer.WriteStartObject(name);
            writer.WriteString("id", known);
            writer.WriteString("name", actor.Directory.Person(known)?.Name ?? "");
            writer.WriteEndObject();
        }
    }
}
