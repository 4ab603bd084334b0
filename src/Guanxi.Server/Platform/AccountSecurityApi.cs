using System.Text.Json;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>My account → security: password, authenticator, recovery codes, sessions, accounts elsewhere. Passkeys are in <see cref="PasskeyApi"/>.</summary>
public static class AccountSecurityApi
{
    public static void MapAccountSecurity(this RouteGroupBuilder api)
    {
        var mine = api.MapGroup("/me/security").PageOnly();
        api.MapGet("/me/security", OverviewAsync).PageOnly().WhileSigningIn(Stage.Enrol, Stage.Password);
        mine.MapPost("/password", PasswordAsync).WhileSigningIn(Stage.Password);
        mine.MapPost("/authenticator", BeginAsync).WhileSigningIn(Stage.Enrol).NeedsStepUp();
        mine.MapPost("/authenticator:confirm", ConfirmAsync).WhileSigningIn(Stage.Enrol);
        mine.MapDelete("/authenticator", RemoveAsync).NeedsStepUp();
        mine.MapPost("/recovery-codes", NewCodesAsync).NeedsStepUp();
        mine.MapGet("/sessions", SessionsAsync);
        mine.MapDelete("/sessions/{id:guid}", EndAsync);
        mine.MapPost("/sessions:end-others", EndOthersAsync);
        mine.MapDelete("/links/{provider:guid}", UnlinkAsync).NeedsStepUp();
    }

    private static async Task OverviewAsync(HttpContext http)
    {
        var (actor, signIn) = (http.Actor(), http.SignIn());
        var factors = await signIn.FactorsAsync(actor.Id, http.RequestAborted);
        var passkeys = await signIn.PasskeysAsync(actor.Id, http.RequestAborted);
        var links = await signIn.LinksAsync(actor.Id, http.RequestAborted);
        var policy = await signIn.PolicyAsync(http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("userName", actor.Person.UserName);
            writer.WriteBoolean("password", factors.Password);
            WriteInstant(writer, "authenticatorSince", factors.Authenticator);
            writer.WriteNumber("recoveryCodesLeft", factors.RecoveryCodes);
            writer.WriteBoolean("secondFactorNeeded", policy.NeedsSecondFactor(actor.Person.RoleId));
            writer.WriteNumber("shortestPassword", PasswordRules.Shortest);
            writer.WriteStartArray("passkeys");
            foreach (var passkey in passkeys)
            {
                writer.WriteStartObject();
                writer.WriteString("id", passkey.Id);
                writer.WriteString("name", passkey.Name);
                WriteInstant(writer, "createdAt", passkey.CreatedAt);
                WriteInstant(writer, "lastUsedAt", passkey.LastUsedAt);
                writer.WriteBoolean("backedUp", passkey.BackedUp);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("links");
            foreach (var link in links)
            {
                writer.WriteStartObject();
                writer.WriteString("provider", link.Provider);
                writer.WriteString("name", link.Name);
                writer.WriteString("email", link.Email);
                WriteInstant(writer, "createdAt", link.CreatedAt);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    internal static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } known ? RecordJson.Instant(known.ToUnixTimeMilliseconds()) : null);

    /// <summary>A new password ends every session; this browser gets a fresh one in the same breath.</summary>
    private static async Task PasswordAsync(HttpContext http)
    {
        var (actor, caller, body, signIn) = (http.Actor(), http.Caller()!, await http.BodyAsync(), http.SignIn());
        if (caller.IsFull && !await signIn.HasPasswordAsync(actor.Id, http.RequestAborted))
        {
            Guanxi.Platform.Access.StepUp.Demand(actor, http.Workspace().Now);
        }

        await signIn.ChangePasswordAsync(caller.Person, body.Word("currentPassword") ?? "", body.Needed("password"), http.Place(), http.RequestAborted);
        var hasSecond = (await signIn.FactorsAsync(actor.Id, http.RequestAborted)).AnySecond;
        await http.EnterAsync(caller.Person, "password", null, await signIn.StageAfterSecondAsync(caller.Person, hasSecond, http.RequestAborted));
    }

    private static async Task BeginAsync(HttpContext http)
    {
        _ = http.Actor();
        var (secret, address) = await http.SignIn().BeginAuthenticatorAsync(http.Caller()!.Person, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("secret", secret);
            writer.WriteString("address", address);
        });
    }

    private static async Task ConfirmAsync(HttpContext http)
    {
        _ = http.Actor();
        var (caller, body) = (http.Caller()!, await http.BodyAsync());
        await FactorAddedAsync(http, caller, await http.SignIn().ConfirmAuthenticatorAsync(caller.Person, body.Needed("code"), http.Place(), http.RequestAborted));
    }

    /// <summary>Shows fresh recovery codes this once; whoever was only let in to set up a factor is now in.</summary>
    internal static async Task FactorAddedAsync(HttpContext http, Caller caller, IReadOnlyList<string> codes)
    {
        if (!caller.IsFull)
        {
            await http.AdvanceAsync(caller, await http.SignIn().StageAfterSecondAsync(caller.Person, hasSecond: true, http.RequestAborted), "enrolled", writer => WriteCodes(writer, codes));
            return;
        }

        await http.JsonAsync(writer => WriteCodes(writer, codes), 201);
    }

    private static void WriteCodes(Utf8JsonWriter writer, IReadOnlyList<string> codes)
    {
        writer.WriteStartArray("recoveryCodes");
        foreach (var code in codes)
        {
            writer.WriteStringValue(code);
        }

        writer.WriteEndArray();
    }

    private static async Task RemoveAsync(HttpContext http)
    {
        await http.SignIn().RemoveAuthenticatorAsync(http.Actor(), http.Actor().Id, http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task NewCodesAsync(HttpContext http)
    {
        var codes = await http.SignIn().NewRecoveryCodesAsync(http.Actor(), http.Place(), http.RequestAborted);
        await http.JsonAsync(writer => WriteCodes(writer, codes), 201);
    }

    private static async Task SessionsAsync(HttpContext http)
    {
        _ = http.Actor();
        var caller = http.Caller()!;
        var sessions = await http.SignIn().SessionsAsync(caller.Person.Id, http.RequestAborted);
        await http.JsonAsync(writer => WriteSessions(writer, sessions, caller.Id));
    }

    internal static void WriteSessions(Utf8JsonWriter writer, IEnumerable<SignIn.OpenSession> sessions, Guid? current)
    {
        writer.WriteStartArray("items");
        foreach (var session in sessions)
        {
            writer.WriteStartObject();
            writer.WriteString("id", session.Id);
            writer.WriteBoolean("current", session.Id == current);
            writer.WriteBoolean("finished", session.Stage == Stage.Full);
            writer.WriteString("method", session.Method);
            writer.WriteString("secondFactor", session.SecondFactor);
            WriteInstant(writer, "createdAt", session.CreatedAt);
            WriteInstant(writer, "lastUsedAt", session.LastUsedAt);
            writer.WriteString("address", session.Address);
            writer.WriteString("device", session.Device);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task EndAsync(HttpContext http, Guid id)
    {
        await http.SignIn().EndSessionsAsync(http.Actor(), http.Actor().Id, only: id, except: null, http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task EndOthersAsync(HttpContext http)
    {
        await http.SignIn().EndSessionsAsync(http.Actor(), http.Actor().Id, only: null, except: http.Caller()!.Id, http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task UnlinkAsync(HttpContext http, Guid provider)
    {
        await http.SignIn().UnlinkAsync(http.Actor(), provider, http.Place(), http.RequestAborted);
        await http.NoContent();
    }
}
