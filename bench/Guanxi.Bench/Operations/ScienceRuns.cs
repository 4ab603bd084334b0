using System.Diagnostics;
using Guanxi.Science.LifetimeValue;
using Guanxi.Science.Mining;
using Guanxi.Science.Scoring;

namespace Guanxi.Bench.Operations;

/// <summary>The library by itself, on synthetic columns of the sizes one is asked about: no server and no database.</summary>
public sealed class ScienceRuns(Action<string> say)
{
    public static IReadOnlyList<string> Names { get; } = ["clv.fit", "churn.train", "rules.mine", "cluster"];

    public static bool IsOne(string? name) => name is not null && Names.Any(known => known.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(known, StringComparison.Ordinal));

    public IEnumerable<Figure> Run(Func<string, bool> wanted)
    {
        if (wanted("clv.fit"))
        {
            yield return Lifetime();
        }

        if (wanted("churn.train"))
        {
            foreach (var kind in new[] { ClassifierKind.Logistic, ClassifierKind.Boosting })
            {
                yield return Churn(kind);
            }
        }

        if (wanted("rules.mine"))
        {
            yield return Rules();
        }

        if (wanted("cluster"))
        {
            yield return Cluster();
        }
    }

    private Figure Measure(string name, double most, string target, Func<string> work)
    {
        say(name);
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var note = work();
        var (seconds, used) = (Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        return new Figure(name, seconds, "s", target, seconds <= most, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{note}, {used:0.0} s CPU"));
    }

    /// <summary>A million customers who buy at a rate of their own and leave with a chance of their own after each order, over three years of days.</summary>
    private Figure Lifetime()
    {
        var random = new Random(3);
        var customers = new PurchaseSummary[1_000_000];
        for (var i = 0; i < customers.Length; i++)
        {
            var rate = Math.Max(0.02, -Math.Log(1 - random.NextDouble())) * 1.6 / 365;
            var leaves = random.NextDouble() * 0.35;
            double begun = random.Next(1095), day = begun, last = begun;
            var repeats = 0;
            while (random.NextDouble() > leaves && (day -= Math.Log(1 - random.NextDouble()) / rate) < 1095)
            {
                (repeats, last) = (repeats + 1, day);
            }

            customers[i] = new PurchaseSummary(repeats, (Math.Floor(last) - Math.Floor(begun)) / 7, (1095 - Math.Floor(begun)) / 7);
        }

        return Measure("clv.fit", 5, "≤ 5 s for 1,000,000", () =>
        {
            var fit = BgNbd.Fit(customers);
            return $"BG/NBD of {customers.Length:N0} summaries, {(fit.Converged ? "converged" : fit.Warning)}";
        });
    }

    /// <summary>100,000 customers with 60 columns, a sixth of them choices, a quarter of which say something of who leaves.</summary>
    private Figure Churn(ClassifierKind kind)
    {
        const int Rows = 100_000, Numbers = 50, Choices = 10;
        var random = new Random(5);
        var columns = new List<FeatureColumn>();
        var lean = new double[Rows];
        for (var column = 0; column < Numbers; column++)
        {
            var weight = column % 4 == 0 ? (random.NextDouble() - 0.5) * 1.5 : 0;
            var values = new double[Rows];
            for (var row = 0; row < Rows; row++)
            {
                values[row] = random.NextDouble() < 0.02 ? double.NaN : Math.Round(random.NextDouble() * 100, 1);
                lean[row] += double.IsNaN(values[row]) ? 0 : weight * (values[row] - 50) / 29;
            }

            columns.Add(new NumberColumn($"n{column}", values));
        }

        for (var column = 0; column < Choices; column++)
        {
            var levels = Enumerable.Range(0, 4 + column).Select(level => $"c{level}").ToArray();
            var codes = new int[Rows];
            for (var row = 0; row < Rows; row++)
            {
                codes[row] = random.Next(levels.Length);
                lean[row] += column % 4 == 0 && codes[row] == 0 ? 0.8 : 0;
            }

            columns.Add(new ChoiceColumn($"k{column}", codes, levels));
        }

        var outcomes = lean.Select(value => random.NextDouble() < 1 / (1 + Math.Exp(1.8 - value))).ToArray();
        return Measure($"churn.train {(kind == ClassifierKind.Logistic ? "logistic" : "boosting")}", 120, "≤ 120 s for 100,000 × 60, five folds", () =>
        {
            var result = Classifier.Train(new FeatureTable(columns), outcomes, new ClassifierOptions(kind, Folds: 5));
            return FormattableString.Invariant($"held-out AUC {result.Metrics.Auc:0.000}");
        });
    }

    /// <summary>A million baskets of some seven of two thousand things, a few of which go together.</summary>
    private Figure Rules()
    {
        var random = new Random(9);
        var data = new BasketData();
        for (var i = 0; i < 1_000_000; i++)
        {
            var items = new HashSet<string>(StringComparer.Ordinal);
            for (var left = 1 + random.Next(8); left > 0; left--)
            {
                var item = (int)(2000 * Math.Pow(random.NextDouble(), 3));
                items.Add($"p{item}");
                if (item % 50 == 0 && random.NextDouble() < 0.4)
                {
                    items.Add($"p{item + 1}");
                }
            }

            data.Add(items);
        }

        return Measure("rules.mine", 60, "≤ 60 s for 1,000,000 baskets", () => $"{AssociationRules.Mine(data, 0.001, 0.2).Count:N0} rules at support 0.1 % and confidence 20 %");
    }

    /// <summary>A million customers of eight figures around six centres.</summary>
    private Figure Cluster()
    {
        var random = new Random(13);
        var points = new double[1_000_000][];
        for (var i = 0; i < points.Length; i++)
        {
            var centre = i % 6;
            points[i] = [.. Enumerable.Range(0, 8).Select(axis => ((centre >> (axis % 3)) & 1) + (random.NextDouble() * 0.6))];
        }

        return Measure("cluster", 60, "≤ 60 s for 1,000,000 × 8", () => FormattableString.Invariant($"six of k-means, one start, cost {KMeans.Fit(points, 6, 1, starts: 1).Cost:0}"));
    }
}
