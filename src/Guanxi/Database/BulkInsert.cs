namespace Guanxi.Database;

/// <summary>
/// Adds many rows to one table at the price of a few: one compiled statement bound without names on SQLite, COPY on PostgreSQL.
/// Used inside the transaction of the session it was given.
/// </summary>
public static class BulkInsert
{
    /// <summary>Below this many rows a bulk way costs more than it saves.</summary>
    public const int WorthFrom = 8;

    /// <summary>Adds the rows in their order.</summary>
    /// <param name="session">A session inside a transaction.</param>
    /// <param name="table">The table; a name of the program, never of a request.</param>
    /// <param name="columns">The columns that the rows fill, in the order of their values.</param>
    /// <param name="rows">Writes one row's values into the array it is given, which is reused.</param>
    /// <param name="count">How many rows there are.</param>
    /// <param name="inserted">Told the row number of each row in SQLite; 0 in PostgreSQL, which does not say.</param>
    /// <exception cref="System.Data.Common.DbException">A row breaks a constraint; the transaction is to be rolled back.</exception>
    public static async ValueTask RunAsync(DatabaseSession session, string table, IReadOnlyList<string> columns, Action<int, object?[]> rows, int count, Action<int, long>? inserted = null, CancellationToken cancel = default)
    {
        var values = new object?[columns.Count];
        if (session.Dialect.IsSqlite)
        {
            using var statement = new SqliteBulkInsert(session, table, columns);
            for (var i = 0; i < count; i++)
            {
                rows(i, values);
                var row = statement.Add(values);
                inserted?.Invoke(i, row);
            }

            return;
        }

        await using var copy = await PostgresBulkInsert.BeginAsync(session, table, columns, cancel);
        for (var i = 0; i < count; i++)
        {
            rows(i, values);
            await copy.AddAsync(values, cancel);
        }

        await copy.CompleteAsync(cancel);
    }
}
