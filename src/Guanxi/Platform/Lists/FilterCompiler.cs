using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>Turns a filter tree into a parameterised condition, in the actor's name: fields one may not read cannot be asked about, records behind references only when they may be seen.</summary>
public sealed partial class FilterCompiler(Actor actor, Dialect dialect, DateTimeOffset now)
{
    private int aliases;

    /// <summary>For the membership of a segment, which is looked up for a handful of records at a time: no detour by the search index, and segments inside are followed to what they ask.</summary>
    public bool ForMembership { get; init; }

    public Sql Compile(FilterNode node, RecordType type, string t) => node switch
    {
        FilterNode.And and => Join(and.Items, " AND ", type, t),
        FilterNode.Or or => Join(or.Items, " OR ", type, t),
        // IS NOT TRUE: what is empty does not match, so its opposite does.
        FilterNode.Not not => new Sql().Append("((").Append(Compile(not.Item, type, t)).Append(") IS NOT TRUE)"),
        FilterNode.Words words => Words(words.Text, type, t),
        FilterNode.Children children => Children(children, type, t),
        FilterNode.Compare compare => Path(compare, compare.Path.Split('.'), 0, type, t),
        _ => throw new InvalidOperationException("Unknown filter node."),
    };

    /// <summary>Condition: the record is found by what somebody typed.</summary>
    public Sql Words(string text, RecordType type, string t)
    {
        if (!type.HasSearch)
        {
            return dialect.Contains($"{t}.{type[type.TitleField].Column}", text);
        }

        Search.SearchGroups.NoteAsked(actor, type, text);
        bool Reads(SearchAs kind) => type.Fields.Where(field => field.Search == kind).All(field => actor.Reads(type, field));
        var groups = Search.SearchGroups.For(text, Reads(SearchAs.Phone), Reads(SearchAs.Email));
        if (groups.Count == 0)
        {
            return Sql.Of($"1 = 0");
        }

        var reachable = Search.SearchIndex.Reachable(AccessDoor.For(actor, type, Verb.Read, now), actor, type);
        var matches = dialect.SearchMatches(type.Table, t, reachable is null ? groups : [.. groups, reachable]);
        if (Search.SearchIndex.ReadsAll(actor, type))
        {
            return matches;
        }

        // A word may stand in a field that this actor does not read: what is found must show in one that is read.
        var read = type.Fields.Where(field => field.Search != SearchAs.Nothing && !field.IsList && !field.Custom && actor.Reads(type, field)).ToList();
        var sql = new Sql().Append("(").Append(matches);
        foreach (var piece in text.Split((char[]?)null, 8, StringSplitOptions.RemoveEmptyEntries))
        {
            sql.Append(" AND (1 = 0");
            foreach (var field in read)
            {
                sql.Append(" OR ").Append(dialect.Contains($"{t}.{field.Column}", piece));
            }

            sql.Append(")");
        }

        return sql.Append(")");
    }

    private Sql Join(IReadOnlyList<FilterNode> items, string word, RecordType type, string t)
    {
        var sql = new Sql().Append("(");
        for (var i = 0; i < items.Count; i++)
        {
            sql.Append(i == 0 ? "" : word).Append(Compile(items[i], type, t));
        }

        return sql.Append(")");
    }

    private Sql Path(FilterNode.Compare compare, string[] parts, int at, RecordType type, string t)
    {
        if (at == parts.Length - 1 && type.FilterFields.Any(known => known.Name == parts[at]))
        {
            return Segment(compare, type, t);
        }

        // A name may have a dot in it: value.tier.
        var field = at == 0 && parts.Length > 1 ? type.Find(compare.Path) ?? type.Find(parts[at]) : type.Find(parts[at]);
        at = field is not null && field.Name == compare.Path ? parts.Length - 1 : at;
        if (field is null || field.Internal || field.Retired || !field.Filterable)
        {
            throw Wrong(RecordRefusals.UnknownField(compare.Path, Nearest.To(parts[at], actor.Knows(type).Where(known => known.Filterable).Concat(type.FilterFields).Select(known => known.Name))));
        }

        if (!actor.Reads(type, field))
        {
            throw Wrong(new Label($"你不能按“{field.Label.ZhHans}”筛选：没有查看此字段的权限", $"You may not filter by “{field.Label.En}”: you have no right to read it"));
        }

        actor.Reading.Ask(type, field);
        if (at == parts.Length - 1)
        {
            return Compare(compare, field, type, t);
        }

        if (field.Kind != FieldKind.Reference || parts.Length > 4)
        {
            throw Wrong(new Label($"“{field.Name}”不是引用字段，后面不能再跟字段名", $"“{field.Name}” is no reference, so no field can follow it"));
        }

        var target = actor.Schema[field.Reference!];
        var r = $"r{++aliases}";
        var sql = new Sql().Append(Expression(field, type, t)).Append($" IN (SELECT {IdText(field, r)} FROM {target.Table} {r} WHERE {r}.deleted_at IS NULL AND ").Append(Path(compare, parts, at + 1, target, r));
        if (ForMembership && type.Access == AccessKind.Child && target.Access == AccessKind.Child)
        {
            // Whoever sees the customer may not see the other one that a record of it happens to point to.
            sql.Append($" AND {r}.{target[target.ParentField!].Column} = {t}.{type[type.ParentField!].Column}");
        }

        return Guard(sql, target, r).Append(")");
    }

    private Sql Guard(Sql sql, RecordType target, string r) =>
        target.HasOwner ? sql.Append(" AND ").Append(AccessDoor.For(actor, target, Verb.Read, now).Condition(r)) : sql;

    /// <summary>A custom reference is kept as text, a built-in one as an id.</summary>
    private string IdText(Field field, string r) => !field.Custom ? $"{r}.id" : dialect.IsSqlite ? $"lower(substr(hex({r}.id),1,8)||'-'||substr(hex({r}.id),9,4)||'-'||substr(hex({r}.id),13,4)||'-'||substr(hex({r}.id),17,4)||'-'||substr(hex({r}.id),21))" : $"{r}.id::text";

    private string Expression(Field field, RecordType type, string t) => FieldSql.Value(field, type, t, dialect);

    private Sql Compare(FilterNode.Compare compare, Field field, RecordType type, string t)
    {
        var expression = Expression(field, type, t);
        if (compare.Operator == "in" && field.Kind == FieldKind.Id)
        {
            // As a list, which may be long; a chain of conditions is as deep as it is long.
            return new Sql().Append($"{expression} IN ").List(compare.Values.Select(value => Guid.TryParse(value.Text, out var id) ? id : throw Wrong(("编号应为 UUID", "An id is a UUID"))));
        }

        if (compare.Operator == "in")
        {
            var any = new Sql().Append("(");
            for (var i = 0; i < compare.Values.Count; i++)
            {
                any.Append(i == 0 ? "" : " OR ").Append(Single(field, type, t, expression, "=", compare.Values[i]));
            }

            return any.Append(")");
        }

        return Single(field, type, t, expression, compare.Operator, compare.Values[0]);
    }

    private Sql Single(Field field, RecordType type, string t, string expression, string @operator, FilterValue value)
    {
        if (value is { Quoted: false, Text: "null" or "NULL" })
        {
            return @operator switch
            {
                "=" or ":" => new Sql().Append($"{expression} IS NULL"),
                "!=" => new Sql().Append($"{expression} IS NOT NULL"),
                _ => throw Operator(field, @operator, ["=", "!="]),
            };
        }

        if (value is { Quoted: false, Text: "*" } && @operator == ":")
        {
            return new Sql().Append($"{expression} IS NOT NULL");
        }

        switch (field.Kind)
        {
            case FieldKind.Choices or FieldKind.Tags:
                return Has(field, expression, @operator, value);
            case FieldKind.ContactPoints or FieldKind.Address:
                return @operator is ":" or "=" ? dialect.Contains(dialect.JsonAsText(expression), value.Text) : throw Operator(field, @operator, [":"]);
            case FieldKind.Reference:
                return Reference(field, expression, @operator, value);
            case FieldKind.Instant:
                return Instant(field, expression, @operator, value);
            case FieldKind.Date:
                return Date(field, expression, @operator, value);
            case FieldKind.Number or FieldKind.Integer or FieldKind.Rating or FieldKind.Money or FieldKind.Formula when !Fields.FormulaSql.IsText(field):
                return Number(field, expression, @operator, value);
            case FieldKind.YesNo:
                return @operator is "=" or "!=" or ":" ? Plain(expression, @operator == ":" ? "=" : @operator, Checked(field, value)) : throw Operator(field, @operator, ["=", "!="]);
            case FieldKind.Choice:
                return @operator switch
                {
                    "=" or ":" => Chosen(field, expression, Checked(field, value)),
                    "!=" => Plain(expression, "!=", Checked(field, value)),
                    _ => throw Operator(field, @operator, ["=", "!=", "in"]),
                };
            case FieldKind.Id:
                return Guid.TryParse(value.Text, out var id) && @operator is "=" or "!=" ? Plain(expression, @operator, id) : throw Wrong(("编号应为 UUID，且只能用 = 或 !=", "An id is a UUID and can only be compared with = or !="));
            default:
                return Text(field, type, t, expression, @operator, value);
        }
    }

    private Sql Text(Field field, RecordType type, string t, string expression, string @operator, FilterValue value)
    {
        var text = value.Text.Replace("\0", "", StringComparison.Ordinal);
        if (@operator == ":")
        {
            var contains = dialect.Contains(expression, field.Kind == FieldKind.Phone ? text.Replace(" ", "", StringComparison.Ordinal) : text);
            var bigrams = !ForMembership && field.Search is SearchAs.Words or SearchAs.PersonName && type.HasSearch ? Search.SearchGroups.BigramsOf(text) : [];
            return bigrams.Count == 0 ? contains : new Sql().Append("(").Append(dialect.SearchMatches(type.Table, t, bigrams)).Append(" AND ").Append(contains).Append(")");
        }

        if (@operator is "=" && text.EndsWith('*') && text.Length > 1)
        {
            // A range instead of LIKE: an index on the column serves it on both databases.
            var prefix = text[..^1];
            return new Sql().Append($"({expression} >= ").Value(prefix).Append($" AND {expression} < ").Value(prefix + '\uffff').Append(")");
        }

        return Plain(expression, @operator, field.Kind is FieldKind.Phone or FieldKind.Email or FieldKind.Link ? FieldInput.ParseText(field, text, out _) ?? text : text);
    }

    private Sql Number(Field field, string expression, string @operator, FilterValue value)
    {
        if (field.Kind == FieldKind.Money)
        {
            var money = MoneyText.Parse(value.Text, out var error) ?? throw Wrong(error!);
            return Plain(expression, @operator == ":" ? "=" : @operator, money.Stored);
        }

        if (!decimal.TryParse(value.Text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > 999_999_999_999_999m)
        {
            throw Wrong(new Label($"“{field.Label.ZhHans}”应与数字比较，而不是“{value.Text}”", $"“{field.Label.En}” is compared with a number, not with “{value.Text}”"));
        }

        return Plain(expression, @operator == ":" ? "=" : @operator, field.Kind is FieldKind.Integer or FieldKind.Rating && number == decimal.Truncate(number) ? (long)number : number);
    }

    private Sql Instant(Field field, string expression, string @operator, FilterValue value)
    {
        var period = Period.Parse(value.Text, now, actor.TimeZone) ?? throw NotATime(field, value);
        return @operator switch
        {
            "=" or ":" when period.IsMoment => Plain(expression, "=", period.From),
            "=" or ":" => new Sql().Append($"({expression} >= ").Value(period.From).Append($" AND {expression} < ").Value(period.Until).Append(")"),
            "!=" => new Sql().Append($"({expression} < ").Value(period.From).Append($" OR {expression} >= ").Value(period.IsMoment ? period.From.AddMilliseconds(1) : period.Until).Append($" OR {expression} IS NULL)"),
            "<" or ">=" => Plain(expression, @operator, period.From),
            "<=" => Plain(expression, period.IsMoment ? "<=" : "<", period.Until),
            _ => Plain(expression, period.IsMoment ? ">" : ">=", period.Until),
        };
    }

    private Sql Date(Field field, string expression, string @operator, FilterValue value)
    {
        var period = Period.Parse(value.Text, now, actor.TimeZone) ?? throw NotATime(field, value);
        var (first, after) = (period.FirstDay(actor.TimeZone), period.DayAfter(actor.TimeZone));
        return @operator switch
        {
            "=" or ":" => new Sql().Append($"({expression} >= ").Value(first).Append($" AND {expression} < ").Value(after).Append(")"),
            "!=" => new Sql().Append($"({expression} < ").Value(first).Append($" OR {expression} >= ").Value(after).Append($" OR {expression} IS NULL)"),
            "<" or ">=" => Plain(expression, @operator, first),
            "<=" => Plain(expression, "<", after),
            _ => Plain(expression, ">=", after),
        };
    }

    private Sql Reference(Field field, string expression, string @operator, FilterValue value)
    {
        if (@operator is not ("=" or "!=" or ":"))
        {
            throw Operator(field, @operator, ["=", "!="]);
        }

        Guid? id = value is { Quoted: false, Text: "me" } ? actor.Id : Guid.TryParse(value.Text, out var parsed) ? parsed : null;
        if (id is { } known)
        {
            return Plain(expression, @operator == ":" ? "=" : @operator, field.Custom ? known.ToString() : known);
        }

        var target = actor.Schema[field.Reference!];
        var r = $"r{++aliases}";
        var title = target[target.TitleField];
        if (!actor.Reads(target, title))
        {
            throw Wrong(RecordRefusals.NoRightToReadField);
        }

        var sql = new Sql().Append(@operator == "!=" ? $"({expression} IS NULL OR {expression} NOT IN " : $"({expression} IN ").Append($"(SELECT {IdText(field, r)} FROM {target.Table} {r} WHERE {r}.{title.Column} = ").Value(value.Text);
        return Guard(sql, target, r).Append("))");
    }

    private Sql Has(Field field, string expression, string @operator, FilterValue value)
    {
        var item = field.Kind == FieldKind.Choices ? Checked(field with { Kind = FieldKind.Choice }, value) : value.Text;
        return @operator switch
        {
            ":" or "=" => dialect.JsonArrayHas(expression, item),
            "!=" => new Sql().Append("((").Append(dialect.JsonArrayHas(expression, item)).Append(") IS NOT TRUE)"),
            _ => throw Operator(field, @operator, [":", "!="]),
        };
    }

    private static Sql Plain(string expression, string @operator, object value) => @operator switch
    {
        "!=" => new Sql().Append($"({expression} <> ").Value(value).Append($" OR {expression} IS NULL)"),
        "=" or "<" or "<=" or ">" or ">=" => new Sql().Append($"{expression} {@operator} ").Value(value),
        _ => throw Wrong(new Label($"不认识比较符“{@operator}”", $"Unknown comparison “{@operator}”")),
    };

    /// <summary>A choice of ours is written out: an index of those in one state alone is taken only where the state stands in the statement.</summary>
    private static Sql Chosen(Field field, string expression, object key) =>
        !field.Custom && key is string { Length: > 0 and <= 40 } word && word.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_') ? new Sql().Append($"{expression} = '{word}'") : Plain(expression, "=", key);

    private static object Checked(Field field, FilterValue value) =>
        FieldInput.ParseText(field, value.Text, out var error) ?? throw Wrong(new Label($"{field.Label.ZhHans}：{error?.ZhHans ?? "缺少值"}", $"{field.Label.En}: {error?.En ?? "a value is missing"}"));

    private static RefusedException NotATime(Field field, FilterValue value)
    {
        var near = Nearest.To(value.Text, Period.Words);
        return Wrong(new Label(
            $"“{field.Label.ZhHans}”应与日期比较，例如 2026-11-22 或 today-30d，而不是“{value.Text}”{(near is null ? "" : $"；是否指“{near}”？")}",
            $"“{field.Label.En}” is compared with a date such as 2026-11-22 or today-30d, not with “{value.Text}”{(near is null ? "" : $"; did you mean “{near}”?")}"));
    }

    private static RefusedException Operator(Field field, string given, string[] valid) => Wrong(new Label(
        $"“{field.Label.ZhHans}”不能用“{given}”比较，可用：{string.Join(" ", valid)}",
        $"“{field.Label.En}” cannot be compared with “{given}”; use {string.Join(" or ", valid)}"));

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("filter", error));
}
