using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>The words of a printed quote in one language. {customer}, {contact}, {number}, {validUntil}, {company} and {owner} are filled in.</summary>
/// <param name="Columns">Of the table, in their order: number, code, description, unit, quantity, unitPrice, discount, net, taxRate, leadDays, remark.</param>
public sealed record QuoteWords(string Title, string Opening, string Terms, string Closing, string Footer, IReadOnlyList<string> Columns);

/// <summary>What a company prints on its quotes; an administrator of the catalogue changes it.</summary>
/// <param name="CompanyLines">Address, telephone, bank: one a line, below the company's name.</param>
public sealed record QuoteTemplate(QuoteWords Chinese, QuoteWords English, string CompanyLines = "")
{
    public const string Setting = "quote-template";
    private const int LongestText = 4000;

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

    public static async ValueTask<QuoteTemplate> LoadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), cancel) is { Length: > 0 } kept ? JsonSerializer.Deserialize<QuoteTemplate>(kept, Json)! : First;

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
            if (new[] { words.Title, words.Opening, words.Terms, words.Closing, words.Footer, template.CompanyLines }.Any(text => text.Length > LongestText))
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
