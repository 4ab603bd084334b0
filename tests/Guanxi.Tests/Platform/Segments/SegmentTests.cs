using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;
using Guanxi.Sales.Deals;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Segments;

/// <summary>孙丽 divides the customers; the members follow what the others do.</summary>
public sealed class SegmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task KeepAsync(Company company)
    {
        while (await SegmentKeeper.TickAsync(company.Workspace, Cancel))
        {
            // Until everything is in.
        }
    }

    internal static async Task<Record> SegmentAsync(Company company, string name, string filter)
    {
        var segment = await company.CreateAsync(company.SunLi, "segments", new { name, filter });
        await KeepAsync(company);
        return segment;
    }

    private static Task<string[]> MembersAsync(Company company, Record segment, Actor? reader = null) => company.NamesAsync(reader ?? company.WangFang, "customers", $"segment = \"{segment.Id}\"", "name");

    private static object Visit(Record customer, string at) => new { kind = "visit", content = "拜访", customer = customer.Id, at };

    [Theory, BothDatabases]
    public async Task A_customer_comes_in_and_goes_out_as_it_changes(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行", new { city = "长沙市", level = "vip" });
        var shop = await company.CustomerAsync(company.ZhangWei, "商店", new { city = "长沙市", level = "small" });
        var segment = await SegmentAsync(company, "长沙大客户", "city = \"长沙市\" AND level in (vip, major)");
        Assert.Equal(["银行"], await MembersAsync(company, segment));

        await company.ChangeAsync(company.ZhangWei, shop, new { level = "major" });
        await company.ChangeAsync(company.ZhangWei, bank, new { city = "上海市" });
        await KeepAsync(company);
        Assert.Equal(["商店"], await MembersAsync(company, segment));

        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, shop.Type, shop.Id, cancel: Cancel);
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
        await RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, shop.Type, shop.Id, Cancel);
        await KeepAsync(company);
        Assert.Equal(["商店"], await MembersAsync(company, segment));
        Assert.Equal(1, (await SizesAsync(company, company.WangFang))[segment.Id]);
    }

    private static async Task<IReadOnlyDictionary<Guid, long>> SizesAsync(Company company, Actor reader)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await SegmentFigures.SizesAsync(session, reader, company.Workspace.Now, Cancel);
    }

    [Theory, BothDatabases]
    public async Task Sixty_days_without_a_visit_come_about_by_themselves(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        var shop = await company.CustomerAsync(company.ZhangWei, "商店");
        await company.CreateAsync(company.ZhangWei, "activities", Visit(bank, "2026-10-01T02:00:00Z"));
        await company.CreateAsync(company.ZhangWei, "activities", Visit(shop, "2026-11-20T02:00:00Z"));
        var segment = await SegmentAsync(company, "两个月没拜访", "activities(kind = \"visit\" AND status = \"done\" AND at >= today-60d) = 0");
        Assert.Empty(await MembersAsync(company, segment));

        // 1 October + 60 days is over with the end of 30 November; nothing is written meanwhile.
        company.Time.Pass(TimeSpan.FromDays(8));
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
        company.Time.Pass(TimeSpan.FromDays(1));
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, segment));

        await company.CreateAsync(company.ZhangWei, "activities", Visit(bank, "2026-12-01T01:00:00Z"));
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
    }

    [Theory, BothDatabases]
    public async Task Who_bought_a_product_twice_is_in_and_leaves_when_it_is_long_ago(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 } } });
        var product = await company.CreateAsync(company.WangFang, "products", new { code = "P-1", name = "机油", listPrice = new { amount = "100", currency = "CNY" } });
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        var segment = await SegmentAsync(company, "半年买过两次机油", $"deal-lines(product = \"{product.Id}\" AND deal.status = \"won\" AND deal.closedAt >= today-180d) >= 2");
        var value = await SegmentAsync(company, "赢单过千", "deals.homeAmount(status = \"won\") >= 1000");
        await BuyAsync(company, bank, product.Id);
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
        company.Time.Pass(TimeSpan.FromDays(10));
        await BuyAsync(company, bank, product.Id);
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, segment));
        Assert.Equal(["银行"], await MembersAsync(company, value));
        company.Time.Pass(TimeSpan.FromDays(175));
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
        Assert.Equal(["银行"], await MembersAsync(company, value));
    }

    internal static async Task BuyAsync(Company company, Record customer, Guid product)
    {
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "机油订单", customer = customer.Id });
        await company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = deal.Id, product, quantity = 5 });
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.WinAsync(context, deal.Id, null, null, Cancel), cancel: Cancel);
    }

    [Theory, BothDatabases]
    public async Task A_purchase_that_is_overdue_by_the_customer_s_own_rhythm_is_noticed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 } } });
        var product = await company.CreateAsync(company.WangFang, "products", new { code = "P-1", name = "机油", listPrice = new { amount = "100", currency = "CNY" } });
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        for (var month = 0; month < 3; month++)
        {
            await BuyAsync(company, bank, product.Id);
            company.Time.Pass(TimeSpan.FromDays(30));
        }

        // A month between two, a month since the last; it is overdue when two have passed.
        var segment = await SegmentAsync(company, "该买没买", "deals.closedAt.rhythm(status = \"won\") > 2");
        Assert.Empty(await MembersAsync(company, segment));
        company.Time.Pass(TimeSpan.FromDays(29));
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
        company.Time.Pass(TimeSpan.FromDays(2));
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, segment));
        await BuyAsync(company, bank, product.Id);
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, segment));
    }

    [Theory, BothDatabases]
    public async Task An_activity_that_moves_to_another_customer_moves_both(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (bank, shop) = (await company.CustomerAsync(company.ZhangWei, "银行"), await company.CustomerAsync(company.ZhangWei, "商店"));
        var visit = await company.CreateAsync(company.ZhangWei, "activities", Visit(bank, "2026-11-20T02:00:00Z"));
        var segment = await SegmentAsync(company, "拜访过", "activities(kind = \"visit\") >= 1");
        Assert.Equal(["银行"], await MembersAsync(company, segment));
        await company.ChangeAsync(company.ZhangWei, visit, new { customer = shop.Id });
        await KeepAsync(company);
        Assert.Equal(["商店"], await MembersAsync(company, segment));
        Assert.Equal(["银行"], await company.NamesAsync(company.WangFang, "customers", $"segment != \"{segment.Id}\""));
        Assert.Equal(["拜访"], await company.NamesAsync(company.WangFang, "activities", "customer.segment = \"拜访过\""));
    }

    [Theory, BothDatabases]
    public async Task People_who_change_teams_take_their_customers_along(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "银行");
        var segment = await SegmentAsync(company, "华南的", "owner.team = \"华南\"");
        Assert.Empty(await MembersAsync(company, segment));
        var south = company.Workspace.Directory.Teams.Single(team => team.Name == "华南").Id;
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "users", company.ZhangWei.Id), new { team = south });
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, segment));
    }

    [Theory, BothDatabases]
    public async Task A_segment_of_segments_follows_both(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行", new { level = "vip" });
        var inner = await SegmentAsync(company, "VIP", "level = vip");
        var list = await company.CreateAsync(company.SunLi, "segments", new { name = "不打扰", kind = "static" });
        var outer = await SegmentAsync(company, "可联系的 VIP", $"segment = \"{inner.Id}\" AND segment != \"{list.Id}\"");
        Assert.Equal(["银行"], await MembersAsync(company, outer));
        await ChangeAsync(company, company.SunLi, list, new { ids = new[] { bank.Id } });
        await KeepAsync(company);
        Assert.Empty(await MembersAsync(company, outer));
        await ChangeAsync(company, company.SunLi, list, new { field = "name", values = new[] { "银行" } }, add: false);
        await company.ChangeAsync(company.SunLi, inner, new { filter = "level = major" });
        await company.ChangeAsync(company.ZhangWei, bank, new { level = "major" });
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, outer));
        var refusal = await Refused.ByAsync(() => company.ChangeAsync(company.SunLi, inner, new { filter = $"segment = \"{outer.Id}\"" }));
        Assert.Contains("可联系的 VIP", refusal.Detail!.ZhHans, StringComparison.Ordinal);
        refusal = await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.SunLi, inner.Type, inner.Id, cancel: Cancel));
        Assert.Equal("segment-in-use", refusal.Rule);
    }

    internal static Task<SegmentMembers.Outcome> ChangeAsync(Company company, Actor actor, Record segment, object body, bool add = true) =>
        company.Workspace.WriteAsync(actor, context => SegmentMembers.ChangeAsync(context, segment.Id, Company.Json(body), add, Cancel), cancel: Cancel);

    [Theory, BothDatabases]
    public async Task A_static_list_takes_only_customers_that_are_seen(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.GrantAsync("seller", Functions.ManageSegments);
        await company.CustomerAsync(company.ZhangWei, "自己的", new { externalId = "K-1" });
        await company.CustomerAsync(company.ZhaoMin, "别人的", new { externalId = "K-2" });
        var list = await company.CreateAsync(company.ZhangWei, "segments", new { name = "名单", kind = "static" });
        var outcome = await ChangeAsync(company, company.ZhangWei, list, new { field = "externalId", values = new[] { "K-1", "K-2", "K-3" } });
        Assert.Equal((1, 0), (outcome.Changed, outcome.Known));
        Assert.Equal(["K-2", "K-3"], outcome.Unknown);
        Assert.Equal(["自己的"], await MembersAsync(company, list));
        var live = await company.CreateAsync(company.ZhangWei, "segments", new { name = "动态", filter = "level = vip" });
        Assert.Equal("segment-live", (await Refused.ByAsync(() => ChangeAsync(company, company.ZhangWei, live, new { ids = Array.Empty<Guid>() }))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Overlap_and_growth_count_what_the_reader_sees(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "甲", new { level = "vip", city = "长沙市" });
        await company.CustomerAsync(company.ZhangWei, "乙", new { level = "vip" });
        await company.CustomerAsync(company.ZhaoMin, "丙", new { level = "vip", city = "长沙市" });
        var (vip, city) = (await SegmentAsync(company, "VIP", "level = vip"), await SegmentAsync(company, "长沙", "city = \"长沙市\""));
        company.Time.Pass(TimeSpan.FromDays(1));
        await KeepAsync(company);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var segments = new[] { company.Workspace.Directory.Segments.Find(vip.Id)!, company.Workspace.Directory.Segments.Find(city.Id)! };
        var boss = await SegmentFigures.OverlapAsync(session, company.WangFang, segments, company.Workspace.Now, Cancel);
        Assert.Equal([[3L, 2L], [2L, 2L]], boss);
        var seller = await SegmentFigures.OverlapAsync(session, company.ZhangWei, segments, company.Workspace.Now, Cancel);
        Assert.Equal([[2L, 1L], [1L, 1L]], seller);
        Assert.Equal([("2026-11-22", 3L)], await SegmentFigures.GrowthAsync(session, company.WangFang, segments[0], 30, company.Workspace.Now, Cancel));
        Assert.Equal([("2026-11-22", 2L)], await SegmentFigures.GrowthAsync(session, company.LiQiang, segments[0], 30, company.Workspace.Now, Cancel));
        Assert.Equal(1, (await SizesAsync(company, company.ZhaoMin))[vip.Id]);
    }

    [Theory, BothDatabases]
    public async Task Conditions_that_cannot_be_the_same_for_everybody_are_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (filter, word) in new[]
        {
            ("", "至少"), ("owner = me", "我"), ("银行", "没有指明字段"), ("parent.name = \"甲\"", "上级公司"), ("parent = \"甲\"", "选定"), ("segment = \"没有\"", "没有编号"),
            ("visits() = 0", "visits"), ("activities(kin = \"visit\") = 0", "kin"), ("activities() = 1.5", "整数"), ("activities() : 3", "数字"), ("deals.name() > 1", "度量"), ("activities(", "没有写完"),
        })
        {
            var refusal = await Refused.ByAsync(() => company.CreateAsync(company.SunLi, "segments", new { name = "错", filter }));
            Assert.Contains(word, refusal.Detail!.ZhHans, StringComparison.Ordinal);
        }
    }

    [Theory, BothDatabases]
    public async Task A_segment_that_asks_for_a_masked_field_is_not_a_way_around_the_mask(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "银行", new { phone = "13800001111" });
        var segment = await company.CreateAsync(company.WangFang, "segments", new { name = "有这个电话", filter = "phone = \"13800001111\"" });
        await KeepAsync(company);
        Assert.Equal(["银行"], await MembersAsync(company, segment));
        Assert.Contains("无权", (await Refused.ByAsync(() => MembersAsync(company, segment, company.ChenJing))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Empty(await MembersAsync(company, segment, company.ZhaoMin));
    }

    [Theory, BothDatabases]
    public async Task After_anything_at_all_the_members_are_those_whom_the_conditions_find(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(7);
        string[] filters =
        [
            "level in (vip, major) AND NOT city = \"长沙市\"", "activities(kind = \"visit\" AND at >= today-20d) >= 2", "lastActivityAt < today-10d", "NOT (lastActivityAt >= today-10d)", "nextContactAt < now",
            "activities(status = \"planned\") >= 1 OR level = null", "createdAt >= today-15d AND contacts() = 0",
        ];
        var segments = new List<Record>();
        foreach (var filter in filters)
        {
            segments.Add(await SegmentAsync(company, filter[..Math.Min(60, filter.Length)], filter));
        }

        var customers = new List<Record>();
        for (var step = 0; step < 60; step++)
        {
            if (customers.Count < 4 || random.Next(6) == 0)
            {
                customers.Add(await company.CustomerAsync(company.ZhangWei, $"客户{step}", new { level = new[] { "vip", "major", "small", null }[random.Next(4)], city = random.Next(2) == 0 ? "长沙市" : "上海市" }));
            }
            else
            {
                var one = customers[random.Next(customers.Count)];
                switch (random.Next(5))
                {
                    case 0:
                        await company.ChangeAsync(company.ZhangWei, one, new { level = new[] { "vip", "small" }[random.Next(2)] });
                        break;
                    case 1:
                        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "王", customer = one.Id });
                        break;
                    default:
                        await company.CreateAsync(company.ZhangWei, "activities", new { kind = random.Next(2) == 0 ? "visit" : "task", content = "x", customer = one.Id, at = company.Workspace.Now.AddHours(random.Next(-400, 200)) });
                        break;
                }
            }

            company.Time.Pass(TimeSpan.FromHours(random.Next(30)));
            if (random.Next(3) == 0)
            {
                await KeepAsync(company);
            }
        }

        await KeepAsync(company);
        for (var i = 0; i < filters.Length; i++)
        {
            Assert.Equal(await company.NamesAsync(company.WangFang, "customers", filters[i], "name"), await MembersAsync(company, segments[i]));
        }
    }
}
