using Guanxi.Platform.Matching;

namespace Guanxi.Platform.Exchange;

/// <summary>A cell that is wrong: its column in the file from 0, and what is wrong with it.</summary>
public sealed record ImportMark(int Column, string Reason);

/// <summary>A row that was not imported: its number in the file (the header is row 1), why, and what stood in it.</summary>
public sealed record ImportReject(long Row, string Reason, IReadOnlyList<string?> Values)
{
    /// <summary>The cells the reason is about; none when it is about the whole row.</summary>
    public IReadOnlyList<ImportMark> Marks { get; init; } = [];
}

/// <summary>How many rows became what.</summary>
public sealed record ImportCounts
{
    public long Read { get; set; }

    public long Created { get; set; }

    public long Updated { get; set; }

    /// <summary>Rows that had nothing to say: empty ones, those equal to their record, those left out, and with "create" those already there.</summary>
    public long Skipped { get; set; }

    public long Rejected { get; set; }

    /// <summary>New rows that look like a record there is; counted in a dry run.</summary>
    public long Alike { get; set; }

    /// <summary>New rows that were compared with what is there.</summary>
    public long Compared { get; set; }

    /// <summary>New records of the noun that came in the same sheet.</summary>
    public long BesideCreated { get; set; }

    public long BesideUpdated { get; set; }

    internal void Add(ImportCounts more)
    {
        Read += more.Read;
        Created += more.Created;
        Updated += more.Updated;
        Skipped += more.Skipped;
        Rejected += more.Rejected;
        Alike += more.Alike;
        Compared += more.Compared;
        BesideCreated += more.BesideCreated;
        BesideUpdated += more.BesideUpdated;
    }
}

/// <summary>A row that would make a record like one there is.</summary>
/// <param name="Row">The row's number in the file.</param>
/// <param name="Band">match, review or related.</param>
/// <param name="Sentence">What may be told of the record found, in the actor's language.</param>
/// <param name="Record">The record found; null when the actor may not see it.</param>
public sealed record ImportAlike(long Row, string Band, string Sentence, Guid? Record)
{
    public double Probability { get; init; }

    /// <summary>Whether the actor may change the record found.</summary>
    public bool MayEdit { get; init; }

    /// <summary>What agreed and what not; empty when the record is not visible.</summary>
    public IReadOnlyList<LikenessReason> Reasons { get; init; } = [];

    public IReadOnlyList<string?> Values { get; init; } = [];
}

/// <summary>A text of a column that stands for nobody or for no choice there is.</summary>
/// <param name="Field">As the mapping names it.</param>
public sealed record ImportUnknown(string Column, string Field, string Text, long Rows);

/// <summary>How many new records somebody gets, and how many he has.</summary>
public sealed record ImportShare(Guid? Owner, long New, long Has);

/// <summary>What a dry run found besides the counts.</summary>
public sealed record ImportFindings
{
    public IReadOnlyList<ImportUnknown> Unknown { get; init; } = [];

    public IReadOnlyList<ImportShare> Owners { get; init; } = [];

    /// <summary>Oddities of rows that are taken all the same, such as formulas without a result; a hundred at most.</summary>
    public IReadOnlyList<ImportRemark> Remarks { get; init; } = [];

    /// <summary>Columns whose dates have the day before the month.</summary>
    public IReadOnlyList<string> DayFirst { get; init; } = [];

    /// <summary>Columns with dates such as 05/06/2024 and nothing that tells which is the month; read as month, day.</summary>
    public IReadOnlyList<string> OpenDates { get; init; } = [];
}

/// <summary>Something odd about a row, or about the file when the row is 0.</summary>
public sealed record ImportRemark(long Row, string Text);

/// <summary>What an import did, or with a dry run would do.</summary>
/// <param name="Batch">The batch, by which the import can be undone; null for a dry run.</param>
/// <param name="State">done, paused, failed or dry-run.</param>
/// <param name="Rejects">The first rejected rows; the rejects file has them all.</param>
public sealed record ImportResult(Guid? Batch, string State, ImportCounts Counts, double Seconds, IReadOnlyList<ImportReject> Rejects, IReadOnlyDictionary<string, string> Mapping, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Sample)
{
    /// <summary>The first rows that look like records there are.</summary>
    public IReadOnlyList<ImportAlike> Alike { get; init; } = [];

    public ImportFindings Findings { get; init; } = new();
}

/// <summary>What a file looks like before anything is imported.</summary>
/// <param name="Source">The program it seems to come from: outlook, google, hubspot, salesforce, phonebook or vcard; null when that is not known.</param>
public sealed record ImportInspection(IReadOnlyList<string> Columns, IReadOnlyDictionary<string, string> Mapping, string? Encoding, string? Delimiter, IReadOnlyList<IReadOnlyList<string?>> Sample)
{
    public string? Source { get; init; }

    public string? Sheet { get; init; }

    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>The row that names the columns; 0 when none does.</summary>
    public long HeaderRow { get; init; }
}

/// <summary>How far an import is.</summary>
public readonly record struct ImportProgress(long Rows, long Total);
