using System.Text.RegularExpressions;

namespace Guanxi.Tests;

/// <summary>Who may know whom: everybody may use Platform; nobody reaches upward.</summary>
public sealed partial class ModuleBordersTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Database"] = [],
        ["Platform"] = ["Database"],
        ["Customers"] = ["Platform", "Database"],
        ["Sales"] = ["Customers", "Platform", "Database"],
        ["Insight"] = ["Sales", "Customers", "Platform", "Database"],
        ["Rollout"] = ["Insight", "Sales", "Customers", "Platform", "Database"],
    };

    [Fact]
    public void Modules_keep_to_their_borders()
    {
        var source = Path.Combine(Root(), "src", "Guanxi");
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var module = Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0];
            if (!MayUse.TryGetValue(module, out var allowed))
            {
                continue;
            }

            foreach (Match match in Used().Matches(File.ReadAllText(file)))
            {
                var used = match.Groups["module"].Value;
                if (used != module && MayUse.ContainsKey(used) && !allowed.Contains(used, StringComparer.Ordinal))
                {
                    wrong.Add($"{Path.GetRelativePath(source, file)} uses {used}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Guanxi.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^using Guanxi\.(?<module>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Used();
}
