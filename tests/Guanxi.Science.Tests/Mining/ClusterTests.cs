using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Science.Tests.Mining;

public sealed class ClusterTests
{
    [Fact]
    public void Three_clouds_are_found_and_counted_by_both_measures()
    {
        var points = Clouds(3);
        Assert.Equal(3, ClusterCount.BySilhouette(points, 6, 1).MaxBy(score => score.Score)!.Count);
        Assert.Equal(3, ClusterCount.ChooseByGap(ClusterCount.ByGap(points, 6, 1)));
        foreach (var assignment in (IReadOnlyList<int>[])[KMeans.Fit(points, 3, 1).Assignment, KMedoids.Fit(points, 3, 1).Assignment, HierarchicalClustering.Cut(HierarchicalClustering.Fit(points, Linkage.Ward), 3), HierarchicalClustering.FitSample(points, Linkage.Average, 3, 1).Assignment])
        {
            Assert.All(Enumerable.Range(0, points.Count), i => Assert.Equal(assignment[i % 3], assignment[i]));
            Assert.Equal(3, assignment.Distinct().Count());
        }
    }

    [Fact]
    public void The_gap_says_one_cluster_where_there_is_one()
    {
        var random = new Random(4);
        var points = Enumerable.Range(0, 200).Select(_ => (double[])[random.NextDouble(), random.NextDouble()]).ToList();
        Assert.Equal(1, ClusterCount.ChooseByGap(ClusterCount.ByGap(points, 5, 1)));
    }

    [Fact]
    public void Silhouette_of_two_pairs_is_as_by_hand()
    {
        // a = 1, b = mean(10, 11) for the outer points and mean(9, 10) for the inner ones.
        var expected = (((10.5 - 1) / 10.5) + ((9.5 - 1) / 9.5)) / 2;
        Assert.Equal(expected, ClusterCount.Silhouette([[0], [1], [10], [11]], [0, 0, 1, 1], 1), 12);
    }

    [Fact]
    public void Hierarchical_heights_agree_with_the_definitions()
    {
        double[][] points = [[0], [1], [5]];
        Assert.Equal([1.0, 4.5], HierarchicalClustering.Fit(points, Linkage.Average).Select(merge => merge.Height));
        Assert.Equal([1.0, 5.0], HierarchicalClustering.Fit(points, Linkage.Complete).Select(merge => merge.Height));
        // Ward: sqrt(2·n1·n2/(n1+n2))·|centre distance| = sqrt(4/3)·4.5.
        Assert.Equal(Math.Sqrt(4 / 3.0) * 4.5, HierarchicalClustering.Fit(points, Linkage.Ward)[1].Height, 12);
    }

    [Fact]
    public void Medoids_are_the_best_of_all_pairs()
    {
        var random = new Random(9);
        var points = Enumerable.Range(0, 25).Select(_ => (double[])[random.NextDouble(), random.NextDouble()]).ToList();
        double Cost(int a, int b) => points.Sum(point => Math.Min(Distance(point, points[a]), Distance(point, points[b])));
        var best = (from a in Enumerable.Range(0, 25) from b in Enumerable.Range(0, 25) where a < b select Cost(a, b)).Min();
        Assert.InRange(Enumerable.Range(1, 5).Min(seed => KMedoids.Fit(points, 2, seed).Cost), best - 1e-9, best + 1e-9);
    }

    [Fact]
    public void A_tree_finds_the_rule_that_made_the_classes()
    {
        var random = new Random(2);
        var age = Enumerable.Range(0, 400).Select(_ => 20 + (40 * random.NextDouble())).ToArray();
        var city = age.Select(_ => random.Next(2) == 0 ? "上海" : "北京").ToArray();
        var target = age.Zip(city, (a, c) => a > 40 && c == "上海" ? "buys" : "leaves").ToArray();
        var tree = DecisionTree.Fit([new("age", age, null), new("city", null, city)], target);
        Assert.True(tree.Accuracy > 0.98);
        var rule = tree.Rules.Where(rule => rule.Class == "buys").MaxBy(rule => rule.Count)!;
        Assert.Contains("city in {上海}", rule.Conditions);
        Assert.Contains(rule.Conditions, condition => condition.StartsWith("age > ", StringComparison.Ordinal));
        Assert.Equal(400, tree.Rules.Sum(item => item.Count));
    }

    [Fact]
    public void A_rule_has_one_bound_a_side_of_each_column()
    {
        var recency = Enumerable.Range(0, 400).Select(i => (double)i).ToArray();
        var target = recency.Select(days => days < 100 ? "a" : days < 200 ? "b" : days < 300 ? "a" : "c").ToArray();
        var tree = DecisionTree.Fit([new("recency", recency, null)], target, new TreeLimits(LeafSize: 5));

        Assert.All(tree.Rules, rule => Assert.True(rule.Bounds.Count <= 2, string.Join(" and ", rule.Bounds)));
        Assert.Contains(tree.Rules, rule => rule.Bounds.Count < rule.Conditions.Count);
        var between = tree.Rules.Single(rule => rule.Class == "b");
        Assert.Equal(["recency > 99.5", "recency ≤ 199.5"], between.Bounds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_number_is_chosen_by_the_method_that_is_used_and_on_a_sample_of_many()
    {
        var points = Clouds(3);
        var asked = new List<int>();
        var scores = ClusterCount.BySilhouette(points, 4, 1, (of, count, seed) =>
        {
            asked.Add(of.Count);
            return KMedoids.Fit(of, count, seed);
        }, sample: 60);

        Assert.Equal([60, 60, 60], asked);
        Assert.Equal(3, scores.MaxBy(score => score.Score)!.Count);
        Assert.Equal(3, ClusterCount.ChooseByGap(ClusterCount.ByGap(points, 5, 1, KMedoids.Fit)));
    }

    [Fact]
    public void Many_points_are_clustered_from_the_best_start_of_a_sample()
    {
        var random = new Random(5);
        double[][] points = [.. Enumerable.Range(0, 30_000).Select(i => (double[])[(10 * (i % 4)) + random.NextDouble(), random.NextDouble()])];

        var found = KMeans.Fit(points, 4, 1);

        Assert.True(found.Converged);
        Assert.Equal(30_000, found.Assignment.Count);
        Assert.Equal(4, points.Select((point, i) => (Math.Floor(point[0] / 10), found.Assignment[i])).Distinct().Count());
    }

    [Fact]
    public void Profiles_say_what_sets_a_cluster_apart()
    {
        var assignment = Enumerable.Range(0, 200).Select(i => i < 50 ? 0 : 1).ToArray();
        var industry = assignment.Select((cluster, i) => cluster == 0 || i % 10 == 0 ? "machinery" : "retail").ToArray();
        var profile = ClusterProfiles.Describe(assignment, [new("industry", null, industry)])[0];
        Assert.Contains("industry = machinery", Assert.Single(profile.Sentences), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_clusters_are_refused() => Assert.Throws<UnsuitableDataException>(() => KMeans.Fit([[1.0], [1.0], [2.0]], 3, 1));

    private static List<double[]> Clouds(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, 150).Select(i => (double[])[(10 * (i % count)) + random.NextDouble(), (7 * (i % count % 2)) + random.NextDouble()])];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(((a[0] - b[0]) * (a[0] - b[0])) + ((a[1] - b[1]) * (a[1] - b[1])));
}
