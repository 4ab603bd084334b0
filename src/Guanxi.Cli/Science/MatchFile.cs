using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Matching;

namespace Guanxi.Cli.Science;

/// <summary>Reads files of records into a <see cref="RecordTable"/>, a batch of rows at a time, so that the raw text is never held whole.</summary>
internal sealed class MatchFile(RecordTable table)
{
    private const int BatchSize = 20_000;

    /// <summary>Identifier of each record: the cell of the id column, or the number of the row from 1.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>Adds the rows of a file.</summary>
    /// <param name="file">Delimited text with a header.</param>
    /// <param name="columns">Column name of each field of the table.</param>
    /// <param name="id">Name of the id column; null numbers the rows.</param>
    /// <exception cref="UnsuitableDataException">No such column, or no rows.</exception>
    public void Add(FileInfo file, IReadOnlyList<string> columns, string? id)
    {
        try
        {
            using var rows = DelimitedFile.Open(file.FullName);
            var header = rows.Read() ?? throw new UnsuitableDataException($"{file.Name} is empty.");
            if (!DataTable.IsText(header))
            {
                throw DataTable.NoText(file.Name);
            }

            var indices = columns.Select(column => IndexOf(header, column, file)).ToArray();
            var idIndex = id is null ? -1 : IndexOf(header, id, file);
            if (AddRows(rows, indices, idIndex) == 0)
            {
                throw new UnsuitableDataException($"{file.Name} has a header but no rows.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }

    private int AddRows(DelimitedFile rows, int[] indices, int idIndex)
    {
        var count = 0;
        var batch = new List<IReadOnlyList<string?>>(BatchSize);
        while (rows.Read() is { } row)
        {
            count++;
            Ids.Add(idIndex < 0 ? count.ToString(System.Globalization.CultureInfo.InvariantCulture) : idIndex < row.Count ? row[idIndex].Trim() : "");
            batch.Add(Array.ConvertAll(indices, index => index < row.Count && !Columns.IsMissing(row[index]) ? row[index] : null));
            if (batch.Count == BatchSize)
            {
                table.AddRange(batch);
                batch.Clear();
            }
        }

        table.AddRange(batch);
        return count;
    }

    private static int IndexOf(List<string> header, string column, FileInfo file)
    {
        var index = header.FindIndex(name => string.Equals(name.Trim(), column.Trim(), StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new UnsuitableDataException($"{file.Name} has no column {column}; it has {string.Join(", ", header.Select(name => name.Trim()))}.");
    }
}
