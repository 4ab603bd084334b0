using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What every way of signing in ends with: a session at its stage, its cookie, and what comes next.</summary>
public static class SessionSteps
{
    public static SignIn SignIn(this HttpContext http) => http.RequestServices.GetRequiredService<SignIn>();

    /// <summary>Opens a session. A browser that had one before gets a new secret, whoever gave it the old one.</summary>
    public static async Task EnterAsync(this HttpContext http, Person person, string method, string? secondFactor, string stage)
    {
        await OpenAsync(http, person, method, secondFactor, stage);
        await AnswerAsync(http, person, stage);
    }

    /// <summary>The same without an answer, for a page that is sent on.</summary>
    public static async Task OpenAsync(this HttpContext http, Person person, string method, string? secondFactor, string stage)
    {
        var (signIn, policy) = (http.SignIn(), await http.SignIn().PolicyAsync(http.RequestAborted));
        await Admittance.DemandAsync(http, signIn, policy, person);
        if (http.Caller() is { IsToken: false } before && http.Request.Cookies.TryGetValue(http.CookieName("session"), out var old))
        {
            await signIn.CloseSessionAsync(before.Person, old, http.RequestAborted);
        }

        http.SetCookie("session", await signIn.OpenSessionAsync(person, http.RememberedPlace(), method, secondFactor, stage, http.RequestAborted), policy.Absolute);
        http.SetCaller(new Caller(person, Guid.Empty, stage, http.Workspace().Now, null, IsToken: false, ""));
    }

    public static async Task AdvanceAsync(this HttpContext http, Caller caller, string stage, string? secondFactor, Action<Utf8JsonWriter>? more = null)
    {
        var signIn = http.SignIn();
        http.SetCookie("session", await signIn.AdvanceAsync(caller, stage, secondFactor, http.RememberedPlace(), http.RequestAborted), (await signIn.PolicyAsync(http.RequestAborted)).Absolute);
        await AnswerAsync(http, caller.Person, stage, more);
    }

    public static async Task ProveAgainAsync(this HttpContext http, Caller caller, string method)
    {
        var signIn = http.SignIn();
        http.SetCookie("session", await signIn.ProveAgainAsync(caller, method, http.Place(), http.RequestAborted), (await signIn.PolicyAsync(http.RequestAborted)).Absolute);
        await http.NoContent();
    }

    private static async Task AnswerAsync(HttpContext http, Person person, string stage, Action<Utf8JsonWriter>? more = null)
    {
        http.SetActor(http.Workspace().ActorFor(person, "page"));
        var methods = stage == Stage.SecondFactor ? await FactorNamesAsync(http, person.Id) : [];
        await http.JsonAsync(writer =>
        {
            if (stage == Stage.Full)
            {
                writer.WriteStartObject("user");
                writer.WriteString("id", person.Id);
                writer.WriteString("name", person.Name);
                writer.WriteEndObject();
            }

            WriteNext(writer, stage, methods);
            more?.Invoke(writer);
        });
    }

    /// <summary>The step that comes next, and by what it can be taken; null when one is in.</summary>
    public static void WriteNext(Utf8JsonWriter writer, string? stage, IReadOnlyList<string> methods)
    {
        writer.WriteString("next", stage == Stage.Full ? null : stage);
        WriteMethods(writer, methods);
    }

    public static void WriteMethods(Utf8JsonWriter writer, IReadOnlyList<string> methods)
    {
        writer.WriteStartArray("methods");
        foreach (var method in methods)
        {
            writer.WriteStringValue(method);
        }

        writer.WriteEndArray();
    }

    public static async Task<IReadOnlyList<string>> MethodsAsync(HttpContext http, Caller caller) => caller.Stage == Stage.SecondFactor ? await FactorNamesAsync(http, caller.Person.Id) : [];

    /// <summary>By what somebody can prove a second time: totp, passkey, recovery.</summary>
    public static async Task<IReadOnlyList<string>> FactorNamesAsync(HttpContext http, Guid user)
    {
        var factors = await http.SignIn().FactorsAsync(user, http.RequestAborted);
        var names = new List<string>();
        if (factors.Authenticator is not null)
        {
            names.Add("totp");
        }

        if (factors.Passkeys > 0)
        {
            names.Add("passkey");
        }

        if (factors.RecoveryCodes > 0)
        {
            names.Add("recovery");
        }

        return names;
    }

    /// <summary>Whoever has a second factor proves by it: a password alone may be what was stolen.</summary>
    public static async Task<bool> NeedsCodeAsync(HttpContext http, Guid user) => (await http.SignIn().FactorsAsync(user, http.RequestAborted)).AnySecond;
}
