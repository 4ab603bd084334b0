using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>What other limits would do to the tiers and quadrants as last reckoned, without changing anything.</summary>
public sealed record ValuePreview(IReadOnlyList<int> Tiers, IReadOnlyList<int> Quadrants, int Changed)
{
    public static async Task<ValuePreview> OfAsync(DatabaseSession session, ValueSettings settings, CancellationToken cancel = default)
    {
        var column = new SqlName(settings.RankBy);
        List<double> ranked = [], current = [], potential = [];
        List<byte> tiers = [], quadrants = [];
        // In the order of the ids, by which ties are broken.
        await using (var reader = await session.ReadAsync(Sql.Of($"SELECT {column}, current, potential, tier, quadrant FROM customer_value ORDER BY record_id"), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                ranked.Add(reader.GetInt64(0));
                current.Add(reader.GetInt64(1));
                potential.Add(reader.GetInt64(2));
                tiers.Add((byte)Array.IndexOf(Standing.Tiers, reader.GetString(3)));
                quadrants.Add((byte)Array.IndexOf(Standing.Quadrants, reader.GetString(4)));
            }
        }

        var wanted = Standing.TiersOf([.. ranked], settings.Tiers);
        var (currentCut, potentialCut) = (Ranks.Percentile([.. current], settings.CurrentCut), Ranks.Percentile([.. potential], settings.PotentialCut));
        var (byTier, byQuadrant, changed) = (new int[Standing.Tiers.Length], new int[Standing.Quadrants.Length], 0);
        for (var i = 0; i < wanted.Length; i++)
        {
            var quadrant = Standing.QuadrantOf(current[i], currentCut, potential[i], potentialCut);
            byTier[wanted[i]]++;
            byQuadrant[quadrant]++;
            changed += wanted[i] != tiers[i] || quadrant != quadrants[i] ? 1 : 0;
        }

        return new ValuePreview(byTier, byQuadrant, changed);
    }
}
