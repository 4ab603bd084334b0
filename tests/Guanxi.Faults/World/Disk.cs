using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Guanxi.Faults.World;

/// <summary>A small file system of its own: one in a file, whose power can be cut, or one in memory, which is soon full. Needs the right to mount.</summary>
public sealed class Disk : IDisposable
{
    // _IOR('X', 125, __u32) of ext4 and XFS; 2: without writing the journal out first, as when the power goes.
    private const uint Shutdown = 0x8004587d;
    private const uint WithoutLog = 2;
    private readonly string place;
    private readonly string? image;

    private Disk(string place, string? image) => (this.place, this.image) = (place, image);

    public string Folder => Path.Combine(place, "mnt");

    public static Disk OnLoop(string kind = "ext4", int megabytes = 256)
    {
        var place = Directory.CreateTempSubdirectory("guanxi-disk-").FullName;
        var image = Path.Combine(place, "image");
        using (var file = new FileStream(image, FileMode.CreateNew))
        {
            file.SetLength(megabytes * 1024L * 1024);
        }

        var disk = new Disk(place, image);
        Directory.CreateDirectory(disk.Folder);
        Assert.SkipUnless(Ran("mkfs." + kind, "-q", image), $"There is no mkfs.{kind} here.");
        disk.MountOrSkip("-o", "loop", image, disk.Folder);
        return disk;
    }

    public static Disk InMemory(int megabytes)
    {
        var disk = new Disk(Directory.CreateTempSubdirectory("guanxi-disk-").FullName, null);
        Directory.CreateDirectory(disk.Folder);
        disk.MountOrSkip("-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Folder);
        return disk;
    }

    private void MountOrSkip(params string[] arguments)
    {
        if (!Ran("mount", arguments))
        {
            Directory.Delete(place, recursive: true);
            Assert.Skip("This machine does not let us mount a file system of our own.");
        }
    }

    /// <summary>From now on nothing reaches the disk any more, and what was not flushed is gone.</summary>
    public void CutPower()
    {
        var handle = Open([.. Encoding.UTF8.GetBytes(Folder), 0], 0);
        var how = WithoutLog;
        var done = Control(handle, Shutdown, ref how);
        _ = Close(handle);
        Assert.True(done == 0, "The power of this file system cannot be cut.");
    }

    /// <summary>Power is back: the file system comes up by its own journal.</summary>
    public void ComeUpAgain()
    {
        Assert.True(Ran("umount", Folder), "The file system does not let go.");
        Assert.True(Ran("mount", "-o", "loop", image!, Folder), "The file system does not come up again.");
    }

    private static bool Ran(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public void Dispose()
    {
        // A file system whose power was cut may be held for a moment by what it still has to give up; then it goes when that is done.
        if (!Ran("umount", Folder))
        {
            Ran("umount", "-l", Folder);
        }

        Directory.Delete(place, recursive: true);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int handle, nuint request, ref uint argument);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
