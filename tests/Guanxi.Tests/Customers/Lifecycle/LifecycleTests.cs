using Guanxi.Customers.Lifecycle;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Lifecycle;

/// <summary>王芳 puts rules to use; what 张伟 sells moves his customers from stage to stage.</summary>
public sealed class LifecycleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<Company> OpenAsync(Db db, bool active = true)
    {
        var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 } } });
        if (active)
        {
            await RulesAsync(company, LifecycleRules.Usual with { Active = true });
        }

        return company;
    }

    private static Task RulesAsync(Company company, LifecycleRules rules) =>
        company.Workspace.WriteAsync(company.WangFang, context => LifecycleRules.SaveAsync(context, rules, Cancel), cancel: Cancel);

    private static async Task KeepAsync(Company company)
    {
        while (await LifecycleKeeper.TickAsync(company.Workspace, Cancel))
        {
            // Until everything is in.
        }
    }

    private static async Task<string?> StageAsync(Company company, Record customer)
    {
        await KeepAsync(company);
        return (await company.LoadAsync(company.WangFang, "customers", customer.Id)).Text("stage");
    }

    private static async Task WinAsync(Company company, Record customer)
    {
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "订单", customer = customer.Id, amount = new { amount = "100", currency = "CNY" } });
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.WinAsync(context, deal.Id, null, null, Cancel), cancel: Cancel);
    }

    private static async Task PassAsync(Company company, int days)
    {
        company.Time.Pass(TimeSpan.FromDays(days));
        await KeepAsync(company);
    }

    [Theory, BothDatabases]
    public async Task A_customer_lives_from_potential_to_won_back(Db db)
    {
        await using var company = await OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        Assert.Equal("potential", await StageAsync(company, bank));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "visit", content = "x", customer = bank.Id });
        Assert.Equal("prospect", await StageAsync(company, bank));
        await WinAsync(company, bank);
        Assert.Equal("new", await StageAsync(company, bank));
        await PassAsync(company, 30);
        await WinAsync(company, bank);
        Assert.Equal("active", await StageAsync(company, bank));
        await PassAsync(company, 30);
        await WinAsync(company, bank);
        Assert.Equal("loyal", await StageAsync(company, bank));

        // Thirty days between two purchases: after sixty more something is wrong, after a year it is lost.
        await PassAsync(company, 59);
        Assert.Equal("loyal", await StageAsync(company, bank));
        await PassAsync(company, 3);
        Assert.Equal("atRisk", await StageAsync(company, bank));
        await PassAsync(company, 310);
        Assert.Equal("lost", await StageAsync(company, bank));
        await WinAsync(company, bank);
        Assert.Equal("wonBack", await StageAsync(company, bank));

        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var moves = await LifecycleFigures.OfAsync(session, bank.Id, Cancel);
        Assert.Equal(["prospect", "new", "active", "loyal", "atRisk", "lost", "wonBack"], moves.Select(move => move.To));
        Assert.All(moves, move => Assert.True(move.ByRule));
        Assert.Equal(moves.Skip(1).Select(move => move.Since), moves.Take(6).Select(move => move.At));
        var steps = await LifecycleFigures.StepsAsync(session, company.ZhangWei, company.Workspace.Now.AddDays(-3000), company.Workspace.Now, Cancel);
        Assert.Equal(30, steps.Single(step => step.From == "new").Days, 1.0);
        Assert.Empty(await LifecycleFigures.StepsAsync(session, company.ZhaoMin, company.Workspace.Now.AddDays(-3000), company.Workspace.Now, Cancel));
    }

    [Theory, BothDatabases]
    public async Task A_stage_set_by_hand_stays_where_no_rule_holds_and_is_kept_with_its_date(Db db)
    {
        await using var company = await OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        company.Time.Pass(TimeSpan.FromDays(5));
        await company.ChangeAsync(company.ZhangWei, bank, new { stage = "prospect" });
        Assert.Equal("prospect", await StageAsync(company, bank));
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var move = Assert.Single(await LifecycleFigures.OfAsync(session, bank.Id, Cancel));
        Assert.Equal((company.ZhangWei.Id, false, 5.0), (move.Actor, move.ByRule, (move.At - move.Since).TotalDays));
        Assert.Equal(move.At, (await company.LoadAsync(company.WangFang, "customers", bank.Id)).Instant("stageSince"));
    }

    [Theory, BothDatabases]
    public async Task Going_over_the_base_moves_what_the_preview_said_and_can_be_stopped(Db db)
    {
        await using var company = await OpenAsync(db, active: false);
        var (bank, shop) = (await company.CustomerAsync(company.ZhangWei, "银行"), await company.CustomerAsync(company.ZhaoMin, "商店"));
        await WinAsync(company, bank);
        Assert.Equal("potential", await StageAsync(company, bank));
        Assert.Equal("lifecycle-off", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.WangFang, context => LifecycleKeeper.BeginAsync(context, Cancel), cancel: Cancel))).Rule);
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            var preview = await LifecycleFigures.PreviewAsync(session, company.WangFang, LifecycleRules.Usual, TimeZoneInfo.Utc, company.Workspace.Now, Cancel);
            Assert.Equal([("potential", "new", 1L)], preview.Moves);
            Assert.Equal("银行", Assert.Single(preview.Some).Name);
            Assert.Empty((await LifecycleFigures.PreviewAsync(session, company.ZhaoMin, LifecycleRules.Usual, TimeZoneInfo.Utc, company.Workspace.Now, Cancel)).Moves);
        }

        await RulesAsync(company, LifecycleRules.Usual with { Active = true });
        Assert.Equal("potential", await StageAsync(company, bank));
        await company.Workspace.WriteAsync(company.WangFang, context => LifecycleKeeper.BeginAsync(context, Cancel), cancel: Cancel);
        Assert.Equal("lifecycle-running", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.WangFang, context => LifecycleKeeper.BeginAsync(context, Cancel), cancel: Cancel))).Rule);
        await company.Workspace.WriteAsync(company.WangFang, context => LifecycleKeeper.StopAsync(context, Cancel), cancel: Cancel);
        Assert.Equal("potential", await StageAsync(company, bank));
        await company.Workspace.WriteAsync(company.WangFang, context => LifecycleKeeper.BeginAsync(context, Cancel), cancel: Cancel);
        Assert.Equal("new", await StageAsync(company, bank));
        Assert.Equal("potential", await StageAsync(company, shop));
    }

    [Theory, BothDatabases]
    public async Task Rules_that_contradict_each_other_do_not_chase_a_customer_in_circles(Db db)
    {
        await using var company = await OpenAsync(db, active: false);
        var rules = LifecycleRules.Of(company.WangFang, company.Workspace.Database.Dialect, Company.Json(new { active = true, rules = new object[] { new { stage = "active", from = new[] { "loyal" }, filter = "name != \"\"" }, new { stage = "loyal", filter = "name != \"\"" } } }), company.Workspace.Now);
        await RulesAsync(company, rules);
        var bank = await company.CustomerAsync(company.ZhangWei, "银行");
        Assert.Equal("loyal", await StageAsync(company, bank));
        Assert.Equal("loyal", await StageAsync(company, bank));
        await company.ChangeAsync(company.ZhangWei, bank, new { city = "长沙市" });
        Assert.Equal("active", await StageAsync(company, bank));
    }

    [Fact]
    public async Task Rules_that_cannot_work_are_refused_with_the_place()
    {
        await using var company = await OpenAsync(Db.Sqlite, active: false);
        foreach (var (rules, field) in new (object, string)[]
        {
            (Array.Empty<object>(), "rules"), (new object[] { new { stage = "nowhere", filter = "name != \"\"" } }, "rules.0.stage"), (new object[] { new { stage = "active", filter = "owner = me" } }, "rules.0.filter"),
            (new object[] { new { stage = "active" } }, "rules.0"), (new object[] { new { stage = "active", filter = "deals(" } }, "rules.0.filter"),
        })
        {
            var error = Assert.Throws<RefusedException>(() => LifecycleRules.Of(company.WangFang, company.Workspace.Database.Dialect, Company.Json(new { active = true, rules }), company.Workspace.Now));
            Assert.Contains(field, error.Refusal.Errors!.Keys);
        }
    }
}
