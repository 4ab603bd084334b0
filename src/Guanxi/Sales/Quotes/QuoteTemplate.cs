using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Database;
using Guanxi.Platform.Documents;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>The words of a printed quote in one language. {customer}, {contact}, {number}, {validUntil}, {company} and {owner} are filled in.</summary>
/// <param name="Columns">Of the table, in their order: number, code, description, unit, quantity, unitPrice, discount, net, taxRate, leadDays, remark.</param>
public sealed record QuoteWords(string Title, string Opening, string Terms, string Closing, string Footer, IReadOnlyList<string> Columns);

/// <summary>What a company prints on its quotes; an administrator of the catalogue changes it.</summary>
/// <param name="CompanyLines">Address, telephone, bank: one a line, below the company's name.</param>
/// <param name="CompanyEnglish">The company's name on English papers; its own where it is empty.</param>
/// <param name="CompanyLinesEnglish">The lines below it there; the others where it is empty.</param>
public sealed record QuoteTemplate(QuoteWords Chinese, QuoteWords English, string CompanyLines = "", string CompanyEnglish = "", string CompanyLinesEnglish = "")
{
    /// <summary>Name and lines of the company as a paper in a language has them.</summary>
    public (string Name, string Lines) Company(string name, string language) => language switch
    {
        "en" => (CompanyEnglish.Length > 0 ? CompanyEnglish : name, CompanyLinesEnglish.Length > 0 ? CompanyLinesEnglish : CompanyLines),
        "zh-Hant" => (Platform.Language.Script.ToTraditional(name), Platform.Language.Script.ToTraditional(CompanyLines)),
        _ => (name, CompanyLines),
    };

    public const string Setting = "quote-template";

    /// <summary>The setting that holds the logo, as base64.</summary>
    public const string LogoSetting = "quote-logo";

    private const int LongestText = 4000;

    /// <summary>Stands above the company's name; null for none.</summary>
    [JsonIgnore]
    public PdfImage? Logo { get; init; }

    /// <summary>The columns a table can have.</summary>
    public static IReadOnlyList<string> KnownColumns { get; } = ["number", "code", "description", "unit", "quantity", "unitPrice", "discount", "net", "taxRate", "leadDays", "remark"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>What a new company prints.</summary>
    public static QuoteTemplate First { get; } = new(
        new QuoteWords("报价单", "{customer} {contact}：\n感谢垂询，现报价如下，有效期至 {validUntil}。", "", "顺祝商祺\n{company} {owner}", "{company} · {number}", ["number", "description", "unit", "quantity", "unitPrice", "discount", "net", "leadDays"]),
        new QuoteWords("Quotation", "To {customer} {contact}\nThank you for your inquiry. We are pleased to quote as follows, valid until {validUntil}.", "", "Yours sincerely\n{company}, {owner}", "{company} · {number}", ["number", "description", "unit", "quantity", "unitPrice", "discount", "net", "leadDays"]));

    public QuoteWords In(string language) => language == "en" ? English : Chinese;

    public static async ValueTask<QuoteTemplate> LoadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var template = await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), cancel) is { Length: > 0 } kept ? JsonSerializer.Deserialize<QuoteTemplate>(kept, Json)! : First;
        return await LogoAsync(session, cancel) is { } logo ? template with { Logo = PictureOf(logo) } : template;
    }

    /// <summary>The logo as base64; null when there is none.</summary>
    public static async ValueTask<string?> LogoAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {LogoSetting}"), cancel) is { Length: > 0 } kept ? kept : null;

    /// <exception cref="RefusedException">It is no picture that can be printed.</exception>
    public static PdfImage? PictureOf(string? base64)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return null;
        }

        var bytes = new byte[(base64.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? PdfImage.Read(bytes[..length], "logo") : throw new RefusedException(Refusal.Invalid("logo", ("图片应为 base64 编码的 PNG 或 JPEG", "A picture is a PNG or JPEG in base64")));
    }

    /// <exception cref="RefusedException">It cannot be read, a text is too long, or a column is not known or there twice.</exception>
    public static QuoteTemplate Parse(JsonElement json)
    {
        QuoteTemplate template;
        try
        {
            template = json.Deserialize<QuoteTemplate>(Json) ?? throw new JsonException("The template is empty.");
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Invalid("template", new Label($"模板无法读取：{error.Path}", $"The template cannot be read: {error.Message}")));
        }

        foreach (var words in new[] { template.Chinese, template.English })
        {
            if (new[] { words.Title, words.Opening, words.Terms, words.Closing, words.Footer, template.CompanyLines, template.CompanyEnglish, template.CompanyLinesEnglish }.Any(text => text.Length > LongestText))
            {
                throw new RefusedException(Refusal.Invalid("template", new Label($"每段最多 {LongestText} 字", $"A text has at most {LongestText} characters")));
            }

            if (words.Columns.Count == 0 || words.Columns.Distinct(StringComparer.Ordinal).Count() != words.Columns.Count || words.Columns.Any(column => !KnownColumns.Contains(column, StringComparer.Ordinal)))
            {
                throw new RefusedException(Refusal.Invalid("columns", new Label($"列应为 {string.Join("、", KnownColumns)} 中的若干项，不重复", $"Columns are some of {string.Join(", ", KnownColumns)}, each once")));
            }
        }

        return template;
    }

    public string Write() => JsonSerializer.Serialize(this, Json);
}
