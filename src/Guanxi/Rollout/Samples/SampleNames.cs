using Guanxi.Platform.Language;

namespace Guanxi.Rollout.Samples;

/// <summary>A company's name in its parts: place, brand, trade, legal form; and the short form people use.</summary>
public readonly record struct SampleCompanyName(string Full, string Short, string Brand, string Trade);

/// <summary>Names of people and companies as they are made in China. The lists are everyday facts; the mixtures are invented.</summary>
public static class SampleNames
{
    // A surname stands as often as it is common.
    private const string CommonSurnames =
        "王王王王王王王李李李李李李李张张张张张张张刘刘刘刘刘陈陈陈陈陈杨杨杨杨黄黄黄赵赵赵吴吴吴周周周徐徐孙孙马马朱朱胡胡郭郭何何高高林林罗罗郑郑梁梁谢谢宋宋唐唐许许韩韩冯冯邓邓曹曹彭彭曾曾肖肖田田董董袁袁潘潘于于蒋蒋蔡蔡余余杜杜叶叶程程苏苏魏魏吕吕丁丁任任沈沈姚姚卢卢姜姜崔崔钟钟谭谭陆陆汪汪范范金金石石廖廖贾贾夏夏韦韦付付方方白白邹邹孟孟熊熊秦秦邱邱江江尹尹薛薛闫闫段段雷雷侯侯龙龙史史陶陶黎黎贺贺顾顾毛毛郝郝龚龚邵邵万万钱钱严严覃覃武武戴戴莫莫孔孔向向汤汤单仇尤解盖翟殷祝阮柯包左季莘";

    private static readonly string[] DoubleSurnames = ["欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "令狐", "司徒"];

    private const string MaleLetters = "伟强磊军勇杰涛明超刚辉鹏斌波浩宇飞健俊峰凯亮东海宁平华文志建国庆林威龙翔博文泽睿轩昊然晨阳航瑞哲毅恒松柏江川岩岳锋钧铭鑫旭晖朗诚信义忠良德厚立安邦振兴兆坤乾元亨利民生培新春雨雷霆宏远思齐景行世荣耀光宗成业";

    private const string FemaleLetters = "芳娜敏静丽艳娟霞燕玲红梅婷莉雪慧颖琳倩洁萍岚蓉欣怡佳雅思梦琪瑶萱涵诗语嫣然妍彤馨月秀英兰凤云珍琴素淑贞惠珠翠华春菊桂香莲晶莹璐璇琼薇蕾菲宁可心悦晓雯楠";

    private const string BrandFirst = "锐恒瑞宏鑫华天金博泰安永盛嘉佳德信诚正凯科力联旭昌隆荣富祥源通远航新创智慧精卓越超群海江川岳峰岭松柏林森铭铂锦绣亿万百千中大东南西北星辰晨阳光明亮宇环球国民众合和协同兴达宝玉汇聚腾飞鹏翔龙虎麒麟捷速迅威特耐奥欧美亚飞鸿康健福禄优尚品质纳维赛普";

    private const string BrandSecond = "达科力驰隆盛泰源丰腾茂昌荣信诚康宁和润泽辉耀阳明光华冠顺通利恒久远航翔飞扬帆锋锐铭钢铁石磊基业成功奥维特斯顿森林木川海洋江河湖亚欧邦国邑都城桥路安平宝鼎峰岳岭山宇宙星辰曜晟晖昊元亨贞吉庆瑞祥福禄寿禧乐佳嘉美尔德仁义礼智尚品优卓越超强尼克迪诺凯";

    private static readonly string[] PlainForms = ["有限公司", "有限公司", "有限公司", "有限公司", "有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司"];

    public static string Surname(SampleRandom random) => random.Chance(0.006) ? random.Of(DoubleSurnames) : random.Of(CommonSurnames).ToString();

    /// <summary>A person's name; one letter after the surname in a fifth of them, two in the others.</summary>
    public static string Person(SampleRandom random, bool female, string? surname = null)
    {
        var letters = female ? FemaleLetters : MaleLetters;
        surname ??= Surname(random);
        var first = random.Of(letters);
        return random.Chance(0.2) ? surname + first : surname + first + random.Of(letters);
    }

    public static string Brand(SampleRandom random)
    {
        var first = random.Of(BrandFirst);
        char second;
        do
        {
            second = random.Of(BrandSecond);
        }
        while (second == first);
        return string.Concat(first, second);
    }

    public static SampleCompanyName Company(SampleRandom random, SampleCity city, SampleIndustry industry, string? brand = null)
    {
        brand ??= Brand(random);
        var trade = random.Of(industry.Trades);
        var brief = brand + trade[..2];
        if (industry.Form is { } form)
        {
            return new(city.ShortName + brand + form, brand + form[..2], brand, form);
        }

        var kind = random.Weighted((0, 62), (1, 14), (2, 8), (3, 9), (4, 7));
        var full = kind switch
        {
            1 => $"{brand}（{city.ShortName}）{trade}{random.Of(PlainForms)}",
            2 => $"{city.ShortProvince}{brand}{trade}{random.Of(PlainForms)}",
            3 => $"{brand}{trade}{random.Of(PlainForms)}",
            4 => $"{city.ShortName}{(city.Districts.Count > 1 ? random.Of(city.Districts).Name.TrimEnd('区', '市', '县') : "")}{brand}{trade}厂",
            _ => $"{city.ShortName}{brand}{trade}{random.Of(PlainForms)}",
        };
        return new(full, brief, brand, trade);
    }

    /// <summary>Letters for addresses on the net: 锐恒 → ruiheng.</summary>
    public static string Latin(string chinese, bool personName = false)
    {
        var spelled = new System.Text.StringBuilder();
        foreach (var letter in Pinyin.SortKey(chinese, personName))
        {
            if (char.IsAsciiLetter(letter))
            {
                spelled.Append(char.ToLowerInvariant(letter));
            }
        }

        return spelled.ToString();
    }
}
