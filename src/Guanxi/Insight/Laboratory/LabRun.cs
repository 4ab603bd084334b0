using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Files;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>Fits a model to the customers one sees, or to a file one brings, and tells what it found, with the evidence.</summary>
public static class LabRun
{
    private const int Fewest = 40;
    private const int MostRules = 100;

    /// <summary>Writes the answer of a question about customers into an open object.</summary>
    /// <exception cref="RefusedException">The question cannot be answered with these customers; the sentence says why.</exception>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, LabQuestion question, DateTimeOffset now, CancellationToken cancel = default)
    {
        question.NeedTarget(("请写出要预测的条件，例如 value.late > 2", "Say what is to be foretold as a condition, such as value.late > 2"));
        var table = await LabTable.ReadAsync(session, actor, question.Filter, question.IsOfPurchases ? ["value.orders"] : question.Fields, now, cancel);
        if (table.Count < Fewest)
        {
            throw new RefusedException(Refusal.Invalid("filter", new Label($"只有 {table.Count} 位客户，至少要有 {Fewest} 位", $"Only {table.Count} customers; at least {Fewest} are needed")));
        }

        writer.WriteString("model", question.Model);
        try
        {
            if (question.IsOfPurchases)
            {
                var orders = await LabPurchases.OrdersAsync(session, table.Ids, cancel) with { Findings = table.Findings };
                var names = table.Names();
                LabPurchases.Write(writer, ClvReports.Of(question.Purchases(actor.Today(now)) with { UpToToday = true }, orders), actor.Language, id => names.GetValueOrDefault(id, id));
                return;
            }

            writer.WriteNumber("customers", table.Count);
            if (question.Model == "cluster")
            {
                LabGroups.Write(writer, LabGroups.Find(table.AllNumbers(), table.Count, question.Clusters), table.Columns(actor.Language), table.Findings, actor.Language);
                return;
            }

            Answer(writer, question, LabData.Of(table, await table.FitAsync(session, actor, question.Filter, question.Target!, now, cancel), question.Target!, actor.Language), actor.Language);
        }
        catch (UnsuitableDataException unsuitable)
        {
            throw new RefusedException(Refusal.Breaks("lab-unsuitable", FindingWords.Of(unsuitable)));
        }
    }

    /// <summary>Writes the answer of a question about a file into an open object.</summary>
    /// <exception cref="RefusedException">The file cannot be read or cannot carry the model; the sentence says why.</exception>
    public static void Write(Utf8JsonWriter writer, Actor actor, LabQuestion question, string path, string fileName, DateTimeOffset now, CancellationToken cancel = default)
    {
        question.NeedTarget(("请写出文件里结果所在的列", "Name the column of the file that has the outcome"));
        writer.WriteString("model", question.Model);
        try
        {
            var file = LabFile.Read(path, fileName, cancel);
            writer.WriteString("file", fileName);
            if (question.IsOfPurchases)
            {
                var data = PurchaseFile.Read(file, fileName, question.Model == "bg-bb", question.Model == "gamma-gamma");
                LabPurchases.Write(writer, ClvReports.Of(question.Purchases(actor.Today(now)), data), actor.Language, id => id);
                return;
            }

            writer.WriteNumber("customers", file.Rows.Count);
            if (question.Model == "cluster")
            {
                if (file.Rows.Count > LabData.MostRows)
                {
                    throw new RefusedException(Refusal.Invalid("file", new Label($"分群最多用 {LabData.MostRows} 行", $"Groups are found among at most {LabData.MostRows} rows")));
                }

                var data = ClusterFile.Read(file, fileName, question.Fields.Count > 0 ? string.Join(',', question.Fields) : null, null);
                var (clusters, silhouettes) = LabGroups.Find([.. data.Standardised], question.Clusters);
                LabGroups.Write(writer, clusters.Assignment, silhouettes, clusters.Converged, data.All, data.Note is null ? [] : [new Finding("missing-values", FindingWeight.Note, data.Note)], actor.Language);
                return;
            }

            Answer(writer, question, LabData.Of(file, question), actor.Language);
        }
        catch (UnsuitableDataException unsuitable)
        {
            throw new RefusedException(Refusal.Breaks("lab-unsuitable", FindingWords.Of(unsuitable)));
        }
    }

    private static void Answer(Utf8JsonWriter writer, LabQuestion question, LabData data, string language)
    {
        writer.WriteNumber("positives", data.Outcomes.Count(outcome => outcome));
        if (question.Model == "tree")
        {
            Tree(writer, data, language);
        }
        else
        {
            Score(writer, data, KindOf(question.Model), language);
        }
    }

    internal static ClassifierKind KindOf(string model) => model == "boosting" ? ClassifierKind.Boosting : ClassifierKind.Logistic;

    private static void Tree(Utf8JsonWriter writer, LabData data, string language)
    {
        if (data.Outcomes.All(outcome => outcome) || data.Outcomes.All(outcome => !outcome))
        {
            throw new UnsuitableDataException($"All {data.Outcomes.Length} records have the same outcome, so there is nothing to tell apart.");
        }

        var conditions = TreeConditions.Of(data.Columns);
        var tree = DecisionTree.Fit(conditions.Columns, [.. data.Outcomes.Select(outcome => outcome ? "✓" : "✗")]);
        writer.Number("accuracy", tree.Accuracy);
        writer.WriteStartArray("rules");
        foreach (var rule in tree.Rules.Take(MostRules))
        {
            writer.WriteStartObject();
            var said = conditions.Said(rule.Conditions, language);
            writer.WriteString("conditions", said.Count == 0 ? "—" : string.Join(" & ", said));
            writer.WriteStartArray("path");
            foreach (var condition in said)
            {
                writer.WriteStringValue(condition);
            }

            writer.WriteEndArray();
            writer.WriteString("outcome", rule.Class);
            writer.WriteNumber("customers", rule.Count);
            writer.Number("share", rule.Share);
            writer.Number("lift", rule.Lift);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Findings(data.Findings, language);
    }

    private static void Score(Utf8JsonWriter writer, LabData data, ClassifierKind kind, string language)
    {
        var result = Classifier.Train(data.Table, data.Outcomes, new ClassifierOptions(kind, Folds: 5));
        Evidence(writer, result, data, language);
    }

    /// <summary>How a score did on records it had not seen, and what it goes by.</summary>
    internal static void Evidence(Utf8JsonWriter writer, ClassifierResult result, LabData data, string language)
    {
        writer.WriteBoolean("converged", result.Converged);
        writer.WriteString("warning", result.Warning is { } warning ? FindingWords.Of(warning).In(language) : null);
        writer.Number("auc", result.Metrics.Auc);
        writer.Number("averagePrecision", result.Metrics.AveragePrecision);
        writer.Number("brier", result.Metrics.Brier);
        writer.Number("lift", result.Metrics.LiftAtTenPercent);
        writer.Points("gains", result.Metrics.Gains.Select(part => new[] { part.Part / (double)result.Metrics.Gains.Count, part.Lift, part.CumulativeGain }));
        writer.Points("calibration", result.Metrics.Calibration.Select(bin => new[] { bin.Records, bin.MeanPredicted, bin.ObservedRate }));
        writer.WriteStartArray("importance");
        foreach (var one in result.Importance.Where(one => one.MeanContribution > 0).Take(12))
        {
            writer.WriteStartObject();
            writer.WriteString("label", data.Named(one.Column));
            writer.Number("weight", one.MeanContribution);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("leftOut");
        foreach (var (column, why) in result.LeftOut)
        {
            writer.WriteStartObject();
            writer.WriteString("label", data.Named(column));
            writer.WriteString("why", FindingWords.Of(why).In(language));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Findings(data.Findings.Concat(result.Findings), language, data.Named);
    }
}
