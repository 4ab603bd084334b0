using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>
/// What conditions answer differently only because time has passed. "No contact for 60 days" becomes true for exactly those whose last contact lies between the bound of then and the
/// bound of now: a range of an index, however many customers there are.
/// </summary>
public sealed class PassingTime(Actor actor, RecordType type, Dialect dialect)
{
    private static readonly TimeSpan SoonestAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SilentEvery = TimeSpan.FromHours(1);

    /// <summary>When the conditions may next answer differently by themselves; null for never.</summary>
    /// <param name="wholly">Whether everybody has to be asked again then: a field moves without saying so.</param>
    public DateTimeOffset? NextAfter(FilterNode node, DateTimeOffset now, out bool wholly)
    {
        wholly = false;
        DateTimeOffset? next = null;
        foreach (var (compare, at) in Leaves(node, type))
        {
            if (FieldOf(compare, at) is { } field && (field.Silent || field.Beside is not null || field.Formula?.Contains("today(", StringComparison.OrdinalIgnoreCase) == true))
            {
                wholly = true;
                next = Earlier(next, now + SilentEvery);
            }

            foreach (var value in compare.Values.Where(_ => IsTime(compare, at)))
            {
                if (value.Text.StartsWith("now", StringComparison.OrdinalIgnoreCase))
                {
                    next = Earlier(next, now + SoonestAgain);
                }
                else if (value.Text.Length > 0 && char.IsAsciiLetter(value.Text[0]) && value.Text is not "null")
                {
                    next = Earlier(next, Midnight(now));
                }
            }
        }

        return SegmentRules.Children(node).Any(IsRhythm) ? Earlier(next, Midnight(now)) : next;
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } first && first < other ? first : other;

    private DateTimeOffset Midnight(DateTimeOffset now) => (Period.Parse("tomorrow", now, actor.TimeZone) ?? throw new InvalidOperationException("No tomorrow.")).From;

    /// <summary>Those for whom time alone may have changed the answer between two moments, as statements that give row numbers.</summary>
    public IEnumerable<Sql> Candidates(FilterNode node, DateTimeOffset from, DateTimeOffset to) => Candidates(node, type, from, to);

    private IEnumerable<Sql> Candidates(FilterNode node, RecordType of, DateTimeOffset from, DateTimeOffset to) => node switch
    {
        FilterNode.And and => and.Items.SelectMany(item => Candidates(item, of, from, to)),
        FilterNode.Or or => or.Items.SelectMany(item => Candidates(item, of, from, to)),
        FilterNode.Not not => Candidates(not.Item, of, from, to),
        FilterNode.Children children => OfChildren(children, of, from, to),
        FilterNode.Compare compare => compare.Path == "segment" && of == type ? Named(compare, from, to) : Between(compare, of, from, to).Select(range => Select(range, of)),
        _ => [],
    };

    private IEnumerable<Sql> Named(FilterNode.Compare compare, DateTimeOffset from, DateTimeOffset to) =>
        compare.Values.Select(value => actor.Directory.Segments.Find(value.Text)?.Filter).OfType<FilterNode>().SelectMany(filter => Candidates(filter, type, from, to));

    private Sql Select(FilterNode range, RecordType of) => new Sql().Append($"SELECT t.seq FROM {of.Table} t WHERE t.deleted_at IS NULL AND ").Append(Compiler(of == type).Compile(range, of, "t"));

    private FilterCompiler Compiler(bool own) => new(actor, dialect, DateTimeOffset.UnixEpoch) { ForMembership = own };

    private IEnumerable<Sql> OfChildren(FilterNode.Children node, RecordType of, DateTimeOffset from, DateTimeOffset to)
    {
        var (child, _, rhythm) = Compiler(true).Measured(node, of);
        var parent = child[child.ParentField!].Column;
        foreach (var range in node.Filter is { } filter ? Ranges(filter, child, from, to) : [])
        {
            yield return new Sql().Append($"SELECT t.seq FROM {child.Table} c JOIN {of.Table} t ON t.id = c.{parent} WHERE c.deleted_at IS NULL AND ").Append(Compiler(false).Compile(range, child, "c"));
        }

        if (rhythm)
        {
            // Asked of those who have a rhythm at all, once a day.
            Sql At(DateTimeOffset now) => new FilterCompiler(actor, dialect, now) { ForMembership = true }.Compile(node, of, "t");
            yield return new Sql().Append($"SELECT t.seq FROM {of.Table} t WHERE t.deleted_at IS NULL AND t.id IN (SELECT c.{parent} FROM {child.Table} c WHERE c.deleted_at IS NULL GROUP BY c.{parent} HAVING COUNT(*) >= ").Value((long)FilterCompiler.FewestForRhythm)
                .Append(") AND ((").Append(At(from)).Append(") IS TRUE) <> ((").Append(At(to)).Append(") IS TRUE)");
        }
    }

    /// <summary>The same for the rows of a child, where brackets and negations say nothing about which rows may have moved.</summary>
    private IEnumerable<FilterNode> Ranges(FilterNode node, RecordType of, DateTimeOffset from, DateTimeOffset to) => SegmentRules.Compared(node).SelectMany(compare => Between(compare, of, from, to));

    private IEnumerable<FilterNode> Between(FilterNode.Compare compare, RecordType of, DateTimeOffset from, DateTimeOffset to)
    {
        if (!IsTime(compare, of) || FieldOf(compare, of) is not { } field)
        {
            yield break;
        }

        foreach (var value in compare.Values)
        {
            if (Period.Parse(value.Text, from, actor.TimeZone) is not { } then || Period.Parse(value.Text, to, actor.TimeZone) is not { } now || then == now)
            {
                continue;
            }

            yield return Range(compare.Path, field, then.From, now.From);
            if (!then.IsMoment)
            {
                yield return Range(compare.Path, field, then.Until, now.Until);
            }
        }
    }

    private FilterNode Range(string path, Field field, DateTimeOffset one, DateTimeOffset other)
    {
        var (first, last) = one < other ? (one, other) : (other, one);
        string Text(DateTimeOffset at) => field.Kind == FieldKind.Date
            ? TimeZoneInfo.ConvertTime(at, actor.TimeZone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
            : RecordJson.Instant(at.ToUnixTimeMilliseconds());
        return new FilterNode.And([new FilterNode.Compare(path, ">=", [new FilterValue(Text(first), true)]), new FilterNode.Compare(path, "<=", [new FilterValue(Text(last), true)])]);
    }

    private bool IsTime(FilterNode.Compare compare, RecordType of) => FieldOf(compare, of)?.Kind is FieldKind.Instant or FieldKind.Date;

    private Field? FieldOf(FilterNode.Compare compare, RecordType of)
    {
        Field? field = null;
        var at = of;
        foreach (var part in SegmentRules.Steps(of, compare.Path))
        {
            field = at.Find(part);
            at = field?.Reference is { } name && actor.Schema.Find(name) is { } target ? target : at;
        }

        return field;
    }

    private static bool IsRhythm(FilterNode.Children children) => children.Path.EndsWith("." + FilterCompiler.Rhythm, StringComparison.Ordinal);

    /// <summary>Every comparison with the noun it is made on; segments named are followed to what they ask.</summary>
    private IEnumerable<(FilterNode.Compare Compare, RecordType Of)> Leaves(FilterNode node, RecordType of) => node switch
    {
        FilterNode.And and => and.Items.SelectMany(item => Leaves(item, of)),
        FilterNode.Or or => or.Items.SelectMany(item => Leaves(item, of)),
        FilterNode.Not not => Leaves(not.Item, of),
        FilterNode.Children { Filter: { } inner } children when actor.Schema.Find(children.Path.Split('.')[0]) is { } child => Leaves(inner, child),
        FilterNode.Compare { Path: "segment" } named when of == type => named.Values.Select(value => actor.Directory.Segments.Find(value.Text)?.Filter).OfType<FilterNode>().SelectMany(filter => Leaves(filter, type)),
        FilterNode.Compare compare => [(compare, of)],
        _ => [],
    };
}
