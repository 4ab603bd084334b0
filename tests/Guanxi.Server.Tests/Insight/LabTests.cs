using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Insight.Laboratory;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Insight;

/// <summary>The laboratory through the door: customers and files, scores that are kept, and who may not.</summary>
public sealed class LabTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, object question, string content, string name = "log.csv")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", name }, { new StringContent(JsonSerializer.Serialize(question)), "options" } };
        return await client.PostAsync("./lab:run", form, Cancel);
    }

    private static async Task<string> RefusedAsync(HttpResponseMessage answer)
    {
        Assert.InRange((int)answer.StatusCode, 400, 499);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private const int Customers = 600;

    /// <summary>Purchases over a year and a half as BG/NBD and Gamma-Gamma have them: rates and amounts differ between customers, and after each purchase some stay away.</summary>
    private static string Log()
    {
        var random = new Random(3);
        var text = new StringBuilder("customer,date,amount\n");
        for (var customer = 0; customer < Customers; customer++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var (rate, leaving, mean) = (normal * normal / 2 / 4.4 / 7, 1 - Math.Pow(random.NextDouble(), 1 / 2.5), 40 / (0.3 + random.NextDouble()));
            for (double day = random.Next(84); day < 546; day += -Math.Log(1 - random.NextDouble()) / rate)
            {
                text.Append(CultureInfo.InvariantCulture, $"C{customer},{new DateOnly(2024, 1, 1).AddDays((int)day):yyyy-MM-dd},{mean * (0.5 + random.NextDouble()):0.00}\n");
                if (random.NextDouble() < leaving)
                {
                    break;
                }
            }
        }

        return text.ToString();
    }

    private static string Table(int rows = 200)
    {
        var random = new Random(4);
        var text = new StringBuilder("visits,province,churn\n");
        for (var row = 0; row < rows; row++)
        {
            var visits = random.Next(10);
            text.Append(CultureInfo.InvariantCulture, $"{visits},{(row % 2 == 0 ? "湖南省" : "广东省")},{(random.NextDouble() < visits / 10.0 ? "是" : "否")}\n");
        }

        return text.ToString();
    }

    [Theory]
    [InlineData("bg-nbd")]
    [InlineData("mbg-nbd")]
    [InlineData("pareto-nbd")]
    [InlineData("bg-bb")]
    [InlineData("gamma-gamma")]
    public async Task Chen_Jing_brings_a_log_and_sees_what_each_model_makes_of_it(string model)
    {
        var answer = await (await SendAsync(server.As("chenjing"), new { model, unit = model == "bg-bb" ? "month" : "week", calibrationEnd = "2024-12-31" }, Log())).JsonAsync();
        // Spend is learnt from those who came back.
        Assert.Equal(model == "gamma-gamma" ? 292 : Customers, answer.GetProperty("customers").GetInt32());
        Assert.True(answer.GetProperty("parameters").GetArrayLength() >= 3);
        // Months blur how soon people leave: the discrete model says that it cannot tell, and expects nothing of anybody.
        Assert.Equal(model != "bg-bb", answer.GetProperty("converged").GetBoolean());
        Assert.Equal(model == "bg-bb" ? 0 : 20, answer.GetProperty("rows").GetArrayLength());
        Assert.DoesNotContain("runs to", answer.GetRawText(), StringComparison.Ordinal);
        if (model is "bg-nbd" or "mbg-nbd" or "pareto-nbd")
        {
            Assert.Equal(Customers, answer.GetProperty("alive").EnumerateArray().Sum(bar => bar.GetInt32()));
            Assert.True(answer.GetProperty("tracking").GetArrayLength() > 50);
            var holdout = answer.GetProperty("holdout");
            Assert.Equal(4, holdout.GetArrayLength());
            Assert.Contains(holdout.EnumerateArray(), line => line.GetProperty("name").GetString() == "照以前的频率");
            Assert.True(holdout[0].GetProperty("predicted").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task A_table_is_scored_cut_into_a_tree_and_into_groups()
    {
        var analyst = server.As("chenjing");
        foreach (var model in new[] { "logistic", "boosting" })
        {
            var score = await (await SendAsync(analyst, new { model, target = "churn" }, Table())).JsonAsync();
            Assert.InRange(score.GetProperty("auc").GetDouble(), 0.65, 0.97);
            Assert.Equal(10, score.GetProperty("gains").GetArrayLength());
            Assert.Equal("visits", score.GetProperty("importance")[0].GetProperty("label").GetString());
        }

        var tree = await (await SendAsync(analyst, new { model = "tree", target = "churn", positive = "是" }, Table())).JsonAsync();
        Assert.Contains("visits", tree.GetProperty("rules")[0].GetProperty("path")[0].GetString(), StringComparison.Ordinal);
        var groups = await (await SendAsync(analyst, new { model = "cluster", clusters = 2 }, Table())).JsonAsync();
        Assert.Contains("visits偏", string.Concat(groups.GetProperty("clusters").EnumerateArray().SelectMany(group => group.GetProperty("sentences").EnumerateArray()).Select(line => line.GetString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_is_read_as_well()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Part(string name, string xml)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(xml);
            }

            Part("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Part("_rels/.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Part("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            Part("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>""");
            var rows = Table().TrimEnd('\n').Split('\n').Select((line, i) => $"<row r=\"{i + 1}\">{string.Concat(line.Split(',').Select(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _) ? $"<c><v>{cell}</v></c>" : $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>"))}</row>");
            Part("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{string.Concat(rows)}</sheetData></worksheet>""");
        }

        using var form = new MultipartFormDataContent { { new ByteArrayContent(buffer.ToArray()), "file", "表.xlsx" }, { new StringContent("""{"model":"logistic","target":"churn"}"""), "options" } };
        var answer = await (await server.As("chenjing").PostAsync("./lab:run", form, Cancel)).JsonAsync();
        Assert.Equal(200, answer.GetProperty("customers").GetInt32());
    }

    [Fact]
    public async Task Bad_files_get_a_sentence_that_says_what_is_missing_and_what_can_be_done()
    {
        var analyst = server.As("chenjing");
        async Task SaysAsync(string sentence, object question, string content, string name = "log.csv") => Assert.Contains(sentence, await RefusedAsync(await SendAsync(analyst, question, content, name)), StringComparison.Ordinal);

        var log = new { model = "bg-nbd" };
        await SaysAsync("所有购买都在同一天", log, "customer,date,amount\nA,2026-01-05,10\n"); // one customer, one order
        await SaysAsync("仍可统计已有的收入", log, "customer,date,amount\nA,2026-01-05,10\nB,2026-01-05,20\nC,2026-01-05,20\nA,2026-01-05,30\n"); // all on one day, a duplicate among them
        await SaysAsync("截止日之后", log, "customer,date,amount\nA,2036-01-05,10\nA,2036-02-05,10\n"); // future dates
        await SaysAsync("没有日期列", log, "customer,date,amount\nNaN,NaN,NaN\n"); // NaN text
        await SaysAsync("没有一行同时有客户和可读的日期", log, "customer,date,amount\nNaN,2026-01-05,NaN\n");
        await SaysAsync("是空的", log, "");
        await SaysAsync("文件无法读取", log, "\u007fELF\u0002\u0001,\u0003\n\u0010\u0011,\u0012\n", "program.csv");
        await SaysAsync("没有“speed”这个选项", new { model = "bg-nbd", speed = 3 }, Log());
        await SaysAsync("既不是交易流水", log, "a,b\n1,2\n");
        await SaysAsync("没有金额列", new { model = "gamma-gamma" }, "customer,date\nA,2026-01-05\nA,2026-02-05\n");
        await SaysAsync("没有金额为正的购买", new { model = "gamma-gamma" }, "customer,date,amount\nA,2026-01-05,-5\nA,2026-02-05,-7\nB,2026-02-05,10\n"); // negative amounts
        var score = new { model = "logistic", target = "y" };
        await SaysAsync("没有可区分的", score, "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7},1\n"))); // one class
        await SaysAsync("没有可用的列", score, "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"5,{i % 2}\n"))); // constant column
        await SaysAsync("没有 y 这一列", score, "x,z\n1,2\n2,1\n");
        await SaysAsync("请写出文件里结果所在的列", new { model = "tree" }, "x,y\n1,2\n");
        await SaysAsync("模型应为", new { model = "oracle" }, "x,y\n1,2\n");
        await SaysAsync("没有会变化的数字列", new { model = "cluster" }, "x,y\na,b\nc,d\n");
        Assert.InRange((int)(await SendAsync(analyst, log, "PK\u0003\u0004 no workbook", "bad.xlsx")).StatusCode, 400, 499);
    }

    [Fact]
    public async Task What_can_be_computed_all_the_same_is_and_says_what_was_wrong()
    {
        var analyst = server.As("chenjing");
        static string Findings(JsonElement answer) => string.Concat(answer.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("sentence").GetString()));
        var rest = Log()["customer,date,amount\n".Length..].Replace("\n", ",CNY\n", StringComparison.Ordinal);
        var mixed = await (await SendAsync(analyst, new { model = "bg-nbd" }, "customer,date,amount,currency\n" + rest + "C1,2025-03-03,-999,USD\nC2,2036-01-01,10,CNY\n")).JsonAsync();
        Assert.Contains("混有多种币种", Findings(mixed), StringComparison.Ordinal);
        Assert.Contains("退货多于购买", Findings(mixed), StringComparison.Ordinal);
        Assert.Contains("1 次购买未计入", Findings(mixed), StringComparison.Ordinal);

        // Separated outcomes: the elastic net steps in and it is said; ten thousand levels: the column is no trait.
        var separated = await (await SendAsync(analyst, new { model = "logistic", target = "y" }, "x,z,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 10},{i / 10 % 10},{(i % 10 + (i / 10 % 10) >= 10 ? 1 : 0)}\n")))).JsonAsync();
        Assert.True(separated.GetProperty("converged").GetBoolean());
        Assert.Contains("弹性网", Findings(separated), StringComparison.Ordinal);
        var random = new Random(2);
        var many = await (await SendAsync(analyst, new { model = "logistic", target = "y" }, "code,x,y\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => (i, x: random.NextDouble())).Select(item => string.Create(CultureInfo.InvariantCulture, $"L{item.i},{item.x:0.000},{(random.NextDouble() < item.x ? 1 : 0)}\n"))))).JsonAsync();
        Assert.Equal("code", many.GetProperty("leftOut")[0].GetProperty("label").GetString());
        Assert.Contains("编号", many.GetProperty("leftOut")[0].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", many.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fit_that_did_not_converge_is_not_shown_as_one_that_did()
    {
        // Everybody buys each month and nobody ever leaves: dropout runs to a border.
        var text = new StringBuilder("customer,date\n");
        for (var customer = 0; customer < 60; customer++)
        {
            for (var month = 0; month < 12; month++)
            {
                text.Append(CultureInfo.InvariantCulture, $"C{customer},{new DateOnly(2025, 1, 1).AddMonths(month):yyyy-MM-dd}\n");
            }
        }

        var answer = await (await SendAsync(server.As("chenjing"), new { model = "bg-nbd" }, text.ToString())).JsonAsync();
        Assert.False(answer.GetProperty("converged").GetBoolean());
        Assert.Contains("没有收敛", answer.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("alive", out _));
        Assert.Equal(0, answer.GetProperty("rows").GetArrayLength());
        Assert.All(answer.GetProperty("parameters").EnumerateArray(), parameter => Assert.Equal(JsonValueKind.Null, parameter.GetProperty("standardError").ValueKind));
    }

    [Fact]
    public async Task Who_may_not_see_worth_may_not_use_the_laboratory_and_who_sees_his_own_learns_of_no_other()
    {
        await RefusedAsync(await SendAsync(server.As("liuyang"), new { model = "bg-nbd" }, Log()));
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liuyang").PostAsJsonAsync("./lab:run", new { model = "cluster" }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liuyang").GetAsync("lab/scores", Cancel)).StatusCode);
        await server.Company.CreateAsync(server.Company.ZhaoMin, "customers", new { name = "南方秘密客户" });
        var answer = await server.As("zhangwei").PostAsJsonAsync("./lab:run", new { model = "cluster", filter = "name : \"南方秘密\"" }, Cancel);
        Assert.Contains("只有 0 位客户", await RefusedAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_score_is_kept_shown_in_lists_trained_anew_deleted_and_brought_back()
    {
        var company = server.Company;
        for (var i = 0; i < 60; i++)
        {
            await company.CreateAsync(company.ZhangWei, "customers", new { name = $"评分{i:00}", employees = i * 7 % 60, level = (i * 7 % 60) + (i % 3 * 8) > 40 ? "vip" : "small", province = i % 2 == 0 ? "湖南省" : "广东省" });
        }

        var analyst = server.As("chenjing");
        var question = new { model = "logistic", filter = "name : \"评分\"", target = "level = vip", fields = new[] { "employees", "province" } };
        foreach (var (name, status) in new[] { ("zhangwei", 403), ("liqiang", 403), ("liuyang", 403) })
        {
            Assert.Equal(status, (int)(await server.As(name).PostAsJsonAsync("./lab/scores", new { name = "不行", question }, Cancel)).StatusCode);
        }

        Assert.Equal(422, (int)(await analyst.PostAsJsonAsync("./lab/scores", new { name = "", question }, Cancel)).StatusCode);
        Assert.Equal(422, (int)(await analyst.PostAsJsonAsync("./lab/scores", new { name = "树", question = new { model = "tree", target = "level = vip" } }, Cancel)).StatusCode);
        var kept = await (await analyst.PostAsJsonAsync("./lab/scores", new { name = "重要客户预测", question }, Cancel)).JsonAsync();
        var (id, field) = (kept.GetProperty("id").GetString()!, kept.GetProperty("field").GetString()!);
        Assert.Equal((1, 60), (kept.GetProperty("version").GetInt32(), kept.GetProperty("scored").GetInt32()));
        Assert.Equal(422, (int)(await analyst.PostAsJsonAsync("./lab/scores", new { name = "重要客户预测", question }, Cancel)).StatusCode);

        // A column, a filter and an order like any other, for whoever sees the customer and may read worth.
        var list = await server.As("zhangwei").ReadAsync($"customers?fields=name,employees,{field}&filter={Uri.EscapeDataString($"{field} >= 0 AND name : \"评分\"")}&sort=-{field}&limit=100");
        var rows = list.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(60, rows.Count);
        Assert.True(rows[0].GetProperty("employees").GetInt32() > rows[^1].GetProperty("employees").GetInt32());
        // Sixty customers say which is likelier, not how likely: what is said of the first depends on how they fell into the folds.
        var (most, least) = (rows[0].GetProperty(field).GetDouble(), rows[^1].GetProperty(field).GetDouble());
        Assert.True(least < most && least >= 0 && most <= 1, $"{least} to {most}");
        Assert.Equal(422, (int)(await server.As("liuyang").GetAsync($"customers?fields={field}", Cancel)).StatusCode);
        Assert.Equal(422, (int)(await server.As("liuyang").GetAsync($"customers?sort=-{field}", Cancel)).StatusCode);
        Assert.DoesNotContain(field, (await server.As("liuyang").ReadAsync($"customers/{rows[0].GetProperty("id").GetString()}")).GetRawText(), StringComparison.Ordinal);
        var segment = await (await server.As("chenjing").PostAsJsonAsync("./segments:size", new { type = "customers", filter = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{field} > {least}") }, Cancel)).JsonAsync();
        Assert.True(segment.GetProperty("value").GetInt64() > 5, segment.GetRawText());

        var again = await (await analyst.PostAsJsonAsync($"./lab/scores/{id}:train", new { }, Cancel)).JsonAsync();
        Assert.Equal(2, again.GetProperty("version").GetInt32());
        var whole = await analyst.ReadAsync($"lab/scores/{id}");
        Assert.Equal(2, whole.GetProperty("versions").GetArrayLength());
        Assert.InRange(whole.GetProperty("nights")[0].GetProperty("stability").GetDouble(), 0, 0.1);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").GetAsync($"lab/scores/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").DeleteAsync($"lab/scores/{id}", Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await analyst.DeleteAsync($"lab/scores/{id}", Cancel)).StatusCode);
        Assert.Equal(422, (int)(await analyst.GetAsync($"customers?sort=-{field}", Cancel)).StatusCode);
        Assert.Equal(409, (int)(await analyst.PostAsJsonAsync($"./lab/scores/{id}:train", new { }, Cancel)).StatusCode);
        Assert.False((await (await analyst.PostAsJsonAsync($"./lab/scores/{id}:restore", new { }, Cancel)).JsonAsync()).GetProperty("removed").GetBoolean());
        Assert.Equal(60, (await analyst.ReadAsync($"customers?fields={field}&filter={Uri.EscapeDataString($"{field} >= 0 AND name : \"评分\"")}&limit=100")).GetProperty("items").GetArrayLength());

        // Whoever made a field of his own cannot make it read from elsewhere.
        Assert.Equal(422, (int)(await server.As("wangfang").PostAsJsonAsync("./record-types/customers/fields", new { name = "sneaky", kind = "number", labels = new Dictionary<string, string> { ["zh-Hans"] = "偷" }, beside = "customer_value", column = "model" }, Cancel)).StatusCode);

        // The customers change: the night says so.
        foreach (var row in rows.Take(40))
        {
            await server.As("wangfang").PatchAsync($"customers/{row.GetProperty("id").GetString()}", new { employees = 59, level = "small" });
        }

        await ScoreNight.RunAllAsync(company.Workspace, Cancel);
        var drifted = (await analyst.ReadAsync("lab/scores")).GetProperty("scores").EnumerateArray().Single(score => score.GetProperty("id").GetString() == id);
        Assert.Contains("重新训练", drifted.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
    }

    private DateOnly Today => server.Company.WangFang.Today(server.Company.Workspace.Now);

    private async Task BuyersAsync(string name, int count)
    {
        var company = server.Company;
        var random = new Random(8);
        for (var i = 0; i < count; i++)
        {
            var customer = await company.CreateAsync(company.ZhangWei, "customers", new { name = $"{name}{i:000}", employees = i % 2 == 0 ? 10 + (i % 5) : 500 + i });
            var day = Today.AddDays(-500 + random.Next(60));
            var (leaving, mean) = (i % 3 == 0 ? 0.7 : 0.03, 40 / (0.2 + random.NextDouble()));
            for (var rate = 0.004 + (0.06 * Math.Pow(random.NextDouble(), 2)); day < Today; day = day.AddDays(1 + (int)(-Math.Log(1 - random.NextDouble()) / rate)))
            {
                await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), amount = new { amount = (mean * (0.4 + random.NextDouble())).ToString("0.00", CultureInfo.InvariantCulture), currency = "CNY" } });
                if (random.NextDouble() < leaving)
                {
                    break;
                }
            }
        }
    }

    [Fact]
    public async Task Groups_are_kept_under_names_of_their_own_and_a_purchase_model_tells_who_still_is_a_customer()
    {
        await BuyersAsync("常客", 80);
        var analyst = server.As("chenjing");
        async Task<JsonElement> KeepAsync(object body) => await (await analyst.PostAsJsonAsync("./lab/scores", body, Cancel)).JsonAsync();
        var groups = new { model = "cluster", filter = "name : \"常客\"", fields = new[] { "employees" }, clusters = 2 };
        Assert.Equal(422, (int)(await analyst.PostAsJsonAsync("./lab/scores", new { name = "大小", question = groups, groups = new[] { "一样", "一样" } }, Cancel)).StatusCode);
        var kept = await KeepAsync(new { name = "大小", question = groups, groups = new[] { "甲组", "乙组" } });
        var (id, field) = (kept.GetProperty("id").GetString()!, kept.GetProperty("field").GetString()!);
        Assert.Equal(80, kept.GetProperty("scored").GetInt32());

        // A choice like any other: named, filtered, counted; the small ones lie together and the large ones do.
        var type = await analyst.ReadAsync("record-types/customers");
        var described = type.GetProperty("fields").EnumerateArray().Single(one => one.GetProperty("name").GetString() == field);
        Assert.Equal(["甲组", "乙组"], described.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("labels").GetProperty("zh-Hans").GetString()));
        var small = (await server.As("zhangwei").ReadAsync($"customers?fields=name,{field}&filter={Uri.EscapeDataString("employees < 20 AND name : \"常客\"")}&limit=100")).GetProperty("items").EnumerateArray().ToList();
        var key = Assert.Single(small.Select(row => row.GetProperty(field).GetString()).Distinct());
        Assert.Equal(40, (await analyst.ReadAsync($"customers?filter={Uri.EscapeDataString($"{field} = \"{key}\"")}&count=true")).GetProperty("count").GetProperty("value").GetInt32());
        Assert.Equal(422, (int)(await server.As("liuyang").GetAsync($"customers?fields={field}", Cancel)).StatusCode);

        // Renamed, and formed anew: a group keeps its key and name.
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("zhangwei").PatchAsJsonAsync($"lab/scores/{id}", new { name = "不行" }, Cancel)).StatusCode);
        Assert.Equal(422, (int)(await analyst.PatchAsJsonAsync($"lab/scores/{id}", new { groups = new[] { "只有一个" } }, Cancel)).StatusCode);
        var renamed = await (await analyst.PatchAsJsonAsync($"lab/scores/{id}", new { groups = new[] { "一号", "二号" } }, Cancel)).JsonAsync();
        Assert.Equal(["一号", "二号"], renamed.GetProperty("groups").EnumerateArray().Select(name => name.GetString()));
        await (await analyst.PostAsJsonAsync($"./lab/scores/{id}:train", new { }, Cancel)).JsonAsync();
        Assert.Equal(40, (await analyst.ReadAsync($"customers?filter={Uri.EscapeDataString($"employees < 20 AND {field} = \"{key}\"")}&count=true")).GetProperty("count").GetProperty("value").GetInt32());

        foreach (var (tells, least, most) in new[] { ("alive", 0.0, 1.0), ("purchases", 0.0, 60.0), ("value", 0.0, 100_000.0) })
        {
            var told = await KeepAsync(new { name = $"购买 {tells}", question = new { model = "mbg-nbd", filter = "name : \"常客\"", tells } });
            Assert.Equal(80, told.GetProperty("scored").GetInt32());
            var column = told.GetProperty("field").GetString()!;
            var values = (await server.As("zhangwei").ReadAsync($"customers?fields=name,{column}&filter={Uri.EscapeDataString($"{column} != null")}&sort=-{column}&limit=100")).GetProperty("items").EnumerateArray().Select(row => row.GetProperty(column).GetDouble()).ToList();
            Assert.Equal(80, values.Count);
            Assert.All(values, value => Assert.InRange(value, least, most));
            Assert.True(values[0] > values[^1]);
            var report = (await analyst.ReadAsync($"lab/scores/{told.GetProperty("id").GetString()}")).GetProperty("versions")[0].GetProperty("report");
            Assert.Equal(4, report.GetProperty("parameters").GetArrayLength());
            Assert.DoesNotContain("常客", report.GetRawText(), StringComparison.Ordinal);
        }

        // What cannot be told is refused in words, not kept half.
        Assert.Contains("alive", await RefusedAsync(await analyst.PostAsJsonAsync("./lab/scores", new { name = "未知", question = new { model = "bg-nbd", tells = "luck" } }, Cancel)), StringComparison.Ordinal);

        // The customers stop buying: weeks later the night says that the model expects more than comes.
        Assert.Empty((await analyst.ReadAsync("lab/scores")).GetProperty("scores").EnumerateArray().Single(score => score.GetProperty("name").GetString() == "购买 alive").GetProperty("findings").EnumerateArray());
        foreach (var score in await KeptAsync())
        {
            await ScoreNight.RunAsync(server.Company.Workspace, score, Today.AddDays(200), Cancel);
        }

        var late = (await analyst.ReadAsync("lab/scores")).GetProperty("scores").EnumerateArray().Single(score => score.GetProperty("name").GetString() == "购买 alive");
        Assert.Contains("平均购买 0.00 次", late.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
    }

    private async Task<List<Guid>> KeptAsync()
    {
        await using var session = await server.Company.Workspace.Database.ReadAsync(Cancel);
        return [.. (await KeptScore.ListAsync(session, cancel: Cancel)).Select(score => score.Id)];
    }
}
