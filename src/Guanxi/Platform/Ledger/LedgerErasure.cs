using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Takes the values out of entries for good: a person has the right to it. The entry, its place and the hash of its content stay, so chain, tree and proofs hold;
/// with the salt gone nobody can try what the content may have been. A new entry says which were erased, and the check finds any other that lost its values.
/// </summary>
public static class LedgerErasure
{
    public const string Action = "erase";

    /// <summary>Erases the values of these entries, in the transaction of the caller.</summary>
    /// <param name="type">The noun and the record for whose sake it is done.</param>
    public static async Task EraseAsync(SaveContext context, string type, Guid record, IReadOnlyCollection<long> sequences, CancellationToken cancel = default)
    {
        foreach (var some in sequences.Chunk(400))
        {
            await context.Session.ExecuteAsync(new Sql().Append("UPDATE ledger SET changes = NULL, salt = NULL WHERE seq IN ").List(some), cancel);
        }

        context.Note(Action, type, record, JsonSerializer.Serialize(new { entries = sequences.Order() }));
    }

    /// <summary>Which entries a line of erasure names.</summary>
    internal static IEnumerable<long> Entries(string changes)
    {
        using var document = JsonDocument.Parse(changes);
        return document.RootElement.TryGetProperty("entries", out var entries) && entries.ValueKind == JsonValueKind.Array
            ? [.. entries.EnumerateArray().Where(item => item.TryGetInt64(out _)).Select(item => item.GetInt64())]
            : [];
    }
}
