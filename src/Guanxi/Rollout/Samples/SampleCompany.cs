using System.Text.Json;
using Guanxi.Customers.Tiers;
using Guanxi.Platform;
using Guanxi.Customers;
using Guanxi.Database;
using Guanxi.Insight.Demand;
using Guanxi.Insight.Laboratory;
using Guanxi.Insight.Scoring;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Credit;

namespace Guanxi.Rollout.Samples;

/// <summary>
/// A machine tool maker after two years with Guanxi: ten people, two thousand customers and what was done with them. Everything is written through the rules that bind people too,
/// in their names and at the hours when they would have done it, so that history, ledger and notifications look lived in. The same seed makes the same company.
/// </summary>
public static class SampleCompany
{
    public const string Name = "岚峰智能装备有限公司";
    public const int Customers = 2000;
    public const int Seed = 20;
    private const int MonthsOfValue = 5;

    public static IReadOnlyList<SamplePerson> People => SamplePeople.All;

    /// <summary>Loads the company into a workspace that has no people yet.</summary>
    /// <param name="today">The moment to which the two years lead up.</param>
    /// <param name="signIn">Gives a new person what is needed to sign in; called inside the person's own transaction with the id and the user name.</param>
    /// <exception cref="InvalidOperationException">Somebody works here already.</exception>
    public static async Task LoadAsync(Workspace workspace, DateTimeOffset today, Func<SaveContext, Guid, string, Task>? signIn = null, int seed = Seed, int customers = Customers, CancellationToken cancel = default)
    {
        today = DateText.Truncate(today);
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM app_user"), cancel) > 0)
            {
                throw new InvalidOperationException("The sample company goes into an empty data directory only: this one already has people.");
            }
        }

        var random = new SampleRandom(seed);
        var writer = new SampleWriter(workspace, cancel);
        await writer.PlayAsync(Founding(workspace, random, today, signIn));
        var people = workspace.Directory.People.ToDictionary(person => person.UserName, person => person.Id, StringComparer.Ordinal);
        var teams = workspace.Directory.Teams.ToDictionary(team => team.Name, team => team.Id, StringComparer.Ordinal);
        var book = new SampleCustomerBook(random, today, name => people[name]);
        book.Write(customers);
        var story = new SampleStory(random, today, name => people[name]);
        book.Customers.ForEach(story.Tell);
        var teamwork = new SampleTeamwork(random, today, name => people[name], name => teams[name]);
        teamwork.Arrange(book.Customers);
        var catalogue = new SampleCatalogue(new SampleRandom(seed + 9), today);
        catalogue.Arrange();
        var deals = new SampleDeals(new SampleRandom(seed + 1), today, name => people[name], catalogue);
        deals.Arrange(book.Customers, book.Partners);
        var projects = new SampleProjects(new SampleRandom(seed + 10), today, name => people[name], deals);
        projects.Arrange(book.Customers);
        var orders = new SampleOrders(new SampleRandom(seed + 2), today, name => people[name], deals);
        orders.Arrange(book.Customers);
        var deliveries = new SampleDeliveries(new SampleRandom(seed + 8), today);
        deliveries.Arrange(orders.Parted);
        var costs = new SampleCosts(new SampleRandom(seed + 3), today, name => people[name]);
        costs.Arrange(book.Customers);
        var money = new SampleMoney(new SampleRandom(seed + 4), today, name => people[name]);
        money.Arrange(deals, projects.Abroad, orders.Sales);
        var credit = new SampleCredit(new SampleRandom(seed + 11), today);
        credit.Arrange(book.Customers, deals);
        var trust = new SampleTrust(new SampleRandom(seed + 5), today, name => people[name], name => teams[name]);
        trust.Arrange(book.Customers);
        var quotes = new SampleQuotes(new SampleRandom(seed + 6), today, name => people[name], deals);
        quotes.Arrange(book.Customers, projects.Offers);
        var leads = new SampleLeads(new SampleRandom(seed + 7), today, name => people[name], name => teams[name], deals);
        leads.Arrange(book.Customers);
        await writer.PlayAsync([.. book.Deeds, .. story.Deeds, .. teamwork.Deeds, .. catalogue.Deeds, .. deals.Deeds, .. projects.Deeds, .. orders.Deeds, .. deliveries.Deeds, .. costs.Deeds, .. money.Deeds, .. credit.Deeds, .. trust.Deeds, .. quotes.Deeds, .. leads.Deeds]);
        await workspace.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(Sql.Of($"UPDATE notification SET read_at = at + 3600000 WHERE at < {today.AddDays(-17)}"), cancel);
                await Settings.PutAsync(session, "company", Name, cancel);
                await Settings.PutAsync(session, "language", "zh-Hans", cancel);
                await Settings.PutAsync(session, "time-zone", "Asia/Shanghai", cancel);
                await Settings.PutAsync(session, "currency", "CNY", cancel);
            },
            cancel);
        await Birthdays.MoveOnAsync(workspace, cancel);
        await InsightAsync(workspace, cancel);
        // How late customers pay goes into what they are worth.
        await CreditFigures.RefreshAsync(workspace, cancel);
        var now = SampleCalendar.DayOf(today);
        Guid? kept = null;
        for (var month = MonthsOfValue; month >= 0; month--)
        {
            var end = new DateOnly(now.Year, now.Month, 1).AddMonths(1 - month).AddDays(-1);
            await ValueRun.RunAsync(workspace, workspace.System(), end < now ? end : now, cancel);
            kept = month == MonthsOfValue ? await SampleScores.KeepAsync(workspace, end, cancel) : kept;
            if (kept is { } score)
            {
                await ScoreNight.RunAsync(workspace, score, end < now ? end : now, cancel);
            }
        }

        await DealScoring.RunAsync(workspace, cancel);
        await LeadScoring.RunAsync(workspace, cancel);
        await DemandReport.RunAsync(workspace, now, cancel);
        await workspace.Database.AnalyzeAsync(cancel);
    }

    /// <summary>What tiers are promised, and what an hour of a visit costs.</summary>
    private static Task InsightAsync(Workspace workspace, CancellationToken cancel) => workspace.WriteAsync(
        workspace.System(),
        async context =>
        {
            using var policies = JsonDocument.Parse("""{"vip":{"responseHours":4,"visitDays":30,"mostDiscount":15},"major":{"responseHours":8,"visitDays":60,"mostDiscount":10},"ordinary":{"responseHours":24,"visitDays":120,"mostDiscount":5}}""");
            await TierPolicy.ChangeAsync(context, policies.RootElement, cancel);
            using var rates = JsonDocument.Parse("""{"activityRates":{"visit":{"hourlyRate":160},"meeting":{"hourlyRate":160},"call":{"hourlyRate":120}}}""");
            await Settings.PutAsync(context.Session, "value", new ValueSettings().With(rates.RootElement).ToJson(), cancel);
            return 0;
        },
        cancel: cancel);

    /// <summary>The first day: teams, people, and who leads which team.</summary>
    private static IEnumerable<SampleDeed> Founding(Workspace workspace, SampleRandom random, DateTimeOffset today, Func<SaveContext, Guid, string, Task>? signIn)
    {
        var at = SampleCalendar.WorkdayAt(today.AddDays(-731), 9);
        if (at > today.AddDays(-730))
        {
            at = SampleCalendar.WorkdayAt(today.AddDays(-737), 9);
        }

        var teams = SamplePeople.Teams.ToDictionary(team => team.Name, _ => random.Id(at), StringComparer.Ordinal);
        var people = SamplePeople.All.ToDictionary(person => person.UserName, _ => random.Id(at), StringComparer.Ordinal);
        foreach (var (name, above, _) in SamplePeople.Teams)
        {
            yield return new SampleDeed(at = at.AddMinutes(1), SampleWriter.Program, "system", context => InsertAsync(context, "teams", teams[name], ("name", name), ("parent", above is null ? null : teams[above])));
        }

        var costing = random.Id(at);
        yield return new SampleDeed(at = at.AddMinutes(1), SampleWriter.Program, "system", context => InsertAsync(
            context, "roles", costing, ("name", "成本核算"), ("key", SamplePeople.CostingRole), ("functions", $"[\"{Functions.ReadCosts}\"]"),
            ("scopes", """{"activities":{"read":"own","edit":"own","delete":"none","create":true,"import":false,"export":false},"costs":{"read":"all","edit":"none","delete":"none","create":false,"import":false,"export":true}}"""), ("fieldRights", "{}")));
        foreach (var person in SamplePeople.All)
        {
            var role = person.Role == SamplePeople.CostingRole ? costing : workspace.Directory.Roles.First(known => known.Key == person.Role).Id;
            var phone = SampleNumbers.Mobile(random);
            yield return new SampleDeed(at = at.AddMinutes(2), SampleWriter.Program, "system", async context =>
            {
                var id = people[person.UserName];
                await InsertAsync(context, "users", id, ("name", person.Name), ("userName", person.UserName), ("email", person.UserName + "@lanfeng.example"), ("phone", phone), ("title", person.Title), ("role", role), ("team", teams[person.Team]), ("language", "zh-Hans"));
                if (signIn is not null)
                {
                    await signIn(context, id, person.UserName);
                }
            });
        }

        foreach (var (name, _, manager) in SamplePeople.Teams)
        {
            yield return new SampleDeed(at = at.AddMinutes(1), SampleWriter.Program, "system", async context =>
            {
                var team = await RecordStore.FindAsync(context.Session, context.Schema["teams"], teams[name]);
                team!["manager"] = people[manager];
                await context.UpdateAsync(team);
            });
        }
    }

    internal static async Task InsertAsync(SaveContext context, string type, Guid id, params (string Field, object? Value)[] values)
    {
        var noun = context.Schema[type];
        var record = noun.Create(noun);
        record.Id = id;
        foreach (var (field, value) in values)
        {
            record[field] = value;
        }

        await context.InsertAsync(record);
    }
}
