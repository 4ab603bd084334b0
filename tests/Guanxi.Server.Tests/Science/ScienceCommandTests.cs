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
        await JsonAsync("rfm", Save("rfm.csv", "customer,date,amount\na,2026-01-01,5\nb,2026-02-01,-3\nb,2026-02-02,9\n"), "--as-of", "2026-03-01");
        await RefusedAsync("", "forecast", Save("series.csv", ""));
    }
}
