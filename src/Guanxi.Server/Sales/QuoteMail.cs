using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;

namespace Guanxi.Server.Sales;

/// <summary>Sends a customer the link to a quote, where the operator has set up mail.</summary>
public sealed class QuoteMail(Workspace workspace, IConfiguration configuration, ILogger<QuoteMail> log) : IDisposable
{
    private const int LongestMessage = 4000;
    private readonly MailServer server = MailServer.Read(configuration.GetSection("Mail"));
    private readonly OutboundClient outbound = new(OutboundRules.Read(configuration).And(MailServer.Read(configuration.GetSection("Mail")).Host));

    /// <summary>The address as it is written to, before anything is done.</summary>
    /// <exception cref="RefusedException">No mail is set up, or it is no address.</exception>
    public string Demand(string address)
    {
        if (configuration["Mail:Host"] is not { Length: > 0 })
        {
            throw new RefusedException(Refusal.Breaks("mail-missing", ("还没有设置邮件服务器：请复制链接发给客户，或请管理员设置", "No mail server is set up: copy the link and send it yourself, or ask an administrator")));
        }

        return EmailAddress.Parse(address).Value ?? throw new RefusedException(Refusal.Invalid("email", ("邮箱地址不正确", "This is no e-mail address")));
    }

    /// <summary>Whether it went out. The link is made either way, and the page says what became of the mail.</summary>
    public async Task<bool> SendAsync(Actor actor, QuoteLink link, string address, string url, string? message, CancellationToken cancel)
    {
        var words = message is { Length: > LongestMessage } ? message[..LongestMessage] : message;
        await using var session = await workspace.Database.ReadAsync(cancel);
        var quote = (await RecordStore.FindAsync(session, actor.Schema["quotes"], link.Quote, cancel))!;
        var company = (await Settings.ReadAsync(session, cancel)).CompanyName;
        var subject = new string([.. $"{company} {quote.Text("number")} {quote.Text("name")}".Where(letter => !char.IsControl(letter))]);
        var until = link.ExpiresAt.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var invitation = new Label($"请在 {until} 之前查看报价：", $"Please see our quotation until {until}:").In(link.Language);
        try
        {
            await MailSender.SendAsync(outbound, server, new Mail(configuration["Mail:From"] ?? "guanxi@localhost", address, subject, $"{(string.IsNullOrWhiteSpace(words) ? "" : words + "\n\n")}{invitation}\n{url}\n\n{actor.Person.Name}\n{company}\n"), workspace.Now, cancel);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or FormatException or InvalidOperationException or IOException)
        {
            log.LogWarning(error, "A quote could not be sent by mail");
            return false;
        }
    }

    public void Dispose() => outbound.Dispose();
}
