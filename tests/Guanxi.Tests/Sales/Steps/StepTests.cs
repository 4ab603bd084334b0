using Guanxi.Database;
using Guanxi.Platform.Files;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Steps;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Steps;

/// <summary>刘洋 reckons internal costs for the sellers; he sees no customers but by the steps he owes.</summary>
public sealed class StepTests
{
    private static object Definition(params string[] shows) => new
    {
        stages = new object[]
        {
            new { key = "need", name = "需求", probability = 10, steps = new object[] { new { key = "cost", subject = "核算内部成本", role = "agent", hours = 8, shows, fills = new[] { "internalCost" }, escalation = new object[] { new { hours = 4, to = "manager" }, new { hours = 8, to = "manager" } } } } },
            new { key = "quote", name = "报价", probability = 40, entry = new object[] { new { key = "cost-done", kind = "step", step = "cost" }, new { key = "cost-known", kind = "cost" } } },
        },
    };

    /// <summary>The clerk's role reaches no customer, no deal and nothing of others; it may see costs.</summary>
    private static async Task<(Record Deal, Guid Step)> BeginAsync(Company company, params string[] shows)
    {
        var role = company.Workspace.Directory.Roles.Single(known => known.Key == "agent");
        var nothing = new { read = "none", edit = "none", delete = "none", create = false, import = false, export = false };
        await RecordUseCases.ChangeAsync(company.Workspace, company.WangFang, company.Workspace.Schema["roles"], role.Id, Company.Json(new
        {
            functions = new[] { "costs.read" },
            scopes = new Dictionary<string, object> { ["customers"] = nothing, ["contacts"] = nothing, ["deals"] = nothing, ["deal-lines"] = nothing, ["activities"] = nothing },
        }));
        await company.ProcessAsync(Definition(shows));
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "自助柜机 20 台", customer = customer.Id, note = "客户预算三十万", expectedClose = "2027-03-31" });
        await company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = deal.Id, description = "自助柜机", quantity = 20, unitPrice = new { amount = "15000", currency = "CNY" } });
        await using var session = await company.Workspace.Database.ReadAsync();
        return (deal, (await StepDesk.OwedAsync(session, company.LiuYang)).Single().Task.Id);
    }

    private static async Task<OwedStep> ReadAsync(Company company, Guanxi.Platform.Access.Actor actor, Guid step)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await StepDesk.ReadAsync(session, actor, step);
    }

    [Theory, BothDatabases]
    public async Task Liu_Yang_sees_of_the_deal_what_the_step_names_and_nothing_else(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (deal, step) = await BeginAsync(company, "expectedClose", "lines");
        var owed = await ReadAsync(company, company.LiuYang, step);
        Assert.Equal(["expectedClose", "internalCost"], owed.Shown.Select(field => field.Name));
        Assert.Equal(("长沙银行", "需求"), (owed.CustomerName, owed.Stage));
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            Assert.Equal(("自助柜机", 20m), (await StepDesk.LinesAsync(session, owed)).Select(line => (line.Description, line.Quantity)).Single());
        }

        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.LiuYang, "deals", deal.Id))).Status);
        foreach (var type in new[] { "deals", "customers", "deal-lines" })
        {
            Assert.Equal(403, (await Refused.ByAsync(() => company.ListAsync(company.LiuYang, type))).Status);
        }

        foreach (var other in new[] { company.ZhangWei, company.ZhaoMin, company.WangFang })
        {
            Assert.Equal(404, (await Refused.ByAsync(() => ReadAsync(company, other, step))).Status);
        }
    }

    [Theory, BothDatabases]
    public async Task The_files_of_the_deal_go_along_with_its_step_while_it_is_owed_and_no_others(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (deal, step) = await BeginAsync(company, "files");
        var neighbour = await company.CreateAsync(company.ZhangWei, "deals", new { name = "邻单", customer = deal.Reference("customer") });
        async Task<Guid> FileAsync(Record record, string name)
        {
            using var content = new MemoryStream("图"u8.ToArray());
            return (await Attachments.AddAsync(company.Workspace, company.ZhangWei, record.Type, record.Id, name, content)).Id;
        }

        var (drawing, other, ofCustomer) = (await FileAsync(deal, "图纸.txt"), await FileAsync(neighbour, "邻单报价.txt"), await FileAsync(await company.LoadAsync(company.ZhangWei, "customers", deal.Reference("customer")!.Value), "客户合同.txt"));
        async Task<Attachments.Attachment> OpenAsync(Guanxi.Platform.Access.Actor actor, Guid file)
        {
            await using var session = await company.Workspace.Database.ReadAsync();
            return await StepDesk.FileAsync(session, actor, step, file);
        }

        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var owed = await StepDesk.ReadAsync(session, company.LiuYang, step);
            Assert.Equal(["图纸.txt"], (await StepDesk.FilesAsync(session, owed)).Select(file => file.Name));

            // The ordinary door stays shut.
            Assert.Equal(404, (await Refused.ByAsync(() => Attachments.FindAsync(session, company.LiuYang, drawing, Guanxi.Platform.Access.Verb.Read, company.Workspace.Now))).Status);
        }

        Assert.Equal("图纸.txt", (await OpenAsync(company.LiuYang, drawing)).Name);
        foreach (var file in new[] { other, ofCustomer, Guid.CreateVersion7() })
        {
            Assert.Equal(404, (await Refused.ByAsync(() => OpenAsync(company.LiuYang, file))).Status);
        }

        foreach (var colleague in new[] { company.ZhaoMin, company.WangFang })
        {
            Assert.Equal(404, (await Refused.ByAsync(() => OpenAsync(colleague, drawing))).Status);
        }

        await company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.DoneAsync(context, step, Company.Json(new { internalCost = new { amount = "210000", currency = "CNY" } }), null));
        Assert.Equal(404, (await Refused.ByAsync(() => OpenAsync(company.LiuYang, drawing))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_step_whose_process_gives_no_files_along_shows_none(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (deal, step) = await BeginAsync(company, "expectedClose");
        using var content = new MemoryStream("图"u8.ToArray());
        var file = (await Attachments.AddAsync(company.Workspace, company.ZhangWei, deal.Type, deal.Id, "底价.txt", content)).Id;
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Empty(await StepDesk.FilesAsync(session, await StepDesk.ReadAsync(session, company.LiuYang, step)));
        Assert.Equal(404, (await Refused.ByAsync(() => StepDesk.FileAsync(session, company.LiuYang, step, file))).Status);
    }

    [Theory, BothDatabases]
    public async Task He_fills_in_the_cost_the_gate_opens_and_his_look_at_the_deal_ends(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (deal, step) = await BeginAsync(company);
        Task<Record> Done(object values) => company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.DoneAsync(context, step, Company.Json(values), "按上季度价格"));
        Assert.Equal(["internalCost"], (await Refused.ByAsync(() => Done(new { }))).Errors!.Keys);
        Assert.Equal(["amount"], (await Refused.ByAsync(() => Done(new { amount = new { amount = "1", currency = "CNY" } }))).Errors!.Keys);
        Assert.Equal("stage-gate", (await Refused.ByAsync(() => company.MoveAsync(company.ZhangWei, deal, "quote"))).Rule);
        await Done(new { internalCost = new { amount = "210000", currency = "CNY" } });
        Assert.Equal(404, (await Refused.ByAsync(() => ReadAsync(company, company.LiuYang, step))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => Done(new { internalCost = new { amount = "1", currency = "CNY" } }))).Status);
        Assert.Equal("quote", (await company.MoveAsync(company.ZhangWei, deal, "quote")).Text("stage"));
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE user_id = {company.ZhangWei.Id} AND kind = 'step'")));
    }

    [Theory, BothDatabases]
    public async Task What_he_waited_and_worked_is_measured_for_each_turn(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, step) = await BeginAsync(company);
        await company.Workspace.WriteAsync(company.WangFang, context => Guanxi.Platform.Identity.People.AddAsync(context, "何静", "hejing", "agent", "华东"));
        var heJing = company.Act("hejing");
        var given = company.Workspace.Now;
        company.Time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(["to"], (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.HandOverAsync(context, step, company.ZhaoMin.Id, null)))).Errors!.Keys);
        await company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.StartAsync(context, step));
        company.Time.Pass(TimeSpan.FromHours(2));
        await company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.HandOverAsync(context, step, heJing.Id, "出差"));
        Assert.Equal(404, (await Refused.ByAsync(() => ReadAsync(company, company.LiuYang, step))).Status);
        Assert.Null((await ReadAsync(company, heJing, step)).Task["startedAt"]);
        company.Time.Pass(TimeSpan.FromHours(3));
        await company.Workspace.WriteAsync(heJing, context => StepDesk.DoneAsync(context, step, Company.Json(new { internalCost = new { amount = "5", currency = "CNY" } }), null));
        await using var session = await company.Workspace.Database.ReadAsync();
        var turns = await session.ListAsync(Sql.Of($"SELECT owner_id, given_at, started_at, ended_at, outcome FROM step_turn WHERE activity_id = {step} ORDER BY number"), row => (row.Id(0), row.Instant(1), row.OptionalInstant(2), row.OptionalInstant(3), row.OptionalText(4)));
        Assert.Equal([(company.LiuYang.Id, given, (DateTimeOffset?)given.AddDays(1), (DateTimeOffset?)given.AddHours(26), "handed"), (heJing.Id, given.AddHours(26), null, given.AddHours(29), "done")], turns);
    }

    [Theory, BothDatabases]
    public async Task Late_steps_are_told_up_the_chain_in_working_hours_once_each(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var headquarters = company.Workspace.Directory.Teams.Single(team => team.Name == "总部");
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "teams", headquarters.Id), new { manager = company.WangFang.Id });
        await BeginAsync(company);
        async Task<long> Told()
        {
            await StepEscalations.TickAsync(company.Workspace);
            await using var session = await company.Workspace.Database.ReadAsync();
            return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE kind = 'escalation' AND user_id = {company.WangFang.Id}"));
        }

        // Given on a Sunday, due after eight working hours: Tuesday 9:30; four more are 15:00, eight Wednesday 10:00.
        company.Time.Pass(TimeSpan.FromHours(52.5));
        Assert.Equal(0, await Told());
        company.Time.Pass(TimeSpan.FromHours(1));
        Assert.Equal((1, 1), (await Told(), await Told()));
        company.Time.Pass(TimeSpan.FromHours(19));
        Assert.Equal(2, await Told());
        company.Time.Pass(TimeSpan.FromDays(9));
        Assert.Equal(2, await Told());
    }

    [Theory, BothDatabases]
    public async Task A_step_whose_role_could_never_do_it_is_told_when_it_is_saved(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Assert.Contains("永远做不完", (await Refused.ByAsync(() => company.ProcessAsync(Definition()))).Detail!.ZhHans, StringComparison.Ordinal);
        await company.GrantAsync("agent", "costs.read");
        Assert.Contains("nowhere", (await Refused.ByAsync(() => company.ProcessAsync(Definition("nowhere")))).Detail!.ZhHans, StringComparison.Ordinal);
        await company.ProcessAsync(Definition("lines"));
    }

    [Theory, BothDatabases]
    public async Task A_step_that_a_mistaken_move_gave_goes_with_the_move(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50, steps = new object[] { new { key = "check", subject = "查信用", role = "agent", hours = 8 } } } } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一单", customer = customer.Id });
        await company.MoveAsync(company.ZhangWei, deal, "b");
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.UndoAsync(context, deal.Id));
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Empty(await StepDesk.OwedAsync(session, company.LiuYang));
    }
}
