using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Leads;

/// <summary>From a stranger to a customer: who gets a lead, how soon it is answered, what it becomes.</summary>
public sealed class LeadTests
{
    private static readonly object Fifty = new { amount = "500000", currency = "CNY" };

    private static Task<Record> RuleAsync(Company company, object values) => company.CreateAsync(company.WangFang, "lead-rules", values);

    /// <summary>A lead that nobody enters for himself.</summary>
    private static Task<Record> ArrivesAsync(Company company, string name, object? more = null)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["company"] = name, ["owner"] = null };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            values[property.Name] = property.GetValue(more);
        }

        return company.CreateAsync(company.WangFang, "leads", values);
    }

    private static Task<Conversion> ConvertAsync(Company company, Actor actor, Guid lead, ConversionWish? wish = null) =>
        company.Workspace.WriteAsync(actor, context => ConvertLead.RunAsync(context, lead, wish ?? new ConversionWish()));

    private static Task<Record> UndoAsync(Company company, Actor actor, Guid lead) => company.Workspace.WriteAsync(actor, context => UndoConversion.RunAsync(context, lead));

    [Theory, BothDatabases]
    public async Task Rules_are_asked_in_their_order_and_take_turns_within_their_bounds(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "大额给经理", position = 1, method = "roundRobin", people = new[] { "李强" }, leastAmount = Fifty });
        await RuleAsync(company, new { name = "华南", position = 2, method = "roundRobin", people = new[] { "zhaomin" }, provinces = new[] { "广东" }, perDay = 1 });
        await RuleAsync(company, new { name = "轮流", position = 3, method = "roundRobin", people = new[] { "张伟", "赵敏" } });
        Assert.Equal(company.LiQiang.Id, (await ArrivesAsync(company, "大客户", new { amount = Fifty, province = "广东省" })).OwnerId);
        Assert.Equal(company.ZhaoMin.Id, (await ArrivesAsync(company, "深圳一号", new { province = "广东省" })).OwnerId);

        // 赵敏 has had her one for today, so the next of her region goes on to the last rule, where nobody has had any.
        var owners = new List<Guid?>();
        for (var i = 0; i < 4; i++)
        {
            company.Time.Pass(TimeSpan.FromSeconds(1));
            owners.Add((await ArrivesAsync(company, $"深圳 {i}", new { province = "广东" })).OwnerId);
        }

        Assert.Equal(2, owners.Count(owner => owner == company.ZhangWei.Id));
        Assert.NotEqual(owners[0], owners[1]);
        Assert.Equal(owners[0], owners[2]);
    }

    [Theory, BothDatabases]
    public async Task Who_is_away_gets_none_and_out_of_hours_a_lead_waits_for_the_morning(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await RuleAsync(company, new { name = "上班时间", position = 1, method = "load", people = new[] { "张伟", "赵敏" }, workingHours = true, respondWithin = 30 });
        var lead = await ArrivesAsync(company, "周日来的");
        Assert.Null(lead.OwnerId);
        await company.ChangeAsync(company.Program, await company.LoadAsync(company.WangFang, "users", company.ZhangWei.Id), new { awayFrom = "2026-11-20", awayUntil = "2026-11-30" });
        await LeadKeeper.TickAsync(company.Workspace);
        Assert.Null((await company.LoadAsync(company.WangFang, "leads", lead.Id)).OwnerId);

        // Monday, 10:00 in Shanghai.
        company.Time.Pass(TimeSpan.FromHours(24));
        Assert.Equal(1, await LeadKeeper.TickAsync(company.Workspace));
        var given = await company.LoadAsync(company.ZhaoMin, "leads", lead.Id);
        Assert.Equal(company.ZhaoMin.Id, given.OwnerId);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 30, 0, TimeSpan.Zero), given.Instant("respondBy"));
        await Assert.ThrowsAsync<RefusedException>(() => company.LoadAsync(company.ZhangWei, "leads", lead.Id));
    }

    [Theory, BothDatabases]
    public async Task The_clock_stops_with_the_first_call_and_not_with_a_note(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        company.Time.Pass(TimeSpan.FromHours(24));
        await RuleAsync(company, new { name = "给张伟", position = 1, method = "roundRobin", people = new[] { "张伟" }, respondWithin = 60 });
        var lead = await ArrivesAsync(company, "华兴机械");
        company.Time.Pass(TimeSpan.FromMinutes(20));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "note", content = "看了一下官网", lead = lead.Id });
        Assert.Null((await company.LoadAsync(company.ZhangWei, "leads", lead.Id))["respondedAt"]);
        company.Time.Pass(TimeSpan.FromMinutes(45));
        await LeadKeeper.TickAsync(company.Workspace);
        await LeadKeeper.TickAsync(company.Workspace);
        await using (var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(1, await session.ScalarAsync<long>(Guanxi.Database.Sql.Of($"SELECT COUNT(*) FROM notification WHERE kind = 'overdue' AND user_id = {company.ZhangWei.Id}"), TestContext.Current.CancellationToken));
        }

        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", content = "通了电话", lead = lead.Id });
        var answered = await company.LoadAsync(company.ZhangWei, "leads", lead.Id);
        Assert.Equal((65L, "working"), (answered["responseMinutes"], answered.Text("state")));
        await using var reading = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var row = Assert.Single(await LeadResponse.ReadAsync(reading, company.LiQiang, company.Workspace.Now.AddDays(-1), company.Workspace.Now, TestContext.Current.CancellationToken));
        Assert.Equal((1L, 1L, 0L, 0L), (row.Leads, row.Answered, row.InTime, row.Overdue));
        Assert.Empty(await LeadResponse.ReadAsync(reading, company.ZhaoMin, company.Workspace.Now.AddDays(-1), company.Workspace.Now, TestContext.Current.CancellationToken));
    }

    [Theory, BothDatabases]
    public async Task A_conversion_carries_everything_over_and_can_be_taken_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        foreach (var type in new[] { "leads", "deals" })
        {
            await CustomFields.AddAsync(company.Workspace, company.WangFang, company.Workspace.Schema[type], Company.Json(new { name = "machine", kind = "text", labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["zh-Hans"] = "机型" } }), TestContext.Current.CancellationToken);
        }

        var partner = await company.CustomerAsync(company.ZhangWei, "老朋友贸易");
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { company = "华兴精密机械有限公司", contactName = "陈立新", title = "采购经理", phone = "13800138000", city = "苏州市", industry = "机械", need = "要两台五轴", amount = Fifty, referredBy = partner.Id, machine = "U500" });
        var call = await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", content = "聊了需求", lead = lead.Id });
        var done = await ConvertAsync(company, company.ZhangWei, lead.Id);
        Assert.Empty(done.Left);
        var (customer, contact, deal) = (await company.LoadAsync(company.ZhangWei, "customers", done.Customer), await company.LoadAsync(company.ZhangWei, "contacts", done.Contact!.Value), await company.LoadAsync(company.ZhangWei, "deals", done.Deal!.Value));
        Assert.Equal(("华兴精密机械有限公司", "company", "苏州市", "机械", company.ZhangWei.Id), (customer.Text("name"), customer.Text("kind"), customer.Text("city"), customer.Text("industry"), customer.OwnerId));
        Assert.Equal(("陈立新", "采购经理", "+8613800138000", customer.Id), (contact.Text("name"), contact.Text("title"), contact.Text("phone"), contact.Reference("customer")));
        Assert.Equal(("U500", "要两台五轴", new Money(500_000, "CNY"), contact.Id), (deal.Text("machine"), deal.Text("note"), deal["amount"], deal.Reference("contact")));
        var moved = await company.LoadAsync(company.ZhangWei, "activities", call.Id);
        Assert.Equal((customer.Id, deal.Id), (moved.Reference("customer"), moved.Reference("deal")));
        await using (var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal((1L, 1L), await Referrals.ReadAsync(session, company.ZhangWei, partner.Id, company.Workspace.Now, TestContext.Current.CancellationToken) is var found ? (found.Leads, found.Converted) : default);
            Assert.Equal(0, (await Referrals.ReadAsync(session, company.ZhaoMin, partner.Id, company.Workspace.Now, TestContext.Current.CancellationToken)).Leads);
        }

        var open = await UndoAsync(company, company.ZhangWei, lead.Id);
        Assert.Equal(("working", null), (open.Text("state"), open.Reference("customer")));
        foreach (var (type, id) in new[] { ("customers", done.Customer), ("contacts", done.Contact.Value), ("deals", done.Deal.Value) })
        {
            await Assert.ThrowsAsync<RefusedException>(() => company.LoadAsync(company.WangFang, type, id));
        }

        Assert.Null((await company.LoadAsync(company.ZhangWei, "activities", call.Id)).Reference("customer"));
        Assert.Equal("converted", (await ConvertAsync(company, company.ZhangWei, lead.Id)).Lead.Text("state"));
    }

    [Theory, BothDatabases]
    public async Task What_was_built_upon_a_conversion_keeps_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { company = "南方精工", contactName = "周杰", phone = "13900139000" });
        var done = await ConvertAsync(company, company.ZhangWei, lead.Id);
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "第二位", customer = done.Customer });
        Assert.Equal("conversion-used", (await Refused.ByAsync(() => UndoAsync(company, company.ZhangWei, lead.Id))).Rule);

        // Only whoever may change the lead converts it or takes it back, and nobody else finds it.
        Assert.Equal(404, (await Refused.ByAsync(() => UndoAsync(company, company.ZhaoMin, lead.Id))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => UndoAsync(company, company.ChenJing, lead.Id))).Status);
        Assert.Equal("lead-closed", (await Refused.ByAsync(() => ConvertAsync(company, company.ZhangWei, lead.Id))).Rule);
    }

    [Theory, BothDatabases]
    public async Task A_colleague_s_conversion_is_taken_back_by_whoever_may_delete_what_came_of_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var managers = company.Workspace.Directory.Roles.Single(role => role.Key == "manager");
        await RecordUseCases.ChangeAsync(company.Workspace, company.WangFang, company.Workspace.Schema["roles"], managers.Id, Company.Json(new
        {
            scopes = new Dictionary<string, object> { ["customers"] = new { read = "teamAndBelow", edit = "teamAndBelow", delete = "none", create = true, import = false, export = false }, ["leads"] = new { read = "teamAndBelow", edit = "teamAndBelow", delete = "teamAndBelow", create = true, import = false, export = false } },
        }));
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { company = "南方精工", contactName = "周杰", phone = "13900139000" });
        var done = await ConvertAsync(company, company.ZhangWei, lead.Id);
        Assert.Equal(403, (await Refused.ByAsync(() => UndoAsync(company, company.LiQiang, lead.Id))).Status);
        await company.LoadAsync(company.LiQiang, "customers", done.Customer);
        await UndoAsync(company, company.ZhangWei, lead.Id);
        await Assert.ThrowsAsync<RefusedException>(() => company.LoadAsync(company.WangFang, "customers", done.Customer));
    }

    [Theory, BothDatabases]
    public async Task A_lead_of_a_known_customer_is_attached_to_it_and_goes_to_its_owner(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var known = await company.CustomerAsync(company.ZhaoMin, "深圳市大疆精密制造有限公司", new { phone = "075588886666" });
        await RuleAsync(company, new { name = "老客户", position = 1, method = "customerOwner" });
        await RuleAsync(company, new { name = "其他", position = 2, method = "roundRobin", people = new[] { "张伟" } });
        var lead = await ArrivesAsync(company, "深圳市大疆精密制造有限公司", new { contactName = "王工", phone = "13700137000" });
        Assert.Equal(company.ZhaoMin.Id, lead.OwnerId);
        Assert.Equal(company.ZhangWei.Id, (await ArrivesAsync(company, "没人认识的公司")).OwnerId);
        var page = company.Act("zhaomin", "page");
        Assert.Equal("needs-confirmation", (await Refused.ByAsync(() => ConvertAsync(company, page, lead.Id))).Kind);
        var done = await ConvertAsync(company, page, lead.Id, new ConversionWish(Customer: known.Id));
        Assert.Equal(known.Id, done.Customer);
        Assert.Equal(known.Id, (await company.LoadAsync(company.ZhaoMin, "contacts", done.Contact!.Value)).Reference("customer"));

        // The one that was there stays when the conversion is taken back.
        await UndoAsync(company, company.ZhaoMin, lead.Id);
        await company.LoadAsync(company.ZhaoMin, "customers", known.Id);
    }

    [Theory, BothDatabases]
    public async Task A_lead_says_why_it_is_none_and_is_converted_by_converting_alone(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { contactName = "路人" });
        Assert.Equal("路人", lead.Text("name"));
        Assert.Contains("disqualifyReason", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, lead, new { state = "disqualified" }))).Errors!.Keys);
        Assert.Contains("state", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, lead, new { state = "converted" }))).Errors!.Keys);
        Assert.Contains("owner", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, lead, new { owner = company.ZhaoMin.Id }))).Errors!.Keys);
        Assert.Contains("amount", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, lead, new { amount = new { amount = "-1", currency = "CNY" } }))).Errors!.Keys);
        await company.ChangeAsync(company.ZhangWei, lead, new { state = "disqualified", disqualifyReason = "noBudget" });
        Assert.Equal("lead-closed", (await Refused.ByAsync(() => ConvertAsync(company, company.ZhangWei, lead.Id))).Rule);
        Assert.Contains("mostAmount", (await Refused.ByAsync(() => RuleAsync(company, new { name = "空", method = "load", people = new[] { "张伟" }, leastAmount = Fifty, mostAmount = Fifty }))).Errors!.Keys);
        Assert.Contains("people", (await Refused.ByAsync(() => RuleAsync(company, new { name = "谁", method = "load", people = new[] { "没有这人" } }))).Errors!.Keys);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "lead-rules", new { name = "我的", method = "load", people = new[] { "张伟" } }))).Status);
    }
}
