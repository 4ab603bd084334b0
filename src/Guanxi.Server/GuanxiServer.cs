using System.Net;
using Guanxi.Platform;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Backup;
using Guanxi.Server.Customers;
using Guanxi.Server.Sales;
using Guanxi.Server.Exchange;
using Guanxi.Server.Insight;
using Guanxi.Server.Ledger;
using Guanxi.Server.Operations;
using Guanxi.Server.Platform;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Logging.Console;

namespace Guanxi.Server;

/// <summary>The one host: /api/v1, the page, health and metrics. It has no rules of its own.</summary>
public static class GuanxiServer
{
    public sealed record Options(string Url, string? WebFolder, bool JsonLog = false, bool Quiet = false);

    public static WebApplication Build(Workspace workspace, Options options, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Guanxi.Server" });
        builder.Configuration.AddEnvironmentVariables("GUANXI__");
        builder.Configuration.AddJsonFile(Path.Combine(Path.GetFullPath(workspace.Folder), "guanxi.json"), optional: true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // JSON is held to Call.LargestBody where it is read; files and imports may be as large as this.
            kestrel.Limits.MaxRequestBodySize = 320L * 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            Listen(kestrel, options.Url);
        });
        AddLogging(builder, options);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(workspace);
        builder.Services.AddSingleton(workspace.Clock);
        builder.Services.AddSingleton(services => OutboundRules.Read(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton(services => new SignIn(workspace, services.GetRequiredService<OutboundRules>(), services.GetService<PasswordCost>()));
        builder.Services.AddSingleton<PasskeyCeremony>();
        builder.Services.AddSingleton<InFlight>();
        builder.Services.AddSingleton<TokenGuesses>();
        builder.Services.AddSingleton<Denials>();
        builder.Services.AddSingleton(new WebClient(options.WebFolder));
        builder.Services.AddSingleton<Metrics>();
        builder.Services.AddSingleton<MetricsReaders>();
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddSingleton<NoticeMail>();
        builder.Services.AddHostedService(services => services.GetRequiredService<NoticeMail>());
        builder.Services.AddHostedService<LedgerKeeping>();
        builder.Services.AddSingleton<ImportJobs>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ImportJobs>());
        builder.Services.AddSingleton<MatchKeeping>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MatchKeeping>());
        builder.Services.AddHostedService<SegmentKeeping>();
        builder.Services.AddHostedService<QualityKeeping>();
        builder.Services.AddHostedService<ApprovalKeeping>();
        builder.Services.AddHostedService<SalesKeeping>();
        builder.Services.AddHostedService<QuoteKeeping>();
        builder.Services.AddSingleton<CustomerMail>();
        builder.Services.AddHostedService<LeadKeeping>();
        builder.Services.AddHostedService<MailDropKeeping>();
        builder.Services.AddHostedService<ForecastKeeping>();
        builder.Services.AddHostedService<StepKeeping>();
        builder.Services.AddSingleton(new BackupStore(workspace.Database, BackupSettings.Read(workspace.Folder), workspace.Clock));
        builder.Services.AddSingleton<Restart>();
        builder.Services.AddSingleton<ValueKeeping>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ValueKeeping>());
        builder.Services.AddHostedService<BackupSchedule>();
        builder.Services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(form => form.MultipartBodyLengthLimit = 320L * 1024 * 1024);
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["application/json", "application/problem+json"];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = System.IO.Compression.CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = System.IO.Compression.CompressionLevel.Fastest);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseTrustedProxies();
        app.UseMiddleware<Metrics.Meter>();
        app.Use(SecureAsync);
        app.UseResponseCompression();
        app.UseRouting();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase), branch => branch.UseMiddleware<Guard>().UseMiddleware<RateLimit>().UseMiddleware<IdempotentCalls>());
        app.MapHealth();
        app.MapPublicForms();
        MapApi(app);
        app.MapFallback("/{**path}", http => http.RequestServices.GetRequiredService<WebClient>().ServeAsync(http));
        return app;
    }

    private static void MapApi(WebApplication app)
    {
        var workspace = app.Services.GetRequiredService<Workspace>();
        var types = workspace.Schema.Types.Select(type => type.Name).ToList();
        var api = app.MapGroup("/api/v1");
        api.MapSession();
        api.MapPasskeys();
        api.MapElsewhere();
        api.MapAccountSecurity();
        api.MapSignInAdministration();
        api.MapRecordTypes();
        api.MapRecords(types);
        api.MapTogether(types);
        api.MapCustomers();
        api.MapSales();
        api.MapQuotes();
        api.MapOffers();
        api.MapApprovals();
        api.MapCalendar();
        api.MapNumbering();
        api.MapContracts();
        api.MapReceivables();
        api.MapOrders();
        api.MapLeads();
        api.MapProcesses();
        api.MapProcessAnalysis();
        api.MapSteps();
        api.MapValue();
        api.MapRetention();
        api.MapInsight();
        api.MapLab();
        api.MapForecast();
        api.MapPools();
        api.MapCollisions();
        api.MapSegments();
        api.MapLifecycle();
        api.MapQuality();
        api.MapSources();
        api.MapMatches(workspace.Schema.Types);
        api.MapDuplicates();
        api.MapMerges(workspace.Schema.Types);
        api.MapPrivacy(workspace.Schema.Types);
        api.MapReads();
        api.MapHome();
        api.MapViews();
        api.MapFeeds();
        api.MapImports();
        api.MapPreparedImports();
        api.MapImportMappings();
        api.MapExports(types);
        api.MapAdministration();
        api.MapLedger();
        api.MapBackups();
        app.MapOpenApiDocument();
        api.MapFallback("/{**path}", (HttpContext _) => throw new RefusedException(Refusal.NotFound));
    }

    /// <summary>Headers that every answer carries.</summary>
    private static Task SecureAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self), payment=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";
        headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'";
        if (http.IsSecure())
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        // Nobody keeps an answer, unless whoever writes it says otherwise: the page and its files do.
        headers.CacheControl = "no-store";
        return next(http);
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, string url)
    {
        var address = new Uri(url);
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            kestrel.Listen(ip, address.Port);
        }
        else if (address.Host == "localhost")
        {
            kestrel.ListenLocalhost(address.Port);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port);
        }
    }

    private static void AddLogging(WebApplicationBuilder builder, Options options)
    {
        builder.Logging.SetMinimumLevel(options.Quiet ? LogLevel.Error : LogLevel.Warning);
        if (options.JsonLog)
        {
            builder.Logging.AddJsonConsole();
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.ColorBehavior = LoggerColorBehavior.Default;
            });
        }
    }
}
