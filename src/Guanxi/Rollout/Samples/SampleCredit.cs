using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Receivables;

namespace Guanxi.Rollout.Samples;

/// <summary>How much is sold before it is paid, for classes of customers and for some of them alone; who must say yes to large sums, and what waits for that today.</summary>
internal sealed class SampleCredit(SampleRandom random, DateTimeOffset today)
{
    private const string Keeper = "hejing";

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers, SampleDeals deals)
    {
        var buyers = deals.Won.Where(won => won.At < today.AddDays(-60)).Select(won => won.Customer).Distinct().ToList();
        Limits(buyers);
        Exceptions(buyers);
        Chains();
        if (buyers.Find(customer => customer.Owner == "chenxiaofeng") is { } signing)
        {
            Signing(signing, deals);
        }

        // After all that was sold, until this minute: from here on a rule can stop a sale.
        Deeds.Add(new SampleDeed(today, Keeper, "page", async context =>
        {
            await RuleAsync(context, "VIP", "vip", 2_000_000, 60, "warn");
            await RuleAsync(context, "大客户", "major", 800_000, 45, "block");
            await RuleAsync(context, "其他客户", null, 200_000, 30, "block");
        }));
        if (customers.FirstOrDefault(customer => customer is { Stage: "lost", IsPerson: false, Owner: not null }) is { } stopped)
        {
            Own(stopped, today, null, null, "两次承诺付款都没有兑现，法务已发函");
        }
    }

    private void Limits(List<SampleCustomer> buyers)
    {
        foreach (var (customer, i) in buyers.Take(5).Select((customer, i) => (customer, i)))
        {
            var days = new[] { 40, 33, 26, 19, 12 }[i];
            Own(customer, SampleCalendar.WorkdayAgo(today, days, 10), new[] { 3_000_000m, 1_500_000, 600_000, 5_000_000, 350_000 }[i], i % 2 == 0 ? SampleCalendar.DayOf(today.AddDays(180)) : null, new[] { "集团担保，年度框架内放宽", "三年无逾期", "新厂投产，半年内放宽", "央企客户，付款流程长", "上季度逾期两次，收紧" }[i]);
        }
    }

    private void Own(SampleCustomer customer, DateTimeOffset at, decimal? limit, DateOnly? until, string reason)
    {
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, Keeper, "page", context => SampleCompany.InsertAsync(
            context, "customer-credits", id, ("customer", customer.Id), ("creditLimit", limit is { } most ? new Money(most, "CNY") : null), ("until", until), ("stopped", limit is null), ("reason", reason))));
    }

    /// <summary>One was granted, one refused, and one waits for the one above.</summary>
    private void Exceptions(List<SampleCustomer> buyers)
    {
        foreach (var (by, above, amount, days, reason, answer, granted) in new[]
        {
            ("chenxiaofeng", "linguodong", 900_000m, 17, "客户已开出银行承兑，下周交票，先发第一批", "同意，收到票之前只发一批", true),
            ("zhaoqian", "linguodong", 500_000m, 11, "客户说月底一起付", "上次也是这样说的，先收旧账", false),
        })
        {
            if (buyers.FindLast(customer => customer.Owner == by) is not { } customer)
            {
                continue;
            }

            var at = SampleCalendar.WorkdayAgo(today, days, 10);
            var id = Override(customer, by, at, amount, reason);
            Deeds.Add(new SampleDeed(at.AddHours(3), above, "page", async context =>
            {
                var request = (await ApprovalRequests.OpenAsync(context.Session, CreditOverride.Kind, id))!.Value;
                await (granted ? ApprovalDecisions.ApproveAsync(context, request, answer) : ApprovalDecisions.RejectAsync(context, request, answer));
            }));
        }

        if (buyers.Find(customer => customer.Owner == "huangzhiqiang") is { } asking)
        {
            Override(asking, "huangzhiqiang", today.AddHours(-2), 260_000, "月底前要发两台，客户的承兑汇票下周到，额度先放一放");
        }
    }

    private Guid Override(SampleCustomer customer, string by, DateTimeOffset at, decimal amount, string reason)
    {
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, by, "page", context => SampleCompany.InsertAsync(
            context, "credit-overrides", id, ("customer", customer.Id), ("amount", new Money(amount, "CNY")), ("until", SampleCalendar.DayOf(at.AddDays(40))), ("reason", reason))));
        return id;
    }

    private void Chains() => Deeds.Add(new SampleDeed(today.AddMinutes(-200), "zhoumin", "page", async context =>
    {
        await SampleCompany.InsertAsync(
            context, "approval-definitions", random.Id(today), ("name", "大额报价"), ("kind", "quote"), ("condition", "amount > 500000"), ("priority", 10L), ("active", true),
            ("definition", "{\"steps\":[{\"key\":\"line\",\"name\":\"逐级主管\",\"who\":[{\"kind\":\"managers\",\"level\":2}],\"hours\":24,\"onTimeout\":\"remind\"},{\"key\":\"cost\",\"name\":\"成本会签\",\"who\":[{\"kind\":\"role\",\"role\":\"costing\"}],\"when\":\"amount > 2000000\"}]}"));
        await SampleCompany.InsertAsync(
            context, "approval-definitions", random.Id(today), ("name", "百万以上合同"), ("kind", ContractSteps.Kind), ("condition", "amount > 1000000"), ("priority", 10L), ("active", true),
            ("definition", "{\"steps\":[{\"key\":\"line\",\"name\":\"区域经理\",\"who\":[{\"kind\":\"manager\",\"level\":1}],\"hours\":24,\"onTimeout\":\"remind\"},{\"key\":\"money\",\"name\":\"财务会签\",\"who\":[{\"kind\":\"role\",\"role\":\"accountant\"}]}]}"));
    }));

    /// <summary>A contract of today, which the manager and then the accountant have to sign.</summary>
    private void Signing(SampleCustomer customer, SampleDeals deals)
    {
        var (at, id, line, day) = (today.AddMinutes(-190), random.Id(today), random.Id(today), SampleCalendar.DayOf(today));
        var product = deals.Products["U500"];
        Deeds.Add(new SampleDeed(at, "chenxiaofeng", "page", async context =>
        {
            var amount = new Money(product.Price * 0.97m, "CNY");
            await SampleCompany.InsertAsync(
                context, "contracts", id, ("name", product.Name + "采购合同"), ("customer", customer.Id), ("amount", amount), ("signedOn", day), ("startsOn", day), ("endsOn", day.AddDays(364)), ("paymentDays", 30L), ("terms", "预付 30%，发货前 60%，质保期满付 10%。"));
            await SampleCompany.InsertAsync(context, "contract-lines", line, ("contract", id), ("product", product.Id), ("quantity", 1m), ("unitPrice", amount), ("position", 1L));
            await Plans.SetAsync(context, id, (sum, from) => Plans.OfTerms(sum, from, SampleMoney.Terms));
            await ContractSteps.SubmitAsync(context, id, "客户月底付预付款，合同请在周五前签回");
        }));
    }

    private async Task RuleAsync(SaveContext context, string name, string? level, decimal limit, long days, string act) =>
        await SampleCompany.InsertAsync(
            context, "credit-rules", random.Id(today), ("name", name), ("customerLevel", level), ("creditLimit", new Money(limit, "CNY")), ("mostOverdueDays", days), ("paymentDays", 30L), ("scoreFormula", "100 - credit.overdueDays - coalesce(credit.lateDays, 0)"), ("onOrder", act));
}
