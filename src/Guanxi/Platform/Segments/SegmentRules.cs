using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>
/// What the conditions of a live segment may ask. Its members are worked out once for everybody, so nothing may depend on who asks, and nothing may be asked about a record that
/// somebody who sees the member may not see.
/// </summary>
public static class SegmentRules
{
    /// <summary>Refuses conditions that cannot be kept up to date for everybody.</summary>
    /// <param name="self">The segment being saved, which its own conditions may not reach.</param>
    public static void Check(Actor actor, RecordType type, FilterNode node, Guid? self)
    {
        switch (node)
        {
            case FilterNode.And and:
                Each(and.Items);
                break;
            case FilterNode.Or or:
                Each(or.Items);
                break;
            case FilterNode.Not not:
                Check(actor, type, not.Item, self);
                break;
            case FilterNode.Words words:
                throw Wrong(new Label($"“{words.Text}”没有指明字段：细分的条件要写明字段，例如 name:\"{words.Text}\"", $"“{words.Text}” names no field: a segment's condition says which, such as name:\"{words.Text}\""));
            case FilterNode.Children children:
                if (children.Filter is { } inner && actor.Schema.Find(children.Path.Split('.')[0]) is { } child)
                {
                    Check(actor, child, inner, self);
                }

                break;
            case FilterNode.Compare compare:
                CheckPath(actor, type, compare, self);
                break;
        }

        void Each(IEnumerable<FilterNode> items)
        {
            foreach (var item in items)
            {
                Check(actor, type, item, self);
            }
        }
    }

    private static void CheckPath(Actor actor, RecordType type, FilterNode.Compare compare, Guid? self)
    {
        if (type.FilterFields.Any(field => field.Name == compare.Path))
        {
            CheckNamed(actor, compare, self);
            return;
        }

        var parts = Steps(type, compare.Path);
        var at = type;
        for (var i = 0; i < parts.Length; i++)
        {
            // What is not there the compiler refuses in better words.
            if (at.Find(parts[i]) is not { Kind: FieldKind.Reference } field || actor.Schema.Find(field.Reference!) is not { } target)
            {
                return;
            }

            if (i == parts.Length - 1)
            {
                CheckReference(target, field, compare);
            }
            else if (target.HasOwner && !(at.Access == AccessKind.Child && target.Access == AccessKind.Child))
            {
                throw Wrong(new Label($"细分不能按“{field.Label.ZhHans}”的字段划分：看得到客户的人不一定看得到那条记录", $"A segment cannot ask for fields of “{field.Label.En}”: who sees the customer may not see that record"));
            }

            at = target;
        }
    }

    /// <summary>The fields of a path; a name may have a dot in it itself.</summary>
    internal static string[] Steps(RecordType type, string path) => type.Find(path) is null ? path.Split('.') : [path];

    private static void CheckReference(RecordType target, Field field, FilterNode.Compare compare)
    {
        foreach (var value in compare.Values)
        {
            if (value is { Quoted: false, Text: "me" })
            {
                throw Wrong(new Label($"细分对所有人是同一批客户，“{field.Label.ZhHans}”不能写“我”：请选定一个人，或在列表里用“我的”视图", $"A segment is the same for everybody, so “{field.Label.En}” cannot be “me”: choose a person, or use your own view of the list"));
            }

            if (target.HasOwner && value.Text is not "null" and not "*" && !Guid.TryParse(value.Text, out _))
            {
                throw Wrong(new Label($"“{field.Label.ZhHans}”请选定记录，不能按名称比较", $"Choose a record for “{field.Label.En}”; it cannot be compared by name"));
            }
        }
    }

    private static void CheckNamed(Actor actor, FilterNode.Compare compare, Guid? self)
    {
        foreach (var value in compare.Values)
        {
            var segment = Guid.TryParse(value.Text, out var id) ? actor.Directory.Segments.Find(id) : null;
            if (segment is null)
            {
                throw Wrong(new Label($"没有编号为“{value.Text}”的细分", $"There is no segment with the id “{value.Text}”"));
            }

            if (self is { } own && (segment.Id == own || actor.Directory.Segments.AskingFor(own).Any(other => other.Id == segment.Id)))
            {
                throw Wrong(new Label($"细分“{segment.Name}”又以这个细分为条件，这样没有结果", $"The segment “{segment.Name}” asks for this one in turn; that has no answer"));
            }
        }
    }

    /// <summary>The segments that conditions name.</summary>
    public static IEnumerable<string> Named(FilterNode node) => Compared(node).Where(compare => compare.Path == "segment").SelectMany(compare => compare.Values.Select(value => value.Text));

    /// <summary>Every comparison, those inside children too.</summary>
    public static IEnumerable<FilterNode.Compare> Compared(FilterNode node) => node switch
    {
        FilterNode.And and => and.Items.SelectMany(Compared),
        FilterNode.Or or => or.Items.SelectMany(Compared),
        FilterNode.Not not => Compared(not.Item),
        FilterNode.Children { Filter: { } inner } => Compared(inner),
        FilterNode.Compare compare => [compare],
        _ => [],
    };

    /// <summary>Every question about records that belong to this one.</summary>
    public static IEnumerable<FilterNode.Children> Children(FilterNode node) => node switch
    {
        FilterNode.And and => and.Items.SelectMany(Children),
        FilterNode.Or or => or.Items.SelectMany(Children),
        FilterNode.Not not => Children(not.Item),
        FilterNode.Children children => children.Filter is { } inner ? Children(inner).Prepend(children) : [children],
        _ => [],
    };

    internal static RefusedException Wrong(Label error) => new(Refusal.Invalid("filter", error));
}
