using System.Text;
using System.Text.RegularExpressions;
using Guanxi.Insight;
using Guanxi.Science.Common;

namespace Guanxi.Tests.Insight;

/// <summary>What the library finds is said in the reader's language, every sentence of it that the product shows.</summary>
public sealed partial class FindingWordsTests
{
    [Fact]
    public void Values_come_through_and_nested_sentences_too()
    {
        Assert.Equal("校准截止日 2026-01-31 之前没有客户购买，请选更晚的日期。", FindingWords.Of(new UnsuitableDataException($"No customer bought on or before the end of calibration, {new DateOnly(2026, 1, 31):yyyy-MM-dd}.")).ZhHans);
        var leak = new Finding("suspected-leak", FindingWeight.Warning, $"{"Tags alone nearly decides the outcome (AUC 0.98)."} It is probably known only after the outcome{" and was left out"}.");
        Assert.Equal("仅凭 Tags 就几乎决定结果（AUC 0.98）。它多半在结果出现之后才知道，已排除。", FindingWords.Of(leak).ZhHans);
        Assert.Equal("僅憑 Tags 就幾乎決定結果（AUC 0.98）。它多半在結果出現之後才知道，已排除。", FindingWords.Of(leak).In("zh-Hant"));
        Assert.Equal(leak.Sentence, FindingWords.Of(leak).En);
        Assert.Equal("按以往频率，18.3 周未购买即视为流失", FindingWords.Baseline("past rate, gone after 18.3 weeks without purchase").ZhHans);
    }

    [Fact]
    public void Every_sentence_of_the_parts_that_are_shown_has_chinese_words()
    {
        var root = Path.Combine(Root(), "src");
        string[] shown = ["Guanxi.Science/LifetimeValue", "Guanxi.Science/Scoring/Classifier.cs", "Guanxi.Science/Scoring/ColumnChoice.cs", "Guanxi.Science/Scoring/DesignMatrix.cs", "Guanxi.Science/Scoring/ModelFile.cs", "Guanxi.Science/Scoring/LogisticRegression.cs", "Guanxi.Science/Mining/KMeans.cs", "Guanxi.Science/Mining/DecisionTree.cs", "Guanxi/Insight/Value", "Guanxi/Insight/Scoring", "Guanxi/Insight/Files", "Guanxi/Insight/Laboratory"];
        var lost = new List<string>();
        var seen = 0;
        foreach (var file in shown.Select(part => Path.Combine(root, part)).SelectMany(path => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories) : [path]))
        {
            var text = File.ReadAllText(file);
            foreach (Match match in Said().Matches(text))
            {
                seen++;
                if (Template(text, match.Index + match.Length) is { } template && !FindingWords.Knows(template))
                {
                    lost.Add($"{Path.GetFileName(file)}: {template}");
                }
            }
        }

        Assert.True(seen > 50, $"only {seen} sentences were found");
        Assert.Empty(lost);
    }

    /// <summary>The text literal that begins here, its holes numbered.</summary>
    private static string? Template(string text, int at)
    {
        var interpolated = text[at] == '$';
        at += interpolated ? 1 : 0;
        if (text[at] != '"')
        {
            return null;
        }

        var template = new StringBuilder();
        var holes = 0;
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] == '\\')
            {
                template.Append(text[++at]);
                continue;
            }

            if (!interpolated || text[at] != '{')
            {
                template.Append(text[at]);
                continue;
            }

            template.Append('{').Append(holes++).Append('}');
            var (depth, quoted) = (1, false);
            for (at++; depth > 0; at++)
            {
                quoted ^= text[at] == '"' && text[at - 1] != '\\';
                depth += quoted ? 0 : text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            }

            at--;
        }

        return template.ToString();
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

    [GeneratedRegex("""(new UnsuitableDataException\(|new Finding\("[a-z-]+", FindingWeight\.\w+, )(?=\$?")""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Said();
}
