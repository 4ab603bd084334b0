using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Quality;

/// <summary>
/// What a record alone does not show: one number entered for many customers, and how good the contacts of a customer are. Only records of the same owner are held against each
/// other, since what is said of one would else tell its owner what stands in the records of others.
/// </summary>
internal static class QualityTwins
{
    public const string Rule = "shared";

    /// <summary>Two may share a switchboard; of three the number is hardly that of each.</summary>
    private const int Many = 3;

    /// <summary>The part of a customer's score that is its contacts' mean.</summary>
    private const double ContactsPart = 0.2;

    private static readonly string[] Fields = ["phone", "email"];

    /// <summary>Values that many records of one owner have, by record.</summary>
    public static async Task<ILookup<long, QualityIssue>> FindAsync(DatabaseSession session, RecordType type, IReadOnlyCollection<Record> records, CancellationToken cancel)
    {
        var found = new List<(long Record, QualityIssue Issue)>();
        foreach (var field in Fields)
        {
            if (records.Where(record => record[field] is string).Select(record => record.Sequence).ToList() is { Count: > 0 } rows)
            {
                var owner = type.AccessOwnerColumn;
                var many = await session.ListAsync(
                    new Sql().Append($"SELECT t.seq FROM {type.Table} t WHERE t.seq IN ").List(rows)
                        .Append($" AND (SELECT COUNT(*) FROM (SELECT 1 FROM {type.Table} o WHERE o.{field} = t.{field} AND o.{field} IS NOT NULL AND o.deleted_at IS NULL AND o.{owner} IS NOT DISTINCT FROM t.{owner} LIMIT {Many}) x) >= {Many}"),
                    row => row.Integer(0), cancel);
                found.AddRange(many.Select(row => (row, new QualityIssue(field, "implausible", Rule))));
            }
        }

        return found.ToLookup(item => item.Record, item => item.Issue);
    }

    /// <summary>The records whose verdict may be another one because these have changed: those with the same value now, and those of the owner that shared one until now.</summary>
    public static async Task<IReadOnlyList<long>> TouchedAsync(DatabaseSession session, RecordType type, IReadOnlyCollection<long> rows, int most, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return [];
        }

        var (touched, owner) = (new List<long>(), type.AccessOwnerColumn);
        foreach (var field in Fields)
        {
            touched.AddRange(await session.ListAsync(
                new Sql().Append($"SELECT DISTINCT o.seq FROM {type.Table} t JOIN {type.Table} o ON o.{field} = t.{field} WHERE t.{field} IS NOT NULL AND o.{field} IS NOT NULL AND o.deleted_at IS NULL AND o.{owner} IS NOT DISTINCT FROM t.{owner} AND t.seq IN ").List(rows).Append($" LIMIT {most}"),
                row => row.Integer(0), cancel));
        }

        touched.AddRange(await session.ListAsync(
            new Sql().Append("SELECT DISTINCT i.record FROM quality_issue i WHERE i.noun = ").Value(QualityBook.Noun(type)).Append(" AND i.rule = ").Value(Rule)
                .Append($" AND i.owner_id IN (SELECT t.{owner} FROM {type.Table} t WHERE t.seq IN ").List(rows).Append($") LIMIT {most}"),
            row => row.Integer(0), cancel));
        return touched;
    }

    /// <summary>The mean score of a customer's contacts, by customer; of those that have any.</summary>
    public static async Task<Dictionary<Guid, double>> ContactsAsync(DatabaseSession session, RecordType type, IReadOnlyCollection<Record> records, CancellationToken cancel) => type.Name != "customers" || records.Count == 0 ? [] : (await session.ListAsync(
        new Sql().Append("SELECT c.customer_id, SUM(q.score), COUNT(*) FROM contact c JOIN quality_record q ON q.noun = 2 AND q.record = c.seq WHERE c.deleted_at IS NULL AND c.customer_id IN ").List(records.Select(record => record.Id)).Append(" GROUP BY c.customer_id"),
        row => (Customer: row.Id(0), Mean: Convert.ToDouble(row.Any(1), System.Globalization.CultureInfo.InvariantCulture) / row.Integer(2)), cancel)).ToDictionary(item => item.Customer, item => item.Mean);

    public static int Together(int own, double contacts) => (int)Math.Round((own * (1 - ContactsPart)) + (contacts * ContactsPart), MidpointRounding.AwayFromZero);
}
