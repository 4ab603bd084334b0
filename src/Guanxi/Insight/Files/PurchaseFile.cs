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
    private const double MostMoney = 1e15;

    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile Read(FileInfo file, bool opportunities = false, bool spendOnly = false, PurchaseColumns? asked = null) =>
        asked?.Date is null ? Read(DataTable.Read(file), file.Name, opportunities, spendOnly, asked) : ReadLog(DataTable.Read(file), file.Name, asked);

    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile Read(DataTable table, string name, bool opportunities = false, bool spendOnly = false, PurchaseColumns? asked = null)
    {
        var frequency = Columns.Find(table, Columns.Frequency);
        var monetary = Columns.Find(table, Columns.Monetary, frequency);
        var recency = Columns.Find(table, Columns.Recency, frequency, monetary);
        var age = Columns.Find(table, opportunities ? Columns.Periods : [.. Columns.Age, .. Columns.Periods], frequency, recency, monetary);
        if (table.HasHeader && frequency >= 0 && (spendOnly ? monetary >= 0 : recency >= 0 && age >= 0))
        {
            return ReadSummaries(table, frequency, recency, age, monetary, opportunities);
        }

        return ReadLog(table, name, asked);
    }

    private static PurchaseFile ReadSummaries(DataTable table, int frequency, int recency, int age, int monetary, bool opportunities)
    {
        var customer = Columns.Find(table, Columns.Customer, frequency, recency, age, monetary);
        var count = Columns.Find(table, Columns.Count, frequency, recency, age, monetary);
        var (xs, recencies, ages, counts, spends) = (Columns.Numbers(table, frequency), Columns.Numbers(table, recency), Columns.Numbers(table, age), Columns.Numbers(table, count), Columns.Numbers(table, monetary));
        var rows = new List<SummaryRow>(table.Rows.Count);
        var skipped = new List<int>();
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var cells = table.Rows[i];
            double r = 0, t = 0, n = 1;
            var readable = xs.TryRead(cells[frequency], out var x)
                && (recency < 0 || recencies.TryRead(cells[recency], out r) || x == 0)
                && (age < 0 || ages.TryRead(cells[age], out t))
                && (count < 0 || counts.TryRead(cells[count], out n));
            // What no customer can be is left out and said, rather than refusing the other rows with it.
            var possible = double.IsFinite(x) && double.IsFinite(r) && double.IsFinite(t) && r >= 0 && (age < 0 || r <= t) && (x > 0 || r == 0) && (!opportunities || (t >= 1 && x <= r && r == Math.Floor(r) && t == Math.Floor(t)));
            if (!readable || !possible || x < 0 || x != Math.Floor(x) || x > int.MaxValue || n < 0 || n != Math.Floor(n))
            {
                skipped.Add(i);
                continue;
            }

            double? spend = monetary >= 0 && spends.TryRead(cells[monetary], out var z) ? z : null;
            rows.Add(new SummaryRow(customer >= 0 ? cells[customer] : $"{i + 1}", x, r, t, spend, (long)n));
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException("No row has a readable and possible frequency, recency and T (0 ≤ recency ≤ T, recency 0 without repeats).");
        }

        var findings = Skipped(skipped.Count == 0 ? null : (Phrase)$"{skipped.Count} of {table.Rows.Count} rows lack a readable and possible summary (0 ≤ recency ≤ T, recency 0 without repeats) and were left out (first: row {skipped[0] + 2}).", table);
        if (customer >= 0 && rows.Count - rows.Select(row => row.Customer).Distinct(StringComparer.Ordinal).Count() is var again and > 0)
        {
            findings.Add(new Finding("customers-twice", FindingWeight.Warning, $"{again} rows name a customer who has a row already; each row counts as a customer of its own."));
        }

        return new PurchaseFile(null, [], rows, monetary >= 0, findings);
    }

    /// <summary>Reads a transaction log only.</summary>
    /// <exception cref="UnsuitableDataException">The columns cannot be told or no row can be read.</exception>
    public static PurchaseFile ReadLog(FileInfo file, PurchaseColumns? asked = null) => ReadLog(DataTable.Read(file), file.Name, asked);

    private static PurchaseFile ReadLog(DataTable table, string name, PurchaseColumns? asked)
    {
        var (customer, date, amount, price, quantity, discount) = LogColumns.Of(table, name, asked ?? new PurchaseColumns());
        var (amounts, prices, quantities, discounts) = (Columns.Numbers(table, amount), Columns.Numbers(table, price), Columns.Numbers(table, quantity), Columns.Numbers(table, discount));
        var dates = DateText.For(table.Rows.Select(row => row[date]));
        var order = table.HasHeader ? Columns.Find(table, Columns.Order, customer, date, amount) : -1;
        var log = new List<Purchase>(table.Rows.Count);
        var orders = new List<string?>(table.Rows.Count);
        var skipped = new List<int>();
        var unread = 0;
        for (var i = 0; i < table.Rows.Count; i++)
        {
            var cells = table.Rows[i];
            if (Columns.IsMissing(cells[customer]) || !dates.TryRead(cells[date], out var day))
            {
                skipped.Add(i);
                continue;
            }

            double? money = null;
            if (price >= 0 && prices.TryRead(cells[price], out var each) && quantities.TryRead(cells[quantity], out var units))
            {
                money = each * units * (discount >= 0 && discounts.TryRead(cells[discount], out var off) && off is > 0 and < 1 ? 1 - off : 1);
            }
            else if (amount >= 0 && amounts.TryRead(cells[amount], out var whole))
            {
                money = whole;
            }

            // More money than there is in the world is a slip, and would drown the others.
            money = Math.Abs(money ?? 0) < MostMoney ? money : null;
            unread += money is null && (amount >= 0 || price >= 0) ? 1 : 0;

            log.Add(new Purchase(cells[customer], day, money));
            orders.Add(order >= 0 && !Columns.IsMissing(cells[order]) ? cells[order] : null);
        }

        if (log.Count == 0)
        {
            throw table.Rows.Find(row => !Columns.IsMissing(row[date])) is { } strange && table.Rows.TrueForAll(row => !dates.TryRead(row[date], out _))
                ? new UnsuitableDataException($"The dates of {table.Header[date]} cannot be read, such as {strange[date]}; write them as 2026-01-31.")
                : new UnsuitableDataException($"{name} has no row with a customer and a readable date.");
        }

        var nameless = skipped.Count(row => Columns.IsMissing(table.Rows[row][customer]));
        var findings = new List<Finding>(Skipped(skipped.Count == 0 ? null
            : (Phrase)$"{skipped.Count} of {table.Rows.Count} rows were left out, {nameless} without a customer and {skipped.Count - nameless} without a readable date (first: row {skipped[0] + (table.HasHeader ? 2 : 1)}, date \"{table.Rows[skipped[0]][date]}\").", table));
        if (dates.IsOpen)
        {
            findings.Add(new Finding("dates-open", FindingWeight.Warning, $"The dates of {table.Header[date]} do not say whether the day or the month comes first; the month was taken to. Write them as 2026-01-31 if that is wrong."));
        }

        findings.AddRange(Money(table, log, unread));
        var currency = Array.FindIndex(table.Header, header => Columns.Normal(header) is "currency" or "币种" or "货币" or "幣別");
        var signs = currency >= 0 ? table.Rows.Select(row => row[currency]).Where(cell => !Columns.IsMissing(cell)).Distinct(StringComparer.OrdinalIgnoreCase)
            : table.Rows.Select(row => NumberText.CurrencyOf(row[price >= 0 ? price : Math.Max(amount, 0)])).OfType<string>().Distinct(StringComparer.Ordinal);
        if ((currency >= 0 || amount >= 0 || price >= 0) && signs.Take(2).Count() > 1)
        {
            findings.Add(new Finding("mixed-currencies", FindingWeight.Warning, "The log mixes currencies; amounts were added as they stand, so convert them first if money matters."));
        }

        return new PurchaseFile(log, orders, null, log.Any(purchase => purchase.Amount is not null), findings);
    }

    private static IEnumerable<Finding> Money(DataTable table, List<Purchase> log, int unread)
    {
        if (unread > 0)
        {
            yield return new Finding("amounts-unread", FindingWeight.Warning, $"{unread} of {table.Rows.Count} rows have no readable amount; they count as purchases without money.");
        }

        if (log.Count(purchase => purchase.Amount == 0) is var free and > 0)
        {
            yield return new Finding("amounts-zero", FindingWeight.Note, $"{free} rows have an amount of zero and count as purchases; take them out first if they are none.");
        }

        if (table.Repeated(Enumerable.Range(0, table.Rows.Count)) is var twice and > 0)
        {
            yield return new Finding("rows-twice", FindingWeight.Note, $"{twice} rows are the same as another in every column; their money was added each time, so take them out first if they are one purchase written twice.");
        }
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
