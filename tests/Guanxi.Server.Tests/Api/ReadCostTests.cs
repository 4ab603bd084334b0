using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>What it costs a page of a list to write down who read it: the same page with and without audited fields, taking turns.</summary>
public sealed class ReadCostTests
{
    private static readonly int Blocks = Form.Of(1, 40);
    private const int Calls = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task The_audit_of_reading_costs_a_page_less_than_the_page(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var seller = server.As("zhangwei");
        await (await seller.PostAsJsonAsync("./customers:batch", new { operations = Enumerable.Range(0, 50).Select(at => new { op = "create", values = new { name = $"客户 {at}", phone = $"138001380{at:00}", email = $"a{at}@example.com", otherId = $"4301{at:0000}" } }) }, Cancel)).JsonAsync();
        var (without, with) = (new List<double>(), new List<double>());
        for (var block = 0; block < Blocks; block++)
        {
            await BlockAsync([], without);
            await BlockAsync(["phone", "email", "otherId"], with);
        }

        // Every call counts the reader's page again; the first of an hour is what the ledger gets.
        await server.Company.Workspace.Reads.FlushAsync(Cancel);
        var told = string.Create(CultureInfo.InvariantCulture, $"{db}: a page of 50 takes {without.Min():0.00} ms, with three audited fields {with.Min():0.00} ms (medians of the quickest of {Blocks} blocks of {Calls})");
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        // What a clock says beside other tests is no proof of anything: only the long form, with nothing beside it, holds to it.
        Assert.True(!Form.Long || with.Min() < (2 * without.Min()) + 1, told);
        Assert.NotEmpty((await server.As("wangfang").ReadAsync("reads?kind=read")).GetProperty("items").EnumerateArray());

        async Task BlockAsync(string[] audited, List<double> medians)
        {
            await (await server.As("wangfang").PutAsJsonAsync("reads/fields", new { customers = audited }, Cancel)).JsonAsync();
            var times = new List<double>();
            for (var call = 0; call < Calls; call++)
            {
                var began = Stopwatch.GetTimestamp();
                await seller.GetByteArrayAsync("customers?limit=50&fields=name,phone,email,city,level,otherId", Cancel);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            medians.Add(times.Order().ElementAt(Calls / 2));
        }
    }
}
