using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Guanxi.Database;

/// <summary>
/// Holds the main file of a SQLite database still while writers go on: a reader that needs nothing of the write-ahead log keeps every checkpoint from the file, so the file itself is the database at that moment
/// and can be read from front to back, without a copy in clear. Writers wait only while the log is carried over, once, at the beginning.
/// </summary>
public sealed class SqliteFreeze : IAsyncDisposable
{
    // Closing any handle on the file would take away the locks that SQLite holds on it in this process (POSIX); so each stays open.
    private static readonly ConcurrentDictionary<(string Path, long Made), SafeFileHandle> Handles = new();
    private readonly SqliteConnection reader;

    private SqliteFreeze(SqliteConnection reader, DatabaseSession session, SafeFileHandle file, long length) => (this.reader, Session, this.file, Length) = (reader, session, file, length);

    private readonly SafeFileHandle file;

    /// <summary>Reads the database of that moment.</summary>
    public DatabaseSession Session { get; }

    public long Length { get; }

    /// <exception cref="IOException">Readers of an older moment would not end.</exception>
    public static async Task<SqliteFreeze> BeginAsync(string connectionString, Dialect dialect, CancellationToken cancel = default)
    {
        var settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, DefaultTimeout = 120 }.ToString();
        for (var tries = 0; ; tries++)
        {
            if (await TryAsync(settings, dialect, cancel) is { } frozen)
            {
                return frozen;
            }

            if (tries == 60)
            {
                throw new IOException("The database could not be held still for the backup: somebody has been reading an older state of it all the time.");
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancel);
        }
    }

    private static async Task<SqliteFreeze?> TryAsync(string settings, Dialect dialect, CancellationToken cancel)
    {
        await using var writer = new SqliteConnection(settings);
        await writer.OpenAsync(cancel);
        await RunAsync(writer, "PRAGMA wal_checkpoint(PASSIVE)", cancel);
        await using var barrier = writer.BeginTransaction(deferred: false);
        var reader = new SqliteConnection(settings);
        try
        {
            await reader.OpenAsync(cancel);
            await using (var checkpoint = reader.CreateCommand())
            {
                checkpoint.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
                await using var result = await checkpoint.ExecuteReaderAsync(cancel);
                await result.ReadAsync(cancel);
                if (result.GetInt64(0) != 0 || result.GetInt64(1) != result.GetInt64(2))
                {
                    await reader.DisposeAsync();
                    return null;
                }
            }

            var session = new DatabaseSession(reader, dialect) { Transaction = reader.BeginTransaction(deferred: true) };
            await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM sqlite_schema"), cancel);
            var path = Path.GetFullPath(writer.DataSource);
            var handle = Handles.GetOrAdd((path, File.GetCreationTimeUtc(path).Ticks), key => File.OpenHandle(key.Path, share: FileShare.ReadWrite | FileShare.Delete));
            return new SqliteFreeze(reader, session, handle, RandomAccess.GetLength(handle));
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    private static async Task RunAsync(SqliteConnection connection, string text, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The file's bytes.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long at, CancellationToken cancel) => RandomAccess.ReadAsync(file, buffer[..(int)Math.Min(buffer.Length, Length - at)], at, cancel);

    public async ValueTask DisposeAsync()
    {
        await Session.Transaction!.DisposeAsync();
        await reader.DisposeAsync();
    }
}
