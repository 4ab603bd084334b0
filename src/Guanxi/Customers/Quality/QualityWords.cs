using Guanxi.Platform.Records;

namespace Guanxi.Customers.Quality;

/// <summary>What each rule says to the person who mends.</summary>
public static class QualityWords
{
    private static readonly Dictionary<string, Label> Rules = new(StringComparer.Ordinal)
    {
        ["missing"] = ("没有填写", "Nothing is there"),
        ["outdated"] = ("很久没有确认，可能已经变了", "Nobody has confirmed it for long; it may have changed"),
        ["phone"] = ("不是有效的号码", "No valid number"),
        ["phone-pattern"] = ("像随手按的号码", "Looks like keys pressed at random"),
        ["email"] = ("不是有效的邮箱", "No valid address"),
        ["email-domain"] = ("示例用的邮箱域名", "The domain of an example"),
        ["birthday"] = ("不是有效的生日", "No valid birthday"),
        ["credit-code"] = ("校验位不对", "The check character is wrong"),
        ["division"] = ("没有这个区划代码", "There is no such division code"),
        ["postcode"] = ("邮编应为六位数字", "A postcode has six digits"),
        ["placeholder"] = ("占位的文字，不是内容", "A placeholder, not a value"),
        ["name-digits"] = ("名称只有数字或符号", "A name of digits or signs alone"),
        ["negative"] = ("不能为负", "Cannot be negative"),
        ["too-large"] = ("大得不合理", "Too large to be true"),
        ["person-with-code"] = ("个人客户却有统一社会信用代码", "A person with the credit code of a company"),
        ["company-with-person"] = ("企业客户却有性别或生日", "A company with a gender or a birthday"),
        ["size-employees"] = ("规模与员工人数不符", "The size does not fit the employees"),
        ["place-code"] = ("与行政区划代码不符", "Does not fit the division code"),
        ["own-parent"] = ("指向自己", "Points to itself"),
        ["in-the-future"] = ("在将来", "Lies in the future"),
        [QualityTwins.Rule] = ("同一负责人名下三个以上都是这个值", "Three or more of the same owner have this value"),
        ["too-old"] = ("年龄超过 110 岁", "Older than 110 years"),
    };

    public static Label Of(string rule) => Rules.GetValueOrDefault(rule) ?? new Label(rule, rule);
}
