using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science forecast FILE</c>: the next values of a series.</summary>
public static class ForecastCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A column of values, or dates and values; with --series several series.");
        var horizon = Positive("--horizon", "Periods ahead. Default: one season, or 12.");
        var season = Positive("--season", "Periods in a season, 1 for none. Default: 12 for months, 4 for quarters, 52 for weeks, 7 for days.");
        var method = new Option<string>("--method") { Description = $"One of {string.Join(", ", Forecaster.Methods)}.", DefaultValueFactory = _ => "automatic" };
        method.AcceptOnlyFromAmong([.. Forecaster.Methods]);
        var value = new Option<string?>("--value") { Description = "Column of the values." };
        var date = new Option<string?>("--date") { Description = "Column of the dates." };
        var series = new Option<string?>("--series") { Description = "Column that names the series." };
        var period = new Option<string?>("--period") { Description = "Sum up rows by day, week, month, quarter or year." };
        period.AcceptOnlyFromAmong("day", "week", "month", "quarter", "year");
        var holdout = Positive("--holdout", "Keep back the last so many values and report the errors on them.");
        var tree = new Option<string?>("--tree") { Description = "Columns of a tree from the top down, such as region,team,person: every node is forecast, and the forecasts are made to agree." };
        var reconcile = new Option<string>("--reconcile") { Description = "How they are made to agree: mint (by the variance of their errors), ols or bottom-up.", DefaultValueFactory = _ => "mint" };
        reconcile.AcceptOnlyFromAmong("mint", "ols", "bottom-up");
        var json = ScienceOutput.JsonOption();
        var command = new Command("forecast", "Forecast the next values of a series.") { file, horizon, season, method, value, date, series, period, holdout, tree, reconcile, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(tree) is not null && result.GetValue(series) is not null)
            {
                result.AddError("--tree names the series itself; leave out --series.");
            }
        });
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var columns = new SeriesColumns(parsed.GetValue(value), parsed.GetValue(date), parsed.GetValue(series), parsed.GetValue(period));
            if (parsed.GetValue(tree) is { } levels)
            {
                var agreed = TreeForecast.Of(SeriesFile.ReadTree(files.Open(parsed.GetValue(file)!), columns, levels), parsed.GetValue(method)!, parsed.GetValue(reconcile)!, parsed.GetValue(season), parsed.GetValue(horizon), parsed.GetValue(holdout));
                if (parsed.GetValue(json))
                {
                    ScienceOutput.Print(agreed);
                }
                else
                {
                    agreed.PrintTables();
                }

                return;
            }

            var all = SeriesFile.Read(files.Open(parsed.GetValue(file)!), columns);
            var reports = Each(all, one => ForecastReport.Of(one, parsed.GetValue(method)!, parsed.GetValue(season) ?? one.Season, parsed.GetValue(horizon), parsed.GetValue(holdout)));
            if (!parsed.GetValue(json))
            {
                Array.ForEach(reports, report => report.PrintTables());
            }
            else if (reports is [{ Series: null } single])
            {
                ScienceOutput.Print(single);
            }
            else
            {
                ScienceOutput.Print(new { model = parsed.GetValue(method), converged = Array.TrueForAll(reports, report => report.Converged), series = reports });
            }
        }));
        return command;
    }

    /// <summary>All series at a time; what is refused of one is refused of the file, the first in the order of the file.</summary>
    internal static T[] Each<T>(IReadOnlyList<SeriesData> series, Func<SeriesData, T> forecast)
    {
        var answers = new T[series.Count];
        var refusals = new UnsuitableDataException?[series.Count];
        Parallel.For(0, series.Count, (i, state) =>
        {
            try
            {
                answers[i] = forecast(series[i]);
            }
            catch (UnsuitableDataException refusal)
            {
                refusals[i] = refusal;
                state.Break();
            }
        });
        return Array.Find(refusals, refusal => refusal is not null) is { } first ? throw first : answers;
    }

    private static Option<int?> Positive(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 10_000)
            {
                result.AddError($"{name} wants a number from 1 to 10000.");
            }
        });
        return option;
    }
}

/// <param name="Period">Name of the period.</param>
internal sealed record ForecastRow(string Period, double Mean, double Lower80, double Upper80, double Lower95, double Upper95);

/// <summary>A forecast with its errors.</summary>
/// <param name="Errors">Errors on the values kept back; null when none were.</param>
/// <param name="RollingErrors">Errors from rolling origins within the values used; null when the series is too short.</param>
internal sealed record ForecastReport(string? Series, string Method, int Season, int Horizon, int Observations, IReadOnlyList<ForecastRow> Forecasts,
    ForecastErrors? Errors, ForecastErrors? RollingErrors, string? Note) : ScienceReport
{
    private const int Origins = 3;

    public static ForecastReport Of(SeriesData data, string method, int season, int? asked, int? holdout)
    {
        var used = data.Values;
        double[] kept = [];
        if (holdout is { } count)
        {
            if (count >= used.Length)
            {
                throw new UnsuitableDataException($"There are {used.Length} values{(data.Name is null ? "" : $" in {data.Name}")}, too few to keep back {count}.");
            }

            (used, kept) = (used[..^count], used[^count..]);
        }

        var horizon = asked ?? holdout ?? (season > 1 ? season : 12);
        var forecast = Forecaster.Forecast(used, season, horizon, method);
        var offset = kept.Length;
        var rows = forecast.Mean.Select((mean, h) => new ForecastRow(data.Label(h + 1 - offset), mean, forecast.Lower80[h], forecast.Upper80[h], forecast.Lower95[h], forecast.Upper95[h])).ToList();
        return new ForecastReport(data.Name, forecast.Method, season, horizon, used.Length, rows,
            kept.Length > 0 ? ForecastErrors.Of(kept, forecast.Mean, used, season) : null, Rolling(used, season, horizon, method), Noted(data.Note, forecast.Note)) { Model = forecast.Method, Parameters = forecast.Parameters, Converged = forecast.Converged };
    }

    /// <summary>The forecasts, under the name all commands share.</summary>
    [JsonPropertyOrder(9)]
    public IReadOnlyList<ForecastRow> Rows => Forecasts;

    private static string? Noted(params string?[] notes) => string.Join(' ', notes.Where(note => note is not null)) is { Length: > 0 } text ? text : null;

    public void PrintTables()
    {
        Console.WriteLine($"{(Series is null ? "" : Series + ": ")}{Method}, {Observations} values, season {Season}{(Converged ? "" : ", NOT converged")}{(Note is null ? "" : $". {Note}")}");
        ScienceOutput.PrintTable(["period", "forecast", "80 % from", "to", "95 % from", "to"], Forecasts.Select(row => (string[])
            [row.Period, ScienceOutput.Number(row.Mean), ScienceOutput.Number(row.Lower80), ScienceOutput.Number(row.Upper80), ScienceOutput.Number(row.Lower95), ScienceOutput.Number(row.Upper95)]));
        foreach (var (label, errors) in new[] { ("on the values kept back", Errors), ("from rolling origins", RollingErrors) })
        {
            if (errors is not null)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"errors {label}: MAE {errors.Mae:0.####}, RMSE {errors.Rmse:0.####}, MAPE {errors.Mape:0.####}, sMAPE {errors.Smape:0.####}, MASE {errors.Mase:0.####}"));
            }
        }

        Console.WriteLine();
    }

    private static ForecastErrors? Rolling(double[] values, int season, int horizon, string method)
    {
        if (values.Length < (2 * season) + horizon + Origins + 5)
        {
            return null;
        }

        try
        {
            return Forecaster.RollingErrors(values, season, horizon, method, Origins);
        }
        catch (UnsuitableDataException)
        {
            return null;
        }
    }
}
