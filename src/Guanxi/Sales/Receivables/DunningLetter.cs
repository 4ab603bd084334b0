using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Documents;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;

namespace Guanxi.Sales.Receivables;

/// <summary>A dunning step as a letter on the company's paper: A4, in Chinese or English.</summary>
/// <param name="Heading">Its heading, also the subject of a mail.</param>
/// <param name="Words">What it says.</param>
public sealed record DunningLetter(byte[] Pdf, string Heading, string Words)
{
    private static readonly (string Chinese, string English, double Share)[] Columns = [("款项", "Document", 2.4), ("到期日", "Due on", 1), ("币种", "Currency", 0.7), ("未付金额", "Unpaid", 1.3), ("逾期天数", "Days overdue", 0.9)];

    /// <summary>
    /// Says what is owed on the day it is made: the words of the step are filled in anew, unless somebody has written his own.
    /// </summary>
    /// <param name="language">zh-Hans, zh-Hant or en.</param>
    /// <exception cref="RefusedException">The actor may not read what the letter says, or nothing is owed any more.</exception>
    public static async ValueTask<DunningLetter> MakeAsync(DatabaseSession session, Actor actor, Record dunning, string language, DateTimeOffset now, CancellationToken cancel = default)
    {
        await DemandReadAsync(session, actor, dunning, now, cancel);
        var (today, english) = (actor.Today(now), language == "en");
        string Said(string text) => language == "zh-Hant" ? Script.ToTraditional(text) : text;
        var owed = await Dunner.OfAsync(session, dunning, cancel);
        if (owed is { Open.Amount: <= 0 })
        {
            throw new RefusedException(Refusal.Breaks("nothing-owed", ("这笔款项已经结清（或已开票另催），不用再发函", "Nothing of it is owed any more, or it is dunned by its invoice: no letter is needed")));
        }

        var step = await StepAsync(session, dunning, cancel);
        var own = owed is null || step is null || dunning["ownWords"] is true;
        var words = own ? Said(dunning.Text("body") ?? "") : english ? owed!.In(step!.TextEn is { Length: > 0 } text ? text : DunningStep.UsualEn, today) : Said(owed!.In(step!.Text, today));
        var heading = english ? step?.NameEn is { Length: > 0 } name ? name : "Payment reminder" : Said(step?.Name ?? "催款函");
        var template = await QuoteTemplate.LoadAsync(session, cancel);
        var (company, lines) = template.Company((await Settings.ReadAsync(session, cancel)).CompanyName, language);
        var customer = await session.FirstAsync(Sql.Of($"SELECT name FROM customer WHERE id = {dunning.Reference("customer")}"), row => row.Text(0), cancel) ?? "";
        var contact = dunning.Reference("contact") is { } person && actor.Reads(dunning.Type, dunning.Type["contact"]) ? await session.FirstAsync(Sql.Of($"SELECT name FROM contact WHERE id = {person}"), row => row.Text(0), cancel) : null;

        var paper = new PdfDocument { Title = $"{heading} {owed?.Number}".Trim(), Language = english ? "en" : language == "zh-Hant" ? "zh-TW" : "zh-CN", MadeAt = now };
        var pen = new Pen(paper, null);
        pen.Heading(template.Logo, company, lines, heading, Said(owed?.Number ?? ""), $"{(english ? "Date" : Said("日期"))} {Day(today)}");
        pen.Paragraph($"{(english ? "To" : Said("致"))} {Said(customer)}{(contact is null ? "" : $" {Said(contact)}")}{(english ? "" : "：")}", bold: true);
        pen.Paragraph(words);
        if (owed is not null)
        {
            Table(pen, owed, english, today, Said);
        }

        pen.Space(18);
        pen.Paragraph($"{company}{(actor.Directory.Person(dunning.OwnerId)?.Name is { } owner ? $" {Said(owner)}" : "")}\n{Day(today)}");
        pen.Footers($"{company}{(owed is null ? "" : $" · {Said(owed.Number)}")}", english);
        return new DunningLetter(paper.ToArray(), heading, words);
    }

    /// <summary>A letter says all that it is about: whoever may not read that does not print it either.</summary>
    private static async ValueTask DemandReadAsync(DatabaseSession session, Actor actor, Record dunning, DateTimeOffset now, CancellationToken cancel)
    {
        var fields = new List<(string Type, string Field)> { ("dunnings", "customer"), ("dunnings", "body") };
        foreach (var (field, type) in new[] { ("invoice", "invoices"), ("plan", "payment-plans") })
        {
            if (dunning.Reference(field) is not { } id)
            {
                continue;
            }

            fields.AddRange([("dunnings", field), (type, "openAmount"), (type, "dueOn")]);
            if (!await RecordStore.ExistsAsync(session, actor, actor.Schema[type], id, Verb.Read, now, cancel: cancel))
            {
                throw new RefusedException(Refusal.Forbidden(("你不能查看这笔款项，所以不能打印催款函", "You may not see what it is about, so you cannot print the letter")));
            }
        }

        foreach (var (type, field) in fields)
        {
            if (!actor.Reads(actor.Schema[type], actor.Schema[type][field]))
            {
                throw new RefusedException(Refusal.Forbidden(new Label($"你不能查看“{actor.Schema[type][field].Label.ZhHans}”，所以不能打印", $"You may not read “{actor.Schema[type][field].Label.En}”, so you cannot print it")));
            }
        }
    }

    /// <summary>The step of the rules that it was begun by, as it says today; null when it was written by hand or the rules have another step in that place.</summary>
    private static async ValueTask<DunningStep?> StepAsync(DatabaseSession session, Record dunning, CancellationToken cancel)
    {
        var steps = (await ReceivableRules.ReadAsync(session, cancel)).Dunning;
        return dunning["step"] is long place && place >= 1 && place <= steps.Count && dunning.Title.StartsWith(steps[(int)place - 1].Name, StringComparison.Ordinal) ? steps[(int)place - 1] : null;
    }

    private static void Table(Pen pen, Owed owed, bool english, DateOnly today, Func<string, string> said)
    {
        var total = Columns.Sum(column => column.Share);
        var (widths, numbers) = (Columns.Select(column => Pen.Width * column.Share / total).ToArray(), new[] { false, true, true, true, true });
        pen.Space(6);
        pen.Row([.. Columns.Select(column => english ? column.English : said(column.Chinese))], widths, numbers, head: true, null);
        pen.Row([said(owed.Number), Day(owed.Due), owed.Open.Currency, owed.Amount, owed.Days(today).ToString(CultureInfo.InvariantCulture)], widths, numbers, head: false, null);
        if (owed.Open.Currency == "CNY" && !english)
        {
            pen.Space(6);
            pen.Paragraph(said("大写：") + said(RmbCapitals.Write(owed.Open.Amount, withPrefix: true)));
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
