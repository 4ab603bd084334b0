namespace Guanxi.Science.Tests;

/// <summary>The public data sets that lie beside the repository. Where they are missing, the test that wants them is skipped.</summary>
internal static class SharedData
{
    public static string Path(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Guanxi.slnx")))
            {
                var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared", "data", relative));
                Assert.SkipUnless(File.Exists(path), $"The data set {relative} is not beside the repository.");
                return path;
            }
        }

        Assert.Skip("The tests run outside the repository, so the shared data sets cannot be found.");
        return "";
    }

    /// <summary>Rows of a simple comma-separated file without quoted commas, header skipped.</summary>
    public static IEnumerable<string[]> Rows(string relative) =>
        File.ReadLines(Path(relative)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToArray());
}
