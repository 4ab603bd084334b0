using System.Text.RegularExpressions;

namespace Guanxi.Tests;

/// <summary>What the pages on safety name as their proof is there.</summary>
public sealed partial class SafetyPageTests
{
    [Theory]
    [InlineData("SECURITY.md")]
    [InlineData("docs/operate/safety.md")]
    [InlineData("docs/operate/attacks-tried.md")]
    public void Every_test_that_is_named_exists(string page)
    {
        var root = Root();
        var sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).ToDictionary(file => file, File.ReadAllText);
        var classes = sources.Values.SelectMany(text => Class().Matches(text).Select(match => (Name: match.Groups["name"].Value, Text: text))).ToLookup(item => item.Name, item => item.Text, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (Match named in Named().Matches(File.ReadAllText(Path.Combine(root, page))))
        {
            var (type, method) = (named.Groups["type"].Value, named.Groups["method"].Value.TrimEnd('…', '_'));
            if (!classes.Contains(type) || (method.Length > 0 && !classes[type].Any(text => text.Contains($" {method}", StringComparison.Ordinal))))
            {
                missing.Add(named.Value);
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_attack_of_the_list_has_its_row()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "operate", "safety.md"));
        Assert.Equal(Enumerable.Range(1, 79).Select(number => $"A{number:00}"), Row().Matches(text).Select(match => match.Groups["number"].Value));
    }

    /// <summary>A row of the table of attacks names a test, or says why there can be none; what is "not yet" must truly not be there.</summary>
    [Fact]
    public void Every_attack_that_applies_names_a_test()
    {
        var rows = Answer().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "operate", "safety.md")));
        var open = rows.Where(row => !Named().IsMatch(row.Groups["answer"].Value)).Select(row => $"{row.Groups["number"].Value}: {row.Groups["answer"].Value}").Where(row => !Reasons.Any(reason => row.Contains(reason, StringComparison.Ordinal))).ToList();
        Assert.Equal(79, rows.Count);
        Assert.Empty(open);
    }

    /// <summary>Why a row has no test: there is no such thing in the program.</summary>
    private static readonly string[] Reasons = ["no LDAP", "no plug-ins", "no picture is decoded", "there are none", "one database a company", "no such setting", "nothing else is deserialised", "without a shell", "a proxy's to refuse", "locked restore"];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Guanxi.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"class (?<name>\w+Tests)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Class();

    [GeneratedRegex(@"`(?<type>\w+Tests)(\.(?<method>[\w…]+))?`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| (?<number>A\d\d) \| [^|]* \| (?<answer>.*) \|$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Answer();

    [GeneratedRegex(@"^\| (?<number>A\d\d) \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}
