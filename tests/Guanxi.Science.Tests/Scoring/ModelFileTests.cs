using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Science.Tests.Scoring;

/// <summary>A model that was kept says the same as when it was trained.</summary>
public sealed class ModelFileTests
{
    private static (FeatureTable Table, bool[] Outcomes) Data(int rows, int seed)
    {
        var random = new Random(seed);
        double[] age = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.05 ? double.NaN : Math.Round(random.NextDouble() * 60, 2))];
        int[] plan = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-1, 4))];
        return (new FeatureTable([new NumberColumn("age", age), new ChoiceColumn("plan", plan, ["甲", "乙", "丙", "少"])]), [.. Enumerable.Range(0, rows).Select(i => random.NextDouble() < 1 / (1 + Math.Exp(2 - ((double.IsNaN(age[i]) ? 30 : age[i]) / 20) - (plan[i] == 1 ? 1 : 0))))]);
    }

    [Theory]
    [InlineData(ClassifierKind.Logistic)]
    [InlineData(ClassifierKind.ElasticNet)]
    [InlineData(ClassifierKind.Boosting)]
    public void It_gives_the_same_probabilities_and_reasons_on_later_records(ClassifierKind kind)
    {
        var (table, outcomes) = Data(600, 3);
        var model = Classifier.Train(table, outcomes, new ClassifierOptions(kind, Folds: 3)).Model;
        var again = ModelFile.Read(ModelFile.Write(model));
        var later = Data(50, 9).Table;
        Assert.Equal(model.Probabilities(later), again.Probabilities(later));
        Assert.Equal(model.Base, again.Base, 12);
        Assert.Equal(model.Reasons(later).SelectMany(reasons => reasons), again.Reasons(later).SelectMany(reasons => reasons));
        Assert.Equal(ModelFile.Write(model), ModelFile.Write(again));
        Assert.Equal(model.Probabilities(later.Where(name => name == "age")), again.Probabilities(later.Where(name => name == "age")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":"guanxi-model/9","kind":"logistic","calibration":{"name":"none"}}""")]
    [InlineData("""{"format":"guanxi-model/1","kind":"logistic","calibration":{"name":"none"}}""")]
    [InlineData("""{"format":"guanxi-model/1","kind":"logistic","calibration":{"name":"none"},"logistic":{"terms":[],"codings":[{"column":"a","median":0,"numberTerm":4,"missingTerm":-1,"levels":{},"otherTerm":-1}],"intercept":0,"coefficients":[]}}""")]
    [InlineData("""{"format":"guanxi-model/1","kind":"boosting","calibration":{"name":"none"},"boosting":{"cuts":[],"start":0,"trees":[[{"feature":0,"leftBins":[0,0,0,0],"left":0,"right":0,"value":1,"cover":1}]]}}""")]
    public void What_is_no_model_is_refused_with_a_sentence(string text) => Assert.NotEmpty(Assert.Throws<UnsuitableDataException>(() => ModelFile.Read(text)).Message);
}
