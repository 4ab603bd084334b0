using System.Globalization;

namespace Guanxi.Science.Scoring;

/// <summary>Reads columns of text: numbers where every filled cell is one, choices otherwise.</summary>
public static class FeatureText
{
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "na", "n/a", "nan", "null", "none given", "-", "--", "?", "#n/a", "inf", "-inf", "infinity", "-infinity",
        // What a form sends when nobody chose.
        "select", "please select", "- select -", "请选择", "請選擇",
    };

    /// <summary>Whether a cell stands for a missing value.</summary>
    public static bool IsMissing(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Missing.Contains(cell.Trim());
    }

    /// <summary>Reads one column. Levels are in ordinal order, so that the first is the baseline as in other statistics programs.</summary>
    public static FeatureColumn Read(string name, IReadOnlyList<string> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var numbers = new double[cells.Count];
        var numeric = true;
        for (var i = 0; i < cells.Count && numeric; i++)
        {
            if (IsMissing(cells[i]))
            {
                numbers[i] = double.NaN;
            }
            else
            {
                numeric = double.TryParse(cells[i], NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out numbers[i]);
            }
        }

        return numeric ? new NumberColumn(name, numbers) : Choices(name, cells);
    }

    /// <summary>Reads one column as choices even if all cells are numbers.</summary>
    public static ChoiceColumn Choices(string name, IReadOnlyList<string> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        string[] levels = [.. cells.Where(cell => !IsMissing(cell)).Select(cell => cell.Trim()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var index = levels.Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => pair.i, StringComparer.Ordinal);
        return new ChoiceColumn(name, cells.Select(cell => IsMissing(cell) ? -1 : index[cell.Trim()]).ToArray(), levels);
    }
}
