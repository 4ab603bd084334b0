using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Merging;

/// <summary>Moves what refers to one record to another: every reference field that says so, found from the model, and what is no record but belongs to one.</summary>
public static class MergeMoves
{
    public const string Action = "merge";
    public const string UndoAction = "unmerge";

    /// <summary>Tables that belong to a record by its type and id and move with it, with the columns that must stay unique for a record.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Beside = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["attachment"] = null,
        ["notification"] = null,
        ["access_grant"] = "COALESCE(o.user_id, o.team_id) = COALESCE(m.user_id, m.team_id)",
        ["follow"] = "o.user_id = m.user_id",
        ["approval"] = "o.kind = m.kind AND o.item = m.item AND o.state IN ('waiting', 'returned') AND m.state IN ('waiting', 'returned')",
    };

    /// <summary>Tables that name a record and stay as they are, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> Staying = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ledger"] = "says what happened to which record, for ever",
        ["erasure"] = "says who was erased",
        ["read_record"] = "says who read which record",
        ["source_value"] = "moves with what Customers knows of it (SourceMoves)",
        ["customer_value"] = "reckoned anew each night, from orders that have moved",
        ["credit_figure"] = "reckoned anew each night, from what has moved",
        ["customer_turn"] = "says only whose turn it is to write",
        ["customer_value_month"] = "says how each stood at the time",
        ["deal_score"] = "reckoned anew each night",
        ["lead_score"] = "reckoned anew each night",
        ["customer_score"] = "reckoned anew each night",
        ["retention_member"] = "says whom chance chose to be called and whom not",
    };

    /// <summary>The reference fields that point to a noun, those of custom fields apart.</summary>
    public static IEnumerable<(RecordType Type, Field Field)> References(Schema schema, RecordType to) =>
        schema.Types.SelectMany(type => type.Fields.Where(field => field is { Kind: FieldKind.Reference, IsComputed: false } && field.Reference == to.Name).Select(field => (type, field)));

    /// <summary>How many records of each noun refer to one; what a merge would move.</summary>
    public static async Task<IReadOnlyList<(RecordType Type, long Count)>> CountAsync(DatabaseSession session, Schema schema, RecordType to, Guid id, CancellationToken cancel = default)
    {
        var counts = new List<(RecordType, long)>();
        foreach (var group in References(schema, to).Where(item => !item.Field.Custom).GroupBy(item => item.Type))
        {
            var sql = new Sql().Append($"SELECT COUNT(*) FROM {group.Key.Table} t WHERE t.deleted_at IS NULL AND (1 = 0");
            foreach (var (_, field) in group)
            {
                sql.Append($" OR t.{field.Column} = ").Value(id);
            }

            if (await session.ScalarAsync<long>(sql.Append(")"), cancel) is > 0 and var count)
            {
                counts.Add((group.Key, count));
            }
        }

        return counts;
    }

    /// <summary>Everything that refers to <paramref name="from"/> refers to <paramref name="to"/> afterwards.</summary>
    public static async Task MoveAsync(SaveContext context, RecordType type, Guid from, Guid to, Guid merge, CancellationToken cancel)
    {
        foreach (var (other, field) in References(context.Schema, type))
        {
            if (field.Custom)
            {
                await MoveCustomAsync(context, other, field, from, to, cancel);
                continue;
            }

            await context.SweepAsync(other, field.Name, to, Sql.Of($"{new SqlName(field.Column)} = {from} AND id <> {to}"), Action, cancel);
        }

        foreach (var pair in References(context.Schema, type).Where(item => item.Field.WhenMerged == WhenMerged.MoveOrDrop).GroupBy(item => item.Type))
        {
            var columns = pair.Select(item => item.Field.Column).ToList();
            for (var i = 1; i < columns.Count; i++)
            {
                await context.SweepDeletedAsync(pair.Key, context.Now, Sql.Of($"{new SqlName(columns[0])} = {to} AND {new SqlName(columns[i])} = {to} AND deleted_at IS NULL"), cancel);
            }
        }

        foreach (var (table, twin) in Beside)
        {
            await MoveBesideAsync(context, type, table, twin, from, to, merge, cancel);
        }
    }

    /// <summary>A share or a follower that the other record has too stays where it is, without effect, and is there again after an undo.</summary>
    private static async Task MoveBesideAsync(SaveContext context, RecordType type, string table, string? twin, Guid from, Guid to, Guid merge, CancellationToken cancel)
    {
        var (name, key) = (new SqlName(table), new SqlName(table == "follow" ? "user_id" : "id"));
        var free = twin is null ? new Sql() : Sql.Of($" AND NOT EXISTS (SELECT 1 FROM {name} o WHERE o.record_id = {to} AND {new SqlName(twin)})");
        var rows = await context.Session.ListAsync(Sql.Of($"SELECT m.{key} FROM {name} m WHERE m.record_type = {type.Name} AND m.record_id = {from}").Append(free), row => row.Id(0), cancel);
        foreach (var row in rows)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE {name} SET record_id = {to} WHERE record_id = {from} AND {key} = {row}"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO record_merge_row (merge_id, place, row_id) VALUES ({merge}, {table}, {row})"), cancel);
        }
    }

    /// <summary>What was moved beside the records goes back, unless somebody has moved or removed it since.</summary>
    public static async Task MoveBesideBackAsync(SaveContext context, Guid merge, Guid survivor, Guid loser, CancellationToken cancel)
    {
        var rows = await context.Session.ListAsync(Sql.Of($"SELECT place, row_id FROM record_merge_row WHERE merge_id = {merge}"), row => (Place: row.Text(0), Row: row.Id(1)), cancel);
        foreach (var (place, row) in rows)
        {
            if (place == "different")
            {
                continue;
            }

            if (place == "granted")
            {
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM access_grant WHERE id = {row} AND record_id = {survivor}"), cancel);
                continue;
            }

            var (name, key) = (new SqlName(place), new SqlName(place == "follow" ? "user_id" : "id"));
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE {name} SET record_id = {loser} WHERE record_id = {survivor} AND {key} = {row}"), cancel);
        }
    }

    /// <summary>
    /// A value put back may point to a record that was merged away meanwhile: it follows, as a part of that merge, so that its undo brings it back too.
    /// </summary>
    public static async Task CatchUpAsync(SaveContext context, RecordType type, Field field, object? value, IReadOnlyList<Guid> records, CancellationToken cancel)
    {
        if (field.WhenMerged is null || value is not Guid at || records.Count == 0)
        {
            return;
        }

        var batch = context.Batch;
        while (await context.Session.FirstAsync(Sql.Of($"SELECT id, survivor_id FROM record_merge WHERE loser_id = {at} AND undone_at IS NULL"), row => ((Guid, Guid)?)(row.Id(0), row.Id(1)), cancel) is ({ } merge, { } survivor))
        {
            context.Batch = merge;
            await context.SweepAsync(type, field.Name, survivor, new Sql().Append($"{field.Column} = ").Value(at).Append(" AND id <> ").Value(survivor).Append(" AND id IN ").List(records), Action, cancel);
            at = survivor;
        }

        context.Batch = batch;
    }

    /// <summary>Groups changed since may make a ring of what an undo puts back; whoever would then stand above himself stands at the top.</summary>
    public static async Task BreakRingsAsync(SaveContext context, RecordType type, IReadOnlyList<Guid> records, CancellationToken cancel)
    {
        foreach (var field in type.Fields.Where(field => field is { Kind: FieldKind.Reference, Custom: false, IsComputed: false } && field.Reference == type.Name))
        {
            var (table, column) = (new SqlName(type.Table), new SqlName(field.Column));
            foreach (var id in records.Distinct())
            {
                var at = (Guid?)id;
                for (var steps = 0; steps < 200 && at is not null; steps++)
                {
                    at = await context.Session.FirstAsync(Sql.Of($"SELECT {column} FROM {table} WHERE id = {at}"), row => row.OptionalId(0), cancel);
                    if (at == id)
                    {
                        await context.SweepAsync(type, field.Name, null, Sql.Of($"id = {id}"), UndoAction, cancel);
                        break;
                    }
                }
            }
        }
    }

    /// <summary>A reference in an administrator's own field stands in the row's JSON; those rows are written one by one.</summary>
    private static async Task MoveCustomAsync(SaveContext context, RecordType other, Field field, Guid from, Guid to, CancellationToken cancel)
    {
        var found = await context.Session.ListAsync(
            new Sql().Append($"SELECT t.id FROM {other.Table} t WHERE t.deleted_at IS NULL AND {context.Session.Dialect.JsonText("t.custom", field.Name)} = ").Value(from.ToString()), row => row.Id(0), cancel);
        foreach (var id in found)
        {
            if (await RecordStore.FindAsync(context.Session, other, id, cancel) is { } record)
            {
                record[field] = id == to ? null : to;
                await context.RestoreAsync(record, Action, cancel);
            }
        }
    }
}
