using System.Text;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Outbound;

namespace Guanxi.Server.Ledger;

/// <summary>
/// Sends checkpoints to places that whoever alters the database cannot alter too: a file (on another machine's share, say), a web address, a mailbox.
/// The places are the operator's, in guanxi.json under Ledger: File, Webhook, Mail (Host, Port, From, To, User, Password, StartTls, EveryMinutes). Their hosts may be inside the company's network: whoever writes that file sits at the machine.
/// </summary>
public sealed class CheckpointDelivery(Workspace workspace, IConfiguration configuration) : IDisposable
{
    private readonly OutboundClient outbound = new(RulesOf(configuration));

    private static OutboundRules RulesOf(IConfiguration configuration)
    {
        var rules = OutboundRules.Read(configuration).And(MailServer.Read(configuration.GetSection("Ledger:Mail")).Host);
        return Uri.TryCreate(configuration["Ledger:Webhook"], UriKind.Absolute, out var address) ? rules.And(address.Host) : rules;
    }

    public sealed record State(string Channel, long Size, DateTimeOffset At, int Failures, string? Problem);

    public static async Task<List<State>> StatesAsync(DatabaseSession session, CancellationToken cancel) => await session.ListAsync(
        Sql.Of($"SELECT channel, size, at, failures, problem FROM ledger_delivery ORDER BY channel"),
        row => new State(row.Text(0), row.Integer(1), row.Instant(2), (int)row.Integer(3), row.OptionalText(4)), cancel);

    /// <summary>Sends what each place has not had yet; a place that fails is tried again later, ever more slowly up to an hour.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        List<State> states;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            states = await StatesAsync(session, cancel);
        }

        foreach (var (channel, every, send) in Channels())
        {
            var state = states.FirstOrDefault(known => known.Channel == channel) ?? new State(channel, 0, DateTimeOffset.UnixEpoch, 0, null);
            var pause = state.Failures == 0 ? every : TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, state.Failures - 1)));
            if (!state.At.IsPast(pause, workspace.Now))
            {
                continue;
            }

            List<Checkpoints.Kept> due;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                due = await Checkpoints.AfterAsync(session, state.Size, 1000, cancel);
            }

            if (due.Count > 0)
            {
                await RememberAsync(await TryAsync(state, send, due, cancel), cancel);
            }
        }
    }

    private async Task<State> TryAsync(State state, Func<IReadOnlyList<Checkpoints.Kept>, CancellationToken, Task> send, List<Checkpoints.Kept> due, CancellationToken cancel)
    {
        try
        {
            await send(due, cancel);
            return state with { Size = due[^1].Size, At = workspace.Now, Failures = 0, Problem = null };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or HttpRequestException or System.Security.Authentication.AuthenticationException or InvalidOperationException or FormatException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return state with { At = workspace.Now, Failures = state.Failures + 1, Problem = error.GetBaseException().Message };
        }
    }

    private Task RememberAsync(State state, CancellationToken cancel) => workspace.Database.WriteAsync(
        session => session.ExecuteAsync(Sql.Of($"INSERT INTO ledger_delivery (channel, size, at, failures, problem) VALUES ({state.Channel}, {state.Size}, {state.At}, {state.Failures}, {state.Problem}) ON CONFLICT (channel) DO UPDATE SET size = excluded.size, at = excluded.at, failures = excluded.failures, problem = excluded.problem"), cancel).AsTask(), cancel);

    private IEnumerable<(string Channel, TimeSpan Every, Func<IReadOnlyList<Checkpoints.Kept>, CancellationToken, Task> Send)> Channels()
    {
        if (configuration["Ledger:File"] is { Length: > 0 } file)
        {
            yield return ("file", TimeSpan.Zero, (due, cancel) => AddToFileAsync(file, due, cancel));
        }

        if (configuration["Ledger:Webhook"] is { Length: > 0 } address)
        {
            yield return ("webhook", TimeSpan.Zero, (due, cancel) => PostAsync(address, due[^1], cancel));
        }

        if (configuration["Ledger:Mail:To"] is { Length: > 0 } receiver)
        {
            yield return ("mail", TimeSpan.FromMinutes(configuration.GetValue("Ledger:Mail:EveryMinutes", 60.0)), (due, cancel) => MailAsync(receiver, due[^1], cancel));
        }
    }

    private static async Task AddToFileAsync(string file, IReadOnlyList<Checkpoints.Kept> due, CancellationToken cancel)
    {
        await using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(due.Select(kept => kept.Note + "\n"))), cancel);
        stream.Flush(flushToDisk: true);
    }

    private async Task PostAsync(string address, Checkpoints.Kept last, CancellationToken cancel)
    {
        using var content = new StringContent(last.Note, Encoding.UTF8, "text/plain");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        var answer = await outbound.SendAsync(request, cancel: cancel);
        if (!answer.IsSuccess)
        {
            throw new HttpRequestException($"The address answered with status {(int)answer.Status}.");
        }
    }

    private Task MailAsync(string receiver, Checkpoints.Kept last, CancellationToken cancel) => MailSender.SendAsync(
        outbound,
        MailServer.Read(configuration.GetSection("Ledger:Mail")),
        new Mail(configuration["Ledger:Mail:From"] ?? receiver, receiver, $"Guanxi ledger: checkpoint of {last.Size} entries", $"Keep this message. It proves later that the first {last.Size} entries of the ledger are as they were now.\n\n{last.Note}"),
        workspace.Now,
        cancel);

    public void Dispose() => outbound.Dispose();
}
