using Guanxi.Sales.Quotes;
using Guanxi.Tests.Platform.Documents;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class QuotePaperTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> PaperAsync(QuoteWorld world, Guid quote, string language, string? watermark = null)
    {
        var workspace = world.Company.Workspace;
        await using var session = await workspace.Database.ReadAsync(Cancel);
        return string.Join('\n', PdfReader.Lines(await QuotePapers.MakeAsync(session, workspace.Schema, workspace.Directory, quote, 1, language, watermark, workspace.Now, Cancel)));
    }

    [Fact]
    public async Task A_paper_says_what_the_customer_is_to_read_in_chinese_and_english_and_no_cost()
    {
        var world = await QuoteWorld.OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        var quote = await world.QuoteAsync(company.ZhangWei, new { paymentTerms = "预付 30%，验收后付清", note = "含运费", internalNote = "底线 850", discount = 2 });
        await world.LinesAsync(company.ZhangWei, quote, [.. Enumerable.Range(0, 60).Select(_ => (object)new { product = world.Pump.Id, quantity = 2 })]);
        await world.SubmitAsync(company.ZhangWei, quote);
        var chinese = await PaperAsync(world, quote.Id, "zh-Hans", "王经理 2026-11-22");
        foreach (var words in new[] { "报价单", "长沙银行", quote.Text("number")!, "不锈钢水泵", "预付 30%，验收后付清", "含运费", "整单折扣 2%", "CNY 117,600.00", "大写：人民币壹拾壹万柒仟陆佰元整", "王经理 2026-11-22", "2 / 2" })
        {
            Assert.Contains(words, chinese, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("底线", chinese, StringComparison.Ordinal);
        Assert.DoesNotContain("600.00\n600.00", chinese, StringComparison.Ordinal);
        var english = await PaperAsync(world, quote.Id, "en");
        foreach (var words in new[] { "Quotation", "Stainless pump", "Unit price", "Total", "Page 1 of 2" })
        {
            Assert.Contains(words, english, StringComparison.Ordinal);
        }

        Assert.Contains("報價單", await PaperAsync(world, quote.Id, "zh-Hant"), StringComparison.Ordinal);
    }

    /// <summary>Whatever stands in a name, a line or a remark is text on the paper: no object, no action, no file of it.</summary>
    [Fact]
    public async Task No_word_of_a_customer_becomes_a_part_of_the_paper()
    {
        const string Hostile = ") Tj ET endstream endobj 9 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj";
        var world = await QuoteWorld.OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        var workspace = company.Workspace;
        var quote = await world.QuoteAsync(company.ZhangWei, new { name = Hostile, note = Hostile + "\n{owner}{{company}}<script>\u202e", paymentTerms = "file:///etc/passwd /Launch /URI (x)" });
        await world.LinesAsync(company.ZhangWei, quote, new { description = Hostile, quantity = 1, unitPrice = new { amount = "1", currency = "CNY" }, remark = "/EmbeddedFile /OpenAction" });
        await using var session = await workspace.Database.ReadAsync(Cancel);
        var paper = await QuotePapers.MakeAsync(session, workspace.Schema, workspace.Directory, quote.Id, 1, "zh-Hans", Hostile, workspace.Now, Cancel);
        var raw = System.Text.Encoding.Latin1.GetString(paper);
        foreach (var name in new[] { "/JavaScript", "/OpenAction", "/Launch", "/URI", "/EmbeddedFile", "/SubmitForm", "/GoToR" })
        {
            Assert.DoesNotContain(name, raw, StringComparison.Ordinal);
        }

        var text = string.Concat(PdfReader.Lines(paper)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("/JavaScript/JS(app.alert(1))", text, StringComparison.Ordinal);
        Assert.Contains("file:///etc/passwd", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_words_and_columns_are_the_company_s_own()
    {
        var world = await QuoteWorld.OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        var template = QuoteTemplate.First with { Chinese = QuoteTemplate.First.Chinese with { Title = "价格函", Terms = "本函由 {owner} 开具", Columns = ["number", "code", "description", "net"] }, CompanyLines = "长沙市岳麓区 1 号\n开户行：建设银行" };
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Platform.Settings.PutAsync(context.Session, QuoteTemplate.Setting, QuoteTemplate.Parse(System.Text.Json.JsonDocument.Parse(template.Write()).RootElement).Write()));
        var quote = await world.PumpsAsync(company.ZhangWei);
        var paper = await PaperAsync(world, quote.Id, "zh-Hans");
        foreach (var words in new[] { "价格函", "本函由 张伟 开具", "P-100", "开户行：建设银行" })
        {
            Assert.Contains(words, paper, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("单价", paper, StringComparison.Ordinal);
        Assert.Equal(422, (await Refused.ByAsync(() => Task.FromResult(QuoteTemplate.Parse(Company.Json(new { chinese = 1 }))))).Status);
        var twice = template with { English = template.English with { Columns = ["net", "net"] } };
        Assert.Equal(422, (await Refused.ByAsync(() => Task.FromResult(QuoteTemplate.Parse(System.Text.Json.JsonDocument.Parse(twice.Write()).RootElement)))).Status);
    }
}
