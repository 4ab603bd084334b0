using Npgsql;

namespace Guanxi.Database;

/// <summary>PostgreSQL 15 or newer; one server, or several (<c>Host=a:5432,b:5432</c>) of which one takes writes and the others stand by.</summary>
public sealed class PostgresDatabase : GuanxiDatabase
{
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource all;

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
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            // Of several servers the one that takes writes; after a takeover it is another, which is found within a second.
            settings.HostRecheckSeconds = 1;
            ConnectionString = settings.ToString();
            var several = new NpgsqlDataSourceBuilder(ConnectionString).BuildMultiHost();
            (all, source) = (several, several.WithTargetSession(TargetSessionAttributes.Primary));
        }
        else
        {
            ConnectionString = settings.ToString();
            all = source = NpgsqlDataSource.Create(ConnectionString);
        }
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
        await CommitAsync((NpgsqlConnection)session.Connection, transaction);
        return result;
    }

    /// <summary>
    /// A commit that waits for a second server and stops waiting, since somebody cancelled it or the server goes down, is answered as done with a warning; it may be lost with the first server.
    /// So such a warning, like a connection that breaks meanwhile, means that nobody knows.
    /// </summary>
    private static async Task CommitAsync(NpgsqlConnection connection, System.Data.Common.DbTransaction transaction)
    {
        PostgresNotice? warning = null;
        void Hear(object sender, NpgsqlNoticeEventArgs said) => warning = said.Notice.Routine == "SyncRepWaitForLSN" ? said.Notice : warning;
        connection.Notice += Hear;
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException && !DatabaseTroubles.WasRefused(error))
        {
            throw new CommitUnknownException("The database did not say whether it has committed.", error);
        }
        finally
        {
            connection.Notice -= Hear;
        }

        if (warning is not null)
        {
            throw new CommitUnknownException(warning.MessageText);
        }
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

    public override ValueTask DisposeAsync() => all.DisposeAsync();
}
