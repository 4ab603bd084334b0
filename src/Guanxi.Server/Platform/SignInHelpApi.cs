using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Helping a person who cannot get in, or who should be out: a one-time link, no second factor, no sessions.</summary>
public static class SignInHelpApi
{
    public static void MapSignInHelp(this RouteGroupBuilder api)
    {
        api.MapGet("/users/{id:guid}/security", PersonAsync);
        api.MapPost("/users/{id:guid}:reset-password", ResetPasswordAsync).NeedsStepUp();
        api.MapPost("/users/{id:guid}:reset-factors", ResetFactorsAsync).NeedsStepUp();
        api.MapPost("/users/{id:guid}:sign-out", SignOutAsync);
    }

    /// <summary>The person, when the caller may look after him: not without the right, and not upward.</summary>
    private static Person Charge(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageUsers);
        var person = actor.Directory.Person(id) ?? throw new RefusedException(Refusal.NotFound);
        actor.DemandRank(actor.Directory.Role(person.RoleId));
        return person;
    }

    private static async Task PersonAsync(HttpContext http, Guid id)
    {
        var (person, signIn) = (Charge(http, id), http.SignIn());
        var factors = await signIn.FactorsAsync(person.Id, http.RequestAborted);
        var sessions = await signIn.SessionsAsync(person.Id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("password", factors.Password);
            writer.WriteBoolean("authenticator", factors.Authenticator is not null);
            writer.WriteNumber("passkeys", factors.Passkeys);
            writer.WriteNumber("recoveryCodesLeft", factors.RecoveryCodes);
            AccountSecurityApi.WriteSessions(writer, sessions, http.Caller()?.Id);
        });
    }

    /// <summary>A one-time link, or with a password in the body that password, which the person must replace at the next sign-in.</summary>
    private static async Task ResetPasswordAsync(HttpContext http, Guid id)
    {
        var (actor, body, signIn) = (http.Actor(), await http.BodyAsync(), http.SignIn());
        var person = Charge(http, id);
        if (body.Word("password") is { } password)
        {
            await http.Workspace().WriteAsync(actor, context => signIn.SetPasswordAsync(context, person.Id, password, mustChange: person.Id != actor.Id, http.Place(), http.RequestAborted), cancel: http.RequestAborted);
            await http.JsonAsync(writer => writer.WriteNull("link"));
            return;
        }

        var (key, ends) = await signIn.NewPasswordLinkAsync(actor, person.Id, http.Place(), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            // A fragment, so that no proxy on the way writes the key into its log.
            writer.WriteString("link", "/reset#" + key);
            AccountSecurityApi.WriteInstant(writer, "expiresAt", ends);
        });
    }

    private static async Task ResetFactorsAsync(HttpContext http, Guid id)
    {
        await http.SignIn().ResetFactorsAsync(http.Actor(), Charge(http, id).Id, http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task SignOutAsync(HttpContext http, Guid id)
    {
        var person = Charge(http, id);
        await http.SignIn().EndSessionsAsync(http.Actor(), person.Id, only: null, except: person.Id == http.Actor().Id ? http.Caller()?.Id : null, http.Place(), http.RequestAborted);
        await http.NoContent();
    }
}
