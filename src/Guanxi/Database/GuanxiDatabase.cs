namespace Guanxi.Database;

/// <summary>The database of one company: many readers, and writes that either happen whole or not at all.</summary>
public abstract class GuanxiDatabase : IAsyncDisposable
{
    public abstract Dialect Dialect { get; }

    /// <summary>How the database was opened; may hold a password.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>A session for reading; dispose it to give it back.</summary>
    public abstract ValueTask<DatabaseSession> ReadAsync(CancellationToken cancel = default);

    /// <summary>Runs <paramref name="work"/> in one transaction: committed when it returns, rolled back when it throws. Writers queue up, so a busy database is a wait and never an error.</summary>
    public abstract Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancel = default);

    public Task WriteAsync(Func<DatabaseSession, Task> work, CancellationToken cancel = default) => WriteAsync(
        async session =>
        {
            await work(session);
            return true;
        },
        cancel);

    /// <summary>Tells the planner what the tables hold; worth it after much has been loaded.</summary>
    public abstract Task AnalyzeAsync(CancellationToken cancel = default);

    /// <summary>Makes sure that what was deleted is not left in the files: the search terms of these tables are written anew, and logs that still hold the old pages are cut.</summary>
    public abstract Task ForgetDeletedAsync(IReadOnlyList<string> searched, CancellationToken cancel = default);

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens by connection string: <c>Host=…</c> is PostgreSQL, <c>Data Source=…</c> SQLite.</summary>
    public static GuanxiDatabase Open(string connectionString) =>
        connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase) || connectionString.Contains("Server=", StringComparison.OrdinalIgnoreCase)
            ? new PostgresDatabase(connectionString)
            : new SqliteDatabase(connectionString);
}
