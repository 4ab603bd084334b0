using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>The first door of every API call: who is it, is it sent by our own page, is it within the rate; and the last: a refusal becomes an answer, a fault a 500 without details.</summary>
public sealed class Guard(RequestDelegate next, Workspace workspace, SignIn signIn, ILogger<Guard> log)
{
    public const string Cookie = "guanxi-session";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await RecogniseAsync(http);
            await next(http);
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            await http.RefuseAsync(refused.Refusal);
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
            await http.RefuseAsync(DiskIsFull(error)
                ? new Refusal(507, "disk-full", ("磁盘已满，修改没有保存；腾出空间后请重试", "The disk is full and the change was not saved; free some space and try again"))
                : new Refusal(500, "fault", ("程序出错了，已记录，修改没有保存", "Something went wrong on our side; it was logged and nothing was saved")));
        }
    }

    private void Log(Exception error, HttpContext http) => log.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path.Value);

    private static bool DiskIsFull(Exception error) => error is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 13 } or IOException { HResult: 28 };

    private async Task RecogniseAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            if (await signIn.WhoAsync(header[7..].Trim(), token: true, http.RequestAborted) is { } person)
            {
                http.SetActor(workspace.ActorFor(person, "api"));
                return;
            }

            throw new RefusedException(new Refusal(401, "wrong-token", ("令牌无效、已过期或已撤销", "The token is unknown, expired or revoked")));
        }

        if (http.Request.Cookies.TryGetValue(Cookie, out var secret) && await signIn.WhoAsync(secret, token: false, http.RequestAborted) is { } user)
        {
            // A foreign site can make a browser send the cookie but not this header.
            if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && http.Request.Headers["X-Guanxi"] != "1")
            {
                throw new RefusedException(Refusal.Malformed(("请求缺少 X-Guanxi 头", "The header X-Guanxi is missing")));
            }

            http.SetActor(workspace.ActorFor(user, "page"));
        }
    }
}
