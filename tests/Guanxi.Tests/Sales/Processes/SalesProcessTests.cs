using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Processes;

public sealed class SalesProcessTests
{
    private static object With(object condition) => new { stages = new object[] { new { key = "a", name = "一", probability = 10, exit = new[] { condition } }, new { key = "b", name = "二", probability = 50 } } };

    [Theory, BothDatabases]
    public async Task What_could_never_work_is_told_when_it_is_saved(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (definition, about) in new (object, string)[]
        {
            (new { stages = Array.Empty<object>() }, "阶段"),
            (new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "a", name = "二", probability = 20 } } }, "重复"),
            (new { stages = new object[] { new { key = "a", name = "一", probability = 110 } } }, "赢率"),
            (new { stages = new object[] { new { key = "a", name = "一", probability = 10, colour = "red" } } }, "无法读取"),
            (With(new { key = "c", kind = "fields", fields = new[] { "amout" } }), "amout"),
            (With(new { key = "c", kind = "filter", filter = "amount > 10 AND amount < 5" }), "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "expectedClose > \"2027-01-01\" AND expectedClose < \"2026-01-01\"" }), "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "status = won" }), "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "NOT status = open" }), "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "probability > 100 OR amount < 0" }), "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "customer = null" }), "永远不能满足"),
            (new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50, entry = new[] { new { key = "c", kind = "filter", filter = "stage = b" } } } } }, "永远不能满足"),
            (With(new { key = "c", kind = "filter", filter = "amont > 10" }), "amont"),
            (With(new { key = "c", kind = "step", step = "nowhere" }), "永远不能满足"),
            (With(new { key = "c", kind = "document" }), "文件名"),
            (With(new { key = "c", kind = "magic" }), "无法读取"),
        })
        {
            var refused = await Refused.ByAsync(() => company.ProcessAsync(definition));
            Assert.Equal((422, "definition"), (refused.Status, refused.Errors!.Keys.Single()));
            Assert.Contains(about, refused.Errors["definition"][0].ZhHans, StringComparison.Ordinal);
        }

        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "sales-processes", new { name = "我的流程", definition = SalesWorld.Definition }))).Status);
    }

    [Theory, BothDatabases]
    public async Task The_process_that_fits_best_is_taken_and_one_is_the_default(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var stages = new { stages = new object[] { new { key = "a", name = "一", probability = 10 } } };
        var first = await company.ProcessAsync(stages, "默认");
        var lines = await company.ProcessAsync(more: new { name = "机床", productLine = "机床", definition = stages });
        var big = await company.ProcessAsync(more: new { name = "大客户机床", productLine = "机床", customerLevel = "vip", definition = stages });
        var small = await company.CustomerAsync(company.ZhangWei, "小厂");
        var vip = await company.CustomerAsync(company.ZhangWei, "大厂", new { level = "vip" });
        async Task<Guid?> Of(Guid customer, string? line) => (await company.CreateAsync(company.ZhangWei, "deals", new { name = "单", customer, productLine = line })).Reference("process");
        Assert.Equal(first.Id, await Of(small.Id, null));
        Assert.Equal(lines.Id, await Of(small.Id, "机床"));
        Assert.Equal(big.Id, await Of(vip.Id, "机床"));
        await company.ProcessAsync(stages, "新默认");
        Assert.Equal(["新默认"], await company.NamesAsync(company.WangFang, "sales-processes", "isDefault = true"));
    }

    [Theory, BothDatabases]
    public async Task What_an_open_deal_can_meet_is_not_taken_for_impossible(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var filter in new[] { "amount = null", "stage = a", "NOT amount < 5", "probability >= 100", "expectedClose > \"2026-01-01\" AND expectedClose < \"2027-01-01\"", "status != won" })
        {
            await company.ProcessAsync(With(new { key = "c", kind = "filter", filter }));
        }
    }

    [Theory, BothDatabases]
    public async Task A_process_with_running_deals_the_default_and_a_second_one_for_the_same_deals_are_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var stages = new { stages = new object[] { new { key = "a", name = "一", probability = 10 } }, lossReasons = new[] { "价格" } };
        var usual = await company.ProcessAsync(stages, "默认");
        var lines = await company.ProcessAsync(more: new { name = "机床", productLine = "机床", definition = stages });
        var customer = await company.CustomerAsync(company.ZhangWei, "小厂");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "单", customer = customer.Id, productLine = "机床" });
        Task RemoveAsync(Record process) => RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, process.Type, process.Id);
        Assert.Contains("“机床”", (await Refused.ByAsync(() => company.ProcessAsync(more: new { name = "机床二", productLine = "机床", definition = stages }))).Errors!["productLine"][0].ZhHans, StringComparison.Ordinal);
        Assert.Equal("process-in-use", (await Refused.ByAsync(() => RemoveAsync(lines))).Rule);
        Assert.Equal("default-process", (await Refused.ByAsync(() => RemoveAsync(usual))).Rule);
        Assert.Equal(["isDefault"], (await Refused.ByAsync(async () => await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "sales-processes", usual.Id), new { isDefault = false }))).Errors!.Keys);
        await company.StepAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, deal.Id, "价格", null, "不做了"));
        await RemoveAsync(lines);
        Assert.Equal(["默认"], await company.NamesAsync(company.WangFang, "sales-processes"));
    }

    [Theory]
    [InlineData("amount > 10 AND amount < 5", true)]
    [InlineData("day > \"2027-01-01\" AND day < \"2026-01-01\"", true)]
    [InlineData("NOT (stage = \"a\" OR stage != \"a\")", true)]
    [InlineData("NOT (stage = \"a\" AND stage = \"b\")", false)]
    [InlineData("amount > 5 AND amount <= 5", true)]
    [InlineData("amount >= 5 AND amount <= 5", false)]
    [InlineData("stage = \"a\" AND stage = \"b\"", true)]
    [InlineData("stage = \"a\" AND stage != \"a\"", true)]
    [InlineData("amount > 10 OR amount < 5", false)]
    [InlineData("(amount > 10 AND amount < 5) OR stage = \"a\"", false)]
    [InlineData("amount > 10 AND (amount < 5 AND stage = \"a\")", true)]
    public void A_contradiction_is_seen(string filter, bool never) => Assert.Equal(never, NeverHolds.Is(FilterParser.Parse(filter)!));
}
