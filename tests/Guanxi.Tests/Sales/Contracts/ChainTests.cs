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

    [Theory, BothDatabases]
    public async Task An_amendment_does_not_go_round_the_chain_its_contract_would_take_with_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 50_000);
        await company.CreateAsync(company.WangFang, "approval-definitions", new { name = "大合同", kind = ContractSteps.Kind, condition = "amount > 100000", definition = new { steps = new[] { new { key = "boss", name = "总部", who = new[] { new { kind = "role", role = "administrator" } } } } } });
        var more = await company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "增补", newAmount = MoneyWorld.Yuan(5_000_000) });
        await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, more.Id));
        Assert.Equal(50_000m, await company.AmountAsync(contract, "amount"));

        foreach (var approved in new[] { true, false })
        {
            Assert.Equal("approval-chain", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => ContractAmendment.DecideAsync(context, more.Id, approved, "先批了")))).Rule);
        }

        var approval = await OpenAsync(company, ContractAmendment.Kind, more);
        Assert.Equal(404, (await Refused.ByAsync(() => SignAsync(company, company.LiQiang, approval))).Status);
        await SignAsync(company, company.WangFang, approval);
        Assert.Equal((5_000_000m, "approved", company.WangFang.Id), (await company.AmountAsync(contract, "amount"), await company.TextAsync(more, "status"), (await company.LoadAsync(company.WangFang, "contract-amendments", more.Id)).Reference("decidedBy")));
    }

    [Theory, BothDatabases]
    public async Task An_amendment_takes_the_chain_composed_for_amendments_and_is_a_draft_again_when_it_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var contract = await company.ContractAsync(await company.CustomerAsync(company.ZhangWei, "长沙银行"), 50_000);
        await ComposeAsync(company, ContractAmendment.Kind);
        var longer = await company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "延期", newEndsOn = "2027-12-31" });
        await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, longer.Id));
        await company.Workspace.WriteAsync(company.LiuYang, async context => await ApprovalDecisions.RejectAsync(context, await OpenAsync(company, ContractAmendment.Kind, longer), "客户没有确认"));
        Assert.Equal(("draft", null), (await company.TextAsync(longer, "status"), (await company.LoadAsync(company.ZhangWei, "contracts", contract.Id))["endsOn"]));

        await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, longer.Id));
        var approval = await OpenAsync(company, ContractAmendment.Kind, longer);
        await SignAsync(company, company.LiuYang, approval);
        await SignAsync(company, company.WangFang, approval);
        Assert.Equal(new DateOnly(2027, 12, 31), (await company.LoadAsync(company.ZhangWei, "contracts", contract.Id))["endsOn"]);
    }
}
