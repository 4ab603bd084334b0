using Guanxi.Insight.Files;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>What a score or tree is asked of: columns, who has the outcome, and the words for the columns.</summary>
/// <param name="Table">For scores.</param>
/// <param name="Columns">For trees.</param>
/// <param name="Outcomes">One a row.</param>
/// <param name="Named">A column in the reader's words.</param>
internal sealed record LabData(FeatureTable Table, IReadOnlyList<TreeColumn> Columns, bool[] Outcomes, Func<string, string> Named, IReadOnlyList<Finding> Findings)
{
    public const int MostRows = 50_000;

    /// <summary>The customers of a question with the outcome that it names; what the outcome is made of is left out, for it would foretell it without fail.</summary>
    public static LabData Of(LabTable table, bool[] outcomes, string target, string language)
    {
        var without = table.Fields.Where(field => !target.Contains(field.Name, StringComparison.Ordinal)).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        string Named(string column) => table.Fields.FirstOrDefault(field => field.Name == column)?.Label.In(language) ?? column;
        return new LabData(table.Features().Where(without.Contains), [.. table.TreeColumns(language).Where((_, i) => without.Contains(table.Fields[i].Name))], outcomes, Named, table.Findings);
    }

    /// <summary>A file with the outcome in one of its columns.</summary>
    /// <exception cref="RefusedException">The file has too many rows for such a model.</exception>
    /// <exception cref="UnsuitableDataException">No such column, or not two values in it.</exception>
    public static LabData Of(DataTable file, LabQuestion question)
    {
        if (file.Rows.Count > MostRows)
        {
            throw new RefusedException(Refusal.Invalid("file", new Label($"这种模型最多用 {MostRows} 行，文件有 {file.Rows.Count} 行", $"Such a model takes at most {MostRows} rows; the file has {file.Rows.Count}")));
        }

        var target = TargetColumn.Find(file, question.Target!, question.Positive);
        var features = new List<FeatureColumn>();
        var columns = new List<TreeColumn>();
        for (var column = 0; column < file.Header.Length; column++)
        {
            var name = file.Header[column];
            if (column == target.Column || (question.Fields.Count > 0 && !question.Fields.Contains(name, StringComparer.OrdinalIgnoreCase)))
            {
                continue;
            }

            var feature = FeatureFile.Read(file, column, target.Rows);
            features.Add(feature);
            columns.Add(feature is NumberColumn numbers ? new TreeColumn(name, numbers.Values, null) : new TreeColumn(name, null, [.. Enumerable.Range(0, feature.Count).Select(row => feature.IsMissing(row) ? "—" : feature.Text(row))]));
        }

        return new LabData(new FeatureTable(features), columns, target.Outcomes, name => name, target.Findings);
    }
}
