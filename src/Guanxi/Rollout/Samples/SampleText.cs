using System.Globalization;

namespace Guanxi.Rollout.Samples;

/// <summary>Fills the holes of a moment with one customer's machine, part, people and figures, which stay the same through its story.</summary>
internal sealed class SampleText
{
    private static readonly string[] Rivals = ["台系品牌", "日系品牌", "韩系品牌", "省内一家厂", "二手进口机", "同城的代理商"];
    private static readonly string[] Days = ["周一", "周二", "周三", "周四", "周五"];
    private readonly SampleRandom random;
    private readonly Dictionary<string, string> fixedWords;
    private readonly IReadOnlyList<SampleContact> contacts;
    private readonly string himself;
    private readonly HashSet<SampleMoment> heard = [];

    public SampleText(SampleRandom random, SampleCustomer customer)
    {
        this.random = random;
        var price = random.Between(18, 95);
        var count = random.Weighted((1, 5), (2, 4), (3, 2), (4, 1), (6, 1));
        var minutes = random.Between(4, 14);
        fixedWords = new(StringComparer.Ordinal)
        {
            ["机型"] = random.Of(customer.Industry.Machines),
            ["部件"] = random.Of(customer.Industry.Parts),
            ["城"] = customer.City.ShortName,
            ["对手"] = random.Of(Rivals),
            ["机械手"] = "桁架机械手",
            ["台"] = Number(count),
            ["万"] = Number(price),
            ["总万"] = Number(price * count),
            ["差"] = Number(random.Between(1, Math.Max(2, price / 12))),
            ["注册"] = Number(random.Between(1, 50) * 100),
            ["面积"] = Number(random.Between(8, 120) * 100),
            ["年"] = Number(random.Between(4, 15)),
            ["多"] = Number(random.Between(8, 80)),
            ["分"] = Number(minutes),
            ["少分"] = Number(minutes - random.Between(1, 3)),
            ["件"] = Number(random.Between(8, 300) * 100),
            ["月"] = Number(random.Between(1, 12)),
        };
        contacts = customer.Contacts;
        himself = customer.Name[..1] + random.Of(["老板", "师傅", "工"]);
    }

    /// <summary>Somebody who is known by then, mostly the first contact, and how one speaks to them.</summary>
    public (Guid? Contact, string Address) Somebody(DateTimeOffset at)
    {
        var known = contacts.Where(contact => contact.Met < at).ToList();
        if (known.Count == 0)
        {
            return (null, himself);
        }

        var contact = random.Chance(0.65) ? known[0] : random.Of(known);
        return (contact.Id, contact.Address);
    }

    /// <summary>A moment that did not happen with this customer yet, as long as there is one.</summary>
    public SampleMoment Unheard(IReadOnlyList<SampleMoment> moments)
    {
        var left = moments.Where(moment => !heard.Contains(moment)).ToList();
        var chosen = random.Of(left.Count > 0 ? left : moments);
        heard.Add(chosen);
        return chosen;
    }

    public string Fill(string template, string address)
    {
        var text = new System.Text.StringBuilder(template.Length + 24);
        var from = 0;
        for (var open = template.IndexOf('{'); open >= 0; open = template.IndexOf('{', from))
        {
            var close = template.IndexOf('}', open);
            text.Append(template, from, open - from).Append(Word(template[(open + 1)..close], address));
            from = close + 1;
        }

        return text.Append(template, from, template.Length - from).ToString();
    }

    private string Word(string name, string address) => name switch
    {
        "人" => address,
        "周" => random.Of(Days),
        "天" => Number(random.Between(2, 9) * 5),
        "刀" => Number(random.Between(6, 20)),
        "少" => Number(random.Between(3, 12)),
        "件十" => Number(random.Between(2, 12) * 10),
        "元" => Number(random.Between(6, 90) * 100),
        _ => fixedWords[name],
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
