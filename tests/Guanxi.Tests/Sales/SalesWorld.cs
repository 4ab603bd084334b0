using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales;

/// <summary>A process that every sales test knows: need → quote (after the cost is calculated) → contract (with the agreement and the boss's word).</summary>
internal static class SalesWorld
{
    public static readonly object Definition = new
    {
        stages = new object[]
        {
            new
            {
                key = "need", name = "确认需求", probability = 10, expectedDays = 14, guidance = "弄清楚预算、决策人和时间",
                steps = new object[] { new { key = "cost", subject = "核算内部成本", role = "agent", hours = 16 } },
                exit = new object[] { new { key = "need-known", kind = "fields", fields = new[] { "amount", "expectedClose", "customer.industry" } } },
            },
            new
            {
                key = "quote", name = "报价", probability = 40, expectedDays = 10, mayGoBack = true,
                entry = new object[] { new { key = "cost-done", kind = "step", step = "cost" }, new { key = "cost-known", kind = "cost" } },
                exit = new object[] { new { key = "big-enough", kind = "filter", filter = "amount >= 10000 AND customer.level != \"small\"", label = "金额不低于一万，且不是小客户" } },
            },
            new
            {
                key = "contract", name = "签合同", probability = 80, expectedDays = 20, mayGoBack = false,
                entry = new object[] { new { key = "agreement", kind = "document", document = "技术协议" } },
                exit = new object[] { new { key = "boss", kind = "approval", label = "经理同意" } },
            },
        },
        winReasons = new[] { "价格", "交期" },
        lossReasons = new[] { "价格", "竞品", "预算取消" },
    };

    public static Task<Record> ProcessAsync(this Company company, object? definition = null, string name = "设备销售", object? more = null) =>
        company.CreateAsync(company.WangFang, "sales-processes", more ?? new { name, isDefault = true, definition = definition ?? Definition });

    public static Task<Record> MoveAsync(this Company company, Guanxi.Platform.Access.Actor actor, Record deal, string stage) =>
        company.Workspace.WriteAsync(actor, context => MoveDeal.ToAsync(context, deal.Id, stage));
}
