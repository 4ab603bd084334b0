using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

public enum CountMode
{
    None,

    /// <summary>Exact to 1,000, then "more".</summary>
    Capped,
    Exact,
}

public readonly record struct SortKey(Field Field, bool Descending);

/// <summary>One question to the records of a type. A list, a count, an export, a board and a feed are this same value.</summary>
public sealed record ListQuery(RecordType Type)
{
    public const int LargestPage = 500;

    public IReadOnlyList<Field> Fields { get; init; } = [];

    public FilterNode? Filter { get; init; }

    public IReadOnlyList<SortKey> Sort { get; init; } = [];

    public string? Words { get; init; }

    public int Limit { get; init; } = 50;

    public Cursor? After { get; init; }

    public CountMode Count { get; init; }

    /// <summary>Only the children of a record that was already found visible.</summary>
    public (Field Field, Guid Id)? Parent { get; init; }

    /// <summary>How many records were named one by one; null when the conditions alone say which.</summary>
    public int? Chosen { get; init; }

    /// <summary>Asks the recycle bin instead.</summary>
    public bool Deleted { get; init; }

    /// <summary>Reads a query from the words of a request and checks it against what the actor may read.</summary>
    public static ListQuery Parse(Actor actor, RecordType type, string? filter = null, string? sort = null, string? fields = null, int? limit = null, string? cursor = null, string? words = null, string? count = null, bool deleted = false)
    {
        if (actor.On(type).Read == Reach.None)
        {
            throw new RefusedException(Refusal.Forbidden(new Label($"你的角色不能查看{type.Label.ZhHans}", $"Your role may not read {type.Label.En}")));
        }

        if (limit is < 1 or > LargestPage)
        {
            throw new RefusedException(Refusal.Invalid("limit", new Label($"limit 应为 1 到 {LargestPage}", $"limit is 1 to {LargestPage}")));
        }

        var keys = ParseSort(actor, type, string.IsNullOrWhiteSpace(sort) ? type.DefaultSort : sort);
        return new ListQuery(type)
        {
            Fields = ParseFields(actor, type, fields),
            Filter = FilterParser.Parse(filter),
            Sort = keys,
            Words = string.IsNullOrWhiteSpace(words) ? null : words.Trim(),
            Limit = limit ?? 50,
            After = Cursor.Parse(cursor, keys),
            Count = count switch
            {
                null or "" or "false" => CountMode.None,
                "exact" => CountMode.Exact,
                "true" => CountMode.Capped,
                _ => throw new RefusedException(Refusal.Invalid("count", ("count 应为 true 或 exact", "count is true or exact"))),
            },
            Deleted = deleted,
        };
    }

    private static List<Field> ParseFields(Actor actor, RecordType type, string? fields)
    {
        var readable = type.Shown.Where(field => actor.On(type, field) != FieldRight.Hidden).ToList();
        if (string.IsNullOrWhiteSpace(fields))
        {
            return readable;
        }

        var chosen = new List<Field> { type["id"], type["version"] };
        foreach (var name in fields.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var field = readable.Find(candidate => candidate.Name == name)
                ?? throw new RefusedException(Refusal.Invalid("fields", RecordRefusals.UnknownField(name, Nearest.To(name, readable.Select(candidate => candidate.Name)))));
            if (!chosen.Contains(field))
            {
                chosen.Add(field);
            }
        }

        return chosen;
    }

    public static IReadOnlyList<SortKey> ParseSort(Actor actor, RecordType type, string sort)
    {
        var keys = new List<SortKey>();
        foreach (var part in sort.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var descending = part.StartsWith('-');
            var name = part.TrimStart('-', '+');
            var field = type.Find(name);
            if (field is null || !field.Sortable || field.Retired)
            {
                throw new RefusedException(Refusal.Invalid("sort", RecordRefusals.UnknownField(name, Nearest.To(name, actor.Knows(type).Where(known => known.Sortable).Select(known => known.Name)))));
            }

            if (!actor.Reads(type, field))
            {
                throw new RefusedException(Refusal.Invalid("sort", new Label($"你不能按“{field.Label.ZhHans}”排序：没有查看此字段的权限", $"You may not sort by “{field.Label.En}”: you have no right to read it")));
            }

            actor.Reading.Ask(type, field);
            if (keys.All(key => key.Field != field))
            {
                keys.Add(new SortKey(field, descending));
            }
        }

        return keys.Count <= 4 ? keys : throw new RefusedException(Refusal.Invalid("sort", ("最多按 4 个字段排序", "Sort by at most 4 fields")));
    }
}
