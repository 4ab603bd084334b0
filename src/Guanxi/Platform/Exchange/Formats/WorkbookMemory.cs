namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What is learnt of a workbook once and used by every reading of the same file: the shared texts of a large one take longer than its rows.</summary>
sealed class WorkbookMemory
{
    public SharedTexts? Shared { get; set; }

    public Dictionary<string, IReadOnlyList<MergedCells>> Merges { get; } = new(StringComparer.Ordinal);
}

/// <summary>A cell whose value is not in the file, and why.</summary>
sealed record MissingValue(string ZhHans, string En)
{
    public static MissingValue NoResult { get; } = new("公式没有保存结果，按空处理；请在 Excel 中打开并保存后再导入", "a formula without a result, taken as empty; open the file in Excel and save it");

    public static MissingValue Error { get; } = new("公式的结果是错误值，按空处理", "a formula that ended in an error, taken as empty");
}
