using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Platform.Lists;

/// <summary>What a record is asked about beyond itself: how many records belong to it, and which segments it is in.</summary>
public sealed partial class FilterCompiler
{
    /// <summary>The word behind a date that asks for the record's own rhythm.</summary>
    public const string Rhythm = "rhythm";

    /// <summary>A rhythm takes two stretches, so three points in time.</summary>
    public const int FewestForRhythm = 3;

    private const int MostCounted = 100_000;

    /// <summary>The noun that belongs to this one, and what of it is measured.</summary>
    /// <exception cref="RefusedException">There is no such noun or field, or the actor may not read it.</exception>
    internal (RecordType Child, Field? Measure, bool Rhythm) Measured(FilterNode.Children node, RecordType type)
    {
        var parts = node.Path.Split('.');
        var children = actor.Schema.Types.Where(candidate => candidate.Access == AccessKind.Child && candidate[candidate.ParentField!].Reference == type.Name).ToList();
        var child = children.Find(candidate => candidate.Name == parts[0]) ?? throw Wrong(RecordRefusals.UnknownField(parts[0], Nearest.To(parts[0], children.Where(candidate => actor.On(candidate).Read != Reach.None).Select(candidate => candidate.Name))));
        if (actor.On(child).Read == Reach.None)
        {
            throw Wrong(new Label($"你的角色不能查看{child.Label.ZhHans}", $"Your role may not read {child.Label.En}"));
        }

        if (parts.Length == 1)
        {
            return (child, null, false);
        }

        var rhythm = parts.Length == 3 && parts[2] == Rhythm;
        var field = child.Find(parts[1]);
        if (parts.Length > (rhythm ? 3 : 2) || field is null or { Internal: true } or { Retired: true }
            || (rhythm ? field.Kind != FieldKind.Instant : field.Kind is not (FieldKind.Number or FieldKind.Integer or FieldKind.Money or FieldKind.Rating)))
        {
            throw Wrong(new Label($"“{node.Path}”不能度量：可用数量、数字字段的合计，或日期字段加 .{Rhythm}", $"“{node.Path}” cannot be measured: use the count, the sum of a number, or a date followed by .{Rhythm}"));
        }

        if (!actor.Reads(child, field))
        {
            throw Wrong(new Label($"你不能按“{field.Label.ZhHans}”筛选：没有查看此字段的权限", $"You may not filter by “{field.Label.En}”: you have no right to read it"));
        }

        actor.Reading.Ask(child, field);
        return (child, field, rhythm);
    }

    private Sql Children(FilterNode.Children node, RecordType type, string t)
    {
        var (child, measure, rhythm) = Measured(node, type);
        var c = $"c{++aliases}";
        var rows = new Sql().Append($"FROM {child.Table} {c} WHERE {c}.{child[child.ParentField!].Column} = {t}.id AND ").Append(Belonging(node, child, c));
        if (measure is null)
        {
            return Counted(node, rows);
        }

        var expression = Expression(measure, child, c);
        if (!rhythm)
        {
            var wanted = measure.Kind == FieldKind.Money ? (MoneyText.Parse(node.Value.Text, out var error) ?? throw Wrong(error!)).Stored : (object)Number(node.Value);
            return new Sql().Append($"(SELECT COALESCE(SUM({expression}), 0) ").Append(rows).Append($") {Sign(node)} ").Value(wanted);
        }

        // (today − last) ÷ (last − first) × (number − 1), by the days of the calendar, so that it changes at midnight and not all the time.
        var today = (Period.Parse("today", now, actor.TimeZone) ?? throw new InvalidOperationException("No today.")).From;
        var sql = new Sql().Append("(SELECT CASE WHEN COUNT(*) >= ").Value((long)FewestForRhythm).Append($" AND MAX({expression}) > MIN({expression}) THEN (").Value(today)
            .Append($" - MAX({expression})) * 1.0 * (COUNT(*) - 1) / (MAX({expression}) - MIN({expression})) END ").Append(rows);
        return sql.Append($" AND {expression} IS NOT NULL) {Sign(node)} ").Value(Number(node.Value));
    }

    /// <summary>Which of the child's rows count, without saying whose they are.</summary>
    internal Sql Belonging(FilterNode.Children node, RecordType child, string c)
    {
        var sql = new Sql().Append($"{c}.deleted_at IS NULL");
        if (node.Filter is { } filter)
        {
            sql.Append(" AND ").Append(Compile(filter, child, c));
        }

        var door = AccessDoor.For(actor, child, Verb.Read, now);

        // The plus keeps SQLite from choosing the index of the owner: the parent's has the few rows there are.
        return door.Everything ? sql : sql.Append(" AND ").Append(door.Condition((dialect.IsSqlite ? "+" : "") + c));
    }

    private static Sql Counted(FilterNode.Children node, Sql rows)
    {
        var number = Number(node.Value);
        if (number != decimal.Truncate(number) || number is < 0 or > MostCounted)
        {
            throw Wrong(new Label($"次数应为 0 到 {MostCounted} 的整数，而不是“{node.Value.Text}”", $"A count is a whole number from 0 to {MostCounted}, not “{node.Value.Text}”"));
        }

        var count = (long)number;
        return (Sign(node), count) switch
        {
            ("=" or "<=", 0) or ("<", 1) => new Sql().Append("NOT EXISTS (SELECT 1 ").Append(rows).Append(")"),
            ("<>" or ">", 0) or (">=", 1) => new Sql().Append("EXISTS (SELECT 1 ").Append(rows).Append(")"),
            // One more than asked for tells every comparison; the rest need not be counted.
            (var sign, _) => new Sql().Append("(SELECT COUNT(*) FROM (SELECT 1 AS one ").Append(rows).Append(" LIMIT ").Value(count + 1).Append($") n) {sign} ").Value(count),
        };
    }

    private static string Sign(FilterNode.Children node) => node.Operator switch
    {
        "!=" => "<>",
        "=" or "<" or "<=" or ">" or ">=" => node.Operator,
        _ => throw Wrong(new Label($"不认识比较符“{node.Operator}”", $"Unknown comparison “{node.Operator}”")),
    };

    private static decimal Number(FilterValue value) =>
        decimal.TryParse(value.Text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= 999_999_999_999m
            ? number
            : throw Wrong(new Label($"应与数字比较，而不是“{value.Text}”", $"This is compared with a number, not with “{value.Text}”"));

    /// <summary>Condition: the record is in a segment, given by id or by name.</summary>
    private Sql Segment(FilterNode.Compare compare, RecordType type, string t)
    {
        if (compare.Operator is not ("=" or "!=" or ":" or "in"))
        {
            throw Operator(type.FilterFields[0], compare.Operator, ["=", "!=", "in"]);
        }

        var sql = new Sql().Append(compare.Operator == "!=" ? "NOT (" : "(");
        for (var i = 0; i < compare.Values.Count; i++)
        {
            var segment = actor.Directory.Segments.Find(compare.Values[i].Text)
                ?? throw Wrong(new Label($"没有名为“{compare.Values[i].Text}”的细分", $"There is no segment “{compare.Values[i].Text}”"));
            sql.Append(i == 0 ? "" : " OR ").Append(Members(segment, type, t));
        }

        return sql.Append(")");
    }

    private Sql Members(SegmentInfo segment, RecordType type, string t)
    {
        if (ForMembership && segment.Filter is { } filter)
        {
            return new Sql().Append("(").Append(Compile(filter, type, t)).Append(") IS TRUE");
        }

        if (!ForMembership)
        {
            SegmentRights.Demand(actor, dialect, segment, type, now);
        }

        // Few members are looked up by themselves; of many, each row of the list's own order is asked whether it is one.
        return segment.IsSmall
            ? new Sql().Append($"{t}.seq IN (SELECT m.member FROM segment_member m WHERE m.members = ").Value(segment.Members).Append(")")
            : new Sql().Append("EXISTS (SELECT 1 FROM segment_member m WHERE m.members = ").Value(segment.Members).Append($" AND m.member = {t}.seq)");
    }
}
