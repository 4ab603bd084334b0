using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Receivables;

namespace Guanxi.Rollout.Samples;

/// <summary>What became of what was sold: contracts with their plans, invoices, money that came on time, late, in parts or not yet.</summary>
internal sealed class SampleMoney(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private const string Keeper = "hejing";
    private const int RedLetter = 12;
    private const int Unsigned = 47;
    private const string Works = "安装与调试";
    private const string Teaching = "操作与编程培训";
    internal static readonly PlanTerm[] Terms = [new("预付款", 30, 0), new("发货款", 60, 45), new("质保金", 10, 365)];
    private static readonly string[] Banks = ["中国工商银行", "中国建设银行", "招商银行", "中国银行"];
    private readonly HashSet<Guid> titled = [];
    private int number;
    private int contracts;
    private int ofContracts;

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(SampleDeals deals, IReadOnlyList<(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Name, decimal Amount)> abroad, IReadOnlyList<SampleSale> sales)
    {
        foreach (var won in deals.Won)
        {
            Contract(won.Customer, won.At.AddHours(2), won.Deal, won.Name, won.Amount, won.Product, won.Quantity);
        }

        foreach (var won in abroad)
        {
            Contract(won.Customer, won.At.AddHours(2), won.Deal, won.Name, won.Amount, null, 1, "USD");
        }

        foreach (var sale in sales.Where(sale => sale.At > today.AddDays(-330)))
        {
            if (random.Chance(0.4))
            {
                Invoice(sale.Customer, sale.At.AddDays(random.Between(1, 8)), 30, sale.Amount, null);
            }
        }

        Deeds.Add(new SampleDeed(today.AddHours(-30), "zhoumin", "page", context => SampleCompany.InsertAsync(context, "number-rules", random.Id(today), ("subject", "contracts"), ("pattern", "LF-HT{yyyy}-{n:4}"), ("restart", "year"))));
    }

    private void Contract(SampleCustomer customer, DateTimeOffset at, Guid deal, string name, decimal amount, Guid? product, int quantity, string currency = "CNY")
    {
        if (at >= today.AddDays(-1) || amount <= 0)
        {
            return;
        }

        var (id, by, signed, total, place) = (random.Id(at), customer.Owner!, SampleCalendar.DayOf(at), decimal.Round(amount, 2), ++contracts);
        // What is put up at the customer's is a work and taxed as one; teaching how to use it is a service.
        var works = place % 3 == 0 && currency == "CNY" && total > 100_000 ? quantity * decimal.Floor(total * 0.04m / quantity) : 0;
        var serves = name.Contains("服务", StringComparison.Ordinal) || name.Contains("培训", StringComparison.Ordinal);
        (decimal Share, string Name, decimal Rate)[] parts = works > 0 ? [(0.96m, "", 13), (0.02m, Works, 9), (0.02m, Teaching, 6)] : [(1, "", currency != "CNY" ? 0 : serves ? 6 : 13)];
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            await SampleCompany.InsertAsync(
                context, "contracts", id, ("name", name + "采购合同"), ("customer", customer.Id), ("deal", deal), ("amount", new Money(total, currency)), ("signedOn", signed), ("startsOn", signed), ("endsOn", signed.AddDays(364)), ("paymentDays", 30L), ("kind", serves ? "service" : "sale"), ("owner", userId(by)),
                ("terms", "验收合格后起算质保 12 个月；逾期付款按日万分之三计违约金。"));
            await LineAsync(context, id, product, name, quantity, (total - works) / quantity, currency, 1, parts[0].Rate);
            if (works > 0)
            {
                await LineAsync(context, id, null, Works, 1, works / 2, currency, 2, 9);
                await LineAsync(context, id, null, Teaching, 1, works - (works / 2), currency, 3, 6);
            }

            await Plans.SetAsync(context, id, (sum, day) => Plans.OfTerms(sum, day, Terms));
            await ContractSteps.SubmitAsync(context, id);
        }));
        Deeds.Add(new SampleDeed(at.AddHours(20), SampleWriter.Program, "system", context => ContractSteps.DecideAsync(context, id, approved: true, "同意")));
        if (place % Unsigned == 0 && at < today.AddDays(-2))
        {
            Deeds.Add(new SampleDeed(at.AddHours(30), "zhoumin", "page", context => ContractSteps.VoidAsync(context, id, "客户改签集团框架合同，本合同作废")));
            return;
        }

        if (place % 5 == 0)
        {
            Amend(customer, id, at.AddDays(60), signed, total, more: place % 10 == 0, currency);
        }

        Invoice(customer, at.AddDays(3), 10, decimal.Round(total * 0.3m, 2, MidpointRounding.AwayFromZero), id, currency, parts, name);
        Invoice(customer, at.AddDays(45), 30, decimal.Round(total * 0.6m, 2, MidpointRounding.AwayFromZero), id, currency, parts, name);
        Invoice(customer, at.AddDays(340), 25, total - decimal.Round(total * 0.3m, 2, MidpointRounding.AwayFromZero) - decimal.Round(total * 0.6m, 2, MidpointRounding.AwayFromZero), id, currency, [parts[0] with { Share = 1 }], name);
        var ends = place % 5 == 0 && place % 10 != 0 ? 364 + 180 : 364;
        for (var look = ends + 12; look < ends + 365; look += 30)
        {
            Complete(id, by, at.AddDays(look));
        }

        if (serves)
        {
            Renew(id, by, at.AddDays(ends - 20));
        }
    }

    private static Task LineAsync(SaveContext context, Guid contract, Guid? product, string name, int quantity, decimal price, string currency, long position, decimal rate) => SampleCompany.InsertAsync(
        context, "contract-lines", Guid.CreateVersion7(context.Now), ("contract", contract), ("product", product), ("description", name), ("quantity", (decimal)quantity), ("unitPrice", new Money(price, currency)), ("position", position), ("taxRate", rate));

    /// <summary>What has ended and is paid is completed; what is not paid stays in force until it is.</summary>
    private void Complete(Guid id, string by, DateTimeOffset at)
    {
        at = Working(at);
        if (at < today.AddHours(-4))
        {
            Deeds.Add(new SampleDeed(at, by, "page", async context =>
            {
                if (await RecordStore.FindAsync(context.Session, context.Schema["contracts"], id) is { } contract && contract.Text("status") == "active" && contract["instalmentsOpen"] is 0L)
                {
                    await ContractSteps.CompleteAsync(context, id);
                }
            }));
        }
    }

    /// <summary>Another year, at the same terms; what was to be signed of late is a draft yet.</summary>
    private void Renew(Guid id, string by, DateTimeOffset at)
    {
        at = Working(at);
        if (at >= today.AddHours(-4))
        {
            return;
        }

        var next = Guid.Empty;
        Deeds.Add(new SampleDeed(at, by, "page", async context => next = (await ContractSteps.RenewAsync(context, id)).Id));
        if (at < today.AddDays(-25))
        {
            var signed = Working(at.AddDays(6));
            Deeds.Add(new SampleDeed(signed, by, "page", context => ContractSteps.SubmitAsync(context, next)));
            Deeds.Add(new SampleDeed(signed.AddHours(20), SampleWriter.Program, "system", context => ContractSteps.DecideAsync(context, next, approved: true, "同意续签")));
        }
    }

    /// <summary>A contract goes on for longer, or grows by a machine's equipment that is paid by itself.</summary>
    private void Amend(SampleCustomer customer, Guid contract, DateTimeOffset at, DateOnly signed, decimal amount, bool more, string currency)
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
                ("newAmount", more ? new Money(amount + extra, currency) : null), ("newEndsOn", more ? null : signed.AddDays(364 + 180)), ("newPaymentDays", more ? null : 45L));
            await ContractAmendment.SubmitAsync(context, id);
        }));
        Deeds.Add(new SampleDeed(at.AddHours(21), SampleWriter.Program, "system", context => ContractAmendment.DecideAsync(context, id, approved: true, "同意")));
        if (more)
        {
            Invoice(customer, at.AddDays(10), 30, extra, contract, currency, [(1, "", currency == "CNY" ? 13 : 0)], "自动上下料装置");
        }
    }

    /// <summary>Asked for, issued, and paid as such customers pay.</summary>
    /// <param name="parts">Its lines with their shares and rates of tax; one for all of it when there are none.</param>
    private void Invoice(SampleCustomer customer, DateTimeOffset at, int days, decimal amount, Guid? contract, string currency = "CNY", (decimal Share, string Name, decimal Rate)[]? parts = null, string? name = null)
    {
        at = Working(at);
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

            await SampleCompany.InsertAsync(context, "invoices", id, ("customer", customer.Id), ("contract", contract), ("kind", currency == "CNY" ? "special" : "ordinary"), ("amount", new Money(amount, currency)), ("owner", userId(by)));
            var left = amount;
            for (var i = (parts ?? []).Length - 1; i >= 0; i--)
            {
                var share = i == 0 ? left : decimal.Round(amount * parts![i].Share, 2);
                left -= share;
                await SampleCompany.InsertAsync(
                    context, "invoice-lines", Guid.CreateVersion7(context.Now), ("invoice", id), ("description", i == 0 ? name : parts![i].Name), ("quantity", 1m), ("amount", new Money(share, currency)), ("taxRate", parts![i].Rate), ("position", i + 1L));
            }
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

        // What was agreed in a contract is paid in the end, by whomever it takes.
        var (paid, later, settled) = (owed, 0, contract is not null && at < today.AddDays(-260));
        if (random.Chance(0.12))
        {
            // A part now and the rest later, or never.
            paid = decimal.Round(owed * random.Between(3, 8) / 10, 2);
            Pay(customer, at.AddDays(days + random.Between(0, 20)), paid, id, currency);
            (paid, later) = (random.Chance(0.6) || settled ? owed - paid : 0, 21);
        }

        var late = random.Weighted((-random.Between(0, 8), 60), (random.Between(1, 25), 24), (random.Between(26, 100), 10), (settled ? random.Between(60, 180) : 1000, 6));
        if (paid > 0)
        {
            Pay(customer, at.AddDays(days + late + later), paid, id, currency);
        }
    }

    private void Pay(SampleCustomer customer, DateTimeOffset at, decimal amount, Guid invoice, string currency)
    {
        at = Working(at);
        if (at >= today.AddHours(-4))
        {
            return;
        }

        var reference = random.Digits(14);
        Deeds.Add(new SampleDeed(at, Keeper, "import", context => Receiving.RunAsync(
            context,
            receipt =>
            {
                (receipt["customer"], receipt["amount"], receipt["receivedOn"], receipt["bankReference"]) = (customer.Id, new Money(amount, currency), SampleCalendar.DayOf(at), reference);
                (receipt["payer"], receipt["owner"]) = (customer.Name, userId(customer.Owner!));
                return Task.CompletedTask;
            },
            [new AllocationWish(null, null, invoice, amount)],
            oldestFirst: false)));
    }

    private DateTimeOffset Working(DateTimeOffset about) => SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(about)));
}

/// <summary>An order that was taken, as far as money needs it.</summary>
internal sealed record SampleSale(SampleCustomer Customer, DateTimeOffset At, decimal Amount);
