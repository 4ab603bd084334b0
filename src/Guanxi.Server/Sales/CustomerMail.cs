using Guanxi.Platform;
using Guanxi.Platform.Language;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Sales;

/// <summary>Writes to a customer, where the operator has set up mail.</summary>
public sealed class CustomerMail(Workspace workspace, IConfiguration configuration, ILogger<CustomerMail> log) : IDisposable
{
    private const int LongestMessage = 4000;
    private readonly MailServer server = MailServer.Read(configuration.GetSection("Mail"));
    private readonly OutboundClient outbound = new(OutboundRules.Read(configuration).And(MailServer.Read(configuration.GetSection("Mail")).Host));

    /// <summary>The address as it is written to, before anything is done.</summary>
    /// <exception cref="RefusedException">No mail is set up, or it is no address.</exception>
    public string Demand(string? address)
    {
        if (configuration["Mail:Host"] is not { Length: > 0 })
        {
            throw new RefusedException(Refusal.Breaks("mail-missing", ("还没有设置邮件服务器：请自己发给客户（链接或 PDF），或请管理员设置", "No mail server is set up: send the link or the PDF yourself, or ask an administrator")));
        }

        return EmailAddress.Parse(address).Value ?? throw new RefusedException(Refusal.Invalid("email", ("邮箱地址不正确", "This is no e-mail address")));
    }

    /// <summary>Whether it went out; what is not said to the caller stands in the log.</summary>
    /// <param name="message">What the sender wants to say before the rest; null or empty for nothing.</param>
    public async Task<bool> SendAsync(string address, string subject, string? message, string rest, MailFile? file, CancellationToken cancel)
    {
        var words = message is { Length: > LongestMessage } ? message[..LongestMessage] : message;
        var line = new string([.. subject.Where(letter => !char.IsControl(letter))]);
        try
        {
            await MailSender.SendAsync(outbound, server, new Mail(configuration["Mail:From"] ?? "guanxi@localhost", address, line, (string.IsNullOrWhiteSpace(words) ? "" : words + "\n\n") + rest, file), workspace.Now, cancel);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or FormatException or InvalidOperationException or IOException)
        {
            log.LogWarning(error, "A mail to a customer could not be sent");
            return false;
        }
    }

    public void Dispose() => outbound.Dispose();
}
