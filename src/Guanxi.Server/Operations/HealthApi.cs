using System.Net;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Server.Api;

namespace Guanxi.Server.Operations;

/// <summary>Who reads the metrics without a token: addresses or networks of Metrics:Allow, nobody by default.</summary>
public sealed class MetricsReaders(IConfiguration configuration)
{
    private readonly string[] networks = configuration.GetSection("Metrics:Allow") is var section && section.Value is { } line ? line.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [.. section.GetChildren().Select(child => child.Value ?? "")];

    public bool Admit(IPAddress? address) => Networks.Contain(networks, address);
}

/// <summary>Whether the process lives, whether it can serve, and its metrics for those who operate it.</summary>
public static class HealthApi
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", (HttpContext http) => http.JsonAsync(writer => writer.WriteString("status", "live")));
        app.MapGet("/health/ready", ReadyAsync);
        app.MapGet("/metrics", MetricsAsync);
    }

    private static async Task ReadyAsync(HttpContext http)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            limit.CancelAfter(TimeSpan.FromSeconds(1));
            await using var session = await http.Workspace().Database.ReadAsync(limit.Token);
            await session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), limit.Token);
            await http.JsonAsync(writer => writer.WriteString("status", "ready"));
        }
        catch (Exception error) when (error is System.Data.Common.DbException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            await http.JsonAsync(writer => writer.WriteString("status", "the database does not answer"), 503);
        }
    }

    /// <summary>
    /// For an administrator's token, and without one for the addresses of Metrics:Allow. This machine's own is not among them by itself: behind a proxy that runs here everybody has it.
    /// </summary>
    private static async Task MetricsAsync(HttpContext http)
    {
        if (!http.RequestServices.GetRequiredService<MetricsReaders>().Admit(http.Address()))
        {
            var header = http.Request.Headers.Authorization.ToString();
            var caller = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? await http.RequestServices.GetRequiredService<SignIn>().WhoAsync(header[7..].Trim(), token: true, cancel: http.RequestAborted) : null;
            if (caller is null || !http.Workspace().ActorFor(caller.Person, "api", scope: caller.Scope).Has(Functions.ManageSettings))
            {
                http.Response.StatusCode = 404;
                return;
            }
        }

        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await http.Response.WriteAsync(http.RequestServices.GetRequiredService<Metrics>().Text(), http.RequestAborted);
    }
}
