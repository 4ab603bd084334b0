using System.Buffers.Binary;
using System.Diagnostics;

namespace Guanxi.Faults.World;

/// <summary>A disk that lies or fails and a clock that jumps, for one process: faults.c, compiled once and put before the C library.</summary>
public sealed class Shim : IDisposable
{
    /// <summary>The same order as in faults.c.</summary>
    public enum Mode
    {
        None,

        /// <summary>Says that everything is on the disk and writes nothing there by itself.</summary>
        Lie,

        /// <summary>The same for SQLite's log alone: what synchronous=NORMAL does.</summary>
        LieAboutLog,

        /// <summary>Flushing fails with EIO from the n-th call on.</summary>
        FailFrom,

        /// <summary>Flushing fails with EIO at the n-th call.</summary>
        FailOnce,

        /// <summary>A write that fails for want of room is said to be done.</summary>
        Swallow,
    }

    private static readonly Lazy<string?> Library = new(Compile);
    private readonly string path = Path.Combine(Path.GetTempPath(), $"guanxi-faults-{Guid.CreateVersion7():N}");
    private readonly FileStream file;

    public Shim()
    {
        Assert.SkipWhen(Library.Value is null, "There is no C compiler (gcc) to build the disk that fails.");
        file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        file.Write(new byte[24]);
    }

    public void Prepare(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Library.Value!;
        start.Environment["GUANXI_FAULTS"] = path;
    }

    public void Set(Mode mode, int after = 0)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)mode);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], after);
        RandomAccess.Write(file.SafeFileHandle, bytes, 8);
    }

    public void MoveClock(TimeSpan by)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)by.TotalSeconds);
        RandomAccess.Write(file.SafeFileHandle, bytes, 0);
    }

    /// <summary>How often a fault struck.</summary>
    public int Hits => Number(16);

    /// <summary>How often something was to be flushed.</summary>
    public int Calls => Number(20);

    private int Number(int at)
    {
        Span<byte> bytes = stackalloc byte[4];
        RandomAccess.Read(file.SafeFileHandle, bytes, at);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static string? Compile()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "faults.so");
        var source = Path.Combine(AppContext.BaseDirectory, "faults.c");
        if (File.Exists(library) && File.GetLastWriteTimeUtc(library) >= File.GetLastWriteTimeUtc(source))
        {
            return library;
        }

        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]) { RedirectStandardError = true, UseShellExecute = false })!;
            compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? library : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }
}
