using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Records;

public sealed class ChangeTests
{
    [Theory, BothDatabases]
    public async Task The_second_of_two_editors_sees_both_versions(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.ChangeAsync(company.LiQiang, customer, new { city = "长沙" }, expected: 1);
        var refusal = await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, customer, new { city = "株洲", level = "vip" }, expected: 1));
        Assert.Equal(412, refusal.Status);
        Assert.Equal(["city"], (string[])refusal.More!["conflicts"]!);
        Assert.Equal("长沙", ((Record)refusal.More["theirs"]!).Text("city"));
        Assert.Null((await company.LoadAsync(company.ZhangWei, "customers", customer.Id)).Text("level"));
    }

    [Theory, BothDatabases]
    public async Task History_tells_old_and_new_and_an_old_value_comes_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { city = "长沙" });
        await company.ChangeAsync(company.LiQiang, customer, new { city = "上海" });
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var entries = await RecordHistory.ReadAsync(session, customer.Id, null, 10, TestContext.Current.CancellationToken);
            Assert.Equal(["update", "create"], entries.Select(entry => entry.Action));
            var (field, old, now) = Assert.Single(RecordHistory.Changes(company.ZhangWei, customer.Type, entries[0]));
            Assert.Equal(("city", "长沙", "上海"), (field.Name, (string)old!, (string)now!));
            Assert.Equal(company.LiQiang.Id, entries[0].ActorId);
            await RecordHistory.RestoreAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, entries[0].Sequence, ["city"], TestContext.Current.CancellationToken);
        }

        Assert.Equal("长沙", (await company.LoadAsync(company.ZhangWei, "customers", customer.Id)).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task The_recycle_bin_takes_children_along_and_gives_them_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, cancel: TestContext.Current.CancellationToken);
        Assert.Empty(await company.NamesAsync(company.WangFang, "customers"));
        Assert.Empty(await company.NamesAsync(company.WangFang, "contacts"));
        Assert.Empty(await company.NamesAsync(company.WangFang, "contacts", words: "曾国藩"));
        await RecordUseCases.RestoreAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, TestContext.Current.CancellationToken);
        Assert.Equal(["曾国藩"], await company.NamesAsync(company.ZhangWei, "contacts"));
    }

    [Theory, BothDatabases]
    public async Task A_batch_happens_whole_or_not_at_all(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var refusal = await Refused.ByAsync(() => RecordUseCases.BatchAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["customers"], Company.Json(new
        {
            operations = new object[] { new { op = "create", values = new { name = "甲" } }, new { op = "create", values = new { city = "没有名字" } } },
        })));
        Assert.Equal(422, refusal.Status);
        Assert.Equal(1, refusal.More!["operation"]);
        Assert.Empty(await company.NamesAsync(company.WangFang, "customers"));
    }

    [Theory, BothDatabases]
    public async Task Editing_many_skips_what_one_may_not_change_and_says_why(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var mine = await company.CustomerAsync(company.LiuYang, "甲");
        var others = await company.CustomerAsync(company.ZhangWei, "乙");
        var outcome = await RecordUseCases.EditManyAsync(company.Workspace, company.LiuYang, mine.Type, Company.Json(new { ids = new[] { mine.Id, others.Id }, values = new { city = "长沙" } }), delete: false, TestContext.Current.CancellationToken);
        Assert.Equal((2, 1), (outcome.Matched, outcome.Changed));
        Assert.Equal(others.Id, Assert.Single(outcome.Skipped).Id);
        Assert.Equal(["甲"], await company.NamesAsync(company.WangFang, "customers", "city = \"长沙\""));
    }

    [Theory, BothDatabases]
    public async Task Everything_wrong_is_told_at_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var refusal = await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "customers", new { nam = "x", email = "not an address", phone = "12", employees = "many", level = "best", lastActivityAt = "2026-01-01T00:00:00Z" }));
        Assert.Equal(["email", "employees", "lastActivityAt", "level", "nam", "phone"], refusal.Errors!.Keys.Order());
        Assert.Contains("name", refusal.Errors["nam"][0].En, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task A_reference_to_what_one_may_not_see_is_refused_like_one_to_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var hidden = await company.CustomerAsync(company.ZhaoMin, "赵敏的客户");
        var seen = await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contacts", new { name = "甲", customer = hidden.Id }));
        var nothing = await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contacts", new { name = "甲", customer = Guid.CreateVersion7() }));
        Assert.Equal(nothing.Errors!["customer"][0], seen.Errors!["customer"][0]);
    }
}
