using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// A proof that somebody can check without the database: that an entry stands in the ledger at a size (<c>inclusion</c>), or that the ledger at one size is the beginning of it at another (<c>consistency</c>).
/// Hashes in base64. docs/operate/ledger-format.md describes every member.
/// </summary>
public sealed record LedgerProof
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Kind { get; init; }

    public required string Ledger { get; init; }

    /// <summary>The entry, of an inclusion.</summary>
    public EntryOfProof? Entry { get; init; }

    /// <summary>The smaller size and its root, of a consistency.</summary>
    public long? FirstSize { get; init; }

    public byte[]? FirstRoot { get; init; }

    public required long Size { get; init; }

    public required byte[] Root { get; init; }

    public required IReadOnlyList<byte[]> Path { get; init; }

    /// <summary>The signed checkpoint over size and root, where there is one.</summary>
    public string? Checkpoint { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="InvalidDataException">The text is no proof.</exception>
    public static LedgerProof Parse(string json)
    {
        try
        {
            var proof = JsonSerializer.Deserialize<LedgerProof>(json, Json);
            return proof is { Path: not null, Root: not null, Kind: not null } && proof.Path.All(step => step is not null) ? proof : throw new InvalidDataException("This is no proof of a Guanxi ledger.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("This is no proof of a Guanxi ledger.", error);
        }
    }

    /// <summary>The proof that an entry is in the ledger as it was with so many entries; null without such an entry.</summary>
    /// <param name="size">The size; by default that of the first checkpoint that has the entry, else the present one.</param>
    public static async Task<LedgerProof?> OfEntryAsync(DatabaseSession session, long sequence, long? size = null, CancellationToken cancel = default)
    {
        await using var snapshot = await session.SnapshotAsync(cancel);
        var tree = new LedgerTree(session);
        var present = (await tree.FrontierAsync(cancel)).Size;
        if (sequence < 1 || sequence > present || size < sequence || size > present)
        {
            return null;
        }

        var checkpoint = (await Checkpoints.AfterAsync(session, (size ?? sequence) - 1, 1, cancel)).FirstOrDefault(kept => size is null || kept.Size == size);
        var at = size ?? checkpoint?.Size ?? present;
        LedgerEntry? entry = null;
        await foreach (var found in LedgerRows.RangeAsync(session, sequence, sequence, cancel))
        {
            entry = found;
        }

        return entry is null ? null : new LedgerProof
        {
            Kind = "inclusion",
            Ledger = await LedgerBook.IdAsync(session, cancel),
            Entry = EntryOfProof.Of(entry),
            Size = at,
            Root = (await tree.FrontierAtAsync(at, cancel)).Root(),
            Path = await tree.InclusionAsync(sequence, at, cancel),
            Checkpoint = checkpoint?.Note,
        };
    }

    /// <summary>The proof that the ledger of the first size is the beginning of that of the second; null when there are not so many entries.</summary>
    public static async Task<LedgerProof?> OfGrowthAsync(DatabaseSession session, long first, long? second = null, CancellationToken cancel = default)
    {
        await using var snapshot = await session.SnapshotAsync(cancel);
        var tree = new LedgerTree(session);
        var present = (await tree.FrontierAsync(cancel)).Size;
        var size = second ?? present;
        return first < 1 || first > size || size > present ? null : new LedgerProof
        {
            Kind = "consistency",
            Ledger = await LedgerBook.IdAsync(session, cancel),
            FirstSize = first,
            FirstRoot = (await tree.FrontierAtAsync(first, cancel)).Root(),
            Size = size,
            Root = (await tree.FrontierAtAsync(size, cancel)).Root(),
            Path = await tree.ConsistencyAsync(first, size, cancel),
            Checkpoint = (await Checkpoints.AfterAsync(session, size - 1, 1, cancel)).FirstOrDefault(kept => kept.Size == size)?.Note,
        };
    }

    /// <summary>What is wrong with the proof; null when it holds. The root is believed only as far as a checkpoint vouches for it: that of the proof, or one that is given.</summary>
    /// <param name="trusted">Checkpoints known from elsewhere.</param>
    public Label? Wrong(LedgerKeys keys, IReadOnlyList<Checkpoint.Read>? trusted = null)
    {
        var holds = Kind switch
        {
            "inclusion" => Entry is { } entry && entry.Wrong() is null && MerkleProof.Includes(Root, Size, entry.Seq - 1, entry.ToEntry().Leaf(), Path),
            "consistency" => FirstSize is { } first && FirstRoot is { } root && MerkleProof.Extends(first, root, Size, Root, Path),
            _ => false,
        };
        if (!holds)
        {
            return Entry?.Wrong() ?? new Label("证明不成立：路径与根不符", "The proof does not hold: its path does not lead to the root");
        }

        IReadOnlyList<Checkpoint.Read> notes;
        try
        {
            notes = [.. trusted ?? [], .. Checkpoint is { } note ? Platform.Ledger.Checkpoint.ReadAll(note, keys) : []];
        }
        catch (InvalidDataException error)
        {
            return new Label("检查点无法读取", "The checkpoint cannot be read: " + error.Message);
        }

        if (notes.FirstOrDefault(note => note.Problem is not null) is { Problem: { } problem })
        {
            return new Label("检查点的签名不可信", $"The checkpoint cannot be trusted: {problem}");
        }

        // Each size that the proof speaks of and a checkpoint knows has to have that checkpoint's root.
        var spoken = new List<(long Size, byte[] Root)> { (Size, Root) };
        if (FirstSize is { } size && FirstRoot is { } firstRoot)
        {
            spoken.Add((size, firstRoot));
        }

        var known = notes.Where(note => note.Checkpoint.LedgerId == Ledger).ToList();
        var fits = spoken.Where(said => known.Any(note => note.Checkpoint.Size == said.Size)).ToList();
        return fits.Count == 0 || (trusted is { Count: > 0 } && !spoken.Any(said => trusted.Any(note => note.Checkpoint.Size == said.Size && note.Checkpoint.LedgerId == Ledger)))
            ? new Label("没有检查点为这个根作保：请给出同样条数的检查点", "No checkpoint vouches for the root: give one of the same size")
            : fits.All(said => known.Where(note => note.Checkpoint.Size == said.Size).All(note => note.Checkpoint.Root.AsSpan().SequenceEqual(said.Root)))
                ? null
                : new Label("证明的根与签名的检查点不同", "The proof's root is not the one that was signed");
    }
}

/// <summary>An entry as a proof carries it. The changes and the salt may be left out, as they are once erased: the content's hash stands for them.</summary>
public sealed record EntryOfProof(long Seq, long At, Guid? Actor, string Surface, string Action, string? Type, Guid? Record, Guid? Batch, byte[] ContentHash, byte[]? Salt = null, string? Changes = null)
{
    public static EntryOfProof Of(LedgerEntry entry) => new(entry.Sequence, entry.At.ToUnixTimeMilliseconds(), entry.ActorId, entry.Surface, entry.Action, entry.RecordType, entry.RecordId, entry.BatchId, entry.ContentHash, entry.Salt, entry.Changes);

    /// <summary>Without its values, for those who may not read them.</summary>
    public EntryOfProof WithoutValues() => this with { Salt = null, Changes = null };

    public LedgerEntry ToEntry() => new(DateTimeOffset.FromUnixTimeMilliseconds(At), Actor, Surface, Action, Type, Record, Batch, Changes) { Sequence = Seq, ContentHash = ContentHash };

    internal Label? Wrong() => Surface is null || Action is null || ContentHash is null || ContentHash.Length != MerkleHash.Size || At is < 0 or > 253_402_300_799_999
        ? new Label("证明中的条目不完整", "The entry in the proof is not complete")
        : Salt is { } salt ? LedgerEntry.HashContent(salt, Changes).AsSpan().SequenceEqual(ContentHash) ? null : new Label("证明中的内容与其散列不符", "The values in the proof are not those that were hashed")
        : Changes is null ? null : new Label("证明中有内容却没有盐，无法核对", "The proof has values without the salt to check them");
}
