using System.CommandLine;
using Guanxi.Platform.Exchange;

namespace Guanxi.Cli.Exchange;

/// <summary><c>guanxi export TYPE</c>: a list to a file or to standard output.</summary>
public static class ExportCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("type") { Description = "Record type, such as customers." };
        var filter = new Option<string?>("--filter") { Description = "Which records, in the filter language: city = \"上海\" AND level = \"vip\"." };
        var sort = new Option<string?>("--sort") { Description = "Order, such as -updatedAt,name." };
        var fields = new Option<string?>("--fields") { Description = "Fields, comma-separated; all that may be read otherwise." };
        var format = new Option<string>("--format") { Description = "csv, xlsx, json or vcf.", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "xlsx", "json", "vcf");
        var output = new Option<string?>("--out") { Description = "File to write; standard output otherwise." };
        var command = new Command("export", "Write a list of records to a file.") { type, filter, sort, fields, format, output, Acting.User };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var actor = Acting.Actor(workspace, parsed);
            var wanted = ExportFile.FormatNamed(parsed.GetValue(format));
            var query = ExportFile.Parse(actor, Acting.Type(workspace, parsed.GetValue(type)!), wanted, parsed.GetValue(filter), parsed.GetValue(sort), parsed.GetValue(fields));
            await using var stream = parsed.GetValue(output) is { } path ? new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024) : Console.OpenStandardOutput();
            var rows = await new ExportFile(workspace).RunAsync(actor, query, parsed.GetValue(filter), wanted, stream, cancel);
            await Console.Error.WriteLineAsync($"{rows} records exported.");
            return 0;
        }));
        return command;
    }
}
