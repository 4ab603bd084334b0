using System.Globalization;
using Guanxi.Platform.Documents;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>Names that stand on a printed quote.</summary>
/// <param name="ProductNames">English names of products where the paper is English, and codes.</param>
public sealed record QuoteNames(string Company, string Customer, string? Contact, string? Owner, IReadOnlyDictionary<Guid, (string Code, string? NameEn)> ProductNames);

/// <summary>A quote as a page to hand over: A4, in Chinese or English, in the words of the company's template; nothing on it says what goods cost the company.</summary>
public static class QuotePaper
{
    private static readonly Dictionary<string, (string Chinese, string English, double Share, bool IsNumber)> Columns = new(StringComparer.Ordinal)
    {
        ["number"] = ("序号", "No.", 0.5, true),
        ["code"] = ("编码", "Code", 1.2, false),
        ["description"] = ("名称与规格", "Description", 3.4, false),
        ["unit"] = ("单位", "Unit", 0.7, false),
        ["quantity"] = ("数量", "Quantity", 1, true),
        ["unitPrice"] = ("单价", "Unit price", 1.3, true),
        ["discount"] = ("折扣", "Discount", 1, true),
        ["net"] = ("金额", "Amount", 1.4, true),
        ["taxRate"] = ("税率", "Tax", 0.7, true),
        ["leadDays"] = ("交期", "Lead time", 0.9, true),
        ["remark"] = ("备注", "Remark", 1.6, false),
    };

    private static readonly Dictionary<string, string> UnitsInEnglish = new(StringComparer.Ordinal)
    {
        ["台"] = "unit", ["套"] = "set", ["个"] = "pc", ["件"] = "pc", ["只"] = "pc", ["支"] = "pc", ["根"] = "pc", ["条"] = "pc", ["块"] = "pc", ["把"] = "pc", ["张"] = "sheet", ["卷"] = "roll", ["箱"] = "carton", ["盒"] = "box", ["包"] = "pack", ["瓶"] = "bottle", ["桶"] = "drum", ["袋"] = "bag", ["对"] = "pair", ["双"] = "pair", ["辆"] = "unit", ["批"] = "lot", ["项"] = "item", ["次"] = "time",
        ["米"] = "m", ["平方米"] = "m²", ["立方米"] = "m³", ["千克"] = "kg", ["公斤"] = "kg", ["吨"] = "t", ["升"] = "L", ["小时"] = "h", ["天"] = "day", ["人天"] = "man-day", ["月"] = "month", ["年"] = "year", ["点"] = "licence", ["用户"] = "user",
    };

    /// <param name="watermark">For whom it is, faint across each page; null for none.</param>
    /// <param name="drawing">Where the pages are drawn once more, for showing them.</param>
    public static byte[] Write(Quote quote, IReadOnlyList<Record> lines, QuoteTemplate template, QuoteNames names, string language, string? watermark, DateTimeOffset? madeAt, SvgPages? drawing = null)
    {
        var english = language == "en";
        string Words(string text) => language == "zh-Hant" ? Script.ToTraditional(text) : text;
        var words = template.In(language);
        string Filled(string text) => Words(text.Replace("{customer}", names.Customer, StringComparison.Ordinal).Replace(names.Contact is null ? " {contact}" : "{contact}", names.Contact ?? "", StringComparison.Ordinal).Replace("{contact}", "", StringComparison.Ordinal).Replace("{number}", quote.Text("number"), StringComparison.Ordinal)
            .Replace("{validUntil}", Day(quote["validUntil"]), StringComparison.Ordinal).Replace("{company}", template.Company(names.Company, language).Name, StringComparison.Ordinal).Replace("{owner}", names.Owner ?? "", StringComparison.Ordinal)).Trim();
        var paper = new PdfDocument { Title = $"{quote.Text("number")} {quote.Text("name")}", Language = english ? "en" : language == "zh-Hant" ? "zh-TW" : "zh-CN", MadeAt = madeAt, Drawing = drawing };
        var pen = new Pen(paper, watermark);
        var company = template.Company(names.Company, language);
        pen.Heading(template.Logo, company.Name, company.Lines, Filled(words.Title), quote.Text("number")! + (quote["edition"] is > 1L and var edition ? $" / {edition}" : ""), $"{(english ? "Date" : Words("日期"))} {Day(quote["quotedOn"])}");
        pen.Paragraph(Filled(words.Opening));
        pen.Paragraph(Words(quote.Text("name") ?? ""), bold: true);
        Table(pen, quote, lines, words.Columns, names, english, Words);
        Sums(pen, quote, lines, english, Words);
        foreach (var (label, text) in new[] { (english ? "Payment" : Words("付款条件"), quote.Text("paymentTerms")), (english ? "Delivery" : Words("交货条件"), quote.Text("deliveryTerms")), (english ? "Note" : Words("说明"), quote.Text("note")), ("", words.Terms) })
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                pen.Paragraph(label.Length == 0 ? Filled(text) : $"{label}{(english ? ": " : "：")}{Words(text)}");
            }
        }

        pen.Paragraph(Filled(words.Closing));
        pen.Footers(Filled(words.Footer), english);
        return paper.ToArray();
    }

    private static void Table(Pen pen, Quote quote, IReadOnlyList<Record> lines, IReadOnlyList<string> columns, QuoteNames names, bool english, Func<string, string> words)
    {
        var total = columns.Sum(name => Columns[name].Share);
        var widths = columns.Select(name => Pen.Width * Columns[name].Share / total).ToArray();
        var numbers = columns.Select(name => Columns[name].IsNumber).ToArray();
        void Head() => pen.Row([.. columns.Select(name => english ? Columns[name].English : words(Columns[name].Chinese))], widths, numbers, head: true, null);
        Head();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var product = line.Reference("product") is { } id && names.ProductNames.TryGetValue(id, out var known) ? known : default;
            pen.Row([.. columns.Select(name => name switch
            {
                "number" => (i + 1).ToString(CultureInfo.InvariantCulture),
                "code" => product.Code ?? "",
                "description" => english && product.NameEn is { Length: > 0 } name2 ? name2 : words(line.Text("description") ?? ""),
                "unit" => english ? UnitsInEnglish.GetValueOrDefault(line.Text("unit") ?? "", line.Text("unit") ?? "") : words(line.Text("unit") ?? ""),
                "quantity" => Plain((decimal?)line["quantity"]),
                "unitPrice" => Amount(line["unitPrice"], quote),
                "discount" => line["discount"] is decimal and > 0 and var percent ? $"{percent:0.##}%" : "",
                "net" => Amount(line["net"], quote),
                "taxRate" => line["taxRate"] is decimal rate ? $"{rate:0.##}%" : "",
                "leadDays" => line["leadDays"] is long days ? english ? $"{days} d" : words($"{days} 天") : "",
                _ => words(line.Text("remark") ?? ""),
            })], widths, numbers, head: false, Head);
        }
    }

    private static void Sums(Pen pen, Quote quote, IReadOnlyList<Record> lines, bool english, Func<string, string> words)
    {
        var (amount, tax, currency) = ((Money)quote["amount"]!, (Money)quote["tax"]!, quote.Text("currency")!);
        var sum = lines.Sum(line => ((Money)line["total"]!).Amount);
        var net = lines.Sum(line => ((Money)line["net"]!).Amount);
        pen.Space(4);
        if (net != sum)
        {
            pen.Sum(english ? "Sum" : words("合计"), Number(sum, currency));
            pen.Sum(english ? $"Discount {quote["discount"]:0.##}%" : words($"整单折扣 {quote["discount"]:0.##}%"), Number(net - sum, currency));
        }

        pen.Sum(quote["taxIncluded"] is true ? english ? "Tax included" : words("其中税额") : english ? "Tax" : words("税额"), Number(tax.Amount, currency));
        pen.Sum(english ? "Total" : words("总计"), $"{currency} {Number(amount.Amount, currency)}", bold: true);
        if (currency == "CNY" && !english)
        {
            pen.Paragraph(words("大写：") + words(RmbCapitals.Write(amount.Amount, withPrefix: true)));
        }

        pen.Space(6);
    }

    private static string Amount(object? value, Quote quote) => value is Money money ? Number(money.Amount, quote.Text("currency")!) : "";

    /// <summary>With the decimals the currency is paid in, or more where a price has more.</summary>
    private static string Number(decimal amount, string currency)
    {
        var digits = MinorUnits.Of(currency);
        return amount == decimal.Round(amount, digits) ? amount.ToString("N" + digits, CultureInfo.InvariantCulture) : amount.ToString("#,##0.####", CultureInfo.InvariantCulture);
    }

    private static string Plain(decimal? number) => number?.ToString("#,##0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Day(object? value) => value is DateOnly day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";
}
