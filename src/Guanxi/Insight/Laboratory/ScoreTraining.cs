using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Files;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>A score as it was trained once: the model, its evidence, and how its values lay, against which later nights are held.</summary>
/// <param name="Model">The model as text.</param>
/// <param name="Report">What the page shows, in the language of whoever trained it, with <c>edges</c>, the nine tenths of the values.</param>
/// <param name="Groups">For groups: how many there are.</param>
internal sealed record ScoreTraining(string Model, string Report, int Groups = 0)
{
    private const int Fewest = 40;

    /// <param name="before">The training in force, whose groups keep their numbers; null for a first one.</param>
    /// <exception cref="RefusedException">The question cannot be answered with these customers; the sentence says why.</exception>
    public static async Task<ScoreTraining> RunAsync(DatabaseSession session, Actor actor, LabQuestion question, DateTimeOffset now, CancellationToken cancel, string? before = null)
    {
        question.NeedTarget(("请写出要预测的条件，例如 value.late > 2", "Say what is to be foretold as a condition, such as value.late > 2"));
        var table = await LabTable.ReadAsync(session, actor, question.Filter, question.IsOfPurchases ? ["value.orders"] : question.Fields, now, cancel);
        if (table.Count < Fewest)
        {
            throw new RefusedException(Refusal.Invalid("filter", new Label($"只有 {table.Count} 位客户，至少要有 {Fewest} 位", $"Only {table.Count} customers; at least {Fewest} are needed")));
        }

        try
        {
            return question.Model == "cluster" ? Group(table, question, actor.Language, before)
                : question.IsOfPurchases ? await PurchasesAsync(session, actor, table, question, now, cancel)
                : await ClassifierAsync(session, actor, table, question, now, cancel);
        }
        catch (UnsuitableDataException unsuitable)
        {
            throw new RefusedException(Refusal.Breaks("lab-unsuitable", FindingWords.Of(unsuitable)));
        }
    }

    private static async Task<ScoreTraining> ClassifierAsync(DatabaseSession session, Actor actor, LabTable table, LabQuestion question, DateTimeOffset now, CancellationToken cancel)
    {
        var outcomes = await table.FitAsync(session, actor, question.Filter, question.Target!, now, cancel);
        var data = LabData.Of(table, outcomes, question.Target!, actor.Language);
        var result = Classifier.Train(data.Table, outcomes, new ClassifierOptions(LabRun.KindOf(question.Model), Folds: 5));
        NeedConverged(result.Converged, result.Warning);
        var report = Written(writer =>
        {
            writer.WriteNumber("customers", table.Count);
            writer.WriteNumber("positives", outcomes.Count(outcome => outcome));
            LabRun.Evidence(writer, result, data, actor.Language);
            Edges(writer, result.Model.Probabilities(data.Table));
        });
        return new ScoreTraining(ModelFile.Write(result.Model), report);
    }

    private static ScoreTraining Group(LabTable table, LabQuestion question, string language, string? before)
    {
        var old = before is null ? null : KeptGroups.Read(before);
        var found = LabGroups.Find(table.AllNumbers(), table.Count, old?.Model.Centres.Length ?? question.Clusters);
        var model = found.Model;
        if (old is not null)
        {
            model = model with { Numbers = LabGroups.Followed(old.Place(table).Nearest.Select(place => old.Model.Numbers[place]).ToArray(), found.Assignment, model.Centres.Length) };
        }

        var report = Written(writer =>
        {
            writer.WriteNumber("customers", table.Count);
            LabGroups.Write(writer, found with { Model = model }, table.Columns(language), table.Findings, language);
            Edges(writer, []);
        });
        return new ScoreTraining(new KeptGroups(model).Write(), report, model.Centres.Length);
    }

    private static async Task<ScoreTraining> PurchasesAsync(DatabaseSession session, Actor actor, LabTable table, LabQuestion question, DateTimeOffset now, CancellationToken cancel)
    {
        var today = actor.Today(now);
        var orders = await LabPurchases.OrdersAsync(session, table.Ids, cancel) with { Findings = table.Findings };
        var request = (question with { CalibrationEnd = null }).Purchases(today) with { UpToToday = true };
        var report = ClvReports.Of(request, orders);
        NeedConverged(report.Converged, report.Warning);
        if (question.Tells is "spend" or "value" && question.Model != "gamma-gamma" && report.Spend is not { Converged: true })
        {
            throw new RefusedException(Refusal.Breaks("lab-no-spend", ("花费模型没有拟合出来，只能保存存续概率或购买次数", "No model of spend could be fitted; the probability alive or the purchases can be kept")));
        }

        var settings = await ValueSettings.ReadAsync(session, cancel);
        var kept = new PurchaseParameters(
            question.Model, report.Parameters, report.Spend is { Converged: true } spend ? spend.Parameters : null, question.Unit, request.HorizonOr(0), question.Tells,
            settings.UsualMargin / 100, settings.CostPerPurchase, ValueTerms.PerUnit(settings.DiscountRate / 100, question.Unit), today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var model = new KeptPurchases(kept);
        var told = model.Tell(PurchaseLog.Split(orders.Log!, today, question.Unit, today)).Select(one => one.Value).ToList();
        if (told.Count == 0)
        {
            throw new UnsuitableDataException("The log has no purchases.");
        }

        // Names of customers are not kept in a report: they would outlive the customers.
        return new ScoreTraining(model.Write(), Written(writer =>
        {
            LabPurchases.Write(writer, report with { Diagnostics = report.Diagnostics with { Holdout = HeldBack(request, orders, today) } }, actor.Language, null);
            Edges(writer, told);
        }));
    }

    /// <summary>How the model does on the last third of the time, a year at most, when it has not seen it.</summary>
    private static HoldoutReport? HeldBack(ClvRequest request, PurchaseFile orders, DateOnly today)
    {
        if (request.Model is "bg-bb" or "gamma-gamma")
        {
            return null;
        }

        var days = today.DayNumber - orders.Log!.Min(purchase => purchase.Date).DayNumber;
        try
        {
            var before = ClvReports.Of(request with { CalibrationEnd = today.AddDays(-Math.Min(365, days / 3)) }, orders);
            return before.Converged ? before.Diagnostics.Holdout : null;
        }
        catch (UnsuitableDataException)
        {
            // Too short a past to hold a part of it back.
            return null;
        }
    }

    private static void NeedConverged(bool converged, string? warning)
    {
        if (!converged)
        {
            throw new RefusedException(Refusal.Breaks("lab-not-converged", FindingWords.Of(warning ?? "The fit did not converge: the likelihood still rises at the last step.")));
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Edges(Utf8JsonWriter writer, IReadOnlyList<double> values)
    {
        writer.WriteStartArray("edges");
        foreach (var edge in values.Count == 0 ? [] : Stability.Edges(values))
        {
            writer.WriteNumberValue(edge);
        }

        writer.WriteEndArray();
    }
}
