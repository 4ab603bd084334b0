using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Guanxi.Server.Platform;

/// <summary>WebAuthn between a browser and ASP.NET Core Identity's passkey handler: what is asked is kept once, what comes back is checked against it.</summary>
public sealed class PasskeyCeremony(Workspace workspace, SignIn signIn, IServiceProvider services, IConfiguration settings, ILogger<UserManager<Person>> log)
{
    private readonly PasskeyHandler<Person> handler = new(
        new UserManager<Person>(new PasskeyStore(workspace), Options.Create(new IdentityOptions()), new PasswordHasher<Person>(), [], [], new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), services, log),
        Options.Create(new IdentityPasskeyOptions
        {
            // A passkey stands for two factors only when the device has checked who holds it.
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            AttestationConveyancePreference = "none",
            AuthenticatorTimeout = TimeSpan.FromMinutes(5),
            ServerDomain = Uri.TryCreate(settings["Network:PublicUrl"], UriKind.Absolute, out var url) ? url.Host : null,
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == context.HttpContext.Home()),
        }));

    /// <summary>What a browser needs to make a passkey for this person, and the key to bring back.</summary>
    public async Task<(string Key, string Options)> BeginAddingAsync(HttpContext http, Caller caller)
    {
        var asked = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = caller.Person.Id.ToString(), Name = caller.Person.UserName, DisplayName = caller.Person.Name }, http);
        return (await Ceremonies.PutAsync(workspace.Database, "passkey.add", caller.Person.Id, caller.Id, asked.AttestationState!, workspace.Now, http.RequestAborted), asked.CreationOptionsJson);
    }

    public async Task<UserPasskeyInfo> FinishAddingAsync(HttpContext http, Caller caller, string key, JsonElement credential)
    {
        var state = await Ceremonies.TakeAsync(workspace.Database, "passkey.add", caller.Person.Id, caller.Id, key, workspace.Now, http.RequestAborted) ?? throw SignIn.WrongPasskey();
        var result = await CheckedAsync(() => handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential.GetRawText(), AttestationState = state }));
        return result.Succeeded && result.Passkey.IsUserVerified ? result.Passkey : throw SignIn.WrongPasskey();
    }

    /// <summary>What a browser needs to use a passkey: of this person, or of whomever the browser knows.</summary>
    public async Task<(string Key, string Options)> BeginUsingAsync(HttpContext http, string kind, Caller? caller)
    {
        var asked = await handler.MakeRequestOptionsAsync(caller?.Person, http);
        return (await Ceremonies.PutAsync(workspace.Database, kind, caller?.Person.Id, caller?.Id, asked.AssertionState!, workspace.Now, http.RequestAborted), asked.RequestOptionsJson);
    }

    /// <summary>Whose passkey it is, checked, its counter kept.</summary>
    public async Task<Person> FinishUsingAsync(HttpContext http, string kind, Caller? caller, string key, JsonElement credential)
    {
        var budget = Budgets.Address(http.Place(), "passkey");
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], http.RequestAborted);
        var state = await Ceremonies.TakeAsync(workspace.Database, kind, caller?.Person.Id, caller?.Id, key, workspace.Now, http.RequestAborted);
        var result = state is null ? null : await CheckedAsync(() => handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential.GetRawText(), AssertionState = state }));
        if (result is not { Succeeded: true, Passkey.IsUserVerified: true } || (caller is not null && result.User.Id != caller.Person.Id))
        {
            await signIn.NoteAsync(workspace.System(), "sign-in.failed", caller?.Person.Id, http.Place(), "passkey", http.RequestAborted);
            throw SignIn.WrongPasskey();
        }

        await signIn.UsedPasskeyAsync(result.User, result.Passkey, http.RequestAborted);
        await Throttle.GiveBackAsync(workspace.Database, [budget], http.RequestAborted);
        return result.User;
    }

    /// <summary>The handler reports what is wrong with a credential, but lets some malformed ones fall through as exceptions of its parsers.</summary>
    private static async Task<T> CheckedAsync<T>(Func<Task<T>> check)
    {
        try
        {
            return await check();
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or InvalidOperationException or System.Formats.Cbor.CborContentException or System.Security.Cryptography.CryptographicException)
        {
            throw SignIn.WrongPasskey();
        }
    }
}
