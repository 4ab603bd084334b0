namespace Guanxi.Bench.Company;

/// <summary>Rows for one table as the database keeps them, written without going through the record path.</summary>
/// <param name="Columns">Names of the columns in the order of <see cref="BulkRow.Values"/>.</param>
/// <param name="Json">Those among them that hold JSON.</param>
/// <param name="Searched">Whether each row comes with search terms.</param>
public sealed record BulkTable(string Name, IReadOnlyList<string> Columns, IReadOnlySet<string> Json, bool Searched);

/// <summary>Values are ids, text, whole numbers (instants in milliseconds), bytes or null.</summary>
public readonly record struct BulkRow(object?[] Values, string[]? Terms);

/// <summary>Takes many rows fast: indexes down while loading, built anew at the end, no check of references.</summary>
public interface IBulkLoader : IAsyncDisposable
{
    /// <summary>Takes down the secondary indexes of the tables.</summary>
    Task BeginAsync(IReadOnlyList<string> tables, CancellationToken cancel);

    Task LoadAsync(BulkTable table, IAsyncEnumerable<IReadOnlyList<BulkRow>> batches, CancellationToken cancel);

    /// <summary>Builds the indexes again, exactly as they were described.</summary>
    Task FinishAsync(Action<string> progress, CancellationToken cancel);
}
