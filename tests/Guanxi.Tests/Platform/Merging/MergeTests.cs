using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Merging;

/// <summary>Two records become one, and two again, with nothing lost.</summary>
public sealed class MergeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<MergeOutcome> MergeAsync(Company company, Actor actor, Record stays, Record goes, Dictionary<string, Guid>? choices = null, bool trial = false) =>
        MergeRecords.RunAsync(company.Workspace, actor, company.Workspace.Schema[stays.Type.Name], new MergeRequest(stays.Id, [goes.Id], choices ?? []), trial: trial, cancel: Cancel);

    private static Task<UndoneMerge> UndoAsync(Company company, Guid merge, Actor? actor = null) => UndoMerge.RunAsync(company.Workspace, actor ?? company.WangFang, merge, cancel: Cancel);

    /// <summary>华兴 twice, owned by 张伟 and 赵敏, each with contacts, activities, relations, files, shares and followers.</summary>
    private static async Task<(Record Stays, Record Goes)> TwinsAsync(Company company)
    {
        var stays = await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司", new { phone = "+8613800138000", city = "上海市", tags = new[] { "展会" }, note = "一" });
        company.Time.Pass(TimeSpan.FromMinutes(1));
        var goes = await company.CustomerAsync(company.ZhaoMin, "华兴机械", new { phone = "+8613900139000", email = "info@huaxing.example", industry = "机械", tags = new[] { "老客户" }, note = "二" });
        var (wu, zheng) = (await company.CreateAsync(company.ZhaoMin, "contacts", new { name = "吴经理", customer = goes.Id, isPrimary = true }), await company.CreateAsync(company.ZhaoMin, "contacts", new { name = "郑工", customer = goes.Id }));
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "冯总", customer = stays.Id, isPrimary = true });
        await company.CreateAsync(company.ZhaoMin, "relations", new { contact = wu.Id, otherContact = zheng.Id, kind = "knows" });
        await company.CreateAsync(company.ZhaoMin, "activities", new { kind = "call", content = "谈了报价", customer = goes.Id, contact = wu.Id });
        await company.CreateAsync(company.ZhaoMin, "activities", new { kind = "task", subject = "回访", customer = goes.Id, dueAt = "2026-11-25T02:00:00Z" });
        var deleted = await company.CreateAsync(company.ZhaoMin, "activities", new { kind = "note", content = "删掉的", customer = goes.Id });
        await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, company.Workspace.Schema["activities"], deleted.Id, cancel: Cancel);
        await company.CreateAsync(company.ZhaoMin, "consents", new { customer = goes.Id, contact = wu.Id, purpose = "marketingEmail", source = "paper" });
        await Grants.AddAsync(company.Workspace, company.ZhaoMin, company.Workspace.Schema["customers"], goes.Id, company.LiuYang.Id, null, "edit", "技术", null, Cancel);
        foreach (var (who, record) in new[] { (company.LiuYang.Id, goes.Id), (company.ChenJing.Id, goes.Id), (company.ChenJing.Id, stays.Id) })
        {
            await company.Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"INSERT INTO follow (record_type, record_id, user_id, at) VALUES ('customers', {record}, {who}, {company.Workspace.Now})"), Cancel), Cancel);
        }

        return (await company.LoadAsync(company.WangFang, "customers", stays.Id), await company.LoadAsync(company.WangFang, "customers", goes.Id));
    }

    [Theory, BothDatabases]
    public async Task One_customer_has_what_both_had(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var outcome = await MergeAsync(company, company.WangFang, stays, goes);
        var one = await company.LoadAsync(company.WangFang, "customers", stays.Id);
        Assert.Equal("上海华兴机械设备有限公司", one.Title);
        Assert.Equal("华兴机械", one.Text("formerName"));
        Assert.Equal(("+8613900139000", "info@huaxing.example", "机械"), (one.Text("phone"), one.Text("email"), one.Text("industry")));
        Assert.Equal("+8613800138000", Assert.Single((ContactPoint[])one["otherPhones"]!).Value);
        Assert.Equal(["展会", "老客户"], (string[])one["tags"]!);
        Assert.Equal("一\n\n二", one.Text("note"));
        Assert.Equal(company.ZhangWei.Id, one.OwnerId);
        Assert.Equal(3, (await company.NamesAsync(company.ZhangWei, "contacts")).Length);
        Assert.Equal(2, (await company.NamesAsync(company.ZhangWei, "activities")).Length);
        Assert.Equal(5, outcome.Moved.Sum(item => item.Count) - 1);
        Assert.Equal(["上海华兴机械设备有限公司"], await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.WangFang, "customers", goes.Id))).Status);
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        Assert.Equal(stays.Id, await RecordMerges.SurvivorAsync(session, goes.Id, Cancel));
    }

    [Theory, BothDatabases]
    public async Task Taken_back_at_once_everything_is_as_it_was(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var before = await Snapshot.TakeAsync(company);
        var outcome = await MergeAsync(company, company.WangFang, stays, goes);
        Assert.NotEqual(before, await Snapshot.TakeAsync(company));
        company.Time.Pass(TimeSpan.FromDays(30));
        var undone = await UndoAsync(company, outcome.Merges[0]);
        Assert.Empty(undone.KeptFields);
        Assert.Empty(undone.KeptRecords);
        Assert.Equal(before, await Snapshot.TakeAsync(company));
        Assert.Equal(["华兴机械"], await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.Equal("merge-undone", (await Refused.ByAsync(() => UndoAsync(company, outcome.Merges[0]))).Rule);
    }

    [Theory, BothDatabases]
    public async Task What_was_changed_since_stays_and_is_listed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var outcome = await MergeAsync(company, company.WangFang, stays, goes);
        var third = await company.CustomerAsync(company.ZhangWei, "第三家");
        var one = await company.LoadAsync(company.WangFang, "customers", stays.Id);
        await company.ChangeAsync(company.WangFang, one, new { industry = "重工" });
        var contacts = await company.ListAsync(company.WangFang, "contacts", "name = \"郑工\"", fields: "id");
        var zheng = await company.LoadAsync(company.WangFang, "contacts", contacts.GetProperty("items")[0].GetProperty("id").GetGuid());
        await company.ChangeAsync(company.WangFang, zheng, new { customer = third.Id });
        var later = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "后来的", customer = stays.Id });

        var undone = await UndoAsync(company, outcome.Merges[0]);
        Assert.Equal(["industry"], undone.KeptFields.Select(field => field.Name));
        Assert.Contains(undone.KeptRecords, item => item.Type.Name == "contacts" && item.Count == 1);
        one = await company.LoadAsync(company.WangFang, "customers", stays.Id);
        Assert.Equal(("重工", "+8613800138000", null), (one.Text("industry"), one.Text("phone"), one.Text("email")));
        Assert.Equal(third.Id, (await company.LoadAsync(company.WangFang, "contacts", zheng.Id)).Reference("customer"));
        Assert.Equal(stays.Id, (await company.LoadAsync(company.WangFang, "contacts", later.Id)).Reference("customer"));
        var back = await company.LoadAsync(company.ZhaoMin, "customers", goes.Id);
        Assert.Equal(("华兴机械", "机械"), (back.Title, back.Text("industry")));
    }

    [Theory, BothDatabases]
    public async Task Each_value_can_be_chosen(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        await MergeAsync(company, company.WangFang, stays, goes, new() { ["name"] = goes.Id, ["phone"] = stays.Id, ["tags"] = goes.Id });
        var one = await company.LoadAsync(company.WangFang, "customers", stays.Id);
        Assert.Equal(("华兴机械", "上海华兴机械设备有限公司", "+8613800138000"), (one.Title, one.Text("formerName"), one.Text("phone")));
        Assert.Equal(["老客户"], (string[])one["tags"]!);
    }

    [Theory, BothDatabases]
    public async Task Nothing_moves_when_one_may_not_change_both(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var before = await Snapshot.TakeAsync(company);
        Assert.Equal(403, (await Refused.ByAsync(() => MergeAsync(company, company.ZhangWei, stays, goes))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => MergeAsync(company, company.LiQiang, stays, goes))).Status);
        await Grants.AddAsync(company.Workspace, company.ZhaoMin, company.Workspace.Schema["customers"], goes.Id, company.LiQiang.Id, null, "read", null, null, Cancel);
        Assert.Equal(403, (await Refused.ByAsync(() => MergeAsync(company, company.LiQiang, stays, goes))).Status);
        var person = await company.CustomerAsync(company.ZhangWei, "某人", new { kind = "person" });
        Assert.Equal("merge-kinds", (await Refused.ByAsync(() => MergeAsync(company, company.WangFang, stays, person))).Rule);
        Assert.Equal(422, (await Refused.ByAsync(() => MergeAsync(company, company.WangFang, stays, stays))).Status);
        await MergeAsync(company, company.WangFang, stays, goes, trial: true);
        var after = await Snapshot.TakeAsync(company);
        Assert.Equal(before.Replace("\n", "", StringComparison.Ordinal).Length, after.Split('\n').Where(line => !line.Contains("某人", StringComparison.Ordinal) && !line.Contains(company.LiQiang.Id.ToString(), StringComparison.Ordinal)).Sum(line => line.Length));
    }

    [Theory, BothDatabases]
    public async Task Merges_of_merges_are_taken_back_from_the_last(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var third = await company.CustomerAsync(company.WangFang, "华兴集团", new { parent = stays.Id });
        var before = await Snapshot.TakeAsync(company);
        var first = (await MergeAsync(company, company.WangFang, stays, goes)).Merges[0];
        var second = (await MergeAsync(company, company.WangFang, third, await company.LoadAsync(company.WangFang, "customers", stays.Id))).Merges[0];
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            Assert.Equal(third.Id, await RecordMerges.SurvivorAsync(session, goes.Id, Cancel));
        }

        Assert.Equal("merge-later", (await Refused.ByAsync(() => UndoAsync(company, first))).Rule);
        await UndoAsync(company, second);
        await UndoAsync(company, first);
        Assert.Equal(before, await Snapshot.TakeAsync(company));
    }

    [Theory, BothDatabases]
    public async Task Two_who_merge_both_ways_at_once_lose_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = await TwinsAsync(company);
        var done = await Task.WhenAll(new[] { (stays, goes), (goes, stays) }.Select(pair => Task.Run(async () =>
        {
            try
            {
                await MergeAsync(company, company.WangFang, pair.Item1, pair.Item2);
                return 1;
            }
            catch (RefusedException)
            {
                return 0;
            }
        })));
        Assert.Equal(1, done.Sum());
        Assert.Single(await company.NamesAsync(company.WangFang, "customers"));
        Assert.Equal(3, (await company.NamesAsync(company.WangFang, "contacts")).Length);
    }

    [Theory, BothDatabases]
    public async Task Contacts_merge_with_their_relations_and_a_tie_to_oneself_goes_and_comes_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (one, other) = (await company.CustomerAsync(company.ZhangWei, "甲公司"), await company.CustomerAsync(company.ZhangWei, "乙公司"));
        var wu = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "吴建国", customer = one.Id, phone = "13800138000" });
        var twin = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "吳建國", customer = other.Id, title = "经理", reportsTo = wu.Id });
        var boss = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "老总", customer = other.Id });
        await company.CreateAsync(company.ZhangWei, "relations", new { contact = twin.Id, otherContact = wu.Id, kind = "knows" });
        await company.CreateAsync(company.ZhangWei, "relations", new { contact = twin.Id, otherContact = boss.Id, kind = "reportsTo" });
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", content = "聊了聊", contact = twin.Id });
        var before = await Snapshot.TakeAsync(company);
        var merge = (await MergeAsync(company, company.WangFang, wu, twin)).Merges[0];
        var merged = await company.LoadAsync(company.WangFang, "contacts", wu.Id);
        Assert.Equal(("经理", null, one.Id), (merged.Text("title"), merged.Reference("reportsTo"), merged.Reference("customer")));
        Assert.Equal("reportsTo", Assert.Single(await company.NamesAsync(company.WangFang, "relations")));
        await UndoAsync(company, merge);
        Assert.Equal(before, await Snapshot.TakeAsync(company));
    }

    [Theory, BothDatabases]
    public async Task A_merged_record_does_not_come_back_from_the_bin_alone_and_an_erased_person_takes_the_merged_one_along(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var one = await company.CustomerAsync(company.WangFang, "吴建国", new { kind = "person", phone = "13800138000" });
        var twin = await company.CustomerAsync(company.WangFang, "吴建囯", new { kind = "person", phone = "13800138000" });
        var merge = (await MergeAsync(company, company.WangFang, one, twin)).Merges[0];
        Assert.Equal("merged", (await Refused.ByAsync(() => RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], twin.Id, Cancel))).Rule);
        await Guanxi.Platform.Privacy.Erasure.RunAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], one.Id, "来信", block: false, trial: false, cancel: Cancel);
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            Assert.Null(await RecordStore.FindAsync(session, company.Workspace.Schema["customers"], twin.Id, Cancel));
            Assert.Equal(0, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger WHERE changes LIKE '%吴建囯%'"), Cancel));
        }

        Assert.Equal("merge-erased", (await Refused.ByAsync(() => UndoAsync(company, merge))).Rule);
    }
}
