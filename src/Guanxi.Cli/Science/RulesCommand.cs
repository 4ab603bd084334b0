using System.CommandLine;
using System.Globalization;
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
        var json = ScienceOutput.JsonOption();
        var command = new Command("rules", "Find association rules in baskets.") { file, support, confidence, shortest, longest, format, json };
        command.SetAction(parsed => ScienceOutput.Run(() =>
        {
            var data = BasketFile.Read(parsed.GetValue(file)!, parsed.GetValue(format)!);
            var rules = AssociationRules.Mine(data, parsed.GetValue(support), parsed.GetValue(confidence), parsed.GetValue(shortest), parsed.GetValue(longest));
            var rows = rules.Select(rule => new RuleReport([.. rule.Left.Select(item => data.Items[item])], data.Items[rule.Right], rule.Count, rule.Support, rule.Confidence, rule.Lift)).ToList();
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(new { baskets = data.Baskets.Count, items = data.Items.Count, count = rows.Count, rules = rows });
            }
            else
            {
                Console.WriteLine($"{data.Baskets.Count} baskets, {data.Items.Count} items, {rows.Count} rules");
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

internal sealed record RuleReport(IReadOnlyList<string> Left, string Right, int Count, double Support, double Confidence, double Lift);

/// <summary>Reads baskets.</summary>
internal static class BasketFile
{
    private static readonly string[] HeaderWords = ["id", "order", "basket", "transaction", "invoice", "customer", "订单", "单号", "编号", "客户"];

    public static BasketData Read(FileInfo file, string format)
    {
        if (!file.Exists)
        {
            throw new UnsuitableDataException($"There is no file {file.FullName}.");
        }

        var rows = new List<List<string>>();
        using (var reader = DelimitedFile.Open(file.FullName))
        {
            while (reader.Read() is { } row)
            {
                rows.Add(row);
            }
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException($"{file.Name} is empty.");
        }

        var data = new BasketData();
        if (format == "long" || (format == "auto" && IsLong(rows)))
        {
            foreach (var basket in rows.Skip(HasHeader(rows) ? 1 : 0).Where(row => row.Count > 1).GroupBy(row => row[0], row => row[1], StringComparer.Ordinal))
            {
                data.Add(basket);
            }
        }
        else
        {
            foreach (var row in rows)
            {
                data.Add(row);
            }
        }

        return data;
    }

    // Every line has two cells, ids come again and never are items.
    private static bool IsLong(List<List<string>> rows)
    {
        if (rows.Exists(row => row.Count != 2))
        {
            return false;
        }

        var ids = rows.Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        return (HasHeader(rows) || ids.Count < rows.Count) && !rows.Exists(row => ids.Contains(row[1]));
    }

    private static bool HasHeader(List<List<string>> rows) =>
        HeaderWords.Any(word => rows[0][0].Contains(word, StringComparison.OrdinalIgnoreCase)) && rows.Skip(1).All(row => row[0] != rows[0][0]);
}
