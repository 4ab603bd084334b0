using Guanxi.Database;

namespace Guanxi.Platform.Access;

/// <summary>How many customers a person, or each person of a team and the teams below, may have.</summary>
/// <param name="NotCounted">Filter of the customers that do not count; null when all do.</param>
public sealed record HoldingLimit(Guid? Person, Guid? Team, int Most, string? NotCounted);

/// <summary>The limits in force, kept with the directory so that giving a customer to somebody without one asks no database.</summary>
public sealed class HoldingBook(IReadOnlyList<HoldingLimit> limits)
{
    public static HoldingBook None { get; } = new([]);

    /// <summary>The one rule that holds for a person: his own, else that of the nearest team.</summary>
    public HoldingLimit? For(Directory directory, Guid person) => limits.Count == 0 ? null
        : limits.FirstOrDefault(limit => limit.Person == person)
            ?? directory.TeamAndAbove(directory.Person(person)?.TeamId).Select(team => limits.FirstOrDefault(limit => limit.Team == team)).FirstOrDefault(limit => limit is not null);

    internal static async Task<HoldingBook> LoadAsync(DatabaseSession session, CancellationToken cancel) => new(await session.ListAsync(
        Sql.Of($"SELECT person_id, team_id, most, not_counted FROM holding_rule WHERE active = 1 AND deleted_at IS NULL ORDER BY seq"), row => new HoldingLimit(row.OptionalId(0), row.OptionalId(1), (int)row.Integer(2), row.OptionalText(3)), cancel));
}
