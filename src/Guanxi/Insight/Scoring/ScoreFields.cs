using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Scoring;

/// <summary>How likely a deal is to be won, as fields of the deal, and the reasons in words.</summary>
public static class ScoreFields
{
    public static IReadOnlyList<Choice> Grades { get; } = [new("A", ("A 很有希望", "A: rather yes"), "green"), new("B", ("B 有希望", "B: maybe"), "blue"), new("C", ("C 不太有希望", "C: rather not"), "amber"), new("D", ("D 希望很小", "D: hardly"), "grey")];

    public static Section Section { get; } = new("score", ("评分", "Score"));

    public static IReadOnlyList<Field> All { get; } =
    [
        Of("score.grade", FieldKind.Choice, ("评分", "Score")) with { Column = "grade", Choices = Grades },
        Of("score.probability", FieldKind.Number, ("评分赢率", "Scored probability")) with { Column = "probability", Help = ("按已结束的商机学到的赢率，0 到 1；原因见商机页", "Probability learnt from closed deals, 0 to 1; the reasons are on the deal's page") },
        Of("score.asOf", FieldKind.Date, ("评分日", "Scored on")) with { Column = "as_of" },
    ];

    /// <summary>The same of a lead: how likely it becomes a customer.</summary>
    public static IReadOnlyList<Field> OfLeads { get; } =
    [
        All[0] with { Beside = LeadScoring.Table },
        All[1] with { Beside = LeadScoring.Table, Label = ("转化可能", "Likely to convert"), Help = ("按已有结果的线索学到的转化可能，0 到 1；原因见线索页", "How likely it becomes a customer, learnt from leads that have come to an end, 0 to 1; the reasons are on its page") },
        All[2] with { Beside = LeadScoring.Table },
    ];

    /// <summary>Writes the score of one deal with its reasons, or nothing where it has none.</summary>
    public static Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Guid deal, string language, CancellationToken cancel = default) => WriteAsync(
        writer, session, DealScoring.Noun, deal, language, ("已结束的商机还太少或模型没有更准：按这一阶段历来的赢单率估计", "Too few closed deals, or no model does better: told by this stage's own rate"),
        ("按已结束的商机学到；每一条原因都只用当时已知的信息", "Learnt from closed deals, each as it was known at the time"), Rate, DealSnapshot.Sentence, cancel);

    /// <summary>Writes the score of one lead with its reasons, or nothing where it has none.</summary>
    public static Task WriteOfLeadAsync(Utf8JsonWriter writer, DatabaseSession session, RecordType leads, Guid lead, string language, CancellationToken cancel = default)
    {
        Label Named(string field, string value) => leads[field].Choices.FirstOrDefault(choice => choice.Value == value)?.Label ?? new Label(value, value);
        return WriteAsync(
            writer, session, LeadScoring.Noun, lead, language, ("有结果的线索还太少或模型没有更准：按这一来源历来的转化率估计", "Too few leads have come to an end, or no model does better: told by this source's own rate"),
            ("按已有结果的线索学到；每一条原因都只用当时已知的信息", "Learnt from leads that have come to an end, each as it was known at the time"),
            parts => parts is [var source, var won, var all] && all != "0"
                ? new Label($"来源“{Named("source", source).ZhHans}”的 {all} 条有结果或搁置已久的线索里转化了 {won} 条", $"Of {all} leads from {Named("source", source).En} that have come to an end or were left lying, {won} converted")
                : ("没有可比的、已有结果的线索", "There are no leads to compare with that have come to an end"),
            (column, value, raises) => LeadSnapshot.Sentence(column, value, raises, Named), cancel);
    }

    private static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, ScoredNoun noun, Guid id, string language, Label byRates, Label byModel, Func<string[], Label> rate, Func<string, string, bool, Label> sentence, CancellationToken cancel)
    {
        var table = new SqlName(noun.Table);
        var score = await session.FirstAsync(Sql.Of($"SELECT as_of, probability, grade, method, reasons FROM {table} WHERE record_id = {id}"), row => (AsOf: row.Text(0), Probability: Convert.ToDouble(row.Any(1), System.Globalization.CultureInfo.InvariantCulture), Grade: row.Text(2), Method: row.Text(3), Reasons: row.Text(4)), cancel);
        if (score.Grade is null)
        {
            return;
        }

        writer.WriteString("asOf", score.AsOf);
        writer.WriteNumber("probability", score.Probability);
        writer.WriteString("grade", score.Grade);
        writer.WriteString("method", score.Method);
        writer.WriteString("how", (score.Method == "rates" ? byRates : byModel).In(language));
        writer.WriteStartArray("reasons");
        using var reasons = JsonDocument.Parse(score.Reasons);
        foreach (var reason in reasons.RootElement.EnumerateArray())
        {
            var (column, value, weight) = (reason.GetProperty("column").GetString()!, reason.GetProperty("value").GetString()!, reason.GetProperty("weight").GetDouble());
            writer.WriteStartObject();
            writer.WriteString("column", column);
            writer.WriteNumber("weight", weight);
            writer.WriteString("sentence", (column == "rate" ? rate(value.Split('|')) : sentence(column, value, weight > 0)).In(language));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Label Rate(string[] parts) => parts is [var stage, var won, var all]
        ? new Label($"到过“{stage}”的 {all} 个已结束商机里赢了 {won} 个", $"Of {all} closed deals seen in “{stage}”, {won} were won")
        : new Label("没有可比的已结束商机", "There are no closed deals to compare with");

    private static Field Of(string name, FieldKind kind, Label label) => new(name, kind, label) { ReadOnly = true, Beside = DealScoring.Table, Section = "score" };
}
