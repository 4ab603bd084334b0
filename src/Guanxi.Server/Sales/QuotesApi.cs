using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>What quotes can do beyond the verbs of every noun: the grid as a whole, the way out of the house, editions, paper, links, the order.</summary>
public static class QuotesApi
{
    public static void MapQuotes(this RouteGroupBuilder api)
    {
        api.MapGet("/quotes/{id:guid}/sheet", SheetAsync);
        api.MapPut("/quotes/{id:guid}/lines", PutLinesAsync);
        api.MapPost("/quotes:price", PriceAsync);
        api.MapPost("/quotes/{id:guid}:submit", (HttpContext http, Guid id) => ChangeAsync(http, id, (context, body) => QuoteFlow.SubmitAsync(context, id, body.Word("reason"), Chosen(body), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/quotes/{id:guid}:send", (HttpContext http, Guid id) => ChangeAsync(http, id, (context, _) => QuoteFlow.SentAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/quotes/{id:guid}:revise", (HttpContext http, Guid id) => ChangeAsync(http, id, (context, _) => QuoteFlow.ReviseAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/quotes/{id:guid}:answer", (HttpContext http, Guid id) => ChangeAsync(http, id, (context, body) => QuoteFlow.AnswerAsync(context, id, body.Needed("answer"), body.Word("by"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/quotes/{id:guid}:order", OrderAsync).AnsweredOnce();
        api.MapGet("/quotes/{id:guid}/editions", EditionsAsync);
        api.MapGet("/quotes/{id:guid}/paper", PaperAsync);
        api.MapPost("/quotes/{id:guid}/links", LinkAsync);
        api.MapDelete("/quotes/{id:guid}/links/{share:guid}", UnlinkAsync);
        api.MapGet("/quotes/rules", RulesAsync);
        api.MapPut("/quotes/rules", ChangeRulesAsync);
        api.MapPost("/quotes/rules:preview", PreviewPaperAsync);
    }

    private static Dictionary<string, IReadOnlyList<Guid>> Chosen(JsonElement body)
    {
        var chosen = new Dictionary<string, IReadOnlyList<Guid>>(StringComparer.Ordinal);
        foreach (var step in body.ValueKind == JsonValueKind.Object && body.TryGetProperty("chosen", out var given) && given.ValueKind == JsonValueKind.Object ? given.EnumerateObject().ToList() : [])
        {
            chosen[step.Name] = step.Value.ValueKind == JsonValueKind.Array
                ? [.. step.Value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && Guid.TryParse(item.GetString(), out var id) ? id : throw new RefusedException(Refusal.Invalid("chosen", RecordRefusals.UnknownReference)))]
                : throw new RefusedException(Refusal.Invalid("chosen", ("每一步应为人员编号的数组", "Each step is an array of ids of people")));
        }

        return chosen;
    }

    private static async Task ChangeAsync(HttpContext http, Guid id, Func<SaveContext, JsonElement, Task<Record>> work)
    {
        var body = await http.OptionalBodyAsync();
        await http.Workspace().WriteAsync(http.Actor(), context => work(context, body), http.Confirmed(), http.RequestAborted);
        await AnswerAsync(http, id);
    }

    private static async Task PutLinesAsync(HttpContext http, Guid id)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var lines = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("lines", out var given) ? given : throw new RefusedException(Refusal.Invalid("lines", RecordChecks.Required));
        await http.Workspace().WriteAsync(actor, context => QuoteLines.PutAsync(context, id, lines, http.IfMatch(), http.RequestAborted), http.Confirmed(), http.RequestAborted);
        await AnswerAsync(http, id);
    }

    /// <summary>What lines would cost a customer; nothing is written.</summary>
    private static async Task PriceAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        var values = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("quote", out var quote) ? quote : throw new RefusedException(Refusal.Invalid("quote", RecordChecks.Required));
        var lines = body.TryGetProperty("lines", out var given) ? given : throw new RefusedException(Refusal.Invalid("lines", RecordChecks.Required));
        if (!actor.On(actor.Schema["quotes"]).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(actor.Schema["quotes"]));
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var context = new SaveContext(session, actor, workspace.Clock, http.Confirmed());
        var (priced, priceLines, totals) = await QuoteLines.TryAsync(context, values, lines, http.RequestAborted);
        await http.JsonAsync(writer => QuoteSheet.WritePriced(writer, actor, priced, priceLines, totals));
    }

    private static Task SheetAsync(HttpContext http, Guid id) => AnswerAsync(http, id);

    /// <summary>The quote with all that its page shows.</summary>
    private static async Task AnswerAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var quote = (Quote)await RecordStore.LoadAsync(session, actor, actor.Schema["quotes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        await RecordStore.ComputeAsync(session, quote, http.RequestAborted);
        http.Response.Headers.ETag = $"\"{quote.Version}\"";
        await http.JsonAsync(buffer => QuoteSheet.WriteAsync(buffer, session, workspace, actor, quote, http.RequestAborted));
    }

    private static async Task OrderAsync(HttpContext http, Guid id) =>
        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), context => QuoteOrders.MakeAsync(context, id, http.RequestAborted), http.Confirmed(), http.RequestAborted));

    private static async Task EditionsAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var quote = await RecordStore.LoadAsync(session, actor, actor.Schema["quotes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var (from, to) = (Number(http, "from"), Number(http, "to"));
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json);
            writer.WriteStartObject();
            await QuoteEditions.WriteAsync(writer, session, actor, id, http.RequestAborted);
            if (from is { } first)
            {
                await QuoteEditions.WriteDifferenceAsync(writer, session, actor, quote, first, to, http.RequestAborted);
            }

            writer.WriteEndObject();
        });
    }

    private static long? Number(HttpContext http, string name) => http.Request.Query[name].ToString() is not { Length: > 0 } text ? null
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and < 100_000 ? number
        : throw new RefusedException(Refusal.Invalid(name, ("应为版次", "This is the number of an edition")));

    private static async Task PaperAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var quote = await RecordStore.LoadAsync(session, actor, actor.Schema["quotes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);

        // Paper says all that a quote says to its customer: whoever may not read a price does not print it either.
        foreach (var (type, name) in new[] { ("quotes", "amount"), ("quote-lines", "unitPrice"), ("quote-lines", "description") })
        {
            if (!actor.Reads(actor.Schema[type], actor.Schema[type][name]))
            {
                throw new RefusedException(Refusal.Forbidden(new Label($"你不能查看“{actor.Schema[type][name].Label.ZhHans}”，所以不能打印", $"You may not read “{actor.Schema[type][name].Label.En}”, so you cannot print it")));
            }
        }

        var paper = await QuotePapers.MakeAsync(session, actor.Schema, actor.Directory, id, Number(http, "edition") ?? (long)quote["edition"]!, LanguageOf(http, actor.Language), quote.Text("status") == "draft" ? new Label("草稿", "DRAFT").In(LanguageOf(http, actor.Language)) : null, workspace.Now, http.RequestAborted);
        await SendAsync(http, paper, quote.Text("number")!);
    }

    internal static string LanguageOf(HttpContext http, string otherwise) => LanguageOf(http.Request.Query["language"].ToString(), otherwise);

    internal static string LanguageOf(string asked, string otherwise) => asked switch
    {
        "" => otherwise,
        "en" => "en",
        "zh-Hant" => "zh-Hant",
        "zh" or "zh-Hans" => "zh-Hans",
        _ => throw new RefusedException(Refusal.Invalid("language", ("应为 zh-Hans、zh-Hant 或 en", "This is zh-Hans, zh-Hant or en"))),
    };

    /// <param name="number">The name of the file, where it is one in ASCII.</param>
    internal static async Task SendAsync(HttpContext http, byte[] paper, string number)
    {
        http.Response.ContentType = "application/pdf";
        http.Response.Headers.ContentDisposition = new System.Net.Mime.ContentDisposition { FileName = $"{(number.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') ? number : "quote")}.pdf", Inline = true }.ToString();
        http.Response.ContentLength = paper.Length;
        await http.Response.Body.WriteAsync(paper, http.RequestAborted);
    }

    private static async Task LinkAsync(HttpContext http, Guid id)
    {
        var body = await http.OptionalBodyAsync();
        int? days = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("days", out var given) && given.ValueKind != JsonValueKind.Null ? given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var number) ? number : 0 : null;
        var mail = body.Word("email") is { Length: > 0 } address ? http.RequestServices.GetRequiredService<CustomerMail>().Demand(address) : null;
        var (link, secret) = await http.Workspace().WriteAsync(http.Actor(), context => QuoteLinks.MakeAsync(context, id, body.Word("receiver"), days, body.Word("language"), http.RequestAborted), http.Confirmed(), http.RequestAborted);
        var url = $"{http.Home()}/offer/{secret}";
        bool? mailed = mail is null ? null : await MailAsync(http, link, mail, url, body.Word("message"));
        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("id", link.Id);
                writer.WriteString("url", url);
                writer.WriteString("expiresAt", Guanxi.Platform.Lists.RecordJson.Instant(link.ExpiresAt.ToUnixTimeMilliseconds()));
                if (mailed is { } sent)
                {
                    writer.WriteBoolean("mailed", sent);
                }
            },
            201);
    }

    /// <summary>The link is made either way, and the page says what became of the mail.</summary>
    private static async Task<bool> MailAsync(HttpContext http, QuoteLink link, string address, string url, string? message)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var quote = (await RecordStore.FindAsync(session, actor.Schema["quotes"], link.Quote, http.RequestAborted))!;
        var company = (await Settings.ReadAsync(session, http.RequestAborted)).CompanyName;
        var until = link.ExpiresAt.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var invitation = new Label($"请在 {until} 之前查看报价：", $"Please see our quotation until {until}:").In(link.Language);
        return await http.RequestServices.GetRequiredService<CustomerMail>().SendAsync(address, $"{company} {quote.Text("number")} {quote.Text("name")}", message, $"{invitation}\n{url}\n\n{actor.Person.Name}\n{company}\n", null, http.RequestAborted);
    }

    private static async Task UnlinkAsync(HttpContext http, Guid id, Guid share)
    {
        await http.Workspace().WriteAsync(http.Actor(), context => QuoteLinks.RevokeAsync(context, id, share, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task RulesAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageCatalogue);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var (guard, template, logo) = (await PriceGuardRule.LoadAsync(session, http.RequestAborted), await QuoteTemplate.LoadAsync(session, http.RequestAborted), await QuoteTemplate.LogoAsync(session, http.RequestAborted));
        await http.JsonAsync(writer =>
        {
            writer.WritePropertyName("guard");
            writer.WriteRawValue(guard.Write());
            writer.WritePropertyName("template");
            writer.WriteRawValue(template.Write());
            writer.WriteStartArray("columns");
            foreach (var column in QuoteTemplate.KnownColumns)
            {
                writer.WriteStringValue(column);
            }

            writer.WriteEndArray();
            writer.WriteString("logo", logo);
        });
    }

    /// <summary>A sample quote in words that are not saved yet: a PDF, or with <c>as=pages</c> its pages as drawings for a page to show.</summary>
    private static async Task PreviewPaperAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageCatalogue);
        var body = await http.BodyAsync();
        var template = QuoteTemplate.Parse(body.ValueKind == JsonValueKind.Object && body.TryGetProperty("template", out var words) ? words : throw new RefusedException(Refusal.Invalid("template", RecordChecks.Required)));
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        template = template with { Logo = QuoteTemplate.PictureOf(body.TryGetProperty("logo", out _) ? body.Word("logo") : await QuoteTemplate.LogoAsync(session, http.RequestAborted)) };
        var (pdf, pages) = await QuotePapers.TryAsync(session, actor, template, LanguageOf(http, actor.Language), http.Workspace().Now, http.RequestAborted);
        if (http.Request.Query["as"] != "pages")
        {
            await SendAsync(http, pdf, "sample");
            return;
        }

        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("pages");
            foreach (var page in pages)
            {
                writer.WriteStringValue(page);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Changes the guard against contradicting prices, the words of the paper, its logo, or several of them.</summary>
    private static async Task ChangeRulesAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageCatalogue);
        var body = await http.BodyAsync();
        var guard = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("guard", out var given) ? PriceGuardRule.Parse(given) : null;
        var template = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("template", out var words) ? QuoteTemplate.Parse(words) : null;
        var hasLogo = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("logo", out _);
        var logo = hasLogo ? body.Word("logo") : null;
        var picture = QuoteTemplate.PictureOf(logo);
        await http.Workspace().WriteAsync(
            http.Actor(),
            async context =>
            {
                if (hasLogo)
                {
                    // The ledger knows that it changed and how large it is; it is no place for pictures.
                    context.Note("settings.change", null, null, $"{{\"quoteLogo\":[null,{(picture is null ? "null" : $"\"{picture.Width} × {picture.Height}\"")}]}}");
                    await Settings.PutAsync(context.Session, QuoteTemplate.LogoSetting, logo, http.RequestAborted);
                }

                if (guard is not null)
                {
                    context.Note("settings.change", null, null, $"{{\"priceGuard\":[{(await PriceGuardRule.LoadAsync(context.Session, http.RequestAborted)).Write()},{guard.Write()}]}}");
                    await Settings.PutAsync(context.Session, PriceGuardRule.Setting, guard.Write(), http.RequestAborted);
                }

                if (template is not null)
                {
                    context.Note("settings.change", null, null, $"{{\"quoteTemplate\":[{(await QuoteTemplate.LoadAsync(context.Session, http.RequestAborted)).Write()},{template.Write()}]}}");
                    await Settings.PutAsync(context.Session, QuoteTemplate.Setting, template.Write(), http.RequestAborted);
                }
            },
            cancel: http.RequestAborted);
        await RulesAsync(http);
    }
}
