using System.Data.Common;

namespace Guanxi.Database;

/// <summary>One connection in use, by one caller at a time, with its prepared statements kept: compiling SQL costs more than running most of ours.</summary>
public sealed class DatabaseSession(DbConnection connection, Dialect dialect, bool keepsCommands) : IAsyncDisposable
{
    private const int MostKept = 400;
    private readonly Dictionary<string, DbCommand> kept = new(StringComparer.Ordinal);

    internal Func<DatabaseSession, ValueTask>? Return { get; set; }

    public DbConnection Connection { get; } = connection;

    public Dialect Dialect { get; } = dialect;

    public DbTransaction? Transaction { get; internal set; }

    /// <summary>The command for a statement, its values bound.</summary>
    public DbCommand Command(Sql sql)
    {
        var text = sql.Text;
        var values = sql.Values;
        if (!keepsCommands || !kept.TryGetValue(text, out var command))
        {
            command = Connection.CreateCommand();
            command.CommandText = text;
            for (var i = 0; i < values.Count; i++)
            {
                var parameter = command.CreateParameter();
                if (Dialect.IsSqlite)
                {
                    parameter.ParameterName = "$" + (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                command.Parameters.Add(parameter);
            }

            if (keepsCommands)
            {
                if (kept.Count >= MostKept)
                {
                    foreach (var old in kept.Values)
                    {
                        old.Dispose();
                    }

                    kept.Clear();
                }

                kept[text] = command;
            }
        }

        command.Transaction = Transaction;
        for (var i = 0; i < values.Count; i++)
        {
            command.Parameters[i].Value = Dialect.ToDatabase(values[i]);
        }

        return command;
    }

    public async ValueTask<int> ExecuteAsync(Sql sql, CancellationToken cancel = default) => await Command(sql).ExecuteNonQueryAsync(cancel);

    public async ValueTask<T?> ScalarAsync<T>(Sql sql, CancellationToken cancel = default)
    {
        var value = await Command(sql).ExecuteScalarAsync(cancel);
        return value is null or DBNull
            ? default
            : value is T typed ? typed : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
    }

    public async ValueTask<DbDataReader> ReadAsync(Sql sql, CancellationToken cancel = default) => await Command(sql).ExecuteReaderAsync(cancel);

    /// <summary>All rows, each made by <paramref name="row"/>.</summary>
    public async ValueTask<List<T>> ListAsync<T>(Sql sql, Func<Row, T> row, CancellationToken cancel = default)
    {
        var items = new List<T>();
        await using var reader = await ReadAsync(sql, cancel);
        var at = new Row(reader, Dialect);
        while (await reader.ReadAsync(cancel))
        {
            items.Add(row(at));
        }

        return items;
    }

    public async ValueTask<T?> FirstAsync<T>(Sql sql, Func<Row, T> row, CancellationToken cancel = default)
    {
        await using var reader = await ReadAsync(sql, cancel);
        return await reader.ReadAsync(cancel) ? row(new Row(reader, Dialect)) : default;
    }

    /// <summary>Begins a time in which every read sees the database as it is at the first of them; dispose it to go on. Writers are not held up.</summary>
    public async ValueTask<IAsyncDisposable> SnapshotAsync(CancellationToken cancel = default)
    {
        if (Transaction is not null)
        {
            return new Snapshot(null);
        }

        Transaction = Connection is Microsoft.Data.Sqlite.SqliteConnection sqlite
            ? sqlite.BeginTransaction(deferred: true)
            : await Connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        return new Snapshot(this);
    }

    /// <summary>Ends the transaction of the session; none when it was in one already.</summary>
    private sealed class Snapshot(DatabaseSession? session) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (session is { Transaction: { } transaction })
            {
                await transaction.DisposeAsync();
                session.Transaction = null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Return is { } back)
        {
            await back(this);
            return;
        }

        await CloseAsync();
    }

    internal async ValueTask CloseAsync()
    {
        foreach (var command in kept.Values)
        {
            await command.DisposeAsync();
        }

        kept.Clear();
        await Connection.DisposeAsync();
    }
}

/// <summary>The row a reader stands on, with the program's own kinds of values.</summary>
public readonly struct Row(DbDataReader reader, Dialect dialect)
{
    public bool IsNull(int ordinal) => reader.IsDBNull(ordinal);

    public Guid Id(int ordinal) => dialect.ReadId(reader, ordinal);

    public Guid? OptionalId(int ordinal) => reader.IsDBNull(ordinal) ? null : dialect.ReadId(reader, ordinal);

    public string Text(int ordinal) => reader.GetString(ordinal);

    public string? OptionalText(int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    public long Integer(int ordinal) => reader.GetInt64(ordinal);

    public long? OptionalInteger(int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetInt64(ordinal);

    public DateTimeOffset Instant(int ordinal) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(ordinal));

    public DateTimeOffset? OptionalInstant(int ordinal) => reader.IsDBNull(ordinal) ? null : Instant(ordinal);

    /// <summary>The value as the database's driver has it.</summary>
    public object Any(int ordinal) => reader.GetValue(ordinal);

    public byte[] Bytes(int ordinal) => (byte[])reader.GetValue(ordinal);
}
