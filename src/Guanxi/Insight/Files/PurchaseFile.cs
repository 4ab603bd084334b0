using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Files;

/// <summary>One customer of a summary file.</summary>
internal sealed record SummaryRow(string Customer, double Frequency, double Recency, double Age, double? Monetary, long Count);

/// <summary>A file of purchases: a transaction log, or one summary per customer.</summary>
/// <param name="Log">The lines of a log; null for a summary.</param>
/// <param name="Orders">The order number of each line of the log, where it has one.</param>
/// <param name="Summaries">The rows of a summary; null for a log.</param>
/// <param name="HasAmounts">Whether there is money in the file.</param>
/// <param name="Findings">What was left out or looks wrong.</param>
internal sealed record PurchaseFile(IReadOnlyList<Purchase>? Log, IReadOnlyList<string?> Orders, IReadOnlyList<SummaryRow>? Summaries, bool HasAmounts, IReadOnlyList<Finding> Findings)
{
    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile Read(FileInfo file, bool opportunities = false, bool spendOnly = false) => Read(DataTable.Read(file), file.Name, opportunities, spendOnly);

    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile Read(DataTable table, string name, bool opportunities = false, bool spendOnly = false)
    {
        var frequency = Columns.Find(table, Columns.Frequency);
        var monetary = Columns.Find(table, Columns.Monetary, frequency);
        var recency = Columns.Find(table, Columns.Recency, frequency, monetary);
        var age = Columns.Find(table, opportunities ? Columns.Periods : [.. Columns.Age, .. Columns.Periods], frequency, recency, monetary);
        if (table.HasHeader && frequency >= 0 && (spendOnly ? monetary >= 0 : recency >= 0 && age >= 0))
        {
            return ReadSummaries(table, frequency, recency, age, monetary, opportunities);
        }

        return ReadLog(table, name);
    }

    private static PurchaseFile ReadSummaries(DataTable table, int frequency, int recency, int age, int monetary, bool opportunities)
    {
        var customer = Columns.Find(table, Columns.Customer, frequency, recency, age, monetary);
        var count = Columns.Find(table, Columns.Count, frequency, recency, age, monetary);
        var rows = new List<SummaryRow>(table.Rows.Count);
        var skipped = new List<int>();
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var cells = table.Rows[i];
            double r = 0, t = 0, n = 1;
            var readable = Columns.TryNumber(cells[frequency], out var x)
                && (recency < 0 || Columns.TryNumber(cells[recency], out r) || x == 0)
                && (age < 0 || Columns.TryNumber(cells[age], out t))
                && (count < 0 || Columns.TryNumber(cells[count], out n));
            // What no customer can be is left out and said, rather than refusing the other rows with it.
            var possible = double.IsFinite(x) && double.IsFinite(r) && double.IsFinite(t) && r >= 0 && (age < 0 || r <= t) && (x > 0 || r == 0) && (!opportunities || (t >= 1 && x <= r && r == Math.Floor(r) && t == Math.Floor(t)));
            if (!readable || !possible || x < 0 || x != Math.Floor(x) || x > int.MaxValue || n < 0 || n != Math.Floor(n))
            {
                skipped.Add(i);
                continue;
            }

            double? spend = monetary >= 0 && Columns.TryNumber(cells[monetary], out var z) ? z : null;
            rows.Add(new SummaryRow(customer >= 0 ? cells[customer] : $"{i + 1}", x, r, t, spend, (long)n));
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException("No row has a readable and possible frequency, recency and T (0 ≤ recency ≤ T, recency 0 without repeats).");
        }

        return new PurchaseFile(null, [], rows, monetary >= 0, Skipped(skipped.Count == 0 ? null : (Phrase)$"{skipped.Count} of {table.Rows.Count} rows lack a readable and possible summary (0 ≤ recency ≤ T, recency 0 without repeats) and were left out (first: row {skipped[0] + 2}).", table));
    }

    /// <summary>Reads a transaction log only.</summary>
    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile ReadLog(FileInfo file) => ReadLog(DataTable.Read(file), file.Name);

    private static PurchaseFile ReadLog(DataTable table, string name)
    {
        var (customer, date, amount, price, quantity, discount) = LogColumns(table, name);
        var dates = DateText.For(table.Rows.Select(row => row[date]));
        var order = table.HasHeader ? Columns.Find(table, Columns.Order, customer, date, amount) : -1;
        var log = new List<Purchase>(table.Rows.Count);
        var orders = new List<string?>(table.Rows.Count);
        var skipped = new List<int>();
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var cells = table.Rows[i];
            if (Columns.IsMissing(cells[customer]) || !dates.TryRead(cells[date], out var day))
            {
                skipped.Add(i);
                continue;
            }

            double? money = null;
            if (price >= 0 && Columns.TryNumber(cells[price], out var each) && Columns.TryNumber(cells[quantity], out var units))
            {
                money = each * units * (discount >= 0 && Columns.TryNumber(cells[discount], out var off) && off is > 0 and < 1 ? 1 - off : 1);
            }
            else if (amount >= 0 && Columns.TryNumber(cells[amount], out var whole))
            {
                money = whole;
            }

            log.Add(new Purchase(cells[customer], day, money));
            orders.Add(order >= 0 && !Columns.IsMissing(cells[order]) ? cells[order] : null);
        }

        if (log.Count == 0)
        {
            throw new UnsuitableDataException($"{name} has no row with a customer and a readable date.");
        }

        var findings = new List<Finding>(Skipped(skipped.Count == 0 ? null : (Phrase)$"{skipped.Count} of {table.Rows.Count} rows lack a customer and a readable date and were left out (first: row {skipped[0] + (table.HasHeader ? 2 : 1)}).", table));
        var currency = Array.FindIndex(table.Header, header => Columns.Normal(header) is "currency" or "币种" or "货币" or "幣別");
        if (currency >= 0 && table.Rows.Select(row => row[currency]).Where(cell => !Columns.IsMissing(cell)).Distinct(StringComparer.OrdinalIgnoreCase).Take(2).Count() > 1)
        {
            findings.Add(new Finding("mixed-currencies", FindingWeight.Warning, "The log mixes currencies; amounts were added as they stand, so convert them first if money matters."));
        }

        return new PurchaseFile(log, orders, null, log.Any(purchase => purchase.Amount is not null), findings);
    }

    private static (int Customer, int Date, int Amount, int Price, int Quantity, int Discount) LogColumns(DataTable table, string name)
    {
        if (!table.HasHeader)
        {
            return ByContent(table, name);
        }

        var customer = Columns.Find(table, Columns.Customer);
        customer = customer >= 0 ? customer : Array.FindIndex(table.Header, header => Columns.Normal(header).Contains("customer", StringComparison.Ordinal) || Columns.Normal(header).Contains("客户", StringComparison.Ordinal));
        var date = Columns.Find(table, Columns.Date, customer);
        if (date < 0 || !table.Rows.Take(200).Any(row => DateText.Looks(row[date])))
        {
            date = Enumerable.Range(0, table.Header.Length)
                .Where(column => column != customer && table.Rows.Take(200).Count(row => DateText.Looks(row[column])) > Math.Min(200, table.Rows.Count) / 2)
                .OrderByDescending(column => Columns.Normal(table.Header[column]).Contains("order", StringComparison.Ordinal))
                .FirstOrDefault(-1);
        }

        if (date < 0)
        {
            throw new UnsuitableDataException($"{name} is neither a transaction log (no column of dates) nor a summary (columns frequency, recency and T); it has {string.Join(", ", table.Header)}.");
        }

        if (customer < 0)
        {
            throw new UnsuitableDataException($"{name} has dates in {table.Header[date]}, but no column that names the customer; call it customer.");
        }

        var quantity = Columns.Find(table, Columns.Quantity, customer, date);
        var price = quantity >= 0 ? Columns.Find(table, Columns.UnitPrice, customer, date, quantity) : -1;
        return (customer, date, Columns.Find(table, Columns.Amount, customer, date), price, quantity, Columns.Find(table, Columns.Discount));
    }

    /// <summary>Without a header: the dates show themselves, the customer stands first, the amount last.</summary>
    private static (int Customer, int Date, int Amount, int Price, int Quantity, int Discount) ByContent(DataTable table, string name)
    {
        var sample = table.Rows.Take(200).ToArray();
        var columns = Enumerable.Range(0, table.Header.Length).ToArray();
        var date = columns.FirstOrDefault(column => sample.All(row => DateText.Looks(row[column])), -1);
        var customer = columns.FirstOrDefault(column => column != date, -1);
        if (date < 0 || customer < 0)
        {
            throw new UnsuitableDataException($"{name} has no header and no column of dates; put a header such as customer,date,amount on its first line.");
        }

        var amount = columns.LastOrDefault(column => column > date && sample.All(row => Columns.TryNumber(row[column], out _)), -1);
        return (customer, date, amount, -1, -1, -1);
    }

    private static List<Finding> Skipped(Phrase? skipped, DataTable table)
    {
        var findings = new List<Finding>();
        if (skipped is not null)
        {
            findings.Add(new Finding("rows-left-out", FindingWeight.Warning, skipped));
        }

        if (table.RaggedRows > 0)
        {
            findings.Add(new Finding("ragged-rows", FindingWeight.Warning, $"{table.RaggedRows} rows have more or fewer cells than the header."));
        }

        return findings;
    }
}
