using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Files;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Inbound;
using Guanxi.Platform.Outbound;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>What a look at a mailbox brought.</summary>
/// <param name="Known">Letters that had become leads before.</param>
/// <param name="Skipped">Sent by programs, or too large.</param>
public sealed record MailLook(int Made, int Known, int Skipped, string? Error);

/// <summary>Makes a lead of each letter in a folder, with its attachments as files; each letter once, by its Message-ID, whoever looks and however often.</summary>
public static class MailDrop
{
    private const int MostAtOnce = 50;
    private const int MostFiles = 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(50);

    /// <summary>Looks into every mailbox in use whose time has come.</summary>
    public static async Task TickAsync(Workspace workspace, OutboundClient outbound, SecretBox box, CancellationToken cancel = default)
    {
        IReadOnlyList<Guid> due;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            due = await session.ListAsync(Sql.Of($"SELECT id FROM lead_mailbox WHERE active = 1 AND deleted_at IS NULL AND secret IS NOT NULL"), row => row.Id(0), cancel);
        }

        foreach (var id in due)
        {
            var (now, before) = (workspace.Now, workspace.Now - Every);
            // Of several servers one looks.
            if (await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET last_polled_at = {now} WHERE id = {id} AND (last_polled_at IS NULL OR last_polled_at < {before} OR last_polled_at > {now})"), cancel), cancel) == 1)
            {
                await LookAsync(workspace, outbound, box, id, cancel);
            }
        }
    }

    /// <summary>Looks into one mailbox now; what goes wrong is kept with it and answered.</summary>
    public static async Task<MailLook> LookAsync(Workspace workspace, OutboundClient outbound, SecretBox box, Guid id, CancellationToken cancel = default)
    {
        var look = new MailLook(0, 0, 0, null);
        try
        {
            look = await ReadAsync(workspace, outbound, box, id, cancel);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or FormatException or System.Security.Authentication.AuthenticationException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            look = look with { Error = new string([.. error.Message.Where(letter => !char.IsControl(letter)).Take(300)]) };
        }

        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET last_polled_at = {workspace.Now}, last_error = {look.Error} WHERE id = {id}"), cancel), cancel);
        return look;
    }

    private static async Task<MailLook> ReadAsync(Workspace workspace, OutboundClient outbound, SecretBox box, Guid id, CancellationToken cancel)
    {
        LeadMailbox mailbox;
        (string? Secret, long Validity, long Last) state;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            mailbox = (LeadMailbox)(await RecordStore.FindAsync(session, workspace.Schema["lead-mailboxes"], id, cancel))!;
            state = await session.FirstAsync(Sql.Of($"SELECT secret, uid_validity, last_uid FROM lead_mailbox WHERE id = {id}"), row => (row.OptionalText(0), row.OptionalInteger(1) ?? 0, row.OptionalInteger(2) ?? 0), cancel);
        }

        if (mailbox.Server(box, state.Secret) is not { } server)
        {
            return new MailLook(0, 0, 0, "No password is set, or it was sealed with another key.");
        }

        await using var client = await ImapClient.OpenAsync(outbound, server, cancel);
        var validity = await client.ExamineAsync(mailbox.Text("folder")!);
        var (made, known, skipped) = (0, 0, 0);
        foreach (var (uid, size) in (await client.AfterAsync(validity == state.Validity ? state.Last : 0)).Take(MostAtOnce))
        {
            var message = size > ImapClient.LargestMessage ? null : MailMessage.Read(await client.MessageAsync(uid));
            if (message is null || message.IsAutomatic)
            {
                skipped++;
            }
            else if (await TakeAsync(workspace, mailbox, message, $"{validity}.{uid}.{id:N}", cancel))
            {
                made++;
            }
            else
            {
                known++;
            }

            await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET uid_validity = {validity}, last_uid = {uid} WHERE id = {id}"), cancel), cancel);
        }

        return new MailLook(made, known, skipped, null);
    }

    /// <summary>Answers whether a lead was made. One that was made and whose files were not all kept, because the program stopped in between, gets the rest.</summary>
    private static async Task<bool> TakeAsync(Workspace workspace, LeadMailbox mailbox, MailMessage message, string number, CancellationToken cancel)
    {
        var key = message.Id is { Length: <= 400 } own ? own : number;
        var (lead, isNew) = await workspace.WriteAsync(
            workspace.System("mail"),
            async context =>
            {
                if (await context.Session.FirstAsync(Sql.Of($"SELECT id FROM lead WHERE message_id = {key}"), row => (Guid?)row.Id(0), cancel) is { } there)
                {
                    return (there, false);
                }

                var made = Draft(context, mailbox, message, key);
                await context.InsertAsync(made, cancel);
                return (made.Id, true);
            },
            cancel: cancel);
        HashSet<string> kept;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            kept = [.. (await Attachments.OfAsync(session, lead, cancel)).Select(file => file.Name)];
        }

        for (var i = 0; i < Math.Min(message.Files.Count, MostFiles); i++)
        {
            var name = FileKind.NameOf(message.Files[i].Name) ?? $"attachment-{i + 1}";
            if (kept.Add(name) && message.Files[i].Content.Length > 0)
            {
                using var content = new MemoryStream(message.Files[i].Content);
                await Attachments.AddAsync(workspace, workspace.System("mail"), workspace.Schema["leads"], lead, name, content, cancel);
            }
        }

        return isNew;
    }

    private static Record Draft(SaveContext context, LeadMailbox mailbox, MailMessage message, string key)
    {
        var type = context.Schema["leads"];
        var lead = type.Create(type);
        lead.Id = Guid.CreateVersion7(context.Now);
        lead["contactName"] = Fit(type["contactName"], message.FromName);
        lead["email"] = Fit(type["email"], message.FromAddress);
        lead["name"] = Fit(type["name"], message.Subject) ?? lead["contactName"] ?? lead["email"] ?? "邮件";
        lead["need"] = Fit(type["need"], message.Text);
        (lead["source"], lead["messageId"], lead["campaign"], lead["productLine"], lead["cost"], lead["owner"]) = ("email", key, mailbox["campaign"], mailbox["productLine"], mailbox["cost"], mailbox["givenTo"]);
        return lead;
    }

    /// <summary>As much of a stranger's text as the field takes; nothing when it is no value of the field at all.</summary>
    private static object? Fit(Field field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var clean = new string([.. text.Where(letter => letter is '\n' or '\t' || !char.IsControl(letter))]).Trim();
        clean = clean.Length > field.MaxLength ? clean[..(char.IsHighSurrogate(clean[field.MaxLength - 1]) ? field.MaxLength - 1 : field.MaxLength)] : clean;
        var value = FieldInput.ParseText(field, clean, out var error);
        return error is null ? value : null;
    }
}
