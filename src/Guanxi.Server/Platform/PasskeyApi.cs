using System.Text.Json;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Passkeys: signing in with one, as the second factor, as a fresh proof, and looking after one's own.</summary>
public static class PasskeyApi
{
    public static void MapPasskeys(this RouteGroupBuilder api)
    {
        api.MapPost("/session/passkey:options", OptionsAsync);
        api.MapPost("/session/passkey", SignInAsync);
        api.MapPost("/session/step-up/passkey:options", StepUpOptionsAsync).PageOnly();
        api.MapPost("/session/step-up/passkey", StepUpAsync).PageOnly();
        api.MapPost("/me/security/passkeys:options", AddOptionsAsync).PageOnly().WhileSigningIn(Stage.Enrol).NeedsStepUp();
        api.MapPost("/me/security/passkeys", AddAsync).PageOnly().WhileSigningIn(Stage.Enrol);
        api.MapPatch("/me/security/passkeys/{id:guid}", RenameAsync).PageOnly();
        api.MapDelete("/me/security/passkeys/{id:guid}", RemoveAsync).PageOnly().NeedsStepUp();
    }

    private static PasskeyCeremony Ceremony(HttpContext http) => http.RequestServices.GetRequiredService<PasskeyCeremony>();

    /// <summary>After a password only that person's passkeys are asked for; without one, whichever the device offers.</summary>
    private static Caller? Pending(HttpContext http) => http.Caller() is { Stage: Stage.SecondFactor } caller ? caller : null;

    private static async Task OptionsAsync(HttpContext http) => await WriteAsync(http, await Ceremony(http).BeginUsingAsync(http, "passkey.sign-in", Pending(http)));

    private static async Task SignInAsync(HttpContext http)
    {
        var (body, pending, signIn) = (await http.BodyAsync(), Pending(http), http.SignIn());
        var person = await Ceremony(http).FinishUsingAsync(http, "passkey.sign-in", pending, body.Needed("ceremony"), Credential(body));
        var stage = await signIn.StageAfterSecondAsync(person, hasSecond: true, http.RequestAborted);
        if (pending is not null)
        {
            await http.AdvanceAsync(pending, stage, "passkey");
        }
        else
        {
            await http.EnterAsync(person, "passkey", null, stage);
        }
    }

    private static async Task StepUpOptionsAsync(HttpContext http)
    {
        _ = http.Actor();
        await WriteAsync(http, await Ceremony(http).BeginUsingAsync(http, "passkey.step-up", http.Caller()));
    }

    private static async Task StepUpAsync(HttpContext http)
    {
        _ = http.Actor();
        var (body, caller) = (await http.BodyAsync(), http.Caller()!);
        await Ceremony(http).FinishUsingAsync(http, "passkey.step-up", caller, body.Needed("ceremony"), Credential(body));
        await http.ProveAgainAsync(caller, "passkey");
    }

    private static async Task AddOptionsAsync(HttpContext http) => await WriteAsync(http, await Ceremony(http).BeginAddingAsync(http, http.Caller()!));

    private static async Task AddAsync(HttpContext http)
    {
        _ = http.Actor();
        var (body, caller, signIn) = (await http.BodyAsync(), http.Caller()!, http.SignIn());
        var passkey = await Ceremony(http).FinishAddingAsync(http, caller, body.Needed("ceremony"), Credential(body));
        await AccountSecurityApi.FactorAddedAsync(http, caller, await signIn.AddPasskeyAsync(caller.Person, passkey, body.Word("name") ?? "", http.Place(), http.RequestAborted));
    }

    private static async Task RenameAsync(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        await http.SignIn().RenamePasskeyAsync(actor, id, (await http.BodyAsync()).Needed("name"), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task RemoveAsync(HttpContext http, Guid id)
    {
        await http.SignIn().RemovePasskeyAsync(http.Actor(), id, http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static JsonElement Credential(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("credential", out var credential) && credential.ValueKind == JsonValueKind.Object
        ? credential
        : throw new RefusedException(Refusal.Invalid("credential", RecordChecks.Required));

    private static Task WriteAsync(HttpContext http, (string Key, string Options) asked) => http.JsonAsync(writer =>
    {
        writer.WriteString("ceremony", asked.Key);
        writer.WritePropertyName("options");
        writer.WriteRawValue(asked.Options);
    });
}
