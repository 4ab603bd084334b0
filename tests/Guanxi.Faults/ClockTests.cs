using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Faults.World;
using Guanxi.Server.Tests.World;

namespace Guanxi.Faults;

/// <summary>The clock of the machine jumps, forward by ten years and back by more than one, while people work.</summary>
public sealed class ClockTests
{
    private const string Password = "一个-Long-Password-1";
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3653);
    private static readonly TimeSpan Back = TimeSpan.FromDays(-400);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_session_is_revived_no_reminder_comes_twice_nobody_is_locked_out_and_the_ledger_stays_whole()
    {
        using var shim = new Shim();
        var folder = Directory.CreateTempSubdirectory("guanxi-clock-").FullName;
        var token = await ServingProgram.TokenAsync(folder, password: Password);
        using var clerks = new Clerks(token, 2);
        await using (var server = await ServingProgram.StartAsync(folder, shim: shim))
        {
            using var client = server.Client(token);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
            using var boss = new Visitor(new Uri(server.Address, "/"));
            await boss.SignInAsync("boss", Password);
            Assert.Equal(200, await boss.StatusAsync("me"));
            var customer = await client.MakeAsync("customers", new { name = "客户时钟" });
            await client.MakeAsync("activities", new { kind = "task", subject = "十年后", customer = customer.GetProperty("id").GetGuid(), status = "planned", dueAt = InTime(TimeSpan.FromHours(3)), remindAt = InTime(TimeSpan.FromHours(2)) });

            // Ten years on, the session has run out; back again, it stays so.
            await JumpAsync(shim, client, TenYears);
            Assert.Equal(401, await boss.StatusAsync("me"));
            Assert.Equal(1, await RemindersAsync(client));
            await JumpAsync(shim, client, TimeSpan.Zero);
            Assert.Equal(401, await boss.StatusAsync("me"));

            // A session of a time that has not come is none either.
            await boss.SignInAsync("boss", Password);
            Assert.Equal(200, await boss.StatusAsync("me"));
            await JumpAsync(shim, client, Back);
            Assert.Equal(401, await boss.StatusAsync("me"));

            // Wrong tries of the future lock nobody out of the past.
            await boss.SignInAsync("boss", Password);
            Assert.Equal(200, await boss.StatusAsync("me"));
            var made = await client.MakeAsync("customers", new { name = "过去的客户" });
            Assert.Equal(TimeProvider.System.GetUtcNow() + Back, made.GetProperty("createdAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
            await SignedAsync(client, made.GetProperty("id").GetGuid(), server.Said);

            foreach (var hour in new[] { 1, -1, 2, 0 })
            {
                await JumpAsync(shim, client, TimeSpan.FromHours(hour));
            }

            Assert.Equal(1, await RemindersAsync(client));
            await stop.CancelAsync();
            await work;
            Assert.Equal(0, clerks.AnswersBut(HttpStatusCode.Created, HttpStatusCode.OK));
            Assert.True((await (await client.PostAsync("./ledger:verify", null, Cancel)).JsonAsync()).GetProperty("whole").GetBoolean());
            await server.KillAsync();
        }

        clerks.Customers.Clear();
        Assert.DoesNotContain(await Books.WrongAsync(folder, null, clerks), wrong => wrong.Contains("ledger", StringComparison.Ordinal) || wrong.Contains("search", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    private static DateTimeOffset InTime(TimeSpan span) => TimeProvider.System.GetUtcNow() + span;

    /// <summary>Moves the clock and works on: the record made then says that the server has seen it. That is what shows that the test tests anything.</summary>
    private static async Task JumpAsync(Shim shim, HttpClient client, TimeSpan by)
    {
        shim.MoveClock(by);
        var made = await client.MakeAsync("customers", new { name = $"客户 {by}" });
        Assert.Equal(TimeProvider.System.GetUtcNow() + by, made.GetProperty("createdAt").GetDateTimeOffset(), TimeSpan.FromMinutes(1));
    }

    private static async Task<int> RemindersAsync(HttpClient client)
    {
        for (var end = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(end) < TimeSpan.FromSeconds(60);)
        {
            var told = (await client.ReadAsync("notifications")).GetProperty("items").EnumerateArray().Count(item => item.GetProperty("kind").GetString() == "reminder");
            if (told > 0)
            {
                return told;
            }
        }

        return 0;
    }

    /// <summary>Work that recurs does not wait until a clock that was set back has caught up: checkpoints go on.</summary>
    private static async Task SignedAsync(HttpClient client, Guid record, string said)
    {
        var entry = (await client.ReadAsync($"ledger?record={record}")).GetProperty("items")[0].GetProperty("seq").GetInt64();
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60);)
        {
            if ((await client.ReadAsync("ledger/checkpoints")).GetProperty("items").EnumerateArray().Any(item => item.GetProperty("size").GetInt64() >= entry))
            {
                return;
            }
        }

        Assert.Fail("no checkpoint is signed any more: " + said);
    }
}
