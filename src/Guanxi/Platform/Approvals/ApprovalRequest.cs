using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>A request as it stands.</summary>
/// <param name="Step">Place in the chain of the step whose turn it is.</param>
/// <param name="Round">How often it was submitted; it begins anew after being sent back.</param>
public sealed record ApprovalRequest(
    Guid Id, string Kind, string RecordType, Guid Record, string Item, string Title, string Reason, string? Causes, string Snapshot, ApprovalChain Chain, IReadOnlyDictionary<string, IReadOnlyList<Guid>> Chosen,
    ApprovalState State, int Step, int Round, Guid SubmittedBy, DateTimeOffset SubmittedAt, Guid? DecidedBy, DateTimeOffset? DecidedAt)
{
    private static readonly SqlName Columns = new("id, kind, record_type, record_id, item, title, reason, causes, snapshot, chain, chosen, state, step, round, submitted_by, submitted_at, decided_by, decided_at");

    public bool IsOpen => State is ApprovalState.Waiting or ApprovalState.Returned;

    public static string NameOf(ApprovalState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    /// <summary>The request; null when there is none.</summary>
    public static async ValueTask<ApprovalRequest?> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        (await session.ListAsync(Sql.Of($"SELECT {Columns} FROM approval WHERE id = {id}"), Read, cancel)).FirstOrDefault();

    /// <summary>The newest first.</summary>
    public static async ValueTask<IReadOnlyList<ApprovalRequest>> OfRecordAsync(DatabaseSession session, string type, Guid record, CancellationToken cancel = default) =>
        await session.ListAsync(Sql.Of($"SELECT {Columns} FROM approval WHERE record_id = {record} AND record_type = {type} ORDER BY submitted_at DESC, id DESC LIMIT 50"), Read, cancel);

    private static ApprovalRequest Read(Row row) => new(
        row.Id(0), row.Text(1), row.Text(2), row.Id(3), row.Text(4), row.Text(5), row.Text(6), row.OptionalText(7), row.Text(8), ApprovalChain.Read(row.Text(9)), ReadChosen(row.OptionalText(10)),
        Enum.Parse<ApprovalState>(row.Text(11), ignoreCase: true), (int)row.Integer(12), (int)row.Integer(13), row.Id(14), row.Instant(15), row.OptionalId(16), row.OptionalInstant(17));

    private static Dictionary<string, IReadOnlyList<Guid>> ReadChosen(string? json) => json is null ? [] : JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<Guid>>>(json) ?? [];
}

/// <summary>One person's turn to sign.</summary>
/// <param name="Place">Those with the lowest place of a step come first; those of one place at once.</param>
/// <param name="State">queued, waiting, approved, rejected, returned, same (his earlier word counts), passed (his time ran out), void (no longer needed).</param>
/// <param name="AddedBy">Who asked for this signer; null when the chain did.</param>
public sealed record ApprovalTurn(Guid Id, int Round, int Step, int Place, Guid Signer, string State, Guid? AddedBy, DateTimeOffset? DueAt, DateTimeOffset? DecidedAt, Guid? DecidedBy)
{
    public bool IsYes => State is "approved" or "same" or "passed";

    public bool IsOpen => State is "waiting" or "queued";

    /// <summary>All turns of a request, in their order.</summary>
    public static async ValueTask<List<ApprovalTurn>> OfAsync(DatabaseSession session, Guid approval, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT id, round, step, place, signer_id, state, added_by, due_at, decided_at, decided_by FROM approval_turn WHERE approval_id = {approval} ORDER BY round, step, place, created_at, id"),
        row => new ApprovalTurn(row.Id(0), (int)row.Integer(1), (int)row.Integer(2), (int)row.Integer(3), row.Id(4), row.Text(5), row.OptionalId(6), row.OptionalInstant(7), row.OptionalInstant(8), row.OptionalId(9)),
        cancel);
}
