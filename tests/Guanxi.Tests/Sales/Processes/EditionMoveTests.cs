using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Processes;

public sealed class EditionMoveTests
{
    private static readonly object Three = Stages("a", "b", "c");

    private static object Stages(params string[] keys) => new { stages = keys.Select((key, place) => new { key, name = "阶段" + key, probability = (place + 1) * 20 }).ToArray() };

    private static string Text(object definition) => ProcessDefinition.Read(Company.Json(definition).GetRawText()).Write();

    private static async Task<(Record Process, Record InA, Record InB)> BeginAsync(Company company)
    {
        var process = await company.ProcessAsync(Three);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var first = await company.CreateAsync(company.ZhangWei, "deals", new { name = "一单", customer = customer.Id });
        var second = await company.CreateAsync(company.ZhangWei, "deals", new { name = "二单", customer = customer.Id, probability = 77 });
        company.Time.Pass(TimeSpan.FromDays(3));
        await company.MoveAsync(company.ZhangWei, second, "b");
        company.Time.Pass(TimeSpan.FromDays(3));
        return (process, first, second);
    }

    private static Task<(Record Process, Guid Move, int Deals)> PublishAsync(Company company, Record process, object definition, params (string From, string To)[] map) =>
        company.Workspace.WriteAsync(company.WangFang, context => SalesProcess.PublishAsync(context, process.Id, Text(definition), map.ToDictionary(item => item.From, item => item.To, StringComparer.Ordinal)));

    [Theory, BothDatabases]
    public async Task A_stage_in_use_is_not_deleted_and_the_refusal_says_what_to_do(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (process, _, _) = await BeginAsync(company);
        var refused = await Refused.ByAsync(() => company.ChangeAsync(company.WangFang, process, new { definition = Stages("a", "c") }));
        Assert.Equal((409, "stage-in-use"), (refused.Status, refused.Rule));
        Assert.Contains("“阶段b”（1 个）", refused.Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(1L, (await company.LoadAsync(company.WangFang, "sales-processes", process.Id))["edition"]);

        // One that nobody stands in may go, and a name may change.
        Assert.Equal(2L, (await company.ChangeAsync(company.WangFang, process, new { definition = Stages("a", "b") }))["edition"]);
    }

    [Theory, BothDatabases]
    public async Task Wang_Fang_sees_where_running_deals_would_land_and_what_they_would_lack(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (process, _, second) = await BeginAsync(company);
        var next = ProcessDefinition.Read(Text(new { stages = new object[] { new { key = "a", name = "一", probability = 5, exit = new object[] { new { key = "when", kind = "fields", fields = new[] { "expectedClose" } } } }, new { key = "n", name = "新", probability = 30 } } }));
        await using var session = await company.Workspace.Database.ReadAsync();
        var (landings, others) = await EditionMove.PreviewAsync(session, company.WangFang, process.Id, next, 2, new Dictionary<string, string> { ["b"] = "n" }, company.Workspace.Now);
        Assert.Equal((2, 0L), (landings.Count, others));
        Assert.Equal([("a", "a", 0), ("b", "n", 1)], landings.Select(landing => (landing.From, landing.To!, landing.Unmet.Count)));
        Assert.Equal("填写预计成交日", landings[1].Unmet[0].ZhHans);
        Assert.Equal(second.Id, landings[1].Deal.Id);
        Assert.Null((await EditionMove.PreviewAsync(session, company.WangFang, process.Id, next, 2, new Dictionary<string, string>(), company.Workspace.Now)).Landings[1].To);
    }

    [Theory, BothDatabases]
    public async Task Running_deals_go_over_in_one_act_and_come_back_as_they_were(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (process, first, second) = await BeginAsync(company);
        var since = (await company.LoadAsync(company.ZhangWei, "deals", first.Id)).Instant("stageSince");
        var inB = (await company.LoadAsync(company.ZhangWei, "deals", second.Id)).Instant("stageSince");
        Assert.Equal(["map"], (await Refused.ByAsync(() => PublishAsync(company, process, Stages("a", "n")))).Errors!.Keys);
        Assert.Equal(1L, (await company.LoadAsync(company.WangFang, "sales-processes", process.Id))["edition"]);

        var (_, move, deals) = await PublishAsync(company, process, Stages("a", "n"), ("b", "n"));
        Assert.Equal(2, deals);
        var (one, two) = (await company.LoadAsync(company.ZhangWei, "deals", first.Id), await company.LoadAsync(company.ZhangWei, "deals", second.Id));
        Assert.Equal(("a", 2L, since), (one.Text("stage"), one["edition"], one.Instant("stageSince")));
        Assert.Equal(("n", "阶段n", 77L, company.Workspace.Now), (two.Text("stage"), two.Text("stageName"), two["probability"], two.Instant("stageSince")));

        company.Time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiQiang, context => EditionMove.UndoAsync(context, process.Id, move)))).Status);
        Assert.Equal((2, 0), await company.Workspace.WriteAsync(company.WangFang, context => EditionMove.UndoAsync(context, process.Id, move)));
        two = await company.LoadAsync(company.ZhangWei, "deals", second.Id);
        Assert.Equal(("b", 1L, inB), (two.Text("stage"), two["edition"], two.Instant("stageSince")));
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal(["a", "b"], (await Stays.OfAsync(session, second.Id)).Select(stay => stay.Stage));
        Assert.Equal("undone", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.WangFang, context => EditionMove.UndoAsync(context, process.Id, move)))).Rule);
    }

    [Theory, BothDatabases]
    public async Task A_deal_that_moved_on_since_stays_where_it_is(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (process, first, _) = await BeginAsync(company);
        var (_, move, _) = await PublishAsync(company, process, Stages("a", "n", "z"), ("b", "n"));
        await company.MoveAsync(company.ZhangWei, first, "z");
        Assert.Equal((1, 1), await company.Workspace.WriteAsync(company.WangFang, context => EditionMove.UndoAsync(context, process.Id, move)));
        Assert.Equal("z", (await company.LoadAsync(company.ZhangWei, "deals", first.Id)).Text("stage"));
    }

    [Theory, BothDatabases]
    public async Task A_move_is_taken_back_as_if_it_had_not_been(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, _, deal) = await BeginAsync(company);
        var since = (await company.LoadAsync(company.ZhangWei, "deals", deal.Id)).Instant("stageSince");
        Task<Record> Undo() => company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.UndoAsync(context, deal.Id));
        Assert.Equal("no-undo", (await Refused.ByAsync(Undo)).Rule);
        await company.MoveAsync(company.ZhangWei, deal, "c");
        Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => MoveDeal.UndoAsync(context, deal.Id)))).Status);
        var back = await Undo();
        Assert.Equal(("b", since), (back.Text("stage"), back.Instant("stageSince")));
        await using var session = await company.Workspace.Database.ReadAsync();
        var stays = await Stays.OfAsync(session, deal.Id);
        Assert.Equal(["a", "b"], stays.Select(stay => stay.Stage));
        Assert.Null(stays[^1].LeftAt);
    }

    [Theory, BothDatabases]
    public async Task Conditions_that_contradict_each_other_across_a_gate_are_told(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (exit, entry, wrong) in new (object, object, bool)[]
        {
            (new { key = "x", kind = "filter", filter = "amount > 100" }, new { key = "y", kind = "filter", filter = "amount < 50" }, true),
            (new { key = "x", kind = "filter", filter = "amount > 100" }, new { key = "y", kind = "filter", filter = "amount < 500" }, false),
            (new { key = "x", kind = "filter", filter = "expectedClose = null" }, new { key = "y", kind = "fields", fields = new[] { "expectedClose" } }, true),
        })
        {
            var definition = new { stages = new object[] { new { key = "a", name = "一", probability = 10, exit = new[] { exit } }, new { key = "b", name = "二", probability = 50, entry = new[] { entry } } } };
            if (wrong)
            {
                Assert.Contains("互相矛盾", (await Refused.ByAsync(() => company.ProcessAsync(definition))).Detail!.ZhHans, StringComparison.Ordinal);
            }
            else
            {
                await company.ProcessAsync(definition);
            }
        }
    }

    [Theory, BothDatabases]
    public async Task Who_has_a_say_in_a_deal_is_written_down_once_and_follows_the_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (_, deal, _) = await BeginAsync(company);
        var contact = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "周行长", customer = deal.Reference("customer") });
        await company.CreateAsync(company.ZhangWei, "deal-contacts", new { deal = deal.Id, contact = contact.Id, role = "decider", influence = "high", attitude = "for" });
        Assert.Equal(["contact"], (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "deal-contacts", new { deal = deal.Id, contact = contact.Id, role = "user" }))).Errors!.Keys);
        Assert.Equal(1, (await company.ListAsync(company.LiQiang, "deal-contacts", "role = decider AND influence = high")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await company.ListAsync(company.ZhaoMin, "deal-contacts")).GetProperty("items").GetArrayLength());
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.ZhaoMin, "deal-contacts", new { deal = deal.Id, contact = contact.Id, role = "user" }))).Status);
    }
}
