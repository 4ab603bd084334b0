using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Deals;

public sealed class DealTests
{
    private static async Task<(Record Customer, Record Deal)> BeginAsync(Company company, object? more = null)
    {
        await company.ProcessAsync();
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { industry = "金融", level = "major" });
        return (customer, await company.CreateAsync(company.ZhangWei, "deals", more ?? new { name = "自助柜机 20 台", customer = customer.Id, amount = new { amount = "300000", currency = "CNY" }, expectedClose = "2027-03-31" }));
    }

    private static async Task<Refusal> StoppedAsync(Company company, Record deal, string stage) => await Refused.ByAsync(() => company.MoveAsync(company.ZhangWei, deal, stage));

    private static string[] Missing(Refusal refusal) => [.. ((IEnumerable<Dictionary<string, object?>>)refusal.More!["missing"]!).Select(item => (string)item["condition"]!)];

    [Theory, BothDatabases]
    public async Task Zhang_Wei_cannot_quote_before_the_internal_cost_is_calculated(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        Assert.Equal(("need", 10L, "open"), (deal.Text("stage"), deal["probability"], deal.Text("status")));

        var stopped = await StoppedAsync(company, deal, "quote");
        Assert.Equal((409, "stage-gate"), (stopped.Status, stopped.Rule));
        Assert.Equal(["cost-done", "cost-known"], Missing(stopped));
        Assert.Equal("need", (await company.LoadAsync(company.ZhangWei, "deals", deal.Id)).Text("stage"));

        // The step went to the one agent there is; he does it, and the manager enters the cost.
        var step = (await company.ListAsync(company.LiuYang, "activities", "owner = me AND status = planned")).GetProperty("items")[0];
        Assert.Equal("核算内部成本", step.GetProperty("subject").GetString());
        await company.ChangeAsync(company.LiuYang, await company.LoadAsync(company.LiuYang, "activities", step.GetProperty("id").GetGuid()), new { status = "done" });
        foreach (var wrong in new[] { "-5", "0.001", "1e20" })
        {
            Assert.Equal(["internalCost"], (await Refused.ByAsync(async () => await company.ChangeAsync(company.LiQiang, await company.LoadAsync(company.LiQiang, "deals", deal.Id), new { internalCost = new { amount = wrong, currency = "CNY" } }))).Errors!.Keys);
        }

        await company.ChangeAsync(company.LiQiang, await company.LoadAsync(company.LiQiang, "deals", deal.Id), new { internalCost = new { amount = "210000", currency = "CNY" } });
        var moved = await company.MoveAsync(company.ZhangWei, deal, "quote");
        Assert.Equal(("quote", "报价", 40L), (moved.Text("stage"), moved.Text("stageName"), moved["probability"]));
        Assert.True((await company.VerifyAsync()).Whole);
    }

    [Theory, BothDatabases]
    public async Task A_deal_that_is_opened_again_has_its_steps_again(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, deal.Id, "价格", null, null));
        Assert.Empty((await company.ListAsync(company.LiuYang, "activities", "owner = me AND status = planned")).GetProperty("items").EnumerateArray());
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.ReopenAsync(context, deal.Id));
        Assert.Equal("核算内部成本", (await company.ListAsync(company.LiuYang, "activities", "owner = me AND status = planned")).GetProperty("items")[0].GetProperty("subject").GetString());
    }

    [Theory, BothDatabases]
    public async Task Jumping_over_a_stage_asks_for_all_that_lies_between(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        Assert.Equal(["cost-done", "cost-known", "agreement"], Missing(await StoppedAsync(company, deal, "contract")));
        var won = await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.WinAsync(context, deal.Id, "价格", null)));
        Assert.Equal(["cost-done", "cost-known", "agreement", "boss"], Missing(won));
    }

    [Theory, BothDatabases]
    public async Task An_exception_is_asked_for_granted_by_another_and_on_record(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        foreach (var condition in new[] { "cost-done", "cost-known" })
        {
            var asked = await company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = deal.Id, condition, reason = "老客户复购，成本不变" });
            Assert.Equal("exception-asked", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = deal.Id, condition, reason = "再问一次" }))).Rule);
            Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => GateException.DecideAsync(context, asked.Id, true, null)))).Status);
            Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => GateException.DecideAsync(context, asked.Id, true, null)))).Status);
            await company.Workspace.WriteAsync(company.LiQiang, context => GateException.DecideAsync(context, asked.Id, true, "同意"));
            Assert.Equal("decided", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiQiang, context => GateException.DecideAsync(context, asked.Id, false, null)))).Rule);
            Assert.Equal("condition-met", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = deal.Id, condition, reason = "还要" }))).Rule);
        }

        Assert.Equal("quote", (await company.MoveAsync(company.ZhangWei, deal, "quote")).Text("stage"));
        Assert.Equal(2, (await company.ListAsync(company.ZhangWei, "gate-exceptions", "status = granted")).GetProperty("items").GetArrayLength());
    }

    [Theory, BothDatabases]
    public async Task Nobody_grants_what_he_asked_for_himself(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        var asked = await company.CreateAsync(company.LiQiang, "gate-exceptions", new { deal = deal.Id, condition = "cost-done", reason = "急" });
        Assert.Equal("own-exception", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiQiang, context => GateException.DecideAsync(context, asked.Id, true, null)))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = deal.Id, condition = "nowhere", reason = "急" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task What_the_chain_decides_opens_the_gate_or_leaves_it_shut(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var east = company.Workspace.Directory.Teams.Single(team => team.Name == "华东");
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "teams", east.Id), new { manager = company.LiQiang.Id });
        var (_, deal) = await BeginAsync(company);
        foreach (var (condition, granted) in new[] { ("cost-done", true), ("cost-known", false) })
        {
            var asked = await company.CreateAsync(company.ZhangWei, "gate-exceptions", new { deal = deal.Id, condition, reason = "老客户复购" });
            Guid? request;
            await using (var session = await company.Workspace.Database.ReadAsync())
            {
                request = await ApprovalRequests.OpenAsync(session, "gate-exception", asked.Id);
            }

            Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => ApprovalDecisions.ApproveAsync(context, request!.Value, null)))).Status);
            await company.Workspace.WriteAsync(company.LiQiang, context => granted ? ApprovalDecisions.ApproveAsync(context, request!.Value, "同意") : ApprovalDecisions.RejectAsync(context, request!.Value, "先核算"));
            var decided = await company.LoadAsync(company.ZhangWei, "gate-exceptions", asked.Id);
            Assert.Equal((granted ? "granted" : "refused", company.LiQiang.Id, granted ? "同意" : "先核算"), (decided.Text("status"), decided.Reference("decidedBy"), decided.Text("answer")));
        }

        Assert.Equal(["cost-known"], Missing(await StoppedAsync(company, deal, "quote")));
    }

    [Theory, BothDatabases]
    public async Task The_stays_of_a_deal_follow_each_other_without_a_gap(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50 } }, lossReasons = new[] { "价格" } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一单", customer = customer.Id });
        foreach (var stage in new[] { "b", "a", "b" })
        {
            company.Time.Pass(TimeSpan.FromDays(3));
            await company.MoveAsync(company.ZhangWei, deal, stage);
        }

        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "customers", customer.Id), new { owner = company.ZhaoMin.Id });
        company.Time.Pass(TimeSpan.FromDays(3));
        Assert.Equal("reason", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => MoveDeal.LoseAsync(context, deal.Id, null, null, null)))).Errors!.Keys.Single());
        var lost = await company.Workspace.WriteAsync(company.ZhaoMin, context => MoveDeal.LoseAsync(context, deal.Id, "价格", "海尔", "低了两成"));
        Assert.Equal(("b", "lost", 0L), (lost.Text("stage"), lost.Text("status"), lost["probability"]));
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            var stays = await Stays.OfAsync(session, deal.Id);
            Assert.Equal(["a", "b", "a", "b"], stays.Select(stay => stay.Stage));
            Assert.All(stays.Zip(stays.Skip(1)), pair => Assert.Equal(pair.First.LeftAt, pair.Second.EnteredAt));
            Assert.Equal(company.Workspace.Now, stays[^1].LeftAt);
        }

        Assert.Equal("deal-closed", (await Refused.ByAsync(() => company.MoveAsync(company.ZhaoMin, deal, "a"))).Rule);
        var again = await company.Workspace.WriteAsync(company.ZhaoMin, context => MoveDeal.ReopenAsync(context, deal.Id));
        Assert.Equal(("b", "open", 50L), (again.Text("stage"), again.Text("status"), again["probability"]));
    }

    [Theory, BothDatabases]
    public async Task A_stage_without_return_does_not_return(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50, mayGoBack = false } } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一单", customer = customer.Id });
        await company.MoveAsync(company.ZhangWei, deal, "b");
        Assert.Equal("stage-back", (await StoppedAsync(company, deal, "a")).Rule);
        Assert.Equal(422, (await StoppedAsync(company, deal, "nowhere")).Status);
    }

    [Theory, BothDatabases]
    public async Task A_deal_goes_on_under_the_edition_it_began_under(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50 } } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一单", customer = customer.Id });
        await company.ChangeAsync(company.WangFang, process, new { definition = new { stages = new object[] { new { key = "z", name = "新", probability = 5 }, new { key = "a", name = "一", probability = 10 } } } });
        Assert.Equal("b", (await company.MoveAsync(company.ZhangWei, deal, "b")).Text("stage"));
        Assert.Equal("z", (await company.CreateAsync(company.ZhangWei, "deals", new { name = "二单", customer = customer.Id })).Text("stage"));
    }

    [Theory, BothDatabases]
    public async Task The_amount_is_the_sum_of_the_lines_to_the_cent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        foreach (var (quantity, price, discount) in new[] { ("3", "33.33", "10"), ("0.5", "19.99", "0"), ("7", "0.015", "33.3") })
        {
            await company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = deal.Id, description = "一项", quantity = decimal.Parse(quantity), unitPrice = new { amount = price, currency = "CNY" }, discount = decimal.Parse(discount) });
        }

        // 89.991 → 89.99, 9.995 → 10.00, 0.070035 → 0.07
        Assert.Equal(new Money(100.06m, "CNY"), (await company.LoadAsync(company.ZhangWei, "deals", deal.Id))["amount"]);
        Assert.Equal(422, (await Refused.ByAsync(async () => await company.ChangeAsync(company.ZhangWei, await company.LoadAsync(company.ZhangWei, "deals", deal.Id), new { amount = new { amount = "5", currency = "CNY" } }))).Status);
        foreach (var wrong in new object[]
        {
            new { deal = deal.Id, description = "负", quantity = -1, unitPrice = new { amount = "1", currency = "CNY" } },
            new { deal = deal.Id, description = "大", quantity = 1e18, unitPrice = new { amount = "1", currency = "CNY" } },
            new { deal = deal.Id, description = "折", quantity = 1, discount = 120, unitPrice = new { amount = "1", currency = "CNY" } },
            new { deal = deal.Id, description = "币", quantity = 1, unitPrice = new { amount = "1", currency = "USD" } },
        })
        {
            Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "deal-lines", wrong))).Status);
        }
    }

    [Theory, BothDatabases]
    public async Task A_foreign_amount_needs_a_rate_and_keeps_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync();
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        object Values() => new { name = "出口一单", customer = customer.Id, amount = new { amount = "1000", currency = "USD" } };
        Assert.Equal(["rate"], (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "deals", Values()))).Errors!.Keys);
        await company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "USD", day = "2020-01-01", rate = 6.9 });
        Assert.Equal(["rate"], (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "deals", Values()))).Errors!.Keys);
        Assert.Equal(["currency"], (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "CNY", day = "2026-01-01", rate = 2 }))).Errors!.Keys);
        Assert.Equal(["currency"], (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "XYZ", day = "2026-01-01", rate = 2 }))).Errors!.Keys);
        var rate = await company.CreateAsync(company.WangFang, "exchange-rates", new { currency = "usd", day = "2026-01-01", rate = 7.1 });
        var deal = await company.CreateAsync(company.ZhangWei, "deals", Values());
        Assert.Equal(new Money(7100m, "CNY"), deal["homeAmount"]);
        await company.ChangeAsync(company.WangFang, rate, new { rate = 8 });
        var changed = await company.ChangeAsync(company.ZhangWei, deal, new { amount = new { amount = "2000", currency = "USD" } });
        Assert.Equal(new Money(14200m, "CNY"), changed["homeAmount"]);
    }

    [Theory, BothDatabases]
    public async Task Zhao_Min_of_another_team_finds_no_trace_of_it_and_costs_are_for_those_who_may(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal) = await BeginAsync(company);
        Assert.Equal(["自助柜机 20 台"], await company.NamesAsync(company.LiQiang, "deals"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "deals"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.MoveAsync(company.ZhaoMin, deal, "quote"))).Status);
        await company.ChangeAsync(company.LiQiang, await company.LoadAsync(company.LiQiang, "deals", deal.Id), new { internalCost = new { amount = "210000", currency = "CNY" } });
        Assert.False((await company.ListAsync(company.ZhangWei, "deals")).GetProperty("items")[0].TryGetProperty("internalCost", out _));
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ZhangWei, "deals", "internalCost > 5"))).Status);
        Assert.True((await company.ListAsync(company.LiQiang, "deals")).GetProperty("items")[0].TryGetProperty("internalCost", out _));
    }
}
