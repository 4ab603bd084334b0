using System.Text;
using Guanxi.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class UndoImportTests
{
    private static readonly ImportOptions Both = new() { Type = "customers", Mode = ImportMode.Both, Key = "externalId" };

    [Theory, BothDatabases]
    public async Task An_undo_leaves_the_company_as_it_was(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "老店", new { externalId = "E1", city = "北京", phone = "13800000001", tags = new[] { "甲" }, annualRevenue = "5", owner = company.ZhangWei.Id });
        await company.CreateAsync(company.WangFang, "contacts", new { name = "联系人", customer = (await company.OnlyAsync("老店")).Id });
        var (customers, contacts) = (await company.ContentAsync(), await company.ContentAsync("contacts"));
        company.Time.Pass(TimeSpan.FromHours(1));

        var result = await company.ImportTextAsync(company.WangFang, "外部系统编号,客户名称,城市,电话,标签,年营业额,负责人\nE1,老店改名,上海,13900000002,乙,7,赵敏\nE2,新店,广州,,,,\nE1,老店再改名,长沙,,,,\n", Both);
        Assert.Equal((1, 2), (result.Counts.Created, result.Counts.Updated));
        Assert.NotEqual(customers, await company.ContentAsync());

        var undone = await company.UndoAsync(company.WangFang, result);
        Assert.Equal((1, 1, 0), (undone.Deleted, undone.Restored, undone.Kept.Count));
        Assert.Equal(customers, await company.ContentAsync());
        Assert.Equal(contacts, await company.ContentAsync("contacts"));
        Assert.Empty(await company.NamesAsync(company.WangFang, "customers", words: "新店"));
        Assert.Equal(["老店"], await company.NamesAsync(company.WangFang, "customers", words: "老店"));
        Assert.Empty(await company.NamesAsync(company.WangFang, "customers", words: "改名"));
        Assert.True(await company.LedgerIsWholeAsync());
        Assert.Equal("import-state", (await Refused.ByAsync(() => company.UndoAsync(company.WangFang, result))).Rule);
    }

    [Theory, BothDatabases]
    public async Task What_a_person_changed_since_stays_and_is_listed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var old = await company.CustomerAsync(company.ZhangWei, "老店", new { externalId = "E1" });
        var result = await company.ImportTextAsync(company.ZhangWei, "外部系统编号,客户名称,城市\nE1,老店,上海\nE2,被改,广州\nE3,被用,广州\nE4,被删,广州\nE5,没动,广州\n", Both);
        await company.ChangeAsync(company.ZhangWei, old, new { note = "我写的" });
        var changed = await company.OnlyAsync("被改");
        await company.ChangeAsync(company.ZhangWei, changed, new { city = "深圳" });
        var used = await company.OnlyAsync("被用");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "甲", customer = used.Id });
        var deleted = await company.OnlyAsync("被删");
        await Guanxi.Platform.Records.RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, deleted.Type, deleted.Id, cancel: TestContext.Current.CancellationToken);

        var undone = await company.UndoAsync(company.ZhangWei, result);
        Assert.Equal((1, 0), (undone.Deleted, undone.Restored));
        Assert.Equal(new[] { old.Id, changed.Id, used.Id, deleted.Id }.Order(), undone.Kept.Select(kept => kept.Id).Order());
        Assert.Equal(3, undone.Kept.Select(kept => kept.Reason).Distinct().Count());
        Assert.Equal(new[] { "老店", "被改", "被用" }.ToHashSet(), (await company.NamesAsync(company.ZhangWei, "customers")).ToHashSet());
        Assert.Equal("上海", (await company.OnlyAsync("老店")).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task A_parent_of_a_company_that_stays_is_kept_with_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.WangFang, "客户名称,上级公司\n子,母\n母,祖\n祖,\n旁,祖\n");
        await company.ChangeAsync(company.WangFang, await company.OnlyAsync("子"), new { city = "深圳" });

        var undone = await company.UndoAsync(company.WangFang, result);
        Assert.Equal((1, 3), (undone.Deleted, undone.Kept.Count));
        Assert.Equal((await company.OnlyAsync("母")).Id, (await company.OnlyAsync("子")).Reference("parent"));
        Assert.Equal((await company.OnlyAsync("祖")).Id, (await company.OnlyAsync("母")).Reference("parent"));
    }

    [Theory, BothDatabases]
    public async Task Another_persons_import_is_undone_only_with_the_right_for_it(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.ZhangWei, "客户名称\n一\n");
        Assert.Equal(403, (await Refused.ByAsync(() => company.UndoAsync(company.ZhaoMin, result))).Status);
        Assert.Equal(1, (await company.UndoAsync(company.LiQiang, result)).Deleted);
    }

    [Theory, BothDatabases]
    public async Task An_import_whose_process_died_is_rolled_back_at_the_next_start(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.WangFang, "老店", new { externalId = "E1", city = "北京" });
        var before = await company.ContentAsync();
        var text = new StringBuilder("外部系统编号,客户名称,城市\nE1,老店,上海\n");
        for (var i = 0; i < 5000; i++)
        {
            text.Append('N').Append(i).Append(",新店").Append(i).Append(",广州\n");
        }

        var half = new TaskCompletionSource();
        var path = company.Write(text.ToString());
        _ = new ImportFile(company.Workspace) { ChunkCommitted = async _ => { half.TrySetResult(); await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken); } }.RunAsync(company.WangFang, path, "file.csv", Both, cancel: TestContext.Current.CancellationToken);
        await half.Task;
        Assert.True(await company.CountAsync() > 1000);

        Assert.Equal(0, await ImportRecovery.RunAsync(company.Workspace, TestContext.Current.CancellationToken));
        await company.TamperAsync("UPDATE import_batch SET holder = 'elsewhere|1|1', beat_at = 0");
        Assert.Equal(1, await ImportRecovery.RunAsync(company.Workspace, TestContext.Current.CancellationToken));
        Assert.Equal(before, await company.ContentAsync());
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("failed", (await ImportBatches.ListAsync(session, null, cancel: TestContext.Current.CancellationToken)).Single().State);
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task An_import_that_fails_on_its_way_takes_back_what_it_wrote(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var text = new StringBuilder("客户名称\n");
        for (var i = 0; i < 5000; i++)
        {
            text.Append("新店").Append(i).Append('\n');
        }

        var import = new ImportFile(company.Workspace) { ChunkCommitted = rows => rows > 3000 ? throw new IOException("the disk is full") : Task.CompletedTask };
        await Assert.ThrowsAsync<IOException>(() => import.RunAsync(company.WangFang, company.Write(text.ToString()), "file.csv", new ImportOptions { Type = "customers" }, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(0, await company.CountAsync());
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("failed", (await ImportBatches.ListAsync(session, company.WangFang.Id, cancel: TestContext.Current.CancellationToken)).Single().State);
    }
}
