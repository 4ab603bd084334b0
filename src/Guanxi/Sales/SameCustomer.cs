using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales;

/// <summary>What belongs together is one customer's.</summary>
internal static class SameCustomer
{
    /// <summary>That the records a new one refers to are its own customer's.</summary>
    /// <exception cref="RefusedException">One of them is another customer's; the field says which.</exception>
    public static async ValueTask DemandAsync(Record record, SaveContext context, params string[] fields)
    {
        foreach (var field in fields.Where(field => record.IsNew || record.Changed(field)).Select(name => record.Type[name]))
        {
            if (record[field] is Guid id && record.Reference("customer") is { } customer
                && await context.Session.FirstAsync(new Sql().Append($"SELECT customer_id FROM {context.Schema[field.Reference!].Table} WHERE id = ").Value(id), row => row.OptionalId(0)) is { } other && other != customer)
            {
                throw new RefusedException(Refusal.Invalid(field.Name, new Label($"{field.Label.ZhHans}属于另一位客户", $"The {field.Label.En.ToLowerInvariant()} is another customer's")));
            }
        }
    }
}
