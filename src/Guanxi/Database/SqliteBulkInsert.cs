using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Guanxi.Database;

/// <summary>One INSERT compiled once and bound by position through SQLite's own interface: the provider looks every parameter up by its name at every call, which for a wide table costs more than the insert.</summary>
internal sealed class SqliteBulkInsert : IDisposable
{
    private const int LongestOnStack = 512;
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private byte[] buffer = new byte[4096];

    public SqliteBulkInsert(DatabaseSession session, string table, IReadOnlyList<string> columns)
    {
        connection = ((SqliteConnection)session.Connection).Handle!;
        var sql = $"INSERT INTO {table} ({string.Join(',', columns)}) VALUES ({string.Join(',', Enumerable.Repeat("?", columns.Count))})";
        Check(raw.sqlite3_prepare_v2(connection, sql, out statement));
    }

    /// <summary>Adds a row and answers its row number.</summary>
    public long Add(ReadOnlySpan<object?> values)
    {
        // Values are bound when there are any; the others stay NULL.
        Check(raw.sqlite3_clear_bindings(statement));
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                Bind(i + 1, value);
            }
        }

        var answer = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (answer != raw.SQLITE_DONE)
        {
            Check(answer);
        }

        return raw.sqlite3_last_insert_rowid(connection);
    }

    private void Bind(int at, object value)
    {
        switch (value)
        {
            case string text:
                BindText(at, text);
                break;
            case long number:
                Check(raw.sqlite3_bind_int64(statement, at, number));
                break;
            case Guid id:
                Span<byte> bytes = stackalloc byte[16];
                id.TryWriteBytes(bytes, bigEndian: true, out _);
                Check(raw.sqlite3_bind_blob(statement, at, bytes));
                break;
            case byte[] blob:
                Check(raw.sqlite3_bind_blob(statement, at, blob));
                break;
            case DateTimeOffset instant:
                Check(raw.sqlite3_bind_int64(statement, at, instant.ToUnixTimeMilliseconds()));
                break;
            case bool yes:
                Check(raw.sqlite3_bind_int64(statement, at, yes ? 1 : 0));
                break;
            case int number:
                Check(raw.sqlite3_bind_int64(statement, at, number));
                break;
            case decimal number:
                Check(raw.sqlite3_bind_double(statement, at, (double)number));
                break;
            case double number:
                Check(raw.sqlite3_bind_double(statement, at, number));
                break;
            case DateOnly date:
                BindText(at, date.ToString("yyyy-MM-dd"));
                break;
            case TimeOnly time:
                BindText(at, time.ToString("HH:mm"));
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is kept in no column.", nameof(value));
        }
    }

    private void BindText(int at, string text)
    {
        if (text.Length * 3 <= LongestOnStack)
        {
            Span<byte> bytes = stackalloc byte[LongestOnStack];
            Check(raw.sqlite3_bind_text(statement, at, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
            return;
        }

        if (buffer.Length < text.Length * 3)
        {
            buffer = new byte[text.Length * 3];
        }

        Check(raw.sqlite3_bind_text(statement, at, buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer))));
    }

    private void Check(int answer) => SqliteException.ThrowExceptionForRC(answer, connection);

    public void Dispose() => statement.Dispose();
}
