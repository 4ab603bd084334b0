using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Customers.Contacts;

/// <summary>Writes the search terms of a customer's contacts anew when the customer changes hands.</summary>
public static class ContactTerms
{
    public static async ValueTask RefreshAsync(SaveContext context, Guid customer)
    {
        var type = context.Schema["contacts"];
        var contacts = new List<Record>();
        await using (var reader = await context.Session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM contact t WHERE t.customer_id = ").Value(customer)))
        {
            while (await reader.ReadAsync())
            {
                contacts.Add(RecordSql.Read(type, reader, context.Session.Dialect));
            }
        }

        foreach (var contact in contacts)
        {
            await SearchIndex.UpdatedAsync(context.Session, contact, [new FieldChange(type["accessOwner"], null, null)], CancellationToken.None);
        }
    }
}
