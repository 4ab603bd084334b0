using System.CommandLine;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science clv FILE</c>: fits a lifetime value model and says what it expects of every customer.</summary>
public static class ClvCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A transaction log (customer, date, amount) or a summary (frequency, recency, T, monetary).");
        var model = new Option<string>("--model") { Description = "The model to fit.", DefaultValueFactory = _ => "bg-nbd" };
        model.AcceptOnlyFromAmong([.. ClvRequest.Models]);
        var calibrationEnd = new Option<string?>("--calibration-end") { Description = "Last day the model may see, yyyy-MM-dd; later purchases validate it." };
        calibrationEnd.Validators.Add(ScienceOutput.WantsDate);
        var horizon = new Option<double?>("--horizon") { Description = "How far to look ahead, in units of time. Default: the length of the holdout, else a year." };
        horizon.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } length && !(length > 0 && double.IsFinite(length)))
            {
                result.AddError("--horizon wants a positive number.");
            }
        });
        var unit = new Option<string>("--unit") { Description = "Unit of time: day, week, month or year.", DefaultValueFactory = _ => "week" };
        unit.AcceptOnlyFromAmong("day", "week", "month", "year");
        var margin = new Option<double>("--margin") { Description = "Share of the amount left after the cost of goods.", DefaultValueFactory = _ => 1 };
        var cost = new Option<double>("--cost") { Description = "Cost of one purchase, in money.", DefaultValueFactory = _ => 0 };
        var discount = new Option<double>("--discount") { Description = "Discount rate a year, such as 0.1.", DefaultValueFactory = _ => 0 };
        discount.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and < 100))
            {
                result.AddError("--discount wants a rate such as 0.1.");
            }
        });
        margin.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 1))
            {
                result.AddError("--margin wants a share from 0 to 1.");
            }
        });
        var purchases = new Option<int?>("--purchases") { Description = "Tell of every customer how probable 0, 1 … up to so many purchases within the horizon are." };
        purchases.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 100)
            {
                result.AddError("--purchases wants a number from 0 to 100.");
            }
        });
        var referrals = new Option<double>("--referrals") { Description = "New customers won by each purchase, such as 0.05.", DefaultValueFactory = _ => 0 };
        var worth = new Option<double>("--referral-value") { Description = "Money a new customer won so is worth.", DefaultValueFactory = _ => 0 };
        foreach (var option in (Option<double>[])[cost, referrals, worth])
        {
            option.Validators.Add(result =>
            {
                if (!(result.GetValueOrDefault<double>() is >= 0 and < double.PositiveInfinity))
                {
                    result.AddError($"{option.Name} wants a number from 0.");
                }
            });
        }

        var (customer, date, amount) = ScienceOutput.PurchaseOptions();
        var json = ScienceOutput.JsonOption();
        var command = new Command("clv", "Fit a lifetime value model to purchases.") { file, model, calibrationEnd, horizon, unit, margin, cost, discount, purchases, referrals, worth, customer, date, amount, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var timeUnit = Enum.Parse<TimeUnit>(parsed.GetValue(unit)!, ignoreCase: true);
            var request = new ClvRequest(
                parsed.GetValue(model)!,
                ScienceOutput.Day(parsed.GetValue(calibrationEnd)),
                parsed.GetValue(horizon),
                timeUnit,
                new ValueTerms(parsed.GetValue(margin), parsed.GetValue(cost), ValueTerms.PerUnit(parsed.GetValue(discount), timeUnit), ReferralsPerPurchase: parsed.GetValue(referrals), ValueOfReferral: parsed.GetValue(worth)),
                DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime)) { Purchases = parsed.GetValue(purchases) };
            var name = parsed.GetValue(model);
            var data = PurchaseFile.Read(files.Open(parsed.GetValue(file)!), opportunities: name == "bg-bb", spendOnly: name == "gamma-gamma", new PurchaseColumns(parsed.GetValue(customer), parsed.GetValue(date), parsed.GetValue(amount)));
            var report = ClvReports.Of(request, data);
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                ClvText.Write(report);
            }
        }));
        return command;
    }
}
