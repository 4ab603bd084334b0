using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>What an analyst asks of the laboratory.</summary>
/// <param name="Model">cluster, logistic, boosting or tree.</param>
/// <param name="Filter">Which customers; all that one sees when null.</param>
/// <param name="Target">For scores and trees: a condition; whoever fits it has the outcome.</param>
/// <param name="Fields">Columns the model looks at; the usual ones when empty.</param>
/// <param name="Clusters">How many groups; chosen by the silhouette when null.</param>
public sealed record LabQuestion(string Model, string? Filter, string? Target, IReadOnlyList<string> Fields, int? Clusters)
{
    public static IReadOnlyList<string> Models { get; } = ["cluster", "logistic", "boosting", "tree"];

    /// <exception cref="RefusedException">Something is missing or not known.</exception>
    public static LabQuestion Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        string? Text(string name) => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()) ? value.GetString() : null;
        var errors = new FieldErrors();
        var model = Text("model") ?? "";
        if (!Models.Contains(model, StringComparer.Ordinal))
        {
            errors.Add("model", new Label($"模型应为 {string.Join("、", Models)}", $"A model is one of {string.Join(", ", Models)}"));
        }

        var target = Text("target");
        if (model != "cluster" && target is null)
        {
            errors.Add("target", ("请写出要预测的条件，例如 value.late > 2", "Say what is to be foretold as a condition, such as value.late > 2"));
        }

        int? clusters = null;
        if (body.TryGetProperty("clusters", out var count) && count.ValueKind != JsonValueKind.Null)
        {
            clusters = count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out var number) && number is >= 2 and <= 12 ? number : null;
            if (clusters is null)
            {
                errors.Add("clusters", ("组数应为 2 到 12", "A number of groups is 2 to 12"));
            }
        }

        string[] fields = body.TryGetProperty("fields", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).Distinct(StringComparer.Ordinal)] : [];
        errors.Throw();
        return new LabQuestion(model, Text("filter"), target, fields, clusters);
    }
}

/// <summary>Fits a model to the customers one sees and tells what it found, with the evidence.</summary>
public static class LabRun
{
    private const int Fewest = 40;
    private const int MostClusters = 8;
    private const int MostRules = 20;

    /// <summary>Writes the answer into an open object.</summary>
    /// <exception cref="RefusedException">The question cannot be answered with these customers; the sentence says why.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, LabQuestion question, DateTimeOffset now, CancellationToken cancel = default)
    {
        var table = await LabTable.ReadAsync(session, actor, question.Filter, question.Fields, now, cancel);
        if (table.Count < Fewest)
        {
            throw new RefusedException(Refusal.Invalid("filter", new Label($"只有 {table.Count} 位客户，至少要有 {Fewest} 位", $"Only {table.Count} customers; at least {Fewest} are needed")));
        }

        writer.WriteString("model", question.Model);
        writer.WriteNumber("customers", table.Count);
        try
        {
            if (question.Model == "cluster")
            {
                Cluster(writer, table, question.Clusters, actor.Language);
                return;
            }

            var outcomes = await table.FitAsync(session, actor, question.Filter, question.Target!, now, cancel);
            writer.WriteNumber("positives", outcomes.Count(outcome => outcome));
            // What the outcome is made of would foretell it without fail.
            var without = table.Fields.Where(field => !question.Target!.Contains(field.Name, StringComparison.Ordinal)).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
            if (question.Model == "tree")
            {
                Tree(writer, table, outcomes, without, actor.Language);
            }
            else
            {
                Score(writer, table.Features().Where(without.Contains), outcomes, question.Model == "boosting" ? ClassifierKind.Boosting : ClassifierKind.Logistic, table.Fields, actor.Language);
            }
        }
        catch (UnsuitableDataException unsuitable)
        {
            throw new RefusedException(Refusal.Breaks("lab-unsuitable", new Label(unsuitable.Message, unsuitable.Message)));
        }
    }

    private static void Cluster(Utf8JsonWriter writer, LabTable table, int? asked, string language)
    {
        var columns = table.Columns(language);
        var points = Standardised([.. columns.Where(column => column.Numbers is not null).Select(column => column.Numbers!)], table.Count);
        if (points.Length == 0 || points[0].Length == 0)
        {
            throw new UnsuitableDataException("Groups are found by numbers, and no column with different numbers is among those chosen.");
        }

        var count = asked ?? 0;
        writer.WriteStartArray("scores");
        if (asked is null)
        {
            var scores = ClusterCount.BySilhouette(points, Math.Min(MostClusters, points.Select(point => string.Join(';', point)).Distinct(StringComparer.Ordinal).Count() - 1), 1);
            if (scores.Count == 0)
            {
                throw new UnsuitableDataException("The customers differ too little to be told apart.");
            }

            foreach (var score in scores)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(score.Count);
                writer.WriteNumberValue(Math.Round(score.Score, 4));
                writer.WriteEndArray();
            }

            count = scores.MaxBy(score => score.Score)!.Count;
        }

        writer.WriteEndArray();
        var clusters = KMeans.Fit(points, count, 1);
        writer.WriteStartArray("clusters");
        foreach (var profile in ClusterProfiles.Describe(clusters.Assignment, columns).OrderByDescending(profile => profile.Count))
        {
            writer.WriteStartObject();
            writer.WriteNumber("customers", profile.Count);
            writer.WriteNumber("share", Math.Round(profile.Share, 4));
            writer.WriteStartArray("sentences");
            foreach (var sentence in profile.Sentences)
            {
                writer.WriteStringValue(sentence);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Mean 0 and deviation 1, signed logarithms first where a column is long in the tail; columns that never vary are left out.</summary>
    private static double[][] Standardised(List<double[]> columns, int rows)
    {
        var used = new List<double[]>();
        foreach (var column in columns)
        {
            double[] values = column.Max() > 100 * Math.Max(1, Math.Abs(column.Average())) || column.Max() > 1000 ? [.. column.Select(value => Math.Sign(value) * Math.Log(1 + Math.Abs(value)))] : column;
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            if (deviation > 1e-9)
            {
                used.Add([.. values.Select(value => (value - mean) / deviation)]);
            }
        }

        return [.. Enumerable.Range(0, rows).Select(row => used.Select(column => column[row]).ToArray())];
    }

    private static void Tree(Utf8JsonWriter writer, LabTable table, bool[] outcomes, HashSet<string> without, string language)
    {
        if (outcomes.All(outcome => outcome) || outcomes.All(outcome => !outcome))
        {
            throw new UnsuitableDataException("All of them have the same outcome, so there is nothing to tell apart.");
        }

        var all = table.Columns(language);
        var tree = DecisionTree.Fit([.. all.Where((_, i) => without.Contains(table.Fields[i].Name))], [.. outcomes.Select(outcome => outcome ? "✓" : "✗")]);
        writer.WriteNumber("accuracy", Math.Round(tree.Accuracy, 4));
        writer.WriteStartArray("rules");
        foreach (var rule in tree.Rules.Take(MostRules))
        {
            writer.WriteStartObject();
            writer.WriteString("conditions", rule.Conditions.Count == 0 ? "—" : string.Join(" & ", rule.Conditions));
            writer.WriteString("outcome", rule.Class);
            writer.WriteNumber("customers", rule.Count);
            writer.WriteNumber("share", Math.Round(rule.Share, 4));
            writer.WriteNumber("lift", Math.Round(rule.Lift, 2));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Score(Utf8JsonWriter writer, FeatureTable features, bool[] outcomes, ClassifierKind kind, IReadOnlyList<Field> fields, string language)
    {
        var result = Classifier.Train(features, outcomes, new ClassifierOptions(kind, Folds: 5));
        string Named(string column) => fields.FirstOrDefault(field => field.Name == column)?.Label.In(language) ?? column;
        writer.WriteBoolean("converged", result.Converged);
        Number(writer, "auc", result.Metrics.Auc);
        Number(writer, "averagePrecision", result.Metrics.AveragePrecision);
        Number(writer, "brier", result.Metrics.Brier);
        Number(writer, "lift", result.Metrics.LiftAtTenPercent);
        writer.WriteStartArray("gains");
        foreach (var part in result.Metrics.Gains)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(part.Part);
            writer.WriteNumberValue(Math.Round(part.Lift, 4));
            writer.WriteNumberValue(Math.Round(part.CumulativeGain, 4));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("calibration");
        foreach (var bin in result.Metrics.Calibration)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(bin.Records);
            writer.WriteNumberValue(Math.Round(bin.MeanPredicted, 4));
            writer.WriteNumberValue(Math.Round(bin.ObservedRate, 4));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("importance");
        foreach (var one in result.Importance.Where(one => one.MeanContribution > 0).Take(12))
        {
            writer.WriteStartObject();
            writer.WriteString("label", Named(one.Column));
            Number(writer, "weight", one.MeanContribution);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("leftOut");
        foreach (var (column, why) in result.LeftOut)
        {
            writer.WriteStartObject();
            writer.WriteString("label", Named(column));
            writer.WriteString("why", why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("findings");
        foreach (var finding in result.Findings)
        {
            writer.WriteStringValue(finding.Sentence);
        }

        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, double value) => writer.WriteNumber(name, double.IsFinite(value) ? Math.Round(value, 6) : 0);
}
