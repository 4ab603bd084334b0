using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Records;

/// <summary>Adding a noun is one description, its class and its table; the rest comes from the platform.</summary>
public sealed class ToyNounTests
{
    private sealed class Toy(RecordType type) : Record(type)
    {
        public static RecordType Description { get; } = new("toys", "toy",
        [
            new("name", FieldKind.Text, ("玩具", "Toy")) { Required = true, Search = SearchAs.Words },
            new("price", FieldKind.Money, ("价格", "Price")),
            new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        ])
        {
            Table = "toy",
            Label = ("玩具", "Toys"),
            SingularLabel = ("玩具", "Toy"),
            ListColumns = ["name", "price"],
            DefaultSort = "name",
            Create = type => new Toy(type),
        };
    }

    private static async Task<Company> OpenAsync(Db db)
    {
        var company = await Company.OpenAsync(db, [.. Nouns.All, Toy.Description]);
        foreach (var statement in Migrations.Statements("CREATE TABLE toy ({record}, name {text}, price {int}, price_currency {text}, owner_id {id});\n{search toy};\n", db == Db.Sqlite))
        {
            await company.TamperAsync(statement);
        }

        return company;
    }

    [Theory, BothDatabases]
    public async Task A_new_noun_lists_searches_and_remembers(Db db)
    {
        await using var company = await OpenAsync(db);
        var toy = await company.CreateAsync(company.WangFang, "toys", new { name = "积木", price = new { amount = "19.90", currency = "CNY" } });
        Assert.Equal(["积木"], await company.NamesAsync(company.WangFang, "toys", "price < 20"));
        Assert.Equal(["积木"], await company.NamesAsync(company.WangFang, "toys", words: "jm"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhangWei, "toys", toy.Id))).Status);
        await company.ChangeAsync(company.WangFang, toy, new { name = "拼图" });
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal(["update", "create"], (await RecordHistory.ReadAsync(session, toy.Id, null, 10, TestContext.Current.CancellationToken)).Select(entry => entry.Action));
    }
}
