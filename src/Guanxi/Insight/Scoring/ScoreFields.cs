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

    /// <summary>Writes the score of one deal with its reasons, or nothing where it has none.</summary>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Guid deal, string language, CancellationToken cancel = default)
    {
        var score = await session.FirstAsync(Sql.Of($"SELECT as_of, probability, grade, method, reasons FROM deal_score WHERE record_id = {deal}"), row => (AsOf: row.Text(0), Probability: Convert.ToDouble(row.Any(1), System.Globalization.CultureInfo.InvariantCulture), Grade: row.Text(2), Method: row.Text(3), Reasons: row.Text(4)), cancel);
        if (score.Grade is null)
        {
            return;
        }

        writer.WriteString("asOf", score.AsOf);
        writer.WriteNumber("probability", score.Probability);
        writer.WriteString("grade", score.Grade);
        writer.WriteString("method", score.Method);
        writer.WriteString("how", (score.Method == "rates"
            ? new Label("已结束的商机还太少或模型没有更准：按这一阶段历来的赢单率估计", "Too few closed deals, or no model does better: told by this stage's own rate")
            : new Label("按已结束的商机学到；每一条原因都只用当时已知的信息", "Learnt from closed deals, each as it was known at the time")).In(language));
        writer.WriteStartArray("reasons");
        using var reasons = JsonDocument.Parse(score.Reasons);
        foreach (var reason in reasons.RootElement.EnumerateArray())
        {
            var (column, value, weight) = (reason.GetProperty("column").GetString()!, reason.GetProperty("value").GetString()!, reason.GetProperty("weight").GetDouble());
            writer.WriteStartObject();
            writer.WriteString("column", column);
            writer.WriteNumber("weight", weight);
            writer.WriteString("sentence", (column == "rate" ? Rate(value.Split('|')) : DealSnapshot.Sentence(column, value, weight > 0)).In(language));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Label Rate(string[] parts) => parts is [var stage, var won, var all]
        ? new Label($"到过“{stage}”的 {all} 个已结束商机里赢了 {won} 个", $"Of {all} closed deals seen in “{stage}”, {won} were won")
        : new Label("没有可比的已结束商机", "There are no closed deals to compare with");

    private static Field Of(string name, FieldKind kind, Label label) => new(name, kind, label) { ReadOnly = true, Beside = DealScoring.Table, Section = "score" };
}
