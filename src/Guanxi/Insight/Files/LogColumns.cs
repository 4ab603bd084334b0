using Guanxi.Science.Common;

namespace Guanxi.Insight.Files;

/// <summary>Columns named by the reader; null where they are found by their usual names.</summary>
internal sealed record PurchaseColumns(string? Customer = null, string? Date = null, string? Amount = null);

/// <summary>Where a transaction log keeps what: by what the reader says, else by the usual names, else by what the cells hold; -1 where there is no such column.</summary>
internal readonly record struct LogColumns(int Customer, int Date, int Amount, int Price, int Quantity, int Discount)
{
    private const int Looked = 200;

    /// <exception cref="UnsuitableDataException">A column the reader named is not there, or customer and date cannot be told.</exception>
    public static LogColumns Of(DataTable table, string name, PurchaseColumns asked)
    {
        if (!table.HasHeader && (asked.Customer is null || asked.Date is null))
        {
            return ByContent(table, name);
        }

        var customer = asked.Customer is null ? CustomerOf(table) : Columns.Wanted(table, asked.Customer);
        var date = asked.Date is null ? DateOf(table, customer) : Columns.Wanted(table, asked.Date);
        if (date < 0 && Columns.Find(table, Columns.Date, customer) is var named and >= 0 && table.Rows.Find(row => !Columns.IsMissing(row[named])) is { } unread)
        {
            throw new UnsuitableDataException($"The dates of {table.Header[named]} cannot be read, such as {unread[named]}; write them as 2026-01-31.");
        }

        if (date < 0)
        {
            throw new UnsuitableDataException($"{name} is neither a transaction log (no column of dates) nor a summary (columns frequency, recency and T); it has {string.Join(", ", table.Header)}.");
        }

        if (customer < 0)
        {
            throw new UnsuitableDataException($"{name} has dates in {table.Header[date]}, but no column that names the customer; call it customer.");
        }

        if (asked.Amount is not null)
        {
            return new LogColumns(customer, date, Columns.Wanted(table, asked.Amount), -1, -1, -1);
        }

        var quantity = Columns.Find(table, Columns.Quantity, customer, date);
        var price = quantity >= 0 ? Columns.Find(table, Columns.UnitPrice, customer, date, quantity) : -1;
        return new LogColumns(customer, date, AmountOf(table, customer, date), price, quantity, Columns.Find(table, Columns.Discount));
    }

    private static int CustomerOf(DataTable table) => Columns.Find(table, Columns.Customer) is var named and >= 0 ? named
        : Array.FindIndex(table.Header, header => Columns.Normal(header) is var word && (word.Contains("customer", StringComparison.Ordinal) || word.Contains("客户", StringComparison.Ordinal) || word.Contains("kunde", StringComparison.Ordinal)));

    private static int DateOf(DataTable table, int customer)
    {
        var named = Columns.Find(table, Columns.Date, customer);
        if (named >= 0 && table.Rows.Take(Looked).Any(row => DateText.Looks(row[named])))
        {
            return named;
        }

        return Enumerable.Range(0, table.Header.Length)
            .Where(column => column != customer && table.Rows.Take(Looked).Count(row => DateText.Looks(row[column])) > Math.Min(Looked, table.Rows.Count) / 2)
            .OrderByDescending(column => Columns.Normal(table.Header[column]).Contains("order", StringComparison.Ordinal))
            .FirstOrDefault(-1);
    }

    private static int AmountOf(DataTable table, int customer, int date) => Columns.Find(table, Columns.Amount, customer, date) is var named and >= 0 ? named
        : Columns.Containing(table, ["amount", "amt", "revenue", "sales", "spend", "金额", "金額", "销售额", "總額", "总额"], customer, date);

    /// <summary>Without a header: the dates show themselves, the customer stands first, the amount last.</summary>
    private static LogColumns ByContent(DataTable table, string name)
    {
        var sample = table.Rows.Take(Looked).ToArray();
        var columns = Enumerable.Range(0, table.Header.Length).ToArray();
        var date = columns.FirstOrDefault(column => sample.All(row => DateText.Looks(row[column])), -1);
        var customer = columns.FirstOrDefault(column => column != date, -1);
        if (date < 0 || customer < 0)
        {
            throw new UnsuitableDataException($"{name} has no header and no column of dates; put a header such as customer,date,amount on its first line.");
        }

        var amount = columns.LastOrDefault(column => column > date && Columns.Numbers(table, column) is var numbers && sample.All(row => numbers.TryRead(row[column], out _)), -1);
        return new LogColumns(customer, date, amount, -1, -1, -1);
    }
}
