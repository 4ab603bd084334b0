using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Operations;

namespace Guanxi.Server.Api;

/// <summary>The first door of every API call: who is it, is it sent by our own page, is it within the rate; and the last: a refusal becomes an answer, a fault a 500 without details.</summary>
public sealed class Guard(RequestDelegate next, Workspace workspace, SignIn signIn, InFlight inFlight, TokenGuesses guesses, Denials denials, ILogger<Guard> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await RecogniseAsync(http);
            using var call = http.Caller() is { } caller && InFlight.Reads(http) ? inFlight.Begin(caller, http) : null;
            try
            {
                await next(http);
            }
            finally
            {
                // Also of an answer that broke off: part of it has gone out.
                await ReadTrail.KeepAsync(http, workspace);
            }
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            if (refused.Refusal.Status != 404 || !await MergedRecords.LeadOnAsync(http, workspace))
            {
                await denials.NoteAsync(http, refused.Refusal);
                await http.RefuseAsync(refused.Refusal);
            }
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            await http.RefuseAsync(bad.StatusCode == 413
                ? new Refusal(413, "too-large", ("内容太大", "The content is too large"))
                : Refusal.Malformed(("请求无法读取", "The request cannot be read")));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody waits for an answer.
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            Log(error, http);
            await http.RefuseAsync(Beneath.RefusalOf(error, reading: HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
                ?? new Refusal(500, "fault", ("程序出错了，已记录，修改没有保存", "Something went wrong on our side; it was logged and nothing was saved")));
        }
    }

    private void Log(Exception error, HttpContext http) => log.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path.Value);

    private async Task RecogniseAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint()?.Metadata;
        await RecogniseAsync(http, endpoint);
        if (endpoint?.GetMetadata<Promises.PageAlone>() is not null)
        {
            _ = http.Actor();
        }

        if (endpoint?.GetMetadata<Promises.StepUpNeeded>() is not null)
        {
            StepUp.Demand(http.Actor(), workspace.Now);
        }
    }

    private async Task RecogniseAsync(HttpContext http, EndpointMetadataCollection? endpoint)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            await RecogniseTokenAsync(http, header[7..].Trim(), endpoint);
            return;
        }

        http.RefuseForeignWrites();
        var touch = endpoint?.GetMetadata<Promises.NotAUse>() is null;
        if (!http.Request.Cookies.TryGetValue(http.CookieName("session"), out var secret) || await signIn.WhoAsync(secret, token: false, touch, cancel: http.RequestAborted) is not { } caller)
        {
            return;
        }

        // A foreign site can make a browser send the cookie but not this header.
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && http.Request.Headers["X-Guanxi"] != "1")
        {
            throw new RefusedException(Refusal.Malformed(("请求缺少 X-Guanxi 头", "The header X-Guanxi is missing")));
        }

        var policy = await signIn.PolicyAsync(http.RequestAborted);
        await Admittance.DemandAsync(http, signIn, policy, caller.Person);
        http.SetCaller(caller);
        if (caller.IsFull || endpoint?.GetMetadata<Promises.Unfinished>()?.Stages.Contains(caller.Stage, StringComparer.Ordinal) == true)
        {
            http.SetActor(workspace.ActorFor(caller.Person, "page", provedUntil: caller.ProvedAt + policy.StepUp, from: http.Place().Address));
        }
    }

    private async Task RecogniseTokenAsync(HttpContext http, string token, EndpointMetadataCollection? endpoint)
    {
        guesses.Refuse(http);
        if (await signIn.WhoAsync(token, token: true, address: http.Place().Address, cancel: http.RequestAborted) is not { Scope: { } scope } caller)
        {
            guesses.Count(http);
            throw new RefusedException(new Refusal(401, "wrong-token", ("令牌无效、已过期或已撤销", "The token is unknown, expired or revoked")));
        }

        await Admittance.DemandAsync(http, signIn, await signIn.PolicyAsync(http.RequestAborted), caller.Person);
        if (endpoint?.GetMetadata<Promises.PageAlone>() is not null)
        {
            throw new RefusedException(Refusal.Forbidden(("这项操作只能由本人在页面上完成，令牌不行", "Only a person at the page can do this, no token")));
        }

        Admittance.DemandScope(http, workspace, scope);
        http.SetCaller(caller);
        http.SetActor(workspace.ActorFor(caller.Person, "api", scope: scope, from: http.Place().Address));
    }
}
