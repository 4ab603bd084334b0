using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Search;

/// <summary>One box over every noun the actor may see: characters, pinyin, initials, digits of a phone.</summary>
public static class SearchBox
{
    private const int Candidates = 60;

    public sealed record Hit(RecordType Type, Guid Id, string Title, string? Subtitle, Guid? Owner, int Score);

    public static async Task<List<Hit>> FindAsync(DatabaseSession session, Actor actor, string words, IReadOnlyList<string>? types, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var hits = new List<Hit>();
        foreach (var type in actor.Schema.Types)
        {
            if (!type.HasSearch || (types is { Count: > 0 } && !types.Contains(type.Name, StringComparer.Ordinal)) || actor.On(type).Read == Reach.None)
            {
                continue;
            }

            hits.AddRange(await FindAsync(session, actor, type, words, now, cancel));
        }

        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Title.Length).ThenBy(hit => hit.Title, StringComparer.Ordinal).Take(limit)];
    }

    private static async Task<List<Hit>> FindAsync(DatabaseSession session, Actor actor, RecordType type, string words, DateTimeOffset now, CancellationToken cancel)
    {
        bool Reads(SearchAs kind) => type.Fields.Where(field => field.Search == kind).All(field => actor.Reads(type, field));
        var groups = SearchGroups.For(words, Reads(SearchAs.Phone), Reads(SearchAs.Email));
        if (groups.Count == 0)
        {
            return [];
        }

        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var title = type[type.TitleField];
        var subtitle = type.SubtitleField is { } name && actor.Reads(type, type[name]) ? $"t.{type[name].Column}" : "NULL";
        var owner = type.Find("owner") is not null ? $"t.{type["owner"].Column}" : "NULL";
        var columns = $"SELECT t.id, t.{title.Column}, {subtitle}, {owner} FROM ";
        var found = new Dictionary<Guid, Hit>();

        // The exact name first: a common word may have more matches than candidates are looked at.
        var exact = words.Trim();
        var names = title.SortColumn is { } key
            ? new Sql().Append($"t.{key} IN ").List([Pinyin.SortKey(exact, personName: false), Pinyin.SortKey(exact, personName: true)]).Append(" AND ")
            : new Sql();
        await AddAsync(new Sql().Append(columns).Append($"{type.Table} t WHERE t.deleted_at IS NULL AND ").Append(names).Append($"t.{title.Column} = ").Value(exact).Append(" AND ").Append(door.Condition("t")).Append(" LIMIT 5"));

        // Tokens of owners and grantees narrow the match in the index itself, so a common word is not checked against everybody's records.
        if (SearchIndex.Reachable(door, actor, type) is { } reachable)
        {
            groups = [.. groups, reachable];
        }

        await AddAsync(new Sql().Append(columns).Append(session.Dialect.SearchWalk(type.Table, "t", groups)).Append(" AND t.deleted_at IS NULL AND ").Append(door.Condition(session.Dialect.IsSqlite ? "+t" : "t")).Append($" ORDER BY {session.Dialect.SearchOrder(type.Table, "t")} DESC LIMIT {Candidates}"));
        return [.. found.Values];

        async Task AddAsync(Sql sql)
        {
            foreach (var (id, text, sub, by) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1), row.OptionalText(2), row.OptionalId(3)), cancel))
            {
                found.TryAdd(id, new Hit(type, id, text, sub, by, SearchTerms.Score(words, text)));
            }
        }
    }

    public static void Write(Utf8JsonWriter writer, Actor actor, IEnumerable<Hit> hits)
    {
        writer.WriteStartArray("items");
        foreach (var hit in hits)
        {
            writer.WriteStartObject();
            writer.WriteString("type", hit.Type.Name);
            writer.WriteString("id", hit.Id);
            writer.WriteString("title", hit.Title);
            writer.WriteString("subtitle", hit.Subtitle);
            if (hit.Owner is { } owner && actor.Directory.Person(owner) is { } person)
            {
                writer.WriteStartObject("owner");
                writer.WriteString("id", owner);
                writer.WriteString("name", person.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
