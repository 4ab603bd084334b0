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
    private const int Few = 120;

    public sealed record Hit(RecordType Type, Guid Id, string Title, string? Subtitle, Guid? Owner, int Score);

    public static async Task<List<Hit>> FindAsync(DatabaseSession session, Actor actor, string words, IReadOnlyList<string>? types, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var hits = new List<Hit>();
        var asked = actor.Schema.Types.Where(type => type.HasSearch && (types is not { Count: > 0 } || types.Contains(type.Name, StringComparer.Ordinal)) && actor.On(type).Read != Reach.None).ToList();
        foreach (var type in asked.OrderBy(IsProse))
        {
            // What was written stands behind whom it was written about; it is not asked for when names fill the answer.
            if (IsProse(type) && hits.Count >= limit)
            {
                break;
            }

            hits.AddRange(await FindAsync(session, actor, type, words, now, cancel));
        }

        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => IsProse(hit.Type)).ThenBy(hit => hit.Title.Length).ThenBy(hit => hit.Title, StringComparer.Ordinal).Take(limit)];
    }

    private static bool IsProse(RecordType type) => type[type.TitleField].Search == SearchAs.Prose;

    private static async Task<List<Hit>> FindAsync(DatabaseSession session, Actor actor, RecordType type, string words, DateTimeOffset now, CancellationToken cancel)
    {
        bool Reads(SearchAs kind) => type.Fields.Where(field => field.Search == kind).All(field => actor.Reads(type, field));
        var groups = SearchGroups.For(words, Reads(SearchAs.Phone), Reads(SearchAs.Email));
        if (groups.Count == 0)
        {
            return [];
        }

        SearchGroups.NoteAsked(actor, type, words);
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var title = type[type.TitleField];
        var owner = type.Find("owner") is not null ? $"t.{type["owner"].Column}" : "NULL";
        Sql Columns() => new Sql().Append($"SELECT t.id, t.{title.Column}, ").Append(Subtitle(actor, type, now)).Append($", {owner}, t.seq FROM ");
        var found = new Dictionary<Guid, (Hit Hit, long Sequence)>();

        // The exact name first: a common word may have more matches than candidates are looked at.
        var exact = words.Trim();
        if (title.SortColumn is { } key)
        {
            await AddAsync(Columns().Append($"{type.Table} t WHERE t.deleted_at IS NULL AND t.{key} IN ").List([Pinyin.SortKey(exact, personName: false), Pinyin.SortKey(exact, personName: true)]).Append($" AND t.{title.Column} = ").Value(exact).Append(" AND ").Append(door.Condition("t")).Append(" LIMIT 5"));
        }

        if (await FewAsync(session, type, groups, cancel) is { } few)
        {
            if (few.Count > 0)
            {
                await AddAsync(Columns().Append($"{type.Table} t WHERE t.seq IN ").List(few).Append(" AND t.deleted_at IS NULL AND ").Append(door.Condition("+t")).Append($" ORDER BY t.seq DESC LIMIT {Candidates}"));
            }
        }
        else
        {
            // Tokens of owners and grantees narrow the match in the index itself, so a common word is not checked against everybody's records.
            IReadOnlyList<AnyToken> narrowed = SearchIndex.Reachable(door, actor, type) is { } reachable ? [.. groups, reachable] : groups;
            await AddAsync(Columns().Append(session.Dialect.SearchWalk(type.Table, "t", narrowed)).Append(" AND t.deleted_at IS NULL AND ").Append(door.Condition(session.Dialect.IsSqlite ? "+t" : "t")).Append($" ORDER BY {session.Dialect.SearchOrder(type.Table, "t")} DESC LIMIT {Candidates}"));
        }

        return await ToldAsync(session, actor, type, groups, found, cancel);

        async Task AddAsync(Sql sql)
        {
            foreach (var (id, text, sub, by, sequence) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1), row.OptionalText(2), row.OptionalId(3), row.Integer(4)), cancel))
            {
                found.TryAdd(id, (new Hit(type, id, text, sub, by, SearchTerms.Score(words, text)), sequence));
            }
        }
    }

    /// <summary>The rows of a rare word, which are looked at one by one sooner than an owner's many; null when there are more, or where the database gathers every match anyhow.</summary>
    private static async Task<List<object>?> FewAsync(DatabaseSession session, RecordType type, IReadOnlyList<AnyToken> groups, CancellationToken cancel)
    {
        if (!session.Dialect.IsSqlite)
        {
            return null;
        }

        var rows = await session.ListAsync(new Sql().Append("SELECT rowid FROM ").Append($"{type.Table}_search WHERE {type.Table}_search MATCH ").Value(SqliteDialect.Expression(groups)).Append($" ORDER BY rowid DESC LIMIT {Few + 1}"), row => (object)row.Integer(0), cancel);
        return rows.Count <= Few ? rows : null;
    }

    /// <summary>A word may stand in a field that this actor does not read: such a hit is not told.</summary>
    private static async Task<List<Hit>> ToldAsync(DatabaseSession session, Actor actor, RecordType type, IReadOnlyList<AnyToken> groups, Dictionary<Guid, (Hit Hit, long Sequence)> found, CancellationToken cancel)
    {
        if (found.Count == 0 || SearchIndex.ReadsAll(actor, type))
        {
            return [.. found.Values.Select(item => item.Hit)];
        }

        var records = await SearchIndex.ReadAsync(session, type, new Sql().Append("t.seq IN ").List(found.Values.Select(item => (object)item.Sequence).ToList()), cancel);
        return [.. records.Where(record => SearchIndex.Answers(actor, record, groups)).Select(record => found[record.Id].Hit)];
    }

    /// <summary>The second line of a hit; what a reference points to is named only to those who may see it.</summary>
    private static Sql Subtitle(Actor actor, RecordType type, DateTimeOffset now)
    {
        if (type.SubtitleField is not { } name || !actor.Reads(type, type[name]))
        {
            return new Sql().Append("NULL");
        }

        return type[name] is { Kind: FieldKind.Reference } field
            ? RecordSql.TitleOf(actor, actor.Schema[field.Reference!], $"t.{field.Column}", "subtitle", now)
            : new Sql().Append($"t.{type[name].Column}");
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
