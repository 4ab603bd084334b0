using System.Buffers;
using System.Text.Json;
using Guanxi.Customers.Collisions;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Collisions;

/// <summary>Two sellers meet at one customer: 赵敏 types in what is 张伟's.</summary>
public sealed class CollisionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<CollisionRequest> AskAsync(Company company, Actor actor, string kind, object values, string reason = "同一个项目", Guid? customer = null, Guid? own = null)
    {
        var entry = company.Workspace.Schema["customers"].Create(company.Workspace.Schema["customers"]);
        foreach (var property in Company.Json(values).EnumerateObject())
        {
            entry[property.Name] = property.Value.GetString();
        }

        return await company.Workspace.WriteAsync(actor, context => AskForCustomer.RunAsync(context, new CustomerAsk(kind, reason, entry, null, customer, own), Cancel), cancel: Cancel);
    }

    private static Task<Record> DecideAsync(Company company, Actor actor, Record request, string outcome, string? answer = null) =>
        company.Workspace.WriteAsync(actor, context => DecideCollision.RunAsync(context, request.Id, outcome, answer, Cancel), cancel: Cancel);

    private static async Task<JsonElement> ReadAsync(Company company, Func<Utf8JsonWriter, DatabaseSession, Task> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            await write(writer, session);
        }

        return buffer.WrittenCount == 0 ? default : JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    private static async Task<JsonElement[]> BoxAsync(Company company, Actor actor, string box) =>
        [.. (await ReadAsync(company, async (writer, session) =>
        {
            writer.WriteStartObject();
            await CollisionLists.WriteAsync(writer, session, actor, box, null, 50, company.Workspace.Now, Cancel);
            writer.WriteEndObject();
        })).GetProperty("items").EnumerateArray()];

    private static Task<JsonElement> OneAsync(Company company, Actor actor, Record request) =>
        ReadAsync(company, (writer, session) => CollisionLists.WriteOneAsync(writer, session, actor, request.Id, company.Workspace.Now, histories: true, Cancel));

    private static async Task<long> NoticesAsync(Company company, Actor actor)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE kind = 'collision' AND user_id = {actor.Id}"), Cancel);
    }

    [Theory, BothDatabases]
    public async Task Who_met_a_colleagues_customer_asks_to_work_on_it_and_the_owner_agrees(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "深圳市海明智业科技有限公司", new { phone = "13800138000" });
        var request = await AskAsync(company, company.ZhaoMin, "cooperate", new { name = "海明智业科技（深圳）有限公司" });
        Assert.Equal(1, await NoticesAsync(company, company.ZhangWei));
        Assert.Equal("asked", (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, "transfer", new { name = "深圳市海明智业科技有限公司" }))).Rule);

        // The requester reads what he typed, not what the record says.
        var mine = Assert.Single(await BoxAsync(company, company.ZhaoMin, "mine"));
        Assert.Equal("海明智业科技（深圳）有限公司", mine.GetProperty("label").GetString());
        Assert.DoesNotContain(customer.Id.ToString(), mine.ToString(), StringComparison.Ordinal);
        Assert.False(mine.GetProperty("decides").GetBoolean());
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhaoMin, "customers", customer.Id))).Status);
        Assert.Equal("深圳市海明智业科技有限公司", Assert.Single(await BoxAsync(company, company.ZhangWei, "todo")).GetProperty("customer").GetProperty("name").GetString());

        await DecideAsync(company, company.ZhangWei, request, "shared", "一起做");
        await company.LoadAsync(company.ZhaoMin, "customers", customer.Id, Verb.Edit);
        Assert.Equal(company.ZhangWei.Id, (await company.LoadAsync(company.WangFang, "customers", customer.Id)).OwnerId);
        Assert.Equal(1, await NoticesAsync(company, company.ZhaoMin));
        Assert.Equal("decided", (await Refused.ByAsync(() => DecideAsync(company, company.ZhangWei, request, "stays"))).Rule);
        Assert.Equal("agreed", Assert.Single(await BoxAsync(company, company.ZhaoMin, "done")).GetProperty("status").GetString());
    }

    [Theory, BothDatabases]
    public async Task A_customer_is_handed_over_by_its_owner_with_his_word_and_not_by_the_one_who_asks(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "武汉海明智业数据有限公司");
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "task", content = "寄样", customer = customer.Id, dueAt = company.Workspace.Now.AddDays(1) });
        var request = await AskAsync(company, company.ZhaoMin, "transfer", new { name = "武汉海明智业数据有限公司" });
        Assert.Equal(403, (await Refused.ByAsync(() => DecideAsync(company, company.ZhaoMin, request, "moved"))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => DecideAsync(company, company.SunLi, request, "moved"))).Status);
        await DecideAsync(company, company.ZhangWei, request, "moved");
        Assert.Equal(company.ZhaoMin.Id, (await company.LoadAsync(company.ZhaoMin, "customers", customer.Id)).OwnerId);
        Assert.Equal(company.ZhaoMin.Id.ToString(), (await company.ListAsync(company.ZhaoMin, "activities", "status = planned")).GetProperty("items")[0].GetProperty("owner").GetProperty("id").GetString());
    }

    [Theory, BothDatabases]
    public async Task The_manager_decides_with_both_histories_before_him_and_the_sellers_see_neither(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var customer = await company.CustomerAsync(company.ZhangWei, "上海远东精密机械有限公司");
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "visit", content = "谈过", customer = customer.Id });
        await company.CreateAsync(company.ZhangWei, "deals", new { name = "一期", customer = customer.Id, amount = "880000 CNY" });
        var own = await company.CustomerAsync(company.ZhaoMin, "上海远东精密");
        await company.CreateAsync(company.ZhaoMin, "activities", new { kind = "call", content = "打过", customer = own.Id });
        var request = await AskAsync(company, company.ZhaoMin, "arbitrate", new { name = "上海远东精密机械有限公司" }, own: own.Id);
        Assert.Equal((1, 0), (await NoticesAsync(company, company.LiQiang), await NoticesAsync(company, company.ZhangWei)));

        // Neither of the two decides, though the owner sees that it was asked.
        Assert.Equal(403, (await Refused.ByAsync(() => DecideAsync(company, company.ZhangWei, request, "stays"))).Status);
        foreach (var side in new[] { company.ZhangWei, company.ZhaoMin })
        {
            Assert.False((await OneAsync(company, side, request)).TryGetProperty("sides", out _));
        }

        var seen = await OneAsync(company, company.WangFang, request);
        var sides = seen.GetProperty("sides").EnumerateArray().ToList();
        Assert.Equal(["张伟", "赵敏"], sides.Select(side => side.GetProperty("person").GetProperty("name").GetString()));
        Assert.Equal([1, 1], sides.Select(side => side.GetProperty("contacts").GetInt32()));
        Assert.Equal([1, 0], sides.Select(side => side.GetProperty("openDeals").GetInt32()));
        Assert.NotNull(sides[0].GetProperty("lastDeal").GetString());
        Assert.DoesNotContain("880000", seen.ToString(), StringComparison.Ordinal);

        await DecideAsync(company, company.LiQiang, request, "moved", "赵敏先接触");
        Assert.Equal(company.ZhaoMin.Id, (await company.LoadAsync(company.WangFang, "customers", customer.Id)).OwnerId);
        Assert.Equal((1, 1), (await NoticesAsync(company, company.ZhangWei), await NoticesAsync(company, company.ZhaoMin)));
    }

    [Theory, BothDatabases]
    public async Task Asking_tells_no_more_than_the_check_on_entry_and_keeps_to_the_limits(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "北京朝晖贸易有限公司", new { phone = "13800138000" });
        var nobodys = await company.CustomerAsync(company.WangFang, "无主的公司", new { owner = (Guid?)null });
        Assert.Equal("no-collision", (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, "cooperate", new { name = "某某公司", phone = "13800138000" }))).Rule);
        Assert.Equal(404, (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, "cooperate", new { name = "x" }, customer: customer.Id))).Status);
        Assert.Equal("nobodys", (await Refused.ByAsync(() => AskAsync(company, company.WangFang, "cooperate", new { name = "x" }, customer: nobodys.Id))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, "steal", new { name = "北京朝晖贸易有限公司" }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => AskAsync(company, company.ZhaoMin, "cooperate", new { name = "北京朝晖贸易有限公司" }, reason: ""))).Status);

        await company.CreateAsync(company.WangFang, "holding-rules", new { name = "赵敏", person = company.ZhaoMin.Id, most = 1 });
        await company.CustomerAsync(company.ZhaoMin, "已有一个");
        var request = await AskAsync(company, company.ZhaoMin, "transfer", new { name = "北京朝晖贸易有限公司" });
        Assert.Equal("most-held", (await Refused.ByAsync(() => DecideAsync(company, company.ZhangWei, request, "moved"))).Rule);
        Assert.Equal("open", Assert.Single(await BoxAsync(company, company.ZhaoMin, "mine")).GetProperty("status").GetString());
        Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => DecideCollision.WithdrawAsync(context, request.Id, Cancel), cancel: Cancel))).Status);
        await company.Workspace.WriteAsync(company.ZhaoMin, context => DecideCollision.WithdrawAsync(context, request.Id, Cancel), cancel: Cancel);
        Assert.Empty(await BoxAsync(company, company.ZhangWei, "todo"));
        Assert.Equal(403, (await Refused.ByAsync(() => company.ListAsync(company.ZhaoMin, "collision-requests"))).Status);
    }
}
