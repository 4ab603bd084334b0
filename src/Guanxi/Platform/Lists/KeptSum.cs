using Guanxi.Database;

namespace Guanxi.Platform.Lists;

/// <summary>
/// Sums that the database keeps itself (migration 0360): each change adds an entry that takes back what was and one of what is, and whoever asks adds the entries up.
/// </summary>
/// <param name="Table">With the keys, the sums, access_owner_id among the keys, and fresh: 1 until an entry is folded.</param>
/// <param name="Keys">What the sums are kept by.</param>
/// <param name="Sums">What is added up.</param>
public sealed record KeptSum(string Table, IReadOnlyList<string> Keys, IReadOnlyList<string> Sums)
{
    /// <summary>So many fresh entries are worth a fold.</summary>
    private const int Worth = 200;

    /// <summary>Makes one entry out of many, for those owners whose records were changed; what adds up to nothing goes. The sums stay what they are.</summary>
    /// <param name="worth">How many fresh entries there must be.</param>
    /// <returns>Whether there was anything to fold.</returns>
    public async Task<bool> FoldAsync(GuanxiDatabase database, int worth = Worth, CancellationToken cancel = default)
    {
        await using (var look = await database.ReadAsync(cancel))
        {
            if (await look.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM (SELECT 1 FROM {Table} WHERE fresh = 1 LIMIT ").Value(worth).Append(") f"), cancel) < worth)
            {
                return false;
            }
        }

        await database.WriteAsync(session => FoldAsync(session, cancel), cancel);
        return true;
    }

    private async Task FoldAsync(DatabaseSession session, CancellationToken cancel)
    {
        var (keys, sums) = (string.Join(", ", Keys), string.Join(", ", Sums));
        var changed = $"(access_owner_id IS NULL OR access_owner_id IN (SELECT f.access_owner_id FROM {Table} f WHERE f.fresh = 1))";
        var folded = $"INSERT INTO {Table} ({keys}, {sums}, fresh) SELECT {keys}, {string.Join(", ", Sums.Select(sum => $"SUM({sum})"))}, 0 FROM ";
        var kept = $" GROUP BY {keys} HAVING {string.Join(" OR ", Sums.Select(sum => $"SUM({sum}) <> 0"))}";
        if (!session.Dialect.IsSqlite)
        {
            // One statement, which sees one state: an entry that somebody adds meanwhile is neither folded nor deleted.
            await session.ExecuteAsync(new Sql().Append($"WITH gone AS (DELETE FROM {Table} WHERE {changed} RETURNING {keys}, {sums}) {folded}gone{kept}"), cancel);
            return;
        }

        // SQLite has one writer, so nothing comes between.
        var last = await session.ScalarAsync<long>(new Sql().Append($"SELECT COALESCE(MAX(seq), 0) FROM {Table}"), cancel);
        await session.ExecuteAsync(new Sql().Append($"{folded}{Table} WHERE seq <= ").Value(last).Append($" AND {changed}{kept}"), cancel);
        await session.ExecuteAsync(new Sql().Append($"DELETE FROM {Table} WHERE seq <= ").Value(last).Append($" AND {changed}"), cancel);
    }
}
