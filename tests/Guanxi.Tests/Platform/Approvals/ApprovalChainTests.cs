using Guanxi.Database;
using Guanxi.Platform.Approvals;
using Guanxi.Tests.World;
using static Guanxi.Tests.Platform.Approvals.VoucherWorld;

namespace Guanxi.Tests.Platform.Approvals;

public sealed class ApprovalChainTests
{
    [Theory, BothDatabases]
    public async Task Managers_follow_one_above_the_other_and_who_has_signed_does_not_sign_again(Db db)
    {
        await using var company = await OpenAsync(db);
        await company.ChainAsync(new { steps = new object[] { Step("line", new { kind = "managers", level = 3 }), Step("boss", new { kind = "person", person = company.WangFang.Id }), Step("last", Role("agent")) } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Empty(await company.BoxAsync(company.WangFang, "waiting"));
        await company.ApproveAsync(company.LiQiang, id);

        // There is no third level: an administrator would sign, and 王芳 has signed by then; her word counts for the step in her name too.
        await company.ApproveAsync(company.WangFang, id);
        Assert.Equal(["差旅费"], await company.BoxAsync(company.LiuYang, "waiting"));
        var steps = (await company.SeeAsync(company.ZhangWei, id)).GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("signers").EnumerateArray().FirstOrDefault()).Select(signer => signer.GetProperty("state").GetString());
        Assert.Equal(["approved", "approved", "same", "same", "waiting"], steps);
    }

    [Theory, BothDatabases]
    public async Task With_each_time_she_signs_every_step(Db db)
    {
        await using var company = await OpenAsync(db);
        await company.ChainAsync(new { eachTime = true, steps = new object[] { Step("a", new { kind = "person", person = company.WangFang.Id }), Step("b", Role("administrator")) } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal(ApprovalState.Waiting, (await company.ApproveAsync(company.WangFang, id)).State);
        Assert.Equal(ApprovalState.Approved, (await company.ApproveAsync(company.WangFang, id)).State);
    }

    [Theory, BothDatabases]
    public async Task The_definition_whose_condition_holds_counts_and_steps_may_have_conditions_too(Db db)
    {
        await using var company = await OpenAsync(db);
        await company.ChainAsync(new { steps = new[] { Step("boss", Role("administrator")) } }, new { name = "大额", kind = "voucher", condition = "amount > 1000", priority = 1, definition = new { steps = new object[] { new { key = "support", name = "客服", who = new[] { Role("agent") }, when = "amount > 5000" }, Step("boss", Role("administrator")) } } });
        await company.ChainAsync(new { steps = new[] { Step("small", Role("marketer")) } });
        var (small, large, huge) = (await company.VoucherAsync(company.ZhangWei, "小", "10"), await company.VoucherAsync(company.ZhangWei, "大", "2000"), await company.VoucherAsync(company.ZhangWei, "巨", "6000"));
        foreach (var voucher in new[] { small, large, huge })
        {
            await company.SubmitAsync(company.ZhangWei, voucher);
        }

        Assert.Equal(["小"], await company.BoxAsync(company.SunLi, "waiting"));
        Assert.Equal(["大"], await company.BoxAsync(company.WangFang, "waiting"));
        Assert.Equal(["巨"], await company.BoxAsync(company.LiuYang, "waiting"));
    }

    [Theory, BothDatabases]
    public async Task Nobody_found_means_an_administrator_or_a_pass_as_the_chain_says(Db db)
    {
        await using var company = await OpenAsync(db);
        var definition = await company.ChainAsync(new { steps = new[] { Step("far", Manager(5)) } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        var id = await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal(["差旅费"], await company.BoxAsync(company.WangFang, "waiting"));
        await company.RejectAsync(company.WangFang, id);

        await company.ChangeAsync(company.WangFang, definition, new { definition = new { nobody = "pass", steps = new[] { Step("far", Manager(5)) } } });
        await company.SubmitAsync(company.ZhangWei, voucher);
        Assert.Equal("rejected,approved", await company.StatusAsync(voucher));

        // The head of the company has nobody above her: she is not asked for her own word.
        var own = await company.VoucherAsync(company.WangFang, "自己的");
        await company.SubmitAsync(company.WangFang, own);
        Assert.Empty(await company.BoxAsync(company.WangFang, "waiting"));
        Assert.Equal("approved", await company.StatusAsync(own));
    }

    [Theory, BothDatabases]
    public async Task The_submitter_names_whom_the_step_leaves_to_him_but_not_himself(Db db)
    {
        await using var company = await OpenAsync(db, new { steps = new[] { Step("choice", new { kind = "chosen" }) } });
        var voucher = await company.VoucherAsync(company.ZhangWei);
        Dictionary<string, IReadOnlyList<Guid>> Chosen(Guid person) => new(StringComparer.Ordinal) { ["choice"] = [person] };
        Assert.Equal("choice", (await Refused.ByAsync(() => company.SubmitAsync(company.ZhangWei, voucher))).More!["step"]);
        Assert.Equal(422, (await Refused.ByAsync(() => company.SubmitAsync(company.ZhangWei, voucher, chosen: Chosen(company.ZhangWei.Id)))).Status);
        await company.SubmitAsync(company.ZhangWei, voucher, chosen: Chosen(company.SunLi.Id));
        Assert.Equal(["差旅费"], await company.BoxAsync(company.SunLi, "waiting"));
    }

    [Theory, BothDatabases]
    public async Task A_running_request_keeps_the_chain_it_began_with(Db db)
    {
        await using var company = await OpenAsync(db);
        var definition = await company.ChainAsync(new { steps = new[] { Step("a", Role("agent")), Step("b", Role("marketer")) } });
        var id = await company.SubmitAsync(company.ZhangWei, await company.VoucherAsync(company.ZhangWei));
        await company.ChangeAsync(company.WangFang, definition, new { definition = new { steps = new[] { Step("boss", Role("administrator")) } } });
        await company.ApproveAsync(company.LiuYang, id);
        Assert.Equal(["差旅费"], await company.BoxAsync(company.SunLi, "waiting"));
    }

    public static TheoryData<string, string> Broken => new()
    {
        { """{"steps":[]}""", "20" },
        { """{"steps":[{"key":"a","name":"一","who":[]}]}""", "审批人" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"chosen"}]},{"key":"a","name":"二","who":[{"kind":"chosen"}]}]}""", "绕回" },
        { """{"steps":[{"key":"a","name":"","who":[{"kind":"chosen"}]}]}""", "名称" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"role","role":"king"}]}]}""", "king" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"person","person":"00000000-0000-0000-0000-000000000009"}]}]}""", "停用" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"manager","level":99}]}]}""", "级数" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"managers","level":2},{"kind":"chosen"}]}]}""", "逐级" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"role","role":"agent"}],"onTimeout":"approve"}]}""", "时限" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"role","role":"agent"}],"hours":0}]}""", "时限" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"role","role":"agent"}],"hours":2,"onTimeout":"escalate","escalateTo":[{"kind":"role","role":"agent"}]}]}""", "循环" },
        { """{"steps":[{"key":"a","name":"一","who":[{"kind":"role","role":"agent"}],"when":"nothing = 1"}]}""", "nothing" },
        { """{"steps":"many"}""", "steps" },
        { """{"steps":[null]}""", "名称" },
        { """{"stairs":[]}""", "$" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_chain_that_could_not_work_is_refused_when_it_is_saved_and_the_reason_is_said(string definition, string word)
    {
        await using var company = await OpenAsync(Db.Sqlite);
        using var chain = System.Text.Json.JsonDocument.Parse(definition);
        var refused = await Refused.ByAsync(() => company.ChainAsync(chain.RootElement));
        Assert.Equal(422, refused.Status);
        Assert.Contains(word, refused.Detail!.ZhHans, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_manages_approvals_reads_or_writes_chains_and_a_kind_must_exist()
    {
        await using var company = await OpenAsync(Db.Sqlite);
        var chain = new { steps = new[] { Step("a", Role("agent")) } };
        var definition = await company.ChainAsync(chain);
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhangWei, "approval-definitions", definition.Id))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.LiQiang, "approval-definitions", new { name = "x", kind = "voucher", definition = chain }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChainAsync(chain, new { name = "x", kind = "nothing", definition = chain }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChainAsync(chain, new { name = "x", kind = "voucher", condition = "amount >", definition = chain }))).Status);
    }
}
