using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Retention;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Retention;

/// <summary>Who may be going, why, what to do, and what it did.</summary>
public sealed class RetentionTests
{
    private static object Yuan(decimal amount) => new { amount = amount.ToString(CultureInfo.InvariantCulture), currency = "CNY" };

    /// <summary>A customer who ordered every so many days and then fell silent.</summary>
    private static async Task<Record> SilentAsync(Company company, Actor owner, string name, int silentDays, int every, decimal amount, object? more = null)
    {
        var customer = await company.CustomerAsync(owner, name, more);
        var today = DateOnly.FromDateTime(company.Time.GetUtcNow().UtcDateTime);
        for (var i = 5; i >= 0; i--)
        {
            await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = today.AddDays(-silentDays - (i * every)).ToString("yyyy-MM-dd"), amount = Yuan(amount), cost = Yuan(amount / 2) });
        }

        return customer;
    }

    private static async Task<JsonElement> ListAsync(Company company, Actor actor, string? filter = null, int limit = 50)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await RiskList.WriteAsync(writer, session, actor, filter, limit, company.Workspace.Now);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    private static string[] Names(JsonElement list) => [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("customer").GetProperty("name").GetString()!)];

    [Theory, BothDatabases]
    public async Task The_most_valuable_come_first_with_reasons_that_name_what_was_seen(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var great = await SilentAsync(company, company.ZhangWei, "北方重工", 150, 30, 9000, new { province = "北京市" });
        await SilentAsync(company, company.ZhangWei, "北方小厂", 150, 30, 900, new { province = "河北省" });
        await SilentAsync(company, company.ZhaoMin, "南方精工", 150, 30, 5000, new { province = "广东省" });
        await SilentAsync(company, company.ZhangWei, "按时下单", 10, 30, 9000, new { province = "北京市" });
        await company.CreateAsync(company.WangFang, "orders", new { customer = great.Id, kind = "return", orderedOn = "2026-08-01", amount = Yuan(100) });
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "打过电话", customer = great.Id, at = "2026-07-01T02:00:00Z", status = "done" });
        await ValueRun.RunAsync(company.Workspace, company.WangFang);

        var all = await ListAsync(company, company.WangFang);
        Assert.Equal(["北方重工", "南方精工", "北方小厂"], Names(all));
        Assert.Equal(["北方重工", "北方小厂"], Names(await ListAsync(company, company.ChenJing, "province in (\"北京市\", \"河北省\")")));
        Assert.Equal(["北方重工"], Names(await ListAsync(company, company.LiQiang, limit: 1)));
        Assert.Equal(["南方精工"], Names(await ListAsync(company, company.ZhaoMin)));
        var first = all.GetProperty("items")[0];
        var sentences = first.GetProperty("reasons").EnumerateArray().ToDictionary(reason => reason.GetProperty("code").GetString()!, reason => reason.GetProperty("sentence").GetString()!);
        Assert.Contains("平均每 30 天下单，已 150 天没有下单（5.0 倍）", sentences["late"], StringComparison.Ordinal);
        Assert.Contains("退货 1 次", sentences["returns"], StringComparison.Ordinal);
        Assert.Contains("144 天没有联系过", sentences["no-contact"], StringComparison.Ordinal);
        Assert.Equal("mend", first.GetProperty("advice").GetProperty("code").GetString());
        await Assert.ThrowsAsync<RefusedException>(() => ListAsync(company, company.LiuYang));
        await Assert.ThrowsAsync<RefusedException>(() => ListAsync(company, company.WangFang, "nonsense = 1"));
    }

    [Theory, BothDatabases]
    public async Task Calls_are_planned_with_the_owners_some_are_left_alone_and_the_result_is_compared(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customers = new List<Record>();
        for (var i = 0; i < 20; i++)
        {
            customers.Add(await SilentAsync(company, company.ZhangWei, $"客户{i:00}", 150, 30, 100 + (i * 10)));
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        var today = company.LiQiang.Today(company.Workspace.Now);
        var plan = CallPlan.Read(Company.Json(new { name = "挽回", customers = customers.Select(customer => customer.Id), kind = "call", dueOn = "2026-11-27", holdOut = 50, weeks = 4 }), today);
        var done = await company.Workspace.WriteAsync(company.LiQiang, context => AssignCalls.RunAsync(context, plan));
        Assert.Equal((10, 10), (done.Planned, done.HeldOut));
        var calls = await company.ListAsync(company.ZhangWei, "activities", "status = planned", fields: "subject,content,owner,customer,dueAt");
        Assert.Equal(10, calls.GetProperty("items").GetArrayLength());
        var call = calls.GetProperty("items")[0];
        Assert.Equal(company.ZhangWei.Id, call.GetProperty("owner").GetProperty("id").GetGuid());
        Assert.Contains("150 天没有下单", call.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("→", call.GetProperty("content").GetString(), StringComparison.Ordinal);

        company.Time.Pass(TimeSpan.FromDays(20));
        var called = calls.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("customer").GetProperty("id").GetGuid()).ToList();
        foreach (var customer in called)
        {
            await company.CreateAsync(company.WangFang, "orders", new { customer, amount = Yuan(500), cost = Yuan(200) });
        }

        var buffer = new ArrayBufferWriter<byte>();
        await using (var session = await company.Workspace.Database.ReadAsync())
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await ActionResults.WriteAsync(writer, session, company.LiQiang, company.Workspace.Now);
            writer.WriteEndObject();
        }

        var result = JsonDocument.Parse(buffer.WrittenMemory).RootElement.GetProperty("items")[0];
        Assert.Equal((10, 10, 3000m), (result.GetProperty("treated").GetProperty("customers").GetInt32(), result.GetProperty("treated").GetProperty("back").GetInt32(), result.GetProperty("treated").GetProperty("margin").GetDecimal()));
        Assert.Equal((10, 0), (result.GetProperty("control").GetProperty("customers").GetInt32(), result.GetProperty("control").GetProperty("back").GetInt32()));
        Assert.Equal(300, result.GetProperty("marginDifference").GetProperty("value").GetDouble());
        Assert.True(result.GetProperty("backDifference").GetProperty("low").GetDouble() > 0.5);
        Assert.Contains("高 100 个百分点", result.GetProperty("sentence").GetString(), StringComparison.Ordinal);

        var another = plan with { Customers = [(await company.CustomerAsync(company.ZhaoMin, "别人的")).Id] };
        await Assert.ThrowsAsync<RefusedException>(() => company.Workspace.WriteAsync(company.ZhangWei, context => AssignCalls.RunAsync(context, another)));
        await Assert.ThrowsAsync<RefusedException>(() => company.Workspace.WriteAsync(company.WangFang, context => AssignCalls.RunAsync(context, another)));
        await Assert.ThrowsAsync<RefusedException>(() => company.Workspace.WriteAsync(company.ChenJing, context => AssignCalls.RunAsync(context, plan)));
    }

    /// <summary>The sample's own fault: great customers who ordered once were lost on their first day.</summary>
    [Theory, BothDatabases]
    public async Task Who_bought_once_is_no_loss_of_the_first_day_and_groups_that_are_not_drawn_are_named(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 0; i < 12; i++)
        {
            await SilentAsync(company, company.ZhangWei, $"常客{i:00}", 10, 30, 1000, new { source = "referral" });
            await SilentAsync(company, company.ZhangWei, $"走了{i:00}", i < 11 ? 200 : 80, 30, 1000, new { source = "exhibition" });
        }

        await SilentAsync(company, company.ZhangWei, "唯一", 10, 30, 1000, new { source = "event" });
        for (var i = 0; i < 5; i++)
        {
            var once = await company.CustomerAsync(company.ZhangWei, $"一次{i}", new { source = "referral" });
            await company.CreateAsync(company.WangFang, "orders", new { customer = once.Id, orderedOn = "2025-01-10", amount = Yuan(900_000), cost = Yuan(1) });
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        async Task<JsonElement> LivesAsync(string by)
        {
            var buffer = new ArrayBufferWriter<byte>();
            await using var session = await company.Workspace.Database.ReadAsync();
            await using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                await CustomerLifetimes.WriteAsync(writer, session, company.WangFang, by, company.Workspace.Now);
                writer.WriteEndObject();
            }

            return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
        }

        var told = await LivesAsync("source");
        Assert.Equal((25, 11, 5, 90), (told.GetProperty("customers").GetInt32(), told.GetProperty("lost").GetInt32(), told.GetProperty("boughtOnce").GetInt32(), told.GetProperty("silentDays").GetInt32()));
        var groups = told.GetProperty("groups").EnumerateArray().ToDictionary(group => group.GetProperty("key").GetString()!);
        Assert.Equal((12, 0, 12, 11), (groups["referral"].GetProperty("customers").GetInt32(), groups["referral"].GetProperty("lost").GetInt32(), groups["exhibition"].GetProperty("customers").GetInt32(), groups["exhibition"].GetProperty("lost").GetInt32()));
        // Nobody leaves in the first month: five gaps of thirty days, and three more of silence.
        Assert.Equal(1, groups["exhibition"].GetProperty("curve").EnumerateArray().Last(point => point[0].GetDouble() <= 7)[1].GetDouble());
        Assert.Equal(("event", 1), (told.GetProperty("leftOut")[0].GetProperty("key").GetString(), told.GetProperty("leftOut")[0].GetProperty("customers").GetInt32()));

        // By tier only of who was still there when tiers began to be kept, this month.
        var byTier = await LivesAsync("tier");
        Assert.Equal((0, 11), (byTier.GetProperty("lost").GetInt32(), byTier.GetProperty("lostBefore").GetInt32()));
    }

    [Theory]
    [InlineData("""{"customers":["0196b1a0-0000-7000-8000-000000000001"]}""", "name")]
    [InlineData("""{"name":"x"}""", "customers")]
    [InlineData("""{"name":"x","customers":["y"]}""", "customers")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001"],"kind":"dance"}""", "kind")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001"],"dueOn":"2020-01-01"}""", "dueOn")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001"],"holdOut":90}""", "holdOut")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001"],"holdOut":20}""", "holdOut")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001"],"colour":1}""", "colour")]
    [InlineData("""{"name":"x","customers":["0196b1a0-0000-7000-8000-000000000001","0196b1a0-0000-7000-8000-000000000002"],"holdOut":50}""", "holdOut")]
    public void A_plan_that_makes_no_sense_says_which_part(string body, string field)
    {
        var refused = Assert.Throws<RefusedException>(() => CallPlan.Read(JsonDocument.Parse(body).RootElement, new DateOnly(2026, 11, 22)));
        Assert.True(refused.Refusal.Errors!.ContainsKey(field));
    }

    [Fact]
    public void Chance_holds_back_the_share_asked_for_from_high_and_low_alike()
    {
        Guid[] customers = [.. Enumerable.Range(0, 100).Select(i => new Guid(i, 0, 0, new byte[8]))];
        var held = AssignCalls.HeldOut(customers, 0.2, new Guid(7, 0, 0, new byte[8]));
        Assert.Equal(20, held.Count);
        foreach (var stretch in customers.Chunk(5))
        {
            Assert.Equal(1, stretch.Count(held.Contains));
        }

        Assert.Equal(33, AssignCalls.HeldOut(customers, 0.33, customers[3]).Count);
        Assert.NotEqual(held.Order(), AssignCalls.HeldOut(customers, 0.2, customers[8]).Order());
        Assert.Empty(AssignCalls.HeldOut(customers, 0, customers[0]));
    }
}
