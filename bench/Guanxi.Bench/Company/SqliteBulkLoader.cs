using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guanxi.Bench.Company;

/// <summary>Prepared inserts on one SQLite connection, bound directly: binding through ADO.NET would cost more than the insert.</summary>
public sealed class SqliteBulkLoader : IBulkLoader
{
    private const int RowsPerTransaction = 100_000;
    private readonly SqliteConnection connection;
    private readonly List<(string Name, string Sql)> indexes = [];

    public SqliteBulkLoader(string connectionString)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        connection.Open();

        // Only while loading, and on data that can be made again: the server itself runs with synchronous=FULL.
        Execute("PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA temp_store=FILE; PRAGMA wal_autocheckpoint=20000");
    }

    public Task BeginAsync(IReadOnlyList<string> tables, CancellationToken cancel)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                if (tables.Contains(reader.GetString(2), StringComparer.Ordinal))
                {
                    indexes.Add((reader.GetString(0), reader.GetString(1)));
                }
            }
        }

        foreach (var (name, _) in indexes)
        {
            Execute($"DROP INDEX {name}");
        }

        return Task.CompletedTask;
    }

    public async Task LoadAsync(BulkTable table, IAsyncEnumerable<IReadOnlyList<BulkRow>> batches, CancellationToken cancel)
    {
        using var insert = Prepare($"INSERT INTO {table.Name} ({string.Join(',', table.Columns)}) VALUES ({string.Join(',', table.Columns.Select(_ => "?"))})");
        using var search = table.Searched ? Prepare($"INSERT INTO {table.Name}_search (rowid, terms) VALUES (last_insert_rowid(), ?)") : null;
        var open = 0;
        Execute("BEGIN");
        await foreach (var batch in batches.WithCancellation(cancel))
        {
            foreach (var row in batch)
            {
                for (var i = 0; i < row.Values.Length; i++)
                {
                    Bind(insert, i + 1, row.Values[i]);
                }

                Step(insert);
                if (search is not null)
                {
                    Bind(search, 1, string.Join(' ', row.Terms!));
                    Step(search);
                }
            }

            if ((open += batch.Count) >= RowsPerTransaction)
            {
                Execute("COMMIT");
                Execute("BEGIN");
                open = 0;
            }
        }

        Execute("COMMIT");
    }

    public Task FinishAsync(Action<string> progress, CancellationToken cancel)
    {
        foreach (var (name, sql) in indexes)
        {
            cancel.ThrowIfCancellationRequested();
            progress(name);
            Execute(sql);
        }

        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return Task.CompletedTask;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement));
        return statement;
    }

    private static void Bind(sqlite3_stmt statement, int at, object? value) => _ = value switch
    {
        null => raw.sqlite3_bind_null(statement, at),
        string text => raw.sqlite3_bind_text(statement, at, text),
        long number => raw.sqlite3_bind_int64(statement, at, number),
        Guid id => BindId(statement, at, id),
        byte[] bytes => raw.sqlite3_bind_blob(statement, at, bytes),
        _ => throw new ArgumentException($"No column holds a {value.GetType().Name}.", nameof(value)),
    };

    private static int BindId(sqlite3_stmt statement, int at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return raw.sqlite3_bind_blob(statement, at, bytes);
    }

    private void Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        if (code != raw.SQLITE_DONE)
        {
            Check(code);
        }

        raw.sqlite3_reset(statement);
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, connection.Handle);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
