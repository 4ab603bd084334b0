using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>What colleagues do together: shares, account teams, followers, saved views, relations between contacts.</summary>
internal sealed class SampleTeamwork(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, Func<string, Guid> teamId)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        foreach (var customer in customers)
        {
            var at = RecentWorkingTime(customer.Since);
            var chief = SamplePlaces.South.Contains(customer.City) ? "huangzhiqiang" : "linguodong";
            if (customer is { Level: "vip", Owner: not null })
            {
                Grant(at, chief, customer.Id, "liangsiqi", null, "edit", "客户服务", null);
                Follow(at, chief, customer.Id);
            }
            else if (customer is { Level: "major", Stage: "prospect" or "new", Owner: "zhaoqian" } && random.Chance(0.3))
            {
                Grant(at, "zhaoqian", customer.Id, "chenxiaofeng", null, "read", null, today.AddDays(random.Between(10, 90)));
            }
            else if (customer is { Stage: "prospect", Owner: "chenxiaofeng" } && random.Chance(0.05))
            {
                Grant(at, "chenxiaofeng", customer.Id, "huangzhiqiang", null, "edit", "项目协作", null);
            }
            else if (customer.Owner == "xielin" && random.Chance(0.3))
            {
                Grant(at, "xielin", customer.Id, null, SamplePeople.South, "read", null, null);
            }

            if (customer.Contacts.Count > 1 && customer.Contacts[1].Met < at && random.Chance(0.15))
            {
                Relate(at, customer);
            }
        }

        AddViews();
    }

    private DateTimeOffset RecentWorkingTime(DateTimeOffset since)
    {
        var earliest = since > today.AddDays(-300) ? since : today.AddDays(-300);
        var day = SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(earliest.AddDays((today - earliest).TotalDays * random.Fraction())));
        var at = SampleCalendar.During(random, day);
        return at < today ? at : today.AddMinutes(-random.Between(1, 20));
    }

    private void Grant(DateTimeOffset at, string by, Guid customer, string? person, string? team, string level, string? memberRole, DateTimeOffset? until)
    {
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            var user = person is null ? null : (Guid?)userId(person);
            var group = team is null ? null : (Guid?)teamId(team);
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO access_grant (id, record_type, record_id, user_id, team_id, level, member_role, until, created_at, created_by) VALUES ({id}, {"customers"}, {customer}, {user}, {group}, {level}, {memberRole}, {until}, {context.Now}, {context.ActorId})"));
            context.Note("share", "customers", customer, JsonSerializer.Serialize(new { share = new object?[] { null, new { user, team = group, level, role = memberRole, until } } }, Plain));
        }));
    }

    private void Follow(DateTimeOffset at, string person, Guid customer) => Deeds.Add(new SampleDeed(at.AddMinutes(1), person, "page", async context =>
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO follow (record_type, record_id, user_id, at) VALUES ({"customers"}, {customer}, {userId(person)}, {context.Now}) ON CONFLICT DO NOTHING"))));

    private void Relate(DateTimeOffset at, SampleCustomer customer)
    {
        var id = random.Id(at);
        var (kind, strength) = random.Of([("reportsTo", 3L), ("influences", 4L), ("knows", 3L), ("classmate", 5L), ("formerColleague", 4L), ("opposes", 2L)]);
        Deeds.Add(new SampleDeed(at, customer.Owner ?? "xielin", "page", async context =>
        {
            var noun = context.Schema["relations"];
            var record = noun.Create(noun);
            record.Id = id;
            record["contact"] = customer.Contacts[1].Id;
            record["otherContact"] = customer.Contacts[0].Id;
            record["kind"] = kind;
            record["strength"] = strength;
            await context.InsertAsync(record);
        }));
    }

    private void AddViews()
    {
        View("linguodong", "public", null, "重点客户", "level in (\"vip\",\"major\")", "-lastActivityAt", ["name", "level", "stage", "owner", "city", "lastActivityAt", "nextContactAt"]);
        View("linguodong", "team", SamplePeople.East, "华东待跟进", "stage in (\"prospect\",\"new\") AND lastActivityAt < today-14d", "nextContactAt", ["name", "stage", "owner", "city", "lastActivityAt", "nextContactAt"]);
        View("huangzhiqiang", "team", SamplePeople.South, "华南流失风险", "stage = \"atRisk\"", "lastActivityAt", ["name", "level", "owner", "phone", "lastActivityAt"]);
        View("zhoumin", "public", null, "没有负责人", "owner = null", "-createdAt", ["name", "city", "source", "createdAt"]);
        View("chenxiaofeng", "personal", null, "两个月没联系", "owner = me AND lastActivityAt < today-60d", "lastActivityAt", ["name", "level", "stage", "phone", "lastActivityAt"]);
        View("zhaoqian", "personal", null, "扩产的客户", "owner = me AND tags:\"扩产\"", "name", ["name", "level", "city", "tags", "nextContactAt"]);
        View("xielin", "public", null, "展会来的新客户", "source = \"展会\" AND createdAt >= thisQuarter", "-createdAt", ["name", "industry", "city", "owner", "createdAt"]);
    }

    private void View(string by, string scope, string? team, string name, string filter, string sort, string[] columns)
    {
        var at = RecentWorkingTime(today.AddDays(-200));
        var id = random.Id(at);
        var definition = JsonSerializer.Serialize(new { filter, sort, columns, density = "normal" }, Plain);
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            var json = new SqlName(context.Session.Dialect.JsonParameter);
            var group = team is null ? null : (Guid?)teamId(team);
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO saved_view (id, record_type, name, scope, owner_id, team_id, definition, created_at, updated_at) VALUES ({id}, {"customers"}, {name}, {scope}, {userId(by)}, {group}, {definition}{json}, {context.Now}, {context.Now})"));
        }));
    }
}
