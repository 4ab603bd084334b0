using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>A score as it was trained once: the model, its evidence, and how its probabilities lay, against which later nights are held.</summary>
/// <param name="Model">The model as text.</param>
/// <param name="Report">What the page shows, in the language of whoever trained it, with <c>edges</c>, the nine tenths of the probabilities.</param>
internal sealed record ScoreTraining(string Model, string Report)
{
    private const int Fewest = 40;

    /// <exception cref="RefusedException">The question cannot be answered with these customers; the sentence says why.</exception>
    public static async Task<ScoreTraining> RunAsync(DatabaseSession session, Actor actor, LabQuestion question, DateTimeOffset now, CancellationToken cancel)
    {
        question.NeedTarget(("请写出要预测的条件，例如 value.late > 2", "Say what is to be foretold as a condition, such as value.late > 2"));
        var table = await LabTable.ReadAsync(session, actor, question.Filter, question.Fields, now, cancel);
        if (table.Count < Fewest)
        {
            throw new RefusedException(Refusal.Invalid("filter", new Label($"只有 {table.Count} 位客户，至少要有 {Fewest} 位", $"Only {table.Count} customers; at least {Fewest} are needed")));
        }

        var outcomes = await table.FitAsync(session, actor, question.Filter, question.Target!, now, cancel);
        try
        {
            var data = LabData.Of(table, outcomes, question.Target!, actor.Language);
            var result = Classifier.Train(data.Table, outcomes, new ClassifierOptions(LabRun.KindOf(question.Model), Folds: 5));
            if (!result.Converged)
            {
                throw new RefusedException(Refusal.Breaks("lab-not-converged", FindingWords.Of(result.Warning ?? "The fit did not converge: the likelihood still rises at the last step.")));
            }

            var output = new ArrayBufferWriter<byte>(4096);
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                writer.WriteNumber("customers", table.Count);
                writer.WriteNumber("positives", outcomes.Count(outcome => outcome));
                LabRun.Evidence(writer, result, data, actor.Language);
                writer.WriteStartArray("edges");
                foreach (var edge in Stability.Edges(result.Model.Probabilities(data.Table)))
                {
                    writer.WriteNumberValue(edge);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            return new ScoreTraining(ModelFile.Write(result.Model), Encoding.UTF8.GetString(output.WrittenSpan));
        }
        catch (UnsuitableDataException unsuitable)
        {
            throw new RefusedException(Refusal.Breaks("lab-unsuitable", FindingWords.Of(unsuitable)));
        }
    }
}

/// <summary>
/// How far a distribution of probabilities has moved: the population stability index Σ (p − q) ln(p / q) over the tenths it was trained on
/// (Siddiqi 2006, Credit Risk Scorecards, chapter 9): below 0.1 hardly, above 0.25 clearly.
/// </summary>
internal static class Stability
{
    public const double Moved = 0.25;

    /// <summary>The nine inner edges of the tenths.</summary>
    public static double[] Edges(IReadOnlyList<double> probabilities)
    {
        double[] sorted = [.. probabilities.Order()];
        return [.. Enumerable.Range(1, 9).Select(tenth => sorted[Math.Min(sorted.Length - 1, tenth * sorted.Length / 10)])];
    }

    /// <summary>The index of probabilities that came later; equal edges are one part.</summary>
    public static double Index(IReadOnlyList<double> edges, IReadOnlyList<double> probabilities)
    {
        if (probabilities.Count == 0)
        {
            return 0;
        }

        double[] cuts = [.. edges.Distinct()];
        var expected = new double[cuts.Length + 1];
        var actual = new double[cuts.Length + 1];
        expected[^1] = (10 - edges.Count(edge => edge <= cuts[^1])) / 10.0;
        var below = 0;
        for (var i = 0; i < cuts.Length; i++)
        {
            // A tenth ends at each edge; those that end at the same value lie in one part, the part above the value beginning there.
            var ended = edges.Count(edge => edge <= cuts[i]);
            expected[i] = (ended - below) / 10.0;
            below = ended;
        }

        foreach (var probability in probabilities)
        {
            actual[cuts.Count(cut => probability >= cut)]++;
        }

        const double least = 1e-4;
        return expected.Select((share, i) => (P: Math.Max(least, actual[i] / probabilities.Count), Q: Math.Max(least, share))).Sum(pair => (pair.P - pair.Q) * Math.Log(pair.P / pair.Q));
    }
}
