using System.Text;
using Guanxi.Science.Matching;

namespace Guanxi.Science.Tests.Matching;

/// <summary>Reads the public linkage sets and measures a result against their truth.</summary>
internal static class LinkageData
{
    public static List<Dictionary<string, string>> Rows(string file, char separator = ',')
    {
        var lines = File.ReadAllLines(SharedData.Path(file), Encoding.UTF8);
        var header = Cells(lines[0], separator);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => header.Zip(Cells(line, separator)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    public static (RecordMatcher Matcher, MatchResult Result) Match(string fields, List<Dictionary<string, string>> left, List<Dictionary<string, string>>? right = null)
    {
        var columns = fields.Split(',').Select(field => field.Split('=')).ToList();
        var table = new RecordTable([.. columns.Select(column => new MatchField(Enum.Parse<FieldKind>(column[0], ignoreCase: true), column[1]))]);
        table.AddRange([.. left.Concat(right ?? []).Select(row => (IReadOnlyList<string?>)[.. columns.Select(column => row.GetValueOrDefault(column[1]))])]);
        var matcher = new RecordMatcher(table, right is null ? null : left.Count);
        return (matcher, matcher.Run());
    }

    public static HashSet<(int, int)> SameEntity(IEnumerable<string> entities)
    {
        var pairs = new HashSet<(int, int)>();
        foreach (var group in entities.Select((entity, i) => (entity, i)).GroupBy(item => item.entity, item => item.i))
        {
            var members = group.ToArray();
            pairs.UnionWith(from a in Enumerable.Range(0, members.Length) from b in Enumerable.Range(a + 1, members.Length - a - 1) select (members[a], members[b]));
        }

        return pairs;
    }

    public static (double Precision, double Recall, double F) Quality(MatchResult result, HashSet<(int, int)> truth)
    {
        var found = result.Pairs.Where(pair => pair.Band == MatchBand.Match).ToList();
        double hits = found.Count(pair => truth.Contains((pair.Left, pair.Right)));
        var (precision, recall) = (hits / Math.Max(1, found.Count), hits / truth.Count);
        return (precision, recall, hits == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    private static List<string> Cells(string line, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        foreach (var character in line)
        {
            if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == separator && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(character);
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
