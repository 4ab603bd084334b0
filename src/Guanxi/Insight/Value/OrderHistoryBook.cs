using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform;

namespace Guanxi.Insight.Value;

/// <summary>
/// The histories of the last run, kept in a table: the next one follows the ledger and reads only customers whose orders changed since, or have one that came into the year or went out of it.
/// The sums of both sides are compared, so that orders written past the ledger are found and everything is read anew.
/// </summary>
public static class OrderHistoryBook
{
    private const int AtOnce = 10_000;
    private const int CustomersAtOnce = 500;

    /// <summary>More than this share of the customers changed: to read all in order is quicker.</summary>
    private const double MostChanged = 0.2;

    private static readonly string[] Columns = ["customer_id", "orders", "without_cost", "first_day", "last_day", "purchases", "revenue", "margin", "current", "repeat_spend", "days"];

    /// <summary>The histories as of a day, and of how many customers the orders were read.</summary>
    public static async Task<(OrderHistories Histories, int Read)> BringUpAsync(Workspace workspace, DateOnly asOf, ValueSettings settings, string currency, CancellationToken cancel = default)
    {
        var (rules, margin) = (string.Create(CultureInfo.InvariantCulture, $"{currency} {settings.UsualMargin}"), settings.UsualMargin / 100);
        OrderHistories histories;
        long seq;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            // Before anything else: what is written from now on is followed the next time.
            seq = await session.ScalarAsync<long?>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel) ?? 0;
            var state = await session.FirstAsync(Sql.Of($"SELECT as_of, seq, rules FROM order_history_state WHERE one = 1"), row => (AsOf: DateOnly.ParseExact(row.Text(0), "yyyy-MM-dd"), Seq: row.Integer(1), Rules: row.Text(2)), cancel);
            if (state.Rules == rules && state.AsOf <= asOf && await ChangedAsync(session, state.Seq, state.AsOf, asOf, cancel) is { } changed)
            {
                histories = new OrderHistories(asOf);
                var anew = new OrderHistories(asOf);
                foreach (var some in changed.Order(IdOrder.Instance).Chunk(CustomersAtOnce))
                {
                    await anew.GatherAsync(session, Sql.Of($" AND customer_id IN ").List(some), margin, cancel);
                }

                await MergeAsync(session, histories, anew, changed, cancel);
                if (await AgreesAsync(session, histories, cancel))
                {
                    await workspace.Database.WriteAsync(
                        async write =>
                        {
                            foreach (var some in changed.Chunk(CustomersAtOnce))
                            {
                                await write.ExecuteAsync(Sql.Of($"DELETE FROM order_history WHERE customer_id IN ").List(some), cancel);
                            }

                            await InsertAsync(write, anew, 0, anew.Count, cancel);
                            return await KeepAsync(write, asOf, seq, rules, cancel);
                        },
                        cancel);
                    return (histories, changed.Count);
                }
            }

            histories = new OrderHistories(asOf);
            await histories.GatherAsync(session, new Sql(), margin, cancel);
            if (asOf < state.AsOf)
            {
                // A past that is made up for says nothing about today.
                return (histories, histories.Count);
            }
        }

        await workspace.Database.WriteAsync(async write => await write.ExecuteAsync(Sql.Of($"DELETE FROM order_history_state"), cancel) + await write.ExecuteAsync(Sql.Of($"DELETE FROM order_history"), cancel), cancel);
        for (var from = 0; from < histories.Count; from += AtOnce)
        {
            var (first, count) = (from, Math.Min(AtOnce, histories.Count - from));
            await workspace.Database.WriteAsync(
                async write =>
                {
                    await InsertAsync(write, histories, first, count, cancel);
                    return true;
                },
                cancel);
        }

        await workspace.Database.WriteAsync(write => KeepAsync(write, asOf, seq, rules, cancel), cancel);
        return (histories, histories.Count);
    }

    /// <summary>Whose history is no longer what it was; null when they are so many that all are read.</summary>
    private static async Task<HashSet<Guid>?> ChangedAsync(DatabaseSession session, long after, DateOnly before, DateOnly asOf, CancellationToken cancel)
    {
        var most = (long)(MostChanged * (await session.ScalarAsync<long?>(Sql.Of($"SELECT COUNT(*) FROM order_history"), cancel) ?? 0)) + 1;
        var (leftFrom, leftTo) = (before.AddDays(-OrderHistories.DaysInYear), asOf.AddDays(-OrderHistories.DaysInYear));
        var changed = new HashSet<Guid>();
        foreach (var sql in new[]
        {
            Sql.Of($"SELECT DISTINCT o.customer_id FROM ledger l JOIN sales_order o ON o.id = l.record_id WHERE l.seq > {after} AND l.record_type = 'orders' LIMIT {most + 1}"),
            // Deleted, taken back, merged into another or out of it again: its orders went with it.
            Sql.Of($"SELECT DISTINCT l.record_id FROM ledger l WHERE l.seq > {after} AND l.record_type = 'customers' AND l.action NOT IN ('create', 'update') AND l.record_id IS NOT NULL LIMIT {most + 1}"),
            Sql.Of($"SELECT DISTINCT customer_id FROM sales_order WHERE deleted_at IS NULL AND ordered_on > {leftFrom} AND ordered_on <= {leftTo} LIMIT {most + 1}"),
            Sql.Of($"SELECT DISTINCT customer_id FROM sales_order WHERE deleted_at IS NULL AND ordered_on > {before} LIMIT {most + 1}"),
        })
        {
            changed.UnionWith(await session.ListAsync(sql, row => row.Id(0), cancel));
            if (changed.Count > most)
            {
                return null;
            }
        }

        return changed;
    }

    /// <summary>What was kept, with the customers who changed in their places, by id.</summary>
    private static async Task MergeAsync(DatabaseSession session, OrderHistories all, OrderHistories anew, HashSet<Guid> changed, CancellationToken cancel)
    {
        var next = 0;
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT customer_id, orders, without_cost, first_day, last_day, purchases, revenue, margin, current, repeat_spend, days FROM order_history ORDER BY customer_id"), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var id = session.Dialect.ReadId(reader, 0);
            if (changed.Contains(id))
            {
                continue;
            }

            for (; next < anew.Count && IdOrder.Instance.Compare(anew.Ids[next], id) < 0; next++)
            {
                all.Take(anew, next);
            }

            all.Add(id, (int)reader.GetInt64(1), (int)reader.GetInt64(2), (int)reader.GetInt64(3), (int)reader.GetInt64(4), (int)reader.GetInt64(5), reader.GetDouble(6), reader.GetDouble(7), reader.GetDouble(8), reader.GetDouble(9), reader.IsDBNull(10) ? [] : (byte[])reader.GetValue(10));
        }

        for (; next < anew.Count; next++)
        {
            all.Take(anew, next);
        }
    }

    /// <summary>Whether as many orders of as much money were gathered as there are.</summary>
    private static async Task<bool> AgreesAsync(DatabaseSession session, OrderHistories histories, CancellationToken cancel)
    {
        var (count, cents) = await session.FirstAsync(
            Sql.Of($"SELECT COUNT(*), SUM(CASE WHEN kind = 'return' THEN -home_amount ELSE home_amount END / 100) FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') AND ordered_on <= {histories.AsOf}"), row => (row.Integer(0), row.IsNull(1) ? 0 : Convert.ToDouble(row.Any(1), CultureInfo.InvariantCulture)), cancel);
        return count == histories.Orders && Math.Abs((cents / 100) - histories.Revenue.Sum()) < 0.01;
    }

    private static ValueTask InsertAsync(DatabaseSession session, OrderHistories of, int from, int count, CancellationToken cancel) => BulkInsert.RunAsync(
        session, "order_history", Columns,
        (i, row) =>
        {
            var at = from + i;
            var counts = of.Counts[at];
            ((object?[])[of.Ids[at], (long)counts.Orders, (long)counts.WithoutCost, (long)of.FirstDay[at], (long)of.LastDay[at], (long)of.Purchases[at], of.Revenue[at], of.Margin[at], of.CurrentMargin[at], of.RepeatSpend[at], of.PackedDays[at]]).CopyTo(row, 0);
        },
        count, cancel: cancel);

    private static async Task<bool> KeepAsync(DatabaseSession session, DateOnly asOf, long seq, string rules, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"DELETE FROM order_history_state"), cancel);
        await session.ExecuteAsync(Sql.Of($"INSERT INTO order_history_state (one, as_of, seq, rules) VALUES (1, {asOf}, {seq}, {rules})"), cancel);
        return true;
    }
}
