using System.Text.RegularExpressions;
using Guanxi.Science.Scoring;

namespace Guanxi.Science.Tests.Scoring;

public sealed class ClassifierTests
{
    [Theory]
    [InlineData(ClassifierKind.Logistic)]
    [InlineData(ClassifierKind.Boosting)]
    public void Churn_of_telco_is_scored_honestly_and_calibrated(ClassifierKind kind)
    {
        var (table, outcomes) = LogisticRegressionTests.Telco();

        var result = Classifier.Train(table, outcomes, new ClassifierOptions(kind, Folds: kind == ClassifierKind.Boosting ? 3 : 10));

        Assert.InRange(result.Metrics.Auc, 0.844, 0.86);
        Assert.True(result.Metrics.Brier <= 0.138);
        Assert.True(result.Metrics.LargestCalibrationError < 0.05);
        Assert.Equal(["customerID"], result.LeftOut.Keys);
        Assert.Equal(7043, result.HeldOutProbabilities.Count);
    }

    [Fact]
    public void Contributions_add_up_to_the_score_of_each_record()
    {
        var (table, outcomes) = LogisticRegressionTests.Telco();
        var few = table.Take([.. Enumerable.Range(0, 1500)]).Where(name => name != "customerID");
        foreach (var kind in Enum.GetValues<ClassifierKind>())
        {
            var model = Classifier.Train(few, outcomes[..1500], new ClassifierOptions(kind, Folds: 3, Boosting: new BoostingSettings(MostTrees: 60))).Model;
            var scores = model.Scores(few);
            var contributions = model.Contributions(few);

            for (var row = 0; row < 1500; row += 37)
            {
                Assert.Equal(scores[row], model.Base + contributions[row].Sum(), 8);
            }

            Assert.All(model.Reasons(few.Take([0, 1])), reasons => Assert.Equal(3, reasons.Count));
        }
    }

    [Fact]
    public void Tree_values_equal_shapley_values_counted_over_all_subsets()
    {
        var random = new Random(11);
        const int rows = 300, columns = 4;
        var values = Enumerable.Range(0, columns).Select(_ => Enumerable.Range(0, rows).Select(_ => (double)random.Next(6)).ToArray()).ToArray();
        bool[] outcomes = [.. Enumerable.Range(0, rows).Select(i => random.NextDouble() < (values[0][i] > 2 && values[1][i] < 4 ? 0.8 : 0.1 + (0.1 * values[2][i])))];
        var table = new FeatureTable(values.Select((column, c) => new NumberColumn($"x{c}", column)).ToArray());
        var features = FeatureBins.Learn(table);
        var bins = features.Read(table);
        var tree = new TreeGrower(features, bins, new BoostingSettings(Leaves: 12, LeastRows: 5)).Grow(
            [.. Enumerable.Range(0, rows)], [.. outcomes.Select(outcome => outcome ? -0.5 : 0.5)], [.. Enumerable.Repeat(0.25, rows)], [0, 1, 2, 3]);

        for (var row = 0; row < 20; row++)
        {
            var record = bins[(row * columns)..((row + 1) * columns)];
            double Value(int node, int known)
            {
                var at = tree.Nodes[node];
                if (at.Left < 0)
                {
                    return at.Value;
                }

                return (known >> at.Feature & 1) != 0
                    ? Value(at.GoesLeft(record[at.Feature]) ? at.Left : at.Right, known)
                    : ((tree.Nodes[at.Left].Cover * Value(at.Left, known)) + (tree.Nodes[at.Right].Cover * Value(at.Right, known))) / at.Cover;
            }

            var contributions = new double[columns];
            TreeShap.Add(tree, record, contributions);
            double[] weights = [1 / 4.0, 1 / 12.0, 1 / 12.0, 1 / 4.0];
            for (var c = 0; c < columns; c++)
            {
                double shapley = 0;
                for (var subset = 0; subset < 1 << columns; subset++)
                {
                    if ((subset >> c & 1) == 0)
                    {
                        shapley += weights[System.Numerics.BitOperations.PopCount((uint)subset)] * (Value(0, subset | (1 << c)) - Value(0, subset));
                    }
                }

                Assert.Equal(shapley, contributions[c], 10);
            }
        }
    }

    [Fact]
    public void A_column_filled_after_the_outcome_is_left_out_and_named()
    {
        var random = new Random(2);
        const int rows = 800;
        bool[] outcomes = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.3)];
        var table = new FeatureTable(
        [
            new NumberColumn("visits", [.. outcomes.Select(outcome => random.Next(10) + (outcome ? 3.0 : 0))]),
            FeatureText.Read("closing note", [.. outcomes.Select(outcome => outcome ? $"won {random.Next(3)}" : "")]),
        ]);

        var result = Classifier.Train(table, outcomes);
        var trusting = Classifier.Train(table, outcomes, new ClassifierOptions(LeaveOutSuspects: false));

        Assert.Equal(["closing note"], result.LeftOut.Keys);
        Assert.Contains(result.Findings, finding => finding.Code == "suspected-leak");
        Assert.Contains(trusting.Findings, finding => finding.Code is "suspected-leak");
        Assert.Contains(trusting.Findings, finding => finding.Code is "too-good");
    }

    [Theory]
    [InlineData("Lead Profile", true)]
    [InlineData("客户画像", true)]
    [InlineData("region", false)]
    public void A_judgement_that_sellers_write_down_on_the_way_is_left_out_by_its_name(string name, bool leftOut)
    {
        var random = new Random(3);
        bool[] outcomes = [.. Enumerable.Range(0, 800).Select(_ => random.NextDouble() < 0.3)];
        var table = new FeatureTable(
        [
            new NumberColumn("visits", [.. outcomes.Select(outcome => random.Next(10) + (outcome ? 3.0 : 0))]),
            FeatureText.Read(name, [.. outcomes.Select(outcome => random.NextDouble() < (outcome ? 0.7 : 0.2) ? "promising" : "other")]),
        ]);

        Assert.Equal(leftOut ? [name] : [], Classifier.Train(table, outcomes).LeftOut.Keys);
    }

    [Theory]
    [InlineData(ClassifierKind.Logistic)]
    [InlineData(ClassifierKind.Boosting)]
    public void Leads_with_all_columns_are_scored_in_the_honest_band(ClassifierKind kind)
    {
        // Some cells hold a comma in quotes.
        var lines = File.ReadLines(SharedData.Path("leads_xeducation/Leads.csv")).Select(line => Regex.Split(line, ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(cell => cell.Trim('"')).ToArray()).ToArray();
        var (header, rows) = (lines[0], lines[1..]);
        var converted = Array.IndexOf(header, "Converted");
        var table = new FeatureTable([.. Enumerable.Range(0, header.Length).Where(column => column != converted && header[column].Length > 0).Select(column => FeatureText.Read(header[column], [.. rows.Select(row => row[column].Trim())]))]);

        var result = Classifier.Train(table, [.. rows.Select(row => row[converted] == "1")], new ClassifierOptions(kind, Folds: 3));

        Assert.InRange(result.Metrics.Auc, 0.85, 0.89);
        Assert.Superset(new HashSet<string> { "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Asymmetrique Activity Index", "Asymmetrique Activity Score", "Asymmetrique Profile Index", "Asymmetrique Profile Score" }, result.LeftOut.Keys.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Scores_of_another_program_are_left_out_but_not_a_score_that_all_have_or_that_stands_alone()
    {
        var random = new Random(6);
        bool[] outcomes = [.. Enumerable.Range(0, 900).Select(_ => random.NextDouble() < 0.3)];
        NumberColumn Column(string name, Func<int, bool> filled) => new(name, [.. outcomes.Select((outcome, i) => filled(i) ? random.Next(10) + (outcome ? 1.0 : 0) : double.NaN)]);
        var table = new FeatureTable([Column("Acme Activity Score", i => i % 3 > 0), Column("Acme Profile Index", i => i % 3 > 0), Column("credit score", _ => true), Column("bureau rating", i => i % 4 > 0), Column("visits", _ => true)]);

        Assert.Equal(["Acme Activity Score", "Acme Profile Index"], Classifier.Train(table, outcomes).LeftOut.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Training_twice_with_one_seed_gives_one_model()
    {
        var (table, outcomes) = LogisticRegressionTests.Telco();
        var few = table.Take([.. Enumerable.Range(0, 1000)]);
        var options = new ClassifierOptions(ClassifierKind.Boosting, Folds: 3, Boosting: new BoostingSettings(MostTrees: 40));

        Assert.Equal(Classifier.Train(few, outcomes[..1000], options).HeldOutProbabilities, Classifier.Train(few, outcomes[..1000], options).HeldOutProbabilities);
    }

    [Fact]
    public void Ten_thousand_levels_missing_values_and_unknown_levels_give_finite_scores()
    {
        var random = new Random(4);
        const int rows = 3000;
        bool[] outcomes = [.. Enumerable.Range(0, rows).Select(i => random.NextDouble() < 0.4)];
        FeatureTable Table(int seed)
        {
            var own = new Random(seed);
            return new FeatureTable(
            [
                FeatureText.Read("street", [.. Enumerable.Range(0, rows).Select(i => i % 3 == 0 ? "main street" : $"street {own.Next(10_000)}")]),
                new NumberColumn("size", [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? double.NaN : i % 77 == 0 ? double.PositiveInfinity : own.NextDouble())]),
                FeatureText.Read("empty", [.. Enumerable.Repeat("", rows)]),
            ]);
        }

        foreach (var kind in Enum.GetValues<ClassifierKind>())
        {
            var result = Classifier.Train(Table(1), outcomes, new ClassifierOptions(kind, Folds: 3, Boosting: new BoostingSettings(MostTrees: 30)));

            Assert.All(result.Model.Probabilities(Table(2)), probability => Assert.InRange(probability, 0, 1));
            Assert.Contains("empty", result.LeftOut.Keys);
        }
    }
}
