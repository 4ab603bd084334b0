using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Documents;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>Gathers what stands on a printed quote.</summary>
public static class QuotePapers
{
    /// <param name="edition">Which; one that was not kept yet is the draft as it stands.</param>
    /// <param name="watermark">For whom it is; null for none.</param>
    public static async ValueTask<byte[]> MakeAsync(DatabaseSession session, Schema schema, Platform.Access.Directory directory, Guid id, long edition, string language, string? watermark, DateTimeOffset now, CancellationToken cancel = default)
    {
        var (quote, lines) = await QuoteEditions.ReadAsync(session, schema, id, edition, cancel);
        return QuotePaper.Write(quote, lines, await QuoteTemplate.LoadAsync(session, cancel), await NamesAsync(session, directory, quote, lines, cancel), language, watermark, now);
    }

    /// <summary>A made-up quote in a template that is being written, so that its words can be judged before a customer reads them.</summary>
    public static async ValueTask<(byte[] Pdf, IReadOnlyList<string> Pages)> TryAsync(DatabaseSession session, Actor actor, QuoteTemplate template, string language, DateTimeOffset now, CancellationToken cancel = default)
    {
        var (schema, english, today) = (actor.Schema, language == "en", actor.Today(now));
        var (quoteType, lineType) = (schema["quotes"], schema["quote-lines"]);
        var quote = (Quote)quoteType.Create(quoteType);
        (quote["number"], quote["name"], quote["currency"], quote["edition"]) = ("BJ-0001", english ? "Desktop printers for the Wuhan plant" : "武汉工厂桌面打印机", "CNY", 1L);
        (quote["quotedOn"], quote["validUntil"], quote["taxIncluded"]) = (today, today.AddDays(30), true);
        (quote["paymentTerms"], quote["deliveryTerms"]) = english ? ("30 % in advance, the rest within 30 days of delivery", "To the customer's gate") : ("预付 30%，货到 30 天内付清余款", "送货至客户工厂");
        var lines = new List<Record>();
        var tax = 0m;
        foreach (var (name, quantity, price, discount) in new[] { (english ? "Label printer HX-200, 203 dpi" : "标签打印机 HX-200（203 dpi）", 12m, 2680m, 5m), (english ? "Thermal paper, 100 × 150 mm" : "热敏标签纸 100 × 150 mm", 200m, 18.5m, 0m), (english ? "Installation and training" : "安装与培训", 1m, 3000m, 0m) })
        {
            var line = lineType.Create(lineType);
            var net = decimal.Round(quantity * price * (100 - discount) / 100, 2, MidpointRounding.AwayFromZero);
            tax += decimal.Round(net * 13 / 113, 2, MidpointRounding.AwayFromZero);
            (line["description"], line["quantity"], line["unit"], line["unitPrice"]) = (name, quantity, english ? "pc" : "台", new Money(price, "CNY"));
            (line["discount"], line["taxRate"], line["net"], line["total"], line["leadDays"]) = (discount, 13m, new Money(net, "CNY"), new Money(net, "CNY"), 7L);
            lines.Add(line);
        }

        (quote["amount"], quote["tax"]) = (new Money(lines.Sum(line => ((Money)line["net"]!).Amount), "CNY"), new Money(tax, "CNY"));
        var company = (await Settings.ReadAsync(session, cancel)).CompanyName;
        var names = new QuoteNames(company, english ? "Wuhan Haiming Technology Co., Ltd." : "武汉海明智业电子商务有限公司", english ? "Ms Wang" : "王经理", actor.Person.Name, new Dictionary<Guid, (string Code, string? NameEn)>());
        var drawing = new SvgPages();
        return (QuotePaper.Write(quote, lines, template, names, language, english ? "SAMPLE" : "样张", now, drawing), drawing.Pages(595, 842));
    }

    public static async ValueTask<QuoteNames> NamesAsync(DatabaseSession session, Platform.Access.Directory directory, Quote quote, IReadOnlyList<Record> lines, CancellationToken cancel = default)
    {
        var products = (await session.ListAsync(
            new Sql().Append("SELECT id, code, name_en FROM product WHERE id IN ").List(lines.Select(line => line.Reference("product")).OfType<Guid>().Distinct()), row => (Id: row.Id(0), Code: row.Text(1), NameEn: row.OptionalText(2)), cancel)).ToDictionary(product => product.Id, product => (product.Code, product.NameEn));
        var customer = await session.FirstAsync(Sql.Of($"SELECT name FROM customer WHERE id = {quote.Reference("customer")}"), row => row.Text(0), cancel);
        var contact = quote.Reference("contact") is { } person ? await session.FirstAsync(Sql.Of($"SELECT name FROM contact WHERE id = {person}"), row => row.Text(0), cancel) : null;
        return new QuoteNames((await Settings.ReadAsync(session, cancel)).CompanyName, customer ?? "", contact, directory.Person(quote.OwnerId)?.Name, products);
    }
}
