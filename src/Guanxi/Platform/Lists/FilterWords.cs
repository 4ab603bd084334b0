using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>A filter as a person would say it, with the names of fields and choices; what has no such words stays as it was written.</summary>
public static class FilterWords
{
    private static readonly Dictionary<string, Label> Relations = new(StringComparer.Ordinal)
    {
        ["="] = ("为", "is"), ["!="] = ("不为", "is not"), ["<"] = ("小于", "is below"), ["<="] = ("不超过", "is at most"), [">"] = ("大于", "is above"), [">="] = ("不低于", "is at least"), [":"] = ("包含", "has"), ["in"] = ("属于", "is one of"),
    };

    public static Label Of(Schema schema, RecordType type, string filter)
    {
        try
        {
            return FilterParser.Parse(filter) is { } node ? Of(schema, type, node, filter) : new Label(filter, filter);
        }
        catch (RefusedException)
        {
            return new Label(filter, filter);
        }
    }

    private static Label Of(Schema schema, RecordType type, FilterNode node, string written)
    {
        Label Join(IReadOnlyList<FilterNode> items, string zh, string en)
        {
            var words = items.Select(item => Of(schema, type, item, written) is var label && item is FilterNode.And or FilterNode.Or && items.Count > 1 ? new Label($"（{label.ZhHans}）", $"({label.En})") : label).ToList();
            return new Label(string.Join(zh, words.Select(label => label.ZhHans)), string.Join(en, words.Select(label => label.En)));
        }

        switch (node)
        {
            case FilterNode.And and:
                return Join(and.Items, "，且", " and ");
            case FilterNode.Or or:
                return Join(or.Items, "，或", " or ");
            case FilterNode.Not not:
                var inner = Of(schema, type, not.Item, written);
                return new Label($"并非（{inner.ZhHans}）", $"not ({inner.En})");
            case FilterNode.Compare compare when Field(schema, type, compare.Path) is var (name, field):
                if (compare is { Operator: "=" or "!=", Values: [{ Quoted: false, Text: "null" }] })
                {
                    return compare.Operator == "=" ? new Label($"{name.ZhHans}为空", $"{name.En} is empty") : new Label($"{name.ZhHans}已填写", $"{name.En} is filled in");
                }

                var values = compare.Values.Select(value => field.Choices.FirstOrDefault(choice => choice.Value == value.Text)?.Label ?? new Label(value.Text, value.Text)).ToList();
                var relation = Relations[compare.Operator];
                return new Label($"{name.ZhHans}{relation.ZhHans}{(field.Choices.Count > 0 ? string.Join("、", values.Select(value => $"“{value.ZhHans}”")) : " " + string.Join("、", values.Select(value => value.ZhHans)))}", $"{name.En} {relation.En} {string.Join(", ", values.Select(value => value.En))}");
            default:
                return new Label(written, written);
        }
    }

    private static (Label Name, Field Field)? Field(Schema schema, RecordType type, string path)
    {
        var parts = path.Split('.');
        return type.Find(parts[0]) is not { } first ? null
            : parts.Length == 1 ? (first.Label, first)
            : parts.Length == 2 && first is { Kind: FieldKind.Reference, Reference: { } target } && schema[target].Find(parts[1]) is { } second ? (new Label($"{first.Label.ZhHans}的{second.Label.ZhHans}", $"{first.Label.En}: {second.Label.En}"), second)
            : null;
    }
}
