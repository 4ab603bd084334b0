using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science rules FILE</c>: what is bought together.</summary>
public static class RulesCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("One basket a line, items separated by commas; or one item a line with the basket's id before it.");
        var support = Share("--support", "Least share of the baskets a rule must hold in.", 0.01);
        var confidence = Share("--confidence", "Least share of the baskets with the left side that hold the right one.", 0.5);
        var shortest = new Option<int>("--min-length") { Description = "Least number of items in a rule, left and right together; 1 admits rules with nothing on the left.", DefaultValueFactory = _ => 2 };
        var longest = new Option<int>("--max-length") { Description = "Largest number of items in a rule.", DefaultValueFactory = _ => 10 };
        foreach (var length in (Option<int>[])[shortest, longest])
        {
            length.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{length.Name} wants a number from 1.");
                }
            });
        }

        var format = new Option<string>("--format") { Description = "basket: one basket a line. long: id,item a line. Found from the file when not given.", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "basket", "long");
        var id = new Option<string?>("--id") { Description = "Columns that tell the baskets apart, separated by commas, where a line holds one item." };
        var item = new Option<string?>("--item") { Description = "Column of the item, where a line holds one." };
        var json = ScienceOutput.JsonOption();
        var command = new Command("rules", "Find association rules in baskets.") { file, support, confidence, shortest, longest, format, id, item, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var (data, findings) = BasketFile.Read(files.Open(parsed.GetValue(file)!), new BasketColumns(parsed.GetValue(format)!, parsed.GetValue(id), parsed.GetValue(item)));
            var rules = AssociationRules.Mine(data, parsed.GetValue(support), parsed.GetValue(confidence), parsed.GetValue(shortest), parsed.GetValue(longest));
            var rows = rules.Select(rule => new RuleReport([.. rule.Left.Select(item => data.Items[item])], data.Items[rule.Right], rule.Count, rule.Support, rule.Confidence, rule.Lift)).ToList();
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(new RulesReport(data.Baskets.Count, data.Items.Count, rows.Count, findings, rows)
                {
                    Model = "fp-growth",
                    Parameters = new Dictionary<string, double>(StringComparer.Ordinal)
                    {
                        ["support"] = parsed.GetValue(support), ["confidence"] = parsed.GetValue(confidence), ["minLength"] = parsed.GetValue(shortest), ["maxLength"] = parsed.GetValue(longest),
                    },
                });
            }
            else
            {
                Console.WriteLine($"{data.Baskets.Count} baskets, {data.Items.Count} items, {rows.Count} rules");
                ScienceOutput.PrintFindings(findings);
                ScienceOutput.PrintTable(["if", "then", "count", "support", "confidence", "lift"], rows.Select(row => (string[])
                    [string.Join(" + ", row.Left), row.Right, row.Count.ToString(CultureInfo.InvariantCulture), ScienceOutput.Number(row.Support), ScienceOutput.Number(row.Confidence), ScienceOutput.Number(row.Lift)]));
            }
        }));
        return command;
    }

    private static Option<double> Share(string name, string description, double usual)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is > 0 and <= 1))
            {
                result.AddError($"{name} wants a share above 0 and at most 1.");
            }
        });
        return option;
    }
}

/// <param name="Rules">Strongest lift first.</param>
internal sealed record RulesReport(int Baskets, int Items, int Count, IReadOnlyList<Finding> Findings, IReadOnlyList<RuleReport> Rules) : ScienceReport
{
    /// <summary>The rules, under the name all commands share.</summary>
    [JsonPropertyOrder(9)]
    public IReadOnlyList<RuleReport> Rows => Rules;
}

internal sealed record RuleReport(IReadOnlyList<string> Left, string Right, int Count, double Support, double Confidence, double Lift);
