using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Guanxi.Customers;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Value;

/// <summary>What a tier is promised, and who keeps to it.</summary>
public sealed class TierPolicyTests
{
    private static async Task<List<Record>> BuyersAsync(Company company)
    {
        var customers = new List<Record>();
        for (var i = 1; i <= 10; i++)
        {
            var customer = await company.CustomerAsync(company.ZhangWei, $"客户{i:00}");
            await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = "2026-11-01", amount = new { amount = $"{i * 100}", currency = "CNY" }, cost = new { amount = "0", currency = "CNY" } });
            customers.Add(customer);
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        return customers;
    }

    private static Task<IReadOnlyDictionary<string, TierPolicy>> ChangeAsync(Company company, object policies) =>
        company.Workspace.WriteAsync(company.WangFang, context => TierPolicy.ChangeAsync(context, Company.Json(policies)));

    private static async Task<JsonElement> WorkAsync(Company company, Actor actor)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await TodaysWork.WriteAsync(buffer, session, actor, company.Workspace.Now);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    [Theory, BothDatabases]
    public async Task A_vip_stays_out_of_the_pool_as_long_as_its_tier_says(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customers = await BuyersAsync(company);
        await company.CreateAsync(company.WangFang, "pools", new { name = "公海", contactDays = 30 });
        async Task<int> DaysAsync(Record customer)
        {
            await using var session = await company.Workspace.Database.ReadAsync();
            return (int)Math.Round((await session.FirstAsync(Sql.Of($"SELECT returns_at FROM customer WHERE id = {customer.Id}"), row => row.Instant(0)) - company.Workspace.Now).TotalDays);
        }

        Assert.Equal((30, 30), (await DaysAsync(customers[9]), await DaysAsync(customers[0])));
        await ChangeAsync(company, new { vip = new { poolDays = 120 } });
        Assert.Equal((120, 30), (await DaysAsync(customers[9]), await DaysAsync(customers[0])));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "打过电话", customer = customers[9].Id, status = "done" });
        Assert.Equal(120, await DaysAsync(customers[9]));
        await ChangeAsync(company, new { vip = new { poolDays = (int?)null } });
        Assert.Equal(30, await DaysAsync(customers[9]));
    }

    [Theory, BothDatabases]
    public async Task The_days_work_lists_whom_the_tier_says_to_contact(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customers = await BuyersAsync(company);
        Assert.False((await WorkAsync(company, company.ZhangWei)).TryGetProperty("visitsDue", out _));
        await ChangeAsync(company, new { vip = new { visitDays = 7 } });
        Assert.Equal("客户10", Assert.Single((await WorkAsync(company, company.ZhangWei)).GetProperty("visitsDue").EnumerateArray()).GetProperty("name").GetString());
        Assert.Empty((await WorkAsync(company, company.ZhaoMin)).GetProperty("visitsDue").EnumerateArray());
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "打过电话", customer = customers[9].Id, status = "done" });
        Assert.Equal(0, (await WorkAsync(company, company.ZhangWei)).GetProperty("counts").GetProperty("visitsDue").GetInt64());
        company.Time.Pass(TimeSpan.FromDays(9));
        Assert.Equal(1, (await WorkAsync(company, company.ZhangWei)).GetProperty("counts").GetProperty("visitsDue").GetInt64());
    }

    [Theory, BothDatabases]
    public async Task The_discount_of_a_tier_is_asked_for_when_a_line_is_priced_and_a_role_s_wider_right_stays(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var customers = await BuyersAsync(company);
        var pump = await company.CreateAsync(company.WangFang, "products", new { code = "P-1", name = "水泵", unit = "台", listPrice = new { amount = "1000", currency = "CNY" } });
        async Task<Record> DealAsync(Record customer) => await company.CreateAsync(company.ZhangWei, "deals", new { name = "水泵", customer = customer.Id });
        var (vip, small) = (await DealAsync(customers[9]), await DealAsync(customers[0]));
        Task<Record> LineAsync(Record deal, int discount, params string[] confirmed) => company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = deal.Id, product = pump.Id, quantity = 1, discount }, confirmed);

        // Without a policy nobody asks; with one whoever gives more is asked, and may go on.
        await LineAsync(small, 40);
        await ChangeAsync(company, new { vip = new { mostDiscount = 20 }, small = new { mostDiscount = 5 } });
        await LineAsync(vip, 20);
        await LineAsync(small, 5);
        var asked = await Refused.ByAsync(() => LineAsync(small, 6));
        Assert.Equal((409, "discount-over-tier"), (asked.Status, asked.Rule));
        Assert.Contains("折扣 6%，超过这位客户所在层级的 5%", asked.Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal("discount-over-tier", (await Refused.ByAsync(() => LineAsync(vip, 21))).Rule);
        var line = await LineAsync(small, 6, "discount-over-tier");
        await company.ChangeAsync(company.ZhangWei, line, new { description = "改个说明" });

        // In a quote more than the tier gives needs somebody's word, unless the role itself may give it.
        async Task<string> SubmittedAsync(Record customer, int discount)
        {
            var quote = await company.CreateAsync(company.ZhangWei, "quotes", new { name = "报价", customer = customer.Id });
            await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteLines.PutAsync(context, quote.Id, Company.Json(new object[] { new { product = pump.Id, quantity = 1, discount } })));
            return (await company.Workspace.WriteAsync(company.ZhangWei, context => QuoteFlow.SubmitAsync(context, quote.Id, null))).Text("status")!;
        }

        await company.CreateAsync(company.WangFang, "discount-rules", new { maxDiscount = 10 });
        Assert.Equal("approved", await SubmittedAsync(customers[9], 20));
        var refused = await Refused.ByAsync(() => SubmittedAsync(customers[0], 8));
        Assert.Equal("quote-needs-approval", refused.Rule);
        Assert.Contains("8%，超过权限 5%", refused.Detail!.ZhHans, StringComparison.Ordinal);
        var seller = company.Workspace.Directory.Roles.Single(role => role.Key == "seller").Id;
        await company.CreateAsync(company.WangFang, "discount-rules", new { role = seller, maxDiscount = 8 });
        Assert.Equal("approved", await SubmittedAsync(customers[0], 8));
        await LineAsync(small, 8);
    }

    [Theory, BothDatabases]
    public async Task Who_is_close_to_the_tier_above_knows_how_much_is_missing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await BuyersAsync(company);
        var items = (await company.ListAsync(company.WangFang, "customers", "value.tier != null", "-value.current", "name,value.tier,value.toNext")).GetProperty("items").EnumerateArray().ToList();
        decimal Missing(int at) => decimal.Parse(items[at].GetProperty("value.toNext").GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);
        // Ten buyers: one VIP, none more at 5 %, one ordinary at 20 %, the rest small.
        Assert.Equal(["vip", "ordinary", "small"], items.Take(3).Select(item => item.GetProperty("value.tier").GetString()));
        Assert.Equal((0m, 100m, 200m), (Missing(0), Missing(2), Missing(3)));
        await using var session = await company.Workspace.Database.ReadAsync();
        var report = JsonDocument.Parse((await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1")))!).RootElement;
        Assert.Equal(("small", 90.0), (report.GetProperty("close")[2].GetProperty("name").GetString(), report.GetProperty("close")[2].GetProperty("within").GetDouble()));
    }

    [Theory]
    [InlineData("""{"king":{"poolDays":1}}""", "king")]
    [InlineData("""{"vip":{"poolDays":0}}""", "vip.poolDays")]
    [InlineData("""{"vip":{"visitDays":1.5}}""", "vip.visitDays")]
    [InlineData("""{"vip":{"mostDiscount":101}}""", "vip.mostDiscount")]
    [InlineData("""{"vip":{"colour":1}}""", "vip.colour")]
    [InlineData("""{"vip":"all"}""", "vip")]
    public async Task A_policy_that_makes_no_sense_says_which_part(string body, string field)
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => company.Workspace.WriteAsync(company.WangFang, context => TierPolicy.ChangeAsync(context, JsonDocument.Parse(body).RootElement)));
        Assert.True(refused.Refusal.Errors!.ContainsKey(field));
    }
}
