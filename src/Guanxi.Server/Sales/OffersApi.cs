using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Language;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Sales;

/// <summary>
/// What a customer sees and says by a link, without signing in. A link that is wrong, over or taken back answers the same; tries are slowed down by address; nothing here is to be found by search engines.
/// </summary>
public static class OffersApi
{
    public static void MapOffers(this RouteGroupBuilder api)
    {
        api.MapGet("/offers/{secret}", GetAsync);
        api.MapGet("/offers/{secret}/paper", PaperAsync);
        api.MapPost("/offers/{secret}:accept", (HttpContext http, string secret) => AnswerAsync(http, secret, "accept"));
        api.MapPost("/offers/{secret}:decline", (HttpContext http, string secret) => AnswerAsync(http, secret, "decline"));
        api.MapPost("/offers/{secret}:comment", (HttpContext http, string secret) => AnswerAsync(http, secret, "comment"));
    }

    /// <summary>The link, after a try was taken from the caller's budget; a right one is given back.</summary>
    private static async Task<QuoteLink> OpenAsync(HttpContext http, string secret)
    {
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        var workspace = http.Workspace();
        var budget = new Budget($"offer {http.Place().Address}", 30, TimeSpan.FromSeconds(20));
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [budget], http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var link = secret.Length <= 64 ? await QuoteLinks.OpenAsync(session, secret, workspace.Now, http.RequestAborted) : null;
        if (link is null)
        {
            throw new RefusedException(new Refusal(404, "not-found", ("链接无效或已过期，请联系给你报价的人", "This link is not valid or has ended; ask whoever sent it")));
        }

        await Throttle.GiveBackAsync(workspace.Database, [budget], http.RequestAborted);
        return link;
    }

    private static async Task GetAsync(HttpContext http, string secret)
    {
        var link = await OpenAsync(http, secret);
        await http.Workspace().Database.WriteAsync(
            async session =>
            {
                await QuoteLinks.SeenAsync(session, link, http.Workspace().Now, http.RequestAborted);
                return true;
            },
            http.RequestAborted);
        await WriteAsync(http, link);
    }

    private static async Task WriteAsync(HttpContext http, QuoteLink link)
    {
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var (quote, lines) = await QuoteEditions.ReadAsync(session, workspace.Schema, link.Quote, link.Edition, http.RequestAborted);
        var names = await QuotePapers.NamesAsync(session, workspace.Directory, quote, lines, http.RequestAborted);
        var (status, acceptedBy) = await session.FirstAsync(Sql.Of($"SELECT status, accepted_by FROM quote WHERE id = {link.Quote}"), row => (row.Text(0), row.OptionalText(1)), http.RequestAborted);
        var words = (await QuoteTemplate.LoadAsync(session, http.RequestAborted)).In(link.Language);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("language", link.Language);
            writer.WriteString("title", words.Title);
            writer.WriteString("company", names.Company);
            writer.WriteString("customer", names.Customer);
            writer.WriteString("seller", names.Owner);
            writer.WriteString("watermark", Watermark(link, names));
            writer.WriteString("number", quote.Text("number"));
            writer.WriteString("name", quote.Text("name"));
            writer.WriteString("status", status is "contracted" or "ordered" ? "accepted" : status);
            writer.WriteString("acceptedBy", acceptedBy);
            writer.WriteString("expiresAt", RecordJson.Instant(link.ExpiresAt.ToUnixTimeMilliseconds()));
            foreach (var name in new[] { "quotedOn", "validUntil", "paymentTerms", "deliveryTerms", "note" })
            {
                writer.WriteString(name, quote[name] is DateOnly day ? day.ToString("yyyy-MM-dd") : quote[name] as string);
            }

            writer.WriteBoolean("taxIncluded", quote["taxIncluded"] is true);
            WriteMoney(writer, "amount", quote["amount"]);
            WriteMoney(writer, "tax", quote["tax"]);
            if (quote.Text("currency") == "CNY" && link.Language != "en")
            {
                writer.WriteString("capitals", RmbCapitals.Write(((Money)quote["amount"]!).Amount, withPrefix: true));
            }

            writer.WriteStartArray("lines");
            foreach (var line in lines)
            {
                writer.WriteStartObject();
                var english = link.Language == "en" && line.Reference("product") is { } product && names.ProductNames.TryGetValue(product, out var known) ? known.NameEn : null;
                writer.WriteString("description", english ?? line.Text("description"));
                writer.WriteNumber("quantity", (decimal)line["quantity"]!);
                writer.WriteString("unit", line.Text("unit"));
                WriteMoney(writer, "unitPrice", line["unitPrice"]);
                WriteMoney(writer, "net", line["net"]);
                if (line["discount"] is decimal discount)
                {
                    writer.WriteNumber("discount", discount);
                }

                if (line["leadDays"] is long days)
                {
                    writer.WriteNumber("leadDays", days);
                }

                writer.WriteString("remark", line.Text("remark"));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteMoney(Utf8JsonWriter writer, string name, object? value)
    {
        if (value is Money money)
        {
            writer.WriteStartObject(name);
            writer.WriteString("amount", money.AmountText);
            writer.WriteString("currency", money.Currency);
            writer.WriteEndObject();
        }
    }

    private static string Watermark(QuoteLink link, QuoteNames names) => $"{link.Receiver ?? names.Customer} {link.CreatedAt:yyyy-MM-dd}";

    private static async Task PaperAsync(HttpContext http, string secret)
    {
        var link = await OpenAsync(http, secret);
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var (quote, lines) = await QuoteEditions.ReadAsync(session, workspace.Schema, link.Quote, link.Edition, http.RequestAborted);
        var names = await QuotePapers.NamesAsync(session, workspace.Directory, quote, lines, http.RequestAborted);
        await QuotesApi.SendAsync(http, QuotePaper.Write(quote, lines, await QuoteTemplate.LoadAsync(session, http.RequestAborted), names, link.Language, Watermark(link, names), workspace.Now), quote.Text("number")!);
    }

    private static async Task AnswerAsync(HttpContext http, string secret, string kind)
    {
        var link = await OpenAsync(http, secret);
        var (workspace, body) = (http.Workspace(), await http.OptionalBodyAsync());
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [new Budget($"offer answer {link.Id}", 10, TimeSpan.FromMinutes(2))], http.RequestAborted);
        await workspace.WriteAsync(workspace.System("offer"), context => QuoteLinks.AnswerAsync(context, secret, kind, body.Word("name"), body.Word("words"), http.Place().Address, http.RequestAborted), cancel: http.RequestAborted);
        await WriteAsync(http, link);
    }
}
