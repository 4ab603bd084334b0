using Guanxi.Platform.Access;
using Guanxi.Platform.Search;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Search;

public sealed class SearchBoxTests
{
    private static async Task<string[]> FindAsync(Company company, Guanxi.Platform.Access.Actor actor, string words)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return [.. (await SearchBox.FindAsync(session, actor, words, null, 20, company.Workspace.Now, TestContext.Current.CancellationToken)).Select(hit => hit.Title)];
    }

    [Theory, BothDatabases]
    public async Task A_customer_is_found_however_it_is_typed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行股份有限公司", new { phone = "13800138000", email = "info@csbank.example" });
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        await company.CustomerAsync(company.ZhangWei, "上海电气");
        foreach (var words in new[] { "长沙", "银行", "csyh", "changsha", "長沙銀行", "00138000", "1380", "info@csbank", "CSYH" })
        {
            Assert.Equal("长沙银行股份有限公司", (await FindAsync(company, company.ZhangWei, words)).FirstOrDefault());
        }

        foreach (var words in new[] { "zgf", "曾国", "zeng", "zengguofan" })
        {
            Assert.Contains("曾国藩", await FindAsync(company, company.ZhangWei, words));
        }
    }

    [Theory, BothDatabases]
    public async Task Nobody_finds_what_is_not_his_to_see(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Empty(await FindAsync(company, company.ZhaoMin, "长沙"));
        Assert.Equal(["长沙银行"], await FindAsync(company, company.LiQiang, "长沙"));
    }

    [Theory, BothDatabases]
    public async Task What_Zhang_Wei_shares_with_Zhao_Min_she_finds_with_its_contacts_until_he_takes_it_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customers = company.Workspace.Schema["customers"];
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        var grant = await Grants.AddAsync(company.Workspace, company.ZhangWei, customers, customer.Id, company.ZhaoMin.Id, null, "read", null, null, TestContext.Current.CancellationToken);
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国荃", customer = customer.Id });
        Assert.Equal(["长沙银行"], await FindAsync(company, company.ZhaoMin, "长沙"));
        Assert.Equal(["曾国荃", "曾国藩"], (await FindAsync(company, company.ZhaoMin, "zg")).Order(StringComparer.Ordinal));

        await Grants.RemoveAsync(company.Workspace, company.ZhangWei, customers, customer.Id, grant, TestContext.Current.CancellationToken);
        Assert.Empty(await FindAsync(company, company.ZhaoMin, "长沙"));
        Assert.Empty(await FindAsync(company, company.ZhaoMin, "zg"));
    }

    [Theory, BothDatabases]
    public async Task A_share_that_has_ended_finds_nothing_any_more(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await Grants.AddAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["customers"], customer.Id, company.ZhaoMin.Id, null, "read", null, company.Workspace.Now.AddDays(1), TestContext.Current.CancellationToken);
        Assert.Equal(["长沙银行"], await FindAsync(company, company.ZhaoMin, "长沙"));
        company.Time.Pass(TimeSpan.FromDays(2));
        Assert.Empty(await FindAsync(company, company.ZhaoMin, "长沙"));
    }

    [Theory, BothDatabases]
    public async Task Imported_contacts_of_a_shared_customer_are_found_by_those_it_is_shared_with(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await Grants.AddAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["customers"], customer.Id, company.ZhaoMin.Id, null, "read", null, null, TestContext.Current.CancellationToken);
        await company.Workspace.WriteAsync(company.ZhangWei, async context =>
        {
            var type = context.Schema["contacts"];
            var contact = type.Create(type);
            contact["name"] = "曾国藩";
            contact["customer"] = customer.Id;
            await context.InsertManyAsync(type, [await context.PrepareInsertAsync(contact)]);
        });
        Assert.Equal(["曾国藩"], await FindAsync(company, company.ZhaoMin, "zgf"));
    }

    [Theory, BothDatabases]
    public async Task A_renamed_customer_is_found_by_its_new_name_only(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.ChangeAsync(company.ZhangWei, customer, new { name = "湖南银行" });
        Assert.Empty(await FindAsync(company, company.ZhangWei, "长沙"));
        Assert.Equal(["湖南银行"], await FindAsync(company, company.ZhangWei, "hnyh"));
    }

    [Theory, BothDatabases]
    public async Task Signs_of_the_query_language_are_only_text(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "AT&T中国");
        foreach (var words in new[] { "\"", "a AND b", "NEAR(", "*", "a:b", "'; DROP TABLE customer", "\\", "&|!", "()", new string('长', 500) })
        {
            await FindAsync(company, company.ZhangWei, words);
        }
    }

    [Theory, BothDatabases]
    public async Task What_Zhang_Wei_wrote_about_a_visit_is_found_by_those_who_see_the_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var visit = await company.CreateAsync(company.ZhangWei, "activities", new { kind = "visit", subject = "现场看工艺", content = "客户要求换硬质合金刀具", customer = customer.Id });
        Assert.Equal(["现场看工艺"], await FindAsync(company, company.ZhangWei, "硬质合金"));
        Assert.Equal(["现场看工艺"], await FindAsync(company, company.LiQiang, "硬質合金"));
        Assert.Empty(await FindAsync(company, company.ZhaoMin, "硬质合金"));

        await company.ChangeAsync(company.ZhangWei, visit, new { content = "客户改用陶瓷刀具" });
        Assert.Empty(await FindAsync(company, company.ZhangWei, "硬质合金"));
        Assert.Equal(["现场看工艺"], await company.NamesAsync(company.ZhangWei, "activities", words: "陶瓷"));

        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "customers", customer.Id), new { owner = company.ZhaoMin.Id });
        Assert.Equal(["现场看工艺"], await FindAsync(company, company.ZhaoMin, "陶瓷"));
    }

    [Theory, BothDatabases]
    public async Task A_word_that_stands_only_in_a_field_one_may_not_read_finds_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "长沙银行", new { formerName = "湘江信用社" });
        Assert.Equal(["长沙银行"], await FindAsync(company, company.ChenJing, "湘江"));
        var role = company.ChenJing.Role;
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "roles", role!.Id), new { fieldRights = new { customers = new { formerName = "hidden" } } });
        var analyst = company.ChenJing;
        Assert.Empty(await FindAsync(company, analyst, "湘江"));
        Assert.Empty(await company.NamesAsync(analyst, "customers", words: "湘江"));
        Assert.Equal(["长沙银行"], await FindAsync(company, analyst, "csyh"));
        Assert.Equal(["长沙银行"], await company.NamesAsync(analyst, "customers", words: "长沙"));
    }
}
