using System.Buffers;
using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Pools;

/// <summary>The clocks of deals and orders, who is spared, what a pool hides and how often one may look.</summary>
public sealed class PoolRulesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<Record> PoolAsync(Company company, object values) => company.CreateAsync(company.WangFang, "pools", values);

    private static async Task<DateTimeOffset?> ReturnsAsync(Company company, Record customer) => (await company.LoadAsync(company.WangFang, "customers", customer.Id)).Instant("returnsAt");

    private static Task ReleaseAsync(Company company, Actor actor, Record customer, string? reason = "联系不上") =>
        company.Workspace.WriteAsync(actor, context => PoolCustomers.ReleaseAsync(context, customer.Id, null, reason, Cancel), cancel: Cancel);

    private static Task ClaimAsync(Company company, Actor actor, Record customer) => company.Workspace.WriteAsync(actor, context => PoolCustomers.ClaimAsync(context, customer.Id, Cancel), cancel: Cancel);

    private static Task<Record> OrderAsync(Company company, Record customer, DateTimeOffset on, object? more = null) =>
        company.CreateAsync(company.WangFang, "orders", more ?? new { customer = customer.Id, amount = "1000 CNY", orderedOn = on.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) });

    private static async Task<JsonElement> ListAsync(Company company, Actor actor, params (string Field, string Value)[] values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await PoolLists.WriteAsync(writer, session, actor, new PoolQuery(null, null, values.ToDictionary(item => item.Field, item => item.Value, StringComparer.Ordinal), null, 50), company.Workspace.Now, Cancel);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    private static async Task<JsonElement> LookAsync(Company company, Actor actor, Record customer)
    {
        var sheet = await company.Workspace.WriteAsync(actor, context => PoolSheet.LookAsync(context, customer.Id, Cancel), cancel: Cancel);
        var buffer = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            sheet.Write(writer, actor);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    [Theory, BothDatabases]
    public async Task A_contract_moves_the_clock_at_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", orderDays = 30 });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Null(await ReturnsAsync(company, customer));
        var contract = await company.CreateAsync(company.ZhangWei, "contracts", new { name = "年度", customer = customer.Id, amount = "1000 CNY", signedOn = "2026-11-01", startsOn = "2026-11-01", endsOn = "2027-10-31" });
        await company.Workspace.WriteAsync(company.ZhangWei, context => Guanxi.Sales.Contracts.ContractSteps.SubmitAsync(context, contract.Id, cancel: Cancel), cancel: Cancel);
        Assert.Null(await ReturnsAsync(company, customer));
        await company.Workspace.WriteAsync(company.LiQiang, context => Guanxi.Sales.Contracts.ContractSteps.DecideAsync(context, contract.Id, approved: true, null, Cancel), cancel: Cancel);
        Assert.Equal(new DateOnly(2027, 11, 30), DateOnly.FromDateTime((await ReturnsAsync(company, customer))!.Value.UtcDateTime));
        await company.Workspace.WriteAsync(company.LiQiang, context => Guanxi.Sales.Contracts.ContractSteps.VoidAsync(context, contract.Id, "作废", Cancel), cancel: Cancel);
        Assert.Null(await ReturnsAsync(company, customer));
    }

    [Fact]
    public async Task Whoever_composes_a_pool_that_hides_is_told_whose_role_reads_on()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var pool = (Pool)await PoolAsync(company, new { name = "公海", contactDays = 30, hiddenFields = new[] { "city" } });
        Assert.Contains("分析员、客服、市场、财务", PoolSentence.ReadingOn(pool, company.Workspace.Directory)!.ZhHans, StringComparison.Ordinal);
        var open = (Pool)await PoolAsync(company, new { name = "敞开", contactDays = 30 });
        Assert.Null(PoolSentence.ReadingOn(open, company.Workspace.Directory));
    }

    [Theory, BothDatabases]
    public async Task Who_ordered_goes_back_so_many_days_after_the_last_order_and_who_never_did_after_the_last_contact(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", orderDays = 365, orderDaysVip = 730, neverOrderedDays = 180 });
        var (buyer, vip, stranger) = (await company.CustomerAsync(company.ZhangWei, "买过的"), await company.CustomerAsync(company.ZhangWei, "贵宾", new { level = "vip" }), await company.CustomerAsync(company.ZhangWei, "没买过的"));
        Assert.Equal(company.Workspace.Now.AddDays(180), await ReturnsAsync(company, stranger));
        company.Time.Pass(TimeSpan.FromDays(100));
        var today = company.Workspace.Now;
        var order = await OrderAsync(company, buyer, today);
        await OrderAsync(company, vip, today);
        Assert.Equal(365, (await ReturnsAsync(company, buyer) - today)!.Value.TotalDays, 1.0);
        Assert.Equal(730, (await ReturnsAsync(company, vip) - today)!.Value.TotalDays, 1.0);

        // An order that came to nothing is none.
        await company.ChangeAsync(company.WangFang, order, new { status = "cancelled" });
        Assert.Equal(80, (await ReturnsAsync(company, buyer) - today)!.Value.TotalDays, 1.0);
        company.Time.Pass(TimeSpan.FromDays(81));
        Assert.Equal(2, await PoolReturns.RunAsync(company.Workspace, Cancel));
        Assert.Contains("从未下单", (await company.LoadAsync(company.WangFang, "customers", stranger.Id)).Text("poolReason"), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Without_a_new_deal_a_customer_goes_back_unless_a_deal_is_open_or_it_bought(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", dealDays = 60, contactDays = 300, keepsOpenDeal = true, keepsWon = true });
        await company.ProcessAsync();
        var (idle, dealing, bought) = (await company.CustomerAsync(company.ZhangWei, "没商机"), await company.CustomerAsync(company.ZhangWei, "有商机"), await company.CustomerAsync(company.ZhangWei, "买过"));
        Assert.Equal(company.Workspace.Now.AddDays(60), await ReturnsAsync(company, idle));
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一期", customer = dealing.Id });
        Assert.Null(await ReturnsAsync(company, dealing));
        await OrderAsync(company, bought, company.Workspace.Now);
        Assert.Null(await ReturnsAsync(company, bought));

        // Without the switches the clocks run for both.
        await company.ChangeAsync(company.WangFang, Assert.Single(await PoolsAsync(company)), new { keepsOpenDeal = false, keepsWon = false });
        Assert.Equal(company.Workspace.Now.AddDays(300), await ReturnsAsync(company, dealing));
        Assert.Equal(company.Workspace.Now.AddDays(60), await ReturnsAsync(company, bought));
        await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, company.Workspace.Schema["deals"], deal.Id);
        Assert.Equal(company.Workspace.Now.AddDays(60), await ReturnsAsync(company, dealing));
    }

    private static async Task<List<Record>> PoolsAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return [.. await PoolClock.ActiveAsync(session, company.Workspace.Schema["pools"], Cancel)];
    }

    [Theory, BothDatabases]
    public async Task The_rules_read_as_a_sentence_with_their_classes_and_who_is_spared(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var pool = (Pool)await PoolAsync(company, new { name = "公海", contactDays = 30, contactDaysVip = 0, contactDaysMajor = 60, orderDays = 365, keepsOpenDeal = true, warnDays = 7 });
        Assert.Equal("30 天没有跟进的收回（VIP不限，大客户 60 天）；365 天没有新订单或合同的收回；有进行中商机、保护中的不收回；提前 7 天和前一天各提醒一次。", PoolSentence.Of(pool).ZhHans);
        Assert.Equal("Goes back: 30 days without contact (VIP never, Major 60); 365 days without a new order or contract. Kept: those with an open deal, those under protection. A warning 7 days and one day before.", PoolSentence.Of(pool).En);
        var closed = (Pool)await PoolAsync(company, new { name = "只领不收", returns = false, contactDays = 1 });
        Assert.Equal("不自动收回。", PoolSentence.Of(closed).ZhHans);
    }

    [Theory, BothDatabases]
    public async Task What_a_pool_hides_is_neither_shown_nor_found_nor_filtered_by(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", hiddenFields = new[] { "city", "formerOwner", "pooledAt", "poolReason" }, manager = company.LiQiang.Id });
        var customer = await company.CustomerAsync(company.ZhangWei, "武汉海明", new { city = "武汉市", level = "major", phone = "13800138000" });
        await ReleaseAsync(company, company.ZhangWei, customer);
        var item = Assert.Single((await ListAsync(company, company.ZhaoMin)).GetProperty("items").EnumerateArray());
        Assert.Equal("major", item.GetProperty("level").GetString());
        foreach (var told in new[] { item.ToString(), (await LookAsync(company, company.ZhaoMin, customer)).ToString() })
        {
            Assert.DoesNotContain("武汉市", told, StringComparison.Ordinal);
            Assert.DoesNotContain("张伟", told, StringComparison.Ordinal);
            Assert.DoesNotContain("联系不上", told, StringComparison.Ordinal);
            Assert.DoesNotContain("13800138000", told, StringComparison.Ordinal);
        }

        Assert.Equal(422, (await Refused.ByAsync(() => ListAsync(company, company.ZhaoMin, ("city", "武汉市")))).Status);
        Assert.Single((await ListAsync(company, company.ZhaoMin, ("level", "major"))).GetProperty("items").EnumerateArray());
        Assert.Empty((await ListAsync(company, company.ZhaoMin, ("level", "vip"))).GetProperty("items").EnumerateArray());

        // By the other doors there is no such customer.
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers", "city = 武汉市"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers", words: "武汉海明"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhaoMin, "customers", customer.Id))).Status);

        // Who looks after the pool sees what it hides.
        Assert.Equal("武汉市", Assert.Single((await ListAsync(company, company.LiQiang, ("city", "武汉市"))).GetProperty("items").EnumerateArray()).GetProperty("city").GetString());
        Assert.Equal(422, (await Refused.ByAsync(() => PoolAsync(company, new { name = "全藏", hiddenFields = Pool.Shown }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => PoolAsync(company, new { name = "藏错", hiddenFields = new[] { "phone" } }))).Status);
    }

    [Theory, BothDatabases]
    public async Task So_many_customers_a_day_are_looked_at_and_the_same_one_counts_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", viewsADay = 2 });
        var customers = new List<Record>();
        foreach (var name in new[] { "甲公司", "乙公司", "丙公司" })
        {
            customers.Add(await company.CustomerAsync(company.ZhangWei, name));
            await company.CreateAsync(company.ZhangWei, "activities", new { kind = "visit", content = "密谈内容", customer = customers[^1].Id });
            await ReleaseAsync(company, company.ZhangWei, customers[^1]);
        }

        var sheet = await LookAsync(company, company.ZhaoMin, customers[0]);
        Assert.Equal(1, sheet.GetProperty("activities").GetProperty("visit").GetInt32());
        Assert.DoesNotContain("密谈内容", sheet.ToString(), StringComparison.Ordinal);
        await LookAsync(company, company.ZhaoMin, customers[0]);
        await LookAsync(company, company.ZhaoMin, customers[1]);
        Assert.Equal("views-a-day", (await Refused.ByAsync(() => LookAsync(company, company.ZhaoMin, customers[2]))).Rule);
        await LookAsync(company, company.ZhaoMin, customers[1]);
        await LookAsync(company, company.WangFang, customers[2]);
        company.Time.Pass(TimeSpan.FromDays(1));
        await LookAsync(company, company.ZhaoMin, customers[2]);
        Assert.Equal(404, (await Refused.ByAsync(() => LookAsync(company, company.ChenJing, customers[2]))).Status);
    }

    [Theory, BothDatabases]
    public async Task Members_are_teams_and_people_and_one_asks_for_a_reason_and_waits_between_claims(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var team = company.Workspace.Directory.Teams.Single(node => node.Name == "华东").Id;
        await PoolAsync(company, new { name = "公海", members = new { teams = new[] { team }, people = new[] { company.SunLi.Id, company.ZhangWei.Id } }, reasons = new[] { "预算不足", "联系不上" }, claimGapMinutes = 30 });
        Assert.Equal(422, (await Refused.ByAsync(() => PoolAsync(company, new { name = "谁", members = new { people = new[] { Guid.CreateVersion7() } } }))).Status);
        var (one, other) = (await company.CustomerAsync(company.ZhangWei, "甲公司"), await company.CustomerAsync(company.ZhangWei, "乙公司"));
        Assert.Equal(422, (await Refused.ByAsync(() => ReleaseAsync(company, company.ZhangWei, one, "随便"))).Status);
        await ReleaseAsync(company, company.ZhangWei, one, "预算不足");
        await ReleaseAsync(company, company.ZhangWei, other, "预算不足");
        Assert.Equal(404, (await Refused.ByAsync(() => ClaimAsync(company, company.ZhaoMin, one))).Status);
        await ClaimAsync(company, company.LiQiang, one);
        Assert.Equal("claim-gap", (await Refused.ByAsync(() => ClaimAsync(company, company.LiQiang, other))).Rule);
        company.Time.Pass(TimeSpan.FromMinutes(31));
        await ClaimAsync(company, company.LiQiang, other);
    }

    [Theory, BothDatabases]
    public async Task A_protected_customer_locks_its_likely_duplicate_in_other_hands(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { name = "公海", contactDays = 10, protectDays = 60, locksDuplicates = true, keepsWon = true });
        var (mine, his) = (await company.CustomerAsync(company.ZhangWei, "深圳市创新科技有限公司"), await company.CustomerAsync(company.ZhaoMin, "创新科技（深圳）有限公司"));
        await company.Workspace.WriteAsync(company.Program, context => MatchCases.RefreshAsync(context, company.Workspace.Schema["customers"], mine.Id, [FoundPair.Of(mine.Id, his.Id, 0.97, "match", [])], Cancel), cancel: Cancel);
        await company.ChangeAsync(company.ZhaoMin, his, new { city = "深圳市" });
        Task ProtectAsync(Record customer, int days) => company.Workspace.WriteAsync(company.ZhangWei, context => PoolCustomers.ProtectAsync(context, customer.Id, context.Now.AddDays(days), Cancel), cancel: Cancel);
        await ProtectAsync(mine, 20);
        Assert.Equal("locked", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhaoMin, his, new { city = "广州市" }))).Rule);
        Assert.Equal("locked", (await Refused.ByAsync(() => company.CreateAsync(company.ZhaoMin, "activities", new { kind = "call", content = "x", customer = his.Id }))).Rule);
        await company.ChangeAsync(company.ZhangWei, mine, new { note = "继续" });
        company.Time.Pass(TimeSpan.FromDays(21));
        await company.ChangeAsync(company.ZhaoMin, his, new { city = "广州市" });
        var buyer = await company.CustomerAsync(company.ZhangWei, "老主顾", new { stage = "loyal" });
        Assert.Equal("needs-no-protection", (await Refused.ByAsync(() => ProtectAsync(buyer, 5))).Rule);
    }
}
