using Guanxi.Database;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Merging;

/// <summary>Somebody writes about a record in the moment in which somebody else merges it away.</summary>
public sealed class MergeRaceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Merges <paramref name="goes"/> into <paramref name="stays"/>, and commits only when <paramref name="write"/> has begun and waits, or is done.</summary>
    private static async Task MergeWhileAsync(Company company, Record stays, Record goes, Func<Task> write)
    {
        Task writing = Task.CompletedTask;
        await company.Workspace.WriteAsync(
            company.WangFang,
            async context =>
            {
                await MergeRecords.RunAsync(context, stays.Type, new MergeRequest(stays.Id, [goes.Id], new Dictionary<string, Guid>(StringComparer.Ordinal)), Cancel);
                writing = Task.Run(write, Cancel);
                while (!writing.IsCompleted && !await WaitsAsync(context.Session))
                {
                    await Task.Yield();
                }
            },
            cancel: Cancel);
        await writing;
    }

    /// <summary>Whether somebody waits for a lock; where one writer holds the file everybody else does.</summary>
    private static async Task<bool> WaitsAsync(DatabaseSession session) =>
        session.Dialect.IsSqlite || await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()"), Cancel) > 0;

    private static async Task<long> OrphansAsync(Company company, Record goes)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await session.ScalarAsync<long>(
            Sql.Of($"SELECT (SELECT COUNT(*) FROM contact WHERE customer_id = {goes.Id}) + (SELECT COUNT(*) FROM activity WHERE customer_id = {goes.Id}) + (SELECT COUNT(*) FROM access_grant WHERE record_id = {goes.Id}) + (SELECT COUNT(*) FROM customer WHERE parent_id = {goes.Id})"), Cancel);
    }

    [Theory, BothDatabases]
    public async Task What_is_written_about_it_meanwhile_belongs_to_the_one_that_stays(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = (await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司"), await company.CustomerAsync(company.ZhangWei, "华兴机械"));
        Record? contact = null;
        await MergeWhileAsync(company, stays, goes, async () => contact = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "吴经理", customer = goes.Id }));
        Assert.Equal(stays.Id, (await company.LoadAsync(company.ZhangWei, "contacts", contact!.Id)).Reference("customer"));
        Assert.Equal(0, await OrphansAsync(company, goes));
    }

    [Theory, BothDatabases]
    public async Task A_change_that_points_to_it_and_a_call_follow_too_and_a_share_is_refused_in_words(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = (await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司"), await company.CustomerAsync(company.ZhangWei, "华兴机械"));
        var (child, wu) = (await company.CustomerAsync(company.ZhangWei, "华兴分厂"), await company.CreateAsync(company.ZhangWei, "contacts", new { name = "吴经理", customer = goes.Id }));
        var refused = 0;
        await MergeWhileAsync(company, stays, goes, () => Task.WhenAll(
            company.ChangeAsync(company.ZhangWei, child, new { parent = goes.Id }),
            company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", content = "聊过", contact = wu.Id }),
            Task.Run(async () =>
            {
                try
                {
                    await Guanxi.Platform.Access.Grants.AddAsync(company.Workspace, company.ZhangWei, goes.Type, goes.Id, company.ZhaoMin.Id, null, "edit", null, null, Cancel);
                }
                catch (RefusedException)
                {
                    refused++;
                }
            })));
        Assert.Equal(0, await OrphansAsync(company, goes));
        Assert.Equal(1, refused);
        Assert.Equal(stays.Id, (await company.LoadAsync(company.ZhangWei, "customers", child.Id)).Reference("parent"));
    }

    [Theory, BothDatabases]
    public async Task What_was_written_a_moment_before_moves_along(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (stays, goes) = (await company.CustomerAsync(company.ZhangWei, "上海华兴机械设备有限公司"), await company.CustomerAsync(company.ZhangWei, "华兴机械"));
        Task merging = Task.CompletedTask;
        await company.Workspace.WriteAsync(
            company.ZhangWei,
            async context =>
            {
                await RecordUseCases.CreateAsync(context, company.Workspace.Schema["contacts"], Company.Json(new { name = "吴经理", customer = goes.Id }), Cancel);
                merging = Task.Run(() => MergeRecords.RunAsync(company.Workspace, company.WangFang, stays.Type, new MergeRequest(stays.Id, [goes.Id], new Dictionary<string, Guid>(StringComparer.Ordinal)), cancel: Cancel), Cancel);
                while (!merging.IsCompleted && !await WaitsAsync(context.Session))
                {
                    await Task.Yield();
                }
            },
            cancel: Cancel);
        await merging;
        Assert.Equal(0, await OrphansAsync(company, goes));
    }
}
