using System.Net;
using Guanxi.Platform.Identity;
using Microsoft.AspNetCore.HttpOverrides;

namespace Guanxi.Server.Api;

/// <summary>
/// Which proxies may say from where a request came: those of Network:TrustedProxies (addresses or networks), nobody without it.
/// The list of X-Forwarded-For is read from its end and only as far as trusted proxies wrote it, so a client's own lines in it count for nothing.
/// </summary>
public static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        var settings = app.Configuration.GetSection("Network:TrustedProxies");
        var given = (settings.Value is { } line ? line.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : [.. settings.GetChildren().Select(child => child.Value ?? "")]).Where(text => text.Length > 0).ToList();
        if (given.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null, RequireHeaderSymmetry = false };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in given)
        {
            options.KnownIPNetworks.Add(Networks.TryParse(text, out var network)
                ? network
                : throw new InvalidOperationException($"Network:TrustedProxies has “{text}”, which is no address or network such as 10.0.0.0/8."));
        }

        app.UseForwardedHeaders(options);
    }
}
