using System.Text;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class ExportFileTests
{
    private static async Task<MemoryStream> ExportAsync(Company company, Actor actor, string type, ExportFormat format, string? filter = null, string? fields = null, string? sort = null)
    {
        var query = ExportFile.Parse(actor, company.Workspace.Schema[type], format, filter, sort, fields);
        var stream = new MemoryStream();
        await new ExportFile(company.Workspace).RunAsync(actor, query, filter, format, stream, TestContext.Current.CancellationToken);
        stream.Position = 0;
        return stream;
    }

    private static async Task<string> TextAsync(Company company, Actor actor, string type, ExportFormat format, string? filter = null, string? fields = null, string? sort = null) =>
        Encoding.UTF8.GetString((await ExportAsync(company, actor, type, format, filter, fields, sort)).ToArray());

    [Theory, BothDatabases]
    public async Task A_manager_gets_his_teams_rows_in_words_and_the_ledger_knows(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { level = "major", annualRevenue = "1200", tags = new[] { "甲", "乙" }, nextContactAt = "2026-12-01T02:00:00Z" });
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = bank.Id, isPrimary = true });
        await company.CustomerAsync(company.ZhaoMin, "别组的");
        var text = await TextAsync(company, company.LiQiang, "customers", ExportFormat.Csv, fields: "name,level,owner,annualRevenue,tags,nextContactAt", sort: "name");
        Assert.Equal("\uFEFF客户名称,级别,负责人,年营业额,标签,下次联系\r\n长沙银行,大客户,张伟,1200,甲、乙,2026-12-01 10:00:00\r\n", text);

        Assert.Contains("曾国藩,长沙银行,是", await TextAsync(company, company.LiQiang, "contacts", ExportFormat.Csv, fields: "name,customer,isPrimary"), StringComparison.Ordinal);
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var notes = await session.ListAsync(new Guanxi.Database.Sql().Append("SELECT actor_id, record_type, changes FROM ledger WHERE action = 'export' ORDER BY seq"), row => (row.OptionalId(0), row.Text(1), row.Text(2)), TestContext.Current.CancellationToken);
        Assert.Equal((company.LiQiang.Id, "customers"), (notes[0].Item1, notes[0].Item2));
        Assert.Equal(1, JsonDocument.Parse(notes[0].Item3).RootElement.GetProperty("rows").GetInt32());
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task A_seller_may_not_export(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "我的");
        Assert.Equal(403, (await Refused.ByAsync(() => ExportAsync(company, company.ZhangWei, "customers", ExportFormat.Csv))).Status);
    }

    [Theory, BothDatabases]
    public async Task Masked_fields_go_out_masked_hidden_ones_not_at_all(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "银行", new { phone = "13800000001", wechat = "wx-secret", email = "someone@example.com" });
        foreach (var format in new[] { ExportFormat.Csv, ExportFormat.Json, ExportFormat.Vcf })
        {
            var text = await TextAsync(company, company.ChenJing, "customers", format);
            Assert.Contains("银行", text, StringComparison.Ordinal);
            Assert.DoesNotContain("13800000001", text, StringComparison.Ordinal);
            Assert.DoesNotContain("wx-secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("someone@", text, StringComparison.Ordinal);
        }

        Assert.Equal(422, (await Refused.ByAsync(() => ExportAsync(company, company.ChenJing, "customers", ExportFormat.Csv, fields: "name,wechat"))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => ExportAsync(company, company.ChenJing, "customers", ExportFormat.Csv, filter: "phone = \"13800000001\""))).Status);
    }

    [Theory, BothDatabases]
    public async Task What_a_spreadsheet_would_run_goes_out_harmless_and_comes_back_unchanged(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        string[] notes = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "'=x", "a,b \"c\"\nd"];
        for (var i = 0; i < notes.Length; i++)
        {
            await company.CustomerAsync(company.WangFang, $"客户{i}", new { note = notes[i], externalId = $"E{i}" });
        }

        foreach (var format in new[] { ExportFormat.Csv, ExportFormat.Xlsx })
        {
            var file = await ExportAsync(company, company.WangFang, "customers", format, fields: "name,note");
            if (format == ExportFormat.Csv)
            {
                Assert.DoesNotContain(",=1+1", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
            }

            var path = Path.Combine(ImportFile.TemporaryFolder(company.Workspace), "back." + format);
            await File.WriteAllBytesAsync(path, file.ToArray(), TestContext.Current.CancellationToken);
            var result = await company.ImportAsync(company.WangFang, path, new ImportOptions { Type = "customers", Mode = ImportMode.Both, Key = "name" });
            Assert.Equal((6, 0, 6, 0), (result.Counts.Read, result.Counts.Updated, result.Counts.Skipped, result.Counts.Rejected));
        }
    }

    [Theory, BothDatabases]
    public async Task An_export_of_all_fields_comes_back_by_id_and_changes_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var parent = await company.CustomerAsync(company.ZhangWei, "集团");
        await company.CustomerAsync(company.ZhangWei, "长沙银行", new
        {
            level = "major", phone = "13800000001", annualRevenue = "12.5", tags = new[] { "甲", "乙" }, nextContactAt = "2026-12-01T02:30:00Z", parent = parent.Id, birthday = "1990-05-06", employees = 7,
            otherPhones = new[] { new { label = "", value = "0731-84000000" } }, note = "第一行\n第二行",
        });
        var before = await company.ContentAsync();
        foreach (var format in new[] { ExportFormat.Csv, ExportFormat.Xlsx })
        {
            var path = Path.Combine(ImportFile.TemporaryFolder(company.Workspace), "back." + format);
            await File.WriteAllBytesAsync(path, (await ExportAsync(company, company.WangFang, "customers", format)).ToArray(), TestContext.Current.CancellationToken);
            var result = await company.ImportAsync(company.WangFang, path, new ImportOptions { Type = "customers", Mode = ImportMode.Update });
            Assert.Equal((2, 0, 0), (result.Counts.Read, result.Counts.Updated, result.Counts.Rejected));
            Assert.Equal(before, await company.ContentAsync());
        }
    }

    [Theory, BothDatabases]
    public async Task Json_is_one_array_of_records_and_cards_can_be_read_again(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        for (var i = 0; i < 3; i++)
        {
            await company.CreateAsync(company.ZhangWei, "contacts", new { name = $"联系人{i}", customer = bank.Id, phone = $"1380000000{i}", title = "经理" });
        }

        var array = JsonDocument.Parse((await ExportAsync(company, company.LiQiang, "contacts", ExportFormat.Json, fields: "name,customer")).ToArray()).RootElement;
        Assert.Equal(3, array.GetArrayLength());
        Assert.Equal("长沙银行", array[0].GetProperty("customer").GetProperty("name").GetString());
        Assert.Equal("[\n]\n", await TextAsync(company, company.LiQiang, "contacts", ExportFormat.Json, filter: "name = \"没有\""));

        using var cards = TableReading.Open(await ExportAsync(company, company.LiQiang, "contacts", ExportFormat.Vcf), "cards.vcf");
        var rows = cards.Rows(TestContext.Current.CancellationToken).ToList();
        Assert.Equal(["联系人0", "联系人1", "联系人2"], rows.Select(row => row.Cells[0]).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal("长沙银行", row.Cells[2]));
        Assert.Equal(422, (await Refused.ByAsync(() => ExportAsync(company, company.LiQiang, "activities", ExportFormat.Vcf))).Status);
    }
}
