using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Deals;

public sealed class StageForecastTests
{
    private static object Process(string? second) => new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 30, forecast = second } } };

    [Theory, BothDatabases]
    public async Task The_forecast_category_follows_the_stage_until_somebody_sets_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(Process("commit"));
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var followed = await company.CreateAsync(company.ZhangWei, "deals", new { name = "跟着阶段", customer = customer.Id });
        Assert.Null(followed.Text("forecast"));
        Assert.Equal("commit", (await company.MoveAsync(company.ZhangWei, followed, "b")).Text("forecast"));
        Assert.Null((await company.MoveAsync(company.ZhangWei, followed, "a")).Text("forecast"));

        var own = await company.CreateAsync(company.ZhangWei, "deals", new { name = "自己判断", customer = customer.Id });
        await company.ChangeAsync(company.ZhangWei, own, new { forecast = "omitted" });
        Assert.Equal("omitted", (await company.MoveAsync(company.ZhangWei, own, "b")).Text("forecast"));
        var named = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一开始就定", customer = customer.Id, forecast = "bestCase" });
        Assert.Equal("bestCase", (await company.MoveAsync(company.ZhangWei, named, "b")).Text("forecast"));
    }

    [Fact]
    public async Task A_category_that_is_none_is_told_when_the_process_is_saved()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ProcessAsync(Process("surely")))).Status);
    }
}
