using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>What the customer base says of the buyers beside their orders: who their like are, and whom they bring.</summary>
public sealed class CustomerFacts
{
    private CustomerFacts(string[] peers, double[] employees, double[] group, double[] relations, double[] referrals) => (Peers, Employees, Group, Relations, Referrals) = (peers, employees, group, relations, referrals);

    /// <summary>The industry, within which customers are compared; empty where it is not known.</summary>
    public string[] Peers { get; }

    /// <summary>How many people the customer has, by which its needs are measured; 0 where that is not known.</summary>
    public double[] Employees { get; }

    /// <summary>Companies of the same group below the customer.</summary>
    public double[] Group { get; }

    /// <summary>Relations of the customer's contacts.</summary>
    public double[] Relations { get; }

    /// <summary>Deals in which the customer was the partner and that were won.</summary>
    public double[] Referrals { get; }

    public static async Task<CustomerFacts> ReadAsync(DatabaseSession session, IReadOnlyList<Guid> ids, CancellationToken cancel = default)
    {
        var place = new Dictionary<Guid, int>(ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            place[ids[i]] = i;
        }

        var peers = new string[ids.Count];
        Array.Fill(peers, "");
        var employees = new double[ids.Count];
        // Equal words are kept once: a million customers share some hundred industries.
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var reader = await session.ReadAsync(Sql.Of($"SELECT id, industry, employees FROM customer WHERE deleted_at IS NULL AND industry IS NOT NULL"), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                if (place.TryGetValue(session.Dialect.ReadId(reader, 0), out var at))
                {
                    var word = reader.GetString(1);
                    employees[at] = reader.IsDBNull(2) ? 0 : Math.Max(0, reader.GetInt64(2));
                    peers[at] = words.TryGetValue(word, out var known) ? known : words[word] = word;
                }
            }
        }

        return new CustomerFacts(
            peers,
            employees,
            await CountsAsync(session, place, Sql.Of($"SELECT parent_id, COUNT(*) FROM customer WHERE parent_id IS NOT NULL AND deleted_at IS NULL GROUP BY parent_id"), cancel),
            await CountsAsync(session, place, Sql.Of($"SELECT customer_id, COUNT(*) FROM relation WHERE customer_id IS NOT NULL AND deleted_at IS NULL GROUP BY customer_id"), cancel),
            await CountsAsync(session, place, Sql.Of($"SELECT partner_id, COUNT(*) FROM deal WHERE partner_id IS NOT NULL AND status = 'won' AND deleted_at IS NULL GROUP BY partner_id"), cancel));
    }

    private static async Task<double[]> CountsAsync(DatabaseSession session, Dictionary<Guid, int> place, Sql sql, CancellationToken cancel)
    {
        var counts = new double[place.Count];
        foreach (var (id, count) in await session.ListAsync(sql, row => (row.Id(0), row.Integer(1)), cancel))
        {
            if (place.TryGetValue(id, out var at))
            {
                counts[at] = count;
            }
        }

        return counts;
    }
}
