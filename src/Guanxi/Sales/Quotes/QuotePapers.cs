using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
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

    public static async ValueTask<QuoteNames> NamesAsync(DatabaseSession session, Platform.Access.Directory directory, Quote quote, IReadOnlyList<Record> lines, CancellationToken cancel = default)
    {
        var products = (await session.ListAsync(
            new Sql().Append("SELECT id, code, name_en FROM product WHERE id IN ").List(lines.Select(line => line.Reference("product")).OfType<Guid>().Distinct()), row => (Id: row.Id(0), Code: row.Text(1), NameEn: row.OptionalText(2)), cancel)).ToDictionary(product => product.Id, product => (product.Code, product.NameEn));
        var customer = await session.FirstAsync(Sql.Of($"SELECT name FROM customer WHERE id = {quote.Reference("customer")}"), row => row.Text(0), cancel);
        var contact = quote.Reference("contact") is { } person ? await session.FirstAsync(Sql.Of($"SELECT name FROM contact WHERE id = {person}"), row => row.Text(0), cancel) : null;
        return new QuoteNames((await Settings.ReadAsync(session, cancel)).CompanyName, customer ?? "", contact, directory.Person(quote.OwnerId)?.Name, products);
    }
}
