using Guanxi.Database;

namespace Guanxi.Platform.Records;

/// <summary>One field's old and new value.</summary>
public readonly record struct FieldChange(Field Field, object? Old, object? New);

/// <summary>
/// A record in hand: its values by field, and what they were when it was loaded. Nouns derive from it and put their verbs on it;
/// the platform reads and writes it through its description alone.
/// </summary>
public class Record
{
    private readonly object?[] values;
    private object?[]? stored;

    public Record(RecordType type)
    {
        Type = type;
        values = new object?[type.Fields.Count];
    }

    public RecordType Type { get; }

    public bool IsNew => stored is null;

    public Guid Id { get => (Guid)(values[0] ?? Guid.Empty); set => values[0] = value; }

    public long Version { get => (long)(values[1] ?? 0L); set => values[1] = value; }

    public DateTimeOffset CreatedAt { get => (DateTimeOffset)values[2]!; set => values[2] = value; }

    public Guid? CreatedBy { get => (Guid?)values[3]; set => values[3] = value; }

    public DateTimeOffset UpdatedAt { get => (DateTimeOffset)values[4]!; set => values[4] = value; }

    public Guid? UpdatedBy { get => (Guid?)values[5]; set => values[5] = value; }

    /// <summary>The row number inside its table; names the row in the search index.</summary>
    public long Sequence { get; set; }

    public object? this[Field field] { get => values[field.Ordinal]; set => values[field.Ordinal] = value; }

    public object? this[string field] { get => values[Type[field].Ordinal]; set => values[Type[field].Ordinal] = value; }

    public string? Text(string field) => (string?)this[field];

    public Guid? Reference(string field) => (Guid?)this[field];

    public DateTimeOffset? Instant(string field) => (DateTimeOffset?)this[field];

    public string Title => Type.Find(Type.TitleField) is { } title ? this[title] as string ?? "" : "";

    /// <summary>Whether its owner has it for himself for now.</summary>
    public virtual bool IsProtected => false;

    /// <summary>Whether its owner has sold to it.</summary>
    public virtual bool IsDealt => false;

    public Guid? OwnerId => Type.Find("owner") is { } owner ? (Guid?)this[owner] : null;

    /// <summary>What the value was when the record was loaded; null for a new one.</summary>
    public object? Before(Field field) => stored?[field.Ordinal];

    public bool Changed(string field) => !ValueEquals(values[Type[field].Ordinal], stored?[Type[field].Ordinal]);

    /// <summary>Says that the values now are those in the database.</summary>
    public void MarkStored() => stored = (object?[])values.Clone();

    /// <summary>Back to what is stored.</summary>
    public void Reset() => stored?.CopyTo(values, 0);

    /// <summary>What would be written: every field that differs from what is stored, the platform's own counters aside.</summary>
    public IEnumerable<FieldChange> Changes()
    {
        foreach (var field in Type.Fields)
        {
            if (field.System || field.IsComputed)
            {
                continue;
            }

            var old = stored?[field.Ordinal];
            var now = values[field.Ordinal];
            if (!ValueEquals(old, now))
            {
                yield return new FieldChange(field, old, now);
            }
        }
    }

    public static bool ValueEquals(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (string[] x, string[] y) => x.AsSpan().SequenceEqual(y),
        (ContactPoint[] x, ContactPoint[] y) => x.AsSpan().SequenceEqual(y),
        (null, string[] y) => y.Length == 0,
        (string[] x, null) => x.Length == 0,
        _ => Equals(a, b),
    };

    /// <summary>Fills in what follows from the values: keys, defaults, snapshots. Called before every save, whatever the surface.</summary>
    public virtual ValueTask PrepareAsync(SaveContext context) => ValueTask.CompletedTask;

    /// <summary>Takes what belongs to the record along into the recycle bin and out of it; <paramref name="before"/> is when it was deleted.</summary>
    public virtual ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) => ValueTask.CompletedTask;

    /// <summary>Does what it means for others that the record is gone for good, in the same transaction.</summary>
    public virtual ValueTask RemovedAsync(SaveContext context) => ValueTask.CompletedTask;

    /// <summary>Whether a value that is not the one the ledger says follows from other records or from the calendar all the same, as a date that moves on by itself.</summary>
    /// <param name="recorded">What the ledger says.</param>
    public virtual ValueTask<bool> AccountsForAsync(DatabaseSession session, Field field, object? recorded, DateTimeOffset now) => ValueTask.FromResult(false);

    /// <summary>Asked before what refers to the record is moved to or from another one, by a merge or its undo; answers what is to be done once it is moved.</summary>
    public virtual ValueTask<Func<ValueTask>?> MovingAsync(SaveContext context) => ValueTask.FromResult<Func<ValueTask>?>(null);

    /// <summary>Does what a saved record means for others, in the same transaction.</summary>
    public virtual ValueTask SavedAsync(SaveContext context) => ValueTask.CompletedTask;
}
