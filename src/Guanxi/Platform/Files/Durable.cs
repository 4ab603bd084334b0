using System.Runtime.InteropServices;
using System.Text;

namespace Guanxi.Platform.Files;

/// <summary>
/// Makes a file's name survive a power cut. Flushing the file writes what is in it; that it has this name is written with its folder, which nobody promises to be written before a row of the database that speaks of it.
/// </summary>
public static class Durable
{
    private const int ReadOnly = 0;
    private const int InputOutput = 5;

    /// <summary>Moves a flushed file to its name, folders made as needed, and returns when the name is on the disk.</summary>
    public static void Move(string from, string to)
    {
        var folder = Path.GetDirectoryName(to)!;
        if (!System.IO.Directory.Exists(folder))
        {
            System.IO.Directory.CreateDirectory(folder);
            Flush(Path.GetDirectoryName(folder)!);
        }

        File.Move(from, to, overwrite: true);
        Flush(folder);
    }

    /// <exception cref="IOException">The disk did not take it.</exception>
    private static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open([.. Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (handle < 0)
        {
            throw new IOException($"{folder} cannot be opened.", Marshal.GetLastPInvokeError());
        }

        var done = Synchronise(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);

        // Some shares of a network know no such call for folders; a disk that fails says so.
        if (done != 0 && error == InputOutput)
        {
            throw new IOException($"{folder} cannot be written to the disk.", error);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronise(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
