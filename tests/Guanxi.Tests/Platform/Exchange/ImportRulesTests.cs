using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class ImportRulesTests
{
    [Theory, BothDatabases]
    public async Task A_rule_for_each_column_says_what_its_values_do_to_those_that_are_there(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var shop = await company.CustomerAsync(company.ZhangWei, "店", new { externalId = "E1", city = "北京", industry = "零售", phone = "13800000001" });
        const string text = "外部系统编号,客户名称,城市,行业,电话,备注\nE1,店改名,上海,餐饮,13900000009,新备注\nE2,新店,广州,餐饮,13900000008,\n";
        var options = new ImportOptions
        {
            Type = "customers",
            Mode = ImportMode.Both,
            Key = "externalId",
            Rules = new Dictionary<string, ColumnRule> { ["city"] = ColumnRule.Overwrite, ["industry"] = ColumnRule.IfEmpty, ["note"] = ColumnRule.IfEmpty, ["phone"] = ColumnRule.Never, ["name"] = ColumnRule.Never },
        };
        var result = await company.ImportTextAsync(company.ZhangWei, text, options);

        Assert.Equal((1, 1), (result.Counts.Created, result.Counts.Updated));
        var now = await company.LoadAsync(company.ZhangWei, "customers", shop.Id);
        Assert.Equal(("店", "上海", "零售", "+8613800000001", "新备注"), (now.Text("name"), now.Text("city"), now.Text("industry"), now.Text("phone"), now.Text("note")));
        Assert.Equal("+8613900000008", (await company.OnlyAsync("新店")).Text("phone"));
        Assert.Contains("rules", (await Refused.ByAsync(() => company.ImportTextAsync(company.ZhangWei, text, options with { Rules = new Dictionary<string, ColumnRule> { ["citty"] = ColumnRule.Never } }))).Errors!.Keys);
    }

    [Theory, BothDatabases]
    public async Task Texts_that_mean_nobody_are_listed_once_and_settled_once_for_all_rows(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "客户名称,负责人,级别\n一,老王,金牌\n二,老王,VIP\n三,离职,金牌\n四,张伟,\n";
        var trial = await company.ImportTextAsync(company.LiQiang, text, new ImportOptions { Type = "customers", DryRun = true });
        Assert.Equal([("owner", "老王", 2), ("level", "金牌", 2), ("owner", "离职", 1)], trial.Findings.Unknown.Select(item => (item.Field, item.Text, item.Rows)).OrderByDescending(item => item.Rows).ThenByDescending(item => item.Field));
        Assert.Equal([1L], trial.Findings.Owners.Select(share => share.New));

        var values = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["owner"] = new Dictionary<string, string> { ["老王"] = "zhaomin", ["离职"] = "none" },
            ["level"] = new Dictionary<string, string> { ["金牌"] = "" },
        };
        var result = await company.ImportTextAsync(company.LiQiang, text, new ImportOptions { Type = "customers", Values = values });
        Assert.Equal((4, 0), (result.Counts.Created, result.Counts.Rejected));
        Assert.Equal(company.ZhaoMin.Id, (await company.OnlyAsync("一")).OwnerId);
        Assert.Null((await company.OnlyAsync("三")).OwnerId);
        Assert.Null((await company.OnlyAsync("一")).Text("level"));
        Assert.Equal("vip", (await company.OnlyAsync("二")).Text("level"));
    }

    [Theory, BothDatabases]
    public async Task A_cell_is_mended_without_touching_the_file_and_wrong_ones_are_marked(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "客户名称,电话,级别\n一,+86,高\n二,13800000002,\n";
        var trial = await company.ImportTextAsync(company.ZhangWei, text, new ImportOptions { Type = "customers", DryRun = true });
        Assert.Equal([1, 2], trial.Rejects.Single().Marks.Select(mark => mark.Column));

        var corrections = new Dictionary<long, IReadOnlyDictionary<string, string>> { [2] = new Dictionary<string, string> { ["电话"] = "13800000001", ["级别"] = "" } };
        var result = await company.ImportTextAsync(company.ZhangWei, text, new ImportOptions { Type = "customers", Corrections = corrections });
        Assert.Equal((2, 0), (result.Counts.Created, result.Counts.Rejected));
        Assert.Equal("+8613800000001", (await company.OnlyAsync("一")).Text("phone"));
    }

    [Theory, BothDatabases]
    public async Task Dates_in_five_forms_are_read_and_a_column_says_by_itself_whether_its_days_come_first(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        const string text = "客户名称,下次联系\n一,2024-03-05\n二,2024/3/5\n三,2024年3月5日\n四,05/03/2024\n五,25/03/2024\n六,45356\n七,2024-3-5 下午2:30\n八,5-Mar-2024\n九,三月五号\n";
        var trial = await company.ImportTextAsync(company.ZhangWei, text, new ImportOptions { Type = "customers", DryRun = true });
        Assert.Equal(["下次联系"], trial.Findings.DayFirst);
        var result = await company.ImportTextAsync(company.ZhangWei, text);

        Assert.Equal((8, 1), (result.Counts.Created, result.Counts.Rejected));
        Assert.Equal(10, result.Rejects.Single().Row);
        foreach (var name in new[] { "一", "二", "三", "四", "六", "八" })
        {
            Assert.Equal(new DateTimeOffset(2024, 3, 4, 16, 0, 0, TimeSpan.Zero), (await company.OnlyAsync(name)).Instant("nextContactAt"));
        }

        Assert.Equal(new DateTimeOffset(2024, 3, 5, 6, 30, 0, TimeSpan.Zero), (await company.OnlyAsync("七")).Instant("nextContactAt"));
        var open = await company.ImportTextAsync(company.ZhangWei, "客户名称,下次联系\n一,05/03/2024\n", new ImportOptions { Type = "customers", DryRun = true });
        Assert.Equal(["下次联系"], open.Findings.OpenDates);
        Assert.Empty(open.Findings.DayFirst);
    }

    [Theory, BothDatabases]
    public async Task A_phone_that_a_spreadsheet_rounded_is_refused_with_what_to_do(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.ZhangWei, "客户名称,电话\n一,1.38E+10\n二,1.3800138E+10\n三,13800000003\n");
        Assert.Equal((1, 2), (result.Counts.Created, result.Counts.Rejected));
        Assert.All(result.Rejects, reject => Assert.Contains("设为文本", reject.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Db.Sqlite, "First Name,Middle Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Labels\nJohn,Q,Public,a@x.com ::: b@x.com,+1 650 253 0000,* myContacts ::: Friends\n", "google", "John Q Public")]
    [InlineData(Db.Sqlite, "First Name,Last Name,E-mail Address,Mobile Phone,Job Title\nJohn,Public,a@x.com,13800138000,Buyer\n", "outlook", "John Public")]
    [InlineData(Db.Sqlite, "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company\n17,John,Public,a@x.com,13800138000,,\n", "hubspot", "John Public")]
    [InlineData(Db.Sqlite, "Contact ID,First Name,Last Name,Account Name,Mailing Street,Email,Mobile\n003,John,Public,,,a@x.com,13800138000\n", "salesforce", "John Public")]
    [InlineData(Db.Sqlite, "姓,名,移动电话,住宅电话,电子邮箱,分组\n王,小明,13800138000,,a@x.com,朋友\n", "phonebook", "王小明")]
    public async Task Contacts_of_mail_programs_and_phone_books_are_recognised_by_their_headers(Db db, string text, string source, string name)
    {
        await using var company = await Company.OpenAsync(db);
        var options = new ImportOptions { Type = "contacts" };
        Assert.Equal(source, new ImportFile(company.Workspace).Inspect(company.ZhangWei, company.Write(text), "contacts.csv", options).Source);
        var result = await company.ImportTextAsync(company.ZhangWei, text, options);
        Assert.Empty(result.Rejects.Select(reject => reject.Reason));
        var contact = await company.OnlyAsync(name, "contacts");
        Assert.Equal("a@x.com", contact.Text("email"));
        Assert.NotNull(contact.Text("phone"));
        if (source == "google")
        {
            Assert.Equal("b@x.com", ((ContactPoint[])contact["otherEmails"]!).Single().Value);
            Assert.Equal(["Friends"], (string[])contact["tags"]!);
        }
    }

    [Theory, BothDatabases]
    public async Task A_file_for_the_pool_gives_its_customers_to_nobody_and_only_members_may_do_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var south = company.Workspace.Directory.Teams.Single(team => team.Name == "华南").Id;
        var pool = await company.CreateAsync(company.WangFang, "pools", new { name = "华南公海", team = south });
        var before = await company.CountAsync("pool_event");
        var options = new ImportOptions { Type = "customers", Pool = "华南公海" };
        Assert.Contains("pool", (await Refused.ByAsync(() => company.ImportTextAsync(company.ZhangWei, "客户名称\n一\n", options))).Errors!.Keys);

        var result = await company.ImportTextAsync(company.ZhaoMin, "客户名称,负责人\n一,\n二,赵敏\n", options);
        var lying = await company.OnlyAsync("一");
        Assert.Equal((null, pool.Id, company.Workspace.Now), (lying.OwnerId, lying.Reference("pool"), lying.Instant("pooledAt")));
        Assert.Equal((company.ZhaoMin.Id, null), ((await company.OnlyAsync("二")).OwnerId, (await company.OnlyAsync("二")).Reference("pool")));
        Assert.Equal(before + 1, await company.CountAsync("pool_event"));
        Assert.Equal(2, (await company.UndoAsync(company.ZhaoMin, result)).Deleted);
        Assert.Equal(before, await company.CountAsync("pool_event"));
        Assert.Contains("pool", (await Refused.ByAsync(() => company.ImportTextAsync(company.ZhaoMin, "姓名\n一\n", new ImportOptions { Type = "contacts", Pool = "华南公海" }))).Errors!.Keys);
    }
}
