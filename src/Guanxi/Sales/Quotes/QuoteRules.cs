using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>A rule that a quote breaks.</summary>
/// <param name="Kind">discount, floor, margin, conflict.</param>
/// <param name="Line">Place of the line, from 0; null for the quote as a whole.</param>
/// <param name="Label">In full, for those who may read <paramref name="Field"/>.</param>
/// <param name="Plain">For everybody else, without giving away what he may not know.</param>
/// <param name="Field">Field of the quote whose right the full words need; null for none.</param>
public sealed record QuoteBreach(string Kind, int? Line, Label Label, Label Plain, string? Field)
{
    /// <summary>The words for somebody.</summary>
    public Label For(Actor actor) => Field is { } name && actor.Schema["quotes"].Find(name) is { } field && !actor.Reads(actor.Schema["quotes"], field) ? Plain : Label;
}

/// <summary>Whether a quote may leave the house without somebody's word: discounts within the limits of whoever sends it, no price below its floor, margins as the rules say, and no contradiction to a colleague's price.</summary>
public static class QuoteRules
{
    /// <summary>What a cent of rounding makes of a percentage is no breach.</summary>
    private const decimal Tolerance = 0.01m;

    private static readonly Label PriceNeedsWord = ("价格需要审批", "the price needs an approval");

    /// <summary>Every breach, in the order of the lines; conflicts only where the company wants an approval for them.</summary>
    public static async ValueTask<List<QuoteBreach>> CheckAsync(SaveContext context, Record quote, IReadOnlyList<Record> lines, CancellationToken cancel = default)
    {
        var matrix = await DiscountMatrix.ReadAsync(context.Session, context.Actor.Person.RoleId, cancel);
        var level = await context.Session.FirstAsync(Sql.Of($"SELECT level FROM customer WHERE id = {quote.Reference("customer")}"), row => row.OptionalText(0), cancel);
        var tier = quote.Reference("customer") is { } customer ? (decimal?)(await TierPolicy.OfAsync(context.Session, context.Schema, customer, cancel))?.MostDiscount : null;
        var facts = await ProductFacts.ReadAsync(context.Session, [.. lines.Select(line => line.Reference("product")).OfType<Guid>().Distinct()], cancel);
        var rates = new QuotePricing.Rates(context, (DateOnly)quote["quotedOn"]!);
        var found = new List<QuoteBreach>();
        for (var i = 0; i < lines.Count; i++)
        {
            var fact = lines[i].Reference("product") is { } product ? facts.GetValueOrDefault(product) : null;
            await CheckLineAsync(found, quote, lines[i], i, fact, matrix.For(level, fact?.Line, tier), rates);
        }

        if (quote["margin"] is decimal whole && matrix.For(level, null).MinMargin is { } least && whole < least)
        {
            found.Add(new QuoteBreach("margin", null, new Label($"整单毛利率 {whole:0.##}% 低于 {least:0.##}%", $"The margin of the whole, {whole:0.##} %, is below {least:0.##} %"), PriceNeedsWord, "margin"));
        }

        var guard = await PriceGuardRule.LoadAsync(context.Session, cancel);
        if (guard.Rule == ConflictRule.Approve && (await ConflictsAsync(context, quote, lines, guard, cancel)).Count > 0)
        {
            var label = new Label("同一客户（或集团）的同一产品，别的同事另有报价或近期成交", "A colleague offers, or has sold lately, the same product to this customer or its group");
            found.Add(new QuoteBreach("conflict", null, label, label, null));
        }

        return found;
    }

    private static async ValueTask CheckLineAsync(List<QuoteBreach> found, Record quote, Record line, int at, ProductFact? fact, DiscountLimit limit, QuotePricing.Rates rates)
    {
        var (price, name) = (QuoteLine.NetPrice(line), line.Text("description"));
        if (line["listPrice"] is Money { Amount: > 0 } list && limit.MaxDiscount is { } most && 100 * (1 - (price / list.Amount)) is var given && given > most + Tolerance)
        {
            found.Add(new QuoteBreach("discount", at, new Label($"第 {at + 1} 行“{name}”折扣 {given:0.##}%，超过权限 {most:0.##}%", $"Line {at + 1} “{name}”: a discount of {given:0.##} %, more than the {most:0.##} % allowed"), PriceNeedsWord, null));
        }

        if (fact?.Floor is { } floor)
        {
            var least = await rates.InAsync(floor, quote.Text("currency")!);
            if (least is null || price < least.Value.Amount)
            {
                var words = least is { Amount: > 0 } known ? new Label($"第 {at + 1} 行“{name}”低于底价 {100 * (1 - (price / known.Amount)):0.##}%", $"Line {at + 1} “{name}”: {100 * (1 - (price / known.Amount)):0.##} % below the floor") : new Label($"第 {at + 1} 行“{name}”的底价没有当天汇率，无法比较", $"Line {at + 1} “{name}”: there is no rate of the day to compare with its floor");
                found.Add(new QuoteBreach("floor", at, words, new Label($"第 {at + 1} 行“{name}”{PriceNeedsWord.ZhHans}", $"Line {at + 1} “{name}”: {PriceNeedsWord.En}"), "cost"));
            }
        }

        if (limit.MinMargin is { } margin && QuoteLine.Margin(line, quote["taxIncluded"] is true) is { } kept && kept < margin)
        {
            found.Add(new QuoteBreach("margin", at, new Label($"第 {at + 1} 行“{name}”毛利率 {kept:0.##}%，低于 {margin:0.##}%", $"Line {at + 1} “{name}”: a margin of {kept:0.##} %, below {margin:0.##} %"), new Label($"第 {at + 1} 行“{name}”{PriceNeedsWord.ZhHans}", $"Line {at + 1} “{name}”: {PriceNeedsWord.En}"), "margin"));
        }
    }

    /// <summary>Prices of others that this quote could contradict.</summary>
    public static async ValueTask<List<OtherPrice>> ConflictsAsync(SaveContext context, Record quote, IReadOnlyList<Record> lines, PriceGuardRule guard, CancellationToken cancel = default) => guard.Rule == ConflictRule.Off
        ? []
        : await PriceGuard.FindAsync(context.Session, quote.Id, quote.Reference("customer")!.Value, Whose(context.Actor, quote), [.. lines.Select(line => line.Reference("product")).OfType<Guid>().Distinct()], guard.Days, context.Actor.Today(context.Now), cancel);

    /// <summary>Whose prices are no contradiction. A colleague's name on the quote does not make his prices one's own.</summary>
    private static Guid? Whose(Actor actor, Record quote) => actor.IsSystem || actor.Has(Functions.AssignOwner) ? quote.OwnerId : actor.Id;

    /// <summary>What approvers are told, each as far as his rights go.</summary>
    public static IReadOnlyList<ApprovalCause> Causes(IReadOnlyList<QuoteBreach> breaches) =>
        [.. breaches.Select(breach => new ApprovalCause(breach.Label.ZhHans, breach.Label.En, breach.Field)).Concat(breaches.Where(breach => breach.Field is not null).Select(breach => new ApprovalCause(breach.Plain.ZhHans, breach.Plain.En) { Instead = breach.Field }).Distinct())];
}
