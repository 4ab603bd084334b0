using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>Learns a score from records that have come to their end, when it earns its place beside the plain rates.</summary>
internal static class ScoreLearning
{
    private const int FewestClosed = 60;
    private const int FewestOfRarer = 15;
    private const int FewestToTry = 8;

    /// <summary>The model, when it earns its place; and how it and the plain rates did on records that neither had seen.</summary>
    /// <param name="closed">By the day they ended, oldest first.</param>
    public static (Trial? Trial, ClassifierResult? Learnt) Learn<T>(ScoredNoun noun, IReadOnlyList<T> closed, Func<IReadOnlyList<T>, FeatureTable> table, List<Finding> findings)
        where T : class, ISnapshot
    {
        var won = closed.Count(one => one.Won);
        if (closed.Count < FewestClosed || Math.Min(won, closed.Count - won) < FewestOfRarer)
        {
            findings.Add(noun.TooFew(closed.Count, won, FewestClosed, FewestOfRarer));
            return (null, null);
        }

        var cut = closed.Count * 3 / 4;
        var (early, late) = (closed.Take(cut).ToList(), closed.Skip(cut).ToList());
        if (late.Count(one => one.Won) < FewestToTry || late.Count(one => !one.Won) < FewestToTry)
        {
            findings.Add(new Finding("cannot-try", FindingWeight.Warning, noun.CannotTry));
            return (null, null);
        }

        try
        {
            var options = new ClassifierOptions(ClassifierKind.ElasticNet, Folds: 5);
            var tried = Classifier.Train(table(early), [.. early.Select(one => one.Won)], options);
            bool[] outcomes = [.. late.Select(one => one.Won)];
            var foretold = tried.Model.Probabilities(table(late));
            var rates = new StageRates(early);
            double[] plain = [.. late.Select(one => rates.Of(one.Group, 0.5))];
            var trial = new Trial(late.Count, BinaryMetrics.Of(foretold, outcomes, foretold), BinaryMetrics.Of(plain, outcomes, plain));
            if (trial.Model.Brier >= trial.Rates.Brier)
            {
                findings.Add(noun.NoBetter(late.Count, trial.Model.Brier, trial.Rates.Brier));
                return (trial, null);
            }

            var learnt = Classifier.Train(table(closed), [.. closed.Select(one => one.Won)], options);
            findings.AddRange(learnt.Findings);
            if (!learnt.Converged)
            {
                findings.Add(new Finding("not-converged", FindingWeight.Warning, $"{learnt.Warning ?? "The fit did not converge."} The rates are told."));
                return (trial, null);
            }

            return (trial, learnt);
        }
        catch (UnsuitableDataException unsuitable)
        {
            findings.Add(new Finding("unsuitable", FindingWeight.Warning, $"{unsuitable.Message} The rates are told."));
            return (null, null);
        }
    }
}
