using Guanxi.Customers.Quality;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Quality;

/// <summary>What 张伟 and 赵敏 enter is judged by itself, and what nobody confirms grows old.</summary>
public sealed class QualityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task KeepAsync(Company company)
    {
        while (await QualityKeeper.TickAsync(company.Workspace, Cancel))
        {
            // Until everything is judged.
        }
    }

    private static async Task<string[]> WrongAsync(Company company, Record record)
    {
        await KeepAsync(company);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var (issues, _) = await QualityFigures.OfAsync(session, company.WangFang, await company.LoadAsync(company.WangFang, record.Type.Name, record.Id), Cancel);
        return [.. issues.Select(item => $"{item.Issue.Field} {item.Issue.Kind}").Order(StringComparer.Ordinal)];
    }

    private static readonly object Whole = new { phone = "13912345067", city = "长沙市", industry = "化工", source = "展会", level = "ordinary", email = "a@huagong.cn" };

    [Theory, BothDatabases]
    public async Task A_whole_customer_is_worth_a_hundred_and_each_fault_costs_its_weight(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "湘江化工", Whole);
        Assert.Empty(await WrongAsync(company, bank));
        Assert.Equal(100L, (await company.LoadAsync(company.WangFang, "customers", bank.Id))["quality"]);

        // Five of twenty-five: the phone is all that is missing.
        await company.ChangeAsync(company.ZhangWei, bank, new { phone = (string?)null });
        Assert.Equal(["phone missing"], await WrongAsync(company, bank));
        Assert.Equal(80L, (await company.LoadAsync(company.WangFang, "customers", bank.Id))["quality"]);
        Assert.Equal(["湘江化工"], await company.NamesAsync(company.ZhangWei, "customers", "quality < 90"));
    }

    [Theory, BothDatabases]
    public async Task One_number_on_many_customers_of_an_owner_is_listed_until_it_is_no_longer_and_tells_nothing_of_others(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var mine = new List<Record>();
        foreach (var name in new[] { "湘江化工", "岳麓机械" })
        {
            mine.Add(await company.CustomerAsync(company.ZhangWei, name, Whole));
        }

        // The same number at a colleague's says nothing here: it would tell what stands there.
        await company.CustomerAsync(company.ZhaoMin, "珠江电器", Whole);
        Assert.Empty(await WrongAsync(company, mine[0]));
        mine.Add(await company.CustomerAsync(company.ZhangWei, "橘洲食品", Whole));
        foreach (var record in mine)
        {
            Assert.Equal(["email implausible", "phone implausible"], await WrongAsync(company, record));
        }

        await company.ChangeAsync(company.ZhangWei, mine[2], new { phone = "13812345068", email = "b@juzhou.cn" });
        foreach (var record in mine)
        {
            Assert.Empty(await WrongAsync(company, record));
        }
    }

    [Theory, BothDatabases]
    public async Task A_fifth_of_a_customers_score_is_its_contacts(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "湘江化工", Whole);
        var contact = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "吴经理", customer = customer.Id });
        await KeepAsync(company);
        var score = (long)(await company.LoadAsync(company.WangFang, "contacts", contact.Id))["quality"]!;
        Assert.InRange(score, 1, 60);
        Assert.Equal((long)Math.Round(80 + (0.2 * score), MidpointRounding.AwayFromZero), (await company.LoadAsync(company.WangFang, "customers", customer.Id))["quality"]);
        await company.ChangeAsync(company.ZhangWei, contact, new { phone = "13812345068", email = "wu@huagong.cn", title = "经理", decisionRole = "decider" });
        await KeepAsync(company);
        Assert.Equal(100L, (await company.LoadAsync(company.WangFang, "customers", customer.Id))["quality"]);
    }

    [Theory, BothDatabases]
    public async Task Values_are_judged_by_their_kind_and_against_each_other(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var odd = await company.CustomerAsync(company.ZhangWei, "123", new { phone = "13911111111", city = "无", industry = "测试", source = "展会", level = "ordinary", email = "a@example.com", size = "large", employees = 3, gender = "male", postcode = "41" });
        Assert.Equal(["city invalid", "email implausible", "gender contradiction", "industry invalid", "name invalid", "phone implausible", "postcode invalid", "size contradiction"], await WrongAsync(company, odd));

        // Odd numbers exist: who says that one is right is believed until it is another.
        await company.Workspace.WriteAsync(company.ZhangWei, context => QualityKeeper.ConfirmAsync(context, odd.Type, odd.Id, ["phone"], Cancel), cancel: Cancel);
        Assert.DoesNotContain("phone implausible", await WrongAsync(company, odd));
        await company.ChangeAsync(company.ZhangWei, odd, new { phone = "13922222222" });
        Assert.Contains("phone implausible", await WrongAsync(company, odd));
        await company.ChangeAsync(company.ZhangWei, odd, new { divisionCode = "430102", gender = (string?)null, employees = 800, postcode = "410000" });
        await company.ChangeAsync(company.ZhangWei, odd, new { city = "上海市", industry = "化工", name = "湘江", email = "a@huagong.cn", phone = "13912345067" });
        Assert.Equal(["city contradiction"], await WrongAsync(company, odd));
    }

    [Theory, BothDatabases]
    public async Task What_nobody_confirms_grows_old_on_its_day_and_one_word_makes_it_young_again(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "湘江化工", Whole);
        Assert.Empty(await WrongAsync(company, bank));
        company.Time.Pass(TimeSpan.FromDays(364));
        Assert.Empty(await WrongAsync(company, bank));
        company.Time.Pass(TimeSpan.FromDays(2));
        Assert.Equal(["email outdated"], await WrongAsync(company, bank));
        await company.Workspace.WriteAsync(company.ZhangWei, context => QualityKeeper.ConfirmAsync(context, bank.Type, bank.Id, ["email"], Cancel), cancel: Cancel);
        Assert.Empty(await WrongAsync(company, bank));

        // The phone was changed meanwhile, so it is believed from then on.
        await company.ChangeAsync(company.ZhangWei, bank, new { phone = "13912345068" });
        company.Time.Pass(TimeSpan.FromDays(370));
        Assert.Equal(["email outdated"], await WrongAsync(company, bank));
        var refusal = await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => QualityKeeper.ConfirmAsync(context, bank.Type, bank.Id, ["street"], Cancel), cancel: Cancel));
        Assert.Contains("空", refusal.Detail!.ZhHans, StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Sums_are_those_of_the_records_whatever_happens_to_them(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(3);
        var customers = new List<Record>();
        for (var step = 0; step < 40; step++)
        {
            if (customers.Count < 5 || random.Next(4) == 0)
            {
                customers.Add(await company.CustomerAsync(random.Next(2) == 0 ? company.ZhangWei : company.ZhaoMin, $"客户{step}", new { phone = random.Next(2) == 0 ? "13911111111" : null, city = random.Next(2) == 0 ? "无" : "长沙市", source = random.Next(2) == 0 ? "展会" : "网站" }));
                continue;
            }

            var one = customers[random.Next(customers.Count)];
            switch (random.Next(4))
            {
                case 0:
                    await company.ChangeAsync(company.WangFang, one, new { owner = (random.Next(2) == 0 ? company.ZhangWei : company.ZhaoMin).Id });
                    break;
                case 1:
                    await company.ChangeAsync(company.WangFang, one, new { source = random.Next(2) == 0 ? "网站" : null, industry = random.Next(2) == 0 ? "化工" : null });
                    break;
                case 2:
                    await company.CreateAsync(company.WangFang, "contacts", new { name = "王", customer = one.Id, phone = random.Next(2) == 0 ? "13912345067" : null });
                    break;
                default:
                    customers.Remove(one);
                    await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, one.Type, one.Id, cancel: Cancel);
                    break;
            }

            if (random.Next(3) == 0)
            {
                await KeepAsync(company);
            }
        }

        await KeepAsync(company);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        foreach (var noun in QualityRules.Nouns)
        {
            foreach (var reader in new[] { company.WangFang, company.ZhangWei, company.LiQiang })
            {
                var all = QualityFigures.Add("", await QualityFigures.TalliesAsync(session, reader, company.Workspace.Schema[noun], "owner", company.Workspace.Now, cancel: Cancel));
                var listed = (await company.ListAsync(reader, noun, fields: "quality", limit: 500)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("quality").GetInt64()).ToList();
                var work = await QualityFigures.WorkAsync(session, reader, company.Workspace.Schema[noun], null, null, null, null, 500, company.Workspace.Now, Cancel);
                Assert.Equal((listed.Count, listed.Sum(), (long)work.Count), (all.Records, all.Score, all.Wrong.Values.Sum()));
            }
        }
    }

    [Theory, BothDatabases]
    public async Task Other_rules_judge_everything_again_and_the_day_is_kept(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "湘江化工", Whole);
        Assert.Empty(await WrongAsync(company, bank));
        await company.Workspace.WriteAsync(
            company.WangFang,
            async context =>
            {
                var rules = (await QualityRules.ReadAsync(context.Session, context.Schema, Cancel)).With(Company.Json(new { weights = new { customers = new Dictionary<string, object> { ["*"] = new { name = 1, website = 4 } } } }), context.Schema);
                await Settings.PutAsync(context.Session, QualityRules.Setting, rules.ToJson(), Cancel);
                await QualityKeeper.BeginAsync(context, context.Schema["customers"], Cancel);
            },
            cancel: Cancel);
        Assert.Equal(["website missing"], await WrongAsync(company, bank));
        Assert.Equal(20L, (await company.LoadAsync(company.WangFang, "customers", bank.Id))["quality"]);
        company.Time.Pass(TimeSpan.FromDays(1));
        await KeepAsync(company);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var day = Assert.Single(await QualityFigures.TalliesAsync(session, company.ZhangWei, bank.Type, "day", company.Workspace.Now, cancel: Cancel));
        Assert.Equal(("2026-11-22", 1L, 20.0), (day.Key, day.Records, day.Mean));
        Assert.Empty(await QualityFigures.TalliesAsync(session, company.ZhaoMin, bank.Type, "day", company.Workspace.Now, cancel: Cancel));
    }

    [Fact]
    public async Task Rules_that_cannot_be_are_refused()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var schema = company.Workspace.Schema;
        foreach (var body in new object[] { 3, new { weights = 3 }, new { weights = new { deals = new { } } }, new { weights = new { customers = new { gold = new { } } } }, new { weights = new { customers = new { vip = new { nam = 1 } } } }, new { days = new { customers = new { email = -1 } } }, new { every = "hour" } })
        {
            Assert.Throws<RefusedException>(() => QualityRules.Usual(schema).With(Company.Json(body), schema));
        }
    }
}
