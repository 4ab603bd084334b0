using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Finds the records that the rows of a chunk name: by id, by a title that only one record has, or by external id, among those the actor may see.</summary>
internal sealed class LinkLookup(ImportPlan plan, DateTimeOffset now)
{
    /// <summary>Puts what is found into the rows; the others fail, or wait when <paramref name="later"/> says that the file itself has the title.</summary>
    public async Task ResolveAsync(DatabaseSession session, IReadOnlyList<ParsedRow> rows, Func<string, bool>? later, CancellationToken cancel)
    {
        foreach (var column in plan.Linked)
        {
            var named = rows.Where(row => row.Error is null && row.Links is not null).SelectMany(row => row.Links!.Where(link => link.Column == column).Select(link => (Row: row, link.Text))).ToList();
            if (named.Count == 0)
            {
                continue;
            }

            var target = plan.Actor.Schema[column.Field.Reference!];
            var found = await FindAsync(session, target, named.Select(item => item.Text).Distinct(StringComparer.Ordinal).ToList(), cancel);
            foreach (var (row, text) in named)
            {
                if (found.TryGetValue(text, out var match) && match.Count == 1)
                {
                    row.Values.Add((column.Field, match.Id));
                }
                else if (match.Count > 1)
                {
                    row.Fail(ImportRefusals.AmbiguousTitle(text), column, plan.Actor.Language);
                }
                else if (target == plan.Type && later?.Invoke(text) == true)
                {
                    (row.LaterLinks ??= []).Add(new PendingLink(column, text));
                }
                else
                {
                    row.Fail(ImportRefusals.UnknownTitle(text), column, plan.Actor.Language);
                }
            }
        }
    }

    private async Task<Dictionary<string, (long Count, Guid Id)>> FindAsync(DatabaseSession session, RecordType target, List<string> texts, CancellationToken cancel)
    {
        var found = new Dictionary<string, (long Count, Guid Id)>(StringComparer.Ordinal);
        var ids = texts.Where(text => Guid.TryParse(text, out _)).ToList();
        if (ids.Count > 0)
        {
            var seen = await session.ListAsync(Visible(target, "t.id").Append(" AND t.id IN ").List(Padding.Pad(ids.ConvertAll(Guid.Parse))).Append(Held(session, target)), row => row.Id(0), cancel);
            foreach (var text in ids.Where(text => seen.Contains(Guid.Parse(text))))
            {
                found[text] = (1, Guid.Parse(text));
            }
        }

        // A contract is named by its number as well as by its title.
        foreach (var name in target.Keys.Append("externalId").Prepend(target.TitleField).Distinct(StringComparer.Ordinal))
        {
            var left = texts.Where(text => !found.ContainsKey(text)).ToList();
            if (left.Count > 0 && target.Find(name) is { Custom: false, Kind: FieldKind.Text } field && plan.Actor.Reads(target, field))
            {
                await FindByAsync(session, target, field, left, found, cancel);
            }
        }

        return found;
    }

    private async Task FindByAsync(DatabaseSession session, RecordType target, Field field, List<string> texts, Dictionary<string, (long Count, Guid Id)> found, CancellationToken cancel)
    {
        var column = $"t.{field.Column}";
        var counts = await session.ListAsync(
            Visible(target, $"{column}, MIN(t.seq), COUNT(*)").Append($" AND {column} IN ").List(Padding.Pad(texts)).Append($" GROUP BY {column}"),
            row => (Text: row.Text(0), Sequence: row.Integer(1), Count: row.Integer(2)),
            cancel);
        if (counts.Count == 0)
        {
            return;
        }

        var ids = (await session.ListAsync(
            new Sql().Append($"SELECT t.seq, t.id FROM {target.Table} t WHERE t.deleted_at IS NULL AND t.seq IN ").List(Padding.Pad(counts.ConvertAll(item => item.Sequence))).Append(Held(session, target)),
            row => (Sequence: row.Integer(0), Id: row.Id(1)),
            cancel)).ToDictionary(item => item.Sequence, item => item.Id);
        foreach (var item in counts.Where(item => ids.ContainsKey(item.Sequence)))
        {
            found[item.Text] = (item.Count, ids[item.Sequence]);
        }
    }

    /// <summary>A record that is being merged is waited for, and is then no longer found (<see cref="Merging.MergeHold"/>).</summary>
    private static string Held(DatabaseSession session, RecordType target) => session.Dialect.IsSqlite || target.Matching.Count == 0 ? "" : " FOR KEY SHARE OF t";

    private Sql Visible(RecordType target, string columns) =>
        new Sql().Append($"SELECT {columns} FROM {target.Table} t WHERE t.deleted_at IS NULL AND ").Append(AccessDoor.For(plan.Actor, target, Verb.Read, now).Condition("t"));
}
