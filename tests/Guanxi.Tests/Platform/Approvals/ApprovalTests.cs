using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;
using static Guanxi.Tests.Platform.Approvals.VoucherWorld;

namespace Guanxi.Tests.Platform.Approvals;

public sealed class ApprovalTests
{
    [Theory, BothDatabases]
    public async Task Where_nothing_is_set_up_the_direct_manager_decides_and_the_module_is_told_in_the_same_transaction(Db db)
    {
        await using var company = await OpenAsync(db);
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal(["差旅费"], await company.BoxAsync(company.LiQiang, "waiting"));
        Assert.Equal(["差旅费"], await company.BoxAsync(company.ZhangWei, "mine"));
        Assert.Empty(await company.BoxAsync(company.ZhangWei, "waiting"));

        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.LiQiang, id, "同意")).State);
        Assert.Equal("approved", await company.StatusAsync(voucher));
        Assert.Empty(await company.BoxAsync(company.LiQiang, "waiting"));
        Assert.Equal(["差旅费"], await company.BoxAsync(company.LiQiang, "done"));

        // A second click says the same; the other word comes too late.
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.LiQiang, id)).State);
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.RejectAsync(company.LiQiang, id))).Rule);
        Assert.Equal("approved", await company.StatusAsync(voucher));
    }

    [Theory, BothDatabases]
    public async Task What_the_module_refuses_undoes_the_decision(Db db)
    {
        await using var company = await OpenAsync(db);
        var voucher = await company.VoucherAsync(company.ZhangWei, "爆炸");
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal("boom", (await Refused.ByAsync(() => company.ApproveAsync(company.LiQiang, id))).Rule);
        Assert.Equal(["爆炸"], await company.BoxAsync(company.LiQiang, "waiting"));
        Assert.Equal("waiting", (await company.SeeAsync(company.ZhangWei, id)).GetProperty("state").GetString());
    }

    [Theory, BothDatabases]
    public async Task Nobody_but_those_who_have_a_part_in_it_learns_that_it_is_there(Db db)
    {
        await using var company = await OpenAsync(db);
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        foreach (var stranger in new[] { company.ZhaoMin, company.SunLi, company.LiuYang, company.ChenJing })
        {
            Assert.Equal(404, (await Refused.ByAsync(() => company.SeeAsync(stranger, id))).Status);
            Assert.Equal(404, (await Refused.ByAsync(() => company.ApproveAsync(stranger, id))).Status);
            Assert.Equal(404, (await Refused.ByAsync(() => company.RejectAsync(stranger, id))).Status);
            Assert.Equal(404, (await Refused.ByAsync(() => company.SendBackAsync(stranger, id))).Status);
            Assert.Equal(404, (await Refused.ByAsync(() => company.AddAsync(stranger, id, company.SunLi, true))).Status);
            foreach (var box in new[] { "waiting", "mine", "done" })
            {
                Assert.Empty(await company.BoxAsync(stranger, box));
            }
        }

        // The submitter sees how it stands, and decides nothing.
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.ApproveAsync(company.ZhangWei, id))).Rule);
        Assert.Equal(["withdraw"], (await company.SeeAsync(company.ZhangWei, id)).GetProperty("may").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiQiang, context => ApprovalDecisions.WithdrawAsync(context, id)))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_signer_sees_what_was_submitted_as_far_as_his_field_rights_go(Db db)
    {
        await using var company = await OpenAsync(db, new { steps = new[] { Step("support", Role("agent")) } });
        var voucher = await company.VoucherAsync(company.ZhangWei, margin: 7);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        await company.ChangeAsync(company.Program, voucher, new { amount = new { amount = "9999", currency = "CNY" } });

        // 刘洋 may neither open the voucher nor read costs; what he is asked about he is shown, as it was then.
        var seen = await company.SeeAsync(company.LiuYang, id);
        Assert.False(seen.TryGetProperty("record", out _));
        Assert.Equal(["name", "amount", "owner"], seen.GetProperty("facts").EnumerateArray().Select(fact => fact.GetProperty("field").GetString()));
        Assert.Equal("800.00", seen.GetProperty("facts")[1].GetProperty("value").GetProperty("amount").GetString());
        Assert.Equal(["超过 500 元"], seen.GetProperty("causes").EnumerateArray().Select(cause => cause.GetString()));
        var boss = await company.SeeAsync(company.WangFang, id);
        Assert.Contains("margin", boss.GetProperty("facts").EnumerateArray().Select(fact => fact.GetProperty("field").GetString()));
        Assert.Equal(2, boss.GetProperty("causes").GetArrayLength());
        Assert.Equal(voucher.Id, boss.GetProperty("record").GetProperty("id").GetGuid());
    }

    [Theory, BothDatabases]
    public async Task One_of_several_is_enough_or_all_of_them_as_the_step_says(Db db)
    {
        await using var company = await OpenAsync(db, new
        {
            steps = new object[]
            {
                new { key = "any", name = "会审", who = new[] { Role("agent"), Role("marketer") }, mode = "any" },
                new { key = "all", name = "会签", who = new[] { Role("analyst"), Role("manager") }, mode = "all" },
            },
        });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        await company.ApproveAsync(company.SunLi, id);
        Assert.Empty(await company.BoxAsync(company.LiuYang, "waiting"));
        Assert.Equal("approval-over", (await Refused.ByAsync(() => company.ApproveAsync(company.LiuYang, id))).Rule);
        await company.ApproveAsync(company.ChenJing, id);
        Assert.Null(await company.StatusAsync(voucher));
        await company.ApproveAsync(company.LiQiang, id);
        Assert.Equal("approved", await company.StatusAsync(voucher));
    }

    [Theory, BothDatabases]
    public async Task One_no_ends_it_and_says_why(Db db)
    {
        await using var company = await OpenAsync(db, new { steps = new object[] { new { key = "all", name = "会签", who = new[] { Role("analyst"), Role("manager") }, mode = "all" } } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal(422, (await Refused.ByAsync(() => company.RejectAsync(company.LiQiang, id, " "))).Status);
        await company.RejectAsync(company.LiQiang, id);
        Assert.Equal("rejected", await company.StatusAsync(voucher));
        Assert.Empty(await company.BoxAsync(company.ChenJing, "waiting"));
        Assert.Contains("不合规", (await company.SeeAsync(company.ZhangWei, id)).GetProperty("events").EnumerateArray().Select(item => item.GetProperty("comment").GetString()));
        await company.SubmitAsync(company.ZhangWei, voucher);
    }

    [Theory, BothDatabases]
    public async Task A_second_request_about_the_same_is_refused_while_the_first_is_open(Db db)
    {
        await using var company = await OpenAsync(db);
        var voucher = await company.VoucherAsync(company.ZhangWei);
        await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal("approval-open", (await Refused.ByAsync(() => company.SubmitAsync(company.ZhangWei, voucher))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(async () => await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei), ""))).Status);
    }
}
