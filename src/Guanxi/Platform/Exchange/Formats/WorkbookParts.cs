using System.IO.Compression;
using System.Xml.Linq;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The parts in the zip of a workbook. Names are compared without case: some programs are careless.</summary>
sealed class WorkbookParts(Stream stream) : IDisposable
{
    readonly ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);

    public Stream? Open(string name) =>
        archive.Entries.FirstOrDefault(entry => string.Equals(entry.FullName.TrimStart('/'), name, StringComparison.OrdinalIgnoreCase))?.Open();

    public Stream Need(string name) => Open(name) ?? throw new InvalidDataException($"The part {name} is missing.");

    /// <summary>Where the relations of the workbook point to, by their ids, as paths in the zip.</summary>
    public Dictionary<string, string> Relations(string name)
    {
        using Stream part = Need(name);
        return XDocument.Load(part).Root!.Elements().ToDictionary(relation => relation.Attribute("Id")!.Value, relation => relation.Attribute("Target")!.Value is ['/', .. var path] ? path : "xl/" + relation.Attribute("Target")!.Value);
    }

    public void Dispose() => archive.Dispose();
}
