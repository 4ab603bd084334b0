using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Laboratory;

/// <summary>A model of purchases as it was fitted once.</summary>
/// <param name="Model">bg-nbd, mbg-nbd, pareto-nbd, bg-bb or gamma-gamma.</param>
/// <param name="Parameters">Under their names in the papers.</param>
/// <param name="Spend">Gamma-Gamma's p, q and v beside a model of purchases; null without.</param>
/// <param name="Horizon">How far to look ahead, in units.</param>
/// <param name="Tells">alive, purchases, spend or value.</param>
/// <param name="Margin">For the value: what remains of an amount, 0…1.</param>
/// <param name="CostPerPurchase">For the value, in the company's currency.</param>
/// <param name="DiscountRate">For the value, per unit of time.</param>
/// <param name="FittedOn">The last day the fit saw, <c>yyyy-MM-dd</c>.</param>
internal sealed record PurchaseParameters(
    string Model, IReadOnlyDictionary<string, double> Parameters, IReadOnlyDictionary<string, double>? Spend, TimeUnit Unit, double Horizon, string Tells, double Margin, double CostPerPurchase, double DiscountRate, string FittedOn);

/// <summary>Whether a customer still is one, how often it will buy, what the next purchase or all to come are worth.</summary>
internal sealed class KeptPurchases : KeptModel
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly PurchaseParameters kept;
    private readonly IPurchaseModel? purchases;
    private readonly BgBb? opportunities;
    private readonly GammaGamma? spend;
    private readonly DateOnly fittedOn;

    public KeptPurchases(PurchaseParameters kept)
    {
        this.kept = kept;
        double Of(string name) => kept.Parameters[name];
        purchases = kept.Model switch
        {
            "bg-nbd" => new BgNbd(Of("r"), Of("alpha"), Of("a"), Of("b")),
            "mbg-nbd" => new MbgNbd(Of("r"), Of("alpha"), Of("a"), Of("b")),
            "pareto-nbd" => new ParetoNbd(Of("r"), Of("alpha"), Of("s"), Of("beta")),
            _ => null,
        };
        opportunities = kept.Model == "bg-bb" ? new BgBb(Of("alpha"), Of("beta"), Of("gamma"), Of("delta")) : null;
        var money = kept.Model == "gamma-gamma" ? kept.Parameters : kept.Spend;
        spend = money is null ? null : new GammaGamma(money["p"], money["q"], money["v"]);
        fittedOn = DateOnly.ParseExact(kept.FittedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    public override string Write() => JsonSerializer.Serialize(kept, Json);

    /// <exception cref="UnsuitableDataException">The text is no such model.</exception>
    public static KeptPurchases Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<PurchaseParameters>(text, Json) is { Parameters: not null, Model: not null } kept)
            {
                return new KeptPurchases(kept);
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException)
        {
            // Told below.
        }

        throw new UnsuitableDataException("The model file is damaged: parts of it are missing or do not fit together.");
    }

    /// <summary>What it tells of customers whose purchases are known until a day; nothing of those who never bought.</summary>
    public IEnumerable<(string Customer, double Value)> Tell(CalibrationSplit split)
    {
        var periods = opportunities is null ? null : PurchaseLog.Opportunities(split);
        for (var i = 0; i < split.Customers.Count; i++)
        {
            var customer = split.Customers[i];
            if (Value(customer, periods?[i]) is { } value && double.IsFinite(value))
            {
                yield return (customer.Customer, Math.Round(value, kept.Tells is "spend" or "value" ? 2 : 4));
            }
        }
    }

    private double? Value(CustomerHistory customer, OpportunitySummary? periods)
    {
        // A customer of this very period has not had an opportunity yet; nothing is known of it but that it came.
        var period = periods is { Periods: < 1 } ? new OpportunitySummary(0, 0, 1) : periods ?? default;
        return kept.Tells switch
        {
            "alive" => purchases?.ProbabilityAlive(customer.Summary) ?? opportunities!.ProbabilityAlive(period),
            "purchases" => Purchases(customer, period, kept.Horizon),
            "spend" => spend?.ExpectedSpend(SpendOf(customer)),
            _ => spend?.ExpectedSpend(SpendOf(customer)) is not { } each ? null
                : purchases is not null ? CustomerLifetimeValue.Of(purchases, customer.Summary, each, new ValueTerms(kept.Margin, kept.CostPerPurchase, kept.DiscountRate, kept.Horizon)).Value
                : Purchases(customer, period, kept.Horizon) * Math.Pow(1 + kept.DiscountRate, -kept.Horizon / 2) * ((each * kept.Margin) - kept.CostPerPurchase),
        };
    }

    private double Purchases(CustomerHistory customer, OpportunitySummary period, double horizon) =>
        purchases?.ConditionalExpectation(customer.Summary, horizon) ?? opportunities!.ConditionalExpectation(period, (int)horizon);

    private static SpendSummary SpendOf(CustomerHistory customer) => customer.Spend.MeanSpend > 0 ? customer.Spend : new SpendSummary(0, 0);

    public override async Task<KeptNight> TellAsync(DatabaseSession session, Actor actor, KeptScore score, JsonElement report, DateOnly on, DateTimeOffset now, CancellationToken cancel)
    {
        var told = new List<(Guid, object)>();
        var values = new List<double>();
        var errors = new Errors();
        await foreach (var (table, _) in LabTable.PagesAsync(session, actor, score.Question, ["value.orders"], now, PageSize, cancel))
        {
            var log = (await LabPurchases.OrdersAsync(session, table.Ids, cancel)).Log!.Where(purchase => purchase.Date <= on).ToList();
            if (Split(log, on, on) is not { } split)
            {
                continue;
            }

            foreach (var (customer, value) in Tell(split))
            {
                told.Add((Guid.Parse(customer), value));
                values.Add(value);
            }

            if (on > fittedOn && Split(log, fittedOn, on) is { } since)
            {
                Compare(since, split, errors);
            }
        }

        return new KeptNight(told, errors.Expected, errors.Actual, errors.Noise, Stability.Index(Stability.EdgesOf(report), values));
    }

    /// <summary>Null where nobody had bought by then.</summary>
    private CalibrationSplit? Split(List<Purchase> log, DateOnly end, DateOnly on)
    {
        try
        {
            return log.Count == 0 ? null : PurchaseLog.Split(log, end, kept.Unit, on);
        }
        catch (UnsuitableDataException)
        {
            return null;
        }
    }

    /// <summary>What was expected since the fit of those who were customers then, and what came: purchases, or for a model of spend what each purchase brought.</summary>
    private void Compare(CalibrationSplit since, CalibrationSplit now, Errors errors)
    {
        if (kept.Model == "gamma-gamma")
        {
            var whole = now.Customers.ToDictionary(customer => customer.Customer, customer => customer.TotalSpend, StringComparer.Ordinal);
            foreach (var customer in since.Customers.Where(customer => customer.HoldoutPurchases > 0))
            {
                if (whole.GetValueOrDefault(customer.Customer) is { } total && customer.TotalSpend is { } before && spend!.ExpectedSpend(SpendOf(customer)) is { } each)
                {
                    errors.Add(each, (total - before) / customer.HoldoutPurchases);
                }
            }

            return;
        }

        var periods = opportunities is null ? null : PurchaseLog.Opportunities(since);
        for (var i = 0; i < since.Customers.Count; i++)
        {
            // Within a period BG/BB counts one purchase only; whole periods that have passed are compared.
            if (periods is null || (periods[i].Periods >= 1 && since.HoldoutLength >= 1))
            {
                var customer = since.Customers[i];
                errors.Add(Purchases(customer, periods?[i] ?? default, periods is null ? since.HoldoutLength : Math.Floor(since.HoldoutLength)), periods is null ? customer.HoldoutPurchases : PeriodsBought(customer, since));
            }
        }
    }

    private int PeriodsBought(CustomerHistory customer, CalibrationSplit since)
    {
        var length = PurchaseLog.DaysPer(kept.Unit);
        return customer.PurchaseDays.Where(day => day > since.CalibrationEnd).Select(day => (int)((day.DayNumber - since.CalibrationEnd.DayNumber - 1) / length)).Where(period => period < Math.Floor(since.HoldoutLength)).Distinct().Count();
    }

    /// <summary>Expected and actual on the average, and the standard error of their difference.</summary>
    private sealed class Errors
    {
        private double expected;
        private double actual;
        private double squares;
        private long count;

        public double Expected => count == 0 ? 0 : expected / count;

        public double Actual => count == 0 ? 0 : actual / count;

        public double Noise => count < 2 ? 0 : Math.Sqrt(Math.Max(0, (squares / count) - Math.Pow(Actual - Expected, 2)) / count);

        public void Add(double foretold, double came)
        {
            count++;
            expected += foretold;
            actual += came;
            squares += (came - foretold) * (came - foretold);
        }
    }
}
