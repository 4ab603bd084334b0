using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>Takes a conversion back: what it made goes into the recycle bin and the lead is open again. Only while nothing was built upon it.</summary>
public static class UndoConversion
{
    /// <exception cref="RefusedException">The lead is not converted, somebody else converted it and the actor may not delete what came of it, or something of what was made has been changed or used since.</exception>
    public static async Task<Record> RunAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var lead = (Lead)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["leads"], id, Verb.Edit, context.Now, cancel: cancel);
        if (lead.Text("state") != "converted" || await PartsAsync(context, id, cancel) is not { } known)
        {
            throw new RefusedException(Refusal.Breaks("lead-not-converted", ("这条线索没有转化", "This lead is not converted")));
        }

        var (by, parts) = known;
        var made = new List<Record>();
        foreach (var part in parts.Made)
        {
            made.Add(await UntouchedAsync(context, part, cancel));
            if (by != context.ActorId && !await RecordStore.ExistsAsync(context.Session, context.Actor, made[^1].Type, part.Id, Verb.Delete, context.Now, cancel: cancel))
            {
                // What one did oneself is taken back; what a colleague made is deleted by those who may delete it.
                throw new RefusedException(Refusal.Forbidden(("这是别人做的转化：撤销会删除转化得到的客户、联系人和商机，你没有删除它们的权限", "Somebody else converted it: taking that back deletes the customer, contact and deal it made, which you may not delete")));
            }
        }

        await FreeAsync(context, id, parts, made, cancel);
        foreach (var moved in parts.Moved)
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["activities"], moved, cancel) is { } activity)
            {
                (activity["deal"], activity["contact"], activity["customer"]) = (null, null, null);
                await context.UpdateAsync(activity, "unconvert", cancel);
            }
        }

        foreach (var file in parts.Files)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE attachment SET deleted_at = {context.Now} WHERE id = {file}"), cancel);
        }

        // A customer that was made takes all the rest along.
        var whole = made.Where(record => record.Type.Name == "customers").ToList();
        foreach (var record in whole.Count > 0 ? whole : made)
        {
            if (await RecordStore.FindAsync(context.Session, record.Type, record.Id, cancel) is { } current)
            {
                await context.SetDeletedAsync(current, deleted: true, cancel);
            }
        }

        lead.Converting = true;
        (lead["state"], lead["convertedAt"], lead["customer"], lead["contact"], lead["deal"]) = (parts.State == "new" ? "working" : parts.State, null, null, null, null);
        await context.UpdateAsync(lead, "unconvert", cancel);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE lead_conversion SET undone_at = {context.Now} WHERE lead_id = {id} AND undone_at IS NULL"), cancel);
        return lead;
    }

    private static async Task<Tuple<Guid?, ConversionParts>?> PartsAsync(SaveContext context, Guid lead, CancellationToken cancel) =>
        await context.Session.FirstAsync(Sql.Of($"SELECT by_id, parts FROM lead_conversion WHERE lead_id = {lead} AND undone_at IS NULL ORDER BY number DESC LIMIT 1"), row => Tuple.Create(row.OptionalId(0), JsonSerializer.Deserialize<ConversionParts>(row.Text(1))!), cancel);

    private static async Task<Record> UntouchedAsync(SaveContext context, ConversionPart part, CancellationToken cancel)
    {
        var record = await RecordStore.FindAsync(context.Session, context.Schema[part.Type], part.Id, cancel);
        var there = record is not null && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM {new SqlName(record.Type.Table)} WHERE id = {part.Id} AND deleted_at IS NULL"), cancel) > 0;
        return there && record!.Version == part.Version ? record : throw Used(context.Schema[part.Type], record);
    }

    /// <summary>Nobody else refers to what was made: no further activity, quote, order, contact, file.</summary>
    private static async Task FreeAsync(SaveContext context, Guid lead, ConversionParts parts, List<Record> made, CancellationToken cancel)
    {
        Guid[] own = [lead, .. parts.Moved, .. parts.Made.Select(part => part.Id)];
        foreach (var record in made)
        {
            foreach (var (type, field) in MergeMoves.References(context.Schema, record.Type).Where(item => !item.Field.Custom && !item.Type.IsInMemory))
            {
                if (await context.Session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {type.Table} t WHERE t.{field.Column} = ").Value(record.Id).Append(" AND t.deleted_at IS NULL AND t.id NOT IN ").List(own), cancel) > 0)
                {
                    throw Used(type, null);
                }
            }

            if (await context.Session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM attachment WHERE record_id = ").Value(record.Id).Append(" AND deleted_at IS NULL AND id NOT IN ").List(parts.Files.Append(Guid.Empty)), cancel) > 0)
            {
                throw Used(record.Type, record);
            }
        }
    }

    private static RefusedException Used(RecordType type, Record? record) => new(Refusal.Breaks("conversion-used", record is null
        ? new Label($"转化之后已有新的{type.Label.ZhHans}，不能再撤销", $"There are {type.Label.En.ToLowerInvariant()} since the conversion, so it cannot be taken back")
        : new Label($"转化得到的{type.SingularLabel.ZhHans}“{record.Title}”已被修改或删除，不能再撤销", $"The {type.SingularLabel.En.ToLowerInvariant()} “{record.Title}” was changed or deleted since the conversion, so it cannot be taken back")));
}
