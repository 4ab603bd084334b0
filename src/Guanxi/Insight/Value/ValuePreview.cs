using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>What other rules would do to the tiers, quadrants, classes and places on the plane as last reckoned, without changing anything.</summary>
/// <param name="Changed">Customers who would change their tier, quadrant, class or place on the plane.</param>
/// <param name="Cuts">Where the two planes are cut, in money: current and potential value, investment and profit.</param>
/// <param name="Scores">For each of the four scores how many customers are high in it, now and then; null where the weights stay.</param>
public sealed record ValuePreview(IReadOnlyList<int> Tiers, IReadOnlyList<int> Quadrants, IReadOnlyList<int> Classes, IReadOnlyList<int> Planes, int Changed, IReadOnlyList<(string Name, double Amount)> Cuts, IReadOnlyList<(int Now, int Then)>? Scores)
{
    private sealed class Read
    {
        public List<Guid> Ids { get; } = [];

        public List<double>[] Numbers { get; } = [.. Enumerable.Range(0, 11).Select(_ => new List<double>())];

        public List<byte> Tiers { get; } = [];

        public List<byte> Quadrants { get; } = [];

        public List<byte> Classes { get; } = [];

        public List<byte> Planes { get; } = [];
    }

    /// <param name="customers">The description of the customers, whose fields the settings may name.</param>
    public static async Task<ValuePreview> OfAsync(DatabaseSession session, ValueSettings settings, Platform.Records.RecordType customers, CancellationToken cancel = default)
    {
        var now = await ValueSettings.ReadAsync(session, cancel);
        // Other weights ask for everything the scores are made of; other cuts only for what is cut.
        var weighs = !ScoreWeights.Same(now, settings) || now.HighFrom != settings.HighFrom || now.RiskBelow != settings.RiskBelow || !CustomerFeelings.Same(now, settings);
        var read = await ReadAsync(session, settings, cancel);
        var (ranked, current, potential) = (read.Numbers[0], read.Numbers[1], read.Numbers[2]);
        var wanted = Standing.TiersOf([.. ranked], settings.Tiers);
        var (currentCut, potentialCut) = (Ranks.Percentile([.. current], settings.CurrentCut), Ranks.Percentile([.. potential], settings.PotentialCut));
        var investment = read.Numbers[10];
        var (investmentCut, profitCut) = (Ranks.Percentile([.. investment.Where(spent => spent > 0)], settings.InvestmentCut), Ranks.Percentile([.. current], settings.ProfitCut));
        var scores = weighs ? await ScoresAsync(session, read, settings, cancel) : null;
        var feelings = weighs ? await FeelingsAsync(session, read.Ids, settings, customers, cancel) : null;
        var (byTier, byQuadrant, byClass, byPlane, changed) = (new int[Standing.Tiers.Length], new int[Standing.Quadrants.Length], new int[Standing.Classes.Length], new int[Standing.Planes.Length], 0);
        for (var i = 0; i < wanted.Length; i++)
        {
            var quadrant = Standing.QuadrantOf(current[i], currentCut, potential[i], potentialCut);
            var plane = Standing.PlaneOf(investment[i], investmentCut, current[i], profitCut);
            var own = scores is null ? read.Classes[i] : Standing.ClassOf(read.Numbers[3][i], scores[0][i], scores[1][i], feelings!.Satisfaction[i], feelings.Trust[i], settings);
            byTier[wanted[i]]++;
            byQuadrant[quadrant]++;
            byClass[own]++;
            byPlane[plane]++;
            changed += wanted[i] != read.Tiers[i] || quadrant != read.Quadrants[i] || own != read.Classes[i] || plane != read.Planes[i] ? 1 : 0;
        }

        return new ValuePreview(byTier, byQuadrant, byClass, byPlane, changed, [("current", Money(currentCut)), ("potential", Money(potentialCut)), ("investment", Money(investmentCut)), ("profit", Money(profitCut))], scores is null ? null : [.. scores.Select((score, i) => (read.Numbers[6 + i].Count(value => value >= now.HighFrom), score.Count(value => Math.Round(value, MidpointRounding.AwayFromZero) >= settings.HighFrom)))]);
    }

    private static double Money(double stored) => double.IsFinite(stored) ? Math.Round(stored / 10_000, 2) : 0;

    private static async Task<CustomerFeelings> FeelingsAsync(DatabaseSession session, List<Guid> ids, ValueSettings settings, Platform.Records.RecordType customers, CancellationToken cancel)
    {
        var company = await Platform.Settings.ReadAsync(session, cancel);
        var asOf = await session.ScalarAsync<string>(Sql.Of($"SELECT MAX(as_of) FROM customer_value"), cancel);
        return await CustomerFeelings.ReadAsync(session, ids, settings, customers, asOf is null ? DateOnly.MinValue.AddDays(400) : DateOnly.ParseExact(asOf, "yyyy-MM-dd"), TimeZoneInfo.FindSystemTimeZoneById(company.TimeZone), cancel);
    }

    private static async Task<Read> ReadAsync(DatabaseSession session, ValueSettings settings, CancellationToken cancel)
    {
        var column = new SqlName(settings.RankBy);
        var read = new Read();
        // In the order of the ids, by which ties are broken.
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT {column}, current, potential, alive, historical, model, loyalty, profit, promise, influence, investment, tier, quadrant, class, record_id, plane FROM customer_value ORDER BY record_id"), cancel);
        while (await reader.ReadAsync(cancel))
        {
            for (var i = 0; i < read.Numbers.Length; i++)
            {
                read.Numbers[i].Add(i == 3 ? Convert.ToDouble(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture) : reader.GetInt64(i));
            }

            read.Tiers.Add((byte)Array.IndexOf(Standing.Tiers, reader.GetString(11)));
            read.Quadrants.Add((byte)Array.IndexOf(Standing.Quadrants, reader.GetString(12)));
            read.Classes.Add((byte)Array.IndexOf(Standing.Classes, reader.GetString(13)));
            read.Ids.Add(session.Dialect.ReadId(reader, 14));
            // A plane that was never reckoned is none to move away from.
            read.Planes.Add(reader.IsDBNull(15) ? (byte)1 : (byte)Array.IndexOf(Standing.Planes, reader.GetString(15)));
        }

        return read;
    }

    private static async Task<double[][]> ScoresAsync(DatabaseSession session, Read read, ValueSettings settings, CancellationToken cancel)
    {
        List<double> purchases = [], tenure = [], last = [];
        await using (var reader = await session.ReadAsync(Sql.Of($"SELECT purchases, as_of, first_on, last_on FROM customer_value ORDER BY record_id"), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                int Day(int ordinal) => DateOnly.ParseExact(reader.GetString(ordinal), "yyyy-MM-dd").DayNumber;
                purchases.Add(reader.GetInt64(0));
                tenure.Add(Day(1) - Day(2));
                last.Add(Day(3));
            }
        }

        var facts = await CustomerFacts.ReadAsync(session, read.Ids, cancel);
        var factors = Standing.Factors([.. purchases], [.. tenure], [.. last], facts, [.. read.Numbers[3]], [.. read.Numbers[1]], [.. read.Numbers[4]], [.. read.Numbers[2]], [.. read.Numbers[5]]);
        return [.. ValueSettings.UsualWeights.Keys.Select(score => Standing.Score(settings.Weights[score], factors, read.Ids.Count))];
    }
}
