using Guanxi.Database;

namespace Guanxi.Platform.Records;

/// <summary>A sentence for what the database would refuse with a code: two records with one key.</summary>
public static class Unique
{
    /// <exception cref="RefusedException">Another record of the type has the value.</exception>
    public static async ValueTask CheckAsync(SaveContext context, Record record, string field, Label taken)
    {
        if (record.Changed(field) && record[field] is { } value &&
            await context.Session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {record.Type.Table} WHERE {record.Type[field].Column} = ").Value(value).Append(" AND deleted_at IS NULL AND id <> ").Value(record.Id)) > 0)
        {
            throw new RefusedException(Refusal.Invalid(field, taken));
        }
    }
}
