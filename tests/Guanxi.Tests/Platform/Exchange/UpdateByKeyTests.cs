using Guanxi.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class UpdateByKeyTests
{
    [Theory, BothDatabases]
    public async Task A_row_changes_the_record_with_its_key_and_empty_cells_leave_values_alone(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var shop = await company.CustomerAsync(company.ZhangWei, "店", new { externalId = "E1", city = "北京", note = "留着" });
        await company.CustomerAsync(company.ZhangWei, "一样", new { externalId = "E2", city = "广州" });
        var result = await company.ImportTextAsync(company.ZhangWei, "外部系统编号,城市,备注\nE1,上海,\nE2,广州,\nE9,长沙,\n,长沙,\n", new ImportOptions { Type = "customers", Mode = ImportMode.Update, Key = "externalId" });

        Assert.Equal((4, 0, 1, 1, 2), (result.Counts.Read, result.Counts.Created, result.Counts.Updated, result.Counts.Skipped, result.Counts.Rejected));
        var now = await company.LoadAsync(company.ZhangWei, "customers", shop.Id);
        Assert.Equal(("上海", "留着"), (now.Text("city"), now.Text("note")));
        Assert.Equal(2, now.Version);
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task A_key_that_several_records_have_is_rejected(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "同名", new { city = "北京" });
        await company.CustomerAsync(company.ZhangWei, "同名", new { city = "北京" });
        var result = await company.ImportTextAsync(company.ZhangWei, "客户名称,城市\n同名,上海\n", new ImportOptions { Type = "customers", Mode = ImportMode.Both, Key = "name" });

        Assert.Equal((0, 0, 1), (result.Counts.Created, result.Counts.Updated, result.Counts.Rejected));
        Assert.Contains("2", result.Rejects.Single().Reason, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Records_that_the_importer_may_only_read_are_not_changed_and_those_he_may_not_see_are_not_told_of(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var theirs = await company.CustomerAsync(company.ZhaoMin, "别人的", new { externalId = "E1" });
        var seenByAll = await company.ImportTextAsync(company.SunLi, "外部系统编号,城市\nE1,上海\n", new ImportOptions { Type = "customers", Mode = ImportMode.Update, Key = "externalId" });
        var unseen = await company.ImportTextAsync(company.ZhangWei, "外部系统编号,城市\nE1,上海\nE2,上海\n", new ImportOptions { Type = "customers", Mode = ImportMode.Update, Key = "externalId" });

        Assert.Equal(1, seenByAll.Counts.Rejected);
        Assert.Equal(2, unseen.Counts.Rejected);
        Assert.Equal(unseen.Rejects[0].Reason.Replace("E1", "E2", StringComparison.Ordinal), unseen.Rejects[1].Reason);
        Assert.Null((await company.LoadAsync(company.ZhaoMin, "customers", theirs.Id)).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task Keys_are_compared_in_the_form_in_which_they_are_kept(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "有码", new { creditCode = "91350100M000100Y43" });
        await company.CustomerAsync(company.ZhangWei, "有号", new { phone = "13800000001" });
        var byCode = await company.ImportTextAsync(company.ZhangWei, "统一社会信用代码,城市\n91350100m000100y43,福州\n", new ImportOptions { Type = "customers", Mode = ImportMode.Update, Key = "creditCode" });
        var byPhone = await company.ImportTextAsync(company.ZhangWei, "电话,城市\n+86 138-0000-0001,长沙\n", new ImportOptions { Type = "customers", Mode = ImportMode.Update, Key = "phone" });

        Assert.Equal((1, 1), (byCode.Counts.Updated, byPhone.Counts.Updated));
        Assert.Equal("长沙", (await company.OnlyAsync("有号")).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task Rows_with_the_same_key_in_one_file_become_one_record(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "外部系统编号,客户名称,城市,邮编\nE1,店,北京,\nE2,别店,广州,\nE1,店,上海,200000\nE1,店,上海,200000\n";
        var created = await company.ImportTextAsync(company.ZhangWei, text, new ImportOptions { Type = "customers", Mode = ImportMode.Both, Key = "externalId" });

        Assert.Equal((2, 1, 1, 0), (created.Counts.Created, created.Counts.Updated, created.Counts.Skipped, created.Counts.Rejected));
        Assert.Equal(("上海", "200000"), ((await company.OnlyAsync("店")).Text("city"), (await company.OnlyAsync("店")).Text("postcode")));

        var again = await company.ImportTextAsync(company.ZhangWei, text, new ImportOptions { Type = "customers", Key = "externalId" });
        Assert.Equal((0, 4), (again.Counts.Created, again.Counts.Skipped));
        Assert.Equal(2, await company.CountAsync());

        await company.UndoAsync(company.ZhangWei, created);
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory, BothDatabases]
    public async Task An_export_comes_back_in_by_id(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var shop = await company.CustomerAsync(company.ZhangWei, "店");
        var result = await company.ImportTextAsync(company.ZhangWei, $"编号,客户名称\n{shop.Id},新店名\n{Guid.CreateVersion7()},没有\nabc,不是编号\n", new ImportOptions { Type = "customers", Mode = ImportMode.Both });

        Assert.Equal((0, 1, 2), (result.Counts.Created, result.Counts.Updated, result.Counts.Rejected));
        Assert.Equal("新店名", (await company.LoadAsync(company.ZhangWei, "customers", shop.Id)).Title);
        Assert.Equal(["新店名"], await company.NamesAsync(company.ZhangWei, "customers", words: "xdm"));
    }
}
