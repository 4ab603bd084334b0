using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>
/// The table of customers' values that a run fills, which then takes the place of the one in use. Filled in the order of its key and sorted for its indexes once at the end, it costs a third of
/// changing a million rows in place, where each piece touches every page of every index; and readers see one run or the other, never a mixture.
/// </summary>
internal static class NextValues
{
    public const string Table = ValueFields.Table + "_next";

    /// <summary>The values that lists are sorted by, each with an index.</summary>
    public static readonly string[] Sorted = ["model", "current", "at_risk"];

    /// <summary>An empty table of the same columns; what a run that broke off has left is thrown away.</summary>
    public static async Task<bool> BeginAsync(DatabaseSession session, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"DROP TABLE IF EXISTS {new SqlName(Table)}"), cancel);
        if (!session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(Sql.Of($"CREATE TABLE {new SqlName(Table)} (LIKE {new SqlName(ValueFields.Table)} INCLUDING DEFAULTS, PRIMARY KEY (record_id), FOREIGN KEY (record_id) REFERENCES customer(id) ON DELETE CASCADE)"), cancel);
            return true;
        }

        // Its columns have come by several migrations; SQLite keeps the statement that makes them all.
        var made = (await session.ListAsync(Sql.Of($"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = {ValueFields.Table}"), row => row.Text(0), cancel)).Single();
        await session.ExecuteAsync(new Sql().Append($"CREATE TABLE {Table} {made[made.IndexOf('(', StringComparison.Ordinal)..]}"), cancel);
        return true;
    }

    /// <summary>An index that has a name of its own, unlike the one of the table in use: names of indexes belong to the database.</summary>
    public static async Task<bool> IndexAsync(DatabaseSession session, string column, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"CREATE INDEX {new SqlName($"{ValueFields.Table}_{column}_{Guid.CreateVersion7():N}")} ON {new SqlName(Table)} ({new SqlName(column)}, record_id)"), cancel);
        return true;
    }

    public static async Task<bool> TakePlaceAsync(DatabaseSession session, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"DROP TABLE {new SqlName(ValueFields.Table)}"), cancel);
        await session.ExecuteAsync(Sql.Of($"ALTER TABLE {new SqlName(Table)} RENAME TO {new SqlName(ValueFields.Table)}"), cancel);
        // The planner knows nothing of indexes that are new to it.
        if (session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(Sql.Of($"PRAGMA analysis_limit=2000"), cancel);
        }

        await session.ExecuteAsync(Sql.Of($"ANALYZE {new SqlName(ValueFields.Table)}"), cancel);
        return true;
    }
}
