using System.Diagnostics;
using System.Net.Http.Json;
using Guanxi.Platform;
using Guanxi.Database;
using Guanxi.Platform.Identity;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>Whoever is out is out everywhere within five seconds: calls, tokens, and the stream of live updates that was open all the time.</summary>
public sealed class RevocationTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<RunningServer> StartAsync(Db db)
    {
        var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        return server;
    }

    /// <summary>Opens the stream and gives back the moment at which the server ended it.</summary>
    private static async Task<Task<TimeSpan>> WatchAsync(RunningServer server, HttpRequestMessage request, Stopwatch clock)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
        var stream = await response.Content.ReadAsStreamAsync(Cancel);
        return Task.Run(async () =>
        {
            var buffer = new byte[1024];
            try
            {
                while (await stream.ReadAsync(buffer, Cancel) > 0)
                {
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                // Cut off.
            }

            return clock.Elapsed;
        });
    }

    private static HttpRequestMessage Live(Visitor visitor)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live");
        request.Headers.TryAddWithoutValidation("Cookie", $"guanxi-session={visitor.Session}");
        return request;
    }

    public static TheoryData<string> Ways => ["disabled", "signed-out-from-elsewhere", "password-changed", "other-process"];

    [Theory, MemberData(nameof(Ways))]
    public async Task Sessions_tokens_and_live_streams_end_within_five_seconds(string way)
    {
        foreach (var db in Company.Postgres is null ? new[] { Db.Sqlite } : [Db.Sqlite, Db.Postgres])
        {
            await using var server = await StartAsync(db);
            var company = server.Company;
            using var seller = new Visitor(server);
            await seller.SignInAsync("zhangwei");
            var clock = Stopwatch.StartNew();
            var ended = await WatchAsync(server, Live(seller), clock);
            var from = clock.Elapsed;
            switch (way)
            {
                case "disabled": await (await server.As("wangfang").PatchAsync($"users/{company.ZhangWei.Id}", new { active = false })).JsonAsync(); break;
                case "signed-out-from-elsewhere": await (await server.As("wangfang").PostAsJsonAsync($"users/{company.ZhangWei.Id}:sign-out", new { }, Cancel)).NoContentAsync(); break;
                case "password-changed": await company.Workspace.WriteAsync(company.Program, context => server.Services.GetRequiredService<SignIn>().SetPasswordAsync(context, company.ZhangWei.Id, "my-own-otter-path"), cancel: Cancel); break;
                case "other-process":
                    // What another server or the command line does to the same database.
                    await company.Workspace.Database.WriteAsync(async session =>
                    {
                        await session.ExecuteAsync(Sql.Of($"DELETE FROM user_session WHERE user_id = {company.ZhangWei.Id}"), Cancel);
                        await session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'sessions'"), Cancel);
                        return true;
                    }, Cancel);
                    break;
            }

            while (await seller.StatusAsync("me") != 401)
            {
                Pace.Within(Promised, clock.Elapsed - from, $"{way} on {db}: the end of the session");
            }

            Pace.Within(Promised, await ended - from, $"{way} on {db}: the end of the stream");
            if (way == "disabled")
            {
                Assert.Equal(401, (int)(await server.As("zhangwei").GetAsync("me", Cancel)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task A_stream_opened_with_a_token_ends_with_the_token()
    {
        await using var server = await StartAsync(Db.Sqlite);
        var signIn = server.Services.GetRequiredService<SignIn>();
        var (id, secret) = await signIn.CreateTokenAsync(server.Company.Program, server.Company.ZhangWei.Id, "stream", null, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        var clock = Stopwatch.StartNew();
        var ended = await WatchAsync(server, request, clock);
        var from = clock.Elapsed;
        await signIn.RevokeTokenAsync(server.Company.Program, id, Cancel);
        Pace.Within(Promised, await ended - from, "the end of the stream");
    }

    [Fact]
    public async Task A_person_ends_another_device_and_keeps_this_one()
    {
        await using var server = await StartAsync(Db.Sqlite);
        using var office = new Visitor(server);
        await office.SignInAsync("zhangwei");
        using var home = new Visitor(server);
        await home.SignInAsync("zhangwei");
        var sessions = (await office.ReadAsync("me/security/sessions")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, sessions.Count);
        var other = sessions.Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id");
        using var stranger = new Visitor(server);
        await stranger.SignInAsync("zhaomin");
        await (await stranger.SendAsync(HttpMethod.Delete, $"me/security/sessions/{other}")).ProblemAsync(404);
        await (await office.SendAsync(HttpMethod.Delete, $"me/security/sessions/{other}")).NoContentAsync();
        Assert.Equal(401, await home.StatusAsync("me"));
        Assert.Equal(200, await office.StatusAsync("me"));
    }
}
