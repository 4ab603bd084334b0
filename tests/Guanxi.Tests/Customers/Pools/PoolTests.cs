using System.Buffers;
using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Pools;

/// <summary>What nobody follows up goes to the pool, and who wants it claims it: fairly, and one at a time.</summary>
public sealed class PoolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<Record> PoolAsync(Company company, object? more = null)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = "公海" };
        foreach (var property in more is null ? [] : Company.Json(more).EnumerateObject().ToList())
        {
            values[property.Name] = property.Value;
        }

        return company.CreateAsync(company.WangFang, "pools", values);
    }

    private static Task<Record> ClaimAsync(Company company, Actor actor, Record customer) => company.Workspace.WriteAsync(actor, context => PoolCustomers.ClaimAsync(context, customer.Id, Cancel), cancel: Cancel);

    private static Task<Record> ReleaseAsync(Company company, Actor actor, Record customer) => company.Workspace.WriteAsync(actor, context => PoolCustomers.ReleaseAsync(context, customer.Id, null, "联系不上", Cancel), cancel: Cancel);

    private static async Task<DateTimeOffset?> ReturnsAsync(Company company, Record customer) => (await company.LoadAsync(company.WangFang, "customers", customer.Id)).Instant("returnsAt");

    private static async Task<JsonElement> ListAsync(Company company, Actor actor)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            await PoolLists.WriteAsync(writer, session, actor, new PoolQuery(null, null, new Dictionary<string, string>(StringComparer.Ordinal), null, 50), company.Workspace.Now, Cancel);
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    [Theory, BothDatabases]
    public async Task Of_a_hundred_who_claim_at_once_one_has_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company);
        var customer = await company.CustomerAsync(company.ZhangWei, "抢手的客户");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "冯总", customer = customer.Id });
        await ReleaseAsync(company, company.ZhangWei, customer);
        var people = new[] { company.ZhangWei, company.ZhaoMin, company.LiQiang, company.WangFang };
        var won = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            try
            {
                await ClaimAsync(company, people[i % 4], customer);
                return 1;
            }
            catch (RefusedException refused) when (refused.Refusal.Status is 409 or 404)
            {
                return 0;
            }
        })));
        Assert.Equal(1, won.Sum());
        var owned = await company.LoadAsync(company.WangFang, "customers", customer.Id);
        Assert.NotNull(owned.OwnerId);
        Assert.Null(owned.Reference("pool"));
        Assert.Equal(1, (await company.ListAsync(company.WangFang, "contacts", $"owner = \"{owned.OwnerId}\"")).GetProperty("items").GetArrayLength());
    }

    [Theory, BothDatabases]
    public async Task Claiming_and_releasing_does_not_evade_the_limit_of_a_day(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { claimsADay = 2 });
        var customers = new List<Record>();
        foreach (var name in new[] { "甲公司", "乙公司", "丙公司" })
        {
            customers.Add(await company.CustomerAsync(company.ZhaoMin, name));
            await ReleaseAsync(company, company.ZhaoMin, customers[^1]);
        }

        await ClaimAsync(company, company.ZhangWei, customers[0]);
        await ReleaseAsync(company, company.ZhangWei, customers[0]);
        await ClaimAsync(company, company.ZhangWei, customers[1]);
        Assert.Equal("claims-a-day", (await Refused.ByAsync(() => ClaimAsync(company, company.ZhangWei, customers[2]))).Rule);
        company.Time.Pass(TimeSpan.FromDays(1));
        await ClaimAsync(company, company.ZhangWei, customers[2]);
    }

    [Theory, BothDatabases]
    public async Task Two_claims_of_one_person_at_once_do_not_both_fit_under_the_limit(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { mostHeld = 3 });
        var customers = new List<Record>();
        for (var i = 0; i < 12; i++)
        {
            customers.Add(await company.CustomerAsync(company.ZhaoMin, $"{(char)('甲' + (9 * i))}{(char)('天' + (11 * i))}公司"));
            await ReleaseAsync(company, company.ZhaoMin, customers[i]);
        }

        await Task.WhenAll(customers.Select(customer => Task.Run(async () =>
        {
            try
            {
                await ClaimAsync(company, company.ZhangWei, customer);
            }
            catch (RefusedException refused) when (refused.Refusal.Rule == "most-held")
            {
                // One of those that did not fit.
            }
        })));
        Assert.Equal(3, (await company.NamesAsync(company.ZhangWei, "customers")).Length);
    }

    [Theory, BothDatabases]
    public async Task What_nobody_follows_up_goes_back_but_not_on_the_night_it_was_claimed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { contactDays = 30, contactDaysVip = 90, warnDays = 3, keepsWon = true });
        var old = await company.CustomerAsync(company.ZhangWei, "很久没人管");
        var vip = await company.CustomerAsync(company.ZhangWei, "贵宾", new { level = "vip" });
        var buys = await company.CustomerAsync(company.ZhangWei, "老主顾", new { stage = "loyal" });
        Assert.Equal(company.Workspace.Now.AddDays(30), await ReturnsAsync(company, old));
        Assert.Equal(company.Workspace.Now.AddDays(90), await ReturnsAsync(company, vip));
        Assert.Null(await ReturnsAsync(company, buys));
        company.Time.Pass(TimeSpan.FromDays(20));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", content = "聊过", customer = old.Id });
        Assert.Equal(company.Workspace.Now.AddDays(30), await ReturnsAsync(company, old));
        company.Time.Pass(TimeSpan.FromDays(28));
        Assert.Equal(0, await PoolReturns.RunAsync(company.Workspace, Cancel));
        await PoolReturns.RunAsync(company.Workspace, Cancel);
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE kind = 'returning' AND user_id = {company.ZhangWei.Id}"), Cancel));
        }

        company.Time.Pass(TimeSpan.FromDays(3));
        var (due, some) = await company.Workspace.WriteAsync(company.WangFang, context => PoolReturns.TryAsync(context, null, Cancel), cancel: Cancel);
        Assert.Equal((1L, "很久没人管"), (due, some[0].Name));
        Assert.Equal(1, await PoolReturns.RunAsync(company.Workspace, Cancel));
        var back = await company.LoadAsync(company.WangFang, "customers", old.Id);
        Assert.Equal((null, company.ZhangWei.Id), (back.OwnerId, back.Reference("formerOwner")));
        Assert.Contains("自动收回", back.Text("poolReason"), StringComparison.Ordinal);
        await ClaimAsync(company, company.ZhaoMin, old);
        Assert.Equal(0, await PoolReturns.RunAsync(company.Workspace, Cancel));
    }

    [Theory, BothDatabases]
    public async Task Protection_holds_a_customer_until_its_day_and_not_longer_than_the_rule(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await PoolAsync(company, new { contactDays = 10, protectDays = 60, mostProtected = 1 });
        var (one, other) = (await company.CustomerAsync(company.ZhangWei, "甲公司"), await company.CustomerAsync(company.ZhangWei, "乙公司"));
        Task ProtectAsync(Actor actor, Record customer, int days) => company.Workspace.WriteAsync(actor, context => PoolCustomers.ProtectAsync(context, customer.Id, context.Now.AddDays(days), Cancel), cancel: Cancel);
        Assert.Equal(422, (await Refused.ByAsync(() => ProtectAsync(company.ZhangWei, one, 61))).Status);
        await ProtectAsync(company.ZhangWei, one, 60);
        Assert.Equal("most-protected", (await Refused.ByAsync(() => ProtectAsync(company.ZhangWei, other, 5))).Rule);
        Assert.Equal(404, (await Refused.ByAsync(() => ProtectAsync(company.ZhaoMin, one, 5))).Status);
        company.Time.Pass(TimeSpan.FromDays(20));
        Assert.Equal(1, await PoolReturns.RunAsync(company.Workspace, Cancel));
        company.Time.Pass(TimeSpan.FromDays(41));
        Assert.Equal(1, await PoolReturns.RunAsync(company.Workspace, Cancel));
    }

    [Theory, BothDatabases]
    public async Task The_pool_shows_enough_to_judge_and_no_way_to_reach_and_only_to_its_members(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var team = company.Workspace.Directory.Teams.Single(node => node.Name == "华东").Id;
        await PoolAsync(company, new { team, coolDownDays = 2, formerOwnerDays = 7 });
        var customer = await company.CustomerAsync(company.ZhangWei, "武汉海明智业", new { phone = "13800138000", email = "a@haiming.example", city = "武汉市" });
        await ReleaseAsync(company, company.ZhangWei, customer);
        var seen = await ListAsync(company, company.LiQiang);
        var item = Assert.Single(seen.GetProperty("items").EnumerateArray());
        Assert.Equal(("武汉海明智业", "武汉市", "张伟", "联系不上"), (item.GetProperty("name").GetString(), item.GetProperty("city").GetString(), item.GetProperty("formerOwner").GetString(), item.GetProperty("reason").GetString()));
        Assert.DoesNotContain("13800138000", seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("haiming", seen.ToString(), StringComparison.Ordinal);
        Assert.Empty((await ListAsync(company, company.ZhaoMin)).GetProperty("items").EnumerateArray());
        Assert.Equal(404, (await Refused.ByAsync(() => ClaimAsync(company, company.ZhaoMin, customer))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.LiQiang, "customers", customer.Id))).Status);
        Assert.Equal("cool-down", (await Refused.ByAsync(() => ClaimAsync(company, company.LiQiang, customer))).Rule);
        company.Time.Pass(TimeSpan.FromDays(3));
        Assert.Equal("former-owner", (await Refused.ByAsync(() => ClaimAsync(company, company.ZhangWei, customer))).Rule);
        Assert.Equal(403, (await Refused.ByAsync(() => ClaimAsync(company, company.ChenJing, customer))).Status);
        await ClaimAsync(company, company.LiQiang, customer);
        await company.LoadAsync(company.LiQiang, "customers", customer.Id);
    }

    [Theory, BothDatabases]
    public async Task A_pool_with_customers_and_the_last_one_stay_open(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var pool = await PoolAsync(company);
        Assert.Equal("pool-last", (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, pool, new { active = false }))).Rule);
        await PoolAsync(company);
        await ReleaseAsync(company, company.ZhangWei, await company.CustomerAsync(company.ZhangWei, "甲公司"));
        Assert.Equal("pool-in-use", (await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, pool, new { active = false }))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(() => PoolAsync(company, new { contactDays = -1 }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "pools", new { name = "私设" }))).Status);
    }
}
