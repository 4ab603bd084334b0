using System.Collections.Concurrent;
using Guanxi.Platform;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>
/// Writes down that somebody who is signed in asked for what he has no right to: one line for a person and an endpoint in ten minutes, and at most so many a minute for a person, so that nobody fills the ledger with his own refusals.
/// What was refused meanwhile is counted, and the next line says how often.
/// </summary>
public sealed class Denials(Workspace workspace, SignIn signIn, ILogger<Denials> log)
{
    public const string Kind = "access.refused";
    private const int MostAMinute = 10;
    private const int MostKept = 20_000;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<(Guid Person, string What), Seen> seen = new();
    private readonly ConcurrentDictionary<Guid, (long Minute, int Count)> written = new();

    private sealed record Seen(DateTimeOffset At, int Unsaid);

    /// <summary>To be called before the refusal is answered; a fault of its own does not reach the caller.</summary>
    public async Task NoteAsync(HttpContext http, Refusal refusal)
    {
        if (refusal is not { Status: StatusCodes.Status403Forbidden, Kind: "forbidden" } || http.ActorOrNobody() is not { IsSystem: false } actor)
        {
            return;
        }

        var what = $"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
        if (Due(actor.Id, what, workspace.Now) is not { } unsaid)
        {
            return;
        }

        try
        {
            await signIn.NoteAsync(workspace.System(), Kind, actor.Id, http.Place(), unsaid == 0 ? what : $"{what} (+{unsaid})", CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            log.LogWarning(error, "A refused access was not written down");
        }
    }

    /// <summary>How many were not told since the last line when another is due; null when none is.</summary>
    private int? Due(Guid person, string what, DateTimeOffset now)
    {
        if (seen.Count > MostKept)
        {
            seen.Clear();
            written.Clear();
        }

        int? unsaid = null;
        seen.AddOrUpdate(
            (person, what),
            _ => Fits(0),
            (_, before) => before.At.IsPast(Quiet, now) ? Fits(before.Unsaid) : before with { Unsaid = before.Unsaid + 1 });
        return unsaid;

        Seen Fits(int before)
        {
            var minute = now.ToUnixTimeSeconds() / 60;
            var many = written.AddOrUpdate(person, _ => (minute, 1), (_, last) => last.Minute == minute ? (minute, last.Count + 1) : (minute, 1)).Count > MostAMinute;
            unsaid = many ? null : before;
            return many ? new Seen(DateTimeOffset.MinValue, before + 1) : new Seen(now, 0);
        }
    }
}
