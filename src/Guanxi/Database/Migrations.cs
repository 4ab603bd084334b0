using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Database;

/// <summary>
/// Brings a database to the newest form: numbered SQL files, each run once in a transaction, its checksum kept.
/// One file serves both databases; the few words that differ are written as {macros}, whose meaning never changes.
/// </summary>
public static partial class Migrations
{
    public static Task<IReadOnlyList<string>> ApplyAsync(GuanxiDatabase database, TimeProvider clock, CancellationToken cancel = default) =>
        database.WriteAsync(session => ApplyAsync(session, clock, cancel), cancel);

    /// <summary>The same within the transaction of a session.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(DatabaseSession session, TimeProvider clock, CancellationToken cancel = default)
    {
        var sqlite = session.Dialect.IsSqlite;
        if (!sqlite)
        {
            await session.ExecuteAsync(Sql.Of($"SELECT pg_advisory_xact_lock(4815162342)"), cancel);
        }

        await ExecuteTextAsync(session, "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)", cancel);
        var applied = (await session.ListAsync(Sql.Of($"SELECT name, checksum FROM migration"), row => (Name: row.Text(0), Checksum: row.Text(1)), cancel))
            .ToDictionary(item => item.Name, item => item.Checksum, StringComparer.Ordinal);
        var all = Files().ToList();
        if (applied.Keys.Except(all.Select(file => file.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new InvalidOperationException($"This data was written by a newer Guanxi (it knows '{unknown}'). Start that version; this one would damage it.");
        }

        var done = new List<string>();
        foreach (var (name, text) in all)
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            if (applied.TryGetValue(name, out var was))
            {
                if (was != checksum)
                {
                    throw new InvalidOperationException($"The migration '{name}' is not the one that made this database.");
                }

                continue;
            }

            foreach (var statement in Statements(text, sqlite))
            {
                await ExecuteTextAsync(session, statement, cancel);
            }

            await session.ExecuteAsync(Sql.Of($"INSERT INTO migration (name, checksum, applied_at) VALUES ({name}, {checksum}, {clock.GetUtcNow()})"), cancel);
            done.Add(name);
        }

        return done;
    }

    /// <summary>The migrations that this program has and the database has not; none when the database is empty.</summary>
    public static async Task<IReadOnlyList<string>> PendingAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var there = await session.ScalarAsync<long>(session.Dialect.IsSqlite ? Sql.Of($"SELECT COUNT(*) FROM sqlite_schema WHERE name = 'migration'") : Sql.Of($"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'migration'"), cancel);
        var applied = there == 0 ? [] : await session.ListAsync(Sql.Of($"SELECT name FROM migration"), row => row.Text(0), cancel);
        return applied.Count == 0 ? [] : [.. Files().Select(file => file.Name).Except(applied, StringComparer.Ordinal)];
    }

    private static async Task ExecuteTextAsync(DatabaseSession session, string text, CancellationToken cancel)
    {
        await using var command = session.Connection.CreateCommand();
        command.Transaction = session.Transaction;
        command.CommandText = text;
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (System.Data.Common.DbException error)
        {
            throw new InvalidOperationException($"A migration failed at: {text}", error);
        }
    }

    private static IEnumerable<(string Name, string Text)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith("migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (Path.GetFileNameWithoutExtension(resource), reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    internal static IEnumerable<string> Statements(string text, bool sqlite)
    {
        var lines = text.Split('\n').Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal));
        foreach (var part in string.Join('\n', lines).Split(";\n"))
        {
            var statement = part.Trim().TrimEnd(';');
            if (statement.Length == 0)
            {
                continue;
            }

            if (statement.StartsWith("{sqlite}", StringComparison.Ordinal) || statement.StartsWith("{postgres}", StringComparison.Ordinal))
            {
                if (statement.StartsWith("{sqlite}", StringComparison.Ordinal) != sqlite)
                {
                    continue;
                }

                statement = statement[(statement.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim();
            }

            if (SearchMacro().Match(statement) is { Success: true } search)
            {
                var table = search.Groups["table"].Value;
                if (sqlite)
                {
                    yield return $"CREATE VIRTUAL TABLE {table}_search USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='4')";

                    // A transaction of an import collects its terms in memory and writes them sorted once; the usual megabyte would make many small pieces that are merged again and again.
                    yield return $"INSERT INTO {table}_search ({table}_search, rank) VALUES ('hashsize', 16777216)";
                }
                else
                {
                    yield return $"ALTER TABLE {table} ADD COLUMN search tsvector";
                    yield return $"CREATE INDEX {table}_search ON {table} USING gin (search)";
                }

                continue;
            }

            yield return Expand(statement, sqlite);
        }
    }

    private static string Expand(string statement, bool sqlite) => statement
        .Replace("{record}", "seq {seq}, id {id} NOT NULL UNIQUE, version {int} NOT NULL, created_at {int} NOT NULL, created_by {id}, updated_at {int} NOT NULL, updated_by {id}, deleted_at {int}, custom {json}", StringComparison.Ordinal)
        .Replace("{seq}", sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT" : "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
        .Replace("{id}", sqlite ? "BLOB" : "UUID", StringComparison.Ordinal)
        .Replace("{bytes}", sqlite ? "BLOB" : "BYTEA", StringComparison.Ordinal)
        .Replace("{text}", sqlite ? "TEXT" : "TEXT COLLATE \"C\"", StringComparison.Ordinal)
        .Replace("{int}", sqlite ? "INTEGER" : "BIGINT", StringComparison.Ordinal)
        .Replace("{real}", sqlite ? "REAL" : "DOUBLE PRECISION", StringComparison.Ordinal)
        .Replace("{json}", sqlite ? "TEXT" : "JSONB", StringComparison.Ordinal)
        .Replace("{clustered}", sqlite ? "WITHOUT ROWID" : "", StringComparison.Ordinal)
        .Replace("{asc}", sqlite ? "" : "NULLS FIRST", StringComparison.Ordinal);

    [GeneratedRegex(@"^\{search (?<table>\w+)\}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SearchMacro();
}
