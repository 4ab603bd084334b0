using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Brings in the second part of rows that hold two nouns: a contact with its customer. The same name at the same customer is the same person.</summary>
internal sealed class BesideWriter(ImportPlan root, ImportPlan plan, bool dryRun)
{
    private readonly Field parent = plan.Type[plan.Type.ParentField!];
    private readonly Field title = plan.Type[plan.Type.TitleField];

    /// <summary>Whom a dry run would have made.</summary>
    private readonly HashSet<UInt128> made = [];

    /// <param name="rows">Rows whose first part is done; each knows the record its second part belongs to.</param>
    public async Task WriteAsync(SaveContext context, IReadOnlyList<ParsedRow> rows, ImportCounts counts, CancellationToken cancel)
    {
        var known = await KnownAsync(context, [.. rows.Select(row => row.Root).OfType<Guid>().Distinct()], cancel);
        var inserts = new List<PreparedInsert>();
        foreach (var row in rows)
        {
            var name = row.Beside!.Values.Find(item => item.Field == title).Value as string;
            if (name is not null && row.Root is { } of && known.TryGetValue((of, Key(name)), out var there))
            {
                if (root.Updates && there is not null)
                {
                    await ChangeAsync(context, row, there.Value, counts, cancel);
                }
            }
            else if (root.Creates && !(dryRun && name is not null && !made.Add(Digests.Of($"{row.Root} {Key(name)}"))))
            {
                await CreateAsync(context, row, inserts, counts);
                if (name is not null && row.Root is { } at)
                {
                    known[(at, Key(name))] = null;
                }
            }
        }

        if (!dryRun)
        {
            await context.InsertManyAsync(plan.Type, inserts, cancel);
        }
    }

    private static string Key(string name) => Language.Script.Normalize(name).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Who is at these records already.</summary>
    private async Task<Dictionary<(Guid Root, string Name), Guid?>> KnownAsync(SaveContext context, List<Guid> roots, CancellationToken cancel)
    {
        var known = new Dictionary<(Guid, string), Guid?>();
        if (roots.Count == 0)
        {
            return known;
        }

        var found = await context.Session.ListAsync(
            new Sql().Append($"SELECT t.{parent.Column}, t.{title.Column}, t.id FROM {plan.Type.Table} t WHERE t.deleted_at IS NULL AND t.{parent.Column} IN ").List(Padding.Pad(roots)).Append(" ORDER BY t.seq"),
            row => (Root: row.Id(0), Name: row.OptionalText(1) ?? "", Id: row.Id(2)),
            cancel);
        foreach (var item in found)
        {
            known.TryAdd((item.Root, Key(item.Name)), item.Id);
        }

        return known;
    }

    private async Task CreateAsync(SaveContext context, ParsedRow row, List<PreparedInsert> inserts, ImportCounts counts)
    {
        var record = plan.Type.Create(plan.Type);
        record[parent] = row.Root;
        if (row.Root is null && plan.Type.Find("owner") is { Writable: true } owner)
        {
            record[owner] = plan.Owner;
        }

        foreach (var (field, value) in row.Beside!.Values)
        {
            record[field] = value;
        }

        try
        {
            inserts.Add(await context.PrepareInsertAsync(record));
            counts.BesideCreated++;
        }
        catch (RefusedException refused)
        {
            Fail(row, refused);
        }
    }

    private async Task ChangeAsync(SaveContext context, ParsedRow row, Guid id, ImportCounts counts, CancellationToken cancel)
    {
        try
        {
            var record = await RecordStore.LoadAsync(context.Session, plan.Actor, plan.Type, id, Verb.Edit, context.Now, cancel: cancel);
            foreach (var (field, value) in row.Beside!.Values)
            {
                if (!field.System && plan.MayChange(field, record))
                {
                    record[field] = value;
                }
            }

            counts.BesideUpdated += (dryRun ? await ChunkWriter.WouldChangeAsync(record, context) : await context.UpdateAsync(record, cancel: cancel)) ? 1 : 0;
        }
        catch (RefusedException refused)
        {
            Fail(row, refused);
        }
    }

    /// <summary>The first part is in by now; the reason says so.</summary>
    private void Fail(ParsedRow row, RefusedException refused)
    {
        var part = new ParsedRow(new Formats.ImportRow(row.Number, []));
        part.Fail(refused.Refusal, plan);
        row.Fail(row.Root is null ? new Label(part.Error!, part.Error!) : ImportRefusals.BesideLeftOut(plan.Type, new Label(part.Error!, part.Error!)), null, plan.Actor.Language);
    }
}
