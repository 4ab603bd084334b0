using System.Globalization;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Science;

/// <summary>What a program relies on when it reads the answers of the analyst's commands: the same names everywhere, the same answer twice, and files of other programs read as they are.</summary>
public sealed class ScienceShapeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("guanxi-shape-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Save(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Log() => Save("log.csv", "customer,date,amount\n" + string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i * 7 % 60},{new DateOnly(2025, 1, 1).AddDays(i * i % 360):yyyy-MM-dd},{10 + (i % 13)}\n"))));

    private string[] Arguments(string command) => command switch
    {
        "clv" or "rfm" => [command, Log()],
        "classify" => [command, Save("table.csv", "id,x,y\n" + string.Concat(Enumerable.Range(0, 120).Select(i => $"{i},{i % 7},{(i * i % 11 > 5 ? "yes" : "no")}\n"))), "--target", "y"],
        "rules" => [command, Save("baskets.csv", "a,b\na,b,c\na,b\nc\na\n"), "--support", "0.2"],
        "cluster" => [command, Save("points.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 2 * 10) + (i % 5)},{i % 2 * 8}\n")))],
        "forecast" => [command, Save("series.csv", "month,value\n" + string.Concat(Enumerable.Range(0, 36).Select(i => $"{2022 + (i / 12)}-{(i % 12) + 1:00},{100 + (i % 12 * 5) + i}\n")))],
        "survival" => [command, Save("stays.csv", "months,left,plan\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{1 + (i * 7 % 23)},{(i % 3 == 0 ? "no" : "yes")},{(i % 2 == 0 ? "a" : "b")}\n"))), "--duration", "months", "--event", "left", "--by", "plan", "--covariates", "plan"],
        "transitions" => [command, Log(), "--from", "2025-03-31", "--to", "2025-12-31"],
        "process" => [command, Save("events.csv", "case,activity,timestamp\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i / 4},{"ABCD"[i % 4]},2026-01-0{(i % 4) + 1} 10:00\n")))],
        _ => [command, Save("people.csv", "id,first_name,surname,dob,email\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},Name{i / 2},Family{i / 2},1980-01-{(i / 2) + 1:00},n{i / 2}@x.org\n")))],
    };

    [Theory]
    [InlineData("clv")]
    [InlineData("rfm")]
    [InlineData("classify")]
    [InlineData("rules")]
    [InlineData("cluster")]
    [InlineData("forecast")]
    [InlineData("process")]
    [InlineData("match")]
    [InlineData("survival")]
    [InlineData("transitions")]
    public async Task Every_command_answers_under_the_same_names_and_twice_the_same(string command)
    {
        string[] arguments = ["science", .. Arguments(command), "--json"];
        var outputs = await Task.WhenAll(GuanxiProgram.DoneAsync(arguments), GuanxiProgram.DoneAsync(arguments));
        // Only the time it took may differ.
        Assert.Equal(Without(outputs[0], "seconds"), Without(outputs[1], "seconds"));
        var answer = JsonDocument.Parse(outputs[0]).RootElement;
        Assert.NotEmpty(answer.GetProperty("model").GetString()!);
        Assert.Equal(JsonValueKind.Object, answer.GetProperty("parameters").ValueKind);
        Assert.True(answer.GetProperty("logLikelihood").ValueKind is JsonValueKind.Number or JsonValueKind.Null);
        Assert.Equal(JsonValueKind.Object, answer.GetProperty("standardErrors").ValueKind);
        Assert.True(answer.GetProperty("converged").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.True(answer.GetProperty("rows").GetArrayLength() > 0);
        Assert.DoesNotContain("NaN", outputs[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", outputs[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clv", "/dev/stdin")]
    [InlineData("rfm", "-")]
    [InlineData("classify", "-")]
    [InlineData("rules", "-")]
    [InlineData("cluster", "-")]
    [InlineData("forecast", "-")]
    [InlineData("process", "/dev/stdin")]
    [InlineData("match", "-")]
    [InlineData("survival", "-")]
    [InlineData("transitions", "-")]
    public async Task Every_command_takes_its_file_from_a_pipe_and_leaves_no_copy_behind(string command, string pipe)
    {
        var arguments = Arguments(command);
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "temporary")).FullName;

        var fed = await GuanxiProgram.FedAsync(await File.ReadAllTextAsync(arguments[1]), temporary, ["science", command, pipe, .. arguments[2..], "--json"]);

        Assert.Equal(Without(await GuanxiProgram.DoneAsync(["science", .. arguments, "--json"]), "seconds"), Without(fed, "seconds"));
        Assert.Empty(Directory.GetDirectories(temporary, "guanxi-science-*"));
    }

    private static string Without(string json, string name) => string.Join(',', JsonDocument.Parse(json).RootElement.EnumerateObject().Where(property => property.Name != name).Select(property => property.Value.GetRawText()));

    [Fact]
    public async Task A_fit_that_did_not_converge_says_so_and_has_no_standard_errors()
    {
        var path = Save("clockwork.csv", "customer,date\n" + string.Concat(Enumerable.Range(0, 240).Select(i => $"c{i / 12},2025-{(i % 12) + 1:00}-01\n")));
        var answer = JsonDocument.Parse(await GuanxiProgram.DoneAsync("science", "clv", path, "--json")).RootElement;
        Assert.False(answer.GetProperty("converged").GetBoolean());
        Assert.Contains("did not converge", answer.GetProperty("warning").GetString(), StringComparison.Ordinal);
        Assert.All(answer.GetProperty("standardErrors").EnumerateObject(), error => Assert.Equal(JsonValueKind.Null, error.Value.ValueKind));
        Assert.Contains("NOT converged", await GuanxiProgram.DoneAsync("science", "clv", path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders", "order_id,product_id,add_to_cart_order\n1,milk,1\n1,bread,2\n2,milk,1\n2,bread,2\n3,beer,1\n")]
    [InlineData("members", "Member_number,Date,itemDescription\n9,01-07-2015,milk\n9,01-07-2015,bread\n9,02-07-2015,milk\n9,02-07-2015,bread\n7,02-07-2015,beer\n")]
    [InlineData("marks", "tid,milk,bread,beer\n1,True,True,False\n2,True,True,False\n3,False,False,True\n")]
    [InlineData("braces", "\"items\",\"transactionID\"\n\"{milk,bread}\",1\n\"{milk,bread}\",2\n\"{beer}\",3\n")]
    [InlineData("lines", "milk,bread\nmilk,bread\nbeer\n")]
    public async Task Baskets_are_read_in_every_way_they_are_kept(string name, string text)
    {
        var answer = JsonDocument.Parse(await GuanxiProgram.DoneAsync("science", "rules", Save($"{name}.csv", text), "--json")).RootElement;
        Assert.Equal((3, 3, 2), (answer.GetProperty("baskets").GetInt32(), answer.GetProperty("items").GetInt32(), answer.GetProperty("rows").GetArrayLength()));
        Assert.Equal(1.5, answer.GetProperty("rows")[0].GetProperty("lift").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Event_logs_with_other_names_gaps_nested_attributes_and_beginnings_are_read()
    {
        async Task<JsonElement> OfAsync(string name, string text, params string[] more) => JsonDocument.Parse(await GuanxiProgram.DoneAsync(["science", "process", Save(name, text), .. more, "--json"])).RootElement;

        var aalst = await OfAsync("aalst.csv", "case id;event id;timestamp;activity\n1;7;30-12-2010:11.02;register\n1;8;31-12-2010:10.06;check\n2;9;30-12-2010:11.32;register\n2;10;;check\n");
        Assert.Equal((2, 3), (aalst.GetProperty("cases").GetInt32(), aalst.GetProperty("events").GetInt32()));
        Assert.Equal("events-left-out", aalst.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.Equal(23.0667 / 24, aalst.GetProperty("rows")[0].GetProperty("durationDays").GetDouble(), 1e-4);

        const string life = "case,activity,timestamp,lifecycle:transition\n1,A,2026-01-01 09:00,start\n1,A,2026-01-01 10:00,complete\n1,B,2026-01-02 10:00,complete\n";
        Assert.Equal(3, (await OfAsync("life.csv", life)).GetProperty("events").GetInt32());
        Assert.Equal(2, (await OfAsync("life.csv", life, "--lifecycle", "complete")).GetProperty("events").GetInt32());

        var xes = await OfAsync("log.xes", """<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"><string key="concept:name" value="inner"/></string><event><string key="concept:name" value="A"><string key="concept:name" value="inner"/></string><date key="time:timestamp" value="2026-01-01T10:00:00.000+08:00"/></event><event><string key="concept:name" value="B"/></event></trace></log>""");
        Assert.Equal((1, "A"), (xes.GetProperty("events").GetInt32(), xes.GetProperty("activities")[0].GetProperty("activity").GetString()));
    }

    [Theory]
    [InlineData("Year,Month,Sales\n", "{0},{1},{2}\n", "2025-01")]
    [InlineData("TIME,value\n", "{0}M{1:00},{2}\n", "2025-01")]
    [InlineData("Monat;Umsatz\n", "01.{1:00}.{0};{2},50\n", "2025-01")]
    public async Task Months_are_known_as_months_however_they_are_written(string header, string line, string next)
    {
        var text = header + string.Concat(Enumerable.Range(0, 36).Select(i => string.Format(CultureInfo.InvariantCulture, line, 2022 + (i / 12), (i % 12) + 1, 100 + (i % 12 * 9))));
        var answer = JsonDocument.Parse(await GuanxiProgram.DoneAsync("science", "forecast", Save("series.csv", text), "--json")).RootElement;
        Assert.Equal((12, next), (answer.GetProperty("season").GetInt32(), answer.GetProperty("rows")[0].GetProperty("period").GetString()));
    }
}
