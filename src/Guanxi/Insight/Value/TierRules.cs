using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>By which rules the tiers of a month were cut: customers who change their tier because the rules changed have not moved.</summary>
internal static class TierRules
{
    /// <summary>The settings of the month's last run; null where none is kept.</summary>
    /// <param name="period">A month, like 2026-05.</param>
    public static async Task<ValueSettings?> OfAsync(DatabaseSession session, string period, CancellationToken cancel)
    {
        var (from, to) = ($"{period}-01", $"{period}-31");
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT settings FROM value_run WHERE as_of >= {from} AND as_of <= {to} ORDER BY as_of DESC, at DESC LIMIT 1"), cancel);
        return text is null ? null : new ValueSettings().With(JsonDocument.Parse(text).RootElement);
    }

    public static bool Same(ValueSettings one, ValueSettings other) => one.RankBy == other.RankBy && one.Tiers.SequenceEqual(other.Tiers);
}
