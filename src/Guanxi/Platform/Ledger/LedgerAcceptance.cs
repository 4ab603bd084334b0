using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Takes rows as they are into the ledger, with the reason, when they were changed behind the program's back for a good cause, as a repair by hand.
/// Nothing is hidden: each gets an entry that says what the ledger had and what the row holds, and the history of the record shows it.
/// </summary>
public static class LedgerAcceptance
{
    public const string Action = "accept";
    public const string ActionForMissing = "accept-missing";

    /// <summary>Accepts every row that is not what the ledger says; answers how many.</summary>
    public static async Task<int> RunAsync(Workspace workspace, Actor actor, string reason, CancellationToken cancel = default)
    {
        var accepted = new HashSet<(string, Guid)>();
        while (true)
        {
            var wrong = new List<LedgerFinding>();
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                var report = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(workspace.Now, Schema: workspace.Schema), cancel);
                wrong.AddRange(report.Findings.Where(finding => finding is { Kind: "row" or "row-missing" or "row-unknown", Record: not null } && accepted.Add((finding.Type!, finding.Record.Value))));
            }

            if (wrong.Count == 0)
            {
                return accepted.Count;
            }

            await workspace.WriteAsync(
                actor,
                async context =>
                {
                    foreach (var finding in wrong)
                    {
                        await AcceptAsync(context, context.Schema[finding.Type!], finding.Record!.Value, reason, cancel);
                    }
                },
                cancel: cancel);
        }
    }

    private static async Task AcceptAsync(SaveContext context, RecordType type, Guid id, string reason, CancellationToken cancel)
    {
        if (await RecordStore.FindAsync(context.Session, type, id, cancel) is not { } record)
        {
            context.Note(ActionForMissing, type.Name, id, JsonSerializer.Serialize(new { reason }));
            return;
        }

        var account = new RowAccount(type);
        var entries = await context.Session.ListAsync(
            Sql.Of($"SELECT seq, at, actor_id, action, changes, salt FROM ledger WHERE record_type = {type.Name} AND record_id = {id} ORDER BY seq"),
            row => (Sequence: row.Integer(0), At: row.Instant(1), Actor: row.OptionalId(2), Action: row.Text(3), Changes: row.OptionalText(4), Erased: row.IsNull(5)), cancel);
        foreach (var entry in entries)
        {
            account.Take(entry.Sequence, entry.At, entry.Actor, entry.Action, entry.Changes, entry.Erased);
        }

        var deleted = await context.Session.FirstAsync(new Sql().Append($"SELECT deleted_at FROM {type.Table} WHERE id = ").Value(id), row => row.OptionalInstant(0), cancel);
        context.Note(Action, type.Name, id, ChangesJson(record, account, deleted, reason));
    }

    private static string ChangesJson(Record record, RowAccount account, DateTimeOffset? deleted, string reason)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in record.Type.Fields.Where(field => !field.IsComputed && field.Ordinal > 0 && !Record.ValueEquals(account[field], record[field])))
            {
                writer.WriteStartArray(field.Name);
                FieldStorage.WriteStored(writer, field, account[field]);
                FieldStorage.WriteStored(writer, field, record[field]);
                writer.WriteEndArray();
            }

            writer.WriteStartArray(RowAccount.DeletedAt);
            WriteInstant(writer, account.Deleted);
            WriteInstant(writer, deleted);
            writer.WriteEndArray();
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteInstant(Utf8JsonWriter writer, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            writer.WriteNumberValue(known.ToUnixTimeMilliseconds());
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
