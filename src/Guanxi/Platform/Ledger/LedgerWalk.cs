using System.Buffers.Binary;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>Goes through the entries from one end to the other and makes chain and tree anew.</summary>
internal sealed class LedgerWalk
{
    private readonly CheckpointCheck checkpoints;
    private readonly LedgerFindings findings;
    private readonly long from;
    private readonly MerkleFrontier frontier;
    private readonly Dictionary<(int Level, long Position), byte[]> kept;
    private readonly HashSet<long> erased = [];
    private readonly HashSet<long> vouched = [];
    private long expected;
    private byte[] previous;
    private byte[] previousMade;
    private bool blockTold;

    private LedgerWalk(long from, MerkleFrontier frontier, byte[] previous, Dictionary<(int Level, long Position), byte[]> kept, CheckpointCheck checkpoints, LedgerFindings findings)
    {
        (this.from, this.frontier, this.previous, this.kept, this.checkpoints, this.findings) = (from, frontier, previous, kept, checkpoints, findings);
        (previousMade, expected) = (previous, from);
    }

    /// <summary>Entries read.</summary>
    public long Count { get; private set; }

    /// <summary>The last number there is.</summary>
    public long Last => expected - 1;

    public byte[] Root => frontier.Root();

    /// <summary>Per record type, the sum of the ids of those that were made and not removed for good: it tells whether any row is missing without keeping the ids.</summary>
    public Dictionary<string, UInt128> Lives { get; } = new(StringComparer.Ordinal);

    public static async Task<LedgerWalk> BeginAsync(DatabaseSession session, long from, CheckpointCheck checkpoints, LedgerFindings findings, CancellationToken cancel)
    {
        var frontier = from > 1 ? await new LedgerTree(session).FrontierAtAsync(from - 1, cancel) : new MerkleFrontier();
        var previous = from > 1 ? await session.FirstAsync(Sql.Of($"SELECT hash FROM ledger WHERE seq = {from - 1}"), row => row.Bytes(0), cancel) : LedgerBook.Genesis;
        var kept = await session.ListAsync(Sql.Of($"SELECT level, position, hash FROM ledger_node"), row => ((int)row.Integer(0), row.Integer(1), row.Bytes(2)), cancel);
        var walk = new LedgerWalk(
            from,
            frontier,
            previous ?? throw new ArgumentOutOfRangeException(nameof(from), from, "There is no entry before this one."),
            kept.Where(node => (node.Item2 + 1) << node.Item1 >= from).ToDictionary(node => (node.Item1, node.Item2), node => node.Item3),
            checkpoints,
            findings);
        checkpoints.At(frontier);
        return walk;
    }

    public async Task RunAsync(DatabaseSession session, CancellationToken cancel)
    {
        var columns = new SqlName(LedgerRows.Columns);
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT {columns} FROM ledger WHERE seq >= {(from > 1 ? from : long.MinValue)} ORDER BY seq"), cancel);
        var row = new Row(reader, session.Dialect);
        while (await reader.ReadAsync(cancel))
        {
            Count++;
            var entry = LedgerRows.TryRead(row);
            if (entry.Sequence < expected)
            {
                findings.Add("inserted", new Label($"第 {entry.Sequence} 条是插入的", $"entry {entry.Sequence} was inserted"), entry.Sequence);
                continue;
            }

            if (entry.Sequence > expected)
            {
                var to = entry.Sequence - 1;
                findings.Add("missing", expected == to ? new Label($"第 {to} 条不见了", $"entry {to} is missing") : new Label($"第 {expected} 至 {to} 条不见了", $"entries {expected} to {to} are missing"), expected);
                blockTold = true;
            }

            Take(entry, follows: entry.Sequence == expected);
            expected = entry.Sequence + 1;
        }
    }

    private void Take(LedgerEntry entry, bool follows)
    {
        var good = true;
        if (entry.Salt is { } salt ? !LedgerEntry.HashContent(salt, entry.Changes).AsSpan().SequenceEqual(entry.ContentHash) : entry.Changes is not null)
        {
            good = false;
            findings.Add("content", new Label($"第 {entry.Sequence} 条的内容被改动", $"the values of entry {entry.Sequence} were changed"), entry.Sequence);
        }
        else if (entry.Salt is null)
        {
            erased.Add(entry.Sequence);
        }

        var (chain, leaf) = entry.Hashes(previous);
        if (follows && !chain.AsSpan().SequenceEqual(entry.Hash))
        {
            // When only the hash kept with the entry before was changed, this one fits what that hash should be.
            if (previousMade != previous && entry.Hashes(previousMade).Chain is var other && other.AsSpan().SequenceEqual(entry.Hash))
            {
                chain = other;
            }
            else if (good)
            {
                good = false;
                findings.Add("entry", new Label($"第 {entry.Sequence} 条被改动或是插入的", $"entry {entry.Sequence} was changed or inserted"), entry.Sequence);
            }
        }

        (previous, previousMade) = (entry.Hash, chain);
        blockTold |= !good;
        frontier.Append(leaf, CheckBlock);
        checkpoints.At(frontier);
        Follow(entry);
    }

    private void CheckBlock(int level, long position, byte[] made)
    {
        if (level % LedgerTree.LevelsPerBlock != 0)
        {
            return;
        }

        if (kept.Remove((level, position), out var was) && was.AsSpan().SequenceEqual(made))
        {
            return;
        }

        if (!blockTold)
        {
            blockTold = true;
            var (first, last) = ((position << level) + 1, (position + 1) << level);
            findings.Add("tree", was is null
                ? new Label($"第 {first} 至 {last} 条的树节点不见了", $"the tree's node over entries {first} to {last} is missing")
                : new Label($"第 {first} 至 {last} 条与树不符：其中有条目被改写，或树节点被改动", $"entries {first} to {last} are not what the tree says: one of them was written again, or the node was changed"), first);
        }
    }

    private void Follow(LedgerEntry entry)
    {
        if (entry is { RecordType: { } type, RecordId: { } id } && entry.Action is "create" or "remove" or LedgerAcceptance.ActionForMissing or LedgerAcceptance.Action)
        {
            var number = BinaryPrimitives.ReadUInt128BigEndian(id.ToByteArray(bigEndian: true));
            var made = entry.Action == "create" || (entry.Action == LedgerAcceptance.Action && entry.Changes?.Contains("\"version\":[null,", StringComparison.Ordinal) == true);
            if (made || entry.Action is "remove" or LedgerAcceptance.ActionForMissing)
            {
                Lives[type] = unchecked(Lives.GetValueOrDefault(type) + (made ? number : UInt128.Zero - number));
            }
        }

        if (entry is { Action: LedgerErasure.Action, Changes: { } changes })
        {
            foreach (var sequence in LedgerErasure.Entries(changes))
            {
                vouched.Add(sequence);
            }
        }
    }

    /// <summary>Compares the end with the head, and what was erased with what was to be.</summary>
    public void Finish(long headSequence, byte[] headHash, byte[] headFrontier)
    {
        foreach (var sequence in erased.Where(sequence => !vouched.Contains(sequence)).Order())
        {
            findings.Add("content", new Label($"第 {sequence} 条的内容被去掉，却没有相应的删除个人信息记录", $"the values of entry {sequence} were taken away, and no erasure says so"), sequence);
        }

        if (headHash.Length == 0)
        {
            return;
        }

        if (Last < headSequence)
        {
            findings.Add("missing", new Label($"末尾第 {expected} 至 {headSequence} 条不见了", $"entries {expected} to {headSequence} are missing at the end"), expected);
        }
        else if (Last > headSequence)
        {
            findings.Add("inserted", new Label($"第 {headSequence + 1} 条插在末尾", $"entry {headSequence + 1} was inserted at the end"), headSequence + 1);
        }
        else if (!previous.AsSpan().SequenceEqual(headHash))
        {
            findings.Add("head", new Label("账本末端与最后一条不符", "the head does not fit the last entry"), headSequence);
        }
        else if (!blockTold && !frontier.ToBytes().AsSpan().SequenceEqual(headFrontier))
        {
            findings.Add("tree", new Label($"树的右缘与条目不符：第 {(Last & ~255) + 1} 至 {Last} 条中有条目被改写，或右缘被改动", $"the edge of the tree is not what the entries give: one of {(Last & ~255) + 1} to {Last} was written again, or the edge was changed"), (Last & ~255) + 1);
        }

        if (!blockTold && kept.Count > 0)
        {
            findings.Add("tree", new Label("树中有多出来的节点", "the tree has nodes over entries that are not there"), Last + 1);
        }
    }
}
