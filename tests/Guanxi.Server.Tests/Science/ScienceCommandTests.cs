using System.Globalization;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Science;

/// <summary>The analyst's commands, run as he runs them, on files as they come: what is wrong is said in a sentence, and no number that is none comes out.</summary>
public sealed class ScienceCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("guanxi-science-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Save(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<JsonElement> JsonAsync(params IEnumerable<string> arguments)
    {
        var output = await GuanxiProgram.DoneAsync(["science", .. arguments, "--json"]);
        Assert.DoesNotContain("NaN", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", output, StringComparison.Ordinal);
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task RefusedAsync(string part, params IEnumerable<string> arguments)
    {
        var (status, output) = await GuanxiProgram.RunAsync(["science", .. arguments]);
        Assert.Equal(1, status);
        Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static string Summaries(int count)
    {
        var random = new Random(4);
        return "customer,frequency,recency,T\n" + string.Concat(Enumerable.Range(0, count).Select(i =>
        {
            var (x, t) = (random.Next(0, 6), 30 + random.Next(0, 20));
            return FormattableString.Invariant($"c{i},{x},{(x == 0 ? 0 : Math.Round(random.NextDouble() * t, 2))},{t}\n");
        }));
    }

    [Fact]
    public async Task One_bad_row_is_left_out_and_said_and_the_others_are_fitted()
    {
        var good = await JsonAsync("clv", Save("good.csv", Summaries(200)), "--model", "bg-nbd");
        var bad = await JsonAsync("clv", Save("bad.csv", Summaries(200) + "x1,2,50,40\nx2,0,3,40\nx3,-1,0,40\nx4,NaN,1,2\nx5,1.5,1,2\nx6,2,1,\n"), "--model", "bg-nbd");
        Assert.Equal(good.GetProperty("parameters").GetRawText(), bad.GetProperty("parameters").GetRawText());
        Assert.Contains("6 of 206 rows", bad.GetRawText(), StringComparison.Ordinal);
        await RefusedAsync("possible", "clv", Save("worse.csv", "customer,frequency,recency,T\nx1,2,50,40\n"), "--model", "bg-nbd");
    }

    [Theory]
    [InlineData("customer,date,amount\na,2026-01-01,5\n", "on one day")]
    [InlineData("customer,date,amount\na,2026-01-01,5\nb,2026-01-01,5\nc,2026-01-01,5\n", "on one day")]
    [InlineData("customer,date,amount\na,2026-01-01,5\nb,2026-01-02,5\nc,2026-01-03,5\n", "second time")]
    [InlineData("customer,date,amount\na,2026-01-01,-5\na,2026-02-01,-5\n", "returns only")]
    [InlineData("customer,date,amount\na,2036-01-01,5\na,2036-02-01,5\n", "after the last day")]
    [InlineData("customer,date,amount\n", "no row")]
    [InlineData("", "")]
    [InlineData("a;b\n1;2\n", "")]
    public async Task A_log_that_says_too_little_is_refused_with_what_is_missing(string text, string part) => await RefusedAsync(part, "clv", Save("log.csv", text), "--model", "bg-nbd");

    [Theory]
    [InlineData("x,y\n1,1\n2,1\n3,1\n", "nothing to tell apart")]
    [InlineData("x,y\n1,\n2,\n", "empty in every row")]
    [InlineData("x,y\n5,1\n5,0\n5,1\n5,0\n", "No usable column")]
    [InlineData("x,z\n5,1\n", "There is no column y")]
    public async Task A_table_that_teaches_nothing_is_refused_with_a_sentence(string text, string part) => await RefusedAsync(part, "classify", Save("table.csv", text), "--target", "y");

    [Fact]
    public async Task Complete_separation_and_ten_thousand_levels_still_give_probabilities()
    {
        var rows = string.Concat(Enumerable.Range(0, 400).Select(i => FormattableString.Invariant($"{i},{(i >= 200 ? "yes" : "no")},level{i * 25},NaN,7\n")));
        var report = await JsonAsync("classify", Save("separated.csv", "age,bought,code,empty,same\n" + rows), "--target", "bought", "--keep-suspects");
        foreach (var row in report.GetProperty("rows").EnumerateArray())
        {
            Assert.InRange(row.GetProperty("probability").GetDouble(), 0, 1);
        }

        Assert.Contains("separation", report.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_model_scores_later_records_as_the_trained_one_would()
    {
        var random = new Random(8);
        string Rows(int count) => string.Concat(Enumerable.Range(0, count).Select(_ =>
        {
            var (age, plan) = (random.Next(20, 70), random.Next(3));
            return FormattableString.Invariant($"{age},{"甲乙丙"[plan]},{(random.NextDouble() < 1 / (1 + Math.Exp(3 - (age / 20.0) - plan)) ? "yes" : "no")}\n");
        }));
        var (table, kept) = (Save("train.csv", "age,plan,left\n" + Rows(400)), Path.Combine(folder, "model.json"));
        var trained = await JsonAsync("classify", table, "--target", "left", "--save", kept);
        var scored = await JsonAsync("classify", Save("later.csv", "age,plan\n25,甲\n65,丙\n,乙\n"), "--model-file", kept);
        var probabilities = scored.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("probability").GetDouble()).ToList();
        Assert.True(probabilities[1] > probabilities[2] && probabilities[2] > probabilities[0], string.Join(' ', probabilities.Select(value => value.ToString(CultureInfo.InvariantCulture))));
        Assert.Equal("logistic", scored.GetProperty("model").GetString());
        Assert.True(trained.GetProperty("converged").GetBoolean());
        await RefusedAsync("no model file", "classify", table, "--model-file", table);
        await RefusedAsync("none of the columns", "classify", Save("other.csv", "a,b\n1,2\n"), "--model-file", kept);
    }

    [Fact]
    public async Task Rules_rfm_and_forecast_answer_and_refuse()
    {
        var rules = await JsonAsync("rules", Save("baskets.csv", "a,b\na,b,c\na,b\nc\na\n"), "--support", "0.2", "--confidence", "0.5");
        Assert.NotEqual(JsonValueKind.Undefined, rules.ValueKind);
        var rfm = await JsonAsync("rfm", Save("rfm.csv", "customer,date,amount\na,2026-01-01,5\nb,2026-02-01,-3\nb,2026-02-02,9\nc,2026-02-02,-9\n"), "--as-of", "2026-03-01");
        Assert.Equal(2, rfm.GetProperty("customers").GetInt32());
        Assert.Equal(1, rfm.GetProperty("rows")[1].GetProperty("frequency").GetInt32());
        Assert.Contains("2 orders with more returned than bought", rfm.GetProperty("findings").GetRawText(), StringComparison.Ordinal);
        await RefusedAsync("", "forecast", Save("series.csv", ""));
    }

    [Theory]
    [InlineData("clv", "customer,date\na,2026-01-01\nb,someday\nc,never\n", "2 of 3 rows were left out, 0 without a customer and 2 without a readable date (first: row 3, date \"someday\")")]
    [InlineData("clv", "customer,date\na,someday\nb,never\n", "The dates of date cannot be read, such as someday")]
    [InlineData("clv", "customer,date,note\na,2026-01-01,\"an open\nb,2026-01-02,quote\n", "The quote that opens on line 2 is never closed")]
    [InlineData("rfm", "customer,date,amount\na,2099-01-01,5\n", "No order lies on or before")]
    [InlineData("rfm", "customer,date,amount\na,2026-01-01,-5\n", "returns only")]
    [InlineData("rules", "customer,date,amount\n", "begins with names of columns")]
    [InlineData("rules", "customer,date,amount\na,2026-01-01,5\nb,2026-01-02,6\n", "begins with names of columns")]
    [InlineData("forecast", "month,value\n2026-01,5\n", "too short")]
    [InlineData("cluster", "a,b\n1,2\n2,1e308\n3,4\n", "too large a number")]
    [InlineData("match", "id,name\0\n1,a\n", "not a text file")]
    public async Task What_is_wrong_with_a_file_is_said_in_a_sentence(string command, string text, string part) => await RefusedAsync(part, command, Save("file.csv", text));

    [Fact]
    public async Task A_folder_and_a_file_that_is_not_there_are_told_apart()
    {
        foreach (var command in (string[])["clv", "rfm", "rules", "cluster", "forecast", "process", "match"])
        {
            await RefusedAsync("is a folder", command, folder);
        }

        await RefusedAsync("There is no file", "clv", Path.Combine(folder, "none.csv"));
    }

    [Theory]
    [InlineData("There is no option --nope", "match", "FILE", "--nope")]
    [InlineData("There is no option --nope", "classify", "FILE", "--target", "y", "--exclude", "a", "--nope")]
    [InlineData("--nope", "clv", "FILE", "--nope")]
    [InlineData("--margin wants a share", "clv", "FILE", "--margin", "-0.3")]
    [InlineData("--referrals wants", "clv", "FILE", "--referrals", "-1")]
    [InlineData("--from wants a day before", "transitions", "FILE", "--from", "2026-02-01", "--to", "2026-01-01")]
    public async Task Wrong_usage_is_refused_before_anything_is_read(string part, params string[] arguments)
    {
        var path = Save("log.csv", "customer,date\na,2026-01-01\n");
        var (status, output) = await GuanxiProgram.RunAsync(["science", .. arguments.Select(argument => argument == "FILE" ? path : argument)]);
        Assert.Equal(2, status);
        Assert.Contains(part, output, StringComparison.Ordinal);
    }

    private string Log(Func<int, string>? amount = null) => Save("purchases.csv", "customer,date,amount\n" + string.Concat(Enumerable.Range(0, 300).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"c{i * 7 % 60},{new DateOnly(2025, 1, 1).AddDays(i * i % 360):yyyy-MM-dd},{amount?.Invoke(i) ?? $"{10 + (i % 13)}"}\n"))));

    [Fact]
    public async Task Currencies_mixed_in_one_column_and_days_to_come_are_told()
    {
        Assert.Contains("mixed-currencies", (await JsonAsync("clv", Log(i => $"{"¥$€"[i % 3]}{10 + (i % 13)}"))).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("mixed-currencies", (await JsonAsync("rfm", Log(i => i % 2 == 0 ? $"¥{10 + i}" : $"{10 + i} 元"))).GetRawText(), StringComparison.Ordinal);

        var future = await JsonAsync("rfm", Save("future.csv", "customer,date,amount\na,2026-01-01,5\nb,2099-02-01,3\n"));
        Assert.True(string.CompareOrdinal(future.GetProperty("asOf").GetString(), "2099") < 0);
        Assert.Contains("later-orders", future.GetRawText(), StringComparison.Ordinal);

        Assert.Contains("calibration-after-log", (await JsonAsync("clv", Log(), "--calibration-end", "2026-06-30")).GetRawText(), StringComparison.Ordinal);
        await RefusedAsync("lies ahead", "clv", Log(), "--calibration-end", "2099-01-01");
    }

    [Fact]
    public async Task Purchases_to_come_their_discounted_rest_and_referrals_are_told_of_every_customer()
    {
        var plain = await JsonAsync("clv", Log(), "--horizon", "26");
        Assert.False(plain.GetProperty("rows")[0].TryGetProperty("purchaseProbabilities", out _));
        var told = await JsonAsync("clv", Log(), "--horizon", "26", "--purchases", "60", "--discount", "0.1");
        foreach (var row in told.GetProperty("rows").EnumerateArray())
        {
            double[] probabilities = [.. row.GetProperty("purchaseProbabilities").EnumerateArray().Select(item => item.GetDouble())];
            Assert.Equal(61, probabilities.Length);
            Assert.Equal(1, probabilities.Sum(), 1e-3);
            Assert.Equal(row.GetProperty("expectedPurchases").GetDouble(), probabilities.Select((probability, purchases) => probability * purchases).Sum(), 0.02);
            Assert.True(row.GetProperty("discountedResidualPurchases").GetDouble() > 0.9 * row.GetProperty("expectedPurchases").GetDouble());
        }

        var brought = await JsonAsync("clv", Log(), "--horizon", "26", "--referrals", "0.1", "--referral-value", "50");
        foreach (var (before, after) in plain.GetProperty("rows").EnumerateArray().Zip(brought.GetProperty("rows").EnumerateArray()))
        {
            Assert.Equal(before.GetProperty("value").GetDouble() + (5 * before.GetProperty("expectedPurchases").GetDouble()), after.GetProperty("value").GetDouble(), 1e-9);
        }

        Assert.Contains("P(1)", await GuanxiProgram.DoneAsync("science", "clv", Log(), "--purchases", "1"), StringComparison.Ordinal);
    }

    /// <summary>Freireich et al. (1963), weeks of remission; + is still in remission.</summary>
    private const string Treated = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+", Placebo = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23";

    [Fact]
    public async Task Remissions_of_leukaemia_last_as_long_as_the_textbooks_print()
    {
        string Lines(string weeks, string group) => string.Concat(weeks.Split(' ').Select(week => $"{week.TrimEnd('+')},{(week.EndsWith('+') ? "no" : "yes")},{group}\n"));
        var path = Save("remission.csv", "weeks,relapse,group\n" + Lines(Treated, "6-MP") + Lines(Placebo, "placebo"));

        var answer = await JsonAsync("survival", path, "--duration", "weeks", "--event", "relapse", "--by", "group", "--covariates", "group");

        double[] treated = [.. answer.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("group").GetString() == "6-MP").Select(row => Math.Round(row.GetProperty("survival").GetDouble(), 3))];
        Assert.Equal([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], treated);
        Assert.Equal(16.793, answer.GetProperty("logRank").GetProperty("chiSquare").GetDouble(), 1e-3);
        Assert.Equal(1.5721, answer.GetProperty("parameters").GetProperty("group=placebo").GetDouble(), 1e-4);
        Assert.Equal(0.4124, answer.GetProperty("standardErrors").GetProperty("group=placebo").GetDouble(), 1e-4);
        Assert.Equal([23, 8], answer.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("median").GetDouble()));
        await RefusedAsync("say with --positive", "survival", Save("words.csv", "weeks,state\n3,open\n4,shut\n"), "--duration", "weeks", "--event", "state");
        Assert.Equal(1, (await JsonAsync("survival", Save("coded.csv", "time,status\n3,1\n4,2\n"), "--duration", "time", "--event", "status")).GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Customers_who_rose_fell_came_and_went_are_counted()
    {
        var lines = string.Concat(Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"c{i:00},2025-01-0{1 + (i % 9)},{100 - i}\n"))) + "c19,2026-01-05,500\nnew,2026-01-06,1\n";
        var path = Save("two years.csv", "customer,date,amount\n" + lines);

        var whole = await JsonAsync("transitions", path, "--from", "2025-12-31", "--to", "2026-12-31");
        Assert.Equal(["top", "large", "medium", "small", "none"], whole.GetProperty("tiers").EnumerateArray().Select(tier => tier.GetString()));
        Assert.Contains(whole.GetProperty("rows").EnumerateArray(), move => (move.GetProperty("customer").GetString(), move.GetProperty("from").GetString(), move.GetProperty("to").GetString()) == ("c19", "small", "top"));
        Assert.Equal((1, 0), (whole.GetProperty("new").GetInt32(), whole.GetProperty("gone").GetInt32()));
        Assert.Equal(21, whole.GetProperty("counts").EnumerateArray().Sum(row => row.EnumerateArray().Sum(count => count.GetInt32())));

        var year = await JsonAsync("transitions", path, "--from", "2025-12-31", "--to", "2026-12-31", "--days", "365");
        Assert.Equal((1, 19), (year.GetProperty("new").GetInt32(), year.GetProperty("gone").GetInt32()));
    }

    [Fact]
    public async Task Forecasts_over_a_tree_agree_at_every_node()
    {
        var random = new Random(3);
        var path = Save("tree.csv", "month,region,team,sales\n" + string.Concat(Enumerable.Range(0, 40).SelectMany(t => new[] { ("North", "A"), ("North", "B"), ("South", "A") }.Select(leaf =>
            FormattableString.Invariant($"{2022 + (t / 12)}-{(t % 12) + 1:00},{leaf.Item1},{leaf.Item2},{100 + (10 * (t % 12)) + random.Next(30)}\n")))));
        foreach (var way in (string[])["mint", "ols", "bottom-up"])
        {
            var answer = await JsonAsync("forecast", path, "--tree", "region,team", "--reconcile", way, "--horizon", "3", "--holdout", "3");
            var means = answer.GetProperty("rows").EnumerateArray().GroupBy(row => row.GetProperty("series").GetString()!).ToDictionary(group => group.Key, group => group.Select(row => row.GetProperty("mean").GetDouble()).ToArray());
            Assert.Equal(["total", "North", "North / A", "North / B", "South", "South / A"], means.Keys);
            for (var h = 0; h < 3; h++)
            {
                Assert.Equal(means["total"][h], means["North"][h] + means["South"][h], 1e-6);
                Assert.Equal(means["North"][h], means["North / A"][h] + means["North / B"][h], 1e-6);
            }

            Assert.True(answer.GetProperty("nodes")[0].GetProperty("errors").GetProperty("mae").GetDouble() > 0);
        }
    }

    [Fact]
    public async Task The_scores_of_k_are_those_of_the_method_and_rules_say_each_bound_once()
    {
        var random = new Random(9);
        var path = Save("points.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 200).Select(_ => FormattableString.Invariant($"{random.NextDouble():0.####},{random.NextDouble():0.####}\n"))));
        var scores = new List<string>();
        foreach (var method in (string[])["k-means", "k-medoids", "hierarchical"])
        {
            var answer = await JsonAsync("cluster", path, "--method", method, "--max-k", "4");
            scores.Add(answer.GetProperty("scores").GetRawText());
            foreach (var rule in answer.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("rule").GetString()!.Split(" and ")))
            {
                Assert.Equal(rule.Length, rule.Select(condition => string.Join(' ', condition.Split(' ')[..2])).Distinct().Count());
            }
        }

        Assert.Equal(3, scores.Distinct().Count());
    }
}
