using System.IO.Compression;
using System.Xml.Linq;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The parts in the zip of a workbook. Names are compared without case: some programs are careless.</summary>
sealed class WorkbookParts(Stream stream) : IDisposable
{
    readonly ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);

    public Stream? Open(string name) =>
        archive.Entries.FirstOrDefault(entry => string.Equals(PathOf(entry), name, StringComparison.OrdinalIgnoreCase))?.Open();

    public Stream Need(string name) => Open(name) ?? throw new InvalidDataException($"The part {name} is missing.");

    /// <summary>Where the relations of the workbook point to, by their ids, as paths in the zip.</summary>
    public Dictionary<string, string> Relations(string name)
    {
        using Stream part = Need(name);
        return XDocument.Load(part).Root!.Elements().ToDictionary(relation => relation.Attribute("Id")!.Value, relation => Path(relation.Attribute("Target")!.Value), StringComparer.Ordinal);
    }

    /// <summary>The path of an entry as the format means it, whatever slashes the writer used.</summary>
    public static string PathOf(ZipArchiveEntry entry) => entry.FullName.Replace('\\', '/').TrimStart('/');

    static string Path(string target) => target switch
    {
        ['/', .. var path] => path,
        ['.', '.', '/', .. var path] => path,
        ['.', '/', .. var path] => "xl/" + path,
        _ => "xl/" + target,
    };

    public void Dispose() => archive.Dispose();
}
