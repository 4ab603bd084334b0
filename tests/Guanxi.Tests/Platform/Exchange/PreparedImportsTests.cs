using System.Text;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;
using Directory = System.IO.Directory;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class PreparedImportsTests
{
    private static readonly ImportOptions Customers = new() { Type = "customers" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Rows(int count, string more = "")
    {
        var text = new StringBuilder("客户名称,城市,上级公司\n");
        for (var i = 0; i < count; i++)
        {
            text.Append("新店").Append(i).Append(",广州,").Append(i == 1 ? "新店" + (count - 1) : "").Append('\n');
        }

        return text.Append(more).ToString();
    }

    private static async Task<Guid> KeepAsync(Company company, Actor actor, string text, ImportOptions? options = null) =>
        (await new PreparedImports(company.Workspace).KeepAsync(actor, company.Write(text), "file.csv", options ?? Customers, Cancel)).Id;

    private static async Task<ImportBatch> BatchAsync(Company company, Guid id)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return (await ImportBatches.FindAsync(session, id, Cancel))!;
    }

    [Theory, BothDatabases]
    public async Task A_file_is_kept_checked_twice_and_then_imported(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var prepared = new PreparedImports(company.Workspace);
        var id = await KeepAsync(company, company.ZhangWei, Rows(3, ",坏行,\n"));
        Assert.Equal("draft", (await BatchAsync(company, id)).State);
        for (var time = 0; time < 2; time++)
        {
            await prepared.BeginCheckAsync(company.ZhangWei, id, Customers, Cancel);
            await prepared.WorkAsync(id, Cancel);
            var seen = await BatchAsync(company, id);
            Assert.Equal(("checked", 3L, 1L), (seen.State, seen.Counts.Created, seen.Counts.Rejected));
        }

        Assert.Equal(0, await company.CountAsync());
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            Assert.Empty(await ImportBatches.ListAsync(session, null, cancel: Cancel));
            Assert.Equal(5L, Assert.Single(await ImportRows.RejectsAsync(session, id, -1, 10, Cancel)).Row);
        }

        await prepared.BeginRunAsync(company.ZhangWei, id, Customers, Cancel);
        Assert.Equal("import-state", (await Refused.ByAsync(() => prepared.BeginRunAsync(company.ZhangWei, id, Customers, Cancel))).Rule);
        await prepared.WorkAsync(id, Cancel);
        var done = await BatchAsync(company, id);
        Assert.Equal(("done", 3L, 1L, null), (done.State, done.Counts.Created, done.Counts.Rejected, done.KeptFile));
        Assert.Empty(Directory.GetFiles(ImportFile.TemporaryFolder(company.Workspace), "*.kept"));
        Assert.Equal((await company.OnlyAsync("新店2")).Id, (await company.OnlyAsync("新店1")).Reference("parent"));
        Assert.True(await company.LedgerIsWholeAsync());
    }

    /// <summary>There is no number of rows and no time after which a check stops comparing; whoever has seen enough says so.</summary>
    [Theory, BothDatabases]
    public async Task A_check_compares_every_row_or_as_many_as_somebody_wants(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var prepared = new PreparedImports(company.Workspace);
        await company.CustomerAsync(company.ZhangWei, "新店599", new { city = "广州" });
        var id = await KeepAsync(company, company.ZhangWei, Rows(600));
        await prepared.BeginCheckAsync(company.ZhangWei, id, Customers, Cancel);
        await prepared.WorkAsync(id, Cancel);
        var seen = await BatchAsync(company, id);
        Assert.Equal(("checked", 600L, 600L), (seen.State, seen.Counts.Created, seen.Counts.Compared));
        Assert.True(seen.Counts.Alike > 0, "the last row looks like the customer there is");

        await prepared.BeginCheckAsync(company.ZhangWei, id, Customers, Cancel);
        await prepared.PauseAsync(company.ZhangWei, id, Cancel);
        await prepared.WorkAsync(id, Cancel);
        seen = await BatchAsync(company, id);
        Assert.Equal(("checked", 600L, 0L), (seen.State, seen.Counts.Created, seen.Counts.Compared));
    }

    [Theory, BothDatabases]
    public async Task A_paused_import_goes_on_where_it_was_and_ends_as_if_nothing_had_been(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var prepared = new PreparedImports(company.Workspace);
        var pausing = new PreparedImports(company.Workspace) { ChunkCommitted = async rows => { if (rows == 2000) { await prepared.PauseAsync(company.ZhangWei, (await IdAsync(company))!.Value, Cancel); } } };
        var id = await KeepAsync(company, company.ZhangWei, Rows(5000, ",坏行,\n"));
        await prepared.BeginRunAsync(company.ZhangWei, id, Customers, Cancel);
        await pausing.WorkAsync(id, Cancel);
        Assert.Equal(("paused", 4000L), ((await BatchAsync(company, id)).State, (await BatchAsync(company, id)).Done));
        Assert.Equal(4000, await company.CountAsync());
        Assert.Empty(await prepared.TakeOverAsync(Cancel));

        await Refused.ByAsync(() => prepared.ContinueAsync(company.LiQiang, id, Cancel));
        await prepared.ContinueAsync(company.ZhangWei, id, Cancel);
        await prepared.WorkAsync(id, Cancel);
        var done = await BatchAsync(company, id);
        Assert.Equal(("done", 5001L, 5000L, 1L), (done.State, done.Counts.Read, done.Counts.Created, done.Counts.Rejected));
        Assert.Equal((await company.OnlyAsync("新店4999")).Id, (await company.OnlyAsync("新店1")).Reference("parent"));
        Assert.Equal(5000, (await new UndoImport(company.Workspace).RunAsync(company.ZhangWei, id, Cancel)).Deleted);
        Assert.Equal(0, await company.CountAsync());
    }

    private static async Task<Guid?> IdAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return (await ImportBatches.ListAsync(session, null, cancel: Cancel)).SingleOrDefault()?.Id;
    }

    [Theory, BothDatabases]
    public async Task Erasing_a_person_takes_the_files_that_were_only_prepared_and_waits_for_a_paused_import(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var person = await company.CreateAsync(company.WangFang, "contacts", new { name = "曾国藩", phone = "13800138000" });
        Task EraseAsync() => Guanxi.Platform.Privacy.Erasure.RunAsync(company.Workspace, company.WangFang, company.Workspace.Schema["contacts"], person.Id, "本人要求", block: true, trial: false, cancel: Cancel);
        var prepared = new PreparedImports(company.Workspace);
        var draft = await KeepAsync(company, company.ZhangWei, "客户名称,备注\n湘江,联系曾国藩 13800138000\n");
        var pausing = new PreparedImports(company.Workspace) { ChunkCommitted = async rows => { if (rows == 2000) { await prepared.PauseAsync(company.LiQiang, (await IdAsync(company))!.Value, Cancel); } } };
        var paused = await KeepAsync(company, company.LiQiang, Rows(5000));
        await prepared.BeginRunAsync(company.LiQiang, paused, Customers, Cancel);
        await pausing.WorkAsync(paused, Cancel);

        var refused = await Refused.ByAsync(EraseAsync);
        Assert.Equal("imports-held", refused.Rule);
        Assert.Contains("file.csv", refused.Detail!.ZhHans, StringComparison.Ordinal);
        await prepared.ContinueAsync(company.LiQiang, paused, Cancel);
        await prepared.WorkAsync(paused, Cancel);
        await EraseAsync();
        Assert.DoesNotContain(Directory.EnumerateFiles(company.Workspace.Folder, "*.kept", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("曾国藩", StringComparison.Ordinal));
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        Assert.Null(await ImportBatches.FindAsync(session, draft, Cancel));
    }

    [Theory, BothDatabases]
    public async Task A_paused_import_can_be_taken_back(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var prepared = new PreparedImports(company.Workspace);
        var id = await KeepAsync(company, company.ZhangWei, Rows(3000));
        await prepared.BeginRunAsync(company.ZhangWei, id, Customers, Cancel);
        await prepared.PauseAsync(company.ZhangWei, id, Cancel);
        await prepared.WorkAsync(id, Cancel);
        Assert.Equal(2000, await company.CountAsync());
        Assert.Equal(2000, (await new UndoImport(company.Workspace).RunAsync(company.ZhangWei, id, Cancel)).Deleted);
        Assert.Equal(0, await company.CountAsync());
        await Refused.ByAsync(() => prepared.ContinueAsync(company.ZhangWei, id, Cancel));
    }

    [Theory, BothDatabases]
    public async Task A_server_that_was_killed_in_an_import_goes_on_with_it_after_its_start(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var half = new TaskCompletionSource();
        var killed = new PreparedImports(company.Workspace) { ChunkCommitted = async _ => { half.TrySetResult(); await Task.Delay(Timeout.Infinite, Cancel); } };
        var id = await KeepAsync(company, company.ZhangWei, Rows(5000));
        await killed.BeginRunAsync(company.ZhangWei, id, Customers, Cancel);
        _ = killed.WorkAsync(id, Cancel);
        await half.Task;
        Assert.Equal(2000, await company.CountAsync());
        var prepared = new PreparedImports(company.Workspace);
        Assert.Empty(await prepared.TakeOverAsync(Cancel));

        await company.TamperAsync("UPDATE import_batch SET holder = 'elsewhere|1|1', beat_at = 0");
        Assert.Equal(0, await ImportRecovery.RunAsync(company.Workspace, Cancel));
        Assert.Equal([id], await prepared.TakeOverAsync(Cancel));
        await prepared.WorkAsync(id, Cancel);
        Assert.Equal(("done", 5000L), ((await BatchAsync(company, id)).State, (await BatchAsync(company, id)).Counts.Created));
        Assert.Equal(5000, await company.CountAsync());
        Assert.Equal(5000, await company.CountAsync("ledger WHERE action = 'create' AND record_type = 'customers'"));
        Assert.Equal((await company.OnlyAsync("新店4999")).Id, (await company.OnlyAsync("新店1")).Reference("parent"));
        Assert.True(await company.LedgerIsWholeAsync());
    }

    [Theory, BothDatabases]
    public async Task A_killed_import_whose_file_is_gone_is_taken_back_whole(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var half = new TaskCompletionSource();
        var killed = new PreparedImports(company.Workspace) { ChunkCommitted = async _ => { half.TrySetResult(); await Task.Delay(Timeout.Infinite, Cancel); } };
        var id = await KeepAsync(company, company.ZhangWei, Rows(5000));
        await killed.BeginRunAsync(company.ZhangWei, id, Customers, Cancel);
        _ = killed.WorkAsync(id, Cancel);
        await half.Task;
        await company.TamperAsync("UPDATE import_batch SET holder = 'elsewhere|1|1', beat_at = 0, kept_file = 'gone.kept'");
        Assert.Empty(await new PreparedImports(company.Workspace).TakeOverAsync(Cancel));
        Assert.Equal(1, await ImportRecovery.RunAsync(company.Workspace, Cancel));
        Assert.Equal(("failed", 0L), ((await BatchAsync(company, id)).State, await company.CountAsync()));
    }

    [Theory, BothDatabases]
    public async Task A_prepared_import_is_its_makers_alone_and_is_swept_after_a_day(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var prepared = new PreparedImports(company.Workspace);
        var id = await KeepAsync(company, company.ZhangWei, Rows(3));
        Assert.Equal(404, (await Refused.ByAsync(() => prepared.BeginRunAsync(company.WangFang, id, Customers, Cancel))).Status);
        Assert.Equal(404, (await Refused.ByAsync(() => prepared.InspectAsync(company.ZhaoMin, id, Customers, Cancel))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => KeepAsync(company, company.ChenJing, Rows(1)))).Status);
        await prepared.SweepAsync(Cancel);
        Assert.Equal(1, await company.CountAsync("import_batch"));
        company.Time.Pass(TimeSpan.FromHours(25));
        await prepared.SweepAsync(Cancel);
        Assert.Equal(0, await company.CountAsync("import_batch"));
        Assert.Empty(Directory.GetFiles(ImportFile.TemporaryFolder(company.Workspace), "*.kept"));
    }

    [Theory, BothDatabases]
    public async Task The_owners_of_what_a_colleague_imported_are_told_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.ImportTextAsync(company.LiQiang, "客户名称,负责人\n一,张伟\n二,张伟\n三,李强\n");
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        var told = await session.ListAsync(new Guanxi.Database.Sql().Append("SELECT user_id, body FROM notification"), row => (row.Id(0), row.Text(1)), Cancel);
        Assert.Equal([(company.ZhangWei.Id, "李强 导入了 2 条客户，由你负责")], told);
    }

    [Theory, BothDatabases]
    public async Task Saved_mappings_are_ones_own_unless_somebody_who_may_shares_them(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var options = Customers with { Mapping = new Dictionary<string, string> { ["公司"] = "name" }, Decisions = new Dictionary<long, string> { [2] = "skip" } };
        Task<ImportMappingSaved> SaveAsync(Actor actor, bool shared) => company.Workspace.WriteAsync(actor, context => ImportMappings.SaveAsync(context, "老系统", shared, ["公司", "城市"], options, Cancel), cancel: Cancel);
        async Task<IReadOnlyList<ImportMappingSaved>> ListAsync(Actor actor)
        {
            await using var session = await company.Workspace.Database.ReadAsync(Cancel);
            return await ImportMappings.ListAsync(session, actor, company.Workspace.Schema["customers"], Cancel);
        }

        var own = await SaveAsync(company.ZhangWei, shared: false);
        Assert.Null(Assert.Single(await ListAsync(company.ZhangWei)).Options.Decisions);
        Assert.Empty(await ListAsync(company.ZhaoMin));
        Assert.Equal(403, (await Refused.ByAsync(() => SaveAsync(company.ZhangWei, shared: true))).Status);
        await SaveAsync(company.ZhangWei, shared: false);
        Assert.Single(await ListAsync(company.ZhangWei));
        var shared = await SaveAsync(company.WangFang, shared: true);
        Assert.Single(await ListAsync(company.ZhaoMin));
        Task RemoveAsync(Actor actor, Guid id) => company.Workspace.WriteAsync(actor, context => ImportMappings.RemoveAsync(context, id, Cancel), cancel: Cancel);
        Assert.Equal(404, (await Refused.ByAsync(() => RemoveAsync(company.ZhaoMin, shared.Id))).Status);
        await RemoveAsync(company.ZhangWei, (await ListAsync(company.ZhangWei)).Single(saved => !saved.Shared).Id);
        Assert.NotEqual(own.Id, Assert.Single(await ListAsync(company.ZhangWei)).Id);
    }
}
