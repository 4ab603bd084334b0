using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>What goes, what is emptied and what only loses a reference when one record is erased: found from the model, so that a new noun is not forgotten.</summary>
internal sealed class ErasureScope(Schema schema)
{
    /// <summary>What stands where a word was.</summary>
    public const string Blot = "■■■";

    private readonly HashSet<Guid> known = [];

    /// <summary>Records that go, the person first.</summary>
    public List<Record> Removed { get; } = [];

    /// <summary>Records that stay without their texts.</summary>
    public List<Record> Scrubbed { get; } = [];

    public List<(RecordType Type, Field Field, Guid Target)> Cleared { get; } = [];

    public static async Task<ErasureScope> GatherAsync(DatabaseSession session, Schema schema, Record person, CancellationToken cancel)
    {
        var scope = new ErasureScope(schema);
        scope.known.Add(person.Id);
        scope.Removed.Add(person);
        for (var i = 0; i < scope.Removed.Count; i++)
        {
            await scope.FollowAsync(session, scope.Removed[i], cancel);
        }

        return scope;
    }

    private async Task FollowAsync(DatabaseSession session, Record gone, CancellationToken cancel)
    {
        // Whoever was merged into the person is the person.
        foreach (var merged in await ReadAsync(session, gone.Type, new Sql().Append("t.id IN (SELECT m.loser_id FROM record_merge m WHERE m.undone_at IS NULL AND m.survivor_id = ").Value(gone.Id).Append(")"), cancel))
        {
            if (known.Add(merged.Id))
            {
                Removed.Add(merged);
            }
        }

        foreach (var type in schema.Types)
        {
            foreach (var field in type.Fields.Where(field => field is { Kind: FieldKind.Reference, Custom: false, IsComputed: false } && field.Reference == gone.Type.Name))
            {
                var what = type.ParentField == field.Name ? WhenErased.Remove : field is { WhenErased: WhenErased.Clear, Required: true } ? WhenErased.Remove : field.WhenErased;
                if (what == WhenErased.Clear)
                {
                    Cleared.Add((type, field, gone.Id));
                    continue;
                }

                foreach (var record in await ReadAsync(session, type, new Sql().Append($"t.{field.Column} = ").Value(gone.Id), cancel))
                {
                    if (known.Add(record.Id))
                    {
                        (what == WhenErased.Remove ? Removed : Scrubbed).Add(record);
                    }
                }
            }
        }
    }

    /// <summary>The records beside the person, under the same parent, and the parent itself: where somebody may have written the name.</summary>
    public async Task<List<Record>> NeighboursAsync(DatabaseSession session, Record person, CancellationToken cancel)
    {
        if (person.Type.ParentField is not { } parent || person.Reference(parent) is not { } root)
        {
            return [];
        }

        var rootType = schema[person.Type[parent].Reference!];
        var found = await ReadAsync(session, rootType, new Sql().Append("t.id = ").Value(root), cancel);
        foreach (var type in schema.Types.Where(type => type.ParentField is { } field && type[field].Reference == rootType.Name))
        {
            found.AddRange(await ReadAsync(session, type, new Sql().Append($"t.{type[type.ParentField!].Column} = ").Value(root), cancel));
        }

        return [.. found.Where(record => !known.Contains(record.Id))];
    }

    private static async Task<List<Record>> ReadAsync(DatabaseSession session, RecordType type, Sql condition, CancellationToken cancel)
    {
        var records = new List<Record>();
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE ").Append(condition), cancel);
        while (await reader.ReadAsync(cancel))
        {
            records.Add(RecordSql.Read(type, reader, session.Dialect));
        }

        return records;
    }

    /// <summary>Whether the record goes or is emptied itself.</summary>
    public bool Takes(Guid record) => known.Contains(record);

    /// <summary>The words by which the person would be recognised in a text: the name, and every sensitive value.</summary>
    public static List<string> Words(Record person) => [.. Marks(person).Append(person.Title).Concat(person.Type.Fields.Where(field => field is { Sensitive: true, Kind: FieldKind.Birthday }).Select(field => person[field] as string ?? "")).Where(word => word.Length >= 2).Distinct(StringComparer.Ordinal).OrderByDescending(word => word.Length)];

    /// <summary>The words that are nobody else's: numbers, addresses, accounts. A name may be another's too.</summary>
    public static List<string> Marks(Record person)
    {
        var words = new List<string>();
        foreach (var field in person.Type.Fields.Where(field => field.Sensitive && field.Kind is not (FieldKind.Choice or FieldKind.Birthday)))
        {
            switch (person[field])
            {
                case string text when text.Length >= 4:
                    words.Add(text);
                    if (text.StartsWith("+86", StringComparison.Ordinal))
                    {
                        words.Add(text[3..]);
                    }

                    break;
                case ContactPoint[] points:
                    words.AddRange(points.Where(point => point.Value.Length >= 4).Select(point => point.Value));
                    break;
            }
        }

        return [.. words.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether the text has one of the words, as it is or as JSON spells it.</summary>
    public static bool Names(string text, IEnumerable<string> words) =>
        words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase) || text.Contains(JsonEncodedText.Encode(word).ToString(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes the words out of every text of the record; answers whether there was one.</summary>
    public static bool Redact(Record record, IReadOnlyList<string> words)
    {
        var any = false;
        foreach (var field in record.Type.Fields.Where(field => !field.System && !field.IsComputed))
        {
            switch (record[field])
            {
                case string text when field.Kind is FieldKind.Text or FieldKind.LongText or FieldKind.Json or FieldKind.Address && Without(text, words) is { } cleaned:
                    record[field] = cleaned;
                    any = true;
                    break;
                case string text when field is { Kind: FieldKind.Phone or FieldKind.Email or FieldKind.Link, Required: false } && Without(text, words) is not null:
                    record[field] = null;
                    any = true;
                    break;
                case ContactPoint[] points when points.Any(point => Without(point.Value, words) is not null):
                    record[field] = points.Where(point => Without(point.Value, words) is null).ToArray() is { Length: > 0 } left ? left : null;
                    any = true;
                    break;
                case string[] items when items.Any(item => Without(item, words) is not null):
                    record[field] = items.Where(item => Without(item, words) is null).ToArray() is { Length: > 0 } rest ? rest : null;
                    any = true;
                    break;
            }
        }

        foreach (var named in record.Type.Fields.Where(field => field.SortColumn is not null && record.Changed(field.Name)))
        {
            record[record.Type.Fields.First(field => field.Column == named.SortColumn)] = record[named] is string { Length: > 0 } name ? Language.Pinyin.SortKey(name, named.Search == SearchAs.PersonName) : null;
        }

        return any;
    }

    /// <summary>The text with the words blotted out; null when none stands in it.</summary>
    public static string? Without(string text, IReadOnlyList<string> words)
    {
        var cleaned = text;
        foreach (var word in words)
        {
            cleaned = cleaned.Replace(word, Blot, StringComparison.OrdinalIgnoreCase).Replace(JsonEncodedText.Encode(word).ToString(), Blot, StringComparison.OrdinalIgnoreCase);
        }

        return cleaned == text ? null : cleaned;
    }

    /// <summary>Empties every text of the record and its references to what goes.</summary>
    public void Empty(Record record)
    {
        foreach (var field in record.Type.Fields.Where(field => !field.System && !field.IsComputed && !field.Internal))
        {
            if (field.Kind == FieldKind.Reference)
            {
                if (record[field] is Guid target && Removed.Any(gone => gone.Id == target))
                {
                    record[field] = null;
                }
            }
            else if (field.IsText || field.IsJson)
            {
                record[field] = field.Required ? Blot : null;
            }
        }
    }
}
