using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Matching;

/// <summary>A pair of a case as a steward sees it.</summary>
public sealed record StewardPair(Guid Left, Guid Right, double Probability, string Band, IReadOnlyList<LikenessReason> Reasons);

/// <summary>Some records that may be the same: those of them that the actor sees, and how they agree.</summary>
public sealed record StewardCase(Guid Id, double Probability, string Band, Guid? AssignedTo, DateTimeOffset FoundAt, IReadOnlyList<Record> Records, IReadOnlyList<StewardPair> Pairs);

/// <summary>Which cases to list.</summary>
/// <param name="Band">match, review or related; null for all.</param>
/// <param name="AssignedTo">Whose; null for all.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record StewardFilter(string? Band, Guid? AssignedTo, (double Probability, Guid Id)? After, int Limit);

/// <summary>The cases a steward decides on, likeliest first. A case of which one does not see two records is not there.</summary>
public static class StewardQueue
{
    public static async Task<List<StewardCase>> ListAsync(DatabaseSession session, Actor actor, RecordType type, StewardFilter filter, DateTimeOffset now, CancellationToken cancel = default)
    {
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var sql = Sql.Of($"SELECT c.id, c.probability, c.band, c.assigned_to, c.found_at FROM match_case c WHERE c.record_type = {type.Name} AND c.state = 'open'");
        if (filter.Band is { } band)
        {
            sql.Append(" AND c.band = ").Value(band);
        }

        if (filter.AssignedTo is { } who)
        {
            sql.Append(" AND c.assigned_to = ").Value(who);
        }

        if (filter.After is ({ } probability, { } id))
        {
            sql.Append(" AND (c.probability, c.id) < (").Value(probability).Append(", ").Value(id).Append(")");
        }

        sql.Append(SeenPair(type, door)).Append(" ORDER BY c.probability DESC, c.id DESC LIMIT ").Value(filter.Limit);
        var cases = await session.ListAsync(sql, row => (Id: row.Id(0), Probability: Convert.ToDouble(row.Any(1)), Band: row.Text(2), AssignedTo: row.OptionalId(3), FoundAt: row.Instant(4)), cancel);
        var found = new List<StewardCase>();
        foreach (var item in cases)
        {
            var (records, pairs) = await PartsAsync(session, actor, type, item.Id, now, cancel);
            found.Add(new StewardCase(item.Id, item.Probability, item.Band, item.AssignedTo, item.FoundAt, records, pairs));
        }

        return found;
    }

    /// <summary>How many cases there are for the actor, counted to a bound.</summary>
    public static async Task<long> CountAsync(DatabaseSession session, Actor actor, RecordType type, string? band, DateTimeOffset now, int most = 1000, CancellationToken cancel = default)
    {
        var sql = Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM match_case c WHERE c.record_type = {type.Name} AND c.state = 'open'");
        if (band is not null)
        {
            sql.Append(" AND c.band = ").Value(band);
        }

        return await session.ScalarAsync<long>(sql.Append(SeenPair(type, AccessDoor.For(actor, type, Verb.Read, now))).Append(" LIMIT ").Value(most).Append(") x"), cancel);
    }

    private static Sql SeenPair(RecordType type, AccessDoor door) => new Sql()
        .Append($" AND EXISTS (SELECT 1 FROM match_pair p JOIN {type.Table} l ON l.id = p.left_id JOIN {type.Table} r ON r.id = p.right_id WHERE p.case_id = c.id AND p.state = 'open' AND l.deleted_at IS NULL AND r.deleted_at IS NULL AND ")
        .Append(door.Condition("l")).Append(" AND ").Append(door.Condition("r")).Append(")");

    private static async Task<(List<Record> Records, List<StewardPair> Pairs)> PartsAsync(DatabaseSession session, Actor actor, RecordType type, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        var pairs = await session.ListAsync(
            Sql.Of($"SELECT left_id, right_id, probability, band, reasons FROM match_pair WHERE case_id = {id} AND state = 'open' ORDER BY probability DESC, left_id, right_id"),
            row => new StewardPair(row.Id(0), row.Id(1), Convert.ToDouble(row.Any(2)), row.Text(3), FoundPair.ReadReasons(row.OptionalText(4))), cancel);
        var records = await VisibleAsync(session, actor, type, [.. pairs.SelectMany(pair => new[] { pair.Left, pair.Right }).Distinct()], now, cancel);
        var seen = records.Select(record => record.Id).ToHashSet();
        return (records, [.. pairs.Where(pair => seen.Contains(pair.Left) && seen.Contains(pair.Right))]);
    }

    /// <summary>Those of the records that the actor sees, oldest first.</summary>
    public static async Task<List<Record>> VisibleAsync(DatabaseSession session, Actor actor, RecordType type, IReadOnlyCollection<Guid> ids, DateTimeOffset now, CancellationToken cancel = default)
    {
        var records = new List<Record>();
        var sql = new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE t.deleted_at IS NULL AND t.id IN ").List(ids).Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t")).Append(" ORDER BY t.seq");
        await using var reader = await session.ReadAsync(sql, cancel);
        while (await reader.ReadAsync(cancel))
        {
            records.Add(RecordSql.Read(type, reader, session.Dialect));
        }

        return records;
    }

    /// <summary>Remembers for ever that records are not the same, or that they are related companies; without <paramref name="ids"/> all of the case that the actor sees.</summary>
    public static async Task<int> DecideAsync(SaveContext context, Guid id, IReadOnlyList<Guid>? ids, string state, CancellationToken cancel = default)
    {
        var (type, records) = await OpenAsync(context, id, cancel);
        var among = records.Select(record => record.Id).Where(record => ids is null || ids.Contains(record)).ToHashSet();
        if (ids is not null && among.Count != ids.Distinct().Count())
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var pairs = await context.Session.ListAsync(Sql.Of($"SELECT left_id, right_id FROM match_pair WHERE case_id = {id} AND state = 'open'"), row => (Left: row.Id(0), Right: row.Id(1)), cancel);
        var decided = pairs.Where(pair => among.Contains(pair.Left) && among.Contains(pair.Right)).ToList();
        foreach (var (left, right) in decided)
        {
            await MatchCases.DecideAsync(context, type, left, right, state, cancel);
            context.Note("match-" + state, type.Name, left, $"{{\"other\":[null,\"{right}\"]}}");
        }

        return decided.Count;
    }

    /// <summary>Gives a case to somebody to decide on, or takes it from everybody.</summary>
    public static async Task AssignAsync(SaveContext context, Guid id, Guid? user, CancellationToken cancel = default)
    {
        await OpenAsync(context, id, cancel);
        if (user is not null && context.Actor.Directory.Person(user) is not { Active: true })
        {
            throw new RefusedException(Refusal.Invalid("user", RecordRefusals.UnknownReference));
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE match_case SET assigned_to = {user} WHERE id = {id}"), cancel);
    }

    private static async Task<(RecordType Type, List<Record> Records)> OpenAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        context.Actor.Demand(Functions.MergeRecords);
        var name = await context.Session.FirstAsync(Sql.Of($"SELECT record_type FROM match_case WHERE id = {id} AND state = 'open'"), row => row.Text(0), cancel);
        if (name is null || context.Schema.Find(name) is not { } type)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var (records, _) = await PartsAsync(context.Session, context.Actor, type, id, context.Now, cancel);
        return records.Count >= 2 ? (type, records) : throw new RefusedException(Refusal.NotFound);
    }
}
