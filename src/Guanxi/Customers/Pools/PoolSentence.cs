using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>The rules of a pool as one would say them, so that nobody has to read them off a form.</summary>
public static class PoolSentence
{
    public static Label Of(Pool pool)
    {
        var (zh, en) = (new List<string>(), new List<string>());
        if (!pool.TakesBack)
        {
            return new Label("不自动收回。", "Nothing goes back by itself.");
        }

        Clock(pool, "contactDays", "没有跟进的", "without contact", zh, en);
        Clock(pool, "dealDays", "没有新商机的", "without a new deal", zh, en);
        Clock(pool, "orderDays", "没有新订单或合同的", "without a new order or contract", zh, en);
        if (pool.Number("neverOrderedDays") is { } never)
        {
            zh.Add($"从未下单、最后跟进 {never} 天后收回");
            en.Add($"those who never ordered {never} days after the last contact");
        }

        if (pool.Number("resultDays") is { } result)
        {
            zh.Add($"{result} 天一直停在潜在或意向的收回");
            en.Add($"those who stay potential or prospect for {result} days");
        }

        if (zh.Count == 0)
        {
            return new Label("没有设定期限，不会自动收回。", "No clock is set; nothing goes back by itself.");
        }

        var (kept, keptEn) = (new List<string>(), new List<string>());
        Keep(pool["keepsWon"] is true, "已成交", "those who bought (but for the clock of orders)");
        Keep(pool["keepsOpenDeal"] is true, "有进行中商机", "those with an open deal");
        Keep(pool.KeepsProtected, "保护中", "those under protection");
        var warn = pool.Number("warnDays");
        return new Label(
            string.Join("；", zh) + (kept.Count > 0 ? $"；{string.Join("、", kept)}的不收回" : "") + (warn is { } days ? $"；提前 {days} 天和前一天各提醒一次" : "") + "。",
            "Goes back: " + string.Join("; ", en) + (keptEn.Count > 0 ? $". Kept: {string.Join(", ", keptEn)}" : "") + (warn is { } before ? $". A warning {before} days and one day before." : "."));

        void Keep(bool holds, string words, string english)
        {
            if (holds)
            {
                kept.Add(words);
                keptEn.Add(english);
            }
        }
    }

    /// <summary>Who reads on what the pool hides: roles that reach every customer (docs/decisions/0010). Null when it hides nothing, or there are none.</summary>
    public static Label? ReadingOn(Pool pool, Platform.Access.Directory directory)
    {
        var names = directory.Roles.Where(role => !role.IsAdministrator && role.On("customers").Read == Platform.Access.Reach.All).Select(role => role.Name).Order(StringComparer.Ordinal).ToList();
        return (pool.Hidden.Count == 0 && pool.Number("viewsADay") is null) || names.Count == 0 ? null
            : new Label($"按角色能查看全部客户的人（{string.Join("、", names)}）照常看得到不显示的字段；不想让他们看到，请在角色里隐藏或打码。", $"Those whose role reads all customers ({string.Join(", ", names)}) read on what it hides; to keep it from them, hide or mask the fields in the role.");
    }

    private static void Clock(Pool pool, string clock, string words, string english, List<string> zh, List<string> en)
    {
        var level = Customers.Customer.Description["level"];
        var classes = new[] { ("vip", "Vip"), ("major", "Major"), ("small", "Small") }
            .Where(item => pool[clock + item.Item2] is not null)
            .Select(item => (level.Choices.First(choice => choice.Value == item.Item1).Label, Days: pool.Number(clock + item.Item2))).ToList();
        var common = pool.Number(clock);
        if (common is null && classes.All(item => item.Days is null))
        {
            return;
        }

        var other = string.Join("，", classes.Select(item => item.Label.ZhHans + (item.Days is { } days ? $" {days} 天" : "不限")));
        var otherEn = string.Join(", ", classes.Select(item => item.Label.En + (item.Days is { } days ? $" {days}" : " never")));
        zh.Add((common is { } all ? $"{all} 天" : "") + words + "收回" + (other.Length > 0 ? $"（{other}）" : ""));
        en.Add($"{(common is { } days ? $"{days} days " : "")}{english}{(otherEn.Length > 0 ? $" ({otherEn})" : "")}");
    }
}
