using System.Text.RegularExpressions;
using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>Decides which columns a model may see.</summary>
internal static partial class ColumnChoice
{
    /// <summary>Columns to leave out, each with the reason; suspects become findings either way.</summary>
    public static IReadOnlyDictionary<string, string> LeaveOut(FeatureTable table, IReadOnlyList<ColumnStrength> strengths, bool leaveOutSuspects, List<Finding> findings)
    {
        var leftOut = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in table.Columns)
        {
            if (Enumerable.Range(0, column.Count).All(column.IsMissing))
            {
                leftOut[column.Name] = "It is empty.";
            }
            else if (IsIdentifier(column))
            {
                leftOut[column.Name] = "Nearly every record has its own value, so it identifies records and cannot describe them.";
            }
        }

        foreach (var (name, _, _, _, _, suspicion) in strengths)
        {
            if (suspicion is null || leftOut.ContainsKey(name))
            {
                continue;
            }

            if (leaveOutSuspects)
            {
                leftOut[name] = suspicion;
            }

            findings.Add(new Finding("suspected-leak", FindingWeight.Warning, $"{suspicion} It is probably known only after the outcome{(leaveOutSuspects ? " and was left out" : "")}."));
        }

        return leftOut;
    }

    private static bool IsIdentifier(FeatureColumn column)
    {
        const int fewRows = 30;
        if (column.Count < fewRows)
        {
            return false;
        }

        var filled = Enumerable.Range(0, column.Count).Where(row => !column.IsMissing(row)).ToArray();
        if (column is ChoiceColumn choice)
        {
            return filled.Length > fewRows && choice.Levels.Length > 0.8 * filled.Length;
        }

        var numbers = filled.Select(row => ((NumberColumn)column).Values[row]).ToArray();
        return numbers.All(value => value == Math.Floor(value)) && numbers.Distinct().Count() > 0.98 * numbers.Length && Identifier().IsMatch(Words(column.Name).ToLowerInvariant());
    }

    /// <summary>A column's name as words: close_date and CloseDate are both close date.</summary>
    internal static string Words(string name) => Boundary().Replace(name, " ");

    [GeneratedRegex("_+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex("(^|[^a-z])(id|no|nr|number|code|key|uuid|index|row|rownumber|phone|mobile)($|[^a-z])|id$|^unnamed|编号|号码|序号|手机|电话", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Identifier();
}
