using Guanxi.Science.Common;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// Equal summaries merged, with tables of the distinct x, t_x and T, so that a likelihood pays for special functions and
/// logarithms once per distinct value and only for the mixing of two terms once per group.
/// </summary>
internal sealed class PurchaseGroups
{
    private const int ChunkSize = 8192;

    public required int[] Frequencies { get; init; }
    public required double[] Times { get; init; }
    public required double[] FrequencyWeights { get; init; }
    public required int[] FrequencyIndex { get; init; }
    public required int[] RecencyIndex { get; init; }
    public required int[] AgeIndex { get; init; }
    public required double[] Weights { get; init; }
    public required double TotalWeight { get; init; }
    public required double Scale { get; init; }
    public required double MeanFrequency { get; init; }
    public required double MeanAge { get; init; }

    public int Count => Weights.Length;

    /// <summary>ln of the density's change of unit: a density over x event times scales with unit⁻ˣ.</summary>
    public double LogLikelihoodShift => -TotalWeight * MeanFrequency * Math.Log(Scale);

    public static PurchaseGroups Of(IReadOnlyList<PurchaseSummary> customers)
    {
        ArgumentNullException.ThrowIfNull(customers);
        var merged = new Dictionary<(int, double, double), double>(customers.Count);
        double total = 0, frequency = 0, age = 0;
        for (var i = 0; i < customers.Count; i++)
        {
            var customer = customers[i];
            Check(customer);
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(merged, (customer.Frequency, customer.Recency, customer.Age), out _) += customer.Count;
            total += customer.Count;
            frequency += (double)customer.Frequency * customer.Count;
            age += customer.Age * customer.Count;
        }

        if (total == 0)
        {
            throw new UnsuitableDataException("There is no customer to fit a model to.");
        }

        if (frequency == 0)
        {
            throw new UnsuitableDataException("No customer has bought a second time, so neither the rhythm of purchases nor dropout can be estimated; revenue so far can still be shown.");
        }

        var scale = LikelihoodFitter.Scale(age / total);
        return Build(merged, scale, total, frequency / total, age / total / scale);
    }

    /// <summary>Every n-th group, for sorting starting values cheaply; null when the whole is small.</summary>
    public PurchaseGroups? Thinned(int target = 20_000)
    {
        if (Count <= 2 * target)
        {
            return null;
        }

        var stride = Count / target;
        var kept = Enumerable.Range(0, Count / stride).Select(i => i * stride).ToArray();
        var weights = kept.Select(i => Weights[i]).ToArray();
        var frequencyWeights = new double[Frequencies.Length];
        foreach (var i in kept)
        {
            frequencyWeights[FrequencyIndex[i]] += Weights[i];
        }

        return new PurchaseGroups
        {
            Frequencies = Frequencies,
            Times = Times,
            FrequencyWeights = frequencyWeights,
            FrequencyIndex = kept.Select(i => FrequencyIndex[i]).ToArray(),
            RecencyIndex = kept.Select(i => RecencyIndex[i]).ToArray(),
            AgeIndex = kept.Select(i => AgeIndex[i]).ToArray(),
            Weights = weights,
            TotalWeight = weights.Sum(),
            Scale = Scale,
            MeanFrequency = MeanFrequency,
            MeanAge = MeanAge,
        };
    }

    /// <summary>Sums what <paramref name="part"/> adds over ranges of groups, in a fixed order whatever the number of cores.</summary>
    /// <param name="size">Length of the vector of sums.</param>
    /// <param name="part">Adds the groups from (inclusive) to (exclusive) into the given sums.</param>
    public double[] Accumulate(int size, Action<int, int, double[]> part)
    {
        var chunks = (Count + ChunkSize - 1) / ChunkSize;
        var partial = new double[chunks][];
        void Run(int chunk)
        {
            partial[chunk] = new double[size];
            part(chunk * ChunkSize, Math.Min(Count, (chunk + 1) * ChunkSize), partial[chunk]);
        }

        if (chunks == 1)
        {
            Run(0);
            return partial[0];
        }

        Parallel.For(0, chunks, Run);
        var sums = new double[size];
        foreach (var one in partial)
        {
            for (var i = 0; i < size; i++)
            {
                sums[i] += one[i];
            }
        }

        return sums;
    }

    private static PurchaseGroups Build(Dictionary<(int Frequency, double Recency, double Age), double> merged, double scale, double total, double meanFrequency, double meanAge)
    {
        var frequencyIndex = new Dictionary<int, int>();
        var timeIndex = new Dictionary<double, int>();
        var size = merged.Count;
        int[] frequencyOf = new int[size], recencyOf = new int[size], ageOf = new int[size];
        var weights = new double[size];
        var row = 0;
        foreach (var (key, weight) in merged)
        {
            frequencyOf[row] = Index(frequencyIndex, key.Frequency);
            recencyOf[row] = Index(timeIndex, key.Recency);
            ageOf[row] = Index(timeIndex, key.Age);
            weights[row++] = weight;
        }

        var frequencyWeights = new double[frequencyIndex.Count];
        for (var i = 0; i < size; i++)
        {
            frequencyWeights[frequencyOf[i]] += weights[i];
        }

        return new PurchaseGroups
        {
            Frequencies = [.. frequencyIndex.Keys],
            Times = timeIndex.Keys.Select(time => time / scale).ToArray(),
            FrequencyWeights = frequencyWeights,
            FrequencyIndex = frequencyOf,
            RecencyIndex = recencyOf,
            AgeIndex = ageOf,
            Weights = weights,
            TotalWeight = total,
            Scale = scale,
            MeanFrequency = meanFrequency,
            MeanAge = meanAge,
        };
    }

    private static int Index<TKey>(Dictionary<TKey, int> index, TKey key)
        where TKey : notnull
    {
        ref var position = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(index, key, out var exists);
        if (!exists)
        {
            position = index.Count - 1;
        }

        return position;
    }

    private static void Check(in PurchaseSummary customer)
    {
        if (customer.Frequency < 0 || customer.Count < 0 || !double.IsFinite(customer.Recency) || !double.IsFinite(customer.Age) || customer.Recency < 0 || customer.Age < customer.Recency)
        {
            throw new UnsuitableDataException($"A summary with x = {customer.Frequency}, t_x = {customer.Recency:g6}, T = {customer.Age:g6} is impossible: it needs x ≥ 0 and 0 ≤ t_x ≤ T.");
        }

        if (customer.Frequency == 0 && customer.Recency > 0)
        {
            throw new UnsuitableDataException($"A summary with x = 0 and t_x = {customer.Recency:g6} is impossible: without a repeat purchase recency is 0.");
        }
    }
}
