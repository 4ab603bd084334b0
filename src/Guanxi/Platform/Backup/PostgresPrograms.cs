using System.Diagnostics;
using Npgsql;

namespace Guanxi.Platform.Backup;

/// <summary>PostgreSQL's own programs, pg_dump and its kin, run without a shell. The password goes by the environment, never by an argument.</summary>
public sealed class PostgresPrograms(string connectionString, string? folder)
{
    private readonly NpgsqlConnectionStringBuilder settings = new(connectionString);

    /// <summary>The program's output to <paramref name="read"/>, <paramref name="write"/> to its input.</summary>
    /// <exception cref="IOException">The program is not there, or failed; with what it said.</exception>
    public async Task RunAsync(string program, IEnumerable<string> arguments, Func<Stream, Task>? read = null, Func<Stream, Task>? write = null, CancellationToken cancel = default)
    {
        var start = new ProcessStartInfo(Path(program), arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        // Of several servers (a:5432,b:5432) the one that takes writes.
        var places = (settings.Host ?? "").Split(',').Select(place => place.LastIndexOf(':') is var at and > 0 && !place.StartsWith('/') ? (Host: place[..at], Port: place[(at + 1)..]) : (Host: place, Port: settings.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToList();
        foreach (var (name, value) in new[] { ("PGHOST", string.Join(',', places.Select(place => place.Host))), ("PGPORT", string.Join(',', places.Select(place => place.Port))), ("PGTARGETSESSIONATTRS", places.Count > 1 ? "read-write" : null), ("PGUSER", settings.Username), ("PGPASSWORD", settings.Password), ("PGDATABASE", settings.Database) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                start.Environment[name] = value;
            }
        }

        using var process = Start(start);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            var reading = read is null ? process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancel) : read(process.StandardOutput.BaseStream);
            if (write is not null)
            {
                try
                {
                    await write(process.StandardInput.BaseStream);
                }
                catch (IOException) when (process.HasExited)
                {
                    // It ended early; what it said tells why.
                }
            }

            process.StandardInput.Close();
            await reading;
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
            {
                throw new IOException($"{program} failed: {(await errors).Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new IOException($"{start.FileName} cannot be run. Install PostgreSQL's client programs (Debian: postgresql-client-15), or name their folder as Backup:PostgresPrograms.", error);
        }
    }

    private string Path(string program)
    {
        var folders = folder is not null ? [folder] : Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => System.IO.Path.Combine(version, "bin")) : [];
        return folders.Select(place => System.IO.Path.Combine(place, program)).FirstOrDefault(File.Exists) ?? program;
    }
}
