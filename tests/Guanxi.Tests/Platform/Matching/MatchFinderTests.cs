using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Matching;

/// <summary>Is it there already? Asked on entry, kept right by every way of writing.</summary>
public sealed class MatchFinderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<IReadOnlyList<Likeness>> FindAsync(Company company, Actor actor, object values, string type = "customers")
    {
        var described = company.Workspace.Schema[type];
        var entry = described.Create(described);
        foreach (var property in Company.Json(values).EnumerateObject())
        {
            entry[property.Name] = FieldInput.Parse(described[property.Name], property.Value, out _);
        }

        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await MatchFinder.FindAsync(session, actor, entry, company.Workspace.Now, MatchSettings.Usual, cancel: Cancel);
    }

    [Theory, BothDatabases]
    public async Task The_same_company_is_found_however_it_is_written(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "13800138000", city = "上海市", creditCode = "91310000MA1FL0AB5X", creditCodeReason = "试点" });
        foreach (var i in Enumerable.Range(0, 40))
        {
            await company.CustomerAsync(company.ZhaoMin, $"广州{(char)('甲' + i)}德贸易有限公司", new { phone = $"139{i:00}000000", city = "广州市" });
        }

        foreach (var values in new object[]
        {
            new { name = "上海华兴机械设备有限公司" },
            new { name = "上海華興機械設備有限公司" },
            new { name = "华兴机械设备（上海）有限公司" },
            new { name = "上海华星机械设备有限公司", phone = "138 0013 8000" },
            new { name = "別的名字", phone = "+86 138-0013-8000", city = "上海市" },
            new { name = "华兴机械", city = "上海市" },
        })
        {
            var found = await FindAsync(company, company.ZhangWei, values);
            Assert.True(found.Count > 0, $"{Company.Json(values)} is not found");
            Assert.Equal("上海华兴机械设备有限公司", found[0].Record.Title);
        }

        Assert.Empty(await FindAsync(company, company.ZhangWei, new { name = "北京远航软件有限公司", phone = "13711112222" }));
    }

    [Theory, BothDatabases]
    public async Task A_branch_is_related_and_not_the_same(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { city = "上海市", phone = "02162345678" });
        var found = Assert.Single(await FindAsync(company, company.ZhangWei, new { name = "上海华兴机械设备有限公司北京分公司", city = "北京市", phone = "02162345678" }));
        Assert.True(found.IsRelated);
        Assert.Equal("related", found.BandName);
    }

    [Theory, BothDatabases]
    public async Task Keys_follow_the_record_whatever_is_done_with_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "武汉海明智业电子商务有限公司", new { phone = "13800138000", city = "武汉市" });
        async Task<int> FoundAsync(object values) => (await FindAsync(company, company.ZhangWei, values)).Count;
        var (before, after) = (new { name = "海明智业", phone = "13800138000", city = "武汉市" }, new { name = "海明智业", phone = "13900139000", city = "武汉市" });
        Assert.Equal(1, await FoundAsync(before));

        await company.ChangeAsync(company.ZhangWei, customer, new { phone = "13900139000", name = "武汉新名科技有限公司", formerName = "武汉海明智业电子商务有限公司" });
        Assert.Equal(1, await FoundAsync(after));
        Assert.Equal(1, await FoundAsync(new { name = "武汉新名科技有限公司", city = "武汉市" }));

        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["customers"], customer.Id, cancel: Cancel);
        Assert.Equal(0, await FoundAsync(after));
        await RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], customer.Id, Cancel);
        Assert.Equal(1, await FoundAsync(after));
    }

    [Theory, BothDatabases]
    public async Task A_contact_of_the_same_customer_is_found_by_the_name_alone(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (one, other) = (await company.CustomerAsync(company.ZhangWei, "甲公司"), await company.CustomerAsync(company.ZhangWei, "乙公司"));
        var contact = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "欧阳建国", customer = one.Id });
        var here = await FindAsync(company, company.ZhangWei, new { name = "歐陽建國", customer = one.Id }, "contacts");
        Assert.Equal(contact.Id, Assert.Single(here).Record.Id);
        Assert.True(here[0].Probability > (await FindAsync(company, company.ZhangWei, new { name = "歐陽建國", customer = other.Id }, "contacts")).Select(item => item.Probability).FirstOrDefault());
    }

    [Theory, BothDatabases]
    public async Task Zhao_Min_hears_that_a_hidden_customer_exists_but_not_by_its_phone_alone(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "13800138000", city = "上海市" });
        var byName = Assert.Single(MatchGuard.Told(await FindAsync(company, company.ZhaoMin, new { name = "上海华兴机械设备有限公司", phone = "13800138000", city = "上海市" })));
        Assert.False(byName.IsVisible);
        var words = MatchGuard.Words(company.ZhaoMin, byName);
        Assert.Contains("张伟", words.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain("华兴", words.ZhHans, StringComparison.Ordinal);
        Assert.Empty(MatchGuard.Told(await FindAsync(company, company.ZhaoMin, new { name = "随便什么公司", phone = "13800138000" })));
    }

    [Theory, BothDatabases]
    public async Task A_seller_at_the_page_is_asked_before_making_a_second_one_and_blocked_where_the_rule_says_so(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var values = new { name = "上海华兴机械设备有限公司", phone = "13800138000", city = "上海市" };
        await company.CreateAsync(company.ZhangWei, "customers", values);
        var zhaoMin = company.Act("zhaomin", "page");
        var asked = await Refused.ByAsync(() => company.CreateAsync(zhaoMin, "customers", values));
        Assert.Equal((409, "needs-confirmation"), (asked.Status, asked.Kind));
        await company.CreateAsync(zhaoMin, "customers", values, MatchGuard.Key);

        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Platform.Settings.PutAsync(context.Session, "matching", MatchSettings.Usual.With(Company.Json(new { rules = new Dictionary<string, string> { ["page.owned"] = "block", ["api.owned"] = "block" } })).ToJson()), cancel: Cancel);
        Assert.Equal((409, "rule"), ((await Refused.ByAsync(() => company.CreateAsync(zhaoMin, "customers", values, MatchGuard.Key))).Status, (await Refused.ByAsync(() => company.CreateAsync(zhaoMin, "customers", values, MatchGuard.Key))).Kind));
    }

    [Theory, BothDatabases]
    public async Task Twenty_who_enter_the_same_customer_at_once_make_one(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Platform.Settings.PutAsync(context.Session, "matching", MatchSettings.Usual.With(Company.Json(new { rules = new Dictionary<string, string> { ["api.owned"] = "block", ["api.mine"] = "block" } })).ToJson()), cancel: Cancel);
        var values = new { name = "上海华兴机械设备有限公司", phone = "13800138000", city = "上海市" };
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await company.CreateAsync(i % 2 == 0 ? company.ZhangWei : company.ZhaoMin, "customers", values);
                return 1;
            }
            catch (RefusedException)
            {
                return 0;
            }
        })));
        Assert.Equal(1, made.Sum());
    }
}
