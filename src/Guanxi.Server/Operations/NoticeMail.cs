using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Outbound;

namespace Guanxi.Server.Operations;

/// <summary>
/// Sends what must not wait until somebody looks at the page, a sign-in from a new device, to the person's own address, where the operator has set up mail
/// (guanxi.json: Mail with Host, Port, From, User, Password, StartTls). A notice that could not be sent is tried again for a day.
/// </summary>
public sealed class NoticeMail(Workspace workspace, IConfiguration configuration, ILogger<NoticeMail> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Worth = TimeSpan.FromDays(1);
    private readonly MailServer server = MailServer.Read(configuration.GetSection("Mail"));

    // The operator's own mail server may stand inside.
    private readonly OutboundClient outbound = new(OutboundRules.Read(configuration).And(MailServer.Read(configuration.GetSection("Mail")).Host));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration["Mail:Host"] is not { Length: > 0 })
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, workspace.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Sends what is due; answers how many went out.</summary>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        var sent = 0;
        try
        {
            List<(Guid Id, Guid User, string Title, string Body)> due;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                due = await session.ListAsync(
                    Sql.Of($"SELECT id, user_id, title, body FROM notification WHERE kind = 'new-device' AND mailed_at IS NULL AND at > {workspace.Now - Worth} ORDER BY at LIMIT 50"),
                    row => (row.Id(0), row.Id(1), row.OptionalText(2) ?? "", row.OptionalText(3) ?? ""), cancel);
            }

            foreach (var (id, user, title, body) in due)
            {
                if (workspace.Directory.Person(user) is { Active: true, Email: { Length: > 0 } } person)
                {
                    await SendAsync(person, title, body, cancel);
                    sent++;
                }

                await workspace.Database.WriteAsync(session => session.ExecuteAsync(Sql.Of($"UPDATE notification SET mailed_at = {workspace.Now} WHERE id = {id}"), cancel).AsTask(), cancel);
            }
        }
        catch (Exception error) when (error is HttpRequestException or FormatException or InvalidOperationException or IOException or System.Data.Common.DbException)
        {
            log.LogWarning(error, "A notice could not be sent by mail; it will be tried again");
        }

        return sent;
    }

    private Task SendAsync(Person person, string title, string body, CancellationToken cancel) => MailSender.SendAsync(
        outbound, server, new Mail(configuration["Mail:From"] ?? "guanxi@localhost", person.Email!, title, $"{person.Name} ({person.UserName})\n\n{body}\n"), workspace.Now, cancel);

    public override void Dispose()
    {
        outbound.Dispose();
        base.Dispose();
    }
}
