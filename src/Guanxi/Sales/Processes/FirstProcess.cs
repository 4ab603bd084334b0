using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Processes;

/// <summary>The process a new company starts with, so that the first deal can be written down at once; it is changed like any other.</summary>
public static class FirstProcess
{
    private static readonly ProcessDefinition Definition = new(
    [
        new Stage("contact", "初步接触", 10, 14, "弄清楚谁在用、谁拍板、什么时候要、大概多少预算。"),
        new Stage("need", "需求确认", 25, 21, "把需求写成一页纸，请客户确认；约好下一次见面。", Exit: [new Condition("need-known", ConditionKind.Fields, Fields: ["amount", "expectedClose"])]),
        new Stage("quote", "方案报价", 50, 21, "报价之前先核算内部成本；报价单上写清有效期和付款条件。"),
        new Stage("negotiate", "商务谈判", 75, 30, "价格、交期、付款方式三件事一起谈，不单独让价。"),
        new Stage("sign", "合同签订", 90, 14, "合同走审批，盖章前核对金额、交期和违约条款。"),
    ],
    ["价格合适", "方案合适", "交期合适", "老客户信任"],
    ["价格高", "竞品方案更合适", "交期赶不上", "预算取消", "客户推迟", "一直没有回复"]);

    /// <summary>Makes it where there is no process yet.</summary>
    public static async Task EnsureAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM sales_process"), cancel) > 0)
            {
                return;
            }
        }

        await workspace.WriteAsync(workspace.System(), context => InsertAsync(context, cancel: cancel), cancel: cancel);
    }

    /// <param name="quoteSteps">Steps that the stage of quoting gives out, and that must be done before it is negotiated; a company of one department has none.</param>
    public static async Task InsertAsync(SaveContext context, IReadOnlyList<Step>? quoteSteps = null, CancellationToken cancel = default)
    {
        var type = context.Schema["sales-processes"];
        var process = type.Create(type);
        var definition = Definition with { Stages = [.. Definition.Stages.Select(stage => stage.Key == "quote" ? stage with { Steps = quoteSteps } : stage.Key == "negotiate" && quoteSteps is not null ? stage with { Entry = [.. quoteSteps.Select(step => new Condition($"{step.Key}-done", ConditionKind.Step, Step: step.Key))] } : stage)] };
        (process["name"], process["isDefault"], process["definition"]) = ("标准销售流程", true, definition.Write());
        await context.InsertAsync(process, cancel);
    }
}
