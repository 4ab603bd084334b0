using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>Where each customer stands, as columns in the order of <see cref="OrderHistories.Ids"/>. Money is in the company's currency.</summary>
public sealed class Standing
{
    public static readonly string[] Tiers = ["vip", "major", "ordinary", "small"];

    /// <summary>Current value high or low, potential value high or low.</summary>
    public static readonly string[] Quadrants = ["hesitant", "demanding", "sophisticated", "thrifty"];

    /// <summary>Profit low or high, investment high or low: money goes in and little comes back yet; neither; both; profit that asks for little.</summary>
    public static readonly string[] Planes = ["prospective", "ordinary", "repeat", "loyal"];

    public static readonly string[] Classes = ["important", "major", "general", "risk"];
    private const int FewestPeers = 30;

    /// <summary>Purchases' worth of the company's average that a customer's own margin is drawn towards.</summary>
    private const double MarginWeight = 2;

    public required OrderHistories Histories { get; init; }

    public required CustomerCosts Costs { get; init; }

    /// <summary>All margin so far less what was spent on the customer: the historical value.</summary>
    public required double[] Profit { get; init; }

    /// <summary>The same of the last 365 days: the current value.</summary>
    public required double[] Current { get; init; }

    public required double[] Alive { get; init; }

    /// <summary>Purchases expected within the horizon.</summary>
    public required double[] Purchases { get; init; }

    /// <summary>Margin of one more purchase.</summary>
    public required double[] Contribution { get; init; }

    /// <summary>Discounted margin expected within the horizon: the model value.</summary>
    public required double[] Model { get; init; }

    /// <summary>What the best quarter of each industry brings, by which potential is measured; under the empty name that of all.</summary>
    public required IReadOnlyDictionary<string, PeerFigure> Peers { get; init; }

    /// <param name="Margin">What the best quarter brings a year, from so much on.</param>
    /// <param name="Most">What nineteen of twenty bring at most.</param>
    /// <param name="AHead">The same a head; null where too few say how many they are.</param>
    public sealed record PeerFigure(double Margin, double Most, double? AHead)
    {
        /// <summary>What a customer of so many people can bring.</summary>
        public double Reachable(double employees) => AHead is { } each && employees > 0 ? Math.Min(Most, each * employees) : Margin;
    }

    /// <summary>What the customer would bring in a year more if it bought as the best quarter of its like do, who are measured by their size.</summary>
    public required double[] Potential { get; init; }

    /// <summary>Margin that would come if the customer were surely still one, less what is expected.</summary>
    public required double[] AtRisk { get; init; }

    public required byte[] Tier { get; init; }

    /// <summary>What the ranked figure lacks to the least of the tier above; 0 in the highest.</summary>
    public required double[] ToNext { get; init; }

    /// <summary>The least of the ranked figure in each tier; infinite where there is nobody.</summary>
    public required double[] Least { get; init; }

    public required byte[] Quadrant { get; init; }

    /// <summary>Place on the plane of investment and profit of the last 365 days.</summary>
    public required byte[] Plane { get; init; }

    public required byte[] Class { get; init; }

    /// <summary>0…100; no number where it is not known.</summary>
    public required double[] Satisfaction { get; init; }

    public required double[] Trust { get; init; }

    public required byte[][] Rfm { get; init; }

    /// <summary>The four scores, 0…100: loyalty, profit, potential, influence.</summary>
    public required double[][] Scores { get; init; }

    public required double CurrentCut { get; init; }

    public required double PotentialCut { get; init; }

    public required double InvestmentCut { get; init; }

    public required double ProfitCut { get; init; }

    /// <summary>Share of the buyers for whom a factor is not known, by name.</summary>
    public required IReadOnlyDictionary<string, double> Missing { get; init; }

    public static Standing Of(OrderHistories histories, CustomerFacts facts, CustomerCosts costs, ValueModel model, ValueSettings settings, CustomerFeelings feelings)
    {
        var n = histories.Count;
        double[] alive = new double[n], purchases = new double[n], contribution = new double[n], value = new double[n], risk = new double[n];
        var weeks = settings.HorizonMonths * PurchaseLog.DaysPer(TimeUnit.Month) / 7;
        var discount = ValueTerms.PerUnit(settings.DiscountRate / 100, TimeUnit.Week);
        double[] historical = [.. histories.Margin.Select((margin, i) => margin - costs.Total[i])], current = [.. histories.CurrentMargin.Select((margin, i) => margin - costs.LastYear[i])];
        double revenue = histories.Revenue.Sum(), margin = historical.Sum();
        var usual = revenue > 0 ? margin / revenue : settings.UsualMargin / 100;
        Parallel.For(0, n, place =>
        {
            var summary = histories.Summary(place);
            var (probability, expected, discounted, ifAlive) = histories.Purchases[place] > 0 ? model.Expect(summary, weeks, discount) : (0, 0, 0, 0);
            var spend = model.ExpectedSpend(histories, place);
            var share = MarginShare(histories.Revenue[place], historical[place], spend, usual);
            alive[place] = probability;
            purchases[place] = expected;
            contribution[place] = (spend * share) - settings.CostPerPurchase;
            value[place] = discounted * contribution[place];
            risk[place] = Math.Max(0, (ifAlive - discounted) * contribution[place]);
            // A customer given up for lost has nothing left to lose: what is at stake ends with what the year before brought.
            risk[place] = Math.Min(risk[place], Math.Max(0, Math.Max(current[place], historical[place] / Math.Max(1, summary.Age / 52.18))));
        });

        var peers = PeersOf(facts.Peers, facts.Employees, current);
        double[] potential = [.. current.Select((value, i) => Math.Max(0, (peers.GetValueOrDefault(facts.Peers[i]) ?? peers[""]).Reachable(facts.Employees[i]) - Math.Max(0, value)))];
        var (currentCut, potentialCut) = (Ranks.Percentile(current, settings.CurrentCut), Ranks.Percentile(potential, settings.PotentialCut));
        var (investmentCut, profitCut) = (Ranks.Percentile([.. costs.LastYear.Where(spent => spent > 0)], settings.InvestmentCut), Ranks.Percentile(current, settings.ProfitCut));
        var factors = Factors([.. histories.Purchases.Select(count => (double)count)], [.. histories.FirstDay.Select(day => (double)(histories.AsOf.DayNumber - day))], [.. histories.LastDay.Select(day => (double)day)], facts, alive, current, historical, potential, value);
        var scores = ValueSettings.UsualWeights.Keys.Select(score => Score(settings.Weights[score], factors, n)).ToArray();
        var quadrant = new byte[n];
        var classes = new byte[n];
        var plane = new byte[n];
        for (var i = 0; i < n; i++)
        {
            quadrant[i] = QuadrantOf(current[i], currentCut, potential[i], potentialCut);
            plane[i] = PlaneOf(costs.LastYear[i], investmentCut, current[i], profitCut);
            classes[i] = ClassOf(alive[i], scores[0][i], scores[1][i], feelings.Satisfaction[i], feelings.Trust[i], settings);
        }

        var ranked = settings.RankBy switch { "model" => value, "historical" => historical, "revenue" => [.. histories.Revenue], _ => current };
        var tier = TiersOf(ranked, settings.Tiers);
        var (least, toNext) = NextTier(ranked, tier);
        return new Standing
        {
            Histories = histories, Costs = costs, Profit = historical, Current = current, Alive = alive, Purchases = purchases, Contribution = contribution, Model = value, Potential = potential, Peers = peers, AtRisk = risk,
            Tier = tier, ToNext = toNext, Least = least, Quadrant = quadrant, Plane = plane, Class = classes, Satisfaction = feelings.Satisfaction, Trust = feelings.Trust, Scores = scores, CurrentCut = currentCut, PotentialCut = potentialCut, InvestmentCut = investmentCut, ProfitCut = profitCut,
            Rfm = [Ranks.Quintiles([.. histories.LastDay.Select(day => (double)day)]), Ranks.Quintiles([.. histories.Purchases.Select(count => (double)count)]), Ranks.Quintiles([.. histories.Revenue])],
            Missing = new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["cost"] = n == 0 ? 0 : histories.Counts.Count(count => count.WithoutCost > 0) / (double)n,
                ["peers"] = n == 0 ? 0 : facts.Peers.Count(peer => peer.Length == 0) / (double)n,
                // By factor of a score: for how many it says nothing and stays at what it is for everybody.
                ["frequency"] = n == 0 ? 0 : histories.Purchases.Count(count => count < 2) / (double)n,
                ["group"] = n == 0 ? 0 : facts.Group.Count(count => count <= 0) / (double)n,
                ["relations"] = n == 0 ? 0 : facts.Relations.Count(count => count <= 0) / (double)n,
                ["referrals"] = n == 0 ? 0 : facts.Referrals.Count(count => count <= 0) / (double)n,
                ["potential"] = n == 0 ? 0 : facts.Peers.Count(peer => peer.Length == 0) / (double)n,
                ["current"] = n == 0 ? 0 : histories.Counts.Count(count => count.WithoutCost > 0) / (double)n,
                ["satisfaction"] = n == 0 ? 0 : feelings.Satisfaction.Count(double.IsNaN) / (double)n,
                ["trust"] = n == 0 ? 0 : feelings.Trust.Count(double.IsNaN) / (double)n,
                ["historical"] = n == 0 ? 0 : histories.Counts.Count(count => count.WithoutCost > 0) / (double)n,
            },
        };
    }

    /// <summary>What is not known of satisfaction or trust (no number) speaks neither for a customer nor against it.</summary>
    public static byte ClassOf(double alive, double loyalty, double profit, double satisfaction, double trust, ValueSettings settings) =>
        (byte)(alive * 100 < settings.RiskBelow || satisfaction < settings.SatisfactionRiskBelow || trust < settings.TrustRiskBelow ? 3
            : profit < settings.HighFrom ? 2
            : loyalty >= settings.HighFrom * 0.75 && !(satisfaction < settings.GoodFrom) && !(trust < settings.GoodFrom) ? 0 : 1);

    public static byte QuadrantOf(double current, double currentCut, double potential, double potentialCut) =>
        (byte)((current >= currentCut && current > 0 ? 0 : 2) + (potential >= potentialCut && potential > 0 ? 0 : 1));

    public static byte PlaneOf(double investment, double investmentCut, double profit, double profitCut) =>
        (byte)((profit >= profitCut && profit > 0 ? 2 : 0) + (investment >= investmentCut && investment > 0 ? 0 : 1));

    /// <summary>The share of an amount that remains: the customer's own, drawn towards the company's as if by two purchases of it.</summary>
    public static double MarginShare(double revenue, double margin, double spend, double usual)
    {
        var weight = MarginWeight * Math.Max(0, spend);
        var known = Math.Max(0, revenue);
        return known + weight > 0 ? (Math.Min(known, margin) + (weight * usual)) / (known + weight) : usual;
    }

    /// <summary>Up to share p of n customers belong ⌈p·n⌉, best first, ties by place: the rule of <see cref="Science.Segments.Pyramid"/>.</summary>
    public static byte[] TiersOf(double[] ranked, IReadOnlyList<double> shares)
    {
        // Higher first; of equals the earlier place is the better one.
        var best = Ranks.Ascending([.. ranked.Select(value => -value)]);
        var tier = new byte[ranked.Length];
        var from = 0;
        decimal upTo = 0;
        for (byte t = 0; t < Tiers.Length; t++)
        {
            upTo += t < shares.Count ? (decimal)shares[t] : 100;
            var to = t < shares.Count ? (int)Math.Ceiling(upTo / 100 * ranked.Length) : ranked.Length;
            for (var i = from; i < to; i++)
            {
                tier[best[i]] = t;
            }

            from = Math.Max(from, to);
        }

        return tier;
    }

    /// <summary>The least of the nearest tier above that has anybody; null when there is none.</summary>
    public static double? LeastAbove(double[] least, int tier)
    {
        while (--tier >= 0)
        {
            if (double.IsFinite(least[tier]))
            {
                return least[tier];
            }
        }

        return null;
    }

    private static (double[] Least, double[] ToNext) NextTier(double[] ranked, byte[] tier)
    {
        double[] least = [.. Tiers.Select(_ => double.PositiveInfinity)], toNext = new double[ranked.Length];
        for (var i = 0; i < ranked.Length; i++)
        {
            least[tier[i]] = Math.Min(least[tier[i]], ranked[i]);
        }

        for (var i = 0; i < ranked.Length; i++)
        {
            toNext[i] = LeastAbove(least, tier[i]) is { } above ? Math.Max(0, above - ranked[i]) : 0;
        }

        return (least, toNext);
    }

    /// <summary>
    /// The margin a year that the customer would bring if it bought as the best quarter of its industry do, less what it brings. Where the number of people is known of the customer and of
    /// thirty of its industry, their best quarter is that by margin a head, up to the most that nineteen of twenty of them bring; otherwise by margin, of all buyers where the industry has not thirty.
    /// </summary>
    private static Dictionary<string, PeerFigure> PeersOf(string[] peers, double[] employees, double[] current)
    {
        var figures = Enumerable.Range(0, current.Length).Where(i => peers[i].Length > 0).GroupBy(i => peers[i], StringComparer.Ordinal).Where(group => group.Count() >= FewestPeers).ToDictionary(
            group => group.Key,
            group =>
            {
                int[] sized = [.. group.Where(i => employees[i] > 0)];
                double[] margins = [.. group.Select(i => current[i])];
                return new PeerFigure(Ranks.Percentile(margins, 75), Ranks.Percentile(margins, 95), sized.Length >= FewestPeers ? Ranks.Percentile([.. sized.Select(i => current[i] / employees[i])], 75) : null);
            },
            StringComparer.Ordinal);
        var all = Ranks.Percentile(current, 75);
        figures[""] = new PeerFigure(all, all, null);
        return figures;
    }

    internal static Dictionary<string, double[]> Factors(double[] purchases, double[] tenure, double[] lastDay, CustomerFacts facts, double[] alive, double[] current, double[] historical, double[] potential, double[] model) => new(StringComparer.Ordinal)
    {
        ["alive"] = [.. alive.Select(probability => probability * 100)],
        ["frequency"] = Ranks.Percentiles(purchases),
        ["tenure"] = Ranks.Percentiles(tenure),
        ["recency"] = Ranks.Percentiles(lastDay),
        ["current"] = Ranks.Percentiles(current),
        ["historical"] = Ranks.Percentiles(historical),
        ["potential"] = Ranks.Percentiles(potential),
        ["model"] = Ranks.Percentiles(model),
        ["group"] = AboveNothing(facts.Group),
        ["relations"] = AboveNothing(facts.Relations),
        ["referrals"] = AboveNothing(facts.Referrals),
    };

    /// <summary>Percentiles among those who have any; nothing stays 0, for most customers influence nobody.</summary>
    private static double[] AboveNothing(double[] counts)
    {
        var having = Enumerable.Range(0, counts.Length).Where(i => counts[i] > 0).ToArray();
        var ranks = Ranks.Percentiles([.. having.Select(i => counts[i])]);
        var all = new double[counts.Length];
        for (var i = 0; i < having.Length; i++)
        {
            all[having[i]] = Math.Max(1, ranks[i]);
        }

        return all;
    }

    internal static double[] Score(IReadOnlyDictionary<string, double> weights, Dictionary<string, double[]> factors, int count)
    {
        var score = new double[count];
        foreach (var (factor, weight) in weights)
        {
            var values = factors[factor];
            for (var i = 0; i < count; i++)
            {
                score[i] += weight / 100 * values[i];
            }
        }

        return score;
    }
}
