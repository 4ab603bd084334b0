namespace Guanxi.Rollout.Samples;

/// <summary>Somebody who works at the sample company.</summary>
/// <param name="UserName">The name to sign in with: the pinyin of the name.</param>
/// <param name="Role">The key of one of the first roles, or of <see cref="SamplePeople.CostingRole"/>.</param>
/// <param name="Team">The name of a team of <see cref="SamplePeople.Teams"/>.</param>
/// <param name="Title">What stands on the card.</param>
public sealed record SamplePerson(string UserName, string Name, string Role, string Team, string Title);

/// <summary>Ten people in three teams, so that every role can be tried.</summary>
public static class SamplePeople
{
    public const string Headquarters = "总部";
    public const string East = "华东";
    public const string South = "华南";

    /// <summary>The key of the role the company has made itself: it reckons what a deal will cost, and of deals it sees only the steps it owes.</summary>
    public const string CostingRole = "costing";

    public static IReadOnlyList<SamplePerson> All { get; } =
    [
        new("zhoumin", "周敏", "administrator", Headquarters, "信息主管"),
        new("linguodong", "林国栋", "manager", East, "华东区域经理"),
        new("chenxiaofeng", "陈晓峰", "seller", East, "高级销售工程师"),
        new("zhaoqian", "赵倩", "seller", East, "销售工程师"),
        new("huangzhiqiang", "黄志强", "manager", South, "华南区域经理"),
        new("liangsiqi", "梁思琪", "agent", Headquarters, "客户服务专员"),
        new("xielin", "谢琳", "marketer", Headquarters, "市场专员"),
        new("suwenbo", "苏文博", "analyst", Headquarters, "经营分析师"),
        new("hejing", "何静", "accountant", Headquarters, "财务主管"),
        new("tangwei", "唐薇", CostingRole, Headquarters, "成本核算员"),
    ];

    /// <summary>Each team, the team above it and who leads it; a team stands behind the one above.</summary>
    public static IReadOnlyList<(string Name, string? Above, string Manager)> Teams { get; } =
    [
        (Headquarters, null, "zhoumin"),
        (East, Headquarters, "linguodong"),
        (South, Headquarters, "huangzhiqiang"),
    ];
}
