using Guanxi.Database.Sqlite;
using Microsoft.Data.Sqlite;

namespace Guanxi.Database;

/// <summary>One INSERT compiled once for many rows.</summary>
internal sealed class SqliteBulkInsert(DatabaseSession session, string table, IReadOnlyList<string> columns) : IDisposable
{
    private readonly SqliteStatement statement = SqliteStatement.Prepare((SqliteConnection)session.Connection, $"INSERT INTO {table} ({string.Join(',', columns)}) VALUES ({string.Join(',', Enumerable.Repeat("?", columns.Count))})")
        ?? throw new InvalidOperationException("The insert is one statement.");

    /// <summary>Adds a row and answers its row number.</summary>
    public long Add(ReadOnlySpan<object?> values)
    {
        statement.BindRow(values);
        statement.Run();
        return statement.LastRow;
    }

    public void Dispose() => statement.Dispose();
}
