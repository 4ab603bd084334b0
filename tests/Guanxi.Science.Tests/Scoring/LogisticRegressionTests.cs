using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Science.Tests.Scoring;

public sealed class LogisticRegressionTests
{
    internal static (FeatureTable Table, bool[] Outcomes) Telco(params string[] only)
    {
        var path = SharedData.Path("churn_telco/Telco-Customer-Churn.csv");
        var header = File.ReadLines(path).First().Split(',');
        var rows = SharedData.Rows("churn_telco/Telco-Customer-Churn.csv").ToArray();
        if (only.Length > 0)
        {
            rows = [.. rows.Where(row => row[Array.IndexOf(header, "TotalCharges")].Trim().Length > 0)];
        }

        var columns = header.Where(name => name is not "Churn" && (only.Length == 0 || only.Contains(name)))
            .OrderBy(name => Array.IndexOf(only, name))
            .Select(name => FeatureText.Read(name, rows.Select(row => row[Array.IndexOf(header, name)]).ToArray()))
            .ToArray();
        return (new FeatureTable(columns), rows.Select(row => row[^1] == "Yes").ToArray());
    }

    [Fact]
    public void Unpenalised_fit_of_telco_matches_the_general_linear_model_of_r()
    {
        var (table, outcomes) = Telco("tenure", "MonthlyCharges", "Contract", "InternetService", "PaymentMethod", "PaperlessBilling", "SeniorCitizen");
        var encoder = DesignEncoder.Learn(table);
        var matrix = encoder.Encode(table);

        var fit = LogisticRegression.Fit(matrix, outcomes);

        Assert.Equal(7032, outcomes.Length);
        Assert.True(fit.Converged, fit.Warning);
        Assert.Equal(5960.105, fit.Deviance, 1e-3);
        Assert.Equal(8143.355, fit.NullDeviance, 1e-3);
        Assert.Equal(-0.874971, fit.Intercept, 1e-4);
        var published = new Dictionary<string, double>
        {
            ["tenure"] = -0.032888, ["MonthlyCharges"] = 0.003227, ["Contract=One year"] = -0.730600, ["Contract=Two year"] = -1.482649,
            ["InternetService=Fiber optic"] = 0.877093, ["InternetService=No"] = -0.724495, ["PaymentMethod=Electronic check"] = 0.404072,
        };
        foreach (var (name, value) in published)
        {
            Assert.Equal(value, fit.Coefficients[encoder.Terms.Select(term => term.Name).ToList().IndexOf(name)], 1e-4);
        }

        Assert.Equal(0.8389543, BinaryMetrics.Area(Enumerable.Range(0, outcomes.Length).Select(row => fit.Score(matrix, row)).ToArray(), outcomes), 1e-5);
        Assert.All(fit.StandardErrors, error => Assert.InRange(error!.Value, 1e-4, 1));
    }

    [Fact]
    public void Standard_errors_are_those_of_the_information_matrix()
    {
        // Two groups: 10 of 40 and 30 of 50. The log odds ratio has variance 1/10 + 1/30 + 1/30 + 1/20.
        var group = Enumerable.Range(0, 90).Select(i => i < 40 ? 0.0 : 1).ToArray();
        var outcomes = Enumerable.Range(0, 90).Select(i => i < 40 ? i < 10 : i < 70).ToArray();
        var table = new FeatureTable([new NumberColumn("group", group)]);

        var fit = LogisticRegression.Fit(DesignEncoder.Learn(table).Encode(table), outcomes);

        Assert.Equal(Math.Log(30.0 / 20 / (10.0 / 30)), fit.Coefficients[0], 8);
        Assert.Equal(Math.Sqrt((1 / 10.0) + (1 / 30.0) + (1 / 30.0) + (1 / 20.0)), fit.StandardErrors[1]!.Value, 6);
        Assert.Equal(Math.Sqrt((1 / 10.0) + (1 / 30.0)), fit.StandardErrors[0]!.Value, 6);
    }

    [Fact]
    public void Complete_separation_is_named_and_never_passes_as_converged()
    {
        var table = new FeatureTable([new NumberColumn("x", [.. Enumerable.Range(0, 40).Select(i => (double)i)])]);
        bool[] outcomes = [.. Enumerable.Range(0, 40).Select(i => i >= 20)];
        var matrix = DesignEncoder.Learn(table).Encode(table);

        var fit = LogisticRegression.Fit(matrix, outcomes);
        var penalised = LogisticRegression.Fit(matrix, outcomes, new ElasticNetPenalty(0.01, 0.5));

        Assert.False(fit.Converged);
        Assert.Contains("separate", fit.Warning);
        Assert.True(double.IsFinite(fit.Intercept));
        Assert.True(penalised.Converged, penalised.Warning);
        Assert.InRange(penalised.Coefficients[0], 0.01, 5);
    }

    [Fact]
    public void A_level_with_one_outcome_only_is_named()
    {
        var random = new Random(3);
        string[] level = [.. Enumerable.Range(0, 300).Select(i => i % 10 == 0 ? "vip" : i % 2 == 0 ? "a" : "b")];
        bool[] outcomes = [.. Enumerable.Range(0, 300).Select(i => level[i] == "vip" || random.NextDouble() < 0.4)];
        var table = new FeatureTable([FeatureText.Read("kind", level)]);

        var fit = LogisticRegression.Fit(DesignEncoder.Learn(table).Encode(table), outcomes);

        Assert.False(fit.Converged);
        Assert.Contains("kind=vip", fit.Warning);
    }

    [Fact]
    public void Columns_that_say_the_same_get_one_coefficient()
    {
        var x = Enumerable.Range(0, 60).Select(i => (double)(i % 7)).ToArray();
        var table = new FeatureTable([new NumberColumn("x", x), new NumberColumn("twice", x.Select(value => 2 * value).ToArray()), new NumberColumn("constant", [.. Enumerable.Repeat(3.0, 60)])]);
        bool[] outcomes = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0)];
        var encoder = DesignEncoder.Learn(table);

        var fit = LogisticRegression.Fit(encoder.Encode(table), outcomes);

        Assert.Equal(["twice"], fit.LeftOut);
        Assert.Contains(encoder.Findings, finding => finding.Sentence.StartsWith("constant", StringComparison.Ordinal));
        Assert.True(fit.Converged, fit.Warning);
    }

    [Fact]
    public void Lasso_sets_what_does_not_matter_to_zero()
    {
        var random = new Random(5);
        var columns = Enumerable.Range(0, 6).Select(c => Enumerable.Range(0, 500).Select(_ => random.NextDouble()).ToArray()).ToArray();
        bool[] outcomes = [.. Enumerable.Range(0, 500).Select(i => random.NextDouble() < 1 / (1 + Math.Exp(-4 * (columns[0][i] - 0.5))))];
        var table = new FeatureTable(columns.Select((values, c) => new NumberColumn($"x{c}", values)).ToArray());

        var fit = LogisticRegression.Fit(DesignEncoder.Learn(table).Encode(table), outcomes, new ElasticNetPenalty(0.08, 1));

        Assert.True(fit.Coefficients[0] > 0.3);
        Assert.All(fit.Coefficients.Skip(1), coefficient => Assert.Equal(0, coefficient));
    }

    [Fact]
    public void One_outcome_only_is_refused_in_words() =>
        Assert.Contains("same outcome", Assert.Throws<UnsuitableDataException>(() => Classifier.Train(new FeatureTable([new NumberColumn("x", [1, 2, 3])]), [true, true, true])).Message);
}
