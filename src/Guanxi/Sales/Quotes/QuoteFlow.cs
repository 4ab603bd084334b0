using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Credit;

namespace Guanxi.Sales.Quotes;

/// <summary>The ways of a quote: submitted, approved, sent, answered, revised, past its date. What leaves the house is kept as it was, edition by edition.</summary>
public static class QuoteFlow
{
    private const string SeenKey = "price-conflict";

    /// <summary>Makes a draft ready to be sent: at once when it breaks no rule, else through an approval.</summary>
    /// <param name="reason">What whoever submits has to say for it; needed when a rule is broken.</param>
    /// <exception cref="RefusedException">It has no lines, is past its date, contradicts a colleague's price where that blocks or is not confirmed, or a rule is broken and no reason is given.</exception>
    public static async Task<Record> SubmitAsync(SaveContext context, Guid id, string? reason, IReadOnlyDictionary<string, IReadOnlyList<Guid>>? chosen = null, CancellationToken cancel = default)
    {
        var quote = await HoldAsync(context, id, cancel);
        if (quote.Status is "pending" or "approved")
        {
            return quote;
        }

        Demand(quote, "draft");
        var lines = await QuoteLines.OfAsync(context.Session, context.Schema, id, cancel);
        var breaches = await CheckAsync(context, quote, lines, cancel);
        if (breaches.Count == 0)
        {
            await ApprovalRequests.LapseAsync(context, Quote.Kind, id, cancel: cancel);
            return await ApproveAsync(context, quote, cancel);
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(QuoteRefusals.NeedsApproval([.. breaches.Select(breach => breach.For(context.Actor)).Distinct()]));
        }

        // Sent back before: the same request goes on, with what was said so far.
        if (await ApprovalRequests.OpenAsync(context.Session, Quote.Kind, id, cancel: cancel) is { } open)
        {
            await ApprovalDecisions.ResubmitAsync(context, open, reason, cancel);
            return (await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel))!;
        }

        await ApprovalRequests.SubmitAsync(
            context,
            new Submission(Quote.Kind, quote, reason) { Title = $"{quote.Text("number")} {quote.Text("name")}", Causes = QuoteRules.Causes(breaches), Chosen = chosen ?? new Dictionary<string, IReadOnlyList<Guid>>(StringComparer.Ordinal) },
            cancel);
        var now = (Quote)(await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel))!;
        return now.Status == "draft" ? await MoveAsync(context, now, "pending", "submit", cancel) : now;
    }

    /// <summary>Everything that stands against sending: refusals are thrown, rules that an approval can lift are answered.</summary>
    private static async ValueTask<List<QuoteBreach>> CheckAsync(SaveContext context, Quote quote, IReadOnlyList<Record> lines, CancellationToken cancel)
    {
        if (lines.Count == 0)
        {
            throw new RefusedException(QuoteRefusals.Empty);
        }

        if ((DateOnly)quote["validUntil"]! < context.Actor.Today(context.Now))
        {
            throw new RefusedException(QuoteRefusals.Expired);
        }

        var guard = await PriceGuardRule.LoadAsync(context.Session, cancel);
        var others = guard.Rule is ConflictRule.Warn or ConflictRule.Block ? await QuoteRules.ConflictsAsync(context, quote, lines, guard, cancel) : [];
        if (others.Count > 0)
        {
            var whom = string.Join("、", others.Select(other => context.Actor.Directory.Person(other.Owner)?.Name).OfType<string>().Distinct());
            var words = new Label($"这个客户（或集团）的同一产品，{whom}另有报价或近期成交，请先沟通", $"{whom} offers, or has sold lately, the same product to this customer or its group; talk first");
            if (guard.Rule == ConflictRule.Block)
            {
                throw new RefusedException(Refusal.Breaks("price-conflict", words));
            }

            context.Confirm(SeenKey, "lines", words);
        }

        await CreditCheck.DemandAsync(context, quote.Reference("customer")!.Value, CreditMoment.Quote, ((Money)quote["homeAmount"]!).Amount, cancel);
        return await QuoteRules.CheckAsync(context, quote, lines, cancel);
    }

    /// <summary>Told by the approval, in its transaction.</summary>
    internal static async ValueTask DecidedAsync(SaveContext context, ApprovalOutcome outcome)
    {
        if (await RecordStore.FindAsync(context.Session, context.Schema["quotes"], outcome.Record) is not Quote quote)
        {
            return;
        }

        switch (outcome.State)
        {
            case ApprovalState.Approved:
                await ApproveAsync(context, quote, CancellationToken.None);
                break;
            case ApprovalState.Waiting:
                await MoveAsync(context, quote, "pending", "submit", CancellationToken.None);
                break;
            default:
                await MoveAsync(context, quote, "draft", outcome.State == ApprovalState.Withdrawn ? "withdraw" : "reject", CancellationToken.None);
                break;
        }
    }

    /// <summary>The rules it breaks as it stands, for those who decide.</summary>
    internal static async ValueTask<IReadOnlyList<ApprovalCause>> CausesAsync(SaveContext context, Record quote) =>
        QuoteRules.Causes(await CheckAsync(context, (Quote)quote, await QuoteLines.OfAsync(context.Session, context.Schema, quote.Id), CancellationToken.None));

    private static async Task<Record> ApproveAsync(SaveContext context, Quote quote, CancellationToken cancel)
    {
        await QuoteEditions.KeepAsync(context, quote, cancel);
        return await MoveAsync(context, quote, "approved", "approve", cancel);
    }

    /// <summary>Says that it went out; <see cref="QuoteLinks"/> and the mail call this.</summary>
    public static async Task<Record> SentAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var quote = await HoldAsync(context, id, cancel);
        if (quote.Status == "draft")
        {
            quote = (Quote)await SubmitAsync(context, id, null, cancel: cancel);
        }

        if (quote.Status == "pending")
        {
            throw new RefusedException(QuoteRefusals.Pending);
        }

        Demand(quote, "approved", "sent");
        if ((DateOnly)quote["validUntil"]! < context.Actor.Today(context.Now))
        {
            throw new RefusedException(QuoteRefusals.Expired);
        }

        if (quote.Status == "sent")
        {
            return quote;
        }

        quote["sentAt"] = context.Now;
        return await MoveAsync(context, quote, "sent", "send", cancel);
    }

    /// <summary>A new edition to be changed; the one before stays as it was, and links to it end.</summary>
    public static async Task<Record> ReviseAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var quote = await HoldAsync(context, id, cancel);
        if (quote.Status == "draft")
        {
            return quote;
        }

        if (quote.Status == "pending")
        {
            throw new RefusedException(QuoteRefusals.Pending);
        }

        Demand(quote, "approved", "sent", "declined", "expired", "accepted");
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote_link SET revoked_at = {context.Now} WHERE quote_id = {id} AND revoked_at IS NULL"), cancel);
        (quote["edition"], quote["decidedAt"], quote["acceptedBy"], quote["sentAt"]) = ((long)quote["edition"]! + 1, null, null, null);
        var today = context.Actor.Today(context.Now);
        if ((DateOnly)quote["validUntil"]! < today)
        {
            quote["validUntil"] = today.AddDays(30);
        }

        return await MoveAsync(context, quote, "draft", "revise", cancel);
    }

    /// <summary>What the customer said by telephone or on paper, or that nothing comes of it.</summary>
    /// <param name="answer">accepted, declined or cancelled.</param>
    public static async Task<Record> AnswerAsync(SaveContext context, Guid id, string answer, string? by, CancellationToken cancel = default)
    {
        var quote = await HoldAsync(context, id, cancel);
        if (quote.Status == answer)
        {
            return quote;
        }

        switch (answer)
        {
            case "accepted" or "declined":
                Demand(quote, "sent", "approved");
                (quote["decidedAt"], quote["acceptedBy"]) = (context.Now, answer == "accepted" ? by : null);
                break;
            case "cancelled":
                Demand(quote, "draft", "approved", "sent", "declined", "expired");
                break;
            default:
                throw new RefusedException(Refusal.Invalid("answer", ("应为 accepted、declined 或 cancelled", "This is accepted, declined or cancelled")));
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote_link SET revoked_at = {context.Now} WHERE quote_id = {id} AND revoked_at IS NULL AND {answer} = 'cancelled'"), cancel);
        return await MoveAsync(context, quote, answer, "answer", cancel);
    }

    /// <summary>Puts past its date what is; true when more is waiting.</summary>
    public static async Task<bool> ExpireAsync(Workspace workspace, CancellationToken cancel = default)
    {
        const int AtOnce = 100;
        List<Guid> due;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var zone = TimeZoneInfo.TryFindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone, out var found) ? found : TimeZoneInfo.Utc;
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Now, zone).DateTime).ToString("yyyy-MM-dd");
            due = await session.ListAsync(Sql.Of($"SELECT id FROM quote WHERE status IN ('approved', 'sent') AND deleted_at IS NULL AND valid_until < {today} ORDER BY valid_until, id LIMIT {(long)AtOnce}"), row => row.Id(0), cancel);
        }

        foreach (var id in due)
        {
            await workspace.WriteAsync(
                workspace.System(),
                async context =>
                {
                    var quote = await HoldAsync(context, id, cancel);
                    if (quote.Status is "approved" or "sent")
                    {
                        await MoveAsync(context, quote, "expired", "expire", cancel);
                        if (quote.OwnerId is { } owner)
                        {
                            await Notifications.SendAsync(context, owner, "expired", "quotes", id, quote.Text("number") ?? "", ("报价已过有效期", "A quote is past its date"));
                        }
                    }
                },
                cancel: cancel);
        }

        return due.Count == AtOnce;
    }

    /// <summary>The quote under its lock: of two who move it at once the second waits and finds what the first made of it.</summary>
    internal static async ValueTask<Quote> HoldAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote SET seq = seq WHERE id = {id}"), cancel);
        return context.Actor.IsSystem
            ? (Quote?)await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel) ?? throw new RefusedException(Refusal.NotFound)
            : (Quote)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["quotes"], id, Verb.Edit, context.Now, cancel: cancel);
    }

    internal static void Demand(Quote quote, params string[] statuses)
    {
        if (!statuses.Contains(quote.Status, StringComparer.Ordinal))
        {
            throw new RefusedException(quote.Status == "pending" ? QuoteRefusals.Pending : QuoteRefusals.Wrong(quote.Status));
        }
    }

    internal static async Task<Record> MoveAsync(SaveContext context, Quote quote, string status, string action, CancellationToken cancel)
    {
        quote.Moving = true;
        quote["status"] = status;
        await context.UpdateAsync(quote, action, cancel);
        quote.Moving = false;
        return quote;
    }
}
