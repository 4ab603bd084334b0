using Guanxi.Insight;
using Guanxi.Insight.Laboratory;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Laboratory;

public sealed class LabTableTests
{
    [Theory, BothDatabases]
    public async Task Of_more_customers_than_a_model_can_use_an_even_part_is_taken_and_said_and_the_outcome_is_theirs(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 0; i < 24; i++)
        {
            await company.CreateAsync(company.ZhangWei, "customers", new { name = $"客户{i:00}", employees = i });
            company.Time.Pass(TimeSpan.FromMinutes(1));
        }

        await using var session = await company.Workspace.Database.ReadAsync();
        var now = company.Workspace.Now;
        var part = await LabTable.ReadAsync(session, company.WangFang, null, ["employees"], now, default, most: 8);
        Assert.Equal((8, 24), (part.Count, part.Among));
        Assert.Equal("按录入先后均匀抽取 24 位客户中的 8 位来拟合；保存的评分会算到全部客户。", FindingWords.Of(Assert.Single(part.Findings)).ZhHans);
        var employees = ((Science.Scoring.NumberColumn)part.Features().Columns[0]).Values;
        Assert.Equal([23, 20, 17, 14, 11, 8, 5, 2], employees);
        Assert.Equal(employees.Select(number => number >= 12), await part.FitAsync(session, company.WangFang, null, "employees >= 12", now, default));

        // Everybody when there is room, and only whom one sees.
        Assert.Empty((await LabTable.ReadAsync(session, company.WangFang, "employees < 8", ["employees"], now, default, most: 8)).Findings);
        Assert.Equal(0, (await LabTable.ReadAsync(session, company.ZhaoMin, null, ["employees"], now, default)).Count);
    }
}
