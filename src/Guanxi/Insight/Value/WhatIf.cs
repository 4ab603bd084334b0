using System.Globalization;
using System.Text.Json;
using Guanxi.Insight.Laboratory;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Value;

/// <summary>What somebody would do differently, in percent of now; a discount in points of the price.</summary>
/// <param name="Retention">Fewer customers who drop out.</param>
/// <param name="Price">Higher prices.</param>
/// <param name="Visits">More visits and calls, and what they cost.</param>
/// <param name="Discount">More discount.</param>
public sealed record WhatIfWish(double Retention, double Price, double Visits, double Discount)
{
    private static readonly string[] Names = ["retention", "price", "visits", "discount"];

    /// <param name="query">What was given under a name.</param>
    /// <param name="given">The names that something was given under.</param>
    /// <exception cref="RefusedException">A number lies outside its bounds, or there is no such slider.</exception>
    public static WhatIfWish Read(Func<string, string?> query, IEnumerable<string>? given = null)
    {
        var errors = new FieldErrors();
        foreach (var name in (given ?? []).Except(Names, StringComparer.Ordinal))
        {
            errors.Add(name, new Label($"没有“{name}”；可以改的是 {string.Join("、", Names)}", $"There is no “{name}”; what can be changed is {string.Join(", ", Names)}"));
        }

        double Number(string name, double least, double most)
        {
            if (query(name) is not { Length: > 0 } text)
            {
                return 0;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            errors.Add(name, new Label($"应为 {least} 到 {most} 之间的百分数", $"It is a percentage from {least} to {most}"));
            return 0;
        }

        var wish = new WhatIfWish(Number("retention", -50, 50), Number("price", -30, 30), Number("visits", -50, 100), Number("discount", -20, 30));
        errors.Throw();
        return wish;
    }
}

/// <summary>
/// Income and profit of the year ahead if prices, discounts, visits or drop-out were others. Purchases move with the price by an elasticity and with visits by another, both of them
/// assumptions of the company with their uncertainty; retention moves them as the purchase model has it. Bounds come from draws of the assumptions and of the error that income and margin foretold a year ago had.
/// </summary>
public static class WhatIf
{
    private const int Draws = 4000;

    private sealed record Base(double Revenue, double Goods, double Service, double Sales, double Fixed);

    /// <summary>Writes <c>now</c>, <c>then</c>, <c>difference</c> with bounds and what it rests on; <c>report</c> is that of the last run.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement report, ValueSettings settings, WhatIfWish wish, string language)
    {
        var simulation = report.GetProperty("simulation");
        var start = simulation.GetProperty("base");
        double Start(string name) => start.GetProperty(name).GetDouble();
        var now = new Base(Start("revenue"), Start("goods"), Start("service"), Start("sales"), Start("fixed"));
        var curve = simulation.GetProperty("retention").EnumerateArray().Select(point => (Percent: point[0].GetDouble(), Ratio: point[1].GetDouble())).ToList();
        var kept = At(curve, wish.Retention);
        var known = simulation.TryGetProperty("past", out var past) && past.ValueKind == JsonValueKind.Object;
        // Money lies further off than orders do, and it is money that is foretold here.
        var error = !known ? UnknownError : past.TryGetProperty("incomeError", out var ofIncome) ? ofIncome.GetDouble() : past.GetProperty("relativeError").GetDouble();
        var rateError = known && past.TryGetProperty("marginRateError", out var ofRate) ? ofRate.GetDouble() : 0;

        // A total is off by a factor and never below nothing: log-normal with mean one and that standard deviation.
        var spread = Math.Sqrt(Math.Log(1 + (error * error)));
        // The same draws for every wish, so that a slider moves the bounds smoothly and twice asked is twice the same.
        var random = new Random(20);
        double[] income = new double[Draws], profit = new double[Draws], more = new double[Draws];
        for (var i = 0; i < Draws; i++)
        {
            var (price, visit, luck) = (settings.PriceElasticity + (settings.PriceElasticityError * Normal(random)), Math.Max(0, settings.VisitElasticity + (settings.VisitElasticityError * Normal(random))), Math.Exp((spread * Normal(random)) - (spread * spread / 2)));
            var dearer = rateError * Normal(random);
            var (revenue, left) = Year(now, wish, kept, price, visit, luck, dearer);
            var (_, without) = Year(now, new WhatIfWish(0, 0, 0, 0), 1, price, visit, luck, dearer);
            (income[i], profit[i], more[i]) = (revenue, left, left - without);
        }

        var (revenueThen, profitThen) = Year(now, wish, kept, settings.PriceElasticity, settings.VisitElasticity, 1);
        var (revenueNow, profitNow) = Year(now, new WhatIfWish(0, 0, 0, 0), 1, settings.PriceElasticity, settings.VisitElasticity, 1);
        Side(writer, "now", revenueNow, profitNow, null, null);
        Side(writer, "then", revenueThen, profitThen, income, profit);
        writer.WriteStartObject("difference");
        Bounds(writer, "profit", profitThen - profitNow, more);
        writer.WriteEndObject();
        writer.WriteNumber("purchases", Math.Round(Volume(wish, kept, settings.PriceElasticity, settings.VisitElasticity), 4));
        writer.WriteStartObject("assumptions");
        writer.WriteNumber("priceElasticity", settings.PriceElasticity);
        writer.WriteNumber("priceElasticityError", settings.PriceElasticityError);
        writer.WriteNumber("visitElasticity", settings.VisitElasticity);
        writer.WriteNumber("visitElasticityError", settings.VisitElasticityError);
        writer.WriteNumber("relativeError", Math.Round(error, 4));
        writer.WriteEndObject();
        if (known)
        {
            writer.WritePropertyName("past");
            past.WriteTo(writer);
        }

        writer.Findings(Findings(simulation, known ? past : null), language);
    }

    private static IEnumerable<Finding> Findings(JsonElement simulation, JsonElement? past)
    {
        if (past is { } year && year.TryGetProperty("income", out var income) && year.TryGetProperty("margin", out var margin))
        {
            static double Of(JsonElement figure, string name) => figure.GetProperty(name).GetDouble();
            var off = (Of(margin, "actual") / Of(margin, "predicted")) - 1;
            yield return new Finding("money-a-year-ago", Math.Abs(off) > 0.2 ? FindingWeight.Warning : FindingWeight.Note, $"Of the last year the same method foretold, a year ago, {Of(income, "predicted"):#,0} of income and {Of(margin, "predicted"):#,0} of margin; {Of(income, "actual"):#,0} and {Of(margin, "actual"):#,0} came ({off:+0%;-0%;0%} of margin). The ranges reckon with such errors.");
        }

        if (simulation.TryGetProperty("newcomers", out var newcomers) && newcomers.GetProperty("customers").GetInt64() is > 0 and var customers)
        {
            yield return new Finding("customers-of-today", FindingWeight.Note, $"Customers of today only: the {customers} who came within the last year brought {newcomers.GetProperty("revenue").GetDouble():#,0} of income and {newcomers.GetProperty("margin").GetDouble():#,0} of margin in it, and those who are yet to come are left out.");
        }
    }

    /// <summary>How far a total may lie off where there is no year to learn it from.</summary>
    private const double UnknownError = 0.2;

    private static double Volume(WhatIfWish wish, double kept, double priceElasticity, double visitElasticity) =>
        kept * Math.Pow(Paid(wish), priceElasticity) * Math.Pow(1 + (wish.Visits / 100), visitElasticity);

    private static double Paid(WhatIfWish wish) => (1 + (wish.Price / 100)) * (1 - (wish.Discount / 100));

    private static (double Revenue, double Profit) Year(Base now, WhatIfWish wish, double kept, double priceElasticity, double visitElasticity, double luck, double dearer = 0)
    {
        var volume = Volume(wish, kept, priceElasticity, visitElasticity) * luck;
        var revenue = now.Revenue * volume * Paid(wish);
        return (revenue, revenue - ((now.Goods + (dearer * now.Revenue) + now.Service) * volume) - (now.Sales * (1 + (wish.Visits / 100))) - now.Fixed);
    }

    private static double At(List<(double Percent, double Ratio)> curve, double percent)
    {
        for (var i = 1; i < curve.Count; i++)
        {
            if (percent <= curve[i].Percent)
            {
                var share = (percent - curve[i - 1].Percent) / (curve[i].Percent - curve[i - 1].Percent);
                return curve[i - 1].Ratio + (share * (curve[i].Ratio - curve[i - 1].Ratio));
            }
        }

        return curve.Count > 0 ? curve[^1].Ratio : 1;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Side(Utf8JsonWriter writer, string name, double revenue, double profit, double[]? revenues, double[]? profits)
    {
        writer.WriteStartObject(name);
        Bounds(writer, "revenue", revenue, revenues);
        Bounds(writer, "profit", profit, profits);
        writer.WriteEndObject();
    }

    private static void Bounds(Utf8JsonWriter writer, string name, double value, double[]? draws)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("value", Math.Round(value, 2));
        if (draws is not null)
        {
            var sorted = draws.Order().ToArray();
            writer.WriteNumber("low", Math.Round(sorted[(int)(0.025 * sorted.Length)], 2));
            writer.WriteNumber("high", Math.Round(sorted[(int)(0.975 * sorted.Length)], 2));
        }

        writer.WriteEndObject();
    }
}
