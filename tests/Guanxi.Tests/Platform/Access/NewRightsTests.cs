using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Access;

/// <summary>A company founded with fewer nouns is upgraded: the roles that were shipped get the defaults for what is new, and nothing the company decided is touched.</summary>
public sealed class NewRightsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As a company of an earlier version stands: no role knows orders or who may see the value, nobody has ever offered them; everything else was offered then, or nothing was remembered at all.</summary>
    private static async Task<Company> OfEarlierAsync(Db db, bool remembered)
    {
        var company = await Company.OpenAsync(db);
        company.WritesPastTheProgram();
        await company.Workspace.Database.WriteAsync(
            async session =>
            {
                var json = new SqlName(session.Dialect.JsonParameter);
                foreach (var (id, functions, scopes) in await session.ListAsync(Sql.Of($"SELECT id, functions, scopes FROM role"), row => (row.Id(0), row.Text(1), row.Text(2)), Cancel))
                {
                    var less = Without(scopes);
                    var fewer = JsonSerializer.Serialize(JsonSerializer.Deserialize<string[]>(functions)!.Where(function => function != Functions.ReadValue));
                    await session.ExecuteAsync(Sql.Of($"UPDATE role SET functions = {fewer}{json}, scopes = {less}{json} WHERE id = {id}"), Cancel);
                    var made = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>((await session.ScalarAsync<string>(Sql.Of($"SELECT changes FROM ledger WHERE record_id = {id} AND action = 'create'"), Cancel))!)!;
                    made["functions"] = JsonSerializer.SerializeToElement(new object?[] { null, JsonDocument.Parse(fewer).RootElement });
                    made["scopes"] = JsonSerializer.SerializeToElement(new object?[] { null, JsonDocument.Parse(less).RootElement });
                    var changes = JsonSerializer.Serialize(made);
                    await session.ExecuteAsync(Sql.Of($"UPDATE ledger SET changes = {changes} WHERE record_id = {id} AND action = 'create'"), Cancel);
                }

                await session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'directory'"), Cancel);
                return await session.ExecuteAsync(remembered ? Sql.Of($"DELETE FROM offered_right WHERE name IN ('noun:orders', 'noun:order-lines', 'function:value.read')") : Sql.Of($"DELETE FROM offered_right"), Cancel);
            },
            Cancel);
        await company.Workspace.RefreshAsync(Cancel);
        Assert.Equal(TypeRights.Nothing, company.ZhangWei.Role!.On("orders"));
        return company;
    }

    private static string Without(string scopes) => JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(scopes)!.Where(noun => !noun.Key.StartsWith("order", StringComparison.Ordinal)).ToDictionary());

    private static Role Of(Company company, string key) => company.Workspace.Directory.Roles.Single(role => role.Key == key);

    private static Task<Guanxi.Platform.Records.Record> EditAsync(Company company, string key, object values) =>
        Guanxi.Platform.Records.RecordUseCases.ChangeAsync(company.Workspace, company.WangFang, company.Workspace.Schema["roles"], Of(company, key).Id, Company.Json(values));

    private static async Task<long> LinesAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger"), Cancel);
    }

    [Theory, BothDatabases]
    public async Task A_company_that_was_founded_today_is_given_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var before = await LinesAsync(company);
        Assert.Equal(0, await NewRights.GiveAsync(company.Workspace, Cancel));
        Assert.Equal(before, await LinesAsync(company));
    }

    [Theory, BothDatabases]
    public async Task The_roles_that_were_shipped_get_the_defaults_for_what_is_new_once_and_on_record(Db db)
    {
        foreach (var remembered in new[] { true, false })
        {
            await using var company = await OfEarlierAsync(db, remembered);
            Assert.Equal(DefaultRoles.All.Count - 1, await NewRights.GiveAsync(company.Workspace, Cancel));
            Assert.Equal((Reach.Own, true, false), (company.ZhangWei.Role!.On("orders").Read, company.ZhangWei.Role!.On("orders").Create, company.ZhangWei.Role!.On("order-lines").Export));
            Assert.Equal(Reach.TeamAndBelow, company.LiQiang.Role!.On("orders").Edit);
            Assert.True(company.ZhangWei.Has(Functions.ReadValue));
            Assert.False(company.LiuYang.Has(Functions.ReadValue));
            foreach (var preset in DefaultRoles.All.Where(preset => preset.Key != "administrator"))
            {
                Assert.Equal(preset.Functions.Order(StringComparer.Ordinal), Of(company, preset.Key).Functions.Order(StringComparer.Ordinal));
                Assert.Equal(JsonDocument.Parse(preset.Scopes).RootElement.EnumerateObject().Select(noun => (noun.Name, TypeRights.FromJson(noun.Value))).OrderBy(noun => noun.Name, StringComparer.Ordinal), Of(company, preset.Key).Types.Select(noun => (noun.Key, noun.Value)).OrderBy(noun => noun.Key, StringComparer.Ordinal));
            }

            // Each change stands in the ledger as one of the program's, with what was before; the administrators hear of it.
            await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
            {
                var lines = await session.ListAsync(Sql.Of($"SELECT changes FROM ledger WHERE record_type = 'roles' AND action = 'update' AND surface = 'upgrade' AND actor_id IS NULL"), row => row.Text(0), Cancel);
                Assert.Equal(DefaultRoles.All.Count - 1, lines.Count);
                Assert.All(lines, line => Assert.Contains("orders", line, StringComparison.Ordinal));
                Assert.Equal([company.WangFang.Id], await session.ListAsync(Sql.Of($"SELECT user_id FROM notification WHERE kind = 'new-rights'"), row => row.Id(0), Cancel));
            }

            // Once: what the company then takes away stays away.
            await EditAsync(company, "seller", new { scopes = new { customers = new { read = "own" } }, functions = Array.Empty<string>() });
            Assert.Equal(0, await NewRights.GiveAsync(company.Workspace, Cancel));
            Assert.Equal(TypeRights.Nothing, company.ZhangWei.Role!.On("orders"));
        }
    }

    [Theory, BothDatabases]
    public async Task What_the_company_changed_stays_and_what_is_new_goes_no_further_than_it_lets_the_role_go(Db db)
    {
        await using var company = await OfEarlierAsync(db, remembered: true);
        await EditAsync(company, "agent", new { scopes = new { customers = new { read = "own", edit = "own", create = true } } });
        await EditAsync(company, "manager", new { functions = new[] { Functions.AssignOwner } });
        await EditAsync(company, "marketer", new { scopes = new { customers = new { read = "all" }, orders = new { read = "none" } } });
        var own = await company.CreateAsync(company.WangFang, "roles", new { name = "外包", scopes = new { customers = new { read = "own" } } });
        await NewRights.GiveAsync(company.Workspace, Cancel);
        Assert.Equal((Reach.Own, Reach.Own, true), (company.LiuYang.Role!.On("orders").Read, company.LiuYang.Role!.On("customers").Read, company.LiuYang.Role!.On("orders").Create));
        Assert.Equal(TypeRights.Nothing, company.LiuYang.Role!.On("contacts"));
        Assert.Equal([Functions.AssignOwner, Functions.ReadValue], company.LiQiang.Role!.Functions.Order(StringComparer.Ordinal));
        Assert.Equal(Reach.None, company.SunLi.Role!.On("orders").Read);
        Assert.Equal(Reach.All, company.SunLi.Role!.On("order-lines").Read);
        Assert.False(company.SunLi.Role!.On("order-lines").Export);
        Assert.Equal(["customers"], company.Workspace.Directory.Role(own.Id)!.Types.Keys);
    }

    /// <summary>Where nothing was remembered, a noun that stands in any role was decided about by hand: whoever does not have it was not to have it.</summary>
    [Theory, BothDatabases]
    public async Task A_company_that_gave_the_rights_by_hand_keeps_its_own_order(Db db)
    {
        await using var company = await OfEarlierAsync(db, remembered: false);
        await EditAsync(company, "manager", new { scopes = new { customers = new { read = "teamAndBelow" }, orders = new { read = "team" } } });
        await NewRights.GiveAsync(company.Workspace, Cancel);
        Assert.Equal(Reach.Team, company.LiQiang.Role!.On("orders").Read);
        Assert.Equal(TypeRights.Nothing, company.ZhangWei.Role!.On("orders"));
        Assert.Equal(Reach.Own, company.ZhangWei.Role!.On("order-lines").Read);
        Assert.True(company.ZhangWei.Has(Functions.ReadValue));
    }

    /// <summary>As a company stands that was founded before the accountant's role was shipped: it neither has the role nor ever had it, and what was offered since is remembered or is not.</summary>
    private static async Task<Company> BeforeAccountantsAsync(Db db, bool remembered, bool deleted)
    {
        var company = await Company.OpenAsync(db);
        company.WritesPastTheProgram();
        var role = Of(company, "accountant").Id;
        if (deleted)
        {
            await company.Workspace.WriteAsync(company.WangFang, async context => await context.SetDeletedAsync((await Guanxi.Platform.Records.RecordStore.FindAsync(context.Session, context.Schema["roles"], role, Cancel))!, deleted: true, Cancel));
        }

        await company.Workspace.Database.WriteAsync(
            async session =>
            {
                if (!deleted)
                {
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM ledger WHERE record_id = {role}"), Cancel);
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM role WHERE id = {role}"), Cancel);
                }

                await session.ExecuteAsync(Sql.Of($"UPDATE generation SET number = number + 1 WHERE name = 'directory'"), Cancel);
                return await session.ExecuteAsync(remembered ? new Sql().Append("DELETE FROM offered_right WHERE name LIKE 'role:%'") : Sql.Of($"DELETE FROM offered_right"), Cancel);
            },
            Cancel);
        await company.Workspace.RefreshAsync(Cancel);
        Assert.DoesNotContain(company.Workspace.Directory.Roles, known => known.Key == "accountant");
        return company;
    }

    [Theory, BothDatabases]
    public async Task A_role_that_is_new_comes_to_a_company_made_before_once_and_nobody_has_it_yet(Db db)
    {
        foreach (var remembered in new[] { true, false })
        {
            await using var company = await BeforeAccountantsAsync(db, remembered, deleted: false);
            Assert.Equal(1, await NewRights.GiveAsync(company.Workspace, Cancel));
            var role = Of(company, "accountant");
            var preset = DefaultRoles.All.Single(known => known.Key == "accountant");
            Assert.Equal((preset.Name, true), (role.Name, role.Has(Functions.ManageReceivables)));
            Assert.Equal(preset.Functions.Order(StringComparer.Ordinal), role.Functions.Order(StringComparer.Ordinal));
            Assert.Equal((Reach.All, Reach.None), (role.On("customers").Read, role.On("customers").Edit));
            Assert.DoesNotContain(company.Workspace.Directory.People, person => person.RoleId == role.Id);
            await using (var session = await company.Workspace.Database.ReadAsync(Cancel))
            {
                Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger WHERE record_id = {role.Id} AND action = 'create' AND surface = 'upgrade' AND actor_id IS NULL"), Cancel));
                Assert.Equal([company.WangFang.Id], await session.ListAsync(Sql.Of($"SELECT user_id FROM notification WHERE kind = 'new-rights'"), row => row.Id(0), Cancel));
            }

            // Once: the company deletes it, and the next start does not bring it back.
            await company.Workspace.WriteAsync(company.WangFang, async context => await context.SetDeletedAsync((await Guanxi.Platform.Records.RecordStore.FindAsync(context.Session, context.Schema["roles"], role.Id, Cancel))!, deleted: true, Cancel));
            Assert.Equal(0, await NewRights.GiveAsync(company.Workspace, Cancel));
            Assert.DoesNotContain(company.Workspace.Directory.Roles, known => known.Key == "accountant");
        }
    }

    [Theory, BothDatabases]
    public async Task A_role_that_somebody_deleted_on_purpose_does_not_come_back_with_an_upgrade(Db db)
    {
        foreach (var remembered in new[] { true, false })
        {
            await using var company = await BeforeAccountantsAsync(db, remembered, deleted: true);
            Assert.Equal(0, await NewRights.GiveAsync(company.Workspace, Cancel));
            Assert.DoesNotContain(company.Workspace.Directory.Roles, known => known.Key == "accountant");
        }
    }

    [Theory, BothDatabases]
    public async Task Where_the_company_made_a_role_of_that_name_itself_that_one_stays_alone(Db db)
    {
        await using var company = await BeforeAccountantsAsync(db, remembered: true, deleted: false);
        var own = await company.CreateAsync(company.WangFang, "roles", new { name = "财务", scopes = new { invoices = new { read = "all" } } });
        Assert.Equal(0, await NewRights.GiveAsync(company.Workspace, Cancel));
        Assert.Equal(own.Id, company.Workspace.Directory.Roles.Single(role => role.Name == "财务").Id);
    }

    [Theory, BothDatabases]
    public async Task Two_servers_that_start_at_once_give_it_once(Db db)
    {
        await using var company = await OfEarlierAsync(db, remembered: true);
        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => NewRights.GiveAsync(company.Workspace, Cancel), Cancel)));
        Assert.Equal(DefaultRoles.All.Count - 1, given.Sum());
    }
}
