using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>The lines of a quote as one thing: written as a whole, added up as a whole.</summary>
public static class QuoteLines
{
    public const int Most = 1000;

    /// <summary>In the order in which the customer reads them.</summary>
    public static async ValueTask<List<Record>> OfAsync(DatabaseSession session, Schema schema, Guid quote, CancellationToken cancel = default) =>
        [.. await SearchIndex.ReadAsync(session, schema["quote-lines"], Sql.Of($"t.quote_id = {quote} AND t.deleted_at IS NULL ORDER BY t.position, t.seq"), cancel)];

    /// <summary>The quote, if the actor may change it and it has not left the house.</summary>
    internal static async ValueTask<Quote> DemandAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var quote = context.Actor.IsSystem ? (Quote?)await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel) : (Quote)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["quotes"], id, Verb.Edit, context.Now, cancel: cancel);
        return quote is null ? throw new RefusedException(Refusal.NotFound) : quote.Status == "draft" ? quote : throw new RefusedException(QuoteRefusals.Locked);
    }

    /// <summary>Makes the lines of a quote those given, in that order: lines with an id are changed, those without are added, those not named go to the bin.</summary>
    /// <exception cref="RefusedException">Something is wrong with a line; the field says which, as <c>lines.3.quantity</c>, and nothing is written.</exception>
    public static async Task<Record> PutAsync(SaveContext context, Guid id, JsonElement lines, long? expected = null, CancellationToken cancel = default)
    {
        var quote = await DemandAsync(context, id, cancel);
        if (expected is { } version && version != quote.Version)
        {
            throw new RefusedException(RecordRefusals.Conflict);
        }

        var type = context.Schema["quote-lines"];
        if (!context.Actor.On(type).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        // The quote's own row first: of two who write its lines at once the second waits, and then sees the version move.
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote SET seq = seq WHERE id = {id}"), cancel);
        var before = (await OfAsync(context.Session, context.Schema, id, cancel)).ToDictionary(line => line.Id);
        var (wanted, totals) = await PriceAsync(context, quote, lines, before, cancel);
        foreach (var line in wanted)
        {
            if (line.IsNew)
            {
                await context.InsertAsync(line, cancel);
            }
            else
            {
                await context.UpdateAsync(line, cancel: cancel);
            }
        }

        foreach (var gone in before.Values.Where(line => !wanted.Contains(line)))
        {
            ((QuoteLine)gone).Prepared = true;
            await context.SetDeletedAsync(gone, deleted: true, cancel);
        }

        await WriteAsync(context, quote, wanted, totals, cancel);
        return quote;
    }

    /// <summary>What a customer would be quoted for these lines; nothing is written.</summary>
    /// <param name="values">Fields of a quote that says to whom, in which currency, with which discount.</param>
    public static async ValueTask<(Quote Quote, List<Record> Lines, QuoteTotals Totals)> TryAsync(SaveContext context, JsonElement values, JsonElement lines, CancellationToken cancel = default)
    {
        var type = context.Schema["quotes"];
        var quote = (Quote)type.Create(type);
        await RecordStore.FillAsync(context.Session, context.Actor, quote, values, context.Now, cancel);
        if (quote.Reference("customer") is null)
        {
            throw new RefusedException(Refusal.Invalid("customer", RecordChecks.Required));
        }

        (quote["name"], quote["number"]) = (quote["name"] ?? "–", "–");
        await quote.PrepareAsync(context);
        var (priced, totals) = await PriceAsync(context, quote, lines, [], cancel);
        return (quote, priced, totals);
    }

    private static async ValueTask<(List<Record> Lines, QuoteTotals Totals)> PriceAsync(SaveContext context, Quote quote, JsonElement lines, Dictionary<Guid, Record> before, CancellationToken cancel)
    {
        if (lines.ValueKind != JsonValueKind.Array || lines.GetArrayLength() > Most)
        {
            throw new RefusedException(Refusal.Invalid("lines", new Label($"请给出明细数组，最多 {Most} 行", $"Give an array of at most {Most} lines")));
        }

        var wanted = new List<Record>();
        foreach (var given in lines.EnumerateArray())
        {
            wanted.Add(await ReadAsync(context, quote, context.Schema["quote-lines"], given, before, wanted.Count, cancel));
        }

        await QuotePricing.FillAsync(context, quote, wanted, cancel);
        for (var i = 0; i < wanted.Count; i++)
        {
            await WithinAsync(i, () =>
            {
                QuotePricing.Check(wanted[i], quote.Text("currency")!);
                LinePricing.AddUp(wanted[i]);
                return ValueTask.CompletedTask;
            });
        }

        return (wanted, Total(quote, wanted).Totals);
    }

    private static async ValueTask<Record> ReadAsync(SaveContext context, Quote quote, RecordType type, JsonElement given, Dictionary<Guid, Record> before, int at, CancellationToken cancel)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Invalid($"lines.{at}", ("每一行应为 JSON 对象", "Each line is a JSON object")));
        }

        Record? line = null;
        if (given.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
        {
            line = Guid.TryParse(id.GetString(), out var known) ? before.GetValueOrDefault(known) : null;
            if (line is null)
            {
                throw new RefusedException(Refusal.Invalid($"lines.{at}.id", RecordRefusals.UnknownReference));
            }
        }

        line ??= type.Create(type);
        if (line.IsNew)
        {
            line.Id = Guid.CreateVersion7(context.Now);
            (line["quote"], line["customer"]) = (quote.Id, quote.Reference("customer"));

            // What ChildAccess would ask for each line: whose the customer is.
            (line["owner"], line["accessOwner"]) = (quote["accessOwner"], quote["accessOwner"]);
        }

        ((QuoteLine)line).Prepared = true;
        await WithinAsync(at, async () => await RecordStore.FillAsync(context.Session, context.Actor, line, given, context.Now, cancel));
        line["position"] = (long)at + 1;
        return line;
    }

    /// <summary>Says of what is wrong with a line which line it is.</summary>
    private static async ValueTask WithinAsync(int at, Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (RefusedException refused) when (refused.Refusal.Errors is { } errors)
        {
            throw new RefusedException(Refusal.Invalid(errors.ToDictionary(error => $"lines.{at}.{error.Key}", error => error.Value, StringComparer.Ordinal)) with
            {
                Detail = new Label($"第 {at + 1} 行：{refused.Refusal.Detail?.ZhHans}", $"Line {at + 1}: {refused.Refusal.Detail?.En}"),
            });
        }
    }

    /// <summary>Adds a quote up anew after one line, or its own discount, has changed.</summary>
    internal static async ValueTask RetotalAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        if (await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel) is not Quote quote)
        {
            return;
        }

        var lines = await OfAsync(context.Session, context.Schema, id, cancel);
        var (totals, changed) = Total(quote, lines);
        foreach (var line in changed)
        {
            ((QuoteLine)line).Prepared = true;
            await context.UpdateAsync(line, cancel: cancel);
        }

        await WriteAsync(context, quote, lines, totals, cancel);
    }

    /// <summary>Puts net and tax into the lines.</summary>
    internal static (QuoteTotals Totals, List<Record> Changed) Total(Record quote, IReadOnlyList<Record> lines)
    {
        var currency = quote.Text("currency")!;
        var totals = QuoteTotals.Of(
            [.. lines.Select(line => new LineInput((decimal)line["quantity"]!, ((Money)line["unitPrice"]!).Amount, (decimal?)line["discount"] ?? 0, (decimal?)line["taxRate"] ?? 0))], (decimal?)quote["discount"] ?? 0, quote["taxIncluded"] is true, currency);
        if (totals.Total > Money.Largest)
        {
            throw new RefusedException(Refusal.Invalid("quantity", ("明细合计过大", "The lines add up to too much")));
        }

        for (var i = 0; i < lines.Count; i++)
        {
            (lines[i]["total"], lines[i]["net"], lines[i]["tax"]) = (new Money(totals.Lines[i].Total, currency), new Money(totals.Lines[i].Net, currency), new Money(totals.Lines[i].Tax, currency));
        }

        return (totals, [.. lines.Where(line => line.Changes().Any())]);
    }

    /// <summary>A line as a contract or an order says it: tax is in the price, both discounts are one, and the total is what the customer pays for it, to the cent.</summary>
    internal static (Money UnitPrice, decimal? Discount, Money Total) Agreed(Record line, bool taxIncluded)
    {
        var (price, net, tax) = ((Money)line["unitPrice"]!, (Money)line["net"]!, (Money)line["tax"]!);
        var total = taxIncluded ? net.Amount : net.Amount + tax.Amount;
        var unit = taxIncluded ? price.Amount : decimal.Round(price.Amount * (1 + (((decimal?)line["taxRate"] ?? 0) / 100)), 4, MidpointRounding.AwayFromZero);
        var gross = (decimal)line["quantity"]! * unit;

        // Rounding of tax may come to a cent above the price, which is no discount; a column keeps no more than twelve digits of one.
        return (price with { Amount = unit }, gross > total ? decimal.Round(100 * (1 - (total / gross)), 12) : null, net with { Amount = total });
    }

    private static async ValueTask WriteAsync(SaveContext context, Quote quote, IReadOnlyList<Record> lines, QuoteTotals totals, CancellationToken cancel)
    {
        var currency = quote.Text("currency")!;
        (quote["amount"], quote["tax"]) = (new Money(totals.Total, currency), new Money(totals.Tax, currency));
        var revenue = quote["taxIncluded"] is true ? totals.Net - totals.Tax : totals.Net;
        decimal? cost = lines.Count > 0 && lines.All(line => line["unitCost"] is Money) ? MinorUnits.Round(lines.Sum(line => (decimal)line["quantity"]! * ((Money)line["unitCost"]!).Amount), currency) : null;
        quote["cost"] = cost is { } known and <= Money.Largest ? new Money(known, currency) : null;
        quote["margin"] = quote["cost"] is Money and var spent && revenue > 0 ? decimal.Round(100 * (revenue - ((Money)spent).Amount) / revenue, 2, MidpointRounding.AwayFromZero) : null;
        if (quote.Changes().Any())
        {
            await context.UpdateAsync(quote, cancel: cancel);
        }
    }
}
