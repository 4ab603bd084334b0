using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Sales.Costs;
using Guanxi.Science.LifetimeValue;
using Guanxi.Science.Segments;

namespace Guanxi.Insight.Value;

/// <summary>What a run found of the company as a whole, as the JSON that is kept with it.</summary>
internal static class ValueReport
{
    private const int Bars = 20;
    private const double CloseShare = 0.1;

    public static string Of(Standing standing, ValueModel model, Simulation simulation, ValueSettings settings, IReadOnlyDictionary<Guid, byte> before, string? rulesChanged, string currency, long future, int read, IReadOnlyDictionary<string, double> took)
    {
        var output = new ArrayBufferWriter<byte>(16_384);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("currency", currency);
            writer.WriteString("asOf", standing.Histories.AsOf.ToString("yyyy-MM-dd"));
            writer.WriteNumber("customers", standing.Histories.Count);
            writer.WriteNumber("orders", standing.Histories.Orders);
            writer.WriteNumber("future", future);
            writer.WriteNumber("read", read);
            writer.WriteNumber("withoutCost", standing.Histories.WithoutCost);
            writer.WriteNumber("horizonMonths", settings.HorizonMonths);
            writer.WriteStartObject("seconds");
            foreach (var (part, seconds) in took)
            {
                Number(writer, part, seconds);
            }

            writer.WriteEndObject();
            Totals(writer, standing);
            TiersAndMoves(writer, standing, before);
            if (rulesChanged is not null)
            {
                writer.WriteString("rulesChanged", rulesChanged);
            }

            Groups(writer, "quadrants", Standing.Quadrants, standing.Quadrant, standing);
            Groups(writer, "planes", Standing.Planes, standing.Plane, standing);
            Groups(writer, "classes", Standing.Classes, standing.Class, standing);
            writer.WriteStartObject("cuts");
            Number(writer, "current", standing.CurrentCut);
            Number(writer, "potential", standing.PotentialCut);
            Number(writer, "investment", standing.InvestmentCut);
            Number(writer, "profit", standing.ProfitCut);
            writer.WriteEndObject();
            Peers(writer, standing);
            Rfm(writer, standing);
            Shares(writer, standing);
            Histogram(writer, "alive", standing.Alive);
            writer.WriteStartObject("missing");
            foreach (var (factor, share) in standing.Missing)
            {
                Number(writer, factor, share);
            }

            writer.WriteEndObject();
            Model(writer, model);
            Simulated(writer, standing, model, simulation, settings);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Totals(Utf8JsonWriter writer, Standing standing)
    {
        var h = standing.Histories;
        writer.WriteStartObject("totals");
        Number(writer, "revenue", h.Revenue.Sum());
        Number(writer, "goods", h.Revenue.Sum() - h.Margin.Sum());
        for (var kind = 0; kind < Cost.Kinds.Count; kind++)
        {
            Number(writer, Cost.Kinds[kind].Value, standing.Costs.ByKind[kind].Sum());
        }

        Number(writer, "costs", standing.Costs.Total.Sum());
        Number(writer, "investment", standing.Costs.LastYear.Sum());
        Number(writer, "notYetBuying", standing.Costs.NotYetBuying.LastYearAmount);
        writer.WriteNumber("notYetBuyingCustomers", standing.Costs.NotYetBuying.Customers);
        Number(writer, "historical", standing.Profit.Sum());
        Number(writer, "current", standing.Current.Sum());
        Number(writer, "model", standing.Model.Sum());
        Number(writer, "potential", standing.Potential.Sum());
        Number(writer, "atRisk", standing.AtRisk.Sum());
        Number(writer, "alive", standing.Alive.Sum());
        writer.WriteNumber("losing", standing.Profit.Count(profit => profit < 0));
        writer.WriteEndObject();
    }

    private static void TiersAndMoves(Utf8JsonWriter writer, Standing standing, IReadOnlyDictionary<Guid, byte> before)
    {
        var tiers = Standing.Tiers.Length;
        var moves = new int[tiers, tiers];
        for (var i = 0; i < standing.Tier.Length; i++)
        {
            if (before.TryGetValue(standing.Histories.Ids[i], out var was))
            {
                moves[was, standing.Tier[i]]++;
            }
        }

        Groups(writer, "tiers", Standing.Tiers, standing.Tier, standing);
        // Who lacks a tenth of the least of the tier above is close to it.
        writer.WriteStartArray("close");
        for (var tier = 1; tier < tiers; tier++)
        {
            var within = Math.Floor(Math.Max(0, (Standing.LeastAbove(standing.Least, tier) ?? 0) * CloseShare));
            writer.WriteStartObject();
            writer.WriteString("name", Standing.Tiers[tier]);
            Number(writer, "within", within);
            writer.WriteNumber("customers", Enumerable.Range(0, standing.Tier.Length).Count(i => standing.Tier[i] == tier && standing.ToNext[i] <= within && within > 0));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("moves");
        for (var from = 0; from < tiers; from++)
        {
            for (var to = 0; to < tiers; to++)
            {
                if (moves[from, to] > 0)
                {
                    writer.WriteStartObject();
                    writer.WriteString("from", Standing.Tiers[from]);
                    writer.WriteString("to", Standing.Tiers[to]);
                    writer.WriteNumber("customers", moves[from, to]);
                    writer.WriteEndObject();
                }
            }
        }

        writer.WriteEndArray();
    }

    private static void Groups(Utf8JsonWriter writer, string name, string[] names, byte[] of, Standing standing)
    {
        var h = standing.Histories;
        var sums = names.Select(_ => new double[7]).ToArray();
        for (var i = 0; i < of.Length; i++)
        {
            var sum = sums[of[i]];
            sum[0]++;
            sum[1] += h.Revenue[i];
            sum[2] += standing.Current[i];
            sum[3] += standing.Model[i];
            sum[4] += standing.Potential[i];
            sum[5] += standing.AtRisk[i];
            sum[6] += standing.Costs.LastYear[i];
        }

        writer.WriteStartArray(name);
        for (var i = 0; i < names.Length; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("name", names[i]);
            writer.WriteNumber("customers", (long)sums[i][0]);
            Number(writer, "revenue", sums[i][1]);
            Number(writer, "current", sums[i][2]);
            Number(writer, "model", sums[i][3]);
            Number(writer, "potential", sums[i][4]);
            Number(writer, "atRisk", sums[i][5]);
            Number(writer, "investment", sums[i][6]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>By which the potential of each customer was measured, so that its page can show the arithmetic.</summary>
    private static void Peers(Utf8JsonWriter writer, Standing standing)
    {
        writer.WriteStartObject("peers");
        foreach (var (industry, figure) in standing.Peers)
        {
            writer.WriteStartObject(industry);
            Number(writer, "margin", figure.Margin);
            Number(writer, "most", figure.Most);
            if (figure.AHead is { } ahead)
            {
                Number(writer, "aHead", ahead);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Rfm(Utf8JsonWriter writer, Standing standing)
    {
        var cells = new int[5, 5];
        for (var i = 0; i < standing.Histories.Count; i++)
        {
            cells[standing.Rfm[0][i] - 1, standing.Rfm[1][i] - 1]++;
        }

        writer.WriteStartArray("rfm");
        for (var r = 0; r < 5; r++)
        {
            writer.WriteStartArray();
            for (var f = 0; f < 5; f++)
            {
                writer.WriteNumberValue(cells[r, f]);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>The whale curve of the profit so far, and Gini's coefficient of revenue; no curve where there is no margin to share.</summary>
    private static void Shares(Utf8JsonWriter writer, Standing standing)
    {
        decimal[] margins = [.. standing.Profit.Select(profit => (decimal)profit)];
        writer.WriteStartArray("whale");
        foreach (var point in margins.Sum() > 0 ? Concentration.WhaleCurve(margins) : [])
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(Math.Round(point.Customers, 4));
            writer.WriteNumberValue(Math.Round(point.Value, 4));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        Number(writer, "gini", Concentration.Gini(standing.Histories.Revenue.Select(revenue => (decimal)revenue)) ?? 0);
    }

    private static void Histogram(Utf8JsonWriter writer, string name, double[] probabilities)
    {
        var bars = new int[Bars];
        foreach (var probability in probabilities)
        {
            bars[Math.Clamp((int)(probability * Bars), 0, Bars - 1)]++;
        }

        writer.WriteStartArray(name);
        foreach (var bar in bars)
        {
            writer.WriteNumberValue(bar);
        }

        writer.WriteEndArray();
    }

    private static void Model(Utf8JsonWriter writer, ValueModel model)
    {
        writer.WriteStartObject("model");
        writer.WriteString("name", model.Name);
        writer.WriteBoolean("fitted", model.IsFitted);
        if (model.LogLikelihood is { } likelihood)
        {
            Number(writer, "logLikelihood", likelihood);
        }

        Parameters(writer, "parameters", model.Parameters);
        Parameters(writer, "spendParameters", model.Spend.Parameters);
        writer.WriteBoolean("spendOfAll", model.Spend.OfAll);
        FindingWords.Write(writer, model.Findings);
        if (model.Holdout is { } holdout)
        {
            writer.WriteStartObject("holdout");
            Errors(writer, "model", holdout.Model);
            Errors(writer, "baseline", holdout.Baselines[0]);
            writer.WriteStartArray("byFrequency");
            foreach (var group in holdout.ByFrequency)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(group.Frequency);
                writer.WriteNumberValue(group.Customers);
                writer.WriteNumberValue(Math.Round(group.MeanActual, 4));
                writer.WriteNumberValue(Math.Round(group.MeanPredicted, 4));
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteStartArray("tracking");
        foreach (var point in model.Tracking)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(Math.Round(point.Time, 2));
            writer.WriteNumberValue(point.CumulativeActual);
            writer.WriteNumberValue(Math.Round(point.CumulativeExpected, 2));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The year ahead as things stand, taken apart into what moves with what; and how such totals did.</summary>
    private static void Simulated(Utf8JsonWriter writer, Standing standing, ValueModel model, Simulation simulation, ValueSettings settings)
    {
        var h = standing.Histories;
        var (income, goods) = (h.Revenue.Sum(), h.Revenue.Sum() - h.Margin.Sum());
        var revenue = Enumerable.Range(0, h.Count).Sum(i => standing.Purchases[i] * model.ExpectedSpend(h, i));
        var years = settings.HorizonMonths / 12.0;
        // Costs of the last year by kind, in the proportion of all time.
        var spent = standing.Costs.Total.Sum();
        double OfLastYear(string kind) => spent > 0 ? standing.Costs.LastYear.Sum() * standing.Costs.ByKind[Enumerable.Range(0, Cost.Kinds.Count).First(i => Cost.Kinds[i].Value == kind)].Sum() / spent * years : 0;
        writer.WriteStartObject("simulation");
        writer.WriteStartObject("base");
        Number(writer, "revenue", revenue);
        Number(writer, "goods", income > 0 ? revenue * goods / income : 0);
        Number(writer, "service", OfLastYear("service"));
        Number(writer, "sales", OfLastYear("sales"));
        Number(writer, "fixed", OfLastYear("marketing") + OfLastYear("finance") + OfLastYear("other") + (standing.Costs.NotYetBuying.LastYearAmount * years));
        writer.WriteEndObject();
        // Who came within the year was foretold by nobody, and the year ahead will have such too.
        var year = h.AsOf.DayNumber - OrderHistories.DaysInYear;
        writer.WriteStartObject("newcomers");
        writer.WriteNumber("customers", Enumerable.Range(0, h.Count).Count(i => h.FirstDay[i] > year));
        Number(writer, "revenue", Enumerable.Range(0, h.Count).Sum(i => h.FirstDay[i] > year ? h.Revenue[i] : 0));
        Number(writer, "margin", Enumerable.Range(0, h.Count).Sum(i => h.FirstDay[i] > year ? h.Margin[i] : 0));
        writer.WriteEndObject();
        writer.WriteStartArray("retention");
        foreach (var (percent, ratio) in simulation.Retention)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(percent);
            writer.WriteNumberValue(Math.Round(double.IsFinite(ratio) ? ratio : 1, 6));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        if (simulation.Past is { } past)
        {
            writer.WriteStartObject("past");
            writer.WriteNumber("customers", past.Customers);
            if (past.Money is { } money)
            {
                writer.WriteStartObject("income");
                Number(writer, "predicted", money.Income);
                Number(writer, "actual", money.IncomeCame);
                writer.WriteEndObject();
                writer.WriteStartObject("margin");
                Number(writer, "predicted", money.Margin);
                Number(writer, "actual", money.MarginCame);
                writer.WriteEndObject();
                Number(writer, "incomeError", money.IncomeError);
                Number(writer, "marginRateError", money.MarginRateError);
            }

            Number(writer, "predicted", past.Predicted);
            Number(writer, "low", past.Low);
            Number(writer, "high", past.High);
            Number(writer, "actual", past.Actual);
            writer.WriteNumber("inside", past.Inside);
            writer.WriteNumber("of", past.Of);
            Number(writer, "relativeError", past.RelativeError);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Parameters(Utf8JsonWriter writer, string name, IReadOnlyList<ParameterEstimate> parameters)
    {
        writer.WriteStartObject(name);
        foreach (var parameter in parameters)
        {
            Number(writer, parameter.Name, parameter.Value);
        }

        writer.WriteEndObject();
    }

    private static void Errors(Utf8JsonWriter writer, string name, PredictionErrors errors)
    {
        writer.WriteStartObject(name);
        writer.WriteString("name", errors.Name);
        writer.WriteStartObject("words");
        foreach (var language in (string[])["zh-Hans", "zh-Hant", "en"])
        {
            writer.WriteString(language, FindingWords.Baseline(errors.Name).In(language));
        }

        writer.WriteEndObject();
        Number(writer, "meanAbsoluteError", errors.MeanAbsoluteError);
        Number(writer, "rootMeanSquaredError", errors.RootMeanSquaredError);
        Number(writer, "bias", errors.Bias);
        Number(writer, "predicted", errors.TotalPredicted);
        Number(writer, "actual", errors.TotalActual);
        writer.WriteEndObject();
    }

    /// <summary>No number that is none leaves here.</summary>
    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
