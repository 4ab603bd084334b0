using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Guanxi.Database;

/// <summary>SQLite in WAL mode with synchronous=FULL: a commit that was answered survives a power cut.</summary>
public sealed class SqliteDatabase : GuanxiDatabase
{
    private const int MostReaders = 16;
    private readonly ConcurrentBag<DatabaseSession> idle = [];
    private readonly SemaphoreSlim readers = new(MostReaders);
    private readonly SemaphoreSlim writer = new(1);
    private readonly string connectionString;
    private DatabaseSession? writing;

    static SqliteDatabase()
    {
        SQLitePCL.Batteries_V2.Init();

        // A session has one user at a time, so SQLite need not guard each call, nor count every allocation under a lock.
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);

        // SQLite works on the caller's thread, also while the disk does. The pool begins with one thread a core and adds two a second: on two cores a few slow commits would hold everybody up.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, MostReaders * 2), ports);
    }

    public SqliteDatabase(string connectionString)
    {
        this.connectionString = new SqliteConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            DefaultTimeout = 120,
            ForeignKeys = true,
        }.ToString();
    }

    public override Dialect Dialect { get; } = new SqliteDialect();

    public override string ConnectionString => connectionString;

    public override async ValueTask<DatabaseSession> ReadAsync(CancellationToken cancel = default)
    {
        await readers.WaitAsync(cancel);
        try
        {
            if (!idle.TryTake(out var session))
            {
                session = await ConnectAsync(reading: true, cancel);
                session.Return = GiveBackAsync;
            }

            return session;
        }
        catch
        {
            readers.Release();
            throw;
        }
    }

    public override async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancel = default)
    {
        await writer.WaitAsync(cancel);
        try
        {
            writing ??= await ConnectAsync(reading: false, cancel);
            // deferred: false takes the write lock at once, so two processes queue up instead of failing at the first write.
            await using var transaction = ((SqliteConnection)writing.Connection).BeginTransaction(deferred: false);
            writing.Transaction = transaction;
            var result = await work(writing);
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (SqliteException) when (writing is not null)
        {
            await writing.CloseAsync();
            writing = null;
            throw;
        }
        finally
        {
            if (writing is not null)
            {
                writing.Transaction = null;
            }

            writer.Release();
        }
    }

    public override async Task AnalyzeAsync(CancellationToken cancel = default)
    {
        await writer.WaitAsync(cancel);
        try
        {
            writing ??= await ConnectAsync(reading: false, cancel);
            await writing.ExecuteAsync(Sql.Of($"PRAGMA analysis_limit=2000"), cancel);
            await writing.ExecuteAsync(Sql.Of($"ANALYZE"), cancel);
        }
        finally
        {
            writer.Release();
        }
    }

    public override async Task ForgetDeletedAsync(IReadOnlyList<string> searched, CancellationToken cancel = default)
    {
        foreach (var table in searched)
        {
            await WriteAsync(session => session.ExecuteAsync(new Sql().Append($"INSERT INTO {table}_search ({table}_search) VALUES ('optimize')"), cancel).AsTask(), cancel);
        }

        await writer.WaitAsync(cancel);
        try
        {
            writing ??= await ConnectAsync(reading: false, cancel);
            await writing.ExecuteAsync(Sql.Of($"PRAGMA wal_checkpoint(TRUNCATE)"), cancel);
        }
        finally
        {
            writer.Release();
        }
    }

    private async Task<DatabaseSession> ConnectAsync(bool reading, CancellationToken cancel)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancel);
        // The writer keeps to its cache: mapped pages of a large import would all count as memory of the process.
        await using (var pragma = connection.CreateCommand())
        {
            pragma.CommandText = $"""
                PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;
                PRAGMA cache_size={(reading ? -8000 : -64000)}; PRAGMA mmap_size={(reading ? 1073741824 : 0)}; PRAGMA wal_autocheckpoint=4000; PRAGMA busy_timeout=120000; PRAGMA secure_delete=ON;
                """;
            await pragma.ExecuteNonQueryAsync(cancel);
            pragma.CommandText = "PRAGMA synchronous";
            if (Convert.ToInt64(await pragma.ExecuteScalarAsync(cancel)) != 2)
            {
                throw new InvalidOperationException("SQLite does not run with synchronous=FULL; Guanxi would lose acknowledged writes in a power cut and does not start.");
            }
        }

        // SQLITE_DBCONFIG_ENABLE_QPSG: without it SQLite compiles a statement again each time a value changes that could have chosen another plan; that cost more than running it.
        SQLitePCL.raw.sqlite3_db_config(connection.Handle, 1007, 1, out _);
        return new DatabaseSession(connection, Dialect);
    }

    private ValueTask GiveBackAsync(DatabaseSession session)
    {
        idle.Add(session);
        readers.Release();
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var session))
        {
            await session.CloseAsync();
        }

        if (writing is not null)
        {
            await writing.CloseAsync();
        }

        readers.Dispose();
        writer.Dispose();
    }
}
