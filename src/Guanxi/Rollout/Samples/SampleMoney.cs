using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Receivables;

namespace Guanxi.Rollout.Samples;

/// <summary>What became of what was sold: contracts with their plans, invoices, money that came on time, late, in parts or not yet.</summary>
internal sealed class SampleMoney(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private const string Keeper = "zhoumin";
    private const int RedLetter = 12;
    private static readonly PlanTerm[] Terms = [new("预付款", 30, 0), new("发货款", 60, 45), new("质保金", 10, 365)];
    private static readonly string[] Banks = ["中国工商银行", "中国建设银行", "招商银行", "中国银行"];
    private readonly HashSet<Guid> titled = [];
    private int number;
    private int contracts;
    private int ofContracts;

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(SampleDeals deals, IReadOnlyList<SampleSale> sales)
    {
        foreach (var won in deals.Won)
        {
            Contract(won.Customer, won.At.AddHours(2), won.Deal, won.Name, won.Amount);
        }

        foreach (var sale in sales.Where(sale => sale.At > today.AddDays(-330)))
        {
            if (random.Chance(0.4))
            {
                Invoice(sale.Customer, sale.At.AddDays(random.Between(1, 8)), 30, sale.Amount, null);
            }
        }

        if (deals.Won.Find(won => won.Customer.Owner == "huangzhiqiang").Customer is { } asking)
        {
            // Waits for the one above him.
            Deeds.Add(new SampleDeed(today.AddHours(-2), "huangzhiqiang", "page", context => SampleCompany.InsertAsync(
                context, "credit-overrides", random.Id(today), ("customer", asking.Id), ("amount", new Money(260_000, "CNY")), ("until", SampleCalendar.DayOf(today.AddDays(21))), ("reason", "月底前要发两台，客户的承兑汇票下周到，额度先放一放"))));
        }

        Deeds.Add(new SampleDeed(today.AddHours(-3), Keeper, "page", async context =>
        {
            await SampleCompany.InsertAsync(context, "number-rules", random.Id(today), ("subject", "contracts"), ("pattern", "LF-HT{yyyy}-{n:4}"), ("restart", "year"));
            await SampleCompany.InsertAsync(
                context, "approval-definitions", random.Id(today), ("name", "大额报价"), ("kind", "quote"), ("condition", "amount > 500000"), ("priority", 10L), ("active", true),
                ("definition", "{\"steps\":[{\"key\":\"line\",\"name\":\"逐级主管\",\"who\":[{\"kind\":\"managers\",\"level\":2}],\"hours\":24,\"onTimeout\":\"remind\"},{\"key\":\"cost\",\"name\":\"成本会签\",\"who\":[{\"kind\":\"role\",\"role\":\"analyst\"}],\"when\":\"amount > 2000000\"}]}"));
            await RuleAsync(context, "VIP", "vip", 2_000_000, 60, "warn");
            await RuleAsync(context, "大客户", "major", 800_000, 45, "block");
            await RuleAsync(context, "其他客户", null, 200_000, 30, "block");
        }));
    }

    private async Task RuleAsync(SaveContext context, string name, string? level, decimal limit, long days, string act) =>
        await SampleCompany.InsertAsync(
            context, "credit-rules", random.Id(today), ("name", name), ("customerLevel", level), ("creditLimit", new Money(limit, "CNY")), ("mostOverdueDays", days), ("paymentDays", 30L), ("scoreFormula", "100 - credit.overdueDays - coalesce(credit.lateDays, 0)"), ("onOrder", act));

    private void Contract(SampleCustomer customer, DateTimeOffset at, Guid deal, string name, decimal amount)
    {
        if (at >= today.AddDays(-1) || amount <= 0)
        {
            return;
        }

        var (id, by, signed) = (random.Id(at), customer.Owner!, SampleCalendar.DayOf(at));
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            await SampleCompany.InsertAsync(
                context, "contracts", id, ("name", name + "采购合同"), ("customer", customer.Id), ("deal", deal), ("amount", new Money(decimal.Round(amount, 2), "CNY")), ("signedOn", signed), ("startsOn", signed), ("endsOn", signed.AddDays(364)), ("paymentDays", 30L), ("owner", userId(by)));
            await Plans.SetAsync(context, id, (sum, day) => Plans.OfTerms(sum, day, Terms));
            await ContractSteps.SubmitAsync(context, id);
        }));
        Deeds.Add(new SampleDeed(at.AddHours(20), SampleWriter.Program, "system", context => ContractSteps.DecideAsync(context, id, approved: true, "同意")));
        if (++contracts % 5 == 0)
        {
            Amend(id, at.AddDays(60), signed, decimal.Round(amount, 2), more: contracts % 10 == 0);
        }

        var total = decimal.Round(amount, 2);
        var ahead = decimal.Round(total * 0.3m, 2, MidpointRounding.AwayFromZero);
        Invoice(customer, at.AddDays(3), 10, ahead, id);
        Invoice(customer, at.AddDays(45), 30, decimal.Round(total * 0.6m, 2, MidpointRounding.AwayFromZero), id);
    }

    /// <summary>A contract goes on for longer, or grows by a machine's equipment that is paid by itself.</summary>
    private void Amend(Guid contract, DateTimeOffset at, DateOnly signed, decimal amount, bool more)
    {
        if (at >= today.AddDays(-2))
        {
            return;
        }

        var (id, extra) = (random.Id(at), decimal.Round(amount * 0.05m, 2, MidpointRounding.AwayFromZero));
        Deeds.Add(new SampleDeed(at, Keeper, "page", async context =>
        {
            await SampleCompany.InsertAsync(
                context, "contract-amendments", id, ("contract", contract), ("reason", more ? "客户加购自动上下料装置" : "客户厂房延期交付，质保期顺延"),
                ("newAmount", more ? new Money(amount + extra, "CNY") : null), ("newEndsOn", more ? null : signed.AddDays(364 + 180)), ("newPaymentDays", more ? null : 45L));
            await ContractAmendment.SubmitAsync(context, id);
        }));
        Deeds.Add(new SampleDeed(at.AddHours(21), SampleWriter.Program, "system", context => ContractAmendment.DecideAsync(context, id, approved: true, "同意")));
    }

    /// <summary>Asked for, issued, and paid as such customers pay.</summary>
    private void Invoice(SampleCustomer customer, DateTimeOffset at, int days, decimal amount, Guid? contract)
    {
        at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(at)));
        if (at >= today.AddHours(-4) || amount <= 0)
        {
            return;
        }

        var (id, by, on) = (random.Id(at), customer.Owner!, SampleCalendar.DayOf(at));
        var tax = random.Digits(18);
        var (bank, account) = (random.Of(Banks), random.Digits(16));
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            // Told with the first invoice in time, which need not be the first that was thought of.
            if (titled.Add(customer.Id))
            {
                await SampleCompany.InsertAsync(context, "invoice-titles", random.Id(at), ("customer", customer.Id), ("title", customer.Name), ("taxNumber", tax), ("bank", bank), ("bankAccount", account));
            }

            await SampleCompany.InsertAsync(context, "invoices", id, ("customer", customer.Id), ("contract", contract), ("amount", new Money(amount, "CNY")), ("owner", userId(by)));
        }));
        var serial = $"2531{++number:00000000000000}";
        Deeds.Add(new SampleDeed(at.AddMinutes(50), Keeper, "page", context => InvoiceSteps.IssueAsync(context, id, serial, on, on.AddDays(days))));
        // Its own name: the deed above, played later, is for the whole amount.
        var owed = amount;
        if (contract is not null && ++ofContracts == RedLetter)
        {
            // The day after, before anything is paid: a tenth was written too much.
            var (wrong, red) = (decimal.Round(amount / 10, 2), $"2531{++number:00000000000000}");
            Deeds.Add(new SampleDeed(at.AddDays(1), Keeper, "page", async context => await InvoiceSteps.IssueAsync(context, (await RedLetters.MakeAsync(context, id, wrong, "数量开错，按实收开具红字发票")).Id, red, on.AddDays(1), null)));
            owed -= wrong;
        }

        var (paid, later) = (owed, 0);
        if (random.Chance(0.12))
        {
            // A part now and the rest later, or never.
            paid = decimal.Round(owed * random.Between(3, 8) / 10, 2);
            Pay(customer, at.AddDays(days + random.Between(0, 20)), paid, id);
            (paid, later) = (random.Chance(0.6) ? owed - paid : 0, 21);
        }

        var late = random.Weighted((-random.Between(0, 8), 60), (random.Between(1, 25), 24), (random.Between(26, 100), 10), (1000, 6));
        if (paid > 0)
        {
            Pay(customer, at.AddDays(days + late + later), paid, id);
        }
    }

    private void Pay(SampleCustomer customer, DateTimeOffset at, decimal amount, Guid invoice)
    {
        at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(at)));
        if (at >= today.AddHours(-4))
        {
            return;
        }

        var reference = random.Digits(14);
        Deeds.Add(new SampleDeed(at, Keeper, "import", context => Receiving.RunAsync(
            context,
            receipt =>
            {
                (receipt["customer"], receipt["amount"], receipt["receivedOn"], receipt["bankReference"]) = (customer.Id, new Money(amount, "CNY"), SampleCalendar.DayOf(at), reference);
                (receipt["payer"], receipt["owner"]) = (customer.Name, userId(customer.Owner!));
                return Task.CompletedTask;
            },
            [new AllocationWish(null, null, invoice, amount)],
            oldestFirst: false)));
    }
}

/// <summary>An order that was taken, as far as money needs it.</summary>
internal sealed record SampleSale(SampleCustomer Customer, DateTimeOffset At, decimal Amount);
