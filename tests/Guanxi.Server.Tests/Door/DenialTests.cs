using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Door;

/// <summary>Who tries what he has no right to is written down, and fills nothing with it.</summary>
public sealed class DenialTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<List<JsonElement>> EventsAsync(RunningServer server) => [.. (await server.As("wangfang").ReadAsync("security-events?limit=200&kind=access.refused")).GetProperty("items").EnumerateArray()];

    [Theory, BothDatabases]
    public async Task A_refused_access_is_a_security_event_once_in_ten_minutes_for_a_person_and_an_endpoint(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var seller = server.As("zhangwei");
        for (var i = 0; i < 30; i++)
        {
            await (await seller.GetAsync("ledger", Cancel)).ProblemAsync(403);
        }

        await (await seller.GetAsync("customers/01920000-0000-7000-8000-000000000000", Cancel)).ProblemAsync(404);
        var told = Assert.Single(await EventsAsync(server));
        Assert.Equal(("张伟", "127.0.0.1"), (told.GetProperty("user").GetProperty("name").GetString(), told.GetProperty("address").GetString()));
        Assert.Contains("/ledger", told.GetProperty("detail").GetString(), StringComparison.Ordinal);
        server.Company.Time.Pass(TimeSpan.FromMinutes(11));
        await (await seller.GetAsync("ledger", Cancel)).ProblemAsync(403);
        Assert.EndsWith("(+29)", (await EventsAsync(server))[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_tries_every_door_leaves_ten_lines_a_minute_and_no_more()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var seller = server.As("zhangwei");
        foreach (var door in new[] { "ledger", "ledger/state", "ledger/checkpoints", "ledger/growth", "backups", "privacy", "reads", "reads/fields", "security-events", "sign-in/policy", "sign-in/providers", "matching", "duplicates", "merges", "duplicates/scan" })
        {
            await (await seller.GetAsync(door, Cancel)).ProblemAsync(403);
        }

        Assert.Equal(10, (await EventsAsync(server)).Count);
        server.Company.Time.Pass(TimeSpan.FromMinutes(2));
        await (await seller.GetAsync("merges", Cancel)).ProblemAsync(403);
        Assert.Equal(11, (await EventsAsync(server)).Count);
        Assert.True((await server.Company.VerifyAsync()).Whole);
    }
}
