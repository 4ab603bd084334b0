using Guanxi.Customers.Pools;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Tests.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Pools;

/// <summary>How many customers somebody may have, by every way in which one comes to him.</summary>
public sealed class HoldingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<Record> RuleAsync(Company company, object values) => company.CreateAsync(company.WangFang, "holding-rules", values);

    [Theory, BothDatabases]
    public async Task The_limit_holds_on_entry_claim_assignment_and_hand_over_and_buyers_do_not_count(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CreateAsync(company.WangFang, "pools", new { name = "公海" });
        await RuleAsync(company, new { name = "销售库容", team = company.ZhangWei.Person.TeamId, most = 2, notCounted = "stage in (active, loyal)" });
        await company.CustomerAsync(company.ZhangWei, "甲公司");
        await company.CustomerAsync(company.ZhangWei, "乙公司");
        await company.CustomerAsync(company.ZhangWei, "老主顾", new { stage = "loyal" });
        var entered = await Refused.ByAsync(() => company.CustomerAsync(company.ZhangWei, "丙公司"));
        Assert.Equal("most-held", entered.Rule);

        var others = await company.CustomerAsync(company.ZhaoMin, "丁公司");
        Assert.Equal("most-held", (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, others, new { owner = company.ZhangWei.Id }))).Rule);
        await company.ChangeAsync(company.WangFang, others, new { stage = "active" });
        await company.ChangeAsync(company.WangFang, others, new { owner = company.ZhangWei.Id });

        var free = await company.CustomerAsync(company.ZhaoMin, "戊公司");
        await company.Workspace.WriteAsync(company.ZhaoMin, context => PoolCustomers.ReleaseAsync(context, free.Id, null, null, Cancel), cancel: Cancel);
        Task ClaimAsync() => company.Workspace.WriteAsync(company.ZhangWei, context => PoolCustomers.ClaimAsync(context, free.Id, Cancel), cancel: Cancel);
        Assert.Equal("most-held", (await Refused.ByAsync(ClaimAsync)).Rule);

        // A rule of his own goes before his team's.
        await RuleAsync(company, new { name = "张伟", person = company.ZhangWei.Id, most = 3 });
        Assert.Equal("most-held", (await Refused.ByAsync(ClaimAsync)).Rule);
        await company.CustomerAsync(company.ZhaoMin, "没有规则的人不限");
    }

    [Theory, BothDatabases]
    public async Task A_file_brings_no_more_than_the_limit_and_says_so_row_by_row_in_the_trial_too(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "赵敏", person = company.ZhaoMin.Id, most = 3 });
        await company.CustomerAsync(company.ZhaoMin, "已有一个");
        var names = new[] { "北京朝晖", "上海远东", "广州天河", "成都锦里", "武汉江汉" };
        foreach (var trial in new[] { true, false })
        {
            var result = await company.ImportTextAsync(company.ZhaoMin, "客户名称\n" + string.Join('\n', names), new ImportOptions { Type = "customers", DryRun = trial });
            Assert.Equal((2, 3), (result.Counts.Created, result.Counts.Rejected));
        }

        Assert.Equal(3, (await company.NamesAsync(company.ZhaoMin, "customers")).Length);
    }

    [Theory, BothDatabases]
    public async Task A_person_is_in_one_rule_only_and_a_wrong_filter_is_refused_in_words(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "张伟", person = company.ZhangWei.Id, most = 3 });
        Assert.Equal("one-rule", (await Refused.ByAsync(() => RuleAsync(company, new { name = "又是张伟", person = company.ZhangWei.Id, most = 9 }))).Rule);
        foreach (var wrong in new object[] { new { name = "谁也没有", most = 3 }, new { name = "两个", person = company.ZhaoMin.Id, team = company.ZhaoMin.Person.TeamId, most = 3 }, new { name = "零", person = company.ZhaoMin.Id, most = 0 }, new { name = "筛选", person = company.ZhaoMin.Id, most = 3, notCounted = "没有这个字段 = 1" }, new { name = "我", person = company.ZhaoMin.Id, most = 3, notCounted = "owner = me" } })
        {
            Assert.Equal(422, (await Refused.ByAsync(() => RuleAsync(company, wrong))).Status);
        }

        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "holding-rules", new { name = "私设", person = company.ZhangWei.Id, most = 99 }))).Status);
    }
}
