using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Deals;

/// <summary>
/// Open deals added up. What belongs to the actor's people comes from the sums that the database keeps by owner, stage, category and month, so that its cost does not grow with the deals;
/// what the actor reaches otherwise, of which there is little, and whatever a filter asks for comes row by row.
/// </summary>
public static class DealSums
{
    /// <summary>From this chance on a deal that nobody put into a category counts as committed, from the next as a best case. The kept sums (migration 0360) are made with these.</summary>
    public const int Commit = 80;

    public const int BestCase = 50;

    public static readonly KeptSum Kept = new("deal_sum", ["process_id", "access_owner_id", "owner_id", "stage", "category", "month"], ["deals", "high", "low", "weighted_high", "weighted_low"]);

    /// <summary>The category of the forecast that the deal of alias t counts to.</summary>
    public static readonly string Category = $"CASE WHEN t.forecast IS NOT NULL THEN t.forecast WHEN t.probability >= {Commit} THEN 'commit' WHEN t.probability >= {BestCase} THEN 'bestCase' ELSE 'pipeline' END";

    /// <summary>How many and their sums in two parts each, behind the keys that are asked for.</summary>
    private const string Added = "SUM(x.deals), SUM(x.high), SUM(x.low), SUM(x.weighted_high), SUM(x.weighted_low)";

    /// <summary>Sums by some keys, of kept entries and of rows.</summary>
    /// <param name="keys">Of <see cref="KeptSum.Keys"/>; they come first in each row.</param>
    /// <param name="kept">What is asked of the kept entries, alias s; null when only rows are added up.</param>
    /// <param name="rows">Conditions that exclude each other, each of rows of alias t.</param>
    /// <param name="wanted">What is asked of every row, open ones included.</param>
    public static Sql By(IReadOnlyList<string> keys, Sql? kept, IReadOnlyList<Sql> rows, Sql wanted)
    {
        var sql = new Sql().Append($"SELECT {string.Join(", ", keys.Select(key => $"x.{key}"))}, {Added} FROM (");
        if (kept is not null)
        {
            sql.Append($"SELECT {string.Join(", ", keys.Select(key => $"s.{key}"))}, s.deals, s.high, s.low, s.weighted_high, s.weighted_low FROM {Kept.Table} s WHERE ").Append(kept);
        }

        for (var i = 0; i < rows.Count; i++)
        {
            sql.Append(i == 0 && kept is null ? "" : " UNION ALL ")
                .Append($"SELECT {string.Join(", ", keys.Select(key => $"{OfRow(key)} AS {key}"))}, 1 AS deals, COALESCE(t.home_amount, 0) / 1000000 AS high, COALESCE(t.home_amount, 0) % 1000000 AS low, COALESCE(t.home_amount, 0) / 1000000 * t.probability AS weighted_high, COALESCE(t.home_amount, 0) % 1000000 * t.probability AS weighted_low FROM deal t WHERE ")
                .Append(rows[i]).Append(" AND ").Append(wanted);
        }

        return sql.Append($") x GROUP BY {string.Join(", ", Enumerable.Range(1, keys.Count))} HAVING SUM(x.deals) > 0");
    }

    /// <summary>How many, the sum, and the sum by chance, of a row of <see cref="By"/> whose keys end before <paramref name="at"/>.</summary>
    public static (long Deals, decimal Sum, decimal Weighted) Read(Row row, int at) =>
        (Convert.ToInt64(row.Any(at), System.Globalization.CultureInfo.InvariantCulture), Amount(row, at + 1), Amount(row, at + 3) / 100);

    private static decimal Amount(Row row, int at) =>
        ((Convert.ToDecimal(row.Any(at), System.Globalization.CultureInfo.InvariantCulture) * 1_000_000m) + Convert.ToDecimal(row.Any(at + 1), System.Globalization.CultureInfo.InvariantCulture)) / Money.Scale;

    private static string OfRow(string key) => key switch
    {
        "category" => Category,
        "month" => "substr(t.expected_close, 1, 7)",
        _ => $"t.{key}",
    };
}
