using System.Collections.Frozen;
using System.Security.Cryptography;
using Guanxi.Server.Api;

namespace Guanxi.Server;

/// <summary>Serves the built browser client: fingerprinted files for ever, the page itself with a fresh nonce.</summary>
public sealed class WebClient
{
    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".js"] = "text/javascript; charset=utf-8", [".css"] = "text/css; charset=utf-8", [".svg"] = "image/svg+xml", [".png"] = "image/png", [".ico"] = "image/x-icon", [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json", [".woff2"] = "font/woff2", [".html"] = "text/html; charset=utf-8", [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, string> files;
    private readonly string? page;

    public WebClient(string? folder)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (folder is not null && Directory.Exists(folder))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => MediaTypes.ContainsKey(Path.GetExtension(path))))
            {
                found["/" + Path.GetRelativePath(folder, path).Replace('\\', '/')] = path;
            }

            page = found.Remove("/index.html", out var index) ? File.ReadAllText(index) : null;
        }

        files = found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        if (files.TryGetValue(path, out var file) && File.Exists(file))
        {
            await SendAsync(http, path, file);
        }
        else if (page is not null && HttpMethods.IsGet(http.Request.Method) && !Path.HasExtension(path))
        {
            await SendPageAsync(http);
        }
        else
        {
            http.Response.StatusCode = 404;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync(page is null && path == "/" ? "The browser client is not built: run ./guanxi up from the repository.\n" : "Not found\n", http.RequestAborted);
        }
    }

    private static async Task SendAsync(HttpContext http, string path, string file)
    {
        http.Response.ContentType = MediaTypes[Path.GetExtension(path)];
        http.Response.Headers.CacheControl = path.StartsWith("/assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : Path.GetExtension(path) is ".svg" or ".png" ? "public, max-age=86400" : "no-cache";
        http.Response.Headers.Vary = "Accept-Encoding";
        var accepts = http.Request.Headers.AcceptEncoding.ToString();
        foreach (var (coding, ending) in (ReadOnlySpan<(string, string)>)[("br", ".br"), ("gzip", ".gz")])
        {
            if (accepts.Contains(coding, StringComparison.Ordinal) && File.Exists(file + ending))
            {
                http.Response.Headers.ContentEncoding = coding;
                file += ending;
                break;
            }
        }

        http.Response.ContentLength = new FileInfo(file).Length;
        await http.Response.SendFileAsync(file, http.RequestAborted);
    }

    private async Task SendPageAsync(HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["Content-Security-Policy"] =
            $"default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        await http.Response.WriteAsync(page!.Replace("__NONCE__", nonce, StringComparison.Ordinal), http.RequestAborted);
    }
}
