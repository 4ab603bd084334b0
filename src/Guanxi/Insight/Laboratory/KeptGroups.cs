using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Laboratory;

/// <summary>The group whose middle a customer is nearest to.</summary>
/// <param name="Scale">How the customers' numbers become a point.</param>
/// <param name="Centres">The middles of the groups.</param>
/// <param name="Numbers">The number of each group; it stays the group's when the groups are formed anew.</param>
/// <param name="Shares">What share of the customers was in each.</param>
/// <param name="Distance">Mean squared distance to the own middle.</param>
internal sealed record GroupModel(GroupScale Scale, double[][] Centres, int[] Numbers, double[] Shares, double Distance);

/// <inheritdoc cref="GroupModel"/>
internal sealed class KeptGroups(GroupModel model) : KeptModel
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public GroupModel Model => model;

    public override string Write() => JsonSerializer.Serialize(model, Json);

    /// <exception cref="UnsuitableDataException">The text is no such model.</exception>
    public static KeptGroups Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<GroupModel>(text, Json) is { Scale.Columns.Count: > 0, Centres.Length: > 1 } model && model.Numbers?.Length == model.Centres.Length && model.Shares?.Length == model.Centres.Length)
            {
                return new KeptGroups(model);
            }
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new UnsuitableDataException("The model file is damaged: parts of it are missing or do not fit together.");
    }

    /// <summary>The key of a group among the choices of the field.</summary>
    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"g{number}");

    /// <summary>Which group each customer of a table is nearest to, as a place among the middles, and how far away it is, squared.</summary>
    public (int[] Nearest, double[] Distances) Place(LabTable table)
    {
        var points = model.Scale.Points(model.Scale.Columns.ToDictionary(column => column.Name, column => table.Numbers(column.Name), StringComparer.Ordinal), table.Count);
        var nearest = new int[points.Length];
        var distances = new double[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            distances[i] = double.PositiveInfinity;
            for (var c = 0; c < model.Centres.Length; c++)
            {
                var distance = 0.0;
                for (var k = 0; k < points[i].Length; k++)
                {
                    distance += (points[i][k] - model.Centres[c][k]) * (points[i][k] - model.Centres[c][k]);
                }

                (nearest[i], distances[i]) = distance < distances[i] ? (c, distance) : (nearest[i], distances[i]);
            }
        }

        return (nearest, distances);
    }

    public override async Task<KeptNight> TellAsync(DatabaseSession session, Actor actor, KeptScore score, JsonElement report, DateOnly on, DateTimeOffset now, CancellationToken cancel)
    {
        var told = new List<(Guid, object)>();
        var counts = new double[model.Centres.Length];
        double sum = 0, squares = 0;
        await foreach (var (table, _) in LabTable.PagesAsync(session, actor, score.Question, [.. model.Scale.Columns.Select(column => column.Name)], now, PageSize, cancel))
        {
            var (ids, (nearest, distances)) = (table.Ids, Place(table));
            for (var i = 0; i < nearest.Length; i++)
            {
                told.Add((ids[i], Key(model.Numbers[nearest[i]])));
                counts[nearest[i]]++;
                sum += distances[i];
                squares += distances[i] * distances[i];
            }
        }

        var n = Math.Max(1, told.Count);
        var mean = sum / n;
        return new KeptNight(told, model.Distance, told.Count == 0 ? model.Distance : mean, Math.Sqrt(Math.Max(0, (squares / n) - (mean * mean)) / n), told.Count == 0 ? 0 : Stability.OfShares(model.Shares, [.. counts.Select(count => count / n)]));
    }
}
