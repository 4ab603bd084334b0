using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>Which records of a noun a stretch of the ledger may have moved: those that changed themselves and those that something belonging to them changed for.</summary>
/// <param name="Rows">Their row numbers.</param>
/// <param name="Elsewhere">What else changed, by noun with the names of the fields: people, teams, segments.</param>
/// <param name="AnyRemoved">Whether records are gone for good, so that nobody can name them any more.</param>
public sealed record MovedRows(long Last, IReadOnlyCollection<long> Rows, IReadOnlyDictionary<string, HashSet<string>> Elsewhere, IReadOnlySet<Guid> Nouns, bool AnyRemoved)
{
    private sealed record Line(long Sequence, string Type, Guid Id, string Action, string? Changes);

    public static MovedRows Nothing(long last) => new(last, [], new Dictionary<string, HashSet<string>>(StringComparer.Ordinal), new HashSet<Guid>(), false);

    public static Task<MovedRows> ReadAsync(DatabaseSession session, Schema schema, RecordType type, long after, int most, CancellationToken cancel = default) => ReadAsync(session, schema, type, after, most, null, cancel);

    /// <summary>Reads on behind a line of the ledger.</summary>
    /// <param name="most">Lines at most.</param>
    /// <param name="own">An action whose lines move nothing, because the reader wrote them himself.</param>
    public static async Task<MovedRows> ReadAsync(DatabaseSession session, Schema schema, RecordType type, long after, int most, string? own, CancellationToken cancel = default)
    {
        var lines = await session.ListAsync(
            Sql.Of($"SELECT seq, record_type, record_id, action, changes FROM ledger WHERE seq > {after} ORDER BY seq LIMIT {most}"),
            row => new Line(row.Integer(0), row.OptionalText(1) ?? "", row.OptionalId(2) ?? Guid.Empty, row.Text(3), row.OptionalText(4)), cancel);
        var ids = new HashSet<Guid>();
        var elsewhere = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var named = new HashSet<Guid>();
        foreach (var group in lines.Where(line => line.Id != Guid.Empty && line.Action != own).GroupBy(line => line.Type))
        {
            if (group.Key == type.Name)
            {
                ids.UnionWith(group.Select(line => line.Id));
            }
            else if (schema.Find(group.Key) is { Access: AccessKind.Child } child && child[child.ParentField!] is { } parent && parent.Reference == type.Name)
            {
                foreach (var chunk in group.Select(line => line.Id).Distinct().Chunk(500))
                {
                    ids.UnionWith(await session.ListAsync(new Sql().Append($"SELECT {parent.Column} FROM {child.Table} WHERE {parent.Column} IS NOT NULL AND id IN ").List(chunk), row => row.Id(0), cancel));
                }

                foreach (var line in group)
                {
                    ids.UnionWith(Said(line.Changes, parent.Name));
                    if (line.Action == "remove")
                    {
                        ids.UnionWith((await session.ListAsync(Sql.Of($"SELECT changes FROM ledger WHERE record_id = {line.Id} AND changes IS NOT NULL"), row => row.Text(0), cancel)).SelectMany(changes => Said(changes, parent.Name)));
                    }
                }
            }
            else
            {
                named.UnionWith(group.Select(line => line.Id));
                var fields = elsewhere.TryGetValue(group.Key, out var known) ? known : elsewhere[group.Key] = new HashSet<string>(StringComparer.Ordinal);
                foreach (var line in group)
                {
                    fields.UnionWith(Names(line));
                }
            }
        }

        var rows = new HashSet<long>();
        foreach (var chunk in ids.Chunk(500))
        {
            rows.UnionWith(await session.ListAsync(new Sql().Append($"SELECT seq FROM {type.Table} WHERE id IN ").List(chunk), row => row.Integer(0), cancel));
        }

        return new MovedRows(lines.Count == 0 ? after : lines[^1].Sequence, rows, elsewhere, named, lines.Any(line => line.Action == "remove" && line.Type == type.Name));
    }

    /// <summary>The ids that a line says a reference had before and after.</summary>
    private static IEnumerable<Guid> Said(string? changes, string field)
    {
        if (changes is null)
        {
            yield break;
        }

        using var document = JsonDocument.Parse(changes);
        if (document.RootElement.TryGetProperty(field, out var pair) && pair.ValueKind == JsonValueKind.Array)
        {
            foreach (var value in pair.EnumerateArray())
            {
                if (value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out var id))
                {
                    yield return id;
                }
            }
        }
    }

    private static List<string> Names(Line line)
    {
        if (line.Changes is null)
        {
            return [line.Action];
        }

        using var document = JsonDocument.Parse(line.Changes);
        return [line.Action, .. document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject().Select(property => property.Name) : []];
    }
}
