using Guanxi.Platform.Privacy;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Privacy;

public sealed class RetentionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RetentionRule Rule(string act = "recycle", string type = "customers", string? filter = "stage = \"prospect\"", string field = "createdAt", int days = 365) => new(Guid.Empty, "潜在客户保留一年", type, filter, field, days, act, true, null, null);

    [Theory, BothDatabases]
    public async Task What_the_trial_counts_is_what_goes_and_nothing_else(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "旧线索", new { stage = "prospect" });
        await company.CustomerAsync(company.ZhangWei, "老客户", new { stage = "active" });
        company.Time.Pass(TimeSpan.FromDays(400));
        await company.CustomerAsync(company.ZhangWei, "新线索", new { stage = "prospect" });
        var rule = await Retention.PutAsync(company.Workspace, company.WangFang, Rule(), Cancel);
        var due = await Retention.DueAsync(company.Workspace, company.WangFang, rule, Cancel);
        Assert.Equal(1, due.Count);
        Assert.Equal("旧线索", due.Some.Single().Title);
        Assert.Equal(1, (await Retention.RunAsync(company.Workspace, Cancel))[rule.Id]);
        Assert.Equal(["新线索", "老客户"], (await company.NamesAsync(company.ZhangWei, "customers")).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await Retention.RunAsync(company.Workspace, Cancel))[rule.Id]);
    }

    [Theory, BothDatabases]
    public async Task People_who_were_not_spoken_to_for_two_years_are_erased(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        company.Time.Pass(TimeSpan.FromDays(800));
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "左宗棠", customer = customer.Id });
        await Retention.PutAsync(company.Workspace, company.WangFang, Rule("erase", "contacts", null, "updatedAt", 730), Cancel);
        await Retention.RunAsync(company.Workspace, Cancel);
        Assert.Equal(["左宗棠"], await company.NamesAsync(company.ZhangWei, "contacts"));
        Assert.Empty((await company.VerifyAsync()).Findings);
    }

    [Theory, BothDatabases]
    public async Task A_rule_that_makes_no_sense_or_comes_from_who_may_not_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        async Task<int> Status(RetentionRule rule, Guanxi.Platform.Access.Actor? actor = null) => (await Refused.ByAsync(() => Retention.PutAsync(company.Workspace, actor ?? company.WangFang, rule, Cancel))).Status;
        Assert.Equal(403, await Status(Rule(), company.LiQiang));
        await company.GrantAsync("manager", Guanxi.Platform.Access.Functions.ManagePrivacy);
        Assert.Equal(403, await Status(Rule(), company.LiQiang));
        Assert.Equal(403, (await Refused.ByAsync(() => Retention.DueAsync(company.Workspace, company.LiQiang, Rule(), Cancel))).Status);
        await company.GrantAsync("analyst", Guanxi.Platform.Access.Functions.ManagePrivacy);
        Assert.Equal(422, await Status(Rule(filter: "phone = \"13800000000\""), company.ChenJing));
        Assert.Equal(422, (await Refused.ByAsync(() => Retention.DueAsync(company.Workspace, company.ChenJing, Rule(filter: "phone = \"13800000000\""), Cancel))).Status);
        Assert.Equal(0, (await Retention.DueAsync(company.Workspace, company.ChenJing, Rule(), Cancel)).Count);
        Assert.Equal(422, await Status(Rule(days: 0)));
        Assert.Equal(422, await Status(Rule(field: "name")));
        Assert.Equal(422, await Status(Rule(filter: "nonsense = 1")));
        Assert.Equal(422, await Status(Rule(type: "users")));
        Assert.Equal(422, await Status(Rule(act: "erase", type: "activities")));
    }
}
