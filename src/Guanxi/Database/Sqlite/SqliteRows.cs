using System.Collections;
using System.Data.Common;
using System.Text;

namespace Guanxi.Database.Sqlite;

/// <summary>The rows of a statement in use. Values are read where SQLite holds them; a span of one is good until the next row.</summary>
internal sealed unsafe class SqliteRows : DbDataReader
{
    private static readonly Task<bool> Yes = Task.FromResult(true);
    private static readonly Task<bool> No = Task.FromResult(false);
    private readonly SqliteStatement statement;
    private readonly bool kept;
    private nint handle;
    private bool onRow;

    // The first step is taken at once, so that a statement which changes something has done so even when nobody reads its rows.
    private bool ahead;

    public SqliteRows(SqliteStatement statement, bool kept)
    {
        (this.statement, this.kept, handle) = (statement, kept, statement.Handle);
        statement.InUse = true;
        try
        {
            ahead = statement.Step();
            HasRows = ahead;
        }
        catch
        {
            Release();
            throw;
        }
    }

    public override bool HasRows { get; }

    public override int FieldCount => statement.Columns;

    public override int Depth => 0;

    public override bool IsClosed => handle == 0;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read()
    {
        if (ahead)
        {
            ahead = false;
            return onRow = true;
        }

        return onRow = onRow && statement.Step();
    }

    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Read() ? Yes : No;

    public override bool NextResult() => false;

    public override bool IsDBNull(int ordinal) => Kind(ordinal) == SqliteKind.Null;

    public override Task<bool> IsDBNullAsync(int ordinal, CancellationToken cancellationToken) => IsDBNull(ordinal) ? Yes : No;

    public override long GetInt64(int ordinal) => Present(ordinal) ? SqliteNative.ColumnInteger(handle, ordinal) : 0;

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override double GetDouble(int ordinal) => Present(ordinal) ? SqliteNative.ColumnReal(handle, ordinal) : 0;

    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    public override decimal GetDecimal(int ordinal) => (decimal)GetDouble(ordinal);

    public override string GetString(int ordinal) => Encoding.UTF8.GetString(Utf8(ordinal));

    /// <summary>The text as it is stored.</summary>
    public ReadOnlySpan<byte> Utf8(int ordinal)
    {
        Present(ordinal);
        var text = SqliteNative.ColumnText(handle, ordinal);
        return new ReadOnlySpan<byte>(text, SqliteNative.ColumnBytes(handle, ordinal));
    }

    /// <summary>The bytes as they are stored.</summary>
    public ReadOnlySpan<byte> Bytes(int ordinal)
    {
        Present(ordinal);
        var bytes = SqliteNative.ColumnBlob(handle, ordinal);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.ColumnBytes(handle, ordinal));
    }

    public override Guid GetGuid(int ordinal) => new(Bytes(ordinal), bigEndian: true);

    public override object GetValue(int ordinal) => Kind(ordinal) switch
    {
        SqliteKind.Integer => SqliteNative.ColumnInteger(handle, ordinal),
        SqliteKind.Real => SqliteNative.ColumnReal(handle, ordinal),
        SqliteKind.Text => GetString(ordinal),
        SqliteKind.Blob => Bytes(ordinal).ToArray(),
        _ => DBNull.Value,
    };

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    public override Type GetFieldType(int ordinal) => Kind(ordinal) switch
    {
        SqliteKind.Integer => typeof(long),
        SqliteKind.Real => typeof(double),
        SqliteKind.Blob => typeof(byte[]),
        _ => typeof(string),
    };

    public override string GetDataTypeName(int ordinal) => Kind(ordinal).ToString().ToUpperInvariant();

    public override string GetName(int ordinal) => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)SqliteNative.ColumnName(statement.Handle, ordinal)) ?? "";

    public override int GetOrdinal(string name)
    {
        for (var i = 0; i < FieldCount; i++)
        {
            if (string.Equals(GetName(i), name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such column.");
    }

    public override char GetChar(int ordinal) => GetString(ordinal)[0];

    public override DateTime GetDateTime(int ordinal) => throw new NotSupportedException("Instants are kept as milliseconds; read a number.");

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var bytes = Bytes(ordinal);
        if (buffer is null)
        {
            return bytes.Length;
        }

        var part = bytes[(int)Math.Min(dataOffset, bytes.Length)..];
        part = part[..Math.Min(part.Length, length)];
        part.CopyTo(buffer.AsSpan(bufferOffset));
        return part.Length;
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var text = GetString(ordinal);
        if (buffer is null)
        {
            return text.Length;
        }

        var count = (int)Math.Min(length, Math.Max(0, text.Length - dataOffset));
        text.CopyTo((int)dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    public override void Close() => Release();

    private SqliteKind Kind(int ordinal)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ordinal, (uint)statement.Columns, nameof(ordinal));
        return SqliteNative.ColumnKind(handle, ordinal);
    }

    private bool Present(int ordinal) => Kind(ordinal) != SqliteKind.Null ? true : throw new InvalidOperationException($"Column {ordinal} is empty.");

    private void Release()
    {
        if (handle == 0)
        {
            return;
        }

        (handle, onRow, ahead) = (0, false, false);
        statement.InUse = false;
        if (kept)
        {
            statement.Reset();
        }
        else
        {
            statement.Dispose();
        }
    }
}
