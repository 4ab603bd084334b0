using Npgsql;

namespace Guanxi.Database;

/// <summary>PostgreSQL 15 or newer.</summary>
public sealed class PostgresDatabase : GuanxiDatabase
{
    private readonly NpgsqlDataSource source;

    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            MaxPoolSize = 40,
            IncludeErrorDetail = false,
            Timezone = "UTC",
        };
        ConnectionString = settings.ToString();
        source = NpgsqlDataSource.Create(ConnectionString);
    }

    public override string ConnectionString { get; }

    public override Dialect Dialect { get; } = new PostgresDialect();

    public override async ValueTask<DatabaseSession> ReadAsync(CancellationToken cancel = default) =>
        new(await source.OpenConnectionAsync(cancel), Dialect);

    public override async Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancel = default)
    {
        await using var session = await ReadAsync(cancel);
        await using var transaction = await session.Connection.BeginTransactionAsync(cancel);
        session.Transaction = transaction;
        var result = await work(session);
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    public override async Task AnalyzeAsync(CancellationToken cancel = default)
    {
        await using var session = await ReadAsync(cancel);
        await session.ExecuteAsync(Sql.Of($"ANALYZE"), cancel);
    }

    public override async Task ForgetDeletedAsync(IReadOnlyList<string> searched, CancellationToken cancel = default)
    {
        await using var session = await ReadAsync(cancel);
        foreach (var table in searched.Append("ledger").Append("attachment").Append("notification"))
        {
            await session.ExecuteAsync(new Sql().Append($"VACUUM {table}"), cancel);
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();
}
