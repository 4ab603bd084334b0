using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class ImportAlikeTests
{
    private const string Text = "客户名称,电话,城市,邮箱\n上海華興機械設備有限公司,13800138000,上海,info@huaxing.cn\n长沙新店,13900000001,长沙,\n";

    private static Task<Record> HuaxingAsync(Company company) =>
        company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "13800138000", city = "上海市" });

    [Theory, BothDatabases]
    public async Task A_dry_run_tells_which_rows_look_like_what_is_there_and_why(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var there = await HuaxingAsync(company);
        var trial = await company.ImportTextAsync(company.ZhangWei, Text, new ImportOptions { Type = "customers", DryRun = true });

        var alike = Assert.Single(trial.Alike);
        Assert.Equal((2L, "match", there.Id, true), (alike.Row, alike.Band, alike.Record!.Value, alike.MayEdit));
        Assert.Contains(alike.Reasons, reason => reason is { Field: "phone", Bits: > 0 });
        Assert.Equal("上海華興機械設備有限公司", alike.Values[0]);
        Assert.Equal((2, 1, 2), (trial.Counts.Created, trial.Counts.Alike, trial.Counts.Compared));

        // 赵敏 does not see 张伟's customer: she hears that it is there and whose it is, and not which.
        var hidden = Assert.Single((await company.ImportTextAsync(company.ZhaoMin, Text, new ImportOptions { Type = "customers", DryRun = true })).Alike);
        Assert.Equal((null, false, 0), (hidden.Record, hidden.MayEdit, hidden.Reasons.Count));
        Assert.Contains("张伟", hidden.Sentence, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Somebody_decides_about_a_row_that_it_is_the_record_that_it_goes_or_that_it_is_another(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var there = await HuaxingAsync(company);
        var options = new ImportOptions { Type = "customers" };
        Dictionary<long, string> Decide(string what) => new() { [2] = what };

        var skipped = await company.ImportTextAsync(company.ZhangWei, Text, options with { Decisions = Decide("skip") });
        Assert.Equal((1, 0, 1), (skipped.Counts.Created, skipped.Counts.Updated, skipped.Counts.Skipped));
        await company.UndoAsync(company.ZhangWei, skipped);

        var same = await company.ImportTextAsync(company.ZhangWei, Text, options with { Decisions = Decide(there.Id.ToString()), Rules = new Dictionary<string, ColumnRule> { ["name"] = ColumnRule.Never } });
        Assert.Equal((1, 1), (same.Counts.Created, same.Counts.Updated));
        var now = await company.LoadAsync(company.ZhangWei, "customers", there.Id);
        Assert.Equal(("上海华兴机械设备有限公司", "info@huaxing.cn", company.ZhangWei.Id), (now.Text("name"), now.Text("email"), now.OwnerId));
        await company.UndoAsync(company.ZhangWei, same);
        Assert.Null((await company.LoadAsync(company.ZhangWei, "customers", there.Id)).Text("email"));

        var another = await company.ImportTextAsync(company.ZhangWei, Text, options with { Decisions = Decide("create"), Alike = AlikeRule.Skip });
        Assert.Equal((2, 0), (another.Counts.Created, another.Counts.Updated));

        var stranger = await company.ImportTextAsync(company.ZhaoMin, Text, options with { Decisions = Decide(there.Id.ToString()) });
        Assert.Equal((1, 1), (stranger.Counts.Created, stranger.Counts.Rejected));
    }

    [Theory, BothDatabases]
    public async Task One_rule_for_all_that_look_the_same_leaves_them_out_or_updates_them(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var there = await HuaxingAsync(company);
        var skipped = await company.ImportTextAsync(company.ZhangWei, Text, new ImportOptions { Type = "customers", Alike = AlikeRule.Skip });
        Assert.Equal((1, 0, 1), (skipped.Counts.Created, skipped.Counts.Updated, skipped.Counts.Skipped));
        await company.UndoAsync(company.ZhangWei, skipped);

        var updated = await company.ImportTextAsync(company.ZhangWei, Text, new ImportOptions { Type = "customers", Alike = AlikeRule.Update });
        Assert.Equal((1, 1), (updated.Counts.Created, updated.Counts.Updated));
        Assert.Equal("info@huaxing.cn", (await company.LoadAsync(company.ZhangWei, "customers", there.Id)).Text("email"));
    }
}
