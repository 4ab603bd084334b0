using System.Security.Cryptography;
using System.Text;

namespace Guanxi.Platform.Files;

/// <summary>keys/ in the data directory: for the program's user alone.</summary>
public static class KeyFolder
{
    public const string Name = "keys";

    public static string Ensure(string dataFolder)
    {
        var path = Path.Combine(dataFolder, Name);
        if (!System.IO.Directory.Exists(path))
        {
            if (OperatingSystem.IsWindows())
            {
                System.IO.Directory.CreateDirectory(path);
            }
            else
            {
                System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return path;
    }

    public static void WriteSecret(string path, string text) => WriteSecret(path, Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Writes a secret so that it is whole or not there, and nobody else can read it at any moment. Of those who start together one writes and the others wait:
    /// renaming onto a name that another has just taken would replace a secret that he already uses.
    /// </summary>
    public static void WriteSecret(string path, byte[] secret)
    {
        using var turn = Turn(path + ".lock");
        if (File.Exists(path))
        {
            return;
        }

        var temporary = $"{path}.{RandomNumberGenerator.GetHexString(8)}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(secret);
            file.Flush(flushToDisk: true);
        }

        Durable.Move(temporary, path);
    }

    /// <summary>Waits until nobody else holds the file, whichever process he is.</summary>
    private static FileStream Turn(string path)
    {
        for (var patience = 200; ; patience--)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience > 0)
            {
                Thread.Sleep(25);
            }
        }
    }
}
