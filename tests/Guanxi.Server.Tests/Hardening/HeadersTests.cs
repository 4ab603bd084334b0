using System.Net.Http.Json;
using System.Text;
using Guanxi.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Hardening;

/// <summary>Every route there is, asked by an administrator and by nobody, with good and bad input: every answer carries the headers that keep a browser from doing harm with it.</summary>
public sealed class HeadersTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "TRACE"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnumerable<(string Method, string Path)> Routes() =>
        server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? Methods).Select(method => (method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))));

    private static string Filled(string path, Guid record) => System.Text.RegularExpressions.Regex.Replace(path, @"\{(?<name>[^}]*)\}", match => match.Groups["name"].Value is var name && name.EndsWith(":guid", StringComparison.Ordinal) ? record.ToString() : name.EndsWith(":long", StringComparison.Ordinal) ? "1" : "x", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary>What is wrong with the headers of an answer; null when nothing is.</summary>
    private static string? Wrong(HttpResponseMessage answer, bool page, bool embedded = false)
    {
        string? Header(string name) => answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
        var policy = Header("Content-Security-Policy") ?? "";
        if (Header("X-Content-Type-Options") != "nosniff" || Header("X-Frame-Options") != "DENY" || Header("Referrer-Policy") is null || Header("Cross-Origin-Opener-Policy") != "same-origin" || Header("Cross-Origin-Resource-Policy") != (embedded ? "cross-origin" : "same-origin") || Header("Permissions-Policy") is null)
        {
            return "a header is missing";
        }

        if (Header("Server") is not null || Header("X-Powered-By") is not null)
        {
            return "it says what it runs on";
        }

        if (!page && Header("Cache-Control") is not { } cached)
        {
            return "it may be kept by anybody";
        }

        // Nothing that could run: no inline script, no eval, no plug-in, no foreign base, nobody's frame.
        return policy.Contains("unsafe-", StringComparison.Ordinal) || policy.Contains('*', StringComparison.Ordinal) ? "the policy is open: " + policy
            : !page && !policy.Contains("default-src 'none'", StringComparison.Ordinal) ? "the policy is not shut: " + policy
            : page && !(policy.Contains("object-src 'none'", StringComparison.Ordinal) && policy.Contains("base-uri 'none'", StringComparison.Ordinal) && policy.Contains("script-src 'self';", StringComparison.Ordinal) && policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal)) ? "the page's policy lacks something: " + policy
            : null;
    }

    [Fact]
    public async Task Every_route_answers_with_the_headers_whoever_asks_and_whatever_comes_of_it()
    {
        var record = (await server.As("wangfang").MakeAsync("customers", new { name = "湘江机械" })).GetProperty("id").GetGuid();
        using var nobody = server.Client(null);
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (method, path) in Routes().Where(route => !route.Path.EndsWith("/live", StringComparison.Ordinal) || route.Path.StartsWith("/health", StringComparison.Ordinal)).Distinct().ToList())
        {
            // What would end the test's own sign-in or server is asked by nobody only.
            var dangerous = method != "GET" && (path.Contains(":restore", StringComparison.Ordinal) || path.Contains("sign", StringComparison.Ordinal) || path.Contains("session", StringComparison.Ordinal) || path.Contains("token", StringComparison.Ordinal) || path.Contains("backup", StringComparison.Ordinal));
            foreach (var client in dangerous ? [nobody] : new[] { nobody, server.As("wangfang") })
            {
                foreach (var body in method is "POST" or "PATCH" or "PUT" ? new string?[] { "{}", "{not json" } : [null])
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, Filled(path, record))) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                    asked++;
                    var page = answer.Content.Headers.ContentType?.MediaType == "text/html";
                    // The one script that other sites are meant to load.
                    if (Wrong(answer, page, embedded: path == "/forms/{key}.js" && answer.IsSuccessStatusCode) is { } problem && !path.StartsWith("/{**", StringComparison.Ordinal))
                    {
                        wrong.Add($"{method} {path} {(int)answer.StatusCode}: {problem}");
                    }

                    Assert.True((int)answer.StatusCode < 500, $"{method} {path}: {(int)answer.StatusCode}");
                }
            }
        }

        Assert.True(asked > 300, $"only {asked} calls");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public async Task Pages_files_downloads_and_faults_carry_them_too()
    {
        var id = (await server.As("wangfang").MakeAsync("customers", new { name = "洞庭水运" })).GetProperty("id").GetGuid();
        using var form = new MultipartFormDataContent { { new ByteArrayContent("<svg onload='alert(1)'/>"u8.ToArray()), "file", "标志.svg" } };
        var file = (await (await server.As("wangfang").PostAsync($"customers/{id}/files", form, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created)).GetProperty("id");
        foreach (var path in new[] { "/", "/customers", "/setup?key=x", "/assets/none.js", "/favicon.ico", "/nothing.js", "/..%2f..%2fetc/passwd", "/api", "/api/v1", "/api/v1/none", "/openapi/v1.json", "/health/live", "/health/ready", "/metrics", $"/api/v1/files/{file}", "/api/v1/customers:export?format=csv" })
        {
            using var answer = await server.As("wangfang").GetAsync(new Uri(server.Address.GetLeftPart(UriPartial.Authority) + path), Cancel);
            var problem = Wrong(answer, answer.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json" or "application/octet-stream" or "text/csv"));
            Assert.True(problem is null or "the page's policy lacks something: default-src 'none'; frame-ancestors 'none'", $"{path} ({(int)answer.StatusCode}): {problem}");
        }
    }

    /// <summary>Contents that some browser, viewer or shell would run or open: markup in several coats, scripts, archives with links, pictures that are something else, PDFs with actions.</summary>
    private static readonly byte[][] Contents =
    [
        .. new[]
        {
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "<script>alert(1)</script>", "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>", "alert(1)", "%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
            "<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "GIF89a/*<script>alert(1)</script>*/=1", "\u0089PNG\r\n\u001a\n<script>alert(1)</script>", "#!/bin/sh\nrm -rf /",
            "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>", "BEGIN:VCARD\r\nPHOTO:data:text/html,<script>alert(1)</script>\r\nEND:VCARD", "=cmd|'/c calc'!A1", "<?php system($_GET['x']);", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        }.Select(Encoding.Latin1.GetBytes),
        Encoding.Unicode.GetBytes("\ufeff<script>alert(1)</script>"), [0x50, 0x4b, 3, 4, 20, 0, 0, 0], [0x4d, 0x5a, 0x90, 0, 3], [0x7f, 0x45, 0x4c, 0x46, 2], [0xff, 0xd8, 0xff, 0xe0, (byte)'<', (byte)'s', (byte)'c', (byte)'r', (byte)'i', (byte)'p', (byte)'t', (byte)'>'],
    ];

    /// <summary>What a name or a media type says that it is.</summary>
    private static readonly (string Name, string Claimed)[] Coats =
    [
        ("标志.svg", "image/svg+xml"), ("页.html", "text/html"), ("图.png", "image/png"), ("a.xhtml", "application/xhtml+xml"), ("a.js", "text/javascript"), ("a.pdf", "application/pdf"), ("a.xml", "text/xml"), ("a.php.jpg", "image/jpeg"), ("a.HtMl", "TEXT/HTML; charset=utf-7"), ("a.mht", "multipart/related"),
    ];

    /// <summary>Two hundred kinds of files come back as downloads that nothing runs, byte for byte (S-13).</summary>
    [Fact]
    public async Task What_is_uploaded_is_never_active()
    {
        var seller = server.As("zhangwei");
        var id = (await seller.MakeAsync("customers", new { name = "岳麓书院" })).GetProperty("id").GetGuid();
        var (tried, wrong) = (0, new List<string>());
        foreach (var (name, claimed) in Coats)
        {
            foreach (var content in Contents)
            {
                using var bytes = new ByteArrayContent(content);
                bytes.Headers.TryAddWithoutValidation("Content-Type", claimed);
                using var form = new MultipartFormDataContent { { bytes, "file", name } };
                var file = await (await seller.PostAsync($"customers/{id}/files", form, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created);
                using var answer = await seller.GetAsync($"files/{file.GetProperty("id")}", Cancel);
                tried++;

                // By its first bytes, whatever it was said to be, something may be a picture; a picture runs nothing.
                if (answer.Content.Headers.ContentType!.MediaType is not ("application/octet-stream" or "image/gif" or "image/png" or "image/jpeg") || answer.Content.Headers.ContentDisposition!.DispositionType != "attachment" || answer.Headers.GetValues("X-Content-Type-Options").Single() != "nosniff"
                    || !answer.Headers.GetValues("Content-Security-Policy").Single().Contains("sandbox", StringComparison.Ordinal) || !(await answer.Content.ReadAsByteArrayAsync(Cancel)).AsSpan().SequenceEqual(content))
                {
                    wrong.Add($"{name} as {claimed}: {answer.Content.Headers.ContentType} {answer.Content.Headers.ContentDisposition}");
                }
            }
        }

        Assert.Equal((200, 0), (tried, wrong.Count));
    }

    [Fact]
    public async Task Metrics_are_for_an_administrators_token_and_for_addresses_that_the_operator_names()
    {
        using var nobody = server.Client(null);
        Assert.Equal(404, (int)(await nobody.GetAsync(new Uri(server.Address, "/metrics"), Cancel)).StatusCode);
        Assert.Equal(404, (int)(await server.As("zhangwei").GetAsync(new Uri(server.Address, "/metrics"), Cancel)).StatusCode);
        Assert.Contains("guanxi_http_request", await server.As("wangfang").GetStringAsync(new Uri(server.Address, "/metrics"), Cancel), StringComparison.Ordinal);
        await using var open = await RunningServer.StartAsync(Guanxi.Tests.World.Db.Sqlite, ("Metrics:Allow", "127.0.0.1"));
        using var local = open.Client(null);
        Assert.Contains("guanxi_http_request", await local.GetStringAsync(new Uri(open.Address, "/metrics"), Cancel), StringComparison.Ordinal);
    }
}
