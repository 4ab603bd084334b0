namespace Guanxi.Platform.Exchange;

/// <summary>A row that was not imported: its number in the file (the header is row 1), why, and what stood in it.</summary>
public sealed record ImportReject(long Row, string Reason, IReadOnlyList<string?> Values);

/// <summary>How many rows became what.</summary>
public sealed record ImportCounts
{
    public long Read { get; set; }

    public long Created { get; set; }

    public long Updated { get; set; }

    /// <summary>Rows that had nothing to say: empty ones, those equal to their record, and with "create" those already there.</summary>
    public long Skipped { get; set; }

    public long Rejected { get; set; }

    /// <summary>New rows that look like a record there is; counted in a dry run, over its first two thousand new rows.</summary>
    public long Alike { get; set; }
}

/// <summary>A row that would make a record like one there is.</summary>
/// <param name="Row">The row's number in the file.</param>
/// <param name="Band">match, review or related.</param>
/// <param name="Sentence">What may be told of the record found, in the actor's language.</param>
/// <param name="Record">The record found; null when the actor may not see it.</param>
public sealed record ImportAlike(long Row, string Band, string Sentence, Guid? Record);

/// <summary>What an import did, or with a dry run would do.</summary>
/// <param name="Batch">The batch, by which the import can be undone; null for a dry run.</param>
/// <param name="State">done, failed or dry-run.</param>
/// <param name="Rejects">The first rejected rows; the rejects file has them all.</param>
public sealed record ImportResult(Guid? Batch, string State, ImportCounts Counts, double Seconds, IReadOnlyList<ImportReject> Rejects, IReadOnlyDictionary<string, string> Mapping, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Sample)
{
    /// <summary>The first rows that look like records there are.</summary>
    public IReadOnlyList<ImportAlike> Alike { get; init; } = [];
}

/// <summary>What a file looks like before anything is imported.</summary>
public sealed record ImportInspection(IReadOnlyList<string> Columns, IReadOnlyDictionary<string, string> Mapping, string? Encoding, string? Delimiter, IReadOnlyList<IReadOnlyList<string?>> Sample);

/// <summary>How far an import is.</summary>
public readonly record struct ImportProgress(long Rows, long Total);
