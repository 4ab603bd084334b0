using Guanxi.Science.Common;

namespace Guanxi.Cli.Science;

/// <summary>
/// The files a command is given, for as long as it runs. Encoding, separator and header are told by reading a file several times, so what can be read once only, a pipe or
/// standard input (<c>-</c>), is copied first.
/// </summary>
internal sealed class ScienceFiles : IDisposable
{
    private DirectoryInfo? copies;

    /// <exception cref="UnsuitableDataException">There is no such file, it is a folder, or it cannot be read.</exception>
    public FileInfo Open(FileInfo file)
    {
        if (file.ToString() == "-")
        {
            using var input = Console.OpenStandardInput();
            return Copy(input, "standard input");
        }

        if (Directory.Exists(file.FullName))
        {
            throw new UnsuitableDataException($"{file.FullName} is a folder; name a file in it.");
        }

        if (!file.Exists)
        {
            throw new UnsuitableDataException($"There is no file {file.FullName}.");
        }

        try
        {
            using var stream = file.OpenRead();
            return stream.CanSeek ? file : Copy(stream, file.Name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }

    private FileInfo Copy(Stream stream, string name)
    {
        copies ??= Directory.CreateTempSubdirectory("guanxi-science-");
        // Two pipes may bear one name.
        var copy = new FileInfo(Path.Combine(copies.CreateSubdirectory(Guid.CreateVersion7().ToString()).FullName, name));
        using var written = copy.Create();
        stream.CopyTo(written);
        return copy;
    }

    public void Dispose() => copies?.Delete(recursive: true);
}
