using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Laboratory;

/// <summary>A score that an analyst keeps: the question it answers, and where it stands among the columns beside the customers.</summary>
/// <param name="Slot">Which column of the table beside, from 1.</param>
/// <param name="Number">The name's number; never used twice, so that a view or segment cannot come to mean another score.</param>
/// <param name="Version">The training in force.</param>
/// <param name="Groups">For groups: the name of each, in the order of their numbers.</param>
/// <param name="Failure">Why the last night could not score, in words; null when it could.</param>
public sealed record KeptScore(Guid Id, string Name, int Number, int Slot, LabQuestion Question, Guid MadeBy, DateTimeOffset MadeAt, DateTimeOffset? RemovedAt, int Version, DateTimeOffset? ScoredAt, long? Scored, IReadOnlyList<string> Groups, Label? Failure)
{
    public const string Table = "customer_score";
    public const int Most = 8;

    /// <summary>The field of the customer.</summary>
    public string Field => FieldName(Number);

    internal SqlName Column => new(ColumnName(Slot, Question));

    internal static string FieldName(int number) => string.Create(CultureInfo.InvariantCulture, $"score.s{number}");

    /// <summary>Numbers stand in one set of columns, groups in another.</summary>
    internal static string ColumnName(int slot, LabQuestion question) => string.Create(CultureInfo.InvariantCulture, $"{(question.Model == "cluster" ? 'g' : 's')}{slot}");

    public static ValueTask<List<KeptScore>> ListAsync(DatabaseSession session, bool removed = false, CancellationToken cancel = default) => session.ListAsync(
        new Sql().Append("SELECT id, name, number, slot, question, made_by_id, made_at, removed_at, version, scored_at, scored, failure, groups FROM lab_score").Append(removed ? "" : " WHERE removed_at IS NULL").Append(" ORDER BY number"), Read, cancel);

    /// <exception cref="RefusedException">There is no such score.</exception>
    public static async Task<KeptScore> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT id, name, number, slot, question, made_by_id, made_at, removed_at, version, scored_at, scored, failure, groups FROM lab_score WHERE id = {id}"), Read, cancel) ?? throw new RefusedException(Refusal.NotFound);

    private static KeptScore Read(Row row)
    {
        using var question = System.Text.Json.JsonDocument.Parse(row.Text(4));
        return new KeptScore(row.Id(0), row.Text(1), (int)row.Integer(2), (int)row.Integer(3), LabQuestion.Read(question.RootElement), row.Id(5), row.Instant(6), row.OptionalInstant(7), (int)row.Integer(8), row.OptionalInstant(9), row.OptionalInteger(10), row.OptionalText(12) is { } groups ? System.Text.Json.JsonSerializer.Deserialize<string[]>(groups)! : [], row.OptionalText(11)?.Split('\n') is [var zh, var en] ? new Label(zh, en) : null);
    }
}
