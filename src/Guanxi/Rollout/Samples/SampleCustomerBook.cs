using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>Makes the customers of the sample company and the people at them, and says when each was entered by whom.</summary>
internal sealed class SampleCustomerBook(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private static readonly string[] Positions = ["总经理|总经办|decider", "副总经理|总经办|decider", "采购经理|采购部|buyer", "采购主管|采购部|buyer", "生产厂长|生产部|influencer", "设备部经理|设备部|influencer", "工艺工程师|工艺部|user", "技术总监|技术部|champion", "车间主任|生产部|user", "质量部经理|质量部|influencer", "财务主管|财务部|blocker"];
    private readonly DateTimeOffset start = today.AddDays(-730);

    public List<SampleCustomer> Customers { get; } = [];

    /// <summary>Those of them who sell along with the company.</summary>
    public List<SampleCustomer> Partners { get; } = [];

    public List<SampleDeed> Deeds { get; } = [];

    public void Write(int count)
    {
        while (Customers.Count < count)
        {
            var east = random.Chance(0.6);
            if (random.Chance(0.02) && Customers.Count + 5 < count)
            {
                AddGroup(east);
            }
            else
            {
                Add(random.Of(east ? SamplePlaces.East : SamplePlaces.South), random.Of(SampleIndustries.All), OwnerIn(east), isPerson: random.Chance(0.06));
            }
        }
    }

    private string? OwnerIn(bool east) => east
        ? random.Weighted<string?>(("chenxiaofeng", 46), ("zhaoqian", 38), ("linguodong", 12), (null, 4))
        : random.Weighted<string?>(("huangzhiqiang", 86), ("xielin", 8), (null, 6));

    /// <summary>A holding and its companies in several cities, one brand.</summary>
    private void AddGroup(bool east)
    {
        var cities = east ? SamplePlaces.East : SamplePlaces.South;
        var industry = random.Of(SampleIndustries.All.Where(known => known.Form is null).ToList());
        var brand = SampleNames.Brand(random);
        var head = Add(random.Of(cities), industry, OwnerIn(east), isPerson: false, $"{brand}集团有限公司", stage: random.Of(["active", "loyal", "prospect"]));
        foreach (var city in random.Some(cities, random.Between(2, 4)))
        {
            Add(city, industry, OwnerIn(east), isPerson: false, SampleNames.Company(random, city, industry, brand).Full, head.Id, after: head.Since);
        }
    }

    private SampleCustomer Add(SampleCity city, SampleIndustry industry, string? owner, bool isPerson, string? name = null, Guid? parent = null, string? stage = null, DateTimeOffset? after = null)
    {
        stage ??= random.Weighted(("potential", 30), ("prospect", 24), ("new", 8), ("active", 18), ("loyal", 7), ("atRisk", 5), ("lost", 6), ("wonBack", 2));
        var grown = stage is "active" or "loyal" or "atRisk" or "wonBack" or "lost";
        var imported = after is null ? random.Chance(grown ? 0.8 : 0.45) : after < start.AddDays(1);
        var day = imported ? SampleCalendar.DayOf(start).AddDays(-random.Between(30, 1500)) : SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(after ?? start).AddDays(random.Between(2, Math.Max(3, (int)(today - (after ?? start)).TotalDays - (grown ? 60 : 1)))));
        var since = SampleCalendar.During(random, day);
        if (since >= today)
        {
            since = today.AddMinutes(-random.Between(30, 300));
        }

        var company = SampleNames.Company(random, city, industry);
        var female = random.Chance(0.3);
        var contacts = isPerson ? [] : MakeContacts(since, industry);
        var customer = new SampleCustomer(random.Id(since), name ?? (isPerson ? SampleNames.Person(random, female) : company.Full), city, industry, stage,
            random.Weighted(("vip", grown ? 10 : 1), ("major", grown ? 30 : 8), ("ordinary", 50), ("small", grown ? 10 : 40)), owner, since, imported)
        {
            Contacts = contacts,
            IsPerson = isPerson,
        };
        var values = isPerson ? PersonValues(customer, female) : CompanyValues(customer, company, parent);
        if (values["relationship"] is "channel" or "partner")
        {
            Partners.Add(customer);
        }

        var entered = imported ? SampleCalendar.WorkdayAt(start, 10).AddMilliseconds(Customers.Count * 9) : since;
        var by = imported ? "zhoumin" : owner ?? "xielin";
        Deeds.Add(new SampleDeed(entered, by, imported ? "import" : "page", context => InsertAsync(context, "customers", customer.Id, since, values)));
        for (var i = 0; i < contacts.Count; i++)
        {
            var contactValues = ContactValues(customer, contacts[i], primary: i == 0, company.Brand);
            var contact = contacts[i];
            // The first is entered with the customer, the others as one gets to know them.
            var at = i == 0 || imported ? entered.AddMilliseconds(1 + i) : Earlier(entered.AddDays(random.Between(1, 60)));
            contact.Met = at;
            Deeds.Add(new SampleDeed(at, by, imported ? "import" : "page", context => InsertAsync(context, "contacts", contact.Id, imported ? since : null, contactValues)));
        }

        Customers.Add(customer);
        return customer;
    }

    private DateTimeOffset Earlier(DateTimeOffset at) => at < today ? at : today.AddMinutes(-5);

    private List<SampleContact> MakeContacts(DateTimeOffset since, SampleIndustry industry)
    {
        var positions = industry.Form is null ? Positions : ["教务处主任|教务处|decider", "实训中心主任|实训中心|influencer", "数控专业老师|机电系|user", "采购主管|资产处|buyer"];
        var contacts = new List<SampleContact>();
        foreach (var position in random.Some(positions, random.Weighted((1, 40), (2, 34), (3, 18), (4, 8))))
        {
            var parts = position.Split('|');
            var female = random.Chance(parts[1] is "采购部" or "财务部" ? 0.6 : 0.2);
            contacts.Add(new SampleContact(random.Id(since), SampleNames.Person(random, female), female, parts[0], parts[1], parts[2]));
        }

        return contacts;
    }

    private Dictionary<string, object?> CompanyValues(SampleCustomer customer, SampleCompanyName company, Guid? parent)
    {
        var large = customer.Level is "vip" or "major";
        var size = random.Weighted(("micro", large ? 1 : 25), ("small", large ? 20 : 50), ("medium", 20), ("large", large ? 20 : 1));
        var employees = size switch { "micro" => random.Between(5, 19), "small" => random.Between(20, 299), "medium" => random.Between(300, 999), _ => random.Between(1000, 6000) };
        var (code, values) = Place(customer);
        var latin = SampleNames.Latin(company.Brand);
        return new(values)
        {
            ["name"] = customer.Name,
            ["shortName"] = parent is null && !customer.Name.Contains("集团", StringComparison.Ordinal) ? company.Short : null,
            ["formerName"] = random.Chance(0.02) ? $"{customer.City.ShortName}{SampleNames.Brand(random)}{company.Trade}厂" : null,
            ["kind"] = "company",
            ["relationship"] = random.Weighted(("business", 90), ("channel", 5), ("partner", 3), ("competitor", 1), ("supplier", 1)),
            ["level"] = customer.Level,
            ["stage"] = customer.Imported && customer.Stage is not "potential" ? "prospect" : "potential",
            ["owner"] = customer.Owner is { } owner ? userId(owner) : null,
            ["industry"] = customer.Industry.Name,
            ["size"] = size,
            ["employees"] = (long)employees,
            ["annualRevenue"] = random.Chance(0.5) ? new Money(employees * random.Between(30, 90) / 10 * 100_000m, "CNY") : null,
            ["creditCode"] = random.Chance(0.85) ? SampleNumbers.CreditCode(random, code) : null,
            ["source"] = random.Of(SampleIndustries.Sources),
            ["parent"] = parent,
            ["phone"] = random.Chance(0.8) ? SampleNumbers.Landline(random, customer.City) : null,
            ["email"] = random.Chance(0.35) ? $"info@{latin}.example" : null,
            ["website"] = random.Chance(0.4) ? $"https://www.{latin}.example" : null,
            ["tags"] = Tags(),
            ["externalId"] = customer.Imported ? $"K{Customers.Count + 1:00000}" : null,
            ["note"] = random.Chance(0.12) ? random.Of(["老板抓生产，采购不做主。", "月底对账，开票要附验收单。", "厂区门禁严，进门要提前报备。", "对价格敏感，看重服务。", "已有三台我们的老设备。", "设备招标走集团平台。"]) : null,
        };
    }

    private Dictionary<string, object?> PersonValues(SampleCustomer customer, bool female)
    {
        var (_, values) = Place(customer);
        return new(values)
        {
            ["name"] = customer.Name,
            ["kind"] = "person",
            ["relationship"] = "consumer",
            ["level"] = "small",
            ["stage"] = "potential",
            ["owner"] = customer.Owner is { } owner ? userId(owner) : null,
            ["source"] = random.Of(SampleIndustries.Sources),
            ["phone"] = SampleNumbers.Mobile(random),
            ["wechat"] = random.Chance(0.6) ? SampleNames.Latin(customer.Name, personName: true) + random.Digits(3) : null,
            ["gender"] = female ? "female" : "male",
            ["birthday"] = Birthday(),
            ["occupation"] = random.Of(["个体加工户", "设备中介", "维修师傅", "工厂合伙人", "编程员"]),
            ["interests"] = random.Chance(0.3) ? random.Some(SampleIndustries.Interests, 2).ToArray() : null,
            ["tags"] = Tags(),
        };
    }

    private (string Code, Dictionary<string, object?> Values) Place(SampleCustomer customer)
    {
        var (code, district) = random.Of(customer.City.Districts);
        return (code, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["country"] = "中国",
            ["divisionCode"] = Guanxi.Customers.Customers.CustomerChecks.Place(code) is null ? null : code,
            ["province"] = customer.City.Province,
            ["city"] = customer.City.Name,
            ["district"] = district == customer.City.Name ? null : district,
            ["street"] = $"{random.Of(SamplePlaces.Roads)} {random.Between(1, 999)} 号{(random.Chance(0.3) ? $" {random.Between(1, 12)} 幢" : "")}",
        });
    }

    private Dictionary<string, object?> ContactValues(SampleCustomer customer, SampleContact contact, bool primary, string brand)
    {
        var latin = SampleNames.Latin(contact.Name, personName: true);
        return new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = contact.Name,
            ["customer"] = customer.Id,
            ["title"] = contact.Title,
            ["department"] = contact.Department,
            ["decisionRole"] = contact.DecisionRole,
            ["isPrimary"] = primary,
            ["phone"] = random.Chance(0.9) ? SampleNumbers.Mobile(random) : null,
            ["otherPhones"] = random.Chance(0.1) ? new ContactPoint[] { new("办公", SampleNumbers.Landline(random, customer.City)) } : null,
            ["email"] = random.Chance(0.5) ? $"{latin}@{SampleNames.Latin(brand)}.example" : null,
            ["wechat"] = random.Chance(0.5) ? latin + random.Digits(random.Between(2, 4)) : null,
            ["gender"] = contact.Female ? "female" : "male",
            ["birthday"] = random.Chance(0.35) ? Birthday() : null,
            ["interests"] = random.Chance(0.15) ? random.Some(SampleIndustries.Interests, random.Between(1, 2)).ToArray() : null,
        };
    }

    /// <summary>With and without the year, some by the lunar calendar, and more than chance would have it in the coming week.</summary>
    private string Birthday()
    {
        var day = random.Chance(0.06) ? SampleCalendar.DayOf(today).AddDays(random.Between(0, 6)) : new DateOnly(2000, 1, 1).AddDays(random.Between(0, 365));
        var year = random.Between(1962, 1999);
        var usual = day is { Month: 2, Day: 29 } ? "02-28" : day.ToString("MM-dd");
        return random.Weighted(($"{year}-{usual}", 70), ($"--{usual}", 12), ($"lunar:{year}-{random.Between(1, 12):00}-{random.Between(1, 29):00}", 18));
    }

    private string[]? Tags() => random.Chance(0.45) ? [.. random.Some(SampleIndustries.Tags, random.Weighted((1, 6), (2, 3), (3, 1)))] : null;

    private static async Task InsertAsync(SaveContext context, string type, Guid id, DateTimeOffset? created, Dictionary<string, object?> values)
    {
        var noun = context.Schema[type];
        var record = noun.Create(noun);
        record.Id = id;
        if (created is { } at)
        {
            record.CreatedAt = DateText.Truncate(at);
        }

        foreach (var (field, value) in values)
        {
            record[field] = value;
        }

        await context.InsertAsync(record);
    }
}
