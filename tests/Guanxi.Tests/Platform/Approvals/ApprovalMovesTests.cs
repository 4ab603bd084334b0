using Guanxi.Database;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;
using static Guanxi.Tests.Platform.Approvals.VoucherWorld;

namespace Guanxi.Tests.Platform.Approvals;

public sealed class ApprovalMovesTests
{
    private static readonly object TwoSteps = new { steps = new[] { Step("agent", Role("agent")), Step("boss", Role("administrator")) } };

    [Theory, BothDatabases]
    public async Task Sent_back_to_zhang_wei_it_is_changed_and_submitted_again_from_the_beginning(Db db)
    {
        await using var company = await OpenAsync(db, TwoSteps);
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        await company.ApproveAsync(company.LiuYang, id);
        Assert.Equal(ApprovalState.Returned, (await company.SendBackAsync(company.WangFang, id)).State);
        Assert.Equal(["resubmit", "withdraw"], (await company.SeeAsync(company.ZhangWei, id)).GetProperty("may").EnumerateArray().Select(item => item.GetString()));
        await company.ChangeAsync(company.ZhangWei, await company.LoadAsync(company.ZhangWei, "vouchers", voucher.Id), new { name = "差旅费（补发票）" });
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiuYang, context => ApprovalDecisions.ResubmitAsync(context, id, null)))).Status);
        await company.Workspace.WriteAsync(company.ZhangWei, context => ApprovalDecisions.ResubmitAsync(context, id, "已补"));
        Assert.Equal("差旅费（补发票）", (await company.SeeAsync(company.LiuYang, id)).GetProperty("facts")[0].GetProperty("value").GetString());
        await company.ApproveAsync(company.LiuYang, id);
        await company.ApproveAsync(company.WangFang, id);
        Assert.Equal("returned,waiting,approved", await company.StatusAsync(voucher));
        Assert.Equal(["submit", "approve", "send-back", "resubmit", "approve", "approve", "end-approved"], (await company.SeeAsync(company.ZhangWei, id)).GetProperty("events").EnumerateArray().Select(item => item.GetProperty("action").GetString()));
    }

    [Theory, BothDatabases]
    public async Task Sent_back_to_a_step_that_step_signs_anew(Db db)
    {
        await using var company = await OpenAsync(db, new { steps = new[] { Step("agent", Role("agent")), Step("marketer", Role("marketer")), Step("boss", Role("administrator")) } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        await company.ApproveAsync(company.LiuYang, id);
        await company.ApproveAsync(company.SunLi, id);
        Assert.Equal(422, (await Refused.ByAsync(() => company.SendBackAsync(company.WangFang, id, "boss"))).Status);
        await company.SendBackAsync(company.WangFang, id, "marketer");
        Assert.Empty(await company.BoxAsync(company.LiuYang, "waiting"));
        await company.ApproveAsync(company.SunLi, id);
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.WangFang, id)).State);
    }

    [Theory, BothDatabases]
    public async Task A_signer_is_added_before_or_after_one_s_own_word(Db db)
    {
        await using var company = await OpenAsync(db, TwoSteps);
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        await company.AddAsync(company.LiuYang, id, company.SunLi, before: true);
        Assert.Empty(await company.BoxAsync(company.LiuYang, "waiting"));
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.ApproveAsync(company.LiuYang, id))).Rule);
        await company.ApproveAsync(company.SunLi, id);
        Assert.Equal(422, (await Refused.ByAsync(() => company.AddAsync(company.LiuYang, id, company.ZhangWei, before: false))).Status);
        await company.AddAsync(company.LiuYang, id, company.ChenJing, before: false);
        Assert.Empty(await company.BoxAsync(company.ChenJing, "waiting"));
        await company.ApproveAsync(company.LiuYang, id);
        Assert.Equal(["差旅费"], await company.BoxAsync(company.ChenJing, "waiting"));
        Assert.Empty(await company.BoxAsync(company.WangFang, "waiting"));
        await company.ApproveAsync(company.ChenJing, id);
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.WangFang, id)).State);
    }

    [Theory, BothDatabases]
    public async Task Withdrawn_or_rejected_a_record_is_put_back_as_its_kind_says(Db db)
    {
        await using var company = await OpenAsync(db);
        var voucher = await company.VoucherAsync(company.ZhangWei);
        Task<Guid> ChangeAsync() => company.Workspace.WriteAsync(company.ZhangWei, async context =>
        {
            var record = (await RecordStore.FindAsync(context.Session, context.Schema["vouchers"], voucher.Id))!;
            var before = new Dictionary<string, object?>(StringComparer.Ordinal) { ["amount"] = record["amount"], ["name"] = record["name"] };
            (record["amount"], record["name"]) = (new Money(5000, "CNY"), "改过");
            await context.UpdateAsync(record);
            return (await ApprovalRequests.SubmitAsync(context, new Submission("voucher-change", record, "涨价了") { Before = before })).Id;
        });
        var id = await ChangeAsync();
        await company.Workspace.WriteAsync(company.ZhangWei, context => ApprovalDecisions.WithdrawAsync(context, id));
        await company.Workspace.WriteAsync(company.ZhangWei, context => ApprovalDecisions.WithdrawAsync(context, id));
        Assert.Equal((new Money(800, "CNY"), "差旅费"), ((Money)(await company.LoadAsync(company.Program, "vouchers", voucher.Id))["amount"]!, (await company.LoadAsync(company.Program, "vouchers", voucher.Id)).Text("name")));
        await company.RejectAsync(company.LiQiang, await ChangeAsync());
        Assert.Equal(new Money(800, "CNY"), (await company.LoadAsync(company.Program, "vouchers", voucher.Id))["amount"]);
        await company.ApproveAsync(company.LiQiang, await ChangeAsync());
        Assert.Equal(new Money(5000, "CNY"), (await company.LoadAsync(company.Program, "vouchers", voucher.Id))["amount"]);
    }

    [Theory, BothDatabases]
    public async Task What_may_not_be_withdrawn_stays_until_it_is_decided(Db db)
    {
        await using var company = await OpenAsync(db, new { mayWithdraw = false, steps = new[] { Step("agent", Role("agent")) } });
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        Assert.Equal("approval-stays", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => ApprovalDecisions.WithdrawAsync(context, id)))).Rule);
        await company.ApproveAsync(company.LiuYang, id);
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => ApprovalDecisions.WithdrawAsync(context, id)))).Rule);
    }

    [Theory, BothDatabases]
    public async Task Of_two_who_decide_at_once_one_does_and_the_module_is_told_once(Db db)
    {
        await using var company = await OpenAsync(db, new { steps = new object[] { Step("any", Role("agent"), Role("marketer"), Role("analyst")) } });
        for (var round = 0; round < 5; round++)
        {
            var voucher = await company.VoucherAsync(company.ZhangWei, "第" + round);
            var id = await company.SubmitAsync(company.ZhangWei, voucher);
            async Task<bool> Decided(Func<Task> work)
            {
                try
                {
                    await work();
                    return true;
                }
                catch (RefusedException refused)
                {
                    Assert.Equal("approval-over", refused.Refusal.Rule);
                    return false;
                }
            }

            var done = await Task.WhenAll(Decided(() => company.ApproveAsync(company.LiuYang, id)), Decided(() => company.RejectAsync(company.SunLi, id)), Decided(() => company.ApproveAsync(company.ChenJing, id)));
            Assert.Single(done, yes => yes);
            Assert.DoesNotContain(",", await company.StatusAsync(voucher), StringComparison.Ordinal);
        }
    }

    [Theory, BothDatabases]
    public async Task While_liu_yang_is_away_sun_li_decides_for_him_and_after_that_no_more(Db db)
    {
        await using var company = await OpenAsync(db, TwoSteps);
        var first = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei, "甲"));
        company.Time.Pass(TimeSpan.FromMinutes(1));
        var second = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei, "乙"));
        var now = company.Workspace.Now;
        Task<Delegation> Arrange(Guanxi.Platform.Access.Actor who, Guid person, Guid to, int from, int until) => company.Workspace.WriteAsync(who, context => Delegations.ArrangeAsync(context, person, to, now.AddDays(from), now.AddDays(until)));
        await Arrange(company.LiuYang, company.LiuYang.Id, company.SunLi.Id, 1, 3);
        Assert.Empty(await company.BoxAsync(company.SunLi, "waiting"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.ApproveAsync(company.SunLi, first))).Status);

        // Round in a circle, twice for one time, for somebody else, backwards: each is refused.
        Assert.Contains("绕回", (await Refused.ByAsync(() => Arrange(company.SunLi, company.SunLi.Id, company.LiuYang.Id, 2, 4))).Detail!.ZhHans, StringComparison.Ordinal);
        Assert.Equal(422, (await Refused.ByAsync(() => Arrange(company.LiuYang, company.LiuYang.Id, company.ChenJing.Id, 2, 4))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Arrange(company.SunLi, company.ChenJing.Id, company.SunLi.Id, 1, 2))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => Arrange(company.ChenJing, company.ChenJing.Id, company.ChenJing.Id, 2, 1))).Status);

        company.Time.Pass(TimeSpan.FromDays(1.5));
        Assert.Equal(["甲", "乙"], await company.BoxAsync(company.SunLi, "waiting"));
        await company.ApproveAsync(company.SunLi, first);
        Assert.Equal("孙丽", (await company.SeeAsync(company.ZhangWei, first)).GetProperty("steps")[0].GetProperty("signers")[0].GetProperty("by").GetProperty("name").GetString());
        company.Time.Pass(TimeSpan.FromDays(2));
        Assert.Empty(await company.BoxAsync(company.SunLi, "waiting"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.ApproveAsync(company.SunLi, second))).Status);
        await company.ApproveAsync(company.LiuYang, second);
    }

    [Theory, BothDatabases]
    public async Task Whoever_submitted_it_decides_nothing_as_a_stand_in_either(Db db)
    {
        await using var company = await OpenAsync(db);
        await company.Workspace.WriteAsync(company.LiQiang, context => Delegations.ArrangeAsync(context, company.LiQiang.Id, company.ZhangWei.Id, context.Now, context.Now.AddDays(5)));
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        Assert.Empty(await company.BoxAsync(company.ZhangWei, "waiting"));
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.ApproveAsync(company.ZhangWei, id))).Rule);
    }

    [Theory, BothDatabases]
    public async Task When_time_is_over_the_turn_goes_on_as_the_step_says(Db db)
    {
        await using var company = await OpenAsync(db);
        async Task<(Record Voucher, Guid Id)> Begin(string name, object step)
        {
            await company.ChainAsync(null!, new { name, kind = "voucher", condition = $"name = \"{name}\"", definition = new { steps = new[] { step } } });
            var voucher = await company.VoucherAsync(company.ZhangWei, name);
            return (voucher, await company.SubmitAsync(company.ZhangWei, voucher));
        }

        var (passed, _) = await Begin("放行", new { key = "a", name = "a", who = new[] { Role("agent") }, hours = 4, onTimeout = "approve" });
        var (refused, _) = await Begin("驳回", new { key = "a", name = "a", who = new[] { Role("agent") }, hours = 4, onTimeout = "reject" });
        var (_, escalated) = await Begin("上报", new { key = "a", name = "a", who = new[] { Manager() }, hours = 4, onTimeout = "escalate" });
        var (_, reminded) = await Begin("提醒", new { key = "a", name = "a", who = new[] { Role("agent") }, hours = 4 });
        company.Time.Pass(TimeSpan.FromHours(3));
        await ApprovalClock.TickAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Null(await company.StatusAsync(passed));
        company.Time.Pass(TimeSpan.FromHours(2));
        await ApprovalClock.TickAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Equal(("approved", "rejected"), (await company.StatusAsync(passed), await company.StatusAsync(refused)));

        // 李强 had his time; now it is 王芳, who stands above him.
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.ApproveAsync(company.LiQiang, escalated))).Rule);
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.WangFang, escalated)).State);
        await using (var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(2, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE record_id = {reminded} AND user_id = {company.LiuYang.Id}")));
        }

        await company.ApproveAsync(company.LiuYang, reminded);
    }

    [Theory, BothDatabases]
    public async Task The_turn_of_somebody_who_has_left_goes_to_an_administrator(Db db)
    {
        await using var company = await OpenAsync(db, TwoSteps);
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        await company.ChangeAsync(company.Act("wangfang", "system"), await company.LoadAsync(company.WangFang, "users", company.LiuYang.Id), new { active = false });
        await ApprovalClock.TickAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.WangFang, id)).State);
    }

    [Theory, BothDatabases]
    public async Task A_box_is_read_page_by_page_in_its_order(Db db)
    {
        await using var company = await OpenAsync(db);
        foreach (var name in new[] { "一", "二", "三", "四", "五" })
        {
            await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei, name));
            company.Time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["一", "二", "三", "四", "五"], await company.BoxAsync(company.LiQiang, "waiting", limit: 2));
        Assert.Equal(["五", "四", "三", "二", "一"], await company.BoxAsync(company.ZhangWei, "mine", limit: 2));
    }
}
