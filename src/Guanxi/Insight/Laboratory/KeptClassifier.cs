using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>The probability of an outcome.</summary>
internal sealed class KeptClassifier(ScoringModel model) : KeptModel
{
    public override string Write() => ModelFile.Write(model);

    public override async Task<KeptNight> TellAsync(DatabaseSession session, Actor actor, KeptScore score, JsonElement report, DateOnly on, DateTimeOffset now, CancellationToken cancel)
    {
        var told = new List<(Guid, object)>();
        var probabilities = new List<double>();
        var positives = 0;
        await foreach (var (table, outcomes) in LabTable.PagesAsync(session, actor, score.Question, LabTable.Chosen(actor, actor.Schema["customers"], score.Question.Fields), now, PageSize, cancel))
        {
            var ids = table.Ids;
            var found = model.Probabilities(table.Features()).Select(probability => Math.Round(probability, 4)).ToList();
            told.AddRange(found.Select((probability, i) => (ids[i], (object)probability)));
            probabilities.AddRange(found);
            positives += outcomes.Count(outcome => outcome);
        }

        return new KeptNight(told, probabilities.Count == 0 ? 0 : probabilities.Average(), told.Count == 0 ? 0 : positives / (double)told.Count, null, Stability.Index(Stability.EdgesOf(report), probabilities));
    }
}
