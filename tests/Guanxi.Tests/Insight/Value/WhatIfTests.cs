using System.Buffers;
using System.Text.Json;
using Guanxi.Insight.Value;
using Guanxi.Platform.Records;

namespace Guanxi.Tests.Insight.Value;

public sealed class WhatIfTests
{
    private const string Report = """{"simulation":{"base":{"revenue":1000,"goods":600,"service":20,"sales":50,"fixed":30},"retention":[[-50,0.8],[0,1],[50,1.2]],"past":{"customers":100,"predicted":200,"low":180,"high":220,"actual":205,"inside":19,"of":20,"relativeError":0.05}}}""";

    private static JsonElement Ask(WhatIfWish wish, ValueSettings? settings = null, string report = Report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            WhatIf.Write(writer, JsonDocument.Parse(report).RootElement, settings ?? new ValueSettings(), wish, "en");
            writer.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    private static double Value(JsonElement answer, string side, string figure, string part = "value") => answer.GetProperty(side).GetProperty(figure).GetProperty(part).GetDouble();

    [Fact]
    public void Nothing_done_differently_is_as_things_stand_with_the_error_of_last_year()
    {
        var same = Ask(new WhatIfWish(0, 0, 0, 0));
        Assert.Equal((1000.0, 300.0, 300.0, 0.0), (Value(same, "now", "revenue"), Value(same, "now", "profit"), Value(same, "then", "profit"), Value(same, "difference", "profit")));
        Assert.InRange(Value(same, "then", "revenue", "low"), 890, 915);
        Assert.InRange(Value(same, "then", "revenue", "high"), 1085, 1110);
        Assert.Equal(0, Value(same, "difference", "profit", "high"));
    }

    [Fact]
    public void Each_slider_does_what_one_would_reckon_by_hand()
    {
        var kept = Ask(new WhatIfWish(25, 0, 0, 0));
        Assert.Equal((1100.0, 338.0), (Value(kept, "then", "revenue"), Math.Round(Value(kept, "then", "profit"), 2)));
        var dearer = Ask(new WhatIfWish(0, 10, 0, 0));
        Assert.Equal(Math.Round(1000 * 1.1 * Math.Pow(1.1, -1.5), 2), Value(dearer, "then", "revenue"));
        var visited = Ask(new WhatIfWish(0, 0, 100, 0));
        Assert.Equal(Math.Round((380 * Math.Pow(2, 0.3)) - 100 - 30, 2), Value(visited, "then", "profit"));
        var cheaper = Ask(new WhatIfWish(0, 0, 0, 10));
        Assert.Equal(Math.Round(900 * Math.Pow(0.9, -1.5), 2), Value(cheaper, "then", "revenue"));
        Assert.True(Value(dearer, "difference", "profit", "low") < Value(dearer, "difference", "profit") && Value(dearer, "difference", "profit") < Value(dearer, "difference", "profit", "high"));
        Assert.Equal(dearer.GetRawText(), Ask(new WhatIfWish(0, 10, 0, 0)).GetRawText());
    }

    /// <summary>Orders came as foretold, the money did not: the bounds go by the money, and the answer says so.</summary>
    [Fact]
    public void Bounds_rest_on_the_money_of_the_year_before_and_the_answer_tells_it()
    {
        var report = Report.Replace("\"relativeError\":0.05", "\"relativeError\":0.05,\"income\":{\"predicted\":800,\"actual\":1000},\"margin\":{\"predicted\":240,\"actual\":312},\"incomeError\":0.25,\"marginRateError\":0.02", StringComparison.Ordinal)
            .Replace("\"retention\"", "\"newcomers\":{\"customers\":7,\"revenue\":400,\"margin\":120},\"retention\"", StringComparison.Ordinal);
        var same = Ask(new WhatIfWish(0, 0, 0, 0), report: report);
        Assert.InRange(Value(same, "then", "revenue", "low"), 585, 615);
        Assert.InRange(Value(same, "then", "revenue", "high"), 1530, 1610);
        Assert.Equal(0.25, same.GetProperty("assumptions").GetProperty("relativeError").GetDouble());
        string[] said = [.. same.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("sentence").GetString()!)];
        Assert.Contains("800 of income and 240 of margin; 1,000 and 312 came (+30% of margin)", said[0], StringComparison.Ordinal);
        Assert.Contains("Customers of today only: the 7 who came", said[1], StringComparison.Ordinal);
        var margins = Ask(new WhatIfWish(0, 0, 0, 0), report: report.Replace("\"incomeError\":0.25", "\"incomeError\":0", StringComparison.Ordinal));
        Assert.InRange(Value(margins, "then", "profit", "high") - Value(margins, "then", "profit", "low"), 70, 90);
        Assert.DoesNotContain("of income", Ask(new WhatIfWish(0, 0, 0, 0)).GetProperty("findings").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slider_that_is_not_there_is_refused_by_its_name() =>
        Assert.True(Assert.Throws<RefusedException>(() => WhatIfWish.Read(_ => null, ["retention", "weather"])).Refusal.Errors!.ContainsKey("weather"));

    [Theory]
    [InlineData("retention", "80")]
    [InlineData("price", "abc")]
    [InlineData("visits", "NaN")]
    [InlineData("discount", "-50")]
    public void A_slider_beyond_its_ends_is_refused(string name, string text) =>
        Assert.True(Assert.Throws<RefusedException>(() => WhatIfWish.Read(asked => asked == name ? text : null)).Refusal.Errors!.ContainsKey(name));

    /// <summary>Customers made as the model has them: the year that is over lies within its bounds, and so do nearly all groups.</summary>
    [Fact]
    public void The_year_before_is_foretold_within_its_bounds()
    {
        var today = new DateOnly(2026, 11, 22).DayNumber;
        var days = Buyers(today);
        var past = Simulation.BackTest(days, today)!;
        Assert.InRange(past.Actual, past.Low * 0.97, past.High * 1.03);
        Assert.InRange(past.Inside, 16, 20);
        Assert.InRange(past.RelativeError, 0.001, 0.1);
        Assert.Null(past.Money);
        Assert.Null(Simulation.BackTest([[today - 3]], today));
    }

    /// <summary>Customers who buy at rates of their own and after a purchase may leave, as the model has them.</summary>
    private static List<IReadOnlyList<int>> Buyers(int today)
    {
        var random = new Random(17);
        var days = new List<IReadOnlyList<int>>();
        for (var i = 0; i < 6000; i++)
        {
            var (rate, leaves) = (Math.Max(0.02, -Math.Log(1 - random.NextDouble())) * 4 / 365, random.NextDouble() * 0.4);
            double day = today - 1095 + random.Next(1095);
            var own = new List<int>();
            do
            {
                if (own.Count == 0 || own[^1] != (int)day)
                {
                    own.Add((int)day);
                }

                day -= Math.Log(1 - random.NextDouble()) / rate;
            }
            while (day <= today && random.NextDouble() > leaves);
            days.Add(own);
        }

        return days;
    }

    /// <summary>From a year ago on everybody pays double at the same cost: the orders come as foretold, the money twice as much.</summary>
    [Fact]
    public void The_money_of_the_year_before_is_measured_beside_its_orders()
    {
        var today = new DateOnly(2026, 11, 22).DayNumber;
        var (days, random) = (Buyers(today), new Random(4));
        var money = days.ConvertAll(SampleMoney.Taken? (own) =>
        {
            var price = 50 + (100 * random.NextDouble());
            return SampleMoney.Of(own.Select(day => (day, Amount: (day > today - 365 ? 2 : 1) * price * (0.5 + random.NextDouble()))).Select(order => (order.day, order.Amount, order.Amount * (order.day > today - 365 ? 0.75 : 0.5))), today - 365);
        });
        var past = Simulation.BackTest(days, today, money, ofAll: true)!.Money!;
        Assert.InRange(past.IncomeCame / past.Income, 1.7, 2.4);
        Assert.Equal(0.5, past.Margin / past.Income, 6);
        Assert.Equal(0.25, past.MarginRateError, 6);
        Assert.InRange(past.IncomeError, 0.6, 1.5);
    }
}
