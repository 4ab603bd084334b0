using System.IO.Compression;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Files;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Privacy;

public sealed class ErasureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>曾国藩 at 长沙银行, known by words that stand nowhere else.</summary>
    private sealed record Story(Record Customer, Record Person, Record Meeting, Record Elsewhere, string[] Words);

    private static async Task<Story> TellAsync(Company company)
    {
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行", new { note = "找曾国藩谈，电话 13977001234" });
        var person = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id, phone = "13977001234", email = "zgf@xiang.example", wechat = "xiangxiang-zgf", note = "喜欢下围棋" });
        var colleague = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "左宗棠", customer = customer.Id, reportsTo = person.Id });
        await company.CreateAsync(company.ZhangWei, "relations", new { contact = colleague.Id, otherContact = person.Id, kind = "reportsTo" });
        var meeting = await company.CreateAsync(company.ZhangWei, "activities", new { kind = "meeting", content = "与曾国藩吃饭，他喜欢下围棋", customer = customer.Id, contact = person.Id });
        var elsewhere = await company.CreateAsync(company.ZhangWei, "activities", new { kind = "note", content = "左宗棠说曾国藩要调走，zgf@xiang.example", customer = customer.Id, contact = colleague.Id });
        await company.CreateAsync(company.ZhangWei, "consents", new { contact = person.Id, purpose = "marketingEmail", source = "paper", evidence = "曾国藩签字" });
        await company.ChangeAsync(company.ZhangWei, person, new { title = "湖南巡抚曾国藩" });
        using var text = new MemoryStream("曾国藩的名片 zgf@xiang.example"u8.ToArray());
        await Attachments.AddAsync(company.Workspace, company.ZhangWei, person.Type, person.Id, "曾国藩.txt", "text/plain", text, Cancel);
        return new Story(customer, person, meeting, elsewhere, ["曾国藩", "13977001234", "zgf@xiang.example", "xiangxiang-zgf", "喜欢下围棋"]);
    }

    private static Task<ErasureCounts> EraseAsync(Company company, Record person, bool trial = false) =>
        Erasure.RunAsync(company.Workspace, company.WangFang, person.Type, person.Id, "本人来信", block: true, trial, Cancel);

    /// <summary>Every cell of every table in which one of the words stands.</summary>
    private static async Task<List<string>> HitsAsync(Company company, string[] words)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var sqlite = session.Dialect.IsSqlite;
        var tables = await session.ListAsync(new Sql().Append(sqlite ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_search%' ESCAPE '\\'" : "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"), row => row.Text(0), Cancel);
        var hits = new List<string>();
        foreach (var table in tables)
        {
            await using var reader = await session.ReadAsync(new Sql().Append($"SELECT * FROM {table}"), Cancel);
            while (await reader.ReadAsync(Cancel))
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    var cell = reader.IsDBNull(i) ? "" : reader.GetValue(i) switch { byte[] bytes => Encoding.UTF8.GetString(bytes), var value => value.ToString() ?? "" };
                    hits.AddRange(words.Where(word => cell.Contains(word, StringComparison.Ordinal) || cell.Contains(System.Text.Json.JsonEncodedText.Encode(word).ToString(), StringComparison.Ordinal)).Select(word => $"{table}.{reader.GetName(i)}: {word}"));
                }
            }
        }

        return hits;
    }

    [Theory, BothDatabases]
    public async Task Nothing_of_an_erased_person_is_left_anywhere_and_the_ledger_stays_whole(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        Assert.NotEmpty(await HitsAsync(company, story.Words));

        var counts = await EraseAsync(company, story.Person);
        Assert.Equal(1, counts.Removed["contacts"]);
        Assert.Equal(1, counts.Removed["relations"]);
        Assert.Equal(1, counts.Removed["consents"]);
        Assert.Equal(1, counts.Scrubbed["activities"]);
        Assert.Equal(2, counts.Mentions);
        Assert.Equal(1, counts.Files);

        Assert.Empty(await HitsAsync(company, story.Words));
        foreach (var word in new[] { "曾国", "zgf", "13977001234", "zengguofan" })
        {
            await using var session = await company.Workspace.Database.ReadAsync(Cancel);
            Assert.Empty(await SearchBox.FindAsync(session, company.ZhangWei, word, null, 20, company.Workspace.Now, Cancel));
        }

        // What was not the person's stays: the meeting took place, the colleague is there.
        Assert.Equal("meeting", (await company.LoadAsync(company.ZhangWei, "activities", story.Meeting.Id)).Text("kind"));
        Assert.Contains("左宗棠说■■■要调走", (await company.LoadAsync(company.ZhangWei, "activities", story.Elsewhere.Id)).Text("content"), StringComparison.Ordinal);
        Assert.Equal(["左宗棠"], await company.NamesAsync(company.ZhangWei, "contacts"));
        Assert.Empty(await Findings(company));
    }

    [Fact]
    public async Task No_byte_of_an_erased_person_is_left_in_the_files_of_the_data_directory()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var story = await TellAsync(company);
        await EraseAsync(company, story.Person);
        foreach (var file in Directory.EnumerateFiles(company.Workspace.Folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var memory = new MemoryStream();
            await stream.CopyToAsync(memory, Cancel);
            foreach (var word in story.Words.Append("zengguofan"))
            {
                Assert.True(memory.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) < 0, $"{Path.GetFileName(file)} still holds {word}");
            }
        }
    }

    [Theory, BothDatabases]
    public async Task A_trial_counts_the_same_and_changes_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        var before = await HitsAsync(company, story.Words);
        var trial = await EraseAsync(company, story.Person, trial: true);
        Assert.Equal(before, await HitsAsync(company, story.Words));
        var done = await EraseAsync(company, story.Person);
        Assert.Equal(System.Text.Json.JsonSerializer.Serialize(trial), System.Text.Json.JsonSerializer.Serialize(done));
    }

    [Theory, BothDatabases]
    public async Task Who_lacks_the_right_erases_nobody_and_a_company_is_nobody(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        foreach (var actor in new[] { company.ZhangWei, company.LiQiang, company.ChenJing })
        {
            Assert.Equal(403, (await Refused.ByAsync(() => Erasure.RunAsync(company.Workspace, actor, story.Person.Type, story.Person.Id, null, true, false, Cancel))).Status);
        }

        Assert.Equal(409, (await Refused.ByAsync(() => EraseAsync(company, story.Customer))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => Erasure.RunAsync(company.Workspace, company.WangFang, story.Person.Type, Guid.CreateVersion7(), null, true, false, Cancel))).Status);
        Assert.Equal("曾国藩", (await company.LoadAsync(company.ZhangWei, "contacts", story.Person.Id)).Title);
    }

    [Theory, BothDatabases]
    public async Task An_erased_person_comes_back_only_when_somebody_says_so(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        await EraseAsync(company, story.Person);
        var zhangWei = company.Act("zhangwei");
        var refusal = await Refused.ByAsync(() => company.CreateAsync(zhangWei, "contacts", new { name = "曾先生", phone = "139 7700 1234" }));
        Assert.Equal(409, refusal.Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.Act("zhangwei", "import"), "contacts", new { name = "曾先生", email = "ZGF@xiang.example" }))).Status);
        await company.CreateAsync(zhangWei, "contacts", new { name = "别人", phone = "13977005678" });
        await company.CreateAsync(zhangWei, "contacts", new { name = "曾先生", phone = "13977001234" }, "erased-person");
    }

    [Fact]
    public async Task An_older_copy_put_back_forgets_the_person_again()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var story = await TellAsync(company);
        var folder = Directory.CreateTempSubdirectory("guanxi-older-").FullName;
        try
        {
            await company.Workspace.Database.WriteAsync(session => session.ExecuteAsync(new Sql().Append("SELECT 1")).AsTask());
            await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
            {
                await session.ExecuteAsync(new Sql().Append($"VACUUM INTO '{Path.Combine(folder, "guanxi.db")}'"), Cancel);
            }

            await EraseAsync(company, story.Person);
            File.Copy(Path.Combine(company.Workspace.Folder, "erasures.jsonl"), Path.Combine(folder, "erasures.jsonl"));
            Directory.CreateDirectory(Path.Combine(folder, "keys"));
            File.Copy(Path.Combine(company.Workspace.Folder, "keys", "privacy.key"), Path.Combine(folder, "keys", "privacy.key"));

            await using var older = await Workspace.OpenAsync(new SqliteDatabase($"Data Source={Path.Combine(folder, "guanxi.db")}"), folder, company.Time, cancel: Cancel);
            await using (var session = await older.Database.ReadAsync(Cancel))
            {
                Assert.Null(await RecordStore.FindAsync(session, older.Schema["contacts"], story.Person.Id, Cancel));
                Assert.Equal(0, await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM ledger WHERE instr(changes, '曾国藩') > 0"), Cancel));
            }

            Assert.True(older.Directory.Blocked.Count > 0);
            Assert.Equal(0, await Erasure.AgainAsync(older, Cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory, BothDatabases]
    public async Task A_person_gets_a_copy_of_everything(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        using var copy = new MemoryStream();
        await PersonalData.WriteAsync(company.Workspace, company.WangFang, story.Person.Type, story.Person.Id, copy, Cancel);
        copy.Position = 0;
        using var archive = new ZipArchive(copy);
        using var data = new StreamReader(archive.GetEntry("data.json")!.Open());
        var text = await data.ReadToEndAsync(Cancel);
        foreach (var word in story.Words)
        {
            Assert.Contains(word, text, StringComparison.Ordinal);
        }

        Assert.Contains(archive.Entries, entry => entry.Name == "曾国藩.txt");
        Assert.Equal(403, (await Refused.ByAsync(() => PersonalData.WriteAsync(company.Workspace, company.LiQiang, story.Person.Type, story.Person.Id, new MemoryStream(), Cancel))).Status);
    }

    private static async Task<IReadOnlyList<string>> Findings(Company company)
    {
        var report = await company.VerifyAsync();
        return [.. report.Findings.Select(finding => finding.ToString())];
    }
}
