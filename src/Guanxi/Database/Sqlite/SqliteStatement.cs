using System.Text;
using Microsoft.Data.Sqlite;

namespace Guanxi.Database.Sqlite;

/// <summary>A compiled statement and its values, bound by position. Belongs to one connection and one user at a time.</summary>
internal sealed unsafe class SqliteStatement : IDisposable
{
    private const int LongestOnStack = 512;
    private readonly SQLitePCL.sqlite3 connection;
    private byte[] buffer = [];

    private SqliteStatement(SQLitePCL.sqlite3 connection, nint handle) => (this.connection, Handle, Columns) = (connection, handle, SqliteNative.ColumnCount(handle));

    public nint Handle { get; private set; }

    public int Columns { get; }

    /// <summary>True while somebody reads its rows: then the same text needs another statement.</summary>
    public bool InUse { get; set; }

    /// <summary>Compiles the text; null when it holds more than one statement, which only the provider runs.</summary>
    /// <exception cref="SqliteException">The text is not SQL, or names what is not there.</exception>
    public static SqliteStatement? Prepare(SqliteConnection on, string text)
    {
        var connection = on.Handle ?? throw new InvalidOperationException("The connection is not open.");
        var sql = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = sql)
        {
            var answer = SqliteNative.Prepare(connection.DangerousGetHandle(), start, sql.Length, SqliteNative.Persistent, out var handle, out var tail);
            if (answer != SqliteNative.Ok)
            {
                SqliteException.ThrowExceptionForRC(answer, connection);
            }

            var rest = sql.AsSpan((int)(tail - start));
            if (handle != 0 && rest.IndexOfAnyExcept(" \t\r\n;"u8) < 0)
            {
                return new SqliteStatement(connection, handle);
            }

            SqliteNative.Finalize(handle);
            return null;
        }
    }

    /// <summary>Binds the values in the order in which they stand in the text.</summary>
    public void Bind(IReadOnlyList<object?> values)
    {
        if (SqliteNative.ParameterCount(Handle) != values.Count)
        {
            throw new ArgumentException($"The statement takes {SqliteNative.ParameterCount(Handle)} values and was given {values.Count}.", nameof(values));
        }

        for (var i = 0; i < values.Count; i++)
        {
            Bind(i + 1, values[i]);
        }
    }

    /// <summary>Binds a row of many; values are bound when there are any, the others stay NULL.</summary>
    public void BindRow(ReadOnlySpan<object?> values)
    {
        SqliteNative.ClearBindings(Handle);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                Bind(i + 1, value);
            }
        }
    }

    /// <summary>Goes on to the next row; false at the end.</summary>
    /// <exception cref="SqliteException">The database refuses.</exception>
    public bool Step()
    {
        var answer = SqliteNative.Step(Handle);
        if (answer == SqliteNative.HasRow)
        {
            return true;
        }

        if (answer == SqliteNative.Done)
        {
            return false;
        }

        // The sentence about it belongs to the connection until the next call, so it is taken before the statement is set back.
        try
        {
            SqliteException.ThrowExceptionForRC(answer, connection);
            return false;
        }
        finally
        {
            SqliteNative.Reset(Handle);
        }
    }

    /// <summary>Runs to the end; answers how many rows changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        SqliteNative.Reset(Handle);
        return SqliteNative.Changes(connection.DangerousGetHandle());
    }

    public long LastRow => SqliteNative.LastRow(connection.DangerousGetHandle());

    public void Reset() => SqliteNative.Reset(Handle);

    private void Bind(int at, object? value)
    {
        var answer = value switch
        {
            null or DBNull => SqliteNative.BindNull(Handle, at),
            string text => BindText(at, Dialect.Kept(text)),
            long number => SqliteNative.BindInteger(Handle, at, number),
            Guid id => BindId(at, id),
            DateTimeOffset instant => SqliteNative.BindInteger(Handle, at, instant.ToUnixTimeMilliseconds()),
            bool yes => SqliteNative.BindInteger(Handle, at, yes ? 1 : 0),
            int number => SqliteNative.BindInteger(Handle, at, number),
            short number => SqliteNative.BindInteger(Handle, at, number),
            double number => SqliteNative.BindReal(Handle, at, number),
            decimal number => SqliteNative.BindReal(Handle, at, (double)number),
            byte[] bytes => BindBytes(at, bytes),
            DateOnly date => BindText(at, date.ToString("yyyy-MM-dd")),
            TimeOnly time => BindText(at, time.ToString("HH:mm")),
            _ => throw new ArgumentException($"A {value.GetType().Name} is kept in no column.", nameof(value)),
        };
        if (answer != SqliteNative.Ok)
        {
            SqliteException.ThrowExceptionForRC(answer, connection);
        }
    }

    private int BindId(int at, Guid id)
    {
        var bytes = stackalloc byte[16];
        id.TryWriteBytes(new Span<byte>(bytes, 16), bigEndian: true, out _);
        return SqliteNative.BindBlob(Handle, at, bytes, 16, SqliteNative.Transient);
    }

    private int BindText(int at, string text)
    {
        if (text.Length * 3 <= LongestOnStack)
        {
            var bytes = stackalloc byte[LongestOnStack];
            return SqliteNative.BindText(Handle, at, bytes, Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, LongestOnStack)), SqliteNative.Transient);
        }

        if (buffer.Length < text.Length * 3)
        {
            buffer = new byte[text.Length * 3];
        }

        fixed (byte* bytes = buffer)
        {
            return SqliteNative.BindText(Handle, at, bytes, Encoding.UTF8.GetBytes(text, buffer), SqliteNative.Transient);
        }
    }

    private int BindBytes(int at, byte[] value)
    {
        // A pointer to nothing would bind NULL instead of an empty blob.
        byte nothing = 0;
        fixed (byte* bytes = value)
        {
            return SqliteNative.BindBlob(Handle, at, bytes is null ? &nothing : bytes, value.Length, SqliteNative.Transient);
        }
    }

    public void Dispose()
    {
        SqliteNative.Finalize(Handle);
        Handle = 0;
    }
}
