using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Matching;

/// <summary>The scan finds what is there twice; the steward decides, once and for ever.</summary>
public sealed class StewardQueueTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RecordType Customers(Company company) => company.Workspace.Schema["customers"];

    private static async Task<int> ScanAsync(Company company)
    {
        Assert.True(await MatchScan.BeginAsync(company.Workspace, company.WangFang, Customers(company), Cancel));
        return await MatchScan.RunAsync(company.Workspace, Customers(company), cancel: Cancel);
    }

    private static async Task<List<StewardCase>> CasesAsync(Company company, Actor actor)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await StewardQueue.ListAsync(session, actor, Customers(company), new StewardFilter(null, null, null, 50), company.Workspace.Now, Cancel);
    }

    /// <summary>Sixty companies, 华兴 three times.</summary>
    private static async Task<List<Record>> FillAsync(Company company)
    {
        for (var i = 0; i < 60; i++)
        {
            await company.CustomerAsync(i % 2 == 0 ? company.ZhangWei : company.ZhaoMin, $"{"京沪穗深杭苏"[i % 6]}{(char)('甲' + i)}{(char)('天' + (7 * i))}贸易有限公司", new { phone = $"1390000{i:0000}", city = "苏州市", email = $"info@company{i}.example" });
        }

        return
        [
            await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "13800138000", city = "上海市" }),
            await company.CustomerAsync(company.ZhaoMin, "上海華興機械設備有限公司", new { phone = "138 0013 8000" }),
            await company.CustomerAsync(company.ZhangWei, "华兴机械设备（上海）有限公司", new { phone = "13800138000", email = "info@huaxing.example" }),
        ];
    }

    [Theory, BothDatabases]
    public async Task A_scan_brings_those_who_are_the_same_together(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var three = await FillAsync(company);
        Assert.Equal(3, await ScanAsync(company));
        var found = Assert.Single(await CasesAsync(company, company.WangFang));
        Assert.Equal(three.Select(record => record.Id).Order(), found.Records.Select(record => record.Id).Order());
        Assert.Equal("match", found.Band);
        Assert.Contains(found.Pairs[0].Reasons, reason => reason is { Field: "phone", Level: "same" });
        var seen = Assert.Single(await CasesAsync(company, company.LiQiang));
        Assert.Equal(2, seen.Records.Count);
        Assert.DoesNotContain(seen.Records, record => record.Id == three[1].Id);
        Assert.Empty(await CasesAsync(company, company.ZhaoMin));
    }

    [Theory, BothDatabases]
    public async Task Not_the_same_is_remembered_through_every_later_scan(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var three = await FillAsync(company);
        await ScanAsync(company);
        var found = Assert.Single(await CasesAsync(company, company.WangFang));
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => StewardQueue.DecideAsync(context, found.Id, null, "different", Cancel), cancel: Cancel))).Status);
        await company.Workspace.WriteAsync(company.WangFang, context => StewardQueue.DecideAsync(context, found.Id, [three[0].Id, three[1].Id], "different", Cancel), cancel: Cancel);
        Assert.Equal(2, await ScanAsync(company));
        await company.Workspace.WriteAsync(company.WangFang, async context => await StewardQueue.DecideAsync(context, (await CasesAsync(company, company.WangFang))[0].Id, null, "different", Cancel), cancel: Cancel);
        Assert.Equal(0, await ScanAsync(company));
        await company.ChangeAsync(company.ZhangWei, three[0], new { email = "info@huaxing.example" });
        await MatchScan.FollowAsync(company.Workspace, Customers(company), cancel: Cancel);
        Assert.Empty(await CasesAsync(company, company.WangFang));
    }

    [Theory, BothDatabases]
    public async Task What_changes_after_a_scan_is_followed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var three = await FillAsync(company);
        await ScanAsync(company);
        var fourth = await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "13800138000", city = "上海市" });
        await company.ChangeAsync(company.ZhangWei, three[2], new { name = "完全不同的名字有限公司", phone = "13711112222", email = (string?)null });
        Assert.True(await MatchScan.FollowAsync(company.Workspace, Customers(company), cancel: Cancel) > 0);
        var found = Assert.Single(await CasesAsync(company, company.WangFang));
        Assert.Equal(new[] { three[0].Id, three[1].Id, fourth.Id }.Order(), found.Records.Select(record => record.Id).Order());
        Assert.Equal(0, await MatchScan.FollowAsync(company.Workspace, Customers(company), cancel: Cancel));
    }

    [Theory, BothDatabases]
    public async Task A_merge_closes_the_case_and_its_undo_says_they_are_different(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var three = await FillAsync(company);
        await ScanAsync(company);
        var outcome = await MergeRecords.RunAsync(company.Workspace, company.WangFang, Customers(company), new MergeRequest(three[0].Id, [three[1].Id, three[2].Id], new Dictionary<string, Guid>()), cancel: Cancel);
        Assert.Empty(await CasesAsync(company, company.WangFang));
        Assert.Equal(0, await ScanAsync(company));
        await UndoMerge.RunAsync(company.Workspace, company.WangFang, outcome.Merges[0], cancel: Cancel);
        await ScanAsync(company);
        Assert.DoesNotContain(await CasesAsync(company, company.WangFang), item => item.Pairs.Any(pair => new[] { pair.Left, pair.Right }.All(id => id == three[0].Id || id == three[1].Id)));
    }
}
