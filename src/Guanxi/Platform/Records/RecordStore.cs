using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;

namespace Guanxi.Platform.Records;

/// <summary>Takes records out of the database in somebody's name: a stranger finds nothing, a reader may look, and only who holds the right may change.</summary>
public static class RecordStore
{
    /// <summary>The record, or a refusal: not found when the actor may not see it, forbidden when the verb is not granted.</summary>
    public static async Task<Record> LoadAsync(DatabaseSession session, Actor actor, RecordType type, Guid id, Verb verb, DateTimeOffset now, bool deleted = false, CancellationToken cancel = default)
    {
        var sql = new Sql().Append($"SELECT {RecordSql.Columns(type, "t")}, CASE WHEN ").Append(AccessDoor.For(actor, type, verb, now).Condition("t"))
            .Append($" THEN 1 ELSE 0 END FROM {type.Table} t WHERE t.id = ").Value(id).Append($" AND t.deleted_at IS {(deleted ? "NOT " : "")}NULL AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t"));
        await using var reader = await session.ReadAsync(sql, cancel);
        if (!await reader.ReadAsync(cancel))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var allowed = Convert.ToInt64(reader.GetValue(reader.FieldCount - 1)) == 1;
        if (!allowed)
        {
            throw new RefusedException(verb == Verb.Delete ? RecordRefusals.MayNotDelete : RecordRefusals.MayNotEdit);
        }

        return RecordSql.Read(type, reader, session.Dialect);
    }

    /// <summary>Fills in the fields that are computed from others.</summary>
    public static async Task ComputeAsync(DatabaseSession session, Record record, CancellationToken cancel = default)
    {
        var computed = record.Type.Fields.Where(field => field.IsComputed && !field.Retired).ToList();
        if (computed.Count == 0)
        {
            return;
        }

        var expressions = computed.SelectMany(field => field is { Kind: FieldKind.Money }
            ? new[] { Lists.FieldSql.Value(field, record.Type, "t", session.Dialect), Lists.FieldSql.Currency(field, "t", session.Dialect) }
            : [Lists.FieldSql.Value(field, record.Type, "t", session.Dialect)]);
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {string.Join(", ", expressions)} FROM {record.Type.Table} t WHERE t.id = ").Value(record.Id), cancel);
        if (await reader.ReadAsync(cancel))
        {
            var at = 0;
            foreach (var field in computed)
            {
                if (field.Beside is not null)
                {
                    record[field] = FieldStorage.Read(field, reader, session.Dialect, ref at);
                    continue;
                }

                record[field] = reader.IsDBNull(at) ? null : FieldStorage.Computed(reader.GetValue(at));
                at++;
            }
        }
    }

    /// <summary>The record whatever the rights; for rules inside the program.</summary>
    public static async Task<Record?> FindAsync(DatabaseSession session, RecordType type, Guid id, CancellationToken cancel = default)
    {
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE t.id = ").Value(id), cancel);
        return await reader.ReadAsync(cancel) ? RecordSql.Read(type, reader, session.Dialect) : null;
    }

    public static async Task<bool> ExistsAsync(DatabaseSession session, Actor actor, RecordType type, Guid id, Verb verb, DateTimeOffset now, bool deleted = false, CancellationToken cancel = default) =>
        await session.ScalarAsync<long>(
            new Sql().Append($"SELECT COUNT(*) FROM {type.Table} t WHERE t.id = ").Value(id).Append($" AND t.deleted_at IS {(deleted ? "NOT " : "")}NULL AND ").Append(AccessDoor.For(actor, type, verb, now).Condition("t")), cancel) > 0;

    /// <summary>Which of these the actor may still read.</summary>
    public static async Task<HashSet<Guid>> VisibleAsync(DatabaseSession session, Actor actor, RecordType type, IReadOnlyCollection<Guid> ids, DateTimeOffset now, CancellationToken cancel = default) => ids.Count == 0
        ? []
        : [.. await session.ListAsync(new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE t.id IN ").List(ids).Append(" AND t.deleted_at IS NULL AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t")), row => row.Id(0), cancel)];

    /// <summary>Puts the values of a request into the record: unknown, read-only and forbidden fields are refused, and references must point to something the actor sees.</summary>
    public static async Task FillAsync(DatabaseSession session, Actor actor, Record record, JsonElement values, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (values.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var errors = new FieldErrors();
        var type = record.Type;
        foreach (var property in values.EnumerateObject())
        {
            var field = type.Find(property.Name);
            var right = field is null ? FieldRight.Hidden : actor.On(type, field);
            if (field is null || field.Internal || field.Retired || right == FieldRight.Hidden)
            {
                errors.Add(property.Name, RecordRefusals.UnknownField(property.Name, Nearest.To(property.Name, actor.Knows(type).Where(known => known.Writable).Select(known => known.Name))));
                continue;
            }

            if (!field.Writable)
            {
                // A client may send back what it was given; only a different value is a mistake.
                if (field.Name is not ("id" or "version") && !field.System)
                {
                    errors.Add(property.Name, RecordRefusals.ReadOnlyField);
                }

                continue;
            }

            // Whoever is not to see what others have entered may still enter what he was told himself.
            if (right < FieldRight.Edit && !(record.IsNew && right == FieldRight.Masked))
            {
                errors.Add(property.Name, RecordRefusals.NoRightOnField);
                continue;
            }

            var value = FieldInput.Parse(field, property.Value, out var error);
            if (error is not null)
            {
                errors.Add(property.Name, error);
                continue;
            }

            if (field.Kind == FieldKind.Choice && value is string chosen && !Record.ValueEquals(chosen, record.Before(field)) && field.Choices.FirstOrDefault(choice => choice.Value == chosen) is { Retired: true })
            {
                errors.Add(property.Name, ("这个选项已停用", "This choice is retired"));
                continue;
            }

            if (field.Kind == FieldKind.Reference && value is Guid id && !Record.ValueEquals(id, record[field]) && !await SeesAsync(session, actor, field, id, now, cancel))
            {
                // The page may still show a record that was merged a moment ago: what is written about it goes to the one that stays.
                if (field.WhenMerged is not null && await Merging.RecordMerges.SurvivorAsync(session, id, cancel) is { } survivor && await SeesAsync(session, actor, field, survivor, now, cancel))
                {
                    record[field] = survivor;
                    continue;
                }

                errors.Add(property.Name, RecordRefusals.UnknownReference);
                continue;
            }

            record[field] = value;
        }

        errors.Throw();
    }

    public static async Task<bool> SeesAsync(DatabaseSession session, Actor actor, Field field, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        var target = actor.Schema[field.Reference!];
        return target.Name switch
        {
            "users" => actor.Directory.Person(id) is not null,
            "teams" => actor.Directory.Team(id) is not null,
            "roles" => actor.Directory.Role(id) is not null,
            _ => await ExistsAsync(session, actor, target, id, Verb.Read, now, cancel: cancel),
        };
    }

    /// <summary>Names of what the record's references point to, those the actor may see.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> TitlesAsync(DatabaseSession session, Actor actor, IEnumerable<Record> records, DateTimeOffset now, CancellationToken cancel = default)
    {
        var titles = new Dictionary<Guid, string>();
        var wanted = records.SelectMany(record => record.Type.Fields.Where(field => field.Kind == FieldKind.Reference && !field.Internal && record[field] is Guid)
            .Select(field => (Target: field.Reference!, Id: (Guid)record[field]!))).Distinct().GroupBy(item => item.Target);
        foreach (var group in wanted)
        {
            var target = actor.Schema[group.Key];
            if (target.IsInMemory)
            {
                continue;
            }

            var sql = new Sql().Append($"SELECT t.id, t.{target[target.TitleField].Column} FROM {target.Table} t WHERE t.id IN ").List(group.Select(item => item.Id))
                .Append(" AND t.deleted_at IS NULL AND ").Append(AccessDoor.For(actor, target, Verb.Read, now).Condition("t"));
            foreach (var (id, title) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1)), cancel))
            {
                titles[id] = title;
            }
        }

        return titles;
    }
}
