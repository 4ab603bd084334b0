using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>One thing that is not as it was written.</summary>
/// <param name="Kind">entry, content, missing, inserted, head, tree, checkpoint, rollback, row, row-missing or row-unknown.</param>
/// <param name="Sequence">The entry it is about.</param>
/// <param name="Type">The record type, for rows.</param>
/// <param name="Field">The field whose value is not what the ledger says.</param>
/// <param name="Sentence">What is wrong, without any of the values.</param>
public sealed record LedgerFinding(string Kind, Label Sentence, long? Sequence = null, string? Type = null, Guid? Record = null, string? Field = null);

/// <summary>What a check found.</summary>
/// <param name="Entries">Entries that were checked.</param>
/// <param name="Rows">Rows that were compared with the ledger.</param>
/// <param name="Checkpoints">Signed checkpoints that fit.</param>
/// <param name="More">Whether there is more wrong than is listed.</param>
public sealed record LedgerReport(long From, long Entries, long Rows, int Checkpoints, IReadOnlyList<LedgerFinding> Findings, bool More, string Head, string Root)
{
    public bool Whole => Findings.Count == 0;

    /// <summary>The first entry that is not as it was written.</summary>
    public long? BadSequence => Findings.FirstOrDefault(finding => finding.Sequence is not null)?.Sequence;

    /// <summary>The first finding, in English; for logs and tests.</summary>
    public string? Reason => Findings.Count > 0 ? Findings[0].Sentence.En : null;
}

/// <summary>Collects findings up to a number that a person can still read.</summary>
internal sealed class LedgerFindings
{
    public const int Most = 200;
    private readonly List<LedgerFinding> found = [];

    public IReadOnlyList<LedgerFinding> All => found;

    public bool More { get; private set; }

    public void Add(LedgerFindings others)
    {
        More |= others.More || found.Count + others.found.Count > Most;
        found.AddRange(others.found.Take(Most - found.Count));
    }

    public void Add(string kind, Label sentence, long? sequence = null, string? type = null, Guid? record = null, string? field = null)
    {
        if (found.Count < Most)
        {
            found.Add(new LedgerFinding(kind, sentence, sequence, type, record, field));
        }
        else
        {
            More = true;
        }
    }
}
