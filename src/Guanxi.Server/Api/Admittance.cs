using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Whether a known caller may come in from here, and a token that far.</summary>
public static class Admittance
{
    /// <summary>Refuses somebody whose role works from certain networks only, and writes it down.</summary>
    public static async Task DemandAsync(HttpContext http, SignIn signIn, SignInPolicy policy, Person person)
    {
        if (!policy.Admits(person.RoleId, http.Address()))
        {
            var place = http.Place();
            // Once a minute for a person and address is enough to know: a page left open somewhere asks all the time.
            await Throttle.OnceAsync(http.Workspace().Database, http.Workspace().Now, $"refused {person.Id} {place.Holder}", () =>
                signIn.NoteAsync(http.Workspace().System(), "network.refused", person.Id, place, cancel: http.RequestAborted), http.RequestAborted);
            throw new RefusedException(new Refusal(403, "network-not-allowed", ("你的角色不能从这个网络使用", "Your role may not work from this network"))
            {
                Detail = new Label($"当前地址 {place.Address}；请连到公司网络，或请管理员放行", $"Your address is {place.Address}; connect to the company's network or ask the administrator"),
            });
        }
    }

    /// <summary>
    /// Records are narrowed where rights are asked (<see cref="Actor.On(RecordType)"/>). Whatever else changes something needs a token for everything;
    /// but for imports, which ask for the right to import of the record type they name.
    /// </summary>
    public static void DemandScope(HttpContext http, Workspace workspace, TokenScope scope)
    {
        if (scope.IsEverything || HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var noun = http.Request.Path.Value!["/api/v1/".Length..].Split('/', ':')[0];
        if (noun != "imports" && workspace.Schema.Find(noun) is null)
        {
            throw new RefusedException(Refusal.Forbidden(("令牌的范围不包括这项操作", "The token's scope does not cover this")));
        }
    }
}
