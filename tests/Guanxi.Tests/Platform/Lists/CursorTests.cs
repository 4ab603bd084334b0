using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Lists;

public sealed class CursorTests
{
    [Theory, BothDatabases]
    public async Task Pages_cover_every_record_once_in_any_order(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            await company.CustomerAsync(company.WangFang, $"客户{i:00}", new { city = random.Next(3) == 0 ? null : $"城市{random.Next(4)}", employees = random.Next(3) == 0 ? (int?)null : random.Next(5), nextContactAt = random.Next(2) == 0 ? "2026-12-01T00:00:00Z" : null, level = new[] { "small", "vip", "major", null }[random.Next(4)] });
        }

        foreach (var sort in new[] { "name", "-name", "city,name", "-city,employees", "nextContactAt,-employees,city", "-employees", "createdAt", "owner,city", "level,name", "-level" })
        {
            var all = await PagesAsync(company, sort, 500);
            Assert.Equal(40, all.Distinct().Count());
            Assert.Equal(all, await PagesAsync(company, sort, 7));
            Assert.Equal(all, await PagesAsync(company, sort, 1));
        }
    }

    private static async Task<List<string>> PagesAsync(Company company, string sort, int limit)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await company.ListAsync(company.WangFang, "customers", sort: sort, fields: "name", limit: limit, cursor: cursor);
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return names;
    }

    [Theory, BothDatabases]
    public async Task A_page_continues_rightly_while_rows_change(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 0; i < 10; i++)
        {
            await company.CustomerAsync(company.WangFang, $"客户{i}");
        }

        var first = await company.ListAsync(company.WangFang, "customers", sort: "name", limit: 4);
        var gone = await company.LoadAsync(company.WangFang, "customers", first.GetProperty("items")[3].GetProperty("id").GetGuid());
        await Guanxi.Platform.Records.RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, gone.Type, gone.Id, cancel: TestContext.Current.CancellationToken);
        await company.CustomerAsync(company.WangFang, "客户0a");
        var second = await company.ListAsync(company.WangFang, "customers", sort: "name", limit: 4, cursor: first.GetProperty("next").GetString());
        Assert.Equal("客户4", second.GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Theory, BothDatabases]
    public async Task A_cursor_of_another_order_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "甲");
        await company.CustomerAsync(company.WangFang, "乙");
        var page = await company.ListAsync(company.WangFang, "customers", sort: "name", limit: 1);
        foreach (var cursor in new[] { page.GetProperty("next").GetString()!, "rubbish", "e30" })
        {
            Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.WangFang, "customers", sort: "-name", cursor: cursor))).Status);
        }
    }

    [Theory, BothDatabases]
    public async Task A_count_is_exact_to_a_thousand_or_when_asked(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "甲");
        var count = (await company.ListAsync(company.WangFang, "customers", count: "true")).GetProperty("count");
        Assert.Equal(1, count.GetProperty("value").GetInt32());
        Assert.True(count.GetProperty("exact").GetBoolean());
        Assert.Equal(1, (await company.ListAsync(company.WangFang, "customers", count: "exact")).GetProperty("count").GetProperty("value").GetInt32());
    }
}
