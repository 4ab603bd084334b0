using Guanxi.Platform.Exchange;
using Guanxi.Tests.Platform.Exchange.Formats;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

/// <summary>Files that other programs wrote, as they are.</summary>
public sealed class RealFilesTests
{
    [Theory, BothDatabases]
    public async Task The_accounts_of_a_sales_team_come_in_with_their_parents(Db db)
    {
        var path = SharedData.Path("crm_maven/accounts.csv");
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportAsync(company.WangFang, path, new ImportOptions
        {
            Type = "customers",
            Mapping = new Dictionary<string, string> { ["account"] = "name", ["sector"] = "industry", ["employees"] = "employees", ["office_location"] = "country", ["subsidiary_of"] = "parent", ["revenue"] = "annualRevenue" },
        });

        Assert.Equal((85, 85, 0), (result.Counts.Read, result.Counts.Created, result.Counts.Rejected));
        var subsidiaries = await company.ListAsync(company.WangFang, "customers", "parent != null", fields: "name,parent", limit: 100);
        Assert.Equal(15, subsidiaries.GetProperty("items").GetArrayLength());
        await company.UndoAsync(company.WangFang, result);
        Assert.Equal(0, await company.CountAsync());
    }

    [Theory, BothDatabases]
    public async Task A_database_dump_that_writes_NULL_means_nothing_by_it(Db db)
    {
        var path = SharedData.Path("crm_northwind/customers.csv");
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportAsync(company.WangFang, path, new ImportOptions { Type = "customers" });

        Assert.Equal((91, 91), (result.Counts.Read, result.Counts.Created));
        var alfreds = await company.OnlyAsync("Alfreds Futterkiste");
        Assert.Null(alfreds.Text("province"));
        Assert.Equal("12209", alfreds.Text("postcode"));
        Assert.Equal("+49300074321", alfreds.Text("phone"));
        Assert.Equal("ALFKI", alfreds.Text("externalId"));
    }

    [Theory, BothDatabases]
    public async Task The_list_of_listed_companies_in_GBK_becomes_customers(Db db)
    {
        var path = SharedData.Path("cn_names/stock_basic_gbk.csv");
        await using var company = await Company.OpenAsync(db);
        var seen = new ImportFile(company.Workspace).Inspect(company.WangFang, path, "stock_basic_gbk.csv", new ImportOptions { Type = "customers" });
        var name = seen.Columns.First(column => seen.Sample.Any(row => row[seen.Columns.ToList().IndexOf(column)] == "万科A"));
        var result = await company.ImportAsync(company.WangFang, path, new ImportOptions { Type = "customers", Mapping = new Dictionary<string, string> { [name] = "name" } });

        Assert.Equal((4347, 4347, 0), (result.Counts.Read, result.Counts.Created, result.Counts.Rejected));
        Assert.Equal(["万科A"], await company.NamesAsync(company.WangFang, "customers", words: "wanke"));
    }

    [Theory, BothDatabases]
    public async Task Naughty_strings_are_kept_as_they_are(Db db)
    {
        var path = SharedData.Path("import_csv/blns/blns.txt");
        await using var company = await Company.OpenAsync(db);
        var lines = (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Where(line => line.Length > 0 && line[0] != '#' && line == line.Trim() && !line.Contains('\0', StringComparison.Ordinal)).ToList();
        var text = "客户名称,备注\n" + string.Concat(lines.Select((line, i) => $"行{i},\"{line.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"));
        var result = await company.ImportTextAsync(company.WangFang, text);

        Assert.Equal((lines.Count, lines.Count), ((int)result.Counts.Read, (int)result.Counts.Created));
        for (var i = 0; i < lines.Count; i++)
        {
            Assert.Equal(lines[i], (await company.OnlyAsync($"行{i}")).Text("note"));
        }
    }
}
