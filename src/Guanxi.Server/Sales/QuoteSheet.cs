using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Language;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Quotes;

namespace Guanxi.Server.Sales;

/// <summary>A quote as its page shows it: record, lines with stock, sums, the rules it breaks, what colleagues offer, links and answers.</summary>
internal static class QuoteSheet
{
    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Workspace workspace, Actor actor, Quote quote, CancellationToken cancel)
    {
        var lines = await QuoteLines.OfAsync(session, actor.Schema, quote.Id, cancel);
        var titles = await RecordStore.TitlesAsync(session, actor, lines.Append(quote), workspace.Now, cancel);
        var facts = await ProductFacts.ReadAsync(session, [.. lines.Select(line => line.Reference("product")).OfType<Guid>().Distinct()], cancel);
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        writer.WritePropertyName("quote");
        RecordJson.WriteRecord(writer, actor, quote, titles, workspace.Now);
        WriteLines(writer, actor, quote, lines, facts, titles);
        WriteSums(writer, actor, quote, lines);
        var context = new SaveContext(session, actor, workspace.Clock, new HashSet<string>());
        await WriteRulesAsync(writer, context, quote, lines, cancel);
        await WriteLinksAsync(writer, session, actor, quote, cancel);
        if (await ApprovalRequests.OpenAsync(session, Quote.Kind, quote.Id, cancel: cancel) is { } approval && (await ApprovalReading.VisibleAsync(session, actor, [approval], workspace.Now, cancel)).Count > 0)
        {
            writer.WriteString("approval", approval);
        }

        writer.WriteBoolean("mayEdit", await RecordStore.ExistsAsync(session, actor, quote.Type, quote.Id, Verb.Edit, workspace.Now, cancel: cancel));
        writer.WriteEndObject();
    }

    /// <summary>Lines and sums that stand in no table.</summary>
    public static void WritePriced(Utf8JsonWriter writer, Actor actor, Quote quote, List<Record> lines, QuoteTotals totals)
    {
        (quote["amount"], quote["tax"]) = (new Money(totals.Total, quote.Text("currency")!), new Money(totals.Tax, quote.Text("currency")!));
        WriteLines(writer, actor, quote, lines, [], new Dictionary<Guid, string>());
        WriteSums(writer, actor, quote, lines);
    }

    private static void WriteLines(Utf8JsonWriter writer, Actor actor, Quote quote, List<Record> lines, Dictionary<Guid, ProductFact> facts, IReadOnlyDictionary<Guid, string> titles)
    {
        var (products, type) = (actor.Schema["products"], actor.Schema["quote-lines"]);
        var (prices, margins) = (MayRead("net", "quantity"), MayRead("net", "tax", "quantity", "unitCost"));
        writer.WriteStartArray("lines");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            RecordJson.WriteFields(writer, actor, line, titles);
            if (line.Reference("product") is { } product && facts.GetValueOrDefault(product) is { } fact)
            {
                writer.WriteString("code", actor.Reads(products, products["code"]) ? fact.Code : null);
                if (fact.Stock is { } stock && actor.Reads(products, products["stock"]))
                {
                    writer.WriteNumber("stock", stock);
                    writer.WriteString("stockSource", fact.StockSource);
                }
            }

            if (prices)
            {
                writer.WriteStartObject("netPrice");
                writer.WriteString("amount", new Money(decimal.Round(QuoteLine.NetPrice(line), 4, MidpointRounding.AwayFromZero), quote.Text("currency")!).AmountText);
                writer.WriteString("currency", quote.Text("currency"));
                writer.WriteEndObject();
            }

            if (margins && QuoteLine.Margin(line, quote["taxIncluded"] is true) is { } margin)
            {
                writer.WriteNumber("margin", decimal.Round(margin, 2, MidpointRounding.AwayFromZero));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        bool MayRead(params string[] names) => names.All(name => actor.Reads(type, type[name]));
    }

    private static void WriteSums(Utf8JsonWriter writer, Actor actor, Quote quote, List<Record> lines)
    {
        var lineType = actor.Schema["quote-lines"];
        if (!actor.Reads(quote.Type, quote.Type["amount"]) || !actor.Reads(lineType, lineType["total"]))
        {
            return;
        }

        var (amount, tax, currency) = ((Money)quote["amount"]!, (Money)quote["tax"]!, quote.Text("currency")!);
        var (sum, net) = (lines.Sum(line => ((Money)line["total"]!).Amount), lines.Sum(line => ((Money)line["net"]!).Amount));
        writer.WriteStartObject("sums");
        foreach (var (name, value) in new[] { ("sum", sum), ("reduction", sum - net), ("net", net), ("tax", tax.Amount), ("total", amount.Amount) })
        {
            writer.WriteString(name, new Money(value, currency).AmountText);
        }

        writer.WriteString("currency", currency);
        writer.WriteNumber("decimals", MinorUnits.Of(currency));
        if (currency == "CNY")
        {
            writer.WriteString("capitals", RmbCapitals.Write(amount.Amount, withPrefix: true));
        }

        writer.WriteEndObject();
    }

    private static async ValueTask WriteRulesAsync(Utf8JsonWriter writer, SaveContext context, Quote quote, List<Record> lines, CancellationToken cancel)
    {
        var (actor, draft) = (context.Actor, quote.Status is "draft" or "pending");
        writer.WriteStartArray("breaches");
        var breaches = draft ? (await QuoteRules.CheckAsync(context, quote, lines, cancel)).Select(breach => (Kind: breach.Field is null || breach.For(actor) == breach.Label ? breach.Kind : "price", breach.Line, Label: breach.For(actor))).Distinct().ToList() : [];
        foreach (var (kind, line, label) in breaches)
        {
            if (kind == "price" && breaches.Any(other => line is null ? other.Line is not null : other.Line == line && other.Kind != "price"))
            {
                // That the price needs a word is said already, of the line and in words that tell more.
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            if (line is { } at)
            {
                writer.WriteNumber("line", at);
            }

            writer.WriteString("text", label.In(actor.Language));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        var guard = await PriceGuardRule.LoadAsync(context.Session, cancel);
        var others = draft ? await QuoteRules.ConflictsAsync(context, quote, lines, guard, cancel) : [];
        var visible = await PriceGuard.VisibleAsync(context.Session, actor, others, context.Now, cancel);
        writer.WriteStartObject("conflicts");
        writer.WriteString("rule", JsonNamingPolicy.CamelCase.ConvertName(guard.Rule.ToString()));
        writer.WriteStartArray("items");
        foreach (var other in others.Where(other => visible.Contains(other.Record)))
        {
            writer.WriteStartObject();
            writer.WriteString("type", other.Type);
            writer.WriteString("id", other.Record);
            writer.WriteString("number", other.Number);
            writer.WriteString("product", other.Product);
            writer.WriteString("owner", actor.Directory.Person(other.Owner)?.Name);
            writer.WriteString("on", other.On.ToString("yyyy-MM-dd"));
            var lineType = actor.Schema[other.Type == "quotes" ? "quote-lines" : "order-lines"];
            if (actor.Reads(lineType, lineType["unitPrice"]))
            {
                writer.WriteString("unitPrice", other.UnitPrice.AmountText);
                writer.WriteString("currency", other.UnitPrice.Currency);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();

        // Of what he may not see only that there is something, and whom to ask.
        writer.WriteStartArray("ask");
        foreach (var name in others.Where(other => !visible.Contains(other.Record)).Select(other => actor.Directory.Person(other.Owner)?.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal))
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async ValueTask WriteLinksAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Quote quote, CancellationToken cancel)
    {
        writer.WriteStartArray("links");
        foreach (var link in await QuoteLinks.OfAsync(session, quote.Id, cancel))
        {
            writer.WriteStartObject();
            writer.WriteString("id", link.Id);
            writer.WriteNumber("edition", link.Edition);
            writer.WriteString("receiver", link.Receiver);
            writer.WriteString("by", actor.Directory.Person(link.CreatedBy)?.Name);
            writer.WriteString("createdAt", Instant(link.CreatedAt));
            writer.WriteString("expiresAt", Instant(link.ExpiresAt));
            writer.WriteString("revokedAt", link.RevokedAt is { } revoked ? Instant(revoked) : null);
            writer.WriteNumber("views", link.Views);
            writer.WriteString("viewedAt", link.ViewedAt is { } viewed ? Instant(viewed) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("answers");
        foreach (var answer in await QuoteLinks.AnswersAsync(session, quote.Id, cancel))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", answer.Kind);
            writer.WriteString("name", answer.Name);
            writer.WriteString("words", answer.Words);
            writer.WriteNumber("edition", answer.Edition);
            writer.WriteString("at", Instant(answer.At));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Instant(DateTimeOffset at) => RecordJson.Instant(at.ToUnixTimeMilliseconds());
}
