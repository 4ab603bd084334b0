using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>What is owed by a customer, to a person or a team, by how long it is overdue.</summary>
/// <param name="Key">The customer, person or team; null for those without.</param>
/// <param name="Buckets">Not due, then each bucket of the rules, then what is older; in the company's currency.</param>
public sealed record AgingRow(Guid? Key, string? Name, decimal Total, IReadOnlyList<decimal> Buckets, long Count);

/// <summary>The aging as of a day.</summary>
/// <param name="Rest">Rows beyond the first, added up; null when all are there.</param>
/// <param name="Credit">What customers have paid that is not allocated.</param>
public sealed record AgingReport(DateOnly AsOf, string Currency, IReadOnlyList<int> Limits, AgingRow Total, IReadOnlyList<AgingRow> Rows, long RowCount, decimal? Credit);

/// <summary>How old the receivables are. Of today it reads kept sums; of an earlier day what was open then, from the allocations.</summary>
public static class Aging
{
    private const int MostRows = 200;

    /// <param name="group">customer, owner or team.</param>
    /// <param name="plans">Instalments instead of invoices.</param>
    public static async Task<AgingReport> RunAsync(DatabaseSession session, Actor actor, DateOnly asOf, string group, bool plans, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema[plans ? "payment-plans" : "invoices"];
        if (!actor.Reads(type, type["openHome"]))
        {
            throw new RefusedException(Refusal.Forbidden(("你没有查看应收金额的权限", "You may not see the amounts of receivables")));
        }

        var limits = (await ReceivableRules.ReadAsync(session, cancel)).Buckets;
        var currency = (await Platform.Settings.ReadAsync(session, cancel)).Currency;
        var key = group switch
        {
            "customer" => "x.customer_id",
            "owner" or "team" => "x.owner_id",
            _ => throw new RefusedException(Refusal.Invalid("group", ("可按 customer、owner 或 team 分组", "Group by customer, owner or team"))),
        };
        var today = actor.Today(now);
        if (asOf.Year < 1900)
        {
            throw new RefusedException(Refusal.Invalid("asOf", ("账龄日期应在 1900 年之后", "The day is after 1900")));
        }

        if (asOf > today)
        {
            throw new RefusedException(Refusal.Invalid("asOf", ("账龄日期不能在未来", "An aging is not of a day to come")));
        }

        var read = new Func<Row, AgingRow>(row => Read(row, limits.Count + 2));
        Sql By(string by, Sql source) => new Sql().Append($"SELECT {by}, CAST(SUM(x.records) AS BIGINT), CAST(SUM(x.open_home) AS BIGINT)").Append(Buckets(limits, asOf)).Append(" FROM (").Append(source).Append(") x GROUP BY 1 HAVING SUM(x.records) > 0 ORDER BY 3 DESC, 1");
        var sums = new ReceivableSums(actor, type, now);
        List<AgingRow> found;
        long count;
        AgingRow total;
        if (asOf == today && group == "customer")
        {
            (var most, count) = await sums.CustomersAsync(session, MostRows, cancel);
            found = await session.ListAsync(By(key, sums.Of(most, session.Dialect)), read, cancel);
            total = Add(null, await session.ListAsync(By("x.owner_id", sums.Days()), read, cancel));
        }
        else
        {
            found = await session.ListAsync(By(key, asOf == today ? sums.Days() : OpenThen(actor, type, plans, asOf, now)), read, cancel);
            if (group == "team")
            {
                found = [.. found.GroupBy(row => row.Key is { } owner ? actor.Directory.Person(owner)?.TeamId : null).Select(team => Add(team.Key, team)).OrderByDescending(row => row.Total)];
            }

            (count, total) = (found.Count, Add(null, found));
        }

        var rows = await NamedAsync(session, actor, group, [.. found.Take(MostRows)], now, cancel);
        return new AgingReport(asOf, currency, limits, total, rows, count, asOf == today ? await CreditAsync(session, actor, now, cancel) : null);
    }

    private static AgingRow Read(Row row, int buckets) =>
        new(row.OptionalId(0), null, row.Integer(2) / Money.Scale, [.. Enumerable.Range(3, buckets).Select(at => row.Integer(at) / Money.Scale)], row.Integer(1));

    private static AgingRow Add(Guid? key, IEnumerable<AgingRow> rows)
    {
        var all = rows.ToList();
        var width = all.Count == 0 ? 0 : all[0].Buckets.Count;
        return new AgingRow(key, null, all.Sum(row => row.Total), [.. Enumerable.Range(0, width).Select(at => all.Sum(row => row.Buckets[at]))], all.Sum(row => row.Count));
    }

    private static Sql Buckets(IReadOnlyList<int> limits, DateOnly asOf)
    {
        var sql = new Sql();
        void Between(DateOnly? from, DateOnly? to)
        {
            sql.Append(", CAST(COALESCE(SUM(CASE WHEN 1 = 1");
            if (from is { } first)
            {
                sql.Append(" AND x.due_on >= ").Value(first);
            }

            if (to is { } last)
            {
                sql.Append(" AND x.due_on < ").Value(last);
            }

            sql.Append(" THEN x.open_home END), 0) AS BIGINT)");
        }

        Between(asOf, null);
        var until = asOf;
        foreach (var limit in limits)
        {
            Between(asOf.AddDays(-limit), until);
            until = asOf.AddDays(-limit);
        }

        Between(null, until);
        return sql;
    }

    /// <summary>What was open on a day gone by: written by then, less what was allocated by then and not yet taken back.</summary>
    private static Sql OpenThen(Actor actor, RecordType type, bool plans, DateOnly asOf, DateTimeOffset now)
    {
        var (column, rate) = plans ? ("plan_id", "(SELECT c.rate FROM contract c WHERE c.id = t.contract_id)") : ("invoice_id", "t.rate");
        var sql = new Sql().Append($"SELECT y.customer_id, y.owner_id, y.due_on, 1 AS records, CAST(ROUND(y.open_amount * y.rate / 100.0) * 100 AS BIGINT) AS open_home FROM (SELECT t.customer_id, t.owner_id, t.due_on, {rate} AS rate, t.amount - CAST(COALESCE((SELECT SUM(a.settled) FROM receipt_allocation a WHERE a.{column} = t.id AND a.deleted_at IS NULL AND a.allocated_on <= ")
            .Value(asOf).Append(" AND (a.cancelled_on IS NULL OR a.cancelled_on > ").Value(asOf).Append($")), 0) AS BIGINT)");
        if (!plans)
        {
            sql.Append(" + CAST(COALESCE((SELECT SUM(r.amount) FROM invoice r WHERE r.red_of_id = t.id AND r.deleted_at IS NULL AND r.status <> 'requested' AND r.issued_on <= ").Value(asOf).Append(" AND (r.voided_on IS NULL OR r.voided_on > ").Value(asOf).Append(")), 0) AS BIGINT)");
        }

        sql.Append($" AS open_amount FROM {type.Table} t WHERE t.deleted_at IS NULL AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t"));
        sql.Append(plans
            ? " AND EXISTS (SELECT 1 FROM contract c WHERE c.id = t.contract_id AND c.status IN ('active', 'completed') AND COALESCE(c.signed_on, '') <= "
            : " AND t.status <> 'requested' AND t.issued_on <= ").Value(asOf);
        sql.Append(plans ? ")" : " AND (t.voided_on IS NULL OR t.voided_on > ");
        if (!plans)
        {
            sql.Value(asOf).Append(")");
        }

        return sql.Append(") y WHERE y.open_amount > 0");
    }

    private static async Task<IReadOnlyList<AgingRow>> NamedAsync(DatabaseSession session, Actor actor, string group, List<AgingRow> rows, DateTimeOffset now, CancellationToken cancel)
    {
        if (group != "customer")
        {
            return [.. rows.Select(row => row with { Name = row.Key is not { } id ? null : group == "owner" ? actor.Directory.Person(id)?.Name : actor.Directory.Team(id)?.Name })];
        }

        var customers = actor.Schema["customers"];
        var names = (await session.ListAsync(
            new Sql().Append("SELECT t.id, t.name FROM customer t WHERE t.id IN ").List(rows.Select(row => row.Key).OfType<Guid>()).Append(" AND ").Append(AccessDoor.For(actor, customers, Verb.Read, now).Condition("t")),
            row => (Id: row.Id(0), Name: row.Text(1)), cancel)).ToDictionary(item => item.Id, item => item.Name);
        return [.. rows.Select(row => row with { Name = row.Key is { } id ? names.GetValueOrDefault(id) : null })];
    }

    private static async Task<decimal?> CreditAsync(DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var type = actor.Schema["receipts"];
        if (!actor.Reads(type, type["unallocatedHome"]))
        {
            return null;
        }

        var sql = new Sql();
        foreach (var part in AccessDoor.For(actor, type, Verb.Read, now).Parts("t"))
        {
            sql.Append(sql.IsEmpty ? "SELECT CAST(COALESCE(SUM(x.unallocated_home), 0) AS BIGINT) FROM (" : " UNION ALL ").Append("SELECT t.unallocated_home FROM receipt t WHERE t.deleted_at IS NULL AND t.unallocated_home > 0 AND ").Append(part);
        }

        return await session.ScalarAsync<long>(sql.Append(") x"), cancel) / Money.Scale;
    }
}
