using System.Text;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class ImportFileTests
{
    [Theory, BothDatabases]
    public async Task A_sellers_file_becomes_his_customers_by_the_rules_of_their_fields(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.ZhangWei, "客户名称,级别,电话,邮箱,标签,年营业额\n长沙银行,大客户,138 0000 0001,A@Example.com,\"展会,老客户\",12万\n曾国藩,vip,,,,\n");

        Assert.Equal((2, 2, 0, 0, 0), (result.Counts.Read, result.Counts.Created, result.Counts.Updated, result.Counts.Skipped, result.Counts.Rejected));
        Assert.Equal("done", result.State);
        var bank = await company.OnlyAsync("长沙银行");
        Assert.Equal(company.ZhangWei.Id, bank.OwnerId);
        Assert.Equal("major", bank.Text("level"));
        Assert.Equal("+8613800000001", bank.Text("phone"));
        Assert.Equal(["展会", "老客户"], (string[])bank["tags"]!);
        Assert.Equal(new Money(120_000, "CNY"), bank["annualRevenue"]);
        Assert.Equal("potential", bank.Text("stage"));
        Assert.StartsWith("chang2 sha1", bank.Text("nameKey"), StringComparison.Ordinal);
        Assert.Equal(company.Workspace.Now, bank.Instant("ownedSince"));
        Assert.Equal(["长沙银行"], await company.NamesAsync(company.ZhangWei, "customers", words: "csyh"));
        Assert.Equal(["长沙银行"], await company.NamesAsync(company.ZhangWei, "customers", words: "00000001"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task Rows_that_break_a_rule_are_rejected_with_their_number_and_reason_and_the_others_come_in(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var rejects = Path.Combine(ImportFile.TemporaryFolder(company.Workspace), "out.rejects.csv");
        var path = company.Write("客户名称,级别,员工人数\n好公司,普通,12\n,普通,3\n坏公司,超级,x\n");
        var result = await company.ImportAsync(company.WangFang, path, new ImportOptions { Type = "customers" }, rejects);

        Assert.Equal((3, 1, 2), (result.Counts.Read, result.Counts.Created, result.Counts.Rejected));
        Assert.Equal([3L, 4L], result.Rejects.Select(reject => reject.Row));
        Assert.Contains("级别", result.Rejects[1].Reason, StringComparison.Ordinal);
        Assert.Contains("员工人数", result.Rejects[1].Reason, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(rejects, TestContext.Current.CancellationToken);
        Assert.Equal("行号,原因,客户名称,级别,员工人数", lines[0]);
        Assert.EndsWith(",坏公司,超级,x", lines[2], StringComparison.Ordinal);
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains("坏公司", (await ImportRows.RejectsAsync(session, result.Batch!.Value, -1, 10, TestContext.Current.CancellationToken))[1].Values[0]!, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task A_dry_run_counts_and_changes_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "老客户", new { externalId = "E1", city = "北京" });
        var (before, entries) = (await company.ContentAsync(), await company.CountAsync("ledger"));
        var result = await company.ImportTextAsync(
            company.WangFang,
            "外部系统编号,客户名称,城市\nE1,老客户,上海\nE2,新客户,广州\nE2,新客户二,广州\nE3,,\nE1,老客户,北京\n",
            new ImportOptions { Type = "customers", Mode = ImportMode.Both, Key = "externalId", DryRun = true });

        Assert.Null(result.Batch);
        Assert.Equal("dry-run", result.State);
        Assert.Equal((5, 1, 1), (result.Counts.Read, result.Counts.Created, result.Counts.Rejected));
        Assert.Equal(before, await company.ContentAsync());
        Assert.Equal(entries, await company.CountAsync("ledger"));
        Assert.Equal(0, await company.CountAsync("import_batch"));
    }

    [Theory, BothDatabases]
    public async Task Owners_are_found_by_name_or_user_name_and_an_unknown_one_is_an_error_until_it_is_settled(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "客户名称,负责人\n一,张伟\n二,zhaomin\n三,离职的人\n四,\n五,none\n";
        var result = await company.ImportTextAsync(company.LiQiang, text);

        Assert.Equal((4, 1), (result.Counts.Created, result.Counts.Rejected));
        Assert.Contains("离职的人", result.Rejects.Single().Reason, StringComparison.Ordinal);
        Assert.Equal(company.ZhangWei.Id, (await company.OnlyAsync("一")).OwnerId);
        Assert.Equal(company.ZhaoMin.Id, (await company.OnlyAsync("二")).OwnerId);
        Assert.Equal(company.LiQiang.Id, (await company.OnlyAsync("四")).OwnerId);
        Assert.Null((await company.OnlyAsync("五")).OwnerId);

        var settled = await company.ImportTextAsync(company.LiQiang, "客户名称,负责人\n三,离职的人\n", new ImportOptions
        {
            Type = "customers",
            Values = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["owner"] = new Dictionary<string, string> { ["离职的人"] = "me" } },
        });
        Assert.Equal(1, settled.Counts.Created);
        Assert.Equal(company.LiQiang.Id, (await company.OnlyAsync("三")).OwnerId);
    }

    [Theory, BothDatabases]
    public async Task Contacts_find_their_customer_by_its_name_when_it_is_one_that_the_importer_sees(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var mine = await company.CustomerAsync(company.ZhangWei, "我的客户", new { externalId = "X-7" });
        await company.CustomerAsync(company.ZhaoMin, "别人的客户");
        await company.CustomerAsync(company.ZhangWei, "同名");
        await company.CustomerAsync(company.ZhangWei, "同名");
        var result = await company.ImportTextAsync(company.ZhangWei, $"姓名,所属客户\n甲,我的客户\n乙,别人的客户\n丙,同名\n丁,{mine.Id}\n戊,X-7\n", new ImportOptions { Type = "contacts" });

        Assert.Equal((3, 2), (result.Counts.Created, result.Counts.Rejected));
        Assert.Equal([3L, 4L], result.Rejects.Select(reject => reject.Row));
        foreach (var name in new[] { "甲", "丁", "戊" })
        {
            Assert.Equal(mine.Id, (await company.OnlyAsync(name, "contacts")).Reference("customer"));
        }
    }

    [Theory, BothDatabases]
    public async Task A_company_may_name_one_further_down_the_file_as_its_parent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.WangFang, "客户名称,上级公司\n子公司,母公司\n母公司,集团\n集团,\n孤儿,不存在\n");

        Assert.Equal((3, 1), (result.Counts.Created, result.Counts.Rejected));
        Assert.Equal((await company.OnlyAsync("母公司")).Id, (await company.OnlyAsync("子公司")).Reference("parent"));
        Assert.Equal((await company.OnlyAsync("集团")).Id, (await company.OnlyAsync("母公司")).Reference("parent"));

        var undone = await company.UndoAsync(company.WangFang, result);
        Assert.Equal((3, 0, 0), (undone.Deleted, undone.Restored, undone.Kept.Count));
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory, BothDatabases]
    public async Task The_creator_and_the_time_of_creation_are_kept_when_asked_for(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "客户名称,创建时间,创建人\n老店,2019-05-06 08:00,赵敏\n";
        await company.ImportTextAsync(company.WangFang, text, new ImportOptions { Type = "customers", KeepCreated = true });

        var shop = await company.OnlyAsync("老店");
        Assert.Equal(new DateTimeOffset(2019, 5, 6, 0, 0, 0, TimeSpan.Zero), shop.CreatedAt);
        Assert.Equal(company.ZhaoMin.Id, shop.CreatedBy);
        await company.ImportTextAsync(company.WangFang, text.Replace("老店", "新店", StringComparison.Ordinal));
        Assert.Equal(company.Workspace.Now, (await company.OnlyAsync("新店")).CreatedAt);
    }

    [Theory, BothDatabases]
    public async Task Who_may_not_import_or_not_change_a_field_is_refused_before_a_row_is_read(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Assert.Equal(403, (await Refused.ByAsync(() => company.ImportTextAsync(company.ChenJing, "客户名称\n一\n"))).Status);

        var masked = await Refused.ByAsync(() => company.ImportTextAsync(company.SunLi, "客户名称,电话\n一,13800000001\n", new ImportOptions
        {
            Type = "customers",
            Mapping = new Dictionary<string, string> { ["客户名称"] = "name", ["电话"] = "phone" },
        }));
        Assert.Equal(422, masked.Status);
        Assert.Contains("mapping", masked.Errors!.Keys);
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory, BothDatabases]
    public async Task A_damaged_or_foreign_file_imports_nothing_and_says_why(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var foreign = await Refused.ByAsync(() => company.ImportTextAsync(company.WangFang, "水果,颜色\n苹果,红\n"));
        Assert.Equal(422, foreign.Status);
        Assert.Contains("水果", foreign.Detail!.ZhHans, StringComparison.Ordinal);

        var picture = company.Write("", "picture.csv");
        await File.WriteAllBytesAsync(picture, [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], TestContext.Current.CancellationToken);
        Assert.Equal("unreadable-file", (await Refused.ByAsync(() => company.ImportAsync(company.WangFang, picture, new ImportOptions { Type = "customers" }))).Kind);

        var tooLong = new StringBuilder("客户名称,备注\n");
        for (var i = 0; i < 5000; i++)
        {
            tooLong.Append("客户").Append(i).Append(",好\n");
        }

        tooLong.Append("最后,").Append('长', 4_100_000).Append('\n');
        var late = await Refused.ByAsync(() => company.ImportTextAsync(company.WangFang, tooLong.ToString()));
        Assert.Contains("5002", late.Detail!.En, StringComparison.Ordinal);
        Assert.Equal(0, await company.CountAsync());
        Assert.Equal(0, await company.CountAsync("import_batch"));
    }

    [Theory, BothDatabases]
    public async Task The_inspection_tells_the_columns_and_what_they_seem_to_be(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var path = company.Write("客户名称;城市;杂项\n长沙银行;长沙;1\n武汉晨曦教育设备有限公司;武汉;2\n", "gb.csv", Encoding.GetEncoding("GB18030"));
        var seen = new ImportFile(company.Workspace).Inspect(company.ZhangWei, path, "gb.csv", new ImportOptions { Type = "customers" });

        Assert.Equal(["客户名称", "城市", "杂项"], seen.Columns);
        Assert.Equal(("name", "city"), (seen.Mapping["客户名称"], seen.Mapping["城市"]));
        Assert.Equal(";", seen.Delimiter);
        Assert.StartsWith("gb", seen.Encoding, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["长沙银行", "长沙", "1"], seen.Sample[0]);
    }
}
