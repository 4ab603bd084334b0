using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Customers.Quality;

/// <summary>How good the data are by owner, team, source and field, and the work lists; over the owners whose records the actor reaches, and without fields he may not read.</summary>
public static class QualityFigures
{
    /// <summary>Records, the sum of their scores, and how many things are wrong by kind.</summary>
    public sealed record Tally(string Key, long Records, long Score, IReadOnlyDictionary<string, long> Wrong)
    {
        public double? Mean => Records == 0 ? null : Math.Round(Score / (double)Records, 1);
    }

    /// <summary>One line of a work list.</summary>
    public sealed record Work(Record Record, QualityIssue Issue, DateTimeOffset Since);

    /// <param name="by">owner, source or day.</param>
    public static async Task<IReadOnlyList<Tally>> TalliesAsync(DatabaseSession session, Actor actor, RecordType type, string by, DateTimeOffset now, int days = 90, CancellationToken cancel = default)
    {
        var table = by == "day" ? "quality_day" : "quality_sum";
        var sql = new Sql().Append($"SELECT s.{by}, s.what, SUM(s.number) FROM {table} s WHERE s.noun = ").Value(QualityBook.Noun(type)).Append(Reached(actor, type, now));
        if (by == "day")
        {
            sql.Append(" AND s.day >= ").Value(now.AddDays(-days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }

        var rows = await session.ListAsync(sql.Append($" GROUP BY s.{by}, s.what"), row => (Key: row.Text(0), What: row.Text(1), Number: Convert.ToInt64(row.Any(2))), cancel);
        return [.. rows.GroupBy(row => row.Key, StringComparer.Ordinal).Select(group => Of(group.Key, group.Select(row => (row.What, row.Number)))).Where(tally => tally.Records > 0).OrderBy(tally => tally.Key, StringComparer.Ordinal)];
    }

    private static Tally Of(string key, IEnumerable<(string What, long Number)> rows)
    {
        var numbers = rows.ToDictionary(row => row.What, row => row.Number, StringComparer.Ordinal);
        return new Tally(key, numbers.GetValueOrDefault("records"), numbers.GetValueOrDefault("score"), QualityChecks.Kinds.ToDictionary(kind => kind, kind => numbers.GetValueOrDefault(kind), StringComparer.Ordinal));
    }

    public static Tally Add(string key, IEnumerable<Tally> parts)
    {
        var all = parts.ToList();
        return new Tally(key, all.Sum(part => part.Records), all.Sum(part => part.Score), QualityChecks.Kinds.ToDictionary(kind => kind, kind => all.Sum(part => part.Wrong[kind]), StringComparer.Ordinal));
    }

    /// <summary>What is wrong by field and kind.</summary>
    public static async Task<IReadOnlyList<(Field Field, string Kind, long Count)>> FieldsAsync(DatabaseSession session, Actor actor, RecordType type, DateTimeOffset now, CancellationToken cancel = default)
    {
        var rows = await session.ListAsync(
            new Sql().Append("SELECT s.field, s.what, SUM(s.number) FROM quality_sum s WHERE s.field <> '' AND s.noun = ").Value(QualityBook.Noun(type)).Append(Reached(actor, type, now)).Append(" GROUP BY s.field, s.what HAVING SUM(s.number) > 0"),
            row => (Field: row.Text(0), Kind: row.Text(1), Count: Convert.ToInt64(row.Any(2))), cancel);
        return [.. rows.Where(row => Readable(actor, type, row.Field)).Select(row => (type[row.Field], row.Kind, row.Count)).OrderByDescending(row => row.Count)];
    }

    private static bool Readable(Actor actor, RecordType type, string field) => type.Find(field) is { } known && actor.Reads(type, known);

    /// <summary>Only the owners whose records the actor reaches; sums know nothing of what was shared with him besides.</summary>
    private static Sql Reached(Actor actor, RecordType type, DateTimeOffset now)
    {
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        return door.Everything ? new Sql() : new Sql().Append(" AND s.owner IN ").List(door.Owners.Select(owner => owner.ToString()));
    }

    /// <summary>Things to mend, in the order of an index, from behind a place on.</summary>
    public static async Task<IReadOnlyList<Work>> WorkAsync(DatabaseSession session, Actor actor, RecordType type, string? kind, string? field, Guid? owner, (string Kind, string Field, long Record)? after, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var fields = type.Fields.Where(known => actor.Reads(type, known)).Select(known => known.Name).ToList();
        var sql = new Sql().Append("SELECT i.record, i.field, i.kind, i.rule, i.since FROM quality_issue i WHERE i.noun = ").Value(QualityBook.Noun(type)).Append(" AND i.kind ");
        sql = kind is null ? sql.Append("IN ").List(QualityChecks.Kinds) : sql.Append("= ").Value(kind);
        sql = field is null ? sql.Append(" AND i.field IN ").List(fields) : sql.Append(" AND i.field = ").Value(field);
        if (owner is { } one)
        {
            sql.Append(" AND i.owner_id = ").Value(one);
        }

        if (!door.Everything)
        {
            sql.Append(" AND i.owner_id IN ").List(door.Owners);
        }

        if (after is { } place)
        {
            sql.Append(" AND (i.kind, i.field, i.record) > (").Value(place.Kind).Append(", ").Value(place.Field).Append(", ").Value(place.Record).Append(")");
        }

        var rows = await session.ListAsync(sql.Append(" ORDER BY i.kind, i.field, i.record LIMIT ").Value(limit), row => (Record: row.Integer(0), Issue: new QualityIssue(row.Text(1), row.Text(2), row.Text(3)), Since: row.Instant(4)), cancel);
        var records = rows.Count == 0 ? [] : (await SearchIndex.ReadAsync(session, type, new Sql().Append("t.deleted_at IS NULL AND t.seq IN ").List(rows.Select(row => row.Record).Distinct()).Append(" AND ").Append(door.Condition("t")), cancel)).ToDictionary(record => record.Sequence);
        return [.. rows.Where(row => records.ContainsKey(row.Record)).Select(row => new Work(records[row.Record], row.Issue, row.Since))];
    }

    /// <summary>What is wrong with one record, and when each of its values was last confirmed.</summary>
    public static async Task<(IReadOnlyList<(QualityIssue Issue, DateTimeOffset Since)> Issues, IReadOnlyDictionary<string, Confirmation> Confirmed)> OfAsync(DatabaseSession session, Actor actor, Record record, CancellationToken cancel = default)
    {
        var noun = QualityBook.Noun(record.Type);
        var issues = await session.ListAsync(Sql.Of($"SELECT field, kind, rule, since FROM quality_issue WHERE noun = {noun} AND record = {record.Sequence}"), row => (new QualityIssue(row.Text(0), row.Text(1), row.Text(2)), row.Instant(3)), cancel);
        var confirmed = (await QualityBook.ConfirmationsAsync(session, [record.Id], cancel)).GetValueOrDefault(record.Id);
        return ([.. issues.Where(item => Readable(actor, record.Type, item.Item1.Field))], confirmed ?? []);
    }
}
