using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Access;

public sealed class VisibilityTests
{
    [Theory, BothDatabases]
    public async Task A_seller_sees_own_a_manager_the_team_and_the_head_everything(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "张伟的客户");
        await company.CustomerAsync(company.ZhaoMin, "赵敏的客户");
        Assert.Equal(["张伟的客户"], await company.NamesAsync(company.ZhangWei, "customers"));
        Assert.Equal(["张伟的客户"], await company.NamesAsync(company.LiQiang, "customers"));
        Assert.Equal(["赵敏的客户"], await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.Equal(2, (await company.NamesAsync(company.WangFang, "customers")).Length);
    }

    [Theory, BothDatabases]
    public async Task A_stranger_finds_nothing_and_a_reader_may_not_change(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "张伟的客户");
        Assert.Equal(404, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhaoMin, customer, new { city = "x" }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.ChangeAsync(company.ChenJing, customer, new { city = "x" }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => RecordUseCases.DeleteAsync(company.Workspace, company.LiuYang, customer.Type, customer.Id))).Status);
        Assert.Null((await company.LoadAsync(company.WangFang, "customers", customer.Id)).Text("city"));
    }

    [Theory, BothDatabases]
    public async Task What_is_shared_is_seen_until_the_end_of_the_share_and_takes_its_children_along(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "张伟的客户");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "contacts"));

        await Grants.AddAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, company.ZhaoMin.Id, null, "read", null, company.Time.GetUtcNow().AddDays(7), TestContext.Current.CancellationToken);
        Assert.Equal(["张伟的客户"], await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.Equal(["曾国藩"], await company.NamesAsync(company.ZhaoMin, "contacts"));
        Assert.Equal(403, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhaoMin, customer, new { city = "x" }))).Status);

        await Grants.AddAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, null, company.ZhaoMin.Person.TeamId, "edit", "技术支持", null, TestContext.Current.CancellationToken);
        await company.ChangeAsync(company.ZhaoMin, customer, new { city = "长沙" });

        await Grants.AddAsync(company.Workspace, company.ZhangWei, customer.Type, customer.Id, null, company.ZhaoMin.Person.TeamId, "read", null, company.Time.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken);
        company.Time.Pass(TimeSpan.FromDays(8));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers"));
    }

    [Theory, BothDatabases]
    public async Task Children_follow_the_customer_to_a_new_owner(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "note", content = "见过面", customer = customer.Id });
        await company.ChangeAsync(company.WangFang, customer, new { owner = company.ZhaoMin.Id });
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "customers"));
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "contacts"));
        Assert.Equal(["曾国藩"], await company.NamesAsync(company.ZhaoMin, "contacts"));
        Assert.Equal(["曾国藩"], await company.NamesAsync(company.ZhaoMin, "contacts", words: "zgf"));
        Assert.Equal(["见过面"], await company.NamesAsync(company.ZhaoMin, "activities"));
    }

    [Theory, BothDatabases]
    public async Task Giving_a_customer_away_is_a_right_of_its_own(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        Assert.Equal(422, (await Refused.ByAsync(() => company.ChangeAsync(company.ZhangWei, customer, new { owner = company.ZhaoMin.Id }))).Status);
        await company.ChangeAsync(company.LiQiang, customer, new { owner = company.ZhaoMin.Id });
        Assert.Equal(["长沙银行"], await company.NamesAsync(company.ZhaoMin, "customers"));
    }

    [Theory, BothDatabases]
    public async Task Masked_fields_are_masked_and_hidden_ones_absent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CustomerAsync(company.ZhangWei, "长沙银行", new { phone = "18612341402", wechat = "canary" });
        var item = (await company.ListAsync(company.ChenJing, "customers")).GetProperty("items")[0];
        Assert.DoesNotContain("1234", item.GetProperty("phone").GetString(), StringComparison.Ordinal);
        Assert.False(item.TryGetProperty("wechat", out _));
        Assert.Empty(await company.NamesAsync(company.ChenJing, "customers", words: "1234"));
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ChenJing, "customers", fields: "wechat"))).Status);
    }

    [Theory, BothDatabases]
    public async Task The_order_of_a_list_and_its_cursor_do_not_tell_the_name_of_a_hidden_customer(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var name in new[] { "丙秘密公司", "甲秘密公司", "乙秘密公司" })
        {
            var customer = await company.CustomerAsync(company.ZhaoMin, name);
            await company.CreateAsync(company.ZhaoMin, "activities", new { kind = "task", subject = "帮忙" + name[0], customer = customer.Id, owner = company.ZhangWei.Id, dueAt = "2026-11-25T01:00:00Z" });
        }

        var own = await company.CustomerAsync(company.ZhangWei, "自己的公司");
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "task", subject = "自己的事", customer = own.Id, dueAt = "2026-11-25T01:00:00Z" });
        foreach (var sort in new[] { "customer", "-customer", "customer,subject" })
        {
            var (cursor, seen) = ((string?)null, new List<string>());
            do
            {
                var page = await company.ListAsync(company.ZhangWei, "activities", sort: sort, limit: 1, cursor: cursor);
                Assert.DoesNotContain("秘密", page.GetRawText(), StringComparison.Ordinal);
                cursor = page.GetProperty("next").GetString();
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("subject").GetString()!));
                var told = cursor is null ? "" : System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));
                Assert.False("甲乙丙".Any(letter => told.Contains(Guanxi.Platform.Language.Pinyin.SortKey(letter + "秘密公司", personName: false), StringComparison.Ordinal)), told);
            }
            while (cursor is not null);

            Assert.Equal(4, seen.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal("自己的事", seen[0]);
        }
    }

    [Theory, BothDatabases]
    public async Task A_formula_over_a_hidden_field_is_hidden_too(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await Guanxi.Platform.Fields.CustomFields.AddAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], Company.Json(new { name = "reach", kind = "formula", labels = new { en = "Reach" }, formula = "concat(wechat, email)" }));
        await company.CustomerAsync(company.ZhangWei, "长沙银行", new { wechat = "canary", email = "a@b.example" });
        var item = (await company.ListAsync(company.ChenJing, "customers")).GetProperty("items")[0];
        Assert.False(item.TryGetProperty("reach", out _));
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ChenJing, "customers", filter: "reach : \"can\""))).Status);
        Assert.Equal("canarya@b.example", (await company.ListAsync(company.WangFang, "customers")).GetProperty("items")[0].GetProperty("reach").GetString());
    }

    [Theory, BothDatabases]
    public async Task Who_manages_people_or_roles_does_not_widen_his_own_reach(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.GrantAsync("manager", Functions.ManageUsers, Functions.ManageRoles);
        var head = company.WangFang.Person.TeamId;
        Task<Record> Change(string type, Guid id, object values) => RecordUseCases.ChangeAsync(company.Workspace, company.Act("liqiang"), company.Workspace.Schema[type], id, Company.Json(values));
        Assert.Equal(403, (await Refused.ByAsync(() => Change("users", company.LiQiang.Id, new { team = head }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Change("users", company.LiQiang.Id, new { role = company.LiuYang.Person.RoleId }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Change("roles", company.LiQiang.Person.RoleId, new { scopes = new { customers = new { read = "all" } } }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => Change("teams", company.ZhaoMin.Person.TeamId!.Value, new { parent = company.LiQiang.Person.TeamId }))).Status);
        await Change("users", company.ZhangWei.Id, new { title = "高级销售" });
        await Change("teams", company.ZhaoMin.Person.TeamId!.Value, new { name = "华南大区" });
    }

    [Theory, BothDatabases]
    public async Task An_owner_has_no_share_of_his_own_customer_and_keeps_none_when_he_gives_it_away(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var with = company.ZhangWei;
        var own = await Refused.ByAsync(() => ShareAsync(company.ZhangWei, company.ZhangWei.Id));
        Assert.Equal(422, own.Status);
        Assert.Contains("负责人", own.Errors!["user"][0].ZhHans, StringComparison.Ordinal);

        // What 赵敏 had by a share is hers as the owner, and when she gives the customer back it is gone.
        await ShareAsync(company.ZhangWei, company.ZhaoMin.Id);
        await GiveAsync(company.ZhaoMin);
        await GiveAsync(company.ZhangWei);
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "customers", words: "长沙"));

        // A share an owner has from an earlier version ends when he gives the customer away; a third person's stays.
        await ShareAsync(company.ZhangWei, company.LiuYang.Id);
        await company.Workspace.Database.WriteAsync(session => session.ExecuteAsync(Guanxi.Database.Sql.Of($"INSERT INTO access_grant (id, record_type, record_id, user_id, level, created_at, created_by) VALUES ({Guid.CreateVersion7()}, {"customers"}, {customer.Id}, {with.Id}, {"edit"}, {company.Workspace.Now}, {with.Id})")).AsTask(), TestContext.Current.CancellationToken);
        await GiveAsync(company.ZhaoMin);
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "customers"));
        Assert.Empty(await company.NamesAsync(company.ZhangWei, "customers", words: "长沙"));
        Assert.Equal(404, (await Refused.ByAsync(() => company.LoadAsync(company.ZhangWei, "customers", customer.Id))).Status);
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal([company.LiuYang.Id], await session.ListAsync(Guanxi.Database.Sql.Of($"SELECT user_id FROM access_grant WHERE record_id = {customer.Id}"), row => row.Id(0), TestContext.Current.CancellationToken));

        Task<Guid> ShareAsync(Actor by, Guid user) => Grants.AddAsync(company.Workspace, by, customer.Type, customer.Id, user, null, "edit", null, null, TestContext.Current.CancellationToken);
        async Task GiveAsync(Actor to) => await company.ChangeAsync(company.WangFang, await company.LoadAsync(company.WangFang, "customers", customer.Id), new { owner = to.Id });
    }

    /// <summary>The compiled door against the plainest possible rule, over random owners, teams and shares.</summary>
    [Theory, BothDatabases]
    public async Task The_door_agrees_with_the_plain_rule(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(11);
        var people = company.Everybody.ToList();
        var shares = new List<(Guid Record, Guid? User, Guid? Team, string Level)>();
        var customers = new List<Record>();
        for (var i = 0; i < 30; i++)
        {
            var owner = people[random.Next(people.Count)];
            var customer = await company.CustomerAsync(company.WangFang, $"客户{i:00}", new { owner = owner.Id });
            customers.Add(customer);
            for (var share = random.Next(3); share > 0; share--)
            {
                var with = people.Where(person => person.Id != owner.Id).ElementAt(random.Next(people.Count - 1));
                var toTeam = random.Next(2) == 0 && with.Person.TeamId is not null;
                var level = random.Next(2) == 0 ? "read" : "edit";
                await Grants.AddAsync(company.Workspace, company.WangFang, customer.Type, customer.Id, toTeam ? null : with.Id, toTeam ? with.Person.TeamId : null, level, null, null, TestContext.Current.CancellationToken);
                shares.RemoveAll(known => known.Record == customer.Id && known.User == (toTeam ? null : with.Id) && known.Team == (toTeam ? with.Person.TeamId : null));
                shares.Add((customer.Id, toTeam ? null : with.Id, toTeam ? with.Person.TeamId : null, level));
            }

            // A third changes hands, some to one it was shared with: neither owner keeps a share of his own.
            if (random.Next(3) == 0)
            {
                var next = people[random.Next(people.Count)];
                await company.ChangeAsync(company.WangFang, customer, new { owner = next.Id });
                shares.RemoveAll(known => known.Record == customer.Id && known.User is { } user && (user == owner.Id || user == next.Id) && owner.Id != next.Id);
                customers[^1] = await company.LoadAsync(company.WangFang, "customers", customer.Id);
            }
        }

        foreach (var actor in people)
        {
            var expected = customers.Where(customer => May(actor, customer, Verb.Read)).Select(customer => customer.Title).ToArray();
            Assert.Equal(expected, await company.NamesAsync(actor, "customers", sort: "name", limit: 500));
            Assert.Equal(expected.Length, (await company.ListAsync(actor, "customers", count: "true")).GetProperty("count").GetProperty("value").GetInt32());
            foreach (var customer in customers)
            {
                foreach (var verb in new[] { Verb.Read, Verb.Edit, Verb.Delete })
                {
                    await using var session = await company.Workspace.Database.ReadAsync();
                    Assert.Equal(May(actor, customer, verb), await RecordStore.ExistsAsync(session, actor, customer.Type, customer.Id, verb, company.Workspace.Now, cancel: TestContext.Current.CancellationToken));
                }
            }
        }

        bool May(Actor actor, Record customer, Verb verb)
        {
            var reach = actor.Role!.On("customers").For(verb);
            var owner = actor.Directory.Person(customer.OwnerId)!;
            var above = actor.Directory.TeamAndAbove(owner.TeamId);
            var owned = reach switch
            {
                Reach.All => true,
                Reach.None => false,
                Reach.Own => owner.Id == actor.Id,
                Reach.Team => owner.Id == actor.Id || owner.TeamId == actor.Person.TeamId,
                _ => owner.Id == actor.Id || (actor.Person.TeamId is { } mine && above.Contains(mine)),
            };
            var shared = reach != Reach.None && verb != Verb.Delete && shares.Any(share => share.Record == customer.Id && (verb == Verb.Read || share.Level == "edit")
                && (share.User == actor.Id || (share.Team is { } team && actor.Directory.TeamAndAbove(actor.Person.TeamId).Contains(team))));
            return owned || shared;
        }
    }
}
