using System.Security.Cryptography;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

/// <summary>Whatever a file brings, an import and its undo leave the company as it was: by the hash of everything people can see or find.</summary>
public sealed class UndoPropertyTests
{
    private static readonly string[] Cities = ["长沙", "上海", "", "北京"];
    private static readonly string[] Phones = ["13800000001", "13900000002", "", "坏号码", "1.38E+10"];
    private static readonly string[] Owners = ["张伟", "赵敏", "", "none", "没有这个人"];

    [Theory]
    [InlineData(Db.Sqlite, 1, 6)]
    [InlineData(Db.Sqlite, 2, 6)]
    [InlineData(Db.Postgres, 3, 3)]
    public async Task Random_batches_and_their_undos_leave_every_table_as_it_was(Db db, int seed, int batches)
    {
        Assert.SkipWhen(db == Db.Postgres && Company.Postgres is null, "No PostgreSQL was started; ./guanxi test does.");
        await using var company = await Company.OpenAsync(db);
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var customer = await company.CustomerAsync(company.WangFang, $"老客户{i}", new { externalId = $"E{i}", city = Cities[random.Next(4)], owner = random.Next(2) == 0 ? company.ZhangWei.Id : company.ZhaoMin.Id, tags = new[] { "老" } });
            await company.CreateAsync(company.WangFang, "contacts", new { name = $"联系人{i}", customer = customer.Id, phone = "1370000000" + (i % 10) });
        }

        for (var batch = 0; batch < batches; batch++)
        {
            var before = await HashAsync(company);
            company.Time.Pass(TimeSpan.FromMinutes(7));
            var result = await company.ImportTextAsync(company.WangFang, FileOf(random), OptionsOf(random));
            if (result.Counts.Created + result.Counts.Updated + result.Counts.BesideCreated > 0)
            {
                Assert.NotEqual(before, await HashAsync(company));
            }

            if (result.State == "done")
            {
                Assert.Empty((await company.UndoAsync(company.WangFang, result)).Kept);
            }

            Assert.Equal(before, await HashAsync(company));
        }
    }

    private static string FileOf(Random random)
    {
        var text = new StringBuilder("外部系统编号,公司名称,所在城市,公司电话,负责人,标签,上级公司,联系人,手机\n");
        for (var row = 0; row < 30; row++)
        {
            var known = random.Next(2) == 0;
            var number = known ? random.Next(12) : 100 + random.Next(15);
            var cells = new[]
            {
                $"E{number}", $"{(known ? "老" : "新")}客户{number}{(random.Next(6) == 0 ? "改名" : "")}", Pick(Cities), Pick(Phones), Pick(Owners), random.Next(3) == 0 ? "\"甲,乙\"" : "",
                random.Next(8) == 0 ? $"新客户{100 + random.Next(15)}" : "", random.Next(2) == 0 ? $"{(known ? "联系人" : "新人")}{number}" : "", Pick(Phones),
            };
            text.AppendJoin(',', cells).Append('\n');
        }

        return text.ToString();

        string Pick(string[] from) => from[random.Next(from.Length)];
    }

    private static ImportOptions OptionsOf(Random random)
    {
        var mapping = new Dictionary<string, string> { ["外部系统编号"] = "externalId", ["公司名称"] = "name", ["所在城市"] = "city", ["公司电话"] = "phone", ["负责人"] = "owner", ["标签"] = "tags", ["上级公司"] = "parent" };
        if (random.Next(2) == 0)
        {
            (mapping["联系人"], mapping["手机"]) = ("contacts.name", "contacts.phone");
        }

        var mode = (ImportMode)random.Next(3);
        return new ImportOptions
        {
            Type = "customers",
            Mapping = mapping,
            Mode = mode,
            Key = mode == ImportMode.Create ? null : "externalId",
            Alike = (AlikeRule)random.Next(3),
            Rules = random.Next(2) == 0 ? new Dictionary<string, ColumnRule> { ["city"] = ColumnRule.IfEmpty, ["phone"] = ColumnRule.Never } : null,
            Values = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["phone"] = new Dictionary<string, string> { ["坏号码"] = "" }, ["owner"] = new Dictionary<string, string> { ["没有这个人"] = random.Next(2) == 0 ? "me" : "" } },
        };
    }

    /// <summary>Records, whom they belong to, what finds them, and what hangs on them. Versions and the times of changes go on, and the ledger and the list of imports tell of both.</summary>
    private static async Task<string> HashAsync(Company company)
    {
        var text = new StringBuilder();
        foreach (var type in new[] { "customers", "contacts", "activities", "relations", "pools", "users", "teams", "deals" })
        {
            text.Append(await company.ContentAsync(type)).Append('\n');
        }

        await using var session = await company.Workspace.Database.ReadAsync();
        foreach (var table in new[] { "pool_event", "follow", "access_grant", "attachment", "match_pair", "import_mapping", "record_merge" })
        {
            text.Append(table).Append(await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {table}"))).Append('\n');
        }

        foreach (var words in new[] { "新客户", "改名", "老客户", "联系人", "新人", "13900000002" })
        {
            foreach (var type in new[] { "customers", "contacts" })
            {
                text.AppendJoin('|', (await company.NamesAsync(company.WangFang, type, sort: "name", words: words, limit: 200)).Order(StringComparer.Ordinal)).Append('\n');
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
