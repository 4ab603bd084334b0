using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Laboratory;

/// <summary>Customers as columns of numbers and choices, read like any list: of whom one sees, and of them what one may read.</summary>
internal sealed class LabTable
{
    public const int MostRows = 20_000;

    /// <summary>What is offered to a model when nothing else is asked for.</summary>
    private static readonly string[] Usual = ["industry", "province", "size", "source", "employees", "kind", "value.orders", "value.rhythm", "value.late", "value.revenue", "value.current", "value.costs", "value.investment"];

    private readonly List<JsonElement> rows;

    private LabTable(List<JsonElement> rows, IReadOnlyList<Field> fields, int among = 0) => (this.rows, Fields, Among) = (rows, fields, Math.Max(among, rows.Count));

    public IReadOnlyList<Field> Fields { get; }

    public int Count => rows.Count;

    /// <summary>How many customers fit the condition; more than <see cref="Count"/> where only a part of them was taken.</summary>
    public int Among { get; }

    /// <summary>Says that a part stands for the whole, where it does.</summary>
    public IReadOnlyList<Finding> Findings => Among == Count ? [] : [new Finding("sample", FindingWeight.Note, $"Fitted to {Count} of {Among} customers, taken evenly in the order in which they were entered; a score that is kept is told of all of them.")];

    public IReadOnlyList<Guid> Ids => [.. rows.Select(row => row.GetProperty("id").GetGuid())];

    /// <summary>Fields a model can use: numbers and choices that the actor reads in clear.</summary>
    public static IReadOnlyList<Field> Offered(Actor actor, RecordType type) =>
        [.. type.Shown.Where(field => actor.Reads(type, field) && field.Beside != KeptScore.Table && !field.Sensitive && !field.System && (IsNumber(field) || field.Kind is FieldKind.Choice or FieldKind.YesNo || (field.Kind == FieldKind.Text && field.Groupable && field.Search == SearchAs.Nothing && field.MaxLength <= 60)))];

    private static bool IsNumber(Field field) => field.Kind is FieldKind.Number or FieldKind.Integer or FieldKind.Money or FieldKind.Rating;

    /// <summary>The fields a question looks at: those it names, or the usual ones that the actor reads.</summary>
    public static IReadOnlyList<string> Chosen(Actor actor, RecordType type, IReadOnlyList<string> wanted) =>
        wanted.Count > 0 ? wanted : [.. Offered(actor, type).Select(field => field.Name).Where(Usual.Contains)];

    /// <summary>The customers of a condition; of more than a model can use an even part of them, in the order in which they were entered.</summary>
    /// <exception cref="RefusedException">The filter or a field cannot be read.</exception>
    public static async Task<LabTable> ReadAsync(DatabaseSession session, Actor actor, string? filter, IReadOnlyList<string> wanted, DateTimeOffset now, CancellationToken cancel, int most = MostRows)
    {
        var type = actor.Schema["customers"];
        var offered = Offered(actor, type).ToDictionary(field => field.Name, StringComparer.Ordinal);
        var names = Chosen(actor, type, wanted);
        foreach (var name in names.Where(name => !offered.ContainsKey(name)))
        {
            throw new RefusedException(Refusal.Invalid("fields", new Label($"“{name}”不能用在模型里：只能用你看得到的数字和选项字段", $"“{name}” cannot be used in a model: numbers and choices you may read can")));
        }

        var readsName = actor.Reads(type, type["name"]) ? ",name" : "";
        var ids = await IdsAsync(session, actor, type, filter, now, cancel);
        var rows = new List<JsonElement>(Math.Min(ids.Count, most));
        foreach (var some in Evenly(ids, most).Chunk(ListQuery.LargestPage))
        {
            rows.AddRange(await RowsAsync(session, actor, type, some, string.Join(',', names) + readsName, now, cancel));
        }

        return new LabTable(rows, [.. names.Select(name => offered[name])], ids.Count);
    }

    private static IEnumerable<Guid> Evenly(List<Guid> ids, int most) => ids.Count <= most ? ids : Enumerable.Range(0, most).Select(i => ids[(int)((long)i * ids.Count / most)]);

    /// <summary>What each customer is called, by its id.</summary>
    public IReadOnlyDictionary<string, string> Names() => rows.Where(row => row.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String).ToDictionary(row => row.GetProperty("id").GetString()!, row => row.GetProperty("name").GetString()!, StringComparer.Ordinal);

    /// <summary>Which of the customers fit another condition too.</summary>
    public async Task<bool[]> FitAsync(DatabaseSession session, Actor actor, string? filter, string target, DateTimeOffset now, CancellationToken cancel)
    {
        var both = string.IsNullOrWhiteSpace(filter) ? target : $"({filter}) AND ({target})";
        var fitting = (await IdsAsync(session, actor, actor.Schema["customers"], both, now, cancel)).ToHashSet();
        return [.. Ids.Select(fitting.Contains)];
    }

    /// <summary>Everybody a question is about, a page at a time, with the outcome of each; nobody has it where none is asked for.</summary>
    /// <param name="names">The fields to read.</param>
    public static async IAsyncEnumerable<(LabTable Table, bool[] Outcomes)> PagesAsync(DatabaseSession session, Actor actor, LabQuestion question, IReadOnlyList<string> names, DateTimeOffset now, int size, [EnumeratorCancellation] CancellationToken cancel)
    {
        var type = actor.Schema["customers"];
        if (names.FirstOrDefault(name => type.Find(name) is null or { Retired: true }) is { } gone)
        {
            throw new RefusedException(Refusal.Invalid("fields", new Label($"字段“{gone}”已不存在", $"The field “{gone}” is no longer there")));
        }

        var fitting = new HashSet<Guid>();
        var both = string.IsNullOrWhiteSpace(question.Filter) ? question.Target : $"({question.Filter}) AND ({question.Target})";
        string? cursor = null;
        while (question.WantsTarget)
        {
            var (rows, next) = await PageAsync(session, actor, type, both, "version", cursor, size, now, cancel);
            fitting.UnionWith(rows.Select(row => row.GetProperty("id").GetGuid()));
            cursor = next;
            if (cursor is null)
            {
                break;
            }
        }

        do
        {
            var (rows, next) = await PageAsync(session, actor, type, question.Filter, string.Join(',', names), cursor, size, now, cancel);
            cursor = next;
            if (rows.Count == 0)
            {
                yield break;
            }

            var table = new LabTable(rows, [.. names.Select(name => type[name])]);
            yield return (table, [.. table.Ids.Select(fitting.Contains)]);
        }
        while (cursor is not null);
    }

    private static async Task<(List<JsonElement> Rows, string? Next)> PageAsync(DatabaseSession session, Actor actor, RecordType type, string? filter, string fields, string? cursor, int size, DateTimeOffset now, CancellationToken cancel)
    {
        var query = ListQuery.Parse(actor, type, filter, "-createdAt", fields, cursor: cursor) with { Limit = size };
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        await ListReader.WriteAsync(buffer, session, actor, query, now, cancel);
        using var list = JsonDocument.Parse(buffer.WrittenMemory);
        return ([.. list.RootElement.GetProperty("items").EnumerateArray().Select(row => row.Clone())], list.RootElement.GetProperty("next").GetString());
    }

    /// <summary>Who fits a condition, the latest entered first; a million ids are 16 MB.</summary>
    private static async Task<List<Guid>> IdsAsync(DatabaseSession session, Actor actor, RecordType type, string? filter, DateTimeOffset now, CancellationToken cancel)
    {
        var query = ListQuery.Parse(actor, type, filter, "-createdAt", "version");
        var sql = new ListSql(actor, query, session.Dialect, now);
        var ids = new List<Guid>();
        foreach (var emptyPhase in ListReader.Phases(query))
        {
            await using var reader = await session.ReadAsync(sql.Page(emptyPhase, int.MaxValue - 1), cancel);
            while (await reader.ReadAsync(cancel))
            {
                ids.Add(session.Dialect.ReadId(reader, sql.KeysAt));
            }
        }

        return ids;
    }

    private static async Task<List<JsonElement>> RowsAsync(DatabaseSession session, Actor actor, RecordType type, Guid[] ids, string fields, DateTimeOffset now, CancellationToken cancel)
    {
        var query = ListQuery.Parse(actor, type, null, "-createdAt", fields) with { Limit = ids.Length, Filter = new FilterNode.Compare("id", "in", [.. ids.Select(id => new FilterValue(id.ToString(), true))]) };
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        await ListReader.WriteAsync(buffer, session, actor, query, now, cancel);
        using var list = JsonDocument.Parse(buffer.WrittenMemory);
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(row => row.Clone())];
    }

    /// <summary>The columns for a score.</summary>
    public FeatureTable Features() => new([.. Fields.Select(field => IsNumber(field)
        ? (FeatureColumn)new NumberColumn(field.Name, Numbers(field))
        : Choices(field))]);

    private ChoiceColumn Choices(Field field)
    {
        var texts = Texts(field);
        var levels = texts.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var codes = levels.Select((level, i) => (level, i)).ToDictionary(item => item.level, item => item.i, StringComparer.Ordinal);
        return new ChoiceColumn(field.Name, [.. texts.Select(text => text is null ? -1 : codes[text])], levels);
    }

    /// <summary>The columns for trees, named in the reader's language; a missing number is none, a missing choice a level of its own.</summary>
    public IReadOnlyList<TreeColumn> TreeColumns(string language) => [.. Fields.Select(field =>
        IsNumber(field) ? new TreeColumn(field.Label.In(language), Numbers(field), null) : new TreeColumn(field.Label.In(language), null, [.. Texts(field).Select(text => text ?? "—")]))];

    /// <summary>The same for groups, where a missing number is the mean.</summary>
    public IReadOnlyList<TreeColumn> Columns(string language) => [.. TreeColumns(language).Select(column =>
    {
        if (column.Numbers is not { } numbers)
        {
            return column;
        }

        var known = numbers.Where(double.IsFinite).ToList();
        var mean = known.Count > 0 ? known.Average() : 0;
        return column with { Numbers = [.. numbers.Select(number => double.IsFinite(number) ? number : mean)] };
    })];

    /// <summary>One column of numbers; what is not known is no number.</summary>
    public double[] Numbers(string name) => Numbers(Fields.First(field => field.Name == name));

    /// <summary>Every column of numbers by its field.</summary>
    public IReadOnlyDictionary<string, double[]> AllNumbers() => Fields.Where(IsNumber).ToDictionary(field => field.Name, Numbers, StringComparer.Ordinal);

    private double[] Numbers(Field field) => [.. rows.Select(row => !row.TryGetProperty(field.Name, out var value) ? double.NaN
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.Object && value.TryGetProperty("amount", out var amount) && double.TryParse(amount.GetString(), CultureInfo.InvariantCulture, out var money) ? money
        : double.NaN)];

    private string?[] Texts(Field field) => [.. rows.Select(row => row.TryGetProperty(field.Name, out var value) ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.True => "✓", JsonValueKind.False => "✗", _ => null } : null)];
}
