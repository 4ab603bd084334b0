using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Customers;

/// <summary>Keeps the next day on which a birthday is celebrated, solar or lunar, so that a list can be sorted by it.</summary>
public static class Birthdays
{
    public static DateOnly? Next(string? birthday, SaveContext context) => Next(birthday, context.Actor.Today(context.Now));

    /// <summary>Whether the day is one on which the birthday is celebrated, and not further off than the next from tomorrow: what <see cref="MoveOnAsync"/> may have made of it.</summary>
    public static bool Follows(string? birthday, DateOnly? next, DateTimeOffset now) =>
        Next(birthday, DateOnly.FromDateTime(now.UtcDateTime).AddDays(2)) is { } last ? next is { } day && day <= last && Next(birthday, day) == day : next is null;

    private static DateOnly? Next(string? birthday, DateOnly today) => birthday is null ? null : Birthday.Parse(birthday)?.Next(today);

    /// <summary>Moves those that have passed on to the coming year; derived, so without ledger or version. Returns how many.</summary>
    public static async Task<int> MoveOnAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var today = workspace.System().Today(workspace.Now);
        var moved = 0;
        foreach (var name in new[] { "customer", "contact" })
        {
            var table = new SqlName(name);
            await using var session = await workspace.Database.ReadAsync(cancel);
            var passed = await session.ListAsync(Sql.Of($"SELECT id, birthday FROM {table} WHERE next_birthday < {today} AND birthday IS NOT NULL LIMIT 20000"), row => (Id: row.Id(0), Birthday: row.Text(1)), cancel);
            foreach (var chunk in passed.Chunk(500))
            {
                await workspace.Database.WriteAsync(
                    async writing =>
                    {
                        foreach (var (id, birthday) in chunk)
                        {
                            await writing.ExecuteAsync(Sql.Of($"UPDATE {table} SET next_birthday = {Next(birthday, today)} WHERE id = {id}"), cancel);
                        }
                    },
                    cancel);
                moved += chunk.Length;
            }
        }

        return moved;
    }
}
