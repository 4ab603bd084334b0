using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Why a file, or a row of one, is not taken.</summary>
public static class ImportRefusals
{
    public static Refusal MayNotImport(RecordType type) => Refusal.Forbidden(new Label($"你的角色不能导入{type.Label.ZhHans}", $"Your role may not import: {type.Label.En}"));

    public static Refusal MayNotExport(RecordType type) => Refusal.Forbidden(new Label($"你的角色不能导出{type.Label.ZhHans}", $"Your role may not export: {type.Label.En}"));

    public static Refusal NotImportable(string type) => Refusal.Invalid("type", new Label($"“{type}”不能从文件导入", $"“{type}” cannot be imported from a file"));

    public static Refusal Damaged(long row, Label why) => new(422, "unreadable-file", ("文件无法读取，没有导入任何内容", "The file cannot be read; nothing was imported"))
    {
        Detail = row > 0 ? new Label($"第 {row} 行：{why.ZhHans}", $"Row {row}: {why.En}") : why,
        More = new Dictionary<string, object?>(StringComparer.Ordinal) { ["row"] = row > 0 ? row : null },
    };

    public static Refusal NoTable { get; } = new(422, "unreadable-file", ("文件无法读取，没有导入任何内容", "The file cannot be read; nothing was imported"))
    {
        Detail = new Label("JSON 不能作为文件导入：请存为 xlsx 或 csv，或由程序调用 POST /api/v1/customers:batch", "JSON is not imported as a file: save it as xlsx or csv, or have a program call POST /api/v1/customers:batch"),
    };

    public static Refusal NothingMapped(RecordType type, IEnumerable<string> columns) => Refusal.Invalid(
        "mapping",
        new Label(
            $"没有一列对应{type.Label.ZhHans}的字段。文件的列：{string.Join("、", columns.Take(20))}",
            $"No column belongs to a field of {type.Label.En}. The file's columns: {string.Join(", ", columns.Take(20))}"));

    public static Label RequiredUnmapped(Field field) => new($"必填字段“{field.Label.ZhHans}”没有对应的列", $"The required field “{field.Label.En}” has no column");

    public static Label UnknownColumn(string column, string? near) => new($"文件里没有“{column}”这一列{(near is null ? "" : $"，是否指“{near}”？")}", $"The file has no column “{column}”{(near is null ? "" : $"; did you mean “{near}”?")}");

    public static Label MappedTwice(Field field) => new($"字段“{field.Label.ZhHans}”对应了两列", $"Two columns go to the field “{field.Label.En}”");

    public static Label NotFromFile(Field field) => new($"字段“{field.Label.ZhHans}”由系统维护，不能导入", $"The field “{field.Label.En}” is kept by the program and cannot be imported");

    public static Label KeyUnmapped { get; } = ("更新需要一个关键字段，并且文件里要有这一列", "An update needs a key field, and a column for it in the file");

    public static Label NoSuchKey(IEnumerable<string> keys) => new($"关键字段可选：{string.Join("、", keys)}", $"A key is one of: {string.Join(", ", keys)}");

    public static Label UnknownPerson(string text) => new($"没有名为“{text}”的用户", $"There is no user “{text}”");

    public static Label AmbiguousPerson(string text) => new($"有多位用户名为“{text}”，请写登录名", $"Several users are called “{text}”; give the user name");

    public static Label NobodyIsMe { get; } = ("没有指定用户，不能写“me”", "No user is given, so “me” means nobody");

    public static Label UnknownTitle(string text) => new($"找不到“{text}”，或你无权查看", $"“{text}” is not found, or you may not see it");

    public static Label AmbiguousTitle(string text) => new($"有多条记录名为“{text}”，请写编号", $"Several records are called “{text}”; give the id");

    public static Label AmbiguousKey(string text, long count) => new($"有 {count} 条记录的关键字段是“{text}”，不知道该更新哪一条", $"{count} records have the key “{text}”; it is not known which to update");

    public static Label NoRecordWithKey(string text) => new($"没有关键字段为“{text}”的记录，或你无权查看", $"No record has the key “{text}”, or you may not see it");

    public static Label KeyEmpty { get; } = ("关键字段为空", "The key is empty");

    public static Label RetiredChoice(string text) => new($"选项“{text}”已停用", $"The choice “{text}” is retired");

    public static Label RoundedNumber(string text) => new($"“{text}”已被 Excel 四舍五入，后面几位丢了；请把这一列设为文本后重新导出", $"“{text}” was rounded by a spreadsheet and has lost its last digits; format the column as text and export again");

    public static Label SeveralRoots(string text, long count) => new($"有 {count} 条记录名为“{text}”，不知道联系人属于哪一条", $"{count} records are called “{text}”; it is not known to which the second part belongs");

    public static Label BesideLeftOut(RecordType type, Label why) => new($"已导入，但{type.SingularLabel.ZhHans}没有导入：{why.ZhHans}", $"Imported, but not the {type.SingularLabel.En.ToLowerInvariant()}: {why.En}");

    public static Label NoPlaceForPool(RecordType type) => new($"{type.Label.ZhHans}不能放入公海", $"{type.Label.En} do not go into a pool");

    public static Label NotPossible(string decision) => new($"“{decision}”不是可以选择的处理方式", $"“{decision}” is no decision about a row");

    public static Label LinkLeftOut(Label why) => new($"已导入，但未能关联：{why.ZhHans}", $"Imported, but not linked: {why.En}");

    public static Label EditedSince { get; } = ("导入之后有人修改过", "It was changed after the import");

    public static Label DeletedSince { get; } = ("导入之后有人删除了它", "It was deleted after the import");

    public static Label ReferredTo { get; } = ("其他记录引用了它", "Other records refer to it");

    public static Refusal NotUndoable(string state) => Refusal.Breaks("import-state", new Label($"这次导入不能撤销（状态：{state}）", $"This import cannot be undone (state: {state})"));

    public static Refusal NotNow(string state) => Refusal.Breaks("import-state", new Label($"这次导入现在不能这样做（状态：{state}）", $"This cannot be done with the import now (state: {state})"));

    public static Refusal FileGone { get; } = Refusal.Breaks("import-file", ("上传的文件已不在服务器上，请重新上传", "The uploaded file is no longer on the server; upload it again"));

    public static Refusal Held(IReadOnlyList<string> names) => Refusal.Breaks("imports-held", new Label(
        $"有未完成的导入（{string.Join("、", names)}），文件里可能有这个人：请先让它完成或撤销，再删除",
        $"There are imports that have not ended ({string.Join(", ", names)}) whose files may speak of this person: let them end or undo them first"));

    public static Refusal NotYours { get; } = Refusal.Forbidden(("这是别人的导入；需要“查看并撤销他人的导入”权限", "This is somebody else's import; it needs the right to see and undo imports of others"));
}
