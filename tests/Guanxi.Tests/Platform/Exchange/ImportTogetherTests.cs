using Guanxi.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

/// <summary>Customers and their contacts from one sheet.</summary>
public sealed class ImportTogetherTests
{
    private const string Sheet = "公司名称,所在城市,公司电话,联系人,职务,手机,邮箱\n长沙银行,长沙,0731-88886666,王行长,行长,13800000001,wang@cs.cn\n长沙银行,长沙,0731-88886666,李科长,科长,13800000002,\n新华书店,武汉,,赵店长,店长,13800000003,\n,,,散客甲,,13800000004,\n没有联系人的,上海,,,,,\n";
    private static readonly ImportOptions Together = new() { Type = "customers", Together = true };

    [Theory, BothDatabases]
    public async Task Each_company_comes_once_and_its_people_hang_on_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var seen = new ImportFile(company.Workspace).Inspect(company.ZhangWei, company.Write(Sheet), "file.csv", Together);
        Assert.Equal("name,city,phone,contacts.name,contacts.title,contacts.phone,contacts.email", string.Join(',', seen.Columns.Select(column => seen.Mapping.GetValueOrDefault(column))));
        var before = (await company.ContentAsync(), await company.ContentAsync("contacts"));

        var trial = await company.ImportTextAsync(company.ZhangWei, Sheet, Together with { DryRun = true });
        Assert.Equal((3, 4, 0), (trial.Counts.Created, trial.Counts.BesideCreated, trial.Counts.Rejected));
        var result = await company.ImportTextAsync(company.ZhangWei, Sheet, Together);
        Assert.Equal((5, 3, 4, 0), (result.Counts.Read, result.Counts.Created, result.Counts.BesideCreated, result.Counts.Rejected));
        var bank = await company.OnlyAsync("长沙银行");
        foreach (var name in new[] { "王行长", "李科长" })
        {
            var person = await company.OnlyAsync(name, "contacts");
            Assert.Equal((bank.Id, company.ZhangWei.Id), (person.Reference("customer"), person.OwnerId));
        }

        Assert.Null((await company.OnlyAsync("散客甲", "contacts")).Reference("customer"));
        Assert.Equal(company.ZhangWei.Id, (await company.OnlyAsync("散客甲", "contacts")).OwnerId);

        // The same file again brings nothing new.
        var again = await company.ImportTextAsync(company.ZhangWei, Sheet.Replace("散客甲", "", StringComparison.Ordinal).Replace("13800000004", "", StringComparison.Ordinal), Together);
        Assert.Equal((0, 0), (again.Counts.Created, again.Counts.BesideCreated));

        var undone = await company.UndoAsync(company.ZhangWei, result);
        Assert.Equal((7, 0), (undone.Deleted, undone.Kept.Count));
        Assert.Equal(before, (await company.ContentAsync(), await company.ContentAsync("contacts")));
    }

    [Theory, BothDatabases]
    public async Task People_join_a_company_that_is_there_and_an_update_changes_both_by_their_rules(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { city = "北京" });
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "王行长", customer = bank.Id, phone = "13700000000" });
        await company.CustomerAsync(company.ZhaoMin, "新华书店");

        var result = await company.ImportTextAsync(company.ZhangWei, Sheet, Together with { Mode = ImportMode.Both, Rules = new Dictionary<string, ColumnRule> { ["contacts.phone"] = ColumnRule.IfEmpty } });
        Assert.Equal((2, 1, 3, 1), (result.Counts.Created, result.Counts.Updated, result.Counts.BesideCreated, result.Counts.BesideUpdated));
        var head = await company.OnlyAsync("王行长", "contacts");
        Assert.Equal(("+8613700000000", "行长"), (head.Text("phone"), head.Text("title")));
        Assert.Equal("长沙", (await company.OnlyAsync("长沙银行")).Text("city"));
        Assert.Equal(2, await company.CountAsync("customer WHERE name = '新华书店'"));

        await company.UndoAsync(company.ZhangWei, result);
        Assert.Null((await company.OnlyAsync("王行长", "contacts")).Text("title"));
        Assert.Equal("北京", (await company.OnlyAsync("长沙银行")).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task A_wrong_part_refuses_the_whole_row_and_a_person_who_stays_keeps_the_company(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.ZhangWei, "公司名称,联系人,手机\n甲公司,甲,+86\n乙公司,乙,13800000001\n丙公司,,\n", Together);
        Assert.Equal((2, 1, 1), (result.Counts.Created, result.Counts.BesideCreated, result.Counts.Rejected));
        Assert.Equal([2], result.Rejects.Single().Marks.Select(mark => mark.Column));

        await company.ChangeAsync(company.ZhangWei, await company.OnlyAsync("乙", "contacts"), new { title = "经理" });
        var undone = await company.UndoAsync(company.ZhangWei, result);
        Assert.Equal((1, 2), (undone.Deleted, undone.Kept.Count));
        Assert.Equal(["contacts", "customers"], undone.Kept.Select(kept => kept.Type).Order());
    }
}
