using System.Globalization;
using Guanxi.Bench.Company;
using Guanxi.Bench.Measuring;
using Guanxi.Bench.Operations;
using Guanxi.Bench.Server;
using Guanxi.Database;
using Guanxi.Platform.Ledger;

namespace Guanxi.Bench;

/// <summary>What a run was asked for.</summary>
/// <param name="Name">Only operations whose name begins so; null for all.</param>
public sealed record BenchOptions(string? Name, int Customers, string Folder, string? Database, string Program, string? Web, double SecondsEachPhase)
{
    public bool Wants(string operation) => Name is null || operation.StartsWith(Name, StringComparison.Ordinal);
}

/// <summary>One run: the company, the server, each operation, the floors.</summary>
public sealed class BenchRun(BenchOptions options, Action<string> say)
{
    private const int FloorCalls = 400;
    private readonly Bounds warmUp = new(4000, TimeSpan.FromSeconds(2));
    private readonly Bounds phase = new(20_000, TimeSpan.FromSeconds(options.SecondsEachPhase));
    private double highestMemory;

    private static string Machine => $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB, .NET {Environment.Version}";

    private string ConnectionString => options.Database ?? $"Data Source={Path.Combine(options.Folder, "guanxi.db")}";

    public async Task<Report> RunAsync(CancellationToken cancel)
    {
        if (ScienceRuns.IsOne(options.Name))
        {
            return await ScienceAsync(cancel);
        }

        var size = CompanySize.Of(options.Customers);
        say($"Synthetic company in {options.Folder}");
        var company = await new CompanyLoader(options.Folder, ConnectionString, size, say).EnsureAsync(cancel);
        await using var data = GuanxiDatabase.Open(ConnectionString);
        var report = new Report
        {
            Machine = Machine,
            Company = $"{size.Customers:N0} customers, {size.Contacts:N0} contacts, {size.Activities:N0} activities, {company.People.Count} people in {size.Teams} teams",
            Database = data.Dialect.IsSqlite ? "SQLite" : "PostgreSQL",
            LoadAverage = (await File.ReadAllTextAsync("/proc/loadavg", cancel)).Split(' ')[0],
        };
        if (company.Took is { } took)
        {
            report.Figures.Add(new Figure("load of the company", took.TotalSeconds, "s", "", null));
        }

        await using var server = await ColdStartAsync(report, cancel);
        var database = await DatabaseCpuAsync(data, cancel);
        await SettleAsync(server, cancel);
        var idle = ProcessUse.Memory(server.Id);
        report.Figures.Add(new Figure("memory.idle", idle.All, "MB", "≤ 250 MB", idle.All <= 250, $"own {idle.Own:0}, mapped files {idle.Files:0}"));
        if (options.Wants("ledger.verify"))
        {
            await LedgerAsync(report, data, cancel);
        }

        if (options.Wants("page"))
        {
            await PageAsync(report, server, company);
        }

        if (options.Name?.StartsWith("value", StringComparison.Ordinal) == true)
        {
            await ValueAsync(report, data, server, company, cancel);
            return report;
        }

        if (options.Wants("duplicates.scan"))
        {
            await DuplicatesAsync(report, server, company, cancel);
        }

        say("Signing in and looking around");
        var world = await World.MeetAsync(options.Program, options.Folder, options.Database, company.People, data, server.Address, cancel);
        using var floor = new FloorConnection(ConnectionString, data.Dialect);
        var meter = new LoadMeter(server.Address, () => server.CpuMilliseconds, database);
        var money = new MoneyOperations(world, floor);
        if (money.All().Any(operation => options.Wants(operation.Name)))
        {
            await MoneyOperations.FillAsync(data, say, cancel);
        }

        foreach (var operation in new ReadOperations(world, floor).All().Concat(new WriteOperations(world, floor).All()).Concat(money.All()).Where(operation => options.Wants(operation.Name)))
        {
            report.Lines.Add(await MeasureAsync(meter, operation, server, database, cancel));
        }

        if (options.Wants("quote.price"))
        {
            report.Lines.Add(await MeasureAsync(meter, new QuoteOperations(world, floor).Price(), server, database, cancel));
        }

        if (options.Wants("board") || options.Wants("deal.move") || options.Wants("forecast.team"))
        {
            say("Deals");
            foreach (var operation in (await new DealOperations(world, floor, data, say).PrepareAsync(server.Address, await EverythingTokenAsync(company, cancel), cancel)).Where(operation => options.Wants(operation.Name)))
            {
                report.Lines.Add(await MeasureAsync(meter, operation, server, database, cancel));
            }
        }

        await ExchangeAsync(report, new Exchange(world, floor, server.Address, () => server.CpuMilliseconds + (database() ?? 0)), server, cancel);
        report.Figures.Add(new Figure("memory.load", highestMemory, "MB", "", null, "the process's own, most seen"));
        return report;
    }

    /// <summary>What needs no company.</summary>
    private async Task<Report> ScienceAsync(CancellationToken cancel)
    {
        var report = new Report { Machine = Machine, Company = "synthetic columns", Database = "none", LoadAverage = (await File.ReadAllTextAsync("/proc/loadavg", cancel)).Split(' ')[0] };
        report.Figures.AddRange(new ScienceRuns(say).Run(name => name.StartsWith(options.Name!, StringComparison.Ordinal) || options.Name!.StartsWith(name, StringComparison.Ordinal)));
        return report;
    }

    /// <summary>Starts the server three times and keeps the last; the middle time counts.</summary>
    private async Task<ServerProcess> ColdStartAsync(Report report, CancellationToken cancel)
    {
        say("Starting the server");
        var times = new List<double>();
        var starts = options.Wants("start") ? 3 : 1;
        while (true)
        {
            var server = await ServerProcess.StartAsync(options.Program, options.Folder, options.Database, options.Web, cancel);
            times.Add(server.Ready.TotalSeconds);
            if (times.Count == starts)
            {
                report.Figures.Add(new Figure("start.cold", times.Order().ElementAt(times.Count / 2), "s", "< 3 s", times.Order().ElementAt(times.Count / 2) < 3, "from the process to the first good answer, files in the page cache"));
                return server;
            }

            await server.DisposeAsync();
        }
    }

    /// <summary>Chain and tree of the whole ledger made anew. The rows came past the program, so they are not compared here.</summary>
    private async Task LedgerAsync(Report report, GuanxiDatabase data, CancellationToken cancel)
    {
        say("ledger.verify");
        var started = TimeProvider.System.GetTimestamp();
        var found = await LedgerVerifier.RunAsync(data, new LedgerVerifier.Options(TimeProvider.System.GetUtcNow()), cancel);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        report.Figures.Add(new Figure("ledger.verify", seconds, "s", "≤ 60 s for 1,000,000 entries", found.Whole && seconds <= Math.Max(1, found.Entries / 1e6) * 60, found.Whole ? $"{found.Entries:N0} entries" : found.Reason));
    }

    /// <summary>Only when asked for by name: its orders take longer to write than everything else takes to measure. Run twice: from nothing, and as in a night after a hundred orders.</summary>
    private async Task ValueAsync(Report report, GuanxiDatabase data, ServerProcess server, CompanyLoader.Loaded company, CancellationToken cancel)
    {
        say("value.run");
        var token = await EverythingTokenAsync(company, cancel);
        var bench = new ValueRun(data, say);
        await bench.FillAsync(cancel);
        var runs = new List<(string, ValueRun.Result)> { ("value.run", await bench.RunAsync(server, token, cancel)) };
        await bench.OrderAsync(server, token, 100, cancel);
        runs.Add(("value.run nightly", await bench.RunAsync(server, token, cancel)));
        foreach (var (name, run) in runs)
        {
            var allowed = 60 * Math.Max(0.05, run.Customers / 1e6);
            report.Figures.Add(new Figure(name, run.Seconds, "s", "≤ 60 s and 1.5 GB for 1,000,000", run.Seconds <= allowed && run.MegabytesMost <= 1536, $"{run.Customers:N0} customers, {run.Orders:N0} orders, of {run.Read:N0} customers read, {run.Model}, {run.MegabytesMost:0} MB at most, {run.Parts}"));
        }
    }

    /// <summary>Of somebody who sees everything.</summary>
    private Task<string> EverythingTokenAsync(CompanyLoader.Loaded company, CancellationToken cancel)
    {
        List<string> arguments = [options.Program, "token", "create", "--user", company.People.First(person => person.Role == "administrator").UserName, "--name", "bench", "--data", options.Folder];
        return ServerProcess.RunAsync(options.Database is null ? arguments : [.. arguments, "--db", options.Database], cancel);
    }

    private async Task DuplicatesAsync(Report report, ServerProcess server, CompanyLoader.Loaded company, CancellationToken cancel)
    {
        say("duplicates.scan");
        var run = await DuplicateScan.RunAsync(server, await EverythingTokenAsync(company, cancel), cancel);
        var allowed = 120 * Math.Max(0.05, run.Customers / 1e6);
        report.Figures.Add(new Figure("duplicates.scan", run.Seconds, "s", "≤ 120 s and 1.5 GB for 1,000,000", run.Seconds <= allowed && run.MegabytesMost <= 1536, $"{run.Customers:N0} customers, {run.Pairs:N0} pairs, {run.CpuSeconds:0} s CPU, {run.MegabytesMost:0} MB at most"));
        report.Figures.Add(new Figure("duplicates.follow", run.Followed, "s", "", null, "from a second customer of the same name to its pair in the queue"));
    }

    private async Task PageAsync(Report report, ServerProcess server, CompanyLoader.Loaded company)
    {
        if (!FirstPage.CanRun)
        {
            say("page.first needs Chromium: left out");
            return;
        }

        say("page.first");
        foreach (var weight in await FirstPage.MeasureAsync(server.Address, company.People.First(person => person.Role == "seller").UserName, company.Password))
        {
            var first = weight.What == "page.first";
            report.Figures.Add(new Figure(weight.What, weight.Bytes / 1024.0, "KB", first ? "≤ 350 KB in ≤ 12 requests" : "", first ? weight.Bytes <= 350 * 1024 && weight.Requests <= 12 : null, $"{weight.Requests} requests, {weight.Milliseconds:0} ms"));
        }
    }

    private async Task<Line> MeasureAsync(LoadMeter meter, Operation operation, ServerProcess server, Func<double?> database, CancellationToken cancel)
    {
        say(operation.Name);
        await WarmUpAsync(meter, operation, cancel);
        await SettleAsync(server, cancel);
        var one = await meter.RunAsync(1, phase, at => operation.Next(at + 100_000), cancel);
        var eight = await meter.RunAsync(8, phase, at => operation.Next(at + 200_000), cancel);
        highestMemory = Math.Max(highestMemory, ProcessUse.Memory(server.Id).Own);
        var line = new Line(operation.Name, operation.Target, one, eight, Floor(operation, database));
        say(string.Create(CultureInfo.InvariantCulture, $"  p50 {one.Percentile(0.5):0.00} p95 {one.Percentile(0.95):0.00} ms at 1, {eight.PerSecond:0}/s at 8, {line.Cpu:0.00} ms CPU, floor {line.FloorCpu:0.00}"));
        return line;
    }

    /// <summary>Until a request no longer gets cheaper: the runtime compiles what is used much a second time, in the background, and on a busy machine late.</summary>
    private async Task WarmUpAsync(LoadMeter meter, Operation operation, CancellationToken cancel)
    {
        var (best, still) = (double.MaxValue, 0);
        for (var round = 0; round < MostWarmUps && still < 2; round++)
        {
            var at = round * warmUp.Requests;
            var cost = (await meter.RunAsync(2, warmUp, call => operation.Next(at + call), cancel)).CpuPerRequest;
            still = cost > best * 0.95 ? still + 1 : 0;
            best = Math.Min(best, cost);
        }
    }

    private const int MostWarmUps = 12;

    /// <summary>CPU milliseconds of the same answer by hand, those of the database's processes included.</summary>
    private static double Floor(Operation operation, Func<double?> database)
    {
        for (var i = 0; i < FloorCalls / 4; i++)
        {
            operation.Floor(i);
        }

        var (before, databaseBefore) = (Environment.CpuUsage.TotalTime, database());
        for (var i = 0; i < FloorCalls; i++)
        {
            operation.Floor(i + 1000);
        }

        return ((Environment.CpuUsage.TotalTime - before).TotalMilliseconds + ((database() - databaseBefore) ?? 0)) / FloorCalls;
    }

    private async Task ExchangeAsync(Report report, Exchange exchange, ServerProcess server, CancellationToken cancel)
    {
        async Task TryAsync(string name, Func<Task> work)
        {
            if (!options.Wants(name))
            {
                return;
            }

            say(name);
            try
            {
                await work();
                highestMemory = Math.Max(highestMemory, ProcessUse.Memory(server.Id).Own);
            }
            catch (Exception error) when (error is HttpRequestException or InvalidOperationException or KeyNotFoundException)
            {
                say($"  not measured: {error.Message}");
                report.Figures.Add(new Figure(name, null, "rows/s", "", null, "not measured: " + error.Message));
            }
        }

        await TryAsync("export.customers", async () => Add(report, "export.customers", await exchange.ExportAsync(cancel), null));
        await TryAsync("import.customers", async () =>
        {
            var (import, undo) = await exchange.ImportAsync(Math.Clamp(options.Customers / 10, 1000, 20_000), cancel);
            Add(report, "import.customers", import, 20_000);
            if (undo is not null)
            {
                Add(report, "import.undo", undo, null);
            }
            else
            {
                report.Figures.Add(new Figure("import.undo", null, "rows/s", "", null, "given up after 90 s"));
            }
        });
    }

    private void Add(Report report, string name, RowRate rate, double? target)
    {
        var floor = double.IsFinite(rate.FloorCpu) ? string.Create(CultureInfo.InvariantCulture, $", floor {rate.FloorCpu:0.000}, ratio {rate.ServerCpu / rate.FloorCpu:0.0}×") : "";
        report.Figures.Add(new Figure(name, rate.PerSecond, "rows/s", target is { } least ? $"≥ {least:N0} rows/s" : "", target is null ? null : rate.PerSecond >= target, string.Create(CultureInfo.InvariantCulture, $"{rate.Rows:N0} rows in {rate.Seconds:0.0} s, {rate.ServerCpu:0.000} ms CPU a row{floor}")));
        say(string.Create(CultureInfo.InvariantCulture, $"  {rate.PerSecond:0} rows/s"));
    }

    /// <summary>Waits until the server has nothing to do: compiling in the background after a warm-up would count against the next.</summary>
    private static async Task SettleAsync(ServerProcess server, CancellationToken cancel)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var before = server.CpuMilliseconds;
            await Task.Delay(500, cancel);
            if (server.CpuMilliseconds - before <= 20)
            {
                return;
            }
        }
    }

    /// <summary>How to read the CPU time of the database's own processes, when they run on this machine.</summary>
    private static async Task<Func<double?>> DatabaseCpuAsync(GuanxiDatabase data, CancellationToken cancel)
    {
        if (data.Dialect.IsSqlite)
        {
            return () => null;
        }

        await using var session = await data.ReadAsync(cancel);
        var backend = await session.ScalarAsync<int>(Sql.Of($"SELECT pg_backend_pid()"), cancel);
        return ProcessUse.ParentOf(backend) is { } postmaster ? () => ProcessUse.CpuMillisecondsOfFamily(postmaster) : () => null;
    }
}
