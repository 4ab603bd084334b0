using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>First set-up, signing in and out by password and code.</summary>
public static class SessionApi
{
    public static void MapSession(this RouteGroupBuilder api)
    {
        api.MapGet("/setup", SetupNeededAsync);
        api.MapPost("/setup", SetupAsync);
        api.MapGet("/session", SignedInAsync);
        api.MapPost("/session", SignInAsync);
        api.MapDelete("/session", SignOutAsync);
        api.MapPost("/session/second-factor", SecondFactorAsync);
        api.MapGet("/session/step-up", ProofAsync).PageOnly();
        api.MapPost("/session/step-up", StepUpAsync).PageOnly();
        api.MapPost("/session/reset:check", CheckLinkAsync);
        api.MapPost("/session/reset", UseLinkAsync);
        api.MapMe();
    }

    private static Task SetupNeededAsync(HttpContext http) => http.JsonAsync(writer => writer.WriteBoolean("needed", Setup.Needed(http.Workspace())));

    /// <summary>How far the caller's sign-in has come, without the error that /me would be to a stranger; for who is in, at once what a page needs to begin with.</summary>
    private static async Task SignedInAsync(HttpContext http)
    {
        var (caller, workspace) = (http.Caller(), http.Workspace());
        if (caller is { IsFull: true })
        {
            var actor = http.Actor();
            var (unread, company) = await MeApi.AboutAsync(http, actor);
            await http.JsonAsync(writer =>
            {
                writer.WriteBoolean("signedIn", true);
                SessionSteps.WriteNext(writer, caller.Stage, []);
                writer.WriteStartObject("user");
                MeApi.WriteMe(writer, actor, workspace, company, unread);
                writer.WriteEndObject();
                RecordTypesApi.WriteAll(writer, "recordTypes", actor, workspace);
            });
            return;
        }

        var methods = caller is null ? [] : await SessionSteps.MethodsAsync(http, caller);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("signedIn", false);
            SessionSteps.WriteNext(writer, caller?.Stage, methods);
            writer.WriteBoolean("setupNeeded", Setup.Needed(workspace));
        });
    }

    private static async Task SetupAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        var (workspace, signIn) = (http.Workspace(), http.SignIn());
        var budget = Budgets.Address(http.Place(), "setup");
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], http.RequestAborted);
        var person = await Setup.FirstAdministratorAsync(workspace, signIn, body.Needed("key"), new Setup.Wishes(body.Needed("company"), body.Needed("name"), body.Needed("userName"), body.Needed("password"), body.Word("language"), body.Word("timeZone"), body.Word("currency")), http.RequestAborted);
        await http.EnterAsync(person, "setup", null, Stage.Full);
    }

    private static async Task SignInAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        var signIn = http.SignIn();
        var person = await signIn.CheckAsync(body.Needed("userName"), body.Needed("password"), http.Place(), http.RequestAborted);
        await http.EnterAsync(person, "password", null, await signIn.StageAfterFirstAsync(person, provedSecond: false, http.RequestAborted));
    }

    /// <summary>A code of the authenticator, or a recovery code, after the password.</summary>
    private static async Task SecondFactorAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        if (http.Caller() is not { Stage: Stage.SecondFactor } caller)
        {
            throw new RefusedException(new Refusal(401, "not-signed-in", ("请先输入密码", "Give your password first")));
        }

        var signIn = http.SignIn();
        var method = await signIn.CheckCodeAsync(caller.Person, body.Needed("code"), http.Place(), http.RequestAborted);
        await http.AdvanceAsync(caller, await signIn.StageAfterSecondAsync(caller.Person, hasSecond: true, http.RequestAborted), method);
    }

    /// <summary>Whether a dangerous act would be let through now, and by what one can prove who one is: a page asks before it starts a download.</summary>
    private static async Task ProofAsync(HttpContext http)
    {
        var actor = http.Actor();
        var factors = await http.SignIn().FactorsAsync(actor.Id, http.RequestAborted);
        var methods = factors.AnySecond ? await SessionSteps.FactorNamesAsync(http, actor.Id) : factors.Password ? ["password"] : ["provider"];
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("fresh", actor.ProvedUntil >= http.Workspace().Now);
            SessionSteps.WriteMethods(writer, methods);
        });
    }

    /// <summary>Proves once more who one is: by a code for whoever has a second factor, by the password otherwise.</summary>
    private static async Task StepUpAsync(HttpContext http)
    {
        _ = http.Actor();
        var (caller, body, signIn) = (http.Caller()!, await http.BodyAsync(), http.SignIn());
        string method;
        if (await SessionSteps.NeedsCodeAsync(http, caller.Person.Id))
        {
            method = await signIn.CheckCodeAsync(caller.Person, body.Needed("code"), http.Place(), http.RequestAborted);
        }
        else
        {
            await signIn.CheckAsync(caller.Person.UserName, body.Needed("password"), http.Place(), http.RequestAborted);
            method = "password";
        }

        await http.ProveAgainAsync(caller, method);
    }

    private static async Task CheckLinkAsync(HttpContext http)
    {
        var person = await http.SignIn().WhoseLinkAsync((await http.BodyAsync()).Needed("key"), http.Place(), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("name", person.Name);
            writer.WriteString("userName", person.UserName);
        });
    }

    private static async Task UseLinkAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        await http.SignIn().UsePasswordLinkAsync(body.Needed("key"), body.Needed("password"), http.Place(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task SignOutAsync(HttpContext http)
    {
        if (http.Caller() is { IsToken: false } caller && http.Request.Cookies.TryGetValue(http.CookieName("session"), out var secret))
        {
            await http.SignIn().CloseSessionAsync(caller.Person, secret, http.RequestAborted);
        }

        http.DropCookie("session");
        await http.NoContent();
    }
}
