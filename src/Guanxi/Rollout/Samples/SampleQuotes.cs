using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;

namespace Guanxi.Rollout.Samples;

/// <summary>What was offered in two years: before each deal that was won, and many more that were declined, ran out or are open now; one waits for the manager's word. With the discount limits they were made under.</summary>
internal sealed class SampleQuotes(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, SampleDeals deals)
{
    private static readonly (string Code, int Weight)[] Goods = [("DJ12", 4), ("QXY", 4), ("BJ-Z", 2), ("BJ-D", 2), ("PX-Y", 1), ("JG08", 2)];
    private static readonly string[] Payment = ["合同签订预付 30%，发货前付 60%，验收后付清", "货到 30 天内付清", "款到发货"];
    private int number;

    private DateTimeOffset Start => today.AddDays(-360);

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers, IReadOnlyList<SampleOffer> projects)
    {
        Rules();
        var offered = projects.Select(project => project.Deal).ToHashSet();
        foreach (var (customer, at, deal, name, quantity, amount, _, product) in deals.Won.Where(won => !offered.Contains(won.Deal)))
        {
            // The deal must be there already, and its order follows within the hour.
            Offer(customer, at, "ordered", deal, [(product, quantity, decimal.Round(amount / quantity, 2))], name);
        }

        foreach (var project in projects)
        {
            Offer(project.Customer, project.At, project.Status, project.Deal, [(project.Product, 1, project.Price)], project.Name, project.Currency);
        }

        var buyers = customers.Where(customer => customer.Owner is not null && !customer.IsPerson).ToList();
        for (var i = 0; i < 140 && buyers.Count > 0; i++)
        {
            var day = today.AddDays(-random.Between(1, 730));
            var recent = day > today.AddDays(-25);
            var status = recent ? random.Weighted([("sent", 4), ("draft", 3), ("approved", 2), ("accepted", 1)]) : random.Weighted([("expired", 5), ("declined", 3), ("ordered", 3)]);
            Offer(random.Of(buyers), day, status, null, [.. Enumerable.Range(0, random.Between(1, 4)).Select(_ => random.Weighted([.. Goods])).Distinct().Select(code => Line(code, 12))]);
        }

        if (buyers.Find(customer => customer.Owner == "chenxiaofeng") is { } waiting)
        {
            Offer(waiting, today.AddHours(-5), "pending", null, [Line("DJ12", 28), Line("QXY", 5)]);
        }
    }

    private (Guid Product, int Quantity, decimal Price) Line(string code, int most)
    {
        var product = deals.Products[code];
        return (product.Id, random.Between(1, product.Price > 10_000 ? 3 : 20), decimal.Round(product.Price * (1 - (random.Between(most == 12 ? 0 : most, most) / 100m)), 2));
    }

    private void Rules()
    {
        var at = SampleCalendar.WorkdayAt(Start, 17);
        foreach (var (role, level, line, most, margin) in new (string?, string?, string?, decimal, decimal?)[]
            { ("seller", null, null, 15, 12), ("seller", "vip", null, 20, 10), ("seller", "small", null, 8, 15), ("seller", null, "服务", 5, 30), ("manager", null, null, 25, 8), ("manager", null, "整线", 12, 15), (null, null, null, 40, null) })
        {
            var id = random.Id(at = at.AddMinutes(1));
            Deeds.Add(new SampleDeed(at, "zhoumin", "page", context => SampleCompany.InsertAsync(
                context, "discount-rules", id, ("role", role is null ? null : context.Actor.Directory.Roles.First(known => known.Key == role).Id), ("customerLevel", level), ("productLine", line), ("maxDiscount", most), ("minMargin", margin), ("active", true))));
        }
    }

    private void Offer(SampleCustomer customer, DateTimeOffset day, string status, Guid? deal, List<(Guid Product, int Quantity, decimal Price)> lines, string? name = null, string currency = "CNY")
    {
        var on = SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(day));
        if (on > SampleCalendar.DayOf(today))
        {
            return;
        }

        // What was offered before the company had Guanxi came in with its customers.
        var (during, earliest) = (SampleCalendar.During(random, on), SampleCalendar.WorkdayAt(Start, 18));
        var at = during < earliest ? earliest.AddSeconds(number) : during;
        at = deal is not null ? day.AddMinutes(-20) : at > today ? today.AddMinutes(-number - 1) : at;
        var (id, by, label, payment) = (random.Id(at), customer.Owner!, $"QT{on:yyMMdd}-{++number:00000}", random.Of(Payment));
        Deeds.Add(new SampleDeed(at, by, status == "pending" ? "system" : "page", async context =>
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["customers"], customer.Id) is null)
            {
                return;
            }

            await SampleCompany.InsertAsync(
                context, "quotes", id, ("number", label), ("name", name ?? $"{customer.Name}刀具与配件"), ("customer", customer.Id), ("deal", deal), ("quotedOn", on), ("validUntil", on.AddDays(30)), ("currency", currency), ("paymentTerms", payment), ("owner", userId(by)));
            foreach (var (product, quantity, price) in lines)
            {
                await SampleCompany.InsertAsync(context, "quote-lines", random.Id(at), ("quote", id), ("product", product), ("quantity", (decimal)quantity), ("unitPrice", new Money(price, currency)), ("position", (long)lines.FindIndex(line => line.Product == product) + 1));
            }

            await FinishAsync(context, id, status);
        }));
    }

    private static async Task FinishAsync(SaveContext context, Guid id, string status)
    {
        if (status == "draft" || await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id) is not Quote quote)
        {
            return;
        }

        if (status == "pending")
        {
            await ApprovalRequests.SubmitAsync(context, new Submission(Quote.Kind, quote, "老客户要上第二条线，先用价格拿下，后面耗材能补回来")
            {
                Title = $"{quote.Text("number")} {quote.Text("name")}",
                Causes = await QuoteFlow.CausesAsync(context, quote),
            });
            quote = (Quote)(await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id))!;
        }
        else
        {
            await QuoteEditions.KeepAsync(context, quote, CancellationToken.None);
        }

        if (quote.Status == "draft")
        {
            quote["sentAt"] = status is "approved" or "pending" ? null : context.Now;
            quote["decidedAt"] = status is "accepted" or "declined" or "ordered" ? context.Now : null;
            await QuoteFlow.MoveAsync(context, quote, status, status == "pending" ? "submit" : "send", CancellationToken.None);
        }
    }
}
