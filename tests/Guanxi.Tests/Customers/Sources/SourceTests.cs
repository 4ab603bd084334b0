using Guanxi.Customers.Sources;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers.Sources;

/// <summary>The ERP and the web shop say what they know of the customers of 张伟.</summary>
public sealed class SourceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<SyncRecord.Outcome> SayAsync(Company company, string system, string id, object values, string type = "customers") =>
        company.Workspace.WriteAsync(company.ZhangWei, context => SyncRecord.RunAsync(context, company.Workspace.Schema[type], system, id, Company.Json(values), Cancel), cancel: Cancel);

    private static Task OrderAsync(Company company, params string[] order) => company.Workspace.WriteAsync(
        company.WangFang, context => Settings.PutAsync(context.Session, SourceRules.Setting, new SourceRules(order, new Dictionary<string, List<string>> { ["phone"] = ["manual", "ERP"] }).ToJson(), Cancel), cancel: Cancel);

    private static async Task<string[]> ConflictsAsync(Company company, Guanxi.Platform.Access.Actor reader)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return [.. (await SourceConflicts.ListAsync(session, reader, company.Workspace.Schema["customers"], null, 50, company.Workspace.Now, Cancel)).Items.Select(conflict => $"{conflict.System} {conflict.Field.Name} {conflict.Said}")];
    }

    [Theory, BothDatabases]
    public async Task The_source_that_is_believed_first_wins_and_the_other_is_listed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await OrderAsync(company, "ERP", "manual", "商城");
        var made = await SayAsync(company, "ERP", "K-1", new { name = "湘江化工", city = "长沙市" });
        Assert.True(made.Made);
        Assert.Equal("K-1", Assert.Single(await company.NamesAsync(company.ZhangWei, "external-ids", $"customer = \"{made.Record.Id}\"")));
        await company.CreateAsync(company.ZhangWei, "external-ids", new { customer = made.Record.Id, system = "商城", externalId = "W-9" });

        // What nobody knew is taken from anybody; what is known only from those believed sooner.
        var shop = await SayAsync(company, "商城", "W-9", new { city = "株洲市", industry = "化工" });
        Assert.False(shop.Made);
        Assert.Equal(["industry"], shop.Applied);
        Assert.Equal(["city"], shop.Differs);
        await company.ChangeAsync(company.ZhangWei, made.Record, new { city = "湘潭市" });
        var erp = await SayAsync(company, "ERP", "K-1", new { city = "长沙市", industry = "石化" });
        Assert.Equal(["city", "industry"], erp.Applied);
        Assert.Equal("长沙市", (await company.LoadAsync(company.ZhangWei, "customers", made.Record.Id)).Text("city"));
        Assert.Equal(["商城 city 株洲市", "商城 industry 化工"], await ConflictsAsync(company, company.ZhangWei));
        Assert.Empty(await ConflictsAsync(company, company.ZhaoMin));
    }

    [Theory, BothDatabases]
    public async Task Contacts_have_ids_and_sources_of_their_own(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = (await SayAsync(company, "ERP", "1", new { name = "湘江化工" })).Record;
        var contact = (await SayAsync(company, "ERP", "1", new { name = "吴经理", phone = "13912345067", customer = customer.Id }, "contacts")).Record;
        Assert.Equal(customer.Id, contact.Reference("customer"));
        await company.ChangeAsync(company.ZhangWei, contact, new { phone = "13912345068" });
        var said = await SayAsync(company, "ERP", "1", new { phone = "13912345067", title = "厂长" }, "contacts");
        Assert.Equal((contact.Id, false), (said.Record.Id, said.Made));
        Assert.Equal(["title"], said.Applied);
        Assert.Equal(["phone"], said.Differs);
        await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
        {
            var type = company.Workspace.Schema["contacts"];
            Assert.Equal("phone", Assert.Single((await SourceConflicts.ListAsync(session, company.ZhangWei, type, null, 50, company.Workspace.Now, Cancel)).Items).Field.Name);
            Assert.Empty((await SourceConflicts.ListAsync(session, company.ZhaoMin, type, null, 50, company.Workspace.Now, Cancel)).Items);
        }

        await company.Workspace.WriteAsync(company.ZhangWei, context => SourceConflicts.ResolveAsync(context, contact.Type, contact.Id, "phone", "ERP", true, Cancel), cancel: Cancel);
        Assert.Equal("+8613912345067", (await company.LoadAsync(company.ZhangWei, "contacts", contact.Id)).Text("phone"));
    }

    [Theory, BothDatabases]
    public async Task What_somebody_decided_is_remembered_until_the_source_says_something_else(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var made = (await SayAsync(company, "ERP", "K-1", new { name = "湘江化工", phone = "13912345067" })).Record;
        await company.ChangeAsync(company.ZhangWei, made, new { phone = "13912345068" });
        Assert.Equal(["phone"], (await SayAsync(company, "ERP", "K-1", new { phone = "13912345067" })).Differs);
        Task<Record> Resolve(bool take) => company.Workspace.WriteAsync(company.ZhangWei, context => SourceConflicts.ResolveAsync(context, made.Type, made.Id, "phone", "ERP", take, Cancel), cancel: Cancel);
        await Resolve(take: false);
        Assert.Empty(await ConflictsAsync(company, company.ZhangWei));
        Assert.Empty((await SayAsync(company, "ERP", "K-1", new { phone = "13912345067" })).Differs);
        Assert.Equal(["phone"], (await SayAsync(company, "ERP", "K-1", new { phone = "13912345069" })).Differs);
        await Resolve(take: true);
        Assert.Equal("+8613912345069", (await company.LoadAsync(company.ZhangWei, "customers", made.Id)).Text("phone"));
        Assert.Equal(404, (await Refused.ByAsync(() => Resolve(take: true))).Status);
    }

    private static async Task<string[]> SaidAsync(Company company, Guid record)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return [.. await session.ListAsync(Guanxi.Database.Sql.Of($"SELECT system, field, value, state FROM source_value WHERE record_id = {record} ORDER BY system, field"), row => $"{row.Text(0)} {row.Text(1)} {row.Text(2)} {row.Text(3)}", Cancel)];
    }

    [Theory, BothDatabases]
    public async Task What_a_source_said_goes_along_when_customers_are_merged_and_back_with_the_undo(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var stays = (await SayAsync(company, "ERP", "K-1", new { name = "湘江化工", city = "长沙市" })).Record;
        var goes = (await SayAsync(company, "ERP", "K-2", new { name = "湘江化工有限公司", city = "株洲市" })).Record;
        await company.CreateAsync(company.ZhangWei, "external-ids", new { customer = goes.Id, system = "商城", externalId = "W-9" });
        await SayAsync(company, "商城", "W-9", new { industry = "化工" });
        var (kept, before) = (await SaidAsync(company, stays.Id), await SaidAsync(company, goes.Id));
        var merge = (await Guanxi.Platform.Merging.MergeRecords.RunAsync(company.Workspace, company.WangFang, stays.Type, new Guanxi.Platform.Merging.MergeRequest(stays.Id, [goes.Id], new Dictionary<string, Guid>()), cancel: Cancel)).Merges.Single();

        // The survivor's own word stays; what only the other was told of comes along, for somebody to look at.
        Assert.Equal(kept.Append("商城 industry \"化工\" differs").ToArray(), await SaidAsync(company, stays.Id));
        Assert.All(await SaidAsync(company, goes.Id), line => Assert.StartsWith("ERP", line, StringComparison.Ordinal));
        await Guanxi.Platform.Merging.UndoMerge.RunAsync(company.Workspace, company.WangFang, merge, cancel: Cancel);
        Assert.Equal(kept, await SaidAsync(company, stays.Id));
        Assert.Equal(before, await SaidAsync(company, goes.Id));

        // Again, and decided in between: what was decided stays so.
        merge = (await Guanxi.Platform.Merging.MergeRecords.RunAsync(company.Workspace, company.WangFang, stays.Type, new Guanxi.Platform.Merging.MergeRequest(stays.Id, [goes.Id], new Dictionary<string, Guid>()), cancel: Cancel)).Merges.Single();
        await company.Workspace.WriteAsync(company.ZhangWei, context => SourceConflicts.ResolveAsync(context, stays.Type, stays.Id, "industry", "商城", take: false, Cancel), cancel: Cancel);
        await Guanxi.Platform.Merging.UndoMerge.RunAsync(company.Workspace, company.WangFang, merge, cancel: Cancel);
        Assert.Contains("商城 industry \"化工\" kept", await SaidAsync(company, goes.Id));
    }

    [Theory, BothDatabases]
    public async Task A_source_changes_all_or_nothing_and_no_stranger_s_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var made = (await SayAsync(company, "ERP", "K-1", new { name = "湘江化工" })).Record;
        var refusal = await Refused.ByAsync(() => SayAsync(company, "ERP", "K-1", new { city = "长沙市", phone = "x", nonsense = 1, owner = company.ZhaoMin.Id, quality = 3 }));
        Assert.Equal(["nonsense", "owner", "phone", "quality"], refusal.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Null((await company.LoadAsync(company.ZhangWei, "customers", made.Id)).Text("city"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhaoMin, context => SyncRecord.RunAsync(context, made.Type, "ERP", "K-1", Company.Json(new { city = "长沙市" }), Cancel), cancel: Cancel))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ChenJing, context => SyncRecord.RunAsync(context, made.Type, "ERP", "K-1", Company.Json(new { city = "长沙市" }), Cancel), cancel: Cancel))).Status);
        refusal = await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "external-ids", new { customer = made.Id, system = "ERP", externalId = "K-1" }));
        Assert.Contains("externalId", refusal.Errors!.Keys);
    }
}
