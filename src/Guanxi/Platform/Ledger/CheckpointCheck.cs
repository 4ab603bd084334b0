using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>Compares checkpoints with the tree as it grows again: those in the database, and those that were kept outside and are stronger for it.</summary>
internal sealed class CheckpointCheck(LedgerFindings findings, LedgerKeys? keys, string ledgerId)
{
    private readonly Queue<(long Size, byte[] Root, DateTimeOffset At, bool Outside)> waiting = new();
    private long lastGood;
    private bool told;

    /// <summary>How many fitted.</summary>
    public int Held { get; private set; }

    public async Task CollectAsync(DatabaseSession session, IReadOnlyList<Checkpoint.Read> outside, long from, CancellationToken cancel)
    {
        var all = new List<(long Size, byte[] Root, DateTimeOffset At, bool Outside)>();
        foreach (var read in outside)
        {
            if (read.Problem is { } problem)
            {
                findings.Add("checkpoint", new Label($"外部检查点（{read.Checkpoint.Size} 条）不可信：签名不是本系统的密钥所签或无法读取", $"the checkpoint of {read.Checkpoint.Size} entries from outside cannot be trusted: {problem}"));
            }
            else if (read.Checkpoint.LedgerId != ledgerId)
            {
                findings.Add("checkpoint", new Label("外部检查点属于另一本账，不是这一本", "the checkpoint from outside is of another ledger than this"));
            }
            else
            {
                all.Add((read.Checkpoint.Size, read.Checkpoint.Root, read.Checkpoint.At, true));
            }
        }

        foreach (var kept in await Checkpoints.AfterAsync(session, from - 2, int.MaxValue, cancel))
        {
            if (Wrong(kept))
            {
                findings.Add("checkpoint", new Label($"库中 {kept.Size} 条的检查点被改动过", $"the checkpoint of {kept.Size} entries in the database was changed"), kept.Size);
            }
            else
            {
                all.Add((kept.Size, kept.Root, kept.At, false));
            }
        }

        foreach (var checkpoint in all.Where(checkpoint => checkpoint.Size >= from - 1).OrderBy(checkpoint => checkpoint.Size))
        {
            waiting.Enqueue(checkpoint);
        }

        lastGood = from - 1;
    }

    private bool Wrong(Checkpoints.Kept kept)
    {
        if (keys is null)
        {
            return false;
        }

        try
        {
            var read = Checkpoint.ReadAll(kept.Note, keys);
            return read is not [{ Problem: null }] || read[0].Checkpoint is var said && (said.Size != kept.Size || said.At != kept.At || said.LedgerId != ledgerId || !said.Root.AsSpan().SequenceEqual(kept.Root));
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    /// <summary>The tree has reached this size.</summary>
    public void At(MerkleFrontier frontier)
    {
        while (waiting.TryPeek(out var next) && next.Size <= frontier.Size)
        {
            waiting.Dequeue();
            if (next.Size == frontier.Size && frontier.Root().AsSpan().SequenceEqual(next.Root))
            {
                lastGood = next.Size;
                Held++;
            }
            else if (!told || next.Outside)
            {
                told = true;
                findings.Add("checkpoint", new Label($"{next.At:u} 签名的 {next.Size} 条与现在的账本不符：第 {lastGood + 1} 至 {next.Size} 条之间被改写", $"what was signed at {next.At:u} over {next.Size} entries is not what the ledger holds: something among entries {lastGood + 1} to {next.Size} was written again"), lastGood + 1);
            }
        }
    }

    /// <summary>The tree ends here; a checkpoint that says more entries tells of an end cut off or of an old copy.</summary>
    public void Finish(long last)
    {
        while (waiting.TryDequeue(out var next))
        {
            findings.Add(
                next.Outside ? "rollback" : "checkpoint",
                next.Outside
                    ? new Label($"{next.At:u} 签名时有 {next.Size} 条，现在只有 {last} 条：账本被截短，或整个数据被换回旧的副本", $"at {next.At:u} {next.Size} entries were signed and there are only {last}: the end was cut off, or all data was put back to an old copy")
                    : new Label($"库中的检查点说有 {next.Size} 条，现在只有 {last} 条", $"a checkpoint in the database says {next.Size} entries and there are only {last}"),
                last + 1);
        }
    }
}
