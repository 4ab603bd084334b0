using System.Globalization;
using System.Net.Security;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Guanxi.Platform.Outbound;

/// <summary>A message as plain text, with a file where there is one.</summary>
public sealed record Mail(string From, string To, string Subject, string Body, MailFile? File = null);

/// <summary>A file that goes along with a message.</summary>
/// <param name="Name">In ASCII.</param>
public sealed record MailFile(string Name, string MediaType, byte[] Bytes);

/// <summary>How a mail server is reached; with a name, StartTls is demanded before the password is said.</summary>
public sealed record MailServer(string Host, int Port = 25, bool StartTls = false, string? User = null, string? Password = null)
{
    /// <summary>From a section of the operator's settings: Host, Port, StartTls, User, Password.</summary>
    public static MailServer Read(IConfigurationSection mail) =>
        new(mail["Host"] ?? "localhost", mail.GetValue("Port", 25), mail.GetValue("StartTls", false), mail["User"] is { Length: > 0 } user ? user : null, mail["Password"]);
}

/// <summary>Hands a message to a mail server (RFC 5321) over a connection of <see cref="OutboundClient"/>.</summary>
public static class MailSender
{
    private const int LongestReply = 4096;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <exception cref="IOException">The server refused it, with what it said.</exception>
    /// <exception cref="HttpRequestException">It may not be called, or is not reached.</exception>
    public static async Task SendAsync(OutboundClient outbound, MailServer server, Mail mail, DateTimeOffset now, CancellationToken cancel = default)
    {
        foreach (var text in new[] { mail.From, mail.To, mail.Subject, mail.File?.Name ?? "", mail.File?.MediaType ?? "" })
        {
            // A line break here would begin a line of the sender's own: another receiver, another header.
            if (text.Any(char.IsControl))
            {
                throw new FormatException("A line of the message's head has a control character.");
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        Stream connection = await outbound.ConnectAsync(server.Host, server.Port, limit.Token);
        try
        {
            await ExpectAsync(connection, 220, limit.Token);
            await SayAsync(connection, "EHLO guanxi", 250, limit.Token);
            if (server.StartTls)
            {
                await SayAsync(connection, "STARTTLS", 220, limit.Token);
                var secure = new SslStream(connection, leaveInnerStreamOpen: false);
                connection = secure;
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Host }, limit.Token);
                await SayAsync(connection, "EHLO guanxi", 250, limit.Token);
            }

            if (server.User is not null)
            {
                if (!server.StartTls)
                {
                    throw new InvalidOperationException("A password is sent over TLS only: set StartTls.");
                }

                await SayAsync(connection, "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{server.User}\0{server.Password}")), 235, limit.Token);
            }

            await SayAsync(connection, $"MAIL FROM:<{Bare(mail.From)}>", 250, limit.Token);
            await SayAsync(connection, $"RCPT TO:<{Bare(mail.To)}>", 250, limit.Token);
            await SayAsync(connection, "DATA", 354, limit.Token);
            await SayAsync(connection, Text(mail, now) + "\r\n.", 250, limit.Token);
            try
            {
                await SayAsync(connection, "QUIT", 221, limit.Token);
            }
            catch (IOException)
            {
                // It has taken the message; how it says goodbye changes nothing, and a second one would be sent.
            }
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>The address alone, without what would end it early.</summary>
    private static string Bare(string address) =>
        address.Length <= 254 && address.Contains('@', StringComparison.Ordinal) && !address.Any(letter => letter is '<' or '>' or ' ' or '"' or ',') ? address : throw new FormatException($"“{address}” is no mail address.");

    private static string Text(Mail mail, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"From: {mail.From}\r\nTo: {mail.To}\r\nSubject: {Word(mail.Subject)}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Date: {now.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000\r\nMessage-ID: <{Guid.CreateVersion7(now):N}@guanxi>\r\n");
        text.Append("MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n");
        var boundary = $"part-{Guid.CreateVersion7(now):N}";
        if (mail.File is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
        }

        text.Append("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
        foreach (var line in mail.Body.ReplaceLineEndings("\n").Split('\n'))
        {
            // A lone dot would end the message (RFC 5321 section 4.5.2).
            text.Append(line.StartsWith('.') ? "." : "").Append(line).Append("\r\n");
        }

        if (mail.File is { } file)
        {
            text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\nContent-Type: {file.MediaType}; name=\"{file.Name}\"\r\nContent-Disposition: attachment; filename=\"{file.Name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n");
            text.Append(Convert.ToBase64String(file.Bytes, Base64FormattingOptions.InsertLineBreaks)).Append(CultureInfo.InvariantCulture, $"\r\n--{boundary}--");
        }

        return text.ToString().TrimEnd('\r', '\n');
    }

    /// <summary>RFC 2047 for what is not ASCII.</summary>
    private static string Word(string text) => text.All(char.IsAscii) ? text : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static async Task SayAsync(Stream connection, string line, int expected, CancellationToken cancel)
    {
        await connection.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancel);
        await connection.FlushAsync(cancel);
        await ExpectAsync(connection, expected, cancel);
    }

    /// <summary>Reads lines up to the last of a reply, the one with a space after its number.</summary>
    private static async Task ExpectAsync(Stream connection, int expected, CancellationToken cancel)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        for (var read = 0; read < LongestReply; read++)
        {
            if (await connection.ReadAsync(one, cancel) == 0)
            {
                throw new IOException("The mail server broke off.");
            }

            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var reply = line.ToString().TrimEnd('\r');
            line.Clear();
            if (reply.Length >= 4 && reply[3] == '-')
            {
                continue;
            }

            if (reply.Length < 3 || !int.TryParse(reply.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number != expected)
            {
                throw new IOException($"The mail server said “{new string([.. reply.Where(letter => !char.IsControl(letter)).Take(200)])}”.");
            }

            return;
        }

        throw new IOException("The mail server says too much.");
    }
}
