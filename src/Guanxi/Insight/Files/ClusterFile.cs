using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Insight.Files;

/// <summary>Rows to be clustered.</summary>
/// <param name="Ids">Names of the rows.</param>
/// <param name="Used">Columns clustered by, in their own units.</param>
/// <param name="All">Columns the profiles speak of.</param>
/// <param name="Standardised">Points with mean 0 and deviation 1 in each used column.</param>
/// <param name="Note">What was left out or filled in; null when nothing was.</param>
internal sealed record ClusterData(IReadOnlyList<string> Ids, IReadOnlyList<TreeColumn> Used, IReadOnlyList<TreeColumn> All, IReadOnlyList<double[]> Standardised, string? Note)
{
    /// <summary>How many rows differ, counted up to a number.</summary>
    public int DifferentRows(int most) => Standardised.Distinct(PointComparer.Instance).Take(most).Count();
}

/// <summary>Reads files for clustering.</summary>
internal static class ClusterFile
{
    private const int MostCategories = 30;
    private const double MostNumber = 1e100;

    /// <exception cref="UnsuitableDataException">No such column, or no numeric column that varies.</exception>
    public static ClusterData Read(FileInfo file, string? asked, string? id) => Read(DataTable.Read(file), file.Name, asked, id);

    /// <exception cref="UnsuitableDataException">No such column, or no numeric column that varies.</exception>
    public static ClusterData Read(DataTable table, string name, string? asked, string? id)
    {
        var idColumn = id is null ? -1 : Columns.Wanted(table, id);
        var wanted = asked?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => Columns.Wanted(table, name)).ToHashSet();
        var used = new List<TreeColumn>();
        var all = new List<TreeColumn>();
        var missing = 0;
        for (var column = 0; column < table.Header.Length; column++)
        {
            if (column == idColumn)
            {
                continue;
            }

            var numbers = Numbers(table, column);
            if (numbers is null && wanted?.Contains(column) == true)
            {
                throw new UnsuitableDataException($"{table.Header[column]} is not a column of numbers.");
            }

            var isName = wanted is null && Columns.Find(table, Columns.Customer) == column;
            if (numbers is null)
            {
                var categories = table.Rows.Select(row => row[column]).ToArray();
                if (categories.Distinct(StringComparer.Ordinal).Take(MostCategories + 1).Count() is > 1 and <= MostCategories)
                {
                    all.Add(new TreeColumn(table.Header[column], null, categories));
                }
            }
            else if (!isName && numbers.Where(double.IsFinite).Distinct().Skip(1).Any())
            {
                var item = new TreeColumn(table.Header[column], numbers, null);
                all.Add(item);
                if (wanted is null || wanted.Contains(column))
                {
                    used.Add(item);
                    missing += numbers.Count(double.IsNaN);
                }
            }
        }

        if (used.Count == 0)
        {
            throw new UnsuitableDataException($"{name} has no numeric column that varies, so there is nothing to cluster by.");
        }

        var ids = table.Rows.Select((row, i) => idColumn >= 0 ? row[idColumn] : (i + 1).ToString(CultureInfo.InvariantCulture)).ToList();
        return new ClusterData(ids, used, all, Standardise(used), missing == 0 ? null : $"{missing} missing values count as the mean of their column.");
    }

    private static double[]? Numbers(DataTable table, int column)
    {
        var text = Columns.Numbers(table, column);
        var numbers = new double[table.Rows.Count];
        for (var row = 0; row < numbers.Length; row++)
        {
            if (Columns.IsMissing(table.Rows[row][column]))
            {
                numbers[row] = double.NaN;
            }
            else if (!text.TryRead(table.Rows[row][column], out numbers[row]))
            {
                return null;
            }
        }

        // The square of a larger one is no number any more.
        return Array.Find(numbers, number => Math.Abs(number) > MostNumber) is not 0 and var huge ? throw new UnsuitableDataException($"{table.Header[column]} holds {huge}, too large a number to measure distances by; look for a slip of the pen.")
            : numbers.All(double.IsNaN) ? null : numbers;
    }

    private static List<double[]> Standardise(List<TreeColumn> columns)
    {
        var points = Enumerable.Range(0, columns[0].Count).Select(_ => new double[columns.Count]).ToList();
        for (var k = 0; k < columns.Count; k++)
        {
            var known = columns[k].Numbers!.Where(double.IsFinite).ToArray();
            var mean = known.Average();
            var deviation = Math.Sqrt(known.Average(value => (value - mean) * (value - mean)));
            for (var row = 0; row < points.Count; row++)
            {
                points[row][k] = double.IsNaN(columns[k].Numbers![row]) ? 0 : (columns[k].Numbers![row] - mean) / deviation;
            }
        }

        return points;
    }
}
