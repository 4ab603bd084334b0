using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Credit;

/// <summary>When credit is asked for.</summary>
public enum CreditMoment
{
    Quote,
    Contract,
    Order,
    Ship,
}

/// <summary>Lets a sale go on, warns or stops it, by the rule of the customer's class.</summary>
public static class CreditCheck
{
    /// <summary>Called within the change that would use credit, after it was written where it counts by itself.</summary>
    /// <param name="added">What comes on top of what is used already, in the company's currency.</param>
    /// <exception cref="RefusedException">The rule stops it, or warns and nobody has said yes yet.</exception>
    public static async Task DemandAsync(SaveContext context, Guid customer, CreditMoment moment, decimal added, CancellationToken cancel = default)
    {
        // What was sold before the company had this program comes in as it was, by somebody who could allow it anyway; a file is no way round the rule.
        var fromFile = context.Actor.Surface == "import";
        if (context.Actor.IsSystem || (fromFile && context.Actor.Has(Functions.OverrideCredit)) || !await AppliesAsync(context.Session, cancel))
        {
            return;
        }

        await Balances.TakeTurnAsync(context.Session, customer, cancel);
        var standing = await CreditFigures.KeepAsync(context, customer, cancel);
        var act = standing.Stopped ? "block" : standing.Policy?.Acts[moment] ?? "none";
        if (act == "none" || (act == "warn" && fromFile) || await WhyAsync(context, customer, standing, added, cancel) is not { } why)
        {
            return;
        }

        if (act == "warn")
        {
            context.Confirm("credit", "customer", why);
            return;
        }

        throw new RefusedException(Refusal.Breaks("credit", new Label($"{why.ZhHans}。可申请信用例外", $"{why.En}. An exception can be asked for")));
    }

    private static async Task<bool> AppliesAsync(DatabaseSession session, CancellationToken cancel) =>
        await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM credit_rule WHERE active = 1 AND deleted_at IS NULL UNION ALL SELECT 1 FROM customer_credit WHERE deleted_at IS NULL LIMIT 1) x"), cancel) > 0;

    /// <summary>What speaks against it; null when nothing does, or somebody with the right has allowed it.</summary>
    private static async Task<Label?> WhyAsync(SaveContext context, Guid customer, CreditStanding standing, decimal added, CancellationToken cancel)
    {
        var after = standing.Used + added;
        var above = standing.Limit is { } limit && after > limit;
        var late = standing.Policy?.MostOverdueDays is { } most && standing.OverdueDays > most;
        if ((!above && !late && !standing.Stopped) || await AllowedAsync(context, customer, after, cancel))
        {
            return null;
        }

        var words = (Zh: new List<string>(), En: new List<string>());
        if (standing.Stopped)
        {
            words.Zh.Add("客户已停止赊销");
            words.En.Add("The customer's credit is stopped");
        }

        if (above)
        {
            // Whoever may not read the amounts hears that it is too much, and not how much.
            var reads = context.Actor.Reads(context.Schema["customers"], context.Schema["customers"]["credit.used"]) && context.Actor.Reads(context.Schema["customers"], context.Schema["customers"]["credit.limit"]);
            words.Zh.Add(reads ? $"超出信用额度：额度 {standing.Limit:#,##0.00}，已用 {standing.Used:#,##0.00}{(added > 0 ? $"，本次 {added:#,##0.00}" : "")}，超出 {after - standing.Limit:#,##0.00} {standing.Currency}" : "超出信用额度");
            words.En.Add(reads ? $"Above the credit limit: {standing.Limit:#,##0.00}, used {standing.Used:#,##0.00}{(added > 0 ? $", this {added:#,##0.00}" : "")}, {after - standing.Limit:#,##0.00} {standing.Currency} too much" : "Above the credit limit");
        }

        if (late)
        {
            words.Zh.Add($"逾期 {standing.OverdueDays} 天（最多 {standing.Policy!.MostOverdueDays} 天）");
            words.En.Add($"overdue for {standing.OverdueDays} days (at most {standing.Policy.MostOverdueDays})");
        }

        return new Label(string.Join("；", words.Zh), string.Join("; ", words.En));
    }

    private static async Task<bool> AllowedAsync(SaveContext context, Guid customer, decimal after, CancellationToken cancel) =>
        await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM credit_override WHERE customer_id = {customer} AND status = 'granted' AND until >= {context.Actor.Today(context.Now)} AND amount >= {new Money(after, "").Stored} AND deleted_at IS NULL"), cancel) > 0;
}
