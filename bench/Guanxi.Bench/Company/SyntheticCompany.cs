using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Rollout.Samples;
using Guanxi.Platform.Search;

namespace Guanxi.Bench.Company;

/// <summary>
/// The rows of a large company: customers owned by some fifty people, contacts and years of activities, with the keys, copies and search terms that the ordinary way of saving gives them.
/// The same size and seed make the same rows around the given day.
/// </summary>
public sealed class SyntheticCompany
{
    private const long Day = 86_400_000;
    private readonly CompanySize size;
    private readonly Schema schema;
    private readonly IReadOnlyList<BenchPerson> owners;
    private readonly long now;
    private readonly Guid[] customerIds;
    private readonly byte[] customerOwners;
    private readonly long[] customerCreated;
    private readonly long[] lastActivity;
    private readonly long[] nextContact;
    private readonly Guid[] contactIds;
    private readonly int[] activityCustomers;
    private const byte NoOwner = 255;

    public SyntheticCompany(CompanySize size, Schema schema, IReadOnlyList<BenchPerson> owners, DateTimeOffset now)
    {
        (this.size, this.schema, this.owners, this.now) = (size, schema, owners, now.ToUnixTimeMilliseconds());
        var random = new SampleRandom(size.Seed);
        customerIds = new Guid[size.Customers];
        customerOwners = new byte[size.Customers];
        customerCreated = new long[size.Customers];
        lastActivity = new long[size.Customers];
        nextContact = new long[size.Customers];
        contactIds = new Guid[size.Contacts];
        activityCustomers = new int[size.Activities];
        for (var i = 0; i < size.Customers; i++)
        {
            customerCreated[i] = this.now - (long)((1 - ((double)i / size.Customers)) * 1800 * Day) - Day;
            customerIds[i] = random.Id(At(customerCreated[i]));
            customerOwners[i] = random.Chance(0.03) ? NoOwner : (byte)random.Between(0, owners.Count - 1);
        }

        for (var i = 0; i < size.Contacts; i++)
        {
            contactIds[i] = random.Id(At(customerCreated[CustomerOfContact(i)]));
        }

        for (var i = 0; i < size.Activities; i++)
        {
            // The square gives few customers many activities and many few, as it is.
            var among = (int)(size.Customers * random.Fraction() * random.Fraction());
            var customer = (int)((long)among * 7919 % size.Customers);
            activityCustomers[i] = customer;
            if (IsOpen(i))
            {
                var due = DueOf(i);
                nextContact[customer] = nextContact[customer] == 0 ? due : Math.Min(nextContact[customer], due);
            }
            else
            {
                lastActivity[customer] = Math.Max(lastActivity[customer], AtOf(i));
            }
        }
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    // Two contacts for a customer, one for the next.
    private static int CustomerOfContact(int contact) => (contact / 3 * 2) + (contact % 3 == 2 ? 1 : 0);

    private static int FirstContactOf(int customer) => (customer / 2 * 3) + (customer % 2 == 0 ? 0 : 2);

    private static bool IsOpen(int activity) => activity % 17 == 0;

    private long AtOf(int activity) => now - (long)((1 - ((double)activity / size.Activities)) * 1500 * Day) - 3_600_000;

    private long DueOf(int activity) => now + (((long)activity * 7_919_993 % (60 * Day)) - (15 * Day));

    private Guid? OwnerOf(int customer) => customerOwners[customer] == NoOwner ? null : owners[customerOwners[customer]].Id;

    public static BulkTable CustomerTable { get; } = new(
        "customer",
        ["seq", "id", "version", "created_at", "created_by", "updated_at", "updated_by", "name", "name_key", "short_name", "kind", "relationship", "level", "stage", "credit_code", "external_id", "industry", "size", "employees", "source", "phone", "email", "country", "division_code", "province", "city", "district", "street", "tags", "owner_id", "owned_since", "last_activity_at", "next_contact_at"],
        new HashSet<string>(StringComparer.Ordinal) { "tags" },
        Searched: true);

    public IEnumerable<BulkRow> Customers()
    {
        var random = new SampleRandom(size.Seed + 1);
        var type = schema["customers"];
        for (var i = 0; i < size.Customers; i++)
        {
            var record = type.Create(type);
            var city = random.Of(SamplePlaces.All);
            var industry = random.Of(SampleIndustries.All);
            var company = SampleNames.Company(random, city, industry);
            var (code, district) = random.Of(city.Districts);
            var tags = random.Chance(0.4) ? random.Of(SampleIndustries.Tags) : null;
            record["name"] = company.Full;
            record["shortName"] = company.Short;
            record["creditCode"] = SampleNumbers.CreditCode(random, code);
            record["externalId"] = $"B{i:0000000}";
            record["phone"] = random.Chance(0.8) ? SampleNumbers.Landline(random, city) : null;
            record["email"] = random.Chance(0.3) ? $"sales{i}@bench.example" : null;
            record["tags"] = tags is null ? null : new[] { tags };
            record["owner"] = OwnerOf(i);
            var created = customerCreated[i];
            yield return new BulkRow(
                [
                    (long)i + 1, customerIds[i], 1L, created, OwnerOf(i), created, OwnerOf(i), company.Full, Guanxi.Platform.Language.Pinyin.SortKey(company.Full, personName: false), company.Short, "company", "business",
                    random.Weighted(("vip", 3), ("major", 12), ("ordinary", 50), ("small", 35)), random.Weighted(("potential", 40), ("prospect", 25), ("active", 20), ("loyal", 5), ("atRisk", 4), ("lost", 6)),
                    record["creditCode"], record["externalId"], industry.Name, random.Weighted(("micro", 20), ("small", 50), ("medium", 25), ("large", 5)), (long)random.Between(5, 2000), random.Of(SampleIndustries.Sources),
                    record["phone"], record["email"], "中国", code, city.Province, city.Name, district, $"{random.Of(SamplePlaces.Roads)} {random.Between(1, 999)} 号", tags is null ? null : $"[\"{tags}\"]",
                    OwnerOf(i), created, lastActivity[i] == 0 ? null : lastActivity[i], nextContact[i] == 0 ? null : nextContact[i],
                ],
                [.. SearchIndex.Terms(record)]);
        }
    }

    public static BulkTable ContactTable { get; } = new(
        "contact",
        ["seq", "id", "version", "created_at", "created_by", "updated_at", "updated_by", "name", "name_key", "customer_id", "title", "department", "decision_role", "is_primary", "phone", "email", "wechat", "gender", "owner_id", "access_owner_id", "last_activity_at"],
        new HashSet<string>(StringComparer.Ordinal),
        Searched: true);

    public IEnumerable<BulkRow> Contacts()
    {
        var random = new SampleRandom(size.Seed + 2);
        var type = schema["contacts"];
        string[] titles = ["总经理", "采购经理", "生产厂长", "设备部经理", "工艺工程师", "质量经理"];
        for (var i = 0; i < size.Contacts; i++)
        {
            var customer = CustomerOfContact(i);
            var record = type.Create(type);
            var female = random.Chance(0.3);
            var name = SampleNames.Person(random, female);
            record["name"] = name;
            record["phone"] = SampleNumbers.Mobile(random);
            record["email"] = random.Chance(0.4) ? $"c{i}@bench.example" : null;
            record["owner"] = OwnerOf(customer);
            record["accessOwner"] = OwnerOf(customer);
            yield return new BulkRow(
                [
                    (long)i + 1, contactIds[i], 1L, customerCreated[customer], OwnerOf(customer), customerCreated[customer], OwnerOf(customer), name, Guanxi.Platform.Language.Pinyin.SortKey(name, personName: true), customerIds[customer],
                    random.Of(titles), "生产部", random.Of(["decider", "influencer", "buyer", "user"]), FirstContactOf(customer) == i ? 1L : 0L, record["phone"], record["email"], random.Chance(0.5) ? "wx" + random.Digits(8) : null, female ? "female" : "male",
                    OwnerOf(customer), OwnerOf(customer), lastActivity[customer] == 0 ? null : lastActivity[customer],
                ],
                [.. SearchIndex.Terms(record)]);
        }
    }

    public static BulkTable ActivityTable { get; } = new(
        "activity",
        ["seq", "id", "version", "created_at", "created_by", "updated_at", "updated_by", "kind", "subject", "content", "customer_id", "contact_id", "status", "priority", "at", "due_at", "done_at", "result", "owner_id", "access_owner_id"],
        new HashSet<string>(StringComparer.Ordinal),
        Searched: true);

    public IEnumerable<BulkRow> Activities()
    {
        var random = new SampleRandom(size.Seed + 3);
        string[] subjects = ["电话回访", "报价跟进", "现场看工艺", "确认图纸", "催尾款", "上门保养", "技术交流会", "寄样件"];
        string[] contents = ["客户说本月底定下来，先把工艺方案发过去。", "现场看了加工，节拍还差半分钟，需要换刀具再试。", "价格偏高，要求再降一点，已经申请。", "机器运行正常，下季度再上门保养一次。", "采购在比价，关心保修年限和交期。"];
        for (var i = 0; i < size.Activities; i++)
        {
            var customer = activityCustomers[i];
            var open = IsOpen(i);
            var at = AtOf(i);
            var access = OwnerOf(customer);
            var owner = access ?? owners[i % owners.Count].Id;
            var (subject, content) = (random.Of(subjects), open ? null : random.Of(contents));
            yield return new BulkRow(
                [
                    (long)i + 1, random.Id(At(at)), 1L, at, owner, at, owner, open ? "task" : random.Of(["call", "visit", "note", "message"]), subject, content, customerIds[customer], contactIds[FirstContactOf(customer)],
                    open ? "planned" : "done", open ? "normal" : null, open ? DueOf(i) : at, open ? DueOf(i) : null, open ? null : at, null, owner, access,
                ],
                TermsOf(subject, content, owner, access));
        }
    }

    private readonly Dictionary<(string, string?, Guid, Guid?), string[]> written = [];

    /// <summary>The same few sentences come again and again: their terms are made once.</summary>
    private string[] TermsOf(string subject, string? content, Guid owner, Guid? access)
    {
        if (!written.TryGetValue((subject, content, owner, access), out var terms))
        {
            var type = schema["activities"];
            var record = type.Create(type);
            (record["subject"], record["content"], record["owner"], record["accessOwner"]) = (subject, content, owner, access);
            written[(subject, content, owner, access)] = terms = [.. SearchIndex.Terms(record)];
        }

        return terms;
    }

    public static BulkTable LedgerTable { get; } = new(
        "ledger",
        ["seq", "at", "actor_id", "surface", "action", "record_type", "record_id", "changes", "salt", "content_hash", "hash"],
        new HashSet<string>(StringComparer.Ordinal),
        Searched: false);

    /// <summary>One entry for the making of each customer, chained on behind the head; contacts and activities get none, which saves half the space and changes no measured path.</summary>
    public IEnumerable<BulkRow> Ledger(long sequence, byte[] head, Action<long, byte[]> newHead)
    {
        var random = new SampleRandom(size.Seed + 4);
        for (var i = 0; i < size.Customers; i++)
        {
            var changes = $$"""{"name":[null,"{{i}}"],"kind":[null,"company"],"stage":[null,"potential"],"owner":[null,{{(OwnerOf(i) is { } owner ? $"\"{owner}\"" : "null")}}]}""";
            var salt = random.Id(At(0)).ToByteArray();
            var entry = new LedgerEntry(At(customerCreated[i]), OwnerOf(i), "import", "create", "customers", customerIds[i], null, changes) { Sequence = ++sequence, Salt = salt, ContentHash = LedgerEntry.HashContent(salt, changes) };
            head = entry.Chain(head);
            yield return new BulkRow([sequence, customerCreated[i], entry.ActorId, "import", "create", "customers", customerIds[i], changes, salt, entry.ContentHash, head], null);
        }

        newHead(sequence, head);
    }

    /// <summary>Customers shared with each person and with each team.</summary>
    public IEnumerable<BulkRow> Grants(IReadOnlyList<BenchPerson> people, IReadOnlyList<Guid> teams)
    {
        var random = new SampleRandom(size.Seed + 5);
        foreach (var person in people)
        {
            for (var i = 0; i < size.SharesEachPerson; i++)
            {
                yield return Grant(random, person.Id, null);
            }
        }

        foreach (var team in teams)
        {
            for (var i = 0; i < size.SharesEachTeam; i++)
            {
                yield return Grant(random, null, team);
            }
        }
    }

    public static BulkTable GrantTable { get; } = new("access_grant", ["id", "record_type", "record_id", "user_id", "team_id", "level", "created_at"], new HashSet<string>(StringComparer.Ordinal), Searched: false);

    private BulkRow Grant(SampleRandom random, Guid? person, Guid? team) =>
        new([random.Id(At(now)), "customers", customerIds[random.Between(0, size.Customers - 1)], person, team, random.Chance(0.3) ? "edit" : "read", now], null);
}
