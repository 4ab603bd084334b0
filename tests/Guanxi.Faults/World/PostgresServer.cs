using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Guanxi.Faults.World;

/// <summary>A PostgreSQL server of a test's own, which it may kill, freeze and promote; on a disk that is flushed as in earnest.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql/15/bin/";
    private readonly string folder;

    private PostgresServer(string folder, int port) => (this.folder, Port) = (folder, port);

    public int Port { get; }

    public string Connection => $"Host=127.0.0.1;Port={Port};Username=guanxi;Database=postgres";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static void SkipUnlessInstalled() => Assert.SkipUnless(File.Exists(Programs + "initdb"), "PostgreSQL 15 is not installed.");

    /// <summary>A folder in which PostgreSQL's user may make his own.</summary>
    public static async Task<string> PlaceAsync()
    {
        var place = Directory.CreateTempSubdirectory("guanxi-pg-").FullName;
        await RunAsync("chmod", "777", place);
        return place;
    }

    /// <param name="place">From <see cref="PlaceAsync"/>.</param>
    /// <param name="name">Folder of the server in it.</param>
    /// <param name="settings">Lines of postgresql.conf.</param>
    public static async Task<PostgresServer> NewAsync(string place, string name, params string[] settings)
    {
        var server = new PostgresServer(Path.Combine(place, name), FreePort());
        await AsPostgresAsync(Programs + "initdb", "-D", server.folder, "-U", "guanxi", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
        await server.ConfigureAsync(settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>A copy of a running server that follows it.</summary>
    public static async Task<PostgresServer> FollowingAsync(PostgresServer primary, string place, string name)
    {
        var server = new PostgresServer(Path.Combine(place, name), FreePort());
        await AsPostgresAsync(Programs + "pg_basebackup", "-D", server.folder, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync", "-d", $"host=127.0.0.1 port={primary.Port} user=guanxi application_name=follower");
        await server.ConfigureAsync([]);
        await server.StartAsync();
        return server;
    }

    private Task ConfigureAsync(string[] settings) =>
        File.AppendAllLinesAsync(Path.Combine(folder, "postgresql.conf"), [$"port = {Port}", "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "max_connections = 100", "shared_buffers = 32MB", .. settings], Cancel);

    public Task StartAsync() => AsPostgresAsync(Programs + "pg_ctl", "-D", folder, "-w", "-t", "600", "-l", folder + ".log", "start");

    public Task StopAsync(string mode = "fast") => AsPostgresAsync(Programs + "pg_ctl", "-D", folder, "-m", mode, "-w", "stop");

    /// <summary>Gives up following and takes writes.</summary>
    public Task PromoteAsync() => AsPostgresAsync(Programs + "pg_ctl", "-D", folder, "-w", "-t", "600", "promote");

    public bool Runs => File.Exists(Path.Combine(folder, "postmaster.pid"));

    private int Id => int.Parse(File.ReadLines(Path.Combine(folder, "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>kill -9 of the whole server, as when the machine goes.</summary>
    public async Task KillAsync()
    {
        using var process = Process.GetProcessById(Id);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(Cancel);
        File.Delete(Path.Combine(folder, "postmaster.pid"));
    }

    /// <summary>Its files are of no more use.</summary>
    public void Forget() => Directory.Delete(folder, recursive: true);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task AsPostgresAsync(string program, params string[] arguments) =>
        Environment.UserName == "root" ? RunAsync("runuser", ["-u", "postgres", "--", program, .. arguments]) : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server would keep inherited pipes open; what it says goes to its log.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            await StopAsync("immediate");
        }
    }
}
