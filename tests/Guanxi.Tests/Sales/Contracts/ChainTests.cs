using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Credit;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Contracts;

public sealed class ChainTests
{
    private static Task<Record> ComposeAsync(Company company, string kind) => company.CreateAsync(
        company.WangFang, "approval-definitions", new { name = kind, kind, definition = new { steps = new[] { new { key = "agent", name = "客服", who = new[] { new { kind = "role", role = "agent" } } }, new { key = "boss", name = "总部", who = new[] { new { kind = "role", role = "administrator" } } } } } });

    private static async Task<Guid> OpenAsync(Company company, string kind, Record about)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return (await ApprovalRequests.OpenAsync(session, kind, about.Id))!.Value;
    }

    private static Task SignAsync(Company company, Actor actor, Guid approval) => company.Workspace.WriteAsync(actor, context => ApprovalDecisions.ApproveAsync(context, approval, "同意"));

    [Theory, BothDatabases]
    public async Task Where_a_chain_is_composed_a_contract_takes_it_and_nobody_goes_past_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await ComposeAsync(company, ContractSteps.Kind);
        var contract = await company.ContractAsync(await company.CustomerAsync(company.ZhangWei, "长沙银行"), 500_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, contract.Id, "客户等着开工"));
        var approval = await OpenAsync(company, ContractSteps.Kind, contract);
        Assert.Equal("approval-chain", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => ContractSteps.DecideAsync(context, contract.Id, true, null)))).Rule);
        await SignAsync(company, company.LiuYang, approval);
        Assert.Equal("pending", await company.TextAsync(contract, "status"));
        await SignAsync(company, company.WangFang, approval);
        Assert.Equal("active", await company.TextAsync(contract, "status"));

        var second = await company.ContractAsync(await company.CustomerAsync(company.ZhangWei, "广州贸易"), 10, approved: false);
        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, second.Id));
        var other = await OpenAsync(company, ContractSteps.Kind, second);
        await company.Workspace.WriteAsync(company.LiuYang, context => ApprovalDecisions.RejectAsync(context, other, "账期太长"));
        Assert.Equal(("draft", "账期太长"), (await company.TextAsync(second, "status"), await company.TextAsync(second, "decision")));
        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, second.Id));
        await company.StepAsync(company.ZhangWei, context => ContractSteps.WithdrawAsync(context, second.Id));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM approval WHERE state IN ('waiting', 'returned')"));
    }

    [Theory, BothDatabases]
    public async Task A_credit_exception_takes_its_chain_too(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await ComposeAsync(company, CreditOverride.Kind);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var asked = await company.CreateAsync(company.ZhangWei, "credit-overrides", new { customer = customer.Id, amount = MoneyWorld.Yuan(800), until = "2026-11-30", reason = "客户已承诺周五付款" });
        Assert.Equal("approval-chain", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => CreditOverride.DecideAsync(context, asked.Id, true, null)))).Rule);
        var approval = await OpenAsync(company, CreditOverride.Kind, asked);
        await SignAsync(company, company.LiuYang, approval);
        await SignAsync(company, company.WangFang, approval);
        Assert.Equal("granted", await company.TextAsync(asked, "status"));
    }
}
