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
        await Attachments.AddAsync(company.Workspace, company.ZhangWei, person.Type, person.Id, "曾国藩.txt", text, Cancel);
        return new Story(customer, person, meeting, elsewhere, ["曾国藩", "13977001234", "zgf@xiang.example", "xiangxiang-zgf", "喜欢下围棋"]);
    }

    private static Task<ErasureCounts> EraseAsync(Company company, Record person, bool trial = false) =>
        Erasure.RunAsync(company.Workspace, company.WangFang, person.Type, person.Id, "本人来信", block: true, trial, cancel: Cancel);

    /// <summary>Every cell of every table in which one of the words stands.</summary>
    internal static async Task<List<string>> HitsAsync(Company company, string[] words)
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

    /// <summary>A person who came in as a lead and stands in quotes, offers, contracts, approvals, exceptions, segments and in what other systems said.</summary>
    [Theory, BothDatabases]
    public async Task Nothing_is_left_in_what_selling_has_written_of_a_person(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var seller = company.ZhangWei;
        var customer = await company.CustomerAsync(seller, "长沙银行");
        var lead = await company.CreateAsync(seller, "leads", new { name = "曾国藩来电", contactName = "曾国藩", company = "长沙银行", phone = "13977001234", email = "zgf@xiang.example", need = "曾国藩要两台" });
        await company.Workspace.WriteAsync(seller, context => Guanxi.Sales.Leads.ConvertLead.RunAsync(context, lead.Id, new Guanxi.Sales.Leads.ConversionWish(customer.Id, null, WithDeal: false), Cancel), cancel: Cancel);
        Guid id;
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            id = await session.FirstAsync(Sql.Of($"SELECT contact_id FROM lead WHERE id = {lead.Id}"), row => row.Id(0), Cancel);
        }

        var person = await company.LoadAsync(seller, "contacts", id);
        var quote = await company.CreateAsync(seller, "quotes", new { name = "给曾国藩的报价", customer = customer.Id, contact = id, note = "曾国藩收，13977001234" });
        await company.Workspace.WriteAsync(seller, context => Guanxi.Sales.Quotes.QuoteLines.PutAsync(context, quote.Id, Company.Json(new[] { new { description = "曾国藩指定的水泵", quantity = 1, unitPrice = new { amount = "100", currency = "CNY" }, remark = "13977001234" } }), cancel: Cancel), cancel: Cancel);
        var (link, secret) = await company.Workspace.WriteAsync(seller, context => Guanxi.Sales.Quotes.QuoteLinks.MakeAsync(context, quote.Id, "曾国藩", null, null, Cancel), cancel: Cancel);
        await company.Workspace.WriteAsync(company.Program, context => Guanxi.Sales.Quotes.QuoteLinks.AnswerAsync(context, secret, "comment", "曾国藩", "打我 13977001234", null, Cancel), cancel: Cancel);
        await company.CreateAsync(seller, "contracts", new { name = "曾国藩的合同", customer = customer.Id, contact = id, amount = new { amount = "100", currency = "CNY" }, terms = "联系人曾国藩 zgf@xiang.example" });
        await company.CreateAsync(seller, "costs", new { subject = "请曾国藩吃饭", kind = "sales", customer = customer.Id, amount = new { amount = "10", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "approval-definitions", new { name = "例外", kind = "credit-override", priority = 1, definition = new { steps = new[] { new { key = "m", name = "经理", who = new[] { new { kind = "person", person = company.WangFang.Id } } } } } });
        await company.CreateAsync(seller, "credit-overrides", new { customer = customer.Id, amount = new { amount = "1000", currency = "CNY" }, until = company.Time.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd"), reason = "曾国藩担保，13977001234" });
        await company.CreateAsync(company.WangFang, "segments", new { name = "曾国藩的圈子", filter = "phone = \"13977001234\"" });
        await company.Workspace.WriteAsync(
            company.WangFang,
            async context =>
            {
                var (session, json) = (context.Session, new SqlName(context.Session.Dialect.JsonParameter));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO source_value (record_id, field, system, value, at, state) VALUES ({id}, {"phone"}, {"ERP"}, {"\"+8613977001234\""}, {context.Now}, {"differs"})"));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO source_value (record_id, field, system, value, at, state) VALUES ({customer.Id}, {"phone"}, {"ERP"}, {"\"+8613977001234\""}, {context.Now}, {"differs"})"));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO forecast_adjustment (period, person_id, amount, note, at, by_id) VALUES ({"2026-Q4"}, {seller.Id}, {1L}, {"曾国藩 13977001234 说年底签"}, {context.Now}, {context.ActorId})"));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO pool_event (id, at, kind, customer_id, reason) VALUES ({Guid.CreateVersion7(context.Now)}, {context.Now}, {"release"}, {customer.Id}, {"曾国藩不接 13977001234"})"));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO retention_action (id, at, by_id, name, kind, due_on, starts_on, ends_on, held_out, currency) VALUES ({Guid.CreateVersion7(context.Now)}, {context.Now}, {context.ActorId}, {"找曾国藩 13977001234"}, {"call"}, {"2026-12-01"}, {"2026-11-01"}, {"2026-12-31"}, {0L}, {"CNY"})"));
                await session.ExecuteAsync(Sql.Of($"INSERT INTO import_batch (id, record_type, state, options, started_at, file_name) VALUES ({Guid.CreateVersion7(context.Now)}, {"contacts"}, {"done"}, {"{\"owner\":\"曾国藩 13977001234\"}"}{json}, {context.Now}, {"曾国藩.csv"})"));
            },
            cancel: Cancel);
        string[] words = ["曾国藩", "13977001234", "zgf@xiang.example"];
        var before = await HitsAsync(company, words);
        foreach (var table in new[] { "quote_edition.", "quote_answer.", "quote_link.", "approval.", "source_value.", "forecast_adjustment.", "pool_event.", "retention_action.", "import_batch.", "segment.", "contract.", "lead." })
        {
            Assert.Contains(before, hit => hit.StartsWith(table, StringComparison.Ordinal));
        }

        var found = await ErasureMentions.FindAsync(company.Workspace, company.WangFang, person.Type, id, Cancel);
        await Erasure.RunAsync(company.Workspace, company.WangFang, person.Type, id, "本人来信", block: true, trial: false, [.. found.Items.Select(item => item.Key)], Cancel);
        Assert.Empty(await HitsAsync(company, words));
        Assert.Empty(await Findings(company));
    }

    /// <summary>Columns of text in tables that are no nouns and hold no words about people, by table; whoever adds one says here, or in <see cref="ErasureMentions.Loose"/>, what it holds.</summary>
    private static readonly Dictionary<string, string> Nobody = new(StringComparer.Ordinal)
    {
        ["access_grant"] = "record_type level member_role", ["api_token"] = "token_hash name scope last_address", ["approval"] = "kind record_type item chain chosen state", ["approval_event"] = "action step", ["approval_turn"] = "state", ["attachment"] = "record_type media_type content_hash",
        ["attempt"] = "key", ["authenticator"] = "secret", ["blocked"] = "hash", ["ceremony"] = "key_hash kind state", ["credential"] = "password_hash", ["credit_figure"] = "currency", ["customer_score"] = "g1 g2 g3 g4 g5 g6 g7 g8", ["lab_score"] = "groups", ["customer_value"] = "as_of currency first_on last_on tier tier_before quadrant class rfm plane", ["deal_score"] = "as_of grade method reasons", ["custom_field"] = "record_type name definition", ["customer_value_month"] = "period tier", ["deal_score_said"] = "period", ["deal_stay"] = "stage", ["deal_sum"] = "stage category month", ["receivable_sum"] = "kind due_on", ["receivable_customer"] = "kind",
        ["edition_move_deal"] = "stage to_stage", ["erasure"] = "record_type reason counts mentions", ["external_login"] = "subject email", ["follow"] = "record_type", ["forecast_adjustment"] = "period", ["forecast_snapshot_deal"] = "status expected_close category", ["generation"] = "name",
        ["idempotency"] = "key request_hash headers body", ["import_batch"] = "record_type state rejects holder kept_file wish stage columns", ["import_mapping"] = "record_type", ["import_row"] = "kind content", ["insight_report"] = "kind as_of report", ["known_device"] = "device_hash address", ["lead_conversion"] = "parts", ["lead_score"] = "as_of grade method reasons", ["lead_score_said"] = "period", ["lab_score_night"] = "on_day", ["lab_score_version"] = "model report", ["score_weights"] = "weights",
        ["lead_form_consent"] = "text", ["lead_form_turned_away"] = "day reason", ["lead_form_used"] = "nonce", ["ledger"] = "surface action record_type changes", ["ledger_checkpoint"] = "note", ["ledger_delivery"] = "channel problem", ["lifecycle_state"] = "state", ["match_case"] = "record_type band state",
        ["match_model"] = "record_type profile parameters", ["match_pair"] = "record_type band reasons state", ["match_scan"] = "record_type state stage problem", ["migration"] = "name checksum", ["notification"] = "kind record_type title body", ["number_counter"] = "name", ["offered_right"] = "name",
        ["order_history_state"] = "as_of rules", ["order_link"] = "secret", ["passkey"] = "credential_id name transports", ["password_link"] = "key_hash", ["pool_event"] = "kind", ["quality_day"] = "day owner what", ["quality_issue"] = "field kind rule", ["quality_record"] = "source", ["quality_state"] = "state day",
        ["quality_sum"] = "owner source what field", ["quote_answer"] = "kind address", ["quote_link"] = "language", ["record_merge"] = "record_type", ["record_merge_row"] = "place", ["recovery_code"] = "code_hash", ["retention_action"] = "kind due_on starts_on ends_on currency", ["retention_rule"] = "record_type field act",
        ["sales_process_edition"] = "definition", ["saved_view"] = "record_type scope", ["score_run"] = "noun method report model", ["security_event"] = "kind address device detail", ["segment_day"] = "day", ["setting"] = "name value", ["sign_in_provider"] = "key name issuer client_id client_secret scopes domains",
        ["source_move"] = "field system state", ["source_value"] = "field system state", ["stage_move"] = "from_stage to_stage", ["step_turn"] = "outcome", ["tier_policy"] = "tier", ["user_session"] = "token_hash stage method second_factor address device device_hash", ["value_run"] = "as_of settings report",
    };

    [Fact]
    public async Task Every_text_there_is_is_looked_through_or_known_to_hold_no_words_about_people()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var known = Nobody.SelectMany(table => table.Value.Split(' ').Select(column => $"{table.Key}.{column}"))
            .Concat(ErasureMentions.Loose.SelectMany(loose => loose.Columns.Select(column => $"{loose.Table}.{column}")))
            .Concat(company.Workspace.Schema.Types.SelectMany(type => type.Fields.SelectMany(FieldStorage.Columns).Select(column => $"{type.Table}.{column}").Append($"{type.Table}.custom"))).ToHashSet(StringComparer.Ordinal);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var columns = await session.ListAsync(
            new Sql().Append("SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '%\\_search%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND (upper(c.type) LIKE '%TEXT%' OR upper(c.type) LIKE '%JSON%' OR c.type = '')"), row => row.Text(0), Cancel);
        Assert.True(columns.Count > 300, $"only {columns.Count} columns");

        // What a noun's table keeps beside its fields is the program's own bookkeeping.
        var nouns = company.Workspace.Schema.Types.Select(type => type.Table).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(columns.Where(column => !nouns.Contains(column.Split('.')[0])).Except(known, StringComparer.Ordinal));
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

    /// <summary>曾国藩 is named at customers of others, in a view, in a file's name and in the filter of an export; a namesake is too.</summary>
    private static async Task<(Record ByNumber, Record ByName, Record Colleague)> SpreadAsync(Company company)
    {
        var other = await company.CustomerAsync(company.ZhaoMin, "湘潭铁厂", new { note = "曾国藩介绍的，找他打 13977001234", tags = new[] { "曾国藩介绍" } });
        var namesake = await company.CustomerAsync(company.ZhaoMin, "北京曾国藩研究会", new { note = "研究历史人物曾国藩" });
        var colleague = await company.CreateAsync(company.ZhaoMin, "contacts", new { name = "郭嵩焘", customer = other.Id, phone = "13977001234" });
        await company.ChangeAsync(company.ZhaoMin, other, new { city = "湘潭" });
        var query = Guanxi.Platform.Exchange.ExportFile.Parse(company.WangFang, company.Workspace.Schema["contacts"], Guanxi.Platform.Exchange.ExportFormat.Csv, "phone = \"13977001234\"", null, "name");
        await new Guanxi.Platform.Exchange.ExportFile(company.Workspace).RunAsync(company.WangFang, query, "phone = \"13977001234\"", Guanxi.Platform.Exchange.ExportFormat.Csv, Stream.Null, Cancel);
        await company.Workspace.WriteAsync(company.WangFang, context => context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO saved_view (id, record_type, name, scope, owner_id, definition, created_at, updated_at) VALUES ({Guid.CreateVersion7()}, {"contacts"}, {"找曾国藩"}, {"public"}, {company.WangFang.Id}, {"{\"filter\":\"name = \\\"曾国藩\\\"\"}"}{new SqlName(context.Session.Dialect.JsonParameter)}, {context.Now}, {context.Now})")).AsTask());
        using var text = new MemoryStream("x"u8.ToArray());
        await Attachments.AddAsync(company.Workspace, company.ZhaoMin, other.Type, other.Id, "曾国藩来信.txt", text, Cancel);
        return (other, namesake, colleague);
    }

    [Theory, BothDatabases]
    public async Task Where_else_he_is_named_is_shown_and_only_a_number_tells_that_he_is_meant(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        var (byNumber, byName, colleague) = await SpreadAsync(company);
        var found = await ErasureMentions.FindAsync(company.Workspace, company.WangFang, story.Person.Type, story.Person.Id, Cancel);
        Assert.True(found.Complete);
        Assert.Equal(0, found.Unseen);
        Assert.Contains(found.Items, item => item.Key == $"customers/{byNumber.Id}" && item.Certain && item.Excerpt.Contains("曾国藩", StringComparison.Ordinal) && item.Entries > 0);
        Assert.Contains(found.Items, item => item.Key == $"customers/{byName.Id}" && !item.Certain);
        Assert.Contains(found.Items, item => item.Key == $"contacts/{colleague.Id}" && !item.Certain);
        Assert.Contains(found.Items, item => item.Kind == "ledger" && item.Certain && item.Where == "export");
        Assert.Contains(found.Items, item => item.Kind == "views" && !item.Certain);
        Assert.Contains(found.Items, item => item.Kind == "files" && !item.Certain);

        // Nothing of 长沙银行 itself: that goes anyway.
        Assert.DoesNotContain(found.Items, item => item.Key.EndsWith(story.Customer.Id.ToString(), StringComparison.Ordinal) || item.Key.EndsWith(story.Elsewhere.Id.ToString(), StringComparison.Ordinal));
        Assert.Equal(403, (await Refused.ByAsync(() => ErasureMentions.FindAsync(company.Workspace, company.ZhangWei, story.Person.Type, story.Person.Id, Cancel))).Status);
    }

    [Theory, BothDatabases]
    public async Task What_is_chosen_is_blotted_out_everywhere_and_the_namesake_keeps_his_name(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        var (byNumber, byName, colleague) = await SpreadAsync(company);
        company.WritesPastTheProgram();
        var found = await ErasureMentions.FindAsync(company.Workspace, company.WangFang, story.Person.Type, story.Person.Id, Cancel);
        string[] chosen = [.. found.Items.Where(item => item.Key != $"customers/{byName.Id}").Select(item => item.Key)];
        var trial = await Erasure.RunAsync(company.Workspace, company.WangFang, story.Person.Type, story.Person.Id, null, true, true, chosen, Cancel);
        var done = await Erasure.RunAsync(company.Workspace, company.WangFang, story.Person.Type, story.Person.Id, null, true, false, chosen, Cancel);
        Assert.Equal(trial.Mentions, done.Mentions);
        Assert.Equal(2 + chosen.Length, done.Mentions);

        var left = await HitsAsync(company, [.. story.Words.Where(word => word != "曾国藩")]);
        Assert.Empty(left);
        Assert.All(await HitsAsync(company, ["曾国藩"]), hit => Assert.True(hit.StartsWith("customer.", StringComparison.Ordinal) || hit.StartsWith("ledger.changes", StringComparison.Ordinal) || hit.StartsWith("customer.search", StringComparison.Ordinal), hit));
        Assert.Equal("北京曾国藩研究会", (await company.LoadAsync(company.ZhaoMin, "customers", byName.Id)).Title);
        var mended = await company.LoadAsync(company.ZhaoMin, "customers", byNumber.Id);
        Assert.Equal("■■■介绍的，找他打 ■■■", mended.Text("note"));
        Assert.Null(mended["tags"]);
        Assert.Null((await company.LoadAsync(company.ZhaoMin, "contacts", colleague.Id)).Text("phone"));
        Assert.Empty(await Findings(company));
    }

    [Theory, BothDatabases]
    public async Task Unasked_only_what_holds_his_number_is_blotted_out(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        var (byNumber, byName, colleague) = await SpreadAsync(company);
        company.WritesPastTheProgram();
        await EraseAsync(company, story.Person);
        Assert.Equal("■■■介绍的，找他打 ■■■", (await company.LoadAsync(company.ZhaoMin, "customers", byNumber.Id)).Text("note"));
        Assert.Equal("研究历史人物曾国藩", (await company.LoadAsync(company.ZhaoMin, "customers", byName.Id)).Text("note"));
        Assert.Equal("+8613977001234", (await company.LoadAsync(company.ZhaoMin, "contacts", colleague.Id)).Text("phone"));
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        Assert.Equal(0, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger WHERE action = 'export' AND changes IS NOT NULL"), Cancel));
        Assert.Empty(await Findings(company));
    }

    [Theory, BothDatabases]
    public async Task A_number_is_put_on_the_list_and_taken_off_by_hand_by_who_may(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task Set(string value, bool blocked, string? reason = "来信", Guanxi.Platform.Access.Actor? who = null) => BlockList.SetAsync(company.Workspace, who ?? company.WangFang, value, blocked, reason, Cancel);
        await Set("139 7700 9999", blocked: true);
        Assert.True(company.Workspace.Directory.Blocked.Has("+8613977009999"));
        Assert.Equal(409, (await Refused.ByAsync(() => company.CreateAsync(company.Act("zhangwei"), "contacts", new { name = "某人", phone = "13977009999" }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => Set("13977009999", blocked: true))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => Set("13977001111", blocked: false))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => Set("13977001111", blocked: true, reason: null))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Set("13977001111", blocked: true, who: company.LiQiang))).Status);
        await Set("13977009999", blocked: false, reason: "新的同意");
        Assert.False(company.Workspace.Directory.Blocked.Has("13977009999"));
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "某人", phone = "13977009999" });
    }

    [Theory, BothDatabases]
    public async Task Who_lacks_the_right_erases_nobody_and_a_company_is_nobody(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var story = await TellAsync(company);
        foreach (var actor in new[] { company.ZhangWei, company.LiQiang, company.ChenJing })
        {
            Assert.Equal(403, (await Refused.ByAsync(() => Erasure.RunAsync(company.Workspace, actor, story.Person.Type, story.Person.Id, null, true, false, cancel: Cancel))).Status);
        }

        Assert.Equal(409, (await Refused.ByAsync(() => EraseAsync(company, story.Customer))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => Erasure.RunAsync(company.Workspace, company.WangFang, story.Person.Type, Guid.CreateVersion7(), null, true, false, cancel: Cancel))).Status);
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
