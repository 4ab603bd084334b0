using System.CommandLine;
using System.Globalization;
using Guanxi.Insight.Files;
using Guanxi.Science.Mining;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science cluster FILE</c>: groups of rows that are alike.</summary>
public static class ClusterCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A delimited text file with a header.");
        var columns = new Option<string?>("--columns") { Description = "Numeric columns to cluster by, separated by commas. Default: all numeric columns but the id." };
        var id = new Option<string?>("--id") { Description = "Column that names the rows. Default: the number of the row." };
        var method = new Option<string>("--method") { Description = "k-means, k-medoids or hierarchical.", DefaultValueFactory = _ => "k-means" };
        method.AcceptOnlyFromAmong("k-means", "k-medoids", "hierarchical");
        var k = Number("--k", "Number of clusters. Default: chosen by --choose.", 1, 100);
        var most = Number("--max-k", "Largest number tried. Default 8.", 2, 30);
        var choose = new Option<string>("--choose") { Description = "How the number is chosen: silhouette or gap.", DefaultValueFactory = _ => "silhouette" };
        choose.AcceptOnlyFromAmong("silhouette", "gap");
        var seed = new Option<int>("--seed") { Description = "Seed of the random starts.", DefaultValueFactory = _ => 1 };
        var json = ScienceOutput.JsonOption();
        var command = new Command("cluster", "Group rows that are alike and say what sets the groups apart.") { file, columns, id, method, k, most, choose, seed, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var data = ClusterFile.Read(files.Open(parsed.GetValue(file)!), parsed.GetValue(columns), parsed.GetValue(id));
            var report = ClusterReport.Of(data, parsed.GetValue(method)!, parsed.GetValue(k), parsed.GetValue(most) ?? 8, parsed.GetValue(choose)!, parsed.GetValue(seed));
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                report.PrintTables();
            }
        }));
        return command;
    }

    private static Option<int?> Number(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } value && (value < least || value > most))
            {
                result.AddError($"{name} wants a number from {least} to {most}.");
            }
        });
        return option;
    }
}

/// <param name="Rule">The leaf of the tree in words.</param>
internal sealed record ClusterRule(string Rule, int Cluster, int Count, double Share);

internal sealed record ClusterRow(string Id, int Cluster);

/// <summary>What the cluster command prints; centres in the units of the columns.</summary>
internal sealed record ClusterReport(string Method, int K, string ChosenBy, double Silhouette, IReadOnlyList<ClusterCountScore> Scores, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Centres,
    IReadOnlyList<ClusterProfile> Profiles, IReadOnlyList<ClusterRule> Rules, IReadOnlyList<ClusterRow> Rows, string? Note) : ScienceReport
{
    private const int MostPairs = 1000;

    public static ClusterReport Of(ClusterData data, string method, int? asked, int most, string choose, int seed)
    {
        var points = data.Standardised;
        most = Math.Max(1, Math.Min(most, data.DifferentRows(most)));
        ClusterMethod fit = method switch
        {
            "k-medoids" => KMedoids.Fit,
            "hierarchical" => (of, groups, start) => HierarchicalClustering.FitSample(of, Linkage.Ward, groups, start),
            _ => (of, groups, start) => KMeans.Fit(of, groups, start),
        };
        // The other methods hold all distances, so they are tried on fewer rows.
        var (tried, looked) = method == "k-means" ? (null, ClusterCount.MostPoints) : (fit, MostPairs);
        IReadOnlyList<ClusterCountScore> scores = asked is not null || most < 2 ? [] : choose == "gap" ? ClusterCount.ByGap(points, most, seed, tried, looked) : ClusterCount.BySilhouette(points, most, seed, tried, looked);
        var count = asked ?? (scores.Count == 0 ? 1 : choose == "gap" ? ClusterCount.ChooseByGap(scores) : scores.MaxBy(score => score.Score)!.Count);
        var note = scores.Count > 0 && points.Count > looked ? $"{(data.Note is null ? "" : data.Note + " ")}The number of clusters was chosen on a sample of {looked} of the {points.Count} rows." : data.Note;
        var found = fit(points, count, seed);
        var assignment = found.Assignment;
        var labels = assignment.Select(cluster => cluster.ToString(CultureInfo.InvariantCulture)).ToArray();
        var rules = count < 2 ? [] : DecisionTree.Fit(data.Used, labels, new TreeLimits(LeafSize: Math.Max(1, points.Count / 100))).Rules
            .Select(rule => new ClusterRule(string.Join(" and ", rule.Bounds), int.Parse(rule.Class, CultureInfo.InvariantCulture), rule.Count, rule.Share)).ToList();
        return new ClusterReport(method, count, asked is null ? choose : "asked", count > 1 ? ClusterCount.Silhouette(points, assignment, seed) : 0, scores, [.. data.Used.Select(column => column.Name)],
            [.. Enumerable.Range(0, count).Select(cluster => (IReadOnlyList<double>)[.. data.Used.Select(column => Enumerable.Range(0, points.Count).Where(row => assignment[row] == cluster && double.IsFinite(column.Numbers![row])).Select(row => column.Numbers![row]).DefaultIfEmpty(0).Average())])],
            ClusterProfiles.Describe(assignment, data.All), rules, [.. data.Ids.Zip(assignment, (name, cluster) => new ClusterRow(name, cluster))], note)
        {
            Model = method,
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal) { ["k"] = count, ["seed"] = seed, ["cost"] = found.Cost },
            Converged = found.Converged,
        };
    }

    public void PrintTables()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Method}, {K} clusters (by {ChosenBy}), silhouette {Silhouette:0.###}{(Note is null ? "" : $". {Note}")}"));
        foreach (var profile in Profiles)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cluster {profile.Cluster}: {profile.Count} rows, {100 * profile.Share:0.#} %"));
            foreach (var sentence in profile.Sentences)
            {
                Console.WriteLine($"  {sentence}");
            }
        }

        ScienceOutput.PrintTable(["if", "cluster", "rows", "share"], Rules.Select(rule => (string[])[rule.Rule, rule.Cluster.ToString(CultureInfo.InvariantCulture), rule.Count.ToString(CultureInfo.InvariantCulture), ScienceOutput.Number(rule.Share)]));
    }
}
