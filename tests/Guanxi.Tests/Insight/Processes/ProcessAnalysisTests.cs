using Guanxi.Insight.Processes;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Steps;
using Guanxi.Science.Processes;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Processes;

public sealed class ProcessAnalysisTests
{
    private static readonly object Definition = new
    {
        stages = new object[]
        {
            new { key = "a", name = "需求", probability = 20, expectedDays = 5 },
            new { key = "b", name = "报价", probability = 60, expectedDays = 5, steps = new object[] { new { key = "cost", subject = "核算", role = "agent", hours = 8 } } },
        },
        lossReasons = new[] { "价格" },
    };

    private static async Task<ProcessFacts> FactsAsync(Company company, Actor actor, Guid process, bool mine = false)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await ProcessFacts.LoadAsync(session, actor, process, company.Workspace.Now.AddDays(-365), mine, company.Workspace.Now);
    }

    private static async Task<Record> DealAsync(Company company, Actor seller, Guid customer, string name) => await company.CreateAsync(seller, "deals", new { name, customer, amount = new { amount = "1000", currency = "CNY" }, competitors = new[] { "海尔" } });

    /// <summary>张伟 wins one after going back once and loses one; 赵敏 has one that goes on.</summary>
    private static async Task<Guid> BeginAsync(Company company)
    {
        var process = (await company.ProcessAsync(Definition)).Id;
        var (his, hers) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhaoMin, "广州银行"));
        var (won, lost) = (await DealAsync(company, company.ZhangWei, his.Id, "赢的"), await DealAsync(company, company.ZhangWei, his.Id, "输的"));
        await DealAsync(company, company.ZhaoMin, hers.Id, "她的");
        foreach (var stage in new[] { "b", "a", "b" })
        {
            company.Time.Pass(TimeSpan.FromDays(2));
            await company.MoveAsync(company.ZhangWei, won, stage);
        }

        company.Time.Pass(TimeSpan.FromDays(4));
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.WinAsync(context, won.Id, null, null));
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, lost.Id, "价格", "格力", null));
        return process;
    }

    [Theory, BothDatabases]
    public async Task The_map_says_which_ways_deals_take_and_where_they_come_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await BeginAsync(company);
        var facts = await FactsAsync(company, company.WangFang, process);
        Assert.Equal(3, facts.Deals.Count);
        var edges = ProcessMap.Edges(facts).ToDictionary(edge => (edge.From, edge.To), edge => (edge.Count, Math.Round(edge.MeanDays, 6)));
        Assert.Equal((2, 2.0), edges[("a", "b")]);
        Assert.Equal((1, 2.0), edges[("b", "a")]);
        Assert.Equal((1, 4.0), edges[("b", "won")]);
        Assert.Equal((1, 10.0), edges[("a", "lost")]);
        Assert.Equal((3, 0.0), edges[("start", "a")]);
        var funnel = ProcessMap.Funnel(facts);
        Assert.Equal([(3, 1, 1, 1), (1, 1, 0, 0)], funnel.Select(stage => (stage.Reached, stage.Further, stage.Lost, stage.Here)));
        Assert.Equal([("需求", 1, 1), ("报价", 1, 1)], ProcessMap.Loops(facts).Select(loop => (loop.Name, loop.Deals, loop.Back)).OrderByDescending(loop => loop.Name, StringComparer.Ordinal));
        Assert.Equal(["需求 报价 需求 报价 won", "需求 lost"], ProcessMap.Ways(facts).Select(way => $"{string.Join(' ', way.Name)} {way.Outcome}").OrderByDescending(way => way.Length));
    }

    [Theory, BothDatabases]
    public async Task Everybody_sees_the_process_of_the_deals_he_may_read(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await BeginAsync(company);
        Assert.Equal(2, (await FactsAsync(company, company.ZhangWei, process)).Deals.Count);
        Assert.Single((await FactsAsync(company, company.ZhaoMin, process)).Deals);
        Assert.Empty((await FactsAsync(company, company.LiuYang, process, mine: true)).Deals);
        await using var session = await company.Workspace.Database.ReadAsync();
        var since = company.Workspace.Now.AddDays(-365);
        var rivals = await Outcomes.ByCompetitorAsync(session, company.ZhangWei, process, since, false, company.Workspace.Now);
        Assert.Equal([("格力", 0, 1), ("海尔", 1, 1)], rivals!.Select(rival => (rival.What!, rival.Won, rival.Lost)).OrderBy(rival => rival.Item1 == "海尔"));
        Assert.Equal(1000m, rivals!.Single(rival => rival.What == "海尔").WonAmount);
        Assert.Empty((await Outcomes.ByCompetitorAsync(session, company.ZhaoMin, process, since, false, company.Workspace.Now))!);
        Assert.Equal([(1, 0), (0, 1)], (await Outcomes.ByReasonAsync(session, company.ZhangWei, process, since, false, company.Workspace.Now))!.Select(reason => (reason.Won, reason.Lost)).OrderByDescending(reason => reason.Won));
    }

    [Theory, BothDatabases]
    public async Task Steps_are_measured_in_working_hours(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = (await company.ProcessAsync(Definition)).Id;
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await DealAsync(company, company.ZhangWei, customer.Id, "一单");

        // Moved on a Sunday; taken in hand on Monday at eleven, done at half past two.
        await company.MoveAsync(company.ZhangWei, deal, "b");
        Guid step;
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            step = (await StepDesk.OwedAsync(session, company.LiuYang)).Single().Task.Id;
        }

        company.Time.Pass(TimeSpan.FromHours(25));
        await company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.StartAsync(context, step));
        company.Time.Pass(TimeSpan.FromHours(3.5));
        await company.Workspace.WriteAsync(company.LiuYang, context => StepDesk.DoneAsync(context, step, Company.Json(new { }), null));
        var facts = await FactsAsync(company, company.WangFang, process);
        var time = Assert.Single(StepTimes.ByPerson(facts, company.Workspace.Directory));
        Assert.Equal(("刘洋", 1, 0, 2.0, 2.0, 0.0), (time.Name, time.Turns, time.Open, time.Waiting!.Mean, time.Working!.Mean, time.Late));
        Assert.Equal("总部", Assert.Single(StepTimes.ByTeam(facts, company.Workspace.Directory)).Name);
        Assert.Equal("核算", Assert.Single(StepTimes.ByStep(facts)).Name);
    }

    [Theory, BothDatabases]
    public async Task What_if_says_how_much_sooner_and_how_many_more(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = (await company.ProcessAsync(Definition)).Id;
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Equal("too-few-deals", (await Refused.ByAsync(async () => ProcessWhatIf.Run(await FactsAsync(company, company.WangFang, process), [], 365))).Rule);
        for (var i = 0; i < 40; i++)
        {
            var deal = await DealAsync(company, company.ZhangWei, customer.Id, $"第 {i} 单");
            company.Time.Pass(TimeSpan.FromDays(1 + (i % 3)));
            await company.MoveAsync(company.ZhangWei, deal, "b");
            company.Time.Pass(TimeSpan.FromDays(3 + (i % 5)));
            await (i % 2 == 0
                ? company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.WinAsync(context, deal.Id, null, null))
                : company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, deal.Id, "价格", null, null)));
        }

        var facts = await FactsAsync(company, company.WangFang, process);
        var same = ProcessWhatIf.Run(facts, [], 365);
        Assert.Equal(same.Before.WonInAYear, same.After.WonInAYear);
        Assert.Equal(0.5, same.Before.WonShare, 0.03);
        Assert.Equal(same.ObservedDays!.Value, same.Before.Cycle!.Mean, 0.4);
        var quicker = ProcessWhatIf.Run(facts, [new ProcessChange("b", null, 0.5)], 365);
        Assert.True(quicker.After.Cycle!.Mean < quicker.Before.Cycle!.Mean - 1);
        Assert.True(quicker.After.WonShare > quicker.Before.WonShare + 0.1);
        Assert.True(quicker.Least <= quicker.More && quicker.More <= quicker.Most);

        // The step alone: it takes a part of the stay, so less is saved.
        Assert.Equal([("cost", "核算")], ProcessMap.Nodes(facts).Single(node => node.Stage == "b").Steps.Select(step => (step.Step, step.Name)));
        var step = ProcessWhatIf.Run(facts, [new ProcessChange("b", "cost", 0.5)], 365);
        Assert.True(step.After.Cycle!.Mean < step.Before.Cycle!.Mean);
        Assert.True(step.Pieced > 0 && step.Ended == 40);
        foreach (var wrong in new[] { new ProcessChange("nowhere", null, 0.5), new ProcessChange("b", "nowhere", 0.5), new ProcessChange("a", "cost", 0.5), new ProcessChange("b", null, 1.5) })
        {
            Assert.Equal(["changes"], (await Refused.ByAsync(() => Task.FromResult(ProcessWhatIf.Run(facts, [wrong], 365)))).Errors!.Keys);
        }
    }
}
