using System.Data.Common;
using Guanxi.Database.Sqlite;
using Microsoft.Data.Sqlite;

namespace Guanxi.Database;

/// <summary>One connection in use, by one caller at a time. On SQLite its compiled statements are kept: compiling SQL costs more than running most of ours.</summary>
public sealed class DatabaseSession(DbConnection connection, Dialect dialect) : IAsyncDisposable
{
    private const int MostKept = 400;
    private readonly Dictionary<string, SqliteStatement> kept = new(StringComparer.Ordinal);

    internal Func<DatabaseSession, ValueTask>? Return { get; set; }

    public DbConnection Connection { get; } = connection;

    public Dialect Dialect { get; } = dialect;

    public DbTransaction? Transaction { get; internal set; }

    public async ValueTask<int> ExecuteAsync(Sql sql, CancellationToken cancel = default)
    {
        if (Statement(sql) is not { } statement)
        {
            await using var command = Command(sql);
            return await command.ExecuteNonQueryAsync(cancel);
        }

        if (!statement.InUse)
        {
            return statement.Run();
        }

        using var another = Another(sql);
        return another.Run();
    }

    public async ValueTask<T?> ScalarAsync<T>(Sql sql, CancellationToken cancel = default)
    {
        await using var reader = await ReadAsync(sql, cancel);
        var value = await reader.ReadAsync(cancel) ? reader.GetValue(0) : null;
        return value is null or DBNull
            ? default
            : value is T typed ? typed : (T)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
    }

    public async ValueTask<DbDataReader> ReadAsync(Sql sql, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (Statement(sql) is not { } statement)
        {
            return await Command(sql).ExecuteReaderAsync(System.Data.CommandBehavior.Default, cancel);
        }

        return statement.InUse ? new SqliteRows(Another(sql), kept: false) : new SqliteRows(statement, kept: true);
    }

    /// <summary>The kept statement with its values bound, unless somebody reads its rows; null where the provider has to run it.</summary>
    private SqliteStatement? Statement(Sql sql)
    {
        if (Connection is not SqliteConnection sqlite)
        {
            return null;
        }

        var text = sql.Text;
        if (!kept.TryGetValue(text, out var statement))
        {
            statement = SqliteStatement.Prepare(sqlite, text);
            if (statement is null)
            {
                return null;
            }

            if (kept.Count >= MostKept)
            {
                Forget();
            }

            kept[text] = statement;
        }

        if (!statement.InUse)
        {
            statement.Bind(sql.Values);
        }

        return statement;
    }

    private SqliteStatement Another(Sql sql)
    {
        var statement = SqliteStatement.Prepare((SqliteConnection)Connection, sql.Text)!;
        statement.Bind(sql.Values);
        return statement;
    }

    /// <summary>The command for a statement, its values bound.</summary>
    private DbCommand Command(Sql sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql.Text;
        command.Transaction = Transaction;
        for (var i = 0; i < sql.Values.Count; i++)
        {
            var parameter = command.CreateParameter();
            if (Dialect.IsSqlite)
            {
                parameter.ParameterName = "$" + (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            parameter.Value = Dialect.ToDatabase(sql.Values[i]);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private void Forget()
    {
        foreach (var (text, statement) in kept.Where(pair => !pair.Value.InUse).ToList())
        {
            statement.Dispose();
            kept.Remove(text);
        }
    }

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

        Transaction = Connection is SqliteConnection sqlite
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
        foreach (var statement in kept.Values)
        {
            statement.Dispose();
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
