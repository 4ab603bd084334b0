using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

/// <summary>The weights of the four scores as they were at each time. Version 0 are the usual ones, before anybody changed them.</summary>
/// <param name="At">When they were set; null for version 0.</param>
public sealed record ScoreWeights(long Version, DateTimeOffset? At, Guid? By, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Weights)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The version in force.</summary>
    public static async Task<long> CurrentAsync(DatabaseSession session, CancellationToken cancel = default) => await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(version) FROM score_weights"), cancel) ?? 0;

    /// <summary>All versions, the latest first.</summary>
    public static async Task<IReadOnlyList<ScoreWeights>> ListAsync(DatabaseSession session, CancellationToken cancel = default) =>
    [
        .. await session.ListAsync(
            Sql.Of($"SELECT version, at, by_id, weights FROM score_weights ORDER BY version DESC"),
            row => new ScoreWeights(row.Integer(0), row.Instant(1), row.OptionalId(2), JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(row.Text(3), Json)!.ToDictionary(item => item.Key, item => (IReadOnlyDictionary<string, double>)item.Value, StringComparer.Ordinal)), cancel),
        new ScoreWeights(0, null, null, ValueSettings.UsualWeights),
    ];

    /// <summary>Keeps changed weights as a version; the scores of later runs are reckoned under it.</summary>
    public static async Task KeepAsync(SaveContext context, ValueSettings before, ValueSettings after, CancellationToken cancel = default)
    {
        if (Same(before, after))
        {
            return;
        }

        var json = new SqlName(context.Session.Dialect.JsonParameter);
        var version = await CurrentAsync(context.Session, cancel) + 1;
        Guid? by = context.Actor.IsSystem ? null : context.Actor.Id;
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO score_weights (version, at, by_id, weights) VALUES ({version}, {context.Now}, {by}, {JsonSerializer.Serialize(after.Weights, Json)}{json})"), cancel);
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("at", At is { } at ? RecordJson.Instant(at.ToUnixTimeMilliseconds()) : null);
        writer.WritePropertyName("weights");
        JsonSerializer.Serialize(writer, Weights, Json);
        writer.WriteEndObject();
    }

    /// <summary>Whether two settings weigh alike.</summary>
    public static bool Same(ValueSettings one, ValueSettings other) =>
        ValueSettings.UsualWeights.All(score => score.Value.Keys.All(factor => one.Weights[score.Key].GetValueOrDefault(factor) == other.Weights[score.Key].GetValueOrDefault(factor)));
}
