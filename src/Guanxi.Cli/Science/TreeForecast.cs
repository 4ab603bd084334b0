using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Cli.Science;

/// <param name="Series">Its name: the values of the columns from the top down.</param>
/// <param name="Parent">The node above; null for the whole.</param>
/// <param name="Method">How it was forecast before the forecasts were made to agree.</param>
/// <param name="Errors">Of the agreeing forecasts on the values kept back; null when none were.</param>
/// <param name="UnreconciledErrors">Of its own forecast.</param>
internal sealed record TreeNode(string Series, string? Parent, string Method, ForecastErrors? Errors, ForecastErrors? UnreconciledErrors);

/// <param name="Unreconciled">Its own forecast, before.</param>
internal sealed record TreeRow(string Series, string Period, double Mean, double Lower80, double Upper80, double Lower95, double Upper95, double Unreconciled);

/// <summary>Forecasts of a tree that agree: of every node the sum of those below it. Intervals are those of the node's own forecast, moved with its mean.</summary>
internal sealed record TreeForecast(string Method, string Reconciliation, int Season, int Horizon, int Observations, IReadOnlyList<TreeNode> Nodes, IReadOnlyList<TreeRow> Rows) : ScienceReport
{
    public static TreeForecast Of(SeriesTree tree, string method, string reconciliation, int? askedSeason, int? askedHorizon, int? holdout)
    {
        var length = tree.Nodes[0].Values.Length;
        if (holdout >= length)
        {
            throw new UnsuitableDataException($"There are {length} values, too few to keep back {holdout}.");
        }

        var season = askedSeason ?? tree.Nodes[0].Season;
        var horizon = askedHorizon ?? holdout ?? (season > 1 ? season : 12);
        var used = length - (holdout ?? 0);
        var own = ForecastCommand.Each(tree.Nodes, node => Forecaster.Forecast(node.Values[..used], season, horizon, method));
        var variances = Array.ConvertAll(own, forecast => forecast.StandardDeviation[0] * forecast.StandardDeviation[0]);
        var agreed = Enumerable.Range(0, horizon).Select(h =>
        {
            double[] means = Array.ConvertAll(own, forecast => forecast.Mean[h]);
            return reconciliation switch
            {
                "bottom-up" => Guanxi.Science.Forecasting.Reconciliation.BottomUp(tree.Parents, means),
                "ols" => Guanxi.Science.Forecasting.Reconciliation.LeastSquares(tree.Parents, means),
                _ => Guanxi.Science.Forecasting.Reconciliation.MinT(tree.Parents, means, variances),
            };
        }).ToArray();
        ForecastErrors? Errors(int node, IReadOnlyList<double> means) => holdout is null ? null : ForecastErrors.Of(tree.Nodes[node].Values[used..], [.. means.Take(holdout.Value)], tree.Nodes[node].Values[..used], season);
        var nodes = tree.Nodes.Select((node, i) => new TreeNode(node.Name!, tree.Parents[i] < 0 ? null : tree.Nodes[tree.Parents[i]].Name, own[i].Method, Errors(i, [.. agreed.Select(means => means[i])]), Errors(i, own[i].Mean))).ToList();
        var rows = tree.Nodes.SelectMany((node, i) => Enumerable.Range(0, horizon).Select(h =>
        {
            var moved = agreed[h][i] - own[i].Mean[h];
            return new TreeRow(node.Name!, node.Label(h + 1 - (holdout ?? 0)), agreed[h][i], own[i].Lower80[h] + moved, own[i].Upper80[h] + moved, own[i].Lower95[h] + moved, own[i].Upper95[h] + moved, own[i].Mean[h]);
        })).ToList();
        return new TreeForecast(method, reconciliation, season, horizon, used, nodes, rows)
        {
            Model = method,
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal),
            Converged = Array.TrueForAll(own, forecast => forecast.Converged),
        };
    }

    public void PrintTables()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Method}, {Nodes.Count} nodes made to agree by {Reconciliation}, {Observations} values, season {Season}{(Converged ? "" : ", NOT converged")}"));
        ScienceOutput.PrintTable(["series", "period", "forecast", "95 % from", "to", "before"], Rows.Select(row => (string[])
            [row.Series, row.Period, ScienceOutput.Number(row.Mean), ScienceOutput.Number(row.Lower95), ScienceOutput.Number(row.Upper95), ScienceOutput.Number(row.Unreconciled)]));
        foreach (var node in Nodes.Where(node => node.Errors is not null))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"errors of {node.Series} on the values kept back: MAE {node.Errors!.Mae:0.####} (before {node.UnreconciledErrors!.Mae:0.####}), RMSE {node.Errors.Rmse:0.####}"));
        }
    }
}
