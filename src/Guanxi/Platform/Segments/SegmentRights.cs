using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>Who may ask who is in a segment: whoever could ask its conditions himself. Otherwise membership would tell the value of a field he may not read.</summary>
public static class SegmentRights
{
    /// <exception cref="RefusedException">The conditions ask for something the actor may not read.</exception>
    public static void Demand(Actor actor, Dialect dialect, SegmentInfo segment, RecordType type, DateTimeOffset now)
    {
        if (Refusal(actor, dialect, segment, type, now) is { } why)
        {
            throw SegmentRules.Wrong(new Label($"细分“{segment.Name}”用到你无权查看的内容，不能使用：{why.ZhHans}", $"You cannot use the segment “{segment.Name}”, which asks for something you may not read: {why.En}"));
        }
    }

    /// <summary>Why the actor may not ask; null when he may.</summary>
    public static Label? Refusal(Actor actor, Dialect dialect, SegmentInfo segment, RecordType type, DateTimeOffset now)
    {
        if (actor.IsSystem || segment.Filter is not { } filter)
        {
            return null;
        }

        var reach = actor.On(type).Read;
        foreach (var children in SegmentRules.Children(filter))
        {
            if (actor.Schema.Find(children.Path.Split('.')[0]) is { } child && actor.On(child).Read < reach)
            {
                return new Label($"{child.Label.ZhHans}你只能查看一部分", $"you may read only a part of the {child.Label.En}");
            }
        }

        try
        {
            _ = new FilterCompiler(actor, dialect, now).Compile(filter, type, "t");
            return null;
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Detail ?? refused.Refusal.Title;
        }
    }
}
