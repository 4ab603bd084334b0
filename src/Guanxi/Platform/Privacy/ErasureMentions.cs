using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>A place away from the person's own customer where a name, number or address of theirs stands.</summary>
/// <param name="Key">What to name when it is the person's: noun and id, or the loose thing and its id.</param>
/// <param name="Kind">The noun; or views, imports, files, rules, ledger.</param>
/// <param name="Where">The field, or the action of a ledger line.</param>
/// <param name="Excerpt">The words around it.</param>
/// <param name="Certain">Whether a number or an address of the person stands there; a name alone may be somebody else's.</param>
/// <param name="Entries">How many lines of the ledger say it as well.</param>
public sealed record ErasureMention(string Key, string Kind, string Title, string Where, string Excerpt, bool Certain, int Entries);

/// <param name="Unseen">How many more there are in what the asker may not see.</param>
/// <param name="Complete">False when there are more than are listed.</param>
public sealed record ErasureMentionList(IReadOnlyList<ErasureMention> Items, int Unseen, bool Complete);

/// <summary>
/// Looks for a person in texts everywhere, since somebody may have written the name at another customer, in a view or in the filter of an export.
/// A number or an address tells who is meant; of a name alone a person decides, for many share one.
/// Texts of notes are in no index: every row is read once, a few seconds in a million.
/// </summary>
public static class ErasureMentions
{
    private const int Most = 500;
    private const int Around = 24;

    /// <summary>Tables that are no nouns but may hold a name in a text.</summary>
    internal static readonly IReadOnlyList<LooseText> Loose =
    [
        new("views", "saved_view", "name", ["name", "definition"]),
        new("imports", "import_batch", "file_name", ["file_name", "name", "options", "result"]),
        new("import-mappings", "import_mapping", "name", ["name", "options", "columns"]),
        new("files", "attachment", "name", ["name"]),
        new("rules", "retention_rule", "name", ["name", "filter"]),
        new("approvals", "approval", "title", ["title", "reason", "causes", "snapshot"]),
        new("approval-comments", "approval_event", "comment", ["comment"]),
        new("quote-links", "quote_link", "receiver", ["receiver"]),
        new("quote-answers", "quote_answer", "name", ["name", "words"]),
        new("quote-editions", "quote_edition", "edition", ["content"], "quote_id", "edition"),
        new("forecast-notes", "forecast_adjustment", "period", ["note"], "person_id", "seq"),
        new("retention-actions", "retention_action", "name", ["name"]),
        new("scores", "lab_score", "name", ["name", "question", "failure"]),
        new("pool-events", "pool_event", "reason", ["reason"]),
        new("source-values", "source_value", "field", ["value"], "record_id", "field || ' ' || system"),
    ];

    /// <summary>Texts of a table that is no noun.</summary>
    /// <param name="Id">The column that names the thing the texts belong to.</param>
    /// <param name="Part">What tells rows with the same id apart; null where there is one.</param>
    internal sealed record LooseText(string Kind, string Table, string Title, string[] Columns, string Id = "id", string? Part = null);

    private sealed record Found(string Key, string Kind, Guid? Record, string Title, string Where, string Text, bool Certain)
    {
        public int Entries { get; set; }
    }

    /// <summary>What there is, as far as the actor may see it.</summary>
    public static async Task<ErasureMentionList> FindAsync(Workspace workspace, Actor actor, RecordType type, Guid id, CancellationToken cancel = default)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("导出或删除个人数据需要相应权限", "Exporting or erasing personal data needs the right to do so")));
        }

        await using var session = await workspace.Database.ReadAsync(cancel);
        if (await RecordStore.FindAsync(session, type, id, cancel) is not { } person
            || (!await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, workspace.Now, cancel: cancel) && !await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, workspace.Now, deleted: true, cancel)))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var found = await SearchAsync(session, workspace, person, cancel);
        var seen = await SeenAsync(session, workspace, actor, found, cancel);
        var words = ErasureScope.Words(person);
        return new ErasureMentionList(
            [.. seen.Take(Most).OrderByDescending(item => item.Certain).Select(item => new ErasureMention(item.Key, item.Kind, item.Title, item.Where, Excerpt(item.Text, words), item.Certain, item.Entries))],
            found.Count - seen.Count,
            found.Count <= Most);
    }

    /// <summary>The keys of those that hold a number or an address of the person.</summary>
    internal static async Task<IReadOnlyCollection<string>> CertainAsync(Workspace workspace, Actor actor, RecordType type, Guid id, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        if (await RecordStore.FindAsync(session, type, id, cancel) is not { } person || type.IsPerson?.Invoke(person) != true)
        {
            return [];
        }

        var found = (await SearchAsync(session, workspace, person, cancel)).Where(item => item.Certain).ToList();
        return [.. (actor.IsSystem ? found : await SeenAsync(session, workspace, actor, found, cancel)).Select(item => item.Key)];
    }

    /// <summary>Blots the words out of the places named, and adds the numbers of the ledger lines that say them; answers how many places there were.</summary>
    internal static async Task<int> BlotAsync(SaveContext context, IReadOnlyCollection<string> keys, IReadOnlyList<string> words, List<long> entries, CancellationToken cancel)
    {
        var blotted = 0;
        foreach (var key in keys)
        {
            var (kind, id) = (key[..key.IndexOf('/', StringComparison.Ordinal)], key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]);
            if (kind == "ledger" && long.TryParse(id, out var sequence))
            {
                var changes = await context.Session.FirstAsync(Sql.Of($"SELECT changes FROM ledger WHERE seq = {sequence} AND record_id IS NULL"), row => row.OptionalText(0), cancel);
                if (changes is not null && ErasureScope.Names(changes, words))
                {
                    entries.Add(sequence);
                    blotted++;
                }
            }
            else if (Guid.TryParse(id, out var record))
            {
                if (kind == "approvals")
                {
                    entries.AddRange(await Erasure.EntriesAsync(context.Session, record, words, cancel));
                }

                blotted += Loose.FirstOrDefault(item => item.Kind == kind) is { } loose ? await BlotLooseAsync(context, loose, record, words, cancel)
                    : context.Schema.Find(kind) is { IsInMemory: false } type ? await BlotRecordAsync(context, type, record, words, entries, cancel) : 0;
            }
        }

        return blotted;
    }

    private static async Task<int> BlotRecordAsync(SaveContext context, RecordType type, Guid id, IReadOnlyList<string> words, List<long> entries, CancellationToken cancel)
    {
        if (await RecordStore.FindAsync(context.Session, type, id, cancel) is not { } record)
        {
            return 0;
        }

        var said = await Erasure.EntriesAsync(context.Session, id, words, cancel);
        entries.AddRange(said);
        if (!ErasureScope.Redact(record, words))
        {
            return said.Count > 0 ? 1 : 0;
        }

        await context.ForgetAsync(record, cancel);
        return 1;
    }

    private static bool IsJson(LooseText loose, string column) => column is "definition" or "causes" or "snapshot" || loose is { Kind: "imports" } && column is "options" or "result" || (loose.Kind == "quote-editions" && column == "content");

    private static async Task<int> BlotLooseAsync(SaveContext context, LooseText loose, Guid id, IReadOnlyList<string> words, CancellationToken cancel)
    {
        var (session, changed) = (context.Session, 0);
        var part = loose.Part is { } told ? $"CAST({told} AS {(session.Dialect.IsSqlite ? "TEXT" : "text")})" : "''";
        foreach (var which in await session.ListAsync(new Sql().Append($"SELECT {part} FROM {loose.Table} WHERE {loose.Id} = ").Value(id), row => row.Text(0), cancel))
        {
            Sql Row() => new Sql().Append($" WHERE {loose.Id} = ").Value(id).Append($" AND {part} = ").Value(which);
            foreach (var column in loose.Columns)
            {
                var json = IsJson(loose, column);
                var text = await session.FirstAsync(new Sql().Append($"SELECT {(json ? session.Dialect.JsonAsText(column) : column)} FROM {loose.Table}").Append(Row()), row => row.OptionalText(0), cancel);
                if (text is not null && ErasureScope.Without(text, words) is { } without)
                {
                    changed = 1;
                    await session.ExecuteAsync(new Sql().Append($"UPDATE {loose.Table} SET {column} = ").Value(without).Append(json ? session.Dialect.JsonParameter : "").Append(Row()), cancel);
                }
            }
        }

        return changed;
    }

    private static async Task<List<Found>> SearchAsync(DatabaseSession session, Workspace workspace, Record person, CancellationToken cancel)
    {
        var scope = await ErasureScope.GatherAsync(session, workspace.Schema, person, cancel);
        var around = (await scope.NeighboursAsync(session, person, cancel)).Select(record => record.Id).ToHashSet();
        bool Elsewhere(Guid id) => !scope.Takes(id) && !around.Contains(id);
        var (words, marks) = (ErasureScope.Words(person), ErasureScope.Marks(person));
        var found = new Dictionary<string, Found>(StringComparer.Ordinal);
        foreach (var type in workspace.Schema.Types.Where(type => !type.IsInMemory))
        {
            foreach (var record in await RecordsAsync(session, type, words, cancel))
            {
                if (Elsewhere(record.Id) && First(record, words) is { } first)
                {
                    found[$"{type.Name}/{record.Id}"] = new Found($"{type.Name}/{record.Id}", type.Name, record.Id, record.Title, first.Field.Name, first.Text, Texts(record).Any(item => !IsReach(item.Field) && ErasureScope.Names(item.Text, marks)));
                }
            }
        }

        foreach (var loose in Loose)
        {
            var (kind, texts) = (loose.Kind, string.Join(", ", loose.Columns.Select(column => IsJson(loose, column) ? session.Dialect.JsonAsText(column) : column)));
            foreach (var (id, name, text) in await session.ListAsync(Having(new Sql().Append($"SELECT {loose.Id}, CAST({loose.Title} AS {(session.Dialect.IsSqlite ? "TEXT" : "text")}), concat_ws(' ', {texts}) FROM {loose.Table} WHERE "), session.Dialect, $"concat_ws(' ', {texts})", words), row => (row.Id(0), row.OptionalText(1), row.Text(2)), cancel))
            {
                if (ErasureScope.Names(text, words))
                {
                    var certain = ErasureScope.Names(text, marks) || (found.TryGetValue($"{kind}/{id}", out var other) && other.Certain);
                    found[$"{kind}/{id}"] = new Found($"{kind}/{id}", kind, null, name ?? "", "", text, certain);
                }
            }
        }

        await LedgerAsync(session, workspace.Schema, words, marks, Elsewhere, found, cancel);
        return [.. found.Values];
    }

    /// <summary>Lines of the ledger that hold one of the words: older values of records, and what is no record at all, such as the filter of an export.</summary>
    private static async Task LedgerAsync(DatabaseSession session, Schema schema, List<string> words, List<string> marks, Func<Guid, bool> elsewhere, Dictionary<string, Found> found, CancellationToken cancel)
    {
        var select = Having(new Sql().Append("SELECT seq, action, record_type, record_id, changes FROM ledger WHERE changes IS NOT NULL AND "), session.Dialect, "changes", words);
        foreach (var (sequence, action, type, record, changes) in await session.ListAsync(select, row => (row.Integer(0), row.Text(1), row.OptionalText(2), row.OptionalId(3), row.Text(4)), cancel))
        {
            if (!ErasureScope.Names(changes, words) || (record is { } about && !elsewhere(about)))
            {
                continue;
            }

            var key = record is null ? $"ledger/{sequence}" : $"{type}/{record}";
            var certain = ErasureScope.Names(changes, marks) && IsSaid(changes, type is null ? null : schema.Find(type), marks);
            if (!found.TryGetValue(key, out var known))
            {
                var title = record is { } id && type is not null && schema.Find(type) is { IsInMemory: false } noun ? (await RecordStore.FindAsync(session, noun, id, cancel))?.Title : null;
                found[key] = known = new Found(key, record is null ? "ledger" : type ?? "ledger", record, title ?? "", action, changes, certain);
            }
            else if (certain && !known.Certain)
            {
                found[key] = known = known with { Certain = true };
            }

            known.Entries++;
        }
    }

    /// <summary>Those whose record, and the field in it, the actor may read. What belongs to no record is for administrators, as in the ledger itself.</summary>
    private static async Task<List<Found>> SeenAsync(DatabaseSession session, Workspace workspace, Actor actor, List<Found> found, CancellationToken cancel)
    {
        var seen = new HashSet<Guid>();
        foreach (var group in found.Where(item => item.Record is not null).GroupBy(item => item.Kind, StringComparer.Ordinal))
        {
            if (workspace.Schema.Find(group.Key) is { IsInMemory: false } type && actor.On(type).Read != Reach.None)
            {
                foreach (var some in group.Select(item => item.Record!.Value).Chunk(400))
                {
                    var door = AccessDoor.For(actor, type, Verb.Read, workspace.Now).Condition(session.Dialect.IsSqlite ? "+t" : "t");
                    seen.UnionWith(await session.ListAsync(new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE t.id IN ").List(some).Append(" AND ").Append(door), row => row.Id(0), cancel));
                }
            }
        }

        var whole = actor.IsSystem || actor.Role?.IsAdministrator == true;
        return [.. found.Where(item => item.Record is { } record
            ? seen.Contains(record) && (whole || (workspace.Schema[item.Kind].Find(item.Where) is { } field && actor.Reads(workspace.Schema[item.Kind], field)))
            : whole)];
    }

    private static async Task<List<Record>> RecordsAsync(DatabaseSession session, RecordType type, List<string> words, CancellationToken cancel)
    {
        var columns = type.Fields.Where(field => IsRead(field) && !field.Custom).SelectMany(field => FieldStorage.Columns(field).Select(column => field.IsJson ? session.Dialect.JsonAsText($"t.{column}") : $"t.{column}")).Append(session.Dialect.JsonAsText("t.custom"));
        var select = Having(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE "), session.Dialect, $"concat_ws(' ', {string.Join(", ", columns)})", words).Append(" LIMIT ").Value(Most * 4);
        var records = new List<Record>();
        await using var reader = await session.ReadAsync(select, cancel);
        while (await reader.ReadAsync(cancel))
        {
            records.Add(RecordSql.Read(type, reader, session.Dialect));
        }

        return records;
    }

    private static bool IsRead(Field field) => !field.System && !field.Internal && !field.IsComputed && field.Kind is not FieldKind.Choice && (field.IsText || field.IsJson);

    /// <summary>A number in the place of a number: another record of the same person, or one who shares the line. That is for a person to decide.</summary>
    private static bool IsReach(Field field) => field.Kind is FieldKind.Phone or FieldKind.Email or FieldKind.ContactPoints;

    private static bool IsSaid(string changes, RecordType? type, List<string> marks)
    {
        using var document = JsonDocument.Parse(changes);
        return document.RootElement.ValueKind != JsonValueKind.Object
            || document.RootElement.EnumerateObject().Any(change => !(type?.Find(change.Name) is { } field && IsReach(field)) && ErasureScope.Names(change.Value.GetRawText(), marks));
    }

    private static IEnumerable<(Field Field, string Text)> Texts(Record record) => record.Type.Fields.Where(IsRead).Select(field => (field, record[field] switch
    {
        string text => text,
        string[] items => string.Join(' ', items),
        ContactPoint[] points => string.Join(' ', points.Select(point => point.Value)),
        _ => "",
    }));

    private static (Field Field, string Text)? First(Record record, List<string> words) => Texts(record).Where(item => ErasureScope.Names(item.Text, words)).Select(item => ((Field, string)?)item).FirstOrDefault();

    private static Sql Having(Sql sql, Dialect dialect, string expression, IEnumerable<string> words)
    {
        sql.Append("(1 = 0");
        foreach (var word in words.SelectMany(word => new[] { word, JsonEncodedText.Encode(word).ToString() }).Distinct(StringComparer.Ordinal))
        {
            sql.Append(" OR ").Append(dialect.Contains(expression, word));
        }

        return sql.Append(")");
    }

    private static string Excerpt(string text, IEnumerable<string> words)
    {
        var at = words.SelectMany(word => new[] { word, JsonEncodedText.Encode(word).ToString() }).Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase)).Where(place => place >= 0).DefaultIfEmpty(0).Min();
        var (from, until) = (Math.Max(0, at - Around), Math.Min(text.Length, at + (3 * Around)));
        return (from > 0 ? "…" : "") + text[from..until].ReplaceLineEndings(" ") + (until < text.Length ? "…" : "");
    }
}
