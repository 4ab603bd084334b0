using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Platform.Identity;
using Guanxi.Server;
using Guanxi.Tests.World;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.World;

/// <summary>The real server on a port of its own, with the company that every test knows; one for a test class.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    public const string Password = "一个-Long-Password-1";
    private readonly Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal);
    private WebApplication? app;

    private readonly Db? on;
    private readonly IReadOnlyDictionary<string, string?> settings;

    public RunningServer()
        : this(null)
    {
    }

    private RunningServer(Db? on, IReadOnlyDictionary<string, string?>? settings = null) => (this.on, this.settings) = (on, settings ?? new Dictionary<string, string?>());

    /// <summary>A server of its own on that database, for a test that changes what everybody shares: rules, clock, settings of the operator.</summary>
    public static async Task<RunningServer> StartAsync(Db db, params (string Name, string? Value)[] settings)
    {
        var server = new RunningServer(db, settings.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
        await server.InitializeAsync();
        return server;
    }

    public Company Company { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => app!.Services;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("GUANXI__RateLimit__PerSecond", "0");
        Environment.SetEnvironmentVariable("GUANXI__Backup__Daily", "false");

        // The sign-in providers of the tests run on this machine.
        Environment.SetEnvironmentVariable("GUANXI__Network__Outbound__Allow", "127.0.0.1");
        Company = await Company.OpenAsync(on ?? (Company.Postgres is not null && Environment.GetEnvironmentVariable("GUANXI_TEST_SERVER_ON") == "postgres" ? Db.Postgres : Db.Sqlite));
        app = GuanxiServer.Build(Company.Workspace, new GuanxiServer.Options("http://127.0.0.1:0", WebFolder(), Quiet: true), builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddSingleton(Company.CheapPasswords);
        });
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var signIn = app.Services.GetRequiredService<SignIn>();
        foreach (var actor in Company.Everybody.ToList())
        {
            var (_, token) = await signIn.CreateTokenAsync(Company.Program, actor.Id, "test", null);
            clients[actor.Person.UserName] = Client(token);
        }
    }

    private static string? WebFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "web", "dist", "index.html")))
            {
                return Path.Combine(folder.FullName, "web", "dist");
            }
        }

        return null;
    }

    /// <summary>A client with this token, or with none.</summary>
    public HttpClient Client(string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(Address, "/api/v1/") };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>The client of a person: wangfang, liqiang, zhangwei, zhaomin, chenjing, liuyang, sunli.</summary>
    public HttpClient As(string userName) => clients[userName];

    /// <summary>Gives everybody <see cref="Password"/>.</summary>
    public async Task SetPasswordsAsync() => await Company.Workspace.WriteAsync(Company.Program, async context =>
    {
        foreach (var actor in Company.Everybody.ToList())
        {
            await Services.GetRequiredService<SignIn>().SetPasswordAsync(context, actor.Id, Password);
        }
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        await Company.DisposeAsync();
    }
}

public static class Calls
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    public static async Task NoContentAsync(this HttpResponseMessage response) =>
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(Cancel)}");

    public static async Task<JsonElement> ReadAsync(this HttpClient client, string path) => await (await client.GetAsync(path, Cancel)).JsonAsync();

    public static async Task<JsonElement> MakeAsync(this HttpClient client, string path, object values) => await (await client.PostAsJsonAsync(path, values, Cancel)).JsonAsync(HttpStatusCode.Created);

    public static Task<HttpResponseMessage> PatchAsync(this HttpClient client, string path, object values, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(values) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return client.SendAsync(request, Cancel);
    }

    /// <summary>A problem with this status and kind; never a 5xx, always with a sentence.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, int status)
    {
        var problem = await response.JsonAsync((HttpStatusCode)status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }
}
