using System.Buffers.Text;
using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>A customer's way to an edition of a quote, without signing in.</summary>
public sealed record QuoteLink(Guid Id, Guid Quote, long Edition, string? Receiver, string Language, DateTimeOffset CreatedAt, Guid? CreatedBy, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, long Views, DateTimeOffset? ViewedAt);

/// <summary>What a customer said by a link.</summary>
/// <param name="Kind">accept, decline or comment.</param>
public sealed record QuoteAnswer(string Kind, string Name, string? Words, long Edition, DateTimeOffset At);

/// <summary>
/// Links that end: each leads to one edition, is shown once when it is made and kept as a hash, and ends with the quote's date, its revision, its withdrawal or its own day. One that is wrong, ended or
/// taken back answers all the same, so that nobody learns which quotes there are.
/// </summary>
public static class QuoteLinks
{
    private const int LongestName = 60;
    private const int LongestWords = 2000;
    private const int MostDays = 180;
    private const int MostAnswers = 200;
    private static readonly SqlName Columns = new("l.id, l.quote_id, l.edition, l.receiver, l.language, l.created_at, l.created_by, l.expires_at, l.revoked_at, l.views, l.viewed_at");

    /// <summary>Makes a link to what is ready to be sent, which counts as sent from then on.</summary>
    /// <param name="days">How long it is good, at most until the end of the quote's last day.</param>
    /// <param name="language">zh-Hans, zh-Hant or en: what the customer reads.</param>
    /// <returns>The link and its secret, which is told this once.</returns>
    public static async Task<(QuoteLink Link, string Secret)> MakeAsync(SaveContext context, Guid id, string? receiver, int? days, string? language, CancellationToken cancel = default)
    {
        if (receiver is { Length: > 200 } || days is < 1 or > MostDays || language is not (null or "zh-Hans" or "zh-Hant" or "en"))
        {
            throw new RefusedException(Refusal.Invalid(days is < 1 or > MostDays ? "days" : receiver is { Length: > 200 } ? "receiver" : "language", new Label($"收件人最多 200 字，天数为 1 到 {MostDays}，语言为 zh-Hans、zh-Hant 或 en", $"A receiver of at most 200 characters, 1 to {MostDays} days, a language of zh-Hans, zh-Hant or en")));
        }

        var quote = await QuoteFlow.SentAsync(context, id, cancel);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        var ends = new DateTimeOffset(((DateOnly)quote["validUntil"]!).AddDays(1).ToDateTime(TimeOnly.MinValue), context.Actor.TimeZone.GetUtcOffset(context.Now.UtcDateTime));
        var wanted = context.Now.AddDays(days ?? MostDays);
        var link = new QuoteLink(Guid.CreateVersion7(context.Now), id, (long)quote["edition"]!, receiver, language ?? context.Actor.Language, context.Now, context.ActorId, wanted < ends ? wanted : ends, null, 0, null);
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO quote_link (id, quote_id, edition, secret_hash, receiver, language, created_at, created_by, expires_at, views) VALUES ({link.Id}, {id}, {link.Edition}, {HashOf(secret)}, {receiver}, {link.Language}, {context.Now}, {context.ActorId}, {link.ExpiresAt}, {0L})"), cancel);
        context.Note("quote.link", "quotes", id, System.Text.Json.JsonSerializer.Serialize(new { link = new object?[] { null, link.Id } }));
        return (link, secret);
    }

    public static async Task RevokeAsync(SaveContext context, Guid quote, Guid link, CancellationToken cancel = default)
    {
        await QuoteFlow.HoldAsync(context, quote, cancel);
        if (await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote_link SET revoked_at = {context.Now} WHERE id = {link} AND quote_id = {quote} AND revoked_at IS NULL"), cancel) > 0)
        {
            context.Note("quote.unlink", "quotes", quote, System.Text.Json.JsonSerializer.Serialize(new { link = new object?[] { link, null } }));
        }
    }

    public static async ValueTask<IReadOnlyList<QuoteLink>> OfAsync(DatabaseSession session, Guid quote, CancellationToken cancel = default) =>
        await session.ListAsync(Sql.Of($"SELECT {Columns} FROM quote_link l WHERE l.quote_id = {quote} ORDER BY l.created_at DESC LIMIT 50"), Read, cancel);

    public static async ValueTask<IReadOnlyList<QuoteAnswer>> AnswersAsync(DatabaseSession session, Guid quote, CancellationToken cancel = default) =>
        await session.ListAsync(Sql.Of($"SELECT kind, name, words, edition, at FROM quote_answer WHERE quote_id = {quote} ORDER BY at DESC LIMIT 200"), row => new QuoteAnswer(row.Text(0), row.Text(1), row.OptionalText(2), row.Integer(3), row.Instant(4)), cancel);

    /// <summary>The link a secret opens; null for one that is wrong, over or taken back.</summary>
    public static async ValueTask<QuoteLink?> OpenAsync(DatabaseSession session, string secret, DateTimeOffset now, CancellationToken cancel = default) =>
        (await session.ListAsync(
            Sql.Of($"SELECT {Columns} FROM quote_link l JOIN quote q ON q.id = l.quote_id WHERE l.secret_hash = {HashOf(secret)} AND l.revoked_at IS NULL AND l.expires_at > {now} AND q.deleted_at IS NULL AND q.edition = l.edition AND q.status IN ('sent', 'accepted', 'declined', 'contracted', 'ordered')"), Read, cancel)).FirstOrDefault();

    /// <summary>Counts a look.</summary>
    public static async ValueTask SeenAsync(DatabaseSession session, QuoteLink link, DateTimeOffset now, CancellationToken cancel = default) =>
        await session.ExecuteAsync(Sql.Of($"UPDATE quote_link SET views = views + 1, viewed_at = {now} WHERE id = {link.Id}"), cancel);

    /// <summary>What the customer says: yes, no, or something else. Of two who accept one edition the first does; the second is shown that it is accepted.</summary>
    /// <param name="secret">The link's.</param>
    /// <param name="kind">accept, decline or comment.</param>
    /// <param name="address">Where it came from, for the record.</param>
    /// <exception cref="RefusedException">The link is not good, a name or words are missing, or it was answered otherwise.</exception>
    public static async Task AnswerAsync(SaveContext context, string secret, string kind, string? name, string? words, string? address, CancellationToken cancel = default)
    {
        var link = await OpenAsync(context.Session, secret, context.Now, cancel) ?? throw new RefusedException(Refusal.NotFound);
        // No sign in a stranger's name turns what stands beside it round.
        var (who, said) = (name is null ? null : string.Concat(name.Where(letter => char.GetUnicodeCategory(letter) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format))).Trim(), words?.Trim());
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(who) || who.Length > LongestName)
        {
            errors.Add("name", new Label($"请填写姓名，最多 {LongestName} 字", $"Give your name, at most {LongestName} characters"));
        }

        if (said is { Length: > LongestWords } || (kind == "comment" && string.IsNullOrEmpty(said)))
        {
            errors.Add("words", new Label($"请填写内容，最多 {LongestWords} 字", $"Write something, at most {LongestWords} characters"));
        }

        errors.Throw();
        var quote = await QuoteFlow.HoldAsync(context, link.Quote, cancel);
        if (quote.Status is "accepted" or "contracted" or "ordered" && kind == "accept")
        {
            return;
        }

        if (kind != "comment" && quote.Status != "sent")
        {
            throw new RefusedException(Refusal.Breaks("offer-answered", ("这份报价已经答复过，如需改变请联系销售", "This offer was answered already; to change that, talk to us")));
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM quote_answer WHERE quote_id = {link.Quote}"), cancel) >= MostAnswers)
        {
            throw new RefusedException(Refusal.Breaks("offer-full", ("留言太多，请联系销售", "There are too many messages; talk to us")));
        }

        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO quote_answer (id, quote_id, link_id, edition, kind, name, words, address, at) VALUES ({Guid.CreateVersion7(context.Now)}, {link.Quote}, {link.Id}, {link.Edition}, {kind}, {who}, {said}, {address}, {context.Now})"), cancel);
        context.Note("quote.answer", "quotes", link.Quote, System.Text.Json.JsonSerializer.Serialize(new { answer = new object?[] { null, kind }, link = link.Id }));
        if (kind != "comment")
        {
            (quote["decidedAt"], quote["acceptedBy"]) = (context.Now, kind == "accept" ? who : null);
            await QuoteFlow.MoveAsync(context, quote, kind == "accept" ? "accepted" : "declined", "answer", cancel);
        }

        if (quote.OwnerId is { } owner)
        {
            Label text = kind switch { "accept" => ("客户接受了报价", "The customer accepted the quote"), "decline" => ("客户谢绝了报价", "The customer declined the quote"), _ => ("客户对报价留了言", "The customer wrote about the quote") };
            await Notifications.SendAsync(context, owner, "offer", "quotes", link.Quote, quote.Text("number") ?? "", text);
        }
    }

    private static byte[] HashOf(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));

    private static QuoteLink Read(Row row) => new(row.Id(0), row.Id(1), row.Integer(2), row.OptionalText(3), row.Text(4), row.Instant(5), row.OptionalId(6), row.Instant(7), row.OptionalInstant(8), row.Integer(9), row.OptionalInstant(10));
}
