using System.Buffers;
using System.Data.Common;
using System.Text.Json;
using Guanxi.Database;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guanxi.Bench.Operations;

/// <summary>Plain ADO.NET with prepared commands and JSON written straight from the reader: what one would write by hand for one question, without rights, descriptions or HTTP.</summary>
public sealed class FloorConnection : IDisposable
{
    private static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly DbConnection connection;
    private readonly Dialect dialect;
    private readonly Dictionary<string, DbCommand> commands = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private DbTransaction? transaction;

    public FloorConnection(string connectionString, Dialect dialect)
    {
        this.dialect = dialect;
        connection = dialect.IsSqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        connection.Open();
        if (dialect.IsSqlite)
        {
            // The settings of the server's own connections.
            Execute("PRAGMA journal_mode=WAL");
            Execute("PRAGMA synchronous=FULL");
            Execute("PRAGMA foreign_keys=ON");
            Execute("PRAGMA cache_size=-64000");
            Execute("PRAGMA mmap_size=1073741824");

            // Else a statement is compiled again whenever a value changes that could have chosen another plan (SQLITE_DBCONFIG_ENABLE_QPSG).
            SQLitePCL.raw.sqlite3_db_config(((SqliteConnection)connection).Handle, 1007, 1, out _);
        }
    }

    public bool IsSqlite => dialect.IsSqlite;

    /// <summary>The order of an index read backwards.</summary>
    public string Descending => dialect.Direction(descending: true);

    public void Begin() => transaction = connection.BeginTransaction();

    public void Commit()
    {
        transaction!.Commit();
        transaction.Dispose();
        transaction = null;
    }

    public void Rollback()
    {
        transaction!.Rollback();
        transaction.Dispose();
        transaction = null;
    }

    /// <summary>Runs a statement whose values stand as $1, $2 …</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteNonQuery();

    public DbDataReader Read(string sql, params ReadOnlySpan<object?> values) => Bound(sql, values).ExecuteReader();

    public Guid? Id(DbDataReader reader, int at) => reader.IsDBNull(at) ? null : dialect.ReadId(reader, at);

    /// <summary>Makes a JSON object and returns its length.</summary>
    public int Answer(Action<Utf8JsonWriter> write)
    {
        buffer.Clear();
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenCount;
    }

    /// <summary>Writes every row as an object named by its columns.</summary>
    public int WriteRows(Utf8JsonWriter writer, string name, string sql, params ReadOnlySpan<object?> values)
    {
        writer.WriteStartArray(name);
        var count = 0;
        using (var reader = Read(sql, values))
        {
            while (reader.Read())
            {
                count++;
                writer.WriteStartObject();
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    if (!reader.IsDBNull(i))
                    {
                        writer.WritePropertyName(reader.GetName(i));
                        WriteValue(writer, reader, i);
                    }
                }

                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        return count;
    }

    private static void WriteValue(Utf8JsonWriter writer, DbDataReader reader, int at)
    {
        switch (reader.GetValue(at))
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case byte[] { Length: 16 } bytes:
                writer.WriteStringValue(new Guid(bytes, bigEndian: true));
                break;
            case var other:
                writer.WriteStringValue(other.ToString());
                break;
        }
    }

    private DbCommand Bound(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                if (dialect.IsSqlite)
                {
                    parameter.ParameterName = $"${i + 1}";
                }

                command.Parameters.Add(parameter);
            }

            commands[sql] = command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = dialect.ToDatabase(values[i]);
        }

        command.Transaction = transaction;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
