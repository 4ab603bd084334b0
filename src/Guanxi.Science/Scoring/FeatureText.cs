using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>Reads columns of text: numbers where all but a stray word among the filled cells are, choices otherwise.</summary>
public static class FeatureText
{
    private const int WordsPerNumber = 20;
    private const int MostCodes = 20;

    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "na", "n/a", "nan", "<na>", "nat", "null", "\\n", "none given", "-", "--", "?", ".", "#n/a", "#value!", "#div/0!", "#ref!", "#null!", "inf", "-inf", "infinity", "-infinity", "∞", "-∞",
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
    /// <param name="name">Name shown to the reader.</param>
    /// <param name="cells">One per row.</param>
    /// <param name="commaElsewhere">Whether other columns of the table have a decimal comma.</param>
    public static FeatureColumn Read(string name, IReadOnlyList<string> cells, bool commaElsewhere = false)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var text = NumberText.For(cells, commaElsewhere);
        var numbers = new double[cells.Count];
        int filled = 0, words = 0;
        for (var i = 0; i < cells.Count; i++)
        {
            if (IsMissing(cells[i]))
            {
                numbers[i] = double.NaN;
                continue;
            }

            filled++;
            if (!text.TryRead(cells[i], out numbers[i]))
            {
                numbers[i] = double.NaN;
                words++;
                if (words * WordsPerNumber > cells.Count)
                {
                    return Choices(name, cells);
                }
            }
        }

        // A word among many different numbers is a slip of the pen; among a few it is one more choice.
        return words == 0 || (words * WordsPerNumber <= filled && numbers.Distinct().Skip(MostCodes).Any()) ? new NumberColumn(name, numbers, words) : Choices(name, cells);
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
