using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;
using Guanxi.Server.Api;
using Guanxi.Server.Operations;

namespace Guanxi.Server.Sales;

/// <summary>
/// The only pages that strangers reach: forms for leads. They set no cookie, know no session, lead nowhere else and take at most <see cref="LargestBody"/>.
/// A site that embeds one, or posts to it by script, stands in the form's list.
/// </summary>
public static class PublicForms
{
    public const int LargestBody = 64 * 1024;

    public static void MapPublicForms(this WebApplication app)
    {
        app.MapGet("/forms/form.js", http => ScriptAsync(http, FormScript.OnPage, elsewhere: false));
        app.MapGet("/forms/{key}.js", (HttpContext http, string key) => Safely(http, () => EmbedAsync(http, key)));
        app.MapGet("/forms/{key}.json", (HttpContext http, string key) => Safely(http, () => DescribeAsync(http, key)));
        app.MapGet("/forms/{key}", (HttpContext http, string key) => Safely(http, () => ShowAsync(http, key)));
        app.MapPost("/forms/{key}", (HttpContext http, string key) => Safely(http, () => TakeAsync(http, key)));
        app.MapMethods("/forms/{key}", ["OPTIONS"], (HttpContext http, string key) => Safely(http, () => PreflightAsync(http, key)));
    }

    private static async Task Safely(HttpContext http, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (RefusedException refused) when (!http.Response.HasStarted)
        {
            await http.RefuseAsync(refused.Refusal);
        }
        catch (BadHttpRequestException) when (!http.Response.HasStarted)
        {
            await http.RefuseAsync(Refusal.Malformed(("请求无法读取", "The request cannot be read")));
        }
        catch (Exception error) when (!http.Response.HasStarted && error is System.Data.Common.DbException or IOException or InvalidOperationException)
        {
            await http.RefuseAsync(Beneath.RefusalOf(error, reading: HttpMethods.IsGet(http.Request.Method)) ?? new Refusal(503, "busy", ("暂时无法处理，请稍后再试", "This cannot be taken now; please try again later")));
        }
    }

    private static async Task<LeadForm?> FindAsync(HttpContext http, string key)
    {
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        return await LeadForm.FindAsync(session, workspace.Schema, key, http.RequestAborted);
    }

    private static SecretBox Box(HttpContext http) => SecretBox.Open(http.Workspace().Folder);

    private static Task ScriptAsync(HttpContext http, string script, bool elsewhere)
    {
        http.Response.ContentType = "text/javascript; charset=utf-8";
        http.Response.Headers.CacheControl = "public, max-age=3600";
        if (elsewhere)
        {
            http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        return http.Response.WriteAsync(script, http.RequestAborted);
    }

    private static Task EmbedAsync(HttpContext http, string key) => key.Length is > 0 and <= 40 && key.All(char.IsAsciiLetterOrDigit) ? ScriptAsync(http, FormScript.Embed.Replace("KEY", key, StringComparison.Ordinal), elsewhere: true) : throw new BadHttpRequestException("no such form");

    /// <summary>What a site that draws the form itself needs: the fields and a token.</summary>
    private static async Task DescribeAsync(HttpContext http, string key)
    {
        if (await FindAsync(http, key) is not { } form)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        Admit(http, form);
        var leads = http.Workspace().Schema["leads"];
        var language = form.Text("language")!;
        await http.JsonAsync(writer =>
        {
            writer.WriteString("heading", form.Text("heading") ?? form.Text("name"));
            writer.WriteString("intro", form.Text("intro"));
            writer.WriteString("consent", form.Text("consentText"));
            writer.WriteString("token", FormToken.Make(Box(http), form.Id, http.Workspace().Now));
            writer.WriteNumber("bits", FormToken.Difficulty);
            writer.WriteStartArray("fields");
            foreach (var field in form.Asked.Select(leads.Find).OfType<Field>())
            {
                writer.WriteStartObject();
                writer.WriteString("name", field.Name);
                writer.WriteString("label", field.Label.In(language));
                writer.WriteBoolean("required", form.Required.Contains(field.Name));
                writer.WriteString("kind", field.KindName);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ShowAsync(HttpContext http, string key)
    {
        var form = await FindAsync(http, key);
        var nonce = Headers(http, form);
        if (form is null)
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync(FormPage.Gone(http.Language(), nonce), http.RequestAborted);
            return;
        }

        await WriteAsync(http, form, FormPage.State.Empty(Kept(http)), nonce);
    }

    private static Task WriteAsync(HttpContext http, LeadForm form, FormPage.State state, string nonce) =>
        http.Response.WriteAsync(FormPage.Write(form, http.Workspace().Schema["leads"], FormToken.Make(Box(http), form.Id, http.Workspace().Now), state, nonce), http.RequestAborted);

    /// <summary>Where the visitor came from goes on with the answer: three known words, nothing else of the address.</summary>
    private static string Kept(HttpContext http)
    {
        var kept = new[] { "utm_campaign", "utm_medium", "page" }.Select(name => (name, Value: http.Request.Query[name].ToString())).Where(pair => pair.Value.Length is > 0 and <= 500).ToList();
        return kept.Count == 0 ? "" : "?" + string.Join('&', kept.Select(pair => $"{pair.name}={Uri.EscapeDataString(pair.Value)}"));
    }

    /// <summary>Headers of a page for strangers: its own script and style alone, framed by those in the list alone, by nobody where there is none.</summary>
    private static string Headers(HttpContext http, LeadForm? form)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var headers = http.Response.Headers;
        var framedBy = form is { Origins.Count: > 0 } ? "'self' " + string.Join(' ', form.Origins) : "'none'";
        if (framedBy != "'none'")
        {
            headers.Remove("X-Frame-Options");
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        headers["Content-Security-Policy"] = $"default-src 'none'; script-src 'self'; style-src 'nonce-{nonce}'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {framedBy}";
        http.Response.ContentType = "text/html; charset=utf-8";
        return nonce;
    }

    private static async Task TakeAsync(HttpContext http, string key)
    {
        if (http.Request.ContentLength is > LargestBody)
        {
            throw new RefusedException(new Refusal(413, "too-large", ("内容太大", "The content is too large")));
        }

        if (await FindAsync(http, key) is not { } form)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        Admit(http, form);
        var json = http.Request.HasJsonContentType();
        var sent = await ReadAsync(http, json);
        string Given(string name) => sent.GetValueOrDefault(name) ?? "";
        string? From(string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : sent.GetValueOrDefault(name);
        var consented = Given("consent") is "yes" or "on" or "true";
        var answer = new FormAnswer(sent, Given("token"), Given("proof"), Given("homepage2"), consented, From("utm_campaign"), From("utm_medium"), From("page"), http.Place().Holder);
        try
        {
            await SubmitForm.RunAsync(http.Workspace(), Box(http), form, answer, http.RequestAborted);
        }
        catch (RefusedException refused) when (!json && refused.Refusal.Status is 409 or 422 or 429)
        {
            // The page again with what was typed, what is wrong, and a fresh token.
            var language = form.Text("language")!;
            var errors = refused.Refusal.Errors?.ToDictionary(pair => pair.Key, pair => string.Join(" ", pair.Value.Select(label => label.In(language))), StringComparer.Ordinal) ?? [];
            var nonce = Headers(http, form);
            http.Response.StatusCode = refused.Refusal.Status;
            await WriteAsync(http, form, new FormPage.State(sent, errors, errors.Count == 0 ? (refused.Refusal.Detail ?? refused.Refusal.Title).In(language) : null, consented, Kept(http)), nonce);
            return;
        }

        if (json)
        {
            await http.JsonAsync(writer => writer.WriteString("thanks", form.Text("thanks") ?? FormPage.Word("thanks", form.Text("language")!)));
            return;
        }

        var page = Headers(http, form);
        await http.Response.WriteAsync(FormPage.Thanks(form, page), http.RequestAborted);
    }

    /// <summary>A page of another site may write only when it stands in the list; a program says no origin.</summary>
    private static void Admit(HttpContext http, LeadForm form)
    {
        var origin = http.Request.Headers.Origin.ToString();
        http.Response.Headers.Vary = "Origin";
        if (origin.Length == 0 || origin == http.Home() || origin == $"{http.Request.Scheme}://{http.Request.Host}")
        {
            return;
        }

        if (!form.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedException(new Refusal(403, "foreign-origin", ("这个网站不在表单的允许列表中", "This site is not in the form's list")));
        }

        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    private static async Task PreflightAsync(HttpContext http, string key)
    {
        if (await FindAsync(http, key) is not { } form)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        Admit(http, form);
        http.Response.Headers.AccessControlAllowMethods = "POST";
        http.Response.Headers.AccessControlAllowHeaders = "content-type";
        http.Response.Headers.AccessControlMaxAge = "600";
        http.Response.StatusCode = 204;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(HttpContext http, bool json)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (body.Length + read > LargestBody)
            {
                throw new RefusedException(new Refusal(413, "too-large", ("内容太大", "The content is too large")));
            }

            body.Write(buffer, 0, read);
        }

        if (json && body.Length > 0)
        {
            try
            {
                JsonWords.Check(body.GetBuffer().AsSpan(0, (int)body.Length));
            }
            catch (JsonException)
            {
                // Said below, where it is read.
            }
        }

        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json)
        {
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
                foreach (var property in document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject().ToArray() : [])
                {
                    values[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                }
            }
            catch (JsonException)
            {
                throw new RefusedException(Refusal.Malformed(("JSON 无法读取", "The JSON cannot be read")));
            }
        }
        else
        {
            foreach (var (name, value) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text))
            {
                values[name] = value.ToString();
            }
        }

        foreach (var (name, value) in values.Where(pair => pair.Value.Contains('\0', StringComparison.Ordinal)).ToList())
        {
            values[name] = value.Replace("\0", "", StringComparison.Ordinal);
        }

        return values;
    }
}
