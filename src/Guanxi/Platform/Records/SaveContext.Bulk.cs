using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Records;

/// <summary>A rule asked for the database where there is none yet.</summary>
public sealed class SessionNeededException() : InvalidOperationException("This rule reads the database; it runs inside the transaction only.");

/// <summary>A new record and all that can be made of it before its transaction begins: checked values, search terms, and its ledger line with the hash of what it says.</summary>
public sealed record PreparedInsert(Record Record, string? Terms, LedgerEntry Entry);

public sealed partial class SaveContext
{
    /// <summary>A context that prepares records ahead of their transaction, on another thread; it has no database.</summary>
    public static SaveContext Detached(Actor actor, TimeProvider clock, Dialect dialect) => new(null, actor, clock, new HashSet<string>()) { detachedDialect = dialect };

    private Dialect? detachedDialect;

    /// <summary>Makes everything of a new record that needs no transaction, by the same rules as <see cref="InsertAsync"/>.</summary>
    /// <exception cref="SessionNeededException">A rule of the noun reads the database and the context is detached.</exception>
    /// <exception cref="RefusedException">The record breaks a rule.</exception>
    public async ValueTask<PreparedInsert> PrepareInsertAsync(Record record)
    {
        Begin(record);
        await record.PrepareAsync(this);
        RecordChecks.Require(record);
        Actor.Directory.Blocked.Check(this, record);
        var entry = new LedgerEntry(Now, ActorId, Actor.Surface, "create", record.Type.Name, record.Id, Actor.Batch, ChangesJson(record));
        return new PreparedInsert(record, SearchIndex.TermsText(record, detachedDialect ?? Session.Dialect), entry.Sealed(RandomNumberGenerator.GetBytes(16)));
    }

    /// <summary>Adds prepared records of one type, in their order and without announcing each.</summary>
    public async Task InsertManyAsync(RecordType type, IReadOnlyList<PreparedInsert> records, CancellationToken cancel = default)
    {
        if (records.Count == 0)
        {
            return;
        }

        var sqlite = Session.Dialect.IsSqlite;
        var withTerms = !sqlite && type.HasSearch;
        var stored = type.Fields.Where(field => !field.Custom && !field.IsComputed).ToArray();
        string[] columns = [.. stored.SelectMany(FieldStorage.Columns), "custom", .. withTerms ? new[] { "search" } : []];
        var custom = type.Fields.Any(field => field.Custom && !field.IsComputed);
        var terms = await SearchIndex.WithGranteesAsync(Session, type, records, cancel);
        foreach (var (record, _, _) in records)
        {
            // Prepared a moment earlier; the row says the same time as its ledger line.
            record.CreatedAt = record.CreatedAt == record.UpdatedAt ? Now : record.CreatedAt;
            record.UpdatedAt = Now;
        }

        await BulkInsert.RunAsync(Session, type.Table, columns, Fill, records.Count, sqlite ? (i, row) => records[i].Record.Sequence = row : null, cancel);
        await SearchIndex.InsertManyAsync(Session, type, [.. records.Select(item => item.Record.Sequence)], terms, cancel);
        foreach (var prepared in records)
        {
            entries.Add(prepared.Entry with { At = Now });
            await prepared.Record.SavedAsync(this);
            prepared.Record.MarkStored();
        }

        void Fill(int at, object?[] values)
        {
            var record = records[at].Record;
            var next = 0;
            foreach (var field in stored)
            {
                FieldStorage.Fill(field, record[field], values, ref next);
            }

            values[next++] = custom ? FieldStorage.CustomJson(record) : null;
            if (withTerms)
            {
                values[next] = terms[at];
            }
        }
    }

    private void Begin(Record record)
    {
        if (record.Id == Guid.Empty)
        {
            record.Id = Guid.CreateVersion7(Now);
        }

        record.Version = 1;
        if (record["createdAt"] is null)
        {
            record.CreatedAt = Now;
        }

        record.CreatedBy ??= ActorId;
        record.UpdatedAt = Now;
        record.UpdatedBy = ActorId;
    }
}
