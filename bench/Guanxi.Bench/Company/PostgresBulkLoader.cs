using System.Globalization;
using System.Text;
using Npgsql;

namespace Guanxi.Bench.Company;

/// <summary>COPY in text form, the search vector cast by the column.</summary>
public sealed class PostgresBulkLoader : IBulkLoader
{
    private readonly NpgsqlConnection connection;
    private readonly List<(string Name, string Sql)> indexes = [];

    public PostgresBulkLoader(string connectionString)
    {
        connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ToString());
        connection.Open();
    }

    public async Task BeginAsync(IReadOnlyList<string> tables, CancellationToken cancel)
    {
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema() AND i.tablename = ANY ($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)";
            command.Parameters.Add(new NpgsqlParameter { Value = tables.ToArray() });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                indexes.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, _) in indexes)
        {
            await ExecuteAsync($"DROP INDEX {name}", cancel);
        }

        await ExecuteAsync("SET synchronous_commit = off", cancel);
        try
        {
            await ExecuteAsync("SET session_replication_role = replica", cancel);
        }
        catch (PostgresException)
        {
            // Only a superuser may switch off the checks of references; without it the load is slower and just as good.
        }
    }

    public async Task LoadAsync(BulkTable table, IAsyncEnumerable<IReadOnlyList<BulkRow>> batches, CancellationToken cancel)
    {
        // The row number is the database's own here: nothing outside the table refers to it.
        var own = table.Columns.Select((column, at) => (column, at)).Where(item => item.column != "seq" || table.Name == "ledger").ToList();
        var columns = string.Join(',', own.Select(item => item.column)) + (table.Searched ? ",search" : "");
        await using var writer = await connection.BeginTextImportAsync($"COPY {table.Name} ({columns}) FROM STDIN", cancel);
        var text = new StringBuilder(64 * 1024);
        await foreach (var batch in batches.WithCancellation(cancel))
        {
            foreach (var row in batch)
            {
                for (var i = 0; i < own.Count; i++)
                {
                    Append(text.Append(i == 0 ? "" : "\t"), row.Values[own[i].at]);
                }

                if (table.Searched)
                {
                    text.Append('\t');
                    Escape(text, string.Join(' ', row.Terms!.Select(term => "'" + term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal) + "'")));
                }

                text.Append('\n');
            }

            await writer.WriteAsync(text, cancel);
            text.Clear();
        }
    }

    public async Task FinishAsync(Action<string> progress, CancellationToken cancel)
    {
        await ExecuteAsync("SET maintenance_work_mem = '512MB'", cancel);
        foreach (var (name, sql) in indexes)
        {
            progress(name);
            await ExecuteAsync(sql, cancel);
        }

        await ExecuteAsync("SET session_replication_role = DEFAULT", cancel);
        await ExecuteAsync("CHECKPOINT", cancel);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("\\N");
                break;
            case string words:
                Escape(text, words);
                break;
            case long number:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case Guid id:
                text.Append(id.ToString());
                break;
            case byte[] bytes:
                text.Append("\\\\x").Append(Convert.ToHexStringLower(bytes));
                break;
            default:
                throw new ArgumentException($"No column holds a {value.GetType().Name}.", nameof(value));
        }
    }

    private static void Escape(StringBuilder text, string words)
    {
        foreach (var letter in words)
        {
            _ = letter switch
            {
                '\\' => text.Append("\\\\"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                _ => text.Append(letter),
            };
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
