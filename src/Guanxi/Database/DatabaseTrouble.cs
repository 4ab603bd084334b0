using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Guanxi.Database;

/// <summary>What is wrong beneath the program, as far as whoever operates it or waits for it can do something about it.</summary>
public enum DatabaseTrouble
{
    None,

    /// <summary>The database does not answer, or has just changed to another server.</summary>
    Away,

    /// <summary>No room is left on the disk.</summary>
    Full,

    /// <summary>The disk does not read or write.</summary>
    Disk,

    /// <summary>Others were in the way too long.</summary>
    Busy,
}

/// <summary>The transaction was sent off, and whether it holds is not known: the connection broke, or a second server that should have it too has not said so. Never an acknowledged write.</summary>
public sealed class CommitUnknownException : DbException
{
    public CommitUnknownException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    public CommitUnknownException()
    {
    }
}

public static class DatabaseTroubles
{
    private const int NoSpace = 28;
    private const int QuotaReached = 122;
    private const int InputOutput = 5;

    /// <summary>The trouble behind an exception; <see cref="DatabaseTrouble.None"/> for a fault of the program itself.</summary>
    public static DatabaseTrouble Of(Exception error) => error switch
    {
        CommitUnknownException => DatabaseTrouble.Away,
        SqliteException sqlite => Of(sqlite),
        PostgresException postgres => Of(postgres),

        // The driver's own: not reached, broken off, none of several servers takes writes.
        NpgsqlException => DatabaseTrouble.Away,
        IOException { HResult: NoSpace or QuotaReached } => DatabaseTrouble.Full,
        IOException { HResult: InputOutput } => DatabaseTrouble.Disk,
        _ => DatabaseTrouble.None,
    };

    /// <summary>SQLite's result codes: 5 busy, 6 locked, 10 input or output, 13 full, 14 cannot open.</summary>
    private static DatabaseTrouble Of(SqliteException error) => error.SqliteErrorCode switch
    {
        13 => DatabaseTrouble.Full,
        10 or 14 => DatabaseTrouble.Disk,
        5 or 6 => DatabaseTrouble.Busy,
        _ => DatabaseTrouble.None,
    };

    /// <summary>PostgreSQL's codes (appendix A of its manual): connections, shutting down or starting, a standby that takes no writes, resources, the disk.</summary>
    private static DatabaseTrouble Of(PostgresException error) => error.SqlState switch
    {
        "53100" => DatabaseTrouble.Full,
        "58030" => DatabaseTrouble.Disk,
        "40001" or "40P01" or "55P03" => DatabaseTrouble.Busy,
        "57P01" or "57P02" or "57P03" or "57014" or "25006" or "53300" => DatabaseTrouble.Away,
        ['0', '8', ..] => DatabaseTrouble.Away,
        _ => DatabaseTrouble.None,
    };

    /// <summary>Whether a commit that ended so has surely not happened: the database itself said why it refused.</summary>
    internal static bool WasRefused(Exception error) => error is PostgresException { SqlState: ['2', '3', ..] or ['4', '0', ..] or "53100" };
}
