using System.Text;
using Guanxi.Bench.Server;
using Guanxi.Rollout.Samples;

namespace Guanxi.Bench.Operations;

/// <summary>A follow-up written down, and a customer changed: with ledger, and safe on the disk when answered.</summary>
public sealed class WriteOperations(World world, FloorConnection floor)
{
    private readonly SampleRandom random = new((int)(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() % int.MaxValue));

    public IEnumerable<Operation> All()
    {
        yield return new Operation("activity.create", Target.Write, CreateActivity, CreateActivityFloor);
        yield return new Operation("customer.update", Target.Write, UpdateCustomer, UpdateCustomerFloor);
        yield return new Operation("customer.matches", new Target(20, 20), Matches, MatchesFloor);
    }

    private Caller Seller(int at) => world.Sellers[at % world.Sellers.Count];

    private Guid Customer(int at) => Seller(at).Customers[at / world.Sellers.Count * 31 % Seller(at).Customers.Count];

    private PreparedRequest CreateActivity(int at)
    {
        var body = $$"""{"kind":"call","subject":"电话回访 {{at}}","content":"谈了报价，客户周三再答复，先把第 {{at}} 版方案发过去。","customer":"{{Customer(at)}}"}""";
        return PreparedRequest.Make("POST", "/api/v1/activities", Seller(at).Token, Encoding.UTF8.GetBytes(body));
    }

    private PreparedRequest UpdateCustomer(int at)
    {
        // Always another value than the last, so that every call is a real change.
        var body = $$"""{"note":"第 {{at}} 次修改，{{TimeProvider.System.GetTimestamp()}}","employees":{{(at % 5000) + 1}}}""";
        return PreparedRequest.Make("PATCH", $"/api/v1/customers/{Customer(at)}", Seller(at).Token, Encoding.UTF8.GetBytes(body), "application/merge-patch+json");
    }

    private static readonly string[] Cities = ["上海", "北京", "广州", "深圳", "杭州", "苏州", "武汉", "成都", "长沙", "南京"];
    private static readonly string[] Brands = ["华兴", "远航", "海明", "智业", "恒瑞", "中联", "鼎盛", "宏达", "金桥", "瑞丰", "天成", "博远"];
    private static readonly string[] Trades = ["机械设备", "电子科技", "贸易", "软件", "物流", "建材", "医疗器械", "新能源科技"];

    private static (string Name, string Phone) Typed(int at) =>
        ($"{Cities[at % Cities.Length]}{Brands[at / 7 % Brands.Length]}{Trades[at / 3 % Trades.Length]}有限公司", $"13{at % 10}{(at * 7919L) % 100_000_000:00000000}");

    /// <summary>Is it there already, asked as somebody types a new customer.</summary>
    private PreparedRequest Matches(int at)
    {
        var (name, phone) = Typed(at);
        return PreparedRequest.Make("POST", "/api/v1/customers:matches", Seller(at).Token, Encoding.UTF8.GetBytes($$"""{"values":{"name":"{{name}}","phone":"{{phone}}","city":"{{Cities[at % Cities.Length]}}市"} }"""));
    }

    /// <summary>What a program without matching would do: the equal name and the equal phone.</summary>
    private int MatchesFloor(int at)
    {
        var (name, phone) = Typed(at);
        using (floor.Read("SELECT id, name, owner_id FROM customer WHERE name = $1 OR phone = $2", name, "+86" + phone))
        {
            return floor.Answer(writer => writer.WriteString("name", name));
        }
    }

    private int CreateActivityFloor(int at)
    {
        var now = TimeProvider.System.GetUtcNow();
        var moment = now.ToUnixTimeMilliseconds();
        var (owner, customer, id) = (Seller(at).Person.Id, Customer(at), random.Id(now));
        var content = $"谈了报价，客户周三再答复，先把第 {at} 版方案发过去。";
        floor.Begin();
        using (floor.Read("SELECT owner_id FROM customer WHERE id = $1 AND owner_id = $2 AND deleted_at IS NULL", customer, owner))
        {
            // Only whether it is there and his.
        }

        floor.Execute(
            "INSERT INTO activity (id, version, created_at, created_by, updated_at, updated_by, kind, subject, content, customer_id, status, at, done_at, owner_id, access_owner_id) VALUES ($1, 1, $2, $3, $2, $3, 'call', $4, $5, $6, 'done', $2, $2, $3, $3)",
            id, moment, owner, $"电话回访 {at}", content, customer);
        floor.Execute("UPDATE customer SET last_activity_at = $1 WHERE id = $2 AND (last_activity_at IS NULL OR last_activity_at < $1)", moment, customer);
        FloorLedger.Add(floor, now, owner, "create", "activities", id, $$"""{"kind":[null,"call"],"subject":[null,"电话回访 {{at}}"],"content":[null,"{{content}}"],"customer":[null,"{{customer}}"],"status":[null,"done"],"at":[null,{{moment}}]}""");
        floor.Commit();
        return floor.Answer(writer =>
        {
            writer.WriteString("id", id);
            writer.WriteNumber("version", 1);
            writer.WriteString("createdAt", now);
            writer.WriteString("kind", "call");
            writer.WriteString("subject", $"电话回访 {at}");
            writer.WriteString("content", content);
            writer.WriteString("customer", customer);
            writer.WriteString("owner", owner);
        });
    }

    private int UpdateCustomerFloor(int at)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (owner, customer) = (Seller(at).Person.Id, Customer(at));
        var note = $"第 {at} 次修改，{TimeProvider.System.GetTimestamp()}";
        floor.Begin();
        var bytes = floor.Answer(writer => floor.WriteRows(writer, "customer", "SELECT id, version, name, short_name, kind, relationship, level, stage, credit_code, external_id, industry, size, employees, source, phone, email, country, division_code, province, city, district, street, tags, owner_id, owned_since, last_activity_at, next_contact_at, note FROM customer WHERE id = $1 AND owner_id = $2 AND deleted_at IS NULL", customer, owner));
        floor.Execute("UPDATE customer SET version = version + 1, updated_at = $1, updated_by = $2, note = $3, employees = $4 WHERE id = $5", now.ToUnixTimeMilliseconds(), owner, note, (long)(at % 5000) + 1, customer);
        FloorLedger.Add(floor, now, owner, "update", "customers", customer, $$"""{"note":[null,"{{note}}"],"employees":[null,{{(at % 5000) + 1}}]}""");
        floor.Commit();
        return bytes;
    }
}
