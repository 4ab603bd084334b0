using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

public static class ValueRefusals
{
    public static Refusal Running { get; } = Refusal.Breaks("value-running", ("正在计算客户价值，请稍候", "Customer value is being reckoned; wait until it is done"));

    public static Refusal NothingReckoned { get; } = Refusal.Breaks("value-never", ("还没有计算过客户价值：请先点“立即计算”", "Customer value was never reckoned: let it be reckoned first"));

    public static Refusal NotEverybody { get; } = Refusal.Forbidden(("公司整体的客户价值只给能看到全部客户的人；你可以在客户列表里按价值筛选和汇总", "The worth of the whole base is for those who may see every customer; in the list you can filter and add up your own"));

    public static Refusal NoRight { get; } = Refusal.Forbidden(("你没有查看客户价值金额的权限", "You may not see what customers are worth"));
}
