using Guanxi.Platform.Identity;
using Guanxi.Platform.Identity.OpenId;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Signing in at another provider by OpenID Connect: code flow with PKCE, state and nonce.</summary>
public static class ElsewhereApi
{
    private static readonly TimeSpan StateLives = TimeSpan.FromMinutes(10);

    public static void MapElsewhere(this RouteGroupBuilder api)
    {
        api.MapGet("/session/providers", ProvidersAsync);
        api.MapPost("/session/openid", BeginAsync);
        api.MapGet("/session/openid/callback", FinishAsync);
        api.MapPost("/me/security/links", LinkAsync).PageOnly().NeedsStepUp();
    }

    /// <summary>The buttons of the sign-in page.</summary>
    private static async Task ProvidersAsync(HttpContext http)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var providers = await SignInProvider.AllAsync(session, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var provider in providers.Where(provider => provider.Active))
            {
                writer.WriteStartObject();
                writer.WriteString("key", provider.Key);
                writer.WriteString("name", provider.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static Task BeginAsync(HttpContext http) => BeginAsync(http, links: null);

    private static Task LinkAsync(HttpContext http) => BeginAsync(http, http.Actor().Id);

    private static async Task BeginAsync(HttpContext http, Guid? links)
    {
        var (body, signIn, workspace) = (await http.BodyAsync(), http.SignIn(), http.Workspace());
        var budget = Budgets.Address(http.Place(), "openid");
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], http.RequestAborted);
        SignInProvider? provider;
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            provider = await SignInProvider.ByKeyAsync(session, body.Needed("provider"), http.RequestAborted);
        }

        var (address, state) = await signIn.BeginElsewhereAsync(provider ?? throw new RefusedException(Refusal.NotFound), http.Home() + "/api/v1/session/openid/callback", body.Word("to"), links, http.RequestAborted);

        // Lax, because the browser comes back from another site; the session's own cookie stays Strict.
        http.SetCookie("openid", state, StateLives, SameSiteMode.Lax);
        await http.JsonAsync(writer => writer.WriteString("address", address.AbsoluteUri));
    }

    /// <summary>The browser comes back, as a page would: it is sent on, in or with the name of a problem.</summary>
    private static async Task FinishAsync(HttpContext http)
    {
        var (query, signIn) = (http.Request.Query, http.SignIn());
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        var cookie = http.Request.Cookies[http.CookieName("openid")];
        http.DropCookie("openid");
        try
        {
            var place = http.Place();
            var arrived = await signIn.FinishElsewhereAsync(One(query, "state"), cookie, One(query, "code"), One(query, "iss"), place, http.RequestAborted);
            if (arrived.LinkedByHand)
            {
                Go(http, arrived.To);
                return;
            }

            var stage = await signIn.StageAfterFirstAsync(arrived.Person, arrived.SecondFactor, http.RequestAborted);
            await http.OpenAsync(arrived.Person, arrived.Method, arrived.SecondFactor ? "provider" : null, stage);
            Go(http, stage == Stage.Full ? arrived.To : "/sign-in?to=" + Uri.EscapeDataString(arrived.To));
        }
        catch (RefusedException refused)
        {
            Go(http, "/sign-in?problem=" + Uri.EscapeDataString(refused.Refusal.Kind));
        }
    }

    private static string? One(IQueryCollection query, string name) => query[name] is [{ Length: > 0 and <= 4000 } only] ? only : null;

    private static void Go(HttpContext http, string path)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = SignIn.OwnPath(path);
    }
}
