using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>The rules that keep the sample company's customers in good hands: a pool with its clocks, how many each seller holds, segments, and two sellers who met at one customer.</summary>
internal sealed class SampleTrust(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, Func<string, Guid> teamId)
{
    private static readonly string[] Reasons = ["预算取消", "联系不上", "已选用竞品", "暂无扩产计划"];

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        Pool();
        Holding();
        Segments();
        foreach (var seller in new[] { "chenxiaofeng", "zhaoqian" })
        {
            foreach (var customer in customers.Where(item => item.Owner == seller && item is { Stage: "potential", Imported: true }).Take(8))
            {
                var (at, reason) = (At(random.Between(2, 15)), random.Of(Reasons));
                Deeds.Add(new SampleDeed(at, seller, "page", async context =>
                {
                    // By then it may have been handed to a colleague, or not yet to this one.
                    if (await RecordStore.FindAsync(context.Session, context.Schema["customers"], customer.Id) is { } found && found.OwnerId == userId(seller))
                    {
                        await PoolCustomers.ReleaseAsync(context, customer.Id, null, reason);
                    }
                }));
            }
        }

        Collisions([.. customers.Where(item => item is { Owner: "chenxiaofeng", Stage: "prospect" }).Take(2)]);
    }

    private DateTimeOffset At(int daysAgo) => SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(today.AddDays(-daysAgo - 3)))) is var at && at < today ? at : today.AddMinutes(-random.Between(5, 90));

    private void Pool()
    {
        // Long before anything is put back into it, whatever holidays lie between.
        var at = At(45);
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, "zhoumin", "page", async context =>
        {
            await SampleCompany.InsertAsync(context, "pools", id, ("name", "全国公海"), ("reasons", Reasons), ("hiddenFields", new[] { "formerOwner" }), ("claimsADay", 5L), ("viewsADay", 40L), ("formerOwnerDays", 30L),
                ("contactDays", 300L), ("contactDaysVip", 0L), ("contactDaysMajor", 360L), ("orderDays", 730L), ("neverOrderedDays", 730L), ("keepsWon", true), ("keepsOpenDeal", true), ("warnDays", 7L),
                ("protectDays", 60L), ("mostProtected", 10L));
            var customers = context.Schema["customers"];
            Sql Nobodys() => Sql.Of($"owner_id IS NULL AND deleted_at IS NULL");
            await context.SweepAsync(customers, "pool", id, Nobodys(), "release");
            await context.SweepAsync(customers, "pooledAt", context.Now, Nobodys(), "release");
            await context.SweepAsync(customers, "poolReason", "从未分配", Nobodys(), "release");
        }));
    }

    private void Holding()
    {
        var at = At(19);
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, "zhoumin", "page", context => SampleCompany.InsertAsync(context, "holding-rules", id, ("name", "华东销售库容"), ("team", teamId(SamplePeople.East)), ("most", 1500L), ("notCounted", "stage in (active, loyal)"))));
    }

    private void Segments()
    {
        foreach (var (name, filter, note) in new[]
        {
            ("大客户两个月没有拜访", "level in (vip, major) AND activities(kind = \"visit\" AND status = \"done\" AND at >= today-60d) = 0", "安排拜访"),
            ("正在报价的意向客户", "stage = prospect AND deals(status = \"open\") >= 1", "每周例会逐个过"),
            ("扩产的客户", "tags : \"扩产\"", "新机型推广"),
            ("一年内买过、三个月没联系", "orders(orderedOn >= today-365d) >= 1 AND lastActivityAt < today-90d", "回访与保养提醒"),
        })
        {
            var at = At(18);
            var id = random.Id(at);
            Deeds.Add(new SampleDeed(at, "linguodong", "page", context => SampleCompany.InsertAsync(context, "segments", id, ("name", name), ("kind", "live"), ("filter", filter), ("note", note))));
        }
    }

    private void Collisions(IReadOnlyList<SampleCustomer> customers)
    {
        (string Kind, string Reason)[] asked = [("arbitrate", "客户的采购在展会上先联系了我，想请经理定一下归谁"), ("cooperate", "我负责他们集团的另一家工厂，想一起跟进")];
        foreach (var (customer, (kind, reason)) in customers.Zip(asked))
        {
            var at = At(3);
            var id = random.Id(at);
            Deeds.Add(new SampleDeed(at, "zhaoqian", "page", context => SampleCompany.InsertAsync(context, "collision-requests", id, ("label", customer.Name), ("kind", kind), ("status", "open"), ("customer", customer.Id), ("reason", reason), ("requester", userId("zhaoqian")), ("holder", userId("chenxiaofeng")))));
        }
    }
}
