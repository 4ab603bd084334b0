using Guanxi.Database;
using Guanxi.Insight.Laboratory;
using Guanxi.Insight.Scoring;
using Guanxi.Platform;
using Guanxi.Platform.Language;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Rollout.Samples;
using Xunit;

namespace Guanxi.Tests.Rollout.Samples;

/// <summary>The sample company, loaded once for all of these.</summary>
public sealed class SampleWorkspace : IAsyncLifetime
{
    public static readonly DateTimeOffset Today = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private string folder = "";

    public Workspace Workspace { get; private set; } = null!;

    public List<string> SignIns { get; } = [];

    public TimeSpan Took { get; private set; }

    public async ValueTask InitializeAsync()
    {
        folder = Directory.CreateTempSubdirectory("guanxi-sample-").FullName;
        Workspace = await OpenAsync(folder);
        var started = TimeProvider.System.GetTimestamp();
        await SampleCompany.LoadAsync(
            Workspace,
            Today,
            (_, _, userName) =>
            {
                SignIns.Add(userName);
                return Task.CompletedTask;
            });
        Took = TimeProvider.System.GetElapsedTime(started);
    }

    public static Task<Workspace> OpenAsync(string folder, DateTimeOffset? today = null) =>
        Workspace.OpenAsync(GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}"), folder, new Stopped(today ?? Today));

    public async ValueTask DisposeAsync()
    {
        await Workspace.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Stopped(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}

public sealed class SampleCompanyTests(SampleWorkspace sample) : IClassFixture<SampleWorkspace>
{
    private readonly Workspace workspace = sample.Workspace;

    [Theory]
    [InlineData("2027-02-28T22:35:00Z")]
    public async Task It_can_be_founded_at_any_hour(string now)
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-sample-").FullName;
        var today = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        await using (var early = await SampleWorkspace.OpenAsync(folder, today))
        {
            await SampleCompany.LoadAsync(early, today, (_, _, _) => Task.CompletedTask);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_company_has_people_customers_and_two_years_of_work()
    {
        Assert.Equal(SampleCompany.People.Select(person => person.UserName), sample.SignIns);
        Assert.Equal(2000, await CountAsync("customer"));
        Assert.InRange(await CountAsync("contact"), 3000, 5000);
        Assert.InRange(await CountAsync("activity"), 6000, 15000);
        Assert.InRange(await CountAsync("relation"), 50, 500);
        Assert.InRange(await CountAsync("notification WHERE read_at IS NULL"), 5, 200);
        Assert.Equal(7, await CountAsync("saved_view"));

        // Won and lost in both years, more in the season than around Spring Festival; money that came late or not at all, goods that came late.
        var year = SampleWorkspace.Today.AddDays(-365).ToUnixTimeMilliseconds();
        foreach (var status in new[] { "won", "lost" })
        {
            Assert.True(await CountAsync($"deal WHERE status = '{status}' AND closed_at < {year}") > 20);
            Assert.True(await CountAsync($"deal WHERE status = '{status}' AND closed_at >= {year}") > 20);
        }

        // The board is one that somebody looks after: most open deals moved within a quarter and close in days to come.
        var (open, fresh, ahead) = (await CountAsync("deal WHERE status = 'open'"), await CountAsync($"deal WHERE status = 'open' AND stage_since > {SampleWorkspace.Today.AddDays(-95).ToUnixTimeMilliseconds()}"), await CountAsync("deal WHERE status = 'open' AND expected_close >= '2026-11-23'"));
        Assert.InRange(open, 40, 160);
        Assert.True(fresh > open * 0.75 && ahead > open * 0.75, $"{open} open, {fresh} moved of late, {ahead} to come");

        Assert.True(await CountAsync("invoice WHERE open_home > 0 AND due_on < '2026-11-01'") > 5);
        Assert.True(await CountAsync("sales_order WHERE delivered_on > promised_on") > 50);
        Assert.True(await CountAsync("(SELECT order_id FROM delivery WHERE status = 'delivered' GROUP BY order_id HAVING COUNT(*) > 1) d") > 10);
        Assert.True(await CountAsync("(SELECT order_id FROM order_line WHERE fulfilment = 'partlyShipped') l") > 0);
        Assert.True(await CountAsync("sales_order WHERE kind = 'return'") > 1);
        Assert.True(await CountAsync("contract_amendment WHERE status = 'approved' AND new_amount IS NOT NULL") > 1);
        Assert.True(await CountAsync("contract WHERE edition > 1") > 4);
        Assert.Equal(1, await CountAsync("invoice WHERE red_of_id IS NOT NULL AND status = 'issued'"));
        Assert.Equal(3, await CountAsync("(SELECT DISTINCT measure FROM target) m"));
        Assert.InRange(await CountAsync("access_grant"), 80, 500);
        TestContext.Current.TestOutputHelper?.WriteLine($"loaded in {sample.Took.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task Every_part_of_selling_can_be_looked_at()
    {
        // Prices: lists above and beside each other, breaks, dates, foreign money; variants, bundles, costs that rose.
        Assert.Equal(7, await CountAsync("price_list"));
        Assert.True(await CountAsync("price WHERE min_quantity > 1") > 20);
        foreach (var currency in new[] { "USD", "EUR", "HKD" })
        {
            Assert.Equal(25, await CountAsync($"exchange_rate WHERE currency = '{currency}'"));
        }

        Assert.Equal(0, await CountAsync("product WHERE name_en IS NULL"));
        Assert.True(await CountAsync("product WHERE stock IS NOT NULL AND stock_source IS NOT NULL") > 5);
        Assert.Equal((5, 2), (await CountAsync("product WHERE variant_of_id IS NOT NULL"), await CountAsync("(SELECT DISTINCT bundle_id FROM bundle_item) b")));
        Assert.Equal(1, await CountAsync("product_cost WHERE starts_on > '2026-11-23'"));

        // Deals: two processes, loops, everybody's part, money of two countries.
        Assert.Equal(2, await CountAsync("sales_process"));
        Assert.True(await CountAsync("(SELECT deal_id, stage FROM deal_stay GROUP BY deal_id, stage HAVING COUNT(*) > 1) s") > 50);
        Assert.True(await CountAsync("deal WHERE internal_cost IS NOT NULL") > 200);
        Assert.True(await CountAsync("deal_person") > 300);
        Assert.True(await CountAsync("deal WHERE partner_id IS NOT NULL") > 20);
        Assert.True(await CountAsync("deal WHERE campaign IS NOT NULL") > 50);
        Assert.True(await CountAsync("deal WHERE next_step IS NOT NULL AND status = 'open'") > 15);
        Assert.InRange(await CountAsync("deal WHERE amount_currency = 'USD'"), 8, 30);
        Assert.InRange(await CountAsync("quote WHERE currency = 'USD'"), 3, 30);
        Assert.InRange(await CountAsync("receipt WHERE amount_currency = 'USD'"), 2, 60);
        foreach (var (table, states) in new[] { ("gate_exception", new[] { "asked", "granted", "refused" }), ("credit_override", ["asked", "granted", "refused"]), ("contract", ["draft", "pending", "active", "completed", "void"]) })
        {
            foreach (var state in states)
            {
                Assert.True(await CountAsync($"{table} WHERE status = '{state}'") > 0, $"{table}: {state}");
            }
        }

        // Contracts and invoices by lines and rates of tax; what has ended and is paid is completed, some of it renewed.
        Assert.Equal(0, await CountAsync("contract c WHERE NOT EXISTS (SELECT 1 FROM contract_line l WHERE l.contract_id = c.id) AND c.renews_id IS NULL"));
        Assert.Equal(["0", "6", "9", "13"], await TextsAsync("SELECT DISTINCT CAST(tax_rate AS INTEGER) FROM invoice_line ORDER BY tax_rate"));
        Assert.InRange(await CountAsync("contract WHERE status = 'active' AND ends_on < '2026-10-01' AND instalments_open = 0"), 0, 4);
        Assert.True(await CountAsync("contract WHERE status = 'completed'") > 15 && await CountAsync("contract WHERE renews_id IS NOT NULL") > 2);
        Assert.Equal((6, 1), (await CountAsync("customer_credit"), await CountAsync("customer_credit WHERE stopped = 1")));
        Assert.Equal(["contract", "credit-override", "gate-exception", "quote"], await TextsAsync("SELECT DISTINCT kind FROM approval WHERE state = 'waiting' ORDER BY kind"));
    }

    [Fact]
    public async Task What_is_known_of_a_lead_says_something_of_its_outcome_and_not_all()
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var ended = (await LeadPast.ReadAsync(session, TestContext.Current.CancellationToken)).Ended(workspace.Now).Known;
        foreach (var (name, of) in new (string, Func<LeadSnapshot, double>)[]
        {
            ("filled", lead => lead.Filled), ("contacts", lead => lead.Contacts), ("silence", lead => lead.SilenceDays ?? -1), ("answered", lead => lead.AnsweredMinutes ?? -1), ("age", lead => lead.AgeDays), ("referred", lead => lead.Referred ? 1 : 0),
            ("province", lead => lead.Province is null ? 0 : 1), ("industry", lead => lead.Industry is null ? 0 : 1), ("state", lead => lead.State == "qualified" ? 1 : 0),
        })
        {
            var pairs = (from won in ended.Where(lead => lead.Won) from lost in ended.Where(lead => !lead.Won) select of(won).CompareTo(of(lost))).ToList();
            var area = (pairs.Count(order => order > 0) + (pairs.Count(order => order == 0) / 2.0)) / pairs.Count;
            Assert.True(area is > 0.2 and < 0.8, $"{name} separates with {area:0.00}");
        }

        using var report = System.Text.Json.JsonDocument.Parse((await TextsAsync("SELECT report FROM score_run WHERE noun = 'leads'"))[0]);
        Assert.InRange(report.RootElement.GetProperty("trial").GetProperty("model").GetProperty("auc").GetDouble(), 0.65, 0.85);
    }

    [Fact]
    public async Task What_customers_are_worth_knows_how_late_they_pay()
    {
        Assert.True(await CountAsync("customer_value WHERE trust IS NOT NULL") > 50);
        Assert.Equal(0, await CountAsync("credit_figure f JOIN customer_value v ON v.record_id = f.record_id WHERE f.late_days IS NOT NULL AND v.trust IS NULL"));
    }

    [Fact]
    public async Task Today_has_something_overdue_due_and_coming_for_every_seller()
    {
        var midnight = new DateTimeOffset(SampleWorkspace.Today.ToOffset(TimeSpan.FromHours(8)).Date, TimeSpan.FromHours(8));
        foreach (var seller in new[] { "chenxiaofeng", "zhaoqian", "huangzhiqiang", "linguodong" })
        {
            var owner = workspace.Directory.People.First(person => person.UserName == seller).Id;
            await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
            var open = await session.ListAsync(Sql.Of($"SELECT due_at FROM activity WHERE owner_id = {owner} AND status = 'planned'"), row => row.Instant(0), TestContext.Current.CancellationToken);
            Assert.Contains(open, due => due < midnight.AddDays(-1));
            Assert.Contains(open, due => due >= midnight && due < midnight.AddDays(1));
            Assert.Contains(open, due => due > midnight.AddDays(2));
        }
    }

    [Fact]
    public async Task The_analysts_score_has_been_told_for_months_and_stands_beside_the_customers()
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var score = Assert.Single(await KeptScore.ListAsync(session, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(("可能沉默", "苏文博", null), (score.Name, workspace.Directory.People.First(person => person.Id == score.MadeBy).Name, score.Failure));
        Assert.True(score.Scored > 300, $"{score.Scored} scored");
        var nights = await session.ListAsync(Sql.Of($"SELECT on_day FROM lab_score_night WHERE score_id = {score.Id} ORDER BY on_day"), row => row.Text(0), TestContext.Current.CancellationToken);
        Assert.Equal(6, nights.Count);
        Assert.Equal("2026-11-23", nights[^1]);
        Assert.True(score.MadeAt < SampleWorkspace.Today.AddDays(-120));
    }

    [Fact]
    public async Task The_ledger_is_whole_and_nothing_lies_in_the_future()
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var verdict = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(workspace.Now, Schema: workspace.Schema), TestContext.Current.CancellationToken);
        Assert.True(verdict.Whole, verdict.Reason);
        Assert.Equal(0, await CountAsync($"ledger WHERE at > {SampleWorkspace.Today.ToUnixTimeMilliseconds()}"));
        Assert.Equal(0, await CountAsync($"activity WHERE status = 'done' AND at > {SampleWorkspace.Today.ToUnixTimeMilliseconds()}"));
        Assert.Equal(0, await CountAsync("ledger a JOIN ledger b ON b.seq = a.seq + 1 WHERE b.at < a.at AND a.record_type IS DISTINCT FROM 'roles'"));
    }

    [Fact]
    public async Task Every_credit_code_is_valid_and_no_two_companies_share_a_name()
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var codes = await session.ListAsync(Sql.Of($"SELECT credit_code FROM customer WHERE credit_code IS NOT NULL"), row => row.Text(0), TestContext.Current.CancellationToken);
        Assert.All(codes, code => Assert.True(CreditCode.Check(code) is { IsValid: true, InnerIsValid: true }, code));
        Assert.InRange(await CountAsync("(SELECT name FROM customer WHERE kind = 'company' GROUP BY name HAVING COUNT(*) > 1)"), 0, 3);
    }

    [Theory]
    [InlineData("customers")]
    [InlineData("contacts")]
    [InlineData("activities")]
    public async Task Every_value_is_one_that_a_person_could_have_typed(string name)
    {
        var type = workspace.Schema[name];
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE t.seq % 5 = 0"), TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var record = RecordSql.Read(type, reader, session.Dialect);
            foreach (var field in type.Fields.Where(field => field.Writable && record[field] is string))
            {
                var typed = FieldInput.ParseText(field, (string)record[field]!, out var error);
                Assert.True(error is null && Equals(typed, record[field]), $"{field.Name}: {record[field]} → {typed} {error?.En}");
            }
        }
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_company()
    {
        Assert.Equal(await LoadSmallAsync(seed: 7), await LoadSmallAsync(seed: 7));
        Assert.NotEqual(await LoadSmallAsync(seed: 7), await LoadSmallAsync(seed: 8));
    }

    private static async Task<string> LoadSmallAsync(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-sample-small-").FullName;
        try
        {
            await using var company = await SampleWorkspace.OpenAsync(folder);
            await SampleCompany.LoadAsync(company, SampleWorkspace.Today, seed: seed, customers: 60, cancel: TestContext.Current.CancellationToken);
            return await FingerprintAsync(company);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> FingerprintAsync(Workspace company)
    {
        await using var session = await company.Database.ReadAsync(TestContext.Current.CancellationToken);
        var rows = await session.ListAsync(Sql.Of($"SELECT hex(id) || name || stage || coalesce(last_activity_at, 0) || coalesce(next_contact_at, 0) FROM customer UNION ALL SELECT hex(id) || content || at FROM activity ORDER BY 1"), row => row.OptionalText(0), TestContext.Current.CancellationToken);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows))));
    }

    private async Task<List<string>> TextsAsync(string select)
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        return await session.ListAsync(new Sql().Append($"{select}"), row => Convert.ToString(row.Any(0), System.Globalization.CultureInfo.InvariantCulture)!, TestContext.Current.CancellationToken);
    }

    private async Task<long> CountAsync(string from)
    {
        await using var session = await workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        return await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {from}"));
    }
}
