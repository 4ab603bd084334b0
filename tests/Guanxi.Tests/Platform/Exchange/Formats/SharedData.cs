using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

/// <summary>Finds the data sets that stand beside the repository.</summary>
static class SharedData
{
    /// <summary>The path of a data set; skips the test when it is not there.</summary>
    public static string Path(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Guanxi.slnx")))
        {
            folder = folder.Parent;
        }

        for (; folder is not null; folder = folder.Parent)
        {
            string path = System.IO.Path.Combine(folder.FullName, "shared", "data", name);
            if (File.Exists(path) || Directory.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"The data set {name} is not on this machine.");
        return "";
    }
}

static class TableReaderExtensions
{
    public static ImportRow[] All(this TableReader reader) => [.. reader.Rows(TestContext.Current.CancellationToken)];

    public static string[] Texts(this ImportRow row) => [.. row.Cells.Select(cell => cell ?? "")];
}
