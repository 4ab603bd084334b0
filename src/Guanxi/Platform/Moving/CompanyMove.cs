using System.Data.Common;
using Guanxi.Database;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;
using Microsoft.Data.Sqlite;

namespace Guanxi.Platform.Moving;

/// <summary>What was moved.</summary>
/// <param name="Tables">Rows of each table, the same on both sides.</param>
public sealed record MoveResult(IReadOnlyDictionary<string, long> Tables)
{
    public long Rows => Tables.Values.Sum();
}

/// <summary>
/// Carries a company from SQLite to PostgreSQL or back. One transaction on the new side: every table is copied, read back and compared by count and checksum, and only when all agree is it there at all.
/// The old side is only read; attachments and keys stay in the data directory, which both use.
/// </summary>
public static class CompanyMove
{
    private const int Part = 2000;

    /// <param name="moved">Told after each table.</param>
    /// <exception cref="InvalidOperationException">Both sides are of one kind, the new one is not empty, the old one is in use or not of this version.</exception>
    /// <exception cref="InvalidDataException">What was read back is not what was sent; nothing was kept.</exception>
    public static async Task<MoveResult> RunAsync(GuanxiDatabase from, GuanxiDatabase to, TimeProvider clock, IReadOnlyList<RecordType>? nouns = null, Action<string, long>? moved = null, CancellationToken cancel = default)
    {
        if (from.Dialect.IsSqlite == to.Dialect.IsSqlite)
        {
            throw new InvalidOperationException("A company is moved from SQLite to PostgreSQL or back. To the same kind of database it goes by a backup and a restore.");
        }

        await RefuseInUseAsync(from, cancel);
        await using var old = await from.ReadAsync(cancel);
        await using var snapshot = await old.SnapshotAsync(cancel);
        if (!await HasTablesAsync(old, cancel))
        {
            throw new InvalidOperationException("There is no company in this data.");
        }

        if (await Migrations.PendingAsync(old, cancel) is { Count: > 0 })
        {
            throw new InvalidOperationException("This data was written by an older Guanxi. Start this version on it once, then move it.");
        }

        await using (var look = await to.ReadAsync(cancel))
        {
            if (await HasTablesAsync(look, cancel))
            {
                throw new InvalidOperationException("The new database is not empty. Name one without tables, so that nothing there is overwritten.");
            }
        }

        return await to.WriteAsync(
            async fresh =>
            {
                await Migrations.ApplyAsync(fresh, clock, cancel);
                return await CopyAllAsync(old, fresh, nouns ?? Nouns.All, moved, cancel);
            },
            cancel);
    }

    private static async Task<MoveResult> CopyAllAsync(DatabaseSession old, DatabaseSession fresh, IReadOnlyList<RecordType> nouns, Action<string, long>? moved, CancellationToken cancel)
    {
        var tables = await MovedTable.AllAsync(old.Dialect.IsSqlite ? fresh : old, cancel);
        foreach (var table in tables.Reverse())
        {
            await fresh.ExecuteAsync(new Sql().Append($"DELETE FROM \"{table.Name}\""), cancel);
        }

        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            var sent = await CopyAsync(table, old, fresh, cancel);
            if (table.Counted is { } counted)
            {
                await CountOnAsync(table.Name, counted, old, fresh, cancel);
            }

            var kept = await DigestAsync(table, fresh, cancel);
            if (kept != sent)
            {
                throw new InvalidDataException($"{table.Name}: {sent.Rows} rows were sent, {kept.Rows} were read back, and they are not the same. Nothing was kept.");
            }

            rows[table.Name] = kept.Rows;
            moved?.Invoke(table.Name, kept.Rows);
        }

        foreach (var type in (await CustomFields.LoadAsync(fresh, nouns, cancel)).Types.Where(type => type.HasSearch))
        {
            await SearchIndex.RebuildAsync(fresh, type, cancel);
        }

        return new MoveResult(rows);
    }

    private static async Task<TableDigest> CopyAsync(MovedTable table, DatabaseSession old, DatabaseSession fresh, CancellationToken cancel)
    {
        var digest = default(TableDigest);
        var columns = table.Columns.Select(column => $"\"{column.Name}\"").ToList();
        var part = new List<object?[]>(Part);
        using var bytes = new MemoryStream();
        await using var reader = await old.ReadAsync(table.Select(), cancel);
        for (var more = true; more;)
        {
            more = await reader.ReadAsync(cancel);
            if (more)
            {
                part.Add(Read(table, reader, old.Dialect, bytes));
                digest.Add(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            }

            if (part.Count > 0 && (part.Count == Part || !more))
            {
                await BulkInsert.RunAsync(fresh, $"\"{table.Name}\"", columns, (i, values) => part[i].CopyTo(values, 0), part.Count, cancel: cancel);
                part.Clear();
            }
        }

        return digest;
    }

    /// <summary>What the rows of a table come to, read from the database.</summary>
    internal static async Task<TableDigest> DigestAsync(MovedTable table, DatabaseSession session, CancellationToken cancel)
    {
        var digest = default(TableDigest);
        using var bytes = new MemoryStream();
        await using var reader = await session.ReadAsync(table.Select(), cancel);
        while (await reader.ReadAsync(cancel))
        {
            Read(table, reader, session.Dialect, bytes);
            digest.Add(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        return digest;
    }

    private static object?[] Read(MovedTable table, DbDataReader reader, Dialect dialect, MemoryStream bytes)
    {
        bytes.SetLength(0);
        var values = new object?[table.Columns.Count];
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = table.Value(reader, at, dialect);
            table.Write(bytes, at, values[at]);
        }

        return values;
    }

    /// <summary>The next row gets the number that it would have got on the old side, also after the last rows there were deleted.</summary>
    private static async Task CountOnAsync(string table, string column, DatabaseSession old, DatabaseSession fresh, CancellationToken cancel)
    {
        if (old.Dialect.IsSqlite)
        {
            var last = await old.ScalarAsync<long>(Sql.Of($"SELECT seq FROM sqlite_sequence WHERE name = {table}"), cancel);
            await fresh.ScalarAsync<long>(Sql.Of($"SELECT setval(pg_get_serial_sequence({table}, {column})::regclass, {Math.Max(last, 1)}, {last > 0} = 1)"), cancel);
            return;
        }

        var sequence = await old.ScalarAsync<string>(Sql.Of($"SELECT pg_get_serial_sequence({table}, {column})"), cancel);
        var reached = await old.ScalarAsync<long>(new Sql().Append($"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"), cancel);
        await fresh.ExecuteAsync(Sql.Of($"DELETE FROM sqlite_sequence WHERE name = {table}"), cancel);
        await fresh.ExecuteAsync(Sql.Of($"INSERT INTO sqlite_sequence (name, seq) VALUES ({table}, {reached})"), cancel);
    }

    private static async Task<bool> HasTablesAsync(DatabaseSession session, CancellationToken cancel) => await session.ScalarAsync<long>(
        session.Dialect.IsSqlite
            ? Sql.Of($"SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'")
            : Sql.Of($"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()"), cancel) > 0;

    /// <summary>A server that goes on writing to the old side would write what nobody finds again.</summary>
    private static async Task RefuseInUseAsync(GuanxiDatabase from, CancellationToken cancel)
    {
        var used = false;
        if (from.Dialect.IsSqlite)
        {
            // In this mode SQLite wants the file for itself, which any other open connection refuses.
            await using var alone = new SqliteConnection(new SqliteConnectionStringBuilder(from.ConnectionString) { Pooling = false, DefaultTimeout = 1, Mode = SqliteOpenMode.ReadWrite }.ToString());
            try
            {
                await alone.OpenAsync(cancel);
                await using var command = alone.CreateCommand();
                foreach (var text in new[] { "PRAGMA locking_mode=EXCLUSIVE", "SELECT COUNT(*) FROM sqlite_schema" })
                {
                    command.CommandText = text;
                    await command.ExecuteScalarAsync(cancel);
                }
            }
            catch (SqliteException error) when (error.SqliteErrorCode is 5 or 6)
            {
                used = true;
            }
        }
        else
        {
            await using var session = await from.ReadAsync(cancel);
            used = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"), cancel) > 0;
        }

        if (used)
        {
            throw new InvalidOperationException("Somebody has this data open. Stop the server first: what it would write after the move would be lost.");
        }
    }
}
