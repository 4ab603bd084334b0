using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Lists;

public sealed class FilterTests
{
    [Theory, BothDatabases]
    public async Task Filters_find_what_they_say(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var boss = company.WangFang;
        await company.CustomerAsync(boss, "长沙银行", new { city = "长沙市", level = "vip", tags = new[] { "展会", "银行" }, employees = 300, annualRevenue = new { amount = "1000000", currency = "CNY" }, phone = "13800138000" });
        await company.CustomerAsync(boss, "上海电气", new { city = "上海市", level = "major", tags = new[] { "展会" }, employees = 5000 });
        company.Time.Pass(TimeSpan.FromDays(40));
        await company.CustomerAsync(boss, "广州酒家", new { city = "广州市", owner = company.ZhaoMin.Id });

        async Task Finds(string filter, params string[] names) => Assert.Equal(names, await company.NamesAsync(company.WangFang, "customers", filter, "name"));
        await Finds("city = \"上海市\"", "上海电气");
        await Finds("city != \"上海市\"", "长沙银行", "广州酒家");
        await Finds("tags:\"展会\"", "长沙银行", "上海电气");
        await Finds("NOT tags:\"展会\"", "广州酒家");
        await Finds("tags:\"银行\" OR level = major", "长沙银行", "上海电气");
        await Finds("level in (vip, \"大客户\")", "长沙银行", "上海电气");
        await Finds("level = null", "广州酒家");
        await Finds("employees >= 300 AND employees < 5000", "长沙银行");
        await Finds("annualRevenue > 999999", "长沙银行");
        await Finds("name:\"银行\"", "长沙银行");
        await Finds("name = \"长沙*\"", "长沙银行");
        await Finds("phone = \"138 0013 8000\"", "长沙银行");
        await Finds("createdAt = today", "广州酒家");
        await Finds("createdAt < today-30d", "长沙银行", "上海电气");
        await Finds("createdAt > today-30d", "广州酒家");
        await Finds("owner = me", "长沙银行", "上海电气");
        await Finds("owner = \"赵敏\"", "广州酒家");
        await Finds("owner.team = \"华南\"", "广州酒家");
        await Finds("owner.team.parent.name = \"总部\"", "广州酒家");
        await Finds("(city = \"上海市\" OR city = \"广州市\") AND employees = null", "广州酒家");
    }

    [Theory, BothDatabases]
    public async Task Unknown_names_are_told_with_the_nearest(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (filter, near) in new[] { ("citi = 1", "city"), ("owner.tem = \"x\"", "team"), ("level = vipp", "vip"), ("createdAt < todai", "today") })
        {
            var refusal = await Refused.ByAsync(() => company.ListAsync(company.WangFang, "customers", filter));
            Assert.Equal(422, refusal.Status);
            Assert.Contains(near, refusal.Errors!["filter"][0].En, StringComparison.Ordinal);
        }
    }

    [Theory, BothDatabases]
    public async Task A_field_one_may_not_read_can_not_be_asked_about(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "长沙银行", new { phone = "13800138000", wechat = "bank" });
        foreach (var work in new Func<Task>[]
        {
            () => company.ListAsync(company.ChenJing, "customers", "phone = \"13800138000\""),
            () => company.ListAsync(company.ChenJing, "customers", "wechat = \"bank\""),
            () => company.ListAsync(company.ChenJing, "customers", sort: "phone"),
            () => company.ListAsync(company.ChenJing, "contacts", "customer.phone = \"13800138000\""),
        })
        {
            Assert.Equal(422, (await Refused.ByAsync(work)).Status);
        }
    }

    [Theory, BothDatabases]
    public async Task Chinese_sorts_by_pinyin_and_empty_values_come_last(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (name, city) in new[] { ("张三商行", "北京"), ("长沙银行", "长沙"), ("阿里云", null), ("重庆火锅", "重庆") })
        {
            await company.CustomerAsync(company.WangFang, name, new { city });
        }

        Assert.Equal(["阿里云", "长沙银行", "重庆火锅", "张三商行"], await company.NamesAsync(company.WangFang, "customers", sort: "name"));
        Assert.Equal("阿里云", (await company.NamesAsync(company.WangFang, "customers", sort: "city"))[^1]);
        Assert.Equal("阿里云", (await company.NamesAsync(company.WangFang, "customers", sort: "-city"))[^1]);
    }

    [Theory, BothDatabases]
    public async Task A_choice_sorts_by_its_place_among_the_choices(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (name, level) in new[] { ("小", "small"), ("贵", "vip"), ("无", null), ("大", "major"), ("普", "ordinary") })
        {
            await company.CustomerAsync(company.WangFang, name, new { level });
        }

        Assert.Equal(["贵", "大", "普", "小", "无"], await company.NamesAsync(company.WangFang, "customers", sort: "level"));
        Assert.Equal(["小", "普", "大", "贵", "无"], await company.NamesAsync(company.WangFang, "customers", sort: "-level"));
    }
}
