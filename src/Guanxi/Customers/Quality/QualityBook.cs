using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Customers.Quality;

/// <summary>Keeps the verdict on each record, what is wrong with which field, and the sums of both; derived, so without version or ledger line.</summary>
internal static class QualityBook
{
    public const string Action = "confirm";

    /// <summary>The member of a ledger line that names the fields somebody confirmed; no field is called so.</summary>
    public const string Confirmed = "@confirmed";

    public static long Noun(RecordType type) => type.Name == "customers" ? 1 : 2;

    private sealed record Kept(long Sequence, string Owner, string Source, long Score, DateTimeOffset? DueAt);

    /// <summary>Judges the rows again, and forgets those that are gone or in the recycle bin.</summary>
    public static async Task<int> JudgeAsync(DatabaseSession session, RecordType type, QualityRules rules, IReadOnlyCollection<long> rows, DateTimeOffset now, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var noun = Noun(type);
        var records = (await SearchIndex.ReadAsync(session, type, new Sql().Append("t.deleted_at IS NULL AND t.seq IN ").List(rows), cancel)).ToDictionary(record => record.Sequence);
        var confirmations = await ConfirmationsAsync(session, [.. records.Values.Select(record => record.Id)], cancel);
        var kept = (await session.ListAsync(
            new Sql().Append("SELECT record, owner_id, source, score, due_at FROM quality_record WHERE noun = ").Value(noun).Append(" AND record IN ").List(rows),
            row => new Kept(row.Integer(0), row.OptionalId(1)?.ToString() ?? "", row.OptionalText(2) ?? "", row.Integer(3), row.OptionalInstant(4)), cancel)).ToDictionary(item => item.Sequence);
        var known = (await session.ListAsync(
            new Sql().Append("SELECT record, field, kind, rule FROM quality_issue WHERE noun = ").Value(noun).Append(" AND record IN ").List(rows),
            row => (Record: row.Integer(0), Issue: new QualityIssue(row.Text(1), row.Text(2), row.Text(3))), cancel)).ToLookup(item => item.Record, item => item.Issue);
        var shared = await QualityTwins.FindAsync(session, type, records.Values, cancel);
        var contacts = await QualityTwins.ContactsAsync(session, type, records.Values, cancel);
        var sums = new Sums();
        foreach (var sequence in rows)
        {
            var before = kept.GetValueOrDefault(sequence);
            var had = known[sequence].ToList();
            if (before is not null)
            {
                sums.Add(before.Owner, before.Source, before.Score, had, -1);
            }

            if (!records.TryGetValue(sequence, out var record))
            {
                await ForgetAsync(session, type, sequence, before is not null, cancel);
                continue;
            }

            var said = confirmations.GetValueOrDefault(record.Id);
            var verdict = QualityChecks.Of(record, rules, field => said is not null && said.TryGetValue(field, out var last) ? last : new Confirmation(record.CreatedAt, Said: false), now, shared[sequence]);
            verdict = contacts.TryGetValue(record.Id, out var mean) ? verdict with { Score = QualityTwins.Together(verdict.Score, mean) } : verdict;
            var owner = type.Access == AccessKind.Child ? record.Reference("accessOwner") : record.OwnerId;
            var source = type.Find("source") is { } field ? (record[field] as string)?.Trim() ?? "" : "";
            sums.Add(owner?.ToString() ?? "", source, verdict.Score, verdict.Issues, 1);
            await WriteAsync(session, type, sequence, before, had, owner, source, verdict, now, cancel);
        }

        await sums.WriteAsync(session, noun, cancel);
        return records.Count;
    }

    private static async Task ForgetAsync(DatabaseSession session, RecordType type, long sequence, bool there, CancellationToken cancel)
    {
        if (there)
        {
            var (noun, table) = (Noun(type), new SqlName(type.Table));
            await session.ExecuteAsync(Sql.Of($"DELETE FROM quality_issue WHERE noun = {noun} AND record = {sequence}"), cancel);
            await session.ExecuteAsync(Sql.Of($"DELETE FROM quality_record WHERE noun = {noun} AND record = {sequence}"), cancel);
            await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET quality = NULL WHERE seq = {sequence}"), cancel);
        }
    }

    private static async Task WriteAsync(DatabaseSession session, RecordType type, long sequence, Kept? before, List<QualityIssue> had, Guid? owner, string source, QualityVerdict verdict, DateTimeOffset now, CancellationToken cancel)
    {
        var (noun, table) = (Noun(type), new SqlName(type.Table));
        var moved = before is null || before.Owner != (owner?.ToString() ?? "");
        foreach (var gone in had.Except(verdict.Issues))
        {
            await session.ExecuteAsync(Sql.Of($"DELETE FROM quality_issue WHERE noun = {noun} AND record = {sequence} AND field = {gone.Field} AND kind = {gone.Kind}"), cancel);
        }

        foreach (var come in verdict.Issues.Except(had))
        {
            await session.ExecuteAsync(Sql.Of($"INSERT INTO quality_issue (noun, record, owner_id, field, kind, rule, since) VALUES ({noun}, {sequence}, {owner}, {come.Field}, {come.Kind}, {come.Rule}, {now})"), cancel);
        }

        if (moved && before is not null)
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE quality_issue SET owner_id = {owner} WHERE noun = {noun} AND record = {sequence}"), cancel);
        }

        if (moved || before!.Score != verdict.Score || before.DueAt != verdict.DueAt || before.Source != source)
        {
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO quality_record (noun, record, owner_id, source, score, due_at) VALUES ({noun}, {sequence}, {owner}, {source}, {(long)verdict.Score}, {verdict.DueAt}) ON CONFLICT (noun, record) DO UPDATE SET owner_id = excluded.owner_id, source = excluded.source, score = excluded.score, due_at = excluded.due_at"), cancel);
            await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET quality = {(long)verdict.Score} WHERE seq = {sequence}"), cancel);
        }
    }

    /// <summary>When each field was last changed or confirmed, from the ledger: it knows both.</summary>
    public static async Task<Dictionary<Guid, Dictionary<string, Confirmation>>> ConfirmationsAsync(DatabaseSession session, IReadOnlyList<Guid> ids, CancellationToken cancel)
    {
        var found = new Dictionary<Guid, Dictionary<string, Confirmation>>();
        foreach (var chunk in ids.Chunk(500))
        {
            await using var reader = await session.ReadAsync(new Sql().Append("SELECT record_id, at, changes FROM ledger WHERE action <> 'create' AND changes IS NOT NULL AND record_id IN ").List(chunk).Append(" ORDER BY seq"), cancel);
            var row = new Row(reader, session.Dialect);
            while (await reader.ReadAsync(cancel))
            {
                using var changes = JsonDocument.Parse(row.Text(2));
                if (changes.RootElement.ValueKind != JsonValueKind.Object)
                {
                    continue;
                }

                var fields = found.TryGetValue(row.Id(0), out var known) ? known : found[row.Id(0)] = new Dictionary<string, Confirmation>(StringComparer.Ordinal);
                foreach (var change in changes.RootElement.EnumerateObject())
                {
                    if (change.Name == Confirmed && change.Value.ValueKind == JsonValueKind.Array && change.Value.GetArrayLength() > 0)
                    {
                        foreach (var name in change.Value.EnumerateArray())
                        {
                            fields[name.GetString()!] = new Confirmation(row.Instant(1), Said: true);
                        }
                    }
                    else
                    {
                        fields[change.Name] = new Confirmation(row.Instant(1), Said: false);
                    }
                }
            }
        }

        return found;
    }

    /// <summary>What a stretch of work adds to the sums.</summary>
    private sealed class Sums
    {
        private readonly Dictionary<(string Owner, string Source, string What, string Field), long> numbers = [];

        public void Add(string owner, string source, long score, IEnumerable<QualityIssue> issues, int sign)
        {
            Add(owner, source, "records", "", sign);
            Add(owner, source, "score", "", sign * score);
            foreach (var issue in issues)
            {
                Add(owner, source, issue.Kind, issue.Field, sign);
            }
        }

        private void Add(string owner, string source, string what, string field, long number) => numbers[(owner, source, what, field)] = numbers.GetValueOrDefault((owner, source, what, field)) + number;

        public async Task WriteAsync(DatabaseSession session, long noun, CancellationToken cancel)
        {
            // In one order, so that two processes do not wait for each other.
            foreach (var ((owner, source, what, field), number) in numbers.Where(item => item.Value != 0).OrderBy(item => item.Key))
            {
                await session.ExecuteAsync(
                    Sql.Of($"INSERT INTO quality_sum (noun, owner, source, what, field, number) VALUES ({noun}, {owner}, {source}, {what}, {field}, {number}) ON CONFLICT (noun, owner, source, what, field) DO UPDATE SET number = quality_sum.number + excluded.number"), cancel);
            }
        }
    }
}
