using Guanxi.Customers.Activities;
using Guanxi.Database;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers;

public sealed class ActivityTests
{
    private static Task<Guanxi.Platform.Records.Record> LogAsync(Company company, Guanxi.Platform.Access.Actor actor, object values) =>
        company.Workspace.WriteAsync(actor, context => LogActivity.RunAsync(context, Company.Json(values), TestContext.Current.CancellationToken), cancel: TestContext.Current.CancellationToken);

    [Theory, BothDatabases]
    public async Task A_follow_up_moves_the_clock_and_plans_the_next_step(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var call = await LogAsync(company, company.ZhangWei, new { kind = "call", content = "谈了报价，周三再联系", customer = customer.Id, next = new { at = "2026-11-25T01:00:00Z" } });
        Assert.Equal(("done", "谈了报价，周三再联系"), (call.Text("status"), call.Text("subject")));
        var after = await company.LoadAsync(company.ZhangWei, "customers", customer.Id);
        Assert.Equal(company.Time.GetUtcNow(), after.Instant("lastActivityAt"));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 1, 0, 0, TimeSpan.Zero), after.Instant("nextContactAt"));
        Assert.Equal(["跟进：谈了报价，周三再联系"], await company.NamesAsync(company.ZhangWei, "activities", "status = planned"));
    }

    [Theory, BothDatabases]
    public async Task Completing_snoozing_and_reopening_move_the_next_contact(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var task = await LogAsync(company, company.ZhangWei, new { kind = "task", subject = "寄样品", customer = customer.Id, dueAt = "2026-11-23T01:00:00Z" });
        async Task<DateTimeOffset?> Next() => (await company.LoadAsync(company.ZhangWei, "customers", customer.Id)).Instant("nextContactAt");
        await company.Workspace.WriteAsync(company.ZhangWei, context => ChangeActivity.SnoozeAsync(context, task.Id, Company.Json(new { until = "2026-11-30T01:00:00Z" }), TestContext.Current.CancellationToken), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(30, (await Next())!.Value.Day);
        await company.Workspace.WriteAsync(company.ZhangWei, context => ChangeActivity.CompleteAsync(context, task.Id, Company.Json(new { result = "已寄" }), TestContext.Current.CancellationToken), cancel: TestContext.Current.CancellationToken);
        Assert.Null(await Next());
        Assert.Equal("already-done", (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => ChangeActivity.CompleteAsync(context, task.Id, default)))).Rule);
        await company.Workspace.WriteAsync(company.ZhangWei, context => ChangeActivity.ReopenAsync(context, task.Id, TestContext.Current.CancellationToken), cancel: TestContext.Current.CancellationToken);
        Assert.NotNull(await Next());
    }

    [Theory, BothDatabases]
    public async Task A_next_step_in_the_past_is_refused_and_nothing_is_kept(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Equal(422, (await Refused.ByAsync(() => LogAsync(company, company.ZhangWei, new { kind = "call", content = "x", customer = customer.Id, next = new { at = "2020-01-01T00:00:00Z" } }))).Status);
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "activities"));
    }

    [Theory, BothDatabases]
    public async Task A_colleague_who_is_mentioned_is_told_only_of_what_he_may_see(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await LogAsync(company, company.ZhangWei, new { kind = "note", customer = customer.Id, content = $"@[李强](user:{company.LiQiang.Id}) 请看；@[赵敏](user:{company.ZhaoMin.Id}) 也看" });
        await using var session = await company.Workspace.Database.ReadAsync();
        var told = await session.ListAsync(Sql.Of($"SELECT user_id FROM notification WHERE kind = 'mention'"), row => row.Id(0), TestContext.Current.CancellationToken);
        Assert.Equal([company.LiQiang.Id], told);
    }

    [Theory, BothDatabases]
    public async Task A_reminder_comes_once(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await LogAsync(company, company.ZhangWei, new { kind = "task", subject = "寄样品", dueAt = "2026-11-22T03:00:00Z", remindAt = "2026-11-22T02:30:00Z" });
        Assert.Equal(0, await Reminders.SendAsync(company.Workspace, TestContext.Current.CancellationToken));
        company.Time.Pass(TimeSpan.FromMinutes(31));
        Assert.Equal(1, await Reminders.SendAsync(company.Workspace, TestContext.Current.CancellationToken));
        Assert.Equal(0, await Reminders.SendAsync(company.Workspace, TestContext.Current.CancellationToken));
    }

    [Theory, BothDatabases]
    public async Task Whoever_is_given_a_task_on_anothers_customer_sees_the_task_only(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await LogAsync(company, company.ZhangWei, new { kind = "task", subject = "算成本", customer = customer.Id, owner = company.ZhaoMin.Id, dueAt = "2026-11-25T01:00:00Z" });
        var page = await company.ListAsync(company.ZhaoMin, "activities");
        var task = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.False(task.GetProperty("customer").TryGetProperty("name", out _));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers"));
    }

    [Theory, BothDatabases]
    public async Task Followers_hear_of_what_happens_with_a_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        foreach (var follower in new[] { company.LiQiang, company.ZhaoMin, company.ZhangWei })
        {
            await company.Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"INSERT INTO follow (record_type, record_id, user_id, at) VALUES ('customers', {customer.Id}, {follower.Id}, {0L})")), TestContext.Current.CancellationToken);
        }

        await company.ChangeAsync(company.ZhangWei, customer, new { city = "长沙" });
        await LogAsync(company, company.ZhangWei, new { kind = "call", content = "谈了报价", customer = customer.Id });
        await using var reading = await company.Workspace.Database.ReadAsync();
        var told = await reading.ListAsync(Sql.Of($"SELECT user_id FROM notification WHERE kind = 'followed'"), row => row.Id(0), TestContext.Current.CancellationToken);
        Assert.Equal([company.LiQiang.Id, company.LiQiang.Id], told);
    }
}
