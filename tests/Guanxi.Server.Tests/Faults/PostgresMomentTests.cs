using System.Diagnostics;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Faults;

/// <summary>A real PostgreSQL server with our archive command: copied while it runs, and put back to a moment between two acknowledged writes.</summary>
public sealed class PostgresMomentTests
{
    private const string Programs = "/usr/lib/postgresql/15/bin/";
    private const string Passphrase = "passphrase-of-the-test";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_goes_back_to_a_moment_with_what_was_acknowledged_before_it_and_nothing_after()
    {
        Assert.SkipUnless(File.Exists(Programs + "initdb"), "PostgreSQL 15 is not installed.");
        var folder = Directory.CreateTempSubdirectory("guanxi-moment-").FullName;
        await RunAsync("chmod", "777", folder);
        string Place(string name) => Path.Combine(folder, name);
        foreach (var name in new[] { "socket", "archive", "data" })
        {
            Directory.CreateDirectory(Place(name));
            await RunAsync("chmod", name == "data" ? "755" : "777", Place(name));
        }

        // The commands run as the database's user, who gets the passphrase by a file of his own.
        string Command(string what) => $"env GUANXI__Backup__Passphrase={Passphrase} DOTNET_CLI_HOME=/tmp dotnet {GuanxiProgram.File} postgres {what} --archive {Place("archive")} --data {Place("data")}";
        await AsPostgresAsync(Programs + "initdb", "-D", Place("pg"), "-U", "guanxi", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        await File.AppendAllTextAsync(Place("pg/postgresql.conf"), $"\nunix_socket_directories = '{Place("socket")}'\nlisten_addresses = ''\narchive_mode = on\narchive_command = '{Command("archive %p %f")}'\narchive_timeout = 60\n", Cancel);
        try
        {
            await AsPostgresAsync(Programs + "pg_ctl", "-D", Place("pg"), "-w", "-l", Place("archive/log"), "start");
            var connection = $"Host={Place("socket")};Username=guanxi;Database=postgres";
            DateTimeOffset moment;
            await using (var workspace = await Workspace.OpenAsync(GuanxiDatabase.Open(connection), Place("data"), TimeProvider.System, cancel: Cancel))
            {
                await WriteAsync(workspace, "之前的客户");
                await ProgramAsync("postgres", "base-backup", Place("base.gxb"), "--db", connection, "--data", Place("data"));
                await WriteAsync(workspace, "备份之后");
                moment = await NowAsync(workspace);
                while (await NowAsync(workspace) <= moment.AddMilliseconds(1))
                {
                    // The database's clock has to pass the moment.
                }

                await WriteAsync(workspace, "那一刻之后");
                await using var session = await workspace.Database.ReadAsync(Cancel);
                await session.ScalarAsync<string>(Sql.Of($"SELECT pg_switch_wal()::text"), Cancel);
            }

            // Stopped in order, the server hands over what it has; then it is gone.
            await AsPostgresAsync(Programs + "pg_ctl", "-D", Place("pg"), "-m", "fast", "-w", "stop");
            Assert.True((await File.ReadAllBytesAsync(Place("base.gxb"), Cancel)).AsSpan().IndexOf("之前的客户"u8) < 0);
            foreach (var segment in Directory.GetFiles(Place("archive"), "*.gxb"))
            {
                Assert.True((await File.ReadAllBytesAsync(segment, Cancel)).AsSpan().IndexOf("那一刻之后"u8) < 0);
            }

            await ProgramAsync("postgres", "restore", Place("base.gxb"), "--to", Place("back"), "--time", moment.ToString("O"), "--restore-command", Command("fetch %f %p"), "--data", Place("data"));
            await RunAsync("chown", "-R", "postgres", Place("back"));
            await AsPostgresAsync(Programs + "pg_ctl", "-D", Place("back"), "-w", "-t", "120", "-l", Place("archive/log2"), "start");
            await OpenForWorkAsync(connection);
            await using (var workspace = await Workspace.OpenAsync(GuanxiDatabase.Open(connection + ";Pooling=false"), Place("data"), TimeProvider.System, cancel: Cancel))
            {
                await using var session = await workspace.Database.ReadAsync(Cancel);
                Assert.Equal(["之前的客户", "备份之后"], await session.ListAsync(Sql.Of($"SELECT name FROM customer ORDER BY seq"), row => row.Text(0), Cancel));
                var report = await LedgerVerifier.RunAsync(workspace.Database, new LedgerVerifier.Options(workspace.Now, Schema: workspace.Schema), Cancel);
                Assert.True(report.Whole, report.Reason);
            }
        }
        finally
        {
            foreach (var server in new[] { "pg", "back" })
            {
                if (File.Exists(Place(server + "/postmaster.pid")))
                {
                    await AsPostgresAsync(Programs + "pg_ctl", "-D", Place(server), "-m", "immediate", "stop");
                }
            }
        }

        await RunAsync("rm", "-rf", folder);
    }

    /// <summary>The server answers before it has played the log to the end.</summary>
    private static async Task OpenForWorkAsync(string connection)
    {
        await using var database = GuanxiDatabase.Open(connection + ";Pooling=false");
        for (var recovering = true; recovering;)
        {
            await using var session = await database.ReadAsync(Cancel);
            recovering = await session.ScalarAsync<bool>(Sql.Of($"SELECT pg_is_in_recovery()"), Cancel);
        }
    }

    private static Task WriteAsync(Workspace workspace, string name) => RecordUseCases.CreateAsync(workspace, workspace.System(), workspace.Schema["customers"], Company.Json(new { name }), cancel: Cancel);

    private static async Task<DateTimeOffset> NowAsync(Workspace workspace)
    {
        await using var session = await workspace.Database.ReadAsync(Cancel);
        return new DateTimeOffset(DateTime.SpecifyKind(await session.ScalarAsync<DateTime>(Sql.Of($"SELECT clock_timestamp() AT TIME ZONE 'UTC'"), Cancel), DateTimeKind.Utc)).AddMilliseconds(1);
    }

    private static Task AsPostgresAsync(string program, params string[] arguments) =>
        Environment.UserName == "root" ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    // The passphrase goes to this one process: other tests of this run have none.
    private static Task ProgramAsync(params string[] arguments) => RunAsync("env", [$"GUANXI__Backup__Passphrase={Passphrase}", "dotnet", GuanxiProgram.File, .. arguments]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // pg_ctl's server keeps inherited pipes open: its words go to a file of its own.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = "/" })!;
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}");
    }
}
