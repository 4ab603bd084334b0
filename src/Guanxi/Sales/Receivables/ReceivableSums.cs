using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>
/// What is open, added up. What belongs to the actor's people comes from the sums that the database keeps by day of payment and by customer (migration 0360);
/// what the actor reaches otherwise, of which there is little, row by row. A customer is on one side only, since everything of a customer belongs to whom the customer belongs to.
/// </summary>
internal sealed class ReceivableSums(Actor actor, RecordType type, DateTimeOffset now)
{
    public static readonly KeptSum Kept = new("receivable_sum", ["kind", "access_owner_id", "owner_id", "due_on"], ["records", "open_home"]);

    /// <summary>People whose customers are each walked from the most on; with more, all customers are.</summary>
    private const int MostOwners = 60;

    private readonly AccessDoor door = AccessDoor.For(actor, type, Verb.Read, now);

    /// <summary>Entries of owner_id, due_on, records and open_home.</summary>
    public Sql Days()
    {
        var sql = new Sql().Append($"SELECT s.owner_id, s.due_on, s.records, s.open_home FROM {Kept.Table} s WHERE s.kind = ").Value(type.Name).Append(" AND ").Append(door.Owned("s.access_owner_id"));
        foreach (var part in door.Elsewhere("t"))
        {
            sql.Append($" UNION ALL SELECT t.owner_id, {Due}, 1, t.open_home FROM {type.Table} t WHERE {Open} AND ").Append(part);
        }

        return sql;
    }

    /// <summary>Who owes the most, and how many owe anything.</summary>
    public async Task<(IReadOnlyList<Guid> Most, long Customers)> CustomersAsync(DatabaseSession session, int most, CancellationToken cancel)
    {
        var apart = door is { Everything: false, Nothing: false } && door.Owners.Count <= MostOwners;
        var arms = apart ? door.Owners.Select(owner => new Sql().Append("s.access_owner_id = ").Value(owner)).ToList() : [door.Owned("s.access_owner_id")];
        var sql = new Sql().Append("SELECT c.customer_id, c.open_home FROM (");
        for (var i = 0; i < arms.Count; i++)
        {
            sql.Append(i == 0 ? "" : " UNION ALL ").Append("SELECT * FROM (SELECT s.customer_id, s.open_home FROM receivable_customer s WHERE s.kind = ").Value(type.Name).Append(" AND ").Append(arms[i])
                .Append(" ORDER BY s.open_home DESC, s.customer_id LIMIT ").Value(most).Append($") a{i}");
        }

        var owned = await session.ListAsync(sql.Append(") c ORDER BY c.open_home DESC, c.customer_id LIMIT ").Value(most), row => (Id: row.Id(0), Open: row.Integer(1)), cancel);
        var count = await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM receivable_customer s WHERE s.kind = ").Value(type.Name).Append(" AND ").Append(door.Owned("s.access_owner_id")), cancel);
        var others = new List<(Guid Id, long Open)>();
        foreach (var part in door.Elsewhere("t"))
        {
            others.AddRange(await session.ListAsync(
                new Sql().Append($"SELECT t.customer_id, CAST(SUM(t.open_home) AS BIGINT) FROM {type.Table} t WHERE {Open} AND t.customer_id IS NOT NULL AND ").Append(part).Append(" GROUP BY 1"), row => (row.Id(0), row.Integer(1)), cancel));
        }

        var elsewhere = others.GroupBy(item => item.Id).Select(items => (Id: items.Key, Open: items.Sum(item => item.Open))).ToList();
        return ([.. owned.Concat(elsewhere).OrderByDescending(item => item.Open).ThenBy(item => item.Id).Take(most).Select(item => item.Id)], count + elsewhere.Count);
    }

    /// <summary>The rows of some customers, as far as the actor reaches them, in the form of entries.</summary>
    public Sql Of(IReadOnlyList<Guid> customers, Dialect dialect)
    {
        // The plus keeps SQLite from walking all that belongs to an owner.
        var sql = new Sql().Append($"SELECT t.customer_id, {Due} AS due_on, 1 AS records, t.open_home FROM {type.Table} t WHERE {Open} AND t.customer_id IN ").List(customers);
        return sql.Append(" AND ").Append(door.Condition((dialect.IsSqlite ? "+" : "") + "t"));
    }

    private const string Open = "t.deleted_at IS NULL AND t.open_home > 0";

    /// <summary>What has no day of payment is not due; the kept sums say it in the same way.</summary>
    private const string Due = "COALESCE(t.due_on, '9999-12-31')";
}
