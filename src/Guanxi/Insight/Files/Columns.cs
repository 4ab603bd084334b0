using Guanxi.Science.Common;

namespace Guanxi.Insight.Files;

/// <summary>Finds columns by what people call them, and reads their cells.</summary>
internal static class Columns
{
    public static readonly string[] Customer =
    [
        "customer", "customerid", "custid", "cust", "customerno", "customernumber", "customercode", "customerkey", "customername", "client", "clientid", "member", "memberid",
        "user", "userid", "account", "accountid", "accountnumber", "accountname", "company", "companyname", "customeruniqueid", "cardid", "membernumber", "buyer", "buyerid", "household", "householdkey", "masterid", "donor", "donorid", "contact", "contactid", "id", "sampleid",
        "客户", "客户id", "客户编号", "客户号", "客户代码", "客户名称", "会员", "会员id", "会员号", "用户id", "用户", "客戶", "客戶編號", "客戶名稱", "會員",
    ];

    public static readonly string[] Date =
    [
        "date", "orderdate", "transactiondate", "invoicedate", "purchasedate", "saledate", "salesdate", "paymentdate", "timestamp", "datetime", "orderdatetime", "ordertime",
        "transactiontime", "createdat", "ordered", "orderedat", "transdate", "trandate", "txndate", "ordercreated", "orderpurchasetimestamp", "documentdate", "postingdate", "bookingdate", "giftdate", "donationdate", "time", "day", "t", "closedate", "日期", "下单日期", "下单时间", "订单日期", "交易日期", "交易时间", "购买日期", "成交日期", "下單日期", "訂單日期", "交易日期",
    ];

    public static readonly string[] Amount =
    [
        "amount", "amt", "sales", "revenue", "total", "totalamount", "ordertotal", "orderamount", "orderamt", "transactionamount", "dollarvalue", "dollars", "salesamount", "saleamount", "spend", "spent",
        "monetaryvalue", "monetary", "value", "ordervalue", "turnover", "grossamount", "netamount", "tranamount", "transamount", "txnamount", "payment", "paid", "grandtotal", "subtotal", "betrag", "umsatz", "montant", "importe", "extendedprice", "linetotal", "totalprice", "price", "closevalue", "paymentvalue", "donation", "gift",
        "金额", "订单金额", "交易金额", "销售额", "实付金额", "消费金额", "成交金额", "金額", "訂單金額",
    ];

    public static readonly string[] UnitPrice = ["unitprice", "price", "itemprice", "priceeach", "salesprice", "单价", "單價"];
    public static readonly string[] Quantity = ["quantity", "qty", "units", "quantityordered", "件数", "数量", "數量"];
    public static readonly string[] Discount = ["discount", "折扣"];
    public static readonly string[] Order = ["orderid", "order", "ordernumber", "orderno", "invoiceno", "invoice", "invoiceid", "transactionid", "订单号", "订单编号", "訂單編號"];
    public static readonly string[] Frequency = ["frequency", "x", "freq", "repeatpurchases", "repeats", "transactions", "xcal", "p1x", "重复购买次数", "频率"];
    public static readonly string[] Recency = ["recency", "tx", "txcal", "lastpurchase", "最近购买"];
    public static readonly string[] Age = ["t", "tcal", "age", "tenure", "observation", "观察期"];
    public static readonly string[] Periods = ["periods", "n", "nperiods", "ncal", "opportunities", "t", "tcal"];
    public static readonly string[] Monetary = ["monetary", "monetaryvalue", "zbar", "mx", "meanspend", "averagespend", "avgspend", "averagevalue", "meanvalue", "averageordervalue", "aov", "amount", "m", "平均金额"];
    public static readonly string[] Count = ["ncusts", "custs", "customers", "weights", "weight", "count", "numcustomers", "ncustomers", "numbercustomers", "numberofcustomers", "donors", "number", "人数", "客户数"];

    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase) 
    {
        "", "na", "n/a", "nan", "<na>", "nat", "null", "none", "-", "--", "?", ".", "#n/a", "#value!", "#div/0!", "#ref!", "#null!", "\\n", "inf", "-inf", "infinity", "-infinity", "∞", "-∞",
    };

    public static string Normal(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    public static bool IsMissing(string cell) => Missing.Contains(cell.Trim());

    /// <summary>The column called by the first of the names that occurs, or -1.</summary>
    public static int Find(DataTable table, string[] names, params int[] taken)
    {
        var headers = Array.ConvertAll(table.Header, Normal);
        foreach (var name in names)
        {
            var at = Array.IndexOf(headers, name);
            if (at >= 0 && !taken.Contains(at))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The column whose name is given by the user, in any case.</summary>
    public static int Named(DataTable table, string name)
    {
        var exact = Array.FindIndex(table.Header, header => string.Equals(header, name.Trim(), StringComparison.OrdinalIgnoreCase));
        return exact >= 0 ? exact : Array.FindIndex(table.Header, header => Normal(header) == Normal(name) && Normal(name).Length > 0);
    }

    /// <summary>How a column writes its numbers.</summary>
    public static NumberText Numbers(DataTable table, int column) => column < 0 ? NumberText.Point : NumberText.For(table.Rows.Select(row => row[column]), table.CommaElsewhere);

    /// <summary>The first column of numbers whose name has one of the words in it, or -1.</summary>
    public static int Containing(DataTable table, string[] words, params int[] taken) => Array.FindIndex(
        Enumerable.Range(0, table.Header.Length).ToArray(),
        column => !taken.Contains(column)
            && words.Any(word => Normal(table.Header[column]).Contains(word, StringComparison.Ordinal))
            && Numbers(table, column) is var numbers
            && table.Rows.Take(200).Select(row => row[column]).Where(cell => !IsMissing(cell)).ToList() is { Count: > 0 } cells
            && cells.TrueForAll(cell => numbers.TryRead(cell, out _)));

    /// <summary>The column a user named.</summary>
    /// <exception cref="UnsuitableDataException">There is none of that name.</exception>
    public static int Wanted(DataTable table, string name) => Named(table, name) is var at and >= 0 ? at
        : throw new UnsuitableDataException($"There is no column {name}; the columns are {string.Join(", ", table.Header)}.");
}
