using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Matching;

/// <summary>A pair as it is written down; the left id is the smaller one.</summary>
public sealed record FoundPair(Guid Left, Guid Right, double Probability, string Band, IReadOnlyList<LikenessReason> Reasons)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static FoundPair Of(Guid one, Guid other, double probability, string band, IReadOnlyList<LikenessReason> reasons) =>
        Before(one, other) ? new(one, other, probability, band, reasons) : new(other, one, probability, band, reasons);

    /// <summary>The order of ids in a pair: that of their bytes.</summary>
    public static bool Before(Guid one, Guid other) => string.CompareOrdinal(one.ToString(), other.ToString()) < 0;

    public string ReasonsJson => JsonSerializer.Serialize(Reasons, Json);

    public static IReadOnlyList<LikenessReason> ReadReasons(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<LikenessReason>>(json, Json) ?? [];
}

/// <summary>Keeps pairs of records that may be the same and the groups ("cases") a steward decides on. "Not the same" is kept for ever.</summary>
public static class MatchCases
{
    public const int LargestCase = 5;

    /// <summary>Groups pairs, best first: a pair joins the groups of its records while the whole stays small enough to be looked at side by side.</summary>
    public static Dictionary<FoundPair, Guid> Group(IEnumerable<FoundPair> pairs, DateTimeOffset now)
    {
        var caseOf = new Dictionary<Guid, Guid>();
        var members = new Dictionary<Guid, List<Guid>>();
        var pairsOf = new Dictionary<Guid, List<FoundPair>>();
        foreach (var pair in pairs.OrderByDescending(pair => pair.Band == "match").ThenByDescending(pair => pair.Probability))
        {
            var (left, right) = (caseOf.TryGetValue(pair.Left, out var a), caseOf.TryGetValue(pair.Right, out var b));
            var size = (left ? members[a].Count : 1) + (right && !(left && a == b) ? members[b].Count : left && a == b ? 0 : 1);
            Guid home;
            if ((!left && !right) || size > LargestCase || pair.Band == "related")
            {
                home = Guid.CreateVersion7(now);
                pairsOf[home] = [pair];
                if (!left && !right && pair.Band != "related")
                {
                    members[home] = [pair.Left, pair.Right];
                    caseOf[pair.Left] = caseOf[pair.Right] = home;
                }

                continue;
            }

            home = left ? a : b;
            pairsOf[home].Add(pair);
            if (left && right && a != b)
            {
                pairsOf[home].AddRange(pairsOf[b]);
                pairsOf.Remove(b);
                foreach (var member in members[b])
                {
                    caseOf[member] = home;
                }

                members[home].AddRange(members[b]);
                members.Remove(b);
            }
            else if (!(left && right))
            {
                var joined = left ? pair.Right : pair.Left;
                members[home].Add(joined);
                caseOf[joined] = home;
            }
        }

        return pairsOf.SelectMany(item => item.Value.Select(pair => (pair, item.Key))).ToDictionary(item => item.pair, item => item.Key);
    }

    /// <summary>Puts the findings of a whole scan in place of the open ones before; what was decided stays decided, and who a pair was given to keeps it.</summary>
    /// <returns>How many pairs are open now.</returns>
    public static async Task<int> ReplaceAsync(SaveContext context, RecordType type, IReadOnlyList<FoundPair> found, CancellationToken cancel = default)
    {
        var session = context.Session;
        var decided = (await session.ListAsync(Sql.Of($"SELECT left_id, right_id FROM match_pair WHERE record_type = {type.Name} AND state <> 'open'"), row => (row.Id(0), row.Id(1)), cancel)).ToHashSet();
        var assigned = (await session.ListAsync(
            Sql.Of($"SELECT p.left_id, p.right_id, c.assigned_to FROM match_case c JOIN match_pair p ON p.case_id = c.id WHERE c.record_type = {type.Name} AND c.assigned_to IS NOT NULL AND p.state = 'open'"),
            row => (Pair: (row.Id(0), row.Id(1)), Who: row.Id(2)), cancel)).ToDictionary(item => item.Pair, item => item.Who);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM match_pair WHERE record_type = {type.Name} AND state = 'open'"), cancel);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM match_case WHERE record_type = {type.Name} AND state = 'open'"), cancel);
        var open = found.Where(pair => !decided.Contains((pair.Left, pair.Right))).ToList();
        var cases = Group(open, context.Now);
        var byCase = open.GroupBy(pair => cases[pair]).ToList();
        await BulkInsert.RunAsync(
            session, "match_case", ["id", "record_type", "probability", "band", "state", "assigned_to", "found_at"],
            (i, values) =>
            {
                var group = byCase[i];
                var best = group.MaxBy(pair => pair.Probability)!;
                var who = group.Select(pair => assigned.TryGetValue((pair.Left, pair.Right), out var person) ? person : (Guid?)null).FirstOrDefault(person => person is not null);
                (values[0], values[1], values[2], values[3], values[4], values[5], values[6]) = (group.Key, type.Name, best.Probability, best.Band, "open", who, context.Now);
            },
            byCase.Count, cancel: cancel);
        await BulkInsert.RunAsync(
            session, "match_pair", ["left_id", "right_id", "record_type", "case_id", "probability", "band", "reasons", "state", "found_at"],
            (i, values) =>
            {
                var pair = open[i];
                (values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]) = (pair.Left, pair.Right, type.Name, cases[pair], pair.Probability, pair.Band, pair.ReasonsJson, "open", context.Now);
            },
            open.Count, cancel: cancel);
        return open.Count;
    }

    /// <summary>Takes in what one changed record looks like now: pairs that no longer hold go, new ones join the cases of their records.</summary>
    public static async Task RefreshAsync(SaveContext context, RecordType type, Guid record, IReadOnlyList<FoundPair> found, CancellationToken cancel = default)
    {
        var session = context.Session;
        var json = new SqlName(session.Dialect.JsonParameter);
        var known = await session.ListAsync(
            Sql.Of($"SELECT left_id, right_id, state, case_id FROM match_pair WHERE left_id = {record} UNION SELECT left_id, right_id, state, case_id FROM match_pair WHERE right_id = {record}"),
            row => (Left: row.Id(0), Right: row.Id(1), State: row.Text(2), Case: row.OptionalId(3)), cancel);
        foreach (var gone in known.Where(pair => pair.State == "open" && !found.Any(now => now.Left == pair.Left && now.Right == pair.Right)))
        {
            await session.ExecuteAsync(Sql.Of($"DELETE FROM match_pair WHERE left_id = {gone.Left} AND right_id = {gone.Right}"), cancel);
            await TidyAsync(context, gone.Case, cancel);
        }

        foreach (var pair in found)
        {
            var before = known.FirstOrDefault(item => item.Left == pair.Left && item.Right == pair.Right);
            if (before.State is not (null or "open"))
            {
                continue;
            }

            var home = before.Case ?? await CaseForAsync(context, type, pair, cancel);
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO match_pair (left_id, right_id, record_type, case_id, probability, band, reasons, state, found_at) VALUES ({pair.Left}, {pair.Right}, {type.Name}, {home}, {pair.Probability}, {pair.Band}, {pair.ReasonsJson}{json}, 'open', {context.Now}) ON CONFLICT (left_id, right_id) DO UPDATE SET probability = excluded.probability, band = excluded.band, reasons = excluded.reasons"), cancel);
            await TidyAsync(context, home, cancel);
        }
    }

    /// <summary>The case that the pair joins: one of its records' while it is small, else a new one.</summary>
    private static async Task<Guid> CaseForAsync(SaveContext context, RecordType type, FoundPair pair, CancellationToken cancel)
    {
        var session = context.Session;
        if (pair.Band != "related")
        {
            foreach (var open in await session.ListAsync(
                Sql.Of($"SELECT DISTINCT p.case_id FROM match_pair p JOIN match_case c ON c.id = p.case_id WHERE p.state = 'open' AND p.band <> 'related' AND c.state = 'open' AND (p.left_id IN ({pair.Left}, {pair.Right}) OR p.right_id IN ({pair.Left}, {pair.Right}))"), row => row.Id(0), cancel))
            {
                var members = await session.ListAsync(Sql.Of($"SELECT left_id FROM match_pair WHERE case_id = {open} UNION SELECT right_id FROM match_pair WHERE case_id = {open}"), row => row.Id(0), cancel);
                if (members.Append(pair.Left).Append(pair.Right).Distinct().Count() <= LargestCase)
                {
                    return open;
                }
            }
        }

        var id = Guid.CreateVersion7(context.Now);
        await session.ExecuteAsync(Sql.Of($"INSERT INTO match_case (id, record_type, probability, band, state, found_at) VALUES ({id}, {type.Name}, {pair.Probability}, {pair.Band}, 'open', {context.Now})"), cancel);
        return id;
    }

    /// <summary>A case is as likely as its likeliest open pair, and closed without one.</summary>
    public static async Task TidyAsync(SaveContext context, Guid? id, CancellationToken cancel = default)
    {
        if (id is not { } home)
        {
            return;
        }

        var best = await context.Session.FirstAsync(Sql.Of($"SELECT probability, band FROM match_pair WHERE case_id = {home} AND state = 'open' ORDER BY probability DESC LIMIT 1"), row => ((double, string)?)(Convert.ToDouble(row.Any(0)), row.Text(1)), cancel);
        await context.Session.ExecuteAsync(
            best is ({ } probability, { } band)
                ? Sql.Of($"UPDATE match_case SET probability = {probability}, band = {band}, state = 'open', closed_at = {(DateTimeOffset?)null} WHERE id = {home}")
                : Sql.Of($"UPDATE match_case SET state = 'closed', closed_at = {context.Now} WHERE id = {home}"), cancel);
    }

    /// <summary>Says about pairs of a record what was decided, and closes the cases that are done.</summary>
    public static async Task DecideAsync(SaveContext context, RecordType type, Guid one, Guid other, string state, CancellationToken cancel = default)
    {
        var (left, right) = FoundPair.Before(one, other) ? (one, other) : (other, one);
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO match_pair (left_id, right_id, record_type, probability, band, state, found_at, decided_at, decided_by) VALUES ({left}, {right}, {type.Name}, {0.0}, 'review', {state}, {context.Now}, {context.Now}, {context.ActorId}) ON CONFLICT (left_id, right_id) DO UPDATE SET state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by"), cancel);
        await TidyAsync(context, await context.Session.FirstAsync(Sql.Of($"SELECT case_id FROM match_pair WHERE left_id = {left} AND right_id = {right}"), row => row.OptionalId(0), cancel), cancel);
    }
}
