using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Contracts;

public sealed class ContractTests
{
    [Theory, BothDatabases]
    public async Task A_contract_is_approved_by_another_than_who_submitted_it_and_then_stays_as_agreed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 500_000, approved: false);
        Assert.Equal(("HT20261122-0001", "draft", 1L), (contract.Text("number"), contract.Text("status"), (long)contract["edition"]!));
        Assert.Equal("endsOn", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, contract, new { startsOn = "2027-01-01", endsOn = "2027-01-01" }))).Errors!.Single().Key);
        await company.ChangeAsync(company.ZhangWei, contract, new { startsOn = "2027-01-01", endsOn = "2027-12-31" });

        await company.StepAsync(company.ZhangWei, context => ContractSteps.SubmitAsync(context, contract.Id));
        Assert.Equal("contract-pending", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, contract, new { name = "改名" }))).Rule);
        Assert.Equal(403, (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => ContractSteps.DecideAsync(context, contract.Id, true, null)))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => company.StepAsync(company.ZhaoMin, context => ContractSteps.WithdrawAsync(context, contract.Id)))).Status);
        Assert.Equal("opinion", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => ContractSteps.DecideAsync(context, contract.Id, false, " ")))).Errors!.Single().Key);
        await company.StepAsync(company.LiQiang, context => ContractSteps.DecideAsync(context, contract.Id, false, "账期太长"));
        Assert.Equal("draft", await company.TextAsync(contract, "status"));

        await company.StepAsync(company.LiQiang, context => ContractSteps.SubmitAsync(context, contract.Id));
        Assert.Equal("own-approval", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => ContractSteps.DecideAsync(context, contract.Id, true, null)))).Rule);
        var approved = await company.StepAsync(company.WangFang, context => ContractSteps.DecideAsync(context, contract.Id, true, "同意"));
        Assert.Equal(("active", new DateOnly(2026, 11, 22), company.WangFang.Id), (approved.Text("status"), approved["signedOn"], approved.Reference("decidedBy")));
        Assert.Equal("contract-locked", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, contract, new { amount = MoneyWorld.Yuan(1) }))).Rule);
        await company.ChangeAsync(company.ZhangWei, contract, new { note = "正本已寄回" });
        Assert.Equal("contract-kept", (await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, contract.Type, contract.Id))).Rule);
    }

    [Theory, BothDatabases]
    public async Task A_contract_in_force_changes_by_an_amendment_that_becomes_its_next_edition(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 500_000);
        await company.InvoiceAsync(customer, 400_000, contract);
        var less = await company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "减项", newAmount = MoneyWorld.Yuan(300_000) });
        await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, less.Id));
        Assert.Equal("invoices-above-contract", (await Refused.ByAsync(() => company.StepAsync(company.LiQiang, context => ContractAmendment.DecideAsync(context, less.Id, true, null)))).Rule);
        Assert.Equal(500_000m, await company.AmountAsync(contract, "amount"));

        var more = await company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "增补两台", newAmount = MoneyWorld.Yuan(620_000), newEndsOn = "2027-12-31" });
        Assert.Equal("newAmount", (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "空" }))).Errors!.Single().Key);
        await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, more.Id));
        Assert.Equal("amendment-fixed", (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, more, new { reason = "另一个原因" }))).Rule);
        await company.StepAsync(company.LiQiang, context => ContractAmendment.DecideAsync(context, more.Id, true, "同意"));
        var changed = await company.LoadAsync(company.ZhangWei, "contracts", contract.Id);
        Assert.Equal((new Money(620_000, "CNY"), 2L, new DateOnly(2027, 12, 31)), (changed["amount"], (long)changed["edition"]!, changed["endsOn"]));
        var said = await company.LoadAsync(company.ZhangWei, "contract-amendments", more.Id);
        Assert.Equal((new Money(500_000, "CNY"), new Money(620_000, "CNY"), null, new DateOnly(2027, 12, 31), $"{contract.Text("number")} v2"), (said["oldAmount"], said["newAmount"], said["oldEndsOn"], said["newEndsOn"], said.Text("label")));
        Assert.Equal(400_000m, await company.AmountAsync(contract, "invoiced"));
    }

    [Theory, BothDatabases]
    public async Task The_payment_plan_follows_a_contract_that_becomes_more_or_less(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 12, 1), [new("首付", 60, 0), new("尾款", 40, 90)])));
        await company.ApproveAsync(contract);
        async Task AmendAsync(decimal amount)
        {
            var amendment = await company.CreateAsync(company.ZhangWei, "contract-amendments", new { contract = contract.Id, reason = "变更", newAmount = MoneyWorld.Yuan(amount) });
            await company.StepAsync(company.ZhangWei, context => ContractAmendment.SubmitAsync(context, amendment.Id));
            await company.StepAsync(company.LiQiang, context => ContractAmendment.DecideAsync(context, amendment.Id, true, null));
        }

        Task<List<string>> PlannedAsync() => company.ColumnAsync("SELECT name || ' ' || due_on || ' ' || CAST(amount / 10000 AS TEXT) FROM payment_plan WHERE deleted_at IS NULL ORDER BY number");
        await AmendAsync(1_200);
        Assert.Equal(["首付 2026-12-01 600", "尾款 2027-03-01 400", "变更 v2 2027-03-01 200"], await PlannedAsync());
        await company.ReceiveAsync(company.WangFang, customer, 600, contract, oldestFirst: true);
        await AmendAsync(650);
        Assert.Equal(["首付 2026-12-01 600", "尾款 2027-03-01 50"], await PlannedAsync());
        Assert.Equal("plan-above-contract", (await Refused.ByAsync(() => AmendAsync(599))).Rule);
        Assert.Equal(["首付 2026-12-01 600", "尾款 2027-03-01 50"], await PlannedAsync());
    }

    [Theory, BothDatabases]
    public async Task A_won_deal_becomes_one_contract_and_a_contract_that_ends_is_renewed_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ProcessAsync(new { stages = new[] { new { key = "only", name = "谈判", probability = 50, expectedDays = 10 } } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "自助柜机", customer = customer.Id, amount = MoneyWorld.Yuan(27_000) });
        Task<Record> Make(Guanxi.Platform.Access.Actor actor) => company.StepAsync(actor, context => ContractSteps.OfDealAsync(context, deal.Id));
        Assert.Equal("deal-not-won", (await Refused.ByAsync(() => Make(company.ZhangWei))).Rule);
        await company.StepAsync(company.ZhangWei, context => Guanxi.Sales.Deals.MoveDeal.WinAsync(context, deal.Id, null, null));
        Assert.Equal(404, (await Refused.ByAsync(() => Make(company.ZhaoMin))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Make(company.ChenJing))).Status);
        var contract = await Make(company.ZhangWei);
        Assert.Equal((new Money(27_000, "CNY"), deal.Id, "自助柜机"), (contract["amount"], contract.Reference("deal"), contract.Text("name")));
        Assert.Equal("contract-exists", (await Refused.ByAsync(() => Make(company.ZhangWei))).Rule);

        await company.ChangeAsync(company.ZhangWei, contract, new { startsOn = "2026-01-01", endsOn = "2026-12-31", renewal = "remind", remindDays = 45 });
        await company.ApproveAsync(contract);
        await ReceivableKeeping.TickAsync(company.Workspace);
        await ReceivableKeeping.TickAsync(company.Workspace);
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'contractEnding'"));
        var next = await company.StepAsync(company.ZhangWei, context => ContractSteps.RenewAsync(context, contract.Id));
        Assert.Equal((new DateOnly(2027, 1, 1), new DateOnly(2027, 12, 31), "draft", contract.Id), (next["startsOn"], next["endsOn"], next.Text("status"), next.Reference("renews")));
        Assert.Equal("contract-renewed", (await Refused.ByAsync(() => company.StepAsync(company.ZhangWei, context => ContractSteps.RenewAsync(context, contract.Id)))).Rule);
    }

    [Theory, BothDatabases]
    public async Task A_contract_is_void_for_a_reason_and_not_while_money_hangs_on_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(customer, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, day) => Plans.OfTerms(amount, day, [new("首付", 30, 0), new("尾款", 70, 30)])));
        await company.ApproveAsync(contract);
        var receipt = await company.ReceiveAsync(company.WangFang, customer, 300, contract, oldestFirst: true);
        Task<Record> Void(Guanxi.Platform.Access.Actor actor, string? reason) => company.StepAsync(actor, context => ContractSteps.VoidAsync(context, contract.Id, reason));
        Assert.Equal("reason", (await Refused.ByAsync(() => Void(company.LiQiang, ""))).Errors!.Single().Key);
        Assert.Equal(403, (await Refused.ByAsync(() => Void(company.ZhangWei, "取消"))).Status);
        Assert.Equal("contract-has-money", (await Refused.ByAsync(() => Void(company.LiQiang, "取消"))).Rule);
        await company.StepAsync(company.WangFang, context => Receiving.ReverseAsync(context, receipt.Id, "退汇"));
        await Void(company.LiQiang, "客户取消项目");
        Assert.Equal(["void", "void"], await company.ColumnAsync("SELECT status FROM payment_plan ORDER BY number"));
        Assert.Equal("contract-not-in-force", (await Refused.ByAsync(() => company.ReceiveAsync(company.WangFang, customer, 1, contract))).Rule);
    }
}
