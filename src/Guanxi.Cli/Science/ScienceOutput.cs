using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Cli.Science;

/// <summary>What all science commands share: the exit code, JSON, and tables for a reader.</summary>
internal static class ScienceOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DictionaryKeyPolicy = null,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FiniteNumberConverter() },
    };

    public static Argument<FileInfo> File(string description)
    {
        var file = new Argument<FileInfo>("FILE") { Description = $"{description} - reads standard input." };
        file.Validators.Add(WantsNoOption);
        return file;
    }

    /// <summary>Refuses what begins like an option: a mistyped one would else be taken for a file or a column.</summary>
    public static void WantsNoOption(SymbolResult result)
    {
        if (result.Tokens.FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-') is { } strange)
        {
            result.AddError($"There is no option {strange.Value}.");
        }
    }

    public static Option<bool> JsonOption() => new("--json") { Description = "Print one JSON object instead of a table." };

    public static DateOnly? Day(string? text) => text is not null && DateText.For([]).TryRead(text, out var day) ? day : null;

    /// <summary>Columns of a log by name, where the usual names do not find them.</summary>
    public static (Option<string?> Customer, Option<string?> Date, Option<string?> Amount) PurchaseOptions() => (
        new Option<string?>("--customer") { Description = "Column that names the customer. Default: found by its usual names." },
        new Option<string?>("--date") { Description = "Column of the day of purchase." },
        new Option<string?>("--amount") { Description = "Column of the money." });

    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Refuses an option whose text is no date.</summary>
    public static void WantsDate(OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is { } text && Day(text) is null)
        {
            result.AddError($"{result.Option.Name} wants a date such as 1997-09-30, not {text}.");
        }
    }

    /// <summary>Runs the work of a command: 0 done, 1 failed with the reason on the error stream.</summary>
    public static int Run(Action<ScienceFiles> work)
    {
        using var files = new ScienceFiles();
        try
        {
            work(files);
            return 0;
        }
        catch (UnsuitableDataException refusal)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }

    public static void Print(object result)
    {
        using var output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, result, Json);
        output.WriteByte((byte)'\n');
    }

    public static void PrintParameters(IEnumerable<ParameterEstimate> parameters) =>
        PrintTable(["parameter", "estimate", "standard error"], parameters.Select(p => (string[])[p.Name, Number(p.Value), Number(p.StandardError)]));

    public static void PrintFindings(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            Console.WriteLine(finding.Weight == FindingWeight.Note ? $"note: {finding.Sentence}" : $"warning: {finding.Sentence}");
        }
    }

    /// <summary>A table with its columns aligned: text to the left, numbers to the right.</summary>
    public static void PrintTable(IReadOnlyList<string> header, IEnumerable<string[]> rows)
    {
        var lines = rows.ToArray();
        var widths = header.Select((name, i) => lines.Select(row => Width(row[i])).Append(Width(name)).Max()).ToArray();
        var right = header.Select((_, i) => lines.Length > 0 && lines.All(row => row[i].Length == 0 || double.TryParse(row[i].TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var _))).ToArray();
        var text = new StringBuilder();
        foreach (var row in lines.Prepend([.. header]))
        {
            for (var i = 0; i < row.Length; i++)
            {
                var padding = new string(' ', widths[i] - Width(row[i]));
                text.Append(i == 0 ? "" : "  ").Append(right[i] ? padding + row[i] : row[i] + padding);
            }

            while (text.Length > 0 && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }

        Console.Out.Write(text);
    }

    public static string Number(double? value) => value switch
    {
        null => "",
        0 => "0",
        { } number when Math.Abs(number) is >= 1e7 or < 1e-4 => number.ToString("0.####e0", CultureInfo.InvariantCulture),
        { } number when Math.Abs(number) >= 1000 => number.ToString("0.##", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.#####", CultureInfo.InvariantCulture),
    };

    /// <summary>Columns a terminal gives the text: Chinese characters take two.</summary>
    private static int Width(string text) => text.EnumerateRunes().Sum(rune => rune.Value is >= 0x1100 and (<= 0x115F or >= 0x2E80) and not (>= 0xD7A4 and < 0xF900) and not (>= 0xFB00 and < 0xFE30) ? 2 : 1);
}
