using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Cli.Science;

/// <summary>How a file writes its baskets.</summary>
/// <param name="Format">basket, long or auto.</param>
/// <param name="Id">Columns that tell the baskets apart, separated by commas; null finds them by their usual names.</param>
/// <param name="Item">Column of the item; null finds it by its usual names.</param>
internal sealed record BasketColumns(string Format, string? Id, string? Item);

/// <summary>
/// Reads baskets in the ways they are kept: one basket a line (items separated by commas, or numbers by blanks as in the FIMI collection), one item a line beside the
/// basket's number, and one column an item with a mark where it is in the basket.
/// </summary>
internal static class BasketFile
{
    private static readonly string[] HeaderWords = ["id", "order", "basket", "transaction", "invoice", "customer", "member", "订单", "单号", "编号", "客户"];
    private static readonly string[] IdNames =
        ["orderid", "basketid", "basket", "transactionid", "transaction", "trans", "transid", "txn", "txnid", "cartid", "billid", "transactionno", "tid", "invoiceno", "invoice", "invoiceid", "orderno", "ordernumber", "order", "billno", "receiptid", "receipt", "ticketid", "sessionid", "订单号", "订单编号", "单号", "小票号", "訂單編號"];

    private static readonly string[] MemberNames = ["membernumber", "memberid", "customerid", "customer", "userid", "客户编号", "客户", "会员号"];
    private static readonly string[] ItemNames =
        ["item", "items", "itemname", "itemdescription", "itemid", "itemcode", "product", "productname", "productid", "description", "stockcode", "sku", "article", "goods", "商品", "商品名称", "产品", "产品名称", "品名", "物料"];

    private static readonly string[] Absent = ["", "0", "f", "false", "n", "no", "?", "na", "否"];
    private static readonly string[] Present = ["1", "t", "true", "y", "yes", "x", "是"];

    /// <exception cref="UnsuitableDataException">The file is empty or unreadable, or has no such column.</exception>
    public static (BasketData Data, IReadOnlyList<Finding> Findings) Read(FileInfo file, BasketColumns asked)
    {
        var rows = Rows(file);
        var data = new BasketData();
        var findings = new List<Finding>();
        if (asked.Format == "basket")
        {
            Baskets(rows, data, findings);
        }
        else if (Braced(rows) is var braced and >= 0)
        {
            // R writes a basket as {milk,bread}.
            foreach (var row in rows.Where(row => row.Count > braced && row[braced] is ['{', .., '}']))
            {
                data.Add(row[braced][1..^1].Split(','));
            }
        }
        else if (ByName(rows[0], asked) is { } columns)
        {
            Long(rows.Skip(1), columns.Ids, columns.Item, data, findings);
        }
        else if (asked.Format == "long" || IsPairs(rows))
        {
            Long(rows.Skip(HasHeader(rows) ? 1 : 0), [0], 1, data, findings);
        }
        else if (IsMarked(rows))
        {
            Marked(rows, data);
        }
        else if (IsTable(rows[0]))
        {
            throw new UnsuitableDataException($"{file.Name} begins with names of columns ({string.Join(", ", rows[0])}) and is no list of baskets; name the basket with --id and the item with --item, or say --format basket if these are goods.");
        }
        else
        {
            Baskets(rows, data, findings);
        }

        return (data, findings);
    }

    private static List<List<string>> Rows(FileInfo file)
    {
        var rows = new List<List<string>>();
        try
        {
            using var reader = DelimitedFile.Open(file.FullName);
            while (reader.Read() is { } row)
            {
                rows.Add(row);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException($"{file.Name} is empty.");
        }

        return DataTable.IsText(rows[0]) ? rows : throw DataTable.NoText(file.Name);
    }

    /// <summary>The columns of a table with one item a line; null where the names do not say so. The basket of a member without a number of its own is what he bought on one day.</summary>
    private static (int[] Ids, int Item)? ByName(List<string> header, BasketColumns asked)
    {
        string[] names = [.. header.Select(Columns.Normal)];
        int Named(string name) => Array.IndexOf(names, Columns.Normal(name)) is var at and >= 0 ? at
            : throw new UnsuitableDataException($"There is no column {name}; the columns are {string.Join(", ", header)}.");
        int First(string[] usual, params int[] taken) => usual.Select(name => Array.IndexOf(names, name)).FirstOrDefault(at => at >= 0 && !taken.Contains(at), -1);
        int[] ids = asked.Id is null ? [] : [.. asked.Id.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Named)];
        if (ids.Length == 0)
        {
            ids = First(IdNames) is var own and >= 0 ? [own] : First(MemberNames) is var member and >= 0 && First(Columns.Date) is var day and >= 0 ? [member, day] : [];
        }

        var item = asked.Item is not null ? Named(asked.Item) : First(ItemNames, ids);
        return ids.Length > 0 && item >= 0 ? (ids, item) : asked.Id is null && asked.Item is null ? null
            : throw new UnsuitableDataException($"Name both the basket with --id and the item with --item; the columns are {string.Join(", ", header)}.");
    }

    /// <summary>The column whose cells, all but the header's, are baskets in braces; -1 where there is none.</summary>
    private static int Braced(List<List<string>> rows) => rows.Count < 2 ? -1
        : rows[1].FindIndex(cell => cell is ['{', .., '}']) is var at and >= 0 && rows.Skip(1).All(row => row.Count > at && row[at] is ['{', .., '}']) ? at : -1;

    private static void Long(IEnumerable<List<string>> rows, int[] ids, int item, BasketData data, List<Finding> findings)
    {
        var skipped = 0;
        var baskets = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var order = new List<List<string>>();
        foreach (var row in rows)
        {
            if (row.Count <= Math.Max(item, ids.Max()) || row[item].Trim().Length == 0 || ids.All(id => row[id].Trim().Length == 0))
            {
                skipped++;
                continue;
            }

            var key = string.Join('\u001f', ids.Select(id => row[id]));
            if (!baskets.TryGetValue(key, out var basket))
            {
                baskets[key] = basket = [];
                order.Add(basket);
            }

            basket.Add(row[item]);
        }

        order.ForEach(data.Add);
        if (skipped > 0)
        {
            findings.Add(new Finding("rows-left-out", FindingWeight.Warning, $"{skipped} rows lack the basket or the item and were left out."));
        }
    }

    private static void Baskets(List<List<string>> rows, BasketData data, List<Finding> findings)
    {
        // Numbers with blanks between them and nothing else: the FIMI collection. Names keep their blanks.
        var spaced = rows.TrueForAll(row => row.Count == 1 && row[0].All(unit => char.IsAsciiDigit(unit) || char.IsWhiteSpace(unit)));
        foreach (var row in rows)
        {
            data.Add(spaced ? row[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : row);
        }

        if (data.Baskets.Count == 1)
        {
            findings.Add(new Finding("one-basket", FindingWeight.Warning, "There is one basket only, so every rule holds in all of them and says nothing."));
        }
        else if (data.Baskets.All(basket => basket.Count < 2))
        {
            findings.Add(new Finding("single-items", FindingWeight.Warning, "Every line holds one item only, so nothing is bought together; if a line is one item of a larger basket, name the columns with --id and --item."));
        }
    }

    /// <summary>Whether under a header every cell but those of a first column says whether the item is in the basket.</summary>
    private static bool IsMarked(List<List<string>> rows)
    {
        if (rows.Count < 3 || rows[0].Count < 3 || rows[0].Skip(1).Any(cell => IsMark(cell)))
        {
            return false;
        }

        var present = 0;
        foreach (var row in rows.Skip(1).Take(1000))
        {
            if (row.Count != rows[0].Count || row.Skip(1).Any(cell => !IsMark(cell)))
            {
                return false;
            }

            present += row.Skip(1).Count(cell => Present.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase));
        }

        return present > 0;
    }

    private static bool IsMark(string cell) => Absent.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase) || Present.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase);

    private static void Marked(List<List<string>> rows, BasketData data)
    {
        var from = rows.Skip(1).All(row => IsMark(row[0])) ? 0 : 1;
        foreach (var row in rows.Skip(1))
        {
            data.Add(Enumerable.Range(from, Math.Min(row.Count, rows[0].Count) - from).Where(column => Present.Contains(row[column].Trim(), StringComparer.OrdinalIgnoreCase)).Select(column => rows[0][column].Trim()));
        }
    }

    /// <summary>Whether the first line holds two or more usual names of columns: then it is the head of a log, and no basket.</summary>
    private static bool IsTable(List<string> header) =>
        header.Select(Columns.Normal).Count(name => name.Length > 1 && new[] { IdNames, MemberNames, Columns.Customer, Columns.Date, Columns.Amount, Columns.Quantity }.Any(usual => usual.Contains(name, StringComparer.Ordinal))) > 1;

    // Every line has two cells, ids come again and never are items.
    private static bool IsPairs(List<List<string>> rows)
    {
        if (rows.Exists(row => row.Count != 2))
        {
            return false;
        }

        var ids = rows.Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        return (HasHeader(rows) || ids.Count < rows.Count) && !rows.Exists(row => ids.Contains(row[1]));
    }

    private static bool HasHeader(List<List<string>> rows) =>
        HeaderWords.Any(word => rows[0][0].Contains(word, StringComparison.OrdinalIgnoreCase)) && rows.Skip(1).All(row => row[0] != rows[0][0]);
}
