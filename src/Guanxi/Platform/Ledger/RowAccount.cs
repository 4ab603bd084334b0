using System.Text.Json;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>What the entries of one record, taken in their order, say the row is.</summary>
internal sealed class RowAccount(RecordType type)
{
    /// <summary>Words of entries that stand for the platform's own columns and are no fields of their own.</summary>
    public const string DeletedAt = "deletedAt";

    private readonly object?[] values = new object?[type.Fields.Count];
    private readonly bool[] unknown = new bool[type.Fields.Count];

    /// <summary>Whether any entry says that the record was made.</summary>
    public bool Made { get; private set; }

    /// <summary>Whether the record was removed for good and must have no row.</summary>
    public bool Removed { get; private set; }

    public DateTimeOffset? Deleted { get; private set; }

    /// <summary>The number of the last entry about the record.</summary>
    public long Last { get; private set; }

    /// <summary>Whether values were erased, so that the version cannot be counted.</summary>
    public bool Erased { get; private set; }

    public object? this[Field field] => values[field.Ordinal];

    /// <summary>Whether the value was erased and nothing later says what it is.</summary>
    public bool Unknown(Field field) => unknown[field.Ordinal];

    public void Take(long sequence, DateTimeOffset at, Guid? actor, string action, string? changes, bool erased)
    {
        Last = sequence;
        switch (action)
        {
            case "create":
                Made = true;
                (values[2], values[3]) = (at, actor);
                Count(at, actor);
                break;
            case "remove":
                Removed = true;
                return;
            case "delete" or "restore" when changes is null:
                Deleted = action == "delete" ? at : null;
                Count(at, actor);
                return;
            case LedgerAcceptance.Action:
                Made = true;
                break;
        }

        if (changes is not null)
        {
            if (Read(changes) && action is not ("create" or LedgerAcceptance.Action))
            {
                Count(at, actor);
            }
        }
        else if (erased)
        {
            Erased = true;
            Array.Fill(unknown, true, 1, unknown.Length - 1);
        }
    }

    private void Count(DateTimeOffset at, Guid? actor) => (values[1], values[4], values[5]) = ((long)(values[1] ?? 0L) + 1, at, actor);

    private bool Read(string changes)
    {
        using var document = JsonDocument.Parse(changes);
        var any = false;
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var change in document.RootElement.EnumerateObject())
        {
            if (change.Value.ValueKind != JsonValueKind.Array || change.Value.GetArrayLength() != 2)
            {
                continue;
            }

            if (change.Name == DeletedAt)
            {
                Deleted = change.Value[1].ValueKind == JsonValueKind.Null ? null : DateTimeOffset.FromUnixTimeMilliseconds(change.Value[1].GetInt64());
            }
            else if (type.Find(change.Name) is { } field)
            {
                any |= !field.System || change.Name == "createdAt";
                values[field.Ordinal] = FieldStorage.FromJson(field, change.Value[1]);
                unknown[field.Ordinal] = false;
            }
        }

        return any;
    }
}
