using System.CommandLine;
using Guanxi.Bench;

var name = new Argument<string?>("name") { Description = "Only operations whose name begins so.", Arity = ArgumentArity.ZeroOrOne };
var quick = new Option<bool>("--quick") { Description = "A tenth of the company." };
var customers = new Option<int?>("--customers") { Description = "Another size: so many customers, and the rest in proportion." };
var json = new Option<string?>("--json") { Description = "Also write the result to this file." };
var data = new Option<string?>("--data") { Description = "Where the company is kept between runs." };
var db = new Option<string?>("--db") { Description = "Connection string of an empty PostgreSQL database (\"Host=…\"); SQLite otherwise." };
var server = new Option<string?>("--server") { Description = "Guanxi.Cli.dll to measure; the built program otherwise." };
var web = new Option<string?>("--web") { Description = "Folder of the built browser client." };
var seconds = new Option<double>("--seconds") { Description = "Longest time of one phase.", DefaultValueFactory = _ => 6 };
var root = new RootCommand("Loads a synthetic company and measures the server over HTTP.") { name, quick, customers, json, data, db, server, web, seconds };
root.SetAction(async (parsed, cancel) =>
{
    var size = Math.Clamp(parsed.GetValue(customers) ?? (parsed.GetValue(quick) ? 100_000 : 1_000_000), 1000, 10_000_000) / 2 * 2;
    var options = new BenchOptions(
        parsed.GetValue(name),
        size,
        Path.GetFullPath(parsed.GetValue(data) ?? Path.Combine(Path.GetTempPath(), $"guanxi-bench-{size}")),
        parsed.GetValue(db),
        parsed.GetValue(server) ?? BuiltProgram(),
        parsed.GetValue(web) ?? BuiltPage(),
        Math.Clamp(parsed.GetValue(seconds), 0.5, 60));
    try
    {
        var report = await new BenchRun(options, line => Console.Error.WriteLine(line)).RunAsync(cancel);
        Console.WriteLine(report.Table());
        if (parsed.GetValue(json) is { } file)
        {
            await File.WriteAllTextAsync(file, report.ToJson(), cancel);
        }

        return 0;
    }
    catch (Exception error) when (error is InvalidOperationException or IOException or TimeoutException or System.Data.Common.DbException)
    {
        await Console.Error.WriteLineAsync(error.Message);
        return 1;
    }
});
var command = root.Parse(args);
return command.Errors.Count > 0 ? await Wrong(command) : await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

// What ./guanxi has built, else what was built beside the bench.
static string BuiltProgram()
{
    return Above(Path.Combine(".guanxi", "program", "Guanxi.Cli.dll")) ?? Path.Combine(AppContext.BaseDirectory, "Guanxi.Cli.dll");
}

static string? BuiltPage() => Path.GetDirectoryName(Above(Path.Combine("web", "dist", "index.html")));

static string? Above(string path)
{
    for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        var found = Path.Combine(folder.FullName, path);
        if (File.Exists(found))
        {
            return found;
        }
    }

    return null;
}

static async Task<int> Wrong(ParseResult parsed)
{
    await Console.Error.WriteLineAsync(string.Join('\n', parsed.Errors.Select(error => error.Message)));
    return 2;
}
