using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>The parameters learnt from the company's own records, one set for each way of comparing.</summary>
public static class MatchModels
{
    /// <summary>Before anything is learnt a check on entry supposes no more records than this: it compares only those that share a key, and there a match is no rarity.</summary>
    private const long MostSupposed = 10_000;

    private sealed record Stored(double[][] Match, double[][] Other, double Prior, double[] MeanFrequency);

    public static async Task<LinkageModel> LoadAsync(DatabaseSession session, RecordType type, MatchProfile profile, CancellationToken cancel = default)
    {
        var text = await session.FirstAsync(Sql.Of($"SELECT parameters FROM match_model WHERE record_type = {type.Name} AND profile = {profile.Name}"), row => row.OptionalText(0), cancel);
        if (text is not null && JsonSerializer.Deserialize<Stored>(text) is { } stored)
        {
            try
            {
                return LinkageModel.Restore(profile.Fields, stored.Match, stored.Other, stored.Prior, stored.MeanFrequency);
            }
            catch (ArgumentException)
            {
                // Learnt by another version, which compared other things; the next scan learns anew.
            }
        }

        var records = await session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) ?? 0;
        return LinkageModel.FromPriors(profile.Fields, (int)Math.Min(MostSupposed, records));
    }

    public static async Task SaveAsync(SaveContext context, RecordType type, MatchProfile profile, LinkageModel model, int records, CancellationToken cancel = default)
    {
        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var text = JsonSerializer.Serialize(new Stored([.. model.Match.Select(levels => levels.ToArray())], [.. model.Other.Select(levels => levels.ToArray())], model.Prior, [.. model.MeanFrequency]));
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO match_model (record_type, profile, parameters, records, learned_at) VALUES ({type.Name}, {profile.Name}, {text}{json}, {records}, {context.Now}) ON CONFLICT (record_type, profile) DO UPDATE SET parameters = excluded.parameters, records = excluded.records, learned_at = excluded.learned_at"), cancel);
    }
}
