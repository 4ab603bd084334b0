using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Live;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Records;

/// <summary>One unit of work: rows, search terms and ledger entries that are committed together or not at all.</summary>
public sealed partial class SaveContext(DatabaseSession? session, Actor actor, TimeProvider clock, IReadOnlySet<string> confirmed)
{
    private readonly List<LedgerEntry> entries = [];
    private readonly List<LiveEvent> events = [];

    /// <exception cref="SessionNeededException">The context only prepares records and has no database.</exception>
    public DatabaseSession Session => session ?? throw new SessionNeededException();

    public Actor Actor { get; } = actor;

    /// <summary>Who is named as the author; nobody when the program acts for itself.</summary>
    public Guid? ActorId => Actor.IsSystem ? null : Actor.Id;

    public Schema Schema => Actor.Schema;

    public DateTimeOffset Now { get; } = DateText.Truncate(clock.GetUtcNow());

    /// <summary>The act that the ledger lines belong to, when it is not the actor's import.</summary>
    public Guid? Batch { get; set; } = actor.Batch;

    /// <summary>How many records owners have while a whole file comes in, counted once and kept; null when each is counted for itself.</summary>
    public Dictionary<Guid, long>? Held { get; set; }

    /// <summary>People, teams, roles or rights changed: everyone reloads them.</summary>
    public bool DirectoryChanged { get; set; }

    public bool SchemaChanged { get; set; }

    /// <summary>Sessions, tokens or the sign-in policy changed: every process asks the database again.</summary>
    public bool SessionsChanged { get; set; }

    /// <summary>Refuses a dangerous act by somebody at the page who has not just proved who it is.</summary>
    public void DemandProof() => StepUp.Demand(Actor, Now);

    internal IReadOnlyList<LiveEvent> Events => events;

    /// <summary>The ledger lines this unit of work wrote; empty when the first is behind the last.</summary>
    internal long FirstSequence { get; private set; } = 1;

    internal long LastSequence { get; private set; }

    /// <summary>Whether a person has said yes to a warning beforehand.</summary>
    public bool IsConfirmed(string key) => confirmed.Contains(key);

    /// <summary>Whether a person said yes to a warning; otherwise the save is refused with what there is to confirm.</summary>
    public void Confirm(string key, string field, Label warning)
    {
        if (!confirmed.Contains(key) && Actor.Surface is not ("import" or "system"))
        {
            throw new RefusedException(Refusal.NeedsConfirmation(key, field, warning));
        }
    }

    public void Announce(LiveEvent what) => events.Add(what);

    /// <summary>Puts a fact into the ledger that is no change of a record: a sign-in, an export.</summary>
    public void Note(string action, string? type = null, Guid? id = null, string? changes = null) =>
        entries.Add(new LedgerEntry(Now, ActorId, Actor.Surface, action, type, id, Batch, changes));

    /// <summary>A fact about somebody who does not write himself, under a batch of its own.</summary>
    internal void NoteFor(Guid person, string surface, string action, string type, Guid batch, string changes) =>
        entries.Add(new LedgerEntry(Now, person, surface, action, type, null, batch, changes));

    public async Task InsertAsync(Record record, CancellationToken cancel = default)
    {
        Begin(record);
        await PrepareAsync(record, cancel);
        RecordChecks.Require(record);
        Actor.Directory.Blocked.Check(this, record);
        var changes = ChangesJson(record);
        await Session.ExecuteAsync(RecordSql.Insert(record, Session.Dialect), cancel);
        await SearchIndex.InsertedAsync(Session, record, cancel);
        Note("create", record.Type.Name, record.Id, changes);
        Announce(new LiveEvent(record.Type.Name, record.Id, record.Version, "create", Actor.Id));
        await record.SavedAsync(this);
        await Followers.TellAsync(this, record, created: true);
        record.MarkStored();
    }

    /// <summary>Writes what changed; refused when somebody else has written since the record was loaded.</summary>
    public async Task<bool> UpdateAsync(Record record, string action = "update", CancellationToken cancel = default)
    {
        await PrepareAsync(record, cancel);
        RecordChecks.Require(record);
        return await WriteAsync(record, action, cancel);
    }

    /// <summary>What follows from the values; references first follow a merge that is under way, and once more those that only followed from others.</summary>
    private async ValueTask PrepareAsync(Record record, CancellationToken cancel)
    {
        await MergeHold.FollowAsync(this, record, cancel);
        await record.PrepareAsync(this);
        if (await MergeHold.FollowAsync(this, record, cancel))
        {
            await record.PrepareAsync(this);
        }
    }

    /// <summary>Puts old values back exactly as they were, without deriving anything anew.</summary>
    public Task<bool> RestoreAsync(Record record, string action, CancellationToken cancel = default) => WriteAsync(record, action, cancel);

    /// <summary>Writes a row whose texts were taken out, without saying in the ledger what they were.</summary>
    internal Task<bool> ForgetAsync(Record record, CancellationToken cancel = default) => WriteAsync(record, "update", cancel, forget: true);

    private async Task<bool> WriteAsync(Record record, string action, CancellationToken cancel, bool forget = false)
    {
        var changed = record.Changes().ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        var changes = ChangesJson(record, forget);
        var before = record.Version;
        record.Version = before + 1;
        record.UpdatedAt = Now;
        record.UpdatedBy = ActorId;
        if (await Session.ExecuteAsync(RecordSql.Update(record, changed, before, Session.Dialect), cancel) == 0)
        {
            throw new RefusedException(RecordRefusals.Conflict);
        }

        await SearchIndex.UpdatedAsync(Session, record, changed, cancel);
        if (record.Type.Access == AccessKind.Owned && changed.Find(change => change.Field.Name == "owner") is { Field: not null } owner && await Grants.EndOfOwnersAsync(this, record, (Guid?)owner.Old, cancel))
        {
            await SearchIndex.RefreshAsync(Session, Schema, record.Type, record.Id, cancel);
        }

        Note(action, record.Type.Name, record.Id, changes);
        Announce(new LiveEvent(record.Type.Name, record.Id, record.Version, action, Actor.Id));
        if (!forget)
        {
            await record.SavedAsync(this);
            await Followers.TellAsync(this, record, created: false);
        }

        record.MarkStored();
        return true;
    }

    /// <summary>Into the recycle bin, or out of it.</summary>
    public async Task SetDeletedAsync(Record record, bool deleted, CancellationToken cancel = default)
    {
        var at = deleted ? Now : (DateTimeOffset?)null;
        var table = new SqlName(record.Type.Table);
        var before = record.Version;
        record.Version = before + 1;
        var wasDeleted = await Session.FirstAsync(Sql.Of($"SELECT deleted_at FROM {table} WHERE id = {record.Id}"), row => row.OptionalInstant(0), cancel);
        if (await Session.ExecuteAsync(Sql.Of($"UPDATE {table} SET deleted_at = {at}, version = {record.Version}, updated_at = {Now}, updated_by = {ActorId} WHERE id = {record.Id} AND version = {before}"), cancel) == 0)
        {
            throw new RefusedException(RecordRefusals.Conflict);
        }

        await record.DeletedAsync(this, at, wasDeleted);
        Note(deleted ? "delete" : "restore", record.Type.Name, record.Id);
        Announce(new LiveEvent(record.Type.Name, record.Id, record.Version, deleted ? "delete" : "restore", Actor.Id));
        if (record.Type.Access is AccessKind.Directory or AccessKind.Administration)
        {
            DirectoryChanged = true;
        }
    }

    /// <summary>The ledger comes last, so that its head is locked for the shortest time.</summary>
    internal async Task FinishAsync(CancellationToken cancel)
    {
        if (DirectoryChanged)
        {
            await Session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'directory'"), cancel);
        }

        if (SchemaChanged)
        {
            await Session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'schema'"), cancel);
        }

        if (SessionsChanged)
        {
            await Session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'sessions'"), cancel);
        }

        LastSequence = await LedgerBook.AppendAsync(Session, entries, cancel);
        FirstSequence = LastSequence - entries.Count + 1;
    }

    /// <summary>{"field":[old,new],…}; sensitive or not, the ledger keeps it, and who reads the history sees only what the field rights allow.</summary>
    private string ChangesJson(Record record, bool forget = false)
    {
        var (buffer, writer) = changesWriter ??= NewChangesWriter();
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        foreach (var change in record.Changes())
        {
            writer.WriteStartArray(change.Field.Name);
            FieldStorage.WriteStored(writer, change.Field, forget ? null : change.Old);
            FieldStorage.WriteStored(writer, change.Field, change.New);
            writer.WriteEndArray();
        }

        // Time and author follow from the entry itself, unless a new record was given others.
        if (record.IsNew && record.CreatedAt != Now && record.CreatedAt != record.UpdatedAt)
        {
            writer.WriteStartArray("createdAt");
            writer.WriteNullValue();
            writer.WriteNumberValue(record.CreatedAt.ToUnixTimeMilliseconds());
            writer.WriteEndArray();
        }

        if (record.IsNew && record.CreatedBy != ActorId)
        {
            writer.WriteStartArray("createdBy");
            writer.WriteNullValue();
            FieldStorage.WriteStored(writer, record.Type["createdBy"], record.CreatedBy);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Ledger lines are made by the thousand; the writer is kept for the thread.</summary>
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? changesWriter;

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) NewChangesWriter()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }
}
