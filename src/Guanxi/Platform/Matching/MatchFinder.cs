using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>
/// Finds the stored records that may be the one in hand: those that share a blocking key are compared, and nobody else. The same service answers entry, import, the API, mail and
/// forms, and the scan for what has changed since.
/// </summary>
public static class MatchFinder
{
    /// <summary>A key that more records hold than this tells nothing, and its records are not compared for it.</summary>
    private const int MostHolders = 60;

    private const int MostCandidates = 240;

    /// <summary>Records like this one, best first; those the actor may not see are among them and say so.</summary>
    /// <param name="entry">A record that need not be stored, with its values as the fields keep them.</param>
    public static async Task<IReadOnlyList<Likeness>> FindAsync(DatabaseSession session, Actor actor, Record entry, DateTimeOffset now, MatchSettings settings, int most = 10, CancellationToken cancel = default)
    {
        if (MatchProfile.For(entry) is not { } profile)
        {
            return [];
        }

        // Others' records are looked for and compared by what may be told of them alone: else a guess at the rest would show in the answer.
        var told = MatchGuard.OnlyTold(profile, entry);
        var seen = (await CandidatesAsync(session, actor, entry, profile, now, cancel)).FindAll(candidate => candidate.IsVisible);
        var hidden = AccessDoor.For(actor, entry.Type, Verb.Read, now).Everything ? []
            : (await CandidatesAsync(session, actor, told, profile, now, cancel)).FindAll(candidate => !candidate.IsVisible).ConvertAll(candidate => candidate with { Record = MatchGuard.OnlyTold(profile, candidate.Record) });
        if (seen.Count + hidden.Count == 0)
        {
            return [];
        }

        var model = await MatchModels.LoadAsync(session, entry.Type, profile, cancel);
        var options = new MatchOptions { MatchThreshold = settings.Match, ReviewThreshold = settings.Review };
        var found = Compare(model, profile, entry, seen, options).Concat(Compare(model, profile, told, hidden, options));
        return [.. found.OrderByDescending(item => item.Probability).ThenByDescending(item => item.Reasons.Sum(reason => reason.Bits)).ThenBy(item => item.Record.Id).Take(most)];
    }

    private sealed record Candidate(Record Record, bool IsVisible);

    private static async Task<List<Candidate>> CandidatesAsync(DatabaseSession session, Actor actor, Record entry, MatchProfile profile, DateTimeOffset now, CancellationToken cancel)
    {
        var type = entry.Type;
        var shared = new Dictionary<long, int>();
        foreach (var token in MatchTokens.Of(profile, entry))
        {
            var sql = new Sql().Append("SELECT t.seq FROM ").Append(session.Dialect.SearchWalk(type.Table, "t", [new AnyToken([(token, false)])])).Append($" LIMIT {MostHolders + 1}");
            var holders = await session.ListAsync(sql, row => row.Integer(0), cancel);
            foreach (var holder in holders.Count > MostHolders ? [] : holders)
            {
                shared[holder] = shared.GetValueOrDefault(holder) + 1;
            }
        }

        var rows = shared.OrderByDescending(item => item.Value).ThenByDescending(item => item.Key).Take(MostCandidates).Select(item => item.Key).ToList();
        return rows.Count == 0 ? [] : await ReadAsync(session, actor, type, profile, rows, entry.Id, now, cancel);
    }

    private static async Task<List<Candidate>> ReadAsync(DatabaseSession session, Actor actor, RecordType type, MatchProfile profile, List<long> rows, Guid self, DateTimeOffset now, CancellationToken cancel)
    {
        var reading = new MatchReading(type, profile);
        var sql = new Sql().Append($"SELECT {reading.Columns}, CASE WHEN ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t")).Append($" THEN 1 ELSE 0 END FROM {type.Table} t WHERE t.deleted_at IS NULL AND t.seq IN ")
            .List(Exchange.Padding.Pad(rows)).Append(" AND t.id <> ").Value(self);
        var found = new List<Candidate>();
        await using var reader = await session.ReadAsync(sql, cancel);
        while (await reader.ReadAsync(cancel))
        {
            var record = reading.Read(reader, session.Dialect);
            if (profile.Applies(record))
            {
                found.Add(new Candidate(record, Convert.ToInt64(reader.GetValue(reader.FieldCount - 1)) == 1));
            }
        }

        return found;
    }

    private static IEnumerable<Likeness> Compare(LinkageModel model, MatchProfile profile, Record entry, List<Candidate> candidates, MatchOptions options)
    {
        var all = profile.All(entry);
        var usual = Array.ConvertAll(all, values => values.FirstOrDefault());

        // A pair is compared by the values it has in common; most have none beside the usual ones and are compared at once.
        foreach (var group in candidates.Select(candidate => (candidate, Pair: Common(all, profile.All(candidate.Record)))).GroupBy(item => string.Join('\u001f', item.Pair.Entry), StringComparer.Ordinal))
        {
            var items = group.ToList();
            foreach (var match in EntryCheck.Run(model, items[0].Pair.Entry, [.. items.Select(item => item.Pair.Stored)], options, LanguageNormalizer.Instance))
            {
                var candidate = items[match.Candidate].candidate;
                var reasons = match.Reasons.Where(reason => reason.Level != "missing").Select(reason => new LikenessReason(reason.Field.Name, reason.Level, Math.Round(reason.Bits, 1))).ToList();
                yield return new Likeness(candidate.Record, match.Probability, match.Band, match.IsRelated, reasons, candidate.IsVisible);
            }
        }
    }

    /// <summary>Of each source the value both have, or the usual value of each.</summary>
    internal static (string?[] Entry, string?[] Stored) Common(string[][] entry, string[][] stored)
    {
        var (left, right) = (new string?[entry.Length], new string?[entry.Length]);
        for (var i = 0; i < entry.Length; i++)
        {
            (left[i], right[i]) = (entry[i].FirstOrDefault(), stored[i].FirstOrDefault());
            if (entry[i].Length + stored[i].Length > 2 && entry[i].FirstOrDefault(value => stored[i].Any(other => Same(value, other))) is { } both)
            {
                (left[i], right[i]) = (both, stored[i].First(other => Same(both, other)));
            }
        }

        return (left, right);
    }

    private static bool Same(string a, string b) => a == b || Script.Normalize(a) == Script.Normalize(b);
}
