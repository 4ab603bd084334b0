using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.Platform.Documents;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Receivables;

public sealed class DunningTests
{
    private static async Task NightAsync(Company company)
    {
        while (await ReceivableKeeping.TickAsync(company.Workspace))
        {
            // Until nothing is waiting.
        }
    }

    private static async Task<List<Record>> StepsAsync(Company company)
    {
        await NightAsync(company);
        await NightAsync(company);
        var found = new List<Record>();
        foreach (var item in (await company.ListAsync(company.ZhangWei, "dunnings", fields: "label")).GetProperty("items").EnumerateArray())
        {
            found.Add(await company.LoadAsync(company.ZhangWei, "dunnings", item.GetProperty("id").GetGuid()));
        }

        return found;
    }

    private static async Task<string> LetterAsync(Company company, Actor actor, Record dunning, string language = "zh-Hans")
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        var letter = await DunningLetter.MakeAsync(session, actor, await company.LoadAsync(actor, "dunnings", dunning.Id), language, company.Workspace.Now);
        return string.Join('\n', PdfReader.Lines(letter.Pdf));
    }

    [Theory, BothDatabases]
    public async Task An_instalment_is_dunned_as_far_as_nobody_has_written_an_invoice_for_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(bank, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 11, 24), [new("首付", 50, 0), new("验收款", 30, 1), new("质保金", 20, 200)])));
        contract = await company.ApproveAsync(contract);

        // For the first instalment and a hundred of the second.
        await company.InvoiceAsync(bank, 600, contract, issued: new(2026, 11, 20), due: new(2026, 12, 24));
        company.Time.Pass(TimeSpan.FromDays(9));
        var step = Assert.Single(await StepsAsync(company));
        Assert.Equal($"友好提醒 {contract.Text("number")} 验收款", step.Title);
        Assert.Contains("200.00 CNY", step.Text("body"), StringComparison.Ordinal);
        Assert.Contains("2026-11-25", step.Text("body"), StringComparison.Ordinal);
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "dunnings"));
        Assert.Equal(1, await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'dunning'"));

        // Put off, it begins anew when that day has passed; with an invoice of its own it is no longer dunned itself.
        var plan = await company.LoadAsync(company.WangFang, "payment-plans", step.Reference("plan")!.Value);
        await company.ChangeAsync(company.WangFang, plan, new { dueOn = "2026-12-10" });
        company.Time.Pass(TimeSpan.FromDays(10));
        Assert.Single(await StepsAsync(company));
        company.Time.Pass(TimeSpan.FromDays(4));
        Assert.Equal(2, (await StepsAsync(company)).Count);
        var own = await company.CreateAsync(company.ZhangWei, "invoices", new { customer = bank.Id, contract = contract.Id, plan = plan.Id, kind = "ordinary", amount = MoneyWorld.Yuan(200) });
        await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, own.Id, null, new(2026, 12, 15), new(2027, 2, 28)));
        company.Time.Pass(TimeSpan.FromDays(30));
        Assert.DoesNotContain(await StepsAsync(company), later => later.Reference("plan") is not null && later["step"] is > 1L);
        Assert.Equal("nothing-owed", (await Refused.ByAsync(() => LetterAsync(company, company.ZhangWei, step))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Zhang_Wei_hears_once_of_five_debts_and_of_each_of_two(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (bank, trade) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhangWei, "广州贸易"));
        for (var day = 1; day <= 5; day++)
        {
            await company.InvoiceAsync(bank, 100, issued: new(2026, 9, 1), due: new(2026, 10, day));
        }

        await NightAsync(company);
        Assert.Equal((5L, 1L), (await company.CountAsync("SELECT COUNT(*) FROM dunning"), await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'dunning'")));
        Assert.Contains("等 5 笔款项逾期，最久 52 天", Assert.Single(await company.ColumnAsync("SELECT body FROM notification WHERE kind = 'dunning'")), StringComparison.Ordinal);

        await company.InvoiceAsync(trade, 100, issued: new(2026, 9, 1), due: new(2026, 10, 1));
        await company.InvoiceAsync(trade, 100, issued: new(2026, 9, 1), due: new(2026, 10, 2));
        await NightAsync(company);
        Assert.Equal(3L, await company.CountAsync("SELECT COUNT(*) FROM notification WHERE kind = 'dunning'"));
    }

    [Theory, BothDatabases]
    public async Task Instalments_from_before_the_upgrade_are_dunned_from_their_next_step_on(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        foreach (var due in new DateOnly[] { new(2026, 8, 1), new(2026, 11, 9), new(2026, 11, 21) })
        {
            var contract = await company.ContractAsync(bank, 1_000, approved: false);
            await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, due, [new("全款", 100, 0)])));
            await company.ApproveAsync(contract);
        }

        // As the migration leaves what was there.
        await company.Workspace.Database.WriteAsync(session => session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET dunned = -1")).AsTask());
        Assert.Empty(await StepsAsync(company));
        Assert.Equal(["4", "1", "0"], await company.ColumnAsync("SELECT CAST(dunned AS TEXT) FROM payment_plan ORDER BY due_on"));
        company.Time.Pass(TimeSpan.FromDays(3));
        Assert.Equal([1L, 2L], (await StepsAsync(company)).Select(step => (long)step["step"]!).Order());
    }

    [Theory, BothDatabases]
    public async Task A_promise_on_an_instalment_is_kept_by_what_is_paid_on_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var contract = await company.ContractAsync(bank, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 11, 23), [new("全款", 100, 0)])));
        contract = await company.ApproveAsync(contract);
        company.Time.Pass(TimeSpan.FromDays(5));
        var step = Assert.Single(await StepsAsync(company));
        step = await company.ChangeAsync(company.ZhangWei, step, new { status = "done", promisedOn = "2026-11-29", promised = MoneyWorld.Yuan(300) });
        company.Time.Pass(TimeSpan.FromDays(1));
        await company.ReceiveAsync(company.WangFang, bank, 300, contract, [new AllocationWish(null, step.Reference("plan"), null, 300)], day: "2026-11-28");
        company.Time.Pass(TimeSpan.FromDays(2));
        await NightAsync(company);
        Assert.Equal("kept", await company.TextAsync(step, "promise"));
    }

    [Theory, BothDatabases]
    public async Task The_letter_says_what_is_owed_on_its_day_in_each_language(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var invoice = await company.InvoiceAsync(bank, 400, issued: new(2026, 10, 1), due: new(2026, 11, 18));
        var step = Assert.Single(await StepsAsync(company));
        await company.ReceiveAsync(company.WangFang, bank, 150, wishes: [new AllocationWish(null, null, invoice.Id, 150)]);
        var chinese = await LetterAsync(company, company.ZhangWei, step);
        foreach (var words in new[] { "友好提醒", "致 长沙银行：", invoice.Text("number")!, "250.00 CNY", "2026-11-18", "大写：人民币贰佰伍拾元整", "张伟" })
        {
            Assert.Contains(words, chinese, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("400.00", chinese, StringComparison.Ordinal);
        Assert.Contains("長沙銀行", await LetterAsync(company, company.ZhangWei, step, "zh-Hant"), StringComparison.Ordinal);
        var english = await LetterAsync(company, company.ZhangWei, step, "en");
        foreach (var words in new[] { "Friendly reminder", "Days overdue", "250.00", "Page 1 of 1" })
        {
            Assert.Contains(words, english, StringComparison.Ordinal);
        }

        // The words of the step are the company's own, in each language; what somebody wrote himself stands.
        await company.Workspace.WriteAsync(company.WangFang, context => ReceivableRules.PutAsync(context, Company.Json(new
        {
            buckets = new[] { 30 },
            lateDays = 3,
            dunning = new[] { new { days = 3, name = "友好提醒", channel = "letter", text = "敬请付款：{amount}，逾期 {days} 天", nameEn = "A kind word", textEn = "Kindly pay {amount}, {customer}" } },
        })));
        Assert.Contains("敬请付款：250.00 CNY，逾期 4 天", await LetterAsync(company, company.ZhangWei, step), StringComparison.Ordinal);
        Assert.Contains("Kindly pay 250.00 CNY, 长沙银行", await LetterAsync(company, company.ZhangWei, step, "en"), StringComparison.Ordinal);
        await company.ChangeAsync(company.ZhangWei, step, new { body = "王经理，按电话里说的，本周五前付清。" });
        Assert.Contains("本周五前付清", await LetterAsync(company, company.ZhangWei, step), StringComparison.Ordinal);
        await company.ReceiveAsync(company.WangFang, bank, 250, wishes: [new AllocationWish(null, null, invoice.Id, 250)]);
        Assert.Equal("nothing-owed", (await Refused.ByAsync(() => LetterAsync(company, company.ZhangWei, step))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Whoever_may_not_read_what_is_open_prints_no_letter(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var bank = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.InvoiceAsync(bank, 400, issued: new(2026, 10, 1), due: new(2026, 11, 18));
        var step = Assert.Single(await StepsAsync(company));
        Assert.Equal(404, (await Refused.ByAsync(() => LetterAsync(company, company.ZhaoMin, step))).Status);
        var role = company.ZhangWei.Role!;
        await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "roles", role.Id), new { fieldRights = new { invoices = new { amount = "hidden" } } });
        Assert.Equal(403, (await Refused.ByAsync(() => LetterAsync(company, company.ZhangWei, step))).Status);
        Assert.Contains("400.00", await LetterAsync(company, company.LiQiang, step), StringComparison.Ordinal);
    }
}
