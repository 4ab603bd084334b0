using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Contract;

/// <summary>孙丽 markets: she sees phones, addresses and numbers of identity only masked. By no way does she read one, or find out by asking about it.</summary>
public sealed class MaskTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Phone = "13977004321";
    private const string OtherPhone = "13877008765";
    private const string Email = "zengxiansheng@xiang.example";
    private const string IdentityNumber = "430102199005126637";
    private const string Account = "6222021001116245702";
    private const string ShortName = "湘军统帅";

    private static readonly string[] Secrets = [Phone, Phone[3..7], OtherPhone, OtherPhone[3..7], "zengxiansheng", IdentityNumber[3..15], Account[..12], ShortName, "05-12", "xiangxiang-account"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(string Customer, string Name)> PlantAsync()
    {
        var head = server.As("wangfang");
        var roles = (await head.ReadAsync("roles?filter=" + Uri.EscapeDataString("key = \"marketer\""))).GetProperty("items")[0];
        await head.PostAsJsonAsync("record-types/customers/fields", new { name = "bankAccount", kind = "text", labels = new { en = "Account" }, sensitive = true, mask = "account" }, Cancel);
        await head.PostAsJsonAsync("record-types/customers/fields", new { name = "numbers", kind = "formula", labels = new { en = "Numbers" }, formula = "concat(otherId, \" / \", wechat)" }, Cancel);
        var masks = new { phone = "masked", otherPhones = "masked", email = "masked", otherId = "masked", bankAccount = "masked", birthday = "hidden", shortName = "hidden", wechat = "hidden" };
        await (await head.PatchAsync($"roles/{roles.GetProperty("id")}", new { fieldRights = new { customers = masks, contacts = masks.GetType().GetProperties().Where(one => one.Name is not ("otherId" or "bankAccount" or "shortName")).ToDictionary(one => one.Name, one => one.GetValue(masks)) } })).JsonAsync();
        var name = "曾先生" + Guid.CreateVersion7().ToString("N")[^6..];
        var customer = await head.MakeAsync("customers", new
        {
            name, kind = "person", phone = Phone, otherPhones = new[] { new { label = "家", value = OtherPhone } }, email = Email, otherId = IdentityNumber, bankAccount = Account, shortName = ShortName, birthday = "1990-05-12", wechat = "xiangxiang-account",
        });
        var id = customer.GetProperty("id").GetString()!;
        await (await head.PatchAsync($"customers/{id}", new { otherId = IdentityNumber[..17] + "X", phone = "13977004322" })).JsonAsync();
        await (await head.PatchAsync($"customers/{id}", new { otherId = IdentityNumber, phone = Phone })).JsonAsync();
        return (id, name);
    }

    [Fact]
    public async Task No_way_to_read_gives_her_a_masked_value()
    {
        var (id, name) = await PlantAsync();
        var sunLi = server.As("sunli");
        var exact = Uri.EscapeDataString($"name = \"{name}\"");
        string[] ways =
        [
            $"customers?filter={exact}", $"customers/{id}", $"customers/{id}/overview", $"customers/{id}/history", $"customers/{id}/timeline", $"customers/{id}/files", $"customers/{id}/access",
            $"./customers:export?format=csv&filter={exact}", $"./customers:export?format=json&filter={exact}", $"./customers:export?format=xlsx&filter={exact}",
            "search?q=" + Uri.EscapeDataString(name), "home", "notifications", "changes?since=0&limit=500", "ledger", $"customers/{id}/personal-data", $"customers/{id}/mentions", "./customers:aggregate?group=kind", "record-types/customers",
        ];
        foreach (var way in ways)
        {
            using var answer = await sunLi.GetAsync(way, Cancel);
            var text = await TextAsync(answer);
            foreach (var secret in Secrets)
            {
                Assert.False(text.Contains(secret, StringComparison.Ordinal), $"GET {way} tells 孙丽 {secret}");
            }
        }

        var seen = await sunLi.ReadAsync($"customers/{id}");
        Assert.Equal("139 **** 4321", seen.GetProperty("phone").GetString());
        Assert.Equal("138 **** 8765", seen.GetProperty("otherPhones")[0].GetProperty("value").GetString());
        Assert.Equal("zen***@xiang.example", seen.GetProperty("email").GetString());
        Assert.Equal("430************637", seen.GetProperty("otherId").GetString());
        Assert.Equal("**** 5702", seen.GetProperty("bankAccount").GetString());
        foreach (var hidden in new[] { "shortName", "birthday", "nextBirthday", "wechat", "numbers" })
        {
            Assert.False(seen.TryGetProperty(hidden, out _), $"{hidden} is there");
        }
    }

    [Fact]
    public async Task Nor_does_asking_about_one_tell_her_whether_she_guessed_it()
    {
        var (_, name) = await PlantAsync();
        var sunLi = server.As("sunli");
        foreach (var question in new[]
        {
            $"filter={Uri.EscapeDataString($"phone = \"{Phone}\"")}", $"filter={Uri.EscapeDataString($"otherPhones : \"{OtherPhone}\"")}", $"filter={Uri.EscapeDataString($"otherId = \"{IdentityNumber}\"")}", $"filter={Uri.EscapeDataString("otherId : *")}",
            $"filter={Uri.EscapeDataString($"NOT (bankAccount = \"{Account}\")")}", $"filter={Uri.EscapeDataString("nextBirthday >= 2026-01-01")}", $"filter={Uri.EscapeDataString("numbers : \"4301\"")}", "sort=phone", "sort=-otherId", "sort=numbers", "sort=nextBirthday", "fields=numbers",
        })
        {
            await (await sunLi.GetAsync("customers?" + question, Cancel)).ProblemAsync(422);
            await (await sunLi.GetAsync("./customers:export?format=csv&" + question, Cancel)).ProblemAsync(422);
        }

        foreach (var question in new[] { "group=otherId", "group=bankAccount", "group=shortName", "measure=max(phone)", "group=kind&filter=" + Uri.EscapeDataString($"phone = \"{Phone}\"") })
        {
            await (await sunLi.GetAsync("./customers:aggregate?" + question, Cancel)).ProblemAsync(422);
        }

        await (await sunLi.GetAsync("contacts?filter=" + Uri.EscapeDataString($"customer.phone = \"{Phone}\""), Cancel)).ProblemAsync(422);
        foreach (var words in new[] { Phone, Phone[3..], OtherPhone, Email, ShortName, "湘军", "xiangjuntongshuai", IdentityNumber })
        {
            Assert.Empty((await sunLi.ReadAsync("search?q=" + Uri.EscapeDataString(words))).GetProperty("items").EnumerateArray());
            Assert.Empty((await sunLi.ReadAsync("customers?q=" + Uri.EscapeDataString(words))).GetProperty("items").EnumerateArray());
            Assert.Empty((await sunLi.ReadAsync("customers?filter=" + Uri.EscapeDataString($"\"{words}\""))).GetProperty("items").EnumerateArray());
        }

        // What she may read she finds; 王芳 finds by all of it.
        Assert.Single((await sunLi.ReadAsync("search?q=" + Uri.EscapeDataString(name))).GetProperty("items").EnumerateArray());
        Assert.NotEmpty((await server.As("wangfang").ReadAsync("search?q=" + Uri.EscapeDataString(ShortName))).GetProperty("items").EnumerateArray());
        Assert.NotEmpty((await server.As("wangfang").ReadAsync("search?q=" + Phone)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Nor_may_she_write_over_what_she_cannot_read_or_put_it_back_from_the_history()
    {
        var (id, _) = await PlantAsync();
        var sunLi = server.As("sunli");
        await (await server.As("wangfang").PostAsJsonAsync($"customers/{id}/shares", new { user = server.Company.SunLi.Id, level = "edit" }, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created);
        await (await sunLi.PatchAsync($"customers/{id}", new { phone = "13911112222" })).ProblemAsync(422);
        await (await sunLi.PatchAsync($"customers/{id}", new { wechat = "x" })).ProblemAsync(422);
        var history = (await sunLi.ReadAsync($"customers/{id}/history")).GetProperty("items").EnumerateArray().First(item => item.GetProperty("changes").EnumerateArray().Any(change => change.GetProperty("field").GetString() == "otherId"));
        await (await sunLi.PostAsJsonAsync($"customers/{id}/history/{history.GetProperty("seq")}:restore", new { fields = new[] { "otherId" } }, Cancel)).ProblemAsync(422);
        Assert.Equal(IdentityNumber, (await server.As("wangfang").ReadAsync($"customers/{id}")).GetProperty("otherId").GetString());
    }

    [Fact]
    public async Task The_name_by_which_a_record_is_known_is_not_masked()
    {
        var head = server.As("wangfang");
        var role = (await head.ReadAsync("roles?filter=" + Uri.EscapeDataString("key = \"agent\""))).GetProperty("items")[0].GetProperty("id").GetString();
        await (await head.PatchAsync($"roles/{role}", new { fieldRights = new { customers = new { name = "masked" } } })).ProblemAsync(422);
        await (await head.PatchAsync($"roles/{role}", new { fieldRights = new { customers = new { name = "read" } } })).JsonAsync();
    }

    /// <summary>The bytes as text; a workbook or archive opened.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        if (bytes is not [0x50, 0x4B, ..])
        {
            return Encoding.UTF8.GetString(bytes);
        }

        using var archive = new ZipArchive(new MemoryStream(bytes));
        var text = new StringBuilder();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(await reader.ReadToEndAsync(Cancel));
        }

        return text.ToString();
    }
}
