using System.Globalization;

namespace Guanxi.Bench.Server;

/// <summary>What processes have used, read from /proc (proc(5)): CPU time of user and kernel together, and resident memory.</summary>
public static class ProcessUse
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double MillisecondsPerTick = 10;

    /// <summary>CPU milliseconds of the process since it began; with its ended children when asked.</summary>
    public static double CpuMilliseconds(int process, bool withEndedChildren = false)
    {
        var fields = Stat(process);
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        if (withEndedChildren)
        {
            ticks += long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
        }

        return ticks * MillisecondsPerTick;
    }

    /// <summary>CPU milliseconds of a process and everything it started, ended children included; a process that ends while being read counts with its parent the next time.</summary>
    public static double CpuMillisecondsOfFamily(int parent)
    {
        var total = CpuMilliseconds(parent, withEndedChildren: true);
        foreach (var folder in System.IO.Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var process) && ParentOf(process) == parent)
            {
                total += CpuMilliseconds(process);
            }
        }

        return total;
    }

    public static int? ParentOf(int process)
    {
        try
        {
            return int.Parse(Stat(process)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Resident megabytes: all of it, what is the process's own, and what is files mapped into it (the database among them).</summary>
    public static (double All, double Own, double Files) Memory(int process)
    {
        double Read(string name) => File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => double.Parse(line[(name.Length + 1)..^3].Trim(), CultureInfo.InvariantCulture) / 1024).FirstOrDefault();
        return (Read("VmRSS"), Read("RssAnon"), Read("RssFile"));
    }

    /// <summary>The fields behind the command's name, which may hold spaces and brackets itself: state, parent, …</summary>
    private static string[] Stat(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        return text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }
}
